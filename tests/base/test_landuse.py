"""Overlaps in square metres: against the closed area of a band of the ellipsoid, hand-made squares, and invariants."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from riverchief.base.errors import InputError
from riverchief.base.geometry import to_wgs84
from riverchief.base.landuse import area_m2, footprint_of, overlaps

A, F = 6_378_137.0, 1 / 298.257_223_563


def cell_m2(west, south, east, north):
    """Closed area of a cell of meridians and parallels on the ellipsoid (Snyder 1987, eq. 3-12)."""
    e = math.sqrt(F * (2 - F))

    def q(p):
        x = e * math.sin(p)
        return (1 - e * e) * (math.sin(p) / (1 - x * x) - math.log((1 - x) / (1 + x)) / (2 * e))

    return A * A / 2 * math.radians(east - west) * (q(math.radians(north)) - q(math.radians(south)))


@pytest.mark.parametrize(
    "corner", [(112.0, 37.0, 112.01, 37.01), (112.0, 37.0, 112.5, 37.4), (0, -1, 1, 1), (110, 60, 111, 61)]
)
def test_the_area_is_that_of_the_ellipsoid(corner):
    assert area_m2(box(*corner)) == pytest.approx(cell_m2(*corner), rel=2e-6)


def layer(*geometries):
    return [{"name": f"a{i}", "geometry": mapping(g)} for i, g in enumerate(geometries)]


def test_a_quarter_of_a_footprint_in_two_areas_that_overlap_is_counted_once():
    foot = box(112.0, 37.0, 112.02, 37.02)
    areas = layer(
        box(112.01, 37.01, 112.03, 37.03), box(112.01, 37.0, 112.02, 37.02).intersection(box(112.01, 37.01, 113, 38))
    )
    (found,) = overlaps(foot, [("red", areas), ("far", layer(box(113, 38, 114, 39)))])
    assert (found.code, found.names) == ("red", ("a0", "a1"))
    assert found.area_m2 == pytest.approx(cell_m2(112.01, 37.01, 112.02, 37.02), rel=1e-5)
    assert found.share == pytest.approx(0.25, abs=1e-3)


def test_what_only_touches_shares_nothing_and_a_hole_does_not_count():
    foot = box(112.0, 37.0, 112.01, 37.01)
    (touching,) = overlaps(foot, [("x", layer(box(112.01, 37.0, 112.02, 37.01)))])
    assert touching.area_m2 == 0
    ring = box(111, 36, 113, 38) - box(112.0, 37.0, 112.005, 37.01)
    (found,) = overlaps(foot, [("x", layer(ring))])
    assert found.area_m2 == pytest.approx(cell_m2(112.005, 37.0, 112.01, 37.01), rel=1e-5)


def test_a_footprint_in_gcj02_is_moved_before_it_is_asked():
    true = box(112.10, 37.10, 112.11, 37.11)
    lon, lat = 112.105, 37.105
    shift = [b - a for a, b in zip((lon, lat), to_wgs84(lon, lat, "gcj02"), strict=True)]
    seen = shapely.transform(true, lambda xy: xy - shift)  # as a phone's map would draw it, to a metre
    found = footprint_of(mapping(seen), "gcj02")
    assert found.symmetric_difference(true).area / true.area < 0.01
    assert footprint_of(mapping(seen)).symmetric_difference(true).area / true.area > 0.5


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"type": "Point", "coordinates": [112, 37]}, "no polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crosses itself"),
        (
            {
                "type": "Polygon",
                "coordinates": [[[500000, 4000000], [500100, 4000000], [500100, 4000100], [500000, 4000000]]],
            },
            "no degrees",
        ),
        ({"type": "Polygon", "coordinates": "x"}, "cannot be read"),
        ({"type": "Polygon", "coordinates": [[[112, 37], [113, 37]]]}, "cannot be read"),
        ({}, "no polygon"),
    ],
)
def test_what_is_no_footprint_is_told(given, words):
    with pytest.raises(InputError, match=words):
        footprint_of(given)


squares = st.tuples(st.floats(111, 113), st.floats(36, 38), st.floats(0.001, 0.5), st.floats(0.001, 0.5)).map(
    lambda t: box(t[0], t[1], t[0] + t[2], t[1] + t[3])
)


@given(squares, squares)
def test_no_more_is_shared_than_either_has_and_the_question_is_the_same_from_both_sides(a, b):
    one, other = overlaps(a, [("x", layer(b))]), overlaps(b, [("x", layer(a))])
    assert bool(one) == bool(other)
    if one:
        assert one[0].area_m2 == pytest.approx(other[0].area_m2, rel=1e-9, abs=1e-6)
        assert one[0].area_m2 <= min(area_m2(a), area_m2(b)) * (1 + 1e-4)
