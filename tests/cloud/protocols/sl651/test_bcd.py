from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.protocols.sl651.bcd import read_number, read_time, write_number, write_time


@pytest.mark.parametrize(
    ("text", "decimals", "number"),
    [
        ("00010490", 3, "10.490"),
        ("1099", 2, "10.99"),
        ("000005", 1, "0.5"),
        ("0000000001", 3, "0.001"),
        ("00000172", 2, "1.72"),
        ("FF00000172", 2, "-1.72"),  # an even number of digits: FF before them
        ("FF000172", 2, "-1.72"),
        ("FF012345", 3, "-12.345"),  # an odd number: FF0
        ("FF05", 0, "-5"),
        ("00000000", 3, "0.000"),
        ("FFFFFFFF", 3, None),  # the standard's "no data"
        ("FF", 0, None),
        ("AAAAAAAA", 3, None),  # the field's
        ("09999999", 3, None),  # one maker's 9999.999
        ("9999999F", 3, ValueError),
        ("FFFFFF12", 2, ValueError),  # nibbles that are neither digits nor "no data"
        ("12FF00", 1, ValueError),
        ("FF00", 2, ValueError),
        ("FF000000", 2, "0.00"),
        ("20FFFFFF", 1, ValueError),
        ("AAFFAAFF", 1, ValueError),
        ("", 0, ValueError),
    ],
)
def test_numbers(text, decimals, number):
    if number is ValueError:
        with pytest.raises(ValueError, match="no decimal number"):
            read_number(bytes.fromhex(text), decimals)
    else:
        assert read_number(bytes.fromhex(text), decimals) == number


@given(
    st.integers(1, 11).flatmap(lambda digits: st.tuples(st.just(digits), st.integers(1 - 10**digits, 10**digits - 1)))
)
def test_what_is_written_reads_back(case):
    digits, number = case
    data = write_number(number, digits)
    assert int(read_number(data, 0)) == number
    # a negative number takes a byte more, as the odd digits leave half a byte before FF
    assert len(data) == (digits + 1) // 2 + (number < 0)


def test_a_number_that_does_not_fit():
    with pytest.raises(InputError, match="100000 has more than the 5 digits"):
        write_number(100_000, 5)


def test_times_are_beijing_time():
    assert read_time(bytes.fromhex("260701063604")) == datetime(2026, 6, 30, 22, 36, 4, tzinfo=UTC)
    assert read_time(bytes.fromhex("2607010636")) == datetime(2026, 6, 30, 22, 36, tzinfo=UTC)
    assert write_time(datetime(2026, 6, 30, 22, 36, 4, tzinfo=UTC), seconds=True).hex() == "260701063604"
    assert write_time(datetime(2026, 6, 30, 22, 36, 4, tzinfo=UTC), seconds=False).hex() == "2607010636"


def test_two_digit_years_are_of_this_century():
    # a station that starts in 59 or 99 has lost its clock: ahead of ours it is put aside, behind it it would pass
    assert read_time(bytes.fromhex("5910111549")).year == 2059
    assert read_time(bytes.fromhex("9912312359")).year == 2099
    assert read_time(bytes.fromhex("0001010000")).year == 2000


@pytest.mark.parametrize("text", ["2613010000", "2602300000", "2601012400", "26010100AA", "FFFFFFFFFF", "0000000000"])
def test_no_date(text):
    assert read_time(bytes.fromhex(text)) is None
