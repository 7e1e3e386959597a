"""The tracer's posterior by a random walk: Markov chains over place, start, duration, mass, gains and member.

Shared with the tracer are the responses (`onset`) and what is assumed of errors; the likelihood, the priors and all
integration are written anew. Nothing is put on a grid but the cells: starts and durations are continuous, mass and gains
are walked and not integrated by a formula. Chains at falling temperatures change places (R. H. Swendsen and J.-S. Wang,
Physical Review Letters 57 (1986) 2607), so that the coldest comes from one hill of the posterior to the next.
"""
# ruff: noqa: NPY002 - inside compiled loops the state of the legacy generator is numba's own, seeded per walk

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.tracing import Reading, Spots, TracerSettings, onset

CONTAMINATED = 0.02  # a reading "below the limit" is wrong with this probability
TEMPERATURES = 1.6 ** -np.arange(14.0)  # what of the likelihood each chain feels


@dataclass(frozen=True)
class Walked:
    """Probability of every place by two walks of their own, (n_place,) each, and of every member by both."""

    place: tuple[np.ndarray, np.ndarray]
    member: np.ndarray


@njit(cache=True)
def log_posterior(x, gain, table, step, time, value, sd, below, part, station, log_length, error, bounds):
    """Log likelihood and log prior of (member, place, start, log duration, log mass) and the stations' gains.

    error: shape_sd, gain_sd, timing_sd, timing_floor_s, freedom. bounds: start, log duration, log mass, low and high.
    """
    for j in range(3):
        if not bounds[j, 0] <= x[2 + j] <= bounds[j, 1]:
            return -np.inf, -np.inf
    shape_sd, gain_sd, timing_sd, floor, nu = error
    lasts, mass = math.exp(x[3]), math.exp(x[4])
    responses = table[int(x[0]), int(x[1])]
    n_edge = responses.shape[0]
    # onsets at begin and end, and half a step on either side of each
    at = np.empty(6, np.int64)
    share = np.empty(6)
    for j in range(6):
        when = (x[2] + (lasts if j >= 3 else 0.0)) / step + 0.5 * (j % 3 - 1)
        when = min(max(when, 0.0), n_edge - 1.0)
        at[j] = min(int(when), n_edge - 2)
        share[j] = when - at[j]
    likelihood = 0.0
    for k in range(value.size):
        o = np.empty(6)
        for j in range(6):
            o[j] = (1.0 - share[j]) * responses[at[j], k] + share[j] * responses[at[j] + 1, k]
        seen = (1.0 + gain[station[k]]) * mass * (o[1] - o[4]) / lasts
        late = mass * ((o[0] - o[3]) - (o[2] - o[5])) / lasts / step
        off = late * max(timing_sd * (time[k] - x[2] - 0.5 * lasts), floor)
        spread = sd[k] ** 2 + (shape_sd * seen) ** 2 + off**2
        if below[k]:
            z = (seen - value[k]) / math.sqrt(2.0 * spread)
            likelihood += part[k] * math.log(CONTAMINATED + (1.0 - CONTAMINATED) * 0.5 * math.erfc(z))
        else:
            likelihood -= part[k] * (
                0.5 * (nu + 1.0) * math.log1p((value[k] - seen) ** 2 / (nu * spread)) + 0.5 * math.log(spread)
            )
    prior = log_length[int(x[1])]
    for s in range(gain.size):
        prior -= 0.5 * (gain[s] / gain_sd) ** 2
    return likelihood, prior


@njit(cache=True)
def _propose(x, gain, heat, travel, y, other):
    """A neighbour of a state, as probable from there as back."""
    y[:], other[:] = x, gain
    kind = np.random.random()
    n_place = travel.size
    if kind < 0.45:  # along the river or to another branch, so that the wave arrives when it did
        goal = int(x[1]) + np.random.randint(-6, 7) if kind < 0.3 else np.random.randint(n_place)
        if not 0 <= goal < n_place:
            return False
        y[1] = goal
        y[2] += travel[int(x[1])] - travel[goal] + heat * np.random.normal() * 600.0
        y[4] += heat * 0.03 * np.random.normal()
    elif kind < 0.6:
        y[3] += heat * 0.5 * np.random.normal()
        y[2] += 0.5 * (math.exp(x[3]) - math.exp(y[3])) + heat * 600.0 * np.random.normal()  # its middle stays
    elif kind < 0.7:
        y[0] += 1 if np.random.random() < 0.5 else -1
    elif kind < 0.85:
        y[4] += heat * 0.08 * np.random.normal()
        y[2] += heat * 900.0 * np.random.normal()
    else:
        for s in range(gain.size):
            other[s] += heat * 0.05 * np.random.normal()
        y[4] += heat * 0.05 * np.random.normal()
    return True


@njit(cache=True)
def _walk(seed, sweeps, cold, travel, table, step, time, value, sd, below, part, station, log_length, error, bounds):
    """Visits of every place (n_place,) and member (n_member,) by the coldest chain, the first third left out."""
    np.random.seed(seed)
    n, n_station = cold.size, station.max() + 1
    x, gain = np.empty((n, 5)), np.zeros((n, n_station))
    fit, prior = np.empty(n), np.empty(n)
    y, other = np.empty(5), np.empty(n_station)
    places, members = np.zeros(travel.size), np.zeros(table.shape[0])
    for c in range(n):
        x[c, 0], x[c, 1] = np.random.randint(table.shape[0]), np.random.randint(travel.size)
        for j in range(3):
            x[c, 2 + j] = np.random.uniform(bounds[j, 0], bounds[j, 1])
        fit[c], prior[c] = log_posterior(
            x[c], gain[c], table, step, time, value, sd, below, part, station, log_length, error, bounds
        )
    for i in range(sweeps):
        for c in range(n):
            if not _propose(x[c], gain[c], min(cold[c] ** -0.5, 10.0), travel, y, other):
                continue
            if not 0 <= y[0] < table.shape[0]:
                continue
            new, new_prior = log_posterior(
                y, other, table, step, time, value, sd, below, part, station, log_length, error, bounds
            )
            if math.log(np.random.random()) < cold[c] * (new - fit[c]) + new_prior - prior[c]:
                x[c], gain[c], fit[c], prior[c] = y, other, new, new_prior
        c = np.random.randint(n - 1)
        if math.log(np.random.random()) < (cold[c] - cold[c + 1]) * (fit[c + 1] - fit[c]):
            for j in range(5):
                x[c, j], x[c + 1, j] = x[c + 1, j], x[c, j]
            for s in range(n_station):
                gain[c, s], gain[c + 1, s] = gain[c + 1, s], gain[c, s]
            fit[c], fit[c + 1] = fit[c + 1], fit[c]
            prior[c], prior[c + 1] = prior[c + 1], prior[c]
        if i > sweeps // 3:
            places[int(x[0, 1])] += 1
            members[int(x[0, 0])] += 1
    return places, members


def walk(
    waters: list[Flows], readings: list[Reading], places: np.ndarray, length_m: np.ndarray, settings: TracerSettings,
    sweeps: int,
) -> Walked:  # fmt: skip
    """Two walks of so many sweeps; every water is as probable as the others, every metre of river as well."""
    flows = waters[0]
    readings = sorted(readings, key=lambda r: (r.station, r.time_s))
    cell, share, time, value, sd = (
        np.array([getattr(r, name) for r in readings]) for name in ("cell", "share", "time_s", "value_mgl", "sd_mgl")
    )
    names = [r.station for r in readings]
    station = np.unique(names, return_inverse=True)[1]
    gap = np.where(np.diff(station, prepend=-1) != 0, np.inf, np.diff(time, prepend=-np.inf))
    part = np.where(np.isinf(gap), 1.0, np.clip(gap / settings.correlation_s, 0.05, 1.0))
    levels = np.arange(flows.n_step + 1)
    table = np.stack([onset(w, Spots(cell, share, time), levels, places) for w in waters])
    step = float(flows.time_s[1] - flows.time_s[0])
    travel, held = np.zeros(flows.n_cell), flows.volume_m3.mean(axis=0)
    for i in range(flows.n_cell - 1, -1, -1):
        if flows.dn[i] >= 0 and not flows.fixed[i]:
            through = max(float(np.abs(flows.flux_m3s[:, i]).mean()), 1e-9)
            travel[i] = held[i] / through + travel[flows.dn[i]]
    durations = np.log(settings.durations_s)
    half = 0.5 * float(np.mean(np.diff(durations)))
    bounds = np.array([[0.0, flows.time_s[-1]], [durations[0] - half, durations[-1] + half],
                       np.log(settings.mass_kg)])  # fmt: skip
    error = np.array(
        [settings.shape_sd, settings.gain_sd, settings.timing_sd, settings.timing_floor_s, settings.freedom]
    )
    below = np.array([r.below for r in readings])
    known = (travel[places], table, step, time, value, sd, below, part, station, np.log(length_m), error, bounds)
    (a, first), (b, second) = (_walk(seed, sweeps, TEMPERATURES, *known) for seed in (1, 2))
    return Walked((a / a.sum(), b / b.sum()), (first + second) / (first + second).sum())
