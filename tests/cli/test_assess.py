import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

HEADER = "province,section,time,class,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status"
LINES = [
    "省,甲,2021-04-01 08:00,Ⅲ,8.0,9,5,0.10,0.05,正常",
    '省,"乙,二",2021-04-01 12:00,Ⅱ,8,9,5,0.1,0.05,维护',
    "省,丙,2021-04-01 16:00,Ⅱ,9.5,9,1,2.5,0.05,正常",
]
runner = CliRunner()
load_verbs()


def table(tmp_path, header=HEADER, lines=LINES):
    path = tmp_path / "in.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def run(*args):
    return runner.invoke(app, ["assess", "water", *map(str, args)])


def test_rows_come_back_unchanged_with_three_columns_added(tmp_path):
    path, out = table(tmp_path), tmp_path / "out.csv"
    result = run(path, "--out", out)
    assert result.exit_code == 0, result.output
    assert "3 rows, 2 judged by GB 3838-2002" in result.output
    assert "not judged, 维护: 1" in result.output
    got = out.read_text(encoding="utf-8").splitlines()
    assert got[0] == HEADER + ",r_class,r_deciding,r_why"
    assert got[1] == LINES[0] + ",Ⅲ,codmn,Ⅲ类：高锰酸盐指数 5 mg/L 高于Ⅱ类限值 4。"
    assert got[2] == LINES[1] + ",,,不评价：站点情况为 维护。"
    assert got[3].startswith(LINES[2] + ",劣Ⅴ,nh3n;ph,劣Ⅴ类：氨氮 2.5 mg/L 高于Ⅴ类限值 2，超Ⅲ类 1.5 倍")


def test_the_summary_as_json_lists_the_mismatches(tmp_path):
    path, out = table(tmp_path), tmp_path / "out.csv.gz"
    result = run(path, "--out", out, "--lang", "en", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["rows"], found["judged"], found["out"]) == (3, 2, str(out))
    assert found["agreement"]["agreed"] == 1
    assert [m["section"] for m in found["agreement"]["mismatches"]] == ["丙"]
    assert out.read_bytes()[:2] == b"\x1f\x8b"


def test_the_summary_needs_no_file(tmp_path):
    path = table(tmp_path)
    result = run(path, "--json")
    assert json.loads(result.stdout)["judged"] == 2
    assert json.loads(result.stdout)["out"] is None
    told = run(path)
    assert (told.exit_code, told.stdout.splitlines()[0]) == (0, "3 rows, 2 judged by GB 3838-2002")
    assert "written" not in told.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_a_wrong_column_is_answered_with_the_nearest_one(tmp_path):
    path = table(tmp_path, header=HEADER.replace("codmn_mgl", "codmn_mg"))
    result = run(path, "--out", tmp_path / "out.csv")
    assert isinstance(result.exception, InputError)
    assert "no column 'codmn_mgl' (is it 'codmn_mg'?)" in result.exception.sentence
    assert not (tmp_path / "out.csv").exists()


def test_the_table_itself_is_never_written_over(tmp_path):
    path = table(tmp_path)
    result = run(path, "--out", path)
    assert isinstance(result.exception, InputError)
    assert path.read_text(encoding="utf-8").splitlines()[1] == LINES[0]
    assert run(path, "--out", tmp_path / "o.csv", "--lang", "fr").exit_code == 2


def test_exit_code_is_zero_also_when_no_row_can_be_judged(tmp_path):
    path = table(tmp_path, lines=["", "省,甲,,,,,,,,", "x"])
    result = run(path, "--out", tmp_path / "out.csv", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["not_judged"] == {"blank": 1, "no_time": 1, "field_count": 1}


@pytest.mark.parametrize("name", ["shanxi_4h_2021-04.csv"])
def test_a_real_table_comes_back_byte_for_byte(tmp_path, shared_data, name):
    source = shared_data / "water_quality" / name
    out = tmp_path / "out.csv"
    assert run(source, "--out", out).exit_code == 0
    before, after = (p.read_bytes().split(b"\r\n") for p in (source, out))
    assert len(before) == len(after)
    assert all(new.startswith(old + b",") for old, new in zip(before[:-1], after[:-1], strict=True))


def test_help_has_an_example():
    assert "Example: riverchief assess water" in run("--help").output


def test_periods_items_and_rounding_are_asked_for_on_the_line(tmp_path):
    path = table(tmp_path, lines=["省,甲,2021-04-01 08:00,Ⅲ,8.0,9,5,1.004,0.05,正常"])
    found = json.loads(run(path, "--json", "--period", "month").stdout)
    assert [(s["period"], s["class"]) for s in found["periods"]["sections"]] == [("2021-04", 4)]
    rounded = json.loads(run(path, "--json", "--period", "month", "--rounded", "--items", "nh3n,do").stdout)
    assert [(s["class"], s["deciding"]) for s in rounded["periods"]["sections"]] == [(3, ["nh3n"])]
    assert (rounded["items"], rounded["by_class"]["Ⅲ"]) == ("nh3n,do", 1)
    shown = run(path, "--period", "year")
    assert shown.exit_code == 0, shown.output
    assert "2021 甲: no class" in shown.output
    assert "not confirmed: least samples by period" in shown.output
    assert run(path, "--json", "--period", "week").exit_code == 2
    assert isinstance(run(path, "--json", "--items", "all").exception, InputError)


def test_the_summary_says_where_the_column_of_phosphorus_comes_from(tmp_path):
    path = table(tmp_path, lines=["省,湖,2021-04-01 08:00,Ⅲ,8.0,9,1,0.1,0.04,正常"])
    rules = tmp_path / "rules.csv"
    rules.write_text("province,section,rule\n省,湖,lake\n", encoding="utf-8")
    result = run(path, "--out", tmp_path / "o.csv", "--rule-file", rules)
    assert f"phosphorus column (river or lake) by section from {rules}: lake 1 rows" in result.output
    assert json.loads(run(path, "--json", "--rule-file", rules).stdout)["tp_column_from"] == str(rules)
    assert json.loads(run(path, "--json").stdout)["tp_column_from"] is None


def test_a_column_that_is_not_there_is_said_and_the_rest_goes_on(tmp_path):
    header = HEADER.replace(",tp_mgl", "").replace(",status", "")
    path = table(tmp_path, header=header, lines=["省,甲,2021-04-01 08:00,Ⅲ,8.0,9,5,0.10"])
    found = json.loads(run(path, "--json").stdout)
    assert (found["by_class"]["Ⅲ"], found["columns_missing"], found["judged_without"]) == (1, ["tp_mgl"], {"tp": 1})
    nothing = table(tmp_path, header="section,time,ph", lines=["甲,2021-04-01,8"])
    assert "no column 'do_mgl'" in run(nothing, "--json").exception.sentence


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_every_form_goes_in_and_out(tmp_path, suffix):
    path, middle, out = table(tmp_path), tmp_path / f"m{suffix}", tmp_path / "out.csv"
    assert run(path, "--out", middle).exit_code == 0
    first = json.loads(run(path, "--json").stdout)
    stripped = tmp_path / f"s{suffix}"
    from riverchief.cloud.tables.table import Table, read_table, write_table

    read = read_table(middle, ())
    assert set(read.unknown) == {"r_class", "r_deciding", "r_why"}
    plain = read_table(path, ())
    write_table(stripped, Table(path, plain.columns, plain.header, plain.records, "utf-8", "\n", ()), (), [()] * 3)
    again = json.loads(run(stripped, "--json", "--out", out).stdout)
    assert again["by_class"] == first["by_class"]
    assert again["agreement"]["agreed"] == first["agreement"]["agreed"]
    assert [line.rsplit(",", 3)[1] for line in out.read_text("utf-8").splitlines()[1:]] == ["Ⅲ", "", "劣Ⅴ"]


def test_lakes_get_their_trophic_state(tmp_path):
    path = tmp_path / "lakes.csv"
    path.write_text("section,time,chla_mgm3,tp_mgl,tn_mgl,sd_m,codmn_mgl\n湖,2021-04-01,26,0.11,1.4,0.6,5\n", "utf-8")
    lake = lambda *args: runner.invoke(app, ["assess", "lake", *map(str, args)])  # noqa: E731
    result = lake(path, "--out", tmp_path / "out.csv", "--period", "year", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["judged"], found["periods"][0]["tli"]) == (1, 57.114)
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1].endswith(",57.114,轻度富营养,")
    assert "轻度富营养 lightly eutrophic" in lake(path, "--out", tmp_path / "o.csv", "--period", "year").output
    assert (lake(path).exit_code, "written" in lake(path).output) == (0, False)
    assert lake(path, "--json", "--lang", "fr").exit_code == 2
    assert "Example: riverchief assess lake" in lake("--help").output
