"""The tables of SL 651, read once from `tables.toml` and `elements.csv`."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from riverchief.base.errors import UnknownName
from riverchief.base.readings import Period
from riverchief.base.units import PROPERTIES, factor

STATUS = 0x45  # the one element that is no decimal number: 32 bits of state and alarms
RAIN_BLOCK, LEVEL_BLOCKS = 0xF4, range(0xF5, 0xFD)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its letters, its digits as the standard prints them, and the property it is."""

    lead: int
    code: str
    unit: str | None
    digits: int
    decimals: int
    property: str | None
    period: Period
    scale: Decimal  # what the sent number is multiplied with to stand in the property's unit


@dataclass(frozen=True, slots=True)
class Function:
    """What a function code says about the body of an uplink frame."""

    kind: str
    body: str
    has_class: bool
    ack: bool
    series: bool


@dataclass(frozen=True)
class Tables:
    """All tables; elements by lead byte, by letters, and by the property they are."""

    elements: Mapping[int, Element]
    by_code: Mapping[str, Element]
    by_property: Mapping[str, Element]
    functions: Mapping[int, Function]
    classes: Mapping[str, int]


@cache
def tables() -> Tables:
    """The tables of this package."""
    package = files(__package__)
    elements: dict[int, Element] = {}
    by_property: dict[str, Element] = {}
    for row in csv.DictReader(package.joinpath("elements.csv").read_text(encoding="utf-8").splitlines()):
        for k in range(int(row["count"])):
            one = _element(row, k)
            elements[one.lead] = one
            if one.property:
                by_property.setdefault(one.property, one)
    data = tomllib.loads(package.joinpath("tables.toml").read_text(encoding="utf-8"))
    functions = {
        int(number, 16): Function(
            row["kind"], row["body"], row.get("class", False), row.get("ack", False), row.get("series", False)
        )
        for number, row in data["functions"].items()
    }
    by_code = {one.code: one for one in elements.values()}
    return Tables(elements, by_code, by_property, functions, data["classes"])


def element_to_send(name: str) -> Element:
    """The element that a property, or an element's letters, is sent as.

    Raises
    ------
    UnknownName
        When SL 651 has no element for it.
    """
    found = tables().by_property.get(name) or tables().by_code.get(name)
    if found is None or found.lead >= RAIN_BLOCK or found.lead == STATUS:
        raise UnknownName("SL 651 property or element", name, {**tables().by_property, **tables().by_code})
    return found


def _element(row: Mapping[str, str], k: int) -> Element:
    name, unit = row["property"], row["unit"]
    return Element(
        int(row["lead"], 16) + k,
        row["code"].replace("#", str(k + 1)),
        unit or None,
        int(row["digits"]),
        int(row["decimals"]),
        name or None,
        Period(row["period"]),
        Decimal(str(factor(unit, PROPERTIES[name].unit))) if name else Decimal(1),
    )
