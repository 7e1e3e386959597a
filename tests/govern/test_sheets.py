"""Sheets: the worked example of the shipped sheet, and every kind of item on one that is made here."""

import json
from datetime import date

import pytest

from riverchief.base.errors import InputError, RuleError, UnknownName
from riverchief.govern.sheets import Input, Review, SheetError, State, evaluate, named, names, read, score_as_dict

HEAD = """format = 1
code = "own"
version = "1"
name_zh = "自用"
name_en = "own"
maximum = 100
"""
FULL = (
    HEAD
    + """base = 60
bonus_cap = 8
valid_from = 2026-01-01
valid_to = 2026-12-31

[[input]]
name = "share"
name_zh = "比例"
name_en = "share"

[[input]]
name = "late"
name_zh = "逾期"
name_en = "late"
unit = "1"

[[input]]
name = "praise"
name_zh = "表扬"
name_en = "praise"

[[input]]
name = "fraud"
name_zh = "造假"
name_en = "fraud"

[[item]]
code = "quality"
name_zh = "水质"
name_en = "quality"
weight = 40
target = 0.8
manual_review = true
formula = "weight * share / target"

[[item]]
code = "delay"
name_zh = "逾期扣分"
name_en = "delay"
kind = "deduction"
weight = 15
formula = "4 * late"

[[item]]
code = "province"
name_zh = "省级表扬"
name_en = "praised by the province"
kind = "bonus"
weight = 5
formula = "5 * praise"

[[item]]
code = "nation"
name_zh = "国家表扬"
name_en = "praised by the state"
kind = "bonus"
weight = 6
formula = "6 * praise"

[[item]]
code = "honest"
name_zh = "数据造假"
name_en = "faked data"
kind = "veto"
formula = "fraud > 0"
caps_total_at = 20

[[item]]
code = "opinion"
name_zh = "群众评议"
name_en = "opinion"
kind = "manual"
weight = 10
"""
)


@pytest.fixture
def full(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(FULL, encoding="utf-8")
    return read(path)


def inputs(share=0.6, late=1.0, praise=0.0, fraud=0.0):
    return {
        "share": Input(share, ("verdict-1",)),
        "late": Input(late, ("case-7", "case-9")),
        "praise": Input(praise),
        "fraud": Input(fraud),
    }


OPINION = {"opinion": Review(7.0, "office", "questionnaire of June", "file-1")}


def test_the_chiefs_month_worked_by_hand():
    # 3 of 4 patrols: 40 · 3/4 = 30; 2 of 3 cases: 30 · 2/3 = 20; 72 % of days of a target of 90 %: 30 · 0.8 = 24
    score = evaluate(
        named("chief-monthly"),
        {
            "patrols_done": Input(3, ("patrol-1", "patrol-2", "patrol-3")),
            "patrols_due": Input(4),
            "cases_on_time": Input(2, ("case-1", "case-2")),
            "cases_due": Input(3, ("case-1", "case-2", "case-3")),
            "section_on_target_share": Input(0.72, ("verdict-1",)),
        },
    )
    assert [line.points for line in score.items] == [30.0, 20.0, 24.0]
    assert (score.points, score.maximum, score.complete) == (74.0, 100.0, True)
    told = score_as_dict(score)
    assert told["assumed"] is True
    assert "示例" in told["banner_zh"]
    assert "not for official use" in told["banner_en"]
    first = told["items"][0]
    assert first["formula"] == "if(patrols_due == 0, weight, weight * min(1, patrols_done / patrols_due))"
    by_name = {one["name"]: one for one in first["inputs"]}
    assert [r["id"] for r in by_name["patrols_done"]["records"]] == ["patrol-1", "patrol-2", "patrol-3"]
    assert first["why_en"].endswith(
        "min(1, valid patrols ÷ patrols due)) = 30 with valid patrols = 3, patrols due = 4."
    )
    assert json.loads(json.dumps(told, allow_nan=False, ensure_ascii=False)) == told


def test_a_month_in_which_nothing_was_due_is_full():
    score = evaluate(
        named("chief-monthly"),
        {
            "patrols_done": Input(2.0), "patrols_due": Input(0.0), "cases_due": Input(0.0),
            "section_on_target_share": Input(1.0),
        },
    )  # fmt: skip
    assert (score.points, score.complete) == (100.0, True)


def test_a_missing_input_is_missing_and_never_zero():
    sheet = named("chief-monthly")
    given = {
        "patrols_done": Input(4.0),
        "patrols_due": Input(4.0),
        "section_on_target_share": Input(None, why="本月尚无评价"),
    }
    score = evaluate(sheet, given)
    assert [line.state for line in score.items] == [State.COMPUTED, State.MISSING, State.MISSING]
    assert [line.points for line in score.items] == [40.0, None, None]
    assert (score.points, score.computable_maximum, score.lowest, score.highest) == (40.0, 40.0, 40.0, 100.0)
    assert (score.complete, score.missing) == (False, ("cases", "section"))
    assert score.items[1].why_en == "cases due has no value, so this item has no points."
    assert score.items[2].why_zh == "缺少断面达标率（本月尚无评价），本项无法计分。"
    told = score_as_dict(score)
    assert told["items"][2]["inputs"][0]["value"] is None
    assert (told["points"], told["max"], told["computable_max"], told["vetoed"]) == (40.0, 100.0, 40.0, False)
    assert evaluate(sheet, {}).points is None


def test_deduction_bonus_cap_and_manual_points(full):
    # 60 + 40 · 0.6/0.8 − 4 · 1 + 7 = 93; both bonuses 11, capped at 8; in all at most 100
    score = evaluate(full, inputs(praise=1.0), OPINION, on=date(2026, 6, 30))
    assert {line.item.code: line.points for line in score.items} == {
        "quality": 30.0, "delay": -4.0, "province": 5.0, "nation": 6.0, "honest": 0.0, "opinion": 7.0,
    }  # fmt: skip
    assert (score.points, score.maximum, score.complete) == (100.0, 100.0, True)
    assert evaluate(full, inputs(), OPINION).points == 93.0


def test_an_item_is_held_between_zero_and_its_weight(full):
    score = evaluate(full, inputs(share=1.0, late=9.0), OPINION)
    lines = {line.item.code: line for line in score.items}
    assert (lines["quality"].points, lines["quality"].computed) == (40.0, 50.0)
    assert "held to 40 (0 to 40)" in lines["quality"].why_en
    assert lines["delay"].points == -15.0
    assert evaluate(full, inputs(share=-3.0), OPINION).items[0].points == 0.0


def test_a_veto_cuts_the_total_and_says_so(full):
    score = evaluate(full, inputs(share=0.8, fraud=2.0), OPINION)
    assert (score.points, score.vetoed_by) == (20.0, ("honest",))
    assert "the total is cut to 20" in score.items[4].why_en
    assert evaluate(full, inputs(share=0.8), OPINION).vetoed_by == ()


def test_what_is_not_known_bounds_the_total(full):
    # known: 60 + 30 − 4; opinion 0 … 10; whether data were faked is unknown and may cut everything to 20
    score = evaluate(full, {**inputs(), "fraud": Input(None)})
    assert (score.points, score.maximum, score.computable_maximum) == (86.0, 100.0, 90.0)
    assert (score.lowest, score.highest) == (20.0, 96.0)
    assert set(score.missing) == {"honest", "opinion"}
    assert score.items[5].state == State.AWAITING
    late = evaluate(full, {**inputs(), "late": Input(None)}, OPINION)
    assert (late.points, late.lowest, late.highest) == (97.0, 82.0, 97.0)


def test_a_person_may_replace_points_where_the_sheet_allows_it(full):
    review = Review(35.0, "Zhao", "two samples were spoilt", "note-3")
    score = evaluate(full, inputs(), {**OPINION, "quality": review})
    line = score.items[0]
    assert (line.points, line.computed, line.state) == (35.0, 30.0, State.REVIEWED)
    assert line.why_en == "Zhao gave 35 points: two samples were spoilt"
    assert score_as_dict(score)["items"][0]["review"]["record"] == "note-3"
    with pytest.raises(RuleError, match="item delay of sheet own is computed and allows no review"):
        evaluate(full, inputs(), {"delay": review})
    with pytest.raises(InputError, match="Zhao gave item quality 41 points; it has 0 to 40"):
        evaluate(full, inputs(), {"quality": Review(41.0, "Zhao", "x", "")})
    with pytest.raises(InputError, match="without a reason"):
        evaluate(full, inputs(), {"quality": Review(30.0, "Zhao", " ", "")})


def test_a_division_by_zero_is_undefined_and_not_zero(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEAD + '[[input]]\nname = "a"\nname_zh = "甲"\nname_en = "a"\n[[item]]\ncode = "x"\nname_zh = "乙"\n'
                    'name_en = "x"\nweight = 100\nformula = "1 / a"\n', encoding="utf-8")  # fmt: skip
    score = evaluate(read(path), {"a": Input(0.0)})
    assert (score.items[0].state, score.items[0].points, score.complete) == (State.UNDEFINED, None, False)
    assert score.items[0].why_en == "1 ÷ a cannot be computed (a = 0): division by zero at column 3."


def test_names_and_days_are_checked(full):
    with pytest.raises(UnknownName, match="input of sheet own 'shore' is not known; did you mean 'share'"):
        evaluate(full, {"shore": Input(1.0)})
    with pytest.raises(UnknownName, match="item of sheet own"):
        evaluate(full, inputs(), {"nobody": OPINION["opinion"]})
    with pytest.raises(RuleError, match="sheet own 1 counts from 2026-01-01 to 2026-12-31, not on 2027-01-01"):
        evaluate(full, inputs(), OPINION, on=date(2027, 1, 1))
    with pytest.raises(UnknownName, match="did you mean 'chief-monthly'"):
        named("chief-montly")
    assert "chief-monthly" in names()


ITEM = '[[item]]\ncode = "x"\nname_zh = "乙"\nname_en = "x"\nweight = 5\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD, r"own.toml has no \[\[item\]\]"),
        (HEAD.replace("format = 1", "format = 2"), "format is 2; this riverchief reads format 1"),
        (HEAD + ITEM + 'formula = "1 +"\n', "own.toml, item x: formula '1 [+]': expected a number.*column 4"),
        (HEAD + ITEM + 'formula = "sher"\n', "own.toml, item x: input 'sher' is not known"),
        (HEAD + ITEM + 'formula = "target"\n', "names target, but the item has none"),
        (HEAD + ITEM + 'formula = "1"\nwieght = 3\n', "key 'wieght' is not known; did you mean 'weight'"),
        (HEAD + ITEM + 'formula = "1"\n' + ITEM + 'formula = "1"\n', "item x is listed 2 times"),
        (HEAD + ITEM.replace("5", "-5") + 'formula = "1"\n', "weight is -5 points; give at least 0"),
        (HEAD + ITEM.replace("5", '"5"') + 'formula = "1"\n', "weight is '5'; give a number"),
        (HEAD + ITEM + 'kind = "bonuss"\nformula = "1"\n', "kind 'bonuss' is not known; did you mean 'bonus'"),
        (HEAD + ITEM + 'kind = "manual"\nformula = "1"\n', "is manual and has a formula"),
        (HEAD + ITEM, "formula is None; give a text"),
        (HEAD + "confirmed = true\n" + ITEM + 'formula = "1"\n', "confirmed but names no document"),
        (
            HEAD + "valid_from = 2026-02-01\nvalid_to = 2026-01-01\n" + ITEM + 'formula = "1"\n',
            "lies before valid_from",
        ),
        (HEAD + 'valid_from = "2026"\n' + ITEM + 'formula = "1"\n', "valid_from is '2026'; give a date"),
        (
            HEAD + '[[input]]\nname = "weight"\nname_zh = "重"\nname_en = "w"\n',
            "'weight' cannot be a name in a formula",
        ),
        (HEAD + "[item]\n", r"item is not a list of tables; write \[\[item\]\] before each"),
        (HEAD + 'confirmed = "yes"\n' + ITEM + 'formula = "1"\n', "confirmed is 'yes'; give true or false"),
        ("format = \n", "own.toml is not valid TOML"),
    ],
)
def test_a_sheet_file_with_a_fault_is_refused_with_its_place(tmp_path, text, sentence):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SheetError, match=sentence):
        read(path)
