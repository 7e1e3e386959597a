"""`riverchief report`: files from kept facts, templates and forms listed and copied out, errors that say what to do."""

import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest
from typer.testing import CliRunner

from govern.report import samples
from riverchief.base.errors import InputError, UnknownName
from riverchief.cli import app, load_verbs

load_verbs("report")


@pytest.fixture
def facts(tmp_path, chinese):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(samples.facts().as_dict()), encoding="utf-8")
    return path


def run(*words):
    result = CliRunner().invoke(app, ["report", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_kept_facts_are_made_into_files_in_both_languages(facts, tmp_path):
    told = json.loads(
        run(
            "monthly", "--facts", facts, "--lang", "zh,en", "--format", "xlsx,json", "--out", tmp_path / "o", "--json"
        ).stdout
    )
    names = sorted(path.name for path in (tmp_path / "o").iterdir())
    assert names == ["monthly-2026-10-1407.en.xlsx", "monthly-2026-10-1407.zh.xlsx", "monthly-2026-10.facts.json"]
    assert told["digest"] == samples.facts().digest()
    assert [item["bytes"] for item in told["files"]] == [
        (tmp_path / "o" / n).stat().st_size for n in (names[1], names[0], names[2])
    ]


def test_templates_and_forms_are_listed_and_copied(tmp_path):
    listed = json.loads(run("list-templates", "--data", tmp_path, "--json").stdout)
    assert {item["kind"] for item in listed["kinds"]} == {
        "daily",
        "weekly",
        "monthly",
        "annual",
        "meeting",
        "duty",
        "ledger",
        "river",
        "sheet",
        "supervision_letter",
        "chief_order",
    }
    assert "class" in listed["parts"]["sections"]
    assert set(listed["exports"]) == {"province", "nation"}
    folder = tmp_path / "templates" / "report"
    assert "bulletin.zh.docx" in run("template", "--out", folder).stdout
    (folder / "monthly.zh.docx").write_bytes((folder / "bulletin.zh.docx").read_bytes())
    assert "already" in run("template", "--out", folder).stdout
    assert "own: monthly.zh.docx" in run("list-templates", "--data", tmp_path).stdout


def test_a_superiors_form_is_filled_from_kept_facts(facts, tmp_path):
    run("export", "nation", "--facts", facts, "--out", tmp_path)
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "nation-2026-10.xlsx").read_bytes()))
    assert book.sheetnames == ["年初以来均值"]
    with pytest.raises(UnknownName, match="did you mean 'nation'"):
        run("export", "nations", "--facts", facts, "--out", tmp_path)


def test_a_folder_that_is_no_installation_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no data folder of an installation"):
        run("monthly", "--data", tmp_path, "--out", tmp_path)


def test_every_verb_has_an_example_and_wrong_input_is_exit_code_1(tmp_path):
    for verb in ("monthly", "daily", "list-templates", "template", "export", "again"):
        assert "Example: riverchief report" in " ".join(run(verb, "--help").stdout.split())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "riverchief", "report", "monthly", "--facts", str(tmp_path / "none.json")]
    out = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert out.returncode == 1
    assert "cannot be read" in out.stderr
