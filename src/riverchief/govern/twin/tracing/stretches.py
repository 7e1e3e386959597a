"""Cells as stretches of reaches, for people: from where to where, and with what probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.trace.result import Stretch
from riverchief.govern.twin.grid import Cells

Floats = NDArray[np.float64]


def stretches(cells: Cells, region: Iterable[int], probability: Floats) -> list[Stretch]:
    """Cells of a region joined reach by reach, by falling probability; a cell where reaches meet counts in one."""
    wanted = {int(c) for c in region}
    found = []
    for code, own in cells.reach.items():
        at = cells.chainage_m[code]
        half = 0.5 * float(at[1] - at[0])
        run: list[int] = []
        for k in range(own.size + 1):
            if k < own.size and int(own[k]) in wanted:
                run.append(k)
                continue
            if run:
                chance = float(sum(probability[own[j]] for j in run))
                found.append(Stretch(code, max(at[run[0]] - half, 0.0), min(at[run[-1]] + half, float(at[-1])), chance))
            wanted -= {int(own[j]) for j in run}
            run = []
    return sorted(found, key=lambda one: -one.probability)


def named_branches(cells: Cells, branch: NDArray[np.int64], numbers: Sequence[int]) -> list[str]:
    """What branches are called: their reaches, with metres where a branch is only part of one."""
    names = []
    for number in numbers:
        parts = []
        for code, own in cells.reach.items():
            mine = np.flatnonzero(branch[own] == number)
            if mine.size < 2 and own.size > 2:  # only where it ends or begins
                continue
            at = cells.chainage_m[code]
            whole = mine.size >= own.size - 2
            if mine.size:
                parts.append(code if whole else f"{code} {at[mine[0]]:,.0f}-{at[mine[-1]]:,.0f} m")
        names.append(" + ".join(parts) or f"branch {number}")
    return names


def place_of(cells: Cells, cell: int) -> tuple[str, float]:
    """Reach and chainage [m] of a cell; of a reach that it lies within rather than of one that it ends."""
    best = ("", 0.0)
    for code, own in cells.reach.items():
        for k in np.flatnonzero(own == cell):
            if 0 < k < own.size - 1:
                return code, float(cells.chainage_m[code][k])
            best = best if best[0] else (code, float(cells.chainage_m[code][k]))
    return best
