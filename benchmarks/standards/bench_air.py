"""Write docs/validation/speed-air.md: the air quality index against plain pandas, and a synthetic national year.

.venv/bin/python benchmarks/standards/bench_air.py [--rows 20000] [--stations 1700] [--days 365] [--workers 2] [--no-page]
Exit code 1 when the ratio falls below its floor. Results are compared before times are.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys

import numpy as np
import pandas as pd
from measuring import Block, Task, best_of, nation, page, told

from riverchief.cloud.standards.air.aqi import assess_air
from riverchief.cloud.standards.air.days import air_days
from riverchief.cloud.standards.air.periods import percentile

FLOOR = 20
BLOCK = 50  # stations at a time
SIX = ("so2", "no2", "pm10", "co", "o3", "pm25")
FIRST = np.datetime64("2025-06-01")  # the year spans the change of edition

INDICES = [0, 50, 100, 150, 200, 300, 400, 500]
SHARED = {
    "so2": [0, 150, 500, 650, 800],
    "no2": [0, 100, 200, 700, 1200, 2340, 3090, 3840],
    "co": [0, 5, 10, 35, 60, 90, 120, 150],
    "o3": [0, 160, 200, 300, 400, 800, 1000, 1200],
}
OLD = {**SHARED, "pm10": [0, 50, 150, 250, 350, 420, 500, 600], "pm25": [0, 35, 75, 115, 150, 250, 350, 500]}
NEW = {**SHARED, "pm10": [0, 50, 120, 250, 350, 420, 500, 600], "pm25": [0, 35, 60, 115, 150, 250, 350, 500]}


def synthetic(rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Made-up hours with some gaps; no station and no year."""
    found = {
        "so2": rng.gamma(2, 5, shape),
        "no2": rng.gamma(2, 12, shape),
        "pm10": rng.gamma(1.5, 60, shape),
        "co": rng.gamma(2, 0.3, shape),
        "o3": rng.gamma(3, 25, shape),
        "pm25": rng.gamma(1.5, 30, shape),
    }
    for key, values in found.items():
        np.round(values, 1 if key == "co" else 0, out=values)
        values[rng.random(shape) < 0.01] = np.nan
    return found


# ── straightforward pandas: what an analyst writes ──


def plain_index(value: float, points: list[int]) -> float:
    if math.isnan(value):
        return math.nan
    if value >= points[-1]:
        return INDICES[len(points) - 1]
    for k in range(1, len(points)):
        if value <= points[k]:
            low, high = points[k - 1], points[k]
            return math.ceil(round((INDICES[k] - INDICES[k - 1]) / (high - low) * (value - low) + INDICES[k - 1], 6))
    return math.nan


def plain_row(row: pd.Series) -> tuple[int, str]:
    """The index and the primary pollutants of one row; -1 for none, hours are given with the day they close."""
    points = NEW if row["day"] >= pd.Timestamp("2026-03-01") else OLD
    found = {key: plain_index(row[key], points[key]) for key in SIX}
    known = {key: index for key, index in found.items() if not math.isnan(index)}
    if not known:
        return -1, ""
    worst = max(known.values())
    return int(worst), ",".join(key for key in SIX if worst > 50 and known.get(key) == worst)


def with_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.apply(plain_row, axis=1, result_type="expand")


def with_columns(frame: pd.DataFrame) -> pd.Series:
    """The same by whole columns (np.interp), which is as far as a table without lookup goes; the index alone."""
    new = frame["day"] >= pd.Timestamp("2026-03-01")
    found = {}
    for key in SIX:
        by = [
            np.ceil(np.round(np.interp(frame[key], points[key], INDICES[: len(points[key])]), 6))
            for points in (OLD, NEW)
        ]
        found[key] = pd.Series(np.where(new, by[1], by[0]), index=frame.index)
    return pd.DataFrame(found).max(axis=1).fillna(-1).astype(int)


def with_riverchief(values: dict[str, np.ndarray], days: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    verdict = assess_air(values, on=days)
    return verdict.aqi, {key: verdict.primary(key) for key in verdict.iaqi}


def ratios(rows: int) -> dict[str, float]:
    """Seconds per row by each of the three, after their results were found equal."""
    rng = np.random.default_rng(20260301)
    values = synthetic(rng, (rows,))
    days = FIRST + rng.integers(0, 365, rows)
    frame = pd.DataFrame({**values, "day": days.astype("datetime64[ns]")})
    expected, columns = with_pandas(frame), with_columns(frame)
    aqi, primary = with_riverchief(values, days)
    named = [",".join(key for key in SIX if primary[key][k]) for k in range(rows)]
    assert (expected[0].to_numpy() == aqi).all(), "indices differ"
    assert expected[1].tolist() == named, "primary pollutants differ"
    assert (columns.to_numpy() == aqi).all(), "indices by columns differ"
    # many small repetitions on the same rows: all three see the same load of the machine
    large = {key: np.tile(array, 20) for key, array in values.items()}
    large_days = np.tile(days, 20)
    return {
        "pandas, row by row": best_of(2, with_pandas, frame) / rows,
        "pandas, whole columns, index alone": best_of(3, with_columns, pd.concat([frame] * 20)) / (20 * rows),
        "riverchief, index and primary pollutants": best_of(5, with_riverchief, large, large_days) / (20 * rows),
    }


def block(task: Task) -> Block:
    """Hours, days and yearly statistics of one block of stations; good and valid days are counted."""
    seed, stations, n_days = task
    values = synthetic(np.random.default_rng(seed), (stations, n_days, 24))
    days = FIRST + np.arange(n_days)
    hourly = assess_air(values, on=days[:, None])
    daily = air_days(values, days)
    index = daily.index()
    for item, percent in (("so2", 98), ("no2", 98), ("pm10", 95), ("pm25", 95), ("co", 95), ("o3_8h", 90)):
        percentile(daily.values[item], percent)  # noqa: PD011  a mapping, no data frame
    published = index.published
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    good, valid = (published >= 0) & (published <= 100), published >= 0
    return Block(hourly.aqi.size, int(good.sum()), int(valid.sum()), memory)


def made(task: Task) -> int:
    return synthetic(np.random.default_rng(task[0]), (task[1], task[2], 24))["co"].size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--stations", type=int, default=1_700)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-page", action="store_true")
    given = parser.parse_args()
    speed = ratios(given.rows)
    tasks = [(k, min(BLOCK, given.stations - k), given.days) for k in range(0, given.stations, BLOCK)]
    year = nation(tasks, given.workers, block, made)
    said = f"{given.rows:,} made-up hours of six items over the change of edition; equal indices and primary pollutants are"
    told_year = (
        f"{given.stations:,} stations, {given.days} days of hours with 1 % of gaps, all made up: {year.rows:,} rows in blocks of",
        f"{BLOCK} stations on {given.workers} processes. Hourly indices, days with their counts of valid hours and 8 h maxima, daily",
        f"indices and yearly percentiles: {year.seconds:.1f} s, of which {year.making_s:.1f} s make the numbers; at most",
        f"{year.memory_mb:,.0f} MB in a process. {year.good:,} of {year.judged:,} station-days were good ones (of made-up air).",
    )
    text = page("Speed of the air quality index", "benchmarks/standards/bench_air.py", said, speed, FLOOR, told_year)
    return told("speed-air.md", text, speed, FLOOR, kept=not given.no_page)


if __name__ == "__main__":
    sys.exit(main())
