"""Pictures are placed by the platform's own reader of photographs, and show the plume where the source lies."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from riverchief.base.geometry import distance_m, from_local_m
from riverchief.base.places import Place
from riverchief.simulate.pictures import HIGH_PX, WIDE_PX, Scene, Shot, bank_picture, draw
from riverchief.sky import finding, media, view

AT = datetime(2026, 5, 12, 3, 4, 5, tzinfo=UTC)


def shot(lon, lat, heading=0.0, said=None, height=120.0):
    return Shot(lon, lat, height, heading, AT, said or (lon, lat))


@pytest.fixture(scope="module")
def scene(mini):
    return Scene.of(mini.network, [("qx1", 3_500, 5_500)], 20.0, Place("qx1", 4_200.0))


def over(mini, chainage_m, heading=0.0):
    lon, lat = mini.network.point(mini.network.index("qx1"), chainage_m)[0]
    return shot(float(lon), float(lat), heading)


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0, 360), st.floats(30, 300), st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.sampled_from([36.0, 37.4])
)
def test_a_point_shows_at_the_pixel_that_the_platform_places_there(heading, height, x, y, lat):
    taken = shot(112.3, lat, heading, height=height)
    camera = media.place_photo(_plain(taken)).camera()
    east, north = view.ground_m(camera, view.Pose(112.3, lat, height, -90.0, heading), x * WIDE_PX, y * HIGH_PX)
    lon, there = from_local_m([[east, north]], (112.3, lat))[0]
    assert taken.pixel(lon, there) == pytest.approx((x * WIDE_PX, y * HIGH_PX), abs=0.2)


def _plain(taken):
    from riverchief.simulate.pictures import with_tags

    return with_tags(Image.new("RGB", (WIDE_PX, HIGH_PX)), taken)


def test_what_lies_outside_of_a_picture_has_no_pixel():
    taken = shot(112.3, 37.0)
    assert taken.pixel(112.31, 37.0) is None
    assert taken.centred(112.31, 37.0) == np.inf
    assert taken.centred(112.3, 37.0) == 0


def test_the_file_says_where_when_and_how_it_was_taken(mini, scene):
    taken = over(mini, 4_230.0, 215.0)
    said = (taken.lon + 1e-5, taken.lat)
    meta = media.place_photo(draw(scene, Shot(taken.lon, taken.lat, 119.6, 215.0, AT, said)).jpeg())
    assert (meta.lon, meta.lat) == pytest.approx(said, abs=2e-7)
    assert meta.taken_at == AT
    assert (meta.make, meta.model) == ("DJI", "M3E")
    assert (meta.relative_altitude_m, meta.gimbal_pitch_deg) == (119.6, -90)
    assert meta.gimbal_yaw_deg % 360 == meta.flight_yaw_deg % 360 == 215


def test_a_mark_on_the_plumes_head_lies_at_the_source(mini, scene):
    taken = over(mini, 4_230.0, 215.0)
    meta = media.place_photo(draw(scene, taken).jpeg())
    point = finding.locate_pixel(meta.camera(), meta.pose(), *taken.pixel(*scene.source))
    located = mini.network.locate([point.lon], [point.lat])
    assert mini.network.codes[int(located.reach[0])] == "qx1"
    assert located.chainage_m[0] == pytest.approx(4_200, abs=3)
    assert distance_m(point.lon, point.lat, *scene.source) < 0.5


def test_the_plume_is_darker_than_the_water_above_it_and_on_the_water(mini, scene):
    taken = over(mini, 4_230.0)
    picture = draw(scene, taken)
    head = [int(x) for x in taken.pixel(*scene.source)]
    upstream = [int(x) for x in taken.pixel(*mini.network.point(mini.network.index("qx1"), 4_180.0)[0])]
    light = picture.pixels.astype(float).sum(axis=2)
    at_head, above = (light[row - 3 : row + 4, column - 3 : column + 4].mean() for column, row in (head, upstream))
    assert picture.water[head[1] // 3, head[0] // 3]
    assert picture.water[upstream[1] // 3, upstream[0] // 3]
    assert at_head < above - 40


def test_without_a_source_there_is_no_plume_and_the_darkest_water_is_water(mini):
    scene = Scene.of(mini.network, [("qx1", 3_500, 5_500)], 20.0, Place("qx2", 4_200.0))
    assert scene.source is None
    picture = draw(scene, over(mini, 4_300.0))
    u, v = picture.darkest()
    assert picture.water[int(v / 3), int(u / 3)]
    assert draw(scene, shot(112.9, 37.9)).darkest() is None


def test_stretches_that_follow_one_another_are_one_scene(mini):
    scene = Scene.of(mini.network, [("qx1", 11_000, 11_800), ("qx2", 0, 900)], 20.0, Place("qx2", 500.0))
    assert (np.diff(scene.along_m) >= 0).all()
    assert scene.along_m[-1] == pytest.approx(300 + 800 + 900 + 300)
    assert scene.plume_m == pytest.approx(300 + 800 + 500)


def test_every_picture_says_that_it_is_simulated(mini, scene):
    for data in (draw(scene, over(mini, 4_230.0)).jpeg(), bank_picture((112.3, 37.2), AT)):
        image = Image.open(io.BytesIO(data))
        assert "SIMULATED" in image.getexif()[0x010E]
        pixels = np.asarray(image.convert("L"), int)
        band = pixels[14:36, 12:190] if data.find(b"drone-dji") < 0 else pixels[HIGH_PX - 36 : HIGH_PX - 16, 12:190]
        assert (band < 40).mean() > 0.5, "a dark band"
        assert (band > 200).mean() > 0.05, "with white letters"
    assert media.place_photo(bank_picture((112.3, 37.2), AT)).lon == pytest.approx(112.3, abs=1e-6)
