from datetime import date

import pytest

from riverchief.base.errors import InputError
from riverchief.base.spans import month_of, parse_span, span_of, to_date


@pytest.mark.parametrize(
    ("text", "first", "last", "kind", "n"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "month", 1),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month", 1),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "quarter", 3),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "year", 12),
        ("2026-01..2026-10", date(2026, 1, 1), date(2026, 10, 31), "months", 10),
        ("2025-11..2026-02", date(2025, 11, 1), date(2026, 2, 28), "months", 4),
    ],
)
def test_the_forms_people_write(text, first, last, kind, n):
    span = parse_span(text)
    assert (span.first, span.last, span.kind, span.n_months) == (first, last, kind, n)
    assert span.label == text


def test_a_run_of_months_that_is_a_quarter_or_a_year_is_called_so():
    assert parse_span("2026-07..2026-09").label == "2026-Q3"
    assert parse_span("2026-01..2026-12").label == "2026"
    assert parse_span("2026-02..2026-04").label == "2026-02..2026-04"


def test_the_span_before_and_the_same_a_year_earlier():
    assert parse_span("2026-01").before().label == "2025-12"
    assert parse_span("2026-Q1").before().label == "2025-Q4"
    assert parse_span("2026").before().label == "2025"
    assert parse_span("2026-01..2026-10").year_before().label == "2025-01..2025-10"


def test_days_are_in_one_month_quarter_and_year():
    day = date(2026, 8, 31)
    assert [span_of(day, kind).label for kind in ("month", "quarter", "year")] == ["2026-08", "2026-Q3", "2026"]
    assert month_of(day).holds(day)
    assert not month_of(day).holds(date(2026, 9, 1))
    assert [m.label for m in to_date(date(2026, 3, 5)).months()] == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-Q5", "26-10", "2026-10-01", "2026..2025", "2026-10..2026-09", "2026-Q1..2026-Q2"],
)
def test_what_is_no_period_is_refused_with_the_forms(text):
    with pytest.raises(InputError, match=r"is none of a month \(2026-10\)"):
        parse_span(text)
    with pytest.raises(InputError, match="'week' is none of month, quarter, year"):
        span_of(date(2026, 1, 1), "week")
