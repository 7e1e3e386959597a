"""A simulated year of patrols: the same by seed, plain values, each habit visible in it."""

import json
from collections import Counter
from datetime import datetime

import pytest

from riverchief.base.time import CHINA
from riverchief.simulate.patrolyear import HABITS, patrol_year


@pytest.fixture(scope="module")
def year():
    return patrol_year("tests", 200)


def days(row):
    return [datetime.fromisoformat(one["started_at"]).astimezone(CHINA).date() for one in row["patrols"]]


def test_the_same_seed_walks_the_same_year_and_another_does_not(year):
    assert patrol_year("tests", 200) == year
    assert patrol_year("others", 200) != year


def test_it_is_plain_and_says_that_it_is_simulated(year):
    assert json.loads(json.dumps(year)) == year
    assert all(row["simulated"] is True for row in year)


def test_the_levels_are_those_of_a_province(year):
    levels = Counter(row["level"] for row in year)
    assert list(levels) == ["province", "city", "county", "township", "village"]
    assert levels["village"] / 200 == pytest.approx(35_137 / 57_533, abs=0.02)
    assert len({row["chief"] for row in year}) == 200


def test_every_walk_lies_in_the_year_and_on_the_stretch(year):
    for row in year:
        ends = {part["reach"]: part["to_m"] for part in row["stretch"]}
        assert all(day.year == 2025 for day in days(row))
        for patrol in row["patrols"]:
            ((reach, low, high),) = patrol["seen"]
            assert 0 <= low <= high <= ends[reach]
            assert patrol["started_at"] < patrol["finished_at"]


def test_each_habit_is_visible(year):
    assert {row["habit"] for row in year} == set(HABITS)
    for row in year:
        way_m = [patrol["length_m"] for patrol in row["patrols"]]
        assert all(m < 300 for m in way_m) if row["habit"] == "short" else all(m > 2_000 for m in way_m)
        if row["habit"] == "seasonal":
            assert {day.month for day in days(row)} <= {4, 5, 6, 7, 8, 9, 10}
        if row["habit"] == "diligent" and row["level"] == "village":
            weeks = [day.isocalendar().week for day in days(row)]
            assert len(set(weeks)) == len(weeks) >= 51


def test_fewer_chiefs_than_levels_are_as_many_as_asked():
    assert [row["level"] for row in patrol_year(1, 2)] == ["province", "city"]
