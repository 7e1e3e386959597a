import csv

import numpy as np
import pytest

from govern.twin.importers.hecras.files import VALLEY, bridge, flow, geometry, lifted, section, written
from riverchief.govern.twin.importers import hecras
from riverchief.govern.twin.steady.profile import profile
from riverchief.govern.twin.steady.solve import solve

FOOT = 0.3048


@pytest.fixture(scope="module")
def baxter(shared_data):
    """The real model, its published water surface, and ours."""
    folder = shared_data / "hydraulics"
    model = hecras.read(folder / "Baxter.p01")
    with (folder / "hecras_baxter_results.csv").open(encoding="utf-8", newline="") as file:
        published = {(f"{r['river']}/{r['reach']}", r["rs"]): r for r in csv.DictReader(file)}
    case = next(c for c in model.cases if c.name == "Big")
    found = solve(hecras.steady(model), case.flows_m3s, case.boundaries, case.regime)
    return model, published, found


def rows(found):
    return [(code, k, name) for code, p in found.reaches.items() for k, name in enumerate(p.names)]


def test_the_real_models_173_levels_are_those_that_hec_ras_published(baxter):
    _, published, found = baxter
    off = [abs(found[code].level_m[k] - float(published[code, name]["wse_ft"]) * FOOT) for code, k, name in rows(found)]
    assert len(off) == 173
    assert np.median(off) <= 0.001
    assert max(off) <= 0.005


def test_at_hec_ras_levels_every_sections_area_conveyance_and_alpha_are_its(baxter):
    model, published, _ = baxter
    for reach in model.reaches:
        for s in reach.sections:
            row = published[reach.code, s.station]
            here = s.cut.at(float(row["wse_ft"]) * FOOT)
            assert here.area_m2[0] == pytest.approx(float(row["area_flow_total"]) * FOOT**2, rel=1e-5)
            assert here.total_m3s[0] == pytest.approx(float(row["conveyance_total"]) * FOOT**3, rel=1e-5)
            assert here.alpha[0] == pytest.approx(float(row["alpha"]), rel=1e-5)


def test_the_real_models_critical_levels_are_hec_ras_where_it_gives_them(baxter):
    _, published, found = baxter
    off = [
        abs(found[c].critical_m[k] - float(published[c, n]["critical_water_surface"]) * FOOT)
        for c, k, n in rows(found)
        if published[c, n]["critical_water_surface"]
    ]
    assert len(off) > 40
    assert np.median(off) < 0.01


def test_the_real_model_is_a_river_for_the_twin_with_what_it_leaves_out_named(baxter):
    model, _, _ = baxter
    river, left_out = hecras.river(model, model.cases[0], dx_m=500.0)
    assert set(river.reaches) == {r.code for r in model.reaches}
    assert river.reaches["Baxter River/Upper Reach"].to_node == river.reaches["Tule Creek/Tributary"].to_node
    assert sum(u.element.startswith("levee") for u in left_out) == 21
    assert sum(i.flow_m3s.value[0] for i in river.inflows.values()) == pytest.approx(32000 * FOOT**3, rel=1e-6)
    assert all(0 <= zeta < 100 for r in river.reaches.values() for _, zeta in r.loss)


def simple(tmp_path, *more, flows=(800,)):
    blocks = (section("3", lifted(0.2)), *more, section("2", lifted(0.1)), section("1", VALLEY))
    return hecras.read(written(tmp_path, geometry(*blocks), flow(flows)))


def test_the_twins_steady_state_of_an_imported_river_is_near_the_models_own(tmp_path):
    model = simple(tmp_path)
    case = model.cases[0]
    own = solve(hecras.steady(model), case.flows_m3s, case.boundaries)["Mill Brook/Lower"]
    river, _ = hecras.river(model, case, dx_m=10.0)
    twin = profile(river, at_m={"Mill Brook/Lower": own.chainage_m})["Mill Brook/Lower"]
    # α and the losses of contraction are what the twin does without
    assert twin.level_m == pytest.approx(own.level_m, abs=0.05)


def test_a_bridge_backs_the_water_up_and_is_a_loss_in_the_twin(tmp_path):
    without, within = simple(tmp_path), simple(tmp_path, bridge("2.5", soffit=9, road=30))
    levels = [
        solve(hecras.steady(m), m.cases[0].flows_m3s, m.cases[0].boundaries)["Mill Brook/Lower"].level_m[0]
        for m in (without, within)
    ]
    assert levels[1] > levels[0] + 0.01
    river, _ = hecras.river(within, dx_m=10.0)
    ((where, zeta),) = river.reaches["Mill Brook/Lower"].loss
    assert where == pytest.approx(50 * FOOT)
    assert zeta > 0


def test_inner_sections_of_a_bridge_take_what_they_do_not_say_from_their_neighbours(tmp_path):
    inner = "BR U #Sta/Elev= 4\n      10      20      10       3      40       3      40      20\n"
    model = simple(tmp_path, bridge("2.5", soffit=18, road=20, inner=inner))
    made = hecras.steady(model).reaches["Mill Brook/Lower"].crossings[0]
    assert made.up.bed_m == pytest.approx(3 * FOOT)
    assert made.up.ground.manning.tolist() == [0.06, 0.03, 0.06]
    assert made.down.bed_m == pytest.approx(0.1 * FOOT)


def test_the_road_over_a_bridge_is_no_lower_than_the_ground_and_no_longer_than_the_section(tmp_path):
    model = simple(tmp_path, bridge("2.5", soffit=9, road=9.5))
    crest = hecras.steady(model).reaches["Mill Brook/Lower"].crossings[0].crest
    over_channel = (crest.station_m > 20.1 * FOOT) & (crest.station_m < 29.9 * FOOT)
    assert crest.crest_m.min() == pytest.approx(9.5 * FOOT)
    assert crest.crest_m[~over_channel].min() >= 9.5 * FOOT - 1e-9
    assert (crest.station_m[0], crest.station_m[-1]) == pytest.approx((0, 50 * FOOT))
    assert np.interp(10 * FOOT, crest.station_m, crest.crest_m) == pytest.approx(10.2 * FOOT)


def test_a_flood_over_the_road_of_an_imported_bridge_has_a_finite_level_above_the_road(tmp_path):
    flows = (300, 1500, 4000, 9000)
    model = simple(tmp_path, bridge("2.5", soffit=8, road=11), flows=flows)
    river = hecras.steady(model)
    levels = [solve(river, c.flows_m3s, c.boundaries)["Mill Brook/Lower"].level_m[0] for c in model.cases]
    assert levels == sorted(levels)
    assert np.isfinite(levels).all()
    assert levels[-1] > 11 * FOOT


def test_discharges_that_change_on_the_way_flow_in_where_they_do(tmp_path):
    text = flow([100]).replace("Boundary", "River Rch & RM=Mill Brook,Lower           ,2\n     150\nBoundary", 1)
    blocks = section("3", lifted(2)), section("2", lifted(1)), section("1", VALLEY)
    model = hecras.read(written(tmp_path, geometry(*blocks), text))
    river, _ = hecras.river(model, model.cases[0], dx_m=10.0)
    head, more = river.inflows.values()
    assert (head.node, head.flow_m3s.value[0] / FOOT**3) == ("Mill Brook/Lower:start", pytest.approx(100))
    assert (more.chainage_m, more.flow_m3s.value[0] / FOOT**3) == (pytest.approx(100 * FOOT), pytest.approx(50))
