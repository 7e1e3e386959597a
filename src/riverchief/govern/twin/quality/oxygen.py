"""Oxygen between water and air: saturation and reaeration, each with its source and the range it was made for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.quality.expressions import _kernels as kernels

Floats = NDArray[np.float64]

# formula → depth [m] and velocity [m/s] that it was made from, lowest and highest
VALID = {
    "oconnor_dobbins": ((0.30, 9.14), (0.15, 0.49)),
    "churchill": ((0.61, 3.35), (0.55, 1.52)),
    "owens_gibbs": ((0.12, 0.73), (0.03, 0.55)),
}
_FORMULAS: dict[str, Callable[..., float]] = {
    "covar": kernels.reaeration,
    "oconnor_dobbins": kernels.oconnor_dobbins,
    "churchill": kernels.churchill,
    "owens_gibbs": kernels.owens_gibbs,
}


def do_saturation_mgl(temperature_c: ArrayLike) -> Floats:
    """Dissolved oxygen of fresh water in balance with air at sea level [mg/L].

    Parameters
    ----------
    temperature_c : array_like
        Of the water [°C], from 0 to 40.

    Notes
    -----
    APHA, Standard Methods for the Examination of Water and Wastewater, 4500-O, after Benson and Krause (1984).
    """
    return _each(kernels.do_saturation, temperature_c)


def reaeration_per_day(velocity_ms: ArrayLike, depth_m: ArrayLike, formula: str = "covar") -> Floats:
    """Reaeration at 20 °C, to base e [1/d].

    Parameters
    ----------
    velocity_ms, depth_m : array_like
        Velocity [m/s] and depth [m].
    formula : str
        `oconnor_dobbins` (1958), `churchill` (Churchill, Elmore and Buckingham 1962), `owens_gibbs` (Owens, Edwards and
        Gibbs 1964), or `covar`, which takes one of them by depth and velocity.

    Raises
    ------
    InputError
        For another formula.

    Notes
    -----
    Covar (1976), as in the manual of QUAL2K: below 0.61 m Owens and Gibbs; above it O'Connor and Dobbins where the
    depth is more than 3.45 u^2.5, else Churchill. Depths below 0.12 m, the least that any of them was made from, count
    as 0.12 m there; a velocity counts without its sign. `VALID` has what each was made from.
    """
    if formula not in _FORMULAS:
        raise InputError(f"reaeration formula {formula!r} is not known; choose one of {', '.join(_FORMULAS)}.")
    return _each(_FORMULAS[formula], velocity_ms, depth_m)


def _each(function: Callable[..., float], *values: ArrayLike) -> Floats:
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in values))
    return np.asarray(np.vectorize(function, otypes=[np.float64])(*arrays), np.float64)
