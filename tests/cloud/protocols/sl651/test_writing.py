from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.protocols.samples import KEEP_ALIVE, TEST_ANSWER, TEST_REPORT, TIMED, TIMED_ANSWER, one
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.readings import Flag
from riverchief.cloud.protocols import BEIJING, Item, acknowledge, crc, sl651
from riverchief.cloud.protocols.sl651.tables import RAIN_BLOCK, STATUS, tables

AT = datetime(2026, 7, 1, 8, 0, tzinfo=BEIJING)
SENT = AT + timedelta(seconds=5)


def report(*items, **changes):
    given_ = {"station": "0011223344", "observed_at": AT, "sent_at": SENT, "serial": 7, **changes}
    return sl651.encode_report(items, **given_)


def test_a_published_report_byte_for_byte():
    assert (
        sl651.encode_report(
            [Item("PJ", 4.0), Item("rain_total", 4.0), Item("level", 10.49), Item("voltage", 10.99)],
            station="0011223344", observed_at=datetime(2017, 7, 18, 11, 0, tzinfo=BEIJING),
            sent_at=datetime(2017, 7, 18, 11, 0, 16, tzinfo=BEIJING), serial=0x34, centre=5, password="03E8",
        )
        == TIMED
    )  # fmt: skip


def test_a_published_keep_alive_byte_for_byte():
    sent = datetime(2059, 10, 11, 15, 51, 11, tzinfo=BEIJING)
    assert sl651.encode_keep_alive(station="0012345678", sent_at=sent, serial=3, password="1234") == KEEP_ALIVE


@pytest.mark.parametrize(
    ("asked", "answer", "now"),
    [
        (TEST_REPORT, TEST_ANSWER, datetime(2059, 10, 11, 15, 49, 47, tzinfo=BEIJING)),
        (TIMED, TIMED_ANSWER, datetime(2017, 7, 18, 3, 0, 16, tzinfo=UTC)),
    ],
)
def test_published_answers_byte_for_byte(asked, answer, now):
    # down: station first, then centre; direction 8; the serial number again; ESC keeps the station on line
    assert acknowledge(one(asked), now) == answer
    back = one(answer)
    assert (back.kind, back.device, back.wants_ack) == ("ack", one(asked).device, False)
    assert back.fields["serial"] == one(asked).fields["serial"]


def test_when_more_packets_follow_the_answer_asks_for_them():
    content = TIMED[:-3] + b"\x17"
    frame = content + crc.modbus(content).to_bytes(2, "big")
    assert acknowledge(one(frame), SENT)[-3] == 0x06


def test_who_gets_no_answer():
    assert acknowledge(one(KEEP_ALIVE), SENT) is None
    assert acknowledge(one(TEST_ANSWER), SENT) is None
    assert acknowledge(one(TIMED[:-1] + b"\x00"), SENT) is None
    assert sl651.acknowledge(one(KEEP_ALIVE), SENT) is None


SENDABLE = [
    one for one in tables().elements.values() if one.lead < RAIN_BLOCK and one.lead != STATUS and one.code != "DT"
]


@st.composite
def reports(draw):
    """Elements with values that their digits can say."""
    chosen = draw(st.lists(st.sampled_from(SENDABLE), min_size=1, max_size=8, unique=True))
    sent = []
    for element in chosen:
        most = 10**element.digits - 1
        digits = draw(st.one_of(st.none(), st.integers(-most, most)))
        scaled = None if digits is None else digits * element.scale
        value = None if scaled is None else float(scaled.scaleb(-element.decimals))
        sent.append((element, value))
    return sent


@settings(max_examples=150, deadline=None)
@given(
    reports(),
    st.sampled_from([0x30, 0x32, 0x33, 0x34]),
    st.integers(1, 65_535),
    st.sampled_from(sorted(tables().classes)),
)
def test_what_is_written_reads_back_the_same(sent, function, serial, station_class):
    # every element once by its letters; 9999.999 is one maker's "no data" and cannot be told from a value
    frame = report(*(Item(element.property if element.property and tables().by_property[element.property] is element else element.code, value)
                     for element, value in sent), function=function, serial=serial, station_class=station_class)  # fmt: skip
    message = one(frame)
    assert message.valid
    assert message.defects == ()
    assert message.wants_ack
    assert message.fields["serial"] == serial
    assert message.fields["class"] == station_class
    for value, (element, number) in zip(message.readings, sent, strict=True):
        assert value.code == element.code
        assert value.property == element.property
        assert value.time == AT
        assert value.value == number or (number == 9999.999 and value.value is None)
        if function == 0x30:
            assert value.flag is Flag.TEST
        else:
            assert value.flag is (Flag.MISSING if value.value is None else Flag.OK)


groups = st.lists(st.one_of(st.none(), st.integers(0, 254)), min_size=12, max_size=12)


@settings(max_examples=80, deadline=None)
@given(groups, groups, st.integers(0, 23), st.integers(0, 240))
def test_an_hourly_report_reads_back_the_same(rain, levels, hour, delay_s):
    at = datetime(2026, 7, 1, hour, 0, tzinfo=BEIJING)
    frame = report(
        Item("rain_total", 123.4), Item("level", 27.96),
        function=0x34, observed_at=at, sent_at=at + timedelta(seconds=delay_s),
        rain_5min_mm=[None if tenth is None else tenth / 10 for tenth in rain],
        level_5min_m=[None if cm is None else cm / 100 for cm in levels],
    )  # fmt: skip
    readings = one(frame).readings
    stamps = [at - timedelta(minutes=5 * (11 - k)) for k in range(12)]
    assert [(v.code, v.value, v.time) for v in readings[:12]] == [
        ("DRP", None if tenth is None else tenth / 10, stamp) for tenth, stamp in zip(rain, stamps, strict=True)
    ]
    assert [(v.code, v.value, v.time) for v in readings[12:24]] == [
        ("DRZ1", cm, stamp) for cm, stamp in zip(levels, stamps, strict=True)
    ]
    assert [(v.property, v.value, v.time) for v in readings[24:]] == [("rain_total", 123.4, at), ("level", 27.96, at)]


def test_values_are_rounded_to_the_tables_decimals():
    assert one(report(Item("level", 27.9604999), Item("ph", 7.125))).readings[0].value == 27.96
    assert one(report(Item("ph", 7.125))).readings[0].value == 7.13


def test_what_is_no_measurement_is_sent_as_no_data():
    message = one(report(Item("ph", 7.0, Flag.FAULT), Item("tp", None)))
    assert [(v.value, v.flag) for v in message.readings] == [(None, Flag.MISSING)] * 2


@pytest.mark.parametrize(
    ("items", "changes", "error", "words"),
    [
        ([Item("ph", 123.0)], {}, InputError, "more than the 4 digits"),
        ([Item("ph", float("inf"))], {}, InputError, "ph is inf"),
        ([Item("codm", 3.0)], {}, UnknownName, "did you mean 'codmn'"),
        ([], {"station": "12"}, InputError, "station address '12' is not 10 hexadecimal"),
        ([], {"station": "00112233XY"}, InputError, "not 10 hexadecimal"),
        ([], {"password": "1"}, InputError, "password '1' is not 4 hexadecimal"),
        ([], {"serial": 0}, InputError, "serial number 0"),
        ([], {"centre": 256}, InputError, "centre 256"),
        ([], {"station_class": "X"}, UnknownName, "station class 'X'"),
        ([], {"rain_5min_mm": [0.0] * 12}, InputError, "function 32 cannot carry twelve groups"),
        ([], {"function": 0x34, "rain_5min_mm": [0.0] * 11}, InputError, "an hour has 12 groups"),
        ([], {"function": 0x34, "rain_5min_mm": [25.5] + [0.0] * 11}, InputError, "0 to 25.4"),
        ([Item("level", 1.0)] * 800, {}, InputError, "at most 4095 fit"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent(items, changes, error, words):
    with pytest.raises(error, match=words):
        report(*items, **changes)
