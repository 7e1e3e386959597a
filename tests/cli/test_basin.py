"""The verbs on a basin folder, run as a person runs them."""

import json
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from riverchief import basins
from riverchief.cli import app, load_verbs


@pytest.fixture
def run():
    load_verbs()

    def command(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    return command


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_init_makes_a_folder_that_passes_the_check(run, tmp_path):
    made = run("init", "my-river", "--dir", tmp_path)
    assert made.exit_code == 0, made.output
    checked = run("basin", "check", tmp_path / "my-river")
    assert checked.exit_code == 0
    assert "no fault; 1 rivers, 2 reaches" in checked.output
    assert "assumed: 7" in checked.output


def test_check_prints_every_fault_with_file_and_line_and_exits_1(run, tmp_path):
    folder = tmp_path / "mini"
    shutil.copytree(basins.named("mini"), folder)
    path = folder / "stations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("hj212,2005", "hj212,2006"), encoding="utf-8")
    (folder / "regions.csv").unlink()
    found = run("basin", "check", folder)
    assert found.exit_code == 1
    assert "stations.csv:3: bad_value: dialect is '2006'" in found.output
    assert "30 faults" in found.output
    as_json = json.loads(run("basin", "check", folder, "--json").output)
    assert as_json["ok"] is False
    assert len(as_json["faults"]) == 30
    assert {"file": "stations.csv", "line": 3, "code": "bad_value"}.items() <= next(
        fault for fault in as_json["faults"] if fault["code"] == "bad_value"
    ).items()


def test_check_counts_what_is_assumed(run):
    found = json.loads(run("basin", "check", basins.named("jinzhong"), "--json").output)
    assert found["ok"] is True
    assert found["faults"] == []
    assert found["assumed"]["reaches.csv"] == found["rows"]["reaches.csv"]
    assert found["assumed_total"] == sum(found["assumed"].values())


def test_migrate_writes_the_moved_folder_and_lists_what_moved(run, tmp_path):
    new = tmp_path / "new"
    shutil.copytree(basins.named("mini"), new)
    for name in ("reaches.csv", "reaches.geojson"):
        path = new / name
        path.write_text(path.read_text(encoding="utf-8").replace("qx2", "qx2-new"), encoding="utf-8")
    done = run("basin", "migrate", basins.named("mini"), new, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert (report["lost"], report["faults"]) == ([], [])
    moved = {(m["kind"], m["code"]): m["new"] for m in report["moved"]}
    assert moved["section", "sec-shiqiao"].startswith("qx2-new ")
    assert moved["responsibility", "ch-shiqiao"].startswith("qx2-new 0-5,5")
    assert not any(code == "sec-liuwan" for _, code in moved)
    assert basins.check(tmp_path / "out") == []


def test_load_and_export_give_the_same_folder_back(tmp_path):
    """In processes of their own, as the verbs set Django up for one data folder."""

    def verb(*words):
        code = "from riverchief.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, "basin", *map(str, words)], capture_output=True, text=True, check=False
        )

    data = tmp_path / "data"
    loaded = verb("load", basins.named("jinzhong"), "--data", data, "--json")
    assert loaded.returncode == 0, loaded.stderr
    assert json.loads(loaded.stdout)["loaded"]["reaches"] == 32
    exported = verb("export", tmp_path / "out", "--data", data)
    assert exported.returncode == 0, exported.stderr
    assert contents(tmp_path / "out") == contents(basins.named("jinzhong"))


def test_a_folder_with_faults_is_not_loaded(tmp_path):
    code = "from riverchief.cli import main; main()"
    words = ["basin", "load", str(tmp_path / "none"), "--data", str(tmp_path / "data")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "input.basin: basin folder" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_registrys_workbook_goes_out_and_in_again_as_its_own_process(tmp_path):
    """The platform is opened once for a process, so each verb runs in one of its own."""

    def command(*words):
        return subprocess.run(
            [sys.executable, "-c", "from riverchief.cli import main; main()", *map(str, words)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    data, book = tmp_path / "data", tmp_path / "registry.xlsx"
    data.mkdir()
    assert command("basin", "load", basins.named("mini"), "--data", data).returncode == 0
    assert command("basin", "export-excel", book, "--data", data).returncode == 0
    again = command("import", "registry", book, "--data", data, "--dry-run", "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["edits_total"], told["faults_total"]) == (0, 0, 0)
