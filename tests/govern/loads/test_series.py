"""Units, periods and what counts as a sample."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.loads import by_calendar, daily, samples_of, whole
from riverchief.govern.loads.series import Flow, need_samples

CHINA_S = 8 * 3600


def test_a_sample_below_its_limit_is_zero_in_a_load_and_half_the_limit_in_a_regression():
    samples, left_out = samples_of([0, 1, 2], [0.02, 0.5, np.nan], [1, 1, 1], [True, False, False])
    assert left_out == 1
    assert samples.for_load_mgl.tolist() == [0.0, 0.5]
    assert samples.for_regression_mgl.tolist() == [0.01, 0.5]


def test_a_plain_zero_is_below_an_unknown_limit_for_which_the_smallest_value_stands():
    samples, _ = samples_of([0, 1, 2], [0.0, 0.5, 0.3], [1, 1, 1])
    assert samples.below_limit.tolist() == [True, False, False]
    assert samples.for_regression_mgl[0] == pytest.approx(0.15)


def test_samples_come_in_order_of_time_and_those_without_flow_are_counted():
    samples, left_out = samples_of([5, 1, 3], [1, 2, 3], [1, 0, 2])
    assert samples.time_s.tolist() == [3, 5]
    assert left_out == 1


def test_a_negative_concentration_is_named():
    with pytest.raises(InputError, match=r"concentration_mgl\[1\] is -2 mg/L, must be at least 0"):
        samples_of([0, 1], [1, -2], [1, 1])


def test_days_become_steps_in_local_time_and_missing_days_are_left_out():
    flow = daily(["2020-01-02", "2020-01-01", "2020-01-03"], [2.0, 1.0, np.nan], CHINA_S)
    assert flow.flow_m3s.tolist() == [1.0, 2.0]
    # noon in China is 04:00 UTC
    assert flow.time_s[0] == np.datetime64("2020-01-01T04:00", "s").astype(float)
    assert flow.volume_m3.tolist() == [86_400.0, 172_800.0]


def test_a_day_given_twice_and_water_running_back_are_refused():
    with pytest.raises(InputError, match="2020-01-01 stands there twice"):
        daily(["2020-01-01", "2020-01-01"], [1.0, 2.0])
    with pytest.raises(InputError, match=r"flow of 2020-01-02 is -1 m³/s"):
        daily(["2020-01-01", "2020-01-02"], [1.0, -1.0])


def test_calendar_years_are_local_and_say_how_much_of_them_is_covered():
    days = np.arange("2019-12-30", "2021-01-01", dtype="datetime64[D]")
    flow = daily(days, np.ones(days.size), CHINA_S)
    periods = by_calendar(flow, "year", CHINA_S)
    assert periods.names == ("2019", "2020")
    assert periods.total(np.ones(len(flow))).tolist() == [2, 366]
    assert periods.covered(flow) == pytest.approx([2 / 365, 1.0])


def test_months_and_the_whole_add_up_to_the_same():
    days = np.arange("2019-11-20", "2020-03-05", dtype="datetime64[D]")
    flow = daily(days, np.linspace(1, 2, days.size))
    months = by_calendar(flow, "month")
    assert months.names == ("2019-11", "2019-12", "2020-01", "2020-02", "2020-03")
    assert months.total(flow.volume_m3).sum() == pytest.approx(whole(flow).total(flow.volume_m3)[0])


def test_a_handful_of_samples_is_refused_with_what_is_needed():
    samples, _ = samples_of(np.arange(5), np.ones(5), np.ones(5))
    with pytest.raises(InputError, match=r"5 samples .* at least 12 are needed"):
        need_samples(samples, "rating")


def test_steps_hold_their_volume():
    assert Flow(np.zeros(1), np.array([2.0]), np.array([60.0])).volume_m3[0] == 120.0
