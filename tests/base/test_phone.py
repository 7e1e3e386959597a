"""One person, one number: however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.phone import masked, normalise


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("0354-2636000", "+863542636000"),
        ("(010) 6655 1234", "+861066551234"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_the_same_number_however_it_is_written(written, kept):
    assert normalise(written) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    "written", ["", "1380013800", "138001380001", "12800138000", "abc", "+86 123", "+0 123456789", "１２"]
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(InputError, match="is no telephone number"):
        normalise(written)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_masked_number_hides_at_least_four_digits(number):
    hidden = masked(normalise(number))
    assert hidden.count("*") >= 4
    assert number not in hidden
    assert hidden.endswith(number[-4:])
