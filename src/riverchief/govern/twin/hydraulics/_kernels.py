"""One hydraulic step: the linearised Saint-Venant equations on a staggered grid, solved by a double sweep of the tree.

BDF2 in flux form with variable steps; unknowns are the corrections of level and discharge to a predicted state. The sweep
goes from the heads to the outlets and back; chords (loops) ride along as further right-hand sides. docs/concepts/twin.md
has the equations.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from riverchief.govern.twin.structures._kernels import structure_flow

LEVELS = 64
G = 9.81
CLOSED, CHANNEL, WEIR, GATE, ORIFICE, PUMP, RATING, NORMAL, CRITICAL = range(9)
THIN_M = 1e-7  # conveyance of a film of water is that of this depth

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST, inline="always")
def row_of(depth, h):
    """Row of a table up to `depth` that holds h >= 0, and the height above the row's level."""
    scale = (LEVELS * LEVELS) / depth
    k = min(int(math.sqrt(h * scale)), LEVELS)
    return k, h - k * k / scale


@njit(cache=True, error_model="numpy", fastmath=FAST)
def volume_at(grid, cell, level):
    """Volume of a cell at a level [m³]."""
    h = max(level - grid.bed[cell], 0.0)
    k, x = row_of(grid.cell_depth[cell], h)
    return grid.cell_rows[cell, k, 0] + x * (grid.cell_rows[cell, k, 1] + x * grid.cell_rows[cell, k, 2])


@njit(cache=True, error_model="numpy", fastmath=FAST)
def level_at(grid, cell, volume, guess):
    """Level at which a cell holds a volume [m]; the search starts at a guessed level."""
    bed, cell_depth, cell_rows = grid.bed, grid.cell_depth, grid.cell_rows
    rows = cell_rows[cell]
    k, x = row_of(cell_depth[cell], max(guess - bed[cell], 0.0))
    while k < LEVELS and volume > rows[k + 1, 0]:
        k += 1
    while k > 0 and volume < rows[k, 0]:
        k -= 1
    rest = max(volume - rows[k, 0], 0.0)
    b, c = rows[k, 1], rows[k, 2]
    root = math.sqrt(max(b * b + 4 * c * rest, 0.0))
    x = 2 * rest / (b + root) if b + root > 0 else 0.0
    if k < LEVELS:
        x = min(x, (2 * k + 1) * cell_depth[cell] / (LEVELS * LEVELS))
    return bed[cell] + k * k * cell_depth[cell] / (LEVELS * LEVELS) + x


@njit(cache=True, error_model="numpy", fastmath=FAST)
def channel_faces(grid, level, flow, known, tau, first, last, coef):
    """Coefficients of the momentum equation of channel faces: mQ dQ + mU dη_up + mD dη_dn = −R.

    `coef` (n_face, 8): mQ, mU, mD, R without incoming momentum, 2u⁺, Q u⁺, Q u⁻ (leaving backwards), 1/A.
    """
    depth, dn, kind, length, loss = grid.depth, grid.dn, grid.kind, grid.length, grid.loss
    rough2, rows, up, zd, zu = grid.rough2, grid.rows, grid.up, grid.zd, grid.zu
    for f in range(first, last):
        if kind[f] != CHANNEL:
            continue
        u, d = up[f], dn[f]
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
        k, x = row_of(depth[f], h)
        area = rows[f, k, 0] + x * (rows[f, k, 1] + x * rows[f, k, 2])
        width = rows[f, k, 1] + 2 * x * rows[f, k, 2]
        conv = rows[f, k, 3] + x * (rows[f, k, 4] + x * (rows[f, k, 5] + x * rows[f, k, 6]))
        slope_k = rows[f, k, 4] + x * (2 * rows[f, k, 5] + 3 * x * rows[f, k, 6])
        inv_a = 1.0 / max(area, 1e-6)
        conv = max(conv, 1e-6)
        inv_k = 1.0 / conv
        inv_l = 1.0 / length[f]
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


@njit(cache=True, error_model="numpy", fastmath=FAST)
def structure_faces(grid, level, flow, setting, faces, coef):
    """Coefficients of faces with a law of their own: dQ − f_u dη_up − f_d dη_dn = f − Q."""
    dn, up = grid.dn, grid.up
    step = 1e-5
    for f in faces:
        u, d = up[f], dn[f]
        at = structure_flow(grid, f, level[u], level[d], setting[f])
        higher = structure_flow(grid, f, level[u] + step, level[d], setting[f])
        drowned = structure_flow(grid, f, level[u], level[d] + step, setting[f])
        coef[f, 0] = 1.0
        coef[f, 1] = -(higher - at) / step
        coef[f, 2] = -(drowned - at) / step
        coef[f, 3] = flow[f] - at
        coef[f, 4:8] = 0.0


@njit(cache=True, error_model="numpy", fastmath=FAST)
def backward_momentum(grid, flow, level, back):
    """Momentum that water running backwards carries into each cell from below [m⁴/s²], at the last known state."""
    depth, dn, kind, rows, up, zd, zu = grid.depth, grid.dn, grid.kind, grid.rows, grid.up, grid.zd, grid.zu
    back[:] = 0.0
    for f in range(up.size):
        if flow[f] < 0.0 and kind[f] == CHANNEL:
            u, d = up[f], dn[f]
            h = 0.5 * (max(level[u] - zu[f], 0.0) + max(level[d] - zd[f], 0.0))
            k, x = row_of(depth[f], h)
            back[u] += flow[f] * flow[f] / max(rows[f, k, 0] + x * (rows[f, k, 1] + x * rows[f, k, 2]), 1e-6)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def gather(grid, flow, coef, work, chords):
    """What flows in over chords, and the share of a cell's momentum that each of its ways out takes."""
    bed, dn, still, up = grid.bed, grid.dn, grid.still, grid.up
    leaving, mom_a, mom_b, mom_in, share = work.leaving, work.mom_a, work.mom_b, work.mom_in, work.share
    sum_a, sum_b, sum_q = work.sum_a, work.sum_b, work.sum_q
    n = bed.size
    sum_a[:] = 0.0
    sum_b[:] = 0.0
    mom_a[:] = 0.0
    mom_b[:] = 0.0
    sum_q[:] = 0.0
    mom_in[:] = 0.0
    for f in range(n, n + chords):
        u, d = up[f], dn[f]
        sum_q[u] -= flow[f]
        sum_q[d] += flow[f]
        mom_in[d] += coef[f, 5]
    if chords > 0:
        leaving[:] = 0.0
        for f in range(n + chords):
            leaving[up[f]] += max(flow[f], 0.0)
        for f in range(n + chords):
            total = 0.0 if still[up[f]] else leaving[up[f]]
            share[f] = max(flow[f], 0.0) / total if total > 0.0 else 0.0


@njit(cache=True, error_model="numpy", fastmath=FAST)
def eliminate(grid, level, known_v, source, flow, coef, tau, work):
    """From the heads down: dQ_i = α_i + β_i dη_parent and what else the way back needs."""
    bed, cell_depth, cell_rows, dn, fixed = grid.bed, grid.cell_depth, grid.cell_rows, grid.dn, grid.fixed
    length, main = grid.length, grid.main
    alpha, back, beta, inv_d, inv_den = work.alpha, work.back, work.beta, work.inv_d, work.inv_den
    mom_a, mom_b, mom_in, push, right = work.mom_a, work.mom_b, work.mom_in, work.push, work.right
    rise, share, sum_a, sum_b, sum_q = work.rise, work.share, work.sum_a, work.sum_b, work.sum_q
    for i in range(bed.size):
        down = dn[i]
        q = flow[i]
        free = tau
        if fixed[i]:
            free = 0.0
            diag, r = 1.0, 0.0
        else:
            k, x = row_of(cell_depth[i], max(level[i] - bed[i], 0.0))
            surface = cell_rows[i, k, 1] + 2 * x * cell_rows[i, k, 2]
            volume = cell_rows[i, k, 0] + x * (cell_rows[i, k, 1] + x * cell_rows[i, k, 2])
            diag = max(surface, rise[i]) - tau * sum_b[i]
            r = known_v[i] - volume + tau * (sum_q[i] - q + source[i] + sum_a[i])
        right[i] = r
        if down < 0:
            inv_d[i] = 1.0 / diag
            alpha[i] = 0.0
            beta[i] = 0.0
            continue
        gain = coef[i, 4]
        tl = tau / length[i]
        part = tl * share[i] if gain > 0.0 else 0.0
        own, res = coef[i, 0], -coef[i, 3]
        if gain > 0.0 and main[i] < 0:  # water that enters at a head brings its momentum along
            res += tl * max(source[i], 0.0) * 0.5 * gain
            own -= tl * max(source[i], 0.0) * coef[i, 7]
        elif q < 0.0:
            res -= tl * back[down]
        m = coef[i, 1] - part * mom_b[i]
        den = own * diag - m * free
        both = 1.0 / (den * diag)
        inv = both * diag
        inv_d[i] = both * den
        a = (diag * (res + part * (mom_in[i] + mom_a[i])) - m * r) * inv
        b = -coef[i, 2] * diag * inv
        alpha[i] = a
        beta[i] = b
        push[i] = m
        inv_den[i] = inv
        sum_a[down] += a
        sum_b[down] += b
        mom_a[down] += gain * a
        mom_b[down] += gain * b
        sum_q[down] += q
        mom_in[down] += coef[i, 5]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def back_substitute(grid, tau, alpha, right, work, d_level, d_flow):
    """From the outlets up: dη and dQ."""
    bed, dn, fixed = grid.bed, grid.dn, grid.fixed
    beta, inv_d = work.beta, work.inv_d
    for i in range(bed.size - 1, -1, -1):
        down = dn[i]
        dq = alpha[i] + beta[i] * d_level[down] if down >= 0 else 0.0
        d_flow[i] = dq
        d_level[i] = (right[i] - (0.0 if fixed[i] else tau * dq)) * inv_d[i]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def close_loops(grid, coef, tau, work, chords):
    """Solve the chords' own equations and add their part to every cell and face; False where they have no solution.

    Every chord is one more right-hand side of the same elimination: what a unit of its correction does.
    """
    bed, dn, length, up = grid.bed, grid.dn, grid.length, grid.up
    back, d_flow, d_level, mom_in, share = work.back, work.d_flow, work.d_level, work.mom_in, work.share
    unit_flow, unit_level = work.unit_flow, work.unit_level
    n = bed.size
    matrix = np.zeros((chords, chords))
    rhs = np.zeros(chords)
    for c in range(chords):
        unit_sweep(grid, coef, tau, work, n + c, unit_level[c], unit_flow[c])
    for j in range(chords):
        f = n + j
        u, d = up[f], dn[f]
        for c in range(chords):
            matrix[j, c] = coef[f, 1] * unit_level[c, u] + coef[f, 2] * unit_level[c, d]
        matrix[j, j] += coef[f, 0]
        rhs[j] = -coef[f, 3] - coef[f, 1] * d_level[u] - coef[f, 2] * d_level[d]
        if coef[f, 4] > 0.0:
            rhs[j] += tau / length[f] * share[f] * mom_in[u]
        elif coef[f, 6] > 0.0:
            rhs[j] -= tau / length[f] * back[d]
    if not (np.isfinite(matrix).all() and np.isfinite(rhs).all()):
        return False
    solution = solve_dense(matrix, rhs)
    if not np.isfinite(solution).all():
        return False
    for j in range(chords):
        d_flow[n + j] = solution[j]
        for i in range(n):
            d_level[i] += unit_level[j, i] * solution[j]
            d_flow[i] += unit_flow[j, i] * solution[j]
    return True


@njit(cache=True, error_model="numpy", fastmath=FAST)
def unit_sweep(grid, coef, tau, work, chord, d_level, d_flow):
    """Corrections that one unit more of a chord's discharge brings."""
    bed, dn, fixed, length, up = grid.bed, grid.dn, grid.fixed, grid.length, grid.up
    inv_d, inv_den, mom_a, push, share = work.inv_d, work.inv_den, work.mom_a, work.push, work.share
    sum_a, unit_alpha, unit_right = work.sum_a, work.unit_alpha, work.unit_right
    n = bed.size
    sum_a[:] = 0.0
    mom_a[:] = 0.0
    sum_a[up[chord]] -= 1.0
    sum_a[dn[chord]] += 1.0
    for i in range(n):
        down = dn[i]
        r = 0.0 if fixed[i] else tau * sum_a[i]
        unit_right[i] = r
        unit_alpha[i] = 0.0
        if down < 0:
            continue
        tl = tau / length[i] * (share[i] if coef[i, 4] > 0.0 else 0.0)
        a = (tl * mom_a[i] / inv_d[i] - push[i] * r) * inv_den[i]
        unit_alpha[i] = a
        sum_a[down] += a
        mom_a[down] += coef[i, 4] * a
    back_substitute(grid, tau, unit_alpha, unit_right, work, d_level, d_flow)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def solve_dense(matrix, rhs):
    """Gauss elimination with row pivots; inf where singular. Small systems only, no LAPACK needed."""
    n = rhs.size
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(matrix[i, k]) > abs(matrix[p, k]):
                p = i
        if p != k:
            for j in range(n):
                matrix[k, j], matrix[p, j] = matrix[p, j], matrix[k, j]
            rhs[k], rhs[p] = rhs[p], rhs[k]
        if matrix[k, k] == 0.0:
            rhs[:] = np.inf
            return rhs
        for i in range(k + 1, n):
            factor = matrix[i, k] / matrix[k, k]
            if factor != 0.0:
                for j in range(k, n):
                    matrix[i, j] -= factor * matrix[k, j]
                rhs[i] -= factor * rhs[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            rhs[k] -= matrix[k, j] * rhs[j]
        rhs[k] /= matrix[k, k]
    return rhs
