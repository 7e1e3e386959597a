"""Deadlines (时限): when a case must be solved by its severity, and what follows when it is not.

The rules are data (`data/deadlines.toml`) with document and validity; what no document confirms says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal
from zoneinfo import ZoneInfo

import chinese_calendar

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA, local_day

ClockKind = Literal["elapsed", "working_days"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One time limit: `amount` hours (clock "elapsed") or working days, in force on days from `valid_from`."""

    severity: int
    clock: ClockKind
    amount: int
    valid_from: date
    document: str
    confirmed: bool
    valid_to: date | None = None  # first day without it

    def __post_init__(self) -> None:
        _check_clock(self.clock, self.amount, f"time limit of severity {self.severity}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder: what is sent to whom, `after` hours or working days past the deadline."""

    kind: str
    to: str
    clock: ClockKind
    after: int
    document: str
    confirmed: bool

    def __post_init__(self) -> None:
        _check_clock(self.clock, self.after, f"escalation {self.kind}")


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock of a case stands (中止): from a moment to another, or until it is taken up again."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise InputError(f"the pause from {self.start.isoformat()} ends before it begins: {self.end.isoformat()}.")


@dataclass(frozen=True, slots=True)
class Due:
    """When a case must be solved [UTC], and the rule that says so."""

    at: datetime
    rule: Rule


@dataclass(frozen=True, slots=True)
class Running:
    """Where the clock of a case stands after pauses and extensions.

    Attributes
    ----------
    at : datetime or None
        When it must be solved [UTC]; None while the clock stands.
    extended : int
        By how many hours or working days, as the rule counts, it was put off (延期).
    rule : Rule
        The time limit that was in force on the day of opening.
    """

    at: datetime | None
    extended: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Escalation:
    """A step that is due, from when on [UTC], and its place on the ladder from 1."""

    number: int
    at: datetime
    step: Step


def _check_clock(clock: str, amount: int, what: str) -> None:
    if clock not in ("elapsed", "working_days") or amount < 0:
        raise InputError(f'{what} is {amount} of {clock!r}; give 0 or more of "elapsed" (hours) or "working_days".')


@cache
def _shipped() -> dict[str, Any]:
    text = resources.files("riverchief.ground").joinpath("data", "deadlines.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def rules() -> tuple[Rule, ...]:
    """The time limits that ship with riverchief."""
    return tuple(Rule(**row) for row in _shipped()["deadline"])


def ladder() -> tuple[Step, ...]:
    """The steps that ship with riverchief."""
    return tuple(Step(**row) for row in _shipped()["escalation"])


def is_working_day(day: date) -> bool:
    """Whether people work in China on that day: holidays and shifted weekends (调休) of the State Council's notices.

    Raises
    ------
    InputError
        For a year whose notice is not in the calendar; it appears in November of the year before.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise InputError(
            f"working days of {day.year} are not known: the Chinese calendar here has no holidays for that "
            f"year yet. Upgrade the package chinesecalendar, or set the date by hand.",
            year=day.year,
        ) from None


def after_working_days(day: date, count: int) -> date:
    """The `count`-th working day after a day, which is not counted itself (Civil Code, article 201)."""
    at = day
    while count > 0:
        at += timedelta(days=1)
        count -= is_working_day(at)
    return at


def _later(start: datetime, clock: ClockKind, amount: int, zone: ZoneInfo) -> datetime:
    """`amount` hours after a moment, or the end (24:00) of the `amount`-th working day after its day."""
    if clock == "elapsed":
        return start.astimezone(UTC) + timedelta(hours=amount)
    last = after_working_days(local_day(start, zone), amount)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def deadline(severity: int, opened_at: datetime, among: tuple[Rule, ...] | None = None, zone: ZoneInfo = CHINA) -> Due:
    """When a case of this severity that was opened then must be solved.

    Parameters
    ----------
    severity : int
        1 minor … 3 gravest.
    opened_at : datetime
        Aware.
    among : tuple of Rule
        The rules of the place; those that ship with riverchief by default.

    Raises
    ------
    InputError
        When no rule, or more than one, is in force for the severity on that day, or working days are not known.
    """
    day = local_day(opened_at, zone)
    known = rules() if among is None else among
    fitting = [
        rule
        for rule in known
        if rule.severity == severity and rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)
    ]
    if len(fitting) != 1:
        raise InputError(
            f"{len(fitting)} time limits are in force for severity {severity} on {day}; there must be exactly one. "
            f"Check the rules' severities and validity.",
            severity=severity,
        )
    rule = fitting[0]
    return Due(_later(opened_at, rule.clock, rule.amount, zone), rule)


def running(due: Due, opened_at: datetime, pauses: Sequence[Pause] = (), extended: int = 0) -> Running:
    """The deadline of a case whose clock stood for some time, or was put off.

    Hours that fall into a pause are not counted, nor working days at whose end (24:00 in China) the clock stood. An
    extension counts in the rule's own unit.

    Parameters
    ----------
    due : Due
        As `deadline` gave it when the case was opened.
    opened_at : datetime
        Aware.
    pauses : sequence of Pause
        In any order; they may overlap. One without an end stands until now.
    extended : int
        Hours or working days, as the rule counts.

    Raises
    ------
    InputError
        When the extension is below zero, or working days are not known.
    """
    if extended < 0:
        raise InputError(f"an extension of {extended} would shorten the time; close the case, or give 0 or more.")
    standing = _joined(pauses)
    amount = due.rule.amount + extended
    at = (
        _by_hours(opened_at, amount, standing) if due.rule.clock == "elapsed" else _by_days(opened_at, amount, standing)
    )
    return Running(at, extended, due.rule)


def _joined(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, each apart from the next."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end < pause.start):
            found.append(pause)
        elif last.end is not None and (pause.end is None or pause.end > last.end):
            found[-1] = Pause(last.start, pause.end)
    return found


def _by_hours(start: datetime, hours: int, standing: list[Pause]) -> datetime | None:
    at, left = start.astimezone(UTC), timedelta(hours=hours)
    for pause in standing:
        run = max(pause.start - at, timedelta())
        if run >= left:
            break
        left -= run
        if pause.end is None:
            return None
        at = max(at, pause.end.astimezone(UTC))
    return at + left


def _by_days(start: datetime, days: int, standing: list[Pause]) -> datetime | None:
    first = day = local_day(start, CHINA)
    while True:
        end = datetime.combine(day + timedelta(days=1), time(), CHINA).astimezone(UTC)
        stood = next((p for p in standing if p.start < end and (p.end is None or end <= p.end)), None)
        if stood is None:
            days -= day > first and is_working_day(day)
            if days <= 0:
                return end
        elif stood.end is None:
            return None
        day += timedelta(days=1)


def escalations(
    due_at: datetime, now: datetime, steps: tuple[Step, ...] | None = None, zone: ZoneInfo = CHINA
) -> tuple[Escalation, ...]:
    """The steps that are due by now for a case that should have been solved at `due_at`, in the ladder's order.

    The caller knows which of them were taken already, and gives a later moment where nobody knew of the case at its
    deadline.
    """
    if now <= due_at:
        return ()
    found = []
    for number, step in enumerate(ladder() if steps is None else steps, 1):
        at = _later(due_at, step.clock, step.after, zone)
        if at > now:
            break
        found.append(Escalation(number, at, step))
    return tuple(found)
