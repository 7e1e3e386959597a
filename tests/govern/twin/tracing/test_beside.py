"""Beside the list: free places hold the truth, arms alike are named, a sample is proposed where it tells, JSON is whole."""

import json

import numpy as np
import pytest

from govern.rivers import basin, reach
from riverchief.base.places import Place
from riverchief.govern.trace import Observation
from riverchief.govern.twin.tracing import Releases, series, steady_flows
from riverchief.govern.twin.tracing.beside import beside

HOUR_S = 3_600.0
NOW_S = 1_777_000_000.0
SPILL = Place("a", 11_000.0)


def river():
    """a and b are one another's mirror images and meet; c goes on."""
    arms = [reach(code, f"h{code}", "j", 30_000.0, 6.0, 0.5) for code in "ab"]
    return basin([*arms, reach("c", "j", "o", 40_000.0, 12.0, 0.55)])


def observed(where, mass_kg=400.0):
    """What stations read hourly over two days, up to now, of a spill on a that began 30 hours ago."""
    flows, cells = steady_flows(river(), 1_000.0, 60 * HOUR_S)
    begin_s = NOW_S - 48 * HOUR_S
    start = np.array([18 * HOUR_S])
    load = Releases(np.array([cells.cell(SPILL)[0]]), start, start + 2 * HOUR_S, np.array([mass_kg]))
    found = []
    for name, place in where.items():
        value = series(flows, load, [cells.cell(place)])[:, 0, 0]
        found += [
            Observation(name, place, "nh3n", begin_s + t, 0.5 + float(np.interp(t, flows.time_s, value)), 0.5, 0.03)
            for t in np.arange(1.0, 48.0) * HOUR_S
        ]
    return found


def test_one_station_below_the_arms_names_both_and_asks_for_a_sample():
    found = beside(river(), observed({"s": Place("c", 8_000.0)}), NOW_S, "nh3n")
    (group,) = found.alike
    assert {s.reach for s in group} >= {"a", "b"}
    chance = {s.reach: s.probability for s in group}
    assert chance["a"] == pytest.approx(chance["b"], rel=1e-3)
    assert sum(s.probability for s in found.places) <= 1 + 1e-9
    assert any(s.reach == "a" and s.from_m <= SPILL.chainage_m <= s.to_m for s in found.places)
    assert found.samples
    assert all(NOW_S < s.time_s <= NOW_S + 12 * HOUR_S and 0 < s.settles <= 1 for s in found.samples)
    assert list(found.samples) == sorted(found.samples, key=lambda s: -s.settles)
    assert found.second < 0.5
    assert not found.second_places
    json.dumps(found.as_dict(river().network), allow_nan=False)


def test_a_station_on_an_arm_settles_which_it_was():
    seen = observed({"s": Place("c", 8_000.0), "above": Place("a", 26_000.0)})
    found = beside(river(), seen, NOW_S, "nh3n")
    assert not found.alike
    assert found.places[0].reach == "a"
    assert sum(s.probability for s in found.places if s.reach == "a") > 0.9


def test_clean_water_says_nothing():
    assert beside(river(), observed({"s": Place("c", 8_000.0)}, mass_kg=0.001), NOW_S, "nh3n") is None
    assert beside(river(), [], NOW_S, "nh3n") is None
