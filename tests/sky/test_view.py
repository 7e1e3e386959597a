"""Lines of sight against hand-made geometry and against the camera turned the other way round."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.geometry import to_local_m
from riverchief.sky.cameras import Camera
from riverchief.sky.coverage import cover
from riverchief.sky.view import Pose, direction, footprint, ground_m, rotation

CAMERA = Camera("square", sensor_width_mm=10, focal_mm=10, image_width_px=1000, image_height_px=800)  # focal 1000 px
HERE = (111.9, 37.0)


def pose(**changes):
    return Pose(*HERE, **{"height_m": 100.0, **changes})


def test_straight_down_the_upper_edge_lies_ahead_and_the_right_edge_to_the_right():
    assert ground_m(CAMERA, pose(), 500, 400) == pytest.approx((0, 0), abs=1e-9)
    assert ground_m(CAMERA, pose(), 500, 0) == pytest.approx((0, 40), abs=1e-9)  # 400 px up: 40 m north
    assert ground_m(CAMERA, pose(), 1000, 400) == pytest.approx((50, 0), abs=1e-9)
    assert ground_m(CAMERA, pose(yaw_deg=90), 500, 0) == pytest.approx((40, 0), abs=1e-9)
    assert ground_m(CAMERA, pose(yaw_deg=90), 1000, 400) == pytest.approx((0, -50), abs=1e-9)


def test_oblique_the_centre_lies_at_the_tangent():
    assert ground_m(CAMERA, pose(pitch_deg=-45), 500, 400) == pytest.approx((0, 100))
    assert ground_m(CAMERA, pose(pitch_deg=-30, yaw_deg=270), 500, 400) == pytest.approx((-100 * 3**0.5, 0), abs=1e-9)
    # tan(45° + atan 0.4) below the horizon for the lowest row
    assert ground_m(CAMERA, pose(pitch_deg=-45), 500, 800)[1] == pytest.approx(100 * 0.6 / 1.4)


@given(st.floats(-90, -20), st.floats(-360, 360), st.floats(-20, 20), st.floats(0, 1000), st.floats(0, 800))
def test_what_a_pixel_shows_is_seen_in_that_pixel(pitch, yaw, roll, u, v):
    at = pose(pitch_deg=pitch, yaw_deg=yaw, roll_deg=roll)
    try:
        east, north = ground_m(CAMERA, at, u, v)
    except InputError:
        ray = rotation(pitch, yaw, roll) @ direction(CAMERA, u, v)
        assert np.degrees(np.arcsin(ray[2] / np.linalg.norm(ray))) < 10
        return
    forward, right, down = rotation(pitch, yaw, roll).T @ np.array([north, east, 100.0])
    assert 500 + 1000 * right / forward == pytest.approx(u, abs=1e-6)
    assert 400 + 1000 * down / forward == pytest.approx(v, abs=1e-6)


def test_a_camera_that_hangs_upside_down_in_its_gimbal_sees_the_same():
    # pitch −90° with roll 180° is the view of pitch −90° turned by half a circle: firmwares write both
    a = ground_m(CAMERA, pose(yaw_deg=30), 700, 100)
    b = ground_m(CAMERA, pose(yaw_deg=210, roll_deg=180), 700, 100)
    assert b == pytest.approx(a, abs=1e-9) or b == pytest.approx((-a[0], -a[1]), abs=1e-9)
    assert rotation(-90, 210, 180) @ np.array([1, 0, 0]) == pytest.approx(np.array([0, 0, 1]), abs=1e-12)


def test_pixels_outside_and_rays_near_the_horizon_are_refused():
    with pytest.raises(InputError, match=r"pixel \(1001, 5\) is outside of the image, which is 1000 × 800 px"):
        ground_m(CAMERA, pose(), 1001, 5)
    with pytest.raises(InputError, match=r"looks 3\.2° below the horizon"):
        ground_m(CAMERA, pose(pitch_deg=-25), 500, 0)  # 25° − atan 0.4 = 25° − 21.801°
    with pytest.raises(InputError, match="camera is -3 m above the water"):
        ground_m(CAMERA, pose(height_m=-3.0), 500, 400)


def area_m2(ring):
    xy = to_local_m(*np.array(ring).T, HERE)
    return abs(np.sum(xy[:, 0] * np.roll(xy[:, 1], -1) - xy[:, 1] * np.roll(xy[:, 0], -1))) / 2


def test_footprint_straight_down_is_the_frame_on_the_water():
    ring = footprint(CAMERA, pose(yaw_deg=33))
    assert area_m2(ring) == pytest.approx(100 * 80, rel=1e-3)
    frame = [pose_corner(u, v, 33) for u, v in ((0, 0), (1000, 0), (1000, 800), (0, 800))]
    assert cover([ring], [frame]).fraction == pytest.approx(1, abs=1e-6)


def pose_corner(u, v, yaw):
    from riverchief.sky.view import to_lonlat

    at = pose(yaw_deg=yaw)
    return to_lonlat(at, *ground_m(CAMERA, at, u, v))


def test_footprint_of_an_oblique_view_is_a_trapezoid():
    # pitch −60°: rows see 60° ± atan 0.4 below the horizon; width of a row is its slant distance times 1 px / focal
    low, high = np.radians(60 + np.degrees(np.arctan(0.4))), np.radians(60 - np.degrees(np.arctan(0.4)))
    near, far = 100 / np.tan(low), 100 / np.tan(high)
    slant = np.array([100 / np.sin(low), 100 / np.sin(high)]) * np.cos(np.arctan(0.4))
    expected = (far - near) * slant.mean()
    assert area_m2(footprint(CAMERA, pose(pitch_deg=-60))) == pytest.approx(expected, rel=1e-3)


def test_footprint_towards_the_horizon_is_cut_and_above_it_is_empty():
    ring = footprint(CAMERA, pose(pitch_deg=-20))
    reach = np.hypot(*to_local_m(*np.array(ring).T, HERE).T)
    assert reach.max() <= 100 / np.tan(np.radians(10)) + 1
    assert footprint(CAMERA, pose(pitch_deg=40)) == ()
