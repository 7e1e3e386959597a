"""A relation of concentration with time, flow and season: weighted regressions all over the surface.

ln C = b0 + b1 t + b2 lnQ + b3 sin 2πt + b4 cos 2πt, fitted anew for every place on the surface of time and flow to the
samples near it: near in time (7 years), in season (half a year) and in lnQ (2), by the product of three tricube
weights; the windows widen by a tenth until 100 samples count, and the one in time is moved inwards at the ends of the
record. R. M. Hirsch, D. L. Moyer, S. A. Archfield, Weighted regressions on time, discharge, and season (WRTDS),
J. Am. Water Resour. Assoc. 46, 2010; defaults as in R. M. Hirsch, L. A. De Cicco, User guide to EGRET, USGS Techniques
and Methods 4-A10, 2015.

Where we differ: the surface is made for the two periods only, in cells of half a month; "normal" is the mean over the
flows of the half-month's neighbourhood (15 days to each side) in all years rather than of the one calendar day, so that
a few years will do; a short record goes without the terms it cannot carry; how the periods depart from the smooth
surface is kept (see `split`), so that a change from one year to the next is not smoothed away by the window of 7 years.

Every value on the surface is a weighted sum of the logarithms of the samples. The sums are made once and applied to
all versions of the bootstrap together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from riverchief.govern.change.split import Floats, Ints, Means

YEAR_D = 365.25
CELL_D = 15.2
SEASON_D = 15.0  # the flows of so many days to each side of a cell's middle are its normal flows
LEVELS = 14  # of lnQ on the surface
GROUPS = 100  # normal flows of a cell are kept as the means of so many equal groups
_CHUNK = 512
_RIDGE = 1e-9


@dataclass(frozen=True)
class Windows:
    """Half-widths of the tricube weights, and how many samples must count."""

    years: float = 7.0
    seasons: float = 0.5
    log_flow: float = 2.0
    samples: int = 100


@dataclass(frozen=True)
class Record:
    """Samples as a regression takes them: times [a], lnQ; which terms the record can carry."""

    year: Floats
    log_flow: Floats
    windows: Windows
    centre: tuple[float, float]
    terms: tuple[int, ...]

    @classmethod
    def of(cls, time_d: Floats, flow_m3s: Floats, windows: Windows) -> Record:
        """No trend in less than two years of record, no season in less than nine months, no flow that never varies."""
        year, log_flow = time_d / YEAR_D, np.log(flow_m3s)
        span = year[-1] - year[0]
        terms = [
            0,
            *([1] if span >= 2 else []),
            *([2] if log_flow.std() > 1e-6 else []),
            *([3, 4] if span > 0.75 else []),
        ]
        return cls(year, log_flow, windows, (float(year.mean()), float(log_flow.mean())), tuple(terms))

    def columns(self, year: Floats, log_flow: Floats) -> Floats:
        """The columns of the terms at times and flows, shape (g, p)."""
        angle = 2 * np.pi * year
        every = np.stack(
            [np.ones_like(year), year - self.centre[0], log_flow - self.centre[1], np.sin(angle), np.cos(angle)], axis=1
        )
        return every[:, list(self.terms)]

    def weights(self, year: Floats, log_flow: Floats) -> Floats:
        """Weight of every sample (n) for every target (g), shape (g, n)."""
        w = self.windows
        needed = min(w.samples, int(0.8 * self.year.size))
        edge = np.minimum(year - self.year[0], self.year[-1] - year).clip(0)
        half_time = np.where(edge < w.years, 2 * w.years - edge, w.years)
        apart = np.abs(year[:, None] - self.year)
        season = np.abs((apart + 0.5) % 1.0 - 0.5)
        flow = np.abs(log_flow[:, None] - self.log_flow)
        found = np.empty(apart.shape)
        open_, wide = np.arange(year.size), 1.0
        while open_.size:
            weight = _tricube(apart[open_] / (half_time[open_, None] * wide))
            weight *= _tricube(flow[open_] / (w.log_flow * wide))
            if 3 in self.terms:
                weight *= _tricube(season[open_] / (w.seasons * wide))
            found[open_] = weight
            open_ = open_[(weight > 0).sum(axis=1) < needed]
            wide *= 1.1
        return found

    def rows(self, year: Floats, log_flow: Floats) -> Iterator[tuple[slice, Floats]]:
        """The weighted sums that give ln C at targets, in slices: (g, n) each."""
        x = self.columns(self.year, self.log_flow)
        n, p = x.shape
        squares = (x[:, :, None] * x[:, None, :]).reshape(n, p * p)
        for start in range(0, year.size, _CHUNK):
            some = slice(start, min(start + _CHUNK, year.size))
            weight = self.weights(year[some], log_flow[some])
            normal = (weight @ squares).reshape(-1, p, p)
            normal += _RIDGE * weight.sum(axis=1)[:, None, None] * np.eye(p)
            target = self.columns(year[some], log_flow[some])
            solved = np.linalg.solve(normal, target[:, :, None])[:, :, 0]
            yield some, weight * (solved @ x.T)


def _tricube(share: Floats) -> Floats:
    inside = share.clip(None, 1)  # products: a power is ten times as slow
    rest = 1 - inside * inside * inside
    weight: Floats = rest * rest * rest
    return weight


@dataclass(frozen=True)
class Points:
    """Points on the surface that means are taken over: cell, neighbours in lnQ, weight within the period."""

    cell: Ints
    lower: Ints
    share: Floats
    weight: Floats  # (2, m)

    def mean(self, surface: Floats, error: Floats | None = None) -> Floats:
        """Weighted means of exp(surface) by period, (2, b); surface (cells, LEVELS, b), error (m, b)."""
        share = self.share[:, None]
        log_value = (1 - share) * surface[self.cell, self.lower] + share * surface[self.cell, self.lower + 1]
        return self.weight @ np.exp(log_value if error is None else log_value + error)


@dataclass(frozen=True)
class Surface:
    """The relation for two periods; see `surface`."""

    record: Record
    cell_rows: Floats  # (cells · LEVELS, n)
    sample_rows: Floats  # (s, n)
    actual: Points
    normal: Points
    step_time_d: Floats

    def fitted(self, log_value: Floats) -> tuple[Floats, float]:
        """Expected logarithm at every sample, and the degrees of freedom that the errors keep: n - 2 tr S + tr SSᵀ."""
        found = np.empty(log_value.size)
        freedom = float(log_value.size)
        for some, rows in self.record.rows(self.record.year, self.record.log_flow):
            found[some] = rows @ log_value
            freedom += float((rows**2).sum() - 2 * np.diagonal(rows, some.start).sum())
        return found, max(freedom, 1.0)

    def means(self, log_value: Floats, step_error: Floats | None = None) -> Means:
        """See `split.Relation`."""
        surface = (self.cell_rows @ log_value).reshape(-1, LEVELS, log_value.shape[1])
        return Means(
            at_samples=np.exp(self.sample_rows @ log_value),
            actual=self.actual.mean(surface, step_error),
            normal=self.normal.mean(surface),
        )


@dataclass(frozen=True)
class Steps:
    """Daily flows of the two periods.

    Attributes
    ----------
    time_d, flow_m3s : float64 (m,)
        Middle of each day [d since 1970], its flow [m³/s].
    period : int64 (m,)
        0 before, 1 after.
    """

    time_d: Floats
    flow_m3s: Floats
    period: Ints


def surface(
    record: Record, sampled_index: Ints, steps: Steps, history_d: Floats, history_m3s: Floats, *, load: bool
) -> Surface:
    """Make the surface for two periods.

    Parameters
    ----------
    record : Record
        All samples.
    sampled_index : int64 (s,)
        Those within the two periods.
    steps : Steps
        Days of the periods, with flow above 0 where a concentration is asked for.
    history_d, history_m3s : float64 (h,)
        Days and flows of all years, the periods' among them.
    load : bool
        Whether means are of load [kg/d] rather than of concentration [mg/L].
    """
    cells = _cells(steps)
    highest = np.log(max(history_m3s.max(), steps.flow_m3s.max()))
    positive = np.concatenate([history_m3s[history_m3s > 0], steps.flow_m3s[steps.flow_m3s > 0]])
    lowest = np.log(positive.min())
    levels = np.linspace(lowest, max(highest, lowest + 1e-3), LEVELS)
    middle = np.array([steps.time_d[cells == c].mean() for c in range(cells.max() + 1)])
    rows = np.empty((middle.size * LEVELS, record.year.size))
    targets = np.repeat(middle / YEAR_D, LEVELS), np.tile(levels, middle.size)
    for some, part in record.rows(*targets):
        rows[some] = part
    at = np.empty((sampled_index.size, record.year.size))
    for some, part in record.rows(record.year[sampled_index], record.log_flow[sampled_index]):
        at[some] = part
    days = np.bincount(cells).astype(np.float64)
    period_of_cell = np.array([steps.period[cells == c][0] for c in range(middle.size)])
    actual = _points(levels, cells, steps.flow_m3s, np.ones(cells.size), steps.period, load=load)
    season = [_normal_flows(m, history_d, history_m3s, load=load) for m in middle]
    flows = np.concatenate([f for f, _ in season])
    cell = np.repeat(np.arange(middle.size), [f.size for f, _ in season])
    share = np.concatenate([s for _, s in season]) * days[cell]
    normal = _points(levels, cell, flows, share, period_of_cell[cell], load=load)
    return Surface(record, rows, at, actual, normal, steps.time_d)


def _cells(steps: Steps) -> Ints:
    """The cell of every day: half-months of each period."""
    cell = np.empty(steps.time_d.size, np.int64)
    first = 0
    for k in (0, 1):
        mine = steps.period == k
        since = steps.time_d[mine] - steps.time_d[mine].min()
        _, cell[mine] = np.unique((since / CELL_D).astype(np.int64), return_inverse=True)
        cell[mine] += first
        first = int(cell[mine].max()) + 1
    return cell


def _normal_flows(middle_d: float, history_d: Floats, history_m3s: Floats, *, load: bool) -> tuple[Floats, Floats]:
    """Flows of a season in all years as means of equal groups, and the share of each."""
    apart = np.abs((history_d - middle_d + YEAR_D / 2) % YEAR_D - YEAR_D / 2)
    flows = np.sort(history_m3s[apart <= SEASON_D + 0.5])
    if not load:
        flows = flows[flows > 0]
    edges = np.unique(np.linspace(0, flows.size, GROUPS + 1).round().astype(np.int64))
    counts = np.diff(edges).astype(np.float64)
    return np.add.reduceat(flows, edges[:-1]) / counts, counts / counts.sum()


G_PER_S_IN_KG_PER_DAY = 86.4


def _points(levels: Floats, cell: Ints, flow_m3s: Floats, share: Floats, period: Ints, *, load: bool) -> Points:
    step = levels[1] - levels[0]
    with np.errstate(divide="ignore"):
        place = ((np.log(flow_m3s) - levels[0]) / step).clip(0, LEVELS - 1 - 1e-9)
    lower = place.astype(np.int64)
    weight = np.zeros((2, cell.size))
    for k in (0, 1):
        mine = period == k
        weight[k, mine] = share[mine] / share[mine].sum()
    if load:
        weight *= flow_m3s * G_PER_S_IN_KG_PER_DAY
    return Points(cell, lower, place - lower, weight)
