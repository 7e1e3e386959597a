"""A year of patrols of many chiefs (模拟巡河年), by seed: diligent, lazy, walking in summer only, walking too short.

Plain values, as JSON holds them, marked as simulated. It knows no rule: what judges it is tried by another hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from riverchief.base.time import CHINA
from riverchief.simulate.noise import rng

Json = dict[str, Any]

# 57,533 chiefs of Zhejiang by level: 6, 260, 2,772, 19,358, 35,137
_LEVELS = {"province": 6, "city": 260, "county": 2_772, "township": 19_358, "village": 35_137}
_PER_YEAR = {"province": 1, "city": 2, "county": 4, "township": 12, "village": 52}  # what is usually walked
_REACHES = {"province": 6, "city": 5, "county": 4, "township": 2, "village": 1}
_PACE_MS = 1.2
_LONG_M = (2_200.0, 4_500.0)
_SHORT_M = (80.0, 290.0)


@dataclass(frozen=True)
class Habit:
    """How somebody patrols: share of the chiefs, share of the usual walks done, months walked in, lengths [m]."""

    share: float
    done: float
    months: tuple[int, ...]
    way_m: tuple[float, float]


HABITS = {
    "diligent": Habit(0.55, 1.0, tuple(range(1, 13)), _LONG_M),
    "lazy": Habit(0.2, 0.45, tuple(range(1, 13)), _LONG_M),
    "seasonal": Habit(0.15, 1.0, (4, 5, 6, 7, 8, 9, 10), _LONG_M),
    "short": Habit(0.1, 1.0, tuple(range(1, 13)), _SHORT_M),
}


def patrol_year(seed: object, chiefs: int = 500, year: int = 2025) -> list[Json]:
    """The patrols of a year.

    Parameters
    ----------
    seed : object
        The same seed gives the same year.
    chiefs : int
        How many, by level as they are in Zhejiang, at least one of each level while there are enough.

    Returns
    -------
    list of dict
        One for each chief: `chief`, `level`, `stretch`, `patrols` and `alerts` as `riverchief.ground.rules.read_years`
        takes them, and beside them `habit` and `simulated`, true.
    """
    rows = []
    for number, level in enumerate(_ladder(chiefs)):
        generator = rng("patrol-year", seed, number)
        habit = str(generator.choice(list(HABITS), p=[one.share for one in HABITS.values()]))
        rows.append(_chief(f"{level}-{number:04d}", level, habit, year, generator))
    return rows


def _ladder(chiefs: int) -> list[str]:
    total = sum(_LEVELS.values())
    above = {level: max(1, round(chiefs * n / total)) for level, n in _LEVELS.items() if level != "village"}
    levels = [level for level, n in above.items() for _ in range(n)]
    return [*levels, *["village"] * (chiefs - len(levels))][:chiefs]


def _chief(name: str, level: str, habit: str, year: int, generator: np.random.Generator) -> Json:
    stretch = [
        {
            "reach": f"{name}-r{k}",
            "from_m": 0.0,
            "to_m": round(float(generator.uniform(2_000, 6_000))),
            "river": f"{name}-{'main' if k % 2 == 0 else 'branch'}",
        }
        for k in range(_REACHES[level])
    ]
    remote = bool(generator.random() < 0.2)
    patrols = [
        _patrol(f"{name}-{k}", day, habit, stretch, remote, generator)
        for k, day in enumerate(_days(level, HABITS[habit], year, generator))
    ]
    return {
        "chief": name,
        "level": level,
        "stretch": stretch,
        "patrols": patrols,
        "alerts": _alerts(year, generator),
        "habit": habit,
        "simulated": True,
    }


def _days(level: str, habit: Habit, year: int, generator: np.random.Generator) -> list[date]:
    """One day in each of the year's equal parts, where it lies in the habit's months and is not skipped."""
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    parts = _PER_YEAR[level]
    if level == "village":  # the weeks of the calendar, from the first Monday
        first += timedelta(days=-first.weekday() % 7)
        edges = np.arange(parts + 1) * 7
    else:
        edges = np.round(np.linspace(0, days, parts + 1)).astype(int)
    found = []
    for low, high in pairwise(edges):
        # the same weekday most weeks: a chief has a day for it
        place = 0.4 + 0.1 * generator.random()
        day = first + timedelta(days=int(low + place * (high - low)))
        if day.year == year and day.month in habit.months and generator.random() < habit.done:
            found.append(day)
    return found


def _patrol(
    name: str, day: date, habit: str, stretch: list[Json], remote: bool, generator: np.random.Generator
) -> Json:
    way_m = float(generator.uniform(*HABITS[habit].way_m))
    kind = "drone" if remote and generator.random() < 0.3 else "walk"
    start = datetime(day.year, day.month, day.day, 8, tzinfo=CHINA) + timedelta(minutes=int(generator.integers(480)))
    duration_s = way_m / _PACE_MS
    pause_s = float(generator.uniform(0, 900))
    part = stretch[int(generator.integers(len(stretch)))]
    low = float(generator.uniform(0, max(part["to_m"] - way_m, 1.0)))
    return {
        "id": name,
        "started_at": start.astimezone(UTC).isoformat(),
        "finished_at": (start + timedelta(seconds=duration_s + pause_s)).astimezone(UTC).isoformat(),
        "duration_s": round(duration_s, 1),
        "length_m": round(way_m, 1),
        "seen": [[part["reach"], round(low, 1), round(min(low + way_m, part["to_m"]), 1)]],
        "kind": kind,
        "photos": int(generator.integers(5)),
        "held": ["remote", "good_water"] if remote else [],
    }


def _alerts(year: int, generator: np.random.Generator) -> list[Json]:
    """On one chief in six a fortnight of alert."""
    if generator.random() > 1 / 6:
        return []
    first = date(year, 1, 1) + timedelta(days=int(generator.integers(350)))
    level = str(generator.choice(["yellow", "orange", "red"], p=[0.6, 0.3, 0.1]))
    return [{"level": level, "first_day": first.isoformat(), "last_day": (first + timedelta(days=13)).isoformat()}]
