from datetime import UTC, datetime

import pytest

from cloud.protocols.samples import one
from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import hj212
from riverchief.cloud.protocols.hj212.values import pairs


def read(area, *, cn="2011", st="21"):
    return one(hj212.encode_frame(f"QN=20240601085857223;ST={st};CN={cn};PW=123456;MN=A;Flag=4;CP=&&{area}&&"))


def numbers(message):
    return [(value.code, value.value) for value in message.readings]


@pytest.mark.parametrize(
    ("code", "sent", "name", "value", "unit"),
    [
        ("w01018", "40.1", "cod", 40.1, "mg/L"),
        ("011", "40.1", "cod", 40.1, "mg/L"),
        ("w21003", "0.153", "nh3n", 0.153, "mg/L"),
        ("060", "1.803", "nh3n", 1.803, "mg/L"),
        ("101", "0.2", "tp", 0.2, "mg/L"),
        ("w01001", "7.1", "ph", 7.1, "1"),
        # the unit goes with the code: total arsenic, mercury, chromium(VI) … are sent in micrograms, some metals not
        ("w20119", "18.2", "arsenic", 0.0182, "mg/L"),
        ("w20141", "0.0182", "arsenic", 0.0182, "mg/L"),
        ("w20111", "0.05", "mercury", 0.00005, "mg/L"),
        ("w20117", "4", "chromium6", 0.004, "mg/L"),
        ("w20116", "0.004", "chromium", 0.004, "mg/L"),
        ("w20120", "50", "lead", 0.05, "mg/L"),
        ("w20122", "0.01", "copper", 0.01, "mg/L"),
        ("w00000", "36.91", "flow", 0.03691, "m³/s"),
        ("B01", "36.91", "flow", 0.03691, "m³/s"),
        ("w01003", "12.5", "turbidity", 12.5, "NTU"),
        ("a01006", "101.85", "air_pressure", 101850.0, "Pa"),
        ("a34004", "207", "pm25", 207.0, "µg/m³"),
        # a known unit, but no property: the value as it was sent
        ("a21026", "106.4", None, 106.4, "mg/m³"),
        ("w20089", "10", None, 10.0, "ng/L"),
        # codes that nobody defined
        ("O3", "63.4", None, 63.4, None),
        ("a2106", "0.036", None, 0.036, None),
        ("CONC", "5", None, 5.0, None),
        ("W01018", "40.1", "cod", 40.1, "mg/L"),
    ],
)
def test_code_gives_property_and_unit(code, sent, name, value, unit):
    (reading,) = read(f"DataTime=20240601085857;{code}-Rtd={sent}").readings
    assert (reading.code, reading.property, reading.value, reading.unit) == (code, name, value, unit)


def test_three_digits_are_a_water_code_only_where_water_is_measured():
    # 023 is total chromium of water; an air-pollution source sends an organic compound under it
    area = "DataTime=20200923113557;023-Rtd=15.238,023-Flag=N"
    assert read(area, st="32").readings[0].property == "chromium"
    assert read(area, st="31").readings[0].property is None


@pytest.mark.parametrize(
    ("letter", "flag"),
    [
        ("N", Flag.OK), ("F", Flag.STOPPED), ("M", Flag.MAINTENANCE), ("S", Flag.MANUAL), ("D", Flag.FAULT),
        ("C", Flag.CALIBRATING), ("T", Flag.OVER_RANGE), ("B", Flag.COMM_FAULT), ("P", Flag.STOPPED),
        ("0", Flag.CALIBRATING), ("2", Flag.SUSPECT), ("3", Flag.OK), ("d", Flag.FAULT),
    ],
)  # fmt: skip
def test_flags(letter, flag):
    (reading,) = read(f"DataTime=20240601085857;w01018-Rtd=0.0,w01018-Flag={letter}").readings
    assert reading.flag is flag
    assert reading.value == 0.0


def test_an_unknown_flag_is_not_taken_for_good():
    message = read("DataTime=20240601085857;w01018-Rtd=5,w01018-Flag=X")
    assert message.readings[0].flag is Flag.SUSPECT
    assert message.defects == ("flag 'X' of w01018 is not known",)


def test_a_flag_beats_the_value_wherever_it_stands():
    # firmware sends 0 with flag D when a probe fails; the order of the pairs is free
    message = read("DataTime=20240601085857;w01018-Flag=D,w01018-Rtd=0;w01001-Rtd=7,w01001-Flag=N")
    assert [value.flag for value in message.readings] == [Flag.FAULT, Flag.OK]


def test_a_bare_flag_counts_for_values_without_their_own():
    message = read("DataTime=20250131202809;a34001-Rtd=92;w01001-Rtd=7,w01001-Flag=N;Flag=M", st="39")
    assert [value.flag for value in message.readings] == [Flag.MAINTENANCE, Flag.OK]
    assert message.defects == ("bare Flag item without factor prefix",)


@pytest.mark.parametrize(
    ("text", "value", "flag"),
    [("", None, Flag.MISSING), ("-0.05", -0.05, Flag.OK), ("+1.", 1.0, Flag.OK), ("1.2E-05", 1.2e-5, Flag.OK)],
)
def test_forms_of_a_number(text, value, flag):
    (reading,) = read(f"DataTime=20240601085857;w01018-Rtd={text},w01018-Flag=N").readings
    assert (reading.value, reading.flag) == (value, flag)


@pytest.mark.parametrize("text", ["abc", "1,5x", "--", "NaN", "inf", "1e999", "0x10", "1_000", "１２"])
def test_a_text_that_is_no_number_is_dropped_and_named(text):
    message = read(f"DataTime=20240601085857;w01018-Rtd={text};w01001-Rtd=7")
    first = text.split(",")[0]
    wanted = [("w01001", 7.0)] if first == text else [("w01018", 1.0), ("w01001", 7.0)]
    assert numbers(message) == wanted
    if first == text:
        assert message.defects == (f"w01018-rtd {text!r} is not a number",)


def test_a_text_that_is_no_number_under_a_bad_flag_stays_as_a_gap_with_that_flag():
    (reading,) = read("DataTime=20240601085857;w01018-Rtd=--,w01018-Flag=M").readings
    assert (reading.value, reading.flag) == (None, Flag.MAINTENANCE)


@pytest.mark.parametrize(
    ("cn", "data_time", "period", "stamp"),
    [
        # DataTime is the moment of an instant and the start of a period; the stamp closes the period
        ("2011", "20240601085857", Period.INSTANT, datetime(2024, 6, 1, 0, 58, 57, tzinfo=UTC)),
        ("2061", "20240601080000", Period.HOUR, datetime(2024, 6, 1, 1, 0, tzinfo=UTC)),
        ("2061", "20260228230000", Period.HOUR, datetime(2026, 2, 28, 16, 0, tzinfo=UTC)),
        ("2031", "20240601000000", Period.DAY, datetime(2024, 6, 1, 16, 0, tzinfo=UTC)),
        ("2051", "20240601085000", Period.MINUTE, datetime(2024, 6, 1, 0, 50, tzinfo=UTC)),
    ],
)
def test_stamps(cn, data_time, period, stamp):
    (reading,) = read(f"DataTime={data_time};w01018-Avg=1", cn=cn).readings
    assert reading.time == stamp
    assert reading.time.isoformat().endswith("+08:00")
    assert reading.period is period


def test_a_minute_period_is_closed_where_its_length_is_sent_along():
    (reading,) = read("DataTime=20240601085000;w01018-Avg=1;MinInterval=10", cn="2051").readings
    assert reading.time == datetime(2024, 6, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time", "defect"),
    [
        ("20210305003817000", datetime(2021, 3, 4, 16, 38, 17, tzinfo=UTC), "is not 14 digits"),
        ("20211305003817", None, "is no date"),
        ("2021", None, "is not 14 digits"),
        ("99991231235959", None, "is not 14 digits"),
        ("", None, "is not 14 digits"),
    ],
)
def test_bad_times(text, time, defect):
    message = read(f"DataTime={text};w01018-Rtd=1")
    assert message.readings[0].time == time
    assert message.defects == (f"DataTime {text} {defect}",)


def test_no_time_at_all():
    message = read("w01018-Rtd=1")
    assert message.readings[0].time is None
    assert message.defects == ("no DataTime",)


def test_several_times_in_one_frame():
    message = read("DataTime=20240601080000;w01018-Rtd=1;DataTime=20240601090000;w01018-Rtd=2,w01018-Flag=D")
    assert [(value.time.hour, value.value, value.flag) for value in message.readings] == [
        (8, 1.0, Flag.OK),
        (9, 2.0, Flag.FAULT),
    ]


def test_statistics():
    area = "DataTime=20240601080000;w20119-Min=1,w20119-Avg=2,w20119-Max=3,w20119-Cou=40,w20119-Flag=N;a21026-ZsAvg=9"
    values = read(area, cn="2061").readings
    assert [(v.statistic, v.property, v.value, v.unit) for v in values] == [
        ("min", "arsenic", 0.001, "mg/L"),
        ("avg", "arsenic", 0.002, "mg/L"),
        ("max", "arsenic", 0.003, "mg/L"),
        ("cou", None, 40.0, "g"),  # a mass over the period is not the concentration
        ("zsavg", None, 9.0, "mg/m³"),
    ]


def test_states_and_running_hours():
    values = read("DataTime=20240601000000;SB1-RT=1.1;SB2-RT=20", cn="2041").readings
    assert [(v.code, v.property, v.value, v.unit, v.statistic) for v in values] == [
        ("SB1", None, 1.1, "h", "rt"),
        ("SB2", None, 20.0, "h", "rt"),
    ]


def test_commands_without_measurements_give_none():
    # alarm limits of 2005 and standard checks carry numbers under factor codes, which are no measurements
    assert read("101-LowValue=1.1,101-UpValue=9.9", cn="1022").readings == ()
    assert read("DataTime=20240601080000;w01018-Rtd=50", cn="2062").readings == ()


def test_misprints_of_suffixes():
    message = read("DataTime=20240601085857;LA-td=50.1;w01018-rtd=5", st="23")
    assert numbers(message) == [("LA", 50.1), ("w01018", 5.0)]
    assert message.defects == ("LA-td is a misprint for LA-Rtd", "w01018-rtd is not written as the standard does")


def test_other_suffixes_are_kept_but_are_no_reading():
    message = read("DataTime=20230327090000;a01006-Avg=101.85,a01006-ValidNum=10,a01006-EFlag=A01", cn="2051")
    assert numbers(message) == [("a01006", 101850.0)]
    assert message.fields["cp"]["a01006-ValidNum"] == "10"


def test_pairs_are_parted_by_either_separator_and_text_keeps_both():
    assert list(pairs("a=1;b=2,c=3;;d;e=//x;y=2,z//,f=4;g=//open")) == [
        ("a", "1"), ("b", "2"), ("c", "3"), ("e", "//x;y=2,z//"), ("f", "4"), ("g", "//open"),
    ]  # fmt: skip
