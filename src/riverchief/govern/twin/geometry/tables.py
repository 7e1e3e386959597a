"""Tables of area, conveyance and volume over depth: rows of polynomials that a kernel looks up with one square root.

Levels lie at h_k = H (k / LEVELS)², dense near the bed where conveyance bends most. Row k holds polynomials in
x = h − h_k; the last row goes on above H with vertical walls.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.geometry.section import Shape

Floats = NDArray[np.float64]

LEVELS = 64
_FRACTION = (np.arange(LEVELS + 1) / LEVELS) ** 2
_FLOOR = 1e-9


def levels(depth_m: Floats | float) -> Floats:
    """Depths of the table's levels [m], (..., LEVELS + 1), up to the given one."""
    return np.multiply.outer(np.asarray(depth_m, np.float64), _FRACTION)


def samples(shape: Shape, depth_m: float) -> Floats:
    """Area [m²], width [m], conveyance [m³/s] and its slope [m²/s] at the levels up to `depth_m`, (4, LEVELS + 1)."""
    h = levels(depth_m)
    at = shape.hydraulics(h)
    step = 1e-6 * max(depth_m, 1e-3)
    below, above = shape.hydraulics(np.maximum(h - step, 0.0)), shape.hydraulics(h + step)
    slope = (above.conveyance_m3s - below.conveyance_m3s) / (h + step - np.maximum(h - step, 0.0))
    slope[0] = 0.0
    return np.stack([at.area_m2, at.width_m, at.conveyance_m3s, slope])


def face_rows(sample: Floats, depth_m: Floats) -> Floats:
    """Rows [A0 A1 A2 K0 K1 K2 K3 0] of faces.

    Parameters
    ----------
    sample : float64 (n, 4, LEVELS + 1)
        See `samples`.
    depth_m : float64 (n,)
        Depth of the highest level [m].

    Returns
    -------
    float64 (n, LEVELS + 1, 8)
        A is exact at every level and grows with depth; K is a monotone cubic (F. N. Fritsch, R. E. Carlson,
        SIAM J. Numer. Anal. 17, 1980).
    """
    h = levels(depth_m)
    dz = np.diff(h, axis=1)
    area, width, k, slope = (sample[:, j] for j in range(4))
    rows = np.zeros((h.shape[0], LEVELS + 1, 8))
    rows[:, :, 0] = area
    rows[:, :-1, 1], rows[:, :-1, 2] = _linear_width(area, width, dz)
    rows[:, -1, 1] = np.maximum(rows[:, -2, 1] + 2 * rows[:, -2, 2] * dz[:, -1], _FLOOR)
    k = np.maximum.accumulate(k, axis=1)
    secant = np.diff(k, axis=1) / dz
    limit = 3 * np.minimum(
        np.concatenate([secant, secant[:, -1:]], axis=1), np.concatenate([secant[:, :1], secant], axis=1)
    )
    d = np.clip(slope, 0.0, limit)
    rows[:, :, 3] = k
    rows[:, :, 4] = d
    rows[:, :-1, 5] = (3 * secant - 2 * d[:, :-1] - d[:, 1:]) / dz
    rows[:, :-1, 6] = (d[:, :-1] + d[:, 1:] - 2 * secant) / dz**2
    return rows


def _linear_width(area: Floats, width: Floats, dz: Floats) -> tuple[Floats, Floats]:
    """A1 and A2 of every interval: the mean width is exact, its slope as near to the widths' as keeps them above 0."""
    mean = np.maximum(np.diff(area, axis=1) / dz, 0.0)
    slope = np.diff(width, axis=1)
    slope = np.clip(slope, -1.999 * mean, 1.999 * mean)
    return mean - 0.5 * slope, 0.5 * slope / dz


def area_at(rows: Floats, depth_m: Floats, h: Floats) -> tuple[Floats, Floats]:
    """Area [m²] and width [m] of each table row set at depths, (n, m)."""
    k, x = locate(depth_m[:, None], h)
    i = np.arange(h.shape[0])[:, None]
    a0, a1, a2 = rows[i, k, 0], rows[i, k, 1], rows[i, k, 2]
    return a0 + x * (a1 + x * a2), np.where(h > 0, a1 + 2 * x * a2, 0.0)


def locate(depth_m: Floats, h: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Row of depths h in tables up to `depth_m`, and the distance above the row's level [m]."""
    scale = LEVELS**2 / depth_m
    k = np.minimum(np.sqrt(np.maximum(h, 0.0) * scale), LEVELS).astype(np.int64)
    return k, np.maximum(h, 0.0) - k**2 / scale


def volume_rows(volume: Floats, surface: Floats, depth_m: Floats) -> Floats:
    """Rows [V0 V1 V2 0] of cells, V exact at every level, its slope (the surface) above 0.

    Parameters
    ----------
    volume, surface : float64 (n, LEVELS + 1)
        Volume [m³] and surface [m²] at the levels.
    depth_m : float64 (n,)
        Depth of the highest level [m].
    """
    dz = np.diff(levels(depth_m), axis=1)
    rows = np.zeros((*volume.shape, 4))
    volume = np.maximum.accumulate(volume, axis=1)
    rows[:, :, 0] = volume
    rows[:, :-1, 1], rows[:, :-1, 2] = _linear_width(volume, surface, dz)
    rows[:, -1, 1] = np.maximum(rows[:, -2, 1] + 2 * rows[:, -2, 2] * dz[:, -1], _FLOOR)
    return rows
