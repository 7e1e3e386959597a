"""Sentences of a score: names in place of codes, on paper's signs, in both languages."""

import re

import pytest

from riverchief.govern.sheets import Input, evaluate, named, names, parse


def test_a_formula_is_told_with_names_and_the_signs_of_paper():
    told = parse("if(a_due == 0, weight, weight * min(1, a / a_due) - 2[%] / 2[%])").told(
        {"a": "有效次数", "a_due": "应巡次数", "weight": "权重"}
    )
    assert told == "if(应巡次数 = 0, 权重, 权重 × min(1, 有效次数 ÷ 应巡次数) - 2[%] ÷ 2[%])"


def test_a_name_that_is_part_of_another_is_not_replaced_in_it():
    assert parse("rate + rate_due").told({"rate": "率"}) == "率 + rate_due"


@pytest.mark.parametrize("code", names())
def test_no_code_of_an_input_stands_in_a_sentence(code):
    sheet = named(code)
    inputs = {spec.name: Input(3.0) for spec in sheet.inputs if spec.value is None}
    codes = {one.name for one in (*sheet.inputs, *sheet.derived) if "_" in one.name}
    for given in (inputs, {}, {name: Input(0.0) for name in inputs}):
        for line in evaluate(sheet, given).items:
            assert not codes & set(re.findall(r"\w+", f"{line.why_zh} {line.why_en}", re.ASCII))
