from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.report.period import last_ended, period_named, period_of

UNITS = st.sampled_from(["day", "week", "month", "year"])
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("code", "unit", "start", "end", "number"),
    [
        ("2026-10", "month", date(2026, 10, 1), date(2026, 11, 1), 10),
        ("2026-12", "month", date(2026, 12, 1), date(2027, 1, 1), 12),
        ("2026", "year", date(2026, 1, 1), date(2027, 1, 1), 1),
        ("2024-02-29", "day", date(2024, 2, 29), date(2024, 3, 1), 60),
        # ISO 8601: the week of the year's first Thursday is week 1; 2026 has 53 of them
        ("2026-W01", "week", date(2025, 12, 29), date(2026, 1, 5), 1),
        ("2026-W53", "week", date(2026, 12, 28), date(2027, 1, 4), 53),
    ],
)
def test_codes_name_periods(code, unit, start, end, number):
    found = period_named(code)
    assert (found.unit, found.start, found.end, found.number, found.code) == (unit, start, end, number, code)


@pytest.mark.parametrize("code", ["2026-13", "2026-W54", "26-10", "", "2026-02-30", "October", "2026-Q5"])
def test_what_is_no_period_is_refused_with_examples(code):
    with pytest.raises(InputError, match="2026-10 \\(month\\)"):
        period_named(code)


@given(UNITS, DAYS)
def test_periods_follow_each_other_without_gap_and_keep_their_code(unit, day):
    found = period_of(unit, day)
    assert found.start <= day < found.end
    assert found.before().end == found.start
    assert period_named(found.code) == found
    assert found.year_before().start < found.start
    assert found.year_before().unit == unit


def test_the_year_before_of_a_leap_day_is_the_28th():
    assert period_named("2024-02-29").year_before().code == "2023-02-28"


def test_a_period_ends_at_local_midnight():
    assert period_named("2026-10").ends_at == datetime(2026, 10, 31, 16, tzinfo=UTC)


def test_the_last_ended_month_on_its_first_day_is_the_one_before():
    assert last_ended("month", date(2026, 11, 1)).code == "2026-10"
    assert last_ended("day", date(2026, 11, 1)).code == "2026-10-31"


def test_titles_read_as_offices_write_them():
    assert period_named("2026-W41").title("zh") == "2026年第41周（10月5日—10月11日）"
    assert period_named("2026-W41").title("en") == "week 41 of 2026 (5 October – 11 October)"
    assert period_named("2026-10").title("zh") == "2026年10月"
    assert period_named("2026-10-05").title("en") == "5 October 2026"


def test_a_quarter_has_its_three_months_and_is_named_in_both_languages():
    found = period_named("2026-Q4")
    assert (found.code, found.start, found.last) == ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert (found.before().code, found.year_before().code) == ("2026-Q3", "2025-Q4")
    assert (found.title("zh"), found.title("en")) == ("2026年第4季度", "quarter 4 of 2026")
