"""The speed of a play: fast while only water moves, slower where people act, less when the worker falls behind."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from riverchief.base.time import FolderClock, ScaledClock, read_clock, write_clock
from riverchief.simulate.pacing import Course
from riverchief.web import pacer as module
from riverchief.web.pacer import FASTEST, WORKING_S, Pacer

START = datetime(2026, 5, 11, 16, tzinfo=UTC)
COURSE = Course(START, START + timedelta(hours=10), START + timedelta(hours=20), 14_400, 10 / 3_600)


class Auditor:
    waiting = 0

    def get(self, path):
        links = [("judge-section", 0), ("watch-station", self.waiting), ("tail-arrivals", 9_999)]
        return {"links": [{"link": name, "position": 1, "waiting": n} for name, n in links]}


@pytest.fixture
def wall(monkeypatch):
    """A wall clock that is moved by hand, of time and of monotonic."""
    from riverchief.base import time

    now = [1_000.0]
    monkeypatch.setattr(time._system, "time", lambda: now[0])
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def pacer(tmp_path, wall):
    write_clock(tmp_path, ScaledClock(1_000.0, START, 1.0))
    return Pacer(SimpleNamespace(folder=tmp_path), FolderClock(tmp_path), COURSE, Auditor())


def outcome(alert=None, case=None):
    return SimpleNamespace(alert=alert, case=case)


def at(pacer, hours):
    """Let the story stand at a time, with the clock's speed at 1."""
    write_clock(pacer.config.folder, ScaledClock(1_000.0, START + timedelta(hours=hours), 1.0))


def speed_after(pacer, wall, found, looks=4):
    for _ in range(looks):
        pacer.look(found)
        wall[0] += 1.5
    return read_clock(pacer.config.folder).speed


def test_it_begins_fast_and_is_careful_when_the_wave_is_measured(pacer, wall):
    assert pacer.first() == pytest.approx(min(FASTEST, 22 / COURSE.reports_per_s, 9.5 * 3_600 / 2.5 / 1.5))
    at(pacer, 9.6)
    assert pacer.first() == pytest.approx(400)
    at(pacer, 12)
    assert pacer.first() == pytest.approx(400), "until the alert is known"


def test_people_get_time_and_water_does_not(pacer, wall):
    at(pacer, 11)
    case = {"state": "dispatched"}
    assert speed_after(pacer, wall, outcome({"id": 1}, case)) == pytest.approx(WORKING_S / 1.5, rel=0.11)
    assert speed_after(pacer, wall, outcome({"id": 1}, {"state": "closed"})) > 5_000


def test_a_worker_that_falls_behind_is_given_less(pacer, wall):
    pacer.auditor.waiting = 500
    before = pacer.rate
    pacer.look(outcome())
    assert pacer.rate == pytest.approx(0.8 * before)
    pacer.auditor.waiting = 0
    pacer.look(outcome())
    assert pacer.rate == pytest.approx(0.88 * before)
    pacer.auditor.waiting = 10**9
    for _ in range(100):
        pacer.look(outcome())
    assert pacer.rate == 2.0


def test_slow_looks_slow_the_story(pacer, wall):
    at(pacer, 11)
    for _ in range(12):
        pacer.look(outcome({"id": 1}, {"state": "handled"}))
        wall[0] += 6.0
    assert read_clock(pacer.config.folder).speed == pytest.approx(WORKING_S / 6, rel=0.11)
