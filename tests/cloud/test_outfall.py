"""Means and loads of an outfall's monitor, against sums worked by hand and a loop written out below."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.outfall import (
    DAY_S,
    HOUR_S,
    Flow,
    Monitored,
    Validity,
    day_means,
    hour_means,
    load,
    validity,
    year_share,
)

RULES = validity(date(2026, 1, 1))
MIDNIGHT = int(datetime(2026, 6, 30, 16, tzinfo=UTC).timestamp())  # 2026-07-01 00:00 in China


def hours(n, step_h=1, start=MIDNIGHT):
    return start + HOUR_S * step_h * np.arange(1, n + 1)


def monitored(values, flows=None, step_h=1, start=MIDNIGHT, counts=None):
    value = np.array(values, float)
    time_s = hours(len(values), step_h, start)
    flow = None if flows is None else Flow(hours(len(flows), 1, start), np.array(flows, float), HOUR_S)
    return Monitored.of(time_s, value, step_h * HOUR_S, counts, flow)


def test_the_shares_are_from_memory_and_say_so():
    assert isinstance(RULES, Validity)
    assert (RULES.hour_share, RULES.day_share) == (0.75, 0.75)
    assert not RULES.edition.confirmed
    assert RULES.exempt["start_up"] == ("启炉启机", "starting up")


def test_an_hour_closes_with_its_stamp_and_counts_with_three_of_four_quarters():
    time_s = MIDNIGHT + 900 * np.arange(1, 9)
    value = np.array([10, 20, 30, 40, 50, np.nan, np.nan, 60.0])
    means = hour_means(Monitored.of(time_s, value, 900), RULES)
    assert (means.stamp_s - MIDNIGHT).tolist() == [3600, 7200]
    assert means.mean.tolist() == [25, 55]
    assert means.n.tolist() == [4, 2]
    assert means.valid.tolist() == [True, False]


def test_an_analyser_of_two_hours_gives_one_value_for_its_hour():
    means = hour_means(monitored([40.0, 50.0], step_h=2), RULES)
    assert means.mean.tolist() == [40, 50]
    assert means.valid.all()


def test_a_daily_mean_is_weighted_with_the_water_and_midnight_closes_the_day_before():
    means = day_means(monitored([10.0] * 12 + [40.0] * 12 + [99.0], [1.0] * 12 + [3.0] * 12 + [1.0]), RULES)
    # (12·10·1 + 12·40·3) / (12·1 + 12·3) = 32.5; the plain mean would be 25
    assert means.mean[0] == pytest.approx(32.5)
    assert [means.day(0), means.day(1)] == [date(2026, 7, 1), date(2026, 7, 2)]
    assert means.valid.tolist() == [True, False]
    assert means.weighted.tolist() == [True, True]


def test_without_the_flow_of_every_reading_the_mean_is_plain_and_says_so():
    flows = [1.0] * 23 + [np.nan]
    means = day_means(monitored([10.0] * 23 + [34.0], flows), RULES)
    assert means.mean[0] == pytest.approx(11)
    assert not means.weighted[0]


def test_a_day_needs_eighteen_of_its_hours():
    counts = np.arange(24) < 18
    assert day_means(monitored([10.0] * 24, counts=counts), RULES).valid.all()
    assert not day_means(monitored([10.0] * 24, counts=np.arange(24) < 17), RULES).valid.any()
    none = day_means(monitored([np.nan] * 24), RULES)
    assert np.isnan(none.mean).all()
    assert not none.valid.any()


def test_below_detection_is_half_the_limit_in_a_mean_and_nothing_in_a_load():
    data = monitored([1.0] * 24, [0.5] * 24)
    below = Monitored(data.time_s, data.value, data.step_s, data.counts, np.arange(24) < 12, data.flow)
    assert day_means(below, RULES).mean[0] == pytest.approx(0.75)
    assert load(below, MIDNIGHT, MIDNIGHT + DAY_S).kg == pytest.approx(12 * 3600 * 0.5 * 1.0 / 1000)


def test_a_load_is_concentration_times_water_with_its_gaps_said():
    # 40 mg/L in 0.5 m³/s for 24 h less 2 h: 40 g/m³ · 0.5 m³/s · 22 h = 1,584 kg
    value = np.full(24, 40.0)
    value[5] = np.nan
    flows = np.full(24, 0.5)
    flows[6] = np.nan
    found = load(monitored(value, flows), MIDNIGHT, MIDNIGHT + DAY_S)
    assert found.kg == pytest.approx(40 * 0.5 * 22 * 3.6)
    assert found.covered == pytest.approx(22 / 24)
    assert found.gaps == ((MIDNIGHT + 5 * HOUR_S, MIDNIGHT + 7 * HOUR_S),)
    assert load(monitored(value), MIDNIGHT, MIDNIGHT + DAY_S).gaps == ((MIDNIGHT, MIDNIGHT + DAY_S),)


def test_a_reading_of_two_hours_takes_the_mean_flow_of_both():
    found = load(monitored([10.0] * 12, [1.0, 3.0] * 12, step_h=2), MIDNIGHT, MIDNIGHT + DAY_S)
    assert found.kg == pytest.approx(10 * 2.0 * 24 * 3.6)
    assert found.covered == 1


def test_a_flow_of_a_day_spans_its_hours():
    data = monitored([10.0] * 24)
    with_flow = Monitored.of(
        data.time_s, data.value, HOUR_S, flow=Flow(np.array([MIDNIGHT + DAY_S]), np.array([2.0]), DAY_S)
    )
    assert load(with_flow, MIDNIGHT, MIDNIGHT + DAY_S).kg == pytest.approx(10 * 2 * 24 * 3.6)


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 500), st.none() | st.floats(0, 5)), min_size=1, max_size=60),
    st.integers(-5, 65),
)
def test_loads_of_adjoining_times_add_up_and_agree_with_a_loop(rows, cut_h):
    value = [np.nan if c is None else c for c, _ in rows]
    flow = [np.nan if q is None else q for _, q in rows]
    data = monitored(value, flow)
    end = MIDNIGHT + HOUR_S * len(rows)
    cut = min(max(MIDNIGHT + HOUR_S * cut_h + 1234, MIDNIGHT), end)
    whole, first, second = load(data, MIDNIGHT, end), load(data, MIDNIGHT, cut), load(data, cut, end)
    assert whole.kg == pytest.approx(first.kg + second.kg)
    assert whole.covered_s == pytest.approx(first.covered_s + second.covered_s)
    assert whole.kg == pytest.approx(sum(c * q * 3.6 for c, q in rows if c is not None and q is not None))
    assert whole.covered_s + sum(b - a for a, b in whole.gaps) == pytest.approx(whole.lasted_s)


@given(st.lists(st.floats(0, 500), min_size=24, max_size=24), st.integers(0, 23), st.floats(0, 100))
def test_a_worse_hour_never_makes_a_better_day_nor_a_smaller_load(values, at, more):
    worse = list(values)
    worse[at] += more
    flows = [1.0 + 0.1 * i for i in range(24)]
    before, after = monitored(values, flows), monitored(worse, flows)
    assert day_means(after, RULES).mean[0] >= day_means(before, RULES).mean[0] - 1e-9
    assert load(after, MIDNIGHT, MIDNIGHT + DAY_S).kg >= load(before, MIDNIGHT, MIDNIGHT + DAY_S).kg - 1e-9


def test_the_share_of_the_year_and_the_day_on_which_it_will_be_used_up():
    new_year = int(datetime(2025, 12, 31, 16, tzinfo=UTC).timestamp())
    days = 100
    # 100 mg/L in 1 m³/s: 8,640 kg a day
    data = monitored([100.0] * (24 * days), [1.0] * (24 * days), start=new_year)
    found = year_share(data, 8_640.0 * 200, 2026, new_year + days * DAY_S)
    assert found.load.kg == pytest.approx(864_000)
    assert found.share == pytest.approx(0.5)
    assert found.rate_kg_day == pytest.approx(8_640)
    assert found.exhausted_on == date(2026, 7, 19)  # the 200th day of the year
    assert found.expected_kg == pytest.approx(8_640 * 365)
    used = year_share(data, 8_640.0 * 40, 2026, new_year + days * DAY_S)
    assert used.exhausted_on == date(2026, 2, 9)  # the 40th day
    assert year_share(data, 8_640.0 * 400, 2026, new_year + days * DAY_S).exhausted_on is None


def test_a_year_with_less_than_a_day_of_readings_has_no_rate():
    new_year = int(datetime(2025, 12, 31, 16, tzinfo=UTC).timestamp())
    found = year_share(monitored([100.0] * 5, [1.0] * 5, start=new_year), 1e6, 2026, new_year + 10 * DAY_S)
    assert (found.rate_kg_day, found.exhausted_on, found.expected_kg) == (None, None, None)
    assert found.load.covered == pytest.approx(5 / 240)
    with pytest.raises(InputError, match="2027 has not begun"):
        year_share(monitored([1.0]), 1e6, 2027, new_year)
    with pytest.raises(InputError, match="must be above 0 kg"):
        year_share(monitored([1.0]), 0.0, 2026, new_year)


def test_what_is_no_monitor_is_refused():
    with pytest.raises(InputError, match="interval of a monitor is 0 s"):
        Monitored.of(np.array([1]), np.array([1.0]), 0)
    with pytest.raises(InputError, match="times of a monitor must rise"):
        Monitored.of(np.array([2, 1]), np.array([1.0, 1.0]), 60)
