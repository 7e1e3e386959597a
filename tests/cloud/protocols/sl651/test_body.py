from datetime import datetime

import pytest

from cloud.protocols.samples import KEEP_ALIVE, NEGATIVE, TEST_REPORT, TIMED, one
from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import BEIJING, crc

STATION = "0011223344"


def frame(body, function="32", *, sent="260701083005", header=STATION):
    """An uplink frame; `body` is hexadecimal, from behind the send time on."""
    content = bytes.fromhex("0007" + sent + body)
    raw = (
        bytes.fromhex("7E7E01" + header + "1234" + function)
        + len(content).to_bytes(2, "big")
        + b"\x02"
        + content
        + b"\x03"
    )
    return raw + crc.modbus(raw).to_bytes(2, "big")


def report(elements, function="32", *, observed="2607010830", **changes):
    return one(frame(f"F1F1{STATION}48F0F0{observed}{elements}", function, **changes))


def at(hour, minute):
    return datetime(2026, 7, 1, hour, minute, tzinfo=BEIJING)


def shown(message):
    return [(value.code, value.value, value.flag) for value in message.readings]


def test_a_published_timed_report():
    message = one(TIMED)
    assert [(v.code, v.property, v.value, v.unit, v.flag, v.period) for v in message.readings] == [
        ("PJ", "rain", 4.0, "mm", Flag.OK, Period.INSTANT),
        ("PT", "rain_total", 4.0, "mm", Flag.OK, Period.TOTAL),
        ("Z", "level", 10.49, "m", Flag.OK, Period.INSTANT),
        ("VT", "voltage", 10.99, "V", Flag.OK, Period.INSTANT),
    ]
    assert {value.time for value in message.readings} == {datetime(2017, 7, 18, 11, 0, tzinfo=BEIJING)}
    assert message.fields["serial"] == 0x34
    assert message.fields["sent_at"] == datetime(2017, 7, 18, 11, 0, 16, tzinfo=BEIJING)
    assert message.fields["class"] == "H"


def test_negative_numbers():
    assert [(v.code, v.property, v.value) for v in one(NEGATIVE).readings] == [
        ("76", None, -1.72),
        ("77", None, -0.21),
        ("78", None, 1.52),
    ]


def test_a_test_report_is_for_the_test_database():
    assert {value.flag for value in one(TEST_REPORT).readings} == {Flag.TEST}
    # also what it does not know, lest a gap be stored as one
    assert shown(report("3923FFFFFFFF", "30")) == [("Z", None, Flag.TEST)]


def test_a_keep_alive_says_nothing_and_nobody_answers():
    message = one(KEEP_ALIVE)
    assert (message.kind, message.readings, message.wants_ack) == ("heartbeat", (), False)


@pytest.mark.parametrize("nothing", ["3923FFFFFFFF", "3923AAAAAAAA", "392309999999"])
def test_no_data_is_a_gap(nothing):
    assert shown(report(nothing + "38121200")) == [("Z", None, Flag.MISSING), ("VT", 12.0, Flag.OK)]


def test_a_damaged_value_is_dropped_and_the_rest_kept():
    message = report("2019FFFFFF" + "261999FF00" + "3812FF00" + "392300001000")
    assert shown(message) == [("PJ", None, Flag.MISSING), ("Z", 1.0, Flag.OK)]
    assert message.valid
    assert message.defects == ("PT value 99FF00 is damaged", "VT value FF00 is damaged")


def test_the_definition_byte_decides_not_the_table():
    message = report("391A002730")
    assert shown(message) == [("Z", 27.3, Flag.OK)]
    assert message.defects == ("Z decimals 2 != table 3",)


def test_units_are_those_of_the_property():
    (reading,) = report("0818001013").readings
    assert (reading.property, reading.value, reading.unit) == ("air_pressure", 101_300.0, "Pa")


def test_makers_elements_are_read_without_a_meaning():
    message = report("FF9219000199" + "FF221B000130")
    assert [(v.code, v.property, v.value, v.unit) for v in message.readings] == [
        ("FF92", None, 19.9, None),
        ("FF22", None, 0.13, None),
    ]


def test_the_state_word_is_a_number_of_bits():
    message = one(frame(f"F1F1{STATION}452000000481", "46"))
    assert shown(message) == [("ZT", 1153.0, Flag.OK)]
    assert message.fields["status"] == 0x481


@pytest.mark.parametrize(
    "rest", ["39", "3923", "39230000", "FF", "FF92", "FF9219", "F0F02607", "F1F10011", "F460000000", "F5C00000", "0418"]
)
def test_a_body_that_breaks_off_keeps_what_came_before(rest):
    message = report("20190000" + "05" + rest)
    assert shown(message) == [("PJ", 0.5, Flag.OK)]
    assert message.defects == (f"truncated element {rest[:2]}",)


def test_an_element_without_bytes():
    message = report("3900" + "38121200")
    assert shown(message) == [("VT", 12.0, Flag.OK)]
    assert message.defects[0] == "Z has no bytes"


def test_elements_before_any_observation_time_are_of_the_send_time():
    message = one(frame(f"F1F1{STATION}4838121200"))
    assert message.readings[0].time == datetime(2026, 7, 1, 8, 30, 5, tzinfo=BEIJING)


def test_bad_times():
    message = report("38121200", observed="2613400830")
    assert message.readings[0].time is None
    assert message.defects == ("observation time 2613400830 is no date",)
    message = one(frame(f"F1F1{STATION}4838121200", sent="AAAAAAAAAAAA"))
    assert message.valid
    assert message.readings[0].time is None
    assert message.defects == ("send time aaaaaaaaaaaa is no date",)


def test_a_body_without_class_and_one_with_an_unknown_one():
    assert one(frame(f"F1F1{STATION}F0F0260701083038121200")).defects == ("no station class",)
    assert one(frame(f"F1F1{STATION}99F0F0260701083038121200")).defects == ("station class 99 is not known",)


def test_a_second_station_is_not_taken_for_the_first():
    message = report("38121200" + "F1F1001122335548" + "F0F02607010830" + "38121300" + "392300001000")
    assert shown(message) == [("VT", 12.0, Flag.OK)]
    assert message.fields["stations"] == ["0011223344", "0011223355"]
    assert message.defects == ("2 values belong to station 0011223355, not to the frame's station",)


def test_one_station_that_differs_from_the_header():
    message = one(frame("F1F1001122334548F0F0260701083038121200"))
    assert message.device == STATION
    assert shown(message) == [("VT", 12.0, Flag.OK)]
    assert message.defects == ("station 0011223345 in the body, 0011223344 in the header",)


# ------------------------------------------------------------------------------------------------ series and blocks
def test_a_uniform_report_is_one_element_at_equal_steps():
    message = report("0418000005" + "3923" + "00028960" + "FFFFFFFF" + "00028970", "31", observed="2607010735")
    assert [(v.value, v.flag, v.time) for v in message.readings] == [
        (28.96, Flag.OK, at(7, 35)),
        (None, Flag.MISSING, at(7, 40)),
        (28.97, Flag.OK, at(7, 45)),
    ]


@pytest.mark.parametrize(("step", "second"), [("010000", (2, 7, 35)), ("000100", (1, 8, 35)), ("000030", (1, 8, 5))])
def test_steps_are_days_hours_minutes(step, second):
    message = report(f"0418{step}" + "3812" + "1200" + "1210", "31", observed="2607010735")
    day, hour, minute = second
    assert message.readings[1].time == datetime(2026, 7, day, hour, minute, tzinfo=BEIJING)


def test_five_minute_rain_in_tenths_of_a_millimetre():
    message = report("F460" + "05000014FFFEFF0000000000", "34", observed="2607010735", sent="260701083005")
    assert [value.value for value in message.readings] == [
        0.5,
        0.0,
        0.0,
        2.0,
        None,
        25.4,
        None,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ]
    assert {value.property for value in message.readings} == {"rain"}
    assert {value.period for value in message.readings} == {Period.MINUTE}
    assert [message.readings[k].time for k in (0, 11)] == [at(7, 35), at(8, 30)]


def test_relative_levels_are_no_levels():
    # the station's base value is needed: the property is not claimed
    message = report("F5C0" + "0A28" * 12, "34", observed="2607010735")
    assert {(v.code, v.property, v.value, v.unit) for v in message.readings} == {("DRZ1", None, 2600.0, "cm")}


def test_a_block_has_its_size_whatever_its_definition_byte_says():
    # Fujian's own example prints F5 5C, which would be eleven bytes
    message = report("F55C" + "0AAA0AAA" + "FFFF" * 10 + "391A002730", "34")
    assert [value.value for value in message.readings][:3] == [2730.0, 2730.0, None]
    assert message.readings[-1].value == 27.3
    assert message.defects == ("F5 definition byte 5C", "Z decimals 2 != table 3")


def test_the_time_of_the_last_group_is_seen_by_the_send_time():
    # Beijing stations 0030301495 and 0030700300: 06:00 before twelve groups, sent at 06:04 and 06:00
    message = report("F5C0" + "01AC" * 12 + "392300004280", "34", observed="2607010600", sent="260701060000")
    times = [value.time for value in message.readings]
    assert times[:12] == [at(5, 5 * k) for k in range(1, 12)] + [at(6, 0)]
    assert times[12] == at(6, 0)


@pytest.mark.parametrize("observed", ["2607010600", "2607010630"])
def test_a_zero_in_a_slot_that_has_not_happened_is_no_level(observed):
    # station 0081100006 at 06:30: seven groups of 1.07 m, then five zeros; its level is 1.08 m
    message = report("F5C0" + "006B" * 7 + "0000" * 5 + "392300001080", "34", observed=observed, sent="260701063004")
    blocks = message.readings[:12]
    assert [(v.value, v.flag) for v in blocks] == [(107.0, Flag.OK)] * 7 + [(None, Flag.MISSING)] * 5
    assert [v.time for v in blocks] == [at(6, 5 * k) for k in range(12)]
    assert message.readings[12].value == 1.08


def test_rain_and_levels_of_one_hour_are_placed_alike():
    # all rain is zero and says nothing about the slots; the levels do
    message = report(
        "F460" + "00" * 12 + "F5C0" + "006B" * 7 + "0000" * 5, "34", observed="2607010630", sent="260701063004"
    )
    rain, levels = message.readings[:12], message.readings[12:]
    assert [v.time for v in rain] == [v.time for v in levels] == [at(6, 5 * k) for k in range(12)]
    assert [v.flag for v in rain] == [v.flag for v in levels] == [Flag.OK] * 7 + [Flag.MISSING] * 5


def test_readings_keep_the_order_of_the_frame():
    message = report(
        "F460" + "00" * 12 + "F0F02607010830" + "26190000" + "15" + "F0F02607010735" + "F5C0" + "006B" * 12,
        "34",
        observed="2607010735",
    )
    assert [v.code for v in message.readings] == ["DRP"] * 12 + ["PT"] + ["DRZ1"] * 12
    assert message.readings[12].time == at(8, 30)


# ------------------------------------------------------------------------------------------------ other functions
def test_text_of_a_person():
    message = one(frame("F2F25120312E323334", "35"))
    assert (message.kind, message.fields["text"], message.readings) == ("manual", "Q 1.234", ())
    assert message.wants_ack


def test_settings_and_events_are_kept_as_they_are():
    message = one(frame(f"F1F1{STATION}200801230003", "43"))
    assert (message.kind, message.fields["data"], message.defects) == ("settings", bytes.fromhex("200801230003"), ())
    message = one(frame(f"F1F1{STATION}" + "11112222" + "0000" * 30, "50"))
    assert message.fields["counters"][:3] == [0x1111, 0x2222, 0]
    assert len(message.fields["counters"]) == 32


def test_a_function_of_a_maker():
    message = one(frame("01020304", "E5"))
    assert (message.valid, message.kind, message.wants_ack) == (True, "user", False)
    assert message.fields["data"] == bytes.fromhex("01020304")
