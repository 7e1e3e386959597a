"""The twin in operation on the platform: cycles from readings, what falls short by name, pages, record, pruning."""

import json
from datetime import timedelta

import numpy as np
import pytest

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import to_epoch
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.govern.models import TwinCycle
from riverchief.web.govern.twin import cycles

UNITS = {"flow": "m³/s", "level": "m", "nh3n": "mg/L", "tp": "mg/L"}
GAUGE, QUALITY = "hy-shiqiao", "st-shiqiao"
MEAN_M3S = 6.2  # the registry's, on the gauge's reach


def write(station, code, value, hours=60.0, until=None, flag=Flag.OK, every_s=900):
    """Readings of one station up to now."""
    observations = context.store().observations
    number = observations.series_id(SeriesKey(station, code), unit=UNITS[code])
    last = to_epoch(until or context.now())
    at = range(int(last - hours * 3600) // every_s * every_s, last + 1, every_s)
    rows = [Row(number, t, float(value(t) if callable(value) else value), flag) for t in at]
    observations.write(rows, known_at=context.now(), who="test", feed=True)


def one_cycle():
    cycles.ask()
    row = TwinCycle.objects.filter(state="queued").get()
    cycles.run(row.pk)
    row.refresh_from_db()
    return row


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A quarter of the members, for speed."""
    monkeypatch.setattr(cycles, "MEMBERS", 16)


@pytest.fixture
def office(person):
    return person("prefecture", region="149900000000")


def test_a_cycle_follows_the_gauge_and_every_page_is_there(platform, office):
    write(GAUGE, "flow", 8.4)
    write(GAUGE, "level", 1.35)
    write(QUALITY, "nh3n", 0.62)
    row = one_cycle()
    assert (row.state, row.error) == ("done", {})
    assert row.modes == ["cold_start", "usual_inflow"]
    fit = row.facts["fits"][0]
    assert fit["by"] == "flow"
    assert fit["modelled_m3s"] == pytest.approx(8.4, rel=0.01)
    assert row.took_s > 0
    assert row.memory_mb > 10
    assert abs(row.facts["error"]) < 1e-9
    told = office.get("/api/v1/govern/twin").json()
    assert told["newest"]["id"] == row.pk
    assert {one["code"] for one in told["newest"]["reaches"]} == {"qx1", "qx2", "qx3"}
    for path in ("profile?river=qingxi", "hydrographs", "map", "skill"):
        answer = office.get(f"/api/v1/govern/twin/{path}")
        assert answer.status_code == 200, answer.content[:300]
        assert answer.json()["cycle"]["id"] == row.pk
    profile = office.get("/api/v1/govern/twin/profile?river=qingxi").json()
    level, bed = np.array(profile["level_m"]), np.array(profile["bed_m"])
    assert level.shape == (len(profile["time"]), len(profile["distance_m"]))
    assert (level > bed).all()
    assert (np.array(profile["energy_m"]) >= level - 1e-9).all()
    assert (np.array(profile["level_low_m"]) <= np.array(profile["level_high_m"])).all()
    told = office.get("/api/v1/govern/twin/hydrographs").json()
    now = told["time"].index(told["now"])
    assert len(told["time"]) - now == 73
    by_code = {one["code"]: one["series"] for one in told["items"]}
    level, flow, ammonia = by_code[GAUGE]["level"], by_code[GAUGE]["flow"], by_code[QUALITY]["nh3n"]
    assert level["mean"][now] == pytest.approx(1.35, abs=0.02)
    for one in (flow, ammonia):
        assert one["low"][now] < one["mean"][now] < one["high"][now]
        assert one["high"][now] - one["low"][now] < one["high"][-1] - one["low"][-1]
    assert flow["low"][now] < 8.4 < flow["high"][now]
    assert ammonia["low"][now] < 0.62 < ammonia["high"][now]
    assert (cycles.folder() / row.pk / "course.nc").is_file()


def test_what_the_station_reads_of_ammonia_is_what_the_twin_carries_past_it(platform, office):
    write(GAUGE, "flow", MEAN_M3S)
    write(QUALITY, "nh3n", 0.62)
    one_cycle()
    profile = office.get("/api/v1/govern/twin/profile?river=qingxi").json()
    station = next(thing for thing in profile["things"] if thing["code"] == QUALITY)
    at = int(np.abs(np.array(profile["distance_m"]) - station["at_m"]).argmin())
    ammonia = profile["concentration"]["nh3n"]
    assert ammonia["value"][8][at] == pytest.approx(0.62, rel=0.05)
    assert ammonia["class"][8][at] == 3  # GB 3838: up to 0.5 mg/L is class II, up to 1.0 class III


def test_each_way_of_falling_short_has_its_name(platform, clock):
    always = {"usual_inflow"}
    assert set(one_cycle().modes) == always | {"first_guess", "no_flow", "no_level", "no_quality", "cold_start"}
    clock.advance(900)
    write(GAUGE, "flow", 6.0)
    # they reach back behind every ensemble that was kept
    assert set(one_cycle().modes) == always | {"no_level", "no_quality", "cold_start", "late_data"}
    clock.advance(900)
    write(GAUGE, "level", 1.2, hours=2)
    assert set(one_cycle().modes) == always | {"no_quality"}
    clock.advance(900)
    write(QUALITY, "tp", 0.1, hours=2, every_s=3600)
    assert set(one_cycle().modes) == always


def test_readings_that_quality_control_refused_move_nothing(platform):
    write(GAUGE, "flow", 60.0, flag=Flag.SUSPECT)
    row = one_cycle()
    assert "first_guess" in row.modes
    assert (row.facts["used"], row.facts["refused"]) == (0, [])
    assert row.facts["fits"][0]["modelled_m3s"] == pytest.approx(MEAN_M3S, rel=0.15)


def test_a_level_alone_moves_the_river_once_its_datum_is_known(platform, clock):
    write(GAUGE, "flow", 6.2, hours=60)
    write(GAUGE, "level", 1.2, hours=60)
    first = one_cycle()
    clock.advance(8 * 3600)
    write(GAUGE, "level", 1.4, hours=7.5)
    later = one_cycle()
    assert "no_flow" in later.modes
    assert later.facts["fits"][0]["by"] == "level"
    assert later.facts["fits"][0]["modelled_m3s"] > 1.2 * first.facts["fits"][0]["modelled_m3s"]


def test_a_cycle_begins_from_a_state_that_is_older_than_what_came_late(platform, clock):
    write(GAUGE, "flow", 6.2)
    write(GAUGE, "level", 1.2)
    for _ in range(8):
        one_cycle()
        clock.advance(10 * 3600)
        write(GAUGE, "flow", 6.2, hours=9.9)
        write(GAUGE, "level", 1.2, hours=9.9)
    usual = one_cycle()
    assert usual.modes == ["no_quality", "usual_inflow"]
    clock.advance(900)
    write(GAUGE, "flow", 6.3, hours=0.5, until=clock.now() - timedelta(hours=66))
    late = one_cycle()
    assert late.facts["begin"] < usual.facts["begin"]
    assert late.modes == ["no_quality", "late_data", "usual_inflow"]
    clock.advance(900)
    write(GAUGE, "flow", 6.2, hours=0.2)
    assert one_cycle().modes == ["no_quality", "usual_inflow"]


def test_a_cycle_is_asked_for_once_and_runs_once(platform):
    cycles.ask()
    cycles.ask()
    row = TwinCycle.objects.get()
    cycles.run(row.pk)
    cycles.run(row.pk)
    assert list(TwinCycle.objects.values_list("state", flat=True)) == ["done"]


def test_a_cycle_whose_process_died_waits_again(platform):
    cycles.ask()
    TwinCycle.objects.update(state="running")
    assert cycles.next_queued() == TwinCycle.objects.get().pk
    assert TwinCycle.objects.get().state == "queued"


def test_a_cycle_that_fails_says_so_and_the_one_before_stays(platform, office, monkeypatch):
    good = one_cycle()
    monkeypatch.setattr(cycles, "_run", lambda row: (_ for _ in ()).throw(ZeroDivisionError("no")))
    bad = one_cycle()
    assert bad.state == "failed"
    assert "ZeroDivisionError" in bad.error["sentence"]
    told = office.get("/api/v1/govern/twin").json()
    assert told["newest"]["id"] == good.pk
    assert told["items"][0]["failed"]["code"] == "twin.failed"


def test_a_forecast_that_nobody_has_renewed_is_called_old(platform, office, clock):
    one_cycle()
    assert "old_forecast" not in office.get("/api/v1/govern/twin/map").json()["cycle"]["modes"]
    clock.advance(2 * 3600)
    assert "old_forecast" in office.get("/api/v1/govern/twin/map").json()["cycle"]["modes"]


def test_forecasts_are_scored_against_what_came(platform, office, clock):
    write(GAUGE, "flow", 6.2)
    one_cycle()
    clock.advance(8 * 3600)
    write(GAUGE, "flow", 9.3, hours=7.9)
    row = one_cycle()
    by_lead = {one["lead_h"]: one for one in row.skill}
    assert {(one["station"], one["what"]) for one in row.skill} == {(GAUGE, "flow")}
    assert set(by_lead) == {1, 6}
    assert by_lead[6]["n"] == 1
    assert 1.0 < by_lead[6]["crps"] < 3.1  # the members stray, so the score is less than the error of 3.1 m³/s
    assert by_lead[6]["bias"] == pytest.approx(-3.1, abs=0.5)
    assert by_lead[6]["persistence"] == pytest.approx(3.1, abs=0.01)
    answer = office.get("/api/v1/govern/twin/skill").json()
    assert {one["lead_h"] for one in answer["items"]} == {1, 6}
    stations = office.get("/api/v1/govern/twin/hydrographs").json()["items"]
    at_gauge = next(one for one in stations if one["code"] == GAUGE)
    assert {one["lead_h"] for one in at_gauge["skill"]} == {1, 6}


def test_what_nobody_asks_for_any_more_is_let_go(platform, clock):
    for _ in range(5):
        one_cycle()
        clock.advance(2 * 86_400)
    states = cycles.folder() / "states"
    for left in ("1700000000.nc", ".1700000000.npz.123"):
        (states / left).write_bytes(b"of an earlier release, or half written")
    cycles.prune()
    assert {path.suffix for path in states.iterdir()} == {".npz"}
    kept = [float(path.stem) for path in states.iterdir()]
    assert min(kept) >= (clock.now() - timedelta(days=2) - cycles.STATES_FOR).timestamp()


def test_before_the_first_cycle_pages_say_that_there_is_none(platform, office):
    told = office.get("/api/v1/govern/twin").json()
    assert (told["newest"], told["items"]) == (None, [])
    for path in ("profile", "hydrographs", "map", "skill"):
        answer = office.get(f"/api/v1/govern/twin/{path}")
        assert (answer.status_code, answer.json()["cycle"]) == (200, None)


def test_a_river_that_is_not_there_is_named_and_no_file_is_reached_by_its_name(platform, office):
    one_cycle()
    for name in ("none", "../../app", "qingxi/../x"):
        answer = office.get("/api/v1/govern/twin/profile", {"river": name})
        assert answer.status_code == 400, json.dumps(answer.json())
