"""Transport against closed solutions, and what must hold of any water."""

import numpy as np
import pytest

from govern.twin import cases, played
from riverchief.govern import twin


def test_a_front_in_a_dispersing_river_is_ogata_s_and_banks():
    coarse, fine = played.front(50, 120.0), played.front(200, 30.0)
    assert fine.mean_error < 0.01
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.8


def test_a_spill_comes_down_the_river_as_taylor_says():
    coarse, fine = played.accident(150, 120.0), played.accident(600, 30.0)
    assert fine.mean_error < 0.03
    assert fine.found.max() == pytest.approx(fine.truth.max(), rel=0.01)
    assert played.order(coarse.mean_error, fine.mean_error, 4) > 0.8
    assert fine.run.mass["tracer"].error == pytest.approx(0, abs=1e-12)


def test_a_front_without_dispersion_stays_steep_and_within_its_bounds():
    u = 0.5
    river = played.channel(20e3, 200, u)
    river.inflow("head", u * 20.0, node="a:start", tracer=1.0)
    model = twin.Model(river, control=played.steps(60.0))
    run = model.run(model.start(0.0, model.cells.grid.bed + 2.0, u * 20.0), 6 * 3600.0, 3600.0)
    c = run.record.conc[-1, 0, model.cells.reach["a"]]
    assert (c >= 0).all()
    assert (c <= 1 + 1e-12).all()
    assert (np.diff(c) <= 1e-12).all()
    x = model.cells.chainage_m["a"]
    # implicit upwind would spread it over ±4 √(2 (u dx/2 + u² dt/2) t) = 2.5 km
    assert np.interp(0.1, c[::-1], x[::-1]) - np.interp(0.9, c[::-1], x[::-1]) < 1000
    assert np.interp(0.5, c[::-1], x[::-1]) == pytest.approx(u * 6 * 3600, rel=0.01)


def test_waters_mix_at_a_confluence_by_their_discharges():
    river = twin.River()
    for code, q, c in (("one", 8.0, 2.0), ("two", 3.0, 10.0)):
        river.reach(
            code,
            [0.0, 1000.0],
            [twin.trapezoid(8, 1, 0.03, bed_m=1.0), twin.trapezoid(8, 1, 0.03)],
            dx_m=100.0,
            to_node="meet",
        )
        river.inflow(code, q, node=f"{code}:start", tracer=c)
    river.reach(
        "out",
        [0.0, 1000.0],
        [twin.trapezoid(10, 1, 0.03), twin.trapezoid(10, 1, 0.03, bed_m=-1.0)],
        dx_m=100.0,
        from_node="meet",
    )
    river.boundary(twin.NormalDepth("out:end", 1e-3))
    model = twin.Model(river)
    run = model.run(model.start(0.0), 2 * 86400.0, 86400.0)
    assert run.concentration("tracer", "out", 900.0)[-1] == pytest.approx((8 * 2 + 3 * 10) / 11, rel=1e-9)


def test_a_boundary_brings_its_water_with_what_it_carries_either_way():
    river = twin.River()
    river.reach("a", [0.0, 3000.0], [twin.trapezoid(10, 1, 0.03)] * 2, dx_m=100.0)
    tide = twin.Series(np.arange(0, 86401, 900.0), 2 + np.sin(np.arange(0, 86401, 900.0) * 2 * np.pi / 44700))
    river.boundary(twin.LevelBoundary("a:start", twin.constant(2.1), {"one": 1.0}))
    river.boundary(twin.LevelBoundary("a:end", tide, {"one": 1.0}))
    model = twin.Model(river, ("one",))
    start = model.start(0.0, 2.0)
    start.conc[:] = 1.0
    run = model.run(start, 86400.0, 3600.0)
    assert run.record.flow[:, model.cells.faces["a"]].min() < 0 < run.record.flow[:, model.cells.faces["a"]].max()
    np.testing.assert_allclose(run.record.conc, 1.0, rtol=0, atol=1e-12)
    assert run.mass["one"].error == pytest.approx(0, abs=1e-12)


def test_the_closed_forms_give_the_figures_worked_out_beside_them():
    assert cases.step_front(10e3, np.array([4, 5.5, 8]) * 3600.0, 0.5, 30.0) == pytest.approx(
        [0.00152642, 0.48514376, 0.99967093], abs=1e-8
    )
    assert cases.step_front(10e3, np.array([4, 5.5, 8]) * 3600.0, 0.5, 30.0, 0.5 / 86400) == pytest.approx(
        [0.00140788, 0.43662635, 0.89050037], abs=1e-8
    )
