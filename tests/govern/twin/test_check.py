import numpy as np
import pytest

from riverchief.govern.twin.check import check
from riverchief.govern.twin.geometry.section import Conduit, trapezoid
from riverchief.govern.twin.river import Gate, LevelRule, NormalDepth, Orifice, River, Series, Weir, constant


def good():
    river = River()
    for code, start, end, beds in (
        ("a", "n0", "j", (5.0, 4.0)),
        ("b", "n1", "j", (5.2, 4.0)),
        ("c", "j", "out", (4.0, 3.0)),
    ):
        shapes = [trapezoid(10, 2, 0.03, bed_m=z, depth_m=4.0) for z in beds]
        river.reach(code, [0.0, 2000.0], shapes, dx_m=100.0, from_node=start, to_node=end)
    river.boundary(NormalDepth("out", 5e-4))
    river.inflow("q", 10.0, node="n0")
    return river


def codes(river):
    return [f.code for f in check(river)]


def replaced(river, code, beds=None, shapes=None, **more):
    old = river.reaches.pop(code)
    shapes = shapes or [trapezoid(10, 2, 0.03, bed_m=z, depth_m=4.0) for z in beds or (s.bed_m for s in old.shapes)]
    at = np.linspace(0, old.length_m, len(shapes))
    river.reach(code, at, shapes, **({"dx_m": old.dx_m, "from_node": old.from_node, "to_node": old.to_node} | more))
    return river


def test_a_good_river_has_no_fault():
    assert codes(good()) == []


def test_every_fault_says_where_what_and_what_to_do():
    river = replaced(good(), "a", (3.0, 2.0))
    for fault in check(river):
        assert fault.place
        assert fault.sentence.endswith(".")
        assert fault.remedy.endswith(".")


def test_a_reach_that_ends_below_the_next_ones_bed_is_adverse():
    assert codes(replaced(good(), "a", (4.0, 3.0))) == ["junction.adverse"]


def test_a_step_higher_than_the_banks_is_an_error():
    (fault,) = check(replaced(good(), "a", (-1.0, -2.0)))
    assert (fault.code, fault.severity) == ("junction.adverse", "error")


def test_a_drop_at_a_junction_is_named():
    assert codes(replaced(good(), "a", (8.0, 7.0))) == ["junction.drop"]


def test_a_bed_that_rises_downstream_is_named_with_both_places():
    (fault,) = check(replaced(good(), "a", (5.0, 4.2, 4.6, 4.0)))
    assert fault.code == "bed.adverse"
    assert "4.20 m to 4.60 m" in fault.sentence


def test_pools_of_a_natural_river_are_one_fault_with_their_number():
    (fault,) = check(replaced(good(), "a", (5.0, 4.2, 4.6, 4.1, 4.2, 4.0)))
    assert "the most of 2 such places" in fault.sentence
    assert "4.20 m to 4.60 m" in fault.sentence


def test_an_outline_that_crosses_itself_is_an_error():
    bad = Conduit(4.0, np.array([0.0, 1.0, 2.0]), np.array([1.0, -3.0, 1.0]), np.array([0.0, 2.0, 4.0]), 0.013, 0.01)
    assert "section.crossing" in codes(replaced(good(), "a", shapes=[bad, bad]))


def test_an_end_without_boundary_is_an_error():
    river = good()
    river.boundaries.clear()
    (fault,) = check(river)
    assert (fault.code, fault.place, fault.severity) == ("boundary.missing", "node out", "error")


def test_a_boundary_at_no_node_is_named():
    river = good()
    river.boundary(NormalDepth("nowhere", 1e-3))
    assert codes(river) == ["boundary.nowhere"]


def test_parts_without_connection_are_named():
    river = good()
    river.reach("far", [0.0, 2000.0], [trapezoid(10, 2, 0.03, bed_m=z, depth_m=4.0) for z in (1.0, 0.0)], dx_m=100.0)
    river.boundary(NormalDepth("far:end", 1e-3))
    assert codes(river) == ["part.unconnected"]


def test_cells_shorter_than_the_river_is_deep_are_named():
    assert codes(replaced(good(), "a", dx_m=1.0)) == ["cell.short"]


def test_cells_longer_than_backwater_reaches_are_named():
    assert codes(replaced(good(), "a", (44.0, 4.0), dx_m=1000.0)) == ["cell.long"]


def test_a_section_in_feet_among_metres_is_suspected():
    shapes = [trapezoid(10, 2, 0.03, bed_m=z, depth_m=4.0) for z in (5.0, 4.7, 4.3, 4.0)]
    shapes[1] = trapezoid(32.8, 2, 0.03, bed_m=4.7, depth_m=13.1)
    (fault,) = check(replaced(good(), "a", shapes=shapes))
    assert (fault.code, fault.place.split()[-2]) == ("units.feet", "666.667")


def test_an_inflow_below_zero_is_named_and_at_a_head_it_says_so():
    river = good()
    river.inflow("pump", Series(np.array([0.0, 3600.0]), np.array([1.0, -2.0])), node="n1")
    (fault,) = check(river)
    assert fault.code == "inflow.negative"
    assert "-2 m³/s" in fault.sentence
    assert "head of the river" in fault.sentence


def test_an_inflow_at_no_node_is_an_error():
    river = good()
    river.inflow("lost", 1.0, node="nowhere")
    assert codes(river) == ["inflow.nowhere"]


def test_a_lake_that_narrows_upwards_is_named():
    river = good()
    river.storage("j", [4.0, 6.0, 8.0], [1e4, 2e4, 1.5e4])
    assert codes(river) == ["storage.falling"]


@pytest.mark.parametrize(
    "structure", [Weir("s", 3.0, 10.0), Orifice("s", 3.0, 2.0, 1.0), Gate("s", 3.0, 5.0, constant(1))]
)
def test_a_sill_below_the_bed_is_an_error(structure):
    river = good()
    river.structure(structure, at=("a", 1000.0))
    assert codes(river) == ["structure.sill"]


def test_a_sill_below_the_bed_at_a_node_is_an_error():
    river = good()
    river.structure(Weir("s", 1.0, 10.0), between=("out", "sea"))
    river.boundary(NormalDepth("sea", 1e-3))
    assert "structure.sill" in codes(river)


def gated(rule, at=("a", 1000.0)):
    river = good()
    river.structure(Gate("g", 4.8, 8.0, constant(1.0), rule=rule), at=at)
    return river


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (LevelRule("a", 500.0, 6.0, 0.5), None),
        (LevelRule("a", 500.0, 6.0, 0.5, least_m=2.0, most_m=1.0), "gate.limits"),
        (LevelRule("a", 500.0, 4.0, 0.5), "gate.target"),
        (LevelRule("a", 500.0, 6.0, -0.5), "gate.direction"),
        (LevelRule("a", 500.0, 6.0, 0.0), "gate.direction"),
        (LevelRule("a", 1500.0, 6.0, 0.5), "gate.direction"),
        (LevelRule("a", 1500.0, 6.0, -0.5), None),
        (LevelRule("c", 500.0, 6.0, 0.5), "gate.direction"),
        (LevelRule("c", 500.0, 6.0, -0.5), None),
        (LevelRule("b", 500.0, 6.0, 0.5), None),
        (LevelRule("z", 500.0, 6.0, 0.5), "gate.place"),
        (LevelRule("a", 5000.0, 6.0, 0.5), "gate.place"),
    ],
)
def test_a_rule_that_contradicts_itself_is_an_error(rule, code):
    assert codes(gated(rule)) == ([code] if code else [])


def test_errors_come_first():
    river = replaced(good(), "a", (5.0, 4.2, 4.6, 4.0))
    river.boundaries.clear()
    assert [f.severity for f in check(river)] == ["error", "warning"]
