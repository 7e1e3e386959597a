import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.twin.steady.canals import CRITICAL, JUMP, SUBCRITICAL, SUPERCRITICAL, TRANSCRITICAL, G, canal, plain
from riverchief.base.errors import InputError
from riverchief.govern.twin.river import FreeFall, LevelBoundary, NormalDepth, RatingBoundary, constant
from riverchief.govern.twin.steady.divided import Ineffective, Levee
from riverchief.govern.twin.steady.model import SteadyModel, SteadyReach
from riverchief.govern.twin.steady.solve import solve
from riverchief.govern.twin.steady.step import Row


def level(node, value):
    return LevelBoundary(node, constant(float(value)))


def error(case, dx, ends, regime):
    x = np.arange(0, 1000 + dx / 2, dx)
    bed = case.bed(x)
    found = solve(canal(x, bed, case.manning), {"a": case.q}, ends(case, bed), regime)["a"]
    return x, found.level_m - bed - case.depth(x), found


def order(case, ends, regime):
    coarse, fine = (np.abs(error(case, dx, ends, regime)[1]).mean() for dx in (40, 20))
    assert fine < 3e-4
    return np.log2(coarse / fine)


def test_macdonalds_subcritical_channel_is_reached_with_the_square_of_the_step():
    got = order(SUBCRITICAL, lambda c, z: [level("a:end", z[-1] + c.depth(1000)[0])], "subcritical")
    assert got == pytest.approx(2, abs=0.1)


def test_macdonalds_supercritical_channel_is_reached_with_the_square_of_the_step():
    got = order(SUPERCRITICAL, lambda c, z: [level("a:start", z[0] + c.depth(0)[0])], "supercritical")
    assert got == pytest.approx(2, abs=0.1)


def test_macdonalds_flow_through_critical_depth_needs_no_more_than_its_fall():
    got = order(TRANSCRITICAL, lambda c, z: [FreeFall("a:end")], "mixed")
    assert got > 1.8


@pytest.mark.parametrize("dx", [20, 10])
def test_macdonalds_jump_lies_in_the_step_where_it_is(dx):
    x, off, found = error(
        JUMP,
        dx,
        lambda c, z: [level("a:start", z[0] + c.depth(0)[0]), level("a:end", z[-1] + c.depth(1000)[0])],
        "mixed",
    )
    fast = x[found.froude > 1]
    assert fast.max() == pytest.approx(500, abs=1.01 * dx)
    away = np.abs(x - 500) > 1.5 * dx
    assert np.abs(off[away]).max() < 2e-5 * dx


def bump(dx):
    x = np.arange(0, 25 + dx / 2, dx)
    return x, np.where((x > 8) & (x < 12), 0.2 - 0.05 * (x - 10) ** 2, 0.0)


def over_bump(flow, ends, dx=0.25):
    x, bed = bump(dx)
    found = solve(canal(x, bed, 1e-6), {"a": flow}, ends, "mixed")["a"]
    return x, found.level_m - bed, found


def test_slow_water_over_a_bump_obeys_bernoulli():
    x, h, _ = over_bump(4.42, [level("a:end", 2.0)])
    assert h[np.argmin(abs(x - 10))] == pytest.approx(1.707347, abs=2e-6)


def test_water_that_falls_over_a_bump_is_critical_on_its_crest():
    x, h, _ = over_bump(1.53, [FreeFall("a:end")])
    assert h[np.argmin(abs(x - 10))] == pytest.approx(0.620256, abs=2e-6)
    assert (h[0], h[-1]) == pytest.approx((1.014447, 0.405781), abs=2e-6)


def test_the_jump_behind_a_bump_stands_where_momentum_puts_it():
    x, h, found = over_bump(0.18, [level("a:end", 0.33)], dx=0.1)
    fast = x[found.froude > 1]
    assert fast.max() <= 11.66562 <= fast.max() + 0.1 + 1e-9
    assert h[0] == pytest.approx(0.41374, abs=1e-5)


def test_standing_water_is_level():
    _, h, found = over_bump(0.0, [level("a:end", 0.5)])
    assert found.level_m == pytest.approx(np.full(h.size, 0.5))
    assert found.velocity_ms == pytest.approx(np.zeros(h.size))


def test_uniform_flow_stays_uniform():
    x = np.arange(0, 2001, 100.0)
    found = solve(canal(x, 1e-3 * (2000 - x), 0.03, width=20), {"a": 30.0}, [NormalDepth("a:end", 1e-3)])["a"]
    depth = found.level_m - 1e-3 * (2000 - x)
    assert depth == pytest.approx(np.full(x.size, (0.03 * 1.5 / 1e-3**0.5) ** 0.6), abs=1e-6)


def test_a_boundary_below_critical_depth_counts_as_critical_and_says_so():
    x = np.arange(0, 101, 10.0)
    found = solve(canal(x, 0 * x, 0.03), {"a": 2.0}, [level("a:end", 0.1)])["a"]
    assert found.level_m[-1] == pytest.approx(CRITICAL, abs=1e-5)
    assert found.notes[-1].startswith("critical")


def test_a_steep_channel_in_subcritical_regime_stands_at_critical_depth_and_says_so():
    x = np.arange(0, 101, 10.0)
    found = solve(canal(x, 0.05 * (100 - x), 0.015), {"a": 2.0}, [FreeFall("a:end")])["a"]
    assert found.level_m - 0.05 * (100 - x) == pytest.approx(np.full(x.size, CRITICAL), abs=1e-4)
    assert all(note.startswith("critical") for note in found.notes[:-1])


def test_a_jump_conserves_the_specific_force():
    # fast water enters a level, rough canal and jumps: forces on both sides of the jump differ by friction alone
    x = np.arange(0, 30.01, 0.5)
    found = solve(canal(x, 0 * x, 0.03), {"a": 2.0}, [level("a:start", 0.25), level("a:end", 1.0)], "mixed")["a"]
    k = int(np.flatnonzero(found.froude > 1)[-1])
    assert 0 < k < x.size - 2
    force = 2.0**2 / (G * found.area_m2) + found.area_m2**2 / 2
    step = np.abs(np.diff(force)).max(where=np.arange(x.size - 1) != k, initial=0)
    assert abs(force[k + 1] - force[k]) < 2 * step


def test_a_rating_curve_gives_the_level_at_the_end():
    x = np.arange(0, 101, 50.0)
    ends = [RatingBoundary("a:end", np.array([1.0, 2.0]), np.array([0.0, 4.0]))]
    assert solve(canal(x, 0 * x, 0.03), {"a": 3.0}, ends)["a"].level_m[-1] == pytest.approx(1.75)


def test_an_end_without_boundary_is_named():
    with pytest.raises(InputError, match=r"a:end.*no boundary"):
        solve(canal([0, 10], [0, 0], 0.03), {"a": 1.0}, [])


@pytest.mark.parametrize(
    ("flows", "said"),
    [({}, "reach a has no discharge"), ({"a": -1.0}, "-1 m³/s"), ({"a": [1.0, 2.0, 3.0]}, "3 discharges for 2"),
     ({"a": np.nan}, "nan")],
)  # fmt: skip
def test_discharges_that_cannot_be_are_named(flows, said):
    with pytest.raises(InputError, match=said):
        solve(canal([0, 10], [0, 0], 0.03), flows, [FreeFall("a:end")])


def test_a_level_below_the_bed_is_named():
    with pytest.raises(InputError, match="below the bed"):
        solve(canal([0, 10], [5, 5], 0.03), {"a": 1.0}, [level("a:end", 4.0)])


def test_a_ring_of_reaches_is_named():
    one = canal([0, 10], [0, 0], 0.03).reaches["a"]
    ring = SteadyModel("", {"a": type(one)("a", one.rows, "p", "q"), "b": type(one)("b", one.rows, "q", "p")})
    with pytest.raises(InputError, match="ring"):
        solve(ring, {"a": 1.0, "b": 1.0}, [])


@given(
    st.lists(st.lists(st.floats(0, 6), min_size=5, max_size=5), min_size=2, max_size=4),
    st.floats(0, 500),
    st.floats(0, 8),
    st.sampled_from(["subcritical", "mixed", "supercritical"]),
)
@settings(max_examples=25)
def test_whatever_the_sections_every_level_is_a_number_on_the_side_of_critical_that_its_regime_says(
    grounds, flow, end, regime
):
    cuts = [
        plain(
            [0, 10, 15, 20, 30],
            z,
            left=10,
            right=20,
            ineffective=(Ineffective(0, 8, 4.0),),
            levees=(Levee(25, 5, False),),
        )
        for z in grounds
    ]
    rows = tuple(Row(str(k), 50.0 * k, cut, (40.0, 50.0, 60.0), 0.1, 0.3) for k, cut in enumerate(cuts))
    model = SteadyModel("", {"a": SteadyReach("a", rows, "a:start", "a:end")})
    ends = [level("a:end", cuts[-1].bed_m + 0.01 + end)]
    found = solve(model, {"a": flow}, ends, regime)["a"]
    assert np.isfinite(found.level_m).all()
    assert np.isfinite(found.energy_m).all()
    off = found.level_m - found.critical_m
    if regime == "subcritical":
        assert (off >= -1e-9).all()
    if regime == "supercritical":
        assert (off <= 1e-9).all()
