import numpy as np
import pytest

from riverchief.govern.twin.geometry.section import circle, trapezoid
from riverchief.govern.twin.steady.cuts import BlendedShape, ShapeCut


def test_the_moment_of_a_trapezoid_is_that_of_its_rectangle_and_triangles():
    h = np.array([0.3, 1.7, 4.0])
    here = ShapeCut(trapezoid(6, 1.5, 0.03, bed_m=2.0)).at(h + 2.0)
    assert here.moment_m3 == pytest.approx(6 * h**2 / 2 + 2 * 1.5 * h**3 / 6, rel=1e-9)


def test_the_force_of_water_that_stands_still_is_its_pressure():
    assert ShapeCut(trapezoid(3, 0, 0.03)).at(2.0).force_m3(0.0)[0] == pytest.approx(3 * 2.0**2 / 2)


def test_energy_is_level_plus_velocity_head():
    assert ShapeCut(trapezoid(5, 0, 0.03)).at(2.0).energy_m(20.0)[0] == pytest.approx(2 + 2.0**2 / (2 * 9.81))


def test_a_dry_section_has_no_finite_energy_for_a_discharge_and_its_level_for_none():
    dry = ShapeCut(trapezoid(5, 0, 0.03, bed_m=1.0)).at(0.5)
    assert dry.energy_m(1.0)[0] == np.inf
    assert dry.energy_m(0.0)[0] == 0.5
    assert dry.froude(0.0)[0] == 0


def test_a_blend_is_the_mean_of_its_ends_in_the_middle():
    upper, lower = trapezoid(10, 2, 0.03, bed_m=3.0), trapezoid(20, 2, 0.03, bed_m=1.0)
    middle = BlendedShape(upper, lower, 0.5)
    assert middle.bed_m == 2.0
    assert middle.hydraulics(1.5).area_m2 == pytest.approx(15 * 1.5 + 2 * 1.5**2)


def test_a_full_pipe_blends_with_itself_to_itself():
    pipe = circle(1.2, 0.013)
    mixed = BlendedShape(pipe, pipe, 0.3).hydraulics([0.4, 1.2, 2.0])
    assert mixed.conveyance_m3s == pytest.approx(pipe.hydraulics([0.4, 1.2, 2.0]).conveyance_m3s)
