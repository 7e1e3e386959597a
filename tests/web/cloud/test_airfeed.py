"""The demo's air: its past, the hours that close while it runs, and what is invented around it."""

from datetime import timedelta

import pytest

from airbasin import with_air
from riverchief.base.time import to_epoch
from riverchief.web import context
from riverchief.web.cloud import air, airdemo, airfeed
from riverchief.web.cloud.models import AirGrade, AirInspection, AirMeasure, AirWarning, DustDay


@pytest.fixture
def city(platform, clock):
    from riverchief.web.basin import folder

    basin = with_air()
    folder.load(basin, platform, clock)
    return basin


def newest(code):
    numbers = [info.series_id for info in context.store().observations.find(place=code)]
    return max((row.time_s for row in context.store().observations.latest(numbers).values()), default=0)


def test_without_a_demo_nothing_is_made_up(city):
    airfeed.collect()
    assert newest("air-2174a") == 0


def test_past_and_present_join_without_a_seam(city, platform, clock):
    until = clock.now()
    since = until - timedelta(days=2)
    stations = air.stations()
    written = list(
        airfeed.write_past(context.store(), 3, stations, since.timestamp(), until.timestamp(), known_at=until)
    )
    assert written == [6 * 48 * k for k in (1, 2, 3, 4)]
    assert context.store().observations.last_arrival() == 0  # no news
    airfeed.remember(platform, 3)
    clock.advance(3 * 3600 + 600)
    airfeed.collect()
    airfeed.collect()
    assert newest("air-2174a") == to_epoch(until) + 3 * 3600
    assert context.store().observations.last_arrival() == 4 * 6 * 3
    assert [one["aqi"] is not None or one["missing"] for one in air.now_page()["items"]]


def test_after_a_long_rest_there_is_a_gap(city, platform, clock):
    airfeed.remember(platform, 3)
    clock.advance(100 * 3600)
    airfeed.collect()
    number = next(i.series_id for i in context.store().observations.find(place="air-2174a"))
    data = context.store().observations.read(number, 0, to_epoch(clock.now()))
    assert data.time_s.size == 72


def test_what_is_invented_says_so_and_comes_once(city, clock):
    for _ in range(2):
        airdemo.enter(city, 3, clock.now() - timedelta(days=400), clock.now())
    assert AirMeasure.objects.count() == 7
    assert AirInspection.objects.count() == 6
    for model in (AirMeasure, AirGrade, AirWarning, DustDay):
        assert model.objects.exists(), model
        assert not model.objects.filter(assumed=False).exists(), model
    assert all(3 <= one.day.month <= 5 for one in DustDay.objects.all())
