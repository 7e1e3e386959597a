"""Loops of expressions: the formulas that have a name, and a program over many cells at once. Export nothing.

Cells are worked on LANES at a time, so that all that belongs to them stays in the nearest cache. A program is rows of
(operation, result, first, second): numbers of registers, each of which holds one value per lane.
"""

import math

import numpy as np
from numba import njit

from riverchief.govern.twin.jit import within

__all__: list[str] = []

ADD, SUB, MUL, NEG, MIN, MAX, DIV, SQRT, EXP, POW, LN, SATURATION, REAERATION = range(13)

LANES = 64
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
    return 3.93 * math.sqrt(velocity / depth) / depth


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
    if h > 3.45 * u * u * math.sqrt(u):
        return oconnor_dobbins(u, h)
    return churchill(u, h)


@within()
def _dear(op, x, y):
    """What takes long: told apart once per lane, and done once for lanes that are alike."""
    if op == POW:
        return x**y
    if op == LN:
        return math.log(x) if x > 0.0 else math.nan
    if op == SATURATION:
        return do_saturation(x)
    return reaeration(x, y)


@njit(cache=True, fastmath={"contract"})
def exponentials(regs, x, z, m, scratch, bits):
    """Register z = e^(register x) in every lane, to an ulp or two, in a form that compilers do several lanes at once.

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


@within(error_model="numpy")
def run(code, regs, m, bad, scratch, bits):
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
            exponentials(regs, x, z, m, scratch, bits)
        else:
            regs[z, 0] = _dear(op, regs[x, 0], regs[y, 0])
            for k in range(1, m):
                alike = regs[x, k] == regs[x, k - 1] and regs[y, k] == regs[y, k - 1]
                regs[z, k] = regs[z, k - 1] if alike else _dear(op, regs[x, k], regs[y, k])
        # at once: min, max and a division by it could hide it
        for k in range(m):
            bad[k] |= not abs(regs[z, k]) < HUGE
