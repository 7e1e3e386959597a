from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.protocols.samples import STANDARD_2017, one
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import BEIJING, Item, acknowledge, crc, hj212
from riverchief.cloud.protocols.hj212.tables import tables

MN = "010000A8900016F000169DC0"
AT = datetime(2026, 3, 1, 8, 0, tzinfo=BEIJING)
NOW = datetime(2026, 3, 1, 0, 0, 5, tzinfo=UTC)


def upload(*items, **changes):
    return hj212.encode_upload(
        items, **{"device": MN, "at": AT, "sent_at": AT + timedelta(seconds=5, milliseconds=7), **changes}
    )


def framed(segment):
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc.hj212(segment))


def test_the_standards_own_frame():
    assert hj212.encode_frame(STANDARD_2017[6:-6].decode()) == STANDARD_2017


@pytest.mark.parametrize(
    ("dialect", "segment"),
    [
        ("2005", b"QN=20260301080005007;ST=21;CN=2011;PW=123456;MN=%b;Flag=1;CP=&&DataTime=20260301080000;060-Rtd=0.15,060-Flag=N&&"),
        ("2017", b"QN=20260301080005007;ST=21;CN=2011;PW=123456;MN=%b;Flag=5;CP=&&DataTime=20260301080000;w21003-Rtd=0.15,w21003-Flag=N&&"),
        ("2025", b"QN=20260301080005007;ST=21;CN=2011;PW=123456;MN=%b;Flag=9;CP=&&DataTime=20260301080000;w21003-Rtd=0.15,w21003-Flag=N&&"),
    ],
)  # fmt: skip
def test_an_upload_in_each_dialect_byte_for_byte(dialect, segment):
    assert upload(Item("nh3n", 0.15), dialect=dialect) == framed(segment % MN.encode())


def test_2005_without_an_answer_sends_neither_qn_nor_flag():
    frame = upload(Item("nh3n", 0.15), dialect="2005", ack=False, device="A")
    assert frame == framed(b"ST=21;CN=2011;PW=123456;MN=A;CP=&&DataTime=20260301080000;060-Rtd=0.15,060-Flag=N&&")


@pytest.mark.parametrize(
    ("period", "extra", "words"),
    [
        (Period.HOUR, {}, b"CN=2061"),
        (Period.DAY, {}, b"CN=2031"),
        (Period.MINUTE, {"interval_s": 300}, b"CN=2051"),
    ],
)
def test_a_period_carries_its_start_and_reads_back_at_its_end(period, extra, words):
    frame = upload(Item("cod", 12.5), Item("cod", 11.0, statistic="min"), period=period, **extra)
    assert words in frame
    start = {Period.HOUR: b"20260301070000", Period.DAY: b"20260228080000", Period.MINUTE: b"20260301075500"}[period]
    assert b"DataTime=" + start in frame
    readings = one(frame).readings
    assert [(v.statistic, v.value, v.time, v.period) for v in readings] == [
        ("avg", 12.5, AT, period),
        ("min", 11.0, AT, period),
    ]


def test_back_filled_data_of_2025_is_marked():
    assert b";Flag=9;RF=1;CP=&&" in upload(Item("cod", 1.0), dialect="2025", back_filled=True)
    assert b"RF=" not in upload(Item("cod", 1.0), dialect="2017", back_filled=True)


def test_a_gap_is_an_empty_value():
    frame = upload(Item("cod", None, Flag.MISSING), Item("tp", None, Flag.FAULT))
    assert b";w01018-Rtd=;w21011-Rtd=,w21011-Flag=D&&" in frame
    assert [(v.value, v.flag) for v in one(frame).readings] == [(None, Flag.MISSING), (None, Flag.FAULT)]


numbers = st.one_of(
    st.floats(min_value=1e-6, max_value=1e9), st.decimals(min_value=-10_000, max_value=10_000, places=4).map(float)
)
names = st.sampled_from(sorted(tables().by_property))
flags = st.sampled_from(
    [
        Flag.OK,
        Flag.OVER_RANGE,
        Flag.MANUAL,
        Flag.MAINTENANCE,
        Flag.CALIBRATING,
        Flag.STOPPED,
        Flag.FAULT,
        Flag.COMM_FAULT,
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(names, st.tuples(numbers, flags), min_size=1, max_size=6),
    st.sampled_from(["2005", "2017", "2025", "surface-water"]),
    st.sampled_from([Period.INSTANT, Period.MINUTE, Period.HOUR, Period.DAY]),
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2060, 1, 1)),
    st.booleans(),
)
def test_what_is_written_reads_back_the_same(sent, dialect, period, moment, ack):
    at = moment.replace(microsecond=0, tzinfo=BEIJING)
    device = "A140725_0001" if dialect == "surface-water" else "88888880000001"
    frame = hj212.encode_upload(
        [Item(name, value, flag) for name, (value, flag) in sent.items()],
        device=device, at=at, sent_at=at, dialect=dialect, period=period, interval_s=600, system="32", ack=ack,
    )  # fmt: skip
    message = one(frame)
    assert message.valid
    assert message.device == device
    assert message.dialect == dialect
    assert message.wants_ack == ack
    assert [(v.property, v.value, v.flag, v.time, v.period) for v in message.readings] == [
        (name, value, flag, at, period) for name, (value, flag) in sent.items()
    ]
    assert set(message.defects) <= {"no QN", "no Flag"}
    assert (not message.defects) or (dialect == "2005" and not ack)


def test_what_cannot_be_sent():
    with pytest.raises(UnknownName, match="dialect '2018'"):
        upload(Item("cod", 1.0), dialect="2018")
    with pytest.raises(InputError, match="no upload of period 'total'"):
        upload(Item("cod", 1.0), period=Period.TOTAL)
    with pytest.raises(InputError, match="whole minutes from 1 to 30"):
        upload(Item("cod", 1.0), period=Period.MINUTE)
    with pytest.raises(InputError, match="cod is nan"):
        upload(Item("cod", float("nan")))
    with pytest.raises(InputError, match="no flag for 'SUSPECT' of cod"):
        upload(Item("cod", 1.0, Flag.SUSPECT))
    with pytest.raises(UnknownName, match="statistic 'mean'"):
        upload(Item("cod", 1.0, statistic="mean"))
    with pytest.raises(InputError, match="at most 1024 fit"):
        upload(*(Item(code, 1.0) for code in list(tables().factors)[:60]))


# ------------------------------------------------------------------------------------------------ acknowledgements
@pytest.mark.parametrize(
    ("dialect", "device", "segment"),
    [
        # 2005: the QN stands in the data area (form of that standard's 9013 sample)
        ("2005", "88888880000001", b"ST=91;CN=9014;PW=123456;MN=88888880000001;CP=&&QN=20260301080005007&&"),
        ("2017", MN, b"QN=20260301080005007;ST=91;CN=9014;PW=123456;MN=%b;Flag=4;CP=&&&&" % MN.encode()),
        ("2025", MN, b"QN=20260301080005007;ST=91;CN=9014;PW=123456;MN=%b;Flag=8;CP=&&&&" % MN.encode()),
        (
            "surface-water",
            "A140725_0001",
            b"QN=20260301080005007;ST=91;CN=9014;PW=123456;MN=A140725_0001;Flag=8;CP=&&&&",
        ),
    ],
)
def test_data_is_acknowledged_in_the_stations_dialect(dialect, device, segment):
    message = one(upload(Item("cod", 1.0), dialect=dialect, device=device, system="32"))
    answer = acknowledge(message, NOW)
    assert answer == framed(segment)
    back = one(answer)
    assert (back.valid, back.kind, back.wants_ack) == (True, "ack", False)
    assert back.fields["QN"] == message.fields["QN"]
    assert back.device == device


def test_the_answer_of_a_published_server():
    # ##0087QN=20201015123632010;ST=91;CN=9014;…f001 in public code; its checksum is in small letters
    published = b"##0087QN=20201015123632010;ST=91;CN=9014;PW=123456;MN=410183160889201000212505;Flag=4;CP=&&&&F001\r\n"
    asked = hj212.encode_frame(
        "QN=20201015123632010;ST=32;CN=2011;PW=123456;MN=410183160889201000212505;Flag=5;"
        "CP=&&DataTime=20201015123632;w01018-Rtd=1&&"
    )
    assert acknowledge(one(asked), NOW) == published


@pytest.mark.parametrize(
    ("cn", "area", "answer"),
    [
        ("9015", "", b"CN=9013"),
        ("1013", "PolId=w01018", b"CN=9013"),
        ("9021", "", b"CN=9022"),
        ("2081", "DataTime=20260301000000;RestartTime=20260301000000", b"CN=9014"),
    ],
)
def test_notices_heartbeats_and_logins(cn, area, answer):
    asked = f"QN=20260301000000002;ST=91;CN={cn};PW=123456;MN={MN};Flag=9;CP=&&{area}&&"
    written = acknowledge(one(hj212.encode_frame(asked)), NOW)
    assert answer in written
    assert b"QN=20260301000000002;ST=91;" in written
    assert b";Flag=8;CP=&&&&" in written


def test_echo_style_keeps_system_and_flag():
    message = one(upload(Item("cod", 1.0)))
    assert hj212.acknowledge(message, NOW, echo=True) == framed(
        b"QN=20260301080005007;ST=21;CN=9014;PW=123456;MN=%b;Flag=5;CP=&&&&" % MN.encode()
    )


def test_who_gets_no_answer():
    frame = upload(Item("cod", 1.0), ack=False)
    assert acknowledge(one(frame), NOW) is None
    damaged = upload(Item("cod", 1.0)).replace(b"Rtd=1,", b"Rtd=2,")
    assert acknowledge(one(damaged), NOW) is None
    assert hj212.acknowledge(one(damaged), NOW) is None
    assert acknowledge(one(STANDARD_2017), NOW) is None  # a centre's request, which a station answers
    assert acknowledge(one(acknowledge(one(upload(Item("cod", 1.0))), NOW)), NOW) is None


def test_a_device_with_an_endless_name_gets_no_answer():
    segment = f"QN=20260301080005007;ST=32;CN=9015;PW=1;MN={'A' * 1020};Flag=5;CP=&&&&".encode()
    message = one(framed(segment))
    assert message.wants_ack
    assert acknowledge(message, NOW) is None


def test_each_packet_is_answered_with_its_own_qn():
    packet = f"QN=20260301080005534;ST=32;CN=2061;PW=1;MN={MN};Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20260301070000;w01018-Avg=1&&"
    answer = acknowledge(one(hj212.encode_frame(packet)), NOW)
    assert answer == framed(b"QN=20260301080005534;ST=91;CN=9014;PW=1;MN=%b;Flag=4;CP=&&&&" % MN.encode())
