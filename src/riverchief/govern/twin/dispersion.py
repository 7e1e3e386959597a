"""Longitudinal dispersion of a river from its flow: four published formulas, good to a factor of about three at best.

All take velocity [m/s], width [m], depth [m] and shear velocity [m/s], and give [m²/s]. `VALID` has what is said of
their range. Pick by name from `FORMULAS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Formula = Callable[[ArrayLike, ArrayLike, ArrayLike, ArrayLike], Floats]

GRAVITY_MS2 = 9.81


def shear_velocity(velocity_ms: ArrayLike, depth_m: ArrayLike, manning: ArrayLike) -> Floats:
    """Shear velocity of a wide channel [m/s].

    Parameters
    ----------
    velocity_ms, depth_m : array_like
        Mean velocity [m/s] and depth [m].
    manning : array_like
        Manning's n [s/m^(1/3)].

    Notes
    -----
    u* = √(g h S) with S from Manning's formula for a wide channel: u* = |u| n √g / h^(1/6).
    """
    u, h, n = (np.asarray(v, np.float64) for v in (velocity_ms, depth_m, manning))
    return np.asarray(np.abs(u) * n * np.sqrt(GRAVITY_MS2) / h ** (1 / 6), np.float64)


def fischer(velocity_ms: ArrayLike, width_m: ArrayLike, depth_m: ArrayLike, shear_ms: ArrayLike) -> Floats:
    """D = 0.011 u² B² / (h u*) [m²/s].

    Notes
    -----
    H. B. Fischer et al., Mixing in Inland and Coastal Waters, Academic Press, 1979, ch. 5. It runs away in wide shallow
    rivers; users cap it.
    """
    slow, wide, spread = _numbers(velocity_ms, width_m, depth_m, shear_ms)
    return spread * 0.011 * slow**2 * wide**2


def seo_cheong(velocity_ms: ArrayLike, width_m: ArrayLike, depth_m: ArrayLike, shear_ms: ArrayLike) -> Floats:
    """D = 5.915 h u* (B/h)^0.620 (u/u*)^1.428 [m²/s].

    Notes
    -----
    I. W. Seo and T. S. Cheong, Predicting longitudinal dispersion coefficient in natural streams, Journal of Hydraulic
    Engineering 124 (1998) 25-32.
    """
    slow, wide, spread = _numbers(velocity_ms, width_m, depth_m, shear_ms)
    return spread * 5.915 * wide**0.620 * slow**1.428


def deng(velocity_ms: ArrayLike, width_m: ArrayLike, depth_m: ArrayLike, shear_ms: ArrayLike) -> Floats:
    """D = 0.15/(8 ε) h u* (B/h)^(5/3) (u/u*)², ε = 0.145 + (u/u*) (B/h)^1.38 / 3520 [m²/s].

    Notes
    -----
    Z.-Q. Deng, V. P. Singh and L. Bengtsson, Longitudinal dispersion coefficient in straight rivers, Journal of
    Hydraulic Engineering 127 (2001) 919-927.
    """
    slow, wide, spread = _numbers(velocity_ms, width_m, depth_m, shear_ms)
    across = 0.145 + slow * wide**1.38 / 3520
    return spread * 0.15 / (8 * across) * wide ** (5 / 3) * slow**2


def kashefipour_falconer(velocity_ms: ArrayLike, width_m: ArrayLike, depth_m: ArrayLike, shear_ms: ArrayLike) -> Floats:
    """D = 10.612 h u (u/u*) where B/h > 50, else [7.428 + 1.775 (B/h)^0.620 (u*/u)^0.572] h u (u/u*) [m²/s].

    Notes
    -----
    S. M. Kashefipour and R. A. Falconer, Longitudinal dispersion coefficients in natural channels, Water Research 36
    (2002) 1596-1608. The constants are written from memory and were not compared with the paper.
    """
    slow, wide, spread = _numbers(velocity_ms, width_m, depth_m, shear_ms)
    turned = np.divide(1.0, slow, out=np.zeros_like(slow), where=slow > 0)
    narrow = 7.428 + 1.775 * wide**0.620 * turned**0.572
    return spread * slow**2 * np.where(wide > 50, 10.612, narrow)


FORMULAS: dict[str, Formula] = {
    "fischer": fischer,
    "seo_cheong": seo_cheong,
    "deng": deng,
    "kashefipour_falconer": kashefipour_falconer,
}
# what their authors say of where they hold
VALID = {
    "fischer": "natural rivers; within a factor of four of most measurements that Fischer had",
    "seo_cheong": "natural streams; from 35 of 59 data sets of 26 streams in the USA",
    "deng": "straight natural rivers with B/h above about 10",
    "kashefipour_falconer": "natural channels; two forms, parted at B/h = 50",
}


def _numbers(
    velocity_ms: ArrayLike, width_m: ArrayLike, depth_m: ArrayLike, shear_ms: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """u/u* [-], B/h [-] and h u* [m²/s]; still or dry water has zeros, and so no dispersion."""
    u, b, h, s = np.broadcast_arrays(
        *(np.abs(np.asarray(v, np.float64)) for v in (velocity_ms, width_m, depth_m, shear_ms))
    )
    slow = np.divide(u, s, out=np.zeros_like(u), where=s > 0)
    wide = np.divide(b, h, out=np.zeros_like(b), where=h > 0)
    return slow, wide, h * s
