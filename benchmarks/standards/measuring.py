"""What both speed pages do alike: time a thing, go through a synthetic nation in blocks, tell, and mind the floor."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stamp import written

PAGES = Path(__file__).resolve().parents[2] / "docs" / "validation"
Task = tuple[int, int, int]  # seed, places, days


@dataclass(frozen=True)
class Block:
    """What one block of places came to: rows, those that count as good among those judged, resident megabytes."""

    rows: int
    good: int
    judged: int
    memory_mb: float


@dataclass(frozen=True)
class Nation:
    """All blocks together; `making_s` is what the making of the numbers alone costs [s]."""

    rows: int
    good: int
    judged: int
    memory_mb: float
    seconds: float
    making_s: float


def best_of(times: int, work: Callable[..., object], *given: object) -> float:
    """The shortest of some runs [s]."""
    best = math.inf
    for _ in range(times):
        begun = time.perf_counter()
        work(*given)
        best = min(best, time.perf_counter() - begun)
    return best


def nation(tasks: Sequence[Task], workers: int, block: Callable[[Task], Block], make: Callable[[Task], int]) -> Nation:
    """Go through the blocks on some processes; what the making of the numbers costs is measured beside it."""
    found, seconds = _mapped(block, tasks, workers)
    _, making_s = _mapped(make, tasks, workers)
    return Nation(
        rows=sum(one.rows for one in found),
        good=sum(one.good for one in found),
        judged=sum(one.judged for one in found),
        memory_mb=max(one.memory_mb for one in found),
        seconds=seconds,
        making_s=making_s,
    )


def _mapped(work, tasks, workers):
    begun = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(work, tasks))
    return found, time.perf_counter() - begun


def page(title: str, script: str, said: str, speed: dict[str, float], floor: int, year: Sequence[str]) -> str:
    """The page: when and on what, the table of seconds per row (the last row is ours), the floor, the national year."""
    ours = list(speed.values())[-1]
    return "\n".join(
        (
            f"# {title}",
            "",
            f"{written(script)} pandas {pd.__version__}; two cores, which may have had other work.",
            "",
            f"{said}",
            "asserted before anything is timed. All in one run, the best of a few repetitions.",
            "",
            "| program | µs a row | times slower |",
            "|---|---|---|",
            *(f"| {name} | {1e6 * seconds:.3f} | {seconds / ours:,.1f} |" for name, seconds in speed.items()),
            "",
            f"The floor is {floor} times against pandas row by row, as an analyst writes it.",
            "",
            "## A national year, synthetic",
            "",
            *year,
            "",
        )
    )


def told(name: str, text: str, speed: dict[str, float], floor: int, *, kept: bool) -> int:
    """Print the page and keep it where wanted; 1 when pandas row by row is not slower by the floor."""
    if kept:
        (PAGES / name).write_text(text, encoding="utf-8")
    first, *_, ours = speed.values()
    print(text)
    print(f"{first / ours:.0f} times pandas row by row, floor {floor}")
    return int(first / ours < floor)
