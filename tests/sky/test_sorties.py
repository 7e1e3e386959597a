"""What a sortie costs, and how lines are shared out to batteries."""

import math

import numpy as np
import pytest
from shapely import LineString

from riverchief.base.errors import InputError
from riverchief.sky.cameras import Drone
from riverchief.sky.lines import Grid, Line, footprints, gaps
from riverchief.sky.sorties import GIMBAL_HOLD_S, Limits, fly, split

DRONE = Drone("test", "none", battery_min=20, cruise_ms=10, fastest_ms=15, climb_ms=4, descent_ms=2, turn_s=8)
GRID = Grid(line_spacing_m=40, shot_spacing_m=20, swath_m=100, length_m=80)


def limits(**changes):
    given = {"drone": DRONE, "speed_ms": 5.0, "climb_m": 80.0, "duration_s": 900.0, "waypoints": 100, "width_m": 80.0}
    return Limits(**{**given, **changes})


def test_the_cost_of_one_line_there_and_back():
    flight = fly(np.zeros(2), [Line(np.array([[100.0, 0.0], [1100.0, 0.0]]), 20.0)], limits())
    assert flight.length_m == pytest.approx(100 + 1000 + 1100)
    # out 100 m at 10 m/s, line 1000 m at 5 m/s, back 1100 m at 10 m/s, one half turn 8 s, 80 m up at 4 and down at 2 m/s
    assert flight.duration_s == pytest.approx(10 + 200 + 110 + 8 + 20 + 40 + GIMBAL_HOLD_S)


def test_turns_cost_by_their_angle():
    square = Line(np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]]), 20.0)
    flight = fly(np.zeros(2), [square], limits())
    # a quarter turn on the line, 135° towards home
    turning = 8 * (90 + 135) / 180
    assert flight.duration_s == pytest.approx(200 / 5 + math.sqrt(2) * 100 / 10 + turning + 60 + GIMBAL_HOLD_S)


def test_a_short_stretch_is_one_sortie_flown_to_and_fro():
    river = LineString([(0, 0), (800, 0)])
    (flight,) = split(river, river.buffer(40, cap_style="flat"), GRID, limits(), np.array([0.0, 0.0]))
    assert len(flight.lines) == 2
    first, second = flight.lines
    assert first.xy[0, 0] == pytest.approx(second.xy[-1, 0]), "the second line comes back"
    assert flight.duration_s <= 900


def test_a_long_stretch_is_cut_evenly_into_the_fewest_sorties_that_carry():
    river = LineString([(0, 0), (6000, 0)])
    flights = split(river, river.buffer(40, cap_style="flat"), GRID, limits(), None)
    assert all(flight.fits(limits()) for flight in flights)
    # even without ferry, climb and turns the lines alone take 12 000 m / 5 m/s = 2400 s
    assert len(flights) in (math.ceil(2400 / 900), math.ceil(2400 / 900) + 1)
    lengths = [sum(line.length_m for line in flight.lines) for flight in flights]
    assert max(lengths) == pytest.approx(min(lengths), rel=1e-6)
    lines = [line for flight in flights for line in flight.lines]
    assert gaps(river.buffer(40, cap_style="flat"), footprints(lines, GRID)) == []


def test_a_file_holds_no_more_waypoints_than_it_may():
    x = np.arange(0, 3001, 50.0)
    river = LineString(np.column_stack([x, 60 * np.sin(x / 150)]))
    flights = split(river, river.buffer(40, cap_style="flat"), GRID, limits(waypoints=40, duration_s=1e6), None)
    assert len(flights) > 1
    assert max(sum(len(line.xy) for line in flight.lines) for flight in flights) <= 40


def test_a_home_out_of_reach_is_refused_with_minutes():
    river = LineString([(0, 0), (800, 0)])
    with pytest.raises(InputError, match=r"may be used for 15\.0 min .* Choose a home nearer"):
        split(river, river.buffer(40, cap_style="flat"), GRID, limits(), np.array([0.0, 9000.0]))
