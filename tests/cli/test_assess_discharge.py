import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

PERMIT = (
    "facility,property,limit,unit,period,clause_zh,clause_en,document,valid_from,valid_to,confirmed\n"
    "works-a,cod,50,mg/L,hour,表2,Table 2,证 1,2024-01-01,,true\n"
)
runner = CliRunner()
load_verbs()


@pytest.fixture
def files(tmp_path):
    hours, permit = tmp_path / "hours.csv", tmp_path / "permits.csv"
    permit.write_text(PERMIT, encoding="utf-8")
    rows = [f"2026-11-20 {h:02d}:00,{80 if h == 5 else 40},0.5" for h in range(1, 25)]
    hours.write_text("\n".join(["time,cod_mgl,flow_m3s", *rows]) + "\n", encoding="utf-8")
    return hours, permit


def run(*args):
    return runner.invoke(app, ["assess", "discharge", *map(str, args)])


def test_hours_over_the_permit_come_back_with_their_clause(files, tmp_path):
    hours, permit = files
    out = tmp_path / "out.csv"
    result = run(hours, "--permit", permit, "--out", out, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "24 hours and 0 days judged, 1 hours and 0 days over" in result.output
    assert "2026: 1,800 kg" in result.output
    got = out.read_text(encoding="utf-8").splitlines()
    assert got[0] == "time,cod_mgl,flow_m3s,r_over,r_why"
    assert got[5].startswith("2026-11-20 05:00,80,0.5,cod,")
    assert "is over the limit 50 mg/L by 0.60 times (Table 2)" in got[5]
    assert got[1].endswith(",0.5,,")


def test_the_same_as_json(files):
    hours, permit = files
    found = json.loads(run(hours, "--permit", permit, "--json").stdout)
    assert found["properties"]["cod"]["hours"]["over"][0]["why"]["zh"].endswith("（表2）")
    assert found["limits"][0]["edition"] == "证 1"
    assert found["validity"]["confirmed"] is False


def test_wrong_usage_and_wrong_files(files):
    hours, permit = files
    assert run(hours).exit_code == 2
    assert run(hours, "--kind", "plant").exit_code == 2
    assert run(hours, "--permit", permit, "--lang", "fr").exit_code == 2
    assert isinstance(run(hours, "--permit", permit, "--out", hours).exception, InputError)
    assert "did you mean" in str(run(hours, "--permit", permit, "--facility", "work-a").exception)
