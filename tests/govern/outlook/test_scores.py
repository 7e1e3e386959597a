"""Scores against values worked out by hand and against what resampling must give."""

import numpy as np
import pytest

from riverchief.govern.outlook.scores import brier, reliability, skill, wilson


def test_brier_by_hand():
    assert brier([0.7, 0.2], [1, 0]) == pytest.approx((0.09 + 0.04) / 2)
    assert np.isnan(brier([], []))


def test_skill_is_one_minus_the_ratio_and_its_interval_holds_it():
    random = np.random.default_rng(1)
    truth = random.random(600)
    outcome = (random.random(600) < truth).astype(float)
    found = skill(truth, np.full(600, 0.5), outcome, np.arange(600) // 10)
    assert found.value == pytest.approx(1 - brier(truth, outcome) / 0.25)
    assert found.low < found.value < found.high
    assert found.proved


def test_clusters_that_say_the_same_make_the_interval_wider():
    random = np.random.default_rng(2)
    p, o = random.random(30), (random.random(30) < 0.5).astype(float)
    repeated = (np.repeat(p, 20), np.full(600, 0.5), np.repeat(o, 20))
    alone = skill(*repeated, np.arange(600))
    together = skill(*repeated, np.repeat(np.arange(30), 20))
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_a_forecast_that_is_the_reference_has_no_skill():
    outcome = np.array([0.0, 1.0] * 40)
    found = skill(np.full(80, 0.5), np.full(80, 0.5), outcome, np.arange(80))
    assert (found.value, found.proved) == (0.0, False)
    assert np.isnan(skill([1.0], [1.0], [1.0], [0]).value)


def test_reliability_puts_every_forecast_in_one_bin():
    found = reliability([0.0, 0.05, 0.5, 0.99, 1.0], [0, 1, 1, 1, 0])
    assert [b.n for b in found] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert (found[0].observed, found[9].observed) == (0.5, 0.5)
    assert np.isnan(found[1].observed)


def test_wilsons_interval_as_printed_in_newcombe_1998():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 gives 0.2553 to 0.3662
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
