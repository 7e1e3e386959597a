from datetime import date

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.air.rules import combination_named, combination_on, rules_named, rules_on
from vectors.air import VALIDITY


@pytest.mark.parametrize("code", VALIDITY)
def test_counts_of_valid_values_are_those_of_the_sheet_with_their_confidence(code):
    found = rules_named(code).validity
    for name, (value, confidence) in VALIDITY[code].items():
        assert getattr(found, name) == value, name
        assert found.confidence[name] == confidence, name


@pytest.mark.parametrize("code", VALIDITY)
def test_what_represents_an_item(code):
    found = rules_named(code).statistics
    assert {item: (one.mean, one.percentile) for item, one in found.items()} == {
        "so2": (True, 98),
        "no2": (True, 98),
        "pm10": (True, 95),
        "pm25": (True, 95),
        "co": (False, 95),
        "o3_8h": (False, 90),
    }


def test_the_edition_of_2026_is_not_confirmed_and_says_what_is_to_be_checked():
    edition = rules_on(date(2026, 3, 1)).edition
    assert not edition.confirmed
    assert "权重" in edition.note_zh
    assert "weights" in edition.note_en
    assert rules_on(date(2026, 2, 28)).edition.confirmed


def test_limits_and_weights_are_crossed_in_four_combinations():
    old, new = {"pm10": 70, "pm25": 35}, {"pm10": 60, "pm25": 30}
    equal, weighted = {"pm25": 1, "no2": 1, "o3_8h": 1, "so2": 1}, {"pm25": 3, "no2": 2, "o3_8h": 2, "so2": 1}
    for name, limits, weights in (
        ("2013-equal", old, equal),
        ("2013-weighted", old, weighted),
        ("2026-equal", new, equal),
        ("2026-weighted", new, weighted),
    ):
        one = combination_named(name)
        assert {key: one.limits[key] for key in limits} == limits
        assert {key: one.weights[key] for key in weights} == weights
        assert {key: one.limits[key] for key in ("so2", "no2", "co", "o3_8h")} == {
            "so2": 60, "no2": 40, "co": 4, "o3_8h": 160,
        }  # fmt: skip
        assert one.confirmed == (name == "2013-equal")


def test_weights_are_equal_unless_somebody_asks():
    assert combination_on(date(2025, 12, 31)).name == "2013-equal"
    assert combination_on(date(2026, 12, 31)).name == "2026-equal"


def test_a_programme_may_set_its_own_counts():
    rules = rules_on(date(2026, 5, 1)).with_validity(day_hours=18)
    assert rules.validity.day_hours == 18
    with pytest.raises(UnknownName, match="did you mean 'day_hours'"):
        rules.with_validity(day_hour=18)


def test_what_is_not_known_is_named():
    with pytest.raises(UnknownName, match="composite index '2026'"):
        combination_named("2026")
    with pytest.raises(InputError, match="no edition of HJ 663 is in force on 2001-01-01"):
        rules_on(date(2001, 1, 1))
