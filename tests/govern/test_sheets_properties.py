"""What holds for every score and every formula, whatever the inputs."""

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.govern.sheets import FormulaError, Input, evaluate, named, parse, score_as_dict
from riverchief.govern.sheets.formula import UndefinedResult

CHIEF = named("chief-monthly")
counts = st.integers(0, 400).map(float)
maybe = st.none() | counts | st.sampled_from([math.nan, math.inf, -math.inf, -3.0, 0.5])


def given_inputs(done=3.0, due=4.0, on_time=2.0, cases=3.0, share=0.72):
    values = {
        "patrols_done": done,
        "patrols_due": due,
        "cases_on_time": on_time,
        "cases_due": cases,
        "section_on_target_share": share,
    }
    return {name: Input(value) for name, value in values.items()}


@given(maybe, maybe, maybe, maybe, maybe)
def test_points_stay_within_what_could_be_computed_and_the_answer_is_json(done, due, on_time, cases, share):
    score = evaluate(CHIEF, given_inputs(done, due, on_time, cases, share))
    assert score.maximum == 100
    assert 0 <= score.computable_maximum <= 100
    known = [line for line in score.items if line.points is not None]
    assert (score.points is None) == (not known)
    assert score.computable_maximum == sum(line.maximum for line in known)
    for line in known:
        assert 0 <= line.points <= line.maximum
        assert not line.missing
    if known:
        assert score.points == pytest.approx(sum(line.points for line in known), abs=0.06 * len(known))
        assert score.lowest <= score.points <= score.highest <= 100
    assert json.loads(json.dumps(score_as_dict(score), allow_nan=False))["max"] == 100


@given(counts, counts, counts.filter(bool))
def test_one_more_patrol_never_costs_points(done, more, due):
    fewer = evaluate(CHIEF, given_inputs(done=done, due=due))
    assert evaluate(CHIEF, given_inputs(done=done + more, due=due)).points >= fewer.points


@given(st.sampled_from(sorted(given_inputs())))
def test_taking_one_input_away_takes_its_item_out_and_leaves_the_others(name):
    full, less = (
        evaluate(CHIEF, given_inputs()),
        evaluate(CHIEF, {**given_inputs(), name: Input(None, why="no record")}),
    )
    for before, after in zip(full.items, less.items, strict=True):
        if name in {one.name for one in before.inputs}:
            assert after.points is None
            assert after.missing == (name,)
            assert "no record" in after.why_zh
            assert "no record" in after.why_en
        else:
            assert after.points == before.points


def test_without_any_input_there_are_no_points_and_not_zero():
    score = evaluate(CHIEF, {})
    assert (score.points, score.computable_maximum, score.lowest, score.highest) == (None, 0.0, 0.0, 100.0)
    assert score_as_dict(score)["points"] is None


def test_a_number_that_is_none_is_missing_and_says_what_came():
    score = evaluate(CHIEF, {**given_inputs(), "section_on_target_share": Input(math.nan)})
    line = score_as_dict(score)["items"][2]
    assert (line["points"], line["missing"], line["inputs"][0]["value"]) == (None, ["section_on_target_share"], None)
    assert "nan is no number" in line["why_en"]


def test_records_are_linked_by_their_kind():
    ids = ("case-01JD0Q4V6Z3M8N5T2R7W9XYABC", "patrol-01JD0Q4V6Z3M8N5T2R7W9XYABC", "verdict-01JD0Q4V6Z3M8N5T2R7W9XYABC")
    told = score_as_dict(evaluate(CHIEF, {**given_inputs(), "patrols_done": Input(4.0, ids)}))
    one = next(one for one in told["items"][0]["inputs"] if one["name"] == "patrols_done")
    assert [record["href"] for record in one["records"]] == [
        f"/case/{ids[0]}",
        f"/explain/{ids[1]}",
        f"/explain/{ids[2]}",
    ]


# ------------------------------------------------ formulas against exact fractions, with which they share no code


def exact(tree, values):
    """Value of a tree ("+", left, right), a name or a number as a fraction; ZeroDivisionError where there is none."""
    if isinstance(tree, str):
        return values[tree]
    if isinstance(tree, int):
        return Fraction(tree)
    sign, *parts = tree
    if sign == "if":
        return exact(parts[1] if exact(parts[0], values) != 0 else parts[2], values)
    found = [exact(part, values) for part in parts]
    match sign:
        case "+":
            return found[0] + found[1]
        case "-":
            return found[0] - found[1]
        case "*":
            return found[0] * found[1]
        case "/":
            return found[0] / found[1]
        case "negative":
            return -found[0]
        case "clamp":
            return min(max(found[0], found[1]), found[2])
        case _:
            return {"min": min, "max": max}[sign](found)


def shown(tree):
    if not isinstance(tree, tuple):
        return str(tree)
    sign, *parts = tree
    texts = [shown(part) for part in parts]
    if sign == "negative":
        return f"-({texts[0]})"
    return f"{sign}({', '.join(texts)})" if sign.isalpha() else f"({texts[0]} {sign} {texts[1]})"


leaves = st.integers(0, 9) | st.sampled_from(["a", "b"])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner),
        st.tuples(st.just("/"), inner, leaves),  # exact in binary, so that zero is zero in both
        st.tuples(st.just("negative"), inner),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner),
        st.tuples(st.just("clamp"), inner, st.just(0), st.just(5)),
        st.tuples(st.just("if"), leaves, inner, inner),
    ),
    max_leaves=8,
)


@given(trees, st.integers(-8, 8), st.integers(-8, 8))
def test_formulas_agree_with_exact_fractions(tree, a, b):
    formula = parse(shown(tree))
    values = {"a": Fraction(a, 8), "b": Fraction(b, 8)}
    floats = {name: float(value) for name, value in values.items()}
    try:
        expected = float(exact(tree, values))
    except ZeroDivisionError:
        with pytest.raises(UndefinedResult, match=r"division by zero at column \d+"):
            formula.value(floats)
    else:
        # no number on the way is beyond 9 ** 8, so binary rounding stays below a millionth
        assert formula.value(floats) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_formula_or_a_fault_with_its_column(text):
    try:
        assert parse(text).text == text
    except FormulaError as fault:
        assert 1 <= fault.data["column"] <= len(text) + 1


def test_a_number_that_grows_out_of_bounds_cannot_hide_behind_min():
    with pytest.raises(UndefinedResult, match="at column 7 comes to inf"):
        parse("min(a * a, 40)").value({"a": 1e200})
    with pytest.raises(FormulaError, match="the number at column 8 is too large"):
        parse("min(3, " + "9" * 400 + ")")


def test_clamp_holds_a_value_and_refuses_crossed_limits():
    formula = parse("clamp(x, lo, hi)")
    assert [formula.value({"x": x, "lo": 2.0, "hi": 5.0}) for x in (1.0, 3.0, 9.0)] == [2.0, 3.0, 5.0]
    with pytest.raises(UndefinedResult, match="clamp at column 1 has its limits crossed: 5 > 2"):
        formula.value({"x": 3.0, "lo": 5.0, "hi": 2.0})


@pytest.mark.parametrize("text", ["１ + 2", "min（1, 2）", "a ≤ b", "得分"])
def test_signs_from_a_chinese_keyboard_are_told_with_their_column(text):
    with pytest.raises(FormulaError, match="means nothing here") as caught:
        parse(text)
    assert text[caught.value.data["column"] - 1] in "１（≤得"
