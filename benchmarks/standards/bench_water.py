"""Write docs/validation/speed-water.md: water classes against plain pandas, and a synthetic national year.

.venv/bin/python benchmarks/standards/bench_water.py [--rows 20000] [--sections 3600] [--days 365] [--workers 2] [--no-page]
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

from riverchief.base.spans import parse_span
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.means import day_means, span_means
from riverchief.cloud.standards.water.periods import judge_means

FLOOR = 30
BLOCK = 100  # sections at a time
FIVE = ("ph", "do", "codmn", "nh3n", "tp")
FIRST = np.datetime64("2025-01-01")
YEAR = 2025

RIVER = {"codmn": (2, 4, 6, 10, 15), "nh3n": (0.15, 0.5, 1, 1.5, 2), "tp": (0.02, 0.1, 0.2, 0.3, 0.4)}
LAKE_TP = (0.01, 0.025, 0.05, 0.1, 0.2)
OXYGEN = (7.5, 6, 5, 3, 2)


def synthetic(rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Made-up readings with some gaps; no section and no year."""
    found = {
        "ph": rng.normal(7.9, 0.5, shape),
        "do": rng.gamma(16, 0.5, shape),
        "codmn": rng.gamma(2, 2, shape),
        "nh3n": rng.gamma(1, 0.4, shape),
        "tp": rng.gamma(1.5, 0.07, shape),
    }
    for values in found.values():
        np.round(values, 3, out=values)
        values[rng.random(shape) < 0.02] = np.nan
    return found


# ── straightforward pandas: what an analyst writes ──


def plain_row(row: pd.Series) -> tuple[int, str]:
    """Class 1..6 (0 = none) and deciding items of one row."""
    found = {}
    if not math.isnan(row["ph"]):
        found["ph"] = 1 if 6 <= row["ph"] <= 9 else 6
    if not math.isnan(row["do"]):
        found["do"] = next((k for k, limit in enumerate(OXYGEN, start=1) if row["do"] >= limit), 6)
    for item, limits in RIVER.items():
        if not math.isnan(row[item]):
            bounds = LAKE_TP if item == "tp" and row["lake"] else limits
            found[item] = next((k for k, limit in enumerate(bounds, start=1) if row[item] <= limit), 6)
    if not found or (set(found) == {"ph"} and found["ph"] < 6):
        return 0, ""
    worst = max(found.values())
    return worst, ",".join(item for item in FIVE if found.get(item) == worst)


def with_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.apply(plain_row, axis=1, result_type="expand")


def with_columns(frame: pd.DataFrame) -> np.ndarray:
    """The same by whole columns (pd.cut), the class alone."""
    edges = {item: [-math.inf, *limits, math.inf] for item, limits in RIVER.items()}
    found = {item: pd.cut(frame[item], edges[item], labels=False) + 1 for item in ("codmn", "nh3n")}
    lake = pd.cut(frame["tp"], [-math.inf, *LAKE_TP, math.inf], labels=False) + 1
    found["tp"] = lake.where(frame["lake"], pd.cut(frame["tp"], edges["tp"], labels=False) + 1)
    oxygen = pd.cut(frame["do"], [-math.inf, *OXYGEN[::-1], math.inf], right=False, labels=False)
    found["do"] = 6 - oxygen
    graded = pd.DataFrame(found).max(axis=1)
    acid = frame["ph"].notna() & ~frame["ph"].between(6, 9)
    return graded.where(~acid, 6).fillna(0).astype(int).to_numpy()


def with_riverchief(values: dict[str, np.ndarray], days: np.ndarray, lake: np.ndarray) -> tuple[np.ndarray, dict]:
    verdict = assess(values, on=days, tp_rule=np.where(lake, "lake", "river"))
    return verdict.class_, {item: verdict.deciding(item) for item in verdict.item_class}


def ratios(rows: int) -> dict[str, float]:
    """Seconds per row by each of the three, after their results were found equal."""
    rng = np.random.default_rng(3838)
    values = synthetic(rng, (rows,))
    days = FIRST + rng.integers(0, 365, rows)
    lake = rng.random(rows) < 0.05
    frame = pd.DataFrame({**values, "lake": lake})
    expected, columns = with_pandas(frame), with_columns(frame)
    class_, deciding = with_riverchief(values, days, lake)
    named = [",".join(item for item in FIVE if deciding[item][k]) for k in range(rows)]
    assert (expected[0].to_numpy() == class_).all(), "classes differ"
    assert expected[1].tolist() == named, "deciding items differ"
    assert (columns == class_).all(), "classes by columns differ"
    # the fast ones on many times the rows: a few milliseconds are noise
    large = {item: np.tile(array, 20) for item, array in values.items()}
    large_days, large_lake = np.tile(days, 20), np.tile(lake, 20)
    return {
        "pandas, row by row": best_of(2, with_pandas, frame) / rows,
        "pandas, whole columns, class alone": best_of(3, with_columns, pd.concat([frame] * 20)) / (20 * rows),
        "riverchief, class and deciding items": best_of(5, with_riverchief, large, large_days, large_lake)
        / (20 * rows),
    }


def block(task: Task) -> Block:
    """Classes of every reading, every month and the year of one block of sections."""
    seed, sections, n_days = task
    values = synthetic(np.random.default_rng(seed), (sections, n_days, 6))
    day = FIRST + np.arange(n_days)
    judged = assess(values, on=day[:, None])
    section = np.repeat(np.arange(sections), n_days * 6)
    days = day_means(section, np.tile(np.repeat(day, 6), sections), {c: v.ravel() for c, v in values.items()})
    for month in range(1, 13):
        judge_means(span_means(days, parse_span(f"{YEAR}-{month:02}")))
    year = judge_means(span_means(days, parse_span(str(YEAR)))).class_
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Block(judged.class_.size, int(((year >= 1) & (year <= 3)).sum()), int((year > 0).sum()), memory)


def made(task: Task) -> int:
    return synthetic(np.random.default_rng(task[0]), (task[1], task[2], 6))["do"].size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--sections", type=int, default=3_600)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-page", action="store_true")
    given = parser.parse_args()
    speed = ratios(given.rows)
    tasks = [(k, min(BLOCK, given.sections - k), given.days) for k in range(0, given.sections, BLOCK)]
    year = nation(tasks, given.workers, block, made)
    said = f"{given.rows:,} made-up readings of five items, river and lake columns mixed; equal classes and deciding items are"
    told_year = (
        f"{given.sections:,} sections, {given.days} days of four-hourly readings with 2 % of gaps, all made up: {year.rows:,}",
        f"readings in blocks of {BLOCK} sections on {given.workers} processes. The class of every reading, of every month and of",
        f"the year by section: {year.seconds:.1f} s, of which {year.making_s:.1f} s make the numbers; at most "  # noqa: ISC004
        f"{year.memory_mb:.0f} MB in a process.",
        f"{year.good:,} of {year.judged:,} sections were of class Ⅲ or better (of made-up water).",
    )
    text = page("Speed of water classes", "benchmarks/standards/bench_water.py", said, speed, FLOOR, told_year)
    return told("speed-water.md", text, speed, FLOOR, kept=not given.no_page)


if __name__ == "__main__":
    sys.exit(main())
