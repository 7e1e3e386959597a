import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.routing import Confluence, Muskingum, calibrate, cunge, grid, route
from riverchief.govern.twin.catchment.scores import nse

HOUR, DAY = 3_600.0, 86_400.0
reaches = st.builds(Muskingum, st.floats(60, 30 * DAY), st.floats(-1, 0.5))
floods = st.lists(st.floats(0, 1e4), min_size=2, max_size=60)


@given(floods, reaches, st.sampled_from([300.0, HOUR, DAY]))
def test_no_water_is_made_or_lost_and_no_flow_is_negative(inflow, reach, step_s):
    out = route(inflow, reach, step_s)
    assert (out.outflow_m3s >= 0).all()
    assert np.isfinite(out.outflow_m3s).all()
    # what is held is k times the flow: its round-off is the yardstick where a slow reach sees little pass
    scale = out.in_m3 + out.out_m3 + reach.k_s * max(inflow)
    assert abs(out.residual_m3) <= 1e-12 * scale + 1e-6
    # a wave is never raised
    assert out.outflow_m3s.max() <= max(inflow) * (1 + 1e-12)


@given(reaches, st.sampled_from([300.0, HOUR, DAY]))
def test_parts_keep_the_travel_time(reach, step_s):
    g = grid(reach, step_s)
    assert g.n_part * g.k_s == pytest.approx(reach.k_s)
    sub_s = step_s / g.n_sub
    assert 2 * g.k_s * abs(g.x) <= sub_s * (1 + 1e-9)
    assert sub_s <= 2 * g.k_s * (1 - g.x) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("k_d", "x"),
    [(0.8, -0.3), (0.8, 0), (0.8, 0.2), (2, 0), (2, 0.2), (2, 0.35), (2, 0.45), (5, 0.2), (5, 0.35), (5, 0.45)],
)
def test_a_wave_arrives_after_k_and_spreads_by_k_squared_of_one_less_two_x(k_d, x):
    reach = Muskingum(k_d * DAY, x)
    wave = np.zeros(400)
    wave[1] = 1.0
    out = route(wave, reach, DAY).outflow_m3s
    t = np.arange(400.0) - 1
    assert grid(reach, DAY).n_sub == 1  # with sub-steps the wave would be a triangle, with a spread of its own
    assert out.sum() == pytest.approx(1)
    assert (t * out).sum() == pytest.approx(k_d)
    assert (t**2 * out).sum() - k_d**2 == pytest.approx(k_d**2 * (1 - 2 * x), rel=1e-6)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.2, 0.3, 0.4, 0.45])
def test_where_steps_are_short_a_cascade_of_lakes_spreads_nearly_as_much(x):
    g = grid(Muskingum(20 * DAY, x), HOUR)
    assert g.n_part * g.k_s**2 * (1 - 2 * g.x) == pytest.approx((20 * DAY) ** 2 * (1 - 2 * x), rel=0.26)


def test_a_reach_with_x_of_a_half_and_k_of_a_step_is_a_pure_delay():
    flood = np.random.default_rng(0).gamma(2, 50, 30)
    out = route(flood, Muskingum(DAY, 0.5), DAY).outflow_m3s
    assert out[1:] == pytest.approx(flood[:-1])


def test_x_of_nothing_is_the_linear_reservoir():
    # a rise from 0 to 1 in the first step, then steady: the solution of dO/dt = (I - O) / k
    k, step, n = 10 * DAY, HOUR, 2_000
    out = route(np.r_[0.0, np.ones(n)], Muskingum(k, 0.0), step).outflow_m3s
    t = np.arange(n + 1) * step
    ramp = 1 - k / step * (1 - math.exp(-step / k))
    exact = np.where(t > 0, 1 - (1 - ramp) * np.exp(-(t - step) / k), 0)
    assert out == pytest.approx(exact, abs=(step / k) ** 2)  # trapezoids are exact to the second order


def test_x_of_a_quarter_with_short_steps_is_nashs_cascade_of_two():
    k, step, n = 10 * DAY, HOUR, 3_000
    out = route(np.r_[0.0, np.ones(n)], Muskingum(k, 0.25), step).outflow_m3s
    t = np.maximum(np.arange(n + 1) - 0.5, 0) * step / (k / 2)  # the rise is centred half a step late
    assert out == pytest.approx(1 - (1 + t) * np.exp(-t), abs=1e-4)


def test_cunges_reach_has_the_celerity_of_mannings_wide_channel():
    # 1 m deep, slope 1e-4, n 0.025: V = 0.4 m/s, 80 m wide: 32 m³/s; c = 2/3 m/s; x = (1 - 32 / (80·1e-4·2/3·L)) / 2
    reach = cunge(length_m=12_000, slope=1e-4, width_m=80, manning=0.025, flow_m3s=32)
    assert reach.k_s == pytest.approx(18_000)
    assert reach.x == pytest.approx(0.25)


@pytest.mark.parametrize(
    "change", [{"slope": 0}, {"width_m": -1}, {"flow_m3s": np.nan}, {"manning": 0}, {"length_m": 100}]
)
def test_a_reach_that_cunge_cannot_describe_is_refused(change):
    good = {"length_m": 12_000.0, "slope": 1e-4, "width_m": 80.0, "manning": 0.025, "flow_m3s": 32.0}
    with pytest.raises(InputError, match="reach"):
        cunge(**{**good, **change})


def test_a_known_confluence_is_found_again():
    rng = np.random.default_rng(1)
    made = [np.convolve(rng.gamma(0.3, 100, 400), np.ones(4) / 4, "same") for _ in range(2)]
    truth = Confluence((Muskingum(1.2 * DAY, 0.3), Muskingum(0.6 * DAY, 0.3)), 0.05)
    below = truth.route(made, DAY)
    below[50:60] = np.nan
    found = calibrate(made, below, DAY)
    assert float(nse(found.route(made, DAY), below)) > 0.999
    assert found.lost == pytest.approx(0.05, abs=0.01)
    assert found.reaches[0].k_s == pytest.approx(1.2 * DAY, rel=0.1)


def test_four_rivers_to_tongguan_are_led_better_than_by_a_days_lag(shared_data, yellow_river):
    names = ("龙门", "河津", "状头", "华县(二)")
    flows, observed = yellow_river(names, "潼关")
    years = flows["year"]
    until, after = (np.where(years <= 2009, observed, np.nan), np.where(years >= 2010, observed, np.nan))
    inflows = [flows[name] for name in names]
    lag = np.r_[np.nan, np.sum(inflows, axis=0)[:-1]]
    found = calibrate(inflows, until, DAY).route(inflows, DAY)
    for seen in (until, after):
        assert float(nse(found, seen)) > float(nse(np.nan_to_num(lag), seen)) + 0.02


@pytest.mark.parametrize("inflow", [[1, np.nan], [1, -1], [], [[1, 2]]])
def test_a_flow_with_a_gap_is_refused(inflow):
    with pytest.raises(InputError, match="inflow"):
        route(inflow, Muskingum(DAY, 0.2), DAY)


def test_what_is_no_reach_no_step_or_no_confluence_is_refused():
    for k, x in ((0, 0.2), (np.nan, 0.2), (DAY, 0.6), (DAY, -2)):
        with pytest.raises(InputError, match="travel time"):
            Muskingum(k, x)
    with pytest.raises(InputError, match="step"):
        route([1, 1], Muskingum(DAY, 0.2), 0)
    with pytest.raises(InputError, match="far below the step"):
        route([1, 1], Muskingum(1, 0.2), 30 * DAY)
    with pytest.raises(InputError, match="one each"):
        Confluence((Muskingum(DAY, 0.2),)).route([[1, 1], [1, 1]], DAY)
