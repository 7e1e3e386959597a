from datetime import date

import pytest

from riverchief.base.errors import UnknownName
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.wording import Reason, verdict_sentence

DAY = date(2021, 4, 1)


def said(values, language):
    return assess(values, on=DAY).row().sentence(language)


def test_the_sentence_says_value_unit_limit_and_multiple():
    values = {"do": 8.0, "codmn": 13.5, "nh3n": 0.529, "tp": 0.246, "ph": 8.14}
    assert said(values, "zh") == "Ⅴ类：高锰酸盐指数 13.5 mg/L 高于Ⅳ类限值 10，超Ⅲ类 1.2 倍。"
    assert said(values, "en") == (
        "class Ⅴ: permanganate index 13.5 mg/L is above the class Ⅳ limit 10 (1.2 times over class Ⅲ)"
    )


def test_oxygen_is_below_and_ph_outside():
    assert said({"do": 2.5, "codmn": 1.0, "nh3n": 0.1, "tp": 0.01, "ph": 7}, "zh") == (
        "Ⅴ类：溶解氧 2.5 mg/L 低于Ⅳ类限值 3。"
    )
    assert (
        said({"do": 8.0, "codmn": 1.0, "nh3n": 0.1, "tp": 0.01, "ph": 9.4}, "en") == "class 劣Ⅴ: pH 9.4 is outside 6–9"
    )


def test_what_is_missing_is_said_with_and_without_a_class():
    assert said({"do": 8.0, "codmn": 1.0, "nh3n": 0.1, "ph": 7}, "zh") == (
        "Ⅰ类：各参评项目均符合Ⅰ类限值。缺项未参评：总磷。"
    )
    assert said({"do": 8.0, "codmn": 1.0, "nh3n": -1, "ph": 7, "tp": 0.01}, "en") == (
        "class Ⅰ: every item keeps its class Ⅰ limit; not plausible, left out: nh3n -1"
    )
    assert said({}, "en").startswith("cannot be judged; missing, left out: pH, dissolved oxygen")


def test_the_reasons_are_data_too():
    row = assess({"do": 8.0, "codmn": 13.5, "nh3n": 0.1, "tp": 0.1}, on=DAY).row()
    above, missing = (reason.as_dict() for reason in row.why)
    assert above == {
        "kind": "above",
        "property": "codmn",
        "value": 13.5,
        "limit": 10.0,
        "limit_class": "Ⅳ",
        "multiple": pytest.approx(1.25),
        "unit": "mg/L",
    }
    assert missing == {"kind": "missing", "property": "ph"}


def test_a_language_that_is_not_spoken_is_named():
    with pytest.raises(UnknownName, match="language 'fr'"):
        verdict_sentence(0, "", (Reason("no_edition"),), "fr")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.2700361, "0.27 mg/L"), (0.20000012, "0.2000001 mg/L"), (0.2 + 1e-8, "0.20000001 mg/L"), (0.246, "0.246 mg/L")],
)
def test_a_mean_is_shown_in_as_many_digits_as_say_on_which_side_of_the_limit_it_lies(value, shown):
    row = assess({"tp": value, "do": 9.0, "codmn": 1.0, "nh3n": 0.1, "ph": 7.0}, on=date(2026, 10, 1)).row()
    assert f"total phosphorus {shown} is above the class Ⅲ limit 0.2" in row.sentence("en")
