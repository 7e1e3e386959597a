"""Patrols due: periods of the calendar, seasons, working days, alerts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.ground.rules import Alert, Asked, duties, duty_on, named
from riverchief.ground.rules.model import LONGEST_H
from riverchief.ground.rules.periods import period_of, periods

DAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("day", "period", "first", "last"),
    [
        (DAY, "day", DAY, DAY),
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


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(LONGEST_H)))
def test_periods_tile_the_calendar(day, period):
    first, last = period_of(day, period)
    assert first <= day <= last
    assert (last - first).days < LONGEST_H[period] / 24
    assert period_of(first, period) == period_of(last, period) == (first, last)
    assert period_of(last + timedelta(days=1), period)[0] == last + timedelta(days=1)


def test_the_shipped_ladder_is_that_of_other_places_and_says_so():
    ladder = named()
    # once a year, half-year, quarter, month, week from province down to village
    assert {asked.level: asked.period for asked in ladder.levels} == {
        "province": "year",
        "city": "half_year",
        "county": "quarter",
        "township": "month",
        "village": "week",
    }
    assert all(asked.count == 1 for asked in ladder.levels)
    assert not ladder.confirmed
    with pytest.raises(UnknownName, match="did you mean 'village'"):
        ladder.of("vilage")


def test_months_without_patrols_ask_for_none():
    summer = Asked("village", "month", 2, (3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
    assert duty_on(summer, date(2026, 2, 10)).required == 0
    assert duty_on(summer, date(2026, 3, 10)).required == 2
    quarterly = Asked("county", "quarter", 1, (3,))
    assert duty_on(quarterly, date(2026, 1, 10)).required == 1, "a quarter that touches an active month is due"


def test_the_periods_between_two_days_are_those_that_have_ended():
    got = duties(named().of("village"), date(2026, 11, 1), date(2026, 11, 21))
    assert [duty.last_day for duty in got] == [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15)]
    assert periods("month", date(2026, 11, 1), date(2026, 11, 29)) == []


def test_working_days_follow_the_notices():
    daily = Asked("village", "working_day", 1)
    # 2026: National Day 1 to 7 October; Saturday 10 October is worked in exchange
    got = {duty.first_day.day: duty.required for duty in duties(daily, date(2026, 10, 1), date(2026, 10, 12))}
    assert got == {**dict.fromkeys(range(1, 8), 0), 8: 1, 9: 1, 10: 1, 11: 0, 12: 1}
    with pytest.raises(InputError, match="working days of 2050 are not known"):
        duties(daily, date(2050, 1, 1), date(2050, 1, 2))


def test_an_alert_multiplies_the_count_of_the_periods_that_it_touches():
    weekly = Asked("village", "week", 2, alert=(("yellow", 2), ("red", 4)))
    alerts = [
        Alert("yellow", date(2026, 11, 8), date(2026, 11, 9)),  # Sunday and Monday: two weeks
        Alert("red", date(2026, 11, 15)),  # Sunday, and it still stands
        Alert("orange", date(2026, 1, 1)),  # of which the rule says nothing
    ]
    got = duties(weekly, date(2026, 10, 26), date(2026, 11, 29), alerts)
    assert [(duty.required, duty.alert) for duty in got] == [
        (2, ""),
        (4, "yellow"),
        (8, "red"),
        (8, "red"),
        (8, "red"),
    ]


def test_an_alert_raises_nothing_where_nothing_is_due():
    summer = Asked("village", "month", 1, (7,), alert=(("red", 4),))
    assert duty_on(summer, date(2026, 2, 1), [Alert("red", date(2026, 1, 1))]).required == 0
