"""Land-use questions: what of a footprint lies in a layer of the land along the river, in square metres.

Areas are on the ellipsoid (WGS 84), so they do not depend on where the footprint lies.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
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
    found = [_polygon(geometry, system) for geometry, _ in _geometries(given)]
    if not found:
        raise InputError("this GeoJSON has no polygon; send a Polygon, a MultiPolygon or a feature with one.")
    return found


def _geometries(given: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """Geometries with a name, out of whatever GeoJSON object it is."""
    kind = given.get("type")
    if kind == "FeatureCollection":
        features = given.get("features")
        parts = features if isinstance(features, list) else []
        return [found for part in parts if isinstance(part, Mapping) for found in _geometries(part)]
    if kind == "Feature":
        properties = given.get("properties") or {}
        name = next((str(properties[k]) for k in ("name", "name_zh", "NAME", "名称") if properties.get(k)), "")
        geometry = given.get("geometry")
        return [(geometry, name)] if isinstance(geometry, Mapping) else []
    return [(given, "")] if kind in ("Polygon", "MultiPolygon") else []


def _polygon(geometry: Mapping[str, Any], system: str) -> BaseGeometry:
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


# ------------------------------------------------------------------ layers as files


def areas_of(content: bytes, name: str, system: str = "wgs84") -> list[dict[str, Any]]:
    """The areas of a layer's file, GeoJSON or GeoPackage, as GeoJSON geometries with names, in WGS 84.

    Raises
    ------
    InputError
        When it can be read as neither, or has no polygon.
    """
    if content[:16] == b"SQLite format 3\x00":
        return _geopackage(content, name)
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{name} is neither GeoJSON nor GeoPackage: {error}.", file=name) from None
    if not isinstance(given, Mapping):
        raise InputError(f"{name} is no GeoJSON object.", file=name)
    found = [{"name": label, "geometry": mapping(_polygon(geometry, system))} for geometry, label in _geometries(given)]
    if not found:
        raise InputError(f"{name} has no polygon.", file=name)
    return found


def _geopackage(content: bytes, name: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="riverchief-") as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(content)
        base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            tables = base.execute(
                "SELECT c.table_name, c.column_name, s.organization, s.organization_coordsys_id, s.definition "
                "FROM gpkg_geometry_columns c JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id"
            ).fetchall()
            found = [area for table in tables for area in _features(base, *table)]
        except (sqlite3.DatabaseError, struct.error, shapely.GEOSException) as error:
            raise InputError(f"{name} is no GeoPackage that can be read: {error}.", file=name) from None
        finally:
            base.close()
    if not found:
        raise InputError(f"{name} has no polygon.", file=name)
    return found


def _degrees(move: Transformer, xy: Any) -> Any:
    """Longitude and latitude [°] of coordinates in a layer's own system."""
    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))


def _features(
    base: sqlite3.Connection, table: str, column: str, organisation: str, number: int, definition: str
) -> list[dict[str, Any]]:
    """Polygons of one table of a GeoPackage: its header is eight bytes and an envelope, then well-known binary."""
    known = organisation.upper() in ("EPSG", "ESRI")
    crs = CRS.from_user_input(f"{organisation}:{number}" if known else definition)
    move = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = base.execute(f"SELECT * FROM {quoted}")  # noqa: S608  a table's name cannot be a parameter
    names = [item[0] for item in cursor.description]
    label = next((names.index(k) for k in ("name", "name_zh", "NAME", "名称") if k in names), None)
    found = []
    for row in cursor:
        blob = row[names.index(column)]
        if not blob:
            continue
        if blob[:2] != b"GP":
            raise InputError(f"table {table} has a geometry without a GeoPackage header.", table=table)
        envelope = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
        geometry = shapely.from_wkb(blob[8 + envelope :])
        moved = shapely.transform(shapely.force_2d(geometry), partial(_degrees, move))
        name = str(row[label]) if label is not None and row[label] is not None else ""
        found.append({"name": name, "geometry": mapping(_polygon(mapping(moved), "wgs84"))})
    return found
