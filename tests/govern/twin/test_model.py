"""A model's runs: what is kept of them adds up, and what cannot be done is said."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern import twin

DAY_S = 86400.0


def _model():
    river = twin.River("small")
    river.reach("a", [0.0, 1000.0], [twin.trapezoid(10, 2, 0.03, bed_m=1.0), twin.trapezoid(10, 2, 0.03)], dx_m=100.0)
    flood = twin.Series(np.array([0, 0.3, 0.5, 1.0]) * DAY_S, np.array([5.0, 40.0, 10.0, 5.0]))
    river.inflow("q", flood, node="a:start", tracer=3.0)
    river.inflow("well", -0.5, at=("a", 500.0))
    river.boundary(twin.NormalDepth("a:end", 0.001))
    return twin.Model(river)


def test_what_went_through_and_came_in_explains_every_cell_s_volume():
    model = _model()
    start = model.start(0.0)
    run = model.run(start, DAY_S, 3600.0)
    g = model.cells.grid
    volume = np.vstack([start.volume, run.record.volume])
    change = run.record.lateral.copy()
    for f in np.flatnonzero(g.dn >= 0):
        change[:, g.up[f]] -= run.record.through[:, f]
        change[:, g.dn[f]] += run.record.through[:, f]
    free = ~g.fixed
    np.testing.assert_allclose(np.diff(volume, axis=0)[:, free], change[:, free], atol=1e-7)


def test_inflow_is_booked_as_the_area_of_its_series():
    model = _model()
    run = model.run(model.start(0.0), DAY_S, 6 * 3600.0)
    area = DAY_S * (0.3 * 22.5 + 0.2 * 25 + 0.5 * 7.5)
    assert run.balance.inflow_m3 == pytest.approx(area - 0.5 * DAY_S, rel=1e-12)
    assert run.mass["tracer"].came == pytest.approx(3 * area, rel=1e-12)
    assert abs(run.balance.error) < 1e-12
    assert abs(run.mass["tracer"].error) < 1e-12


def test_a_run_leaves_the_state_it_began_from_alone_and_tells_how_far_it_is():
    model = _model()
    start = model.start(0.0)
    before = [a.copy() for a in start]
    parts = []
    model.run(start, DAY_S, 3600.0, progress=parts.append)
    for found, kept in zip(start, before, strict=True):
        np.testing.assert_array_equal(found, kept)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


def test_the_last_instant_is_the_end_whatever_the_interval():
    model = _model()
    run = model.run(model.start(0.0), 10_000.0, 3600.0)
    assert run.time_s.tolist() == [3600.0, 7200.0, 10_000.0]
    assert run.state.clock[0] == pytest.approx(10_000.0)


def test_what_a_model_does_not_carry_and_ends_before_beginnings_are_refused():
    model = _model()
    with pytest.raises(InputError, match="lead was asked for"):
        model.number("lead")
    with pytest.raises(InputError, match="must lie after"):
        model.run(model.start(100.0), 100.0, 10.0)


def test_settings_begin_with_the_step_that_holds():
    river = twin.River()
    river.reach("a", [0.0, 100.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=50.0)
    moves = twin.Series(np.array([0.0, 100.0]), np.array([0.2, 1.0]), steps=True)
    river.structure(twin.Gate("g", 0.0, 4.0, moves), at=("a", 60.0))
    river.boundary(twin.LevelBoundary("a:end", twin.constant(1.0), {"tracer": 7.0}))
    model = twin.Model(river, ("tracer",))
    start = model.start(50.0)
    assert start.setting[model.cells.structure["g"]] == 0.2
    assert start.conc[0, model.cells.node["a:end"]] == 7.0


def test_what_decays_is_less_by_its_rate_and_booked():
    """In uniform flow what has been let in for long is less by exp(-k τ) where the water has run for τ.

    What comes in during a step decays for all of it, half a step too long in the mean: hence steps of half a minute.
    """
    river = twin.River()
    river.reach("a", [0.0, 4000.0], [twin.trapezoid(10, 2, 0.03, bed_m=bed) for bed in (4.0, 0.0)], dx_m=20.0)
    river.inflow("head", 12.0, node="a:start", nh3n=1.0, tracer=1.0)
    river.boundary(twin.NormalDepth("a:end", 0.001))
    river.decay_per_day = {"nh3n": 20.0}
    model = twin.Model(river, control=twin.AUTOMATIC._replace(most_s=30.0))
    run = model.run(model.start(0.0), 8 * 3600.0, 3600.0)
    own = model.cells.reach["a"]
    tau_s = np.cumsum(run.state.volume[own]) / 12.0  # from the head to the lower end of every cell
    wanted = np.exp(-20.0 / DAY_S * tau_s)
    np.testing.assert_allclose(run.state.conc[0, own[10:]], wanted[10:], rtol=20.0 / DAY_S * 15.0 + 1e-3)
    np.testing.assert_allclose(run.state.conc[1, own], 1.0, rtol=1e-9)
    assert run.mass["nh3n"].made < 0
    assert abs(run.mass["nh3n"].error) < 1e-12
    assert run.mass["tracer"].made == 0.0
