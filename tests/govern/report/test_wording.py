import pytest

from riverchief.govern.report.wording import class_name, day, number, part_number, said


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, 1, "—"),
        (float("nan"), 1, "—"),
        (0.0, 0, "0"),
        (-0.04, 1, "0.0"),
        (-5, 0, "−5"),
        (1234567.891, 2, "1 234 567.89"),
    ],
)
def test_numbers_have_thin_spaces_a_true_minus_and_a_dash_for_none(value, decimals, text):
    assert number(value, decimals, "zh").replace("\N{NARROW NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(("n", "text"), [(1, "一、"), (10, "十、"), (11, "十一、"), (20, "二十、"), (23, "二十三、")])
def test_parts_are_counted_as_documents_do(n, text):
    assert part_number(n, "zh") == text
    assert part_number(n, "en") == f"{n}."


def test_classes_have_numerals_and_a_dash_where_they_are_not_known():
    assert [class_name(c, "zh") for c in (1, 6, 0, None, 7)] == ["Ⅰ", "劣Ⅴ", "—", "—", "—"]
    assert class_name(6, "en") == ">Ⅴ"


def test_words_fall_back_to_chinese_and_to_a_dash():
    assert said({"zh": "汾河", "en": "Fen"}, "en") == "Fen"
    assert said({"zh": "汾河", "en": ""}, "en") == "汾河"
    assert said(None, "en") == "—"
    assert day("2026-10-05T03:10:59") == "2026-10-05 03:10"
