"""Evidence of every release from every suspect: start, duration and velocity on a grid, the mass integrated out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
COINCIDENCE = 0.02  # probability that a second pollutant above background has another cause
KEEP = 14.0  # releases this many nats below the best of their origin are dropped
TIMING_FLOOR_S = 300.0
REACH_SD = 2.4  # how many standard deviations of the travel time the starts cover


@dataclass
class Origin:
    """The releases from one suspect that can explain the readings, flattened; arrays are (n,)."""

    suspect: Suspect
    member: Ints
    start_s: Floats
    step_s: float
    duration_s: Floats
    log_weight: Floats  # log of prior of member, start, duration × evidence
    log_mass: dict[str, Floats]
    log_sd: dict[str, Floats]


@dataclass(frozen=True)
class _Window:
    """Starts that are tried for one origin: first edge [s], step [s], last start, number of edges."""

    first_s: float
    step_s: float
    last_start: int
    n_edge: int


def _windows(
    engine: TransportEngine, origins: Sequence[Suspect], hits: Readings, at_s: float, settings: TraceSettings
) -> list[_Window]:
    """Starts that could have reached the nearest reading above background when it was taken."""
    station: dict[Place, list[int]] = {}
    for i in np.flatnonzero(hits.is_hit):
        station.setdefault(hits.places[i], []).append(int(i))
    spots = list(station)
    travel = engine.travel([o.place for o in origins], spots)
    windows = []
    for row, origin in enumerate(origins):
        near = int(np.nanargmin(travel.median_s[row]))
        mine = station[spots[near]]
        first, best = hits.time_s[mine[0]], hits.time_s[max(mine, key=lambda i: float(hits.score[i]))]
        same = [i for i, p in enumerate(hits.places) if p == spots[near] and hits.time_s[i] < first]
        clean = hits.time_s[same[-1]] if same else first - 24 * 3_600
        median, spread = travel.median_s[row, near], travel.spread_s[row, near]
        factor = np.exp(REACH_SD * travel.log_sd[row, near])
        step = float(np.clip(0.6 * spread, 900.0, 3_600.0))
        low = max(clean - factor * (median + 2.5 * spread) - 2 * step, at_s - settings.history_s)
        high = max(min(best, at_s) - (median - 2.0 * spread) / factor + step, low + step)
        last_start = 1 + int(np.ceil((high - low) / step))
        end = min(at_s, low + last_start * step + max(origin.durations_s))
        windows.append(_Window(low, step, last_start, last_start + 2 + int(np.ceil(max(end - high, 0) / step))))
    return windows


def evidence_of(
    engine: TransportEngine,
    origins: Sequence[Suspect],
    main: str,
    seen: Mapping[str, Readings],
    at_s: float,
    settings: TraceSettings,
) -> list[Origin]:
    """Evidence of every release from every suspect; suspects without any are left out."""
    if not origins:
        return []
    windows = _windows(engine, origins, seen[main], at_s, settings)
    result: list[Origin] = []
    order = sorted(range(len(origins)), key=lambda i: windows[i].n_edge)
    for begin in range(0, len(order), CHUNK):
        chunk = order[begin : begin + CHUNK]
        n_edge = max(windows[i].n_edge for i in chunk)
        edges = np.array([windows[i].first_s + windows[i].step_s * np.arange(-1, n_edge - 1) for i in chunk])
        places = [origins[i].place for i in chunk]
        reached = {code: engine.onset(places, edges, r.places, r.time_s, code) for code, r in seen.items()}
        timing = {}
        for code, r in seen.items():
            travel = engine.travel(places, r.places)
            timing[code] = np.maximum(np.nan_to_num(travel.median_s * travel.own_log_sd), TIMING_FLOOR_S)
        for row, i in enumerate(chunk):
            origin = _one_origin(
                origins[i], windows[i], edges[row], main, seen, {c: a[row] for c, a in reached.items()},
                {c: a[row] for c, a in timing.items()}, np.log(engine.member_weight), settings,
            )  # fmt: skip
            if origin is not None:
                result.append(origin)
    return result


def _one_origin(
    suspect: Suspect,
    window: _Window,
    edges: Floats,
    main: str,
    seen: Mapping[str, Readings],
    reached: Mapping[str, NDArray[np.float32]],
    timing: Mapping[str, Floats],
    log_member: Floats,
    settings: TraceSettings,
) -> Origin | None:
    bins = np.unique(np.maximum(np.round(np.array(suspect.durations_s) / window.step_s), 1).astype(np.int64))
    shape = (log_member.size, edges.size, bins.size)
    # ∫ of a Gaussian in ln M, under a prior even in ln M
    constant = 0.5 * np.log(2 * np.pi) - np.log(settings.mass_decades * np.log(10))
    total = np.zeros(shape)
    log_mass, log_sd = {}, {}
    for code, r in seen.items():
        evidence, log_mass[code], log_sd[code] = np.empty(shape), np.full(shape, np.nan), np.full(shape, np.nan)
        kernels.evidence(
            reached[code], window.step_s, bins, window.last_start, r.excess, r.noise_sd, r.part, r.is_hit,
            timing[code], settings.shape_sd, settings.freedom, evidence, log_mass[code], log_sd[code],
        )  # fmt: skip
        total += evidence + constant if code == main else np.logaddexp(evidence + constant, np.log(COINCIDENCE))
    total += log_member[:, None, None] + np.log(window.step_s / settings.history_s) - np.log(bins.size)
    best = total.max()
    if not np.isfinite(best):
        return None
    kept = np.nonzero(total > best - KEEP)
    return Origin(
        suspect,
        kept[0].astype(np.int64),
        np.asarray(edges[kept[1]], np.float64),
        window.step_s,
        np.asarray(bins[kept[2]] * window.step_s, np.float64),
        np.asarray(total[kept], np.float64),
        {code: a[kept] for code, a in log_mass.items()},
        {code: a[kept] for code, a in log_sd.items()},
    )
