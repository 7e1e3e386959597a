"""Land-use questions: what of a footprint lies in a layer of the land along the river, in square metres.

Areas are on the ellipsoid (WGS 84), so they do not depend on where the footprint lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from pyproj import Geod
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from riverchief.base.errors import InputError
from riverchief.base.geometry import to_wgs84

KINDS = ("management", "redline", "floodway")
MOST_VERTICES = 200_000
_GEOD = Geod(ellps="WGS84")
_FINE_DEG = 0.02  # edges are cut into pieces no longer than this [°], so that straight lines and geodesics agree


@dataclass(frozen=True)
class Overlap:
    """What of a footprint lies in one layer.

    Attributes
    ----------
    code : str
        Of the layer.
    area_m2 : float
        Shared area [m²]; 0 where they only touch.
    share : float
        Of the footprint's area.
    names : tuple of str
        Names of the areas of the layer that are touched.
    geometry : dict
        What is shared, GeoJSON.
    """

    code: str
    area_m2: float
    share: float
    names: tuple[str, ...]
    geometry: dict[str, Any]


def area_m2(geometry: BaseGeometry) -> float:
    """Area of a polygon of longitudes and latitudes on the ellipsoid [m²]; holes do not count."""
    cut = shapely.segmentize(geometry, _FINE_DEG)
    parts = shapely.get_parts(shapely.get_parts(cut))  # of a collection, and of a polygon of many parts in it
    return float(sum(abs(_GEOD.geometry_area_perimeter(orient(p))[0]) for p in parts if p.geom_type == "Polygon"))


def footprint_of(given: Mapping[str, Any], system: str = "wgs84") -> BaseGeometry:
    """A footprint as people send it: GeoJSON geometry, feature or collection, in WGS 84, CGCS2000 or GCJ-02.

    Raises
    ------
    InputError
        When it has no polygon, crosses itself, or is no place on Earth.
    """
    found = shapely.union_all(polygons_of(given, system))
    if found.is_empty or area_m2(found) == 0:
        raise InputError("the footprint has no area; draw a polygon with three corners or more.")
    return found


def polygons_of(given: Mapping[str, Any], system: str = "wgs84") -> list[BaseGeometry]:
    """The polygons of a GeoJSON object, in WGS 84.

    Raises
    ------
    InputError
        When there is none, one crosses itself, or it has too many vertices.
    """
    found = [polygon(geometry, system) for geometry, _ in geometries(given)]
    if not found:
        raise InputError("this GeoJSON has no polygon; send a Polygon, a MultiPolygon or a feature with one.")
    return found


def geometries(given: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """Geometries with a name, out of whatever GeoJSON object it is."""
    kind = given.get("type")
    if kind == "FeatureCollection":
        features = given.get("features")
        parts = features if isinstance(features, list) else []
        return [found for part in parts if isinstance(part, Mapping) for found in geometries(part)]
    if kind == "Feature":
        properties = given.get("properties") or {}
        name = next((str(properties[k]) for k in ("name", "name_zh", "NAME", "名称") if properties.get(k)), "")
        geometry = given.get("geometry")
        return [(geometry, name)] if isinstance(geometry, Mapping) else []
    return [(given, "")] if kind in ("Polygon", "MultiPolygon") else []


def polygon(geometry: Mapping[str, Any], system: str) -> BaseGeometry:
    """A polygon of GeoJSON in WGS 84, from a coordinate system that is named.

    Raises
    ------
    InputError
        When it cannot be read, has no area, crosses itself, is no degrees, or has too many vertices.
    """
    try:
        found = shape(dict(geometry))
        count = shapely.get_num_coordinates(found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.GEOSException) as error:
        raise InputError(f"a polygon cannot be read: {error}. Rings are lists of longitude, latitude.") from None
    if found.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError(f"a {found.geom_type} has no area; send a Polygon or a MultiPolygon.")
    if count > MOST_VERTICES:
        raise InputError(f"a polygon has {count:,} vertices; at most {MOST_VERTICES:,} are read. Simplify it.")
    west, south, east, north = found.bounds if count else (0, 0, 0, 0)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError(
            f"corners from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f} are no degrees; "
            f"send longitude and latitude.",
            system=system,
        )
    if not found.is_valid:
        why = shapely.is_valid_reason(found)
        raise InputError(f"the polygon crosses itself: {why}. Draw it without crossing.", why=why)
    if system not in ("wgs84", "cgcs2000"):
        found = shapely.transform(found, lambda xy: _moved(xy, system))
    return shapely.force_2d(found)


def _moved(xy: Any, system: str) -> Any:
    lon, lat = to_wgs84(xy[:, 0], xy[:, 1], system)
    out = xy.copy()
    out[:, 0], out[:, 1] = lon, lat
    return out


def overlaps(footprint: BaseGeometry, layers: Iterable[tuple[str, Sequence[Mapping[str, Any]]]]) -> list[Overlap]:
    """What of a footprint lies in each layer; layers that it does not touch are not told.

    Parameters
    ----------
    layers : iterable of (code, areas)
        Areas are GeoJSON geometries in WGS 84, each with a `name`.
    """
    whole = area_m2(footprint)
    found = []
    for code, areas in layers:
        drawn = [(str(area.get("name", "")), shape(dict(area["geometry"]))) for area in areas]
        near = [(name, geometry) for name, geometry in drawn if geometry.intersects(footprint)]
        if not near:
            continue
        shared = shapely.union_all([g for _, g in near]).intersection(footprint)
        size = area_m2(shared) if not shared.is_empty else 0.0
        names = tuple(dict.fromkeys(name for name, _ in near if name))
        found.append(Overlap(code, size, size / whole, names, mapping(shared)))
    return found
