"""What values are called: no two of one message may share a key, and no test report may pose as a measurement."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.cloud.protocols import Message, Value
from riverchief.gateway.naming import name_values

AT = datetime(2026, 11, 21, 4, tzinfo=UTC)


def value(statistic="rtd", *, code="w01018", name="cod", period=Period.INSTANT, flag=Flag.OK, time=AT, unit="mg/L"):
    return Value(code, name, 20.0, unit, flag, time, period, statistic)


def named(*values):
    message = Message("hj212", "2017", True, None, "MN", "realtime", values, (), b"")
    return name_values(message, "WZQN")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (value("rtd"), "cod"),
        (value("avg", period=Period.HOUR), "cod"),
        (value("avg"), "cod"),
        (value("rtd", period=Period.HOUR), "cod"),
        (value("max", period=Period.HOUR), "cod.max"),
        (value("min", period=Period.HOUR), "cod.min"),
        (value("cou", name="flow", period=Period.DAY), "flow.cou"),
        (value("zsavg", period=Period.HOUR), "cod.zsavg"),
        (value(code="a99999", name=None, unit=None), "code:a99999"),
        (value("max", code="a99999", name=None), "code:a99999.max"),
        (value(flag=Flag.TEST), "cod.test"),
        (value("max", flag=Flag.TEST), "cod.max.test"),
    ],
)
def test_a_value_alone(given, name):
    ((one,), lost) = named(given)
    assert one == (SeriesKey("WZQN", name, given.period), given.unit or "", 1_795_233_600, 20.0, given.flag)
    assert lost == 0


@pytest.mark.parametrize(("period", "names"), [(Period.INSTANT, ["cod", "cod.avg"]), (Period.HOUR, ["cod.rtd", "cod"])])
def test_both_in_one_message(period, names):
    found, _ = named(value("rtd", period=period), value("avg", period=period))
    assert [one.key.property for one in found] == names


def test_values_of_different_times_do_not_crowd_each_other():
    found, _ = named(value("rtd", period=Period.HOUR), value("avg", period=Period.HOUR, time=AT + timedelta(hours=1)))
    assert [one.key.property for one in found] == ["cod", "cod"]


def test_a_value_without_a_time_is_counted_not_dropped_in_silence():
    found, lost = named(value(), value(time=None))
    assert (len(found), lost) == (1, 1)


values = st.builds(
    value,
    st.sampled_from(["rtd", "avg", "min", "max", "cou"]),
    name=st.sampled_from(["cod", "tp", None]),
    period=st.sampled_from([Period.INSTANT, Period.HOUR]),
    flag=st.sampled_from([Flag.OK, Flag.TEST]),
    time=st.sampled_from([AT, AT + timedelta(hours=1)]),
)


@given(st.lists(values, max_size=12, unique_by=lambda v: (v.statistic, v.property, v.period, v.flag, v.time)))
def test_no_two_values_of_a_message_share_a_key(some):
    found, _ = named(*some)
    keys = [(one.key, one.time_s) for one in found]
    assert len(set(keys)) == len(keys) == len(some)
