import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.river import LevelBoundary, NormalDepth, River, Weir, constant
from riverchief.govern.twin.steady.profile import profile

LENGTH = 20000.0
WIDE = 1000.0  # so wide that the figures of a strip of 1 m hold


def backwater(dx):
    river = River()
    ends = [trapezoid(WIDE, 0, 0.03, bed_m=z) for z in (10.0, 0.0)]
    river.reach("a", [0.0, LENGTH], ends, dx_m=dx)
    river.inflow("head", 2.0 * WIDE, node="a:start")
    river.boundary(LevelBoundary("a:end", constant(4.0)))
    return river


def test_backwater_with_mannings_friction_is_the_published_one_with_the_square_of_the_step():
    up = np.array([2000.0, 5000.0, 10000.0, 20000.0])
    known = np.array([3.101892, 2.102019, 1.811096, 1.808006])
    off = []
    for dx in (500.0, 250.0):
        state = profile(backwater(dx), at_m={"a": LENGTH - up})["a"]
        off.append(np.abs(state.level_m - 5e-4 * up - known)[:3])
    assert off[1].max() < 1e-3
    assert np.log2(off[0] / off[1]) == pytest.approx(np.full(3, 2.0), abs=0.2)


def tree():
    river = River()
    for code, start, end in (("a", "", "j"), ("b", "", "j"), ("c", "j", "")):
        shapes = [trapezoid(20 if code == "c" else 12, 2, 0.03, bed_m=z) for z in (1.0, 0.0)]
        nodes = {k: v for k, v in (("from_node", start), ("to_node", end)) if v}
        river.reach(code, [0.0, 1000.0], [s if code != "c" else trapezoid(20, 2, 0.03, bed_m=s.bed_m - 1) for s in shapes],
                    dx_m=100.0, **nodes)  # fmt: skip
    river.boundary(NormalDepth("c:end", 1e-3))
    river.inflow("a", 8.0, node="a:start")
    river.inflow("b", 4.0, node="b:start")
    river.inflow("town", 2.0, at=("b", 500.0))
    return river


def test_discharges_join_and_what_enters_on_the_way_counts_from_there():
    found = profile(tree())
    assert found["c"].flow_m3s == pytest.approx(np.full(found["c"].chainage_m.size, 14.0))
    b = found["b"]
    assert b.flow_m3s[b.chainage_m < 500] == pytest.approx(4.0)
    assert b.flow_m3s[b.chainage_m >= 500] == pytest.approx(6.0)


def test_levels_of_reaches_that_meet_differ_by_their_velocity_heads_alone():
    found = profile(tree())
    levels = found["a"].level_m[-1], found["b"].level_m[-1], found["c"].level_m[0]
    assert max(levels) - min(levels) < 0.1


def test_a_weir_across_a_reach_holds_the_water_back():
    river = backwater(400.0)
    river.structure(Weir("weir", 9.0, WIDE), at=("a", 12000.0))
    found = profile(river, at_m={"a": [11999.0]})["a"]
    head = (2.0 / 1.705) ** (2 / 3)
    level = found.level_m[0]
    assert level + (2 / (level - 4.0)) ** 2 / 19.62 == pytest.approx(9.0 + head, abs=2e-3)


def test_more_taken_out_than_flows_in_is_named():
    river = tree()
    river.inflow("pumps", -9.0, at=("b", 200.0))
    with pytest.raises(InputError, match="reach b would carry"):
        profile(river)


def test_a_river_that_divides_asks_for_its_discharges():
    river = tree()
    river.reach("d", [0.0, 500.0], [trapezoid(5, 2, 0.03)] * 2, dx_m=100.0, from_node="j")
    with pytest.raises(InputError, match="divides at j"):
        profile(river)


def test_a_local_loss_takes_its_share_of_the_velocity_head():
    levels = []
    for loss in ((), ((500.0, 2.0),)):
        river = River()
        river.reach("a", [0.0, 1000.0], [trapezoid(10, 0, 1e-6)] * 2, dx_m=250.0, loss=loss)
        river.boundary(LevelBoundary("a:end", constant(2.0)))
        levels.append(profile(river, {"a": 30.0})["a"].level_m[0])
    energy = [z + (30 / (10 * z)) ** 2 / 19.62 for z in levels]
    mean_head = 0.5 * sum((3 / z) ** 2 / 19.62 for z in levels)
    assert energy[1] - energy[0] == pytest.approx(2.0 * mean_head, rel=1e-6)
