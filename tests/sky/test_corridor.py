"""The corridor about a line, against the plain meaning of it: near the line, and within its rectangles and bends."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from riverchief.sky.corridor import corridor_about
from sky.rivers import rivers


def test_a_straight_line_is_a_rectangle_and_a_right_angle_has_a_quarter_of_a_circle():
    assert corridor_about(LineString([(0, 0), (100, 0)]), 40).area == pytest.approx(4000)
    bent = corridor_about(LineString([(0, 0), (100, 0), (100, 100)]), 40)
    assert bent.area == pytest.approx(2 * 4000 - 400 + math.pi * 400 / 4, rel=1e-3)
    assert not bent.covers(Point(-0.1, 0))  # square at the ends


@settings(max_examples=200, deadline=None)
@given(river=rivers(shortest_m=20, sharpest_deg=120, fewest=1), width=st.floats(5, 400), seed=st.integers(0, 2**32 - 1))
def test_it_holds_every_point_beside_every_leg_and_none_further_than_half_a_width(river, width, seed):
    band = corridor_about(LineString(river), width)
    rng, line = np.random.default_rng(seed), np.asarray(river)
    leg = rng.integers(0, len(line) - 1, 100)
    run = line[leg + 1] - line[leg]
    normal = np.column_stack([-run[:, 1], run[:, 0]]) / np.hypot(*run.T)[:, None]
    beside = line[leg] + run * rng.uniform(0, 1, 100)[:, None] + normal * rng.uniform(-0.5, 0.5, 100)[:, None] * width
    assert max(Point(p).distance(band) for p in beside) < 1e-6
    assert max(Point(p).distance(LineString(river)) for p in band.exterior.coords) < width / 2 + 1e-6


def test_a_corner_that_stands_twice_is_one():
    assert corridor_about(LineString([(0, 0), (50, 0), (50, 0), (100, 0)]), 10).area == pytest.approx(1000)
