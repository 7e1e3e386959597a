"""The corridor about a stretch of river: all that lies within half a width of it, cut square at both ends."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

_STEP = np.radians(11.25)  # corners of the arc outside of a bend
_LAP_M = 1e-3  # by which neighbouring rectangles overlap, so that no hair is left between them

Floats = NDArray[np.float64]


def corridor_about(line: LineString, width_m: float) -> Polygon:
    """The band of a full width [m] along a line drawn in metres, in one piece.

    It is put together from one rectangle for each leg and a sector outside of each bend. A buffer of the whole line
    with square ends is not the same: where legs are shorter than the band is wide it smooths bends away and falls
    into pieces.
    """
    points = np.asarray(line.coords, np.float64)[:, :2]
    points = points[np.append(True, np.hypot(*np.diff(points, axis=0).T) > 0)]
    run = np.diff(points, axis=0)
    along = run / np.hypot(*run.T)[:, None]
    reach = width_m / 2 * np.column_stack([-along[:, 1], along[:, 0]])
    begin, end = points[:-1].copy(), points[1:].copy()
    begin[1:] -= _LAP_M * along[1:]
    end[:-1] += _LAP_M * along[:-1]
    legs = [Polygon([a - n, b - n, b + n, a + n]) for a, b, n in zip(begin, end, reach, strict=True)]
    bends = [_sector(*bend) for bend in zip(points[1:-1], reach[:-1], reach[1:], strict=True)]
    # each leg laps over the next, so that the union is one polygon, though it may come as a collection of one
    (found,) = shapely.get_parts(shapely.union_all([*legs, *(bend for bend in bends if bend is not None)]))
    assert isinstance(found, Polygon)
    return found


def _sector(at: Floats, before: Floats, after: Floats) -> Polygon | None:
    """What lies outside of a bend between the ends of its two rectangles; None where the line goes straight on."""
    turn = np.arctan2(before[0] * after[1] - before[1] * after[0], before @ after)
    if abs(turn) < 1e-9:
        return None
    outside = -np.sign(turn)
    angle = np.linspace(0, turn, max(2, int(np.ceil(abs(turn) / _STEP)) + 1))
    x, y = outside * before
    arc = np.column_stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)])
    return Polygon([at, *(at + arc)])
