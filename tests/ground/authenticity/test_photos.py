"""Photographs off the track, out of time, and handed in before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.authenticity.by_hand import ORIGIN, T0, along, handed, known, track_of
from riverchief.base.geometry import from_local_m
from riverchief.ground.authenticity import Photo
from riverchief.ground.authenticity.model import Silence
from riverchief.ground.authenticity.photos import photo_again, photo_place, photo_time

TRACK = track_of(*along())
HASH = 0x0F0F_1234_ABCD_5555


def photo(after_s=0.0, east_m=0.0, north_m=0.0, picture_hash=HASH):
    lon, lat = from_local_m([east_m, north_m], ORIGIN)
    return Photo(T0 + after_s, float(lon), float(lat), picture_hash)


def test_a_photo_where_the_phone_was_says_nothing():
    assert photo_place(handed(TRACK, photos=[photo(800, 1000, 30)]), known()) is Silence.NOTHING


def test_a_photo_a_kilometre_away_is_told():
    found = photo_place(handed(TRACK, photos=[photo(800, 1000), photo(800, 1000, 1000)]), known())
    # nearest to being reached from the fixes two minutes away: 150 m along, 240 m of walk at 2 m/s
    assert found == {"count": 1, "off_m": pytest.approx(math.hypot(1000, 150) - 240, abs=2)}


def test_a_photo_of_unknown_place_or_in_a_gap_is_not_looked_at():
    nowhere = Photo(T0 + 800, float("nan"), float("nan"))
    assert photo_place(handed(TRACK, photos=[nowhere]), known()) is Silence.CANNOT_TELL
    assert photo_place(handed(TRACK, photos=[photo(-7200, 0)]), known()) is Silence.CANNOT_TELL


@pytest.mark.parametrize(("after_s", "told"), [(-600, False), (0, False), (2400 + 600, False), (-7200, True)])
def test_time_has_a_margin(after_s, told):
    found = photo_time(handed(TRACK, photos=[photo(after_s)]), known())
    assert (found is not Silence.NOTHING) == told
    if told:
        assert found == {"count": 1, "off_h": pytest.approx(2.0)}


@given(bits=st.sets(st.integers(0, 63), max_size=20))
def test_up_to_five_bits_it_is_the_same_picture(bits):
    old = HASH
    for bit in bits:
        old ^= 1 << bit
    found = photo_again(handed(TRACK, photos=[photo()]), known(hashes=[old]))
    expected = {"count": 1, "bits": len(bits)} if len(bits) <= 5 else Silence.NOTHING
    assert found == expected


def test_without_hashes_nothing_is_said():
    assert photo_again(handed(TRACK, photos=[photo(picture_hash=None)]), known(hashes=[1])) is Silence.CANNOT_TELL
    assert photo_again(handed(TRACK, photos=[photo()]), known()) is Silence.CANNOT_TELL
