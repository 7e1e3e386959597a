"""How the true river carries a spill: finite volumes on the reaches below it, every gram accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.network import Network
from riverchief.simulate import _kernels as kernels
from riverchief.simulate.flow import UNSTEADY, TrueFlow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELL_M = 250.0
_STABLE = 0.8  # of the explicit scheme's limit: Courant number + 2 × dispersion number


@dataclass(frozen=True)
class Release:
    """Mass that enters the water at one position, evenly over its duration.

    Attributes
    ----------
    reach, chainage_m
        Index of the reach and chainage [m].
    start_s, duration_s
        Seconds since 1970 UTC, and seconds.
    mass_g : float64 (n_layer,)
        Mass of every layer [g].
    """

    reach: int
    chainage_m: float
    start_s: float
    duration_s: float
    mass_g: Floats


@dataclass(frozen=True)
class Substance:
    """How one layer is lost: rate of first order [1/s], and what the loss of 1 g puts into the sag layer [g]."""

    decay_s: float = 0.0
    demand: float = 0.0


@dataclass(frozen=True)
class Budget:
    """Where the mass of every layer is at the end [g]; each float64 (n_layer,)."""

    released_g: Floats
    inside_g: Floats
    left_g: Floats
    lost_g: Floats


@dataclass(frozen=True)
class Carried:
    """What passed the gauges.

    Attributes
    ----------
    time_s : float64 (n_time,)
        Seconds since 1970 UTC.
    concentration : float64 (n_time, n_gauge, n_layer)
        What the release adds to the water [g/m³].
    budget : Budget
    """

    time_s: Floats
    concentration: Floats
    budget: Budget


@dataclass(frozen=True)
class _Cells:
    """The reaches below the sources, cut into cells; one entry per reach, in topological order."""

    reaches: Ints  # index in the network
    first: Ints
    last: Ints
    cell_m: Floats
    upper: Ints
    lower: Ints
    n_node: int
    share: Floats

    def at(self, reach: int, chainage_m: float) -> tuple[int, int, float]:
        """The two cells between whose centres a position lies, and how far it is on from the first to the second."""
        r = int(np.flatnonzero(self.reaches == reach)[0])
        n_more = int(self.last[r] - self.first[r])
        along = np.clip(chainage_m / self.cell_m[r] - 0.5, 0, n_more)
        near = min(int(along), max(n_more - 1, 0))
        return int(self.first[r]) + near, int(self.first[r]) + min(near + 1, n_more), float(along - near)


def _cells(network: Network, flow: TrueFlow, sources: Sequence[int], cell_m: float) -> _Cells:
    rank = np.empty(len(network.nodes), np.int64)
    rank[network.order] = np.arange(len(network.nodes))
    reaches = np.flatnonzero(network.downstream(list(sources)))
    reaches = reaches[np.argsort(rank[network.from_node[reaches]], kind="stable")]
    count = np.maximum(1, np.round(network.length_m[reaches] / cell_m)).astype(np.int64)
    last = np.cumsum(count) - 1
    nodes, ends = np.unique(np.concatenate([network.from_node[reaches], network.to_node[reaches]]), return_inverse=True)
    upper, lower = ends[: reaches.size], ends[reaches.size :]
    out = np.bincount(upper, flow.flow_m3s[reaches], nodes.size)
    return _Cells(
        reaches,
        last - count + 1,
        last,
        network.length_m[reaches] / count,
        upper,
        lower,
        nodes.size,
        flow.flow_m3s[reaches] / out[upper],  # water parts at a bifurcation as its branches flow
    )


def _steps(piece: _Cells, speed: Floats, dispersion: Floats, duration_s: float) -> int:
    """How many steps the explicit scheme needs for a duration [s]."""
    limit_s = _STABLE / (speed * (1 + UNSTEADY) / piece.cell_m + 2 * dispersion / piece.cell_m**2)
    return max(1, int(np.ceil(duration_s / limit_s.min())))


def _let_in(piece: _Cells, releases: Sequence[Release], start_s: float, n_step: int, dt: float) -> tuple[Ints, Floats]:
    """Cell of every release, and its mass in every step [g], shape (n_step, n_release, n_layer)."""
    edge_s = start_s + dt * np.arange(n_step + 1)
    spots, amounts = [], []
    for release in releases:
        near, after, weight = piece.at(release.reach, release.chainage_m)
        spots.append(near if weight < 0.5 else after)
        done = np.clip((edge_s - release.start_s) / max(release.duration_s, 1e-9), 0, 1)
        amounts.append(np.multiply.outer(np.diff(done), release.mass_g))
    return np.array(spots, np.int64), np.stack(amounts, axis=1)


def carry(
    network: Network,
    flow: TrueFlow,
    releases: Sequence[Release],
    substances: Sequence[Substance],
    gauges: Sequence[tuple[int, float]],
    start_s: float,
    end_s: float,
    sag: int = -1,
    cell_m: float = CELL_M,
) -> Carried:
    """Carry releases down the network.

    Parameters
    ----------
    releases : sequence of Release
        At least one; their masses have one entry per substance.
    substances : sequence of Substance
        One per layer.
    gauges : sequence of (reach index, chainage [m])
        Where the concentration is wanted; gauges that no release can reach stay at 0.
    start_s, end_s : float
        Seconds since 1970 UTC; the water is clean at the start.
    sag : int
        Layer that takes up what the losses demand (the oxygen deficit); -1 for none.
    cell_m : float
        Wanted length of a cell [m].

    Notes
    -----
    Transported is mass per length m = A c. With A constant in time, c = m / A and the flux u m is what flows
    through a face, so that mass is conserved whatever the flow does.
    """
    piece = _cells(network, flow, [release.reach for release in releases], cell_m)
    speed, dispersion = flow.velocity_ms[piece.reaches], flow.dispersion_m2s[piece.reaches]
    n_step = _steps(piece, speed, dispersion, end_s - start_s)
    dt = (end_s - start_s) / n_step
    spots, amounts = _let_in(piece, releases, start_s, n_step, dt)
    reached = [g for g, (reach, _) in enumerate(gauges) if (piece.reaches == reach).any()]
    seen = np.array([piece.at(*gauges[g]) for g in reached]).reshape(-1, 3)
    mass = np.zeros((len(substances), int(piece.last[-1]) + 1))
    table = np.zeros((n_step + 1, len(reached), len(substances)))
    left, lost = np.zeros(len(substances)), np.zeros(len(substances))
    kernels.transport(
        dt,
        (piece.first, piece.last, piece.upper, piece.lower),
        piece.n_node,
        piece.share,
        piece.cell_m,
        speed,
        dispersion,
        flow.river[piece.reaches],
        flow.paces(start_s + dt * (np.arange(n_step) + 0.5)),
        np.array([s.decay_s for s in substances]),
        np.array([s.demand for s in substances]),
        sag,
        spots,
        amounts,
        (seen[:, 0].astype(np.int64), seen[:, 1].astype(np.int64)),
        seen[:, 2].copy(),
        mass,
        table,
        left,
        lost,
    )
    concentration = np.zeros((n_step + 1, len(gauges), len(substances)))
    concentration[:, reached] = table / flow.area_m2[[gauges[g][0] for g in reached]][:, None]
    inside = mass @ np.repeat(piece.cell_m, piece.last - piece.first + 1)
    times = np.asarray(start_s + dt * np.arange(n_step + 1), np.float64)
    return Carried(times, concentration, Budget(amounts.sum(axis=(0, 1)), inside, left, lost))
