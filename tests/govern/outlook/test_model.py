"""The ensemble covers what comes, is wide where little is known, keeps items together, and never peeks."""

import numpy as np
import pytest

from govern.outlook.worlds import level_and_noise, panel
from riverchief.govern.outlook.model import Size, ensemble, fit


def test_nine_of_ten_means_to_come_lie_within_the_middle_nine_tenths():
    made = panel(level_and_noise(60, 800, seed=1))
    known = made.before(made.first_day + 740)
    coming = ensemble(fit(known, pooled=False), 60, Size(40, 10)).values[:, 0].mean(axis=-1)
    low, high = np.quantile(coming, (0.05, 0.95), axis=1)
    truth = made.values[:, 0, 740:].mean(axis=1)
    inside = ((truth >= low) & (truth <= high)).sum()
    assert 48 <= inside <= 60  # binomial(60, 0.9): less than 1 in 1,000 falls below 47


def test_a_short_history_gives_a_wider_ensemble_than_a_long_one():
    made = panel(level_and_noise(20, 1500, seed=2, season=0.0))

    def width(n_day):
        part = panel(made.values[:, 0, 1500 - n_day :])
        values = ensemble(fit(part, pooled=False), 90, Size(40, 10)).values[:, 0].mean(axis=-1)
        low, high = np.quantile(np.log(values), (0.1, 0.9), axis=1)
        return float(np.mean(high - low))

    assert width(40) > 1.3 * width(1400)


def test_the_mixture_finds_the_memory_that_made_the_series():
    quick = fit(panel(level_and_noise(15, 600, phi=0.5, slow=0.95, season=0.0, seed=3)), pooled=True)
    long = fit(panel(level_and_noise(15, 600, phi=0.99, slow=0.95, season=0.0, seed=3)), pooled=True)
    from riverchief.govern.outlook.model import _PHI

    assert float((quick.weight @ _PHI).mean()) < 0.8
    assert float((long.weight @ _PHI).mean()) > 0.95


def test_what_comes_after_the_origin_changes_nothing():
    made = panel(level_and_noise(4, 300, seed=4))
    other = panel(np.where(np.arange(300) < 200, made.values[:, 0], 99.0))
    origin = made.first_day + 200
    one = ensemble(fit(made.before(origin), pooled=True), 30, Size(10, 5))
    two = ensemble(fit(other.before(origin), pooled=True), 30, Size(10, 5))
    np.testing.assert_array_equal(one.values, two.values)


def test_the_same_seed_gives_the_same_ensemble_whatever_is_asked_beside_it():
    found = fit(panel(level_and_noise(5, 200, seed=5)), pooled=True)
    whole = ensemble(found, 20, Size(10, 5, seed=7))
    one = ensemble(found, 20, Size(10, 5, seed=7), rows=np.array([3]))
    np.testing.assert_array_equal(whole.values[3], one.values[0])
    assert not np.array_equal(whole.values, ensemble(found, 20, Size(10, 5, seed=8)).values)


def test_items_that_went_together_go_together():
    base = level_and_noise(1, 700, phi=0.5, slow=0.5, season=0.0, seed=6)[0]
    random = np.random.default_rng(6)
    beside = base * np.exp(0.1 * random.standard_normal(700)) * 20
    apart = level_and_noise(1, 700, phi=0.5, slow=0.5, season=0.0, seed=60)[0]
    made = panel(np.stack([base, beside, apart])[None], ("tp", "codmn", "nh3n"))
    values = np.log(ensemble(fit(made, pooled=False), 10, Size(30, 20)).values[0, :, :, -1])
    together = np.corrcoef(values)
    assert together[0, 1] > 0.7
    assert abs(together[0, 2]) < 0.25


def test_sections_share_the_weather():
    found = fit(panel(level_and_noise(2, 700, phi=0.5, slow=0.5, season=0.0, seed=7, shared=0.9)), pooled=False)
    values = np.log(ensemble(found, 10, Size(30, 20)).values[:, 0, :, -1])
    assert np.corrcoef(values)[0, 1] > 0.6


def test_an_item_without_any_value_stays_without():
    values = np.stack([level_and_noise(1, 100, seed=8)[0], np.full(100, np.nan)])[None]
    coming = ensemble(fit(panel(values, ("tp", "nh3n")), pooled=True), 5, Size(4, 4)).values
    assert np.isfinite(coming[0, 0]).all()
    assert np.isnan(coming[0, 1]).all()


def test_a_flow_that_dilutes_is_found_and_carried_on():
    random = np.random.default_rng(9)
    n = 900
    flow = level_and_noise(1, n, phi=0.97, slow=0.9, sigma=0.6, mean=2.0, seed=90)
    tp = np.exp(-1.0 - 0.8 * np.log(flow) + 0.1 * random.standard_normal((1, n)))
    driven = panel(tp, drivers=("flow",), driving=flow[:, None, :])
    coming = ensemble(fit(driven, pooled=False), 30, Size(30, 10))
    assert coming.elasticity[0, 0, 0].mean() == pytest.approx(-0.8, abs=0.05)
    spread = np.log(coming.values[0, 0, :, -1]).std()
    assert spread > 0.2  # the flow to come is not known, and neither is then what it dilutes
