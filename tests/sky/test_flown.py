"""Photographs that came back, against the corridor that was planned."""

import pytest

from riverchief.base.errors import InputError
from riverchief.base.geometry import from_local_m
from riverchief.sky import export
from riverchief.sky.cameras import Camera, Drone
from riverchief.sky.flown import corridor_of, flown
from riverchief.sky.media import place_photo
from riverchief.sky.mission import plan_corridor
from sky.jpeg import jpeg, xmp

ORIGIN = (111.9, 37.0)


def photo(x, y, *, pitch=-90.0, yaw=0.0, height=80.0):
    lon, lat = from_local_m([[x, y]], ORIGIN)[0]
    packet = xmp(RelativeAltitude=height, GimbalPitchDegree=pitch, GimbalYawDegree=yaw, GimbalRollDegree=0)
    return place_photo(
        jpeg(round(float(lon), 9), round(float(lat), 9), packet=packet, model="FC6310R", size=(5472 // 8, 3648 // 8))
    )


def test_one_photograph_covers_its_frame_of_the_corridor():
    corridor = [from_local_m([[-100, -40], [100, -40], [100, 40], [-100, 40]], ORIGIN)]
    got = flown(corridor, [photo(0, 0)])  # 120 m across, 80 m along a flight to the north
    assert got.coverage.fraction == pytest.approx(0.6, rel=1e-3)
    assert len(got.coverage.gaps) == 2
    higher = flown(corridor, [photo(0, 0)], takeoff_above_water_m=20)
    assert higher.coverage.fraction == pytest.approx(0.75, rel=1e-3)


def test_photographs_that_cannot_count_say_why():
    corridor = [from_local_m([[-100, -40], [100, -40], [100, 40], [-100, 40]], ORIGIN)]
    got = flown(corridor, [photo(0, 0, pitch=60), place_photo(jpeg(111.9, 37.0)), photo(0, 0), photo(0, 0, height=-3)])
    assert got.left_out.keys() == {0, 1, 3}
    assert "above the horizon" in got.left_out[0]
    assert "is not known" in got.left_out[1]
    assert "-3 m above the water" in got.left_out[3]
    assert got.footprints.keys() == {2}


def test_the_corridor_is_found_in_the_missions_file():
    line = from_local_m([[0, 0], [500, 0]], ORIGIN)
    mission = plan_corridor(line, width_m=80, camera=Camera.named("DJI M3E"), drone=Drone.named("M3E"), altitude_m=60)
    assert corridor_of(export.as_geojson(mission)) == [[list(p) for p in ring] for ring in mission.corridor]
    with pytest.raises(InputError, match="no feature of kind corridor"):
        corridor_of({"type": "FeatureCollection", "features": []})
