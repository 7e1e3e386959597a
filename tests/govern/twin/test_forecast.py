"""Forecasts by an ensemble: without doubt the model itself, with doubt a band that holds what members do."""

import numpy as np
import pytest

from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.ensemble import AR1, LogNormal, Spread
from riverchief.govern.twin.forecast import forecast

END_S, EVERY_S, PLACES = 3 * 3600.0, 900.0, [("a", 200.0), ("a", 900.0)]


@pytest.fixture(scope="module")
def model():
    return twin.Model(canal(flow_m3s=wave()))


def look(model, spread, **more):
    return forecast(model, model.start(0.0), END_S, EVERY_S, PLACES, spread, **more)


def test_without_doubt_every_share_is_the_run_of_the_model(model):
    told = look(model, Spread(), members=3)
    run = model.run(model.start(0.0), END_S, EVERY_S)
    for p, place in enumerate(PLACES):
        for k in range(3):
            assert told.flow_m3s[k, :, p] == pytest.approx(run.flow_m3s(*place), rel=1e-4)
            assert told.level_m[k, :, p] == pytest.approx(run.level_m(*place), abs=1e-3)


def test_a_constant_doubt_of_an_inflow_is_the_spread_of_steady_flow():
    steady = twin.Model(canal())
    told = forecast(
        steady, steady.start(0.0), 24 * 3600.0, 3600.0, PLACES, Spread(inflow=AR1(0.2)), members=400, seed=3
    )
    # 12 m³/s times exp(0.2 z): the quantiles of a log-normal, to the accuracy of 400 members
    wanted = 12.0 * np.exp(0.2 * np.array([-1.2816, 0.0, 1.2816]))
    assert told.flow_m3s[:, -1, 1] == pytest.approx(wanted, rel=0.04)


def test_factors_that_a_cycle_has_found_hold_for_every_member():
    steady = twin.Model(canal())
    steady.forcing.factor[0] = 1.5
    told = forecast(steady, steady.start(0.0), 12 * 3600.0, 3600.0, PLACES, Spread(), members=2)
    assert told.flow_m3s[:, -1, 1] == pytest.approx(18.0, rel=1e-3)
    assert steady.forcing.factor[0] == 1.5


def test_rougher_beds_widen_levels_and_leave_steady_flow_alone():
    steady = twin.Model(canal())
    told = forecast(
        steady, steady.start(0.0), 12 * 3600.0, 3600.0, PLACES, Spread(roughness=LogNormal(0.2)), members=40
    )
    assert np.ptp(told.flow_m3s[:, -1, 1]) < 1e-3
    # the flow is uniform down to an outlet that is as rough as its reach: every place rises alike
    bands = np.ptp(told.level_m[:, -1], axis=0)
    assert bands == pytest.approx(bands[0], rel=1e-6)
    assert bands[0] > 0.02


def test_a_place_off_the_river_and_an_ensemble_of_one_are_refused(model):
    with pytest.raises(InputError, match="1000 m long"):
        forecast(model, model.start(0.0), END_S, EVERY_S, [("a", 5000.0)], Spread())
    with pytest.raises(InputError, match="2 members or more"):
        look(model, Spread(), members=1)
