"""CrossSections and conduits: areas, widths and conveyances that geometry gives exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import CrossSection, circle, shifted, trapezoid


@given(st.floats(0.5, 50), st.floats(0.1, 5), st.floats(0.01, 14))
def test_a_trapezoid_has_the_area_width_and_conveyance_of_its_formula(bottom, side, depth):
    found = trapezoid(bottom, side, 0.03, bed_m=7.0).hydraulics(depth)
    area, wetted = (bottom + side * depth) * depth, bottom + 2 * depth * np.hypot(1, side)
    assert found.area_m2 == pytest.approx(area, rel=1e-12)
    assert found.width_m == pytest.approx(bottom + 2 * side * depth, rel=1e-12)
    assert found.conveyance_m3s == pytest.approx(area ** (5 / 3) * wetted ** (-2 / 3) / 0.03, rel=1e-12)


def test_normal_depth_of_the_textbook_trapezoid():
    # b 20 m, 1:2, n 0.03, slope 5e-4, 100 m³/s: by hand from Manning's formula
    def by_hand(h):
        return ((20 + 2 * h) * h) ** (5 / 3) / (20 + 2 * h * 5**0.5) ** (2 / 3) * 5e-4**0.5 / 0.03 - 100

    shape = trapezoid(20, 2, 0.03)
    found = brentq(lambda h: float(shape.hydraulics(h).conveyance_m3s) * 5e-4**0.5 - 100, 0.1, 10)
    assert found == pytest.approx(brentq(by_hand, 0.1, 10), abs=1e-9)
    assert found == pytest.approx(2.961955, abs=1e-6)


def test_a_rectangle_has_walls_without_friction_up_to_its_banks():
    shape = trapezoid(10, 0, 0.03, bed_m=3.0, depth_m=8.0)
    assert (shape.bed_m, shape.depth_m) == (3.0, 8.0)
    assert shape.hydraulics(5.0).conveyance_m3s == pytest.approx(10 * 5 ** (5 / 3) / 0.03, rel=1e-12)


def test_a_full_pipe_carries_what_manning_says_and_half_a_pipe_half_of_it():
    pipe = circle(2.0, 0.013)
    full = np.pi * 0.5 ** (2 / 3) / 0.013
    assert pipe.hydraulics(1.0).conveyance_m3s == pytest.approx(full / 2, rel=2e-3)
    assert pipe.hydraulics(2.0).area_m2 == pytest.approx(np.pi, rel=1e-3)
    assert pipe.hydraulics(30.0).conveyance_m3s == pytest.approx(pipe.hydraulics(2.0).conveyance_m3s)


def test_panels_add_up_their_conveyances():
    x, z = np.array([0.0, 10, 10, 20, 20, 30]), np.array([2.0, 2, 0, 0, 2, 2])
    divided = CrossSection(x, z, np.array([0.1, 0.03, 0.1]), np.array([0.0, 9.0, 21.0]), "plain")
    left = 9 * 1.0 / 0.1  # one metre deep on nine metres, its walls on the outside smooth
    main = 32.0 * (32.0 / 16.0) ** (2 / 3) / 0.03  # wetted: a metre of each bank, two walls of 2 m, the bed
    assert divided.hydraulics(3.0).conveyance_m3s == pytest.approx(2 * left + main, rel=1e-12)


def test_raising_a_section_changes_nothing_but_its_levels():
    low = trapezoid(4, 1, 0.02, bed_m=1.0)
    high = shifted([low], 10.0)[0]
    assert high.bed_m == low.bed_m + 10.0
    np.testing.assert_allclose(high.hydraulics([0.5, 3.0]).area_m2, low.hydraulics([0.5, 3.0]).area_m2, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "z", "n", "word"),
    [
        ([0, 1], [0, 1, 2], [0.03], "points"),
        ([0, 2, 1], [1, 0, 1], [0.03], "crosses itself"),
        ([0, 1, 2], [1, np.nan, 1], [0.03], "no number"),
        ([1, 1, 1], [1, 0, 1], [0.03], "no width"),
        ([0, 1, 2], [1, 0, 1], [0.0], "Manning"),
    ],
)
def test_what_is_wrong_with_a_section_is_said_by_its_name(x, z, n, word):
    with pytest.raises(InputError, match=word) as error:
        CrossSection(np.array(x, float), np.array(z, float), np.array(n), np.zeros(1), "km 3")
    assert "km 3" in str(error.value)
