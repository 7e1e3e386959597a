import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

runner = CliRunner()
load_verbs()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "flow.csv"
    rows = [f"2025-{1 + i // 28:02d}-{1 + i % 28:02d},{2 if i % 4 else 0.5}" for i in range(56)]
    path.write_text("\n".join(["date,q_m3s", *rows]) + "\n", encoding="utf-8")
    return path


def run(*args):
    return runner.invoke(app, ["assess", "flow", *map(str, args)])


def test_days_that_keep_a_target_that_was_given(table, tmp_path):
    out, exempt = tmp_path / "out.csv", tmp_path / "exempt.csv"
    exempt.write_text("date,reason\n2025-01-01,检修\n", encoding="utf-8")
    result = run(table, "--target", 1, "--programme", "yunnan", "--exempt", exempt, "--out", out)
    assert result.exit_code == 0, result.output
    assert "2025-01: 21 of 31 days kept, 1 exempt, 3 missing, no verdict" in result.output
    got = out.read_text(encoding="utf-8").splitlines()
    assert got[0] == "date,q_m3s,r_target_m3s,r_kept,r_why"
    assert got[1] == "2025-01-01,0.5,1,no,0.5 m³/s，低于 1（豁免：检修）"
    assert got[2] == "2025-01-02,2,1,yes,2 m³/s，不低于 1"


def test_the_same_as_json_with_the_programmes_document(table):
    found = json.loads(run(table, "--target", 1, "--programme", "anhui", "--json").stdout)
    assert found["programme"]["station_share"] == 0.8
    assert found["periods"][0]["compliant"] == 42
    assert found["periods"][0]["missing"] == 3  # between the last of January and the first of February
    assert found["periods"][0]["passed"] is None


def test_a_target_that_cannot_be_made_says_why_and_there_is_no_rate(table):
    found = json.loads(run(table, "--method", "q90", "--json").stdout)
    assert found["target"]["by_month_m3s"] == [None] * 12
    assert found["target"]["why"]["en"] == "0 whole years, 30 are needed"
    assert found["periods"][0]["rate_percent"] is None


def test_wrong_usage_and_wrong_files(table):
    assert run(table).exit_code == 2
    assert run(table, "--target", 1, "--method", "q90").exit_code == 2
    assert run(table, "--method", "montana").exit_code == 2
    assert "did you mean 'anhui'" in str(run(table, "--target", 1, "--programme", "anhiu").exception)
    assert isinstance(run(table, "--target", 1, "--out", table).exception, InputError)


def test_the_fen_at_hejin_by_tennant(shared_data):
    path = shared_data / "hydrology" / "fen_hejin_daily_2001_2016.csv"
    found = json.loads(run(path, "--method", "tennant", "--grade", "good", "--programme", "anhui", "--json").stdout)
    months = found["target"]["by_month_m3s"]
    assert months[6] == pytest.approx(2 * months[0], rel=1e-5)
    assert len(found["periods"]) == 16
    assert found["bad"] == []
