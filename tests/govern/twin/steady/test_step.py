import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govern.twin.steady.canals import plain
from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.steady.cuts import ShapeCut
from riverchief.govern.twin.steady.step import Row, loss_m, step_down, step_up, water


def row(cut, length=100.0, **coefficients):
    lengths = (length,) * 3 if isinstance(length, float) else length
    return Row("r", 0.0, cut, lengths, **coefficients)


CANAL = ShapeCut(trapezoid(10, 2, 0.03))


def test_the_way_is_weighted_by_the_discharges_of_overbanks_and_channel():
    cut = plain([0, 0, 50, 50, 60, 60, 110, 110], [9, 2, 2, 0, 0, 2, 2, 9], left=50, right=60)
    here = cut.at(3.0)
    way = np.array([300.0, 100.0, 200.0])
    expected = float((here.conveyance_m3s[:, 0] * way).sum() / here.total_m3s[0]) * (50 / here.total_m3s[0]) ** 2
    assert loss_m(row(cut, tuple(way)), here, here, 50.0, 50.0)[0] == pytest.approx(expected)


def test_water_that_speeds_up_contracts_and_water_that_slows_down_expands():
    up, down = CANAL.at(3.0), CANAL.at(2.0)
    change = float((down.head_m(40.0) - up.head_m(40.0))[0])
    there = row(CANAL, 0.0, contraction=0.1, expansion=0.3)
    assert loss_m(there, up, down, 40.0, 40.0)[0] == pytest.approx(0.1 * change)
    assert loss_m(there, down, up, 40.0, 40.0)[0] == pytest.approx(0.3 * change)


@given(st.floats(1, 200), st.floats(0, 4), st.floats(1, 3000), st.floats(-0.2, 2))
@settings(max_examples=40)
def test_a_subcritical_step_balances_the_energy(flow, above, length, rise):
    low = water(CANAL, flow, 0.0)
    down = water(CANAL, flow, low.critical_m + above)
    there = row(ShapeCut(trapezoid(8, 1.5, 0.03, bed_m=rise)), length, contraction=0.1, expansion=0.3)
    up = step_up(there, flow, down)
    assume(not up.why)
    lost = loss_m(there, up.state, down.state, flow, flow)[0]
    assert up.level_m >= up.critical_m
    assert up.energy_m == pytest.approx(down.energy_m + lost, abs=1e-6)


@given(st.floats(1, 200), st.floats(0.3, 0.98), st.floats(1, 60), st.floats(-2, 0.0))
@settings(max_examples=40)
def test_a_supercritical_step_balances_the_energy(flow, share, length, rise):
    critical = water(CANAL, flow, 0.0).critical_m
    up = water(CANAL, flow, critical * share)
    cut = ShapeCut(trapezoid(12, 2, 0.03, bed_m=rise))
    down = step_down(row(CANAL, length), up, cut, flow)
    assume(not down.why)
    assert down.level_m <= down.critical_m
    assert down.energy_m == pytest.approx(up.energy_m - loss_m(row(CANAL, length), up.state, down.state, flow, flow)[0])


def test_where_no_level_has_the_energy_the_critical_one_stands_and_says_so():
    down = water(CANAL, 20.0, 2.0)
    up = step_up(row(ShapeCut(trapezoid(10, 2, 0.03, bed_m=5.0))), 20.0, down)
    assert up.level_m == up.critical_m
    assert up.why.startswith("critical")


def test_fast_water_that_loses_too_much_stands_at_critical_depth():
    up = water(CANAL, 20.0, 0.5)
    down = step_down(row(CANAL, 500.0), up, CANAL, 20.0)
    assert down.level_m == down.critical_m
    assert down.why.startswith("critical")
