"""Panels from series as they come."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.outlook.panel import panel_of, with_drivers

DAYS = np.array(["2026-01-01", "2026-01-01", "2026-01-04"], "datetime64[D]")


def test_several_values_of_a_day_are_their_mean_and_gaps_stay_gaps():
    made = panel_of(
        {"a": {"tp": (DAYS, np.array([0.1, 0.3, 0.5])), "ph": (DAYS, np.array([6.0, 7.0, 8.0]))}}, ("ph", "tp")
    )
    np.testing.assert_allclose(made.values[0, 1], [0.2, np.nan, np.nan, 0.5])
    assert made.values[0, 0, 0] == pytest.approx(-np.log10((1e-6 + 1e-7) / 2))
    assert made.end == np.datetime64("2026-01-05")


def test_what_is_before_a_day_is_before_it():
    made = panel_of({"a": {"tp": (DAYS, np.array([0.1, 0.3, 0.5]))}}, ("tp",))
    assert made.before(np.datetime64("2026-01-03")).values.shape[2] == 2
    assert made.before(np.datetime64("2025-01-03")).values.shape[2] == 0
    assert made.before(np.datetime64("2027-01-03")).values.shape[2] == 4


def test_a_zero_is_half_of_the_smallest_value_in_logarithms_and_comes_back_as_what_can_be():
    made = panel_of({"a": {"tp": (DAYS[1:], np.array([0.0, 0.02]))}}, ("tp",))
    assert made.forward()[0, 0, 0] == pytest.approx(np.log(0.01))
    back = made.back(np.array([[np.log(0.01), 900.0]]), 0)
    np.testing.assert_allclose(back, [[0.01, 100.0]])  # 100 mg/L is what an instrument can show at all


def test_nothing_at_all_is_said():
    with pytest.raises(InputError, match="no series has a value"):
        panel_of({"a": {"tp": (DAYS, np.full(3, np.nan))}}, ("tp",))


def test_flow_drives_from_sixty_days_on_and_temperature_from_a_year_on():
    def series(n):
        days = DAYS[0] + np.arange(n)
        return {
            "a": {code: (days, np.ones(n)) for code in ("tp", "flow", "water_temperature")},
            "b": {"tp": (days, np.ones(n))},
        }

    found = {n: with_drivers(panel_of(series(n), ("tp",)), series(n)) for n in (59, 60, 365, 366)}
    assert {n: one.drivers for n, one in found.items()} == {
        59: (), 60: ("flow",), 365: ("flow",), 366: ("flow", "water_temperature"),
    }  # fmt: skip
    assert np.isnan(found[366].driving[1]).all()  # a section without a gauge has none


def test_days_of_a_driver_outside_of_the_history_are_left_out():
    days = DAYS[0] + np.arange(80)
    given = {"a": {"tp": (days[10:75], np.ones(65)), "flow": (days, np.arange(80.0))}}
    found = with_drivers(panel_of(given, ("tp",)), given)
    np.testing.assert_array_equal(found.driving[0, 0], np.arange(10.0, 75.0))
