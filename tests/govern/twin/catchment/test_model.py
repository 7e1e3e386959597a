"""The peer below is GR4J written down from Perrin et al. (2003) equation by equation, for one set, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.model import depth_mm_d, flow_m3s, gr4j, parameter_sets, simulate


def weather(n, seed=0, rows=None):
    rng = np.random.default_rng(seed)
    shape = n if rows is None else (rows, n)
    rain = np.where(rng.random(shape) < 0.3, rng.exponential(8.0, shape), 0.0)
    return rain, 2.5 + 2 * np.sin(np.arange(n) / 58) + rng.random(n)


def peer(rain, lift, x1, x2, x3, x4):
    def sh1(t):
        return 0.0 if t <= 0 else (t / x4) ** 2.5 if t < x4 else 1.0

    def sh2(t):
        if t <= 0:
            return 0.0
        if t <= x4:
            return 0.5 * (t / x4) ** 2.5
        return 1 - 0.5 * (2 - t / x4) ** 2.5 if t < 2 * x4 else 1.0

    n = len(rain)
    uh1 = [sh1(j) - sh1(j - 1) for j in range(1, n + 1)]
    uh2 = [sh2(j) - sh2(j - 1) for j in range(1, n + 1)]
    s, r, effective, flow = 0.4 * x1, 0.4 * x3, [], []
    for t in range(n):
        pn, en = max(rain[t] - lift[t], 0), max(lift[t] - rain[t], 0)
        tp, te = math.tanh(pn / x1), math.tanh(en / x1)
        ps = x1 * (1 - (s / x1) ** 2) * tp / (1 + s / x1 * tp)
        es = s * (2 - s / x1) * te / (1 + (1 - s / x1) * te)
        s = s - es + ps
        perc = s * (1 - (1 + (4 / 9 * s / x1) ** 4) ** (-1 / 4))
        s -= perc
        effective.append(perc + pn - ps)
        q9 = 0.9 * sum(uh1[k] * effective[t - k] for k in range(t + 1))
        q1 = 0.1 * sum(uh2[k] * effective[t - k] for k in range(t + 1))
        f = x2 * (r / x3) ** 3.5
        r = max(0, r + q9 + f)
        qr = r * (1 - (1 + (r / x3) ** 4) ** (-1 / 4))
        r -= qr
        flow.append(qr + max(0, q1 + f))
    return np.array(flow)


@pytest.mark.parametrize("x", [(350, 0, 90, 1.7), (1200, -2.5, 20, 4.3), (80, 1.5, 250, 0.6)])
def test_with_the_neutral_values_the_model_is_gr4j(x):
    rain, lift = weather(300)
    assert simulate(rain, lift, gr4j(*x)).flow_mm_d[0] == pytest.approx(peer(rain, lift, *x), rel=1e-10, abs=1e-12)


sets = st.tuples(
    st.floats(5, 2000),
    st.floats(-8, 8),
    st.floats(1, 500),
    st.floats(0.1, 12),
    st.floats(0, 1),
    st.floats(0.5, 1e5) | st.just(math.inf),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
)


@given(sets, st.integers(0, 10_000), st.sampled_from([3_600.0, 21_600.0, 86_400.0]))
def test_no_water_is_made_or_lost_whatever_the_parameters(values, seed, step_s):
    rain, lift = weather(60, seed)
    run = simulate(rain, lift, np.array(values), step_s=step_s)
    turned_over = rain.sum() + values[0] + values[2] + np.abs(run.ledger.exchanged).sum()
    assert abs(run.ledger.residual[0]) <= 1e-12 * turned_over
    assert np.isfinite(run.flow_mm_d).all()
    assert (run.flow_mm_d >= 0).all()
    assert (run.state.soil_mm >= 0).all()
    assert (run.state.routing_mm >= 0).all()
    # the books' flow is the flow that is given out
    assert run.flow_mm_d.sum() * step_s / 86_400 == pytest.approx(run.ledger.flowed[0], rel=1e-12)


def test_a_run_in_two_parts_is_the_run_in_one():
    rain, lift = weather(200)
    both = np.stack([gr4j(300, -1, 60, 2.2), np.array([30, 0, 20, 4.4, 0.1, 5, 0.05, 0.01])])
    whole = simulate(rain, lift, both)
    first = simulate(rain[:77], lift[:77], both)
    second = simulate(rain[77:], lift[77:], both, state=first.state)
    assert np.array_equal(np.hstack([first.flow_mm_d, second.flow_mm_d]), whole.flow_mm_d)


def test_a_run_does_not_write_into_the_state_that_it_was_given():
    rain, lift = weather(30)
    state = simulate(rain, lift, gr4j(300, 0, 60, 2.2)).state
    before = state.stored_mm.copy()
    simulate(rain, lift, gr4j(300, 0, 60, 2.2), state=state)
    assert np.array_equal(state.stored_mm, before)


def test_members_of_a_forecast_meet_their_own_rain():
    rain, lift = weather(90, rows=2)
    members = np.tile(gr4j(300, 0, 60, 2.2), (4, 1))
    flow = simulate(rain, lift, members).flow_mm_d
    alone = [simulate(row, lift, members[0]).flow_mm_d[0] for row in rain]
    assert np.array_equal(flow, np.array([alone[0], alone[1], alone[0], alone[1]]))


def test_stores_drain_alike_by_the_hour_and_by_the_day():
    # without rain and evaporation the soil store follows dS/dt ~ -S^5: 240 hours are 10 days, exactly
    days = simulate(np.zeros(10), np.zeros(10), gr4j(100, 0, 50, 1.0))
    hours = simulate(np.zeros(240), np.zeros(240), gr4j(100, 0, 50, 1.0), step_s=3_600)
    assert hours.state.soil_mm == pytest.approx(days.state.soil_mm, rel=1e-12)


def test_hours_give_the_volume_of_days():
    rain, lift = weather(400, 3)
    steady = np.array([300, 0, 60, 3.0, 0.6, 40, 0.02, 0.01])
    daily = simulate(rain, lift, steady)
    hourly = simulate(np.repeat(rain / 24, 24), np.repeat(lift / 24, 24), steady, step_s=3_600)
    by_day = hourly.flow_mm_d[0].reshape(-1, 24).mean(1)
    assert by_day.sum() == pytest.approx(daily.flow_mm_d.sum(), rel=0.03)
    assert np.corrcoef(by_day[30:], daily.flow_mm_d[0, 30:])[0, 1] > 0.97


def test_only_the_share_arrives_and_the_rest_is_booked_as_lost():
    rain, lift = weather(500)
    whole, half = gr4j(300, 0, 60, 2.0), gr4j(300, 0, 60, 2.0)
    half[4] = 0.5
    run = simulate(rain, lift, np.stack([whole, half]))
    assert run.ledger.lost[0] == 0
    # what arrived has flowed off or is still under way; the routing store began with 24 mm
    under_way = run.state.stored_mm - run.state.soil_mm - 24
    assert run.ledger.lost[1] == pytest.approx(run.ledger.flowed[1] + under_way[1])
    assert run.ledger.lost[1] == pytest.approx(0.5 * (run.ledger.flowed[0] + under_way[0]))


def test_a_dry_spell_draws_the_river_down_to_nothing_and_not_below():
    users = gr4j(300, 0, 60, 2.0)
    users[6:] = 0.03, 0.5
    run = simulate(np.zeros(200), np.full(200, 6.0), users)
    assert run.flow_mm_d[0, -1] == 0
    assert run.ledger.drawn[0] > 0


def test_heavy_rain_on_dry_ground_runs_off_where_it_cannot_infiltrate():
    tight, open_ = gr4j(1000, 0, 60, 1.0), gr4j(1000, 0, 60, 1.0)
    tight[5] = 5.0
    rain = np.r_[60.0, np.zeros(19)]
    flow = simulate(rain, np.zeros(20), np.stack([tight, open_])).flow_mm_d.sum(1)
    # the mean of what exceeds exponential capacities: P - f (1 - exp(-P / f))
    excess = 60 - 5 * (1 - math.exp(-60 / 5))
    assert flow[0] - flow[1] > 0.5 * excess


def test_runoff_and_discharge_are_the_same_water():
    assert flow_m3s(1.0, 86.4) == pytest.approx(1.0)
    assert depth_mm_d(flow_m3s([0.3, 2.0], 38_900), 38_900) == pytest.approx([0.3, 2.0])


@pytest.mark.parametrize(
    ("rain", "lift", "parameters", "options", "said"),
    [
        ([1, np.nan], [1, 1], gr4j(300, 0, 60, 2), {}, "rain is nan mm at step 1"),
        ([1, 1], [1, -2], gr4j(300, 0, 60, 2), {}, "evaporation is -2 mm at step 1"),
        ([1, 9999], [1, 1], gr4j(300, 0, 60, 2), {}, "rain is 9999 mm at step 1"),
        ([1, 1], [1], gr4j(300, 0, 60, 2), {}, "shape"),
        ([1, 1], [1, 1], gr4j(-3, 0, 60, 2), {}, "soil_mm is -3 mm"),
        ([1, 1], [1, 1], gr4j(300, np.nan, 60, 2), {}, "exchange_mm_d"),
        ([1, 1], [1, 1], gr4j(300, 0, 60, 1e9), {}, "delay_d"),
        ([1, 1], [1, 1], [1, 2, 3], {}, "parameter sets of 8"),
        ([1, 1], [1, 1], gr4j(300, 0, 60, 2), {"step_s": 1e6}, "step"),
        ([[1, 1], [1, 1]], [1, 1], gr4j(300, 0, 60, 2), {}, "at least as many"),
    ],
)
def test_bad_input_is_named(rain, lift, parameters, options, said):
    with pytest.raises(InputError, match=said):
        simulate(rain, lift, parameters, **options)


def test_a_state_of_another_run_is_refused():
    rain, lift = weather(20)
    state = simulate(rain, lift, gr4j(300, 0, 60, 2)).state
    with pytest.raises(InputError, match="another run"):
        simulate(rain, lift, gr4j(300, 0, 60, 9), state=state)


def test_parameter_sets_come_as_one_or_as_many():
    assert parameter_sets(gr4j(300, 0, 60, 2)).shape == (1, 8)
    assert parameter_sets(np.tile(gr4j(300, 0, 60, 2), (5, 1))).shape == (5, 8)
