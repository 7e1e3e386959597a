"""A board through time and among those in charge: counties and task forces with ranks, months against the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from riverchief.base.basin import Project
from riverchief.base.spans import Span, month_of
from riverchief.cloud.standards.air.rank import ranks
from riverchief.ground.projects.progress import Rate, rate

PRINTED_DECIMALS = 1  # rates that are printed alike are equal


@dataclass(frozen=True, slots=True)
class Standing:
    """A county or a task force on a board: its rates, and its rank by each, 1 the best; equals share a rank."""

    code: str
    rate: Rate
    start_rank: int | None
    completion_rank: int | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A board at the end of a month; what was done is None for a month that has not begun."""

    month: str
    starts_planned: int
    ends_planned: int
    started: int | None
    completed: int | None


def standings(projects: Sequence[Project], key: Callable[[Project], str], day: date) -> list[Standing]:
    """Those in charge of projects by the end of a day, the best at starting first.

    Parameters
    ----------
    projects : sequence of Project
        Of one board.
    key : callable
        County or task force of a project; those of none ('') are not ranked and not listed.
    """
    groups: dict[str, list[Project]] = {}
    for project in projects:
        if code := key(project):
            groups.setdefault(code, []).append(project)
    rates = {code: rate(found, day) for code, found in groups.items()}
    start = ranks([_highest_first(one.start_rate) for one in rates.values()])
    end = ranks([_highest_first(one.completion_rate) for one in rates.values()])
    found = [Standing(code, one, s, e) for (code, one), s, e in zip(rates.items(), start, end, strict=True)]
    return sorted(found, key=lambda one: (one.start_rank or 0, one.completion_rank or 0, one.code))


def _highest_first(percent: float | None) -> tuple[float] | None:
    return None if percent is None else (-round(percent, PRINTED_DECIMALS),)


def curve(projects: Sequence[Project], today: date) -> list[Dated]:
    """Every month from the first planned or actual day to the last one, or to today's: plan and what was done."""
    days = [
        day
        for p in projects
        for day in (p.start_planned, p.end_planned, p.start_actual, p.end_actual)
        if day is not None
    ]
    if not days:
        return []
    months = Span(month_of(min(days)).first, month_of(max(*days, today)).after).months()
    found = []
    for month in months:
        planned = rate(projects, month.last)
        done = rate(projects, min(month.last, today)) if month.first <= today else None
        found.append(
            Dated(
                month.label,
                planned.starts_due,
                planned.ends_due,
                None if done is None else done.started,
                None if done is None else done.completed,
            )
        )
    return found
