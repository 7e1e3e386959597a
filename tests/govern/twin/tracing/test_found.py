"""A trace on the twin's own water: spills that are known are found; what nobody could know is said."""

import json

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.tracing import Reading, Releases, Source, series
from riverchief.govern.twin.tracing.found import as_dict, trace
from riverchief.govern.twin.tracing.water import POINTS, spot, worlds

HOUR_S = 3600.0
STATIONS = {"S1": ("up", 2000.0), "S2": ("up", 8000.0), "S3": ("side", 5000.0), "S4": ("down", 9000.0)}
LAST_S = 46 * HOUR_S


@pytest.fixture(scope="module")
def model():
    return twin.Model(doubtful.river(), dispersion="fischer")


@pytest.fixture(scope="module")
def water(model):
    begin = model.run(model.start(0.0), 18 * HOUR_S, 6 * HOUR_S).state
    return worlds(model, lambda _one: begin, LAST_S + 6 * HOUR_S, 900.0)


@pytest.fixture(scope="module")
def true(model):
    """The water of the truth, on steps of its own."""
    begin = model.run(model.start(0.0), 18 * HOUR_S, 6 * HOUR_S).state
    return model.run(begin, LAST_S + 6 * HOUR_S, 300.0).flows()


def seen(model, flows, spills, stations=STATIONS, until_s=LAST_S):
    """Hourly readings of spills (reach, chainage, start, end, kg)."""
    cells = np.array([spot(model.cells, reach, at)[0] for reach, at, *_ in spills])
    start, end, mass = (np.array([spill[k] for spill in spills], np.float64) for k in (2, 3, 4))
    spots = [spot(model.cells, *place) for place in stations.values()]
    field = series(flows, Releases(cells, start, end, mass), spots).sum(axis=2)
    rng = np.random.default_rng(3)
    return [
        Reading(name, *spots[j], t, float(np.interp(t, flows.time_s, field[:, j]) * (1 + 0.03 * rng.standard_normal())
                                          + 0.01 * rng.standard_normal()), 0.02)
        for j, name in enumerate(stations) for t in np.arange(24 * HOUR_S, until_s + 1, HOUR_S)
    ]  # fmt: skip


SPILL = ("up", 4500.0, 30 * HOUR_S, 32 * HOUR_S, 400.0)


def test_the_worlds_have_the_moments_of_their_doubt(water):
    weight = np.array([w for _, w in water])
    points = np.array([p[:2] for p in POINTS])
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ points == pytest.approx([0.0, 0.0])
    np.testing.assert_allclose(np.einsum("k,ki,kj->ij", weight, points, points), np.eye(2), atol=1e-12)
    held = [flows.volume_m3[-1].sum() for flows, _ in water]
    assert held[1] > held[0] > held[2]  # rougher water is deeper
    inflow = [flows.lateral_m3s[-1].sum() for flows, _ in water]
    assert inflow[3] > inflow[0] > inflow[4]


def test_a_spill_is_found_with_its_discharger_start_and_mass(model, water, true):
    sources = [Source("mill", "works", model.cells.cell("up", 4500.0)),
               Source("farm", "outfall", model.cells.cell("up", 7500.0)),
               Source("town", "works", model.cells.cell("side", 3000.0))]  # fmt: skip
    told = trace(model, water, seen(model, true, [SPILL]), sources, "nh3n")
    answer = as_dict(told, model)
    json.dumps(answer, allow_nan=False)
    first = answer["suspects"][0]
    assert (first["code"], first["reach"], first["chainage_m"]) == ("mill", "up", 4500.0)
    assert first["probability"] > 0.5  # more than all others together
    assert first["mass_kg"][0] < 400 < first["mass_kg"][2]
    assert first["start"][0] <= "1970-01-02T06:00:00Z" <= first["start"][2]
    assert sum(one["probability"] for one in answer["suspects"]) + answer["none"] == pytest.approx(1.0, abs=1e-3)
    assert any(s.reach == "up" and s.from_m <= 4500 <= s.to_m for s in told.region)
    assert sum(s.probability for s in told.region) >= 0.95 - told.found.none
    assert told.going_on < 0.5
    assert told.second_region == []


def test_a_discharge_that_does_not_stop_is_told_from_a_spill(model, water, true):
    flows = ("up", 4500.0, 30 * HOUR_S, 60 * HOUR_S, 6000.0)
    told = trace(model, water, seen(model, true, [flows]), [], "nh3n")
    assert told.going_on > 0.5
    assert any(s.reach == "up" and s.from_m <= 4500 <= s.to_m for s in told.region)


def test_two_at_once_are_both_found(model, water, true):
    """Two spills eight hours apart, the second of them below all but one station."""
    other = ("down", 6000.0, 38 * HOUR_S, 42 * HOUR_S, 1500.0)
    told = trace(model, water, seen(model, true, [SPILL, other]), [], "nh3n")
    assert told.found.second > 0.5
    for region, (reach, chainage) in ((told.region, other[:2]), (told.second_region, SPILL[:2])):
        assert any(s.reach == reach and s.from_m <= chainage <= s.to_m for s in region)


def test_branches_that_look_alike_are_named_and_the_next_sample_tells_them_apart(model, water, true):
    """Only the station below the confluence has seen it, until the wave's head is there: either branch may be it."""
    stations = {"S4": STATIONS["S4"]}
    told = trace(model, water, seen(model, true, [SPILL], stations, 36.0 * HOUR_S), [], "nh3n")
    reaches = {s.reach for s in told.region}
    assert {"up", "side"} <= reaches
    assert [set(group) for group in told.alike] == [{"up", "side"}]
    assert told.samples
    assert all(one["gain"] > 0 for one in told.samples)
    times = {one["time"] for one in told.samples}
    assert times <= {f"1970-01-02T{12 + h}:00:00Z" for h in (1, 3, 6)}


def test_clean_water_is_no_trace(model, water, true):
    with pytest.raises(InputError, match="none of 92 readings of nh3n stands above its background"):
        trace(model, water, seen(model, true, [(*SPILL[:4], 1e-6)]), [], "nh3n")
