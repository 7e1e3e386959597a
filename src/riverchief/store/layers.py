"""Layers of the land along the river as files: GeoJSON or GeoPackage in, polygons in WGS 84 with their names out."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry import mapping

from riverchief.base.errors import InputError
from riverchief.base.landuse import geometries, polygon

TIME_LIMIT_S = 20.0
# what reading a damaged or made-up GeoPackage raises: no database, no such column, no such system, no geometry
_DAMAGED = (
    sqlite3.DatabaseError, struct.error, shapely.GEOSException, ProjError, ValueError, TypeError, IndexError,
    AttributeError,
)  # fmt: skip


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
    found = [{"name": label, "geometry": mapping(polygon(geometry, system))} for geometry, label in geometries(given)]
    if not found:
        raise InputError(f"{name} has no polygon.", file=name)
    return found


def _geopackage(content: bytes, name: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="riverchief-") as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(content)
        base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        end_s = time.monotonic() + TIME_LIMIT_S  # what is uploaded may hold views, and a view may have no end
        base.set_progress_handler(lambda: time.monotonic() > end_s, 10_000)
        try:
            tables = base.execute(
                "SELECT c.table_name, c.column_name, s.organization, s.organization_coordsys_id, s.definition "
                "FROM gpkg_geometry_columns c JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id"
            ).fetchall()
            found = [area for table in tables for area in _features(base, *table)]
        except _DAMAGED as error:
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
        found.append({"name": name, "geometry": mapping(polygon(mapping(moved), "wgs84"))})
    return found
