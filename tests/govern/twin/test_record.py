"""Scores of forecasts by hand: against what came, beside persistence and what is usual."""

import numpy as np
import pytest

from riverchief.govern.twin.record import LEADS_H, QUANTILES, Said, score

HOUR = 3600.0


def said(flow, issued_h=0.0, observed=10.0, station="a", what="flow"):
    """All members say the same; `flow` by lead or one for all."""
    values = np.broadcast_to(np.asarray(flow, float), len(LEADS_H))
    return Said.of(station, what, issued_h * HOUR, LEADS_H, np.repeat(values[:, None], 64, axis=1), observed)


def read(hours, values, station="a", what="flow"):
    return {(station, what): (np.array(hours, float) * HOUR, np.array(values, float))}


def test_scores_of_certain_members_are_absolute_errors_by_hand():
    found = score([said(11.0), said(9.0)], read([6, 24], [12.0, 16.0]))
    assert [(one.what, one.skill.station, one.skill.lead_s / HOUR) for one in found] == [
        ("flow", "a", 6.0), ("flow", "a", 24.0),
    ]  # fmt: skip
    six, day = found
    assert (six.skill.count, six.skill.crps, six.bias) == (2, pytest.approx(2.0), pytest.approx(-2.0))
    assert six.skill.crps_persistence == pytest.approx(2.0)
    assert day.skill.crps == pytest.approx(6.0)
    # usual is anything from 12 to 16: from 12 that is 2 away, less half the mean distance of two of them, 4/3
    assert six.skill.crps_climatology == pytest.approx(2 - 4 / 3 / 2, rel=0.05)


def test_a_perfect_forecast_is_without_error_and_a_reading_that_lacked_leaves_no_persistence():
    rising = 10 + np.array(LEADS_H) / 6.0
    assert max(one.skill.crps for one in score([said(rising)], read(LEADS_H, rising))) == pytest.approx(0.0, abs=1e-9)
    found = score([said(10.0, observed=np.nan)], read(LEADS_H, np.full(6, 11.0)))
    assert all(np.isnan(one.skill.crps_persistence) for one in found)
    assert [one.skill.crps for one in found] == pytest.approx([1.0] * len(LEADS_H))


def test_a_reading_too_far_from_the_instant_and_a_station_without_readings_say_nothing():
    assert score([said(10.0)], read([6 + 1801 / 3600], [10.0])) == []
    assert score([said(10.0)], {}) == []
    assert score([said(10.0)], read([], [])) == []


def test_readings_are_scored_each_against_its_own():
    told = [said(10.0), said(0.5, what="nh3n", observed=0.4), said(3.0, station="b")]
    observed = {**read([6], [12.0]), **read([6], [0.7], what="nh3n"), **read([6], [3.5], station="b")}
    found = {(one.what, one.skill.station): one.skill.crps for one in score(told, observed)}
    assert found == {
        ("flow", "a"): pytest.approx(2.0), ("nh3n", "a"): pytest.approx(0.2), ("flow", "b"): pytest.approx(0.5),
    }  # fmt: skip


def test_an_honest_spread_holds_eight_of_ten():
    random = np.random.default_rng(1)
    told, hours, values = [], [], []
    for k in range(300):
        middle = 10.0 + random.standard_normal((len(LEADS_H), 1))
        members = middle + random.standard_normal((len(LEADS_H), 64))
        told.append(Said.of("a", "flow", 100.0 * k * HOUR, LEADS_H, members, 10.0))
        hours += [100.0 * k + lead for lead in LEADS_H]
        values += (middle[:, 0] + random.standard_normal(len(LEADS_H))).tolist()
    assert told[0].members.shape == (len(LEADS_H), QUANTILES)
    found = score(told, read(hours, values))
    assert len(found) == len(LEADS_H)
    assert np.mean([one.covered for one in found]) == pytest.approx(0.8, abs=0.04)
    for one in found:
        assert one.skill.crps < one.skill.crps_climatology
