"""Parallel lines, photographs along them, and fills, on a plane in metres."""

import math

import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon

from riverchief.base.errors import InputError
from riverchief.sky.lines import Grid, Line, cut, fills, footprints, gaps, make_line, parallels

GRID = Grid(line_spacing_m=40, shot_spacing_m=20, swath_m=100, length_m=80)


def straight(length=1000.0):
    return LineString([(0, 0), (length, 0)])


@pytest.mark.parametrize(
    ("width", "offsets"), [(30, [0]), (80, [20, -20]), (120, [40, 0, -40]), (100, [100 / 3, 0, -100 / 3])]
)
def test_lines_lie_evenly_about_the_centre(width, offsets):
    lines = parallels(straight(), width, GRID)
    assert [line.xy[0, 1] for line in lines] == pytest.approx(offsets)
    assert all(line.length_m == pytest.approx(1000) for line in lines)
    assert all(line.xy[0, 0] < line.xy[-1, 0] for line in lines), "all run with the river"


def test_parallels_of_an_arc_have_the_length_of_their_radius():
    angle = np.linspace(0, np.pi / 2, 181)
    arc = LineString(np.column_stack([500 * np.cos(angle), 500 * np.sin(angle)]))  # turns left about the origin
    lines = parallels(arc, 120, GRID)
    radii = [500 - 40, 500, 500 + 40]
    assert [line.length_m for line in lines] == pytest.approx([r * np.pi / 2 for r in radii], rel=2e-3)
    for line, r in zip(lines, radii, strict=True):
        assert np.hypot(*line.xy.T) == pytest.approx(np.full(len(line.xy), r), abs=GRID.tolerance_m)


def test_the_loop_of_a_parallel_inside_a_hairpin_is_dropped():
    angle = np.linspace(-np.pi / 2, np.pi / 2, 61)
    bend = np.column_stack([1000 + 30 * np.cos(angle), 30 * np.sin(angle)])  # radius 30 m
    river = LineString(np.vstack([[0, -30], bend, [0, 30]]))
    for line in parallels(river, 240, GRID):
        assert LineString(line.xy).is_simple
        assert line.xy[:, 0].max() <= 1000 + 30 + 120 + 1


def test_photographs_begin_and_end_with_their_line_and_keep_the_spacing():
    line = make_line(np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 110.0]]), GRID)
    xy, heading = line.shots()
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    assert line.trigger_m == math.floor(410 / 21 * 1000) / 1000
    assert len(xy) == 22
    assert np.diff(along).max() <= GRID.shot_spacing_m
    assert np.hypot(*(xy[-1] - [300, 110])) < 0.03  # what rounding down to millimetres leaves
    assert heading[0] == 0.0
    assert heading[-1] == pytest.approx(np.pi / 2)
    assert line.reversed().shots()[0][0].tolist() == [300, 110]


def test_footprints_are_rectangles_across_the_flight():
    north = Line(np.array([[0.0, 0.0], [0.0, 60.0]]), 20.0)
    seen = footprints([north], GRID)
    assert len(seen) == 4
    assert [shape.area for shape in seen] == pytest.approx([100 * 80] * 4)
    assert seen[0].bounds == pytest.approx((-50, -40, 50, 40))
    assert footprints([], GRID).size == 0


def test_a_missing_line_is_found_as_a_gap_and_filled():
    area = straight().buffer(100, cap_style="flat")  # 200 m wide, swath 100 m
    half = [make_line(np.array([[0.0, 50.0], [1000.0, 50.0]]), GRID)]
    missing = gaps(area, footprints(half, GRID))
    assert len(missing) == 1
    assert missing[0].area == pytest.approx(1000 * 100)
    extra = fills(area, half, GRID)
    assert all(line.fill for line in extra)
    assert gaps(area, footprints([*half, *extra], GRID)) == []


def test_fills_alone_cover_any_shape():
    shape = Polygon([(0, 0), (400, 40), (380, 300), (200, 120), (50, 350)])
    extra = fills(shape, [], GRID)
    assert shapely.union_all(footprints(extra, GRID)).covers(shape.buffer(-0.02))


def test_a_stretch_without_length_is_refused():
    with pytest.raises(InputError, match="has no length"):
        cut(straight(), 10, 10)
