"""How the twin's engine answers: from the curves of steady water, or by lanes of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing import transport
from riverchief.govern.twin.tracing.curves import MeanWater, Shapes
from riverchief.govern.twin.tracing.ways import _kernels as kernels

LITRE = transport.LITRE
LANES = 32  # releases that are carried together


class Scaled:
    """Size [mg/L per kg/s], mean [s] and standard deviation [s] of curves between places, by decay."""

    def __init__(self, water: MeanWater, here: list[tuple[int, float]], there: list[tuple[int, float]]) -> None:
        way = water.ways(here, there)
        # what is let in spreads upstream too, and what a station sees may come back: both ends delay by D/u²
        first, last = (water.local_s[[c for c, _ in side]] for side in (here, there))
        self._mean = way.mean_s + first[:, None] + last[None, :]
        self._variance = np.maximum(way.variance_s2 + 4 * (first[:, None] ** 2 + last[None, :] ** 2), 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            self._gain = np.where(way.share > 0, LITRE * way.share / way.outflow_m3s[None, :], 0.0)

    def at(self, decay: float) -> tuple[Floats, Floats, Floats]:
        """For a decay [1/s]: it thins the late part of a wave more, so the mean comes earlier by k σ²."""
        lost = np.exp(-decay * self._mean + 0.5 * decay**2 * self._variance)
        mean = np.maximum(self._mean - decay * self._variance, 0.0)
        return self._gain * lost, mean, np.sqrt(self._variance)


def shapes(water: MeanWater, here: NDArray[np.int64], there: NDArray[np.int64]) -> Shapes:
    """Curves between cells that may be named more than once."""
    origin, o = np.unique(here, return_inverse=True)
    target, t = np.unique(there, return_inverse=True)
    found = water.shapes(origin, target)
    pick = np.ix_(o, t)
    return Shapes(found.table[pick], found.offset[pick], found.scale[pick])


def steady(
    water: MeanWater,
    here: list[tuple[int, float]],
    there: list[tuple[int, float]],
    who: NDArray[np.int64],
    start: Floats,
    duration: Floats,
    clock: Floats,
    at: NDArray[np.int64],
    times: Floats,
    decay: float,
    stretch: Floats,
) -> Floats:
    """Response per kg by curves, every lag stretched and every clock its own; shape (n, n_observation)."""
    curve = shapes(water, *(np.array([c for c, _ in side], np.int64) for side in (here, there)))
    way = Scaled(water, here, there)
    size, mean, sd = np.empty((3, who.size, len(there)))
    for f in np.unique(clock):
        rows = clock == f
        size[rows], mean[rows], sd[rows] = (v[who[rows]] for v in way.at(decay / f))
    out = np.empty((who.size, times.size))
    kernels.look_up(
        start, start + duration, clock, who, size, mean * stretch, sd * stretch, curve.offset, curve.scale,
        curve.table, times, at, out,
    )  # fmt: skip
    return np.asarray(np.where(duration[:, None] > 0, out / np.maximum(duration, 1e-9)[:, None], out), np.float64)


def run(
    flows: Flows,
    water: MeanWater,
    origins: list[tuple[int, float]],
    there: list[tuple[int, float]],
    start: Floats,
    duration: Floats,
    at: NDArray[np.int64],
    times: Floats,
    decay: float,
    stretch: Floats,
) -> Floats:
    """The same on a run's flows: every candidate is a lane of a forward run."""
    shift = np.array([entry_shift(water, spot) for spot in origins])
    cell = np.array([c for c, _ in origins], np.int64)
    found = np.empty((cell.size, times.size))
    downstream = below(flows, origins, there)
    for first in range(0, cell.size, LANES):
        some = slice(first, first + LANES)
        begin = start[some] + shift[some]
        lanes = transport.Releases(cell[some], begin, begin + duration[some], np.ones(begin.size))
        concentration = transport.series(flows, lanes, there, decay)
        lag = (times[None, :] - start[some, None]) / stretch[some][:, at]
        after, part = between_levels(flows.time_s, start[some, None] + lag)
        row = np.arange(begin.size)[:, None]
        before = concentration[after - 1, at[None, :], row]
        seen = before + part * (concentration[after, at[None, :], row] - before)
        found[some] = np.where((lag > 0) & downstream[some][:, at], seen, 0.0)
    return found


def below(flows: Flows, origins: list[tuple[int, float]], targets: list[tuple[int, float]]) -> NDArray[np.bool_]:
    """Whether water ever went from an origin towards a target; what only spreads against the flow is left out."""
    there = np.flatnonzero(flows.dn >= 0)
    most, least = flows.flux_m3s.max(axis=0)[there], flows.flux_m3s.min(axis=0)[there]
    ways: dict[int, list[int]] = {}
    turning = set()
    for u, d, high, low in zip(flows.up[there].tolist(), flows.dn[there].tolist(), most, least, strict=True):
        if high > 0:
            ways.setdefault(u, []).append(d)
        if low < 0:
            ways.setdefault(d, []).append(u)
            turning |= {u, d}
    found = np.zeros((len(origins), len(targets)), np.bool_)
    for i, (cell, above) in enumerate(origins):
        reached, todo = set(), [cell]
        while todo:
            for nearest in ways.get(todo.pop(), ()):
                if nearest not in reached:
                    reached.add(nearest)
                    todo.append(nearest)
        for j, (goal, into) in enumerate(targets):
            found[i, j] = goal in reached or (goal == cell and (into >= above or cell in turning))
    return found


def entry_shift(water: MeanWater, spot: tuple[int, float]) -> float:
    """By how much a load into the cell must come later to act as one at the spot [s]."""
    cell, above = spot
    pace = float(water.pace_s[cell])
    return (0.5 - above) * pace if np.isfinite(pace) else 0.0


def between_levels(time_s: Floats, instants: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The level after every instant, and how far between the two levels it lies; the ends stand for what is beyond."""
    inside = np.clip(instants, time_s[0], time_s[-1])
    after = np.clip(np.searchsorted(time_s, inside), 1, time_s.size - 1)
    return after, (inside - time_s[after - 1]) / (time_s[after] - time_s[after - 1])
