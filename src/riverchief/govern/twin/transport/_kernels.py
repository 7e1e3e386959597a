"""Transport on the fluxes and volumes of a hydraulic step: conservative, positive, monotone, stable at any step.

Forward faces carry a van Leer limited upwind value (B. van Leer, J. Comput. Phys. 14, 1974) in sub-steps; where a
sub-step would empty a cell more than once, the part beyond is taken implicitly, so that the number of sub-steps has a
limit. Dispersion is implicit on the tree, one factorisation for all constituents.
"""

from __future__ import annotations

import math

from numba import njit

MOST_SUBSTEPS = 12
SAFE = 1.05
TINY_M3 = 1e-9

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST)
def courant(grid, state, work, dt):
    """Largest share of a cell that leaves in dt: over forward tree faces, and over all others."""
    bed, dn, fixed, up = grid.bed, grid.dn, grid.fixed, grid.up
    volume = state.volume
    back, flux, lateral, leaving, new_volume = work.back, work.flux, work.lateral, work.leaving, work.volume
    leaving[:] = 0.0
    back[:] = 0.0
    n = bed.size
    for f in range(up.size):
        q = flux[f]
        if q == 0.0:
            continue
        if q > 0.0 and f < n:
            leaving[up[f]] += q
        elif q > 0.0:
            back[up[f]] += q
        else:
            back[dn[f]] -= q
    forward, other = 0.0, 0.0
    for i in range(n):
        if fixed[i]:
            continue
        held = min(volume[i], new_volume[i]) + TINY_M3
        taken = max(-lateral[i], 0.0)
        forward = max(forward, dt * (leaving[i] + taken) / held)
        if back[i] > 0.0:
            other = max(other, dt * (leaving[i] + back[i] + taken) / held)
    return forward, other


@njit(cache=True, error_model="numpy", fastmath=FAST)
def carry(grid, state, work, dt, book):
    """Carry every constituent through a step; `book` (n_constituent, 2) collects what came in and went out [g].

    Cells with given levels keep their concentrations: what comes in from there brings them along. Returns the number of
    sub-steps.
    """
    fixed, main = grid.fixed, grid.main
    conc, volume = state.conc, state.volume
    follow, free, gives, held, implicit = work.follow, work.free, work.gives, work.held, work.implicit
    lateral, leaving, load, new_volume, inv_next = work.lateral, work.leaving, work.load, work.volume, work.inv_next
    change, first, inv_held, next_held, out = work.change, work.first, work.inv_held, work.next_held, work.gain
    forward, other = courant(grid, state, work, dt)
    count = int(max(1, min(math.ceil(SAFE * forward), MOST_SUBSTEPS), min(math.ceil(SAFE * other), 400)))
    ds = dt / count
    taking = 0.0
    for i in range(main.size):
        above = main[i]
        gives[i] = 0.0 if fixed[i] else leaving[i]
        first[i] = 1.0 if fixed[i] else volume[i] + TINY_M3
        change[i] = 0.0 if fixed[i] else new_volume[i] - volume[i]
        held[i] = first[i]
        inv_held[i] = 1.0 / first[i]
        follow[i] = min(leaving[above] / (leaving[i] + 1e-30), 1.0) if above >= 0 and not fixed[above] else 0.0
        taking = min(taking, lateral[i])
    work.taking[0] = -taking
    for s in range(conc.shape[0]):
        for i in range(main.size):
            if fixed[i]:
                load[s, i] = 0.0
            book[s, 0] += dt * load[s, i]
    plain = other == 0.0 and SAFE * forward <= MOST_SUBSTEPS
    for step in range(count):
        part = (step + 1) / count
        for i in range(main.size):
            c = ds * gives[i] * inv_held[i]
            free[i] = max(1.0 - c, 0.0)
            next_held[i] = first[i] + change[i] * part
            inv_next[i] = 1.0 / next_held[i]
        if not plain:
            for i in range(main.size):
                implicit[i] = 1.0 - 1.0 / max(ds * gives[i] * inv_held[i], 1.0)
        for s in range(conc.shape[0]):
            if plain:
                source = load[s]
                if work.taking[0] > 0.0:
                    source = work.before
                    for i in range(main.size):
                        source[i] = load[s, i] + min(lateral[i], 0.0) * conc[s, i]
                        book[s, 1] -= ds * min(lateral[i], 0.0) * conc[s, i]
                forward_substep(
                    conc[s], out, source, follow, free, gives, held, inv_next, grid.runs, work.above, work.below, ds
                )
                book[s, 1] += join(grid, conc[s], out, inv_next, ds)
            else:
                general_substep(grid, conc[s], work, ds, s, book)
        for i in range(main.size):
            held[i] = next_held[i]
            inv_held[i] = inv_next[i]
    return count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def limited(ahead, behind):
    """Slope of the monotonised central limiter (B. van Leer, J. Comput. Phys. 23, 1977), without branches."""
    size = min(min(2 * abs(ahead), 2 * abs(behind)), 0.5 * abs(ahead + behind))
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
def general_substep(grid, conc, work, ds, s, book):
    """One sub-step of one constituent in any water: backwards, over chords, through cells that nearly fall dry."""
    dn, fixed, main, up = grid.dn, grid.fixed, grid.main, grid.up
    before, flux, follow, free, gain = work.before, work.flux, work.follow, work.free, work.gain
    held, implicit, lateral, load, inv_next = work.held, work.implicit, work.lateral, work.load[s], work.inv_next
    n = main.size
    for i in range(n):
        gain[i] = load[i] + min(lateral[i], 0.0) * conc[i]
        book[s, 1] -= ds * min(lateral[i], 0.0) * conc[i]
    for f in range(up.size):
        if f >= n or flux[f] < 0.0:
            u, d = up[f], dn[f]
            through = flux[f] * (conc[u] if flux[f] > 0.0 else conc[d])
            gain[u] -= through
            gain[d] += through
    for i in range(n):
        here = conc[i]
        before[i] = here  # the cell below asks for what was here before this sub-step
        if fixed[i]:
            continue
        down, q, theta = dn[i], flux[i], implicit[i]
        explicit = 0.0
        if q > 0.0 and down >= 0:
            face = here
            if theta == 0.0 and main[i] >= 0:
                slope = limited(conc[down] - here, (here - before[main[i]]) * follow[i])
                face += 0.5 * free[i] * slope
            explicit = (1.0 - theta) * q * face
        else:
            q, theta = 0.0, 0.0
        mass = max(here * held[i] + ds * (gain[i] - explicit), 0.0)
        conc[i] = mass / (1.0 / inv_next[i] + ds * theta * q)
        if down >= 0:
            gain[down] += explicit + theta * q * conc[i]
    for i in range(n):
        if fixed[i]:
            book[s, 1] += ds * gain[i]


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
