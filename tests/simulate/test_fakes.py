"""Fakes are what their kind says."""

import numpy as np
import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.geometry import to_local_m
from riverchief.simulate.fakes import outing


def metres(recording, origin):
    return to_local_m(recording.lonlat[:, 0], recording.lonlat[:, 1], origin)


def step_ms(recording):
    xy = metres(recording, tuple(recording.lonlat[0]))
    return np.hypot(*np.diff(xy, axis=0).T) / np.diff(recording.time_s)


def test_a_drive_by_is_fast_and_a_walk_is_not():
    for seed in range(10):
        assert np.median(step_ms(outing("drive_by", seed).recording)) > 4
        assert np.median(step_ms(outing("plain", seed).recording)) < 2
        assert np.quantile(step_ms(outing("ride_home", seed).recording), 0.98) > 4


def test_one_pair_of_feet_carries_phones_that_keep_together():
    for kind in ("shared", "joint"):
        one = outing(kind, 3)
        other = one.others[-1]
        origin = tuple(one.line[0])
        here = metres(one.recording, origin)
        there = metres(other, origin)
        at = np.column_stack([np.interp(one.recording.time_s, other.time_s, there[:, k]) for k in (0, 1)])
        assert np.median(np.hypot(*(here - at).T)) < 12


def test_a_mock_application_draws_lines_at_one_speed():
    for seed in range(10):
        speed = step_ms(outing("straight", seed).recording)
        assert np.quantile(speed, 0.9) == pytest.approx(np.median(speed), rel=0.02)


def test_photographs_that_are_fake_are_of_another_time_or_place_or_an_old_one():
    for seed in range(10):
        one = outing("photos", seed)
        track, origin = one.recording, tuple(one.line[0])
        old = [photo.picture_hash for recording in one.earlier for photo in recording.photos]
        for photo in track.photos:
            i = int(np.argmin(np.abs(track.time_s - photo.time_s)))
            here = to_local_m([photo.lon], [photo.lat], origin)[0] - metres(track, origin)[i]
            again = min(((photo.picture_hash ^ one).bit_count() for one in old), default=64) <= 3
            assert again or np.hypot(*here) > 300 or abs(track.time_s[i] - photo.time_s) > 3600


def test_an_unknown_kind_is_named():
    with pytest.raises(UnknownName, match="did you mean 'replay'"):
        outing("reply", 0)
