"""Kinetics by hand: other rates, and the loss that an adjoint takes as its own."""

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.quality import read_kinetics

DAY_S = 86_400.0


def test_other_rates_leave_the_kinetics_they_came_from_alone():
    kinetics = read_kinetics("decay")
    other = kinetics.with_rates({"k_nh3n": 0.3})
    assert (kinetics.rates["k_nh3n"].value, other.rates["k_nh3n"].value) == (0.12, 0.3)
    assert other.rates["k_nh3n"].unit == "1/d"


def test_rates_that_do_not_exist_or_are_no_numbers_are_refused():
    kinetics = read_kinetics("decay")
    with pytest.raises(UnknownName, match="rate of kinetics decay 'k_nh3' is not known; did you mean 'k_nh3n'"):
        kinetics.with_rates({"k_nh3": 0.3})
    with pytest.raises(
        InputError, match=r"rate k_cod of kinetics decay is given as nan; give a finite number.*\[1/d\]"
    ):
        kinetics.with_rates({"k_cod": float("nan")})


def test_the_loss_is_first_order_where_it_is():
    decay = read_kinetics("decay")
    assert decay.decay_per_s("nh3n", 20.0) * DAY_S == pytest.approx(0.12)
    assert decay.decay_per_s("nh3n", [10.0, 20.0, 25.0]) * DAY_S == pytest.approx(0.12 * 1.08 ** np.array([-10, 0, 5]))
    assert decay.with_rates({"k_cod": np.array([0.1, 0.2])}).decay_per_s("cod", 20.0) * DAY_S == pytest.approx(
        [0.1, 0.2]
    )
    assert read_kinetics("conductivity").decay_per_s("ec", 7.0) == 0.0


def test_the_loss_is_no_number_where_it_is_not_first_order_or_needs_more():
    oxygen = read_kinetics("oxygen")
    assert np.isnan(oxygen.decay_per_s("bod", 20.0, {"depth_m": 1.0}))  # slower where oxygen is short
    assert np.isnan(oxygen.decay_per_s("do", 20.0))
    assert np.isnan(oxygen.decay_per_s("tp", [10.0, 20.0])).tolist() == [True, True]  # needs the depth
    assert oxygen.decay_per_s("tp", 20.0, {"depth_m": 2.0}) * DAY_S == pytest.approx(0.05 / 2.0)
    assert oxygen.decay_per_s("no3n", 20.0) == 0.0  # what nitrification brings is no loss
    with pytest.raises(UnknownName, match="constituent of kinetics oxygen 'ph'"):
        oxygen.decay_per_s("ph", 20.0)
