"""Gaps, coverage and speed against ways whose figures are plain arithmetic."""

import numpy as np
import pytest

from ground.authenticity.by_hand import T0, along, handed, known, track_of
from riverchief.ground.authenticity.model import Known, Silence
from riverchief.ground.authenticity.way import coverage, driven, gaps, speed_ms


def test_speed_of_an_even_walk_is_its_pace():
    track = track_of(*along(pace_ms=1.25))
    assert speed_ms(track, 30) == pytest.approx(np.full(len(track.time_s), 1.25), rel=1e-3)


def test_gaps_are_told_with_their_share():
    time_s, xy = along()
    hole = (time_s - T0 > 600) & (time_s - T0 < 1200)
    found = gaps(handed(track_of(time_s[~hole], xy[~hole])), known())
    assert found == {"count": 1, "gap_min": 10.0, "share": pytest.approx(600 / 2400)}
    assert gaps(handed(track_of(time_s, xy)), known()) is Silence.NOTHING


def test_half_the_stretch_is_enough_and_a_third_is_not():
    assert coverage(handed(track_of(*along(last_m=1500))), known()) is Silence.NOTHING
    found = coverage(handed(track_of(*along(last_m=900))), known())
    # 900 m walked, and what is seen from its end: 100 m
    assert found["fraction"] == pytest.approx(1000 / 3000, abs=0.01)


def test_a_car_along_the_bank_is_a_drive():
    found = driven(handed(track_of(*along(pace_ms=8))), known())
    assert found["share"] == pytest.approx(1.0)


def test_a_drive_back_after_the_walk_takes_nothing_off():
    walked_s, walked = along()
    ridden_s, ridden = along(pace_ms=8, start_s=walked_s[-1] + 60)
    track = track_of(np.append(walked_s, ridden_s), np.vstack([walked, ridden[::-1]]))
    assert driven(handed(track), known()) is Silence.NOTHING


def test_of_a_way_half_driven_half_is_told():
    first_s, first = along(pace_ms=8, last_m=1500)
    second_s, second = along(first_m=1500, start_s=first_s[-1] + 5)
    found = driven(handed(track_of(np.append(first_s, second_s), np.vstack([first, second]))), known())
    # 100 m before the walk began are seen from its first step
    assert found["share"] == pytest.approx(1400 / 3000, abs=0.03)


def test_without_a_stretch_nothing_is_said_of_it():
    track = handed(track_of(*along()))
    assert coverage(track, Known(known().network)) is Silence.CANNOT_TELL
    assert driven(track, Known(known().network)) is Silence.CANNOT_TELL
