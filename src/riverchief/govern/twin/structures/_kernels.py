"""Discharge of a face that has a law of its own, from the levels on either side.

`law` of a face: 0 sill or crest [m], 1 width [m], 2 height of an orifice [m], 3 coefficient of its weir [m^0.5/s],
4 contraction or discharge coefficient [-], 5 root of the energy slope [-].
"""

from __future__ import annotations

import math

from riverchief.govern.twin.jit import inner, kernel

LEVELS = 64
G = 9.81
WEIR, GATE, ORIFICE, PUMP, RATING, NORMAL, CRITICAL = 2, 3, 4, 5, 6, 7, 8
SOFT_M = 1e-3  # below this fall a drowned law is a straight line, which keeps its slope finite
FILM_M = 0.01  # a cell with less than this depth gives less than the law asks for


@kernel
def weir(h1, h2, width, coefficient):
    """Weir with h1 >= h2 over the crest [m³/s]: C b h1^1.5 (1 − (h2/h1)^1.5)^0.385 (J. R. Villemonte, 1947)."""
    if h1 <= 0.0:
        return 0.0
    free = coefficient * width * h1 * math.sqrt(h1)
    if h2 <= 0.0:
        return free
    fall = (h1 - h2) / h1  # 0 to the last bit where the water stands level
    ratio = 1.0 - fall
    soft = min(SOFT_M / h1, 0.5)
    if fall < soft:
        edge = 1.0 - soft
        return free * (1.0 - edge * math.sqrt(edge)) ** 0.385 * fall / soft
    return free * (1.0 - ratio * math.sqrt(ratio)) ** 0.385


@kernel
def root_head(fall):
    """√fall, a straight line below `SOFT_M`."""
    return math.sqrt(fall) if fall > SOFT_M else max(fall, 0.0) / math.sqrt(SOFT_M)


@kernel
def gate(h1, h2, width, opening, contraction, coefficient):
    """Sluice gate with h1 >= h2 over the sill [m³/s].

    Free underflow Q = Cc a b √(2g(h1 − Cc a)) until the tailwater passes the jet's conjugate depth y2, then times
    √((h1 − h2)/(h1 − y2)); never more than the weir it is while the water does not touch it.
    """
    if h1 <= 0.0 or opening <= 0.0:
        return 0.0
    open_weir = weir(h1, h2, width, coefficient)
    jet = contraction * opening
    if h1 <= opening:  # the water does not touch the lip
        return open_weir
    free = jet * width * math.sqrt(2 * G * (h1 - jet))
    froude2 = 2 * (h1 - jet) / jet
    conjugate = min(0.5 * jet * (math.sqrt(1 + 8 * froude2) - 1), 0.999 * h1)
    under = free
    if h2 > conjugate:
        under = free * root_head(h1 - h2) / root_head(h1 - conjugate)
    return min(under, open_weir)


@kernel
def orifice(h1, h2, width, height, discharge, coefficient):
    """Opening of `height` with h1 >= h2 over its sill [m³/s]: Cd A √(2gΔ), at most the weir it is when not full."""
    if h1 <= 0.0 or height <= 0.0:
        return 0.0
    full = discharge * width * height * math.sqrt(2 * G) * root_head(h1 - max(h2, 0.5 * height))
    if h1 >= height:
        return full
    brim = discharge * width * height * math.sqrt(2 * G) * math.sqrt(0.5 * height)
    part = brim * (h1 / height) ** 1.5
    if h2 > 0.0:
        part = min(part, weir(h1, h2, width, max(coefficient, brim / (width * height * math.sqrt(height)))))
    return part


@inner
def table_flow(rows, depth, h):
    """Conveyance, area and width of a table at h [m³/s, m², m]."""
    scale = (LEVELS * LEVELS) / depth
    k = min(int(math.sqrt(h * scale)), LEVELS)
    x = h - k * k / scale
    row = rows[k]
    conv = row[3] + x * (row[4] + x * (row[5] + x * row[6]))
    return conv, row[0] + x * (row[1] + x * row[2]), row[1] + 2 * x * row[2]


@inner
def structure_flow(kind, law, rows, depth, rough2, zu, bed_u, bed_d, level_u, level_d, setting):
    """Discharge of a face [m³/s], positive downstream; it vanishes as the cell that gives falls dry."""
    q = law_flow(kind, law, rows, depth, rough2, zu, level_u, level_d, setting)
    left = level_u - bed_u if q > 0.0 else level_d - bed_d
    return q * min(max(left / FILM_M, 0.0), 1.0)


@inner
def law_flow(kind, law, rows, depth, rough2, zu, level_u, level_d, setting):
    """What a face's law asks for [m³/s]."""
    if kind in (WEIR, GATE, ORIFICE):
        h1, h2 = level_u - law[0], level_d - law[0]
        sign = 1.0
        if h2 > h1:
            h1, h2, sign = h2, h1, -1.0
        if kind == WEIR:
            return sign * weir(h1, h2, law[1], law[3])
        if kind == GATE:
            return sign * gate(h1, h2, law[1], setting, law[4], law[3])
        return sign * orifice(h1, h2, law[1], law[2] * setting, law[4], law[3])
    if kind == PUMP:
        return setting
    conv, area, width = table_flow(rows, depth, max(level_u - zu, 0.0))
    if kind == RATING:
        return conv
    if kind == NORMAL:
        return conv * law[5] / math.sqrt(rough2)
    if kind == CRITICAL:
        return area * math.sqrt(G * area / width) if width > 0.0 else 0.0
    return 0.0
