"""The tables of HJ 212, read once from `tables.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from riverchief.base.errors import UnknownName
from riverchief.base.readings import Flag, Period
from riverchief.base.units import PROPERTIES, factor


@dataclass(frozen=True, slots=True)
class Factor:
    """One code: the unit it is sent in, the property it is, and the unit of its total over a period."""

    code: str
    code_2005: str
    property: str | None
    unit: str
    total_unit: str | None
    scale: Decimal  # what the sent number is multiplied with to stand in the property's unit


@dataclass(frozen=True, slots=True)
class Command:
    """One command number."""

    kind: str
    ack: str | None
    period: Period | None  # None: no readings
    length_s: int | None  # of a period whose DataTime is its start


@dataclass(frozen=True)
class Tables:
    """All tables; `factors` by either code, `by_property` by the property."""

    factors: Mapping[str, Factor]
    by_property: Mapping[str, Factor]
    not_water: frozenset[str]
    commands: Mapping[str, Command]
    flags: Mapping[str, Flag]
    letters: Mapping[Flag, str]
    suffixes: Mapping[str, str]
    suffix_of: Mapping[str, str]
    upload_keys: frozenset[str]


@cache
def tables() -> Tables:
    """The tables of this package."""
    data = tomllib.loads(files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
    factors: dict[str, Factor] = {}
    by_property: dict[str, Factor] = {}
    for group in data["factors"]:
        for entry in group["codes"].split():
            one = _factor(entry, group["unit"], group["total"])
            factors[one.code] = one
            if one.code_2005:
                factors[one.code_2005] = one
            if one.property:
                by_property.setdefault(one.property, one)
    commands = {
        number: Command(
            row["kind"],
            row.get("ack"),
            Period(row["period"]) if "period" in row else None,
            row.get("length_s"),
        )
        for number, row in data["commands"].items()
    }
    flags = {letter: Flag[name] for letter, name in data["flags"].items()}
    letters: dict[Flag, str] = {}
    for letter, flag in flags.items():
        if letter.isalpha():
            letters.setdefault(flag, letter)
    suffix_of: dict[str, str] = {}
    for suffix, statistic in data["suffixes"].items():
        suffix_of.setdefault(statistic, suffix)
    return Tables(
        factors,
        by_property,
        frozenset(data["systems"]["not_water"]),
        commands,
        flags,
        letters,
        data["suffixes"],
        suffix_of,
        frozenset(data["uploads"]["keys"]),
    )


def find_factor(code: str, system: str | None) -> Factor | None:
    """The factor of a code as a station sends it, 2017 or 2005, or None where it is not known.

    Old codes come in frames that call themselves new and the other way round, so the code itself decides, not the
    version. Three digits are a water code only where the system (ST) is one of water.
    """
    found = tables().factors.get(code) or tables().factors.get(code.lower())
    if found and code.isdigit() and len(code) == 3 and system in tables().not_water:
        return None
    return found


def factor_to_send(name: str) -> Factor:
    """The factor under which a property, or a code, is sent.

    Raises
    ------
    UnknownName
        When HJ 212 has no code for it.
    """
    found = tables().by_property.get(name) or tables().factors.get(name)
    if found is None:
        raise UnknownName("HJ 212 property or code", name, {**tables().by_property, **tables().factors})
    return found


def _factor(entry: str, unit: str, total: str) -> Factor:
    codes, _, name = entry.partition("=")
    code, _, old = codes.partition(":")
    scale = Decimal(str(factor(unit, PROPERTIES[name].unit))) if name else Decimal(1)
    return Factor(code, old, name or None, unit, total or None, scale)
