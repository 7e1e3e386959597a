"""Spans of local days that people report on: a month, a quarter, a year, or a run of months.

=============== =====================================
text            what it is
=============== =====================================
2026-10         the month
2026-Q3         the quarter
2026            the year
2026-01..2026-10 a run of months, the first and the last
=============== =====================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from riverchief.base.errors import InputError

KINDS = ("month", "quarter", "year", "months")
_FORM = re.compile(r"(\d{4})(?:-(\d{2})|-?[Qq]([1-4]))?")
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole months in a row: the first days of the first month and of the month after the last one."""

    first: date
    after: date

    @property
    def last(self) -> date:
        """The last day."""
        return self.after - timedelta(days=1)

    @property
    def n_months(self) -> int:
        """How many months it has."""
        return _ordinal(self.after) - _ordinal(self.first)

    @property
    def kind(self) -> str:
        """`month`, `quarter`, `year`, or `months` for any other run."""
        if self.n_months == 1:
            return "month"
        if self.n_months == 3 and self.first.month % 3 == 1:
            return "quarter"
        return "year" if self.n_months == 12 and self.first.month == 1 else "months"

    @property
    def label(self) -> str:
        """As it is written: `2026-10`, `2026-Q3`, `2026`, `2026-01..2026-10`."""
        first = self.first.isoformat()[:7]
        if self.kind == "months":
            return f"{first}..{self.last.isoformat()[:7]}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{self.first.month // 3 + 1}"
        return first if self.kind == "month" else first[:4]

    def months(self) -> tuple[Span, ...]:
        """Its months, in order."""
        return tuple(_months(_ordinal(self.first) + k, 1) for k in range(self.n_months))

    def before(self) -> Span:
        """The span of the same length that ends where this one begins."""
        return _months(_ordinal(self.first) - self.n_months, self.n_months)

    def year_before(self) -> Span:
        """The same months a year earlier."""
        return _months(_ordinal(self.first) - 12, self.n_months)

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.first <= day < self.after


def _ordinal(first: date) -> int:
    return first.year * 12 + first.month - 1


def _first_day(ordinal: int) -> date:
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def _months(ordinal: int, n: int) -> Span:
    return Span(_first_day(ordinal), _first_day(ordinal + n))


def month_of(day: date) -> Span:
    """The month that a day is in."""
    return _months(_ordinal(day), 1)


def span_of(day: date, kind: str) -> Span:
    """The month, quarter or year that a day is in.

    Raises
    ------
    InputError
        When the kind is none of the three.
    """
    if kind not in _MONTHS_OF:
        raise InputError(f"a span of kind {kind!r} is none of {', '.join(_MONTHS_OF)}.", kind=kind)
    n = _MONTHS_OF[kind]
    return _months(_ordinal(day) // n * n, n)


def to_date(day: date) -> Span:
    """The months of the year up to that of a day, which is in it."""
    return _months(day.year * 12, day.month)


def parse_span(text: str) -> Span:
    """A span from its text.

    Raises
    ------
    InputError
        When it is none of the four forms, or ends before it begins.
    """
    begin, dots, end = text.strip().partition("..")
    first = _single(begin, text)
    if not dots:
        return first
    last = _single(end, text)
    if first.n_months != 1 or last.n_months != 1 or last.first < first.first:
        raise _refused(text)
    return Span(first.first, last.after)


def _single(part: str, text: str) -> Span:
    match = _FORM.fullmatch(part)
    if match is None:
        raise _refused(text)
    year, month, quarter = match.groups()
    if not 1900 <= int(year) <= 2999 or (month and not 1 <= int(month) <= 12):
        raise _refused(text)
    if quarter:
        return _months(int(year) * 12 + 3 * (int(quarter) - 1), 3)
    return _months(int(year) * 12 + int(month) - 1, 1) if month else _months(int(year) * 12, 12)


def _refused(text: str) -> InputError:
    return InputError(
        f"period {text!r} is none of a month (2026-10), a quarter (2026-Q3), a year (2026), "
        f"or a run of months (2026-01..2026-10).",
        period=text,
    )
