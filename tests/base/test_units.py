import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base import units
from riverchief.base.errors import InputError, UnknownName


@pytest.mark.parametrize(
    ("value", "unit", "kept", "expected"),
    [
        (200.0, "µg/L", "mg/L", 0.2),
        (3600.0, "m³/h", "m³/s", 1.0),
        (1013.25, "hPa", "Pa", 101_325.0),
        (1.282, "mS/cm", "µS/cm", 1282.0),
        (128.2, "mS/m", "µS/cm", 1282.0),
        (0.7, "mg/m³", "µg/m³", 700.0),
        (25.0, "mg/L", "mg/L", 25.0),
    ],
)
def test_values_are_turned_into_the_kept_unit(value, unit, kept, expected):
    assert value * units.factor(unit, kept) == pytest.approx(expected)


@given(st.sampled_from(sorted(units._FACTORS)))
def test_there_and_back_is_one(pair):
    assert units.factor(*pair) * units.factor(*reversed(pair)) == pytest.approx(1)


def test_what_cannot_be_turned_and_what_is_not_known_is_refused():
    with pytest.raises(InputError, match="cannot turn 'mg/L' into 'm³/s'"):
        units.factor("mg/L", "m³/s")
    with pytest.raises(UnknownName, match="did you mean 'turbidity'"):
        units.property_named("turbidty")


def test_every_property_has_a_code_of_its_own_both_names_and_a_range():
    for code, one in units.PROPERTIES.items():
        assert code == one.code
        assert one.name_zh
        assert one.name_en
        assert one.low < one.high
        assert one.decimals >= 0
