"""What a station's series usually do, as far as history tells: baselines, learnt once a day and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from riverchief.cloud.baseline import Baseline, Expected
from riverchief.store import SeriesData
from riverchief.web.cloud.models import Watch
from riverchief.web.cloud.series import read

HISTORY = timedelta(days=30)
RECENT = timedelta(days=4)
HOUR_S = 3600


@dataclass(frozen=True)
class Habit:
    """A baseline with the recent readings that give its level."""

    baseline: Baseline
    recent: SeriesData
    left_s: float | None  # when the series left its habit, while it is away from it

    def expected(self, time_s: float) -> Expected:
        """What should be measured at a time [s since 1970 UTC]."""
        past = self._until(time_s)
        return self.baseline.expected(time_s, past.time_s, past.value, recent_flag=past.flag, left_s=self.left_s)

    @cached_property
    def _hourly(self) -> SeriesData:
        return thin(self.recent)

    def _until(self, time_s: float) -> SeriesData:
        data = self._hourly
        n = int(np.searchsorted(data.time_s, time_s))
        return SeriesData(data.time_s[:n], data.value[:n], data.flag[:n], data.revision[:n], data.frame_no[:n])

    def at(self, time_s: float) -> tuple[float, float] | None:
        """Mean and standard deviation [the property's unit] of what should be measured; None where it is not known."""
        found = self.expected(time_s)
        return None if np.isnan(found.value) else (found.value, found.value * found.sigma)


def thin(data: SeriesData) -> SeriesData:
    """One reading per hour: a habit by the hour of the day needs no more, and fast series would drown it."""
    hour = data.time_s // HOUR_S
    first = np.concatenate([[True], hour[1:] != hour[:-1]]) if hour.size else np.empty(0, bool)
    return SeriesData(
        data.time_s[first], data.value[first], data.flag[first], data.revision[first], data.frame_no[first]
    )


def habit_of(station: str, code: str, now: datetime, left_s: float | None = None) -> Habit | None:
    """The habit of one property of a station; None where history does not tell one yet."""
    watch, _ = Watch.objects.get_or_create(station=station, property=code)
    if watch.baseline_at is None:
        history = thin(read(station, code, now - HISTORY, now - timedelta(hours=1)))
        learnt = Baseline.learn(code, history.time_s, history.value, history.flag)
        watch.baseline = learnt.as_dict() if learnt else None
        watch.baseline_at = now
        watch.save(update_fields=["baseline", "baseline_at"])
    if watch.baseline is None:
        return None
    recent = read(
        station, code, now - RECENT - timedelta(hours=(now.timestamp() - (left_s or now.timestamp())) / 3600), now
    )
    return Habit(Baseline.from_dict(watch.baseline), recent, left_s)


def forget(now: datetime, away: set[str]) -> None:
    """Learn all habits anew at their next use, but for stations that are away from theirs."""
    Watch.objects.exclude(station__in=away).filter(baseline_at__lt=now - timedelta(hours=12)).update(baseline_at=None)
