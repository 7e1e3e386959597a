"""Local days in integers agree with the time zone's own rules."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.readings import Flag
from riverchief.base.time import day_of_closing_stamp, from_epoch
from riverchief.store.days import DayPart, day_number, day_of, first_and_last_s, number_of


@given(st.integers(0, 4_000_000_000))
def test_the_day_of_a_stamp_is_the_day_it_closes_in(time_s):
    assert day_of(day_number(time_s)) == day_of_closing_stamp(from_epoch(time_s))


@given(st.integers(1, 40_000))
def test_a_day_holds_exactly_its_stamps(number):
    first_s, last_s = first_and_last_s(number)
    assert [day_number(t) for t in (first_s - 1, first_s, last_s, last_s + 1)] == [
        number - 1,
        number,
        number,
        number + 1,
    ]


def test_midnight_in_shanghai_closes_the_day_before():
    midnight = int(datetime(2026, 1, 31, 16, tzinfo=UTC).timestamp())
    assert day_of(day_number(midnight)) == date(2026, 1, 31)
    assert day_of(day_number(midnight + 1)) == date(2026, 2, 1)
    assert number_of(date(1970, 1, 2)) == 1


def test_only_good_values_are_measured():
    part = DayPart().plus(2.0, Flag.OK).plus(4.0, Flag.OK).plus(99.0, Flag.OVER_RANGE).plus(None, Flag.OK)
    assert part == (2, 2, 6.0, 2.0, 4.0)
