"""Acknowledgements are recognised in every dialect, sliced anywhere, and nothing else is taken for one."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.simulate.receipts import Receipt, Receipts, hj212_key, sl651_key


def hj(segment: str) -> bytes:
    return f"##{len(segment):04d}{segment}0000\r\n".encode()


# the forms of the two editions: QN before CP (HJ 212-2017, 9014), inside CP (HJ/T 212-2005)
NEW = hj("QN=20261121080000123;ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&")
OLD = hj("ST=91;CN=9013;PW=123456;MN=A1;Flag=0;CP=&&QN=20261121080000123&&")
# the acknowledgement of the test report in SL 651-2014: station first, 8008 = down, 8 bytes of body, ESC
DOWN = bytes.fromhex("7E7E00123456780112343080080200035910111549471B75D4")


@pytest.mark.parametrize("frame", [NEW, OLD])
def test_hj212_of_both_editions(frame):
    assert Receipts("hj212").feed(frame) == [Receipt("20261121080000123")]


def test_sl651_answer_on_and_off_line():
    assert Receipts("sl651").feed(DOWN) == [Receipt("30-0003")]
    assert Receipts("sl651").feed(DOWN[:-3] + b"\x04" + DOWN[-2:]) == [Receipt("30-0003", hang_up=True)]


def test_nak_and_queries_acknowledge_nothing():
    for end in (b"\x15", b"\x05"):
        assert Receipts("sl651").feed(DOWN[:-3] + end + DOWN[-2:]) == []
    up = bytes.fromhex(
        "7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA"
    )
    assert Receipts("sl651").feed(up) == []
    assert Receipts("hj212").feed(hj("QN=20261121080000123;ST=91;CN=9011;PW=1;MN=A;Flag=4;CP=&&QnRtn=1&&")) == []


@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_slicing_does_not_matter(cuts):
    for protocol, stream, n in (("hj212", b"noise" + NEW + OLD + NEW, 3), ("sl651", b"\x00\x7e" + DOWN + DOWN, 2)):
        edges = sorted({0, len(stream), *(c for c in cuts if c < len(stream))})
        reader = Receipts(protocol)
        found = [r for a, b in itertools.pairwise(edges) for r in reader.feed(stream[a:b])]
        assert len(found) == n


def test_a_flood_is_not_kept():
    reader = Receipts("hj212")
    for _ in range(100):
        assert reader.feed(b"x" * 10_000) == []
    assert reader.feed(NEW) == [Receipt("20261121080000123")]


def test_keys_of_what_goes_up():
    assert (
        hj212_key(b"##0099QN=20261121080000123;ST=21;CN=2011;PW=1;MN=A;Flag=5;CP=&&&&0000\r\n") == "20261121080000123"
    )
    assert hj212_key(b"##0060ST=21;CN=2011;PW=1;MN=A;CP=&&&&0000\r\n") == ""
    up = bytes.fromhex("7E7E010012345678123430002B020003591011154947")
    assert sl651_key(up) == "30-0003"
