"""GB 3838 Table 1 as limits by item and column, read from its editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.editions import Edition, edition_named, edition_on, editions

STANDARD = "gb3838"
CLASS_COUNT = 5
COLUMNS = ("river", "lake")


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
class SurfaceEdition:
    """One edition: its head, its items (river and lake column) and its sets of items."""

    edition: Edition
    river: dict[str, Limits]
    lake: dict[str, Limits]
    without_class: tuple[str, ...]
    sets: dict[str, tuple[str, ...]]

    @property
    def code(self) -> str:
        """As it is cited."""
        return self.edition.code

    def column(self, tp_rule: str) -> dict[str, Limits]:
        """The limits by property of the river or the lake column.

        Raises
        ------
        UnknownName
            When `tp_rule` is neither `river` nor `lake`.
        """
        if tp_rule not in COLUMNS:
            raise UnknownName("column of the standard", tp_rule, COLUMNS)
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


def read_surface(edition: Edition) -> SurfaceEdition:
    """The tables of an edition's file."""
    river: dict[str, Limits] = {}
    lake: dict[str, Limits] = {}
    rows = edition.body["item"]
    for row in rows:
        code = property_named(row["property"]).code
        if row["rule"] == Rule.CHANGE:
            continue
        if "limits" in row or row["rule"] == Rule.WITHIN:
            river[code] = lake[code] = _limits(row, row.get("limits", []), edition.confidence)
        if "lake_limits" in row:
            lake[code] = _limits(row, row["lake_limits"], edition.confidence)
    return SurfaceEdition(
        edition=edition,
        river=river,
        lake=lake,
        without_class=tuple(row["property"] for row in rows if row["rule"] == Rule.CHANGE),
        sets={name: tuple(codes) for name, codes in edition.body["sets"].items()},
    )


@cache
def surface_named(code: str) -> SurfaceEdition:
    """The edition with this code.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    return read_surface(edition_named(STANDARD, code))


def surface_on(day: date) -> SurfaceEdition | None:
    """The edition in force on a day, or None before the first one."""
    found = edition_on(STANDARD, day)
    return None if found is None else surface_named(found.code)


def surface_editions() -> tuple[SurfaceEdition, ...]:
    """All editions, oldest first."""
    return tuple(surface_named(edition.code) for edition in editions(STANDARD))
