"""Formulas of sheets: the grammar, its faults with their column, and what a missing input does."""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.govern.sheets.formula import FormulaError, MissingInput, UndefinedResult, parse, rounded


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("24 / 4 / 2", 3), ("-2 * -3", 6), ("--2", 2),
        ("2 - -3", 5), ("1.5 * .5", 0.75), ("min(3, 1, 2)", 1), ("max(3, 1, 2) + abs(-4)", 7), ("1 < 2", 1),
        ("2 <= 1", 0), ("3 >= 3", 1), ("3 != 3", 0), ("1 + 1 == 2", 1), ("not 0", 1), ("not 2 > 1", 0),
        ("1 > 2 or 2 > 1", 1), ("1 and 0 or 1", 1), ("1 or 0 and 0", 1), ("if(2 > 1, 10, 20)", 10),
        ("if(0, 10, 20) / 2", 10), ("round(2.5)", 3), ("round(-2.5)", -3), ("round(2.675, 2)", 2.68), ("x * y", 12),
        ("known(x) + known(z)", 1), ("if(known(z), z, x)", 3),
    ],
)  # fmt: skip
def test_it_computes_what_a_person_reads(text, value):
    assert parse(text).value({"x": 3.0, "y": 4.0}) == value


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("1 + ", 5, r"expected a number, a name or '\(' at column 5, found the end"),
        ("min(1, 2", 9, r"expected '\)' at column 9, found the end"),
        ("(1 + 2))", 8, r"expected an operator or the end at column 8, found '\)'"),
        ("1 2", 3, "expected an operator or the end at column 3, found '2'"),
        ("a ** b", 4, r"expected a number, a name or '\(' at column 4, found '\*'"),
        ("__import__('os')", 12, "at column 12 means nothing here"),
        ("a.b", 2, "'.' at column 2 means nothing here"),
        ("a[0]", 2, "at column 2 means nothing here"),
        ("eval(1)", 1, "at column 1: function 'eval' is not known"),
        ("mim(1, 2)", 1, "did you mean 'min'"),
        ("if(1, 2)", 1, "if at column 1 takes 3 values, found 2"),
        ("1 < 2 < 3", 7, "one comparison at a time"),
        ("known(1)", 1, "known at column 1 takes the name of an input"),
        ("1 = 2", 3, "'=' at column 3 means nothing here"),
        ("", 1, "found the end"),
        ("lambda: 1", 7, "':' at column 7"),
        ("(" * 200 + "1" + ")" * 200, 51, "deeper than 100 levels at column 51"),
        ("-" * 300 + "1", 101, "deeper than 100 levels at column 101"),
        ("1" + "+1" * 300, None, "deeper than 100 levels"),
        ("1 + " * 600 + "1", 1, "longer than 2,000"),
    ],
)
def test_a_fault_is_told_with_its_column(text, column, sentence):
    with pytest.raises(FormulaError, match=sentence) as caught:
        parse(text)
    assert column is None or caught.value.data["column"] == column


def test_a_missing_input_is_missing_only_where_it_matters():
    formula = parse("if(due == 0, weight, weight * done / due)")
    assert formula.names == ("done", "due", "weight")
    assert formula.value({"due": 0.0, "weight": 40.0, "done": None}) == 40
    with pytest.raises(MissingInput, match="input done has no value"):
        formula.value({"due": 2.0, "weight": 40.0, "done": None})
    with pytest.raises(MissingInput, match="input due has no value"):
        formula.value({"due": float("nan"), "weight": 40.0})
    assert parse("1 or missing").value({}) == 1
    assert parse("0 and missing").value({}) == 0


def test_what_is_no_number_is_said():
    with pytest.raises(UndefinedResult, match="division by zero at column 3"):
        parse("1 / (2 - 2)").value({})
    with pytest.raises(UndefinedResult, match="comes to inf"):
        parse("x * x").value({"x": 1e200})
    for digits in ("0 - 1", "99", "0.5"):
        with pytest.raises(UndefinedResult, match="digits; give a whole number from 0 to 12"):
            parse(f"round(1, {digits})").value({})


@given(st.decimals(-1_000_000, 1_000_000, places=4), st.integers(0, 3))
def test_rounding_is_half_away_from_zero(number, digits):
    step = 10**digits
    scaled = abs(number) * step
    expected = (int(scaled) + (scaled - int(scaled) >= operator.truediv(1, 2))) / step
    assert rounded(float(number), digits) == pytest.approx(expected if number >= 0 else -expected)


numbers = st.integers(0, 50).map(str)
trees = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", " * ", "+", "-", "*"]), inner).map(lambda t: f"({''.join(t)})"),
        inner.map(lambda t: f"(-{t})"),
        st.tuples(inner, inner).map(lambda t: f"min({t[0]}, {t[1]})"),
        st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner).map(lambda t: f"({' '.join(t)})"),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_it_agrees_with_an_independent_reader(text):
    # the grammar is a part of Python's, so Python itself can be the referee here, in the test only
    assert parse(text).value({}) == float(eval(text, {"__builtins__": {}}, {"min": min}))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.abmin(),+-*/<>=! \t_朝", max_size=40))
def test_any_text_is_a_formula_or_a_fault_with_its_column(text):
    fault = None
    try:
        formula = parse(text)
    except FormulaError as found:
        fault = found
    assert formula.text == text if fault is None else 1 <= fault.data["column"] <= len(text) + 1
