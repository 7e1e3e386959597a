"""Loops of the seasonal model: a slow level under noise, filtered through gaps and led on. Export nothing."""

import math

import numpy as np
from numba import njit

__all__: list[str] = []


@njit(cache=True)
def _filter(data, phi, slow, moments, state):
    """Filter the columns of `data` (n_day, c), the first of which is the series; nan there = no value that day.

    The process has unit variance: a share `slow` of it is a level that forgets by `phi` from day to day, the rest is
    noise of the day. Adds the innovations' products to `moments` (c, c), leaves the level expected for the day after
    the last in `state` (c,); returns its variance, the sum of the innovations' log variances and their count.
    """
    n_day, c = data.shape
    drift, noise = slow * (1.0 - phi * phi), 1.0 - slow
    spread, log_variance, n = slow, 0.0, 0
    innovation = np.empty(c)
    for t in range(n_day):
        if not math.isnan(data[t, 0]):
            variance = spread + noise
            gain = spread / variance
            for i in range(c):
                innovation[i] = data[t, i] - state[i]
            for i in range(c):
                scaled = innovation[i] / variance
                for j in range(i, c):
                    moments[i, j] += scaled * innovation[j]
                state[i] += gain * innovation[i]
            spread *= 1.0 - gain
            log_variance += math.log(variance)
            n += 1
        for i in range(c):
            state[i] *= phi
        spread = phi * phi * spread + drift
    for i in range(c):
        for j in range(i):
            moments[i, j] = moments[j, i]
    return spread, log_variance, n


@njit(cache=True)
def grid_moments(data, phi, slow):
    """What is left of every series under every pair (phi, slow): moments of innovations and the level at its end.

    data (n_series, n_day, c); phi, slow (n_grid,). Returns moments (n_series, n_grid, c, c), log variances
    (n_series, n_grid), levels (n_series, n_grid, c), their variances (n_series, n_grid), counts (n_series,).
    """
    n_series, _, c = data.shape
    n_grid = phi.size
    moments = np.zeros((n_series, n_grid, c, c))
    log_variance = np.zeros((n_series, n_grid))
    level = np.zeros((n_series, n_grid, c))
    spread = np.zeros((n_series, n_grid))
    count = np.zeros(n_series, np.int64)
    for s in range(n_series):
        for g in range(n_grid):
            spread[s, g], log_variance[s, g], count[s] = _filter(data[s], phi[g], slow[g], moments[s, g], level[s, g])
    return moments, log_variance, level, spread, count


@njit(cache=True)
def innovations(data, coefficients, phi, slow):
    """Innovations of one series over their standard deviation, nan where there was no value.

    data (n_day, 1 + k), coefficients (k,): the series less its regression is filtered.
    """
    n_day, c = data.shape
    drift, noise = slow * (1.0 - phi * phi), 1.0 - slow
    level, spread = 0.0, slow
    found = np.full(n_day, np.nan)
    for t in range(n_day):
        if not math.isnan(data[t, 0]):
            rest = data[t, 0]
            for i in range(1, c):
                rest -= coefficients[i - 1] * data[t, i]
            variance = spread + noise
            gain = spread / variance
            found[t] = (rest - level) / math.sqrt(variance)
            level += gain * (rest - level)
            spread *= 1.0 - gain
        level *= phi
        spread = phi * phi * spread + drift
    return found


@njit(cache=True)
def lead_on(level, spread, phi, slow, sigma, draw, shocks, picks):
    """Departures from the regression in the days to come, shape (n_series, n_member, n_day).

    level, spread, phi, slow, sigma (n_series, n_draw): where every draw of the parameters begins. draw (n_member,):
    which draw a member follows. shocks (n_series, n_pool): standardised innovations of the past; picks
    (n_member, n_day): which of them strikes, the same one for all series, so that what came together comes together.
    """
    n_series = level.shape[0]
    n_member, n_day = picks.shape
    path = np.empty((n_series, n_member, n_day))
    for s in range(n_series):
        for k in range(n_member):
            d = draw[k]
            m, p, f, w, size = level[s, d], spread[s, d], phi[s, d], slow[s, d], sigma[s, d]
            drift, noise = w * (1.0 - f * f), 1.0 - w
            for t in range(n_day):
                variance = p + noise
                gain = p / variance
                shock = math.sqrt(variance) * size * shocks[s, picks[k, t]]
                path[s, k, t] = m + shock
                m = f * (m + gain * shock)
                p = f * f * p * (1.0 - gain) + drift
    return path
