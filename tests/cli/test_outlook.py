"""`riverchief outlook` as people call it."""

import csv
import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

runner = CliRunner()
load_verbs()


def table(tmp_path, n_day=150, sections=("甲", "乙"), name="in.csv"):
    """Two sections of daily values: the second has twice the phosphorus."""
    random = np.random.default_rng(1)
    lines = ["province,section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status"]
    for day in range(n_day):
        at = (np.datetime64("2021-01-01") + day).astype(str)
        for k, section in enumerate(sections):
            tp = 0.11 * (k + 1) * math.exp(0.3 * random.standard_normal())
            lines.append(f"省,{section},{at} 08:00,8.0,9,3,0.2,{tp:.3f},正常")
    lines.append("省,甲,,8,9,3,0.2,0.1,正常")
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*args):
    return runner.invoke(app, ["outlook", *map(str, args)])


def test_sections_come_in_the_order_of_their_risk_with_what_is_still_allowed(tmp_path):
    out = tmp_path / "out.csv"
    result = run(table(tmp_path), "--period", "2021-05", "--on", "2021-05-11", "--out", out, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert [one["section"] for one in told["sections"]] == ["省 乙", "省 甲"]
    worst, best = told["sections"]
    assert worst["probability"] < 0.5 < best["probability"]
    assert worst["deciding"][0]["property"] == "tp"
    assert told["table"]["refused"] == {"no_time": 1}
    phosphorus = next(a for a in worst["allowed"] if a["property"] == "tp")
    assert phosphorus["n_left"] == 21
    # from the printed values, by hand: ten days known, 21 left, class Ⅲ at 0.2 mg/L
    rows = [r for r in csv.reader(table(tmp_path).read_text(encoding="utf-8").splitlines()[1:]) if r[1] == "乙"]
    known = [float(r[7]) for r in rows if "2021-05-01" <= r[2][:10] <= "2021-05-10"]
    assert len(known) == 10
    assert phosphorus["exact"] == pytest.approx((31 * 0.2 - sum(known)) / 21)
    written = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert written[0]["section"] == "省 乙"
    assert written[0]["allowed_tp"] == f"<={phosphorus['value']:g}"
    assert "still allowed" in written[0]["sentence"]


def test_people_read_sentences_in_their_language(tmp_path):
    result = run(table(tmp_path), "--period", "2021-05", "--on", "2021-05-11", "--lang", "zh")
    assert "省 乙: 截至 2021-05-11" in result.output
    assert "left out, no_time: 1" in result.output
    assert "目标 Ⅲ类" in result.output


def test_a_lever_is_pulled_and_the_same_seed_says_the_same(tmp_path):
    path = table(tmp_path)
    args = (path, "--period", "2021-05", "--on", "2021-05-11", "--section", "乙", "--json")
    plain, again = (json.loads(run(*args).output)["sections"][0]["probability"] for _ in range(2))
    cut = json.loads(run(*args, "--lever", "scale:tp=-30%").output)["sections"][0]["probability"]
    assert plain == again < cut


def test_the_months_of_the_table_are_forecast_again(tmp_path):
    result = run(table(tmp_path, 151), "--backtest", "--json")  # January to May
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)["backtest"]
    assert told["n"] == 2 * 4 * 5
    assert set(told["by_origin"]) == {"5", "10", "15", "20", "25"}
    assert sum(b["n"] for b in told["reliability"]) == told["n"]
    assert set(told["skill"]) == {"climatology", "own", "persistence"}
    shown = run(table(tmp_path, 151), "--backtest")
    assert "40 forecasts of 2 sections" in shown.output


def test_air_days_and_flow_are_targets_too(tmp_path):
    path = tmp_path / "air.csv"
    rows = [f"2025-{m:02d}-{d:02d},{60 + 5 * (d % 9)},{20 + d % 20}" for m in range(1, 11) for d in range(1, 29)]
    path.write_text("date,aqi,pm25\n" + "\n".join(rows) + "\n", encoding="utf-8")
    days = json.loads(run(path, "--target", "good-days:300", "--period", "2025", "--json").output)["sections"][0]
    assert days["allowed"][0]["kind"] == "bad_days"
    assert days["to_date"]["value"] == 280  # all AQIs are 60 … 100
    fine = json.loads(run(path, "--target", "pm25:30", "--period", "2025", "--json").output)["sections"][0]
    assert fine["allowed"][0]["property"] == "pm25"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--target", "class:7"), "classes are 1 to 5"),
        (("--target", "klass:3"), "is none of class:3"),
        (("--target", "flow-share:90:5"), "between 0 and 1"),
        (("--target", "pm25:low"), "could not convert"),
        (("--period", "soon"), "soon"),
        (("--on", "yesterday"), "no day such as"),
        (("--on", "2020-01-01"), "nothing is known before"),
        (("--on", "2031-01-01"), "lies after the table's last day"),
        (("--lever", "flow=+20%"), "no flow was given"),
        (("--target", "pm25:30"), "holds no value of pm25"),
        (("--section", "丁"), "section 丁"),
        (("--target", "pm25:30", "--backtest"), "holds no value"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path, args, said):
    result = run(table(tmp_path, 60), *args)
    assert isinstance(result.exception, InputError)
    assert said in result.exception.sentence


def test_an_unknown_language_is_a_usage_error(tmp_path):
    assert run(table(tmp_path, 60), "--lang", "fr").exit_code == 2
