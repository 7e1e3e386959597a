"""Flight geometry against published figures and closed formulas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.sky import geometry
from riverchief.sky.cameras import Camera, Drone

P4 = Camera.named("DJI P4 RTK")


def test_gsd_is_the_makers():
    # the maker of the Phantom 4 RTK states a ground sampling distance of H / 36.5 cm for H in metres
    assert geometry.gsd_m(P4, 100) == pytest.approx(100 / 36.5 / 100, rel=2e-3)


def test_footprint_follows_from_similar_triangles():
    # sensor 13.2 × 8.8 mm behind 8.8 mm: at H the water seen is 1.5 H wide and 1.0 H long
    swath, length = geometry.footprint_m(P4, 80)
    assert swath == pytest.approx(1.5 * 80)
    assert length == pytest.approx(1.0 * 80)
    assert geometry.line_spacing_m(swath, 0.7) == pytest.approx(36)
    assert geometry.shot_spacing_m(length, 0.8) == pytest.approx(16)


@given(st.floats(0.002, 1.0))
def test_altitude_and_gsd_are_inverse(gsd):
    assert geometry.gsd_m(P4, geometry.altitude_for_gsd_m(P4, gsd)) == pytest.approx(gsd, rel=1e-12)


def test_speed_is_held_by_whichever_limit_comes_first():
    drone = Drone("quick", "DJI P4 RTK", 30, 40, 50, 5, 5, 5)
    # blur: 1 px · 0.0274116 m / (1/800 s) = 21.93 m/s at 100 m, spacing 20 m / 2.5 s = 8 m/s
    assert geometry.speed_ms(P4, drone, 100, 0.8) == pytest.approx(8.0)
    assert geometry.speed_ms(P4, drone, 100, 0.2, exposure_s=1 / 200) == pytest.approx(100 / 8.8 * 13.2 / 5472 * 200)
    assert geometry.speed_ms(P4, Drone.named("P4 RTK"), 100, 0.5) == Drone.named("P4 RTK").cruise_ms


@pytest.mark.parametrize("overlap", [-0.1, 1.0, 1.5, float("nan")])
def test_overlaps_outside_of_0_to_1_are_refused(overlap):
    with pytest.raises(InputError, match="give a share from 0 up to"):
        geometry.line_spacing_m(100, overlap)


def test_heights_that_are_none_are_refused():
    with pytest.raises(InputError, match="altitude is 0 m; it must be above 0 m"):
        geometry.gsd_m(P4, 0)
    with pytest.raises(InputError, match="ground sampling distance is -1 m"):
        geometry.altitude_for_gsd_m(P4, -1)
