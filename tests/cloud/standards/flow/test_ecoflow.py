"""Satisfaction of ecological flow; the vectors are the official results printed in addendum §5.3."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.flow.ecoflow import (
    between,
    county_rate,
    programme,
    programmes,
    runs,
    satisfaction,
    satisfaction_rate,
)
from riverchief.cloud.standards.flow.targets import fixed_target

# compliant days, exempt days, printed rate [%]
PUBLISHED = [
    (308, 46, 96.55), (356, 0, 97.53), (353, 0, 96.71), (335, 30, 100), (337, 5, 93.61), (360, 0, 98.63),
    (364, 0, 99.72), (342, 21, 99.41), (326, 31, 97.6), (203, 144, 91.85), (352, 0, 96.43), (303, 52, 96.8),
    (227, 126, 94.98), (323, 32, 96.99), (365, 25, 100),
]  # fmt: skip


@pytest.mark.parametrize(("compliant", "exempt", "printed"), PUBLISHED)
def test_published_rates_of_2025(compliant, exempt, printed):
    assert float(satisfaction_rate(compliant, exempt)) == pytest.approx(printed, abs=0.01)


@pytest.mark.parametrize(("compliant", "exempt", "printed"), PUBLISHED)
def test_the_same_from_days_with_their_flows(compliant, exempt, printed):
    days = np.arange("2025-01-01", "2026-01-01", dtype="datetime64[D]")
    flow = np.where(np.arange(365) < compliant, 1.2, 0.5)
    excused = {date(2025, 12, 31) - timedelta(days=i): "检修" for i in range(exempt)}
    (found,) = satisfaction(days, flow, fixed_target(1.0), rules=programme("anhui"), exempt=excused)
    assert found.rate == pytest.approx(printed, abs=0.01)
    assert found.passed is True
    assert found.exempt == ({"检修": exempt} if exempt else {})
    assert found.compliant == compliant


def test_rates_take_arrays_and_refuse_days_that_cannot_be():
    assert satisfaction_rate([365, 10], [0, 365], 365)[0] == 100
    assert np.isnan(satisfaction_rate(0, 365))
    with pytest.raises(InputError, match="compliant days must be from 0 to the days of the period: 366 of 365"):
        satisfaction_rate(366, 0)


def test_programmes_are_data_and_only_one_names_shares():
    found = programmes()
    assert (found["anhui"].station_share, found["anhui"].county_share) == (0.80, 0.90)
    assert (found["yunnan"].period, found["yunnan"].station_share) == ("month", None)
    assert not found["usual"].edition.confirmed
    assert found["zhejiang"].edition.note_zh
    with pytest.raises(UnknownName, match="did you mean 'anhui'"):
        programme("anhiu")


def year(kept, missing=0):
    """A year in which the first days keep 1 m³/s, the last ones are missing, the rest fail."""
    days = np.arange("2025-01-01", "2026-01-01", dtype="datetime64[D]")
    flow = np.where(np.arange(365) < kept, 1.0, 0.2)
    flow[365 - missing :] = np.nan
    return days, flow


def judged(kept, missing=0, **more):
    (found,) = satisfaction(*year(kept, missing), fixed_target(1.0), rules=programme("anhui"), **more)
    return found


def test_a_station_passes_from_eighty_percent_of_the_days_on():
    assert judged(292).passed is True  # 80.00 %
    assert judged(291).passed is False
    assert "低于 80 %" in judged(291).why_zh


def test_missing_days_that_could_change_the_verdict_leave_it_open():
    found = judged(285, missing=30)
    assert (found.compliant, found.failed, found.missing) == (285, 50, 30)
    assert found.passed is None
    assert found.highest == pytest.approx(100 * 315 / 365)
    assert "30 missing days could make it 86.30 %" in found.why_en
    assert judged(200, missing=30).passed is False
    assert judged(300, missing=30).passed is True


def test_a_period_that_is_not_over_has_a_rate_and_no_verdict():
    days, flow = year(200)
    (found,) = satisfaction(days[:180], flow[:180], fixed_target(1.0), rules=programme("anhui"))
    assert (found.rate, found.passed, found.whole) == (100, None, False)
    assert found.why_zh.endswith("期未满")


def test_days_between_that_the_series_lacks_are_missing():
    days, flow = year(365)
    (found,) = satisfaction(np.delete(days, range(10, 20)), np.delete(flow, range(10, 20)), fixed_target(1.0))
    assert (found.days, found.compliant, found.missing) == (365, 355, 10)


def test_by_the_month_and_with_exempt_days_by_reason():
    days, flow = year(59)
    excused = between(date(2025, 2, 27), date(2025, 3, 2), "电站检修")
    found = satisfaction(days, flow, fixed_target(1.0), rules=programme("yunnan"), exempt=excused)
    assert [f.period for f in found][:3] == ["2025-01", "2025-02", "2025-03"]
    assert found[1].exempt == {"电站检修": 2}
    assert found[1].rate == 100  # 28 compliant days of 26: the cap
    assert found[2].rate == 0
    assert found[2].failed == 29
    assert found[2].passed is None
    with pytest.raises(InputError, match="need a reason"):
        between(date(2025, 1, 1), date(2025, 1, 2), " ")


def test_runs_of_days_with_the_water_that_was_lacking():
    days = np.array(["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04", "2025-01-06"], "datetime64[D]")
    found = runs(days, [1.0, 0.5, 0.25, np.nan, 2.0], np.ones(5))
    assert [(r.first.day, r.last.day, r.kept, r.days) for r in found] == [
        (1, 1, True, 1),
        (2, 3, False, 2),
        (6, 6, True, 1),
    ]
    assert found[1].short_m3 == pytest.approx((0.5 + 0.75) * 86_400)
    assert found[1].lowest_m3s == 0.25


def test_a_county_passes_with_nine_tenths_of_its_stations():
    rules = programme("anhui")
    assert county_rate([True] * 9 + [False], rules).reached is True
    assert county_rate([True] * 8 + [False] * 2, rules).reached is False
    assert county_rate([True] * 8 + [None, False], rules).reached is None
    assert county_rate([True] * 9 + [False], rules).rate == pytest.approx(90)
    assert county_rate([True], programme("zhejiang")).reached is None
    assert np.isnan(county_rate([], rules).rate)


FLOWS = st.lists(st.floats(0, 3) | st.just(float("nan")), min_size=1, max_size=60)


@given(FLOWS, st.integers(0, 59), st.floats(0, 2))
def test_more_water_never_makes_a_worse_rate_and_order_does_not_matter(flows, at, more):
    days = np.arange(len(flows)) + np.datetime64("2025-02-01")
    wetter = list(flows)
    wetter[at % len(flows)] += more
    target = fixed_target(1.0)
    (before,), (after,) = satisfaction(days, flows, target), satisfaction(days, wetter, target)
    assert after.rate >= before.rate
    (mixed,) = satisfaction(days[::-1], flows[::-1], target)
    assert mixed == before
    assert before.compliant + before.failed + before.missing == before.days
    assert before.rate <= before.highest


@given(FLOWS)
def test_runs_hold_every_known_day_once(flows):
    days = np.arange(len(flows)) + np.datetime64("2025-02-01")
    found = runs(days, flows, np.ones(len(flows)))
    assert sum(run.days for run in found) == int(np.isfinite(flows).sum())
    assert all(a.last < b.first for a, b in pairwise(found))
