"""Derived values, groups, grades, figures, templates: each worked by hand on a small sheet of its own."""

import re

import pytest

from riverchief.base.errors import InputError
from riverchief.govern.sheets import Input, SheetError, State, evaluate, parse_sheet, score_as_dict
from riverchief.govern.sheets.formula import FormulaError, UndefinedResult, parse

SHEET = """format = 1
code = "own"
version = "1"
name_zh = "自用"
name_en = "own"
status = "{status}"
document = "the office's own paper, 2026"
subject = "water"
period = "year"
maximum = 100

[[input]]
name = "taken"
name_zh = "用水量"
name_en = "water taken"
unit = "10⁴ m³"

[[input]]
name = "limit"
name_zh = "控制指标"
name_en = "limit"
unit = "10⁴ m³"

[[input]]
name = "gdp"
name_zh = "地区生产总值"
name_en = "gross product"
unit = "10⁴ yuan"

[[input]]
name = "met"
name_zh = "达标断面数"
name_en = "sections on target"

[[input]]
name = "sections"
name_zh = "断面数"
name_en = "sections"

[[input]]
name = "density"
name_zh = "密度"
name_en = "density"
unit = "t/m³"
value = 0.5
document = "a table"
confirmed = true

[[derived]]
name = "use_share"
name_zh = "用水占指标比例"
name_en = "share of the limit used"
formula = "taken / limit"

[[derived]]
name = "over"
name_zh = "超出比例"
name_en = "share beyond the limit"
formula = "max(0, use_share - 1)"

[[group]]
code = "quantity"
name_zh = "水量"
name_en = "quantity"
weight = 60

[[group]]
code = "quality"
name_zh = "水质"
name_en = "quality"

[[item]]
code = "use"
name_zh = "用水总量"
name_en = "total use"
group = "quantity"
weight = 60
formula = "weight * max(0, 1 - over / 0.2)"

[[item]]
code = "class"
name_zh = "断面达标"
name_en = "sections on target"
group = "quality"
weight = 40
formula = "weight * met / sections"

[[item]]
code = "per_product"
name_zh = "万元产值用水"
name_en = "use per product"
kind = "figure"
unit = "m³/10⁴ yuan"
rank = "low"
formula = "taken / gdp * 10000[m³/10⁴ m³]"

[[item]]
code = "mass"
name_zh = "质量"
name_en = "mass"
kind = "figure"
unit = "10⁴ t"
formula = "taken * density"

[[grade]]
name_zh = "优秀"
name_en = "excellent"
from = 90
confirmed = true

[[grade]]
name_zh = "合格"
name_en = "pass"
from = 60
stars = 3
confirmed = true

[[grade]]
name_zh = "不合格"
name_en = "fail"
from = 0
confirmed = true
"""


def sheet(status="confirmed", **swapped):
    text = SHEET.replace("{status}", status)
    for old, new in swapped.values():
        assert old in text
        text = text.replace(old, new)
    return parse_sheet(text, "own.toml")


def inputs(taken=1100.0, limit=1000.0, gdp=50_000.0, met=3.0, sections=4.0):
    given = {"taken": taken, "limit": limit, "gdp": gdp, "met": met, "sections": sections}
    return {name: Input(value) for name, value in given.items()}


def test_derived_values_groups_figures_and_grade_by_hand():
    # over = 1100/1000 − 1 = 0.1, half of 0.2: 30 points of 60; 3 of 4 sections: 30 of 40; together 60, which is a pass
    score = evaluate(sheet(), inputs())
    assert [line.points for line in score.items] == [30.0, 30.0, None, None]
    assert (score.points, score.complete, score.grade.name_en, score.grade.stars) == (60.0, True, "pass", 3)
    assert [(one.group.code, one.points, one.maximum) for one in score.groups] == [
        ("quantity", 30.0, 60.0),
        ("quality", 30.0, 40.0),
    ]
    # 1100 · 10⁴ m³ of 50 000 · 10⁴ yuan: 220 m³ per 10⁴ yuan; at 0.5 t/m³ 550 · 10⁴ t
    assert [line.computed for line in score.items[2:]] == [pytest.approx(220.0), pytest.approx(550.0)]
    first = score.items[0]
    assert [(one.spec.name, one.value) for one in first.derived] == [
        ("use_share", pytest.approx(1.1)),
        ("over", pytest.approx(0.1)),
    ]
    assert {one.name for one in first.inputs} == {"taken", "limit"}
    told = score_as_dict(score)
    assert told["grade"] == {"name_zh": "合格", "name_en": "pass", "from": 60.0, "stars": 3, "confirmed": True}
    assert told["items"][2]["value"] == pytest.approx(220.0)
    assert told["items"][3]["inputs"][1]["fixed"] is True


def test_a_gap_behind_a_derived_value_is_told_by_the_name_of_the_input():
    score = evaluate(sheet(), {**inputs(), "limit": Input(None, why="not yet handed down")})
    line = score.items[0]
    assert (line.state, line.points, line.missing) == (State.MISSING, None, ("limit",))
    assert line.why_en == "limit has no value (not yet handed down), so this item has no points."
    assert [one.value for one in line.derived] == [None, None]
    # 30 known; quantity 0 … 60 open: 30 fails, 90 is excellent, so there is no grade yet
    assert (score.points, score.lowest, score.highest, score.grade) == (30.0, 30.0, 90.0, None)


def test_a_grade_that_no_open_item_can_change_is_given_already():
    # 60 of quantity are certain; sections unknown: 60 … 100 may be pass or excellent. With no class weight left: pass
    small = sheet(a=('weight = 40\nformula = "weight * met', 'weight = 20\nformula = "weight * met'),
                  b=("maximum = 100", "maximum = 80"))  # fmt: skip
    score = evaluate(small, {**inputs(taken=900.0), "met": Input(None)})
    assert (score.points, score.lowest, score.highest) == (60.0, 60.0, 80.0)
    assert (score.grade.name_en, score.complete) == ("pass", False)


@pytest.mark.parametrize(("points", "grade"), [(90.0, "excellent"), (89.99, "pass"), (60.0, "pass"), (59.99, "fail")])
def test_the_lower_bound_of_a_grade_belongs_to_it(points, grade):
    assert sheet().grade_of(points).name_en == grade
    assert sheet().grade_of(-1.0) is None


def test_a_template_has_no_points_and_shows_inputs_figures_and_what_is_missing():
    score = evaluate(sheet("template"), {**inputs(), "met": Input(None, why="no report")})
    assert (score.points, score.lowest, score.highest, score.computable_maximum) == (None, None, None, 0.0)
    assert (score.grade, score.complete, score.missing) == (None, False, ("class",))
    assert [line.points for line in score.items] == [None] * 4
    assert [line.state for line in score.items] == [State.TEMPLATE, State.TEMPLATE, State.COMPUTED, State.COMPUTED]
    assert score.items[1].missing == ("met",)
    assert score.items[1].why_zh == "模板，分值未经核实，不计分；缺少达标断面数。"
    assert [one.value for one in score.items[0].derived] == [pytest.approx(1.1), pytest.approx(0.1)]
    assert [one.points for one in score.groups] == [None, None]
    assert score_as_dict(score)["assumed"] is True
    assert evaluate(sheet("template"), inputs()).complete is True


def test_a_fixed_value_cannot_be_given():
    with pytest.raises(InputError, match=r"input density is fixed at 0.5 by sheet own; leave it out"):
        evaluate(sheet(), {**inputs(), "density": Input(1.0)})


@pytest.mark.parametrize(
    ("old", "new", "marker", "sentence"),
    [
        ('"taken / limit"', '"taken / limit + over"', "limit + over", "own.toml, derived use_share: goes in a circle: use_share → over → use_share"),
        ('"taken / limit"', '"use_share + 0"', "use_share + 0", "derived use_share: goes in a circle: use_share → use_share; break it"),
        ('"taken / limit"', '"taken - gdp"', "taken - gdp", r"- at column 7 puts together 10⁴ m³ and 10⁴ yuan.*column 18\)"),
        ('"taken / limit"', '"taken"', 'formula = "taken"', "comes out in 10⁴ m³, where a plain number is wanted"),
        ('"weight * met / sections"', '"weight * met - taken"', "met - taken", r"- at column 14 puts together a plain number and 10⁴ m³.*column 25\)"),
        ('"weight * met / sections"', '"weight * taken"', "weight * taken", "comes out in 10⁴ m³, where a plain number is wanted; divide by"),
        ('"weight * met / sections"', '"if(taken > met, 1, 0)"', "taken > met", "> at column 10 compares 10⁴ m³ and a plain number"),
        ('unit = "10⁴ t"', 'unit = "t"', "taken * density", "comes out in 10⁴ m³·t/m³, where t is wanted"),
        ('unit = "10⁴ t"', 'unit = "tonnes"', "tonnes", "unit: unit 'tonnes' is not known"),
        ('group = "quality"', 'group = "qualty"', "qualty", "group 'qualty' is not known; did you mean 'quality'"),
        ("weight = 60\n\n[[group]]", "weight = 50\n\n[[group]]", "weight = 50", "group quantity has 50 points, but its items come to 60"),
        ('rank = "low"', 'rank = "lowest"', "lowest", "rank 'lowest' is not known"),
        ('subject = "water"', 'subject = "watr"', "watr", "subject 'watr' is not known; did you mean 'water'"),
        ('status = "confirmed"', 'status = "sure"', "sure", "status 'sure' is not known"),
        ('status = "confirmed"', 'status = "template"\nconfirmed = true', "confirmed = true", "status is template and confirmed true; remove confirmed"),
        ("value = 0.5", 'value = 0.5\nsource = "x.y"', "x.y", "has a value and a source"),
        ("from = 90\nconfirmed = true", "from = 90", 'status = "confirmed"', "is confirmed, but its grade excellent is not"),
        ('document = "a table"\nconfirmed = true', 'document = "a table"', 'status = "confirmed"', "is confirmed, but its value of density is not"),
        ('name = "over"', 'name = "taken"', 'name = "taken"\nname_zh = "超出比例"', "taken is an input and derived; rename one"),
        ("weight = 40", 'weight = 40\nunit = "m³"', 'unit = "m³"', "unit belongs to a figure"),
        ("from = 0", "from = 60", '[[grade]]\nname_zh = "不合格"', "grade 60 is listed 2 times"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(old, new, marker, sentence):
    text = SHEET.replace("{status}", "confirmed")
    assert old in text
    text = text.replace(old, new, 1)
    assert marker in text
    line = text[: text.index(marker)].count("\n") + 1
    with pytest.raises(SheetError, match=sentence) as caught:
        parse_sheet(text, "own.toml")
    told = next(i for i, fault in enumerate(caught.value.data["faults"]) if re.search(sentence, fault))
    assert f"(line {line}" in caught.value.data["faults"][told]
    assert caught.value.data["lines"][told] == line


def test_interp_is_a_line_through_its_knots():
    formula = parse("interp(x, 0, 0, 2, 10, 3, 30, 6, 80, 7.5, 100)")
    for x, y in ((-1, 0), (0, 0), (1, 5), (2, 10), (2.5, 20), (4.5, 55), (6.75, 90), (7.5, 100), (12, 100)):
        assert formula.value({"x": float(x)}) == pytest.approx(y)
    with pytest.raises(FormulaError, match="one x has no y"):
        parse("interp(x, 1, 2, 3, 4, 5)")
    with pytest.raises(FormulaError, match="interp has 2 at column 17 after 3; its knots must rise"):
        parse("interp(x, 3, 1, 2, 5)")
    with pytest.raises(UndefinedResult, match="interp at column 1 has knots that do not rise"):
        parse("interp(x, a, 1, b, 5)").value({"x": 1.0, "a": 2.0, "b": 2.0})


def test_known_asks_a_derived_value_too():
    text = SHEET.replace("{status}", "example").replace(
        '"weight * max(0, 1 - over / 0.2)"', '"if(known(over), weight * max(0, 1 - over / 0.2), weight / 2)"'
    )
    own = parse_sheet(text, "own.toml")
    assert evaluate(own, inputs()).items[0].points == 30.0
    line = evaluate(own, {**inputs(), "limit": Input(None)}).items[0]
    assert (line.points, line.state) == (30.0, State.COMPUTED)
    # a division by zero behind it is no value either
    assert evaluate(own, inputs(limit=0.0)).items[0].points == 30.0


def test_a_division_by_zero_in_a_derived_value_is_told_by_its_name():
    line = evaluate(sheet(), inputs(limit=0.0)).items[0]
    assert (line.state, line.points) == (State.UNDEFINED, None)
    assert line.why_en.endswith(": share beyond the limit: share of the limit used: division by zero at column 7.")
