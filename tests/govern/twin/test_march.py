"""The march of the water against closed solutions: errors small, and smaller on a finer grid by the order that is claimed."""

import numpy as np
import pytest

from govern.twin import cases, played
from riverchief.govern import twin

# case, coarse and fine, mean relative error at the fine one; the scheme is of first order in the bed's slope
PROFILES = [("subcritical", 2e-4), ("supercritical", 2e-4), ("transcritical", 2e-4), ("hydraulic jump", 2e-3)]


@pytest.mark.parametrize(("name", "most"), PROFILES)
def test_a_profile_made_for_its_bed_stands(name, most):
    coarse, fine = played.macdonald(name, 100), played.macdonald(name, 400)
    assert fine.mean_error < most
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.6
    q = cases.MACDONALD[name].q_m2s
    np.testing.assert_allclose(fine.run.record.flow[-1][fine.run.model.cells.faces["a"]], q, rtol=1e-9)


@pytest.mark.parametrize(("name", "most"), [("subcritical", 1e-3), ("transcritical", 8e-3), ("with a jump", 8e-3)])
def test_water_flows_over_a_bump_as_bernoulli_says(name, most):
    coarse, fine = played.bump(name, 100), played.bump(name, 400)
    assert fine.mean_error < most
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.6


def test_a_backwater_curve_is_bresse_s():
    coarse, fine = played.backwater(50), played.backwater(200)
    assert fine.mean_error < 2e-3
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.8


@pytest.mark.parametrize(("low", "most"), [(1.0, 2.5e-3), (0.1, 5e-3)])
def test_a_dam_breaks_onto_water_as_stoker_says(low, most):
    coarse, fine = played.dam(4.0, low, 200), played.dam(4.0, low, 800)
    assert fine.mean_error < most
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.6
    _, plateau, speed, front = cases.stoker(4.0, low, np.zeros(1), 1.0)
    behind = (fine.x > 1000 + 60 * (speed - np.sqrt(9.81 * plateau)) + 60) & (fine.x < 1000 + 60 * front - 60)
    assert np.median(fine.found[behind]) == pytest.approx(plateau, rel=3e-3)
    assert low - 1e-9 <= fine.found.min()
    assert fine.found.max() <= 4.0 + 1e-9


def test_a_dam_breaks_onto_a_dry_bed_as_ritter_says():
    coarse, fine = played.dam(4.0, 0.0, 100, 40.0), played.dam(4.0, 0.0, 400, 40.0)
    assert fine.mean_error < 0.03
    assert fine.mean_error < 1.1 * coarse.mean_error
    assert np.interp(1000.0, fine.x, fine.found) == pytest.approx(16 / 9, rel=0.03)


def test_a_basin_swings_with_merian_s_period():
    coarse, fine = played.seiche(25, 40.0), played.seiche(100, 10.0)
    assert fine.mean_error < 0.02
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 1.6


def test_two_basins_swing_through_their_channel():
    coarse, fine = played.basins(8.0), played.basins(2.0)
    assert fine.mean_error < 0.005
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 1.2  # the first step is of first order


def test_a_tide_grows_into_a_closed_channel():
    fine = played.tide(120)
    high = np.abs(fine.found[fine.x > 12.42 * 3600 * 2]).max()
    assert high == pytest.approx(1e-3 * 1.517403, rel=0.01)


def test_a_flood_wave_flattens_as_hayami_says():
    fine = played.flood_wave(200)
    assert np.abs(fine.found).max() == pytest.approx(np.abs(fine.truth).max(), rel=0.01)
    assert fine.mean_error < 0.03


def test_a_pond_runs_out_over_its_weir():
    coarse, fine = played.pond(600.0), played.pond(150.0)
    assert fine.found[-1] == pytest.approx(0.123955, rel=2e-3)
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 1.5


def test_two_ways_share_the_water_as_their_conveyances_do():
    assert played.split(40).found[0] == pytest.approx(0.681863, rel=0.02)


def test_a_flow_at_normal_depth_stays_there_to_the_last_digits():
    river = played.channel(5000.0, 50)
    river.inflow("head", 10.0, node="a:start")
    model = twin.Model(river)
    start = model.start(0.0, model.cells.grid.bed + 2.0, 10.0)
    run = model.run(start, 86400.0, 86400.0)
    inside = model.cells.reach["a"]
    np.testing.assert_allclose((run.record.level[-1] - model.cells.grid.bed)[inside], 2.0, rtol=2e-4)
    assert run.balance.rejected == 0


def _lakes() -> twin.River:
    """Irregular beds with humps above the water, a loop, storages, a weir and a gate."""
    river = twin.River("still")
    rng = np.random.default_rng(7)
    for code, a, b in (("r1", "n1", "n2"), ("r2", "n1", "n2"), ("r3", "n2", "n3"), ("r4", "n3", "n4")):
        x = np.linspace(0, 2000.0, 11)
        shapes = [
            twin.CrossSection(
                np.cumsum(rng.uniform(0.5, 9, 6)), z + rng.uniform(0, 3, 6), np.array([0.03]), np.zeros(1)
            )
            for z in rng.uniform(8, 13, 11)
        ]
        river.reach(code, x, shapes, dx_m=100.0, from_node=a, to_node=b)
    river.storage("n2", [6.0, 20.0], [5e4, 9e4])
    river.structure(twin.Weir("w", 11.0, 4.0), at=("r3", 1000.0))
    river.structure(twin.Gate("g", 9.0, 4.0, twin.constant(1.0)), between=("n1", "n4"))
    return river


def test_a_lake_at_rest_stays_so_to_the_last_bit():
    model = twin.Model(_lakes())
    start = model.start(0.0, 12.0)
    run = model.run(start, 5 * 86400.0, 86400.0)
    assert (start.level > 12.0).any()  # some cells are dry
    assert (start.level == 12.0).sum() > 40
    np.testing.assert_array_equal(run.record.level[-1], start.level)
    np.testing.assert_array_equal(run.record.flow, 0.0)


def test_a_run_goes_on_bit_for_bit_from_a_saved_state():
    river = _lakes()
    river.inflow("q", twin.Series(np.arange(5) * 6 * 3600.0, np.array([0, 20, 5, 30, 1.0])), node="n1", tracer=3.0)
    model = twin.Model(river)
    start = model.start(0.0, 11.0)
    whole = model.run(start, 86400.0, 3600.0)
    half = model.run(start, 43200.0, 3600.0)
    rest = model.run(half.state, 86400.0, 3600.0)
    for found, wanted in zip(rest.state, whole.state, strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(rest.record.level, whole.record.level[12:])
    assert abs(whole.balance.error) < 1e-12


def test_water_that_nobody_brings_is_booked_as_short():
    river = twin.River()
    river.reach("a", [0.0, 1000.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=100.0)
    river.inflow("pump", -2.0, at=("a", 500.0))
    model = twin.Model(river)
    run = model.run(model.start(0.0, 1.0), 86400.0, 3600.0)
    asked = 2.0 * 86400.0
    assert run.balance.stored_after_m3 >= 0
    assert run.balance.shortage_m3 == pytest.approx(asked + run.balance.inflow_m3, rel=1e-9)
    assert abs(run.balance.error) < 1e-12
