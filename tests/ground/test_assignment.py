"""Who answers for a place: the lowest level first, on the day in question."""

from datetime import date

import pytest

from riverchief.base.basin import Chief, Responsibility
from riverchief.base.errors import UnknownName
from riverchief.base.places import Interval, Place
from riverchief.ground.assignment import assignee, responsible

DAY = date(2026, 11, 21)


def chief(code, level):
    return Chief(code, code, code, level, "1407")


def duty(code, from_m, to_m, start=date(2020, 1, 1), end=None, reach="R1"):
    return Responsibility(code, Interval(reach, from_m, to_m, start, end))


CHIEFS = [
    chief("city", "city"),
    chief("county", "county"),
    chief("v-long", "village"),
    chief("v-short", "village"),
    chief("old", "village"),
]
DUTIES = [
    duty("city", 0, 9000),
    duty("v-long", 0, 5000),
    duty("county", 0, 9000),
    duty("v-short", 4000, 5000),
    duty("old", 0, 5000, end=date(2026, 1, 1)),
    duty("county", 0, 100, reach="R2"),
]


def codes(place, day=DAY):
    return [found.chief.code for found in responsible(place, day, CHIEFS, DUTIES)]


def test_all_levels_are_named_the_lowest_first_and_the_shorter_stretch_before_the_longer():
    assert codes(Place("R1", 4500)) == ["v-short", "v-long", "county", "city"]
    assert codes(Place("R1", 6000)) == ["county", "city"]
    assert codes(Place("R2", 50)) == ["county"]


def test_the_ends_belong_to_the_stretch_and_days_decide():
    assert codes(Place("R1", 4000))[0] == "v-short"
    assert codes(Place("R1", 5000))[:2] == ["v-short", "v-long"]
    assert codes(Place("R1", 100), date(2025, 12, 31)) == ["old", "v-long", "county", "city"]
    assert codes(Place("R1", 100), date(2026, 1, 1)) == ["v-long", "county", "city"]


def test_a_case_goes_to_the_lowest_level_or_to_nobody():
    assert assignee(Place("R1", 4500), DAY, CHIEFS, DUTIES).code == "v-short"
    assert assignee(Place("R3", 0), DAY, CHIEFS, DUTIES) is None


def test_a_duty_of_a_chief_or_level_that_nobody_knows_is_refused():
    with pytest.raises(UnknownName, match="chief 'ghost' is not known"):
        responsible(Place("R1", 1), DAY, CHIEFS, [duty("ghost", 0, 10)])
    with pytest.raises(UnknownName, match="level of chief x 'town'"):
        responsible(Place("R1", 1), DAY, [chief("x", "town")], [duty("x", 0, 10)])
