"""Levers act where and when they say, and leave the river that they were given alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.twin import valley
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import twin
from riverchief.govern.twin.measures.levers import Lever, between, moved, pulse, values

HOUR = valley.HOUR


def series(steps: bool) -> twin.Series:
    return twin.Series(HOUR * np.array([0.0, 4.0, 9.0]), [1.0, 3.0, 2.0], steps=steps)


@given(st.booleans(), st.floats(-5, 12), st.floats(0.5, 10), st.floats(-6, 25))
def test_a_series_is_changed_inside_the_window_and_nowhere_else(steps, begin, length, at):
    before = series(steps)
    after = between(before, begin * HOUR, (begin + length) * HOUR, lambda v: 2 * v)
    t = at * HOUR
    if min(abs(t - begin * HOUR), abs(t - (begin + length) * HOUR)) < 1.5:
        return  # on the ramp
    factor = 2.0 if begin < at < begin + length else 1.0
    assert values(after, t) == pytest.approx(factor * values(before, t), rel=1e-12)


def test_a_constant_is_changed_and_comes_back():
    after = between(twin.constant(4.0), 10.0, 20.0, lambda v: 0.25 * v)
    assert values(after, [0.0, 9.0, 10.0, 15.0, 19.9, 20.0, 99.0]).tolist() == [4, 4, 1, 1, 1, 4, 4]


def test_a_pulse_is_nought_outside():
    assert values(pulse(10.0, 20.0, 7.0), [0.0, 9.9, 10.0, 19.9, 20.0, 50.0]).tolist() == [0, 0, 7, 7, 0, 0]


def test_levers_leave_the_river_they_were_given_alone():
    river = valley.river(gate=True)
    levers = [
        Lever("r", "reduce", 0.0, HOUR, 1.0, on="w1"),
        Lever("x", "release", 0.0, HOUR, 2.0, reach="a", chainage_m=0.0, concentration={"do": 9.0}),
        Lever("d", "divert", 0.0, HOUR, 0.1, reach="c", chainage_m=5e3),
        Lever("g+", "gate", 0.0, HOUR, 1.0, on="g", least=-1.0),
    ]
    made = moved(river, levers, [0.5, 1.0, 0.1, -0.5])
    assert set(made.inflows) - set(river.inflows) == {"x", "d"}
    assert values(made.inflows["w1"].concentration["nh3n"], [0.5 * HOUR, 2 * HOUR]).tolist() == [10.0, 20.0]
    assert values(made.inflows["d"].flow_m3s, 60.0) == -0.1
    opening = made.inlines[0].structure.opening_m
    assert values(opening, [60.0, 2 * HOUR]).tolist() == [0.5, 1.0]
    assert river.inlines[0].structure.opening_m.value.tolist() == [1.0]
    assert values(river.inflows["w1"].concentration["nh3n"], 60.0) == 20.0


def test_a_blocked_gate_is_shut_for_so_many_hours():
    lever = Lever("shut", "block", HOUR, 10 * HOUR, 5.0, on="g")
    opening = moved(valley.river(gate=True), [lever], [3.0]).inlines[0].structure.opening_m
    assert values(opening, HOUR * np.array([0.5, 1.5, 3.9, 4.1])).tolist() == [1.0, 0.0, 0.0, 1.0]


def test_a_release_is_bounded_by_the_water_at_hand():
    lever = Lever("x", "release", 0.0, 10 * HOUR, 5.0, reach="a", available_m3=36_000.0)
    assert lever.highest == pytest.approx(1.0)
    with pytest.raises(InputError, match="1 m³/s"):
        moved(valley.river(), [lever], [2.0])


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"kind": "redcue"}, "reduce"),
        ({"end_s": -1.0}, "after its beginning"),
        ({"most": 2.0}, "to 1"),
        ({"least": 0.5}, "hold 0"),
        ({"cost_yuan": -1.0}, "below 0"),
        ({"most": float("nan")}, "hold 0"),
    ],
)
def test_a_lever_that_cannot_be_is_refused_with_what_to_do(made, says):
    told = {"code": "r", "kind": "reduce", "begin_s": 0.0, "end_s": 1.0, "most": 1.0, "on": "w1", **made}
    with pytest.raises(InputError, match=says):
        Lever(**told)


def test_a_lever_on_something_that_is_not_there_names_the_nearest():
    with pytest.raises(UnknownName, match="w1"):
        moved(valley.river(), [Lever("r", "reduce", 0.0, 1.0, 1.0, on="w11")], [0.5])
    with pytest.raises(UnknownName, match="gate"):
        moved(valley.river(gate=True), [Lever("r", "block", 0.0, HOUR, 1.0, on="gg")], [0.5])
