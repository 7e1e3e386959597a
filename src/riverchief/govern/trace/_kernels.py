"""Loops of the trace: ways down the network, the response of the water, the evidence of a release. Export nothing."""

import math

import numpy as np
from numba import njit

__all__: list[str] = []

GRID = 320  # points of a tabulated response
SKIP = 1e-3  # a reading is not reached by a release whose first or last share of its load, this small, passes it


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
def _tabulate(mean, scale, gain, decay, table, first, per_s):
    """Tables of `gain × step`, one per station; `first` [s] and `per_s` [1/s] say where their points lie."""
    for s in range(mean.size):
        if gain[s] <= 0.0:
            continue
        sd = math.sqrt(2.0 * scale[s] * mean[s])
        first[s] = max(mean[s] - 7.0 * sd, 0.0)
        last = mean[s] + 9.0 * sd + 30.0 * scale[s]
        per_s[s] = (GRID - 1) / (last - first[s])
        for i in range(GRID):
            table[s, i] = gain[s] * step(first[s] + i / per_s[s], mean[s], scale[s], decay)


@njit(cache=True)
def onset(edge, factor, mixing, mean, scale, gain, observed_at, at_station, decay, result):
    """Fill result (n_origin, n_member, n_edge, n_obs), float32, with `step` of the lag.

    Members of one mixing (adjacent) share the tables, which are in the time of the registry's velocity; what decay
    does because a member takes longer is a factor (exp of the difference of the mean times).
    """
    n_origin, n_station = mean.shape
    table = np.empty((n_station, GRID))
    first, per_s = np.empty(n_station), np.empty(n_station)
    for o in range(n_origin):
        for m in range(factor.size):
            f = factor[m]
            if m == 0 or mixing[m] != mixing[m - 1]:
                _tabulate(mean[o], scale[o] * mixing[m], gain[o], decay, table, first, per_s)
            for k in range(observed_at.size):
                s = at_station[k]
                if gain[o, s] <= 0.0:
                    result[o, m, :, k] = 0.0
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


@njit(cache=True, fastmath={"reassoc", "contract", "arcp"})
def _fit(mass, n, phi, slope, excess, noise, part, shape_sd, freedom):
    """One reweighted step for the mass; returns numerator and denominator of the new mass."""
    above = below = 0.0
    for i in range(n):
        seen = mass * phi[i]
        error = noise[i] + (shape_sd * seen) ** 2 + (mass * slope[i]) ** 2
        gap = excess[i] - seen
        weight = part[i] * phi[i] / (freedom * error + gap * gap)
        above += weight * excess[i]
        below += weight * phi[i]
    return above * (freedom + 1.0), below * (freedom + 1.0)


@njit(cache=True)
def _likelihood(mass, n, phi, slope, excess, noise, part, shape_sd, freedom):
    """Student log likelihood of readings, without the constant −½ part log(noise).

    The sum of logarithms is the logarithm of products, of eight at a time and of one part each, because a logarithm
    costs more than everything else here.
    """
    total, product, count = 0.0, 1.0, 0
    for i in range(n):
        seen = mass * phi[i]
        error = 1.0 + ((shape_sd * seen) ** 2 + (mass * slope[i]) ** 2) / noise[i]
        gap = excess[i] - seen
        tail = 1.0 + gap * gap / (freedom * noise[i] * error)
        power = tail * tail
        product *= power * power * tail * error if freedom == 4.0 else tail ** (freedom + 1.0) * error
        count += 1
        if count == 8 or i + 1 == n or part[i + 1] != part[i]:
            total -= 0.5 * part[i] * math.log(product)
            product, count = 1.0, 0
    return total


@njit(cache=True)
def _shape(reached, nothing, m, e, width, step_s, timing_sd, begin, end, phi, slope):
    """Response per kg of the readings begin … end, and how much of it an error of the arrival would change."""
    per_s = 1.0 / (width * step_s)
    bend = 0.5 * per_s / step_s
    n_edge, far = reached.shape[1], e + width
    here, before, after = reached[m, e], reached[m, e - 1], reached[m, e + 1]
    end_here = reached[m, far] if far < n_edge else nothing  # edges beyond the last lie after every reading
    end_before = reached[m, far - 1] if far - 1 < n_edge else nothing
    end_after = reached[m, far + 1] if far + 1 < n_edge else nothing
    for k in range(begin, end):
        phi[k] = max(here[k] - end_here[k], 0.0) * per_s
        slope[k] = ((before[k] - end_before[k]) - (after[k] - end_after[k])) * bend * timing_sd[k]


@njit(cache=True)
def _first_at_most(column, limit):
    """First edge at which a response that falls with the edge is at most `limit`; its length where none is."""
    low, high = 0, column.size
    while low < high:
        middle = (low + high) // 2
        if column[middle] <= limit:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def _reach(reached, m, n_hit, latest, earliest):
    """Per hit: the latest start that can still reach it, and the earliest end that has not yet passed it [edges]."""
    for k in range(n_hit):
        column = reached[m, :, k]
        latest[k] = _first_at_most(column, SKIP * column[0]) - 1
        earliest[k] = _first_at_most(column, (1.0 - SKIP) * column[0])


@njit(cache=True)
def _could_gain(n_hit, start, end, latest, earliest, potential):
    """Upper bound of the likelihood of the hits that a release from one edge to another reaches at all."""
    bound = 0.0
    for k in range(n_hit):
        if start <= latest[k] and end >= earliest[k]:
            bound += potential[k]
    return bound


@njit(cache=True)
def _compact(n_hit, n_obs, phi, slope, given, felt):
    """Move the clean readings that a release would have touched behind the hits; `felt` takes their columns."""
    n = n_hit
    floor = 1e-6 * np.max(phi[:n_hit])
    for k in range(n_hit, n_obs):
        if phi[k] > floor or abs(slope[k]) > floor:
            phi[n], slope[n] = phi[k], slope[k]
            for row in range(4):
                felt[row, n] = given[row, k]
            n += 1
    return n


@njit(cache=True)
def evidence(
    reached, step_s, bins, last_start, n_hit, excess, noise_sd, part, timing_sd, shape_sd, freedom, best, keep,
    log_evidence, log_mass, log_sd,
):  # fmt: skip
    """Evidence of every release from one place, the mass integrated out; relative to "nothing but background".

    Parameters
    ----------
    reached : float32 (n_member, n_edge, n_obs)
        `onset` at edges that lie `step_s` apart; starts are edges 1 … last_start.
    bins : int64 (n_duration,)
        Durations in steps.
    n_hit : int
        The first n_hit readings are clearly above background; they alone decide whether the rest is worth a look.
    excess, noise_sd, part, timing_sd : (n_obs,)
        Reading above background, its noise, what share of an independent reading it counts, and by how much the
        arrival may be off [s].
    best, keep : float
        Releases that fall `keep` behind the best so far are given up [nats].
    log_evidence, log_mass, log_sd : float64 (n_member, n_edge, n_duration), out
        log_evidence comes in filled with -inf, which stays where a release cannot explain what was seen.
    """
    n_member, _, n_obs = reached.shape
    phi, slope, nothing = np.empty(n_obs), np.empty(n_obs), np.zeros(n_obs, np.float32)
    potential = 0.5 * (freedom + 1.0) * part * np.log1p((excess / noise_sd) ** 2 / freedom)
    given = np.empty((4, n_obs))
    given[0], given[1], given[2], given[3] = excess, noise_sd**2, part, potential
    felt = given.copy()
    quiet_hits = potential[:n_hit].sum()
    latest, earliest = np.empty(n_hit, np.int64), np.empty(n_hit, np.int64)
    for m in range(n_member):
        _reach(reached, m, n_hit, latest, earliest)
        for b in range(bins.size):
            for e in range(1, last_start + 1):
                bound = _could_gain(n_hit, e, e + bins[b], latest, earliest, potential)
                if bound <= 0.0 or bound < best - keep:
                    continue
                _shape(reached, nothing, m, e, bins[b], step_s, timing_sd, 0, n_hit, phi, slope)
                strongest = np.max(phi[:n_hit])
                if strongest <= 0.0:
                    continue
                mass = np.max(excess[:n_hit]) / strongest
                for _ in range(2):
                    above, below = _fit(mass, n_hit, phi, slope, felt[0], felt[1], felt[2], shape_sd, freedom)
                    mass = max(above / below, 1e-30)
                fit = _likelihood(mass, n_hit, phi, slope, felt[0], felt[1], felt[2], shape_sd, freedom)
                if fit + quiet_hits < best - keep:
                    continue
                _shape(reached, nothing, m, e, bins[b], step_s, timing_sd, n_hit, n_obs, phi, slope)
                n = _compact(n_hit, n_obs, phi, slope, given, felt)
                for _ in range(2):
                    above, below = _fit(mass, n, phi, slope, felt[0], felt[1], felt[2], shape_sd, freedom)
                    mass = max(0.5 * (mass + above / below), 1e-30)
                sharp = below * mass * mass
                sd = 1.5 if sharp * 2.25 < 1.0 else 1.0 / math.sqrt(sharp)
                fit = _likelihood(mass, n, phi, slope, felt[0], felt[1], felt[2], shape_sd, freedom)
                fit += felt[3, :n].sum()
                log_mass[m, e, b] = math.log(mass)
                log_sd[m, e, b] = sd
                log_evidence[m, e, b] = fit + math.log(sd)
                best = max(best, log_evidence[m, e, b])
    return best
