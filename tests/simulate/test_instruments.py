"""Instruments err as they are said to, and broken ones break as they are said to."""

import numpy as np
import pytest

from riverchief.simulate.instruments import JUMPING, LEAPS, STUCK, Breakdown, Instrument

TIMES = 1_795_000_000 + np.arange(20_000) * 900


def test_noise_is_three_per_cent_about_a_bias_within_three():
    for seed in range(8):
        instrument = Instrument.draw("W1", "nh3n", seed)
        ratio = instrument.measure(np.full(TIMES.size, 0.8), TIMES) / 0.8
        assert ratio.std() == pytest.approx(0.031, abs=0.004)  # 3 %, floor 0.006 mg/L and drift together
        assert abs(ratio.mean() - 1) < 0.05


def test_values_stand_on_the_resolution_of_the_display():
    shown = Instrument.draw("W1", "ph", 3).measure(np.full(TIMES.size, 8.123), TIMES)
    assert shown == pytest.approx(np.round(shown, 2), abs=1e-12)
    assert np.unique(shown).size > 5


def test_below_the_detection_limit_the_limit_is_shown():
    shown = Instrument.draw("W1", "nh3n", 3).measure(np.full(TIMES.size, 0.001), TIMES)
    assert (shown == 0.025).all()


def test_rain_comes_in_tips_of_a_bucket():
    shown = Instrument.draw("H1", "rain", 3).measure(np.linspace(0, 7, TIMES.size), TIMES)
    assert (shown * 2 == np.round(shown * 2)).all()


def test_asked_twice_it_shows_the_same():
    instrument = Instrument.draw("W1", "do", 5)
    truth = 8 + np.sin(np.arange(TIMES.size))
    assert (instrument.measure(truth, TIMES)[100:200] == instrument.measure(truth[100:200], TIMES[100:200])).all()


def test_a_stuck_sensor_repeats_its_last_value():
    broken = Breakdown("W1", "do", STUCK, int(TIMES[50]))
    healthy = np.linspace(7, 9, TIMES.size)
    shown = broken.shown(healthy, 7.77, TIMES)
    assert (shown[:50] == healthy[:50]).all()
    assert (shown[50:] == 7.77).all()


@pytest.mark.parametrize("name", sorted(LEAPS))
def test_a_jumping_sensor_leaps_for_a_quarter_of_its_values(name):
    broken = Breakdown("W1", name, JUMPING, int(TIMES[50]))
    healthy = np.full(TIMES.size, 8.0)
    shown = broken.shown(healthy, 8.0, TIMES)
    leapt = shown != healthy
    assert not leapt[:50].any()
    assert leapt[50:].mean() == pytest.approx(0.25, abs=0.02)
    assert (np.abs(shown[leapt] / LEAPS[name] - 1) < 0.051).all()
