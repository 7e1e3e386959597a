import pytest

from cloud.protocols.samples import decode, one

NAMES = {
    "SL651-2014-ASCII": "sl651-ascii",
    "SZY206-2016": "szy206",
    "CJ/T188-2004": "cjt188",
    "DL/T645-2007": "dlt645",
}


def test_other_protocols_are_named_but_not_decoded(other_rows):
    assert len(other_rows) == 5
    for protocol, raw in other_rows:
        message = one(raw)
        assert message.protocol == NAMES[protocol]
        assert not message.valid
        assert message.reason == f"head: {len(raw)} bytes of {NAMES[protocol]}, which is recognised but not decoded"
        assert message.raw == raw


def test_a_form_without_its_checksum_is_not_named(other_rows):
    for protocol, raw in other_rows:
        if protocol != "SL651-2014-ASCII":  # its head alone is 26 fixed characters
            damaged = raw[:-2] + bytes((raw[-2] ^ 1,)) + raw[-1:]
            assert one(damaged).protocol == "unknown"


def test_a_line_of_text_is_no_frame_and_stops_nothing():
    # a bare line that a station's firmware sends to stay on line
    message = one(b"HJ 212-2017[1]\r\n")
    assert (message.protocol, message.kind, message.valid) == ("unknown", "text", False)
    assert message.reason == "head: 16 bytes of text without a frame head"


def test_line_ends_blanks_and_zeros_between_frames_are_no_event():
    assert decode(b"\r\n \t\x00\x00\n") == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"##", "truncated: 2 bytes of an HJ 212 head"),
        (b"##012", "truncated: 5 bytes of an HJ 212 head"),
        (b"##AB12QN=20160801085857223;ST=32", "length: b'AB12' stands where the four digits of the length should"),
        (bytes.fromhex("7E7E01001234"), "truncated: 6 bytes of an SL 651 head"),
        (bytes.fromhex("7E7E01001234567812342F4008020003"), "head: direction 4 is neither 0 (up) nor 8 (down)"),
        (bytes.fromhex("7E7E01001234567812342F0008990003"), "head: start character 99 is neither 02 nor 16"),
        (b"QN=20160801085857223;ST=32", "head: 26 bytes of text without a frame head"),
        (b"\xff\x01" * 9, "head: 18 bytes without a frame head"),
    ],
)
def test_what_is_wrong_with_a_head(raw, reason):
    assert one(raw).reason == reason


def test_endless_noise_is_given_out_in_parts():
    messages = decode(b"\xaa" * 25_000)
    assert [len(message.raw) for message in messages] == [10_240, 10_240, 4_520]
    assert messages[0].reason == "too_long: 10240 bytes without a frame head"
