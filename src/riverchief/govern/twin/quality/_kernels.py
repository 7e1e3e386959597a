"""Loops of the kinetics: an expression over many cells at once, decay, and the step of a reaction system. Export nothing.

Cells are worked on LANES at a time, so that all that belongs to them stays in the nearest cache. A program is rows of
(operation, result, first, second): numbers of registers, each of which holds one value per lane.
"""

import math

import numpy as np
from numba import njit

__all__: list[str] = []

ADD, SUB, MUL, DIV, NEG, POW, EXP, LN, SQRT, MIN, MAX, SATURATION, REAERATION = range(13)

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
def _exponentials(x, z, m):
    """e^x of every lane, to an ulp or two, written so that the compiler does several lanes at once.

    x = n ln 2 + r; e^r is its series, and 2^n is put together from the bits of n, which adding 1.5 · 2^52 lays bare.
    """
    rounding = np.empty(LANES)
    bits = rounding.view(np.int64)
    for k in range(m):
        rounding[k] = min(max(x[k], -700.0), 700.0) * 1.4426950408889634 + 6755399441055744.0
    for k in range(m):
        n = rounding[k] - 6755399441055744.0
        r = (min(max(x[k], -700.0), 700.0) - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10
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
        z[k] = p * r + 1.0
    for k in range(m):
        bits[k] = (bits[k] + 1023) << 52
    for k in range(m):
        z[k] *= rounding[k]


@njit(cache=True, error_model="numpy")
def _run(code, regs, m, bad):
    """Run a program over the first `m` lanes; `bad` is raised where a result is no number or leaves the numbers."""
    for line in range(code.shape[0]):
        op = code[line, 0]
        z, x, y = regs[code[line, 1]], regs[code[line, 2]], regs[code[line, 3]]
        if op == ADD:
            for k in range(m):
                z[k] = x[k] + y[k]
        elif op == SUB:
            for k in range(m):
                z[k] = x[k] - y[k]
        elif op == MUL:
            for k in range(m):
                z[k] = x[k] * y[k]
        elif op == NEG:
            for k in range(m):
                z[k] = -x[k]
        elif op == MIN:
            for k in range(m):
                z[k] = min(x[k], y[k])
        elif op == MAX:
            for k in range(m):
                z[k] = max(x[k], y[k])
        elif op == DIV:
            for k in range(m):
                z[k] = x[k] / y[k]
        elif op == SQRT:
            for k in range(m):
                z[k] = np.sqrt(x[k])
        elif op == EXP:
            _exponentials(x, z, m)
        else:
            z[0] = _dear(op, x[0], y[0])
            for k in range(1, m):
                z[k] = z[k - 1] if x[k] == x[k - 1] and y[k] == y[k - 1] else _dear(op, x[k], y[k])
        _mark(z, m, bad)


@njit(cache=True)
def _mark(values, m, bad):
    for k in range(m):
        bad[k] |= not abs(values[k]) < HUGE


@njit(cache=True)
def _uniform(inputs):
    for i in range(inputs.shape[0]):
        for k in range(1, inputs.shape[1]):
            if inputs[i, k] != inputs[i, 0]:
                return False
    return True


@njit(cache=True)
def _factors(regs, starts, term_reg, term_factor, dt, m, row, power):
    """What is left of one constituent after the step, of every lane."""
    power[:m] = 0.0
    for j in range(starts[row], starts[row + 1]):
        for k in range(m):
            power[k] += term_factor[j] * regs[term_reg[j], k] * dt
    _exponentials(power, power, m)


@njit(cache=True)
def _first_fault(values, factor, start, m):
    """The first lane whose value, once multiplied, is no number; -1 where there is none."""
    fine = True
    for k in range(m):
        fine &= abs(values[start + k] * factor[k]) < HUGE
    if not fine:
        for k in range(m):
            if not abs(values[start + k] * factor[k]) < HUGE:
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
    regs, bad = np.empty((n_reg, LANES)), np.zeros(LANES, np.bool_)
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
                _mark(regs[i], m, bad)
            _run(code, regs, m, bad)
            for i in range(n_row):
                _factors(regs, starts, term_reg, term_factor, dt, m, i, factors[i, at : at + m])
            for k in range(m):
                if bad[k]:
                    return factors, start + k
        for i in range(n_row):
            cell = _first_fault(conc[rows[i]], factors[i, at : at + m], start, m)
            if cell >= 0:
                return factors, cell
    return factors, -1


@njit(cache=True)
def multiply(conc, rows, factors):
    """Bring the factors of `decay` onto the concentrations."""
    n_cell = conc.shape[1]
    same = factors.shape[1] != n_cell
    for i in range(rows.size):
        row, factor = conc[rows[i]], factors[i]
        if same:
            for k in range(n_cell):
                row[k] *= factor[0]
        else:
            for k in range(n_cell):
                row[k] *= factor[k]


@njit(cache=True)
def _stage(old, weight, rates, change, step, m, work, matrix, pattern, new):
    """One implicit stage: every process goes at the pace of what it uses and what is scarcest, at the step's end.

    A process that uses nothing is a plain source. Whatever is used is so multiplied by new / weight, and so is all
    else that the process makes and takes: its stoichiometry holds whatever the step.
    """
    n_p, n = change.shape
    loss, turnover, share = work[0], work[1], work[2]
    for i in range(n):
        for k in range(m):
            new[i, k] = old[i, k]
            loss[i, k] = 0.0
            turnover[i, k] = 0.0
            share[i, k] = 1.0 / max(weight[i, k], TINY)
        for j in range(n):
            if pattern[i, j]:
                for k in range(m):
                    matrix[i, j, k] = 1.0 if i == j else 0.0
    for p in range(n_p):
        for i in range(n):
            if change[p, i] != 0.0:
                for k in range(m):
                    x = change[p, i] * rates[p, k] * step
                    loss[i, k] += max(-x, 0.0)
                    turnover[i, k] += abs(x)
    for i in range(n):
        for k in range(m):
            loss[i, k] *= share[i, k]
    for p in range(n_p):
        _couple(change[p], rates[p], step, m, loss, share, matrix, new)
    _solve(matrix, pattern, new, m)


@njit(cache=True)
def _couple(change, rate, step, m, loss, share, matrix, new):
    """Bring one process into the equations of a stage."""
    n = change.size
    scarce, worst, pace = np.empty(LANES, np.int64), np.empty(LANES), np.empty(LANES)
    scarce[:m], worst[:m] = -1, 0.0
    for i in range(n):
        if change[i] != 0.0:
            for k in range(m):
                more = change[i] * rate[k] < 0.0 and loss[i, k] > worst[k]
                worst[k] = loss[i, k] if more else worst[k]
                scarce[k] = i if more else scarce[k]
    for k in range(m):
        pace[k] = rate[k] * step if scarce[k] < 0 else 0.0
    for i in range(n):
        if change[i] != 0.0:
            for k in range(m):
                new[i, k] += change[i] * pace[k]
    for j in range(n):
        if change[j] != 0.0:
            for k in range(m):
                pace[k] = rate[k] * step * share[j, k] if scarce[k] == j else 0.0
            for i in range(n):
                if change[i] != 0.0:
                    for k in range(m):
                        matrix[i, j, k] -= change[i] * pace[k]


@njit(cache=True, error_model="numpy")
def _solve(matrix, pattern, x, m):
    """Elimination without pivoting, lane by lane; `pattern` holds what may be other than zero, fill-in included."""
    n = x.shape[0]
    factor = np.empty(LANES)
    for j in range(n):
        for i in range(j + 1, n):
            if pattern[i, j]:
                for k in range(m):
                    factor[k] = matrix[i, j, k] / matrix[j, j, k]
                    x[i, k] -= factor[k] * x[j, k]
                for c in range(j + 1, n):
                    if pattern[j, c]:
                        for k in range(m):
                            matrix[i, c, k] -= factor[k] * matrix[j, c, k]
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
def _substep(regs, m, body, rate_reg, change, step, work, matrix, pattern, rates, miss, bad, seen, noted):
    """One step of the modified Patankar-Runge-Kutta scheme of second order; the first n registers are the state."""
    n_p, n = change.shape
    old, mid, new, turnover = work[3], work[4], work[5], work[1]
    _run(body, regs, m, bad)
    _note(regs, n, m, bad, seen, noted)
    for i in range(n):
        old[i, :m] = regs[i, :m]
    for p in range(n_p):
        rates[p, :m] = regs[rate_reg[p], :m]
    _stage(old, old, rates, change, step, m, work, matrix, pattern, mid)
    _keep_above_zero(old, mid, m, miss)
    for i in range(n):
        regs[i, :m] = mid[i, :m]
    _run(body, regs, m, bad)
    _note(regs, n, m, bad, seen, noted)
    for p in range(n_p):
        for k in range(m):
            rates[p, k] = 0.5 * (rates[p, k] + regs[rate_reg[p], k])
    _stage(old, mid, rates, change, step, m, work, matrix, pattern, new)
    _keep_above_zero(old, new, m, miss)
    for i in range(n):
        for k in range(m):
            regs[i, k] = new[i, k]
            apart = abs(new[i, k] - mid[i, k])
            if apart > 0.0:
                miss[k] = max(miss[k], apart / (old[i, k] + turnover[i, k]))
        _mark(new[i], m, bad)
    _note(regs, n, m, bad, seen, noted)


@njit(cache=True)
def _gather(conc, rows, inputs, cells, m, regs, bad):
    n = rows.size
    for i in range(n):
        row = conc[rows[i]]
        for k in range(m):
            regs[i, k] = row[cells[k]]
        _mark(regs[i], m, bad)
        for k in range(m):
            regs[i, k] = max(regs[i, k], 0.0)
    for i in range(inputs.shape[0]):
        for k in range(m):
            regs[n + i, k] = inputs[i, cells[k]]
        _mark(regs[n + i], m, bad)


@njit(cache=True)
def react(conc, rows, inputs, constants, before, body, n_reg, rate_reg, change, pattern, dt, out, fault):
    """Step of a reaction system; gives the first cell with a fault, or -1.

    conc (n_constituent, n_cell); rows (n,) of it are the state, inputs (n_input, n_cell) and constants fill the
    registers behind it. `before` runs once per step, `body` at every stage. Rates are in registers rate_reg (n_process,),
    change (n_process, n) turns them into change per second. out (n, n_cell); fault (n,) is what a faulty cell held.
    """
    (n_p, n), n_cell, n_in = change.shape, conc.shape[1], inputs.shape[0]
    regs, rates = np.empty((n_reg, LANES)), np.empty((n_p, LANES))
    work, matrix = np.empty((6, n, LANES)), np.zeros((n, n, LANES))
    miss, seen = np.empty(LANES), np.empty((n, LANES))
    bad, noted = np.empty(LANES, np.bool_), np.empty(LANES, np.bool_)
    for i in range(constants.size):
        regs[n + n_in + i, :] = constants[i]
    todo = np.arange(n_cell)
    count, parts = n_cell, 1
    while count > 0:
        kept = 0
        for start in range(0, count, LANES):
            m = min(LANES, count - start)
            cells = todo[start : start + m]
            miss[:], bad[:], noted[:] = 0.0, False, False
            _gather(conc, rows, inputs, cells, m, regs, bad)
            _run(before, regs, m, bad)
            for _ in range(parts):
                _substep(
                    regs, m, body, rate_reg, change, dt / parts, work, matrix, pattern, rates, miss, bad, seen, noted
                )
            for k in range(m):
                cell = cells[k]
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
