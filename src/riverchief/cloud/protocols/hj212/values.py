"""The data area of HJ 212: `key=value` pairs turned into readings (HJ 212-2017 clause 6.3.4 and table 4)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from riverchief.base.readings import Flag, Period
from riverchief.base.units import PROPERTIES
from riverchief.cloud.protocols.hj212.tables import Command, Factor, find_factor, tables
from riverchief.cloud.protocols.messages import BEIJING, Value

_SEPARATOR = re.compile(r"[;,]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# the years that a station's clock can mean; others are no date
_TIME = re.compile(r"((?:19[7-9]|20\d)\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d*)", re.ASCII)
_MINUTES = re.compile(r"0?[1-9]|[12]\d|30", re.ASCII)

# the statistics that are the property itself, in its unit; totals and converted values are not
_OF_PROPERTY = frozenset({"rtd", "min", "avg", "max"})
_TOTAL = "cou"


@dataclass(frozen=True)
class DataArea:
    """A data area: all its pairs (the last of a name), its readings, and what was wrong with them."""

    pairs: Mapping[str, str]
    values: tuple[Value, ...]
    defects: list[str]


@dataclass
class _Group:
    """What stands behind one DataTime."""

    time: datetime | None = None
    numbers: list[tuple[str, str, str]] = field(default_factory=list)  # code, statistic, text
    flags: dict[str, str] = field(default_factory=dict)  # by code; "" is the one without a code


def pairs(area: str) -> Iterator[tuple[str, str]]:
    """The pairs of a data area, whether `;` or `,` parts them; text between `//` and `//` may hold both."""
    at = 0
    while at < len(area):
        separator = _SEPARATOR.search(area, at)
        stop = separator.start() if separator else len(area)
        equals = area.find("=", at, stop)
        if equals >= 0:
            if area.startswith("//", equals + 1) and (close := area.find("//", equals + 3)) >= 0:
                separator = _SEPARATOR.search(area, close + 2)
                stop = separator.start() if separator else len(area)
            yield area[at:equals].strip(), area[equals + 1 : stop].strip()
        at = stop + 1


def read_area(text: str, command: Command, system: str | None) -> DataArea:
    """Read a data area.

    Parameters
    ----------
    text : str
        What stands between `CP=&&` and `&&`.
    command : Command
        Says what the values stand for in time.
    system : str or None
        The system code ST.

    Notes
    -----
    DataTime is the moment of 2011 and 2021 and the *start* of the period of 2031, 2041, 2051 and 2061; readings are
    stamped at its end. How long a minute period is no standard field of the frame says: it is taken from MinInterval
    where a station sends it along, else the stamp stays at the start.
    """
    found: dict[str, str] = {}
    defects: list[str] = []
    groups = [_Group()]
    if text.endswith((";", ",")):
        defects.append("separator before closing &&")
    for key, value in pairs(text):
        found[key] = value
        if key == "DataTime":
            if groups[-1].numbers:
                groups.append(_Group())
            groups[-1].time = _time(value, defects)
        elif key == "Flag":
            defects.append("bare Flag item without factor prefix")
            groups[-1].flags[""] = value
        elif "-" in key:
            _take(groups[-1], key, value, defects)
    if any(group.numbers for group in groups) and "DataTime" not in found:
        defects.append("no DataTime")
    length = _length(command, found)
    values: list[Value] = []
    for group in groups:
        time = group.time + length if group.time else None
        for code, statistic, number in group.numbers:
            flag = _flag(group.flags.get(code, group.flags.get("", "N")), code, defects)
            reading = _value(code, statistic, number, flag, time, command, system, defects)
            if reading is not None:
                values.append(reading)
    return DataArea(found, tuple(values), defects)


def _take(group: _Group, key: str, text: str, defects: list[str]) -> None:
    """Keep a pair that belongs to a factor, if it is a number or its flag."""
    code, _, suffix = key.rpartition("-")
    if suffix == "Flag":
        group.flags[code] = text
        return
    known = tables().suffixes
    statistic = known.get(suffix)
    if statistic is None:
        statistic = next((known[name] for name in known if name.lower() == suffix.lower()), None)
        if statistic is None:
            return
        defects.append(f"{key} is not written as the standard does")
    elif suffix == "td":
        defects.append(f"{key} is a misprint for {code}-Rtd")
    group.numbers.append((code, statistic, text))


def _length(command: Command, found: Mapping[str, str]) -> timedelta:
    if command.length_s is not None:
        return timedelta(seconds=command.length_s)
    minutes = found.get("MinInterval", "")
    if command.period is Period.MINUTE and _MINUTES.fullmatch(minutes):
        return timedelta(minutes=int(minutes))
    return timedelta()


def _time(text: str, defects: list[str]) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        defects.append(f"DataTime {text} is not 14 digits")
        return None
    if match[7]:
        defects.append(f"DataTime {text} is not 14 digits")
    try:
        year, month, day, hour, minute, second = (int(match[k]) for k in range(1, 7))
        return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        defects.append(f"DataTime {text} is no date")
        return None


def _flag(letter: str, code: str, defects: list[str]) -> Flag:
    known = tables().flags
    if letter in known:
        return known[letter]
    if letter.upper() in known:
        return known[letter.upper()]
    defects.append(f"flag {letter!r} of {code} is not known")
    return Flag.SUSPECT


def _value(
    code: str,
    statistic: str,
    text: str,
    flag: Flag,
    time: datetime | None,
    command: Command,
    system: str | None,
    defects: list[str],
) -> Value | None:
    """One reading; None where a text that is no number is all there is."""
    factor = find_factor(code, system)
    name, unit = _property(factor, statistic)
    number = _number(text, factor.scale if factor and name else Decimal(1))
    if number is None:
        if text:
            defects.append(f"{code}-{statistic} {text!r} is not a number")
        if flag is Flag.OK:
            if text:
                return None
            flag = Flag.MISSING
    return Value(code, name, number, unit, flag, time, command.period or Period.INSTANT, statistic)


def _property(factor: Factor | None, statistic: str) -> tuple[str | None, str | None]:
    """The property that a number is, and its unit."""
    if factor is None or statistic in {"rs", "rt"}:
        return None, "h" if statistic == "rt" else None
    if statistic == _TOTAL:
        return None, factor.total_unit
    if factor.property is None or statistic not in _OF_PROPERTY:
        return None, factor.unit
    return factor.property, PROPERTIES[factor.property].unit


def _number(text: str, scale: Decimal) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    # in decimals, so that 18.2 µg/L is exactly the double of 0.0182 mg/L
    number = float(text) if scale == 1 else float(Decimal(text) * scale)
    return number if math.isfinite(number) else None
