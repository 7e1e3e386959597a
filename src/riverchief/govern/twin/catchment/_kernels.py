"""Loops of the catchment: rain to runoff for many parameter sets, Muskingum in sub-steps. Export nothing."""

import math

import numpy as np
from numba import njit

__all__: list[str] = []

RAIN, EVAPORATED, EXCHANGED, LOST, RETURNED, DRAWN, FLOWED = range(7)  # columns of the ledger
DIRECT = 0.1  # share of the runoff that passes the routing store by (Perrin et al. 2003)
DEFICIT_D = 10.0  # memory of the dryness that decides what is drawn from the river [d]


@njit(cache=True)
def single_curve(t):
    """S-curve of the first unit hydrograph (Perrin et al. 2003, eq. 9-11); t in time bases."""
    return min(max(t, 0.0), 1.0) ** 2.5


@njit(cache=True)
def double_curve(t):
    """S-curve of the second unit hydrograph, twice as long (eq. 12-15)."""
    if t <= 0.0:
        return 0.0
    if t < 1.0:
        return 0.5 * t**2.5
    if t < 2.0:
        return 1.0 - 0.5 * (2.0 - t) ** 2.5
    return 1.0


@njit(cache=True)
def produce(wet, dry, soil, store, seeped):
    """What net rain `wet` adds to the soil store and what net evaporation `dry` takes out of it (eq. 3 and 4).

    Only `seeped` of the net rain reaches the soil. Returns what was added and what was taken, one of them 0.
    """
    full = store / soil
    if wet > 0.0:
        w = math.tanh(min(seeped / soil, 13.0))
        return soil * (1.0 - full * full) * w / (1.0 + full * w), 0.0
    w = math.tanh(min(dry / soil, 13.0))
    return 0.0, min(store * (2.0 - full) * w / (1.0 + (1.0 - full) * w), store)


@njit(cache=True)
def rain_to_flow(rain, evaporation, parameters, step_d, soil, routing, deficit, single, double):
    """Runoff of every parameter set [mm per step], and each set's ledger [mm].

    `rain`, `evaporation` (k, n): set i takes row i modulo k. `parameters` (m, 8) in the order of `PARAMETERS`. The
    states `soil`, `routing`, `deficit` (m,) and the water under way `single`, `double` (m, u) are led on in place.
    """
    n_set, n_step = parameters.shape[0], rain.shape[1]
    length = single.shape[1]
    flow = np.empty((n_set, n_step))
    ledger = np.zeros((n_set, 7))
    share1, share2 = np.empty(length), np.empty(length)
    forget = 1.0 - math.exp(-step_d / DEFICIT_D)
    for i in range(n_set):
        x1, x2, x3, x4, part, seep, given, taken = parameters[i]
        base = x4 / step_d
        n1, n2 = min(math.ceil(base), length), min(math.ceil(2.0 * base), length)
        for j in range(n2):
            share1[j] = single_curve((j + 1) / base) - single_curve(j / base)
            share2[j] = double_curve((j + 1) / base) - double_curve(j / base)
        row = i % rain.shape[0]
        held, routed, dryness = soil[i], routing[i], deficit[i]
        for t in range(n_step):
            p, e = rain[row, t], evaporation[row, t]
            wet, dry = max(p - e, 0.0), max(e - p, 0.0)
            # capacities to infiltrate are spread exponentially over the basin with the mean `seep`
            seeped = wet if math.isinf(seep) else min(seep * step_d * -math.expm1(-wet / (seep * step_d)), wet)
            added, lifted = produce(wet, dry, x1, held, seeped)
            held += added - lifted
            # the exact solution of dS/dt ~ -S^5 over the step, so that hours and days agree
            percolated = held * (1.0 - (1.0 + step_d * (held / (2.25 * x1)) ** 4) ** -0.25)
            held -= percolated
            runoff = percolated + wet - added
            ledger[i, LOST] += (1.0 - part) * runoff
            runoff *= part
            for j in range(n1):
                single[i, j] += (1.0 - DIRECT) * runoff * share1[j]
            for j in range(n2):
                double[i, j] += DIRECT * runoff * share2[j]
            exchange = x2 * step_d * (routed / x3) ** 3.5
            filled = max(routed + single[i, 0] + exchange, 0.0)
            direct = max(double[i, 0] + exchange, 0.0)
            ledger[i, EXCHANGED] += (filled - routed - single[i, 0]) + (direct - double[i, 0])
            for j in range(n2 - 1):
                single[i, j], double[i, j] = single[i, j + 1], double[i, j + 1]
            single[i, n2 - 1] = double[i, n2 - 1] = 0.0
            drained = filled * (1.0 - (1.0 + step_d * (filled / x3) ** 4) ** -0.25)
            routed = filled - drained
            dryness += forget * (dry / step_d - dryness)
            brought = drained + direct + given * step_d
            drawn = min(brought, taken * dryness * step_d)
            flow[i, t] = brought - drawn
            ledger[i, RAIN] += p
            ledger[i, EVAPORATED] += min(p, e) + lifted
            ledger[i, RETURNED] += given * step_d
            ledger[i, DRAWN] += drawn
            ledger[i, FLOWED] += flow[i, t]
        soil[i], routing[i], deficit[i] = held, routed, dryness
    return flow, ledger


@njit(cache=True)
def muskingum(inflow, c0, c1, c2, n_part, n_sub):
    """Flow after `n_part` equal parts of a reach, each step in `n_sub` sub-steps, inflow a straight line between.

    Begins steady at the first inflow. Returns the outflow (n,), the outflow summed over sub-steps by trapezoids in
    units of a sub-step, and the last flow at the ends of all parts (n_part,).
    """
    out = np.empty(inflow.size)
    held = np.full(n_part, inflow[0])
    out[0] = inflow[0]
    total = 0.0
    for t in range(1, inflow.size):
        rise = (inflow[t] - inflow[t - 1]) / n_sub
        for s in range(n_sub):
            before, now = inflow[t - 1] + rise * s, inflow[t - 1] + rise * (s + 1)
            left = held[n_part - 1]
            for j in range(n_part):
                new = c0 * now + c1 * before + c2 * held[j]
                before, held[j] = held[j], new
                now = new
            total += 0.5 * (left + now)
        out[t] = now
    return out, total, held
