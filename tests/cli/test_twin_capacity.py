"""`riverchief twin capacity`: the table for people and for programs, design flows from a file, faults that are answers."""

import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs


@pytest.fixture(scope="module", autouse=True)
def _verbs():
    load_verbs("twin")


def run(*words):
    return CliRunner().invoke(app, ["twin", "capacity", *map(str, words)])


def test_the_table_for_programs_has_every_discharger_with_its_margin():
    told = json.loads(run("mini", "--on", "2026-07-01", "--json").stdout)
    assert {row["code"] for row in told["items"]} == {"out-chem", "works-shangchuan", "out-farm"}
    for row in told["items"]:
        assert row["margin_kgd"] == pytest.approx(row["capacity_kgd"] - row["permit_kgd"], abs=2e-3)
        assert row["binding"] in {one["code"] for one in told["sections"]}


def test_design_flows_from_a_file_are_those_that_count(tmp_path):
    file = tmp_path / "low.csv"
    file.write_text("reach,flow_m3s\nqx1,0.4\nqx2,0.6\nqx3,0.7\n", encoding="utf-8")
    low = json.loads(run("mini", "--on", "2026-07-01", "--flows", file, "--json").stdout)
    mean = json.loads(run("mini", "--on", "2026-07-01", "--flow-share", 1.0, "--json").stdout)
    assert low["flow_share"] is None
    assert sum(r["capacity_kgd"] for r in low["items"]) < sum(r["capacity_kgd"] for r in mean["items"])


def test_the_table_for_people_says_what_is_assumed():
    answer = run("mini", "--on", "2026-07-01")
    assert answer.exit_code == 0
    assert "out-chem" in answer.stdout
    assert "assumed" in answer.stdout


@pytest.mark.parametrize(
    "words", [("nowhere",), ("mini", "--fairness", "fair"), ("mini", "--on", "July"), ("mini", "--property", "ph")]
)
def test_faults_are_answers(words):
    assert isinstance(run(*words).exception, InputError)


def test_a_file_without_its_columns_is_named(tmp_path):
    file = tmp_path / "low.csv"
    file.write_text("stretch,flow\nqx1,1\n", encoding="utf-8")
    assert "low.csv" in run("mini", "--flows", file).exception.sentence
