"""Tables: exact areas at their levels, everything rising with depth, whatever the ground looks like."""

import numpy as np
import pytest
from hypothesis import given, settings

from govern.twin.networks import shapes
from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.geometry.section import trapezoid


def _rows(shape):
    return tables.face_rows(tables.samples(shape, shape.depth_m)[None], np.array([shape.depth_m]))


def _conveyance(rows, depth, h):
    k, x = tables.locate(np.array([[depth]]), h[None])
    r = rows[0, k[0]]
    return r[:, 3] + x[0] * (r[:, 4] + x[0] * (r[:, 5] + x[0] * r[:, 6]))


@settings(max_examples=60)
@given(shapes(100.0))
def test_areas_are_exact_at_the_levels_and_grow_everywhere(shape):
    rows, h = _rows(shape), tables.levels(shape.depth_m)
    area, _ = tables.area_at(rows, np.array([shape.depth_m]), h[None])
    # at the crown of a pipe the surface jumps to the slot
    np.testing.assert_allclose(area[0], shape.hydraulics(h).area_m2, rtol=1e-9, atol=1e-9)
    fine = np.linspace(0, 1.2 * shape.depth_m, 2001)[None]
    area, width = tables.area_at(rows, np.array([shape.depth_m]), fine)
    assert (np.diff(area[0]) >= 0).all()
    assert (width[0, 1:] > 0).all()
    assert (np.diff(_conveyance(rows, shape.depth_m, fine[0])) >= -1e-9).all()


@pytest.mark.parametrize("depth", [0.05, 0.4, 2.0, 9.0])
def test_the_conveyance_of_a_trapezoid_between_levels_is_manning_s_to_a_thousandth(depth):
    shape = trapezoid(10, 2, 0.03)
    found = _conveyance(_rows(shape), shape.depth_m, np.array([depth]))[0]
    assert found == pytest.approx(float(shape.hydraulics(depth).conveyance_m3s), rel=1e-3)


def test_above_the_table_walls_go_on_vertically():
    shape = trapezoid(10, 2, 0.03, depth_m=4.0)
    area, width = tables.area_at(_rows(shape), np.array([4.0]), np.array([[4.0, 6.0]]))
    assert width[0, 1] == pytest.approx(26.0, rel=1e-6)
    assert area[0, 1] - area[0, 0] == pytest.approx(52.0, rel=1e-6)
