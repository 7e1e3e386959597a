"""Loops of the trace: ways down the network, the response of the water, the evidence of a release. Export nothing."""

import math

import numpy as np
from numba import njit

__all__: list[str] = []

GRID = 320  # points of a tabulated response
SKIP = 3e-4  # releases that reach a reading above background with less than this of their plateau are not pursued


@njit(cache=True)
def way_moments(
    target_reach, target_chainage, order, from_node, to_node, out_start, out_reach, split, length, pace, spread
):
    """Share, mean and variance of the travel time from the lower end of every reach down to every target.

    `pace` [s/m] and `spread` [s²/m] per reach; `split` is the share of a node's load that enters each reach. Where
    ways part and meet again the moments of the mixture are kept. Shapes (n_target, n_reach); share 0 = no way.
    """
    n_target, n_reach, n_node = target_reach.size, length.size, order.size
    share = np.zeros((n_target, n_reach))
    mean = np.zeros((n_target, n_reach))
    variance = np.zeros((n_target, n_reach))
    node_share = np.empty(n_node)
    node_mean = np.empty(n_node)
    node_square = np.empty(n_node)
    for t in range(n_target):
        goal, into = target_reach[t], target_chainage[t]
        node_share[:] = 0.0
        for i in range(n_node - 1, -1, -1):
            node = order[i]
            p = m = s = 0.0
            for j in range(out_start[node], out_start[node + 1]):
                reach = out_reach[j]
                if reach == goal:
                    q, tau, var = split[reach], into * pace[reach], into * spread[reach]
                elif node_share[to_node[reach]] > 0.0:
                    below = to_node[reach]
                    q = split[reach] * node_share[below]
                    tau = node_mean[below] + length[reach] * pace[reach]
                    var = node_square[below] - node_mean[below] ** 2 + length[reach] * spread[reach]
                else:
                    continue
                p += q
                m += q * tau
                s += q * (var + tau * tau)
            node_share[node] = p
            if p > 0.0:
                node_mean[node] = m / p
                node_square[node] = s / p
        for reach in range(n_reach):
            below = to_node[reach]
            share[t, reach] = node_share[below]
            if node_share[below] > 0.0:
                mean[t, reach] = node_mean[below]
                variance[t, reach] = max(node_square[below] - node_mean[below] ** 2, 0.0)
    return share, mean, variance


@njit(cache=True)
def scaled_erfc(x):
    """exp(x²) erfc(x) for x ≥ 0, to a relative error of 1e-7."""
    if x < 5.0:
        return math.exp(x * x) * math.erfc(x)
    v = 1.0 / (x * x)
    return (1.0 - v * (0.5 - v * (0.75 - v * (1.875 - v * 6.5625)))) / (x * math.sqrt(math.pi))


@njit(cache=True)
def pulse(t, mean, scale, decay):
    """Density [1/s] of what passes at time t after an instantaneous release; `mean` [s], `scale` = D/u² [s]."""
    if t <= 0.0:
        return 0.0
    gap = t - mean
    return math.exp(-gap * gap / (4.0 * scale * t) - decay * t) / math.sqrt(4.0 * math.pi * scale * t)


@njit(cache=True)
def step(t, mean, scale, decay):
    """Integral of `pulse` from 0 to t: the response to a load that began at 0 and never ended."""
    if t <= 0.0:
        return 0.0
    g = math.sqrt(1.0 + 4.0 * decay * scale)
    root = 2.0 * math.sqrt(scale * t)
    near, far = (mean - g * t) / root, (mean + g * t) / root
    front = math.exp(mean * (1.0 - g) / (2.0 * scale))
    if near > 26.0:
        return 0.0
    return front / (2.0 * g) * (math.erfc(near) - math.exp(-near * near) * scaled_erfc(far))


@njit(cache=True)
def response(start, duration, factor, mean, scale, gain, observed_at, at_station, decay):
    """Concentration per kg of each candidate at each observation, one member each; shape (n_candidate, n_obs).

    mean, scale, gain : (n_candidate, n_station). A world that runs `factor` times as fast shrinks every time by it.
    """
    result = np.zeros((start.size, observed_at.size))
    for i in range(start.size):
        f = factor[i]
        for k in range(observed_at.size):
            s = at_station[k]
            if gain[i, s] <= 0.0:
                continue
            lag = (observed_at[k] - start[i]) * f
            if lag <= 0.0:
                continue
            long = duration[i] * f
            if long > 0.0:
                seen = step(lag, mean[i, s], scale[i, s], decay / f) - step(
                    lag - long, mean[i, s], scale[i, s], decay / f
                )
                result[i, k] = gain[i, s] * max(seen, 0.0) / duration[i]
            else:
                result[i, k] = gain[i, s] * pulse(lag, mean[i, s], scale[i, s], decay / f) * f
    return result


@njit(cache=True)
def onset(edge, factor, mean, scale, gain, observed_at, at_station, decay, result):
    """Fill result (n_origin, n_member, n_edge, n_obs), float32, with `step` of the lag, from tables linear in time.

    One table per origin and station, in the time of the registry's velocity, serves all members; what decay does
    because another member takes longer is a factor (exp of the difference of the mean times).
    """
    n_origin, n_station = mean.shape
    table = np.empty((n_station, GRID))
    first = np.empty(n_station)
    per_s = np.empty(n_station)
    for o in range(n_origin):
        for s in range(n_station):
            if gain[o, s] <= 0.0:
                continue
            sd = math.sqrt(2.0 * scale[o, s] * mean[o, s])
            first[s] = max(mean[o, s] - 7.0 * sd, 0.0)
            last = mean[o, s] + 9.0 * sd + 30.0 * scale[o, s]
            per_s[s] = (GRID - 1) / (last - first[s])
            for i in range(GRID):
                table[s, i] = gain[o, s] * step(first[s] + i / per_s[s], mean[o, s], scale[o, s], decay)
        for m in range(factor.size):
            f = factor[m]
            for k in range(observed_at.size):
                s = at_station[k]
                if gain[o, s] <= 0.0:
                    for e in range(edge.shape[1]):
                        result[o, m, e, k] = 0.0
                    continue
                lost = math.exp(-decay * mean[o, s] * (1.0 / f - 1.0))
                for e in range(edge.shape[1]):
                    x = ((observed_at[k] - edge[o, e]) * f - first[s]) * per_s[s]
                    if x <= 0.0:
                        result[o, m, e, k] = 0.0
                    elif x >= GRID - 1:
                        result[o, m, e, k] = table[s, GRID - 1] * lost
                    else:
                        i = int(x)
                        result[o, m, e, k] = (table[s, i] + (x - i) * (table[s, i + 1] - table[s, i])) * lost


@njit(cache=True)
def _load(reached, m, e, width, k):
    """Response [per kg/s] to a load from edge e over `width` steps; edges beyond the last lie after every reading."""
    far = e + width
    if far < reached.shape[1]:
        return reached[m, e, k] - reached[m, far, k]
    return reached[m, e, k]


@njit(cache=True)
def _fit(mass, n, phi, slope, excess, noise, part, shape_sd, freedom):
    """One reweighted step for the mass; returns numerator, denominator of the new mass."""
    above = below = 0.0
    for i in range(n):
        seen = mass * phi[i]
        error = noise[i] + (shape_sd * seen) ** 2 + (mass * slope[i]) ** 2
        gap = excess[i] - seen
        weight = part[i] * (freedom + 1.0) / (freedom + gap * gap / error) / error
        above += weight * phi[i] * excess[i]
        below += weight * phi[i] * phi[i]
    return above, below


@njit(cache=True)
def _likelihood(mass, n, phi, slope, excess, noise, part, silent, shape_sd, freedom):
    """Student log likelihood of the readings, relative to the background's."""
    half = 0.5 * (freedom + 1.0)
    total = 0.0
    for i in range(n):
        seen = mass * phi[i]
        error = noise[i] + (shape_sd * seen) ** 2 + (mass * slope[i]) ** 2
        gap = excess[i] - seen
        total += part[i] * (-half * math.log1p(gap * gap / error / freedom) - 0.5 * math.log(error)) - silent[i]
    return total


@njit(cache=True)
def evidence(
    reached, step_s, bins, last_start, excess, noise_sd, part, is_hit, timing_sd, shape_sd, freedom,
    log_evidence, log_mass, log_sd,
):  # fmt: skip
    """Evidence of every release from one place, the mass integrated out; relative to "nothing but background".

    Parameters
    ----------
    reached : float32 (n_member, n_edge, n_obs)
        `onset` at edges that lie `step_s` apart; starts are edges 1 … last_start.
    bins : int64 (n_duration,)
        Durations in steps.
    excess, noise_sd, part, is_hit, timing_sd : (n_obs,)
        Reading above background, its noise, what share of an independent reading it counts, whether it is clearly
        above background, and by how much the arrival may be off [s].
    log_evidence, log_mass, log_sd : float64 (n_member, n_edge, n_duration), out
        -inf where a release cannot explain what was seen.
    """
    n_member, _, n_obs = reached.shape
    phi, slope = np.empty(n_obs), np.empty(n_obs)
    value, noise, share, quiet = np.empty(n_obs), np.empty(n_obs), np.empty(n_obs), np.empty(n_obs)
    hits = np.flatnonzero(is_hit)
    silent = np.empty(n_obs)
    for k in range(n_obs):
        z = excess[k] / noise_sd[k]
        silent[k] = part[k] * (-0.5 * (freedom + 1.0) * math.log1p(z * z / freedom) - math.log(noise_sd[k]))
    log_evidence[:] = -np.inf
    for m in range(n_member):
        plateau = 0.0
        for k in range(n_obs):
            plateau = max(plateau, reached[m, 0, k])
        for b in range(bins.size):
            width = bins[b]
            per_s = 1.0 / (width * step_s)
            for e in range(1, last_start + 1):
                strongest = above = below = 0.0
                for i in range(hits.size):
                    k = int(hits[i])
                    here = max(_load(reached, m, e, width, k), 0.0) * per_s
                    strongest = max(strongest, here)
                    error = noise_sd[k] ** 2 + (shape_sd * excess[k]) ** 2
                    above += part[k] * here * excess[k] / error
                    below += part[k] * here * here / error
                if strongest <= SKIP * plateau * per_s:
                    continue
                n = 0
                for k in range(n_obs):
                    here = _load(reached, m, e, width, k)
                    bend = abs(_load(reached, m, e - 1, width, k) - _load(reached, m, e + 1, width, k))
                    if here <= 0.0 and bend <= 0.0:
                        continue
                    phi[n] = max(here, 0.0) * per_s
                    slope[n] = bend * 0.5 * per_s / step_s * timing_sd[k]
                    value[n], noise[n], share[n], quiet[n] = excess[k], noise_sd[k] ** 2, part[k], silent[k]
                    n += 1
                mass = above / below
                for turn in range(3):
                    above, below = _fit(mass, n, phi, slope, value, noise, share, shape_sd, freedom)
                    if above <= 0.0:
                        break
                    mass = above / below if turn == 0 else 0.5 * (mass + above / below)
                if above <= 0.0:
                    continue
                sharp = below * mass * mass
                sd = 1.5 if sharp * 2.25 < 1.0 else 1.0 / math.sqrt(sharp)
                log_mass[m, e, b] = math.log(mass)
                log_sd[m, e, b] = sd
                fit = _likelihood(mass, n, phi, slope, value, noise, share, quiet, shape_sd, freedom)
                log_evidence[m, e, b] = fit + math.log(sd)
