"""Frames and helpers that the tests of the codecs share. Vectors are quoted with their source."""

from __future__ import annotations

from riverchief.cloud.protocols import Message, StreamDecoder

# HJ 212-2017, Appendix A: the worked example of the checksum
STANDARD_2017 = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
# HJ 212-2025, Appendix A.1 (second hand)
STANDARD_2025 = b"##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2200\r\n"
# a surface-water station's sample (public code), checksum in small letters
SURFACE_WATER = (
    b"##0089QN=20160801085857223;ST=21;CN=1062;PW=123456;MN=A220582_0001;Flag=9;CP=&&RtdInterval=10&&e381\r\n"
)

# SL 651 frames printed in public documents and code, checksums recomputed
KEEP_ALIVE = bytes.fromhex("7E7E01001234567812342F0008020003591011155111036BCA")
TEST_REPORT = bytes.fromhex(
    "7E7E010012345678123430002B020003591011154947F1F1001234567848"
    "F0F0591011154920190000052619000005392300000127381211150320FA"
)
TEST_ANSWER = bytes.fromhex("7E7E00123456780112343080080200035910111549471B75D4")
TIMED = bytes.fromhex(
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448"
    "F0F01707181100201900004026190000403923000104903812109903A421"
)
TIMED_ANSWER = bytes.fromhex("7E7E00112233440503E83280080200341707181100161BE5D4")
NEGATIVE = bytes.fromhex(
    "7E7E0040590235C2123432002B020002241111102942F1F140590235C25A"
    "F0F02411111029762AFF00000172772AFF0000002178220000015203BB93"
)


def decode(data: bytes, *sizes: int) -> list[Message]:
    """All messages of some bytes, fed in parts of these sizes (the last part is the rest), then flushed."""
    decoder = StreamDecoder()
    messages: list[Message] = []
    at = 0
    for size in (*sizes, len(data)):
        messages += decoder.feed(data[at : at + size])
        at += size
    return messages + decoder.flush()


def one(data: bytes) -> Message:
    """The only message of some bytes."""
    messages = decode(data)
    assert len(messages) == 1, messages
    return messages[0]
