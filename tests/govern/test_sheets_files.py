"""A sheet's file with several faults names all of them, and a veto or a gap never turns into a total of zero."""

from pathlib import Path

import pytest

from riverchief.govern.sheets import Input, SheetError, evaluate, read
from riverchief.govern.sheets import sheet as sheet_module

FAULTY = """format = 1
code = "own"
version = "1"
name_zh = "自用"
name_en = "own"
maximum = 100
titel = "x"

[[input]]
name = "min"
name_zh = "甲"
name_en = "a"

[[input]]
name = "late"
name_zh = "逾期"
name_en = "late"

[[item]]
code = "x"
name_zh = "乙"
name_en = "x"
weight = 100
formula = "weight - 2 * lates"

[[item]]
code = "y"
name_zh = "丙"
name_en = "y"
weight = nan
formula = "weight * (1 - late"
"""

VETO = """format = 1
code = "own"
version = "1"
name_zh = "自用"
name_en = "own"
maximum = 100
{more}
[[input]]
name = "share"
name_zh = "比例"
name_en = "share"

[[input]]
name = "fraud"
name_zh = "造假"
name_en = "fraud"

[[item]]
code = "quality"
name_zh = "水质"
name_en = "quality"
weight = {weight}
formula = "weight * share"

[[item]]
code = "honest"
name_zh = "数据造假"
name_en = "faked data"
kind = "veto"
formula = "fraud > 0"
"""


def written(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_fault_of_a_file_is_named_in_one_reading(tmp_path):
    with pytest.raises(SheetError) as caught:
        read(written(tmp_path, FAULTY))
    faults = caught.value.data["faults"]
    expected = [
        "own.toml: key 'titel' is not known",
        "own.toml, input min: 'min' cannot be a name in a formula",
        "own.toml, item x: input 'lates' is not known; did you mean 'late'? It stands at column 14",
        "own.toml, item y: formula 'weight * (1 - late': expected ')' at column 19, found the end",
        "own.toml, item y: weight is nan; give a finite number",
    ]
    assert len(faults) == len(expected)
    for start in expected:
        assert any(fault.startswith(start) for fault in faults), start
        assert start in caught.value.sentence


@pytest.mark.parametrize("weight", [90, 110])
def test_weights_that_do_not_come_to_the_maximum_are_a_fault(tmp_path, weight):
    with pytest.raises(SheetError, match=rf"maximum is 100 points, but .* come to {weight}; mend one of them"):
        read(written(tmp_path, VETO.format(weight=weight, more="")))


def test_points_to_begin_with_may_reach_beyond_the_maximum_but_not_fall_short(tmp_path):
    sheet = read(written(tmp_path, VETO.format(weight=60, more="base = 50")))
    assert evaluate(sheet, {"share": Input(1.0), "fraud": Input(0.0)}).points == 100
    with pytest.raises(SheetError, match="come to 90"):
        read(written(tmp_path, VETO.format(weight=60, more="base = 30")))


def test_a_veto_that_did_not_fire_is_no_total_of_zero(tmp_path):
    sheet = read(written(tmp_path, VETO.format(weight=100, more="")))
    assert evaluate(sheet, {"fraud": Input(0.0)}).points is None
    fired = evaluate(sheet, {"fraud": Input(1.0)})
    assert (fired.points, fired.vetoed_by, fired.highest) == (0.0, ("honest",), 0.0)
    doubtful = evaluate(sheet, {"share": Input(0.8)})
    assert (doubtful.points, doubtful.lowest, doubtful.highest) == (80.0, 0.0, 80.0)
    assert doubtful.items[1].missing == ("fraud",)


def test_the_reference_page_has_a_sheet_that_reads_and_every_key(tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "sheet-file.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    sheet = read(written(tmp_path, example))
    # 45 clean days of 60 against a target of 90 %: 70 · 0.75 / 0.9 = 58.33; one late repair: −2; the school has yet to say
    given = {"clean_days": Input(45.0), "days": Input(60.0), "late": Input(1.0), "fraud": Input(0.0)}
    score = evaluate(sheet, given)
    assert (score.points, score.computable_maximum, score.complete) == (56.33, 70.0, False)
    with pytest.raises(SheetError) as caught:
        read(written(tmp_path, example + "nonsense = 1\n[[input]]\nnonsense = 1\n"))
    assert len([fault for fault in caught.value.data["faults"] if "nonsense" in fault]) == 2
    for key in (
        *sheet_module._SHEET_KEYS,
        *sheet_module._INPUT_KEYS,
        *sheet_module._ITEM_KEYS,
        *sheet_module._DERIVED_KEYS,
        *sheet_module._GROUP_KEYS,
        *sheet_module._GRADE_KEYS,
        *sheet_module._STEP_KEYS,
        *sheet_module.FUNCTIONS,
    ):
        assert f"`{key}`" in page or f"`{key}(" in page or f" `{key}(" in page, key
