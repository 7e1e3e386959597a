"""Air as of a past time: days that had another index then, and the hours that came late or were revised since."""

from datetime import date, datetime, timedelta

import pytest

from airbasin import with_air
from riverchief.base.readings import Period, SeriesKey
from riverchief.base.time import CHINA, to_epoch
from riverchief.base.units import property_named
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.cloud import air, asof

CLEAN = {"pm25": 20.0, "pm10": 40.0, "so2": 8.0, "no2": 15.0, "o3": 60.0, "co": 0.4}
STATION = "air-2174a"


@pytest.fixture
def station(platform, clock):
    from riverchief.web.basin import folder

    folder.load(with_air(), platform, clock)
    return STATION


def hours(day, values, known_at=None, who="gateway", why=""):
    observations = context.store().observations
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    at = [midnight + timedelta(hours=hour) for hour in range(1, 25)]
    rows = [
        Row(
            observations.series_id(
                SeriesKey(STATION, name, Period.HOUR), unit=property_named(name).unit, interval_s=3600
            ),
            to_epoch(one),
            value,
        )
        for one in at
        for name, value in values.items()
    ]
    observations.write(rows, known_at=known_at or at[-1] + timedelta(minutes=1), who=who, why=why)


def test_a_revised_and_a_late_day_are_told_with_the_hours_behind_them(station, person):
    hours(date(2026, 10, 5), CLEAN)
    hours(date(2026, 10, 6), CLEAN)
    late = datetime(2026, 11, 3, tzinfo=CHINA)
    hours(date(2026, 10, 6), {"pm25": 100.0}, known_at=late, who="data office", why="zero drift")
    hours(date(2026, 10, 7), CLEAN, known_at=late)
    client = person("citizen")
    found = client.get(f"/api/v1/cloud/air/since?place={STATION}&period=2026-10&as_of=2026-11-02").json()
    assert (found["then"]["n_days"], found["now"]["n_days"]) == (2, 3)
    assert (found["then"]["good_days"], found["now"]["good_days"]) == (2, 2)
    kinds = [one["kind"] for one in found["changed"]]
    assert kinds[:2] == ["day", "day"]
    revised, came = found["changed"][:2]
    assert (revised["day"], revised["from"] < 100 < revised["to"]) == ("2026-10-06", True)
    assert revised["zh"].startswith("2026-10-06：AQI ")
    assert (came["day"], came["from"]) == ("2026-10-07", None)
    # revised hours are told before late ones: 24 of the first, 6 pollutants by 24 hours of the second
    assert {"revised", "more_readings"} == set(kinds[2:])
    assert found["changed"][-1]["n"] == 24 + 6 * 24 - 20
    hour = next(one for one in found["changed"] if one["kind"] == "revised")
    assert (hour["old"], hour["new"], hour["who"], hour["why"]) == (20.0, 100.0, "data office", "zero drift")


def test_nothing_since_is_the_same(station, person):
    hours(date(2026, 10, 5), CLEAN)
    found = person("citizen").get(f"/api/v1/cloud/air/since?place={STATION}&period=2026-10&as_of=2026-11-02").json()
    assert (found["same"], found["changed"]) == (True, [])
    assert air.last_whole_day(asof.moment("2026-11-02")) == date(2026, 11, 1)
