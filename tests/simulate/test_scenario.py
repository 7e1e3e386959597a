"""Every seed makes a story that the field can tell."""

import json
from dataclasses import replace

import numpy as np
import pytest

from riverchief import basins
from riverchief.base.errors import InputError
from riverchief.simulate.scenario import PEAK, Scenario, sources
from riverchief.simulate.stations import HOUR_S, alarms, marks
from riverchief.simulate.tables import FIVE
from simulate.toy import START, works

SEEDS = 100


def check_story(basin, seed):
    """What must hold of any drawn scenario; returns its source."""
    story = Scenario.draw(basin, seed, START)
    river, spill = story.river, story.spill
    station = next(s for s in basin.stations if s.code == story.first)
    limit = alarms(basin, station)[story.leading]
    peak, _ = river.peak(story.first, story.leading)
    assert 0.97 * PEAK[0] < peak / limit < 1.05 * PEAK[1]
    assert HOUR_S <= spill.duration_s <= 6 * HOUR_S
    assert 2 * HOUR_S <= spill.start_s - river.start_s <= 6 * HOUR_S
    arrival = river.arrival_s(story.first, story.leading)
    assert spill.start_s < arrival < river.end_s
    # nobody above the source sees it, and no station below it sees it before the first one
    for other in basin.stations:
        if other.kind == "water_quality":
            at = river.arrival_s(other.code, story.leading)
            assert at is None or at >= arrival - 60
    interval_s = station.interval_s[story.leading]
    first = marks(arrival, arrival + interval_s, interval_s)
    assert river.value(story.first, story.leading, first)[0] > 1.3 * limit
    broken = story.breakdown
    assert broken is not None
    assert broken.property in FIVE
    assert broken.station != story.first
    return spill.source


@pytest.mark.parametrize("name", ["toy", "mini"])
def test_any_seed_works(name, basin, request):
    here = basin if name == "toy" else request.getfixturevalue("mini")
    seen = {check_story(here, seed) for seed in range(SEEDS)}
    assert seen == {source.code for source in sources(here)}  # every source has its turn


def test_ten_seeds_on_the_prefecture(jinzhong):
    assert len({check_story(jinzhong, seed) for seed in range(10)}) > 3


def test_a_seed_repeats_itself(basin):
    one, two = (Scenario.draw(basin, 42, START) for _ in range(2))
    assert one.truth() == two.truth()
    played = [
        [r.readings for s in story.stations for r in s.play(one.river.start_s, one.river.start_s + 86_400)]
        for story in (one, two)
    ]
    assert played[0] == played[1]
    assert Scenario.draw(basin, 43, START).truth() != one.truth()


def test_the_truth_can_be_written_down(basin):
    truth = json.loads(json.dumps(Scenario.draw(basin, 3, START).truth()))
    assert truth["simulated"] is True
    assert truth["arrival"] > truth["start"]
    assert truth["mass_kg"][truth["property"]] > 0
    assert truth["broken"]["mode"] in ("stuck", "jumping")


def test_sources_know_the_stations_below_them(basin):
    found = {source.code: source for source in sources(basin)}
    assert set(found) == {"F1", "F2", "F3", "SB"}
    assert [s.code for s in found["F2"].stations] == ["W2", "W3"]
    assert [s.code for s in found["F3"].stations] == ["W3"]
    assert found["SB"].kind == "boundary"
    assert np.all(np.diff(found["F1"].travel_s) > 0)


def test_a_basin_without_a_source_says_so(basin):
    from dataclasses import replace

    empty = replace(basin, facilities=(works("I1", "M2", 15_000.0, {}, "intake"),), sections=basin.sections[1:])
    with pytest.raises(InputError, match="nothing can be spilt there"):
        Scenario.draw(empty, 1, START)


@pytest.mark.parametrize("seed", range(4))
def test_a_works_passes_its_permit_once_while_the_wave_arrives_and_the_river_does_not_feel_it(seed):
    basin = basins.read(basins.named("mini"))
    story = Scenario.draw(basin, seed, START)
    over = story.exceedance
    limit = {p.property: p.limit for p in basin.permits if p.period == "hour"}
    monitor = next(s for s in story.stations if s.station.code == over.station)
    passed = [
        (report.time_s, shown.property)
        for report in monitor.play(story.river.start_s, story.river.start_s + 3 * 86_400)
        for shown in report.readings
        if shown.value > limit.get(shown.property, np.inf)
    ]
    assert len(passed) == 2  # two analyses of two hours
    assert {name for _, name in passed} == {over.property}
    assert all(over.start_s <= time_s <= over.end_s for time_s, _ in passed)
    bare = Scenario.draw(replace(basin, permits=()), seed, START)
    assert bare.exceedance is None
    assert {**bare.truth(), "exceedance": None} == {**story.truth(), "exceedance": None}
