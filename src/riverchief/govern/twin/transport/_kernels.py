"""Transport on the fluxes and volumes of a hydraulic step: conservative, positive, monotone, stable at any step.

Cells are taken in the order in which water runs from one to the other, whichever way that is. Forward faces carry a
limited upwind value (B. van Leer, J. Comput. Phys. 23, 1977) in sub-steps; where a sub-step would empty a cell more
than once, the part beyond is taken implicitly, so that the number of sub-steps has a limit. Dispersion is implicit on
the tree, one factorisation for all constituents.
"""

from __future__ import annotations

import numpy as np

from riverchief.govern.twin.hydraulics._kernels import zero
from riverchief.govern.twin.hydraulics.rows import CELL, FACE, INDEX, LINK
from riverchief.govern.twin.jit import inner

MOST_SUBSTEPS = 12
MOST_PLAIN = 60  # where all water runs downstream a sub-step costs a seventh, and more of them tell more
MOST_IN_CIRCLES = 400
CUT = -(2**30)
SAFE = 1.05
TINY_M3 = 1e-12
CHANNEL = 1


@inner
def courant(grid, state, work, dt):
    """Largest share of a cell that leaves it in dt; row `leaving` gets what leaves each cell over its faces [m³/s]."""
    dn, fixed, up = grid.dn, grid.fixed, grid.up
    flux, leaving, taken = work.face[FACE.flux], work.cell[CELL.leaving], work.cell[CELL.taken]
    zero(leaving)
    for f in range(up.size):
        if flux[f] > 0.0:
            leaving[up[f]] += flux[f]
        elif flux[f] < 0.0:
            leaving[dn[f]] -= flux[f]
    most = 0.0
    for i in range(grid.bed.size):
        if not fixed[i]:
            held = min(state.volume[i], work.cell[CELL.volume][i]) + TINY_M3
            most = max(most, dt * (leaving[i] + taken[i]) / held)
    return most


@inner
def downstream_courant(state, work, dt):
    """The same where all water runs downstream, as `only_downstream` tells."""
    volume, new_volume = state.volume, work.cell[CELL.volume]
    flux, leaving = work.face[FACE.flux], work.cell[CELL.leaving]
    most = 0.0
    for i in range(leaving.size):
        leaving[i] = flux[i]
        share = flux[i] / (min(volume[i], new_volume[i]) + TINY_M3)
        most = max(most, share)
    return dt * most


@inner
def arrange(grid, state, work, dt):
    """Order the cells so that each comes after those that give to it; a circle is cut at the cell that changes least.

    A cut cell gives what it held, `CUT` marks it in `waiting`. Returns the largest share of one that leaves in dt.
    """
    dn, fixed, up = grid.dn, grid.fixed, grid.up
    flux, order, waiting = work.face[FACE.flux], work.number[INDEX.order], work.number[INDEX.waiting]
    leaving, taken = work.cell[CELL.leaving], work.cell[CELL.taken]
    n = grid.bed.size
    zero(waiting)
    straight = True
    for f in range(up.size):
        straight = straight and (flux[f] >= 0.0 if f < n else flux[f] == 0.0)
    if straight:
        for i in range(n):
            order[i] = i
        return 0.0
    for f in range(up.size):
        to = dn[f] if flux[f] > 0.0 else up[f]
        if flux[f] != 0.0 and not fixed[to]:
            waiting[to] += 1
    count, at, most = 0, 0, 0.0
    for i in range(n):
        if waiting[i] == 0:
            order[count] = i
            count += 1
    while True:
        while at < count:
            count = release(grid, work, order[at], count)
            at += 1
        if count == n:
            return most
        best, least = -1, np.inf
        for i in range(n):
            if waiting[i] > 0:
                share = dt * (leaving[i] + taken[i]) / (min(state.volume[i], work.cell[CELL.volume][i]) + TINY_M3)
                if best < 0 or share < least:
                    best, least = i, share
        waiting[best] = CUT
        order[count] = best
        count += 1
        most = max(most, least)


@inner
def release(grid, work, cell, count):
    """Put the cells in order that waited for this one alone; returns how many stand in order."""
    flux, order, waiting = work.face[FACE.flux], work.number[INDEX.order], work.number[INDEX.waiting]
    down = grid.dn[cell]
    if down >= 0 and flux[cell] > 0.0:
        waiting[down] -= 1
        if waiting[down] == 0:
            order[count] = down
            count += 1
    f = work.number[INDEX.first_in][cell]
    while f >= 0:
        if flux[f] < 0.0:
            other = grid.up[f]
            waiting[other] -= 1
            if waiting[other] == 0:
                order[count] = other
                count += 1
        f = work.link[LINK.next_in][f]
    f = work.number[INDEX.first_out][cell]
    while f >= 0:
        if flux[f] > 0.0:
            other = grid.dn[f]
            waiting[other] -= 1
            if waiting[other] == 0:
                order[count] = other
                count += 1
        f = work.link[LINK.next_out][f]
    return count


@inner
def carry(grid, state, work, dt, book):
    """Carry every constituent through a step; `book` (n_constituent, 2) collects what came in and went out [g].

    Cells with given levels keep their concentrations: what comes in from there brings them along. Returns the number of
    sub-steps.
    """
    fixed, main = grid.fixed, grid.main
    volume = state.volume
    change, first, follow, held, inv_next = (
        work.cell[CELL.change],
        work.cell[CELL.first],
        work.cell[CELL.follow],
        work.cell[CELL.held],
        work.cell[CELL.inv_next],
    )
    flux, leaving, new_volume = work.face[FACE.flux], work.cell[CELL.leaving], work.cell[CELL.volume]
    plain = only_downstream(grid, work)
    forward = downstream_courant(state, work, dt) if plain else courant(grid, state, work, dt)
    plain = plain and SAFE * forward <= MOST_PLAIN
    if plain:
        count = int(max(1.0, np.ceil(SAFE * forward)))
    else:
        cut = arrange(grid, state, work, dt)
        most = max(min(np.ceil(SAFE * forward), MOST_SUBSTEPS), min(np.ceil(SAFE * cut), MOST_IN_CIRCLES))
        count = int(max(1.0, most))
    for i in range(main.size):
        first[i] = 1.0 if fixed[i] else volume[i] + TINY_M3
        change[i] = 0.0 if fixed[i] else new_volume[i] - volume[i]
        held[i] = first[i]
        inv_next[i] = 1.0 / first[i]
        inflow = max(flux[main[i]], 0.0) if main[i] >= 0 else 0.0
        follow[i] = min(inflow / (leaving[i] + 1e-30), 1.0)
    for step in range(count):
        if plain:
            step_plainly(grid, state.conc, work, dt / count, step / count, (step + 1) / count, book)
        else:
            step_anyhow(grid, state.conc, work, dt / count, (step + 1) / count, book)
    for s in range(state.conc.shape[0]):
        for i in range(main.size):
            book[s, 0] += dt * work.load[s, i]
    return count


@inner
def only_downstream(grid, work):
    """Whether no water runs backwards, over chords, out of a given level or to an intake."""
    fixed, flux, taken = grid.fixed, work.face[FACE.flux], work.cell[CELL.taken]
    n = fixed.size
    for f in range(n, flux.size):
        if flux[f] != 0.0:
            return False
    for i in range(n):
        if flux[i] < 0.0 or taken[i] > 0.0 or (fixed[i] and (flux[i] != 0.0 or work.cell[CELL.lateral][i] != 0.0)):
            return False
    return True


@inner
def step_plainly(grid, conc, work, ds, before, after, book):
    """One sub-step of all constituents where all water runs downstream, between two parts of the step."""
    change, first, free, held, inv_next = (
        work.cell[CELL.change],
        work.cell[CELL.first],
        work.cell[CELL.free],
        work.cell[CELL.held],
        work.cell[CELL.inv_next],
    )
    leaving, out = work.cell[CELL.leaving], work.cell[CELL.gain]
    for i in range(held.size):  # short loops over few rows each, which run in vectors
        rest = 1.0 - ds * leaving[i] * inv_next[i]
        free[i] = max(0.0, rest)
    for i in range(held.size):
        held[i] = first[i] + change[i] * before
    for i in range(held.size):
        inv_next[i] = 1.0 / (first[i] + change[i] * after)
    for s in range(conc.shape[0]):
        along_runs(grid, conc[s], work, out, work.load[s], ds)
        book[s, 1] += join(grid, conc[s], out, inv_next, ds)


@inner
def step_anyhow(grid, conc, work, ds, part, book):
    """One sub-step of all constituents in any water."""
    change, first, free, held, implicit = (
        work.cell[CELL.change],
        work.cell[CELL.first],
        work.cell[CELL.free],
        work.cell[CELL.held],
        work.cell[CELL.implicit],
    )
    leaving, next_held, taken = work.cell[CELL.leaving], work.cell[CELL.next_held], work.cell[CELL.taken]
    for i in range(held.size):
        next_held[i] = first[i] + change[i] * part
        c = ds * (leaving[i] + taken[i]) / held[i]
        free[i] = max(1.0 - c, 0.0)
        implicit[i] = 1.0 - 1.0 / c if c > 1.0 else 0.0
    for s in range(conc.shape[0]):
        substep(grid, conc[s], work, ds, s, book)
    for i in range(held.size):
        held[i] = next_held[i]


@inner
def limited(ahead, behind):
    """Slope of the monotonised central limiter (B. van Leer, J. Comput. Phys. 23, 1977), without branches."""
    size = 0.5 * abs(ahead + behind)
    size = min(2 * abs(ahead), size)
    size = min(2 * abs(behind), size)
    size = size if ahead * behind > 0.0 else 0.0
    return size if ahead > 0.0 else -size


@inner
def along_runs(grid, conc, work, out, source, ds):
    """One sub-step of one constituent along runs of cells that follow each other.

    The long loops take every cell for one in the middle of a run, which lets them run in vectors; ends come after.
    """
    above, below = work.number[INDEX.above], work.number[INDEX.below]
    follow, free, gives, heads = (
        work.cell[CELL.follow],
        work.cell[CELL.free],
        work.cell[CELL.leaving],
        work.cell[CELL.before],
    )
    held, inv_next, runs = work.cell[CELL.held], work.cell[CELL.inv_next], grid.runs
    for i in range(1, conc.size - 1):
        slope = limited(conc[i + 1] - conc[i], (conc[i] - conc[i - 1]) * follow[i])
        out[i] = gives[i] * (conc[i] + 0.5 * free[i] * slope)
    for k in range(runs.shape[0]):
        for end in range(2):
            i = runs[k, 0] if end == 0 else runs[k, 1] - 1
            slope = limited(conc[below[i]] - conc[i], (conc[i] - conc[above[i]]) * follow[i])
            out[i] = gives[i] * (conc[i] + 0.5 * free[i] * slope)
    for k in range(runs.shape[0]):
        i = runs[k, 0]
        heads[k] = (conc[i] * held[i] + ds * (source[i] - out[i])) * inv_next[i]
    for i in range(1, conc.size):
        conc[i] = (conc[i] * held[i] + ds * (source[i] - out[i] + out[i - 1])) * inv_next[i]
    for k in range(runs.shape[0]):
        conc[runs[k, 0]] = heads[k]


@inner
def join(grid, conc, out, inv_next, ds):
    """Add what runs join; returns what left over boundaries [g]."""
    dn = grid.dn
    for f in grid.side:
        conc[dn[f]] += ds * out[f] * inv_next[dn[f]]
    left = 0.0
    for f in grid.exits:
        left += ds * out[f]
    return left


@inner
def substep(grid, conc, work, ds, s, book):
    """One sub-step of one constituent, from the cells that give to those that receive.

    Of what leaves a cell the part θ that it does not hold at the beginning leaves with the concentration at the end, so
    that no cell gives more than it has.
    """
    dn, fixed, main = grid.dn, grid.fixed, grid.main
    before, flux, follow, free, gain = (
        work.cell[CELL.before],
        work.face[FACE.flux],
        work.cell[CELL.follow],
        work.cell[CELL.free],
        work.cell[CELL.gain],
    )
    held, implicit, leaving, load, taken = (
        work.cell[CELL.held],
        work.cell[CELL.implicit],
        work.cell[CELL.leaving],
        work.load,
        work.cell[CELL.taken],
    )
    n = grid.bed.size
    for i in range(n):
        gain[i] = load[s, i]
    waiting = work.number[INDEX.waiting]
    for k in range(n):
        i = work.number[INDEX.order][k]
        old = conc[i]
        before[i] = old
        if waiting[i] <= CUT // 2:
            give(grid, work, gain, i, old)
            continue
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
            face += 0.5 * free[i] * limited(ahead, behind)
        bend = (face - old) * flux[i] if down >= 0 and flux[i] > 0.0 else 0.0
        now = old * held[i] + ds * (gain[i] - (1.0 - theta) * out * old - bend)
        now = max(now, 0.0) / (work.cell[CELL.next_held][i] + ds * theta * out + 1e-300)
        if work.cell[CELL.next_held][i] < 2 * TINY_M3 and theta == 0.0:
            now = old
        mixed = (1.0 - theta) * old + theta * now
        give(grid, work, gain, i, mixed)
        if down >= 0:
            gain[down] += bend
        book[s, 1] += ds * taken[i] * mixed
        conc[i] = now
    for i in range(n):  # where circles are cut, all that comes in is known now
        if waiting[i] <= CUT // 2:
            now = conc[i] * held[i] + ds * (gain[i] - (leaving[i] + taken[i]) * conc[i])
            book[s, 1] += ds * taken[i] * conc[i]
            if work.cell[CELL.next_held][i] >= 2 * TINY_M3:
                conc[i] = max(now, 0.0) / work.cell[CELL.next_held][i]
    for i in range(n):
        if fixed[i]:
            book[s, 1] += ds * gain[i]


@inner
def give(grid, work, gain, cell, value):
    """What leaves a cell, at a concentration, to all cells that its water runs to."""
    flux = work.face[FACE.flux]
    if grid.dn[cell] >= 0 and flux[cell] > 0.0:
        gain[grid.dn[cell]] += flux[cell] * value
    f = work.number[INDEX.first_in][cell]
    while f >= 0:
        if flux[f] < 0.0:
            gain[grid.up[f]] -= flux[f] * value
        f = work.link[LINK.next_in][f]
    f = work.number[INDEX.first_out][cell]
    while f >= 0:
        if flux[f] > 0.0:
            gain[grid.dn[f]] += flux[f] * value
        f = work.link[LINK.next_out][f]


@inner
def mix(grid, state, work, dt):
    """Disperse along channels with the dispersion of each face; boundaries let nothing pass but what flows."""
    dn, fixed, inv_length, kind, spread = grid.dn, grid.fixed, grid.inv_length, grid.kind, grid.spread
    coef, exchange = work.coef, work.face[FACE.exchange]
    mixing = False
    for f in range(dn.size):
        mixing |= spread[f] > 0.0
    if not mixing:
        return
    for f in range(fixed.size):
        exchange[f] = 0.0
        if dn[f] >= 0 and kind[f] == CHANNEL and not (fixed[f] or fixed[dn[f]]):
            exchange[f] = spread[f] * inv_length[f] / coef[f, 7]
    disperse(grid, state, work, dt)


@inner
def disperse(grid, state, work, dt):
    """Implicit dispersion on the tree: (V + dt Σe) c − dt Σ e c_neighbour = V c, e = D A / L in row `exchange`."""
    dn, fixed = grid.dn, grid.fixed
    diag, exchange, ratio, volume = (
        work.cell[CELL.held],
        work.face[FACE.exchange],
        work.cell[CELL.follow],
        work.cell[CELL.volume],
    )
    n = fixed.size
    for i in range(n):
        diag[i] = 1.0 if fixed[i] else volume[i] + TINY_M3
        work.cell[CELL.first][i] = diag[i]
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
            conc[i] *= work.cell[CELL.first][i]
        for i in range(n):
            if dn[i] >= 0:
                conc[dn[i]] += ratio[i] * conc[i]
        for i in range(n - 1, -1, -1):
            conc[i] /= diag[i]
            if dn[i] >= 0:
                conc[i] += ratio[i] * conc[dn[i]]
