"""Units of expressions: products as they come, like to like, and every unlike pair refused with its column."""

import pytest

from riverchief.govern.sheets.dimensions import parse_unit
from riverchief.govern.sheets.tree import FormulaError, UnitFault
from riverchief.govern.twin.quality.expressions.grammar import parse
from riverchief.govern.twin.quality.expressions.units import unit_of

UNITS = {
    name: parse_unit(unit)
    for name, unit in {
        "bod": "mg/L", "chla": "µg/L", "k": "1/d", "k_hour": "1/h", "sod": "g/m2/d", "depth_m": "m", "velocity_ms": "m/s",
        "temperature_c": "degC", "theta_bod": "1", "area": "m2", "exchange": "W/m2/degC", "heat": "J/m3/degC",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("k * bod", "mg/L/d"), ("sod / depth_m", "mg/L/d"), ("k * theta(theta_bod, temperature_c) * bod", "g/m³/d"),
        ("bod / (bod + 2[mg/L])", "1"), ("do_saturation(temperature_c) - bod", "mg/L"), ("reaeration(velocity_ms, depth_m)", "1/d"),
        ("sqrt(area)", "m"), ("depth_m ^ 2", "m²"), ("(depth_m / 1[m]) ^ 1.5", "1"), ("max(bod, 0)", "mg/L"),
        ("exp(-k * 2[d])", "1"), ("exchange * temperature_c / (heat * depth_m)", "degC/s"), ("ln(bod / 1[mg/L])", "1"),
        ("chla * 0.001[mg/µg]", "mg/L"), ("min(k, 2[1/d])", "1/d"),
    ],
)  # fmt: skip
def test_an_expression_comes_out_in_the_unit_that_a_person_writes(text, unit):
    assert unit_of(parse(text), UNITS).like(parse_unit(unit))


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("bod + k", 5, r"\+ at column 5 adds mg/L and 1/d"),
        ("k * bod - bod", 9, r"- at column 9 subtracts 1/d·mg/L and mg/L"),
        ("k + k_hour", 3, "they differ by the factor 24; bring one into the unit of the other"),
        ("bod + chla", 5, "differ by the factor 0.001"),
        ("max(bod, depth_m)", 1, "max at column 1 takes mg/L and m"),
        ("exp(k)", 1, "exp at column 1 takes a plain number, and found 1/d"),
        ("2 ^ k", 3, r"\^ at column 3 has an exponent in 1/d"),
        ("depth_m ^ 1.5", 9, r"\^ at column 9 raises a quantity in m"),
        ("sqrt(depth_m)", 1, "sqrt at column 1 of m has no unit"),
        ("theta(1.05, depth_m)", 1, "theta at column 1 takes °C, and found m"),
        ("reaeration(depth_m, velocity_ms)", 1, "reaeration at column 1 takes m/s, and found m"),
        ("bod + 2", 5, r"mg/L and a plain number.*as in 5\[mg/L\]"),
        ("3[mg/l] + bod", 1, "unit 'mg/l' is not known"),
    ],
)
def test_unlike_units_are_refused_with_their_column(text, column, sentence):
    with pytest.raises(UnitFault, match=sentence) as caught:
        unit_of(parse(text), UNITS)
    assert caught.value.data["column"] == column


def test_an_unknown_name_is_told():
    with pytest.raises(FormulaError, match="name 'q' at column 5 is not known"):
        unit_of(parse("1 + q"), UNITS)


def test_a_bare_zero_fits_any_unit():
    assert unit_of(parse("0"), UNITS) is None
    assert unit_of(parse("0 * bod"), UNITS) is None
    assert unit_of(parse("0 + bod"), UNITS).like(UNITS["bod"])
