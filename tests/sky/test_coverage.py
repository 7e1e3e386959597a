"""Coverage against closed areas, a published plan and 1,452 real photographs."""

import csv
import json
import math
import re

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.geometry import from_local_m
from riverchief.sky.coverage import cover

ORIGIN = (111.9, 37.0)


def ring(*points):
    return from_local_m(np.array(points, float), ORIGIN)


def box(x0, y0, x1, y1):
    return ring((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def test_a_hole_between_two_photographs_is_a_gap_with_its_area():
    got = cover([box(0, 0, 100, 50)], [box(-10, -10, 40, 60), box(60, -10, 110, 60)])
    assert got.area_m2 == pytest.approx(5000, rel=1e-4)
    assert got.fraction == pytest.approx(0.8, rel=1e-6)
    assert got.gap_m2 == pytest.approx((1000,), rel=1e-4)
    (feature,) = got.as_geojson()["features"]
    assert feature["properties"] == {"kind": "gap", "area_m2": pytest.approx(1000, rel=1e-3)}
    corners = np.array(feature["geometry"]["coordinates"][0])
    assert corners[:, 0].min() == pytest.approx(box(40, 0, 60, 50)[:, 0].min(), abs=1e-9)


def test_without_photographs_everything_is_open_and_specks_are_not_listed():
    assert cover([box(0, 0, 10, 10)], []).fraction == 0.0
    nearly = cover([box(0, 0, 100, 50)], [box(0, 0, 99.99, 50)])
    assert nearly.gaps == ()
    assert nearly.fraction == pytest.approx(0.9999, abs=1e-6)


def test_holes_of_the_corridor_need_no_photograph():
    got = cover([box(0, 0, 100, 100), box(40, 40, 60, 60)], [box(0, 0, 40, 100), box(60, 0, 100, 100)])
    assert got.fraction == pytest.approx(8000 / 9600, rel=1e-6)


def test_a_corridor_that_is_none_is_refused():
    with pytest.raises(InputError, match="no outline"):
        cover([], [])
    with pytest.raises(InputError, match="encloses no area"):
        cover([ring((0, 0), (10, 0), (20, 0))], [])


def test_the_survey_of_qgroundcontrols_sample_leaves_a_quarter_of_its_polygon_open(shared_data):
    # two transects with swath = spacing = 25 m, not centred: 76.5 % of the polygon, as measured independently
    plan = json.loads((shared_data / "sky/qgc_plans/qgroundcontrol_sample_with_survey.plan").read_text())
    survey = next(item for item in plan["mission"]["items"] if item["type"] == "ComplexItem")
    transects = survey["TransectStyleComplexItem"]
    half = transects["CameraCalc"]["AdjustedFootprintSide"] / 2
    points = np.array(transects["VisualTransectPoints"])[:, ::-1]
    bands = []
    for first in (0, 4):  # each transect: entry, start, end, exit, running east-west
        line = points[first : first + 4]
        north = half / 6_371_008.8 * 180 / math.pi
        (w, lat), (e, _) = line[line[:, 0].argmin()], line[line[:, 0].argmax()]
        bands.append([(w, lat - north), (e, lat - north), (e, lat + north), (w, lat + north)])
    got = cover([np.array(survey["polygon"])[:, ::-1]], bands)
    assert got.fraction == pytest.approx(0.765, abs=0.002)


def test_real_photographs_over_freetown_cover_what_was_measured_of_their_area(shared_data):
    # 84 % of the area of interest lies within 25 m of one of 1,452 photographs, as measured independently
    folder = shared_data / "sky/freetown_photos"
    area = json.loads((folder / "freetown_aoi.geojson").read_text())["features"][0]["geometry"]["coordinates"][0]
    with (folder / "freetown_image_metadata.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def degrees(text):
        d, m, s, side = re.fullmatch(r"(\d+) deg (\d+)' ([\d.]+)\" ([NSEW])", text).groups()
        return (int(d) + int(m) / 60 + float(s) / 3600) * (-1 if side in "SW" else 1)

    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    disc = 25 * np.column_stack([np.cos(angle), np.sin(angle)])
    discs = [from_local_m(disc, (degrees(r["GPSLongitude"]), degrees(r["GPSLatitude"]))) for r in rows]
    got = cover([area], discs)
    assert len(rows) == 1452
    assert got.area_m2 == pytest.approx(1.148e6, rel=5e-3)
    assert got.fraction == pytest.approx(0.84, abs=0.01)
