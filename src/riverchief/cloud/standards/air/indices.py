"""HJ 633 as tables: breakpoints of every item turned into one index per printed concentration, levels, report sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.editions import Edition, edition_named, editions

STANDARD = "hj633"
NONE = -1
"""Stands for an index where there is none."""

HOURLY, DAILY = "hourly", "daily"
_DECIMALS = {"co": 1}  # of a concentration before the index is taken; integers for the others


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the index: its number 1..6, upper end, names, colours."""

    number: int
    up_to: int
    name_zh: str
    name_en: str
    colour_zh: str
    colour_en: str
    rgb: tuple[int, int, int]
    cmyk: tuple[int, int, int, int]


@dataclass(frozen=True)
class Scale:
    """The individual index (IAQI) of one item and averaging period.

    Attributes
    ----------
    item, averaging : str
        Property such as `so2`; `1h`, `8h` or `24h`.
    values, indices : tuple
        Breakpoints [µg/m³, CO mg/m³] and the index at each.
    beyond : int
        The index above the last breakpoint; `NONE` where the edition computes none.
    steps : int
        Printed concentrations in one unit: 1, or 10 for CO, which keeps one decimal.
    lookup : int16 (n + 2,)
        The index of every printed concentration, then `beyond`, then `NONE` for no value.
    """

    item: str
    averaging: str
    values: tuple[float, ...]
    indices: tuple[int, ...]
    beyond: int
    steps: int
    lookup: NDArray[np.int16] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report asks for: the key of a value, the scale it is put on, and what stands in where that ends."""

    key: str
    scale: Scale
    optional: bool = False
    instead: Asked | None = None


@dataclass(frozen=True)
class AqiEdition:
    """One edition: its head, scales, levels, and what its hourly and daily reports ask for."""

    edition: Edition
    scales: Mapping[tuple[str, str], Scale]
    levels: tuple[Level, ...]
    reports: Mapping[str, tuple[Asked, ...]]
    primary_above: int
    exceeding_above: int | None
    incomplete_above: int | None

    @property
    def code(self) -> str:
        """As it is cited."""
        return self.edition.code

    def scale(self, item: str, averaging: str) -> Scale:
        """The scale of an item.

        Raises
        ------
        UnknownName
            When the edition has no breakpoints for it.
        """
        if (item, averaging) not in self.scales:
            raise UnknownName(f"item of {self.code}", f"{item} {averaging}", [" ".join(key) for key in self.scales])
        return self.scales[item, averaging]

    def sensitive_groups(self, item: str, language: str = "en") -> tuple[str, ...]:
        """Whom a pollutant harms first, in `zh` or `en`; empty where the edition does not say."""
        found = self.edition.body.get("sensitive", {}).get(item, {})
        return tuple(found.get(language, ()))


def item_of(key: str) -> str:
    """The property behind the key of a value: `o3_8h` → `o3`."""
    return key.partition("_")[0]


def decimals_of(key: str) -> int:
    """Decimals that a concentration keeps before its index is taken (GB/T 8170): 1 for CO, 0 for the others."""
    return _DECIMALS.get(item_of(key), 0)


def _scale(row: Mapping[str, Any], indices: list[int]) -> Scale:
    item, values = property_named(row["item"]).code, row["values"]
    if len(values) > len(indices) or sorted(set(values)) != values:
        raise InputError(f"breakpoints of {item} {row['averaging']} do not rise, or are more than the indices.")
    steps = 10 ** decimals_of(item)
    last = indices[len(values) - 1]
    beyond = NONE if row.get("beyond") == "not_computed" else last
    used = indices[: len(values)]
    lookup = [_ceiling(step, steps, values, used) for step in range(values[-1] * steps + 1)]
    return Scale(
        item=item,
        averaging=row["averaging"],
        values=tuple(map(float, values)),
        indices=tuple(used),
        beyond=beyond,
        steps=steps,
        lookup=np.array([*lookup, beyond, NONE], np.int16),
    )


def _ceiling(step: int, steps: int, values: list[int], indices: list[int]) -> int:
    """The index of a concentration of `step` / `steps`, rounded up, in whole numbers (HJ 633, equation 1)."""
    above = next(k for k, value in enumerate(values) if step <= value * steps)
    if above == 0:
        return indices[0]
    low, high = values[above - 1] * steps, values[above] * steps
    rise = (step - low) * (indices[above] - indices[above - 1])
    return indices[above - 1] + -(-rise // (high - low))


def _asked(row: Mapping[str, Any], scales: Mapping[tuple[str, str], Scale]) -> Asked:
    instead = row.get("else")
    return Asked(
        key=row["key"],
        scale=scales[item_of(row["key"]), row["averaging"]],
        optional=row.get("optional", False),
        instead=None if instead is None else _asked(instead, scales),
    )


def _level(row: Mapping[str, Any]) -> Level:
    return Level(**{**row, "rgb": tuple(row["rgb"]), "cmyk": tuple(row["cmyk"])})


def read_aqi(edition: Edition) -> AqiEdition:
    """The tables of an edition's file."""
    body = edition.body
    found = [_scale(row, body["indices"]) for row in body["breakpoints"]]
    scales = {(scale.item, scale.averaging): scale for scale in found}
    return AqiEdition(
        edition=edition,
        scales=scales,
        levels=tuple(_level(row) for row in body["level"]),
        reports={name: tuple(_asked(row, scales) for row in rows) for name, rows in body["reports"].items()},
        primary_above=body["primary_above"],
        exceeding_above=body.get("exceeding_above"),
        incomplete_above=body.get("incomplete_above"),
    )


@cache
def aqi_named(code: str) -> AqiEdition:
    """The edition with this code, such as `HJ 633-2026`.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    return read_aqi(edition_named(STANDARD, code))


def aqi_editions() -> tuple[AqiEdition, ...]:
    """All editions, oldest first."""
    return tuple(aqi_named(edition.code) for edition in editions(STANDARD))


def level_of(index: int) -> Level | None:
    """The level of an index by the newest edition (they agree), None where there is none."""
    if index < 0:
        return None
    levels = aqi_editions()[-1].levels
    return next((level for level in levels if index <= level.up_to), levels[-1])
