"""Loops of the kinetics: an expression over many cells at once, decay, and the step of a reaction system. Export nothing.

Cells are worked on LANES at a time, so that all that belongs to them stays in the nearest cache. A program is rows of
(operation, result, first, second): numbers of registers, each of which holds one value per lane.
"""

import math

import numpy as np
from numba import njit

__all__: list[str] = []

ADD, SUB, MUL, NEG, MIN, MAX, DIV, SQRT, EXP, POW, LN, SATURATION, REAERATION = range(13)

LANES = 64
TOLERANCE = 0.005  # how far first and second order may lie apart in a step, against what is there and what turns over
MOST_PARTS = 256  # a step is parted into 1, 4, 16, 64, at most this many
TINY = 1e-30  # what is less is as good as nothing
HUGE = 1e300  # what is more, or no number, is a fault
SHALLOW = 0.12  # m, least depth behind Owens and Gibbs' formula


@njit(cache=True)
def do_saturation(temperature):
    """Dissolved oxygen [mg/L] of fresh water at sea level under air, from the temperature [°C]."""
    x = 1.0 / (temperature + 273.15)
    return math.exp(-139.34411 + x * (1.575701e5 + x * (-6.642308e7 + x * (1.243800e10 - x * 8.621949e11))))


@njit(cache=True)
def oconnor_dobbins(velocity, depth):
    """Reaeration [1/d] at 20 °C from velocity [m/s] and depth [m]."""
    return 3.93 * math.sqrt(velocity) / depth**1.5


@njit(cache=True)
def churchill(velocity, depth):
    """Reaeration [1/d] at 20 °C from velocity [m/s] and depth [m]."""
    return 5.026 * velocity**0.969 / depth**1.673


@njit(cache=True)
def owens_gibbs(velocity, depth):
    """Reaeration [1/d] at 20 °C from velocity [m/s] and depth [m]."""
    return 5.32 * velocity**0.67 / depth**1.85


@njit(cache=True)
def reaeration(velocity, depth):
    """Reaeration [1/d] at 20 °C by the formula that fits velocity [m/s] and depth [m]."""
    u, h = abs(velocity), max(depth, SHALLOW)
    if h < 0.61:
        return owens_gibbs(u, h)
    if h > 3.45 * u**2.5:
        return oconnor_dobbins(u, h)
    return churchill(u, h)


@njit(cache=True)
def _dear(op, x, y):
    """What takes long: told apart once per lane, and done once for lanes that are alike."""
    if op == POW:
        return x**y
    if op == LN:
        return math.log(x) if x > 0.0 else math.nan
    if op == SATURATION:
        return do_saturation(x)
    return reaeration(x, y)


@njit(cache=True)
def _exponentials(regs, x, z, m, scratch, bits):
    """Register z = e^(register x) in every lane, to an ulp or two, written so that the compiler does several lanes at once.

    x = n ln 2 + r; e^r is its series, and 2^n is put together from the bits of n, which adding 1.5 · 2^52 lays bare.
    `bits` is `scratch` (LANES,) seen as whole numbers.
    """
    for k in range(m):
        scratch[k] = min(max(regs[x, k], -700.0), 700.0) * 1.4426950408889634 + 6755399441055744.0
    for k in range(m):
        n = scratch[k] - 6755399441055744.0
        r = (min(max(regs[x, k], -700.0), 700.0) - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10
        p = 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        regs[z, k] = p * r + 1.0
    for k in range(m):
        bits[k] = (bits[k] + 1023) << 52
    for k in range(m):
        regs[z, k] *= scratch[k]


@njit(cache=True, error_model="numpy")
def _run(code, regs, m, bad, scratch, bits):
    """Run a program over the first `m` lanes; `bad` is raised where a result is no number or leaves the numbers."""
    for line in range(code.shape[0]):
        op, z, x, y = code[line, 0], code[line, 1], code[line, 2], code[line, 3]
        # registers are reached by number: a view of each would cost more than its arithmetic
        if op == ADD:
            for k in range(m):
                regs[z, k] = regs[x, k] + regs[y, k]
        elif op == SUB:
            for k in range(m):
                regs[z, k] = regs[x, k] - regs[y, k]
        elif op == MUL:
            for k in range(m):
                regs[z, k] = regs[x, k] * regs[y, k]
        elif op == NEG:
            for k in range(m):
                regs[z, k] = -regs[x, k]
        elif op == MIN:
            for k in range(m):
                regs[z, k] = min(regs[x, k], regs[y, k])
        elif op == MAX:
            for k in range(m):
                regs[z, k] = max(regs[x, k], regs[y, k])
        elif op == DIV:
            for k in range(m):
                regs[z, k] = regs[x, k] / regs[y, k]
        elif op == SQRT:
            for k in range(m):
                regs[z, k] = np.sqrt(regs[x, k])
        elif op == EXP:
            _exponentials(regs, x, z, m, scratch, bits)
        else:
            regs[z, 0] = _dear(op, regs[x, 0], regs[y, 0])
            for k in range(1, m):
                alike = regs[x, k] == regs[x, k - 1] and regs[y, k] == regs[y, k - 1]
                regs[z, k] = regs[z, k - 1] if alike else _dear(op, regs[x, k], regs[y, k])
        # at once: min, max and a division by it could hide it
        for k in range(m):
            bad[k] |= not abs(regs[z, k]) < HUGE


@njit(cache=True)
def _uniform(inputs):
    for i in range(inputs.shape[0]):
        for k in range(1, inputs.shape[1]):
            if inputs[i, k] != inputs[i, 0]:
                return False
    return True


@njit(cache=True)
def _first_fault(conc, row, factors, i, at, start, m):
    """The first cell whose value, once multiplied, is no number; -1 where there is none."""
    fine = True
    for k in range(m):
        fine &= abs(conc[row, start + k] * factors[i, at + k]) < HUGE
    if not fine:
        for k in range(m):
            if not abs(conc[row, start + k] * factors[i, at + k]) < HUGE:
                return start + k
    return -1


@njit(cache=True)
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
                for k in range(m):
                    regs[i, k] = inputs[i, start + k]
                    bad[k] |= not abs(regs[i, k]) < HUGE
            _run(code, regs, m, bad, scratch, bits)
            for k in range(m):
                if bad[k]:
                    return factors, start + k
            for i in range(n_row):
                for k in range(m):
                    regs[power, k] = 0.0
                for j in range(starts[i], starts[i + 1]):
                    one, pace = term_reg[j], term_factor[j] * dt
                    for k in range(m):
                        regs[power, k] += pace * regs[one, k]
                _exponentials(regs, power, left, m, scratch, bits)
                for k in range(m):
                    factors[i, at + k] = regs[left, k]
        for i in range(n_row):
            cell = _first_fault(conc, rows[i], factors, i, at, start, m)
            if cell >= 0:
                return factors, cell
    return factors, -1


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def _keep_above_zero(old, new, m, miss):
    """Where anything would go below zero, go only as far as it lasts, with all of the cell; such a step is missed."""
    n = old.shape[0]
    for k in range(m):
        share = 1.0
        for i in range(n):
            if new[i, k] < 0.0:
                share = min(share, old[i, k] / (old[i, k] - new[i, k]))
        if share < 1.0:
            miss[k] = np.inf
            for i in range(n):
                new[i, k] = max(old[i, k] + share * (new[i, k] - old[i, k]), 0.0)


@njit(cache=True)
def _note(regs, n, m, bad, seen, noted):
    """Keep what the lanes held when they first went wrong."""
    for k in range(m):
        if bad[k] and not noted[k]:
            noted[k] = True
            for i in range(n):
                seen[i, k] = regs[i, k]


@njit(cache=True, error_model="numpy")
def _substep(regs, m, body, rate_reg, change, step, state, work, rows, matrix, pattern, rates, bad, seen, noted, bits):
    """One step of the modified Patankar-Runge-Kutta scheme of second order; the first n registers are the state.

    `state` (3, n, LANES) is for the state before, between and after; `rows` (3, LANES) are scratch, the scarcest
    constituent, and how far the orders lie apart.
    """
    n_p, n = change.shape
    old, mid, new, scratch, scarce, miss = state[0], state[1], state[2], rows[0], rows[1], rows[2]
    _run(body, regs, m, bad, scratch, bits)
    _note(regs, n, m, bad, seen, noted)
    for i in range(n):
        for k in range(m):
            old[i, k] = regs[i, k]
    for p in range(n_p):
        one = rate_reg[p]
        for k in range(m):
            rates[p, k] = regs[one, k]
    _stage(old, old, rates, change, step, m, work, scarce, matrix, pattern, mid)
    _keep_above_zero(old, mid, m, miss)
    for i in range(n):
        for k in range(m):
            regs[i, k] = mid[i, k]
    _run(body, regs, m, bad, scratch, bits)
    _note(regs, n, m, bad, seen, noted)
    for p in range(n_p):
        one = rate_reg[p]
        for k in range(m):
            rates[p, k] = 0.5 * (rates[p, k] + regs[one, k])
    _stage(old, mid, rates, change, step, m, work, scarce, matrix, pattern, new)
    _keep_above_zero(old, new, m, miss)
    for i in range(n):
        for k in range(m):
            regs[i, k] = new[i, k]
            apart = abs(new[i, k] - mid[i, k])
            relative = apart / (old[i, k] + work[1, i, k])
            miss[k] = max(miss[k], relative if apart > 0.0 else 0.0)
            bad[k] |= not abs(new[i, k]) < HUGE
    _note(regs, n, m, bad, seen, noted)


@njit(cache=True)
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


@njit(cache=True)
def react(conc, rows, inputs, constants, before, body, n_reg, rate_reg, change, pattern, dt, out, fault):
    """Step of a reaction system; gives the first cell with a fault, or -1.

    conc (n_constituent, n_cell); rows (n,) of it are the state, inputs (n_input, n_cell) and constants fill the
    registers behind it. `before` runs once per step, `body` at every stage. Rates are in registers rate_reg (n_process,),
    change (n_process, n) turns them into change per second. out (n, n_cell); fault (n,) is what a faulty cell held.
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
            _run(before, regs, m, bad, scratch, bits)
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
