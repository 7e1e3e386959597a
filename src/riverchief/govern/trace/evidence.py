"""Evidence of every release from every suspect: start, duration and member on a grid, the mass integrated out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
KEEP = 12.0  # releases this many nats below the best of their origin are dropped
HOPELESS = 8.0  # so many more below the best of all origins, and they are not even computed
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
    seen = _sightings(readings)
    travel = engine.travel([o.place for o in origins], list(seen))
    windows = []
    for row, origin in enumerate(origins):
        near = int(np.nanargmin(travel.median_s[row]))
        clean, best = list(seen.values())[near]
        median, spread = travel.median_s[row, near], travel.spread_s[row, near]
        factor = np.exp(REACH_SD * travel.log_sd[row, near])
        coarse = 2.0 if origin.cells else 1.0  # a place that stands for its neighbours needs no fine start
        step = coarse * float(np.clip(0.6 * spread, *STEP_S))
        low = max(clean - factor * (median + 2.5 * spread) - 2 * step, at_s - settings.history_s)
        high = max(best - (median - 2.0 * spread) / factor + step, low + step)
        last_start = 1 + int(np.ceil((high - low) / step))
        end = min(at_s, low + last_start * step + max(origin.durations_s))
        windows.append(_Window(low, step, last_start, last_start + 2 + int(np.ceil(max(end - high, 0) / step))))
    return windows


def _sightings(readings: Readings) -> dict[Place, tuple[float, float]]:
    """Per place with a reading above background: its last clean instant before the first, and the clearest [s]."""
    rows: dict[Place, list[int]] = {}
    for i, place in enumerate(readings.places):
        rows.setdefault(place, []).append(i)
    found = {}
    for place, mine in rows.items():
        hits = [i for i in mine if readings.is_hit[i]]
        if hits:
            first = readings.time_s[hits[0]]
            before = [float(readings.time_s[i]) for i in mine if readings.time_s[i] < first]
            best = max(hits, key=lambda i: float(readings.score[i]))
            found[place] = (max(before, default=float(first) - UNWATCHED_S), float(readings.time_s[best]))
    return found


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
    for chunk, columns in _chunks(engine, origins, windows, readings):
        felt = readings.only(columns)
        n_edge = max(windows[i].n_edge for i in chunk)
        edges = np.array([windows[i].first_s + windows[i].step_s * np.arange(-1, n_edge - 1) for i in chunk])
        places = [origins[i].place for i in chunk]
        reached = engine.onset(places, edges, felt.places, felt.time_s, felt.code)
        travel = engine.travel(places, felt.places)
        timing = np.maximum(travel.median_s * travel.own_log_sd, TIMING_FLOOR_S)
        for row, i in enumerate(chunk):
            grid = _Grid(windows[i], edges[row], np.array(origins[i].durations_s))
            best, found = _one(origins[i], grid, reached[row], timing[row], felt, log_member, best, settings)
            if found is not None:
                result.append(found)
    return result


def _chunks(
    engine: TransportEngine, origins: Sequence[Suspect], windows: Sequence[_Window], readings: Readings
) -> Iterator[tuple[list[int], Ints]]:
    """Origins that the same stations lie below, a few at a time, with the readings that they can reach.

    Hits come first among the readings, and those that count alike stand together, as the kernel wants them.
    """
    order = np.lexsort((readings.part, ~readings.is_hit))
    below = np.isfinite(engine.travel([o.place for o in origins], readings.places).median_s)
    alike: dict[bytes, list[int]] = {}
    for i in sorted(range(len(origins)), key=lambda i: windows[i].n_edge):
        alike.setdefault(below[i].tobytes(), []).append(i)
    for members in alike.values():
        for begin in range(0, len(members), CHUNK):
            chunk = members[begin : begin + CHUNK]
            first = min(windows[i].first_s for i in chunk)
            yield chunk, order[below[chunk[0]][order] & (readings.time_s[order] > first)]


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
    own = kernels.evidence(
        reached, grid.step_s, grid.bins, grid.last_start, int(readings.is_hit.sum()), readings.excess,
        readings.noise_sd, readings.part, timing_sd, settings.shape_sd, settings.freedom, best - HOPELESS, KEEP + 3,
        total, log_mass, log_sd,
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
