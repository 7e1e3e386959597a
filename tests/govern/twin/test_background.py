"""The balance of loads: steady water carries past a station what the station has read."""

import numpy as np
import pytest

from govern.twin.rivers_of_operation import PLACES, forked
from riverchief.govern import twin
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.background import Sample, background, steady, to_outlet_s, with_background
from riverchief.govern.twin.profile import profile
from riverchief.govern.twin.usual import with_factors

DECAY = 4e-5  # 1/s: twenty times what rivers do, as the fork is short


def model(**times):
    made = forked()
    made.inflows["works"] = twin.Inflow("works", twin.constant(1.0), "", "stem", 500.0, {"nh3n": twin.constant(3.0)})
    with_factors(made, times)
    return twin.Model(made, ["nh3n"])


def balance(made, samples, decay_per_s=0.0):
    return background(made, made.start(0.0), "nh3n", samples, decay_per_s)


def test_the_balance_of_two_stations_is_the_one_by_hand():
    found = balance(model(), [Sample(*PLACES["b"], 0.8), Sample(*PLACES["a"], 0.5)])
    # 11 m³/s with 0.8 mg/L are 4 with 0.5, 1 with 3.0 and 6 with what is asked for
    assert found == {"l": pytest.approx(0.5), "r": pytest.approx((11 * 0.8 - 4 * 0.5 - 3.0) / 6)}


def test_steady_water_carries_past_the_stations_what_they_have_read():
    made = model()
    with_background(made.river, "nh3n", balance(made, [Sample(*PLACES["b"], 0.8), Sample(*PLACES["a"], 0.5)]))
    made.drive_anew()
    run = made.run(made.start(0.0), 24 * 3600.0, 3600.0)
    assert run.concentration("nh3n", *PLACES["a"])[-1] == pytest.approx(0.5, rel=1e-6)
    assert run.concentration("nh3n", *PLACES["b"])[-1] == pytest.approx(0.8, rel=1e-6)


def test_what_decays_on_the_way_is_asked_for_above():
    made = model()
    state = made.run(made.start(0.0), 24 * 3600.0, 3600.0).state
    samples = [Sample(*PLACES["b"], 0.8), Sample(*PLACES["a"], 0.5)]
    found = background(made, state, "nh3n", samples, DECAY)
    left = to_outlet_s(made, state)
    way_s = left[made.cells.node["left:start"]] - left[made.cells.cell(*PLACES["a"]) + 1]
    water = profile(made.run(state, 25 * 3600.0, 3600.0), ["left"])
    assert way_s == pytest.approx(1625.0 / water.velocity_ms[-1, :6].mean(), rel=0.03)  # to its cell's lower end
    assert found["l"] == pytest.approx(0.5 * np.exp(DECAY * way_s))
    assert found["r"] > balance(made, samples)["r"]
    with_background(made.river, "nh3n", found)
    made.drive_anew()
    everywhere = steady(made, state, {"nh3n": DECAY})[0]
    assert everywhere[made.cells.cell(*PLACES["a"])] == pytest.approx(0.5, rel=1e-9)
    assert everywhere[made.cells.cell(*PLACES["b"])] == pytest.approx(0.8, rel=1e-9)


def test_steady_concentrations_are_those_that_a_long_run_comes_to():
    # a run lets all that is in a cell decay for a whole step: short ones, so that this is no more than the water's stay
    made = twin.Model(model().river, ["nh3n"], twin.Control(0.05, 10.0, 0.05))
    with_background(made.river, "nh3n", {"l": 0.5, "r": 0.2})
    made.drive_anew()
    state = made.run(made.start(0.0), 12 * 3600.0, 3600.0).state
    state = state._replace(conc=steady(made, state, {"nh3n": DECAY}))
    members = ens.draw(made, 2, state, ens.Spread(), decay_per_s={"nh3n": DECAY})
    run = ens.run_members(members, members.time_s + 6 * 3600.0, 6 * 3600.0, ens.Watch.all(made))
    free = ~made.cells.grid.fixed
    # a cell of the run holds its mean, the balance tells what leaves it
    assert state.conc[0, free] == pytest.approx(run.conc[0, -1, 0, free], rel=0.02)


def test_the_flow_that_carries_counts():
    found = balance(model(r=2.0), [Sample(*PLACES["b"], 0.8)])
    both = (17 * 0.8 - 3.0) / 16
    assert found == {"l": pytest.approx(both), "r": pytest.approx(both)}


def test_a_discharger_that_explains_more_than_was_read_leaves_nothing_below_zero():
    assert balance(model(), [Sample(*PLACES["b"], 0.01)]) == {"l": 0.0, "r": 0.0}


def test_without_a_sample_nothing_is_said_and_what_carries_already_keeps_its_own():
    made = model()
    assert balance(made, []) == {}
    with_background(made.river, "nh3n", {"works": 9.0, "l": 0.2})
    assert made.river.inflows["works"].concentration["nh3n"].value.tolist() == [3.0]
    assert made.river.inflows["l"].concentration["nh3n"].value.tolist() == [0.2]


def test_inflows_that_no_station_sees_follow_the_middle_of_the_others():
    found = balance(model(), [Sample(*PLACES["a"], 0.5)])
    assert found == {"l": pytest.approx(0.5), "r": pytest.approx(0.5)}
