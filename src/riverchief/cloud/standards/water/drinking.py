"""Surface water that people drink: the items of GB 3838 Tables 2 and 3 beside the class by Table 1.

A source is within its limits or beyond one of them; there are no classes. What was not measured is named: which items
of Table 3 must be measured is chosen by the county government or above, so a short list is not a failure by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.detection import share_of_limit
from riverchief.cloud.standards.editions import edition_named, edition_on
from riverchief.cloud.standards.water.surface import STANDARD

TABLES = (2, 3)
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class SourceLimit:
    """One item of Table 2 or 3 and its limit [mg/L]."""

    code: str
    table: int
    number: int
    name_zh: str
    name_en: str
    limit_mgl: float

    @property
    def clause(self) -> str:
        """Where it stands."""
        return f"Table {self.table}, item {self.number}"


@cache
def source_limits(edition: str) -> dict[str, SourceLimit]:
    """The items of Tables 2 and 3 of an edition, by code.

    Raises
    ------
    UnknownName
        When the edition is not known.
    """
    rows: list[dict[str, Any]] = edition_named(STANDARD, edition).body.get("drinking", [])
    return {
        row["code"]: SourceLimit(
            row["code"], row["table"], row["number"], row["name_zh"], row["name_en"], float(row["limit"])
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Beyond:
    """An item beyond its limit: value and limit [mg/L], and how many times over."""

    item: SourceLimit
    value_mgl: float
    multiple: float


@dataclass(frozen=True)
class SourceVerdict:
    """Whether a source keeps Tables 2 and 3.

    Attributes
    ----------
    keeps : bool or None
        None where nothing was measured, or where nothing is beyond its limit but some item cannot be judged.
    beyond : tuple of Beyond
        The worst first.
    within : tuple of str
        Codes of the items that keep their limit.
    undetected : tuple of str
        Codes of items below a detection limit that is above the item's: they cannot be judged.
    missing : tuple of str
        Codes of the items of the asked tables that were not measured.
    """

    edition: str
    keeps: bool | None
    beyond: tuple[Beyond, ...]
    within: tuple[str, ...]
    undetected: tuple[str, ...]
    missing: tuple[str, ...]

    def sentence(self, language: str = "en") -> str:
        """As one sentence in `zh` or `en`."""
        chinese = language == "zh"
        parts = []
        for one in self.beyond:
            name = one.item.name_zh if chinese else one.item.name_en
            value, limit = f"{one.value_mgl:.10g}", f"{one.item.limit_mgl:.10g}"
            over = f"超标 {one.multiple:.1f} 倍" if chinese else f"{one.multiple:.1f} times over"
            joint = "，高于标准限值" if chinese else " is above the limit"
            parts.append(f"{name} {value} mg/L{joint} {limit} ({over})")
        if not parts and self.within:
            n = len(self.within)
            parts.append(f"已测{n}项均符合标准限值" if chinese else f"all {n} measured items keep their limits")
        if self.undetected:
            joined = ", ".join(self.undetected)
            parts.append(f"检出限高于标准限值，不能评价：{joined}" if chinese else f"cannot be judged: {joined}")
        if self.missing:
            n = len(self.missing)
            parts.append(f"{n}项未监测" if chinese else f"{n} items not measured")
        return ("；" if chinese else "; ").join(parts)


def assess_source(
    values: Mapping[str, float],
    *,
    on: date,
    below: Mapping[str, float] | None = None,
    tables: tuple[int, ...] = TABLES,
) -> SourceVerdict:
    """Judge a drinking-water source by Tables 2 and 3 of the edition in force.

    Parameters
    ----------
    values : mapping of code to float
        Concentration [mg/L]; nan = not measured. Codes are those of `source_limits`.
    on : date
        Local day of the sample.
    below : mapping of code to float, optional
        Detection limit [mg/L] of items that stayed below it. One that is above the item's limit proves nothing.
    tables : tuple of int
        Which tables count, 2 and 3 unless given.

    Raises
    ------
    UnknownName
        When a code is none of the items, with the nearest one.
    InputError
        When a value is below zero or infinite, or no edition was in force.
    """
    edition = edition_on(STANDARD, on)
    if edition is None:
        raise InputError(f"no edition of GB 3838 was in force on {on}.", on=on.isoformat())
    limits = {code: one for code, one in source_limits(edition.code).items() if one.table in tables}
    given = {code: value for code, value in values.items() if not math.isnan(value)}
    detection = dict(below or {})
    for code, value in [*given.items(), *detection.items()]:
        if code not in limits:
            raise UnknownName("item of a drinking-water source", code, limits)
        if not 0 <= value < math.inf:
            raise InputError(f"{code} is {value} mg/L, a concentration is 0 or more.", property=code)
    undetected = tuple(code for code, limit in detection.items() if limit > limits[code].limit_mgl * (1 + _SLACK))
    given |= {c: limit * share_of_limit("mean") for c, limit in detection.items() if c not in undetected}
    beyond = [
        Beyond(limits[code], value, (value - limits[code].limit_mgl) / limits[code].limit_mgl)
        for code, value in given.items()
        if value > limits[code].limit_mgl * (1 + _SLACK)
    ]
    beyond.sort(key=lambda one: -one.multiple)
    over = {one.item.code for one in beyond}
    within = tuple(code for code in given if code not in over)
    keeps = False if beyond else True if within and not undetected else None
    missing = tuple(code for code in limits if code not in given and code not in undetected)
    return SourceVerdict(edition.code, keeps, tuple(beyond), within, undetected, missing)
