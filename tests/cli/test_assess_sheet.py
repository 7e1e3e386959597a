"""`riverchief assess sheet`: a shipped sheet or an own file scored from a table, faults with their line and exit code."""

import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.govern.sheets import names

load_verbs("assess")
RUNNER = CliRunner()
PROJECTS = """region,name,value,why
140702,projects_total,4,board
140702,projects_started,3,
140703,projects_total,5,
140703,projects_started,5,
140727,projects_total,2,
140727,projects_started,2,
140728,projects_total,0,
140728,projects_started,0,
140729,projects_total,8,
"""


def run(*args):
    return RUNNER.invoke(app, ["assess", "sheet", *map(str, args)])


def told(*args):
    result = run(*args, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_places_side_by_side_with_ranks(tmp_path):
    path = tmp_path / "projects.csv"
    path.write_text(PROJECTS, encoding="utf-8")
    code, found = told("key-projects", "--inputs", path)
    assert code == 0
    rows = {one["code"]: one for one in found["places"]}
    # 75 %, 100 % twice on rank 1, nothing to start, nothing known: the third rank follows two firsts
    assert {key: (one["figures"]["start_rate"], one["ranks"]["start_rate"]) for key, one in rows.items()} == {
        "140702": (75.0, 3), "140703": (100.0, 1), "140727": (100.0, 1), "140728": (None, None), "140729": (None, None),
    }  # fmt: skip
    assert found["assumed"] is True
    assert rows["140729"]["items"][0]["missing"] == ["projects_started"]
    shown = run("key-projects", "--inputs", path).stdout
    assert "rank 3" in shown
    assert "示例" in shown


def test_a_score_with_a_bad_row_goes_on_and_says_so(tmp_path):
    path = tmp_path / "month.toml"
    path.write_text(
        "patrols_done = 3\npatrols_due = 4\ncases_on_time = 2\ncases_due = 3\nsection_on_target_share = 0.72\npatrol = 1\n"
    )
    code, found = told("chief-monthly", "--inputs", path)
    assert (code, found["points"], found["complete"]) == (1, 74.0, True)
    assert found["refused"][0]["en"] == "input 'patrol' is not known; did you mean 'patrols_due'?"
    assert found["items"][0]["inputs"][0]["records"][0]["id"] == "row:1"


def test_without_inputs_everything_is_missing_and_nothing_zero():
    code, found = told("chief-monthly")
    assert (code, found["points"], found["lowest"], found["highest"]) == (0, None, 0.0, 100.0)
    assert all(item["points"] is None for item in found["items"])


def test_the_list_has_every_sheet_with_its_state():
    code, found = told("--list")
    assert code == 0
    assert [one["code"] for one in found["items"]] == names()
    assert {one["status"] for one in found["items"]} == {"example", "template"}
    shown = run().stdout
    assert "water-strictest" in shown
    assert "水资源与节水" in shown


def test_an_own_file_with_a_fault_is_refused_with_its_line(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'format = 1\ncode = "own"\nversion = "1"\nname_zh = "自用"\nname_en = "own"\nmaximum = 10\n'
        '[[input]]\nname = "a"\nname_zh = "甲"\nname_en = "a"\nunit = "m³"\n'
        '[[derived]]\nname = "b"\nname_zh = "乙"\nname_en = "b"\nformula = "c / 2"\n'
        '[[derived]]\nname = "c"\nname_zh = "丙"\nname_en = "c"\nformula = "b + 1"\n'
        '[[item]]\ncode = "x"\nname_zh = "丁"\nname_en = "x"\nweight = 10\nformula = "weight * b + a"\n',
        encoding="utf-8",
    )
    result = run(path)
    assert isinstance(result.exception, InputError)
    assert "derived b: goes in a circle: b → c → b; break it at one of them. (line 16, column 12)" in str(
        result.exception
    )
    assert "+ at column 12 adds a plain number and m³" in str(result.exception)
    assert "(line 27, column 23)" in str(result.exception)


def test_the_form_comes_back_as_inputs(tmp_path):
    path = tmp_path / "form.xlsx"
    assert run("river-health", "--form", path).exit_code == 0
    code, found = told("river-health", "--inputs", path)
    assert (code, found["points"], found["refused"]) == (0, None, [])


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["key-project"], "sheet 'key-project' is not known; did you mean 'key-projects'"),
        (["key-projects", "--inputs", "nowhere.csv"], "cannot read nowhere.csv"),
        (["nowhere.toml"], "cannot read nowhere.toml"),
        (["key-projects", "--inputs", "x.ods"], "cannot read x.ods"),
    ],
)
def test_wrong_names_are_told(args, sentence):
    result = run(*args)
    assert isinstance(result.exception, InputError)
    assert sentence in str(result.exception)
