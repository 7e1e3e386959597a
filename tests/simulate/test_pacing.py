"""When a story's wave is measured and over, told from the truth itself."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from riverchief.base.time import CHINA
from riverchief.simulate.pacing import Course
from riverchief.simulate.scenario import Scenario
from riverchief.simulate.stations import alarms

START = datetime(2026, 5, 11, 16, tzinfo=UTC)


@pytest.fixture(scope="module", params=[1, 2, 6])
def story(request, mini):
    return Scenario.draw(mini, request.param, START)


def test_the_wave_is_measured_at_the_first_mark_after_its_arrival(story):
    course = Course.of(story)
    late_s = (course.measured - story.arrival()).total_seconds()
    assert 0 <= late_s <= course.interval_s == 4 * 3_600
    assert course.measured.astimezone(CHINA).hour % 4 == 0
    assert course.measured.astimezone(CHINA).minute == 0


def test_afterwards_the_limit_is_kept_and_just_before_it_is_not(story):
    course = Course.of(story)
    station = next(s for s in story.river.basin.stations if s.code == story.first)
    bound = alarms(story.river.basin, station)[story.leading]
    calm_s = course.calm.timestamp()
    later = story.river.value(story.first, story.leading, np.arange(calm_s, story.river.end_s, 300.0))
    assert (later <= bound).all()
    assert story.river.value(story.first, story.leading, [calm_s - 900.0])[0] > bound
    assert course.lasts_s > (course.calm - START).total_seconds()


def test_as_many_reports_are_expected_as_the_stations_send_on_a_quiet_day(mini):
    story = Scenario.draw(mini, 1, START)
    quiet = story.river.with_spills(())
    from riverchief.simulate.stations import field_stations

    day_s = quiet.start_s + 86_400
    sent = sum(sum(1 for _ in station.play(quiet.start_s, day_s)) for station in field_stations(quiet))
    # a power failure of 1 to 4 h may take some of them away
    assert 0.8 * sent <= Course.of(story).reports_per_s * 86_400 <= 1.25 * sent


def test_a_visitor_comes_shortly_before_and_never_before_the_start(story):
    course = Course.of(story)
    assert course.just_before(3_600) == max(START, course.measured - timedelta(hours=1))
    assert course.just_before(1e9) == START


def test_the_speed_is_held_back_by_what_the_platform_can_take(story):
    course = Course.of(story)
    assert course.speed(22.0, 8_000.0) == pytest.approx(min(8_000.0, 22.0 / course.reports_per_s))
    assert course.speed(1e9, 8_000.0) == 8_000
