"""Saturation at the figures of the standard's table; reaeration at figures worked out by hand and at its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.quality import do_saturation_mgl, reaeration_per_day
from riverchief.govern.twin.quality.oxygen import VALID


@pytest.mark.parametrize(
    ("temperature_c", "table_mgl"),
    [(0, 14.621), (5, 12.770), (10, 11.288), (15, 10.084), (20, 9.092), (25, 8.263), (30, 7.559), (35, 6.949), (40, 6.412)],
)  # fmt: skip
def test_saturation_is_that_of_the_table_of_standard_methods(temperature_c, table_mgl):
    assert do_saturation_mgl(temperature_c) == pytest.approx(table_mgl, abs=1.1e-3)


@pytest.mark.parametrize(
    ("formula", "velocity_ms", "depth_m", "by_hand"),
    [
        ("oconnor_dobbins", 0.3, 1.0, 2.152551),  # 3.93 · √0.3
        ("oconnor_dobbins", 0.25, 4.0, 0.245625),  # 3.93 · 0.5 / 8
        ("churchill", 1.0, 1.0, 5.026),
        ("churchill", 1.0, 2.0, 1.576),  # 2^1.673 = 3.18876
        ("owens_gibbs", 1.0, 0.5, 19.179),  # 0.5^-1.85 = 3.60500
    ],
)
def test_formulas_at_figures_worked_out_by_hand(formula, velocity_ms, depth_m, by_hand):
    assert reaeration_per_day(velocity_ms, depth_m, formula) == pytest.approx(by_hand, rel=2e-4)


@given(st.floats(0.02, 2.0), st.floats(0.12, 10.0))
def test_covar_takes_the_formula_of_the_depth_and_velocity(velocity_ms, depth_m):
    name = "owens_gibbs" if depth_m < 0.61 else "oconnor_dobbins" if depth_m > 3.45 * velocity_ms**2.5 else "churchill"
    assert reaeration_per_day(velocity_ms, depth_m) == reaeration_per_day(velocity_ms, depth_m, name)


@pytest.mark.parametrize("name", VALID)
def test_each_formula_is_chosen_in_the_middle_of_its_own_range(name):
    depth, velocity = (np.sqrt(low * high) for low, high in VALID[name])
    assert reaeration_per_day(velocity, depth) == reaeration_per_day(velocity, depth, name)


def test_still_dry_and_backward_water_have_a_finite_reaeration():
    still, dry, back, forth = reaeration_per_day([0.0, 0.5, -0.5, 0.5], [1.0, 0.0, 1.0, 1.0])
    assert still == 0
    assert dry == reaeration_per_day(0.5, 0.12)
    assert back == forth


def test_another_formula_is_refused():
    with pytest.raises(InputError, match="'tsivoglou' is not known; choose one of covar"):
        reaeration_per_day(1.0, 1.0, "tsivoglou")
