"""The seasonal model of daily series: a season, a slow level that forgets, noise of the day; fitted as a mixture.

In logarithms (pH as it is) a series is

    y(t) = season(t) + covariates(t) + level(t) + noise(t),

the season two harmonics of the year, the level an autoregression of first order. How long the level remembers and how
much of the variance is its is a grid of pairs; each has its weight by the likelihood, with regression and variance
integrated out (normal and inverse gamma), so that a short history gives a wide ensemble and not a sure one. With
several sections the weights are shared in so far as all of them together speak (`pooled`): a mixture over the grid
estimated by expectation and maximisation.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.outlook import _kernels
from riverchief.govern.outlook.drivers import Scale, past_effects, scale_of
from riverchief.govern.outlook.panel import Panel, design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEMORY = (0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.996, 0.999)  # correlation of the level from day to day
SLOW_SHARE = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95)  # share of the variance that is the level's
_PHI, _SLOW = (np.ascontiguousarray(a.ravel()) for a in np.meshgrid(MEMORY, SLOW_SHARE, indexing="ij"))

# Prior variance of the regression over that of the residual process: a season explains no more than the residuals until
# years have shown it (one year cannot tell a season from a slow level); a driver may explain several times as much.
_SEASON_RATIO = (0.2, 0.2, 0.05, 0.05)
_COVARIATE_RATIO = 25.0
_ALONE_MEAN_RATIO = 1e4  # a series alone: its mean is not known beforehand
_PRIOR_COUNT = 4.0  # the variance beforehand is worth so many values
_MIX_STEPS = 30
SHOCKS_LEAST = 30  # days with innovations of every item from which the ensemble is drawn as it happened


@dataclass(frozen=True)
class Fit:
    """A fitted panel. Series are (section, item) in the order of the panel, flattened.

    Attributes
    ----------
    weight : float64, shape (n_series, n_grid)
        Of every pair of memory and slow share; sums to 1.
    mean, root : float64, shapes (n_series, n_grid, k), (n_series, n_grid, k, k)
        Regression coefficients, and the root of their covariance over the residual variance.
    shape, rate : float64, shapes (n_series,), (n_series, n_grid)
        Of the inverse gamma distribution of the residual variance.
    level, spread : float64, shapes (n_series, n_grid, 1 + k), (n_series, n_grid)
        The level expected for the day after the history, of the series and of every regressor, and its variance.
    shocks : float64, shape (n_series, n_pool)
        Standardised innovations of the past by day, gaps filled with whole days of the same section.
    count : int64, shape (n_series,)
        Values in the history.
    """

    panel: Panel
    weight: Floats
    mean: Floats
    root: Floats
    shape: Floats
    rate: Floats
    level: Floats
    spread: Floats
    shocks: Floats
    count: Ints
    pooled: bool
    scale: Scale | None


def fit(panel: Panel, *, pooled: bool) -> Fit:
    """Fit every series of a panel.

    Parameters
    ----------
    panel : Panel
        The history, up to the day before the first one that is looked ahead to.
    pooled : bool
        Let the sections share what they say about memory, mean and variance; the result says so.
    """
    scale = scale_of(panel) if panel.drivers else None
    data = panel.table(None if scale is None else past_effects(panel, scale))
    n_series, _, c = data.shape
    k = c - 1
    moments, log_variance, level, spread, count = _kernels.grid_moments(data, _PHI, _SLOW)
    centre, precision, size = _prior(panel, data, k, pooled=pooled)
    cross = moments[..., 1:, 0] + precision[:, None, :] * centre[:, None, :]
    inside = moments[..., 1:, 1:] + precision[:, None, :, None] * np.eye(k)
    mean = np.linalg.solve(inside, cross[..., None])[..., 0]
    rest = moments[..., 0, 0] + np.sum(precision * centre**2, axis=-1)[:, None] - np.sum(mean * cross, axis=-1)
    shape = 0.5 * (_PRIOR_COUNT + count)
    rate = 0.5 * (_PRIOR_COUNT * size[:, None] + np.maximum(rest, 0.0))
    _, log_inside = np.linalg.slogdet(inside)
    likelihood = -0.5 * (log_variance + log_inside) - shape[:, None] * np.log(rate)
    weight = _mix(likelihood, panel, pooled=pooled)
    root = np.linalg.cholesky(np.linalg.inv(inside))
    best = np.argmax(weight, axis=1)
    shocks = _shocks(panel, data, mean[np.arange(n_series), best], best)
    return Fit(panel, weight, mean, root, shape, rate, level, spread, shocks, count, pooled, scale)


def _prior(panel: Panel, data: Floats, k: int, *, pooled: bool) -> tuple[Floats, Floats, Floats]:
    """Centre and precision of the regression (n_series, k), and the residual variance (n_series,), beforehand."""
    n_series = data.shape[0]
    centre = np.zeros((n_series, k))
    variance, average = np.full(n_series, np.nan), np.full(n_series, np.nan)
    for s in range(n_series):
        known = data[s, :, 0][~np.isnan(data[s, :, 0])]
        if known.size:
            average[s] = known.mean()
        if known.size > 2:
            variance[s] = known.var()
    ratio = np.full(n_series, _ALONE_MEAN_RATIO)
    size = np.where(np.isnan(variance), 1.0, np.maximum(variance, 1e-6))
    n_item = len(panel.items)
    if pooled:
        for i in range(n_item):
            mine = np.arange(i, n_series, n_item)
            size[mine] = max(float(np.nanmedian(variance[mine])), 1e-6) if np.isfinite(variance[mine]).any() else 1.0
            known = average[mine][np.isfinite(average[mine])]
            if known.size > 2:
                centre[mine, 0] = known.mean()
                ratio[mine] = max(float(known.var()) / float(size[mine[0]]), 1.0)
    else:
        centre[:, 0] = np.where(np.isnan(average), 0.0, average)
    rest = (*_SEASON_RATIO, *(_COVARIATE_RATIO,) * (k - 1 - len(_SEASON_RATIO)))
    precision = np.column_stack([1.0 / ratio, *(np.full(n_series, 1.0 / r) for r in rest)])
    return centre, precision, size


def _mix(likelihood: Floats, panel: Panel, *, pooled: bool) -> Floats:
    """Weights of the grid; with `pooled` the mixture over the sections is learned by item."""
    given = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weight: Floats = given / given.sum(axis=1, keepdims=True)
    if not pooled:
        return weight
    n_item = len(panel.items)
    for i in range(n_item):
        mine = given[i::n_item]
        mixture = np.full(mine.shape[1], 1.0 / mine.shape[1])
        for _ in range(_MIX_STEPS):
            share = mine * mixture
            share /= share.sum(axis=1, keepdims=True)
            mixture = share.mean(axis=0)
        weight[i::n_item] = share
    return weight


def _shocks(panel: Panel, data: Floats, mean: Floats, best: Ints) -> Floats:
    """Innovations of unit variance by day, shape (n_series, n_pool), where a missing one is filled.

    A day on which an item has none is filled by a whole other day of the same section, so that what the items did
    together stays together; an item that never came with the others is filled by itself.
    """
    n_series, n_day, _ = data.shape
    n_item = len(panel.items)
    found = np.stack([_kernels.innovations(data[s], mean[s], _PHI[best[s]], _SLOW[best[s]]) for s in range(n_series)])
    found = found.reshape(-1, n_item, n_day)
    filling = np.random.default_rng(n_day)
    for section in found:
        present = [i for i in range(n_item) if np.isfinite(section[i]).any()]
        whole = np.flatnonzero(np.isfinite(section[present]).all(axis=0)) if present else np.empty(0, np.int64)
        if whole.size >= SHOCKS_LEAST:
            gaps = np.flatnonzero(~np.isfinite(section[present]).all(axis=0))
            section[:, gaps] = section[:, filling.choice(whole, gaps.size)]
        for i in range(n_item):
            own = section[i][np.isfinite(section[i])]
            if own.size < SHOCKS_LEAST:
                section[i] = filling.standard_normal(n_day)
                continue
            gaps = np.flatnonzero(~np.isfinite(section[i]))
            section[i, gaps] = filling.choice(own, gaps.size)
            section[i] -= section[i].mean()
            section[i] /= max(float(section[i].std()), 1e-9)
    return found.reshape(n_series, n_day)


@dataclass(frozen=True)
class Ensemble:
    """Values to come.

    Attributes
    ----------
    values : float64, shape (n_section, n_item, n_member, n_day)
        In the units of the items.
    draw : int64, shape (n_member,)
        Which draw of the parameters each member follows: the spread between draws is what is not known about the
        model, the spread within one is the weather's.
    elasticity : float64, shape (n_section, n_item, n_driver, n_draw)
        By how much an item's modelled value changes with its driver's.
    """

    sections: tuple[str, ...]
    items: tuple[str, ...]
    drivers: tuple[str, ...]
    first_day: np.datetime64
    values: Floats
    draw: Ints
    elasticity: Floats


@dataclass(frozen=True)
class Size:
    """How large an ensemble is: draws of the parameters, members that follow each, and the seed of chance."""

    n_draw: int = 50
    n_each: int = 20
    seed: int = 0


def ensemble(found: Fit, n_day: int, size: Size | None = None, rows: Ints | None = None) -> Ensemble:
    """Draw the days to come, the same ones for the same seed, whatever other sections are asked for.

    The days of the past whose shocks strike are the same for all sections, so that what happened at several sections
    together happens together.

    Parameters
    ----------
    n_day : int
        Days after the history.
    size : Size, optional
        50 draws of 20 members unless given.
    rows : int64, shape (n,), optional
        Which sections of the panel; all unless given.
    """
    size = size or Size()
    panel = found.panel
    rows = np.arange(len(panel.sections)) if rows is None else rows
    draw = np.repeat(np.arange(size.n_draw), size.n_each)
    picks = np.random.default_rng(size.seed).integers(0, found.shocks.shape[1], (draw.size, n_day))
    coming = _drivers_to_come(panel, n_day, size, rows)
    n_item = len(panel.items)
    values = np.empty((rows.size, n_item, draw.size, n_day))
    elasticity = np.zeros((rows.size, n_item, len(panel.drivers), size.n_draw))
    for at, row in enumerate(rows.tolist()):
        series = np.arange(row * n_item, (row + 1) * n_item)
        path, beta = _paths(found, series, draw, picks, size, panel.sections[row])
        if coming is not None and found.scale is not None:
            first = beta.shape[2] - len(panel.drivers)
            for j in range(len(panel.drivers)):
                path += beta[:, draw, first + j][..., None] * coming[at, j]
                elasticity[at, :, j] = beta[..., first + j] / found.scale.width[row, j]
        values[at] = panel.back(path, row)
    names = tuple(panel.sections[row] for row in rows.tolist())
    return Ensemble(names, panel.items, panel.drivers, panel.end, values, draw, elasticity)


def _drivers_to_come(panel: Panel, n_day: int, size: Size, rows: Ints) -> Floats | None:
    """The drivers ahead as regressors, shape (n_section, n_driver, n_member, n_day)."""
    if not panel.drivers:
        return None
    found = fit(panel.of_drivers(), pooled=False)
    ahead = ensemble(found, n_day, size, rows).values
    whole = scale_of(panel)
    scale = Scale(whole.drivers, whole.floors[rows], whole.centre[rows], whole.width[rows])
    known = np.asarray(np.isfinite(panel.driving[rows]).any(axis=2))
    return np.where(known[..., None, None], scale.effects(ahead), 0.0)


def _paths(found: Fit, series: Ints, draw: Ints, picks: Ints, size: Size, name: str) -> tuple[Floats, Floats]:
    """Modelled values of one section's items (n_item, n_member, n_day), and coefficients (n_item, n_draw, k)."""
    random = np.random.default_rng([size.seed, zlib.crc32(name.encode())])
    n_grid, k = found.mean.shape[1:]
    chosen = np.stack([random.choice(n_grid, size.n_draw, p=found.weight[s]) for s in series])
    row = series[:, None]
    gamma = random.gamma(found.shape[series][:, None], size=(series.size, size.n_draw))
    sigma = np.sqrt(found.rate[row, chosen] / gamma)
    off = np.einsum("sdij,sdj->sdi", found.root[row, chosen], random.standard_normal((series.size, size.n_draw, k)))
    beta = found.mean[row, chosen] + sigma[..., None] * off
    own = found.level[row, chosen]
    level = own[..., 0] - np.sum(own[..., 1:] * beta, axis=-1)
    parts = (level, found.spread[row, chosen], _PHI[chosen], _SLOW[chosen], sigma)
    path = _kernels.lead_on(*parts, draw, found.shocks[series], picks)
    season = design(found.panel.end + np.arange(picks.shape[1]))
    path += (beta[..., : season.shape[1]] @ season.T)[:, draw]
    return path, beta
