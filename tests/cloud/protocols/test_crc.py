import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.protocols.samples import STANDARD_2017, STANDARD_2025, SURFACE_WATER, TIMED
from riverchief.cloud.protocols import crc


def bit_by_bit(data, *, shift_first):
    """Both checksums as their standards describe them, one bit at a time."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte if shift_first else register ^ byte
        for _ in range(8):
            lowest, register = register & 1, register >> 1
            register ^= 0xA001 * lowest
    return register


@given(st.binary(max_size=400))
def test_both_are_what_their_standards_describe(data):
    assert crc.hj212(data) == bit_by_bit(data, shift_first=True)
    assert crc.modbus(data) == bit_by_bit(data, shift_first=False)


@pytest.mark.parametrize("size", [1023, 1024, 1025, 4095, 9999])
def test_long_ones_too(size):
    data = bytes(k * k % 251 for k in range(size))
    assert crc.hj212(data) == bit_by_bit(data, shift_first=True)
    assert crc.modbus(data) == bit_by_bit(data, shift_first=False)


def test_published_check_values():
    assert crc.hj212(b"123456789") == 0x2F80
    assert crc.modbus(b"123456789") == 0x4B37
    assert crc.szy206(b"123456789") == 0xF7


@pytest.mark.parametrize(
    ("frame", "published"), [(STANDARD_2017, 0x1C80), (STANDARD_2025, 0x2200), (SURFACE_WATER, 0xE381)]
)
def test_worked_examples_of_the_standards(frame, published):
    assert crc.hj212(frame[6:-6]) == published


def test_sl651_stores_the_high_byte_first():
    assert TIMED[-2:].hex() == "a421"
    assert crc.modbus(TIMED[:-2]) == 0xA421


@given(st.binary(min_size=1, max_size=60))
def test_hj212_has_only_eight_low_bytes(data):
    # eight bits of state live on from byte to byte, so 256 values exist
    assert crc.hj212(data) & 0xFF in {0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1}


@given(st.binary(min_size=16, max_size=80), st.data())
def test_hj212_does_not_notice_two_bytes_that_change_places_eight_apart(data, draw):
    first = draw.draw(st.integers(0, len(data) - 9))
    changed = bytearray(data)
    changed[first], changed[first + 8] = changed[first + 8], changed[first]
    assert crc.hj212(bytes(changed)) == crc.hj212(data)


def test_two_values_share_one_hj212_checksum():
    # a right checksum does not prove a value: the collection holds this pair of frames
    head = (
        b"QN=20160801085857223;ST=21;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;"
    )
    assert crc.hj212(head + b"w01018-Rtd=18.2,w01018-Flag=N&&") == 0xD081
    assert crc.hj212(head + b"w01018-Rtd=11.0,w01018-Flag=N&&") == 0xD081


def test_swapped():
    assert crc.swapped(0x1C80) == 0x801C
