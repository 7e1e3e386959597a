import csv
import gzip
import io
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.standards.air.days import (
    AirDays,
    air_days,
    by_day,
    city_days,
    day_means,
    eight_hour_means,
    ozone_maxima,
)
from riverchief.cloud.standards.air.rules import rules_named

RULES = rules_named("HJ 663-2013")
NAN = math.nan
DAYS = np.array(["2026-02-28", "2026-03-01"], "datetime64[D]")

HOUR_VALUES = st.lists(st.one_of(st.just(NAN), st.integers(0, 400).map(float)), min_size=24, max_size=24)


def hours(*values):
    """A day of the given hours, then nothing."""
    return np.array([*values, *([NAN] * (24 - len(values)))])


def test_a_day_needs_twenty_hours():
    values, counts = day_means(np.stack([hours(*range(20)), hours(*range(19))]), 20)
    assert values[0] == 9.5
    assert math.isnan(values[1])
    assert counts.tolist() == [20, 19]


def test_eight_hours_need_six():
    means = eight_hour_means(hours(1, 2, 3, 4, 5, 6, NAN, NAN, NAN), 6)
    assert means.shape == (17,)
    assert means[0] == 3.5
    assert np.isnan(means[1:]).all()


def test_fourteen_means_make_a_maximum_and_fewer_only_above_the_limit():
    # 21 hours: windows that end at hours 8 … 21, and two more with 7 and 6 hours
    enough = hours(*[100.0] * 19)
    value, count = ozone_maxima(enough, RULES, 160)
    assert (float(value), int(count)) == (100.0, 14)
    few = hours(*[160.0] * 10)
    value, count = ozone_maxima(few, RULES, 160)
    assert math.isnan(float(value))
    assert int(count) == 5
    value, count = ozone_maxima(hours(*[161.0] * 10), RULES, 160)
    assert (float(value), int(count)) == (161.0, 5)


@given(HOUR_VALUES)
def test_the_maximum_is_that_of_the_plain_rule(values):
    found = []
    for end in range(8, 25):
        window = [v for v in values[end - 8 : end] if not math.isnan(v)]
        if len(window) >= 6:
            found.append(sum(window) / len(window))
    highest = max(found, default=NAN)
    expected = highest if len(found) >= 14 or round(highest if found else 0) > 160 else NAN
    value, count = ozone_maxima(np.array(values), RULES, 160)
    assert int(count) == len(found)
    assert math.isclose(float(value), expected) or (math.isnan(expected) and math.isnan(float(value)))


def test_days_of_stations_in_one_call():
    hourly = np.stack([np.full((2, 24), 10.0), np.full((2, 24), 30.0)])
    hourly[0, 1, :5] = NAN
    found = air_days({"pm25": hourly, "o3": hourly * 10, "co": hourly / 10}, DAYS)
    assert found.values["pm25"].tolist()[1] == [30.0, 30.0]
    assert math.isnan(found.values["pm25"][0, 1])
    assert found.values["o3_8h"][0].tolist() == [100.0, 100.0]
    assert math.isnan(found.values["o3_1h"][0, 1])
    assert found.counts["pm25"].tolist() == [[24, 19], [24, 24]]
    assert found.index().edition.tolist() == [["HJ 633-2012", "HJ 633-2026"]] * 2


def test_a_programme_with_its_own_counts():
    one = np.full((2, 24), 10.0)
    one[1, :5] = NAN
    assert air_days({"pm25": one}, DAYS, RULES.with_validity(day_hours=18)).values["pm25"].tolist() == [10.0, 10.0]


def test_hours_that_do_not_make_days_are_refused():
    with pytest.raises(InputError, match=r"pm25 has the shape \(2, 23\); 2 days of 24 hours end in \(2, 24\)"):
        air_days({"pm25": np.zeros((2, 23))}, DAYS)


def test_a_city_needs_three_of_four_stations():
    values = np.array([[10.0, 10.0], [20.0, NAN], [30.0, NAN], [NAN, NAN]])
    found = city_days(AirDays(DAYS, {"pm25": values}), 0.75)
    assert found.values["pm25"][0] == 20.0
    assert math.isnan(found.values["pm25"][1])
    assert found.counts["pm25"].tolist() == [3, 1]


def test_midnight_is_the_last_hour_of_the_day_before():
    first = datetime(2026, 2, 27, 16, tzinfo=UTC)  # 2026-02-28 00:00 in Beijing: not in these days
    times = np.array([int((first + timedelta(hours=k)).timestamp()) for k in range(49)])
    grid = by_day(times, np.arange(49.0), DAYS)
    assert grid[0].tolist() == list(range(1, 25))
    assert grid[1, 0] == 25
    assert grid[1, 23] == 48
    again = by_day(np.array([times[1], times[1]]), np.array([5.0, 6.0]), DAYS)
    assert again[0, 0] == 6.0


@pytest.fixture(scope="module")
def station(shared_data):
    """One real station as hours by day, with the running columns of the last hour of each day."""
    path = shared_data / "air_quality" / "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["stationcode"] == "2865A"]
    names = ("pm10", "pm2_5", "no2", "so2", "co", "o3", "pm10_24h", "pm2_5_24h", "no2_24h", "so2_24h", "co_24h", "o3_8h", "o3_8h_24h")  # fmt: skip
    times = np.array([int(datetime.fromisoformat(r["time"] + "+08:00").timestamp()) for r in rows])
    days = np.arange(np.datetime64("2026-02-27"), np.datetime64("2026-06-01"))
    return {name: by_day(times, np.array([float(r[name] or "nan") for r in rows]), days) for name in names}, days


@pytest.mark.parametrize("item", ["pm10", "pm2_5", "no2", "so2"])
def test_daily_means_are_those_that_the_national_centre_shows_at_midnight(station, item):
    columns, _ = station
    complete = ~np.isnan(columns[item]).any(axis=-1) & ~np.isnan(columns[f"{item}_24h"][:, 23])
    means, _ = day_means(columns[item][complete], 20)
    shown = columns[f"{item}_24h"][complete, 23]
    assert complete.sum() > 25
    # the mean of unrounded hours is printed: half a unit, and the half of the hours' own rounding
    assert (np.abs(means - shown) <= 1.0).all()
    assert (np.abs(means - shown) <= 0.5 + 1e-9).mean() > 0.9


def test_eight_hour_means_are_those_that_the_national_centre_shows(station):
    columns, _ = station
    means = eight_hour_means(columns["o3"], 6)
    full = ~np.isnan(eight_hour_means(columns["o3"], 8)) & ~np.isnan(columns["o3_8h_24h"][:, 7:])
    assert full.sum() > 800
    assert (np.abs(means - columns["o3_8h_24h"][:, 7:])[full] <= 1.0).all()


def test_the_ozone_maximum_is_that_of_the_national_centre_at_midnight(station):
    columns, days = station
    found = air_days({"o3": columns["o3"]}, days).values["o3_8h"]
    shown = columns["o3_8h"][:, 23]
    complete = ~np.isnan(columns["o3"]).any(axis=-1) & ~np.isnan(shown)
    assert complete.sum() > 40
    assert (np.abs(found - shown)[complete] <= 1.0).mean() > 0.95
