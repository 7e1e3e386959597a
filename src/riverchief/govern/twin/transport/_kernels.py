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
def carry(grid, state, work, forcing, dt, book):
    """Carry every constituent through a step; `book` (n_constituent, 2) collects what came in and went out [g].

    Returns the number of sub-steps.
    """
    bed, main = grid.bed, grid.main
    conc, volume = state.conc, state.volume
    follow, free, held, implicit, leaving = work.follow, work.free, work.held, work.implicit, work.leaving
    next_held, new_volume = work.next_held, work.volume
    forward, other = courant(grid, state, work, dt)
    count = int(max(1, min(math.ceil(SAFE * forward), MOST_SUBSTEPS), min(math.ceil(SAFE * other), 400)))
    ds = dt / count
    n = bed.size
    for i in range(n):
        held[i] = volume[i]
        inflow = leaving[main[i]] if main[i] >= 0 else 0.0
        out = leaving[i] + 1e-30
        follow[i] = min(inflow / out, 1.0) if main[i] >= 0 else 0.0
    for step in range(count):
        for i in range(n):
            after = volume[i] + (new_volume[i] - volume[i]) * (step + 1) / count
            next_held[i] = after
            c = ds * leaving[i] / (held[i] + TINY_M3)
            free[i] = max(1.0 - c, 0.0)
            implicit[i] = 1.0 - 1.0 / c if c > 1.0 else 0.0
        for s in range(conc.shape[0]):
            substep(grid, conc[s], work, ds, s, book)
        for i in range(n):
            held[i] = next_held[i]
    return count


@njit(cache=True, error_model="numpy", fastmath=FAST)
def substep(grid, conc, work, ds, s, book):
    """One sub-step of one constituent."""
    bed, dn, fixed, main, up = grid.bed, grid.dn, grid.fixed, grid.main, grid.up
    before, flux, follow, free, gain = work.before, work.flux, work.follow, work.free, work.gain
    held, implicit, lateral, load = work.held, work.implicit, work.lateral, work.load
    next_held = work.next_held
    n = bed.size
    for i in range(n):
        gain[i] = load[s, i] + min(lateral[i], 0.0) * conc[i]
        book[s, 0] += ds * load[s, i]
        book[s, 1] -= ds * min(lateral[i], 0.0) * conc[i]
    for f in range(n, up.size):
        other_way(grid, conc, flux[f], f, gain)
    for i in range(n):
        down = dn[i]
        if down >= 0 and flux[i] < 0.0:
            other_way(grid, conc, flux[i], i, gain)
    for i in range(n):
        # the concentration before this sub-step of the cell above, which the loop has overwritten already
        old = conc[i]
        before[i] = old
        if fixed[i]:
            continue
        down, q, theta = dn[i], flux[i], implicit[i]
        explicit = 0.0
        if q > 0.0 and down >= 0:
            face = old
            if theta == 0.0 and main[i] >= 0:
                ahead = conc[down] - old
                behind = (old - before[main[i]]) * follow[i]
                product = ahead * behind
                if product > 0.0:
                    face += free[i] * product / (ahead + behind)
            explicit = (1.0 - theta) * q * face
        else:
            q, theta = 0.0, 0.0
        now = old * held[i] + ds * (gain[i] - explicit)
        now = max(now, 0.0) / (next_held[i] + ds * theta * q + 1e-300)
        if next_held[i] < TINY_M3:
            now = old if theta == 0.0 else now
        conc[i] = now
        if down >= 0:
            gain[down] += explicit + theta * q * now
    for i in range(n):
        if fixed[i]:
            book[s, 1] += ds * gain[i]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def other_way(grid, conc, q, f, gain):
    """Upwind flux of a face that runs backwards or is a chord."""
    u, d = grid.up[f], grid.dn[f]
    flux = q * (conc[u] if q > 0.0 else conc[d])
    gain[u] -= flux
    gain[d] += flux


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
