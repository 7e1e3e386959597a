"""Linear transport on a run's flows: many loads down at once, or many readings up at once by the exact transpose.

The scheme is upwind in two time levels with an implicit exchange. Time weight and exchange are chosen cell by cell so
that a load moves and spreads as the water does, without skew; coefficients stay positive, so a response is never below
zero, ΣVC is kept to round-off, and uniform water stays uniform. Only away from a Courant number of one does the
upwinding spread more than the water does (by |c (1 - c)|/2 dx²/dt): `well_stepped` cuts the steps accordingly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing import _kernels as kernels

LITRE = 1_000.0  # kg/m³ → mg/L
MOST_PARTS = 12


@dataclass(frozen=True)
class Releases:
    """Loads, one per lane: cell, start and end [s], mass [kg]; arrays (n_lane,). An instant has end = start."""

    cell: NDArray[np.int64]
    start_s: Floats
    end_s: Floats
    mass_kg: Floats


@dataclass(frozen=True)
class Spots:
    """Where and when concentrations are read, one per lane.

    Attributes
    ----------
    cell : int64 (n,)
    share : float64 (n,)
        How much of the cell lies above the spot [-]; a cell's concentration is that of its lower end.
    time_s : float64 (n,)
    """

    cell: NDArray[np.int64]
    share: Floats
    time_s: Floats


def well_stepped(flows: Flows, most: int = MOST_PARTS) -> Flows:
    """The same water in steps that spread least beyond its own dispersion; at most so many parts per step."""
    dt_s = np.diff(flows.time_s)[:, None]
    held = np.maximum(0.5 * (flows.volume_m3[1:] + flows.volume_m3[:-1]), kernels.EMPTY)
    courant = np.abs(flows.flux_m3s[:, : flows.n_cell]) * dt_s / held
    moving = courant[courant > 1e-3]
    if moving.size == 0:
        return flows
    # beyond c = 1 upwinding spreads by c (c - 1)/2, below it by c (1 - c)/2, in units of dx²/dt
    excess = [float(np.sum(moving * np.abs(moving / k - 1))) for k in range(1, most + 1)]
    return flows.split(1 + int(np.argmin(excess)))


def forward(
    flows: Flows, releases: Releases, watched: ArrayLike, decay_per_s: ArrayLike = 0.0, start_mgl: ArrayLike = 0.0
) -> Floats:
    """Concentration that each release brings to the lower ends of cells.

    Parameters
    ----------
    flows : Flows
    releases : Releases
        One lane each; parts outside the run do not enter.
    watched : array_like of int, shape (n_watched,)
    decay_per_s : array_like, broadcastable to (n_cell,)
        First-order decay [1/s].
    start_mgl : array_like, broadcastable to (n_cell, n_lane)
        Concentration at the first instant [mg/L].

    Returns
    -------
    float64 (n_step + 1, n_watched, n_lane)
        [mg/L]
    """
    cells = np.asarray(watched, np.int64)
    n_lane = releases.cell.size
    loads = _loads(flows, releases)
    state = np.ascontiguousarray(np.broadcast_to(start_mgl, (flows.n_cell, n_lane)), np.float64) / LITRE
    out = np.empty((flows.n_step + 1, cells.size, n_lane))
    kernels.forward(*_water(flows), _decay(flows, decay_per_s), *loads, cells, state.copy(), out)  # type: ignore[call-arg]
    return LITRE * out


def series(
    flows: Flows, releases: Releases, spots: Sequence[tuple[int, float]], decay_per_s: ArrayLike = 0.0
) -> Floats:
    """Concentration [mg/L] that each release brings to spots (cell, share of the cell that lies above).

    Returns
    -------
    float64 (n_step + 1, n_spot, n_lane)
    """
    cell, share = np.array([c for c, _ in spots], np.int64), np.array([f for _, f in spots])
    above = _above(flows)[cell]
    own = np.where(above >= 0, share, 1.0)[:, None]
    field = forward(flows, releases, np.concatenate([cell, np.maximum(above, 0)]), decay_per_s)
    return np.asarray(own * field[:, : cell.size] + (1 - own) * field[:, cell.size :], np.float64)


def onset(
    flows: Flows,
    spots: Spots,
    edges: ArrayLike,
    cells: ArrayLike,
    decay_per_s: ArrayLike = 0.0,
    *,
    single: bool = True,
) -> NDArray[np.float32] | Floats:
    """What each spot reads of 1 kg/s let into each cell from an edge on, for ever: the transpose of `forward`.

    A release between two edges is the difference of two of them. Within a step they are linear in the edge.

    Parameters
    ----------
    edges : array_like of int, shape (n_edge,)
        Levels (indices of `flows.time_s`), rising.
    cells : array_like of int, shape (n_place,)
        Where loads enter.
    single : bool
        In single precision; rounding is then about 1e-6 of the largest.

    Returns
    -------
    float (n_place, n_edge, n_spot)
        [mg/L per kg/s]; 0 for spots outside the run.
    """
    kind = np.float32 if single else np.float64
    level, cell, weight, lane = _entries(flows, spots)
    last = np.full(spots.cell.size, -1)
    np.maximum.at(last, lane, level)
    rank = np.argsort(-last, kind="stable")  # lanes with late readings first, so that the busy ones stand together
    position = np.empty_like(rank)
    position[rank] = np.arange(rank.size)
    order = np.argsort(-level, kind="stable")
    active = np.searchsorted(-last[rank], -np.arange(1, flows.n_step + 1), side="right")
    places = np.asarray(cells, np.int64)
    steps = np.asarray(edges, np.int64)
    out = np.empty((places.size, steps.size, rank.size), kind)
    kernels.adjoint(  # type: ignore[call-arg]
        *_water(flows), _decay(flows, decay_per_s), level[order], cell[order], (LITRE * weight[order]).astype(kind),
        position[lane[order]], active, steps, places, np.zeros((flows.n_cell, rank.size), kind), out,
    )  # fmt: skip
    return np.ascontiguousarray(out[:, :, position]) if (rank != np.arange(rank.size)).any() else out


def _water(flows: Flows) -> tuple[Any, ...]:
    # one layout, so that the kernels are compiled once
    return tuple(
        np.ascontiguousarray(getattr(flows, name))
        for name in ("time_s", "volume_m3", "flux_m3s", "lateral_m3s", "exchange_m3s", "up", "dn", "fixed")
    )


def _decay(flows: Flows, decay_per_s: ArrayLike) -> Floats:
    decay = np.ascontiguousarray(np.broadcast_to(decay_per_s, flows.n_cell), np.float64)
    if not (np.isfinite(decay).all() and (decay >= 0).all()):
        raise InputError(f"decay of {decay.min()} 1/s was asked for; give a finite rate of at least 0 1/s.")
    return decay


def _loads(flows: Flows, releases: Releases) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats]:
    """Step, cell, lane and mass [kg] of what enters, sorted by step."""
    steps, lanes, masses = [], [], []
    low, high = flows.time_s[:-1], flows.time_s[1:]
    for lane, (start, end, mass) in enumerate(zip(releases.start_s, releases.end_s, releases.mass_kg, strict=True)):
        if end > start:
            part = np.clip(np.minimum(high, end) - np.maximum(low, start), 0, None) / (end - start)
        else:
            part = _instant(flows.time_s, float(start))
        hit = np.flatnonzero(part)
        steps.append(hit)
        lanes.append(np.full(hit.size, lane))
        masses.append(mass * part[hit])
    if not steps:
        empty = np.empty(0, np.int64)
        return empty, empty, empty, np.empty(0)
    step, number = np.concatenate(steps), np.concatenate(lanes)
    order = np.argsort(step, kind="stable")
    return step[order], releases.cell[number][order], number[order], np.concatenate(masses)[order]


def _instant(time_s: Floats, at_s: float) -> Floats:
    """Parts of an instant's load that two steps take, so that it enters at its time in the mean."""
    part = np.zeros(time_s.size - 1)
    if time_s[0] <= at_s < time_s[-1]:
        middle = 0.5 * (time_s[:-1] + time_s[1:])
        after = int(np.clip(np.searchsorted(middle, at_s), 1, max(middle.size - 1, 1)))
        if middle.size == 1:
            part[0] = 1.0
        else:
            late = float(np.clip((at_s - middle[after - 1]) / (middle[after] - middle[after - 1]), 0.0, 1.0))
            part[after - 1], part[after] = 1 - late, late
    return part


def _entries(flows: Flows, spots: Spots) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Level, cell, weight and lane of what a spot reads: linear in time, and between the ends of its cell.

    The upper end of a cell is the lower end of the one above it; where several meet there, or none, the cell's own
    concentration stands for all of it.
    """
    inside = (spots.time_s > flows.time_s[0]) & (spots.time_s <= flows.time_s[-1])
    lanes = np.flatnonzero(inside)
    after = np.searchsorted(flows.time_s, spots.time_s[lanes], side="left")
    late = (spots.time_s[lanes] - flows.time_s[after - 1]) / (flows.time_s[after] - flows.time_s[after - 1])
    above = _above(flows)
    cell = spots.cell[lanes]
    own = np.where(above[cell] >= 0, spots.share[lanes], 1.0)
    parts = [
        (after - 1 + shift, where, own_part * time_part, lanes)
        for shift, time_part in ((0, 1 - late), (1, late))
        for where, own_part in ((cell, own), (np.maximum(above[cell], 0), 1 - own))
    ]
    level, at, weight, lane = (np.concatenate(v) for v in zip(*parts, strict=True))
    used = (weight > 0) & (level > 0)
    return level[used].astype(np.int64), at[used].astype(np.int64), weight[used], lane[used].astype(np.int64)


def _above(flows: Flows) -> NDArray[np.int64]:
    """The one cell above each, -1 where none or several are."""
    above = np.full(flows.n_cell, -1)
    tree = np.flatnonzero(flows.dn >= 0)
    above[flows.dn[tree]] = flows.up[tree]
    above[np.bincount(flows.dn[tree], minlength=flows.n_cell) != 1] = -1
    return above
