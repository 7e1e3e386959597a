"""Position errors: published figures, closed formulas, Monte Carlo."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.geometry import distance_m
from riverchief.sky.cameras import Camera
from riverchief.sky.finding import Accuracy, covariance, locate_pixel, radius
from riverchief.sky.view import Pose

CAMERA = Camera.named("DJI M3E")
CENTRE = (CAMERA.image_width_px / 2, CAMERA.image_height_px / 2)
HERE = (111.9, 37.0)


def at(pitch, *, height=100.0, yaw=40.0, roll=0.0):
    return Pose(*HERE, height, pitch, yaw, roll)


@pytest.mark.parametrize(("pitch", "rmse_m"), [(-90, 2.3), (-60, 2.7), (-45, 3.4), (-30, 5.4), (-20, 9.6)])
def test_error_of_the_centre_pixel_is_the_tabled_one(pitch, rmse_m):
    # figures for σp 1.5 m, σH 1 m, 0.5° pitch, 1° yaw from 100 m; Monte Carlo gave 3.36 m at −45°
    assert locate_pixel(CAMERA, at(pitch), *CENTRE).sigma_m == pytest.approx(rmse_m, rel=0.02)


@pytest.mark.parametrize("pitch", [-88, -60, -37, -15])
def test_error_of_the_centre_pixel_is_the_closed_formula(pitch):
    given = Accuracy(position_m=0.7, height_m=1.4, pitch_deg=0.3, yaw_deg=2.0, roll_deg=3.0)
    theta = np.radians(90 + pitch)
    turn = np.radians([given.pitch_deg, given.yaw_deg])
    closed = (
        2 * 0.7**2
        + (80 / np.cos(theta) ** 2 * turn[0]) ** 2
        + (np.tan(theta) * 1.4) ** 2
        + (80 * np.tan(theta) * turn[1]) ** 2
    )
    got = np.trace(covariance(CAMERA, at(pitch, height=80), *CENTRE, given))
    assert got == pytest.approx(closed, rel=1e-9)


def places(pose, u, v, accuracy, n=40_000):
    """Monte Carlo with a camera of its own: scipy's rotations, no formula of the package."""
    from scipy.spatial.transform import Rotation

    rng = np.random.default_rng(5)
    angles = np.column_stack(
        [
            pose.yaw_deg + rng.normal(0, accuracy.yaw_deg, n),
            pose.pitch_deg + rng.normal(0, accuracy.pitch_deg, n),
            pose.roll_deg + rng.normal(0, accuracy.roll_deg, n),
        ]
    )
    focal = 12.29 / 17.3 * 5280
    ray = Rotation.from_euler("ZYX", angles, degrees=True).apply([1, (u - 2640) / focal, (v - 1978) / focal])
    scale = (pose.height_m + rng.normal(0, accuracy.height_m, n)) / ray[:, 2]
    return ray[:, [1, 0]] * scale[:, None] + rng.normal(0, accuracy.position_m, (n, 2))


@pytest.mark.parametrize(
    ("pitch", "roll", "u", "v"),
    [
        (-90, 0, 2640, 1978),
        (-90, 0, 300, 200),
        (-60, 2, 5000, 3500),
        (-45, -5, 2640, 1978),
        (-45, 0, 200, 900),
        (-35, 3, 4800, 2500),
    ],
)
def test_analytic_covariance_is_that_of_monte_carlo(pitch, roll, u, v):
    pose, accuracy = at(pitch, roll=roll, yaw=130), Accuracy()
    cloud = places(pose, u, v, accuracy)
    measured, stated = np.cov(cloud.T), covariance(CAMERA, pose, u, v, accuracy)
    assert np.sqrt(np.trace(stated)) == pytest.approx(np.sqrt(np.trace(measured)), rel=0.03)
    assert np.sqrt(np.linalg.eigvalsh(stated)) == pytest.approx(np.sqrt(np.linalg.eigvalsh(measured)), rel=0.1)
    point = locate_pixel(CAMERA, pose, u, v)
    off = np.hypot(*(cloud - np.median(cloud, axis=0)).T)
    assert point.error_m == pytest.approx(np.quantile(off, 0.95), rel=0.1)
    assert (off <= point.error_m).mean() == pytest.approx(0.95, abs=0.02)


def test_the_radius_of_95_percent_between_its_two_limits():
    assert radius(2.0, 2.0) == pytest.approx(2.0 * np.sqrt(-2 * np.log(0.05)), rel=1e-6)
    assert radius(3.0, 0.0) == pytest.approx(3.0 * 1.959964, rel=2e-3)
    cloud = np.random.default_rng(2).normal(0, [5.0, 2.0], (400_000, 2))
    assert radius(5.0, 2.0) == pytest.approx(np.quantile(np.hypot(*cloud.T), 0.95), rel=5e-3)
    with pytest.raises(InputError, match="must be above 0 m"):
        radius(0.0, 0.0)


def test_the_place_itself_and_the_long_axis_of_its_ellipse():
    point = locate_pixel(CAMERA, at(-30, yaw=90), *CENTRE)
    assert distance_m(*HERE, point.lon, point.lat) == pytest.approx(100 * 3**0.5, rel=1e-3)
    assert point.lon > HERE[0]
    assert point.lat == pytest.approx(HERE[1], abs=1e-9)
    assert point.ellipse_azimuth_deg == pytest.approx(90, abs=1), "pitch errors stretch it along the line of sight"
    assert point.ellipse_m[0] > point.ellipse_m[1]
    assert point.as_dict()["error_m"] == pytest.approx(17, abs=8)


def test_a_point_that_cannot_tell_the_bank_says_so():
    good = locate_pixel(CAMERA, at(-80), *CENTRE, river_width_m=30)
    assert good.usable
    assert good.why == ""
    bad = locate_pixel(CAMERA, at(-20), *CENTRE, river_width_m=30)
    assert not bad.usable
    assert "more than half of the river's 30 m" in bad.why
