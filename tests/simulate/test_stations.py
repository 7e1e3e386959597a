"""Stations keep the rhythm of the field, and have its bad days."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.base.readings import Flag
from riverchief.simulate.instruments import STUCK, Breakdown
from riverchief.simulate.stations import (
    LINK,
    POWER,
    FieldStation,
    Quiet,
    alarms,
    field_stations,
    marks,
)
from riverchief.simulate.truth import Spill, TrueRiver
from simulate.toy import START

BEGIN = int(START.timestamp())
HOUR, DAY = 3_600, 86_400
SLOW = {"codmn", "nh3n", "tp"}


@pytest.fixture(scope="module")
def river(basin):
    return TrueRiver.draw(basin, 11, START, days=5)


def calm(river, code, **more):
    """A station without outages."""
    station = next(s for s in river.basin.stations if s.code == code)
    return FieldStation(station, river, quiet=(Quiet(code, -np.inf, np.inf),), **more)


def times_of(reports, name):
    return [r.time_s for r in reports if name in {shown.property for shown in r.readings}]


def test_five_parameters_by_the_quarter_hour_and_analysers_at_the_marks(river):
    reports = list(calm(river, "W2").play(BEGIN, BEGIN + 2 * DAY))
    assert times_of(reports, "do") == list(range(BEGIN, BEGIN + 2 * DAY, 900))
    # local midnight is the start: 00, 04, 08 … 20
    assert times_of(reports, "nh3n") == list(range(BEGIN, BEGIN + 2 * DAY, 4 * HOUR))


def test_analysers_turn_hourly_while_a_limit_is_passed(river):
    spill = Spill("F1", "works", Place("M1", 4_000.0), BEGIN + 3 * HOUR, 3 * HOUR, {"nh3n": 4e5})
    spilt = river.with_spills([spill])
    reports = list(calm(spilt, "W2").play(BEGIN, BEGIN + 3 * DAY))
    limit = alarms(spilt.basin, reports[0].station)["nh3n"]
    assert limit == 1.0
    shown = {r.time_s: s.value for r in reports for s in r.readings if s.property == "nh3n"}
    stamps = sorted(shown)
    assert max(shown.values()) > limit
    for before, after in itertools.pairwise(stamps):
        # hourly after a value over the limit, at the next four-hour mark after one that is not
        step = HOUR if shown[before] > limit else 4 * HOUR - (before + 8 * HOUR) % (4 * HOUR)
        assert after - before == step
    assert any(b - a == HOUR for a, b in itertools.pairwise(stamps))
    assert all({s.property for s in r.readings} >= SLOW for r in reports if r.time_s in shown)


def test_alarm_settings_follow_the_section(basin):
    by_code = {s.code: s for s in basin.stations}
    assert alarms(basin, by_code["W2"]) == {"codmn": 6, "nh3n": 1.0, "tp": 0.2}  # class III
    assert alarms(basin, by_code["W3"]) == {"codmn": 10, "nh3n": 1.5, "tp": 0.3}  # class IV


def test_blocks_do_not_show(river):
    whole = list(calm(river, "W1").play(BEGIN, BEGIN + DAY))
    cut = [
        r for part in range(8) for r in calm(river, "W1").play(BEGIN + part * 3 * HOUR, BEGIN + (part + 1) * 3 * HOUR)
    ]
    assert [(r.time_s, r.readings) for r in whole] == [(r.time_s, r.readings) for r in cut]


@pytest.mark.parametrize("minutes", [1, 40])
def test_a_play_shorter_than_any_rhythm_says_nothing_out_of_turn(river, minutes):
    for station in field_stations(river):
        begin = BEGIN + 6 * HOUR - 60 * minutes - 1
        told = [r.time_s for r in station.play(begin, begin + 60 * minutes)]
        assert all(begin <= t < begin + 60 * minutes for t in told)


def test_values_are_near_the_truth(river):
    station = calm(river, "W2")
    times = marks(BEGIN, BEGIN + 5 * DAY, HOUR)
    for name, share in (("nh3n", 0.12), ("codmn", 0.12), ("do", 0.08), ("ec", 0.06)):
        assert np.abs(station.show(name, times) / river.value("W2", name, times) - 1).max() < share


def test_reports_leave_within_half_a_minute(river):
    for report in calm(river, "W1").play(BEGIN, BEGIN + DAY):
        assert 2 <= report.due_s - report.time_s <= 30


def test_no_power_no_value_no_link_later(basin):
    seen = set()
    for seed in range(40):
        river = TrueRiver.draw(basin, seed, START, days=5)
        station = FieldStation(basin.stations[0], river)
        outages = station.outages(BEGIN, BEGIN + 5 * DAY)
        if not outages:
            continue
        reports = {r.time_s: r for r in station.play(BEGIN, BEGIN + 5 * DAY)}
        for outage in outages:
            assert HOUR <= outage.end_s - outage.start_s <= 4 * HOUR
            inside = [t for t in range(BEGIN, BEGIN + 5 * DAY, 900) if outage.start_s <= t < outage.end_s]
            if outage.kind == POWER:
                assert not any(t in reports for t in inside)
            elif len(outages) == 1:
                assert all(reports[t].due_s >= outage.end_s for t in inside)
            seen.add(outage.kind)
    assert seen == {POWER, LINK}


def test_maintenance_is_flagged_and_a_quiet_time_is_respected(basin, river):
    station = FieldStation(basin.stations[0], river)
    reports = list(station.play(BEGIN, BEGIN + 7 * DAY))
    worked = [r for r in reports if all(s.flag is Flag.MAINTENANCE for s in r.readings)]
    assert len(worked) == 6  # 90 minutes of quarter hours
    local = [(r.time_s + 8 * HOUR) % DAY / HOUR for r in worked]
    assert min(local) >= 9
    assert max(local) <= 18
    spared = Quiet("W1", worked[0].time_s - 60, worked[0].time_s + 60)
    again = FieldStation(basin.stations[0], river, quiet=(spared,)).play(BEGIN, BEGIN + 7 * DAY)
    assert all(s.flag is Flag.OK for r in again for s in r.readings)


def test_a_broken_sensor_is_stuck_and_its_neighbours_are_not(river):
    broken = Breakdown("W3", "ph", STUCK, BEGIN + 2 * HOUR)
    reports = list(calm(river, "W3", breakdown=broken).play(BEGIN, BEGIN + DAY))
    ph = {r.time_s: s.value for r in reports for s in r.readings if s.property == "ph"}
    after = {v for t, v in ph.items() if t >= broken.start_s}
    assert after == {ph[broken.start_s - 900]}
    do = [s.value for r in reports for s in r.readings if s.property == "do"]
    assert len(set(do)) > 20


def test_gauges_stay_under_their_warning_level(river):
    for report in calm(river, "H1").play(BEGIN, BEGIN + 5 * DAY):
        shown = {s.property: s.value for s in report.readings}
        assert 0.5 < 702.5 - shown["level"] < 2.5
        assert shown["flow"] == pytest.approx(7.5, rel=0.25)


def test_a_monitor_in_an_outfall_shows_the_ordinary_discharge(river):
    values = [
        s.value for r in calm(river, "O1").play(BEGIN, BEGIN + 2 * DAY) for s in r.readings if s.property == "cod"
    ]
    assert len(values) == 48
    assert np.mean(values) == pytest.approx(40, rel=0.2)


def test_air_stations_and_silent_ones_do_not_play(basin, river):
    mute = replace(basin.stations[0], interval_s={})
    with pytest.raises(InputError, match="station W1 has no reporting interval"):
        FieldStation(mute, river)
    assert {s.station.code for s in field_stations(river)} == {"W1", "W2", "W3", "H1", "O1"}
