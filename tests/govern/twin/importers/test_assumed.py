import numpy as np
import pytest

from govern.rivers import basin, reach
from riverchief.base.errors import InputError
from riverchief.govern.twin.check import check
from riverchief.govern.twin.importers.assumed import MANNING, from_basin, generated
from riverchief.govern.twin.river import NormalDepth, River
from riverchief.govern.twin.steady.profile import profile

TREE = basin([
    reach("a1", "na", "nj", 6000.0, flow_m3s=8.0, velocity_ms=0.6, width_m=16.0),
    reach("b1", "nb", "nj", 9000.0, flow_m3s=3.0, velocity_ms=0.4, width_m=12.0),
    reach("a2", "nj", "nk", 12000.0, flow_m3s=12.0, velocity_ms=0.7, width_m=20.0),
    reach("a3", "nk", "nz", 5000.0, flow_m3s=12.0, velocity_ms=0.5, width_m=30.0),
])  # fmt: skip


def test_uniform_flow_in_every_reach_has_the_registrys_velocity_and_depth():
    river = from_basin(TREE, 500.0)
    for r in TREE.reaches:
        made = river.reaches[r.code]
        slope = (made.shapes[0].bed_m - made.shapes[1].bed_m) / made.length_m
        at = made.shapes[0].hydraulics(r.depth_m)
        assert at.area_m2 == pytest.approx(r.flow_m3s / r.velocity_ms)
        assert at.conveyance_m3s * slope**0.5 == pytest.approx(r.flow_m3s, rel=1e-9)
        assert made.shapes[0].manning[0] == pytest.approx(MANNING, rel=1e-9)


def test_the_steady_state_of_the_registrys_flows_is_the_registrys_depth_far_from_other_reaches():
    river = from_basin(TREE, 250.0)
    found = profile(river)
    last = found["a3"]
    bed = np.interp(last.chainage_m, river.reaches["a3"].chainage_m, [s.bed_m for s in river.reaches["a3"].shapes])
    depth = TREE.reaches[3].depth_m
    assert last.level_m - bed == pytest.approx(np.full(bed.size, depth), rel=1e-5)
    assert found["a1"].flow_m3s[0] == 8.0
    assert found["a2"].flow_m3s[-1] == pytest.approx(12.0)


def test_reaches_that_meet_share_the_level_of_their_bed_and_nothing_is_adverse():
    river = from_basin(TREE, 500.0)
    ends = [river.reaches[c].shapes[-1].bed_m for c in ("a1", "b1")]
    assert ends == pytest.approx([river.reaches["a2"].shapes[0].bed_m] * 2)
    assert river.reaches["a3"].shapes[-1].bed_m == 0
    assert [f.code for f in check(river) if f.code.startswith(("junction", "bed", "boundary", "part"))] == []


def test_a_river_that_divides_keeps_a_falling_bed_on_both_ways():
    parted = basin([reach("a1", "n0", "n1", 5000.0), reach("b1", "n1", "n2", 3000.0, velocity_ms=0.9),
                    reach("c1", "n1", "n2", 8000.0, velocity_ms=0.3)])  # fmt: skip
    river = from_basin(parted, 500.0)
    for r in parted.reaches:
        made = river.reaches[r.code]
        slope = (made.shapes[0].bed_m - made.shapes[1].bed_m) / made.length_m
        assert slope > 0
        assert made.shapes[0].hydraulics(r.depth_m).conveyance_m3s * slope**0.5 == pytest.approx(r.flow_m3s)


def test_every_assumed_reach_says_so_with_its_uncertainty():
    for made in from_basin(TREE, 500.0).reaches.values():
        assert made.assumed.manning_log_sd > 0
        assert made.assumed.width_log_sd > 0


def test_a_reach_without_velocity_is_named():
    with pytest.raises(InputError, match="reach a1 has a velocity of 0 m/s"):
        from_basin(basin([reach("a1", "n0", "n1", 5000.0, velocity_ms=0.0, depth_m=1.0)]), 500.0)


def test_a_ring_in_the_registry_is_named():
    with pytest.raises(InputError, match="ring"):
        from_basin(basin([reach("a1", "n0", "n1", 5000.0), reach("b1", "n1", "n0", 5000.0)]), 500.0)


def test_a_generated_reach_has_the_width_at_its_depth_and_the_slope():
    river = River()
    made = generated(river, "g", length_m=2000.0, width_m=30.0, slope=5e-4, depth_m=2.0, dx_m=100.0, bed_end_m=7.0)
    assert made.shapes[0].hydraulics(2.0).width_m == pytest.approx(30.0)
    assert [s.bed_m for s in made.shapes] == pytest.approx([8.0, 7.0])
    river.boundary(NormalDepth("g:end", 5e-4))
    found = profile(river, {"g": 25.0})["g"]
    depth = found.level_m - np.interp(found.chainage_m, [0, 2000], [8.0, 7.0])
    assert depth == pytest.approx(np.full(depth.size, depth[0]), abs=1e-6)


def test_a_ditch_narrower_than_its_banks_would_be_gets_steeper_ones():
    made = generated(River(), "g", length_m=100.0, width_m=2.0, slope=1e-3, depth_m=1.5, dx_m=10.0)
    assert made.shapes[0].hydraulics(1.5).width_m == pytest.approx(2.0)


@pytest.mark.parametrize("wrong", ["length_m", "width_m", "slope", "depth_m"])
def test_a_generated_reach_without_size_is_refused(wrong):
    sizes = {"length_m": 100.0, "width_m": 5.0, "slope": 1e-3, "depth_m": 1.0, wrong: 0.0}
    with pytest.raises(InputError, match="above 0"):
        generated(River(), "g", dx_m=10.0, **sizes)
