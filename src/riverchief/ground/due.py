"""Patrols due (应巡): how many a chief of a level owes in a period, as data, and how many were done."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal
from zoneinfo import ZoneInfo

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.time import CHINA

Period = Literal["week", "ten_days", "month", "quarter", "half_year", "year"]
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a level patrols: `count` times per period, in periods that touch one of the `months`."""

    level: str
    period: Period
    count: int
    months: tuple[int, ...]
    document: str
    confirmed: bool

    def __post_init__(self) -> None:
        if self.period not in (*_MONTHS, "week", "ten_days"):
            raise UnknownName("period", self.period, (*_MONTHS, "week", "ten_days"))
        if self.count < 0 or not all(1 <= month <= 12 for month in self.months):
            raise InputError(
                f"patrols of {self.level}: {self.count} in months {list(self.months)}; give 0 or more, months 1 to 12."
            )


@dataclass(frozen=True, slots=True)
class Duty:
    """What a chief owes in one period: first and last day, how many, how many were done, until when [UTC]."""

    first_day: date
    last_day: date
    required: int
    done: int
    until: datetime
    frequency: Frequency

    @property
    def missing(self) -> int:
        """How many are still to be walked."""
        return max(self.required - self.done, 0)


@cache
def shipped() -> dict[str, Any]:
    """The tables that ship with riverchief, `data/patrols.toml`."""
    text = resources.files("riverchief.ground").joinpath("data", "patrols.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def frequencies() -> dict[str, Frequency]:
    """The ladder that ships with riverchief, by level."""
    rows = shipped()["frequency"]
    return {row["level"]: Frequency(**{**row, "months": tuple(row["months"])}) for row in rows}


def frequency(level: str) -> Frequency:
    """How often this level patrols; `UnknownName` for a level that the ladder lacks."""
    known = frequencies()
    if level not in known:
        raise UnknownName("level", level, known)
    return known[level]


def period_of(day: date, period: Period) -> tuple[date, date]:
    """First and last day of the period that holds a day; weeks begin on Monday, ten-day periods on 1, 11 and 21."""
    if period == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if period == "ten_days":
        start = min((day.day - 1) // 10, 2) * 10 + 1
        first = day.replace(day=start)
        return first, _month_end(day) if start == 21 else first + timedelta(days=9)
    months = _MONTHS[period]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _month_end(date(day.year, first.month + months - 1, 1))


def _month_end(day: date) -> date:
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return after - timedelta(days=1)


def _required(rule: Frequency, first: date, last: date) -> int:
    """Count of a period, nothing where none of its days lies in an active month."""
    months = set()
    at = first.replace(day=1)
    while at <= last:
        months.add(at.month)
        at = _month_end(at) + timedelta(days=1)
    return rule.count if months & set(rule.months) else 0


def duty(rule: Frequency, day: date, walked: Iterable[date], zone: ZoneInfo = CHINA) -> Duty:
    """What is owed in the period that holds `day`.

    Parameters
    ----------
    walked : iterable of date
        Local days of the valid patrols; those outside of the period do not count.
    """
    first, last = period_of(day, rule.period)
    done = sum(first <= one <= last for one in walked)
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Duty(first, last, _required(rule, first, last), done, until, rule)


def duties(
    rule: Frequency, first_day: date, last_day: date, walked: Iterable[date], zone: ZoneInfo = CHINA
) -> list[Duty]:
    """What is owed in every period that ends between two days (both included), oldest first; for a score."""
    days = list(walked)
    found: list[Duty] = []
    at = first_day
    while True:
        one = duty(rule, at, days, zone)
        if one.last_day > last_day:
            return found
        found.append(one)
        at = one.last_day + timedelta(days=1)
