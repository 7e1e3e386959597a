import numpy as np
import pytest
from scipy.stats import norm

from riverchief.govern.twin.assimilation import Verified, crps, rank_histogram, ranks, skill


def test_the_score_of_a_large_ensemble_is_that_of_its_distribution():
    rng = np.random.default_rng(1)
    members = rng.standard_normal(20_000)
    for y in (-1.0, 0.0, 2.5):
        closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)  # Gneiting & Raftery (2007)
        assert crps(members, y) == pytest.approx(closed, abs=0.03)


def test_the_score_does_not_depend_on_the_size_of_an_honest_ensemble():
    rng = np.random.default_rng(2)
    few, many = (crps(rng.standard_normal((m, 40_000)), rng.standard_normal(40_000)).mean() for m in (4, 40))
    assert few == pytest.approx(many, abs=0.01)


def test_the_score_of_one_member_is_its_error():
    assert crps(np.array([3.0]), 5.0) == 2.0


def test_ranks_of_an_honest_ensemble_are_flat_and_of_a_narrow_one_are_not():
    rng = np.random.default_rng(3)
    truth = rng.standard_normal(8000)
    flat = rank_histogram(ranks(rng.standard_normal((20, 8000)), truth), 20, bins=7)
    narrow = rank_histogram(ranks(0.4 * rng.standard_normal((20, 8000)), truth), 20, bins=7)
    assert flat.sum() == narrow.sum() == 8000
    assert ((flat - 8000 / 7) ** 2 / (8000 / 7)).sum() < 25  # chi-square, 6 degrees of freedom, p = 0.0003
    assert narrow[0] > 2 * flat[0]


def test_scores_are_told_by_station_and_lead_against_what_costs_nothing():
    rng = np.random.default_rng(4)
    cases = []
    for k in range(3000):
        truth, seen = rng.standard_normal(), rng.standard_normal()
        mean = truth + 0.5 * rng.standard_normal()
        members = mean + 0.5 * rng.standard_normal(20)
        cases.append(Verified("a", 3600.0 * (1 + k % 2), members, truth, 0.0, seen, rng.standard_normal(30)))
    first, second = skill(cases)
    assert (first.station, first.lead_s, first.count, second.lead_s) == ("a", 3600.0, 1500, 7200.0)
    assert first.rmse == pytest.approx(0.51, abs=0.03)
    assert first.spread == pytest.approx(0.5, abs=0.02)
    assert first.chi2 == pytest.approx(1.05, abs=0.2)
    assert first.rmse_persistence == pytest.approx(np.sqrt(2), abs=0.08)
    assert first.rmse_climatology == pytest.approx(1.0, abs=0.08)
    assert first.crps < first.crps_climatology < first.crps_persistence
