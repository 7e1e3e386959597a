"""Layers as files: a GeoPackage written by hand after the standard gives the area that was drawn, in any of its systems."""

import json
import sqlite3
import struct

import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import box, mapping

from riverchief.base.errors import InputError
from riverchief.base.landuse import overlaps
from riverchief.store import layers
from riverchief.store.layers import areas_of


def geopackage(path, geometry, epsg):
    """A GeoPackage of one area, written by hand after the standard's tables and header."""
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,"
        " organization_coordsys_id INTEGER, definition TEXT);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,"
        " z TINYINT, m TINYINT);"
        'CREATE TABLE "red line" (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);'
    )
    base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('x', ?, 'EPSG', ?, '')", (epsg, epsg))
    base.execute("INSERT INTO gpkg_geometry_columns VALUES ('red line', 'geom', 'POLYGON', ?, 0, 0)", (epsg,))
    west, south, east, north = geometry.bounds
    blob = b"GP" + bytes([0, 0b0000_0011]) + struct.pack("<i4d", epsg, west, east, south, north) + geometry.wkb
    base.execute('INSERT INTO "red line" VALUES (1, ?, ?)', (blob, "红线"))
    base.commit()
    base.close()
    return path.read_bytes()


@pytest.mark.parametrize("epsg", [4326, 4490, 4546])
def test_a_geopackage_in_degrees_or_metres_gives_the_same_area(tmp_path, epsg):
    square = box(112.0, 37.0, 112.01, 37.01)
    move = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True)
    drawn = shapely.transform(square, move.transform, interleaved=False)
    (area,) = areas_of(geopackage(tmp_path / "a.gpkg", drawn, epsg), "a.gpkg")
    assert area["name"] == "红线"
    (found,) = overlaps(square, [("x", [area])])
    assert found.share == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[1]", b'{"type": "FeatureCollection"}', b"SQLite format 3\x00 and no more"]
)
def test_what_is_no_layer_is_told(content):
    with pytest.raises(InputError):
        areas_of(content, "x")


def test_names_are_kept_from_geojson():
    feature = {"type": "Feature", "properties": {"名称": "行洪通道"}, "geometry": mapping(box(112, 37, 113, 38))}
    (area,) = areas_of(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), "x.geojson")
    assert area["name"] == "行洪通道"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 999999",
        "UPDATE gpkg_spatial_ref_sys SET organization = NULL",
        "UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', definition = 'undefined'",
        "UPDATE gpkg_geometry_columns SET column_name = 'shape'",
        "UPDATE \"red line\" SET geom = 'GP'",
        "UPDATE \"red line\" SET geom = X'4750'",
        'UPDATE "red line" SET geom = 7',
    ],
)
def test_a_geopackage_that_was_damaged_is_told(tmp_path, change):
    geopackage(tmp_path / "a.gpkg", box(112.0, 37.0, 112.01, 37.01), 4326)
    base = sqlite3.connect(tmp_path / "a.gpkg")
    base.execute(change)
    base.commit()
    base.close()
    with pytest.raises(InputError):
        areas_of((tmp_path / "a.gpkg").read_bytes(), "a.gpkg")


def test_a_geopackage_whose_table_never_ends_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(layers, "TIME_LIMIT_S", 0.2)
    geopackage(tmp_path / "a.gpkg", box(112.0, 37.0, 112.01, 37.01), 4326)
    base = sqlite3.connect(tmp_path / "a.gpkg")
    base.executescript(
        'DROP TABLE "red line"; CREATE VIEW "red line" AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 '
        "FROM n) SELECT fid, NULL AS geom, 'x' AS name FROM n WHERE fid < 0;"
    )
    base.close()
    with pytest.raises(InputError, match="interrupted"):
        areas_of((tmp_path / "a.gpkg").read_bytes(), "a.gpkg")
