"""The stream: nothing raises, nothing is lost, nothing depends on slicing, garbage costs no more than its length."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.protocols.samples import (
    KEEP_ALIVE,
    NEGATIVE,
    STANDARD_2017,
    STANDARD_2025,
    SURFACE_WATER,
    TEST_ANSWER,
    TEST_REPORT,
    TIMED,
    decode,
    one,
)
from riverchief.cloud.protocols import REASONS, StreamDecoder, acknowledge, as_json, crc, detect, hj212
from riverchief.cloud.protocols.noise import PADDING

FRAMES = [STANDARD_2017, STANDARD_2025, SURFACE_WATER, KEEP_ALIVE, TEST_REPORT, TEST_ANSWER, TIMED, NEGATIVE]

HEADS = [
    b"##",
    b"##0",
    b"##0101",
    b"##9999",
    b"##12Q",
    b"\x7e",
    b"\x7e\x7e",
    TIMED[:14],
    b"&&1C80\r\n",
    b"CP=&&",
    b"\r\n",
]


@st.composite
def broken(draw):
    """A frame with some of its bytes changed, left out or put in."""
    data = bytearray(draw(st.sampled_from(FRAMES)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["change", "remove", "insert", "cut"])):
            case "change":
                data[place] = draw(st.integers(0, 255))
            case "remove" if len(data) > 1:
                del data[place]
            case "insert":
                data[place:place] = draw(st.binary(max_size=3))
            case "cut" if place:
                del data[place:]
    return bytes(data)


streams = st.lists(
    st.one_of(st.sampled_from(FRAMES), broken(), st.sampled_from(HEADS), st.binary(max_size=20)), max_size=6
).map(b"".join)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(streams, st.lists(st.integers(0, 90), max_size=12))
def test_messages_do_not_depend_on_slicing(data, sizes):
    assert decode(data, *sizes) == decode(data)


@quick
@given(streams)
def test_byte_by_byte_gives_the_same(data):
    assert decode(data, *([1] * len(data))) == decode(data)


@quick
@given(streams)
def test_every_byte_but_padding_is_in_exactly_one_message(data):
    together = b"".join(message.raw for message in decode(data))
    assert together.translate(None, PADDING) == data.translate(None, PADDING)


def test_a_head_that_ends_where_the_next_frame_begins_is_told_as_cut():
    cut, whole = decode(b"##1" + TIMED)
    assert (cut.raw, cut.valid, cut.reason) == (b"##1", False, "truncated: 3 of 10 bytes")
    assert whole.valid


@quick
@given(st.one_of(streams, st.binary(max_size=300)))
def test_any_bytes_become_messages_that_keep_their_promise(data):
    for message in decode(data):
        shown = as_json(message)
        assert shown["raw"] == message.raw.hex()
        if message.valid:
            assert message.reason is None
            assert message.device
        else:
            assert message.reason.partition(":")[0] in REASONS
            assert message.readings == ()
            assert acknowledge(message, datetime(2026, 1, 1, tzinfo=UTC)) is None


@quick
@given(broken(), st.sampled_from(FRAMES))
def test_a_good_frame_behind_a_broken_one_arrives(before, good):
    assert good in [message.raw for message in decode(before + b"\x00" + good) if message.valid]


@pytest.mark.parametrize("good", FRAMES)
def test_a_damaged_length_holds_back_what_follows_only_for_a_while(good):
    claims_much = b"##9999QN=20160801085857223;ST=32;CP=&&"
    decoder = StreamDecoder()
    assert decoder.feed(claims_much + good * 3) == []  # nobody can know yet
    messages = decoder.flush()
    assert [message.raw for message in messages] == [claims_much, good, good, good]
    assert messages[0].reason.startswith("truncated: ")
    # or until as many bytes have come as the length says
    messages = decode(claims_much + good * (9_999 // len(good) + 2), 10_100)
    assert sum(message.valid for message in messages) == 9_999 // len(good) + 2


def test_a_length_that_covers_two_frames_exactly_loses_neither_the_second_nor_the_third():
    second = KEEP_ALIVE
    first = bytearray(TIMED)
    first[12] += len(second)  # the length's low byte: the frame would end where the second one ends
    messages = decode(bytes(first) + second + TEST_REPORT)
    assert [(message.valid, message.kind) for message in messages] == [
        (False, "damaged"), (True, "heartbeat"), (True, "test"),
    ]  # fmt: skip


def test_stray_bytes_behind_a_frame_do_not_hide_the_next():
    # Fujian's document ends its frames with a stray 7E
    messages = decode(TIMED + b"\x7e" + TEST_REPORT)
    assert [message.raw for message in messages] == [TIMED, b"\x7e", TEST_REPORT]
    assert [message.valid for message in messages] == [True, False, True]


def test_a_head_inside_a_frame_does_not_split_it():
    info = "i11001-Info=//reset ##0101 done//"
    frame = hj212.encode_frame(
        f"QN=20240601085857223;ST=32;CN=3020;PW=1;MN=A;Flag=4;CP=&&DataTime=20240601085857;{info}&&"
    )
    assert one(frame).fields["cp"]["i11001-Info"] == "//reset ##0101 done//"


def test_two_protocols_may_share_a_stream():
    messages = decode(STANDARD_2017 + TIMED + SURFACE_WATER + KEEP_ALIVE)
    assert [message.protocol for message in messages] == ["hj212", "sl651", "hj212", "sl651"]


def test_detect():
    assert detect(STANDARD_2017) == "hj212"
    assert detect(b"noise\x7e" + TIMED) == "sl651"
    assert detect(b"##01") is None
    assert detect(b"HJ 212-2017[1]\r\n") is None


def test_a_frame_without_line_end_is_known_to_be_complete():
    decoder = StreamDecoder()
    for at in range(len(STANDARD_2017) - 2):
        decoder.feed(STANDARD_2017[at : at + 1])
        assert decoder.complete == (at == len(STANDARD_2017) - 3)
    assert decoder.pending == len(STANDARD_2017) - 2
    (message,) = decoder.flush()
    assert message.valid
    assert message.defects == ("no line end",)
    assert (decoder.pending, decoder.complete) == (0, False)


def test_a_flushed_decoder_goes_on():
    decoder = StreamDecoder()
    decoder.feed(TIMED[:20])
    assert [message.valid for message in decoder.flush()] == [False]
    assert [message.valid for message in decoder.feed(TIMED)] == [True]


def test_memory_is_bounded():
    decoder = StreamDecoder()
    for _ in range(300):
        decoder.feed(b"##9999" * 100)
    assert decoder.pending < 20_000


FLOODS = {
    "heads that claim much": b"##9999",
    "heads that claim nothing": b"##0000",
    "half heads": b"\x7e",
    "frames that all end well but for the checksum": b"##9990QN=;CP=&&&&ABCD",
    "an open text": b"##9000CP=&&" + b"a=//," * 300,
    "SL 651 heads with an end character in its place": bytes.fromhex("7E7E01001234560312340F0FA002"),
}


@pytest.mark.parametrize("part", FLOODS.values(), ids=FLOODS)
def test_four_times_the_flood_is_four_times_the_work(part, monkeypatch):
    counted = [0]

    def counting(plain):
        def count(data):
            counted[0] += len(data)
            return plain(data)

        return count

    monkeypatch.setattr(crc, "hj212", counting(crc.hj212))
    monkeypatch.setattr(crc, "modbus", counting(crc.modbus))

    def work(size):
        counted[0] = 0
        decode(part * (size // len(part)), 1000, 1000)
        return counted[0] + size

    assert work(120_000) < 6 * work(30_000)
