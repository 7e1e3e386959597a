"""One hydraulic step: the linearised Saint-Venant equations on a staggered grid, solved by a double sweep of the tree.

BDF2 in flux form with variable steps; unknowns are the corrections of level and discharge to a predicted state. The
sweep goes from the heads to the outlets and back; chords (loops) ride along as further right-hand sides.
docs/concepts/twin.md has the equations.
"""

from __future__ import annotations

import math

import numpy as np

from riverchief.govern.twin.hydraulics.rows import CELL, FACE, INDEX
from riverchief.govern.twin.jit import inner, woven
from riverchief.govern.twin.structures._kernels import structure_flow

LEVELS = 64
G = 9.81
CLOSED, CHANNEL, WEIR, GATE, ORIFICE, PUMP, RATING, NORMAL, CRITICAL = range(9)
THIN_M = 1e-7  # conveyance of a film of water is that of this depth
LAST_BITS = 1e-15


@inner
def zero(values):
    """Set a row to zero; a plain loop compiles ten times as fast as an assignment to a slice."""
    for i in range(values.size):
        values[i] = 0


@woven
def row_of(scale, h):
    """Row of a table that holds h >= 0, and the height above the row's level; row k begins at k² / scale."""
    k = np.uint64(min(math.sqrt(h * scale), float(LEVELS)))
    x = np.float64(np.int64(k))
    return k, h - x * x / scale


@woven
def level_in(rows, bed, scale, cell, volume, k):
    """Level at which a cell holds a volume [m]; the search starts at row k."""
    while k < LEVELS and volume > rows[cell, k + 1, 0]:
        k += 1
    while k > 0 and volume < rows[cell, k, 0]:
        k -= 1
    rest = max(volume - rows[cell, k, 0], 0.0)
    b = rows[cell, k, 1]
    root = b + math.sqrt(max(b * b + 4 * rows[cell, k, 2] * rest, 0.0))
    x = 2 * rest / root if root > 0.0 else 0.0
    spacing = 1.0 / scale[cell]
    if k < LEVELS:
        x = min(x, (2 * k + 1) * spacing)
    return bed[cell] + (k * k) * spacing + x


@inner
def channel_faces(grid, level, flow, known, tau, first, last, coef):
    """Coefficients of the momentum equation of channel faces: mQ dQ + mU dη_up + mD dη_dn = −R.

    `coef` (n_face, 8): mQ, mU, mD, R without incoming momentum, 2u⁺, Q u⁺, Q u⁻ (leaving backwards), 1/A.
    Returns how often in a second the fastest wave of supercritical flow crosses its face [1/s], 0 where none is.
    """
    fast = 0.0
    scale, dn, kind, inv_length, loss = grid.scale, grid.dn, grid.kind, grid.inv_length, grid.loss
    rough2, rows, up, zd, zu = grid.rough2, grid.rows, grid.up, grid.zd, grid.zu
    for f in range(first, last):
        if kind[f] != CHANNEL:
            continue
        u, d = np.uint64(up[f]), np.uint64(dn[f])
        hu = max(level[u] - zu[f], 0.0)
        hd = max(level[d] - zd[f], 0.0)
        top_u, top_d = zu[f] + hu, zd[f] + hd
        # the receiving depth counts at most twice the giving one, so that a cell that falls dry stops giving
        wu = 0.5
        wd = 0.5
        if top_u >= top_d:
            if hd > 2 * hu:
                wu, wd = 1.5, 0.0
        elif hu > 2 * hd:
            wu, wd = 0.0, 1.5
        h = wu * hu + wd * hd
        k, x = row_of(scale[f], h)
        area = rows[f, k, 0] + x * (rows[f, k, 1] + x * rows[f, k, 2])
        width = rows[f, k, 1] + 2 * x * rows[f, k, 2]
        conv = rows[f, k, 3] + x * (rows[f, k, 4] + x * (rows[f, k, 5] + x * rows[f, k, 6]))
        slope_k = rows[f, k, 4] + x * (2 * rows[f, k, 5] + 3 * x * rows[f, k, 6])
        held, conv = max(area, 1e-6), max(conv, 1e-6)
        both = 1.0 / (held * conv)
        inv_a, inv_k = both * conv, both * held
        inv_l = inv_length[f]
        q = flow[f]
        size = abs(q)
        v = q * inv_a
        drag = rough2[f] * inv_k * inv_k
        local = loss[f] * inv_a * inv_a * inv_l / (2 * G)
        friction = q * size * (drag + local)
        fall = (top_d - top_u) * inv_l
        ga = tau * G
        by_depth = ga * (
            width * (fall + friction) - 2 * area * q * size * (drag * slope_k * inv_k + local * width * inv_a)
        )
        push = ga * area * inv_l
        gain = max(v, 0.0)
        loses = max(-v, 0.0)
        coef[f, 0] = 1.0 + 2 * ga * area * size * (drag + local) + 2 * tau * inv_l * (gain + loses)
        coef[f, 1] = wu * by_depth - push if hu > 0.0 else 0.0
        coef[f, 2] = wd * by_depth + push if hd > 0.0 else 0.0
        coef[f, 3] = q - known[f] + ga * area * (fall + friction) + tau * inv_l * q * (gain + loses)
        coef[f, 4] = 2 * gain
        coef[f, 5] = q * gain
        coef[f, 6] = -q * loses
        coef[f, 7] = inv_a
        if width * v * v > G * area:
            fast = max(fast, (abs(v) + math.sqrt(G * area / width)) * inv_l)
    return fast


@inner
def crossing_s(grid, level, flow):
    """Time in which a wave crosses the shortest wet face [s], inf where all is dry."""
    rate = 0.0
    for f in range(grid.up.size):
        if grid.kind[f] != CHANNEL:
            continue
        h = 0.5 * (max(level[grid.up[f]] - grid.zu[f], 0.0) + max(level[grid.dn[f]] - grid.zd[f], 0.0))
        k, x = row_of(grid.scale[f], h)
        area = grid.rows[f, k, 0] + x * (grid.rows[f, k, 1] + x * grid.rows[f, k, 2])
        width = grid.rows[f, k, 1] + 2 * x * grid.rows[f, k, 2]
        if h > 0.0 and area > 0.0:
            rate = max(rate, (abs(flow[f]) / area + math.sqrt(G * area / width)) * grid.inv_length[f])
    return 1.0 / rate if rate > 0.0 else math.inf


@inner
def structure_faces(grid, level, flow, setting, faces, coef):
    """Coefficients of faces with a law of their own: dQ − f_u dη_up − f_d dη_dn = f − Q."""
    bed, depth, dn, kind, law, rough2, rows = (
        grid.bed, grid.depth, grid.dn, grid.kind, grid.law, grid.rough2, grid.rows,
    )  # fmt: skip
    up, zu = grid.up, grid.zu
    step = 1e-5
    for f in faces:
        u, d = up[f], dn[f]
        own, above, below = law[f], level[u], level[d]
        fixed = (kind[f], own, rows[f], depth[f], rough2[f], zu[f], bed[u], bed[d])
        at = structure_flow(*fixed, above, below, setting[f])
        higher = structure_flow(*fixed, above + step, below, setting[f])
        drowned = structure_flow(*fixed, above, below + step, setting[f])
        coef[f, 0] = 1.0
        coef[f, 1] = -(higher - at) / step
        coef[f, 2] = -(drowned - at) / step
        coef[f, 3] = flow[f] - at
        for k in range(4, 8):
            coef[f, k] = 0.0


@inner
def backward_momentum(grid, flow, level, back):
    """Momentum that water running backwards carries into each cell from below [m⁴/s²], at the last known state."""
    scale, dn, kind, rows, up, zd, zu = grid.scale, grid.dn, grid.kind, grid.rows, grid.up, grid.zd, grid.zu
    zero(back)
    for f in range(up.size):
        if flow[f] < 0.0 and kind[f] == CHANNEL:
            u, d = up[f], dn[f]
            h = 0.5 * (max(level[u] - zu[f], 0.0) + max(level[d] - zd[f], 0.0))
            k, x = row_of(scale[f], h)
            back[u] += flow[f] * flow[f] / max(rows[f, k, 0] + x * (rows[f, k, 1] + x * rows[f, k, 2]), 1e-6)


@inner
def gather(grid, flow, coef, work, chords):
    """What flows into cells and with which momentum, and the share of it that each way out of a cell takes."""
    dn, still, up = grid.dn, grid.still, grid.up
    leaving, mom_in, share, sum_q = (
        work.cell[CELL.leaving],
        work.cell[CELL.mom_in],
        work.face[FACE.share],
        work.cell[CELL.sum_q],
    )
    zero(sum_q)
    zero(mom_in)
    for f in range(up.size):
        if dn[f] >= 0:
            sum_q[up[f]] -= flow[f]
            sum_q[dn[f]] += flow[f]
            mom_in[dn[f]] += coef[f, 5]
    if chords > 0:
        zero(leaving)
        for f in range(up.size):
            leaving[up[f]] += max(flow[f], 0.0)
        for f in range(up.size):
            total = 0.0 if still[up[f]] else leaving[up[f]]
            share[f] = max(flow[f], 0.0) / total if total > 0.0 else 0.0


@inner
def fillings(grid, level, known_v, source, tau, work):
    """Surface of every cell and what its volume lacks: D and −R of the continuity equation, without the neighbours."""
    bed, cell_scale, cell_rows, fixed = grid.bed, grid.cell_scale, grid.cell_rows, grid.fixed
    right, rise, row, sum_q, surface = (
        work.cell[CELL.right],
        work.cell[CELL.rise],
        work.number[INDEX.row],
        work.cell[CELL.sum_q],
        work.cell[CELL.surface],
    )
    for i in range(bed.size):
        k, x = row_of(cell_scale[i], max(level[i] - bed[i], 0.0))
        row[i] = k
        slope = cell_rows[i, k, 1] + 2 * x * cell_rows[i, k, 2]
        volume = cell_rows[i, k, 0] + x * (cell_rows[i, k, 1] + x * cell_rows[i, k, 2])
        surface[i] = 1.0 if fixed[i] else max(slope, rise[i])
        lacks = known_v[i] - volume
        if abs(lacks) < LAST_BITS * (volume + abs(level[i]) * slope):
            lacks = 0.0  # the table's round-off, which would stir still water
        right[i] = 0.0 if fixed[i] else lacks + tau * (sum_q[i] + source[i])


@inner
def prepare(grid, source, flow, coef, tau, work):
    """What the sweep needs of every tree face, apart from what comes from above: part, −R and mQ in work."""
    dn, inv_length, main = grid.dn, grid.inv_length, grid.main
    back, mom_in, own, part, rest, share = (
        work.cell[CELL.back],
        work.cell[CELL.mom_in],
        work.cell[CELL.own],
        work.cell[CELL.part],
        work.cell[CELL.rest],
        work.face[FACE.share],
    )
    for i in range(main.size):
        gain = coef[i, 4]
        tl = tau * inv_length[i]
        takes = tl * share[i] if gain > 0.0 else 0.0
        mine, res = coef[i, 0], takes * mom_in[i] - coef[i, 3]
        if flow[i] < 0.0:
            res -= tl * back[dn[i]]
        elif main[i] < 0:  # water that enters at a head brings its momentum along
            enters = tl * max(source[i], 0.0)
            res += 0.5 * enters * gain
            mine -= enters * coef[i, 7] if gain > 0.0 else 0.0
        part[i], own[i], rest[i] = takes, mine, res


@inner
def eliminate(grid, coef, tau, work):
    """From the heads down: dQ_i = α_i + β_i dη_parent, and what else the way back needs.

    Sums for the next cell stay in registers where it is the one below; only at confluences they pass through memory.
    """
    dn, fixed = grid.dn, grid.fixed
    alpha, beta, inv_d, inv_den, push, right = (
        work.cell[CELL.alpha],
        work.cell[CELL.beta],
        work.cell[CELL.inv_d],
        work.cell[CELL.inv_den],
        work.cell[CELL.push],
        work.cell[CELL.right],
    )
    mom_a, mom_b, sum_a, sum_b = (
        work.cell[CELL.mom_a],
        work.cell[CELL.mom_b],
        work.cell[CELL.sum_a],
        work.cell[CELL.sum_b],
    )
    own, part, rest, surface = work.cell[CELL.own], work.cell[CELL.part], work.cell[CELL.rest], work.cell[CELL.surface]
    zero(sum_a)
    zero(sum_b)
    zero(mom_a)
    zero(mom_b)
    a, b, gain = 0.0, 0.0, 0.0
    for i in range(fixed.size):
        down = dn[i]
        free = 0.0 if fixed[i] else tau
        diag = surface[i] - free * (sum_b[i] + b)
        r = right[i] + free * (sum_a[i] + a)
        m = coef[i, 1] - part[i] * (mom_b[i] + gain * b)
        right[i] = r
        inv_d[i] = 1.0 / diag
        push[i] = m
        if down < 0:
            alpha[i], beta[i] = 0.0, 0.0
            a, b = 0.0, 0.0
            continue
        inv = 1.0 / (own[i] * diag - m * free)
        pull = rest[i] + part[i] * (mom_a[i] + gain * a)
        gain = coef[i, 4]
        a = (diag * pull - m * r) * inv
        b = -coef[i, 2] * diag * inv
        alpha[i], beta[i], inv_den[i] = a, b, inv
        if down != i + 1:
            sum_a[down] += a
            sum_b[down] += b
            mom_a[down] += gain * a
            mom_b[down] += gain * b
            a, b = 0.0, 0.0


@inner
def back_substitute(grid, tau, alpha, right, work, d_level, d_flow):
    """From the outlets up: dη and dQ."""
    dn, fixed = grid.dn, grid.fixed
    beta, inv_d = work.cell[CELL.beta], work.cell[CELL.inv_d]
    below = 0.0
    for i in range(fixed.size - 1, -1, -1):
        down = dn[i]
        dq = 0.0
        if down >= 0:
            dq = alpha[i] + beta[i] * (below if down == i + 1 else d_level[down])
        d_flow[i] = dq
        below = (right[i] - (0.0 if fixed[i] else tau * dq)) * inv_d[i]
        d_level[i] = below


@inner
def close_loops(grid, coef, tau, work, chords):
    """Solve the chords' own equations and add their part to every cell and face; False where they have no solution.

    Every chord is one more right-hand side of the same elimination: what a unit of its correction does.
    """
    bed, dn, inv_length, up = grid.bed, grid.dn, grid.inv_length, grid.up
    back, d_flow, d_level, mom_in, share = (
        work.cell[CELL.back],
        work.face[FACE.d_flow],
        work.cell[CELL.d_level],
        work.cell[CELL.mom_in],
        work.face[FACE.share],
    )
    unit_flow, unit_level, loops = work.unit_flow, work.unit_level, work.loops
    n = bed.size
    for c in range(chords):
        unit_sweep(grid, coef, tau, work, n + c, unit_level[c], unit_flow[c])
    for j in range(chords):
        f = n + j
        u, d = up[f], dn[f]
        for c in range(chords):
            loops[j, c] = coef[f, 1] * unit_level[c, u] + coef[f, 2] * unit_level[c, d]
        loops[j, j] += coef[f, 0]
        rhs = -coef[f, 3] - coef[f, 1] * d_level[u] - coef[f, 2] * d_level[d]
        if coef[f, 4] > 0.0:
            rhs += tau * inv_length[f] * share[f] * mom_in[u]
        elif coef[f, 6] > 0.0:
            rhs -= tau * inv_length[f] * back[d]
        loops[j, chords] = rhs
    if not solve_dense(loops):
        return False
    for j in range(chords):
        part = loops[j, chords]
        d_flow[n + j] = part
        for i in range(n):
            d_level[i] += unit_level[j, i] * part
            d_flow[i] += unit_flow[j, i] * part
    return True


@inner
def unit_sweep(grid, coef, tau, work, chord, d_level, d_flow):
    """Corrections that one unit more of a chord's discharge brings."""
    dn, fixed, up = grid.dn, grid.fixed, grid.up
    inv_d, inv_den, mom_a, part, push, sum_a = (
        work.cell[CELL.inv_d],
        work.cell[CELL.inv_den],
        work.cell[CELL.mom_a],
        work.cell[CELL.part],
        work.cell[CELL.push],
        work.cell[CELL.sum_a],
    )
    unit_alpha, unit_right = work.cell[CELL.unit_alpha], work.cell[CELL.unit_right]
    zero(sum_a)
    zero(mom_a)
    sum_a[up[chord]] -= 1.0
    sum_a[dn[chord]] += 1.0
    for i in range(fixed.size):
        down = dn[i]
        r = 0.0 if fixed[i] else tau * sum_a[i]
        unit_right[i] = r
        unit_alpha[i] = 0.0
        if down < 0:
            continue
        a = (part[i] * mom_a[i] / inv_d[i] - push[i] * r) * inv_den[i]
        unit_alpha[i] = a
        sum_a[down] += a
        mom_a[down] += coef[i, 4] * a
    back_substitute(grid, tau, unit_alpha, unit_right, work, d_level, d_flow)


@inner
def solve_dense(system):
    """Gauss elimination with row pivots of (n, n + 1), whose last column becomes the solution; False where none is.

    Small systems only, no LAPACK needed.
    """
    n = system.shape[0]
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(system[i, k]) > abs(system[p, k]):
                p = i
        if p != k:
            for j in range(n + 1):
                system[k, j], system[p, j] = system[p, j], system[k, j]
        if not 0.0 < abs(system[k, k]) < np.inf:
            return False
        for i in range(k + 1, n):
            factor = system[i, k] / system[k, k]
            if factor != 0.0:
                for j in range(k, n + 1):
                    system[i, j] -= factor * system[k, j]
    finite = True
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            system[k, n] -= system[k, j] * system[j, n]
        system[k, n] /= system[k, k]
        finite = finite and abs(system[k, n]) < np.inf
    return finite
