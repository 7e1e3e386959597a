import pytest

from cloud.protocols.samples import KEEP_ALIVE, NEGATIVE, TEST_ANSWER, TEST_REPORT, TIMED, TIMED_ANSWER, decode, one
from riverchief.cloud.protocols import crc, sl651


def closed(content):
    """A frame with its checksum, high byte first."""
    return content + crc.modbus(content).to_bytes(2, "big")


def test_the_address_of_up_and_down_frames():
    up, down = one(TEST_REPORT), one(TEST_ANSWER)
    assert up.device == down.device == "0012345678"
    assert up.fields["centre"] == down.fields["centre"] == 1
    assert up.fields["password"] == down.fields["password"] == "1234"
    assert (up.kind, down.kind) == ("test", "ack")


def test_an_address_is_text_in_capitals():
    assert one(NEGATIVE).device == "40590235C2"


@pytest.mark.parametrize("end", ["03", "17", "05", "06", "15", "04", "1B"])
def test_every_end_character_of_the_standard_ends_a_frame(end):
    frame = closed(TIMED[:-3] + bytes.fromhex(end))
    assert one(frame).valid


@pytest.mark.parametrize(
    ("end", "kind"), [("05", "request"), ("1B", "ack"), ("04", "ack"), ("06", "ack"), ("15", "ack")]
)
def test_what_a_frame_of_the_centre_is(end, kind):
    message = one(closed(TEST_ANSWER[:-3] + bytes.fromhex(end)))
    assert (message.kind, message.wants_ack) == (kind, False)
    assert message.fields["end"] == end


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (TIMED[:-1] + b"\x00", "checksum: frame says A400, its bytes give A421"),
        (TIMED[:-2] + TIMED[:-3:-1], "checksum: frame says 21A4, its bytes give A421, low byte first"),
        (
            TIMED[:-2] + crc.hj212(TIMED[:-2]).to_bytes(2, "big"),
            f"checksum: frame says {crc.hj212(TIMED[:-2]):04X}, its bytes give A421, which is the checksum of HJ 212",
        ),
        (closed(TIMED[:-3] + b"\x00"), "tail: 00 stands where the end character should"),
        (
            TIMED[:-3] + b"\x00" + TIMED[-2:],
            (
                f"checksum: frame says A421, its bytes give {crc.modbus(TIMED[:-3] + bytes(1)):04X}; "
                "00 stands where the end character should"
            ),
        ),
        (TIMED[:12] + b"\x1e" + TIMED[13:], "length: says 30 bytes, an end character stands after 43"),
        (closed(TIMED[:12] + b"\x1e" + TIMED[13:-2]), "length: says 30 bytes, the body has 43 (whose checksum fits)"),
        (closed(TIMED[:12] + b"\x60" + TIMED[13:-2]), "length: says 96 bytes, the body has 43 (whose checksum fits)"),
        (TIMED[:12] + b"\x60" + TIMED[13:], "truncated: 60 of 113 bytes"),
        (TIMED[:40], "truncated: 40 of 60 bytes"),
        (TIMED[:14], "truncated: 14 of 60 bytes"),
        (TIMED[:13] + b"\x01" + TIMED[14:], "head: start character 01 is neither 02 nor 16"),
        (TIMED[1:], "head: 59 bytes without a frame head"),
        (
            closed(KEEP_ALIVE[:12] + b"\x07" + KEEP_ALIVE[13:21] + b"\x03"),
            "field: a body of 7 bytes has no serial number and time",
        ),
    ],
)
def test_what_is_wrong_with_a_frame(raw, reason):
    message = one(raw)
    assert not message.valid
    assert message.reason == reason
    if not reason.startswith("head"):
        assert message.device in {"0011223344", "0012345678"}


def test_a_picture_comes_in_packets():
    # the first and the last of thirteen: three bytes tell of how many and which, twelve bits each
    head = bytes.fromhex("7E7E010012345678123436")
    first = bytes.fromhex("00D001 0005 591011161118 F1F1 0012345678 48 F0F0 5910111611 F3F3") + b"\xff\xd8\xff\xe0"
    last = bytes.fromhex("00D00D") + b"\x7e\x7e\xff\xd9"
    one_frame = closed(head + len(first).to_bytes(2, "big") + b"\x16" + first + b"\x17")
    end_frame = closed(head + len(last).to_bytes(2, "big") + b"\x16" + last + b"\x03")
    begin, end = decode(one_frame + end_frame)
    assert (begin.kind, begin.fields["packets"], begin.fields["packet"]) == ("picture", 13, 1)
    assert begin.fields["picture"] == b"\xff\xd8\xff\xe0"
    assert begin.fields["class"] == "H"
    assert (end.fields["packet"], end.fields["data"]) == (13, b"\x7e\x7e\xff\xd9")
    assert begin.defects == end.defects == ()
    # one answer for all packets, which no single packet can give
    assert not begin.wants_ack
    assert not end.wants_ack


def test_a_packet_too_short_for_its_numbers():
    frame = closed(bytes.fromhex("7E7E0100123456781234360002160000") + b"\x03")
    assert one(frame).reason == "field: 2 bytes are too few for the packet numbers"


def test_read_asks_for_more_only_before_the_end():
    for cut in range(14, len(TIMED)):
        assert sl651.read(TIMED[:cut], 0, final=False) is None
        assert sl651.read(TIMED[:cut], 0, final=True) is not None
    assert sl651.read(TIMED_ANSWER, 0, final=False).raw == TIMED_ANSWER
