"""Steps in time: prediction, correction, volumes from fluxes, and the choice of the step's length."""

from __future__ import annotations

import numpy as np
from numba import njit

from riverchief.govern.twin.forcing import _kernels as forced
from riverchief.govern.twin.hydraulics._kernels import (
    back_substitute,
    backward_momentum,
    channel_faces,
    close_loops,
    eliminate,
    fillings,
    gather,
    level_in,
    prepare,
    structure_faces,
)
from riverchief.govern.twin.transport import _kernels as transport

IN, OUT, SHORT, STEPS, REJECTED, ITERATIONS, LIMITED, SUBSTEPS = range(8)
DONE, DIVERGED = 0, 1
MOST_ITERATIONS = 6
MOST_HALVINGS = 12
FEW_HALVINGS = 4
LINEAR = 0.15  # relative change of one iteration below which the linearised equations are taken as solved
REFERENCE_M = 0.05  # depths below this count as this where changes are measured

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST)
def weights(dt, clock):
    """(w, a, b) of the BDF2 flux: dt·flux = a·dt·flux_before + b·dt·Q; after a jump backward Euler (w = 0)."""
    w = dt / clock[1] if clock[3] > 0.0 else 0.0
    return w, w / (1.0 + 2.0 * w), (1.0 + w) / (1.0 + 2.0 * w)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def predict(grid, state, lateral, dt, work):
    """Known parts of the equations and a first guess by straight extrapolation; depths at most halve or double."""
    bed, fixed, up = grid.bed, grid.fixed, grid.up
    clock, flow, flow_1, old_lateral, level = state.clock, state.flow, state.flow_1, state.lateral, state.level
    level_1, volume, volume_1 = state.level_1, state.volume, state.volume_1
    back, new_flow, known_q, known_v, new_level = work.back, work.flow, work.known_q, work.known_v, work.level
    source = work.source
    w, a, b = weights(dt, clock)
    new, old = (1.0 + w) * (1.0 + w) / (1.0 + 2.0 * w), w * w / (1.0 + 2.0 * w)
    for i in range(bed.size):
        known_v[i] = new * volume[i] - old * volume_1[i]
        source[i] = (lateral[i] - a * old_lateral[i]) / b
        if fixed[i]:
            continue
        h = level[i] - bed[i]
        ahead = h + w * (level[i] - level_1[i])
        new_level[i] = bed[i] + min(max(ahead, 0.5 * h), 2.0 * h)
    for f in range(up.size):
        known_q[f] = new * flow[f] - old * flow_1[f]
        new_flow[f] = flow[f] + w * (flow[f] - flow_1[f])
    backward_momentum(grid, flow, level, back)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def correct(grid, state, tau, work, structures, chords):
    """One linearised solution from the guess in work; returns the largest relative change, inf where there is none."""
    bed = grid.bed
    setting = state.setting
    alpha, coef, d_flow, d_level, flow = work.alpha, work.coef, work.d_flow, work.d_level, work.flow
    known_q, known_v, level, right, source = work.known_q, work.known_v, work.level, work.right, work.source
    n = bed.size
    channel_faces(grid, level, flow, known_q, tau, 0, n + chords, coef)
    structure_faces(grid, level, flow, setting, structures, coef)
    gather(grid, flow, coef, work, chords)
    fillings(grid, level, known_v, source, tau, work)
    prepare(grid, source, flow, coef, tau, work)
    eliminate(grid, coef, tau, work)
    back_substitute(grid, tau, alpha, right, work, d_level, d_flow)
    if chords > 0 and not close_loops(grid, coef, tau, work, chords):
        return np.inf
    scale = 1e-3
    for f in range(n + chords):
        scale = max(scale, abs(flow[f]))
    most = 0.0
    for i in range(n):
        d = d_level[i]
        h = level[i] - bed[i]
        level[i] = max(level[i] + d, bed[i])
        if not abs(d) <= most * (h + REFERENCE_M):  # written so that nan is caught
            most = abs(d) / (h + REFERENCE_M)
    for f in range(n + chords):
        d = d_flow[f]
        if not abs(d) <= most * (abs(flow[f]) + 0.02 * scale):
            most = abs(d) / (abs(flow[f]) + 0.02 * scale)
        flow[f] += d
    return most if np.isfinite(most) else np.inf


@njit(cache=True, error_model="numpy", fastmath=FAST)
def solve(grid, state, dt, lateral, work, structures, chords):
    """Iterate one step; returns (miss of the prediction, change of the last iteration, iterations)."""
    tau = dt * weights(dt, state.clock)[2]
    predict(grid, state, lateral, dt, work)
    miss = correct(grid, state, tau, work, structures, chords)
    change, iterations = miss, 1
    while LINEAR < change < np.inf and iterations < MOST_ITERATIONS:
        change = correct(grid, state, tau, work, structures, chords)
        iterations += 1
    return miss, change, iterations


@njit(cache=True, error_model="numpy", fastmath=FAST)
def fill(grid, state, dt, lateral, work):
    """Fluxes and the volumes that follow from them, into work; returns the lowest volume, −1 where more is missing than
    a film and a hundredth of what was there.

    Volumes change by fluxes alone, so that what leaves one cell enters the next to the last bit.
    """
    bed, dn, fixed, up = grid.bed, grid.dn, grid.fixed, grid.up
    clock, flux, volume = state.clock, state.flux, state.volume
    flow, new_flux, new_volume, rise = work.flow, work.flux, work.volume, work.rise
    _, a, b = weights(dt, clock)
    n = bed.size
    for i in range(n):
        new_volume[i] = volume[i] + dt * lateral[i]
    for f in range(up.size):
        if dn[f] < 0:
            new_flux[f] = 0.0
            continue
        through = a * flux[f] + b * flow[f]
        new_flux[f] = through
        new_volume[up[f]] -= dt * through
        new_volume[dn[f]] += dt * through
    lowest = 0.0
    for i in range(n):
        if not fixed[i] and new_volume[i] < 0.0:
            lowest = min(lowest, new_volume[i] / (0.01 * volume[i] + rise[i]))
    return lowest


@njit(cache=True, error_model="numpy", fastmath=FAST)
def limit(grid, state, dt, lateral, work):
    """Let no cell give more than it held: its outflows are scaled down together, which keeps the balance exact.

    Returns what abstractions must do without [m³].
    """
    bed, dn, fixed, up = grid.bed, grid.dn, grid.fixed, grid.up
    volume = state.volume
    flow, flux, leaving, new_volume = work.flow, work.flux, work.leaving, work.volume
    n = bed.size
    leaving[:] = 0.0
    for f in range(up.size):
        if dn[f] >= 0:
            leaving[up[f]] += max(flux[f], 0.0) * dt
            leaving[dn[f]] += max(-flux[f], 0.0) * dt
    for f in range(up.size):
        if dn[f] < 0:
            continue
        giver = up[f] if flux[f] > 0.0 else dn[f]
        held = volume[giver] + dt * min(lateral[giver], 0.0)
        if not fixed[giver] and leaving[giver] > held:
            factor = max(held, 0.0) / leaving[giver]
            flux[f] *= factor
            flow[f] *= factor
    for i in range(n):
        new_volume[i] = volume[i] + dt * lateral[i]
    for f in range(up.size):
        if dn[f] >= 0:
            new_volume[up[f]] -= dt * flux[f]
            new_volume[dn[f]] += dt * flux[f]
    missing = 0.0
    for i in range(n):
        if new_volume[i] < 0.0 and not fixed[i]:
            if lateral[i] < 0.0:
                missing -= new_volume[i]
                lateral[i] -= new_volume[i] / dt
            new_volume[i] = 0.0  # else it is what round-off leaves
    return missing


@njit(cache=True, error_model="numpy", fastmath=FAST)
def accept(grid, state, dt, lateral, work, balance):
    """Make the step the state: levels from volumes, the balance of water, one step of history."""
    bed, cell_rows, cell_scale, fixed, up = grid.bed, grid.cell_rows, grid.cell_scale, grid.fixed, grid.up
    clock, flow, flow_1, flux, old_lateral = state.clock, state.flow, state.flow_1, state.flux, state.lateral
    level, level_1, volume, volume_1 = state.level, state.level_1, state.volume, state.volume_1
    new_flow, new_flux, new_level, new_volume = work.flow, work.flux, work.level, work.volume
    row = work.row
    for i in range(bed.size):
        level_1[i] = level[i]
        volume_1[i] = volume[i]
        old_lateral[i] = lateral[i]
        if fixed[i]:
            level[i] = new_level[i]
            balance[OUT] += new_volume[i] - volume[i]
            balance[IN] += dt * lateral[i]
            continue
        volume[i] = new_volume[i]
        level[i] = level_in(cell_rows, bed, cell_scale, i, new_volume[i], row[i])
        balance[IN] += dt * lateral[i]
    for f in range(up.size):
        flow_1[f] = flow[f]
        flow[f] = new_flow[f]
        flux[f] = new_flux[f]
    clock[0] += dt
    clock[1] = dt
    clock[3] += 1.0
    balance[STEPS] += 1.0


@njit(cache=True, error_model="numpy", fastmath=FAST)
def attempt(grid, state, forcing, dt, work, structures, chords, balance, halvings):
    """Try a step; True where it stands.

    From `FEW_HALVINGS` on it takes what the limiter makes of it, and at the last anything that is finite.
    """
    short = forced.apply(grid, state, forcing, dt, work)
    miss, change, iterations = solve(grid, state, dt, work.lateral, work, structures, chords)
    balance[ITERATIONS] += iterations
    work.miss[0] = miss
    if not change < np.inf:
        return False
    lowest = fill(grid, state, dt, work.lateral, work)
    if not np.isfinite(lowest):
        return False
    if halvings < MOST_HALVINGS - 2 and (change > 4 * LINEAR or (lowest < -1.0 and halvings < FEW_HALVINGS)):
        return False
    if lowest < 0.0:
        short += limit(grid, state, dt, work.lateral, work)
        balance[LIMITED] += 1.0
    balance[SHORT] += short
    return True


@njit(cache=True, error_model="numpy", fastmath=FAST)
def advance(grid, state, forcing, control, end_s, work, structures, chords, carried, single, balance, book, totals):
    """March to an instant, or one step where `single`; returns DONE, or DIVERGED with the state after the last good step.

    `totals` (n_face + n_cell,) collects the water that went through faces and came into cells [m³].
    """
    clock = state.clock
    new_flux, new_lateral = work.flux, work.lateral
    n_face, n_cell = grid.up.size, grid.bed.size
    while clock[0] < end_s - 1e-6:
        left = end_s - clock[0]
        dt = min(max(clock[2], control.least_s), control.most_s, left)
        if dt < left:
            dt = left / np.ceil(left / dt)
        forced.rules(grid, state, forcing, structures, dt)
        halvings = 0
        while not attempt(grid, state, forcing, dt, work, structures, chords, balance, halvings):
            balance[REJECTED] += 1.0
            halvings += 1
            if halvings > MOST_HALVINGS:
                return DIVERGED
            dt *= 0.5
            if halvings >= 3:
                clock[3] = 0.0  # the history is no help any more
        grow = min(max(0.9 * np.sqrt(control.tolerance / max(work.miss[0], 1e-12)), 0.3), 1.6)
        clock[2] = control.least_s if control.least_s >= control.most_s else max(dt * grow, control.least_s)
        if carried:
            balance[SUBSTEPS] += transport.carry(grid, state, work, dt, book)
        accept(grid, state, dt, new_lateral, work, balance)
        for f in range(n_face):
            totals[f] += dt * new_flux[f]
        for i in range(n_cell):
            totals[n_face + i] += dt * new_lateral[i]
        if single:
            return DONE
    return DONE


@njit(cache=True, error_model="numpy", fastmath=FAST, nogil=True)
def march(grid, state, forcing, control, times, work, structures, chords, carried, balance, book, record):
    """March through the instants of a record; returns (DONE or DIVERGED, instants recorded)."""
    totals = np.zeros(grid.up.size + grid.bed.size)
    n_face = grid.up.size
    for k in range(times.size):
        totals[:] = 0.0
        status = advance(
            grid, state, forcing, control, times[k], work, structures, chords, carried, False, balance, book, totals
        )
        if status != DONE:
            return status, k
        record.level[k] = state.level
        record.flow[k] = state.flow
        record.volume[k] = state.volume
        record.conc[k] = state.conc
        record.through[k] = totals[:n_face]
        record.lateral[k] = totals[n_face:]
    return DONE, times.size
