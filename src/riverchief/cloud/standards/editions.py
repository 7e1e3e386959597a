"""Editions of a standard as data files, chosen by the day of the observation.

A folder of `data/` is a standard, a file in it an edition: `data/gb3838/2002.toml`. Adding an edition is adding a
file; the one in force on the day of the observation is used, so that an old reading keeps its old class.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import property_named

CLASS_COUNT = 5


class Rule(StrEnum):
    """How a limit is meant."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    WITHIN = "within"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one item for the classes Ⅰ…Ⅴ, in `unit`; empty for pH, which has `low` and `high` instead."""

    property: str
    number: int
    rule: Rule
    values: tuple[float, ...]
    unit: str
    clause: str
    confidence: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Edition:
    """One edition: its days of validity, its items (river and lake column) and its sets of items."""

    code: str
    name_zh: str
    name_en: str
    document: str
    valid_from: date
    valid_to: date | None
    river: dict[str, Limits]
    lake: dict[str, Limits]
    without_class: tuple[str, ...]
    sets: dict[str, tuple[str, ...]]

    def in_force(self, day: date) -> bool:
        """Whether it applies to an observation of that day; `valid_to` is the first day after it."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def column(self, tp_rule: str) -> dict[str, Limits]:
        """The limits by property of the river or the lake column.

        Raises
        ------
        UnknownName
            When `tp_rule` is neither `river` nor `lake`.
        """
        if tp_rule not in {"river", "lake"}:
            raise UnknownName("column of the standard", tp_rule, ("river", "lake"))
        return self.lake if tp_rule == "lake" else self.river


def _limits(row: dict[str, Any], values: list[float], confidence: str) -> Limits:
    code = row["property"]
    if row["rule"] in {Rule.AT_MOST, Rule.AT_LEAST} and len(values) != CLASS_COUNT:
        raise InputError(f"{code} has {len(values)} limits, {CLASS_COUNT} are needed, one per class.", property=code)
    return Limits(
        property=code,
        number=row["number"],
        rule=Rule(row["rule"]),
        values=tuple(values),
        unit=row.get("unit", property_named(code).unit),
        clause=f"Table 1, item {row['number']}",
        confidence=row.get("confidence", confidence),
        low=row.get("low"),
        high=row.get("high"),
    )


def parse_edition(text: str) -> Edition:
    """An edition from the text of its TOML file."""
    raw = tomllib.loads(text)
    river: dict[str, Limits] = {}
    lake: dict[str, Limits] = {}
    for row in raw["item"]:
        code = property_named(row["property"]).code
        if row["rule"] == Rule.CHANGE:
            continue
        if "limits" in row or row["rule"] == Rule.WITHIN:
            river[code] = lake[code] = _limits(row, row.get("limits", []), raw["confidence"])
        if "lake_limits" in row:
            lake[code] = _limits(row, row["lake_limits"], raw["confidence"])
    return Edition(
        code=raw["edition"],
        name_zh=raw["name_zh"],
        name_en=raw["name_en"],
        document=raw["document"],
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        river=river,
        lake=lake,
        without_class=tuple(row["property"] for row in raw["item"] if row["rule"] == Rule.CHANGE),
        sets={name: tuple(codes) for name, codes in raw["sets"].items()},
    )


@cache
def editions(standard: str) -> tuple[Edition, ...]:
    """All editions of a standard (the name of its data folder, such as `gb3838`), oldest first."""
    folder = files(__package__) / "data" / standard
    if not folder.is_dir():
        known = [entry.name for entry in (files(__package__) / "data").iterdir()]
        raise UnknownName("standard", standard, known)
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted((parse_edition(text) for text in texts), key=lambda edition: edition.valid_from))


def edition_named(code: str, standard: str = "gb3838") -> Edition:
    """The edition with this code, such as `GB 3838-2002`.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    known = {edition.code: edition for edition in editions(standard)}
    if code not in known:
        raise UnknownName("edition", code, known)
    return known[code]


def edition_on(day: date, standard: str = "gb3838") -> Edition | None:
    """The edition in force on a day, or None before the first one."""
    return next((edition for edition in editions(standard) if edition.in_force(day)), None)
