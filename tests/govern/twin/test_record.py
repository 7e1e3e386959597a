"""Scores of forecasts by hand, and bands that hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.govern.twin.record import LEADS_H, LEAST_PAIRS, Said, Skill, band, score

HOUR = 3600.0
AHEAD = np.arange(1, 73) * HOUR


def said(flow, issued_h=0.0, observed=10.0):
    return Said("a", issued_h * HOUR, issued_h * HOUR + AHEAD, np.broadcast_to(np.asarray(flow, float), 72), observed)


def test_errors_are_those_by_hand():
    observed = {"a": (np.array([6, 24]) * HOUR, np.array([12.0, 16.0]))}
    found = {one.lead_h: one for one in score([said(11.0), said(9.0)], observed)}
    assert set(found) == {6, 24}
    assert (found[6].n, found[6].mae_m3s, found[6].bias_m3s) == (2, 2.0, -2.0)
    assert found[6].persistence_m3s == 2.0
    assert found[6].skill == 0.0
    assert found[24].mae_m3s == 6.0
    assert found[24].skill == pytest.approx(0.0)


def test_a_perfect_forecast_has_skill_one_and_persistence_without_error_leaves_none():
    rising = 10 + np.arange(1, 73) / 6.0
    observed = {"a": (AHEAD, rising)}
    assert {one.skill for one in score([said(rising)], observed)} == {1.0}
    assert all(np.isnan(one.skill) for one in score([said(10.0)], {"a": (AHEAD, np.full(72, 10.0))}))


def test_a_reading_too_far_from_the_instant_and_a_station_without_readings_say_nothing():
    assert score([said(10.0)], {"a": (np.array([6 * HOUR + 1801]), np.array([10.0]))}) == []
    assert score([said(10.0)], {}) == []


def test_what_was_read_when_it_was_issued_may_lack():
    found = score([said(10.0, observed=np.nan)], {"a": (AHEAD, np.full(72, 11.0))})
    assert {one.mae_m3s for one in found} == {1.0}
    assert all(np.isnan(one.persistence_m3s) for one in found)


def test_a_band_from_the_record_holds_eight_of_ten():
    random = np.random.default_rng(1)
    made, observed = [], ([], [])
    for k in range(400):
        came = 10.0 * np.exp(0.02 * np.sqrt(np.arange(1, 73)) * random.standard_normal())
        made.append(said(10.0, issued_h=100.0 * k))
        observed[0].append(100.0 * k * HOUR + AHEAD)
        observed[1].append(came)
    skills = score(made, {"a": (np.concatenate(observed[0]), np.concatenate(observed[1]))})
    found = band(skills, np.array(LEADS_H, float))
    assert not found.assumed
    for k, lead in enumerate(LEADS_H):
        came = np.array([values[lead - 1] for values in observed[1]])
        inside = ((came >= 10 * found.low[k]) & (came <= 10 * found.high[k])).mean()
        assert inside == pytest.approx(0.8, abs=0.02)


def test_a_short_record_makes_no_band_and_says_so():
    few = Skill("a", 6, LEAST_PAIRS - 1, 1.0, 1.0, 0.0, 0.9, 1.1)
    assert band([few, few], np.array([6.0])).assumed


@given(st.lists(st.floats(0, 200), min_size=1, max_size=20))
def test_an_assumed_band_holds_the_forecast_and_widens(leads):
    found = band([], np.sort(leads))
    assert (found.low <= 1).all()
    assert (found.high >= 1).all()
    assert (np.diff(found.high) >= 0).all()
