"""Estimators on rivers whose load is known: closed solutions, exact invariants, and the real record thinned to monthly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.loads.rivers import DAY_S, START_S, flows, lamprey
from riverchief.base.errors import InputError
from riverchief.govern import loads
from riverchief.govern.loads.series import Flow

YEARS = 4
DAYS = int(YEARS * 365.25)


def _river(concentration, every=7, seed=0):
    """Daily flow, samples of every n-th day of `concentration(day, flow)`, and the true load [kg]."""
    flow_m3s = flows(DAYS, seed)
    day = np.arange(DAYS)
    value = concentration(day, flow_m3s)
    flow = Flow(START_S + day * DAY_S + DAY_S / 2, flow_m3s, np.full(DAYS, float(DAY_S)))
    at = slice(seed % every, None, every)
    samples, _ = loads.samples_of(flow.time_s[at], value[at], flow_m3s[at])
    return samples, flow, (value * flow.volume_m3).sum() / 1000


def test_one_milligram_in_one_cubic_metre_a_second_is_86_4_kilograms_a_day():
    flow = Flow(START_S + np.arange(100) * DAY_S, np.ones(100), np.full(100, float(DAY_S)))
    samples, _ = loads.samples_of(flow.time_s[::5], np.ones(20), np.ones(20))
    for estimator in loads.METHODS.values():
        assert estimator(samples, flow, loads.whole(flow)).load_kg[0] == pytest.approx(8640, rel=1e-6)


def test_a_rating_curve_without_scatter_is_found_and_its_interval_is_narrow():
    # C = 2 Q^-0.3 (1.5 in winter): the load is the plain sum, there is nothing left to chance
    samples, flow, truth = _river(lambda d, q: 2 * q**-0.3 * np.exp(0.4 * np.cos(2 * np.pi * d / 365.25)))
    for method in ("rating", "composite"):
        found = loads.METHODS[method](samples, flow, loads.whole(flow))
        low, high = found.interval_kg()
        assert found.load_kg[0] == pytest.approx(truth, rel=1e-3)
        assert high[0] - low[0] < 0.01 * truth


def test_smearing_carries_the_mean_of_skewed_errors():
    # ln C = e, normal with s = 0.8, independent: the mean concentration is exp(s²/2), not exp(0)
    rng = np.random.default_rng(5)
    samples, flow, _ = _river(lambda d, q: np.exp(0.8 * rng.standard_normal(d.size)), every=2)
    found = loads.rating(samples, flow, loads.whole(flow))
    expected = np.exp(0.32) * flow.volume_m3.sum() / 1000
    low, high = found.interval_kg()
    assert found.load_kg[0] == pytest.approx(expected, rel=0.12)
    assert low[0] < expected < high[0]


def test_with_a_sample_on_every_day_composite_and_interpolation_are_the_sum_itself():
    rng = np.random.default_rng(6)
    samples, flow, truth = _river(lambda d, q: np.exp(0.5 * rng.standard_normal(d.size)), every=1)
    for method in ("composite", "interpolation"):
        found = loads.METHODS[method](samples, flow, loads.whole(flow), draws=50)
        low, high = found.interval_kg()
        assert found.load_kg[0] == pytest.approx(truth, rel=1e-9)
        assert (low[0], high[0]) == pytest.approx((truth, truth), rel=1e-9)


def test_interpolation_of_a_straight_line_is_exact():
    samples, flow, truth = _river(lambda d, q: 1 + d / DAYS)
    inside = slice(0, (len(samples) - 1) * 7 + 1)
    flow = Flow(flow.time_s[inside], flow.flow_m3s[inside], flow.duration_s[inside])
    truth = ((1 + np.arange(DAYS)[inside] / DAYS) * flow.volume_m3).sum() / 1000
    assert loads.interpolation(samples, flow, loads.whole(flow)).load_kg[0] == pytest.approx(truth, rel=1e-12)


def test_nothing_detected_carries_nothing_where_it_was_sampled():
    samples, flow, _ = _river(lambda d, q: np.ones(d.size), every=1)
    none = loads.Samples(samples.time_s, samples.concentration_mgl, samples.flow_m3s, np.ones(len(samples), bool))
    assert loads.interpolation(none, flow, loads.whole(flow)).load_kg[0] == 0.0


@pytest.mark.parametrize("method", list(loads.METHODS))
def test_years_add_up_to_the_whole_in_every_version(method):
    rng = np.random.default_rng(7)
    samples, flow, _ = _river(lambda d, q: q**0.2 * np.exp(0.4 * rng.standard_normal(d.size)))
    one = loads.METHODS[method](samples, flow, loads.whole(flow), draws=40)
    years = loads.METHODS[method](samples, flow, loads.by_calendar(flow), draws=40)
    assert years.load_kg.sum() == pytest.approx(one.load_kg[0])
    assert years.draws_kg.sum(axis=0) == pytest.approx(one.draws_kg[0])


@settings(max_examples=10)
@given(factor=st.floats(0.01, 100))
def test_a_concentration_that_is_larger_by_a_factor_gives_a_load_larger_by_it(factor):
    rng = np.random.default_rng(8)
    samples, flow, _ = _river(lambda d, q: np.exp(0.4 * rng.standard_normal(d.size)), every=28)
    more = loads.Samples(samples.time_s, samples.concentration_mgl * factor, samples.flow_m3s, samples.below_limit)
    for estimator in loads.METHODS.values():
        once = estimator(samples, flow, loads.whole(flow), draws=20)
        many = estimator(more, flow, loads.whole(flow), draws=20)
        assert many.load_kg == pytest.approx(once.load_kg * factor, rel=1e-6)
        assert many.draws_kg == pytest.approx(once.draws_kg * factor, rel=1e-6)


def test_flows_that_nobody_sampled_are_said():
    samples, flow, _ = _river(lambda d, q: np.ones(d.size))
    calm = samples.take(samples.flow_m3s < np.median(samples.flow_m3s))
    found = loads.interpolation(calm, flow, loads.whole(flow))
    expected = flow.volume_m3[flow.flow_m3s > calm.flow_m3s.max()].sum() / flow.volume_m3.sum()
    assert found.extrapolated[0] == pytest.approx(expected)


def test_a_river_whose_flow_never_varies_and_a_short_record_have_a_load_all_the_same():
    flow = Flow(START_S + np.arange(60) * DAY_S, np.full(60, 2.5), np.full(60, float(DAY_S)))
    value = np.exp(0.2 * np.random.default_rng(9).standard_normal(15))
    samples, _ = loads.samples_of(flow.time_s[::4], value, np.full(15, 2.5))
    found = loads.rating(samples, flow, loads.whole(flow))
    assert found.detail["terms"] == ["1"]
    assert found.load_kg[0] == pytest.approx(value.mean() * 2.5 * 86.4 * 60, rel=1e-6)


def test_a_handful_of_samples_is_no_load():
    flow = Flow(np.arange(10.0), np.ones(10), np.ones(10))
    samples, _ = loads.samples_of(np.arange(5), np.ones(5), np.ones(5))
    for estimator in loads.METHODS.values():
        with pytest.raises(InputError, match="at least 12 are needed"):
            estimator(samples, flow, loads.whole(flow))


@pytest.mark.slow
def test_the_real_record_thinned_to_monthly_lies_within_the_intervals(shared_data):
    # the weekly samples are all there is of a small world: c q at these moments is known, and so is its sum
    samples, _ = lamprey(shared_data)
    world = Flow(samples.time_s, samples.flow_m3s, np.full(len(samples), 3600.0))
    periods = loads.by_calendar(world)
    truth = periods.total(samples.concentration_mgl * world.volume_m3) / 1000
    month = samples.time_s.astype("datetime64[s]").astype("datetime64[M]")
    held = {method: [] for method in loads.METHODS}
    for seed in range(4):
        order = np.random.default_rng(seed).permutation(len(samples))
        kept = np.sort(order[np.unique(month[order], return_index=True)[1]])
        for method, estimator in loads.METHODS.items():
            low, high = estimator(samples.take(kept), world, periods, draws=200, seed=seed).interval_kg()
            held[method] += ((low <= truth) & (truth <= high)).tolist()
    assert all(np.mean(h) >= 0.9 for h in held.values()), {m: np.mean(h) for m, h in held.items()}


def test_two_estimators_agree_on_the_real_record_within_their_intervals(shared_data):
    samples, flow = lamprey(shared_data)
    a = loads.rating(samples, flow, loads.whole(flow), draws=200)
    b = loads.interpolation(samples, flow, loads.whole(flow), draws=200)
    (a_low, a_high), (b_low, b_high) = a.interval_kg(), b.interval_kg()
    assert max(a_low[0], b_low[0]) < min(a_high[0], b_high[0])
    assert a.load_kg[0] == pytest.approx(b.load_kg[0], rel=0.1)
