import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.twin.steady.canals import plain
from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.steady.cuts import ShapeCut
from riverchief.govern.twin.steady.depths import critical_level, crossings, normal_level
from riverchief.govern.twin.steady.divided import Ineffective

CANAL = ShapeCut(trapezoid(20, 2, 0.03))


def test_the_normal_depth_of_a_trapezoid_is_the_published_one():
    assert normal_level(CANAL, 100, 5e-4) == pytest.approx(2.961955, abs=1e-6)


def test_the_critical_depth_of_a_trapezoid_is_the_published_one():
    assert critical_level(CANAL, 100) == pytest.approx(1.305328, abs=1e-6)


@given(st.floats(1, 80), st.floats(0, 3), st.floats(0.5, 900), st.floats(-20, 2000))
@settings(max_examples=30)
def test_at_the_critical_level_the_froude_number_is_one(bottom, side, flow, bed):
    cut = ShapeCut(trapezoid(bottom, side, 0.03, bed_m=bed))
    level = critical_level(cut, flow)
    assert cut.at(level).froude(flow)[0] == pytest.approx(1, abs=2e-3)


@given(st.floats(1, 80), st.floats(0, 3), st.floats(0.5, 900), st.floats(1e-5, 0.02))
@settings(max_examples=30)
def test_at_the_normal_level_mannings_formula_gives_the_discharge(bottom, side, flow, slope):
    cut = ShapeCut(trapezoid(bottom, side, 0.03))
    level = normal_level(cut, flow, slope)
    assert cut.at(level).total_m3s[0] * slope**0.5 == pytest.approx(flow, rel=1e-6)


def test_water_deeper_than_the_banks_still_has_a_critical_level():
    ditch = ShapeCut(trapezoid(2, 0, 0.03, depth_m=0.5))
    assert critical_level(ditch, 50) == pytest.approx((25**2 / 9.81) ** (1 / 3), abs=1e-5)


def test_of_several_minima_of_energy_the_lowest_counts():
    # the overbank flows only above 3 m: below it the channel alone has a minimum, above it the whole section another
    cut = plain(
        [0, 0, 100, 100, 110, 110], [6, 2, 2, 0, 0, 6], left=100, right=110,
        ineffective=(Ineffective(0, 100, 3.0),),
    )  # fmt: skip
    for flow in (20.0, 60.0, 400.0):
        level = critical_level(cut, flow)
        levels = np.linspace(0.05, 8, 2000)
        assert cut.at(level).energy_m(flow)[0] <= cut.at(levels).energy_m(flow).min() + 1e-3


def test_a_dry_channel_has_its_bed_as_either_level():
    assert critical_level(CANAL, 0) == normal_level(CANAL, 0, 1e-3) == 0


def test_uniform_flow_on_a_level_bed_is_refused():
    with pytest.raises(InputError, match="slope above 0"):
        normal_level(CANAL, 10, 0.0)


def test_crossings_finds_every_rise_through_zero():
    found = crossings(np.cos, np.linspace(0, 12, 50), rising=True)
    assert found == pytest.approx([1.5 * np.pi, 3.5 * np.pi], abs=1e-8)
