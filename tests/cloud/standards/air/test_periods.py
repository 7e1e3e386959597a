import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.air.days import AirDays
from riverchief.cloud.standards.air.periods import air_period, composite_index, good_days, levels_in_words, percentile
from vectors.air import COMPOSITE, COMPOSITE_CASES, COMPOSITE_RATIOS, COMPOSITE_UNROUNDED, GOOD_DAYS

ITEMS = ("so2", "no2", "pm10", "co", "o3_8h", "pm25")


def year(first=date(2025, 1, 1), n=365, **values):
    """Days with the same clean air, and what is given instead."""
    days = np.array([first + timedelta(days=k) for k in range(n)], "datetime64[D]")
    clean = {"so2": 9.0, "no2": 14.0, "pm10": 40.0, "co": 0.5, "o3_8h": 80.0, "pm25": 20.0}
    return AirDays(days, {key: np.full(n, value) for key, value in {**clean, **values}.items()})


@pytest.mark.parametrize(("name", "value", "main"), COMPOSITE_CASES)
def test_composite_indices(name, value, main):
    found = composite_index(COMPOSITE, name)
    assert (found.value, found.main) == (value, (main,))


def test_ratios_are_rounded_before_the_published_sum():
    assert composite_index(COMPOSITE, "2013-equal").ratios == COMPOSITE_RATIOS
    limits = {"so2": 60, "no2": 40, "pm10": 70, "pm25": 35, "co": 4, "o3_8h": 160}
    assert round(sum(COMPOSITE[key] / limit for key, limit in limits.items()), 3) == COMPOSITE_UNROUNDED


def test_a_composite_index_without_an_item_is_none_and_says_which():
    found = composite_index({**COMPOSITE, "co": math.nan}, "2026-equal")
    assert (found.value, found.missing, found.main) == (None, ("co",), ())


@pytest.mark.parametrize(("n", "percent", "expected"), [(5, 50, 3.0), (11, 90, 10.0), (4, 95, 3.85), (1, 90, 1.0)])
def test_percentiles_by_hand(n, percent, expected):
    # k = 1 + (n - 1) p over the values 1 … n
    assert percentile(np.arange(n, 0, -1.0), percent) == pytest.approx(expected)


@given(
    st.lists(st.one_of(st.just(math.nan), st.floats(0, 500)), min_size=1, max_size=40),
    st.sampled_from([50, 90, 95, 98]),
)
def test_percentiles_are_those_of_an_independent_program(values, percent):
    array = np.array(values)
    known = array[~np.isnan(array)]
    expected = np.percentile(known, percent, method="linear") if known.size else math.nan
    assert percentile(array, percent) == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def test_the_good_day_ratio_of_a_published_quarter():
    excellent, good, polluted, ratio, bad = GOOD_DAYS
    pm25 = np.array([20.0] * excellent + [50.0] * good + [100.0] * polluted + [math.nan] * 4)
    days = year(date(2020, 1, 1), 95)
    days.values["pm25"] = pm25
    for key in ("so2", "no2", "pm10", "co", "o3_8h"):
        days.values[key][-4:] = math.nan
    found = good_days(days.index())
    assert (found.valid, found.days, found.good, found.ratio_percent) == (91, 95, 86, ratio)
    assert round(100 * (found.valid - found.good) / found.valid, 1) == bad
    assert levels_in_words(found.by_level, "zh") == {
        "优": 51, "良": 35, "轻度污染": 5, "中度污染": 0, "重度污染": 0, "严重污染": 0,
    }  # fmt: skip


def test_a_day_with_an_item_missing_is_valid_only_when_it_is_bad():
    days = year(n=2)
    days.values["co"][:] = math.nan
    days.values["pm25"][1] = 100.0
    found = good_days(days.index())
    assert (found.valid, found.good) == (1, 0)


def test_good_days_of_two_editions_are_not_comparable():
    assert good_days(year(date(2026, 2, 27), 2).index()).comparable
    assert not good_days(year(date(2026, 2, 28), 2).index()).comparable


def test_dust_leaves_the_particles_and_the_index_and_stays_among_the_days():
    days = year()
    days.values["pm10"][70] = 900.0
    without = air_period(days, date(2025, 1, 1), date(2025, 12, 31))
    deducted = air_period(days, date(2025, 1, 1), date(2025, 12, 31), dust=[date(2025, 3, 12)])
    assert deducted.items["pm10"].mean == 40.0
    assert without.items["pm10"].mean == 42.0
    assert deducted.composite.value < without.composite.value
    assert deducted.good == without.good
    assert (deducted.good.ratio_percent, deducted.dust_days) == (99.7, 1)
    assert deducted.items["no2"].days == 365
    assert deducted.items["pm10"].days == 364


def test_a_year_needs_324_days_and_every_month_its_own():
    days = year()
    days.values["so2"][:4] = math.nan  # January has four gaps: 27 of 31
    days.values["no2"][:5] = math.nan
    days.values["co"][31:34] = math.nan  # February has three: 25 of 28
    days.values["pm25"][31:35] = math.nan
    days.values["pm10"][::9] = math.nan  # 41 gaps in the year, four at most in a month: 324 days
    found = air_period(days, date(2025, 1, 1), date(2025, 12, 31)).items
    assert [found[key].complete for key in ("so2", "co", "pm10", "o3_8h")] == [True, True, False, True]
    assert found["no2"].short_months == ("2025-01",)
    assert found["pm25"].short_months == ("2025-02",)
    assert found["pm10"].days == 324
    # 30-day months with four gaps and a February with more than three are short
    assert set(found["pm10"].short_months) <= {f"2025-{m:02}" for m in (2, 4, 6, 9, 11)}


def test_a_period_says_its_edition_and_what_nobody_confirmed():
    new = air_period(year(date(2026, 3, 1), 31), date(2026, 3, 1), date(2026, 3, 31))
    assert (new.edition, new.confirmed, new.composite.combination) == ("HJ 663-2026", False, "2026-equal")
    old = air_period(year(), date(2025, 1, 1), date(2025, 12, 31), combination="2013-weighted")
    assert (old.edition, old.confirmed, old.composite.confirmed) == ("HJ 663-2013", True, False)
    assert old.complete


def test_statistics_by_hand():
    days = year(n=4)
    days.values["pm25"][:] = [10, 20, 30, 45]
    days.values["co"][:] = [0.4, 0.5, 0.6, 1.0]
    found = air_period(days, date(2025, 1, 1), date(2025, 1, 4)).items
    assert found["pm25"].mean == 26.0  # 26.25 in whole numbers
    assert found["pm25"].percentile == 43.0  # 30 + 0.85 × 15 = 42.75
    assert (found["co"].mean, found["co"].percentile, found["co"].percent) == (None, 0.9, 95)  # 0.6 + 0.85 × 0.4
    assert found["co"].representative == 0.9


def test_days_out_of_the_period_are_not_looked_at_and_missing_ones_are_missing():
    days = year(n=10)
    found = air_period(days, date(2025, 1, 5), date(2025, 1, 20))
    assert found.items["pm25"].days == 6
    assert found.good.days == 16
    assert not found.complete


@pytest.mark.parametrize("item", ITEMS)
def test_worse_air_has_no_better_index(item):
    worse = {**COMPOSITE, item: COMPOSITE[item] * 2}
    for name in ("2013-equal", "2013-weighted", "2026-equal", "2026-weighted"):
        assert composite_index(worse, name).value > composite_index(COMPOSITE, name).value


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="ends before it begins"):
        air_period(year(), date(2025, 2, 1), date(2025, 1, 1))
    with pytest.raises(UnknownName, match="composite index"):
        air_period(year(), date(2025, 1, 1), date(2025, 1, 31), combination="mine")
    two = AirDays(year().days, {key: np.stack([v, v]) for key, v in year().values.items()})
    with pytest.raises(InputError, match="a period is of one place"):
        air_period(two, date(2025, 1, 1), date(2025, 1, 31))
