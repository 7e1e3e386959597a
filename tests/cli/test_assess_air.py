import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

HEADER = "time,positionname,aqi,primarypollutant,pm10,pm2_5,o3,no2,so2,co"
LINES = [
    '2026-03-01 01:00:00,"甲,一",100,细颗粒物(PM2.5),70,60,60,15,8,0.4',
    "2026-03-01 02:00:00,乙,99,细颗粒物(PM2.5),70,60,60,15,8,0.4",
    "2026-03-01 03:00:00,乙,,,—,40,60,15,8,0.4",
    ",乙,,,,,,,,",
]
runner = CliRunner()
load_verbs()


def table(tmp_path, lines=LINES):
    path = tmp_path / "in.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def run(*args):
    return runner.invoke(app, ["assess", "air", *map(str, args)])


def test_rows_come_back_unchanged_with_three_columns_added(tmp_path):
    path, out = table(tmp_path), tmp_path / "out.csv"
    result = run(path, "--out", out)
    assert result.exit_code == 0, result.output
    assert "4 rows, 2 with an hourly index by HJ 633-2026" in result.output
    assert "published indices reproduced with their primary pollutants: 1 of 2" in result.output
    got = out.read_text(encoding="utf-8").splitlines()
    assert got == [
        HEADER + ",r_aqi,r_level,r_primary",
        LINES[0] + ",100,良,细颗粒物(PM2.5)",
        LINES[1] + ",100,良,细颗粒物(PM2.5)",
        LINES[2] + ",NA,,",
        LINES[3] + ",,,",
    ]


def test_the_summary_as_json_lists_the_mismatches(tmp_path):
    result = run(table(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["rows"], found["indexed"], found["not_judged"]) == (4, 2, {"no_time": 1})
    assert [(m["station"], m["published"], m["judged"]) for m in found["agreement"]["mismatches"]] == [("乙", 99, 100)]
    assert found["columns"]["pm25"] == "pm2_5"


def test_wrong_usage_and_wrong_input_have_their_own_ends(tmp_path):
    path = table(tmp_path)
    assert run(path, "--no-such-option").exit_code == 2
    told = run(path)
    assert (told.exit_code, "written" in told.output) == (0, False)
    result = run(path, "--out", path)
    assert isinstance(result.exception, InputError)
    bad = tmp_path / "bad.csv"
    bad.write_text("foo,bar\n1,2\n", encoding="utf-8")
    result = run(bad, "--json")
    assert isinstance(result.exception, InputError)
    with pytest.raises(InputError, match="no column 'time'"):
        raise result.exception


def test_days_and_statistics_of_a_table(tmp_path):
    hours = [f"2026-04-01 {h:02}:00,甲,,,40,20,60,15,8,0.4" for h in range(1, 24)]
    path, daily = table(tmp_path, hours), tmp_path / "days.csv"
    result = run(path, "--daily", daily, "--dust-day", "2026-04-01", "--composite", "2013-equal")
    assert result.exit_code == 0, result.output
    assert "station 甲 2026-04-01…2026-04-01: 1 of 1 valid days, 100.0 % good" in result.output
    assert "no composite index" in result.output  # its only day is dust
    assert (
        daily.read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("station,,甲,2026-04-01,8,15,40,0.4,60,20,23,40,优")
    )
    assert run(path, "--daily", daily, "--composite", "best").exit_code == 1
    assert run(path, "--daily", path).exit_code == 1
