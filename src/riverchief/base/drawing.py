"""The drawn lines of a network: from points to addresses and back, for drawing and snapping only.

Segments are searched in Mercator's projection, which keeps shapes: the nearest segment on it is the nearest on the
ground wherever in the basin it lies. (Its scale changes with latitude, by 0.02 % over the usual limit of 2 km.)
Distances are great-circle distances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import PlaceError
from riverchief.base.geometry import EARTH_RADIUS_M, distance_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Located:
    """Where points lie on the network.

    Attributes
    ----------
    reach : int64 (n,)
        Index of the nearest reach; -1 where nothing lies within the limit.
    chainage_m : float64 (n,)
        Chainage of the nearest point on it [m]; nan where reach is -1.
    distance_m : float64 (n,)
        Distance from the point to that reach [m]; inf where the point itself is not finite.
    """

    reach: Ints
    chainage_m: Floats
    distance_m: Floats


class Drawing:
    """Lines of all reaches as segments in flat arrays.

    Parameters
    ----------
    lines : sequence of float64 (n_vertex, 2)
        Longitude and latitude [°] of every reach's vertices, upstream end first; fewer than two: nothing is drawn.
    length_m : float64 (n_reach,)
        Length of every reach [m], over which chainages are spread along its line.
    """

    def __init__(self, lines: Sequence[Floats], length_m: Floats) -> None:
        count = np.array([len(line) for line in lines], np.int64)
        vertex = np.concatenate(lines) if len(lines) else np.empty((0, 2))
        owner = np.repeat(np.arange(len(lines)), count)
        inner = owner[1:] == owner[:-1]  # steps within a line, not from one line to the next
        self.reach: Ints = owner[:-1][inner]
        self.begin: Floats = vertex[:-1][inner]
        self.end: Floats = vertex[1:][inner]
        step = distance_m(self.begin[:, 0], self.begin[:, 1], self.end[:, 0], self.end[:, 1])
        self.first: Ints = np.searchsorted(self.reach, np.arange(len(lines) + 1))
        total = np.concatenate([[0.0], np.cumsum(step)])
        base, drawn = total[self.first[:-1]], np.diff(total[self.first])
        scale = np.divide(length_m, drawn, out=np.zeros(len(lines)), where=drawn > 0)
        self.begin_m: Floats = (total[:-1] - base[self.reach]) * scale[self.reach]
        self.end_m: Floats = (total[1:] - base[self.reach]) * scale[self.reach]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        """Tree over all segments in Mercator's projection."""
        if not self.reach.size:
            raise PlaceError("this network has no drawn lines, so no point can be placed on it; add vertices.")
        ends = np.stack([_mercator(self.begin), _mercator(self.end)], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends), dtype=object))

    def locate(self, lon: ArrayLike, lat: ArrayLike, limit_m: float) -> Located:
        """Nearest reach, chainage and distance of points [°]; -1 and nan beyond `limit_m` [m]."""
        lonlat = np.column_stack([np.atleast_1d(np.asarray(x, np.float64)) for x in (lon, lat)])
        good = np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 0]) <= 360) & (np.abs(lonlat[:, 1]) < 90)
        lonlat[~good] = 0.0
        xy = _mercator(lonlat)
        segment = np.zeros(len(xy), np.int64)
        found, hit = self._tree.query_nearest(shapely.points(xy[good]), all_matches=False)
        segment[np.flatnonzero(good)[found]] = hit
        # on the chosen segment degrees are followed evenly, as `point` does, on a plane that is true at the point
        true = np.column_stack([np.cos(np.radians(lonlat[:, 1])), np.ones(len(xy))])
        run, there = (self.end - self.begin)[segment] * true, (lonlat - self.begin[segment]) * true
        share = np.clip((there * run).sum(axis=1) / np.maximum((run**2).sum(axis=1), 1e-18), 0, 1)
        near = self.begin[segment] * (1 - share[:, None]) + self.end[segment] * share[:, None]
        away = distance_m(near[:, 0], near[:, 1], *lonlat.T)
        kept = good & (away <= limit_m)
        along = self.begin_m[segment] * (1 - share) + self.end_m[segment] * share
        return Located(
            np.where(kept, self.reach[segment], -1), np.where(kept, along, np.nan), np.where(good, away, np.inf)
        )

    def point(self, reach: ArrayLike, chainage_m: ArrayLike) -> Floats:
        """Longitude and latitude [°] of positions, shape (n, 2); nan where nothing is drawn."""
        at, along = (x.ravel() for x in np.broadcast_arrays(np.atleast_1d(reach), np.atleast_1d(chainage_m)))
        at = at.astype(np.int64)
        result = np.full((at.size, 2), np.nan)
        drawn = np.flatnonzero(self.first[at + 1] > self.first[at])
        if not drawn.size:
            return result
        at, along = at[drawn], along[drawn].astype(np.float64)
        # ends of all segments as one rising column: reach by reach, each begun where the last one ended
        length = self.end_m[self.first[1:][np.diff(self.first) > 0] - 1]
        base = np.zeros(len(self.first))
        base[1:][np.diff(self.first) > 0] = length
        base = np.cumsum(base)
        segment = np.searchsorted(base[self.reach] + self.end_m, base[at] + along)
        segment = np.clip(segment, self.first[at], self.first[at + 1] - 1)
        span = self.end_m[segment] - self.begin_m[segment]
        share = np.divide(along - self.begin_m[segment], span, out=np.zeros(at.size), where=span > 0)
        share = np.clip(share, 0, 1)[:, None]
        result[drawn] = self.begin[segment] * (1 - share) + self.end[segment] * share
        return result


def _mercator(lonlat: Floats) -> Floats:
    """Mercator's projection of longitude and latitude [°], in metres at the equator."""
    x, y = np.radians(lonlat).T
    return np.column_stack([x, np.arcsinh(np.tan(y))]) * EARTH_RADIUS_M
