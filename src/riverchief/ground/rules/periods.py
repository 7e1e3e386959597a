"""Periods of the calendar, and how many patrols are due (应巡) in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from riverchief.ground.deadlines import is_working_day
from riverchief.ground.rules.model import Asked, Period

_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert (预警) on a chief's stretch: "yellow", "orange" or "red", first and last day; None: it still stands."""

    level: str
    first_day: date
    last_day: date | None = None

    def touches(self, first: date, last: date) -> bool:
        """Whether it stood on a day from `first` to `last`, both included."""
        return self.first_day <= last and (self.last_day is None or first <= self.last_day)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a level owes in one period: first and last day, how many patrols, the alert that raised the count."""

    first_day: date
    last_day: date
    required: int
    alert: str = ""


@lru_cache(maxsize=1 << 16)
def period_of(day: date, period: Period) -> tuple[date, date]:
    """First and last day of the period that holds a day; weeks begin on Monday, ten-day periods on 1, 11 and 21."""
    if period in ("day", "working_day"):
        return day, day
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
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - _ONE


def periods(period: Period, first_day: date, last_day: date) -> list[tuple[date, date]]:
    """Every period that ends between two days, both included, oldest first; the first may begin before them."""
    found = []
    at = first_day
    while (one := period_of(at, period))[1] <= last_day:
        found.append(one)
        at = one[1] + _ONE
    return found


@lru_cache(maxsize=1 << 16)
def in_season(months: tuple[int, ...], first: date, last: date) -> bool:
    """Whether one of the days from `first` to `last` lies in one of the months."""
    at, touched = first, set()
    while at <= last:
        touched.add(at.month)
        at = _month_end(at) + _ONE
    return bool(touched & set(months))


@lru_cache(maxsize=4096)
def _plain(asked: Asked, first_day: date, last_day: date) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            first,
            last,
            asked.count
            if in_season(asked.months, first, last) and (asked.period != "working_day" or is_working_day(first))
            else 0,
        )
        for first, last in periods(asked.period, first_day, last_day)
    )


def duties(asked: Asked, first_day: date, last_day: date, alerts: Iterable[Alert] = ()) -> tuple[Duty, ...]:
    """What is owed in every period that ends between two days, both included, oldest first.

    A period with a day in the season is due. Working days are those of the State Council's notices. An alert that
    stands on any day of a period multiplies its count; of several the one that asks most.

    Raises
    ------
    InputError
        For working days of a year whose notice is not known yet.
    """
    plain = _plain(asked, first_day, last_day)
    times, standing = dict(asked.alert), tuple(alerts)
    if not (times and standing):
        return plain
    found = []
    for duty in plain:
        raised = [one.level for one in standing if one.level in times and one.touches(duty.first_day, duty.last_day)]
        worst = max(raised, key=lambda level: times[level], default="")
        found.append(Duty(duty.first_day, duty.last_day, duty.required * times.get(worst, 1), worst))
    return tuple(found)


def duty_on(asked: Asked, day: date, alerts: Iterable[Alert] = ()) -> Duty:
    """What is owed in the period that holds a day."""
    first, last = period_of(day, asked.period)
    return duties(asked, first, last, alerts)[0]
