import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import UnknownName
from riverchief.base.geometry import EARTH_RADIUS_M, distance_m, from_local_m, to_local_m, to_wgs84

lons, lats = st.floats(110, 114), st.floats(35, 39)


@given(lons, lats, lons, lats)
def test_the_plane_comes_back(lon, lat, lon0, lat0):
    xy = to_local_m(lon, lat, (lon0, lat0))
    assert from_local_m(xy, (lon0, lat0)) == pytest.approx(np.array([lon, lat]), abs=1e-9)


def test_distances_on_the_plane_agree_with_the_sphere_over_a_prefecture():
    origin = (112.5, 37.3)
    lon, lat = np.meshgrid(np.linspace(111.5, 113.5, 9), np.linspace(36.8, 37.8, 9))
    plane = np.hypot(*to_local_m(lon, lat, origin).reshape(-1, 2).T)
    sphere = distance_m(lon, lat, *origin).ravel()
    assert plane == pytest.approx(sphere, rel=0.006)


def test_a_quarter_of_a_meridian_and_one_degree_of_equator():
    assert distance_m(0, 0, 0, 90) == pytest.approx(EARTH_RADIUS_M * np.pi / 2)
    assert distance_m(10, 0, 11, 0) == pytest.approx(EARTH_RADIUS_M * np.pi / 180)


def test_gcj02_agrees_with_the_public_example_of_beijing():
    """WGS 84 116.404, 39.915 is GCJ-02 116.410244, 39.916404 in the README of the coordtransform library."""
    lon, lat = to_wgs84(116.41024449916938, 39.91640428150164, "gcj02")
    assert (float(lon), float(lat)) == pytest.approx((116.404, 39.915), abs=2e-6)


def test_wgs84_and_cgcs2000_stay_and_an_unknown_system_names_the_nearest():
    assert [float(x) for x in to_wgs84(112.0, 37.0, "cgcs2000")] == [112.0, 37.0]
    with pytest.raises(UnknownName, match="did you mean 'gcj02'"):
        to_wgs84(112.0, 37.0, "gcj2")
