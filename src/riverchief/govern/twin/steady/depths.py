"""Critical and normal levels of a CrossSection, found between brackets: they come out whatever its form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from riverchief.base.errors import InputError
from riverchief.govern.twin.steady.cuts import Cut

Floats = NDArray[np.float64]

_GRID = 60
_TOLERANCE_M = 1e-12  # fast water changes its energy many times as much as its level
_FINE_M = 2e-6


def ladder(low_m: float, high_m: float, points: int = _GRID) -> Floats:
    """Levels from `low_m` to `high_m`, closer near the lower one where sections bend most."""
    return low_m + (high_m - low_m) * np.linspace(0.0, 1.0, points) ** 1.5


def critical_level(cut: Cut, flow_m3s: float) -> float:
    """The level of least energy for a discharge [m].

    Chow, Open-Channel Hydraulics, 1959, §3-3. Where a section has several minima (overbanks, ineffective areas) the
    lowest of them counts.
    """
    if flow_m3s == 0:
        return cut.bed_m
    high = cut.bed_m + max(0.25 * (cut.top_m - cut.bed_m), 0.5)
    while True:
        levels = ladder(cut.bed_m, high)[1:]
        energy = cut.at(levels).energy_m(flow_m3s)
        k = int(np.argmin(energy))
        # no level above the lowest energy can have less
        if energy[k] <= high and k < energy.size - 1:
            break
        high = cut.bed_m + 2 * (high - cut.bed_m)
    low, best = float(levels[k - 1] if k else cut.bed_m), float(levels[k])
    high = float(levels[k + 1])
    # ever finer rungs around the lowest: also right where a section changes suddenly
    while high - low > _FINE_M:
        levels = np.linspace(low, high, 22)[1:-1]
        k = int(np.argmin(cut.at(levels).energy_m(flow_m3s)))
        step = (high - low) / 21
        best, low, high = float(levels[k]), float(levels[k]) - step, float(levels[k]) + step
    return best


def normal_level(cut: Cut, flow_m3s: float, slope: float, who: str = "a CrossSection") -> float:
    """The level at which a discharge runs on uniformly with an energy slope [m].

    Raises
    ------
    InputError
        Where the slope is not above 0: then no uniform flow is possible.
    """
    if not slope > 0:
        raise InputError(f"{who} has an energy slope of {slope:g}; uniform flow needs a slope above 0.", slope=slope)
    if flow_m3s == 0:
        return cut.bed_m
    wanted = flow_m3s / slope**0.5

    def missing(level: float) -> float:
        return float(cut.at(level).total_m3s[0] - wanted)

    high = max(cut.top_m, cut.bed_m + 0.5)
    while missing(high) < 0:
        high = cut.bed_m + 2 * (high - cut.bed_m)
        if high - cut.bed_m > 1e6:
            raise InputError(
                f"{who} cannot carry {flow_m3s:g} m³/s at a slope of {slope:g}; look at its roughness and its form.",
                flow_m3s=flow_m3s,
            )
    return float(brentq(missing, cut.bed_m, high, xtol=_TOLERANCE_M))


def crossings(function: Callable[[Floats], Floats], levels: Floats, *, rising: bool) -> list[float]:
    """Levels at which a function passes 0 upwards (or downwards), each found by Brent's method.

    `function` may jump; then the level of the jump is given.
    """
    values = function(levels)
    sign = values if rising else -values
    found = []
    for k in np.flatnonzero((sign[:-1] <= 0) & (sign[1:] > 0)):
        low, high = float(levels[k]), float(levels[k + 1])
        found.append(
            low if sign[k] == 0 else float(brentq(lambda z: _finite(function, z), low, high, xtol=_TOLERANCE_M))
        )
    return found


def _finite(function: Callable[[Floats], Floats], level: float) -> float:
    return float(np.clip(function(np.array([level]))[0], -1e30, 1e30))
