"""Patrols due: periods of the calendar, the ladder, what was walked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.time import CHINA
from riverchief.ground.due import Frequency, duties, duty, frequencies, frequency, period_of

DAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("day", "period", "first", "last"),
    [
        (DAY, "week", date(2026, 11, 16), date(2026, 11, 22)),
        (DAY, "ten_days", date(2026, 11, 21), date(2026, 11, 30)),
        (date(2026, 2, 28), "ten_days", date(2026, 2, 21), date(2026, 2, 28)),
        (date(2026, 1, 31), "ten_days", date(2026, 1, 21), date(2026, 1, 31)),
        (date(2024, 2, 10), "month", date(2024, 2, 1), date(2024, 2, 29)),
        (DAY, "quarter", date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 6, 30), "half_year", date(2026, 1, 1), date(2026, 6, 30)),
        (DAY, "year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_of_the_calendar(day, period, first, last):
    assert period_of(day, period) == (first, last)


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["week", "ten_days", "month", "quarter", "half_year", "year"]),
)
def test_periods_tile_the_calendar(day, period):
    first, last = period_of(day, period)
    assert first <= day <= last
    assert period_of(first, period) == period_of(last, period) == (first, last)
    assert period_of(last + timedelta(days=1), period)[0] == last + timedelta(days=1)


def test_the_shipped_ladder_is_that_of_other_places_and_says_so():
    # once a year, half-year, quarter, month, week from province down to village
    assert {level: f.period for level, f in frequencies().items()} == {
        "province": "year",
        "city": "half_year",
        "county": "quarter",
        "township": "month",
        "village": "week",
    }
    assert all(f.count == 1 and not f.confirmed and f.document for f in frequencies().values())
    with pytest.raises(UnknownName, match="did you mean 'village'"):
        frequency("vilage")


def test_a_patrol_counts_in_its_own_period():
    got = duty(
        frequency("village"), DAY, [date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 23)]
    )
    assert (got.required, got.done, got.missing) == (1, 2, 0)
    assert got.until == datetime(2026, 11, 23, tzinfo=CHINA).astimezone(UTC), "Sunday 24:00 in China"
    assert duty(frequency("village"), DAY, []).missing == 1


def test_months_without_patrols_ask_for_none():
    summer = Frequency("village", "month", 2, (3, 4, 5, 6, 7, 8, 9, 10, 11, 12), "Aheqi", False)
    assert duty(summer, date(2026, 2, 10), []).required == 0
    assert duty(summer, date(2026, 3, 10), []).required == 2
    quarterly = Frequency("county", "quarter", 1, (3,), "", False)
    assert duty(quarterly, date(2026, 1, 10), []).required == 1, "a quarter that touches an active month is due"


def test_a_score_counts_the_periods_that_have_ended():
    weekly = frequency("village")
    walked = [date(2026, 11, 3), date(2026, 11, 12)]
    got = duties(weekly, date(2026, 11, 1), date(2026, 11, 21), walked)
    assert [d.last_day for d in got] == [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15)]
    assert [d.missing for d in got] == [1, 0, 0]


def test_impossible_rules_are_refused():
    with pytest.raises(UnknownName, match="period 'fortnight'"):
        Frequency("village", "fortnight", 1, (1,), "", False)
    with pytest.raises(InputError, match="months 1 to 12"):
        Frequency("village", "week", 1, (13,), "", False)
