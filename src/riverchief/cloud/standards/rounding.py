"""Rounding of measured values by GB/T 8170: half to even, on the digits as they are printed; never to a false zero.

The decimals by item are data of the statistics rules (`data/statistics82/2020.toml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.cloud.standards.editions import editions

STANDARD = "statistics82"

# 1.005 is kept as 1.00499999999999989: what is so close to a half was printed as one.
_HALF = 1e-9


@cache
def evaluation_decimals() -> Mapping[str, int]:
    """Decimal places to which each item is rounded before it is compared with a limit, by property."""
    return {code: int(places) for code, places in editions(STANDARD)[-1].body["decimals"].items()}


def decimals_of(code: str) -> int:
    """Decimal places of one item.

    Raises
    ------
    InputError
        When the rules give none for it.
    """
    places = evaluation_decimals()
    if code not in places:
        raise InputError(f"{editions(STANDARD)[-1].code} gives no decimals for {code}.", property=code)
    return places[code]


def round_half_even(values: ArrayLike, decimals: int, *, keep_one_digit: bool = True) -> NDArray[np.float64]:
    """Values rounded half to even in decimal; nan stays nan.

    Parameters
    ----------
    values : array_like
        Of any shape.
    decimals : int
        Places behind the point.
    keep_one_digit : bool
        A value that would become 0 keeps its first digit instead (0.00005 to three places stays 0.00005).

    Notes
    -----
    GB/T 8170; the guard against zero as the statistics rules of 2020 are implemented by others [B].

    >>> round_half_even([0.0034, 0.0035, 0.0045, 0.00005], 3).tolist()
    [0.003, 0.004, 0.004, 5e-05]
    """
    value = np.asarray(values, np.float64)
    rounded = _half_even(value, np.full(value.shape, float(decimals)))
    if not keep_one_digit:
        return rounded
    lost = (rounded == 0) & (value != 0) & np.isfinite(value)
    if lost.any():
        places = -np.floor(np.log10(np.abs(np.where(lost, value, 1.0))))
        rounded = np.where(lost, _half_even(value, places), rounded)
    return rounded


def _half_even(value: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = 10.0**places
    scaled = value * scale
    below = np.floor(scaled)
    at_half = np.abs(scaled - below - 0.5) <= _HALF * np.maximum(1.0, np.abs(scaled))
    even = np.where(below % 2 == 0, below, below + 1)
    return np.asarray(np.where(at_half, even, np.rint(scaled)) / scale)
