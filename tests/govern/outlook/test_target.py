"""Targets are checked, and children that do not carry their parent are named with the gap."""

from dataclasses import replace
from datetime import date

import pytest

from riverchief.base.errors import InputError
from riverchief.govern.outlook.period import parse_period
from riverchief.govern.outlook.target import Kind, Target, check_children, required_of, signed

YEAR = parse_period("2026")


def target(key, kind, value, parent="", period=YEAR, **more):
    return Target(
        key, f"目标{key}", f"target {key}", kind, f"place-{key}", period, required_of(kind, {"value": value, **more}),
        parent=parent,
    )  # fmt: skip


def test_a_share_is_carried_by_the_weighted_shares_of_its_counties():
    city = target("city", Kind.SECTION_SHARE, 0.8)
    fine = [
        target("a", Kind.SECTION_SHARE, 1.0, "city", weight=3),
        target("b", Kind.SECTION_SHARE, 0.5, "city", weight=2),
    ]
    found = check_children(city, fine)
    assert (found.ok, found.implied, found.gap) == (True, 0.8, 0.0)
    short = [fine[0], target("b", Kind.SECTION_SHARE, 0.5, "city", weight=3)]
    found = check_children(city, short)
    assert not found.ok
    assert (found.implied, found.gap) == (0.75, pytest.approx(0.05))
    assert [(f.child, f.reason, f.gap) for f in found.faults] == [("b", "short", pytest.approx(0.3))]
    assert "目标b" in found.zh
    assert "75.0 %" in found.en
    assert "target b: 50.0 % is weaker than 80.0 % above it" in found.en


def test_a_share_is_carried_by_the_classes_of_its_sections():
    city = target("city", Kind.SECTION_SHARE, 0.6)
    classes = [target(str(i), Kind.SECTION_CLASS, c, "city") for i, c in enumerate((2, 3, 4, 5, 3))]
    found = check_children(city, classes)
    assert (found.ok, found.implied) == (True, 0.6)
    found = check_children(replace(city, required=required_of(Kind.SECTION_SHARE, {"value": 0.7})), classes)
    assert {f.child for f in found.faults} == {"2", "3"}


def test_a_class_is_carried_by_classes_that_are_no_worse():
    parent = target("p", Kind.SECTION_CLASS, 3)
    assert check_children(parent, [target("a", Kind.SECTION_CLASS, 3, "p")]).ok
    found = check_children(parent, [target("a", Kind.SECTION_CLASS, 3, "p"), target("b", Kind.SECTION_CLASS, 4, "p")])
    assert (found.ok, found.gap, [f.child for f in found.faults]) == (False, 1.0, ["b"])


def test_fine_dust_is_carried_from_above_and_days_from_below():
    city = target("city", Kind.PM25_MEAN, 30)
    found = check_children(city, [target("a", Kind.PM25_MEAN, 28, "city"), target("b", Kind.PM25_MEAN, 33, "city")])
    assert (found.ok, found.implied, found.gap) == (False, 30.5, 0.5)
    assert [f.child for f in found.faults] == ["b"]
    days = target("city", Kind.GOOD_DAYS, 290)
    assert check_children(days, [target("a", Kind.GOOD_DAYS, 300, "city"), target("b", Kind.GOOD_DAYS, 280, "city")]).ok


def test_another_kind_and_another_period_cannot_be_counted_and_are_named():
    city = target("city", Kind.GOOD_DAYS, 290)
    half = target("a", Kind.GOOD_DAYS, 300, "city", period=parse_period("2026-01..2026-06"))
    other = target("b", Kind.PM25_MEAN, 30, "city")
    found = check_children(city, [half, other, target("c", Kind.GOOD_DAYS, 291, "city")])
    assert [(f.child, f.reason) for f in found.faults] == [("a", "period"), ("b", "kind")]
    assert not found.ok
    assert check_children(city, [half]).implied is None


def test_a_target_without_children_is_not_handed_down_and_a_stranger_is_refused():
    city = target("city", Kind.GOOD_DAYS, 290)
    assert check_children(city, []).ok
    with pytest.raises(InputError, match="no child of city"):
        check_children(city, [target("x", Kind.GOOD_DAYS, 290, "elsewhere")])


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (Kind.SECTION_CLASS, {"value": 6}, "between 1 and 5"),
        (Kind.SECTION_CLASS, {"value": 2.5}, "whole numbers"),
        (Kind.SECTION_SHARE, {"value": 80}, "between 0 and 1"),
        (Kind.PM25_MEAN, {}, "give a number in µg/m³"),
        (Kind.PM25_MEAN, {"value": True}, "give a number"),
        (Kind.PM25_MEAN, {"value": 30, "unit": "mg/m³"}, "always 'µg/m³'"),
        (Kind.GOOD_DAYS, {"value": 290, "sense": "at_most"}, "always 'at_least'"),
        (Kind.GOOD_DAYS, {"value": 290, "valu": 1}, "does not know 'valu'"),
        (Kind.FLOW_SHARE, {"value": 0.9}, "needs flow_m3s"),
        (Kind.GOOD_DAYS, {"value": 290, "weight": 0}, "above 0"),
    ],
)
def test_what_a_target_cannot_ask_for_is_refused(kind, raw, said):
    with pytest.raises(InputError, match=said):
        required_of(kind, raw)


def test_a_signature_stays():
    one = signed(target("a", Kind.GOOD_DAYS, 290), "王某", date(2026, 1, 8))
    assert (one.signed_by, one.signed_on) == ("王某", date(2026, 1, 8))
    with pytest.raises(InputError, match="was signed by 王某"):
        signed(one, "李某", date(2026, 1, 9))
    with pytest.raises(InputError, match="signed by nobody"):
        signed(target("a", Kind.GOOD_DAYS, 290), " ", date(2026, 1, 8))
