from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.standards.rounding import decimals_of, evaluation_decimals, round_half_even
from vectors import water as vectors

# typed from the sheet: places for classing
PLACES = {
    "water_temperature": 1,
    "ph": 0,
    **dict.fromkeys(("do", "codmn", "cod", "bod5"), 1),
    "nh3n": 2,
    "tp": 3,
    "tn": 2,
    **dict.fromkeys(("copper", "zinc", "fluoride", "chromium6", "lead", "cyanide", "sulphide"), 3),
    **dict.fromkeys(("selenium", "arsenic", "phenol"), 4),
    **dict.fromkeys(("mercury", "cadmium"), 5),
    **dict.fromkeys(("petroleum", "surfactant"), 2),
    "faecal_coliform": 0,
    "ec": 1,
    "turbidity": 1,
    "chla": 3,
    "algae": 0,
}


def test_places_are_those_of_the_rules():
    assert dict(evaluation_decimals()) == PLACES
    with pytest.raises(InputError, match="gives no decimals for level"):
        decimals_of("level")


@pytest.mark.parametrize(("value", "rounded"), vectors.ROUNDING)
def test_published_examples(value, rounded):
    assert round_half_even(value, 3) == pytest.approx(rounded, abs=1e-15)


def test_what_was_printed_as_a_half_is_a_half():
    # 1.005 and 2.675 are kept a hair below themselves
    assert round_half_even([1.005, 2.675, 0.125, 0.135, -0.125], 2).tolist() == [1.0, 2.68, 0.12, 0.14, -0.12]
    assert round_half_even([0.5, 1.5, 9.4, 9.6], 0, keep_one_digit=False).tolist() == [0.0, 2.0, 9.0, 10.0]


def test_nothing_becomes_zero_that_is_not():
    assert round_half_even([0.0, 0.00042, 0.4], 3).tolist() == [0.0, 0.0004, 0.4]
    assert np.isnan(round_half_even(np.nan, 2))


@given(st.integers(-(10**7), 10**7), st.integers(0, 5), st.integers(0, 4))
def test_it_is_decimal_rounding_of_the_printed_number(digits, places, decimals):
    printed = Decimal(digits).scaleb(-places)
    expected = printed.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    found = round_half_even(float(printed), decimals, keep_one_digit=False)
    assert float(found) == pytest.approx(float(expected), abs=1e-9)
