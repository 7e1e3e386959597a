"""Randomness that is a function of key and time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.simulate.noise import Wobble, day_angle, key, normal, rng, uniform


@given(number=st.integers(0, 2**64 - 1), start=st.integers(-(2**40), 2**40))
def test_blocks_and_single_questions_agree(number, start):
    times = start + np.arange(50) * 60
    whole = uniform(number, times)
    assert (whole == np.array([uniform(number, t)[0] for t in times])).all()
    assert (whole > 0).all()
    assert (whole < 1).all()


def test_normal_is_normal():
    values = normal(key(1, "a"), np.arange(100_000) * 900)
    assert values.mean() == pytest.approx(0, abs=4 / np.sqrt(1e5))  # four standard errors
    assert values.std() == pytest.approx(1, abs=4 / np.sqrt(2e5))
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4 / np.sqrt(1e5)


def test_keys_differ():
    one, two = (normal(key("s", name), np.arange(20_000)) for name in ("a", "b"))
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(2e4)


@given(seed=st.integers(0, 10**6))
def test_a_wobble_never_leaves_its_band(seed):
    wobble = Wobble.draw(rng(seed), 3_600, 86_400)
    values = wobble.at(np.arange(0, 10 * 86_400, 600))
    assert np.abs(values).max() <= 1
    assert values.std() > 0.15


def test_day_angle_is_zero_at_its_local_hour():
    # 07:00 UTC is 15:00 in Beijing
    assert np.cos(day_angle(1_700_000_000 // 86_400 * 86_400 + 7 * 3_600, 15.0)) == pytest.approx(1.0)
