"""Cells of tables as people write them: days, closing stamps, amounts with a detection limit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from riverchief.base.time import CHINA, to_epoch
from riverchief.cloud.tables.table import number

_STAMP = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T ]\s*(?P<h>\d{1,2})(?::?(?P<min>\d{2}))?(?::(?P<s>\d{2})(?:\.0+)?)?时?)?",
    re.ASCII,
)
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "*", "na", "n/a", "nan", "null", "none", "缺测", "无"})
_BELOW = re.compile(r"(?:<\s*(?P<a>[\d.]+)|(?P<b>[\d.]+)\s*L)")


def parse_stamp(text: str) -> tuple[date, int | None] | None:
    """The local day that a date or a closing stamp belongs to, and the stamp [s since 1970 UTC] where it has a time.

    `2026-11-20`, `2026/11/20 1:00`, `2026-11-20T24:00` are read; 00:00 and 24:00 close the day that ends there.
    None for anything else.
    """
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["h"] is None:
            return day, None
        hour, minute, second = int(found["h"]), int(found["min"] or 0), int(found["s"] or 0)
        if hour == 24 and not minute and not second:
            hour, day = 0, day + timedelta(days=1)
        at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CHINA)
    except (ValueError, OverflowError):
        return None
    ends = (hour, minute, second) == (0, 0, 0)
    return (day - timedelta(days=1) if ends else day), to_epoch(at)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell says: a value, or the detection limit that it is below; None and no fault where nothing is said."""

    value: float | None
    below: bool = False
    fault: str = ""


def parse_amount(text: str, low: float = float("-inf"), high: float = float("inf")) -> Amount:
    """A number, `<0.05` or `0.05L` (below the detection limit), or one of the marks for nothing.

    Parameters
    ----------
    low, high : float
        What a measurement can be; anything else is a fault and no value.
    """
    given = text.strip()
    if given.lower() in NOTHING:
        return Amount(None)
    found = _BELOW.fullmatch(given)
    value = number(found["a"] or found["b"]) if found else number(given)
    if value is None:
        return Amount(None, fault=f"{given!r} is not a number")
    if not low <= value <= high:
        return Amount(None, fault=f"{given} is not from {low:g} to {high:g}")
    return Amount(value, found is not None)
