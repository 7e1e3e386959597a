"""Units of formulas: like to like, products as they come, and every unlike pair refused with its column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.dimensions import PLAIN, parse_unit, unit_of
from riverchief.govern.sheets.formula import UnitFault, parse

UNITS = {
    name: parse_unit(unit)
    for name, unit in {
        "taken": "10⁴ m³", "limit": "10⁴ m³", "saved": "m³", "share": "1", "rate": "%", "gdp": "10⁴ yuan", "do": "mg/L",
        "late": "d", "area": "mu", "trees": "tree", "flow": "m³/s",
    }.items()
}  # fmt: skip


def comes_out(text):
    unit = unit_of(parse(text).tree, UNITS)
    return None if unit is None else unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("taken / limit", "1"), ("taken / gdp", "m³/yuan"), ("share + 1", "1"), ("taken - limit", "万立方米"),
        ("taken * 10000[m³/10⁴m³] - saved", "m³"), ("rate / 100[%]", "1"), ("rate * 0.5", "%"), ("trees / area", "株/亩"),
        ("late / 1[d]", "1"), ("min(taken, limit)", "10⁴ m³"), ("if(late > 0, 3, 0)", "1"), ("round(taken, 2)", "10⁴m³"),
        ("flow * 86400[s/d]", "m³/d"), ("interp(do, 2[mg/L], 10, 3[mg/L], 30)", "1"), ("-taken", "10⁴ m³"),
        ("taken > limit and late > 0", "1"), ("known(taken) + share", "1"), ("clamp(rate, 0, 100[%])", "%"),
        ("do * 1000[L/m³]", "mg/m³"), ("abs(taken - limit) / limit", "1"),
    ],
)  # fmt: skip
def test_a_formula_comes_out_in_the_unit_that_a_person_writes(text, unit):
    assert comes_out(text).like(parse_unit(unit))


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("taken + rate", 7, r"\+ at column 7 adds 10⁴ m³ and %: bring both to one unit"),
        ("taken - saved", 7, "they differ by the factor 0.0001; bring one into the unit of the other"),
        ("late > 5", 6, "> at column 6 compares d and a plain number.*5\\[m³\\]"),
        ("min(share, rate)", 1, "min at column 1 puts together a plain number and %"),
        ("if(share > 1, taken, gdp)", 1, "if at column 1 puts together 10⁴ m³ and 10⁴ yuan"),
        ("interp(do, 2, 10, 3, 30)", 1, "interp at column 1 puts together mg/L and a plain number"),
        ("share * (taken - late)", 16, "- at column 16 puts together 10⁴ m³ and d"),
        ("5[mg/l] + do", 1, "at column 1: unit 'mg/l' is not known"),
    ],
)
def test_unlike_units_are_refused_with_their_column(text, column, sentence):
    with pytest.raises(UnitFault, match=sentence) as caught:
        comes_out(text)
    assert caught.value.data["column"] == column


def test_a_bare_zero_fits_any_unit():
    assert comes_out("0") is None
    assert comes_out("if(taken > 0, taken, 0)").like(UNITS["limit"])
    assert comes_out("max(0, rate)").like(UNITS["rate"])
    assert comes_out("0 / taken") is None


@pytest.mark.parametrize(
    ("left", "right", "factor"),
    [
        ("10⁴ m³", "m³", 1e4), ("ha", "mu", 15), ("mu", "m²", 2000 / 3), ("%", "1", 0.01), ("t", "kg", 1000), ("d", "h", 24),
        ("m³/s", "m³/h", 3600), ("kWh", "MJ", 3.6), ("mg/L", "g/m³", 1), ("亿立方米", "万立方米", 1e4), ("万亩", "公顷", 1e4 / 15),
        ("元/立方米", "yuan/m³", 1), ("tce", "kgce", 1000), ("km²", "ha", 100), ("10^4 m3", "万方", 1), ("吨/亩", "t/mu", 1),
    ],
)  # fmt: skip
def test_sizes_of_units_are_those_of_the_tables(left, right, factor):
    assert parse_unit(left).factor(parse_unit(right)) == pytest.approx(factor)


def test_unlike_units_have_no_factor_and_unknown_ones_their_nearest():
    assert parse_unit("m³").factor(parse_unit("t")) is None
    assert parse_unit("a").factor(parse_unit("d")) is None  # a year has no fixed number of days
    with pytest.raises(UnknownName, match="unit 'tonn' is not known"):
        parse_unit("tonn")
    with pytest.raises(InputError, match="unit 'm³/' has an empty part"):
        parse_unit("m³/")


symbols = st.sampled_from(["m", "s", "kg", "yuan", "mu", "%", "tCO2", "10⁴m³", "d"])


@given(symbols, symbols, symbols)
def test_products_and_quotients_undo_each_other_in_any_order(a, b, c):
    units = {"a": parse_unit(a), "b": parse_unit(b), "c": parse_unit(c)}
    for text in ("a * b / b", "b * a / b", "a * b * c / c / b", "a / b * b"):
        assert unit_of(parse(text).tree, units).like(units["a"])
    assert unit_of(parse("a / a").tree, units).like(PLAIN)
    assert parse_unit(f"{a}·{b}/{c}").like(unit_of(parse("b / c * a").tree, units))
    same = units["a"].like(units["b"])
    try:
        assert unit_of(parse("a + b").tree, units).like(units["a"])
        assert same
    except UnitFault:
        assert not same
