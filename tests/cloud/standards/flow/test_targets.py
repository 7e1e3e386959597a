"""Ecological flow from series: Tennant's table typed from the sheet (§6.1), and a loop written out below."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.flow.targets import (
    driest_month_target,
    driest_months,
    fixed_target,
    frequency_target,
    monthly,
    tennant,
    tennant_target,
)

# grade: Oct–Mar %, Apr–Sep %
TABLE = {
    "flushing": (200, 200),
    "optimum": (60, 60),
    "outstanding": (40, 60),
    "excellent": (30, 50),
    "good": (20, 40),
    "fair": (10, 30),
    "poor": (10, 10),
}


def years(first, last, of=lambda day: 10.0):
    n = (date(last + 1, 1, 1) - date(first, 1, 1)).days
    days = [date(first, 1, 1) + timedelta(days=i) for i in range(n)]
    return np.array(days, "datetime64[D]"), np.array([of(day) for day in days])


def test_the_table_is_the_sheets():
    table = tennant()
    assert {g.code: (round(100 * g.low), round(100 * g.high)) for g in table.grades} == TABLE
    assert sorted(table.low_months) == [1, 2, 3, 10, 11, 12]
    assert table.edition.confidence == "A"


def test_a_grade_in_each_half_of_the_year():
    shares = tennant().shares("excellent")
    assert shares.tolist() == [0.3] * 3 + [0.5] * 6 + [0.3] * 3
    graded = tennant().graded([0.35, 0.35, 0.05, 2.5, np.nan], [1, 7, 7, 1, 1])
    assert graded.tolist() == ["excellent", "fair", "severe", "flushing", ""]
    with pytest.raises(UnknownName, match="did you mean 'excellent'"):
        tennant().shares("exellent")


def test_both_readings_of_tennant():
    days, flow = years(2001, 2002, lambda day: 20.0 if day.month == 7 else 10.0)
    mean = (20 * 31 + 10 * 334) / 365
    annual = tennant_target(days, flow, grade="good", reading="annual")
    assert annual.by_month == pytest.approx([0.2 * mean] * 3 + [0.4 * mean] * 6 + [0.2 * mean] * 3)
    same = tennant_target(days, flow, grade="good", reading="same_period")
    assert same.by_month == pytest.approx([2.0] * 3 + [4, 4, 4, 8, 4, 4] + [2.0] * 3)
    assert (annual.reading, same.reading) == ("annual", "same_period")
    assert "同期" in same.why_zh
    with pytest.raises(UnknownName, match="reading of Tennant"):
        tennant_target(days, flow, grade="good", reading="monthly")


def test_a_year_that_is_not_whole_takes_no_part_and_none_gives_no_target():
    days, flow = years(2001, 2002, lambda day: 10.0 if day.year == 2001 else 99.0)
    flow[-60:] = np.nan
    found = tennant_target(days, flow, grade="poor")
    assert found.years == 1
    assert found.by_month == pytest.approx([1.0] * 12)
    flow[:60] = np.nan
    nothing = tennant_target(days, flow, grade="poor")
    assert not nothing.known
    assert "没有一个完整年份" in nothing.why_zh
    assert nothing.as_dict()["by_month_m3s"] == [None] * 12


def test_q90_of_thirty_driest_months_by_hand():
    # the driest month of year k is k m³/s; falling order 30 … 1; p = 0.9 lies at m = 27.9 of 31: 3.1 m³/s
    days, flow = years(1981, 2010, lambda day: float(day.year - 1980) if day.month == 2 else 100.0)
    found = frequency_target(days, flow, "q90")
    assert found.years == 30
    assert found.by_month == pytest.approx([3.1] * 12)
    assert frequency_target(days, flow, "q95").by_month == pytest.approx([30 - 0.95 * 31 + 1] * 12)


def test_too_few_years_give_no_frequency_and_say_how_many_are_needed():
    days, flow = years(2001, 2016)
    found = frequency_target(days, flow)
    assert not found.known
    assert found.why_en == "16 whole years, 30 are needed"
    # even where fewer are allowed, the tail is not invented
    assert "94.1%, not 95%" in frequency_target(days, flow, "q95", years_least=10).why_en
    assert frequency_target(days, flow, "q90", years_least=10).by_month == pytest.approx([10.0] * 12)


def test_the_driest_month_of_the_last_ten_years():
    days, flow = years(
        2001, 2016, lambda day: 1.0 if day.year == 2004 else 5.0 + (day.year == 2010) * -2 * (day.month == 6)
    )
    assert driest_month_target(days, flow).by_month == pytest.approx([3.0] * 12)
    assert driest_month_target(days, flow).why_en == "driest monthly mean of 2007–2016"
    few = driest_month_target(days[:2000], flow[:2000])
    assert not few.known
    assert "10 are needed" in few.why_en


def test_frozen_and_dry_months_may_be_left_out():
    days, flow = years(2001, 2003, lambda day: {1: 0.0, 2: 1.0}.get(day.month, 10.0))
    assert driest_months(days, flow)[1].tolist() == [0, 0, 0]
    assert driest_months(days, flow, without_dry=True)[1].tolist() == [1, 1, 1]
    assert driest_months(days, flow, without_months=[1, 2])[1].tolist() == [10, 10, 10]
    with pytest.raises(InputError, match="give some of 1 … 12"):
        driest_months(days, flow, without_months=[13])


def test_a_month_needs_three_weeks_of_its_days():
    days, flow = years(2001, 2001)
    flow[:9] = np.nan
    assert np.isfinite(monthly(days, flow).mean_m3s).all()
    flow[9] = np.nan
    assert np.isnan(monthly(days, flow).mean_m3s[0, 0])
    assert np.isfinite(monthly(days, flow, 0.5).mean_m3s).all()


def test_a_series_that_is_none_is_refused():
    day = np.array(["2020-01-01", "2020-01-01"], "datetime64[D]")
    with pytest.raises(InputError, match="2020-01-01 stands in the series more than once"):
        monthly(day, [1.0, 2.0])
    with pytest.raises(InputError, match="has no day"):
        monthly(day[:0], [])
    with pytest.raises(InputError, match="2 days and 1 values"):
        monthly(day, [1.0])
    with pytest.raises(InputError, match="must be above 0"):
        fixed_target(0)


@settings(max_examples=25)
@given(st.lists(st.floats(0.01, 1e3), min_size=30, max_size=34), st.sampled_from(["q90", "q95"]))
def test_a_wetter_river_never_has_a_smaller_target(driest, method):
    days = np.arange("1980-01-01", f"{1980 + len(driest)}-01-01", dtype="datetime64[D]")
    year = days.astype("datetime64[Y]").astype(int) - 10
    march = days.astype("datetime64[M]").astype(int) % 12 == 2
    flow = np.where(march, np.array(driest)[year], 2e3)
    dry = frequency_target(days, flow, method)
    wet = frequency_target(days, flow + march, method)
    assert (wet.by_month >= dry.by_month).all()
    assert min(driest) - 1e-9 <= dry.by_month[0] <= max(driest) + 1e-9
