"""Photographs as bytes: placed, or not placed with the reason; nothing of them leaks into public copies."""

import csv
import io
import re
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from riverchief.base.errors import InputError
from riverchief.sky import media
from sky.jpeg import jpeg, xmp


def test_a_drones_photograph_with_all_that_it_writes():
    packet = xmp(
        RelativeAltitude="+99.90",
        AbsoluteAltitude="+870.51",
        GimbalPitchDegree="-60.00",
        GimbalYawDegree="+12.50",
        GimbalRollDegree="+0.00",
        FlightYawDegree="+13.10",
    )
    meta = media.place_photo(
        jpeg(111.9125, 37.0375, packet=packet, model="M3E", taken="2026:11:21 15:04:05", size=(660, 494))
    )
    assert (meta.lon, meta.lat) == (pytest.approx(111.9125, abs=1e-7), pytest.approx(37.0375, abs=1e-7))
    assert meta.taken_at == datetime(2026, 11, 21, 7, 4, 5, tzinfo=UTC)
    assert meta.time_source == "zone"
    assert meta.absolute_altitude_m == 870.51
    pose = meta.pose(takeoff_above_water_m=4.0)
    assert (pose.height_m, pose.pitch_deg, pose.yaw_deg) == (pytest.approx(103.9), -60.0, 12.5)
    camera = meta.camera()
    assert camera.name == "DJI M3E"
    assert camera.focal_px == pytest.approx(12.29 / 17.3 * 660)


def test_positions_south_and_west_and_those_of_misspelling_firmware():
    assert media.place_photo(jpeg(-70.25, -33.5)).lon == pytest.approx(-70.25)
    assert media.place_photo(jpeg(-70.25, -33.5)).lat == pytest.approx(-33.5)
    for name in ("GpsLongitude", "GpsLongtitude", "GPSLongtitude"):
        meta = media.place_photo(jpeg(packet=xmp(GpsLatitude="37.01", **{name: "111.95"})))
        assert (meta.lon, meta.lat) == (111.95, 37.01)
    element = (
        b"<rdf:Description><drone-dji:GpsLatitude>37.5</drone-dji:GpsLatitude>"
        b"<drone-dji:GpsLongitude>112.5</drone-dji:GpsLongitude></rdf:Description>"
    )
    assert media.place_photo(jpeg(packet=element)).lon == 112.5


def test_a_photograph_without_a_place_is_kept_and_says_why():
    nowhere = media.place_photo(jpeg())
    assert not nowhere.placed
    assert "carries no position" in nowhere.why
    assert "no fix" in media.place_photo(jpeg(0, 0)).why
    assert "not on the earth" in media.place_photo(jpeg(packet=xmp(GpsLatitude="95", GpsLongitude="10"))).why
    assert not media.place_photo(jpeg(packet=xmp(GpsLatitude="abc", GpsLongitude="nan"))).placed


@pytest.mark.parametrize(
    ("how", "source"),
    [
        ({"taken": "2026:11:21 15:04:05"}, "zone"),
        ({"taken": "2026:11:21 09:04:05", "offset": "+02:00"}, "offset"),
        ({"taken": "2026:11:21 23:00:00", "gps_time": ("2026:11:21", (7.0, 4.0, 5.0))}, "gps"),
        ({"taken": "2026:11:21 23:00:00", "packet": xmp(UTCAtExposure="2026-11-21T07:04:05.123456")}, "utc"),
    ],
)
def test_time_comes_from_the_surest_source(how, source):
    meta = media.place_photo(jpeg(111.9, 37.0, **how))
    assert (meta.taken_at, meta.time_source) == (datetime(2026, 11, 21, 7, 4, 5, tzinfo=UTC), source)


def test_a_stamp_that_is_none_leaves_the_time_open():
    assert media.place_photo(jpeg(111.9, 37.0, taken="0000:00:00 00:00:00")).taken_at is None


def test_depth_below_the_sea_is_negative():
    assert media.place_photo(jpeg(50.0, 45.0, altitude=-27.0)).absolute_altitude_m == -27.0


@pytest.mark.parametrize(
    "data", [b"", b"hello, this is a text", b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
)
def test_what_is_no_image_is_refused_in_a_sentence(data):
    with pytest.raises(InputError, match="this is no photograph"):
        media.place_photo(data)


def test_an_image_that_claims_too_many_pixels_is_not_opened():
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    with pytest.raises(InputError, match=r"9,000 × 9,000 pixels, more than 80,000,000"):
        media.place_photo(bomb.getvalue())
    huge = bytearray(bomb.getvalue())
    huge[16:24] = (60000).to_bytes(4, "big") * 2
    import zlib

    huge[29:33] = zlib.crc32(bytes(huge[12:29])).to_bytes(4, "big")
    with pytest.raises(InputError, match="claims more than"):
        media.place_photo(bytes(huge))


def test_half_a_file_is_placed_but_gives_no_picture():
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (200, 300, 3), np.uint8))
    out = io.BytesIO()
    noise.save(out, "JPEG")
    whole = out.getvalue()
    for make in (media.thumbnail, media.public_copy):
        with pytest.raises(InputError, match="cannot be decoded"):
            make(whole[: len(whole) // 2])


def test_public_copies_and_thumbnails_carry_nothing_and_stand_upright():
    private = jpeg(
        111.9, 37.0, packet=xmp(RelativeAltitude="50"), taken="2026:11:21 15:04:05", orientation=6, size=(640, 480)
    )
    for made, size in ((media.public_copy(private), (480, 640)), (media.thumbnail(private, 160), (120, 160))):
        image = Image.open(io.BytesIO(made))
        assert image.size == size
        assert dict(image.getexif()) == {}
        assert "xmp" not in image.info
        for secret in (b"drone-dji", b"DJI", b"2026:11:21", b"Exif"):
            assert secret not in made
        assert not media.place_photo(made).placed


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_as_pillow_itself_would_turn_them(orientation):
    scene = np.zeros((32, 64, 3), np.uint8)
    scene[:16, :32], scene[:16, 32:], scene[16:, :32] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    exif = Image.Exif()
    exif[274] = orientation
    out = io.BytesIO()
    Image.fromarray(scene).save(out, "JPEG", exif=exif, quality=95, subsampling=0)
    turned = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))), float)
    copied = np.asarray(Image.open(io.BytesIO(media.public_copy(out.getvalue()))), float)
    assert copied.shape == turned.shape
    assert np.abs(copied[4::8, 4::8] - turned[4::8, 4::8]).max() < 12


def test_a_camera_by_its_35_mm_equivalent_and_none_at_all():
    meta = media.place_photo(jpeg(111.9, 37.0, model="SomePhone", make="X", focal_35mm=24, size=(4000, 3000)))
    # a 24 mm equivalent sees 84.06° over the diagonal
    diagonal = np.hypot(4000, 3000)
    assert 2 * np.degrees(np.arctan(diagonal / 2 / meta.camera().focal_px)) == pytest.approx(84.06, abs=0.02)
    with pytest.raises(InputError, match="camera DJI FC9999 is not known"):
        media.place_photo(jpeg(111.9, 37.0, model="FC9999")).camera()


def test_a_photograph_that_does_not_say_how_it_looked_has_no_pose():
    with pytest.raises(InputError, match="does not say its height above takeoff, gimbal pitch, yaw"):
        media.place_photo(jpeg(111.9, 37.0)).pose()


def test_real_photographs_of_opendronemap_are_placed(shared_data):
    # the fixtures' own tags, read with another program: 41° 13′ 437032/12511″ N 81° 42′ 159481/8053″ W and
    # 41° 13′ 108409/3049″ N 81° 42′ 125243/5824″ W
    expected = {
        "webodm_tiny_drone_image.jpg": ((437032 / 12511), (159481 / 8053)),
        "webodm_tiny_drone_image_2.jpg": ((108409 / 3049), (125243 / 5824)),
    }
    for name, (north, west) in expected.items():
        meta = media.place_photo((shared_data / "sky/odm_fixtures" / name).read_bytes())
        assert meta.lat == pytest.approx(41 + 13 / 60 + north / 3600, abs=1e-9)
        assert meta.lon == pytest.approx(-(81 + 42 / 60 + west / 3600), abs=1e-9)
        assert meta.model == "Canon PowerShot S110"
        assert meta.gimbal_pitch_deg is None, "a fixed-wing camera writes no gimbal"


def test_metadata_of_real_drone_photographs_comes_back_as_it_was_written(shared_data):
    with (shared_data / "sky/freetown_photos/freetown_image_metadata.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::36]
    assert len(rows) > 40
    for row in rows:
        lat, lon = (
            (int(d) + int(m) / 60 + float(s) / 3600) * (-1 if side in "SW" else 1)
            for d, m, s, side in (
                re.fullmatch(r"(\d+) deg (\d+)' ([\d.]+)\" ([NSEW])", row[key]).groups()
                for key in ("GPSLatitude", "GPSLongitude")
            )
        )
        packet = xmp(**{key: row[key] for key in ("AbsoluteAltitude", "GimbalPitchDegree", "FlightYawDegree")})
        meta = media.place_photo(jpeg(round(lon, 9), round(lat, 9), packet=packet, taken=row["DateTimeOriginal"]), UTC)
        assert (meta.lon, meta.lat) == (pytest.approx(lon, abs=1e-7), pytest.approx(lat, abs=1e-7))
        assert meta.absolute_altitude_m == float(row["AbsoluteAltitude"])
        assert meta.gimbal_pitch_deg in (-80.0, -54.9)
        assert meta.flight_yaw_deg == float(row["FlightYawDegree"])
        assert f"{meta.taken_at:%Y:%m:%d %H:%M:%S}" == row["DateTimeOriginal"]


@settings(max_examples=60)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_damaged_files_are_answered_never_crashed_upon(position, junk):
    good = jpeg(
        111.9,
        37.0,
        packet=xmp(GimbalPitchDegree="-90"),
        taken="2026:11:21 15:04:05",
        gps_time=("2026:11:21", (7.0, 4.0, 5.0)),
    )
    at = position % len(good)
    damaged = good[:at] + junk + good[at + len(junk) :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of corrupt EXIF; the platform goes on without it
        try:
            meta = media.place_photo(damaged)
        except InputError as refused:
            answer = refused.sentence
        else:
            answer = meta.why or ("placed" if meta.placed else "")
    assert answer


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_named_by_its_content(kind):
    out = io.BytesIO()
    Image.new("RGB", (8, 6)).save(out, kind)
    assert media.mime_type(out.getvalue()) == f"image/{kind.lower()}"
