"""Steps in time: prediction, correction, volumes from fluxes, and the choice of the step's length."""

from __future__ import annotations

import math

import numpy as np

from riverchief.govern.twin.forcing import _kernels as forced
from riverchief.govern.twin.hydraulics._kernels import (
    back_substitute,
    backward_momentum,
    channel_faces,
    close_loops,
    crossing_s,
    eliminate,
    fillings,
    gather,
    level_in,
    prepare,
    structure_faces,
    zero,
)
from riverchief.govern.twin.hydraulics.rows import CELL, FACE, INDEX
from riverchief.govern.twin.jit import inner, kernel, woven
from riverchief.govern.twin.transport import _kernels as transport

IN, OUT, SHORT, STEPS, REJECTED, ITERATIONS, LIMITED, SUBSTEPS = range(8)
DONE, DIVERGED = 0, 1
STANDS, FAILED, COARSE = 0, 1, 2
MOST_ITERATIONS = 6
MOST_HALVINGS = 12
FEW_HALVINGS = 4
LINEAR = 0.15  # relative change of one iteration below which the linearised equations are taken as solved
LINEAR_FAST = 1e-3  # the same where some flow is supercritical, which else swings by about as much for ever
FAST_CROSSINGS = 4.0  # faces that a wave of supercritical flow may cross in a step
COARSE_MISS = 8.0  # a prediction that misses this many times the tolerance makes a shorter step worth its cost
REFERENCE_M = 0.05  # depths below this count as this where changes are measured


@inner
def weights(dt, clock):
    """(w, a, b) of the BDF2 flux: dt·flux = a·dt·flux_before + b·dt·Q; after a jump backward Euler (w = 0)."""
    w = dt / clock[1] if clock[3] > 0.0 else 0.0
    return w, w / (1.0 + 2.0 * w), (1.0 + w) / (1.0 + 2.0 * w)


@inner
def predict(grid, state, lateral, dt, work):
    """Known parts of the equations and a first guess by straight extrapolation; depths at most halve or double."""
    bed, fixed, up = grid.bed, grid.fixed, grid.up
    clock, flow, flow_1, old_lateral, level = state.clock, state.flow, state.flow_1, state.lateral, state.level
    level_1, volume, volume_1 = state.level_1, state.volume, state.volume_1
    back, new_flow, known_q, known_v, new_level = (
        work.cell[CELL.back],
        work.face[FACE.flow],
        work.face[FACE.known_q],
        work.cell[CELL.known_v],
        work.cell[CELL.level],
    )
    source = work.cell[CELL.source]
    w, a, b = weights(dt, clock)
    old = w * w / (1.0 + 2.0 * w)  # written by differences, so that what stands still does so to the last bit
    for i in range(bed.size):
        known_v[i] = volume[i] + old * (volume[i] - volume_1[i])
        source[i] = (lateral[i] - a * old_lateral[i]) / b
        if fixed[i]:
            continue
        h = level[i] - bed[i]
        new_level[i] = level[i] + min(max(w * (level[i] - level_1[i]), -0.5 * h), h)
    for f in range(up.size):
        known_q[f] = flow[f] + old * (flow[f] - flow_1[f])
        new_flow[f] = flow[f] + w * (flow[f] - flow_1[f])
    backward_momentum(grid, flow, level, back)


@inner
def correct(grid, state, tau, work, structures, chords):
    """One linearised solution from the guess in work; returns the largest relative change, inf where there is none."""
    bed = grid.bed
    setting = state.setting
    alpha, coef, d_flow, d_level, flow = (
        work.cell[CELL.alpha],
        work.coef,
        work.face[FACE.d_flow],
        work.cell[CELL.d_level],
        work.face[FACE.flow],
    )
    known_q, known_v, level, right, source = (
        work.face[FACE.known_q],
        work.cell[CELL.known_v],
        work.cell[CELL.level],
        work.cell[CELL.right],
        work.cell[CELL.source],
    )
    n = bed.size
    work.miss[1] = channel_faces(grid, level, flow, known_q, tau, 0, n + chords, coef)
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
        if not (abs(d) <= most * (h + REFERENCE_M) or np.isnan(most)):  # so that nan is caught, and stays
            most = abs(d) / (h + REFERENCE_M)
    for f in range(n + chords):
        d = d_flow[f]
        if not (abs(d) <= most * (abs(flow[f]) + 0.02 * scale) or np.isnan(most)):
            most = abs(d) / (abs(flow[f]) + 0.02 * scale)
        flow[f] += d
    return most if np.isfinite(most) else np.inf


@woven
def solve(grid, state, dt, lateral, work, structures, chords):
    """Iterate one step; returns (miss of the prediction, change of the last iteration, iterations)."""
    tau = dt * weights(dt, state.clock)[2]
    predict(grid, state, lateral, dt, work)
    miss = correct(grid, state, tau, work, structures, chords)
    change, iterations = miss, 1
    linear = LINEAR_FAST if work.miss[1] > 0.0 else LINEAR
    while linear < change < np.inf and iterations < MOST_ITERATIONS:
        change = correct(grid, state, tau, work, structures, chords)
        iterations += 1
    return miss, change, iterations


@inner
def fill(grid, state, dt, lateral, work):
    """Fluxes and the volumes that follow from them, into work; returns the lowest volume.

    It is −1 where as much is missing as a film and a hundredth of what was there. Volumes change by fluxes alone, so
    that what leaves one cell enters the next to the last bit.
    """
    bed, dn, fixed, up = grid.bed, grid.dn, grid.fixed, grid.up
    clock, flux, volume = state.clock, state.flux, state.volume
    flow, new_flux, new_volume, rise = (
        work.face[FACE.flow],
        work.face[FACE.flux],
        work.cell[CELL.volume],
        work.cell[CELL.rise],
    )
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


@inner
def limit(grid, state, dt, lateral, work):
    """Let no cell give more than it held: its outflows are scaled down together, which keeps the balance exact.

    Returns what abstractions must do without [m³].
    """
    bed, dn, fixed, up = grid.bed, grid.dn, grid.fixed, grid.up
    volume = state.volume
    flow, flux, leaving, new_volume = (
        work.face[FACE.flow],
        work.face[FACE.flux],
        work.cell[CELL.leaving],
        work.cell[CELL.volume],
    )
    n = bed.size
    zero(leaving)
    for f in range(up.size):
        if dn[f] >= 0:
            leaving[up[f]] += max(flux[f], 0.0) * dt
            leaving[dn[f]] += max(-flux[f], 0.0) * dt
    for f in range(up.size):
        if dn[f] < 0:
            continue
        giver = up[f] if flux[f] > 0.0 else dn[f]
        held = max(volume[giver] - dt * work.cell[CELL.taken, giver], 0.0)
        if not fixed[giver] and leaving[giver] > held:
            factor = held / leaving[giver]
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
            if work.cell[CELL.taken][i] > 0.0:
                missing -= new_volume[i]
                lateral[i] -= new_volume[i] / dt
                work.cell[CELL.taken][i] = max(work.cell[CELL.taken][i] + new_volume[i] / dt, 0.0)
            new_volume[i] = 0.0  # else it is what round-off leaves
    return missing


@inner
def accept(grid, state, dt, lateral, work, balance):
    """Make the step the state: levels from volumes, the balance of water, one step of history."""
    bed, cell_rows, cell_scale, fixed, up = grid.bed, grid.cell_rows, grid.cell_scale, grid.fixed, grid.up
    clock, flow, flow_1, flux, old_lateral = state.clock, state.flow, state.flow_1, state.flux, state.lateral
    level, level_1, volume, volume_1 = state.level, state.level_1, state.volume, state.volume_1
    new_flow, new_flux, new_level, new_volume = (
        work.face[FACE.flow],
        work.face[FACE.flux],
        work.cell[CELL.level],
        work.cell[CELL.volume],
    )
    row = work.number[INDEX.row]
    for i in range(bed.size):
        level_1[i] = level[i]
        volume_1[i] = volume[i]
        old_lateral[i] = lateral[i]
        if fixed[i]:
            level[i] = new_level[i]
            balance[OUT] += new_volume[i] - volume[i]
            balance[IN] += dt * lateral[i]
            continue
        if new_volume[i] != volume[i]:
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


@woven
def attempt(grid, state, forcing, control, dt, work, structures, chords, balance, halvings):
    """Try a step; STANDS, FAILED, or COARSE where a shorter one would tell more.

    From `FEW_HALVINGS` on it takes what the limiter makes of it, and at the last anything that is finite.
    """
    short = forced.apply(grid, state, forcing, dt, work)
    miss, change, iterations = solve(grid, state, dt, work.cell[CELL.lateral], work, structures, chords)
    balance[ITERATIONS] += iterations
    work.miss[0] = miss
    if not change < np.inf:
        return FAILED
    if miss > COARSE_MISS * control.tolerance and control.least_s < control.most_s:
        crossing = crossing_s(grid, state.level, state.flow)
        if crossing < 0.99 * dt and dt > control.least_s:
            return COARSE
    lowest = fill(grid, state, dt, work.cell[CELL.lateral], work)
    if not np.isfinite(lowest):
        return FAILED
    if halvings < MOST_HALVINGS - 2 and (change > 4 * LINEAR or (lowest < -1.0 and halvings < FEW_HALVINGS)):
        return FAILED
    if lowest < 0.0:
        short += limit(grid, state, dt, work.cell[CELL.lateral], work)
        balance[LIMITED] += 1.0
    balance[SHORT] += short
    return STANDS


@inner
def next_step(grid, state, control, dt, work):
    """Length of the next step [s], from what the prediction missed.

    It is never shorter than waves need to cross a face: steps that follow them are as many in time as in space.
    """
    if control.least_s >= control.most_s:
        return control.least_s
    grow = min(max(0.9 * np.sqrt(control.tolerance / max(work.miss[0], 1e-12)), 0.3), 1.6)
    wanted = dt * grow
    if work.miss[1] > 0.0:
        wanted = min(wanted, FAST_CROSSINGS / work.miss[1])
    if grow < 1.0:
        wanted = max(wanted, min(dt, crossing_s(grid, work.cell[CELL.level], work.face[FACE.flow])))
    return max(wanted, control.least_s)


@woven
def advance(grid, state, forcing, control, end_s, work, structures, chords, carried, single, books):
    """March to an instant, or one step where `single`; DONE, or DIVERGED with the state after the last good step."""
    clock, totals, balance = state.clock, work.totals, books.balance
    new_flux, new_lateral = work.face[FACE.flux], work.cell[CELL.lateral]
    n_face, n_cell = grid.up.size, grid.bed.size
    while clock[0] < end_s - 1e-6:
        left = end_s - clock[0]
        wanted = clock[2]
        if control.least_s < control.most_s:
            wanted = min(wanted, forced.patience(grid, state, structures))
        dt = min(max(wanted, control.least_s), control.most_s, left)
        if dt < left:
            dt = left / np.ceil(left / dt)
        forced.rules(grid, state, forcing, structures, dt)
        halvings = 0
        while True:
            found = attempt(grid, state, forcing, control, dt, work, structures, chords, balance, halvings)
            if found == STANDS:
                break
            balance[REJECTED] += 1.0
            if found == COARSE:
                dt = max(0.25 * dt, min(crossing_s(grid, state.level, state.flow), dt), control.least_s)
                continue
            halvings += 1
            if halvings > MOST_HALVINGS:
                return DIVERGED
            dt *= 0.5
            if halvings >= 3:
                clock[3] = 0.0  # the history is no help any more
        clock[2] = next_step(grid, state, control, dt, work)
        if carried:
            balance[SUBSTEPS] += transport.carry(grid, state, work, dt, work.piece)
            transport.mix(grid, state, work, dt)
        accept(grid, state, dt, new_lateral, work, balance)
        decline(grid, state, forcing.decay, dt, books.decayed)
        for f in range(n_face):
            totals[f] += dt * new_flux[f]
        for i in range(n_cell):
            totals[n_face + i] += dt * new_lateral[i]
        if single:
            return DONE
    return DONE


@inner
def decline(grid, state, decay, dt, decayed):
    """First-order decay over a step; `decayed` (n_constituent,) collects what is gone [g].

    As every cell has the same rate, it commutes with transport and the splitting has no error but in what enters.
    """
    for s in range(decay.size):
        if decay[s] == 0.0:
            continue
        left = math.exp(-decay[s] * dt)
        gone = 0.0
        for i in range(grid.bed.size):
            if not grid.fixed[i]:
                c = state.conc[s, i]
                gone += (1.0 - left) * c * state.volume[i]
                state.conc[s, i] = left * c
        decayed[s] += gone


@kernel
def keep(state, work, watch, record, k):
    """Write what the river does into place k of a record, and count what goes through anew."""
    level, volume, flow, conc = record.level, record.volume, record.flow, record.conc
    through, lateral, totals = record.through, record.lateral, work.totals
    cells, faces = watch.cells, watch.faces
    for j in range(faces.size):
        flow[k, j] = state.flow[faces[j]]
    for j in range(cells.size):
        level[k, j] = state.level[cells[j]]
    for s in range(conc.shape[1]):
        for j in range(cells.size):
            conc[k, s, j] = state.conc[s, cells[j]]
    for f in range(through.shape[1]):
        through[k, f] = totals[f]
    for i in range(volume.shape[1]):
        volume[k, i] = state.volume[i]
        lateral[k, i] = totals[through.shape[1] + i]
    zero(totals)


@kernel
def march(
    grid, state, forcing, control, times, factor, work, structures, chords, carried, single, books, watch, record
):  # fmt: skip
    """March through the instants of a record, or one step to the first where `single`, of which nothing is recorded.

    `factor` (n_time, n_inflow) multiplies inflows from the instant before to each instant; (0, n_inflow) leaves those
    of the forcing. Returns DONE, or DIVERGED with the state after the last good step.
    """
    book, piece = books.book, work.piece
    for k in range(times.size):
        for m in range(factor.shape[1] if factor.shape[0] > 0 else 0):
            forcing.factor[m] = factor[k, m]
        status = advance(grid, state, forcing, control, times[k], work, structures, chords, carried, single, books)
        for s in range(book.shape[0]):  # in pieces: many small equal terms on a large sum lose the same part each time
            for side in range(2):
                book[s, side] += piece[s, side]
                piece[s, side] = 0.0
        if single or status != DONE:
            return status
        keep(state, work, watch, record, k)
    return DONE
