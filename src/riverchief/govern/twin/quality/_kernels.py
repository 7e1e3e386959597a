"""Loops of the kinetics: decay, and the step of a reaction system, over many cells at once. Export nothing.

They have the loops of expressions compiled in: after a change of those, this file must be touched to be compiled anew.
"""

import numpy as np
from numba import njit

from riverchief.govern.twin.jit import within
from riverchief.govern.twin.quality.expressions._kernels import HUGE, LANES, exponentials, run

__all__: list[str] = []

TOLERANCE = 0.005  # how far first and second order may lie apart in a step, against what is there and what turns over
MOST_PARTS = 256  # a step is parted into 1, 4, 16, 64, at most this many
TINY = 1e-30  # what is less is as good as nothing
ROUNDING = 1e-13  # so little below zero, against what was there, is the elimination's rounding


@within()
def _uniform(inputs):
    for i in range(inputs.shape[0]):
        for k in range(1, inputs.shape[1]):
            if inputs[i, k] != inputs[i, 0]:
                return False
    return True


@within()
def _first_fault(values, factors):
    """The first place where a product is no number; -1 where there is none."""
    wrong = 0
    for k in range(values.size):
        wrong += not abs(values[k] * factors[k]) < HUGE
    if wrong > 0:
        for k in range(values.size):
            if not abs(values[k] * factors[k]) < HUGE:
                return k
    return -1


@njit(cache=True, nogil=True)
def decay(conc, rows, inputs, constants, code, n_reg, starts, term_reg, term_factor, dt):
    """Factors of the decay of constituents that nothing else touches, and the first cell with a fault, or -1.

    conc (n_constituent, n_cell); rows (n_row,) of it; inputs (n_input, n_cell) and constants fill the first registers.
    Row i grows by Σ factor · register over terms starts[i] to starts[i + 1] [1/s]. The factors have the shape
    (n_row, n_cell), or (n_row, LANES), all alike, where the inputs are the same everywhere.
    """
    n_row, n_cell, n_in = rows.size, conc.shape[1], inputs.shape[0]
    regs, bad, scratch = np.empty((n_reg + 2, LANES)), np.zeros(LANES, np.bool_), np.empty(LANES)
    bits, power, left = scratch.view(np.int64), n_reg, n_reg + 1
    for i in range(constants.size):
        regs[n_in + i, :] = constants[i]
    same = _uniform(inputs)
    factors = np.empty((n_row, LANES if same else n_cell))
    for start in range(0, n_cell, LANES):
        m = min(LANES, n_cell - start)
        at = 0 if same else start
        if start == 0 or not same:
            for i in range(n_in):
                regs[i, :m] = inputs[i, start : start + m]
                for k in range(m):
                    bad[k] |= not abs(regs[i, k]) < HUGE
            run(code, regs, m, bad, scratch, bits)
            for k in range(m):
                if bad[k]:
                    return factors, start + k
            for i in range(n_row):
                regs[power, :m] = 0.0
                for j in range(starts[i], starts[i + 1]):
                    one, pace = term_reg[j], term_factor[j] * dt
                    for k in range(m):
                        regs[power, k] += pace * regs[one, k]
                exponentials(regs, power, left, m, scratch, bits)
                factors[i, at : at + m] = regs[left, :m]
        for i in range(n_row):
            lane = _first_fault(conc[rows[i], start : start + m], factors[i, at : at + m])
            if lane >= 0:
                return factors, start + lane
    return factors, -1


@njit(cache=True, nogil=True)
def multiply(conc, rows, factors):
    """Bring the factors of `decay` onto the concentrations."""
    n_cell = conc.shape[1]
    for i in range(rows.size):
        row = rows[i]
        if factors.shape[1] != n_cell:
            factor = factors[i, 0]
            for k in range(n_cell):
                conc[row, k] *= factor
        else:
            for k in range(n_cell):
                conc[row, k] *= factors[i, k]


@within()
def _stage(old, weight, rates, change, step, m, work, scarce, matrix, pattern, new):
    """One implicit stage: every process goes at the pace of what it uses and what is scarcest, at the step's end.

    A process that uses nothing is a plain source. Whatever is used is so multiplied by new / weight, and so is all
    else that the process makes and takes: its stoichiometry holds whatever the step. Work is (3, n + 1, LANES): what
    is lost against what is there, what turns over, and the inverse of the weights.
    """
    n_p, n = change.shape
    for i in range(n):
        for k in range(m):
            new[i, k] = old[i, k]
            work[0, i, k] = 0.0
            work[1, i, k] = 0.0
            work[2, i, k] = 1.0 / max(weight[i, k], TINY)
        for j in range(n):
            if pattern[i, j]:
                for k in range(m):
                    matrix[i, j, k] = 1.0 if i == j else 0.0
    for p in range(n_p):
        for i in range(n):
            if change[p, i] != 0.0:
                much = change[p, i] * step
                for k in range(m):
                    x = much * rates[p, k]
                    work[0, i, k] += max(-x, 0.0)
                    work[1, i, k] += abs(x)
    for i in range(n):
        for k in range(m):
            work[0, i, k] *= work[2, i, k]
    for p in range(n_p):
        _couple(p, change, rates, step, m, work, scarce, matrix, new)
    _solve(matrix, pattern, new, m, work)


@within()
def _couple(p, change, rates, step, m, work, scarce, matrix, new):
    """Bring one process into the equations of a stage."""
    n = change.shape[1]
    for k in range(m):
        scarce[k] = -1.0
        work[0, n, k] = 0.0
    for i in range(n):
        if change[p, i] != 0.0:
            for k in range(m):
                more = (change[p, i] * rates[p, k] < 0.0) & (work[0, i, k] > work[0, n, k])
                work[0, n, k] = work[0, i, k] if more else work[0, n, k]
                scarce[k] = i if more else scarce[k]
    for i in range(n):
        if change[p, i] != 0.0:
            much = change[p, i] * step
            for k in range(m):
                new[i, k] += much * rates[p, k] if scarce[k] < 0.0 else 0.0
    for j in range(n):
        if change[p, j] != 0.0:
            for k in range(m):
                work[1, n, k] = rates[p, k] * step * work[2, j, k] if scarce[k] == j else 0.0
            for i in range(n):
                if change[p, i] != 0.0:
                    for k in range(m):
                        matrix[i, j, k] -= change[p, i] * work[1, n, k]


@within(error_model="numpy")
def _solve(matrix, pattern, x, m, work):
    """Elimination without pivoting, lane by lane; `pattern` holds what may be other than zero, fill-in included."""
    n = x.shape[0]
    for j in range(n):
        for i in range(j + 1, n):
            if pattern[i, j]:
                for k in range(m):
                    work[0, n, k] = matrix[i, j, k] / matrix[j, j, k]
                    x[i, k] -= work[0, n, k] * x[j, k]
                for c in range(j + 1, n):
                    if pattern[j, c]:
                        for k in range(m):
                            matrix[i, c, k] -= work[0, n, k] * matrix[j, c, k]
    for j in range(n - 1, -1, -1):
        for c in range(j + 1, n):
            if pattern[j, c]:
                for k in range(m):
                    x[j, k] -= matrix[j, c, k] * x[c, k]
        for k in range(m):
            x[j, k] /= matrix[j, j, k]


@within(error_model="numpy")
def _keep_above_zero(old, new, m, miss):
    """Where anything would go below zero, go only as far as it lasts, with all of the cell; such a step is missed."""
    n, below = old.shape[0], 0
    for i in range(n):
        for k in range(m):
            below += new[i, k] < 0.0
    if below == 0:
        return
    for k in range(m):
        share = 1.0
        for i in range(n):
            if new[i, k] < 0.0:
                if new[i, k] > -ROUNDING * old[i, k] - TINY:
                    new[i, k] = 0.0
                else:
                    share = min(share, old[i, k] / (old[i, k] - new[i, k]))
                    miss[k] = np.inf
        if share < 1.0:
            for i in range(n):
                new[i, k] = max(old[i, k] + share * (new[i, k] - old[i, k]), 0.0)


@within()
def _note(regs, n, m, bad, seen, noted):
    """Keep what the lanes held when they first went wrong."""
    wrong = 0
    for k in range(m):
        wrong += bad[k]
    if wrong == 0:
        return
    for k in range(m):
        if bad[k] and not noted[k]:
            noted[k] = True
            for i in range(n):
                seen[i, k] = regs[i, k]


@within(error_model="numpy")
def _substep(regs, m, body, rate_reg, change, step, state, work, rows, matrix, pattern, rates, bad, seen, noted, bits):
    """One step of the modified Patankar-Runge-Kutta scheme of second order; the first n registers are the state.

    `state` (3, n, LANES) is for the state before, between and after; `rows` (3, LANES) are scratch, the scarcest
    constituent, and how far the orders lie apart.
    """
    n_p, n = change.shape
    old, mid, new, scratch, scarce, miss = state[0], state[1], state[2], rows[0], rows[1], rows[2]
    for stage in range(2):
        # first with the rates of the beginning, then with the mean of those and the ones that the first led to
        run(body, regs, m, bad, scratch, bits)
        _note(regs, n, m, bad, seen, noted)
        for i in range(n):
            for k in range(m):
                if stage == 0:
                    old[i, k] = regs[i, k]
                mid[i, k] = regs[i, k]
        for p in range(n_p):
            one = rate_reg[p]
            for k in range(m):
                rates[p, k] = regs[one, k] if stage == 0 else 0.5 * (rates[p, k] + regs[one, k])
        _stage(old, mid, rates, change, step, m, work, scarce, matrix, pattern, new)
        _keep_above_zero(old, new, m, miss)
        for i in range(n):
            for k in range(m):
                regs[i, k] = new[i, k]
    for i in range(n):
        for k in range(m):
            apart = abs(new[i, k] - mid[i, k])
            relative = apart / (old[i, k] + work[1, i, k])
            miss[k] = max(miss[k], relative if apart > 0.0 else 0.0)
            bad[k] |= not abs(new[i, k]) < HUGE
    _note(regs, n, m, bad, seen, noted)


@within()
def _gather(conc, rows, inputs, todo, start, m, regs, bad):
    n = rows.size
    for i in range(n):
        row = rows[i]
        for k in range(m):
            regs[i, k] = max(conc[row, todo[start + k]], 0.0)
            bad[k] |= not abs(conc[row, todo[start + k]]) < HUGE
    for i in range(inputs.shape[0]):
        for k in range(m):
            regs[n + i, k] = inputs[i, todo[start + k]]
            bad[k] |= not abs(regs[n + i, k]) < HUGE


@njit(cache=True, nogil=True)
def react(conc, rows, inputs, constants, before, body, n_reg, rate_reg, change, pattern, dt, out, fault):
    """Step of a reaction system; gives the first cell with a fault, or -1.

    conc (n_constituent, n_cell); rows (n,) of it are the state, inputs (n_input, n_cell) and constants fill the
    registers behind it. `before` runs once per step, `body` at every stage. Rates are in registers rate_reg
    (n_process,), change (n_process, n) turns them into change per second. out (n, n_cell); fault (n,) is what a
    faulty cell held.
    """
    (n_p, n), n_cell, n_in = change.shape, conc.shape[1], inputs.shape[0]
    regs, rates, rows_of = np.empty((n_reg, LANES)), np.empty((n_p, LANES)), np.empty((3, LANES))
    state, work, matrix = np.empty((3, n, LANES)), np.empty((3, n + 1, LANES)), np.zeros((n, n, LANES))
    bad, noted, seen = np.empty(LANES, np.bool_), np.empty(LANES, np.bool_), np.empty((n, LANES))
    scratch, bits, miss = rows_of[0], rows_of[0].view(np.int64), rows_of[2]
    for i in range(constants.size):
        regs[n + n_in + i, :] = constants[i]
    todo = np.arange(n_cell)
    count, parts = n_cell, 1
    while count > 0:
        kept = 0
        for start in range(0, count, LANES):
            m = min(LANES, count - start)
            miss[:], bad[:], noted[:] = 0.0, False, False
            _gather(conc, rows, inputs, todo, start, m, regs, bad)
            run(before, regs, m, bad, scratch, bits)
            for _ in range(parts):
                _substep(
                    regs, m, body, rate_reg, change, dt / parts, state, work, rows_of, matrix, pattern, rates, bad,
                    seen, noted, bits,
                )  # fmt: skip
            for k in range(m):
                cell = todo[start + k]
                if parts < MOST_PARTS and (bad[k] or miss[k] > TOLERANCE):
                    todo[kept] = cell
                    kept += 1
                elif bad[k]:
                    fault[:] = seen[:, k]
                    return cell
                else:
                    for i in range(n):
                        # what came in below zero by rounding is kept apart from what reacts
                        out[i, cell] = regs[i, k] + min(conc[rows[i], cell], 0.0)
        count = kept
        parts *= 4
    return -1
