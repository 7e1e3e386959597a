import json

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.cloud.baseline import Baseline

STEP = 14_400
T0 = 1_700_000_000 // STEP * STEP  # 04, 08, … local time


def times(days, step_s=STEP):
    return T0 + np.arange(0, days * 86_400, step_s)


def local_hour(t):
    return ((t + 8 * 3600) // 3600) % 24


def day(t, swing=0.1):
    return 1 + swing * np.cos(2 * np.pi * (local_hour(t) - 20) / 24)


def test_it_learns_the_hours_of_the_day_and_the_scatter():
    t = times(300)
    rng = np.random.default_rng(3)
    value = 0.4 * day(t) * (1 + 0.03 * rng.standard_normal(t.size))
    found = Baseline.learn("nh3n", t, value)
    assert found.count == t.size
    peak, low = found.log_factor[20], found.log_factor[8]
    assert peak - low == pytest.approx(np.log(1.1 / 0.9), abs=0.02)
    assert found.log_factor[18] == pytest.approx((found.log_factor[16] + found.log_factor[20]) / 2)
    # the noise, and the error of a median of nine: 0.03 (1 + 1.57 / 9)^(1/2); NH3-N has a noise floor beside it
    assert found.sigma == pytest.approx(np.hypot(0.03 * (1 + 1.57 / 9) ** 0.5, 0), rel=0.1)


def test_past_events_teach_it_nothing():
    t = times(300)
    rng = np.random.default_rng(4)
    clean = 4.0 * day(t) * (1 + 0.03 * rng.standard_normal(t.size))
    with_events = clean.copy()
    for at in range(100, 1700, 200):
        with_events[at : at + 6] *= 4
    one, other = Baseline.learn("codmn", t, clean), Baseline.learn("codmn", t, with_events)
    assert other.sigma == pytest.approx(one.sigma, rel=0.1)
    assert other.log_factor == pytest.approx(one.log_factor, abs=0.01)


def test_a_noiseless_series_keeps_the_noise_of_its_instrument():
    t = times(60)
    assert Baseline.learn("codmn", t, np.full(t.size, 4.0)).sigma == pytest.approx(np.hypot(0.03, 0.01))


def test_only_good_readings_of_watched_properties_are_learnt_from():
    t = times(60)
    flags = np.full(t.size, int(Flag.OK))
    flags[::2] = int(Flag.MAINTENANCE)
    values = np.where(flags == int(Flag.OK), 4.0, 400.0)
    assert Baseline.learn("codmn", t, values, flags).count == t.size // 2
    assert Baseline.learn("codmn", t[:60], values[:60], flags[:60]) is None
    assert Baseline.learn("turbidity", t, values) is None
    assert Baseline.learn("level", t, values) is None


@pytest.fixture
def learnt():
    t = times(120)
    return Baseline.learn("codmn", t, 4.0 * day(t))


def test_what_is_expected_follows_the_level_and_the_hour(learnt):
    t = times(3)
    risen = 6.0 * day(t)
    for at in range(8, 18):
        found = learnt.expected(float(t[at]), t[:at], risen[:at])
        assert found.value == pytest.approx(risen[at], rel=0.02)
        assert found.readings == min(at, 9)
        assert found.sigma >= 0.03


def test_an_event_does_not_become_its_own_measure(learnt):
    t = times(20)
    value = np.full(t.size, 4.0) * day(t)
    value[30:] *= 3
    left = float(t[30])
    assert learnt.expected(float(t[60]), t, value, left_s=left).value == pytest.approx(4.0 * day(t)[60], rel=0.02)
    # without an open alert the new level is the habit after some days, and with one after a week
    assert learnt.expected(float(t[60]), t, value).value == pytest.approx(value[60], rel=0.02)
    assert learnt.expected(float(t[80]), t, value, left_s=left).value == pytest.approx(value[80], rel=0.02)


def test_later_and_bad_readings_are_not_looked_at(learnt):
    t = times(4)
    value, flags = 4.0 * day(t), np.zeros(t.size, int)
    value[10:] = 99.0
    value[5], flags[5] = 99.0, int(Flag.FAULT)
    found = learnt.expected(float(t[10]), t, value, recent_flag=flags)
    assert found.value == pytest.approx(4.0 * day(t)[10], rel=0.02)
    assert found.readings == 8


def test_too_little_is_said_and_not_guessed(learnt):
    t = times(1)
    found = learnt.expected(float(t[3]), t[:3], [4.0, 4.0, 4.0])
    assert np.isnan(found.value)
    assert np.isnan(found.sigma)
    assert found.readings == 3
    with pytest.raises(InputError, match="nothing is known of level"):
        Baseline("level", (0.0,) * 24, 0.1, 99).expected(0, t, t)


def test_near_the_detection_limit_the_scatter_grows():
    t = times(60)
    found = Baseline.learn("nh3n", t, np.full(t.size, 1.0))
    assert found.sigma < 0.04
    assert found.expected(float(t[20]), t[:20], np.full(20, 0.03)).sigma == pytest.approx(
        np.hypot(0.03, 0.006 / 0.03), rel=0.01
    )


def test_it_is_kept_as_json(learnt):
    again = Baseline.from_dict(json.loads(json.dumps(learnt.as_dict())))
    assert again.as_dict() == learnt.as_dict()
    t = times(3)
    assert again.expected(float(t[12]), t, 4.0 * day(t)).value == pytest.approx(4.0 * day(t)[12], rel=0.02)
