"""Flight lines (航线) on a plane in metres: parallels of a centreline, the photographs along them, fills for gaps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]

_ARC_STEPS = 3  # corners of an outer bend are flown as arcs of so many chords per quarter turn
_SHORTEST_LINE_M = 5.0  # so that the drone's heading on a line is defined
_SPECK_M2 = 0.01  # gaps smaller than this are rounding


@dataclass(frozen=True, eq=False)
class Grid:
    """How far apart photographs may be, and what one sees [m]: across and along the flight."""

    line_spacing_m: float
    shot_spacing_m: float
    swath_m: float
    length_m: float

    @property
    def tolerance_m(self) -> float:
        """How far a flown line may leave the exact one [m]: two per cent of the swath, paid from the side overlap."""
        return min(0.02 * self.swath_m, 0.25 * (self.swath_m - self.line_spacing_m))


@dataclass(frozen=True, eq=False)
class Line:
    """One flight line: vertices [m], shape (n, 2), and the distance [m] after which the camera fires again."""

    xy: Floats
    trigger_m: float
    fill: bool = False

    @property
    def length_m(self) -> float:
        """Length [m]."""
        return float(np.hypot(*np.diff(self.xy, axis=0).T).sum())

    def reversed(self) -> Line:
        """The same line flown the other way."""
        return Line(self.xy[::-1], self.trigger_m, self.fill)

    def shots(self) -> tuple[Floats, Floats]:
        """Positions [m], shape (n, 2), and headings [rad] from east, counter-clockwise, of the photographs."""
        xy, leg = self.shots_on_legs()
        run = np.diff(self.xy, axis=0)[leg]
        return xy, np.arctan2(run[:, 1], run[:, 0])

    def shots_on_legs(self) -> tuple[Floats, NDArray[np.int64]]:
        """Positions [m], shape (n, 2), of the photographs, and the leg between two vertices on which each lies."""
        step = np.hypot(*np.diff(self.xy, axis=0).T)
        along = np.concatenate([[0.0], np.cumsum(step)])
        count = math.floor(along[-1] / self.trigger_m + 1e-6) + 1
        at = np.minimum(np.arange(count) * self.trigger_m, along[-1])
        leg = np.clip(np.searchsorted(along, at, side="right") - 1, 0, len(step) - 1)
        return np.column_stack([np.interp(at, along, self.xy[:, k]) for k in (0, 1)]), leg


def make_line(xy: Floats, grid: Grid, *, fill: bool = False) -> Line:
    """A line whose photographs start at its beginning and end at its end, never further apart than the grid asks.

    The spacing is rounded down to the millimetre, as it stands in mission files.
    """
    length = float(np.hypot(*np.diff(xy, axis=0).T).sum())
    spaces = max(1, math.ceil(length / grid.shot_spacing_m - 1e-9))
    return Line(xy, math.floor(length / spaces * 1000) / 1000, fill)


def cut(line: LineString, start_m: float, end_m: float) -> LineString:
    """The part of a line between two distances [m] along it."""
    part = substring(line, start_m, end_m)
    if not isinstance(part, LineString):
        raise InputError(f"stretch from {start_m:,.3f} m to {end_m:,.3f} m has no length; give 0 ≤ from < to.")
    return part


def simpler(line: LineString, grid: Grid) -> LineString:
    """The line with as few vertices as the grid's tolerance allows."""
    return LineString(shapely.get_coordinates(line.simplify(grid.tolerance_m)))


def parallels(centre: LineString, width_m: float, grid: Grid) -> list[Line]:
    """Lines beside the centreline, spread evenly over the corridor, left one first, all running with the centreline.

    n = ⌈width / spacing⌉ lines at (k − (n−1)/2)·width/n, so that the corridor is never left half covered on one
    side. Where an offset exceeds the radius of a bend, the loop it would make is dropped.
    """
    n = max(1, math.ceil(width_m / grid.line_spacing_m - 1e-9))
    lines: list[Line] = []
    for k in range(n):
        offset = ((n - 1) / 2 - k) * width_m / n
        curve = centre if abs(offset) < 1e-9 else centre.offset_curve(offset, quad_segs=_ARC_STEPS, join_style="round")
        parts = shapely.get_parts(curve.simplify(grid.tolerance_m))
        pieces = [_with(centre, piece) for piece in parts if piece.length >= _SHORTEST_LINE_M]
        pieces.sort(key=lambda xy: centre.project(shapely.Point(xy[0])))
        lines += [make_line(xy, grid) for xy in pieces]
    return lines


def _with(centre: LineString, piece: LineString) -> Floats:
    """Vertices of an offset curve in the direction of the centreline; GEOS may give them the other way round."""
    xy = np.asarray(piece.coords, np.float64)
    first, last = (centre.project(shapely.Point(xy[i])) for i in (0, -1))
    return xy if first <= last else xy[::-1]


def footprints(lines: list[Line], grid: Grid) -> NDArray[np.object_]:
    """Rectangle that each photograph of the lines sees, in flight order."""
    if not lines:
        return np.empty(0, object)
    shots = [line.shots() for line in lines]
    xy, heading = (np.concatenate([shot[i] for shot in shots]) for i in (0, 1))
    ahead = np.column_stack([np.cos(heading), np.sin(heading)]) * grid.length_m / 2
    aside = np.column_stack([-np.sin(heading), np.cos(heading)]) * grid.swath_m / 2
    corners = np.stack([xy + ahead + aside, xy - ahead + aside, xy - ahead - aside, xy + ahead - aside], axis=1)
    return np.asarray(shapely.polygons(corners))


def swaths(lines: list[Line], grid: Grid) -> NDArray[np.object_]:
    """The footprints of each leg joined: they overlap along it, so that together they are one rectangle.

    The same area as `footprints`, in far fewer shapes.
    """
    corners = []
    for line in lines:
        xy, leg = line.shots_on_legs()
        begin = np.flatnonzero(np.diff(leg, prepend=-1) != 0)
        end = np.append(begin[1:] - 1, len(xy) - 1)
        run = np.diff(line.xy, axis=0)[leg[begin]]
        unit = run / np.hypot(*run.T)[:, None]
        ahead, aside = unit * grid.length_m / 2, unit[:, ::-1] * [-1, 1] * grid.swath_m / 2
        a, b = xy[begin] - ahead, xy[end] + ahead
        corners.append(np.stack([b + aside, a + aside, a - aside, b - aside], axis=1))
    return np.asarray(shapely.polygons(np.concatenate(corners))) if corners else np.empty(0, object)


def gaps(area: Polygon | MultiPolygon, seen: NDArray[np.object_]) -> list[Polygon]:
    """Parts of the area that no footprint covers, largest first; specks of rounding are left out."""
    rest = area.difference(shapely.union_all(seen))
    parts = [part for part in shapely.get_parts(rest) if part.geom_type == "Polygon" and part.area > _SPECK_M2]
    return sorted(parts, key=lambda part: -part.area)


def fills(area: Polygon | MultiPolygon, lines: list[Line], grid: Grid) -> list[Line]:
    """Straight extra lines over what the lines leave open, as they do outside of sharp bends at small overlaps."""
    added: list[Line] = []
    seen = np.empty(0, object)
    for part in gaps(area, swaths(lines, grid)):
        near = seen[shapely.intersects(part, seen)]  # an earlier fill may have covered it
        left: BaseGeometry = part.difference(shapely.union_all(near)) if len(near) else part
        if left.area > _SPECK_M2:
            new = _over(left, grid)
            added += new
            seen = np.append(seen, swaths(new, grid))
    return added


def _over(part: BaseGeometry, grid: Grid) -> list[Line]:
    """Parallel lines along the longer side of the part's smallest rectangle, its ends included."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(part))
    one, other = corners[1] - corners[0], corners[2] - corners[1]
    along, aside = (one, other) if np.hypot(*one) >= np.hypot(*other) else (other, one)
    length, width = float(np.hypot(*along)), float(np.hypot(*aside))
    middle = corners[:4].mean(axis=0)
    unit, across = along / length, np.array([-along[1], along[0]]) / length
    half = unit * max(length, _SHORTEST_LINE_M) / 2
    n = max(1, math.ceil(width / grid.line_spacing_m))
    centres = [middle + across * (k - (n - 1) / 2) * width / n for k in range(n)]
    return [make_line(np.array([c - half, c + half]), grid, fill=True) for c in centres]
