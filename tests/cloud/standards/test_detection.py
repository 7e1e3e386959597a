import math
from datetime import date

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.detection import columns_of, parse_measured, substituted
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.means import day_means

DAY = date(2021, 4, 1)
NAN = math.nan


@pytest.mark.parametrize(
    ("text", "value", "below"),
    [
        ("0.31", 0.31, NAN),
        (" 1e-3 ", 0.001, NAN),
        ("0.02L", NAN, 0.02),
        ("0.02 l", NAN, 0.02),
        ("<0.02", NAN, 0.02),
        ("＜ 0.02", NAN, 0.02),
    ],
)
def test_how_values_are_written(text, value, below):
    assert parse_measured(text) == pytest.approx((value, below), nan_ok=True)


@pytest.mark.parametrize("text", ["", "--", "L", "<", "1_000", "abcL", "-0.1L", "0L", "inf", "nan", "0.02LL"])
def test_what_is_neither_is_none(text):
    assert parse_measured(text) is None


def test_not_detected_needs_its_limit():
    assert parse_measured("ND", 0.004) == pytest.approx((NAN, 0.004), nan_ok=True)
    assert parse_measured("未检出", 0.004).below == 0.004
    with pytest.raises(InputError, match="'nd' does not state its detection limit"):
        parse_measured("nd")


def test_half_the_limit_in_means_and_nothing_in_loads():
    value, below = [3.0, NAN, NAN], [NAN, 0.04, NAN]
    assert substituted(value, below).tolist() == pytest.approx([3.0, 0.02, NAN], nan_ok=True)
    assert substituted(value, below, "load").tolist() == pytest.approx([3.0, 0.0, NAN], nan_ok=True)
    with pytest.raises(UnknownName, match="'loads' is not known; did you mean 'load'"):
        substituted(value, below, "loads")
    days = day_means([0, 0], ["2021-04-01", "2021-04-01"], {"nh3n": [0.1, NAN]}, {"nh3n": [NAN, 0.04]})
    assert days.values["nh3n"] == pytest.approx([0.06])


def test_a_limit_above_the_class_limit_cannot_be_judged_and_says_so():
    items = ("copper", "lead", "do")
    row = assess({"do": 8.0}, on=DAY, items=items, below={"copper": 0.001, "lead": 0.02}).row()
    # copper < 0.001 keeps class Ⅰ (0.01); lead < 0.02 may be Ⅰ (0.01) or Ⅲ (0.05)
    assert (row.class_, row.item_class["copper"], row.item_class["lead"]) == (1, 1, 0)
    assert row.missing == ("lead",)
    assert [(r.kind, r.property, r.value, r.limit) for r in row.why if "detected" in r.kind] == [
        ("not_detected", "copper", 0.001, None),
        ("undetected", "lead", 0.02, 0.01),
    ]
    assert "未检出且检出限过高，不能评价：铅 检出限 0.02 mg/L 高于Ⅰ类限值 0.01" in row.sentence("zh")
    assert "cannot be judged: lead, whose detection limit 0.02 mg/L is above the class Ⅰ limit 0.01" in row.sentence(
        "en"
    )


def test_not_detecting_never_exceeds_and_at_the_limit_keeps_it():
    row = assess({"do": 8.0}, on=DAY, items=("mercury", "do"), below={"mercury": 0.00005}).row()
    assert (row.class_, row.item_class["mercury"], row.exceedance) == (1, 1, {})
    # oxygen below 1 mg/L is worse than class Ⅴ whatever it is; below 4 it is anything from Ⅳ on
    sad = assess({"codmn": 1.0}, on=DAY, items=("do", "codmn"), below={"do": np.array([1.0, 4.0])})
    assert sad.class_.tolist() == [6, 1]
    assert sad.row(1).missing == ("do",)


def test_arrays_of_rows():
    rows = [{"tp": parse_measured("0.01L")}, {"tp": parse_measured("0.3")}, {}]
    values, below = columns_of(rows, ("tp",))
    assert values["tp"].tolist() == pytest.approx([NAN, 0.3, NAN], nan_ok=True)
    assert assess(values, on=DAY, items=("tp",), below=below).class_.tolist() == [1, 4, 0]
