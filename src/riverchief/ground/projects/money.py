"""Investment by month: sums over projects of figures that each project gives as totals so far [fen]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from riverchief.base.spans import Span, month_of, parse_span

Totals = Mapping[str, int]
"""Month such as 2026-10 → what was spent from the beginning to the end of that month [fen]."""


@dataclass(frozen=True, slots=True)
class Point:
    """All projects at the end of a month [fen]; `done_fen` is None for months that have not begun."""

    month: str
    planned_fen: int
    done_fen: int | None


def cumulative(totals: Totals, month: str) -> int:
    """The total so far at the end of a month [fen]: the newest one that was given by then, 0 before the first."""
    known = [label for label in totals if label <= month]
    return totals[max(known)] if known else 0


def money_curve(planned: Sequence[Totals], done: Sequence[Totals], today: date) -> list[Point]:
    """Plan and spending of projects together, month by month.

    Parameters
    ----------
    planned, done : sequence of Totals
        One per project; of `done` only what somebody else has confirmed belongs here.
    today : date
        Spending after its month is not known.
    """
    labels = {label for totals in (*planned, *done) for label in totals}
    if not labels:
        return []
    last = max(parse_span(max(labels)).after, month_of(today).after)
    months = Span(parse_span(min(labels)).first, last).months()
    return [
        Point(
            month.label,
            sum(cumulative(one, month.label) for one in planned),
            sum(cumulative(one, month.label) for one in done) if month.first <= today else None,
        )
        for month in months
    ]
