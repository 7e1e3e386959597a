"""What a phone makes of a way: the size and memory of its errors, its silence, its standing still."""

from dataclasses import replace

import numpy as np
import pytest

from riverchief.base.geometry import to_local_m
from riverchief.simulate.noise import rng
from riverchief.simulate.phone import Phone, Way, record, wandering

ORIGIN = (112.0, 37.0)
PHONE = Phone(5, 4.0, 60.0, 0.3, 0.0, False, 0.1, True, 8)


def straight(seconds):
    return Way(0.0, np.column_stack([np.arange(float(seconds)), np.zeros(seconds)]))


def metres(recording):
    return to_local_m(recording.lonlat[:, 0], recording.lonlat[:, 1], ORIGIN)


def test_a_wandering_has_unit_size_and_its_memory():
    x = wandering(rng("wandering"), 400_000, 20.0, 1)[:, 0]
    assert np.std(x) == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(x[:-20], x[20:])[0, 1] == pytest.approx(np.exp(-1), abs=0.04)


def test_a_receiver_errs_by_metres_that_wander():
    recording = record(PHONE, straight(40_000), ORIGIN, rng("receiver"))
    error = metres(recording)[:, 1]
    error = error[np.abs(error) < 25]  # outliers left out
    assert np.std(error) == pytest.approx(np.hypot(4.0, 0.3), rel=0.1)
    memory = np.corrcoef(error[:-1], error[1:])[0, 1]
    assert memory == pytest.approx(np.exp(-5 / 60), abs=0.04)


def test_where_the_sky_is_narrow_the_error_grows_and_is_claimed():
    factor = np.where(np.arange(40_000) < 20_000, 1.0, 8.0)
    recording = record(PHONE, straight(40_000), ORIGIN, rng("canyon"), factor=factor)
    wide = recording.time_s < 20_000
    error = np.abs(metres(recording)[:, 1])
    assert np.median(error[~wide]) == pytest.approx(8 * np.median(error[wide]), rel=0.25)
    assert np.median(recording.accuracy_m[~wide]) == pytest.approx(8 * np.median(recording.accuracy_m[wide]), rel=0.1)


def test_while_it_is_off_nothing_is_recorded():
    off = (np.arange(1000) >= 300) & (np.arange(1000) < 600)
    time_s = record(PHONE, straight(1000), ORIGIN, rng("off"), off=off).time_s
    assert not ((time_s >= 300) & (time_s < 600)).any()
    assert np.diff(time_s).max() == pytest.approx(305, abs=6)


def test_a_phone_that_holds_repeats_its_place_while_its_owner_stands():
    way = Way(0.0, np.column_stack([np.minimum(np.arange(1000.0), 500), np.zeros(1000)]))
    recording = record(replace(PHONE, holds=True), way, ORIGIN, rng("holds"))
    late = metres(recording)[recording.time_s > 520]
    late = late[np.hypot(*(late - np.median(late, axis=0)).T) < 25]  # outliers left out
    assert np.ptp(late, axis=0).max() < 0.01
