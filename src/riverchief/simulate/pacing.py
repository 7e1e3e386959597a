"""How fast a story may be told: when its wave is first measured, when it is over, how much its stations send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from riverchief.base.time import from_epoch
from riverchief.simulate.scenario import Scenario
from riverchief.simulate.stations import HOUR_S, FieldStation, alarms, marks

AFTERWARDS_S = 16 * HOUR_S  # three analyses every four hours, and the offices' time between them
_STEP_S = 600.0


@dataclass(frozen=True)
class Course:
    """The course of a story.

    Attributes
    ----------
    start : datetime
        From when on the river is watched.
    measured : datetime
        The first analysis after the wave's arrival at the first station.
    calm : datetime
        When the leading property is back under its limit there for good.
    interval_s : int
        How often the first station reports the leading property while nothing is wrong [s].
    reports_per_s : float
        What all stations send in a second of the story.
    """

    start: datetime
    measured: datetime
    calm: datetime
    interval_s: int
    reports_per_s: float

    @classmethod
    def of(cls, story: Scenario) -> Course:
        """The course of a drawn story."""
        river = story.river
        station = next(s for s in river.basin.stations if s.code == story.first)
        interval_s = station.interval_s[story.leading]
        arrival_s = river.arrival_s(story.first, story.leading) or float(river.start_s)
        times = np.arange(arrival_s, river.end_s, _STEP_S)
        over = river.value(story.first, story.leading, times) > alarms(river.basin, station)[story.leading]
        calm_s = float(times[np.flatnonzero(over)[-1]]) + _STEP_S if over.any() else arrival_s
        measured_s = float(marks(arrival_s, arrival_s + interval_s, interval_s)[0])
        rate = sum(_reports_per_s(s) for s in story.stations)
        return cls(from_epoch(river.start_s), from_epoch(measured_s), from_epoch(calm_s), interval_s, rate)

    @property
    def lasts_s(self) -> float:
        """From the start until the case may be closed for good [s], as far as the river allows."""
        return (self.calm - self.start).total_seconds() + AFTERWARDS_S

    def just_before(self, ahead_s: float) -> datetime:
        """When to look in: `ahead_s` [s] before the wave is measured, never before the start."""
        return max(self.start, self.measured - timedelta(seconds=ahead_s))

    def speed(self, reports_per_real_s: float, fastest: float) -> float:
        """The highest speed at which no more than so many reports come in a second on the wall."""
        return min(fastest, reports_per_real_s / self.reports_per_s)


def _reports_per_s(station: FieldStation) -> float:
    """Reports of one station: properties that are due at the same time go together."""
    intervals: Sequence[int] = sorted(set(station.station.interval_s.values()))
    return 1 / intervals[0] + sum(1 / s for s in intervals[1:] if s % intervals[0])
