import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import UnknownName
from riverchief.cloud.standards.water.blackodour import GRADES, edition, grade


def name(**kw):
    depth_m = kw.pop("depth_m", None)
    return GRADES[int(grade(kw, depth_m=depth_m).grade)]


def test_limits_are_those_of_the_sheet():
    rows = {row["property"]: (row["mild"], row["severe"], row["confidence"]) for row in edition().body["item"]}
    assert rows == {
        "transparency": (25, 10, "B"),
        "do": (2.0, 0.2, "B"),
        "nh3n": (8.0, 15, "B"),
        "redox": (50, -200, "C"),
    }
    assert edition().body["rural"]["confirmed"] is False


@pytest.mark.parametrize(("transparency_cm", "expected"), [(25.1, "none"), (25, "mild"), (10, "mild"), (9.9, "severe")])
def test_transparency(transparency_cm, expected):
    assert name(transparency=transparency_cm / 100) == expected


@pytest.mark.parametrize(
    ("factor", "value", "expected"),
    [
        ("do", 2.1, "none"),
        ("do", 2.0, "mild"),
        ("do", 0.2, "mild"),
        ("do", 0.19, "severe"),
        ("nh3n", 7.9, "none"),
        ("nh3n", 8.0, "mild"),
        ("nh3n", 15, "mild"),
        ("nh3n", 15.1, "severe"),
    ],
)
def test_oxygen_and_ammonia(factor, value, expected):
    assert name(**{factor: value}) == expected


def test_the_worst_factor_decides_and_is_named():
    found = grade({"transparency": 0.3, "do": 0.1, "nh3n": 9.0})
    assert (GRADES[int(found.grade)], found.deciding(), found.missing()) == ("severe", ("do",), ())
    assert grade({"do": 5.0}).missing() == ("transparency", "nh3n")
    assert (name(), name(do=math.nan)) == ("", "")


def test_in_shallow_water_the_limit_is_two_fifths_of_the_depth():
    assert name(transparency=0.09, depth_m=0.20) == "none"  # limit 8 cm
    assert name(transparency=0.08, depth_m=0.20) == "mild"
    assert name(transparency=0.09, depth_m=0.25) == "severe"  # no longer shallow
    assert name(transparency=0.09) == "severe"


def test_redox_potential_takes_part_only_when_asked_for():
    assert grade({"redox": -300.0}).grade == 0
    found = grade({"redox": np.array([60.0, 50.0, -200.0, -201.0])}, factors=("redox",))
    assert found.grade.tolist() == [1, 2, 2, 3]
    with pytest.raises(UnknownName, match="'orp' is not known"):
        grade({}, factors=("orp",))


@given(st.floats(0, 0.5), st.floats(0, 10), st.floats(0, 40), st.floats(0, 1))
def test_worse_values_never_give_a_better_grade(transparency, oxygen, ammonia, factor):
    base = grade({"transparency": transparency, "do": oxygen, "nh3n": ammonia}).grade
    worse = grade({"transparency": transparency * factor, "do": oxygen * factor, "nh3n": ammonia * (2 - factor)}).grade
    assert worse >= base
