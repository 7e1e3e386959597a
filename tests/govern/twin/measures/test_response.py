"""Sections' answers to loads: the transpose against runs down the river, and against the full model."""

import numpy as np
import pytest

from govern.twin import valley
from riverchief.govern.twin import measures
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.measures.response import linear, response
from riverchief.govern.twin.tracing import Releases, forward, well_stepped

HOUR = valley.HOUR
CELLS, DECAY = (3, 9, 30), 3e-6


@pytest.fixture(scope="module")
def flows() -> Flows:
    model, state = valley.settled()
    return model.run(state, 30 * HOUR, 1800.0).flows()


def down(flows: Flows, load: np.ndarray, cell: int) -> np.ndarray:
    """Concentration at a cell after every step of the flows under loads (place, step), by runs of the transport."""
    fine = well_stepped(flows)
    dt = np.diff(flows.time_s)
    place, step = (v.ravel() for v in np.indices(load.shape))
    loads = Releases(np.array(CELLS)[place], flows.time_s[step], flows.time_s[step + 1], (load * dt).ravel())
    brought = forward(fine, loads, [cell], DECAY)[:, 0].sum(axis=1)
    return brought[:: fine.n_step // flows.n_step]


def test_the_water_of_a_run_hangs_together(flows):
    flows.check(1e-9)
    assert flows.n_step == 60


def test_the_transpose_answers_as_runs_down_the_river_do(flows):
    load = np.random.default_rng(1).uniform(0.0, 0.02, (len(CELLS), flows.n_step))
    cell = flows.n_cell - 6
    told = response(flows, CELLS, [(cell, t) for t in flows.time_s[1:]], DECAY)
    wanted = down(flows, load, cell)[1:]
    assert wanted.max() > 0.1
    np.testing.assert_allclose(told.of_loads(load), wanted, rtol=0, atol=1e-8 * wanted.max())


def test_the_slope_of_a_mean_is_exact_and_that_of_a_peak_is_its_difference_quotient(flows):
    rng = np.random.default_rng(2)
    load = rng.uniform(0.0, 0.02, (len(CELLS), flows.n_step))
    cell = flows.n_cell - 6
    told = response(flows, CELLS, [(cell, t) for t in flows.time_s[1:]], DECAY)
    before = down(flows, load, cell)[1:]
    peak = np.eye(before.size)[before.argmax()]
    way = rng.uniform(-1.0, 1.0, load.shape)
    step = 1e-5
    after, other = (down(flows, load + sign * step * way, cell)[1:] for sign in (1, -1))
    mean = np.full(before.size, 1 / before.size)
    assert np.sum(told.gradient(mean) * way) == pytest.approx((after.mean() - other.mean()) / (2 * step), rel=1e-8)
    assert np.sum(told.gradient(peak) * way) == pytest.approx((after.max() - other.max()) / (2 * step), rel=1e-4)


def test_the_slope_of_what_lies_beyond_a_limit_is_its_difference_quotient(flows):
    load = np.full((len(CELLS), flows.n_step), 0.01)
    cell = flows.n_cell - 6
    told = response(flows, CELLS, [(cell, t) for t in flows.time_s[1:]], DECAY)
    before, limit, step = down(flows, load, cell)[1:], 0.5, 1e-6
    assert (before > limit).any()
    beyond = lambda c: np.maximum(c - limit, 0.0).sum()  # noqa: E731
    slope = told.gradient((before > limit).astype(float)).sum(axis=1)
    for place in range(len(CELLS)):
        more = load.copy()
        more[place] += step
        quotient = (beyond(down(flows, more, cell)[1:]) - beyond(before)) / step
        assert slope[place] == pytest.approx(quotient, rel=1e-4)


def test_the_full_model_follows_the_slopes_of_levers_through_a_flood_but_for_the_steepness_of_fronts():
    model, state = valley.settled()
    levers = [measures.Lever(f"r{k}", "reduce", 2 * HOUR, 40 * HOUR, 0.9, on=f"w{k}") for k in (1, 2, 3)]
    goal = measures.Goal("S", "c", 18e3, "nh3n", 1.0)
    case = measures.Case(model, state, 48 * HOUR, 900.0, tuple(levers), (goal,))
    values = np.array([0.5, 0.7, 0.3])
    change = values @ linear(case, case.idle).effect[0]
    before, after = (one.run.concentration("nh3n", "c", 18e3) for one in (case.idle, case.outcome(values)))
    assert np.abs(after - before).max() > 0.3
    # two schemes draw a front that no water spreads at differently, but let the same mass through
    assert (after - before).mean() == pytest.approx(change.mean(), rel=5e-3)
    assert np.sqrt(np.mean((after - before - change) ** 2)) < 0.05 * np.abs(after - before).max()


def test_oxygen_from_an_aerator_arrives_as_its_slope_says():
    model, state = valley.settled(flood=False)
    lever = measures.Lever("air", "aerate", 0.0, 30 * HOUR, 100.0, reach="c", chainage_m=2e3, constituent="do")
    goal = measures.Goal("S", "c", 18e3, "do", 5.0, at_least=True)
    case = measures.Case(model, state, 30 * HOUR, 900.0, (lever,), (goal,))
    change = 60.0 * linear(case, case.idle).effect[0][0]
    before, after = (one.run.concentration("do", "c", 18e3) for one in (case.idle, case.outcome([60.0])))
    # 60 kg/h in 9.7 m³/s, once all of it has come
    assert (after - before)[-1] == pytest.approx(60.0 / 3.6 / 9.7, rel=2e-3)
    assert change[-1] == pytest.approx((after - before)[-1], rel=1e-3)
