"""The air: now, a year's days, rankings, as known now and as known then."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from airbasin import with_air
from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.base.time import CHINA, to_epoch
from riverchief.base.units import property_named
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.cloud import air
from riverchief.web.cloud.models import DustDay

CLEAN = {"pm25": 20.0, "pm10": 40.0, "so2": 8.0, "no2": 15.0, "o3": 60.0, "co": 0.4}
FIRST = "air-2174a"
CITY = "149900000000"


@pytest.fixture
def city(platform, clock):
    """The small basin with the demo's four air stations."""
    from riverchief.web.basin import folder

    folder.load(with_air(), platform, clock)
    return [one.code for one in air.stations()]


def rows_of(station, at, values, flag=Flag.OK):
    observations = context.store().observations
    for name, value in values.items():
        key = SeriesKey(station, name, Period.HOUR)
        number = observations.series_id(key, unit=property_named(name).unit, interval_s=3600)
        yield Row(number, to_epoch(at), value, flag)


def report(station, at, values, known_at=None, flag=Flag.OK):
    context.store().observations.write(
        list(rows_of(station, at, values, flag)), known_at=known_at or at, who="test", why=f"{known_at}"
    )


def day_of(station, day, values, hours=24, known_at=None):
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    at = [midnight + timedelta(hours=hour) for hour in range(1, hours + 1)]
    rows = [row for one in at for row in rows_of(station, one, values)]
    context.store().observations.write(rows, known_at=known_at or at[-1], who="test", why=f"{known_at}")


def listed(client, path):
    answer = client.get(f"/api/v1/cloud/air/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_air_now_is_the_last_hour_of_every_station(city, person, clock):
    report(FIRST, clock.now() - timedelta(hours=1), CLEAN | {"pm25": 75.0})
    report(city[1], clock.now() - timedelta(hours=4), CLEAN)  # too old to be now
    found = listed(person("citizen"), "now")
    assert [one["code"] for one in found["items"]] == city
    first, second = found["items"][:2]
    assert (first["aqi"], first["level"], first["primary"]) == (114, 3, ["pm25"])
    assert first["values"]["pm25"] == 75
    assert first["why"]["zh"].startswith("AQI 114（轻度污染）")
    assert (second["aqi"], second["at"], second["values"]["pm25"]) == (None, None, None)
    assert found["edition"]["code"] == "HJ 633-2026"
    # one of four stations does not speak for the prefecture
    assert found["city"]["aqi"] is None


def test_the_prefecture_now_is_the_mean_of_its_stations(city, person, clock):
    for code, pm25 in zip(city[:3], (30.0, 60.0, 90.0), strict=True):
        report(code, clock.now(), CLEAN | {"pm25": pm25})
    found = listed(person("citizen"), "now")["city"]
    assert (found["code"], found["values"]["pm25"], found["aqi"]) == (CITY, 60.0, 100)


def test_an_hour_with_an_item_missing_has_no_index_and_says_why(city, person, clock):
    report(FIRST, clock.now(), {k: v for k, v in CLEAN.items() if k != "co"})
    report(FIRST, clock.now(), {"co": 9.0}, flag=Flag.CALIBRATING)
    first = listed(person("citizen"), "now")["items"][0]
    assert (first["aqi"], first["primary"], first["missing"]) == (None, [], ["co"])
    assert "NA" in first["why"]["en"]


def test_a_year_of_days(city, person):
    day_of(FIRST, date(2026, 11, 16), CLEAN)
    day_of(FIRST, date(2026, 11, 17), CLEAN | {"pm25": 75.0})
    day_of(FIRST, date(2026, 11, 18), CLEAN, hours=19)
    day_of(FIRST, date(2026, 11, 19), CLEAN | {"pm10": 800.0})
    DustDay.objects.create(day=date(2026, 11, 19))
    found = listed(person("citizen"), f"year?place={FIRST}&year=2026")
    days = {one["day"]: one for one in found["days"]}
    assert len(days) == 324  # up to yesterday, the 20th
    assert [days[f"2026-11-{d}"]["aqi"] for d in (16, 17, 18, 19)] == [40, 114, None, 500]
    assert days["2026-11-18"]["why"]["en"].startswith("NA: an item is missing")
    assert [days[f"2026-11-{d}"]["valid"] for d in (17, 18)] == [True, False]
    assert days["2026-11-17"]["primary"] == ["pm25"]
    assert days["2026-11-19"]["dust"]
    to_date = found["to_date"]
    assert (to_date["good_days"], to_date["valid_days"]) == (1, 3)
    assert to_date["good_share"] == pytest.approx(1 / 3)
    assert to_date["means"]["pm10"] == 40.0  # the dust day is left out
    assert to_date["dust_days"] == 1
    assert not to_date["complete"]
    assert found["limits"] == {"so2": 60, "no2": 40, "pm10": 60, "pm25": 30, "co": 4, "o3": 160}
    assert {note["confirmed"] for note in found["notes"]} == {True, False}
    assert [one["code"] for one in found["places"]] == [CITY, *city]


def test_the_change_of_edition_is_said_where_a_year_spans_it(city, person):
    for day in (date(2026, 2, 28), date(2026, 3, 1)):
        day_of(FIRST, day, CLEAN | {"pm25": 60.0})
    found = listed(person("citizen"), f"year?place={FIRST}&year=2026")
    days = {one["day"]: one["aqi"] for one in found["days"]}
    assert (days["2026-02-28"], days["2026-03-01"]) == (82, 100)
    assert any("2026-03-01" in note["en"] for note in found["notes"])


def test_the_prefecture_needs_three_of_its_four_stations(city, person):
    for code in city[:3]:
        day_of(code, date(2026, 11, 17), CLEAN)
    for code in city[:2]:
        day_of(code, date(2026, 11, 18), CLEAN)
    days = {one["day"]: one["aqi"] for one in listed(person("citizen"), "year?year=2026")["days"]}
    assert (days["2026-11-17"], days["2026-11-18"]) == (40, None)


def test_a_past_time_knows_what_was_known_then(city, person):
    day = date(2026, 11, 17)
    day_of(FIRST, day, CLEAN)
    late = datetime(2026, 11, 19, 12, tzinfo=CHINA)
    day_of(FIRST, day, {"pm25": 80.0}, known_at=late)
    client = person("citizen")
    now = listed(client, f"year?place={FIRST}&year=2026")["days"]
    then = listed(client, f"year?place={FIRST}&year=2026&as_of=2026-11-18T12:00:00%2B08:00")["days"]
    assert [d["aqi"] for d in now if d["day"] == "2026-11-17"] == [119]
    assert [d["aqi"] for d in then if d["day"] == "2026-11-17"] == [40]
    assert then[-1]["day"] == "2026-11-17"


def test_days_from_the_stores_sums_are_those_from_the_hours(city):
    rng = np.random.default_rng(7)
    for k in range(12):
        values = {name: float(rng.integers(1, 90)) for name in CLEAN}
        day_of(FIRST, date(2026, 11, 5) + timedelta(days=k), values, hours=int(rng.integers(17, 25)))
    start, end = date(2026, 11, 5), date(2026, 11, 16)
    stored = air.days_of(FIRST, start, end)
    hourly = air.days_of(FIRST, start, end, as_of=context.now())
    for name, values in hourly.values.items():
        np.testing.assert_allclose(stored.values[name], values, err_msg=name)


def test_stations_are_ranked_by_the_composite_index(city, person):
    for code, pm25, before in zip(city[:3], (20.0, 40.0, 40.0), (40.0, 20.0, 40.0), strict=True):
        day_of(code, date(2026, 10, 9), CLEAN | {"pm25": pm25})
        day_of(code, date(2025, 10, 9), CLEAN | {"pm25": before})
    found = listed(person("citizen"), "rankings?period=2026-10")
    assert [(one["code"], one["rank"], one["moved"]) for one in found["items"]] == [
        (city[0], 1, 1),
        (city[1], 2, -1),
        (city[2], 2, 0),
        (city[3], None, None),
    ]
    assert found["items"][0]["change_percent"] < 0 < found["items"][1]["change_percent"]
    assert (found["composite_name"], found["against"]) == ("2026-equal", "2025-10")
    assert found["items"][3]["missing"] == ["so2", "no2", "pm10", "co", "o3", "pm25"]


def test_wrong_questions_are_answered_with_what_to_do(city, person):
    client = person("citizen")
    for path, status in (
        ("year?place=air-9&year=2026", 404),
        ("year?year=99999", 400),
        ("year?year=2026&composite=best", 400),
        ("rankings?period=october", 400),
        ("rankings?period=2027-01", 400),
        ("rankings?period=2026-10&against=ever", 400),
    ):
        answer = client.get(f"/api/v1/cloud/air/{path}")
        assert answer.status_code == status, path
        assert answer.json()["sentence"]


def test_a_basin_without_air_stations_has_none(platform, person):
    client = person("citizen")
    assert listed(client, "now")["items"] == []
    assert client.get("/api/v1/cloud/air/year?year=2026").status_code == 404
    assert listed(client, "rankings?period=2026-10")["items"] == []


def test_nobody_sees_the_air_without_signing_in(platform, client):
    assert client.get("/api/v1/cloud/air/now").status_code == 401
