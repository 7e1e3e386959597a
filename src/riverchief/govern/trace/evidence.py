"""Evidence of every release from every suspect: start, duration and member on a grid, the mass integrated out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.places import Place
from riverchief.govern.trace import _kernels as kernels
from riverchief.govern.trace.candidates import Suspect
from riverchief.govern.trace.engine import Floats, Ints, TransportEngine
from riverchief.govern.trace.observations import Readings
from riverchief.govern.trace.settings import TraceSettings

CHUNK = 16  # origins whose responses are held at once
KEEP = 14.0  # releases this many nats below the best of their origin are dropped
HOPELESS = 10.0  # so many more below the best of all origins, and they are not even computed
TIMING_FLOOR_S = 300.0
REACH_SD = 2.4  # how many standard deviations of the travel time the starts cover
STEP_S = (900.0, 3_600.0)  # finest and coarsest step of the starts
UNWATCHED_S = 24 * 3_600.0  # without a clean reading before the first hit the release may be this much older


@dataclass
class Origin:
    """The releases from one suspect that can explain the readings, flattened; arrays are (n,).

    Attributes
    ----------
    log_weight : float64
        Log of the prior of member, start and duration times the evidence.
    log_mass, log_sd : float64
        Middle and standard deviation of the logarithm of the mass [kg].
    """

    suspect: Suspect
    step_s: float
    member: Ints
    start_s: Floats
    duration_s: Floats
    log_weight: Floats
    log_mass: Floats
    log_sd: Floats


@dataclass(frozen=True)
class _Window:
    """Starts that are tried for one origin: first edge [s], step [s], last start, number of edges."""

    first_s: float
    step_s: float
    last_start: int
    n_edge: int


def _windows(
    engine: TransportEngine, origins: Sequence[Suspect], readings: Readings, at_s: float, settings: TraceSettings
) -> list[_Window]:
    """Starts that could have reached the nearest reading above background when it was taken."""
    station: dict[Place, list[int]] = {}
    for i in np.flatnonzero(readings.is_hit):
        station.setdefault(readings.places[i], []).append(int(i))
    spots = list(station)
    travel = engine.travel([o.place for o in origins], spots)
    windows = []
    for row, origin in enumerate(origins):
        near = int(np.nanargmin(travel.median_s[row]))
        mine = station[spots[near]]
        first = readings.time_s[mine[0]]
        best = readings.time_s[max(mine, key=lambda i: float(readings.score[i]))]
        before = [
            readings.time_s[i] for i, p in enumerate(readings.places) if p == spots[near] and readings.time_s[i] < first
        ]
        clean = before[-1] if before else first - UNWATCHED_S
        median, spread = travel.median_s[row, near], travel.spread_s[row, near]
        factor = np.exp(REACH_SD * travel.log_sd[row, near])
        step = float(np.clip(0.6 * spread, *STEP_S))
        low = max(clean - factor * (median + 2.5 * spread) - 2 * step, at_s - settings.history_s)
        high = max(best - (median - 2.0 * spread) / factor + step, low + step)
        last_start = 1 + int(np.ceil((high - low) / step))
        end = min(at_s, low + last_start * step + max(origin.durations_s))
        windows.append(_Window(low, step, last_start, last_start + 2 + int(np.ceil(max(end - high, 0) / step))))
    return windows


def evidence_of(
    engine: TransportEngine, origins: Sequence[Suspect], readings: Readings, at_s: float, settings: TraceSettings
) -> list[Origin]:
    """Evidence of every release from every suspect; suspects that cannot explain the readings are left out."""
    if not origins:
        return []
    windows = _windows(engine, origins, readings, at_s, settings)
    log_member = np.log(engine.member_weight)
    result: list[Origin] = []
    best = -np.inf
    order = sorted(range(len(origins)), key=lambda i: windows[i].n_edge)
    for begin in range(0, len(order), CHUNK):
        chunk = order[begin : begin + CHUNK]
        n_edge = max(windows[i].n_edge for i in chunk)
        edges = np.array([windows[i].first_s + windows[i].step_s * np.arange(-1, n_edge - 1) for i in chunk])
        places = [origins[i].place for i in chunk]
        reached = engine.onset(places, edges, readings.places, readings.time_s, readings.code)
        travel = engine.travel(places, readings.places)
        timing = np.maximum(np.nan_to_num(travel.median_s * travel.own_log_sd), TIMING_FLOOR_S)
        for row, i in enumerate(chunk):
            grid = _Grid(windows[i], edges[row], np.array(origins[i].durations_s))
            best, found = _one(origins[i], grid, reached[row], timing[row], readings, log_member, best, settings)
            if found is not None:
                result.append(found)
    return result


class _Grid:
    """Starts and durations of one origin on common steps."""

    def __init__(self, window: _Window, edges: Floats, durations_s: Floats) -> None:
        self.step_s, self.last_start = window.step_s, window.last_start
        self.edges = edges
        self.bins = np.unique(np.maximum(np.round(durations_s / window.step_s), 1).astype(np.int64))


def _one(
    suspect: Suspect,
    grid: _Grid,
    reached: NDArray[np.float32],
    timing_sd: Floats,
    readings: Readings,
    log_member: Floats,
    best: float,
    settings: TraceSettings,
) -> tuple[float, Origin | None]:
    """Best evidence so far, and the releases of one origin that come near the best of their own."""
    shape = (log_member.size, grid.edges.size, grid.bins.size)
    total, log_mass, log_sd = np.full(shape, -np.inf), np.empty(shape), np.empty(shape)
    felt = reached.any(axis=(0, 1))
    order = np.lexsort((readings.part, ~readings.is_hit))  # hits first; those that count alike stand together
    order = order[np.isin(order, np.flatnonzero(felt))]
    n_hit = int((readings.is_hit & felt).sum())
    if n_hit == 0:
        return best, None
    own = kernels.evidence(
        np.ascontiguousarray(reached[:, :, order]), grid.step_s, grid.bins, grid.last_start, n_hit,
        readings.excess[order], readings.noise_sd[order], readings.part[order], timing_sd[order],
        settings.shape_sd, settings.freedom, best - HOPELESS, KEEP + 4, total, log_mass, log_sd,
    )  # fmt: skip
    # ∫ of a Gaussian in ln M under a prior even in ln M; starts even in time; durations alike
    total += 0.5 * np.log(2 * np.pi) - np.log(settings.mass_decades * np.log(10))
    total += log_member[:, None, None] + np.log(grid.step_s / settings.history_s) - np.log(grid.bins.size)
    if not np.isfinite(total.max()):
        return best, None
    member, edge, width = np.unravel_index(np.flatnonzero(total > total.max() - KEEP), shape)
    return max(best, own), Origin(
        suspect,
        grid.step_s,
        member.astype(np.int64),
        np.asarray(grid.edges[edge], np.float64),
        np.asarray(grid.bins[width] * grid.step_s, np.float64),
        np.asarray(total[member, edge, width], np.float64),
        log_mass[member, edge, width],
        log_sd[member, edge, width],
    )
