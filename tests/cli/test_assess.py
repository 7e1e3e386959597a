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


def test_the_summary_needs_no_file_and_nothing_at_all_is_a_wrong_usage(tmp_path):
    path = table(tmp_path)
    result = run(path, "--json")
    assert json.loads(result.stdout)["judged"] == 2
    assert json.loads(result.stdout)["out"] is None
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]
    assert run(path).exit_code == 2


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
