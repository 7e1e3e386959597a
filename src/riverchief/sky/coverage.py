"""Coverage (覆盖率): which part of a corridor the photographs see, and which they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon

from riverchief.base.errors import InputError
from riverchief.base.geometry import from_local_m, to_local_m

LonLat = tuple[float, float]
Ring = tuple[LonLat, ...]


@dataclass(frozen=True)
class Coverage:
    """What photographs cover of a corridor.

    Attributes
    ----------
    fraction : float
        Covered share of the corridor's area, 0 to 1.
    area_m2 : float
        Area of the corridor [m²].
    gaps : tuple of polygons, each a tuple of rings of (longitude, latitude) [°]
        What is not covered, largest first; the first ring of each is its outline, the others are holes in it.
    gap_m2 : tuple of float
        Area of each gap [m²].
    """

    fraction: float
    area_m2: float
    gaps: tuple[tuple[Ring, ...], ...]
    gap_m2: tuple[float, ...]

    def as_geojson(self) -> dict[str, Any]:
        """The gaps as a GeoJSON FeatureCollection with `area_m2` on each."""
        features = [
            {
                "type": "Feature",
                "properties": {"kind": "gap", "area_m2": round(area, 1)},
                "geometry": {"type": "Polygon", "coordinates": [[list(p) for p in ring] for ring in rings]},
            }
            for rings, area in zip(self.gaps, self.gap_m2, strict=True)
        ]
        return {"type": "FeatureCollection", "features": features}


def cover(corridor: Sequence[ArrayLike], footprints: Sequence[ArrayLike], *, smallest_gap_m2: float = 1.0) -> Coverage:
    """Cover a corridor with footprints.

    Parameters
    ----------
    corridor : sequence of array_like, each shape (n, 2)
        Rings of the corridor's polygon, longitude and latitude [°]; holes after the outline.
    footprints : sequence of array_like, each shape (n, 2)
        Ring of what each photograph sees, longitude and latitude [°].
    smallest_gap_m2 : float
        Gaps below this area [m²] are not listed; the fraction counts them all the same.

    Raises
    ------
    InputError
        When the corridor is no polygon with an area.
    """
    rings = [np.asarray(ring, np.float64).reshape(-1, 2) for ring in corridor]
    if not rings or len(rings[0]) < 3:
        raise InputError("the corridor has no outline of at least three points; plan the mission first.")
    origin = (float(rings[0][:, 0].mean()), float(rings[0][:, 1].mean()))
    area = shapely.make_valid(Polygon(_plane(rings[0], origin), [_plane(ring, origin) for ring in rings[1:]]))
    if area.area <= 0:
        raise InputError("the corridor encloses no area; check the order of its points.")
    seen = [shapely.make_valid(Polygon(_plane(np.asarray(ring, np.float64), origin))) for ring in footprints]
    rest = area.difference(shapely.union_all(seen)) if seen else area
    parts = [p for p in shapely.get_parts(rest) if p.geom_type == "Polygon" and p.area >= smallest_gap_m2]
    parts.sort(key=lambda part: -part.area)
    return Coverage(
        fraction=1.0 - rest.area / area.area,
        area_m2=area.area,
        gaps=tuple(polygon_rings(part, origin) for part in parts),
        gap_m2=tuple(part.area for part in parts),
    )


def _plane(ring: NDArray[np.float64], origin: LonLat) -> NDArray[np.float64]:
    return to_local_m(ring[:, 0], ring[:, 1], origin)


def polygon_rings(polygon: Polygon, origin: LonLat) -> tuple[Ring, ...]:
    """Rings of a polygon drawn in metres about `origin`, as longitude and latitude [°]; the outline first."""
    return tuple(
        tuple((float(x), float(y)) for x, y in from_local_m(np.asarray(ring.coords), origin))
        for ring in (polygon.exterior, *polygon.interiors)
    )
