"""Closing (销号): closed is provisional; the readings after it confirm it, or reopen the case and are named."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from riverchief.base.readings import Flag
from riverchief.base.time import from_epoch

GOOD_READINGS = 3  # in a row, at or under the limit
SILENCE = timedelta(hours=24)  # without any reading: then a second person may confirm
WATCH = timedelta(hours=72)  # in which one reading above the limit reopens


class Outcome(StrEnum):
    """What the readings since the closing say."""

    WAIT = "wait"
    CONFIRM = "confirm"  # enough good readings in a row
    SECOND_PERSON = "second_person"  # no reading for a day: a second person may confirm
    REOPEN = "reopen"
    FINAL = "final"  # confirmed, and the watch is over


@dataclass(frozen=True, slots=True)
class After:
    """One reading after the closing: id, time [s since 1970 UTC], value in the limit's unit, flag."""

    id: str
    time_s: int
    value: float | None
    flag: Flag = Flag.OK


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, and the readings that say so.

    Attributes
    ----------
    readings : tuple of str
        Ids of the readings that decided; the one above the limit, or those that confirm, or the good ones so far.
    at : datetime
        When it was so: time of the deciding reading, end of the silence, or now.
    watched_until : datetime
        Until when one reading above the limit reopens.
    """

    outcome: Outcome
    readings: tuple[str, ...]
    at: datetime
    watched_until: datetime
    sentence: str


def decide(
    *,
    closed_at: datetime,
    now: datetime,
    readings: Iterable[After],
    limit: float,
    unit: str = "mg/L",
    limit_is_minimum: bool = False,
    confirmed: bool = False,
) -> Decision:
    """What the readings since a closing say.

    Parameters
    ----------
    closed_at, now : datetime
        When the case was closed; the clock's time.
    readings : iterable of After
        Readings of the stations that watch the stretch, in any order; those up to `closed_at`, those later than
        `now`, and those whose flag says that they are no measurement do not count.
    limit : float
        Limit in `unit`; a value equal to it is good. `limit_is_minimum` turns the sense, for dissolved oxygen.
    confirmed : bool
        Whether the closing is confirmed already; then only the watch goes on.

    Notes
    -----
    Three good readings in a row confirm. One reading beyond the limit reopens within 72 h, confirmed or not, and
    also later as long as nothing has confirmed the closing. After 24 h without any reading, counted from the closing
    or from the last good one, a second person may confirm. A value over the measuring range is a lower bound and
    counts as beyond an upper limit that it exceeds.
    """
    until = closed_at + WATCH
    run: list[After] = []
    last = closed_at
    ready: tuple[tuple[str, ...], datetime] | None = None
    for reading in sorted(readings, key=lambda r: (r.time_s, r.id)):
        at = from_epoch(reading.time_s)
        good = _good(reading, limit, limit_is_minimum=limit_is_minimum)
        if good is None or not closed_at < at <= now:
            continue
        last = at
        if good:
            run.append(reading)
            if ready is None and len(run) >= GOOD_READINGS:
                ready = tuple(r.id for r in run[-GOOD_READINGS:]), at
        elif at <= until or not (confirmed or ready):
            side = "under the minimum of" if limit_is_minimum else "above the limit of"
            words = f"reading {reading.id} at {_stamp(at)} is {reading.value:g} {unit}, {side} {limit:g} {unit}"
            return Decision(Outcome.REOPEN, (reading.id,), at, until, words)
    if confirmed:
        over = now > until
        outcome, words = (Outcome.FINAL, "and the watch is over") if over else (Outcome.WAIT, "and is still watched")
        return Decision(outcome, (), now, until, f"the closing is confirmed {words}")
    if ready is not None:
        return Decision(
            Outcome.CONFIRM, ready[0], ready[1], until, f"{GOOD_READINGS} readings in a row are within {limit:g} {unit}"
        )
    good_ids = tuple(r.id for r in run)
    if now >= last + SILENCE:
        words = f"no reading came for 24 h after {_stamp(last)}, so a second person may confirm the closing"
        return Decision(Outcome.SECOND_PERSON, good_ids, last + SILENCE, until, words)
    wanted = f"{len(run)} of {GOOD_READINGS} good readings in a row so far"
    return Decision(Outcome.WAIT, good_ids, now, until, wanted)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _good(reading: After, limit: float, *, limit_is_minimum: bool) -> bool | None:
    """Whether a reading keeps the limit; None where it is no measurement that could tell."""
    value = reading.value
    if value is None or math.isnan(value):
        return None
    if reading.flag is Flag.OVER_RANGE:  # at least so much
        beyond_upper = value > limit and not limit_is_minimum
        above_minimum = value >= limit and limit_is_minimum
        return False if beyond_upper else (True if above_minimum else None)
    if reading.flag is not Flag.OK:
        return None
    return value >= limit if limit_is_minimum else value <= limit
