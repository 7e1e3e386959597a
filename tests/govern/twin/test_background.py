"""The balance of loads: steady water carries past a station what the station has read."""

import pytest

from govern.twin.test_cycle import PLACES, forked
from riverchief.govern import twin
from riverchief.govern.twin.background import Sample, background, with_background

FLOWS = {"l": 4.0, "r": 6.0, "works": 1.0}


def river():
    made = forked()
    made.inflows["works"] = twin.Inflow("works", twin.constant(1.0), "", "stem", 500.0, {"nh3n": twin.constant(3.0)})
    return made


def test_the_balance_of_two_stations_is_the_one_by_hand():
    found = background(river(), "nh3n", [Sample(*PLACES["b"], 0.8), Sample(*PLACES["a"], 0.5)])
    # 11 m³/s with 0.8 mg/L are 4 with 0.5, 1 with 3.0 and 6 with what is asked for
    assert found == {"l": pytest.approx(0.5), "r": pytest.approx((11 * 0.8 - 4 * 0.5 - 3.0) / 6)}


def test_steady_water_carries_past_the_stations_what_they_have_read():
    made = river()
    with_background(made, "nh3n", background(made, "nh3n", [Sample(*PLACES["b"], 0.8), Sample(*PLACES["a"], 0.5)]))
    model = twin.Model(made)
    run = model.run(model.start(0.0), 24 * 3600.0, 3600.0)
    assert run.concentration("nh3n", *PLACES["a"])[-1] == pytest.approx(0.5, rel=1e-6)
    assert run.concentration("nh3n", *PLACES["b"])[-1] == pytest.approx(0.8, rel=1e-6)


def test_factors_on_inflows_count():
    found = background(river(), "nh3n", [Sample(*PLACES["b"], 0.8)], {"r": 2.0})
    both = (17 * 0.8 - 3.0) / 16
    assert found == {"l": pytest.approx(both), "r": pytest.approx(both)}


def test_a_discharger_that_explains_more_than_was_read_leaves_nothing_below_zero():
    assert background(river(), "nh3n", [Sample(*PLACES["b"], 0.01)]) == {"l": 0.0, "r": 0.0}


def test_without_a_sample_nothing_is_said_and_what_carries_already_keeps_its_own():
    made = river()
    assert background(made, "nh3n", []) == {}
    with_background(made, "nh3n", {"works": 9.0, "l": 0.2})
    assert made.inflows["works"].concentration["nh3n"].value.tolist() == [3.0]
    assert made.inflows["l"].concentration["nh3n"].value.tolist() == [0.2]


def test_inflows_that_no_station_sees_follow_the_middle_of_the_others():
    found = background(river(), "nh3n", [Sample(*PLACES["a"], 0.5)])
    assert found == {"l": pytest.approx(0.5), "r": pytest.approx(0.5)}
