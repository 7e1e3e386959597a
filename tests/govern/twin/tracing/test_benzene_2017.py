"""The worked example of docs/concepts/benzene-2017.md: what one station, and two, can say of a spill in the Fen."""

import numpy as np
import pytest

from govern.rivers import canal
from riverchief.base.places import Place
from riverchief.govern.twin.tracing import Reading, Tracer, TracerSettings, posterior, steady_flows

MASS_KG, AREA_M2, SPEED_MS = 4_320.0, 25.0, 2_880 / 3_600
PLACE_M, START_S, SPAN_S = 16_000.0, 120 * 60.0, 12 * 3_600.0
STATIONS_M = (25_000.0, 34_000.0)
SD_MGL = 0.5


def gaussian(x_m, lag_s, d_m2s):
    lag_s = np.maximum(lag_s, 1e-9)
    return (
        1e3
        * MASS_KG
        / (AREA_M2 * np.sqrt(4 * np.pi * d_m2s * lag_s))
        * np.exp(-((x_m - SPEED_MS * lag_s) ** 2) / (4 * d_m2s * lag_s))
    )


def readings(cells, stations, d_m2s, seed=17):
    """Every 10 min, with an error of 5 %, by the closed form; the published series is not public."""
    rng = np.random.default_rng(seed)
    found = []
    for metres in stations:
        spot = cells.cell(Place("c0", metres))
        for t in np.arange(150.0, 690.0, 10.0) * 60:
            value = gaussian(metres - PLACE_M, t - START_S, d_m2s) if t > START_S else 0.0
            found.append(
                Reading(
                    f"{metres:.0f}", *spot, t, float(value * (1 + rng.normal(0, 0.05)) + rng.normal(0, 0.2)), SD_MGL
                )
            )
    return found


def traced(stations, d_true, d_known):
    """The posterior for dispersions that are thought possible."""
    members = []
    for d in d_known:
        flows, cells = steady_flows(canal(SPEED_MS, d, AREA_M2, 40_000.0), 100.0, SPAN_S)
        members.append((flows, 1.0))
    places = np.arange(cells.cell(Place("c0", 1_000.0))[0], cells.cell(Place("c0", 24_900.0))[0])
    settings = TracerSettings(durations_s=(125.0,), mass_kg=(2_000.0, 10_000.0), shape_sd=0.05, gain_sd=0.05, edge_s=125.0,
                              timing_sd=0.0, timing_floor_s=60.0, correlation_s=600.0)  # fmt: skip
    tracer = Tracer(members, places, settings=settings)
    tracer.add(readings(cells, stations, d_true))
    found = posterior(tracer, (), 100.0, unlisted_share=1.0)
    km = (np.sort(found.region) + 0.5) * 0.1
    return found, (float(km.min()), float(km.max()))


def test_the_closed_form_is_the_published_one():
    t = np.arange(60.0, 300.0, 0.01) * 60
    c = gaussian(9_000.0, t, 30.0)
    assert c.max() == pytest.approx(83.995, abs=0.01)
    assert t[c.argmax()] / 60 == pytest.approx(186.72, abs=0.02)


@pytest.mark.parametrize("d", [15.0, 30.0, 45.0])
def test_with_a_known_dispersion_one_station_finds_place_time_and_mass(d):
    found, (low, high) = traced(STATIONS_M[:1], d, [d])
    assert low <= 16.0 <= high
    assert high - low < 2.5
    assert found.start_s.low <= START_S <= found.start_s.high
    assert found.mass_kg.low <= MASS_KG <= found.mass_kg.high


def test_with_an_unknown_dispersion_one_station_cannot_and_says_so_and_two_can():
    thought = [10.0, 15.0, 20.0, 30.0, 45.0]
    one, (low, high) = traced(STATIONS_M[:1], 30.0, thought)
    assert low <= 16.0 <= high
    assert high - low > 4.0
    assert one.member_probability.max() < 0.9
    two, (near, far) = traced(STATIONS_M, 30.0, thought)
    assert near <= 16.0 <= far
    assert far - near < 0.5 * (high - low)
    assert thought[int(np.argmax(two.member_probability))] == 30.0


def test_a_wrong_dispersion_moves_the_place():
    # spreads go with D × the way: half the dispersion asks for twice the way
    _, (low, high) = traced(STATIONS_M[:1], 30.0, [20.0])
    assert high < 16.0
    assert low < 14.0
