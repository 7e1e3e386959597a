"""Transport on the fluxes and volumes of a hydraulic step: conservative, positive, monotone, stable at any step.

Cells are taken in the order in which water runs from one to the other, whichever way that is. Forward faces carry a
van Leer limited upwind value (B. van Leer, J. Comput. Phys. 14, 1974) in sub-steps; where a sub-step would empty a cell
more than once, the part beyond is taken implicitly, so that the number of sub-steps has a limit. Dispersion is implicit on the tree, one factorisation for all constituents.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MOST_SUBSTEPS = 12
MOST_IN_CIRCLES = 400
SAFE = 1.05
TINY_M3 = 1e-9

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST)
def courant(grid, state, work, dt):
    """Largest share of a cell that leaves it in dt; `work.leaving` gets what leaves each cell over its faces [m³/s]."""
    dn, fixed, up = grid.dn, grid.fixed, grid.up
    flux, leaving, taken = work.flux, work.leaving, work.taken
    leaving[:] = 0.0
    for f in range(up.size):
        if flux[f] > 0.0:
            leaving[up[f]] += flux[f]
        elif flux[f] < 0.0:
            leaving[dn[f]] -= flux[f]
    most = 0.0
    for i in range(grid.bed.size):
        if not fixed[i]:
            held = min(state.volume[i], work.volume[i]) + TINY_M3
            most = max(most, dt * (leaving[i] + taken[i]) / held)
    return most


@njit(cache=True, error_model="numpy", fastmath=FAST)
def arrange(grid, work):
    """Order the cells so that each comes after those that give to it; returns how many do (the rest run in circles)."""
    dn, up = grid.dn, grid.up
    flux, order, waiting = work.flux, work.order, work.waiting
    n = grid.bed.size
    straight = True
    for f in range(up.size):
        straight = straight and (flux[f] >= 0.0 if f < n else flux[f] == 0.0)
    if straight:
        for i in range(n):
            order[i] = i
        return n
    waiting[:] = 0
    for f in range(up.size):
        if flux[f] > 0.0:
            waiting[dn[f]] += 1
        elif flux[f] < 0.0:
            waiting[up[f]] += 1
    count = 0
    for i in range(n):
        if waiting[i] == 0:
            order[count] = i
            count += 1
    at = 0
    while at < count:
        count = release(grid, work, order[at], count)
        at += 1
    sorted_count = count
    for i in range(n):
        if waiting[i] > 0:
            order[count] = i
            count += 1
    return sorted_count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def release(grid, work, cell, count):
    """Put the cells in order that waited for this one alone; returns how many stand in order."""
    flux, order, waiting = work.flux, work.order, work.waiting
    down = grid.dn[cell]
    if down >= 0 and flux[cell] > 0.0:
        waiting[down] -= 1
        if waiting[down] == 0:
            order[count] = down
            count += 1
    f = work.first_in[cell]
    while f >= 0:
        if flux[f] < 0.0:
            other = grid.up[f]
            waiting[other] -= 1
            if waiting[other] == 0:
                order[count] = other
                count += 1
        f = work.next_in[f]
    f = work.first_out[cell]
    while f >= 0:
        if flux[f] > 0.0:
            other = grid.dn[f]
            waiting[other] -= 1
            if waiting[other] == 0:
                order[count] = other
                count += 1
        f = work.next_out[f]
    return count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def carry(grid, state, work, forcing, dt, book):
    """Carry every constituent through a step; `book` (n_constituent, 2) collects what came in and went out [g].

    Returns the number of sub-steps.
    """
    main = grid.main
    conc, volume = state.conc, state.volume
    follow, free, held, implicit, leaving = work.follow, work.free, work.held, work.implicit, work.leaving
    next_held, new_volume = work.next_held, work.volume
    forward = courant(grid, state, work, dt)
    sorted_count = arrange(grid, work)
    n = grid.bed.size
    most = MOST_SUBSTEPS if sorted_count == n else MOST_IN_CIRCLES
    count = int(max(1.0, min(np.ceil(SAFE * forward), most)))
    ds = dt / count
    for i in range(n):
        held[i] = volume[i]
        inflow = max(work.flux[main[i]], 0.0) if main[i] >= 0 else 0.0
        follow[i] = min(inflow / (leaving[i] + 1e-30), 1.0)
    for step in range(count):
        for i in range(n):
            next_held[i] = volume[i] + (new_volume[i] - volume[i]) * (step + 1) / count
            c = ds * (leaving[i] + work.taken[i]) / (held[i] + TINY_M3)
            free[i] = max(1.0 - c, 0.0)
            implicit[i] = 1.0 - 1.0 / c if c > 1.0 else 0.0
        for s in range(conc.shape[0]):
            substep(grid, conc[s], work, ds, s, book, sorted_count)
        for i in range(n):
            held[i] = next_held[i]
    return count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def substep(grid, conc, work, ds, s, book, sorted_count):
    """One sub-step of one constituent, from the cells that give to those that receive.

    Of what leaves a cell the part θ that it does not hold at the beginning leaves with the concentration at the end, so
    that no cell gives more than it has.
    """
    dn, fixed, main = grid.dn, grid.fixed, grid.main
    before, flux, follow, free, gain = work.before, work.flux, work.follow, work.free, work.gain
    held, implicit, leaving, load, taken = work.held, work.implicit, work.leaving, work.load, work.taken
    n = grid.bed.size
    for i in range(n):
        gain[i] = load[s, i]
        book[s, 0] += ds * load[s, i]
    for k in range(sorted_count):
        i = work.order[k]
        old = conc[i]
        before[i] = old
        if fixed[i]:
            give(grid, work, gain, i, old)
            book[s, 0] += ds * leaving[i] * old
            continue
        theta, out = implicit[i], leaving[i] + taken[i]
        down = dn[i]
        face = old
        if theta == 0.0 and down >= 0 and flux[i] > 0.0 and main[i] >= 0:
            ahead = conc[down] - old
            behind = (old - before[main[i]]) * follow[i]
            product = ahead * behind
            if product > 0.0:
                face += free[i] * product / (ahead + behind)
        bend = (face - old) * flux[i] if down >= 0 and flux[i] > 0.0 else 0.0
        now = old * held[i] + ds * (gain[i] - (1.0 - theta) * out * old - bend)
        now = max(now, 0.0) / (work.next_held[i] + ds * theta * out + 1e-300)
        if work.next_held[i] < TINY_M3 and theta == 0.0:
            now = old
        mixed = (1.0 - theta) * old + theta * now
        give(grid, work, gain, i, mixed)
        if down >= 0:
            gain[down] += bend
        book[s, 1] += ds * taken[i] * mixed
        conc[i] = now
    for k in range(sorted_count, n):  # those that run in circles give what they held
        i = work.order[k]
        before[i] = conc[i]
        give(grid, work, gain, i, conc[i])
        if fixed[i]:
            book[s, 0] += ds * leaving[i] * conc[i]
    for k in range(sorted_count, n):
        i = work.order[k]
        if not fixed[i]:
            now = conc[i] * held[i] + ds * (gain[i] - (leaving[i] + taken[i]) * conc[i])
            book[s, 1] += ds * taken[i] * conc[i]
            if work.next_held[i] >= TINY_M3:
                conc[i] = max(now, 0.0) / work.next_held[i]
    for i in range(n):
        if fixed[i]:
            book[s, 1] += ds * gain[i]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def give(grid, work, gain, cell, value):
    """What leaves a cell, at a concentration, to all cells that its water runs to."""
    flux = work.flux
    if grid.dn[cell] >= 0 and flux[cell] > 0.0:
        gain[grid.dn[cell]] += flux[cell] * value
    f = work.first_in[cell]
    while f >= 0:
        if flux[f] < 0.0:
            gain[grid.up[f]] -= flux[f] * value
        f = work.next_in[f]
    f = work.first_out[cell]
    while f >= 0:
        if flux[f] > 0.0:
            gain[grid.dn[f]] += flux[f] * value
        f = work.next_out[f]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def disperse(grid, state, work, dt):
    """Implicit dispersion on the tree: (V + dt Σe) c − dt Σ e c_neighbour = V c; `work.exchange` holds e = D A / L [m³/s]."""
    bed, dn = grid.bed, grid.dn
    conc = state.conc
    exchange, follow, held, volume = work.exchange, work.follow, work.held, work.volume
    n = bed.size
    diag, ratio = held, follow
    for i in range(n):
        diag[i] = volume[i] + TINY_M3
    for i in range(n):
        if dn[i] >= 0:
            diag[i] += dt * exchange[i]
            diag[dn[i]] += dt * exchange[i]
    for i in range(n):
        if dn[i] >= 0:
            ratio[i] = dt * exchange[i] / diag[i]
            diag[dn[i]] -= ratio[i] * dt * exchange[i]
    for s in range(conc.shape[0]):
        conc = conc[s]
        for i in range(n):
            conc[i] *= volume[i] + TINY_M3
        for i in range(n):
            if dn[i] >= 0:
                conc[dn[i]] += ratio[i] * conc[i]
        for i in range(n - 1, -1, -1):
            conc[i] /= diag[i]
            if dn[i] >= 0:
                conc[i] += ratio[i] * conc[dn[i]]
