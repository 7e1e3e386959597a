"""Goals hold a period against what was asked."""

from datetime import date

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.outlook.allowed import AT_LEAST, AT_MOST
from riverchief.govern.outlook.goal import ClassGoal, DaysGoal, MeanGoal
from riverchief.govern.outlook.period import parse_period

FIRST = np.datetime64("2026-01-01")
YEAR = parse_period("2026")


def test_the_worst_item_of_each_member_decides():
    goal = ClassGoal(3, date(2026, 12, 31), "river", ("codmn", "tp"))
    account = goal.account(FIRST, np.full((2, 0), np.nan), YEAR, date(2026, 1, 1))
    ahead = np.stack([np.full((3, 365), 5.0), np.array([0.1, 0.25, 0.39])[:, None] * np.ones(365)])
    found = goal.judge(account, ahead)
    assert found.value.tolist() == [3, 4, 5]
    assert found.met.tolist() == [True, False, False]
    assert found.deciding["tp"].tolist() == [False, True, True]
    assert found.deciding["codmn"].tolist() == [True, False, False]


def test_before_the_first_value_there_is_no_class_and_nothing_is_met():
    goal = ClassGoal(5, date(2026, 12, 31))
    account = goal.account(FIRST, np.full((5, 10), np.nan), YEAR, date(2026, 1, 11))
    found = goal.judge(account, None)
    assert np.isnan(found.value)
    assert not found.met


def test_a_day_before_any_edition_is_said():
    with pytest.raises(InputError, match="no edition of GB 3838"):
        ClassGoal(3, date(1990, 1, 1)).edition()


def test_good_days_and_their_share_count_valid_days_only():
    aqi = np.array([[50.0, 101.0, np.nan, 100.0]])
    ahead = np.array([[[90.0, 120.0], [np.nan, 80.0]]])
    period = parse_period("2026-01-01..2026-01-06")
    days = DaysGoal("aqi", AT_MOST, 100, 3, share=False)
    account = days.account(FIRST, aqi, period, date(2026, 1, 5))
    assert float(days.judge(account, None).value) == 2
    assert days.judge(account, ahead).value.tolist() == [3, 3]
    share = DaysGoal("aqi", AT_MOST, 100, 0.7, share=True)
    np.testing.assert_allclose(share.judge(account, ahead).value, [3 / 5, 3 / 4])
    assert share.judge(account, ahead).met.tolist() == [False, True]


def test_a_flow_is_good_from_below():
    goal = DaysGoal("flow", AT_LEAST, 5.0, 0.9, share=True)
    assert goal.good(np.array([4.9, 5.0, np.nan])).tolist()[:2] == [0.0, 1.0]


def test_a_mean_that_equals_its_limit_keeps_it():
    goal = MeanGoal("pm25", AT_MOST, 0.1)
    account = goal.account(FIRST, np.full((1, 3), 0.1), parse_period("2026-01-01..2026-01-03"), date(2026, 1, 4))
    assert bool(goal.judge(account, None).met)
