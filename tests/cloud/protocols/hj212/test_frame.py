import pytest

from cloud.protocols.samples import STANDARD_2017, decode, one
from riverchief.cloud.protocols import crc, hj212

SEGMENT = STANDARD_2017[6:-6]


def closed(segment, *, length=None, checksum=None, tail=b"\r\n"):
    """A frame around a segment, right in all that is not given."""
    length = b"%04d" % len(segment) if length is None else length
    checksum = b"%04X" % crc.hj212(segment) if checksum is None else checksum
    return b"##" + length + segment + checksum + tail


def test_the_helper_writes_the_standards_own_frame():
    assert closed(SEGMENT) == STANDARD_2017


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (closed(SEGMENT, tail=b"\n"), "line ends with LF only"),
        (closed(SEGMENT, tail=b"\r"), "line ends with CR only"),
        (closed(SEGMENT, tail=b""), "no line end"),
        (closed(SEGMENT, length=b"101"), "length has 3 digits, not 4"),
        (closed(SEGMENT, checksum=b"1c80"), None),
    ],
)
def test_deviations_of_the_envelope_that_are_read(raw, defect):
    message = one(raw)
    assert message.valid
    assert message.defects == ((defect,) if defect else ())
    assert message.raw == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (closed(SEGMENT, checksum=b"1C81"), "checksum: frame says 1C81, the segment gives 1C80"),
        (
            closed(SEGMENT, checksum=b"%04X" % crc.modbus(SEGMENT)),
            "checksum: frame says 0759, the segment gives 1C80, which is a plain CRC-16/MODBUS",
        ),
        (
            closed(SEGMENT, checksum=b"%04X" % crc.swapped(crc.modbus(SEGMENT))),
            "checksum: frame says 5907, the segment gives 1C80, which is a plain CRC-16/MODBUS with its bytes swapped",
        ),
        (closed(SEGMENT, length=b"0100"), "length: says 100 bytes, the segment has 101 (whose checksum fits)"),
        (closed(SEGMENT, length=b"0099"), "length: says 99 bytes, the segment has 101 (whose checksum fits)"),
        (closed(SEGMENT, length=b"0102"), "length: says 102 bytes, the segment has 101 (whose checksum fits)"),
        (closed(SEGMENT, length=b"0900"), "length: says 900 bytes, the segment has 101 (whose checksum fits)"),
        (closed(SEGMENT, length=b"12345"), "too_long: says 12345 bytes, more than 9999"),
        (closed(SEGMENT, length=b"00101"), "length: has 5 digits, not 4"),
        (closed(SEGMENT, tail=b"@@"), "tail: b'@@' stands where CR LF should"),
        (closed(SEGMENT, checksum=b"GGGG", tail=b"@@"), "tail: b'GGGG' stands where the checksum should"),
        (closed(SEGMENT)[:80], "truncated: 80 of 113 bytes"),
        (closed(SEGMENT)[2:], "head: 111 bytes of text without a frame head"),
        (closed(SEGMENT)[1:], "head: 112 bytes of text without a frame head"),
    ],
)
def test_what_is_wrong_with_a_frame(raw, reason):
    message = one(raw)
    assert not message.valid
    assert message.reason == reason
    assert message.raw == raw


def test_length_and_checksum_count_bytes_not_characters():
    text = (
        "QN=20240601085857223;ST=32;CN=3020;PW=1;MN=A1;Flag=4;CP=&&DataTime=20240601085857;i11001-Info=//清洗完成//&&"
    )
    right, characters = text.encode("utf-8"), b"%04d" % len(text)
    assert one(closed(right)).valid
    wrong = one(closed(right, length=characters))
    assert not wrong.valid
    assert wrong.reason.startswith("length: ")


def test_text_may_be_gbk():
    text = "ST=32;CN=3020;PW=1;MN=A1;CP=&&DataTime=20240601085857;i11001-Info=//清洗//&&".encode("gbk")
    message = one(closed(text))
    assert message.valid
    assert "text is GBK, not UTF-8" in message.defects
    assert message.fields["cp"]["i11001-Info"] == "//清洗//"


@pytest.mark.parametrize(
    ("size", "defects"),
    [(1024, ()), (1025, ("segment longer than 1024 bytes",)), (9999, ("segment longer than 1024 bytes",))],
)
def test_long_segments_are_read_and_marked(size, defects):
    head, tail = b"QN=20160801085857223;ST=32;CN=3020;PW=1;MN=A;Flag=4;CP=&&Note=", b"&&"
    message = one(closed(head + b"x" * (size - len(head) - len(tail)) + tail))
    assert message.valid
    assert message.defects == defects


def test_an_encrypted_segment_says_so():
    # HJ 212-2025 encrypts the data area, but its checksum is that of the plain text
    plain = b"QN=20260301000000001;ST=32;CN=2011;PW=1;MN=A;Flag=9;CP=&&DataTime=20260301000000&&"
    cipher = plain.replace(b"DataTime=20260301000000", bytes(range(128, 151)))
    message = one(closed(cipher, checksum=b"%04X" % crc.hj212(plain)))
    assert message.reason.startswith("checksum: ")
    assert message.reason.endswith("it may be encrypted")


def test_a_frame_without_line_end_ends_at_the_next_head():
    messages = decode(closed(SEGMENT, tail=b"") + closed(SEGMENT, tail=b"") + b"\x7e\x7e")
    assert [message.valid for message in messages] == [True, True, False]


@pytest.mark.parametrize("padding", [b" ", b"\t\r\n", b"\x00\x00"])
def test_padding_behind_a_frame_without_line_end_is_no_wrong_tail(padding):
    (message,) = decode(closed(SEGMENT, tail=padding))
    assert (message.valid, message.defects) == (True, ("no line end",))
    assert message.raw == closed(SEGMENT, tail=b"")


def test_read_asks_for_more_only_before_the_end():
    for cut in range(6, len(STANDARD_2017)):
        assert hj212.read(STANDARD_2017[:cut], 0, final=False) is None
        assert hj212.read(STANDARD_2017[:cut], 0, final=True) is not None
