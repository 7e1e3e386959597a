"""Periods of reports: a day, a week, a month, a quarter, a year; local days of the basin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
MONTHS = (*_MONTHS, "November", "December")
EXAMPLES = {"day": "2026-10-05", "week": "2026-W41", "month": "2026-10", "quarter": "2026-Q3", "year": "2026"}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week (Monday to Sunday), month, quarter or year of local days.

    Attributes
    ----------
    unit : str
        `day`, `week`, `month`, `quarter` or `year`.
    start, end : date
        First day, and the first day after the last one.
    """

    unit: str
    start: date
    end: date

    @property
    def code(self) -> str:
        """As it is asked for: 2026-10-05, 2026-W41, 2026-10, 2026-Q3, 2026."""
        if self.unit == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02}"
        if self.unit == "quarter":
            return f"{self.start.year}-Q{self.number}"
        return self.start.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.unit]]

    @property
    def year(self) -> int:
        """The year that it is counted in; a week belongs to the year that has most of its days."""
        return self.start.isocalendar()[0] if self.unit == "week" else self.start.year

    @property
    def number(self) -> int:
        """Which one of its year it is, from 1."""
        if self.unit == "day":
            return self.start.timetuple().tm_yday
        quarter = (self.start.month + 2) // 3
        return {"week": self.start.isocalendar()[1], "month": self.start.month, "quarter": quarter, "year": 1}[
            self.unit
        ]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def begins_at(self) -> datetime:
        """Local midnight that opens it."""
        return datetime(self.start.year, self.start.month, self.start.day, tzinfo=CHINA)

    @property
    def ends_at(self) -> datetime:
        """Local midnight that closes it: the date of everything that is made of it."""
        return datetime(self.end.year, self.end.month, self.end.day, tzinfo=CHINA)

    def before(self) -> Period:
        """The period of the same kind just before it."""
        return period_of(self.unit, self.start - timedelta(days=1))

    def year_before(self) -> Period:
        """The same period of the year before; of a day the same date (28 February for the 29th)."""
        if self.unit == "week":
            return period_of("week", date.fromisocalendar(self.year - 1, min(self.number, 52), 1))
        day = min(self.start.day, 28) if self.start.month == 2 else self.start.day
        return period_of(self.unit, date(self.start.year - 1, self.start.month, day))

    def title(self, language: str) -> str:
        """In words, in Chinese (`zh`) or English (`en`)."""
        a, z = self.start, self.last
        if language == "zh":
            return {
                "day": f"{a.year}年{a.month}月{a.day}日",
                "week": f"{self.year}年第{self.number}周（{a.month}月{a.day}日—{z.month}月{z.day}日）",
                "month": f"{a.year}年{a.month}月",
                "quarter": f"{a.year}年第{self.number}季度",
                "year": f"{a.year}年",
            }[self.unit]
        begun = MONTHS[a.month - 1]
        return {
            "day": f"{a.day} {begun} {a.year}",
            "week": f"week {self.number} of {self.year} ({a.day} {begun} – {z.day} {MONTHS[z.month - 1]})",
            "month": f"{begun} {a.year}",
            "quarter": f"quarter {self.number} of {a.year}",
            "year": f"{a.year}",
        }[self.unit]


def period_of(unit: str, day: date) -> Period:
    """The period of this unit that holds a day."""
    if unit == "week":
        start = day - timedelta(days=day.weekday())
        return Period(unit, start, start + timedelta(days=7))
    if unit == "month":
        start = day.replace(day=1)
        return Period(unit, start, (start + timedelta(days=32)).replace(day=1))
    if unit == "quarter":
        start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return Period(unit, start, (start + timedelta(days=95)).replace(day=1))
    if unit == "year":
        return Period(unit, date(day.year, 1, 1), date(day.year + 1, 1, 1))
    return Period("day", day, day + timedelta(days=1))


def last_ended(unit: str, today: date) -> Period:
    """The last period of this unit that has ended when today begins."""
    return period_of(unit, today).before()


def period_named(code: str) -> Period:
    """The period that a code names.

    Raises
    ------
    InputError
        When it is no day, week, month, quarter or year.
    """
    try:
        if match := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", code):
            return period_of("week", date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", code):
            return period_of("day", date.fromisoformat(code))
        if match := re.fullmatch(r"(\d{4})-(\d{2})", code):
            return period_of("month", date(int(match[1]), int(match[2]), 1))
        if match := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", code):
            return period_of("quarter", date(int(match[1]), 3 * int(match[2]) - 2, 1))
        if re.fullmatch(r"\d{4}", code):
            return period_of("year", date(int(code), 1, 1))
    except (ValueError, OverflowError):
        pass
    told = ", ".join(f"{example} ({unit})" for unit, example in EXAMPLES.items())
    raise InputError(f"period {code!r} is none; write {told}.", period=code)
