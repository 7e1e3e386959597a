"""Receipts: what is read over the phone and mistyped is noticed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.ground.citizens import receipt

NUMBERS = st.integers(0, 10**11 - 1).map(lambda n: receipt.new(lambda _most: n))


def test_the_check_digit_is_damms():
    """572 has the check digit 4 in Damm's own example (2004)."""
    assert receipt.check_digit("572") == 4
    assert receipt.check_digit("5724") == 0


@given(NUMBERS)
def test_a_number_reads_as_it_is_shown(number):
    assert len(number) == 12
    assert receipt.read(receipt.shown(number)) == number
    assert receipt.read(number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == number


@given(NUMBERS, st.integers(0, 11), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(number, at, by):
    wrong = f"{number[:at]}{(int(number[at]) + by) % 10}{number[at + 1 :]}"
    with pytest.raises(InputError, match="one digit"):
        receipt.read(wrong)


@given(NUMBERS, st.integers(0, 10))
def test_every_swap_of_neighbours_is_noticed(number, at):
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped == number:
        assert receipt.read(swapped) == number
    else:
        with pytest.raises(InputError):
            receipt.read(swapped)


def test_what_is_no_number_is_said():
    for text in ("", "12345", "abcdabcdabcd", "1234567890123", "²²²²²²²²²²²²"):
        with pytest.raises(InputError, match="no receipt number"):
            receipt.read(text)


def test_numbers_are_drawn_from_all_there_are():
    drawn = random.Random(1)
    found = {receipt.new(drawn.randrange)[:2] for _ in range(3_000)}
    assert len(found) == 100
