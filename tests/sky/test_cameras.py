"""Cameras and drones are data; what they say about an image must survive scaling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.sky.cameras import Camera, Drone, camera_of_model, cameras, drones


def test_every_drone_carries_a_known_camera_and_every_figure_has_its_source():
    assert len(cameras()) >= 6
    for drone in drones().values():
        assert drone.camera in cameras(), drone.name
        assert drone.cruise_ms <= drone.fastest_ms
    for thing in (*cameras().values(), *drones().values()):
        assert thing.confidence in ("A", "B", "C")
        assert len(thing.source) > 10


def test_actual_focal_lengths_stand_in_the_table_not_the_35_mm_equivalents():
    # an equivalent would make the diagonal angle of view that of a tele lens: all of these are wide angle cameras
    for camera in cameras().values():
        equivalent = (
            43.2666
            * camera.focal_mm
            / (camera.sensor_width_mm * (1 + (camera.image_height_px / camera.image_width_px) ** 2) ** 0.5)
        )
        assert 22 <= equivalent <= 29, f"{camera.name}: {equivalent:.1f} mm"


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(UnknownName, match="did you mean 'DJI M3E'"):
        Camera.named("DJI M3")
    with pytest.raises(UnknownName, match="did you mean 'Mavic 3'"):
        Drone.named("mavic 3")


def test_a_model_name_in_a_file_finds_its_camera():
    assert camera_of_model("fc6310s") == Camera.named("DJI P4P")
    assert camera_of_model("L2D-20c ") == Camera.named("DJI Mavic 3")
    assert camera_of_model("Canon PowerShot S110") is None


@given(share=st.floats(0.05, 2.0))
def test_scaling_an_image_keeps_its_angle_of_view(share):
    camera = Camera.named("DJI P4P")
    width, height = round(camera.image_width_px * share), round(camera.image_height_px * share)
    scaled = camera.scaled_to(width, height)
    assert scaled.image_width_px / scaled.focal_px == pytest.approx(camera.image_width_px / camera.focal_px, rel=1e-9)
    upright = camera.scaled_to(height, width)
    assert upright.focal_px == pytest.approx(scaled.focal_px, rel=1e-9)


def test_a_cropped_image_and_impossible_figures_are_refused():
    with pytest.raises(InputError, match="it was cropped"):
        Camera.named("DJI P4P").scaled_to(1920, 1080)
    with pytest.raises(InputError, match="must be above 0"):
        Camera("flat", 0.0, 8.8, 100, 100)
    with pytest.raises(InputError, match="battery 0 min"):
        Drone("brick", "DJI M3E", 0, 1, 1, 1, 1, 1)
