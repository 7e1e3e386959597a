"""Transport on the fluxes and volumes of a hydraulic step: conservative, positive, monotone, stable at any step.

Cells are taken in the order in which water runs from one to the next, whichever way that is. Forward faces carry a
limited upwind value (B. van Leer, J. Comput. Phys. 23, 1977) in sub-steps; where a sub-step would empty a cell more than
once, the part beyond is taken implicitly, so that the number of sub-steps has a limit. Dispersion is implicit on the
tree, one factorisation for all constituents.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MOST_SUBSTEPS = 12
MOST_IN_CIRCLES = 400
SAFE = 1.05
TINY_M3 = 1e-12
CHANNEL = 1

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST)
def courant(grid, state, work, dt):
    """Largest share of a cell that leaves it in dt, and whether all water runs down the tree and none in from boundaries.

    `work.leaving` gets what leaves each cell over its faces [m³/s].
    """
    dn, fixed, up = grid.dn, grid.fixed, grid.up
    flux, leaving, taken = work.flux, work.leaving, work.taken
    n = fixed.size
    plain = True
    leaving[:] = 0.0
    for f in range(up.size):
        q = flux[f]
        if q == 0.0:
            continue
        giver = up[f] if q > 0.0 else dn[f]
        leaving[giver] += abs(q)
        plain = plain and q > 0.0 and f < n and not fixed[giver]
    most, taking = 0.0, 0.0
    for i in range(n):
        if not fixed[i]:
            held = min(state.volume[i], work.volume[i]) + TINY_M3
            most = max(most, dt * (leaving[i] + taken[i]) / held)
            taking = max(taking, taken[i])
    work.taking[0] = taking
    return most, plain


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
def carry(grid, state, work, dt, book):
    """Carry every constituent through a step; `book` (n_constituent, 2) collects what came in and went out [g].

    Cells with given levels keep their concentrations: what comes in from there brings them along. Returns the number of
    sub-steps.
    """
    fixed, main = grid.fixed, grid.main
    conc, volume = state.conc, state.volume
    follow, free, gives, held, implicit = work.follow, work.free, work.leaving, work.held, work.implicit
    flux, load, new_volume, inv_next, taken = work.flux, work.load, work.volume, work.inv_next, work.taken
    change, first, inv_held, next_held, out = work.change, work.first, work.inv_held, work.next_held, work.gain
    share, plain = courant(grid, state, work, dt)
    plain = plain and SAFE * share <= MOST_SUBSTEPS
    in_order = main.size if plain else arrange(grid, work)
    most = MOST_SUBSTEPS if in_order == main.size else MOST_IN_CIRCLES
    count = int(max(1.0, min(np.ceil(SAFE * share), most)))
    ds = dt / count
    for i in range(main.size):
        above = main[i]
        first[i] = 1.0 if fixed[i] else volume[i] + TINY_M3
        change[i] = 0.0 if fixed[i] else new_volume[i] - volume[i]
        held[i] = first[i]
        inv_held[i] = 1.0 / first[i]
        inflow = max(flux[above], 0.0) if above >= 0 and not fixed[above] else 0.0
        follow[i] = min(inflow / (gives[i] + 1e-30), 1.0)
    for s in range(conc.shape[0]):
        for i in range(main.size):
            if fixed[i]:
                load[s, i] = 0.0
            book[s, 0] += dt * load[s, i]
    for step in range(count):
        part = (step + 1) / count
        for i in range(main.size):
            free[i] = max(1.0 - ds * (gives[i] + taken[i]) * inv_held[i], 0.0)
            next_held[i] = first[i] + change[i] * part
            inv_next[i] = 1.0 / next_held[i]
        if not plain:
            for i in range(main.size):
                implicit[i] = 1.0 - 1.0 / max(ds * (gives[i] + taken[i]) * inv_held[i], 1.0)
        for s in range(conc.shape[0]):
            if plain:
                source = load[s]
                if work.taking[0] > 0.0:
                    source = work.before
                    for i in range(main.size):
                        source[i] = load[s, i] - taken[i] * conc[s, i]
                        book[s, 1] += ds * taken[i] * conc[s, i]
                forward_substep(
                    conc[s], out, source, follow, free, gives, held, inv_next, grid.runs, work.above, work.below, ds
                )
                book[s, 1] += join(grid, conc[s], out, inv_next, ds)
            else:
                general_substep(grid, conc[s], work, ds, s, book, in_order)
        for i in range(main.size):
            held[i] = next_held[i]
            inv_held[i] = inv_next[i]
    return count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def limited(ahead, behind):
    """Slope of the monotonised central limiter (B. van Leer, J. Comput. Phys. 23, 1977), without branches."""
    size = min(2 * abs(ahead), 2 * abs(behind), 0.5 * abs(ahead + behind))
    size = size if ahead * behind > 0.0 else 0.0
    return size if ahead > 0.0 else -size


@njit(cache=True, error_model="numpy", fastmath=FAST)
def forward_substep(conc, out, source, follow, free, gives, held, inv_next, runs, above, below, ds):
    """One sub-step of one constituent where all water runs downstream: along runs of cells that follow each other."""
    for k in range(runs.shape[0]):
        first, last = runs[k, 0], runs[k, 1]
        for end in range(2):
            i = first if end == 0 else last - 1
            slope = limited(conc[below[i]] - conc[i], (conc[i] - conc[above[i]]) * follow[i])
            out[i] = gives[i] * (conc[i] + 0.5 * free[i] * slope)
        for i in range(first + 1, last - 1):
            slope = limited(conc[i + 1] - conc[i], (conc[i] - conc[i - 1]) * follow[i])
            out[i] = gives[i] * (conc[i] + 0.5 * free[i] * slope)
    for k in range(runs.shape[0]):
        first, last = runs[k, 0], runs[k, 1]
        conc[first] = (conc[first] * held[first] + ds * (source[first] - out[first])) * inv_next[first]
        for i in range(first + 1, last):
            conc[i] = (conc[i] * held[i] + ds * (source[i] - out[i] + out[i - 1])) * inv_next[i]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def join(grid, conc, out, inv_next, ds):
    """Add what runs join; returns what left over boundaries [g]."""
    dn = grid.dn
    for f in grid.side:
        conc[dn[f]] += ds * out[f] * inv_next[dn[f]]
    left = 0.0
    for f in grid.exits:
        left += ds * out[f]
    return left


@njit(cache=True, error_model="numpy", fastmath=FAST)
def general_substep(grid, conc, work, ds, s, book, in_order):
    """One sub-step of one constituent in any water: backwards, over chords, through cells that nearly fall dry.

    From the cells that give to those that receive. Of what leaves a cell the part θ that it does not hold at the
    beginning leaves with the concentration at the end, so that no cell gives more than it has.
    """
    dn, fixed, main = grid.dn, grid.fixed, grid.main
    before, flux, follow, free, gain = work.before, work.flux, work.follow, work.free, work.gain
    held, implicit, leaving, next_held, taken = work.held, work.implicit, work.leaving, work.next_held, work.taken
    n = main.size
    for i in range(n):
        gain[i] = work.load[s, i]
    for k in range(in_order):
        i = work.order[k]
        here = conc[i]
        before[i] = here  # the cell below asks for what was here before this sub-step
        if fixed[i]:
            give(grid, work, gain, i, here)
            book[s, 0] += ds * leaving[i] * here
            continue
        theta, out, down = implicit[i], leaving[i] + taken[i], dn[i]
        bend = 0.0
        if theta == 0.0 and down >= 0 and flux[i] > 0.0 and main[i] >= 0:
            slope = limited(conc[down] - here, (here - before[main[i]]) * follow[i])
            bend = 0.5 * free[i] * slope * flux[i]
        mass = max(here * held[i] + ds * (gain[i] - (1.0 - theta) * out * here - bend), 0.0)
        conc[i] = mass / (next_held[i] + ds * theta * out)
        mixed = (1.0 - theta) * here + theta * conc[i]
        give(grid, work, gain, i, mixed)
        if bend != 0.0:
            gain[down] += bend
        book[s, 1] += ds * taken[i] * mixed
    for k in range(in_order, n):  # those that run in circles give what they held
        i = work.order[k]
        give(grid, work, gain, i, conc[i])
        if fixed[i]:
            book[s, 0] += ds * leaving[i] * conc[i]
    for k in range(in_order, n):
        i = work.order[k]
        if not fixed[i]:
            book[s, 1] += ds * taken[i] * conc[i]
            conc[i] = max(conc[i] * held[i] + ds * (gain[i] - (leaving[i] + taken[i]) * conc[i]), 0.0) / next_held[i]
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
def mix(grid, state, work, dt):
    """Disperse along channels with the dispersion of each face; boundaries let nothing pass but what flows."""
    dn, fixed, inv_length, kind, spread = grid.dn, grid.fixed, grid.inv_length, grid.kind, grid.spread
    coef, exchange = work.coef, work.exchange
    most = 0.0
    for f in range(dn.size):
        most = max(most, spread[f])
    if most == 0.0:
        return
    for f in range(fixed.size):
        exchange[f] = 0.0
        if dn[f] >= 0 and kind[f] == CHANNEL and not (fixed[f] or fixed[dn[f]]):
            exchange[f] = spread[f] * inv_length[f] / coef[f, 7]
    disperse(grid, state, work, dt)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def disperse(grid, state, work, dt):
    """Implicit dispersion on the tree: (V + dt Σe) c − dt Σ e c_neighbour = V c, with e = D A / L in `work.exchange`."""
    dn, fixed = grid.dn, grid.fixed
    diag, exchange, ratio, volume = work.held, work.exchange, work.follow, work.volume
    n = fixed.size
    for i in range(n):
        diag[i] = 1.0 if fixed[i] else volume[i] + TINY_M3
        work.first[i] = diag[i]
    for i in range(n):
        if dn[i] >= 0:
            diag[i] += dt * exchange[i]
            diag[dn[i]] += dt * exchange[i]
    for i in range(n):
        if dn[i] >= 0:
            ratio[i] = dt * exchange[i] / diag[i]
            diag[dn[i]] -= ratio[i] * dt * exchange[i]
    for s in range(state.conc.shape[0]):
        conc = state.conc[s]
        for i in range(n):
            conc[i] *= work.first[i]
        for i in range(n):
            if dn[i] >= 0:
                conc[dn[i]] += ratio[i] * conc[i]
        for i in range(n - 1, -1, -1):
            conc[i] /= diag[i]
            if dn[i] >= 0:
                conc[i] += ratio[i] * conc[dn[i]]
