import numpy as np
import pytest

from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.river import LevelBoundary, constant
from riverchief.govern.twin.steady.cuts import ShapeCut
from riverchief.govern.twin.steady.model import Junction, SteadyModel, SteadyReach
from riverchief.govern.twin.steady.solve import solve
from riverchief.govern.twin.steady.step import Row


def piece(code, width, start, end, bed=0.0, length=50.0):
    cut = ShapeCut(trapezoid(width, 0, 0.03, bed_m=bed))
    rows = (Row("1", 0.0, cut, (length,) * 3), Row("2", length, cut, (0.0,) * 3))
    return SteadyReach(code, rows, start, end)


def joined(momentum=False, length=0.0, angle=0.0, widths=(10.0, 10.0, 20.0)):
    reaches = {
        "a": piece("a", widths[0], "a0", "j"), "b": piece("b", widths[1], "b0", "j"), "c": piece("c", widths[2], "j", "out"),
    }  # fmt: skip
    junction = Junction("j", {"a": length, "b": length}, {"a": angle, "b": angle}, momentum)
    return SteadyModel("", reaches, {"j": junction})


END = [LevelBoundary("out", constant(2.0))]


def test_over_a_short_junction_both_reaches_have_the_energy_below():
    found = solve(joined(widths=(10.0, 6.0, 12.0)), {"a": 20.0, "b": 5.0, "c": 25.0}, END)
    for code in "ab":
        assert found[code].energy_m[-1] == pytest.approx(found["c"].energy_m[0], abs=1e-7)


def test_over_a_long_junction_the_friction_of_the_mean_conveyance_is_lost():
    found = solve(joined(length=80.0), {"a": 20.0, "b": 5.0, "c": 25.0}, END)
    for code, flow in (("a", 20.0), ("b", 5.0)):
        up, low = found[code], found["c"]
        k = [w * h ** (5 / 3) / 0.03 for w, h in ((10, up.level_m[-1]), (20, low.level_m[0]))]
        lost = 80 * ((flow + 25.0) / sum(k)) ** 2
        assert up.energy_m[-1] - low.energy_m[0] == pytest.approx(lost, rel=1e-6)


def test_two_equal_reaches_side_by_side_go_on_as_one_without_a_step():
    found = solve(joined(momentum=True), {"a": 15.0, "b": 15.0, "c": 30.0}, END)
    assert found["a"].level_m[-1] == pytest.approx(found["c"].level_m[0], abs=1e-7)


def test_by_momentum_the_forces_along_the_lower_reach_balance():
    angle = 35.0
    found = solve(joined(momentum=True, angle=angle), {"a": 22.0, "b": 8.0, "c": 30.0}, END)
    level = found["a"].level_m[-1]
    assert level == pytest.approx(found["b"].level_m[-1], abs=1e-7)

    def force(width, flow, h):
        return flow**2 / (9.81 * width * h) + width * h**2 / 2

    sides = sum(force(10, q, level) for q in (22.0, 8.0)) * np.cos(np.radians(angle))
    assert sides == pytest.approx(force(20, 30.0, found["c"].level_m[0]), rel=1e-6)


def test_at_a_split_the_branch_that_backs_the_water_up_most_sets_the_level():
    reaches = {"a": piece("a", 20.0, "a0", "j"), "b": piece("b", 10.0, "j", "b1"), "c": piece("c", 10.0, "j", "c1")}
    ends = [LevelBoundary("b1", constant(2.0)), LevelBoundary("c1", constant(2.3))]
    found = solve(SteadyModel("", reaches), {"a": 20.0, "b": 10.0, "c": 10.0}, ends)
    assert found["a"].energy_m[-1] == pytest.approx(max(found[c].energy_m[0] for c in "bc"), abs=1e-7)


def test_fast_water_goes_on_over_a_junction():
    steep = {
        "a": piece("a", 10.0, "a0", "j", bed=3.0, length=5.0),
        "b": piece("b", 10.0, "b0", "j", bed=3.0, length=5.0),
    }
    reaches = {**steep, "c": piece("c", 10.0, "j", "out", bed=2.9)}
    ends = [LevelBoundary("a0", constant(3.4)), LevelBoundary("b0", constant(3.4))]
    found = solve(SteadyModel("", reaches), {"a": 15.0, "b": 0.0, "c": 15.0}, ends, "supercritical")
    assert found["a"].froude[-1] > 1.3
    assert found["c"].energy_m[0] == pytest.approx(found["a"].energy_m[-1], abs=1e-6)
