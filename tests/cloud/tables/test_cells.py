from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.cloud.tables.cells import Amount, parse_amount, parse_stamp


def epoch(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "day", "stamp"),
    [
        ("2026-11-20", date(2026, 11, 20), None),
        ("2026/1/5", date(2026, 1, 5), None),
        ("2026年1月5日", date(2026, 1, 5), None),
        ("2026-11-20 01:00", date(2026, 11, 20), epoch(2026, 11, 19, 17)),
        ("2026-11-20T01:00:30", date(2026, 11, 20), epoch(2026, 11, 19, 17, 0, 30)),
        ("2026-11-20T0100", date(2026, 11, 20), epoch(2026, 11, 19, 17)),
        ("2026-11-20 00:00", date(2026, 11, 19), epoch(2026, 11, 19, 16)),
        ("2026-11-20 24:00", date(2026, 11, 20), epoch(2026, 11, 20, 16)),
        ("2026-11-20 8时", date(2026, 11, 20), epoch(2026, 11, 20, 0)),
    ],
)
def test_days_and_stamps_as_people_write_them(text, day, stamp):
    assert parse_stamp(text) == (day, stamp)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "2026-11-20 25:00", "20.11.2026", "2026-11-20 24:01"])
def test_what_is_no_time_is_none(text):
    assert parse_stamp(text) is None


def test_amounts_with_detection_limits_and_marks_for_nothing():
    assert parse_amount(" 12.5 ") == Amount(12.5)
    assert parse_amount("<0.05") == parse_amount("0.05L") == Amount(0.05, below=True)
    assert [parse_amount(t).value for t in ("", "—", "NA", "/", "缺测")] == [None] * 5
    assert not any(parse_amount(t).fault for t in ("", "—", "NA", "/", "缺测"))
    assert parse_amount("1_000").fault == "'1_000' is not a number"
    assert parse_amount("15", 0, 14).fault == "15 is not from 0 to 14"


@given(st.text(max_size=12))
def test_any_text_is_a_value_nothing_or_a_fault(text):
    found = parse_amount(text)
    assert found.value is None or not found.fault
    assert parse_stamp(text) is None or isinstance(parse_stamp(text)[0], date)
