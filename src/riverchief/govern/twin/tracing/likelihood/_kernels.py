"""Loops over every release: a quick look at all, the full likelihood of what is left. Export nothing."""

import math

import numpy as np
from numba import njit

from riverchief.govern.twin.jit import within

__all__: list[str] = []

CONTAMINATED = 0.02  # a reading "below the limit" is wrong with this probability
WIDEST = 1.5  # standard deviation of ln M where the readings hardly hold it


@njit(cache=True, fastmath={"reassoc", "contract", "arcp", "nsz"})
def scan(table, bins, weight, value, gain):
    """Fill gain (n_place, n_edge, n_duration), float32: what a release explains with its best mass, in nats.

    table (n_place, n_edge, n_reading), float32, is the response to a load that began at an edge and never ends;
    durations are `bins` edges; weight (n_reading,) is one over the variance. A release that would need a negative
    mass gains nothing.
    """
    n_edge, n = table.shape[1], table.shape[2]
    for i in range(table.shape[0]):
        for e in range(n_edge - 1):
            here = table[i, e]
            for b in range(bins.size):
                far = e + bins[b]
                above = np.float32(0.0)
                below = np.float32(0.0)
                if far < n_edge:
                    end = table[i, far]
                    for k in range(n):
                        phi = here[k] - end[k]
                        scaled = weight[k] * phi
                        above += scaled * value[k]
                        below += scaled * phi
                else:
                    for k in range(n):
                        scaled = weight[k] * here[k]
                        above += scaled * value[k]
                        below += scaled * here[k]
                gain[i, e, b] = 0.5 * above * above / below if above > 0.0 and below > 0.0 else 0.0


@njit(cache=True)
def shape(table, place, edge, width, step, phi, late):
    """Response per kg of every reading to one release, and its derivative in time [1/s]."""
    n_edge = table.shape[1]
    per = 1.0 / (width * step)
    far = edge + width
    for k in range(phi.size):
        end = table[place, far, k] if far < n_edge else 0.0
        phi[k] = max(table[place, edge, k] - end, 0.0) * per
        before = table[place, max(edge - 1, 0), k] - (table[place, far - 1, k] if far - 1 < n_edge else 0.0)
        after = table[place, min(edge + 1, n_edge - 1), k] - (table[place, far + 1, k] if far + 1 < n_edge else 0.0)
        late[k] = (before - after) * per * 0.5 / step


@within()
def _log_below(limit, seen, sd):
    """Log probability that a reading lies below its limit."""
    return math.log(CONTAMINATED + (1.0 - CONTAMINATED) * 0.5 * math.erfc((seen - limit) / (sd * math.sqrt(2.0))))


@within()
def _touched(phi, late, touched):
    """How many readings a release touches, their numbers in `touched`; the others are as without it."""
    floor, floor_late = 1e-5 * phi.max(), 1e-5 * np.abs(late).max()
    felt = 0
    for k in range(phi.size):
        if phi[k] > floor or abs(late[k]) > floor_late:
            touched[felt] = k
            felt += 1
    return felt


@within()
def _begin(felt, touched, phi, value, noise, part, below, shape_sd):
    """A first mass, by least squares; 0 where none above nought explains anything."""
    above = under = 0.0
    for j in range(felt):
        k = touched[j]
        w = part[k] / (noise[k] ** 2 + (shape_sd * value[k]) ** 2)
        if not below[k]:
            above += w * phi[k] * max(value[k], 0.0)
            under += w * phi[k] * phi[k]
    return above / under if under > 0.0 else 0.0


@within()
def _refit(mass, felt, touched, phi, off, value, noise, part, below, station, gain_sd, shape_sd, freedom, offset, a, b):
    """One reweighted step; returns the new mass and moves the stations' offsets. a, b (n_station,) go out."""
    a[:] = 0.0
    b[:] = 0.0
    for j in range(felt):
        k = touched[j]
        seen = (1.0 + offset[station[k]]) * mass * phi[k]
        if below[k] and seen <= value[k]:
            continue
        spread = noise[k] ** 2 + (shape_sd * seen) ** 2 + (mass * off[k]) ** 2
        gap = value[k] - seen
        w = part[k] * (freedom + 1.0) / (freedom * spread + gap * gap)
        a[station[k]] += w * phi[k] * phi[k]
        b[station[k]] += w * phi[k] * value[k]
    above = under = 0.0
    for s in range(a.size):
        precision = 1.0 / max(gain_sd[s], 1e-6) ** 2
        wish = (mass * b[s] - mass * mass * a[s]) / (precision + mass * mass * a[s])
        offset[s] += 0.7 * (min(max(wish, -0.8), 3.0) - offset[s])
        g = 1.0 + offset[s]
        above += g * b[s]
        under += g * g * a[s]
    return max(above / under, 1e-3 * mass) if under > 0.0 else mass


@within()
def _fit(mass, felt, touched, phi, off, value, noise, part, below, station, shape_sd, freedom, offset):
    """Log likelihood of the touched readings against "nothing but background"."""
    total = 0.0
    for j in range(felt):
        k = touched[j]
        seen = (1.0 + offset[station[k]]) * mass * phi[k]
        spread = noise[k] ** 2 + (shape_sd * seen) ** 2 + (mass * off[k]) ** 2
        if below[k]:
            total += part[k] * (_log_below(value[k], seen, math.sqrt(spread)) - _log_below(value[k], 0.0, noise[k]))
            continue
        gap = value[k] - seen
        tail = (1.0 + gap * gap / (freedom * spread)) / (1.0 + value[k] ** 2 / (freedom * noise[k] ** 2))
        total -= part[k] * 0.5 * ((freedom + 1.0) * math.log(tail) + math.log(spread / noise[k] ** 2))
    return total


@njit(cache=True)
def likelihoods(
    table, place, edge, width, step, first, time, value, noise, part, below, station, gain_sd, shape_sd, timing_sd,
    timing_floor, freedom, log_like, log_mass, log_sd, offset,
):  # fmt: skip
    """Log evidence of releases against "nothing but background", the mass and every station's gain integrated out.

    Releases are (place, edge, width in edges), arrays (n,). The error is Student's with `freedom`; its scale holds the
    noise, the share `shape_sd` of what is predicted, and an arrival that is off by `timing_sd` of the lag. A station
    reads (1 + offset) times the truth, offset ~ N(0, gain_sd²). Both integrals are Laplace's. Fills log_like, log_mass,
    log_sd (n,) and offset (n, n_station).
    """
    n, n_station = value.size, gain_sd.size
    phi, off, touched = np.empty(n), np.empty(n), np.empty(n, np.int64)
    a, b = np.empty(n_station), np.empty(n_station)
    for r in range(place.size):
        shape(table, place[r], edge[r], width[r], step, phi, off)
        middle = first + (edge[r] + 0.5 * width[r]) * step
        for k in range(n):
            off[k] *= max(timing_sd * (time[k] - middle), timing_floor)
        felt = _touched(phi, off, touched)
        mass = _begin(felt, touched, phi, value, noise, part, below, shape_sd)
        offset[r] = 0.0
        if mass <= 0.0:
            log_like[r], log_mass[r], log_sd[r] = -np.inf, 0.0, WIDEST
            continue
        for turn in range(8):
            new = _refit(mass, felt, touched, phi, off, value, noise, part, below, station, gain_sd, shape_sd, freedom,
                         offset[r], a, b)  # fmt: skip
            done = abs(new - mass) < 1e-3 * mass
            mass = 0.5 * (mass + new)
            if done and turn > 2:
                break
        total = _fit(mass, felt, touched, phi, off, value, noise, part, below, station, shape_sd, freedom, offset[r])
        sharp = 0.0
        for s in range(n_station):
            load = mass * mass * a[s] * gain_sd[s] ** 2
            total -= 0.5 * math.log(1.0 + load)
            if gain_sd[s] > 0.0:
                total -= 0.5 * (offset[r, s] / gain_sd[s]) ** 2
            sharp += mass * mass * a[s] / (1.0 + load)
        sd = min(1.0 / math.sqrt(max(sharp, 1e-12)), WIDEST)
        log_like[r] = total + math.log(sd) + 0.5 * math.log(2.0 * math.pi)
        log_mass[r], log_sd[r] = math.log(mass), sd
