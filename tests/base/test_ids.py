from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base import ids
from riverchief.base.errors import InputError

AT = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)


def test_the_first_ten_characters_are_the_time_as_the_ulid_specification_shows():
    """ulid/javascript README: the time 1469918176385 ms begins a ULID with 01ARYZ6S41."""
    at = datetime.fromtimestamp(1469918176.385, UTC)
    assert ids.ulid(at).startswith("01ARYZ6S41")


def test_ids_sort_by_time_and_never_repeat():
    stamps = [AT + timedelta(seconds=n) for n in range(5)]
    made = [ids.new_id("case", at) for at in stamps]
    assert made == sorted(made)
    assert len({ids.new_id("case", AT) for _ in range(1000)}) == 1000


def test_an_id_is_taken_apart_again():
    kind, ulid = ids.split_id(ids.new_id("alert", AT))
    assert (kind, len(ulid)) == ("alert", 26)


@pytest.mark.parametrize(
    "text", ["", "case", "case-", "-01ARYZ6S41TSV4RRFFQ69G5FAV", "case-01ARYZ6S41TSV4RRFFQ69G5FAI"]
)
def test_what_is_no_id_is_refused(text):
    with pytest.raises(InputError, match="is not an id"):
        ids.split_id(text)


@given(st.integers(0, 2**40), st.integers(0, 4_000_000_000), st.integers(0, 2**16 - 1))
def test_a_reading_id_is_its_address(series_id, time_s, revision):
    text = ids.reading_id(series_id, time_s, revision)
    assert ids.reading_address(text) == (series_id, time_s, revision)
    assert ids.split_id(text)[0] == "reading"


def test_the_id_of_another_kind_is_no_reading():
    with pytest.raises(InputError, match="is the id of a case, not of a reading"):
        ids.reading_address(ids.new_id("case", AT))


def test_a_packed_id_carries_its_address_and_sorts_by_time():
    early, late = ids.packed_id("event", 1_000, 7), ids.packed_id("event", 1_001, 0)
    assert early < late
    assert ids.packed_id("reading", 5_000, 3 << 16 | 2) == ids.reading_id(3, 5, 2)
