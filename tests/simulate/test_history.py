"""The past has the national table's shape and runs on into the live stations."""

import csv

import numpy as np
import pytest

from riverchief.base.time import CHINA
from riverchief.cloud import cnemc
from riverchief.simulate.history import COLUMNS, MARK, history, write_history
from riverchief.simulate.scenario import Scenario
from riverchief.simulate.stations import FieldStation, Quiet
from riverchief.simulate.truth import TrueRiver
from simulate.toy import START

BEGIN = int(START.timestamp())


@pytest.fixture(scope="module")
def river(basin):
    return TrueRiver.draw(basin, 4, START)


def test_the_file_has_the_shape_of_the_national_table(basin, river, tmp_path, shared_data):
    rows = write_history(river, tmp_path / "past.csv", days=400)
    with (shared_data / "water_quality" / "shanxi_4h_2021-04.csv").open(encoding="utf-8-sig") as file:
        real = next(csv.reader(file))
    with (tmp_path / "past.csv").open(encoding="utf-8") as file:
        table = list(csv.reader(file))
    assert tuple(real) == COLUMNS == tuple(table[0])
    assert len(table) - 1 == rows == 3 * 400 * 6
    first, last = table[1], table[2_400]
    assert first[:4] == [MARK, "玩具", "入境", (START.astimezone(CHINA)).strftime("2025-10-17 00:00")]
    assert last[3] == "2026-11-20 20:00"
    assert {row[-1] for row in table[1:]} == {"正常", "维护", "停站"}
    for row in table[1:]:
        assert row[4] == ""
        assert row[14:16] == ["*", "*"]
        assert all(cell == "--" for cell in row[5:8]) if row[-1] == "停站" else float(row[7]) > 0


def test_the_importer_refuses_no_row_and_reads_every_value(river, tmp_path):
    write_history(river, tmp_path / "past.csv", days=60)
    rows = list(cnemc.read(tmp_path / "past.csv"))
    assert not [row for row in rows if row.reason]
    known = {(p.section.name_zh, t): i for p in history(river, 60) for i, t in enumerate(p.time_s.tolist())}
    values = {p.section.name_zh: p.values for p in history(river, 60)}
    n = 0
    for row in rows:
        i = known.pop((row.section, row.time_s))
        for cell in row.values:
            assert not cell.reason
            if cell.value is not None:
                assert cell.value == pytest.approx(values[row.section][cell.property][i], abs=1e-9)
                n += 1
    assert not known
    assert n > 3 * 350 * 8


def test_the_past_shows_what_the_live_station_would_have_shown(basin, river):
    past = next(p for p in history(river, days=30) if p.section.code == "S1")
    station = FieldStation(basin.stations[1], river, quiet=(Quiet("W2", -np.inf, np.inf),))
    live = {r.time_s: {s.property: s.value for s in r.readings} for r in station.play(past.time_s[0], BEGIN)}
    n = 0
    for i, time in enumerate(past.time_s.tolist()):
        if past.status[i] == "停站":
            continue
        for name, values in past.values.items():
            assert values[i] == live[time][name]
            n += 1
    assert n > 1_000


def test_there_is_no_seam(basin, river):
    """The first live day differs from the last past days no more than those differ among themselves."""
    past = next(p for p in history(river, days=20) if p.section.code == "S1")
    station = FieldStation(basin.stations[1], river)
    for name in ("nh3n", "codmn", "do", "ec", "water_temperature"):
        days = past.values[name].reshape(20, 6)
        live = station.show(name, BEGIN + np.arange(6) * 14_400)
        steps = np.abs(np.diff(np.nanmean(days, axis=1)))
        assert abs(live.mean() - np.nanmean(days[-1])) < 2.5 * np.nanmax(steps)


def test_the_beginning_of_a_story_can_be_past_with_its_broken_sensor(mini):
    story = Scenario.draw(mini, 1, START)
    until_s = story.river.start_s + 12 * 3_600
    told = {p.section.station: p for p in history(story.river, 2, until_s=until_s, stations=story.stations)}
    quiet = {p.section.station: p for p in history(story.river, 2)}
    broken = story.breakdown
    assert (broken.station, broken.property, broken.mode) == ("st-liuwan", "ph", "stuck")
    for code, past in told.items():
        n = len(quiet[code].time_s)
        assert past.time_s[:n].tolist() == quiet[code].time_s.tolist()
        assert len(past.time_s) == n + 3
        for name, values in past.values.items():
            assert np.array_equal(values[:n], quiet[code].values[name], equal_nan=True)
    stuck = told["st-liuwan"].values["ph"][told["st-liuwan"].time_s > broken.start_s]
    assert len(set(stuck.tolist())) == 1
    arrived = told["st-shiqiao"].time_s > story.arrival().timestamp()
    assert (told["st-shiqiao"].values["nh3n"][arrived] > 1.0).all()
    assert arrived.any()
