"""What a rule can ask, and what it cannot."""

from datetime import date

import pytest

from ground.rules.making import rule
from riverchief.base.errors import InputError
from riverchief.ground.rules import Asked, Substitute


def asked(**more):
    return Asked(**{"level": "village", "period": "week", "count": 1, **more})


@pytest.mark.parametrize(
    ("more", "key", "text"),
    [
        ({"level": "vilage"}, "level", "did you mean 'village'"),
        ({"period": "fortnight"}, "period", "is 'fortnight'; known: "),
        ({"count": 0}, "count", "is 0; give 1 or more"),
        ({"months": (1, 13)}, "months", r"is \[1, 13\]; give months 1 to 12"),
        ({"months": (3, 3)}, "months", "each once"),
        ({"months": ()}, "months", "is empty, so that no patrol is ever due"),
        ({"shortest_min": -5}, "shortest_min", "is -5 min; give 0 or more"),
        ({"shortest_m": float("nan")}, "shortest_m", "is nan m"),
        ({"spacing_h": -1.0}, "spacing_h", "is -1 h"),
        ({"photos": -1}, "photos", "is -1 photographs"),
        ({"round_share": 30}, "round_share", "is 30; give a share from 0 to 1"),
        ({"whole_within": "fortnight"}, "whole_within", "is 'fortnight'; known: "),
        ({"whole_within": "day"}, "whole_within", "day is shorter than the period, week"),
        ({"alert": (("purple", 2),)}, "alert", "is 'purple'; known: orange, red, yellow"),
        ({"alert": (("yellow", 0),)}, "alert", "yellow multiplies by 0"),
        ({"alert": (("red", 2), ("yellow", 3))}, "alert", "asks less at a graver alert"),
        ({"substitutes": (Substitute("drone"), Substitute("drone"))}, "substitute", "one kind twice"),
        # three with 96 h between them take 192 h at least, a week has 168
        ({"count": 3, "spacing_h": 96}, "spacing_h", "3 patrols take 192 h, but a week has 168 h"),
        ({"spacing_h": 96, "alert": (("red", 3),)}, "spacing_h", "3 patrols take 192 h"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(more, key, text):
    with pytest.raises(InputError, match=text) as caught:
        asked(**more)
    assert [fault[0] for fault in caught.value.data["faults"]] == [key]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as caught:
        asked(count=0, months=(13,), photos=-1)
    assert [fault[0] for fault in caught.value.data["faults"]] == ["count", "months", "photos"]


@pytest.mark.parametrize(
    ("kind", "more", "text"),
    [
        ("balloon", {}, "kind is 'balloon'; known: assistant, drone, meeting, paper"),
        ("drone", {"most": 0}, "most is 0; give 1 or more"),
        ("drone", {"only": ("dry",)}, "only is 'dry'; known: good_water, remote"),
    ],
)
def test_a_substitute_that_cannot_be_is_refused(kind, more, text):
    with pytest.raises(InputError, match=text):
        Substitute(kind, **more)


def test_two_with_ninety_six_hours_between_them_fit_a_week():
    assert asked(count=2, spacing_h=96).spacing_h == 96


def test_a_rule_has_each_level_once_and_at_least_one():
    with pytest.raises(InputError, match="village is there twice"):
        rule(asked(), asked(count=2))
    with pytest.raises(InputError, match="at least one level"):
        rule()
    with pytest.raises(InputError, match="not after valid_from"):
        rule(asked(), valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 1))


def test_a_rule_holds_up_to_but_without_its_last_day():
    one = rule(asked(), valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [one.in_force(day) for day in days] == [False, True, True, False]
    assert rule(asked()).in_force(date(1990, 1, 1))
