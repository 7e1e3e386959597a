"""The true river: what a spill adds, what the background is, and when a wave has arrived."""

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.places import Place
from riverchief.simulate.truth import ARRIVED, Spill, TrueRiver, fingerprint
from simulate.toy import START

BEGIN = int(START.timestamp())
HOUR = 3_600


@pytest.fixture(scope="module")
def clean(basin):
    return TrueRiver.draw(basin, 11, START)


@pytest.fixture(scope="module")
def spilt(clean):
    spill = Spill("F1", "works", Place("M1", 4_000.0), BEGIN + 3 * HOUR, 2 * HOUR, {"nh3n": 2e5, "codmn": 6e5})
    return clean.with_spills([spill])


def test_arrival_is_the_first_instant_a_fifth_above_background(spilt):
    for code in ("W2", "W3"):
        at = spilt.arrival_s(code, "nh3n")
        before, after = (
            spilt.value(code, "nh3n", at + shift)[0] / spilt.without(code, "nh3n", at + shift)[0] for shift in (-60, 60)
        )
        assert before < ARRIVED < after
        earlier = np.arange(BEGIN, at - 600, 300.0)
        assert (spilt.value(code, "nh3n", earlier) <= ARRIVED * spilt.without(code, "nh3n", earlier)).all()


def test_the_wave_reaches_the_lower_station_later_and_lower(spilt):
    assert spilt.arrival_s("W2", "nh3n") < spilt.arrival_s("W3", "nh3n")
    high, low = (spilt.added(code, "nh3n", np.arange(BEGIN, spilt.end_s, 300.0)).max() for code in ("W2", "W3"))
    assert high > low > 0


def test_upstream_and_other_properties_see_nothing(spilt):
    times = np.arange(BEGIN, spilt.end_s, 900.0)
    assert spilt.added("W1", "nh3n", times).max() < 1e-9  # 3.5 km against the current, by dispersion alone
    assert (spilt.added("W2", "tp", times) == 0).all()
    assert spilt.arrival("W1", "nh3n") is None


def test_travel_time_is_that_of_the_true_velocity(basin, spilt):
    # middle of the release to the middle of the wave, between bounds of the unsteady velocity
    network, flow = basin.network, spilt.flow
    nominal = network.travel_time(0, 4_000.0, 2, 2_000.0, flow.velocity_ms)
    times = np.arange(BEGIN, spilt.end_s, 120.0)
    wave = spilt.added("W2", "nh3n", times)
    middle = (wave * times).sum() / wave.sum() - (BEGIN + 4 * HOUR)
    assert nominal / 1.08 < middle < nominal / 0.92 + 600


def test_a_spill_takes_oxygen_and_brings_salt(spilt):
    times = np.arange(BEGIN, spilt.end_s, 600.0)
    assert spilt.added("W3", "do", times).min() < -0.05
    assert spilt.value("W3", "do", times).min() > 0
    assert spilt.added("W2", "ec", times).max() > 5


def test_mass_of_a_watch_is_accounted_for(spilt):
    for name, budget in spilt.budget.items():
        held = budget.inside_g + budget.left_g + budget.lost_g
        assert held == pytest.approx(budget.released_g, rel=1e-11)
        assert budget.released_g[0] == pytest.approx({"nh3n": 2e5, "codmn": 6e5}[name], rel=1e-12)


def test_scaling_is_what_a_second_run_would_give(spilt):
    times = np.arange(BEGIN, spilt.end_s, 600.0)
    again = spilt.with_spills([spill.scaled(2.5) for spill in spilt.spills])
    assert spilt.scaled(2.5).value("W2", "nh3n", times) == pytest.approx(again.value("W2", "nh3n", times), rel=1e-9)
    assert spilt.scaled(2.5).budget["nh3n"].left_g == pytest.approx(again.budget["nh3n"].left_g, rel=1e-9)


def test_without_spills_the_river_is_its_background(clean):
    times = np.arange(BEGIN, clean.end_s, 900.0)
    assert (clean.value("W2", "nh3n", times) == clean.without("W2", "nh3n", times)).all()
    assert clean.arrival("W2", "nh3n") is None
    assert clean.budget == {}


def test_level_follows_the_flow(clean):
    times = np.arange(BEGIN, clean.end_s, HOUR)
    flow, depth = (f(Place("M2", 1_000.0), times) for f in (clean.flow_m3s, clean.depth_m))
    assert np.corrcoef(flow, depth)[0, 1] > 0.99
    assert depth / 1.0 == pytest.approx((flow / 7.5) ** 0.6)


def test_fingerprint_knows_the_permanganate_index_of_sewage():
    assert fingerprint({"cod": 100.0, "nh3n": 5.0, "ec": 900.0, "ph": 7.0}) == {
        "cod": 100.0,
        "nh3n": 5.0,
        "codmn": 30.0,
    }
    assert fingerprint({"cod": 100.0, "codmn": 20.0})["codmn"] == 20.0


def test_bad_spills_and_places_are_named(clean):
    early = Spill("F1", "works", Place("M1", 0.0), BEGIN - 60, HOUR, {"nh3n": 1.0})
    with pytest.raises(InputError, match=r"spill of F1 starts -0\.0 h"):
        clean.with_spills([early])
    with pytest.raises(UnknownName, match="did you mean 'W2'"):
        clean.value("W22", "nh3n", BEGIN)
