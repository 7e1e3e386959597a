"""Loops of the transport: one step assembled, solved and transposed, many loads or readings at once. Export nothing.

One step reads A c¹ = e^{-k dt} B c⁰ + load. A and B have the shape of the tree (a diagonal, and for every cell one
entry towards and one from the cell below it); chords are corrections of rank one. The transpose swaps the two entries.
"""

import numpy as np
from numba import njit

from riverchief.govern.twin.jit import within

__all__: list[str] = []

EMPTY = 1e-6  # m³; what stands on the diagonal of a dry cell


@within()
def _weight(courant, mixing, least, meets):
    """Time weight θ of an upwind flux, and the mixing that an exchange has to add to it [dx²/dt].

    In one step a cell's load moves by a Bernoulli number of cells (explicit part p) and a geometric one (implicit part
    a = θ c), and is exchanged (x). Mean c and variance 2 D dt/dx² are met exactly; a is taken so that the third
    cumulant p (1 - p) (1 - 2p) + a (1 + a) (1 + 2a) + 6 a x is nought too, as that of the water is, if that leaves
    every coefficient positive. Where waters meet, a does all it can, so that no load is exchanged against the flow.
    """
    if courant <= 1e-9:
        return 1.0, mixing
    low = least * courant
    a = low
    if meets:
        a = min(max(courant * (0.5 + (mixing - 0.5 * courant) / (courant * courant)), low), courant)
    for _ in range(0 if meets else 5):
        p = courant - a
        x = max(mixing - 0.5 * (p * (1.0 - p) + a * (1.0 + a)), 0.0)
        skew = p * (1.0 - p) * (1.0 - 2.0 * p) + a * (1.0 + a) * (1.0 + 2.0 * a) + 6.0 * a * x
        if skew >= 0.0 and a <= low:
            break
        steep = 6.0 * p * (1.0 - p) + 6.0 * a * (1.0 + a) + 6.0 * x
        a = min(max(a - skew / max(steep, 0.05), low), courant)
    p = courant - a
    return a / courant, max(mixing - 0.5 * (p * (1.0 - p) + a * (1.0 + a)), 0.0)


@within()
def _assemble(dt, v0, v1, flux, lateral, exchange, up, dn, fixed, outflow, a, b, chord, donor, receiver):
    """Fill a, b (3, n_cell): diagonal, entry (dn, i), entry (i, dn); chord (2, n_chord): implicit, explicit.

    All in m³. The pivots of the tree's elimination replace the diagonal of a.
    """
    n_cell, n_face = v0.size, up.size
    outflow[:] = 0.0
    joining = np.zeros(n_cell, np.int64)
    for f in range(n_face):
        if dn[f] >= 0:
            outflow[up[f] if flux[f] >= 0.0 else dn[f]] += abs(flux[f])
            joining[dn[f]] += 1
    for i in range(n_cell):
        take = max(-lateral[i], 0.0)
        outflow[i] += take
        least = max(0.0, 1.0 - v0[i] / (outflow[i] * dt)) if outflow[i] > 0.0 else 0.0
        theta = max(0.5, least)
        a[0, i] = v1[i] + theta * take * dt
        b[0, i] = v0[i] - (1.0 - theta) * take * dt
        a[1, i] = a[2, i] = b[1, i] = b[2, i] = 0.0
    for f in range(n_face):
        if dn[f] < 0:
            continue
        ahead = flux[f] >= 0.0
        src, dst = (up[f], dn[f]) if ahead else (dn[f], up[f])
        if f >= n_cell:
            donor[f - n_cell], receiver[f - n_cell] = src, dst
            chord[0, f - n_cell] = chord[1, f - n_cell] = 0.0
        q = abs(flux[f]) * dt
        if fixed[src]:
            continue  # clean water comes in
        held = max(0.5 * (v0[src] + v1[src]), EMPTY)
        least = max(0.0, 1.0 - v0[src] / (outflow[src] * dt)) if outflow[src] > 0.0 else 0.0
        theta, rest = _weight(
            outflow[src] * dt / held, exchange[f] * dt / held, least, f >= n_cell or joining[dn[f]] > 1
        )
        a[0, src] += theta * q
        b[0, src] -= (1.0 - theta) * q
        if fixed[dst]:
            continue
        mixed = rest * held
        if f >= n_cell:
            chord[0, f - n_cell], chord[1, f - n_cell] = theta * q, (1.0 - theta) * q
            continue
        a[0, src] += mixed
        a[0, dst] += mixed
        if ahead:
            a[1, f] -= theta * q + mixed
            a[2, f] -= mixed
            b[1, f] += (1.0 - theta) * q
        else:
            a[2, f] -= theta * q + mixed
            a[1, f] -= mixed
            b[2, f] += (1.0 - theta) * q
    for i in range(n_cell):
        b[0, i] = max(b[0, i], 0.0)
        if fixed[i]:
            a[0, i] = 1.0
            b[0, i] = 0.0
        a[0, i] = max(a[0, i], EMPTY)
        if dn[i] >= 0:
            a[0, dn[i]] -= a[1, i] * a[2, i] / a[0, i]


@within(fastmath={"contract"})
def _solve(pivot, low, high, dn, lanes, x):
    """Solve the tree's system in place for the first `lanes` columns of x (n_cell, n_lane)."""
    for i in range(pivot.size):
        scale = x.dtype.type(1.0 / pivot[i])
        for k in range(lanes):
            x[i, k] *= scale
        d = dn[i]
        if d >= 0 and low[i] != 0.0:
            factor = x.dtype.type(low[i])
            for k in range(lanes):
                x[d, k] -= factor * x[i, k]
    for i in range(pivot.size - 1, -1, -1):
        d = dn[i]
        if d >= 0 and high[i] != 0.0:
            factor = x.dtype.type(high[i] / pivot[i])
            for k in range(lanes):
                x[i, k] -= factor * x[d, k]


@within(fastmath={"contract"})
def _apply(diagonal, low, high, dn, scale, lanes, x, y):
    """Set y to the tree's matrix, its columns scaled, times the first `lanes` columns of x."""
    for i in range(diagonal.size):
        factor = x.dtype.type(diagonal[i] * scale[i])
        for k in range(lanes):
            y[i, k] = factor * x[i, k]
    for i in range(diagonal.size):
        d = dn[i]
        if d < 0:
            continue
        if low[i] != 0.0:
            factor = x.dtype.type(low[i] * scale[i])
            for k in range(lanes):
                y[d, k] += factor * x[i, k]
        if high[i] != 0.0:
            factor = x.dtype.type(high[i] * scale[d])
            for k in range(lanes):
                y[i, k] += factor * x[d, k]


@within()
def _close(pivot, low, high, dn, load, source, target, x, lanes):
    """Correct a solution of the tree for the chords' implicit loads (Sherman, Morrison and Woodbury)."""
    n = load.size
    column = np.zeros((pivot.size, n))
    for f in range(n):
        column[target[f], f] = 1.0
    _solve(pivot, low, high, dn, n, column)
    small = np.eye(n)
    for f in range(n):
        for g in range(n):
            small[f, g] -= column[source[f], g] * load[g]
    inverse = np.linalg.inv(small)
    seen = np.zeros((n, lanes))
    for g in range(n):
        for f in range(n):
            for k in range(lanes):
                seen[g, k] += inverse[g, f] * load[g] * x[source[f], k]
    for g in range(n):
        for i in range(pivot.size):
            factor = column[i, g]
            if factor != 0.0:
                for k in range(lanes):
                    x[i, k] += x.dtype.type(factor * seen[g, k])


@within()
def _lost(dt, decay, kept, share):
    """What decay leaves of a concentration over a step, and on average of what is let in during it."""
    for i in range(decay.size):
        k = decay[i] * dt
        kept[i] = np.exp(-k)
        share[i] = (1.0 - kept[i]) / k if k > 1e-9 else 1.0 - 0.5 * k


@njit(cache=True)
def forward(
    time, volume, flux, lateral, exchange, up, dn, fixed, decay, load_step, load_cell, load_lane, load_kg, cells, c, out
):
    """Carry loads down; out (n_step + 1, n_watched, n_lane) holds the concentration [kg/m³] of the watched cells.

    Loads (n_load,), sorted by step, enter evenly during a step; c (n_cell, n_lane) comes in as the state at the start
    and goes out as that at the end.
    """
    n_step, n_cell, n_lane, n_chord = flux.shape[0], volume.shape[1], c.shape[1], up.size - volume.shape[1]
    a, b, chord = np.empty((3, n_cell)), np.empty((3, n_cell)), np.zeros((2, n_chord))
    donor, receiver = np.zeros(n_chord, np.int64), np.zeros(n_chord, np.int64)
    outflow, kept, share = np.empty(n_cell), np.empty(n_cell), np.empty(n_cell)
    y = np.zeros_like(c)
    entry = 0
    for j in range(cells.size):
        out[0, j] = c[cells[j]]
    for n in range(n_step):
        dt = time[n + 1] - time[n]
        _assemble(dt, volume[n], volume[n + 1], flux[n], lateral[n], exchange[n], up, dn, fixed, outflow, a, b, chord,
                  donor, receiver)  # fmt: skip
        _lost(dt, decay, kept, share)
        _apply(b[0], b[1], b[2], dn, kept, n_lane, c, y)
        for f in range(n_chord):
            s, r = donor[f], receiver[f]
            for k in range(n_lane):
                y[r, k] += c.dtype.type(chord[1, f] * kept[s]) * c[s, k]
        while entry < load_step.size and load_step[entry] == n:
            i = load_cell[entry]
            if not fixed[i]:
                y[i, load_lane[entry]] += load_kg[entry] * share[i]
            entry += 1
        _solve(a[0], a[1], a[2], dn, n_lane, y)
        if n_chord > 0:
            _close(a[0], a[1], a[2], dn, chord[0], donor, receiver, y, n_lane)
        c, y = y, c
        for j in range(cells.size):
            out[n + 1, j] = c[cells[j]]
    return c


@njit(cache=True)
def adjoint(
    time, volume, flux, lateral, exchange, up, dn, fixed, decay, level, cell, weight, lane, active, edge, cells, g, out
):
    """The exact transpose: out (n_place, n_edge, n_lane) is what each lane reads of 1 kg/s from an edge on, for ever.

    A lane is a sum of `weight` × concentration over entries (level, cell), sorted by falling level; lanes are sorted
    so that the first active[n] of them have entries at or above level n + 1. Edges are levels, rising. g (n_cell,
    n_lane) comes in zero.
    """
    n_step, n_cell, n_lane, n_chord = flux.shape[0], volume.shape[1], g.shape[1], up.size - volume.shape[1]
    a, b, chord = np.empty((3, n_cell)), np.empty((3, n_cell)), np.zeros((2, n_chord))
    donor, receiver = np.zeros(n_chord, np.int64), np.zeros(n_chord, np.int64)
    outflow, kept, share, one = np.empty(n_cell), np.empty(n_cell), np.empty(n_cell), np.ones(n_cell)
    y = np.zeros_like(g)
    total = np.zeros((cells.size, n_lane), g.dtype)
    entry, e = 0, edge.size - 1
    while e >= 0 and edge[e] >= n_step:
        out[:, e] = 0.0
        e -= 1
    for n in range(n_step - 1, -1, -1):
        while entry < level.size and level[entry] == n + 1:
            g[cell[entry], lane[entry]] += weight[entry]
            entry += 1
        lanes = active[n]
        if lanes > 0:
            dt = time[n + 1] - time[n]
            _assemble(dt, volume[n], volume[n + 1], flux[n], lateral[n], exchange[n], up, dn, fixed, outflow, a, b,
                      chord, donor, receiver)  # fmt: skip
            _lost(dt, decay, kept, share)
            _solve(a[0], a[2], a[1], dn, lanes, g)
            if n_chord > 0:
                _close(a[0], a[2], a[1], dn, chord[0], receiver, donor, g, lanes)
            for j in range(cells.size):
                i = cells[j]
                if not fixed[i]:
                    factor = g.dtype.type(share[i] * dt)
                    for k in range(lanes):
                        total[j, k] += factor * g[i, k]
            _apply(b[0], b[2], b[1], dn, one, lanes, g, y)
            for f in range(n_chord):
                s, r = donor[f], receiver[f]
                for k in range(lanes):
                    y[s, k] += g.dtype.type(chord[1, f]) * g[r, k]
            for i in range(n_cell):
                factor = g.dtype.type(kept[i])
                for k in range(lanes):
                    g[i, k] = factor * y[i, k]
        while e >= 0 and edge[e] == n:
            out[:, e] = total
            e -= 1


@njit(cache=True)
def steady_curves(dt, volume, flux, lateral, exchange, up, dn, fixed, decay, seed, transpose, first, step, row, table):
    """Cumulative response of steady water, sampled; table (n_row, n_point) is filled.

    Lane l starts in cell seed[l] (a reading where `transpose`, else a load). Row row[i, l] (or -1) of cell i and lane l
    holds ∫ response [1/m³ · s] from 0 to first + j step, per kilogram.
    """
    n_cell, n_lane, n_chord, n_point = volume.size, seed.size, up.size - volume.size, table.shape[1]
    a, b, chord = np.empty((3, n_cell)), np.empty((3, n_cell)), np.zeros((2, n_chord))
    donor, receiver = np.zeros(n_chord, np.int64), np.zeros(n_chord, np.int64)
    outflow, kept, share = np.empty(n_cell), np.empty(n_cell), np.empty(n_cell)
    _assemble(dt, volume, volume, flux, lateral, exchange, up, dn, fixed, outflow, a, b, chord, donor, receiver)
    _lost(dt, np.full(n_cell, decay), kept, share)
    low, high = (2, 1) if transpose else (1, 2)
    source, target = (receiver, donor) if transpose else (donor, receiver)
    x, y = np.zeros((n_cell, n_lane)), np.zeros((n_cell, n_lane))
    for lane in range(n_lane):
        x[seed[lane], lane] = 1.0
    n_row = table.shape[0]
    total, rate, last_rate = np.zeros(n_row), np.zeros(n_row), np.zeros(n_row)
    point = np.zeros(n_row, np.int64)
    open_rows, now = table.shape[0], 0.0
    while open_rows > 0:
        _solve(a[0], a[low], a[high], dn, n_lane, x)
        if n_chord > 0:
            _close(a[0], a[low], a[high], dn, chord[0], source, target, x, n_lane)
        now += dt
        for i in range(n_cell):
            for lane in range(n_lane):
                r = row[i, lane]
                if r < 0 or point[r] >= n_point:
                    continue
                # between two steps the curve is a cubic whose slopes are the means of the rates on either side
                new = x[i, lane] * share[i]
                rise, here, after = rate[r] * dt, 0.5 * dt * (last_rate[r] + rate[r]), 0.5 * dt * (rate[r] + new)
                while point[r] < n_point:
                    part = (first[r] + point[r] * step[r] - now) / dt + 2.0
                    if part > 1.0:
                        break
                    if part > 0.0:
                        rest = 1.0 - part
                        table[r, point[r]] = (
                            total[r]
                            + part * part * (1.0 + 2.0 * rest) * rise
                            + part * rest * (rest * here - part * after)
                        )
                    point[r] += 1
                    if point[r] == n_point:
                        open_rows -= 1
                total[r] += rise
                last_rate[r], rate[r] = rate[r], new
        _apply(b[0], b[low], b[high], dn, kept, n_lane, x, y)
        for f in range(n_chord):
            s, t = source[f], target[f]
            for k in range(n_lane):
                y[t, k] += chord[1, f] * kept[s] * x[s, k]
        x, y = y, x
