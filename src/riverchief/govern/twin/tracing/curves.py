"""Steady water: the response depends on the lag alone, so one curve for two cells answers for every reading.

A curve is computed once by the transport kernels and keeps its shape; its mean and standard deviation are those of the
exact way between two places, which add up cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing import _kernels as kernels
from riverchief.govern.twin.tracing.ways import _kernels as way_kernels

POINTS, BEFORE, SPAN = 160, 5.0, 14.0  # samples of a curve, from 5 standard deviations before its mean to 9 after
KEPT, KEPT_MOMENTS = 400, 2_000  # curves and moments of so many targets are kept

Longs = NDArray[np.int64]
Spot = tuple[int, float]


@dataclass(frozen=True)
class Ways:
    """Ways between places; arrays (n_origin, n_target).

    Attributes
    ----------
    share : float64
        Share of a load that takes the way [-]; 0 = no way.
    mean_s, variance_s2 : float64
        Travel time [s] and its variance [s²].
    outflow_m3s : float64 (n_target,)
        What the load is diluted in [m³/s].
    """

    share: Floats
    mean_s: Floats
    variance_s2: Floats
    outflow_m3s: Floats


@dataclass(frozen=True)
class Shapes:
    """Curves between cells, from 0 to 1: table (n_origin, n_target, n_point), its mean [points], points per sd."""

    table: NDArray[np.float32]
    offset: Floats
    scale: Floats


class MeanWater:
    """The mean of a run's flows: ways through it, and its curves.

    Parameters
    ----------
    flows : Flows
        Averaged over its steps, weighted by their length.
    """

    def __init__(self, flows: Flows) -> None:
        dt_s = np.diff(flows.time_s)
        self.dt_s = float(dt_s.mean())
        share = dt_s / dt_s.sum()
        self._volume = np.maximum(share @ (0.5 * (flows.volume_m3[1:] + flows.volume_m3[:-1])), kernels.EMPTY)
        self._flux, self._lateral, self._exchange = (
            np.ascontiguousarray(share @ v) for v in (flows.flux_m3s, flows.lateral_m3s, flows.exchange_m3s)
        )
        self._up, self._dn, self._fixed = flows.up, flows.dn, flows.fixed
        there = np.flatnonzero((flows.dn >= 0) & (flows.dn > flows.up))
        self._order = there[np.argsort(-flows.up[there], kind="stable")]
        out = np.maximum(-self._lateral, 0.0)
        np.add.at(out, flows.up[there], np.maximum(self._flux[there], 0.0))
        self.outflow_m3s = out
        with np.errstate(divide="ignore", invalid="ignore"):
            self.pace_s = np.where(out > 0, self._volume / out, np.inf)
            self.mixed_s2 = np.where(out > 0, 2 * self._exchange[: out.size] * self.pace_s**2 / out, 0.0)
            self.local_s = np.where(out > 0, self._exchange[: out.size] * self.pace_s / out, 0.0)  # D/u²
        self._moments: dict[int, Floats] = {}
        self._kept: dict[int, tuple[Longs, NDArray[np.float32], Floats, Floats]] = {}

    def between_cells(self, targets: Longs) -> tuple[Floats, Floats, Floats]:
        """Share, mean [s] and variance [s²] from lower end to lower end, each (n_target, n_cell)."""
        new = np.array(sorted({int(t) for t in targets} - self._moments.keys()), np.int64)
        if new.size:
            if len(self._moments) + new.size > KEPT_MOMENTS:
                self._moments.clear()
                new = np.unique(targets)
            found = np.zeros((3, new.size, self._volume.size))
            way_kernels.moments(
                self._volume, self._flux, self._exchange, self._lateral, self._up, self._dn, self._fixed, self._order,
                new, *found,
            )  # fmt: skip
            self._moments.update({int(t): found[:, i] for i, t in enumerate(new)})
        share, mean, variance = np.stack([self._moments[int(t)] for t in targets], axis=1)
        return share, mean, variance

    def ways(self, origins: list[Spot], targets: list[Spot]) -> Ways:
        """Ways from origins down to targets."""
        here, above = np.array([c for c, _ in origins], np.int64), np.array([f for _, f in origins])
        there, into = np.array([c for c, _ in targets], np.int64), np.array([f for _, f in targets])
        share, mean, variance = (v[:, here].T for v in self.between_cells(there))
        left, spare = (1 - above)[:, None], (1 - into)[None, :]
        pace_o, pace_t = self.pace_s[here][:, None], self.pace_s[there][None, :]
        mixed_o, mixed_t = self.mixed_s2[here][:, None], self.mixed_s2[there][None, :]
        same, run = here[:, None] == there[None, :], into[None, :] - above[:, None]
        inside = same & (run >= 0)
        share = np.where(inside, 1.0, np.where(same, 0.0, share))
        with np.errstate(invalid="ignore"):
            mean = np.where(inside, run * pace_o, mean + left * pace_o - spare * pace_t)
            variance = np.where(inside, run * mixed_o, variance + left * mixed_o - spare * mixed_t)
        share = np.where(np.isfinite(mean) & (self.outflow_m3s[there] > 0), share, 0.0)
        none = share == 0
        return Ways(
            share, np.where(none, 0.0, np.maximum(mean, 0.0)), np.where(none, 0.0, np.maximum(variance, 0.0)),
            self.outflow_m3s[there],
        )  # fmt: skip

    def shapes(self, origins: Longs, targets: Longs) -> Shapes:
        """Curves from every origin cell to every target cell; flat where there is no way."""
        new = [int(t) for t in targets if int(t) not in self._kept]
        if len(new) > origins.size:
            return self._down(origins, targets)
        if new:
            self._keep(np.array(new, np.int64))
        table = np.zeros((origins.size, targets.size, POINTS), np.float32)
        offset, scale = np.zeros((2, origins.size, targets.size))
        for j, target in enumerate(targets):
            row, curve, middle, per_sd = self._kept[int(target)]
            mine = row[origins]
            ok = mine >= 0
            table[ok, j], offset[ok, j], scale[ok, j] = curve[mine[ok]], middle[mine[ok]], per_sd[mine[ok]]
        return Shapes(table, offset, scale)

    def _keep(self, targets: Longs) -> None:
        while self._kept and len(self._kept) + targets.size > KEPT:
            self._kept.pop(next(iter(self._kept)))
        share, mean, variance = self.between_cells(targets)
        share[np.arange(targets.size), targets] = 1.0
        there = (share > 0).T  # (n_cell, n_target)
        row = np.where(there, np.cumsum(there.ravel()).reshape(there.shape) - 1, -1)
        cell, lane = np.nonzero(there)
        curve, middle, per_sd = self._curves(
            targets, row, cell, targets[lane], mean.T[there], variance.T[there], transpose=True
        )
        for j, target in enumerate(targets):
            mine = row[:, j]
            ok = mine >= 0
            place = np.full(mine.size, -1, np.int64)
            place[ok] = np.arange(int(ok.sum()))
            self._kept[int(target)] = (place, curve[mine[ok]], middle[mine[ok]], per_sd[mine[ok]])

    def _down(self, origins: Longs, targets: Longs) -> Shapes:
        share, mean, variance = (v[:, origins] for v in self.between_cells(targets))  # (n_target, n_origin)
        share[targets[:, None] == origins[None, :]] = 1.0
        there = share > 0
        at, lane = np.nonzero(there)
        number = np.where(there, np.cumsum(there.ravel()).reshape(there.shape) - 1, -1)
        row = np.full((self._volume.size, origins.size), -1, np.int64)
        row[targets[at], lane] = number[at, lane]
        curve, middle, per_sd = self._curves(
            origins, row, origins[lane], targets[at], mean[there], variance[there], transpose=False
        )
        table = np.zeros((origins.size, targets.size, POINTS), np.float32)
        offset, scale = np.zeros((2, origins.size, targets.size))
        # several targets may lie in one cell; the callers pass each cell once
        table[lane, at], offset[lane, at], scale[lane, at] = curve, middle, per_sd
        return Shapes(table, offset, scale)

    def _curves(
        self, seeds: Longs, row: Longs, source: Longs, goal: Longs, mean: Floats, variance: Floats, *, transpose: bool
    ) -> tuple[NDArray[np.float32], Floats, Floats]:
        """Sampled curves of rows, and their own mean and standard deviation in points."""
        # a load into a cell acts as one that enters half-way; both ends spread by D/u² more
        ends = self.local_s[source] + self.local_s[goal]
        middle = mean + 0.5 * self.pace_s[source] + ends
        sd = np.sqrt(variance + self.mixed_s2[source] + 4 * ends**2 + (0.6 * self.dt_s) ** 2)
        first, step = middle - BEFORE * sd, SPAN * sd / (POINTS - 1)
        table = np.zeros((mean.size, POINTS))
        kernels.steady_curves(
            self.dt_s, self._volume, self._flux, self._lateral, self._exchange, self._up, self._dn, self._fixed, 0.0,
            seeds, transpose, first, step, row, table,
        )  # fmt: skip
        total = np.maximum(table[:, -1:], 1e-300)
        table /= total
        piece = np.diff(table, axis=1, prepend=0.0)
        at = np.arange(POINTS) - 0.5
        at[0] = 0.0
        centre = piece @ at
        width = np.sqrt(np.maximum((piece * (at - centre[:, None]) ** 2).sum(axis=1), 0.25))
        return table.astype(np.float32), centre, width
