"""Loads, explained changes and assessments as of a past day, on the command line."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from govern.loads.rivers import flows
from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

runner = CliRunner()
load_verbs()
DAYS = np.arange("2018-01-01", "2020-01-01", dtype="datetime64[D]")


def run(*args):
    return runner.invoke(app, ["assess", *map(str, args)])


def _write(path, header, rows):
    path.write_text(header + "\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def river(tmp_path):
    """Two tables: weekly nitrate of exactly 2 mg/L, and the daily flow."""
    flow = flows(DAYS.size)
    samples = _write(tmp_path / "no3.csv", "date,no3_mgl", [(d, 2.0) for d in DAYS[::7]])
    return samples, _write(tmp_path / "q.csv", "date,flow_m3s", zip(DAYS, flow, strict=True)), flow


def test_loads_by_three_estimators_with_units_and_intervals(river):
    samples, flow_file, flow = river
    result = run("load", samples, flow_file, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [e["method"] for e in found["estimates"]] == ["rating", "composite", "interpolation"]
    expected_t = 2.0 * flow[:365].sum() * 86_400 / 1e6
    for estimate in found["estimates"]:
        first = estimate["periods"][0]
        assert first["period"] == "2018"
        assert first["load_t"] == pytest.approx(expected_t, rel=1e-6)
        assert first["low_t"] <= first["load_t"] * (1 + 1e-9)
        assert first["complete"] is True


def test_one_table_with_both_is_enough_and_people_get_a_text(tmp_path):
    path = _write(
        tmp_path / "both.csv",
        "date,nh3n_mgl,q_m3s",
        [(d, 0.5 if k % 5 == 0 else "", 3.0) for k, d in enumerate(DAYS[:200])],
    )
    result = run("load", path, "--by", "all", "--method", "interpolation")
    assert result.exit_code == 0, result.output
    assert "时段内插法 period-weighted interpolation" in result.output
    assert f"{0.5 * 3 * 200 * 86_400 / 1e6:.4g} t" in result.output


def test_bad_cells_are_named_and_the_rest_is_estimated(river, tmp_path):
    samples, flow_file, _ = river
    text = samples.read_text(encoding="utf-8").replace("2018-01-08,2.0", "2018-01-08,broken")
    samples.write_text(text, encoding="utf-8")
    result = run("load", samples, flow_file)
    assert result.exit_code == 0, result.output
    assert "no3.csv line 3: no3_mgl 'broken' is not a number" in result.output


def test_wrong_usage_and_wrong_input_differ(river, tmp_path):
    samples, flow_file, _ = river
    assert run("load", samples, flow_file, "--method", "guess").exit_code == 2
    assert run("load", samples, flow_file, "--zone", "Mars/Olympus").exit_code == 2
    with pytest.raises(InputError, match="no column of flow"):
        runner.invoke(app, ["assess", "load", str(samples)], catch_exceptions=False)


def test_a_change_is_told_as_a_sentence_and_as_json(tmp_path):
    flow = flows(DAYS.size) * np.where(np.datetime64("2019-01-01") <= DAYS, 2.0, 1.0)
    path = _write(
        tmp_path / "dilution.csv",
        "date,tp_mgl,flow_m3s",
        [(d, f"{q**-0.5:.6f}" if k % 4 == 0 else "", q) for k, (d, q) in enumerate(zip(DAYS, flow, strict=True))],
    )
    told = run("change", path)
    assert told.exit_code == 0, told.output
    assert "总磷平均浓度由" in told.output
    assert "it cannot be told from no change" in told.output
    found = json.loads(run("change", path, "--json").stdout)["changes"]
    assert [c["unit"] for c in found] == ["mg/L", "kg/d"]
    assert found[0]["due_to_conditions"]["percent"] < -15
    assert abs(found[0]["rest"]["percent"]) < 3


def test_weather_takes_the_place_of_flow_for_air(tmp_path):
    rng = np.random.default_rng(1)
    wind = np.exp(0.4 * rng.standard_normal(DAYS.size)) * np.where(np.datetime64("2019-01-01") <= DAYS, 2.0, 1.0)
    air = _write(tmp_path / "air.csv", "date,pm2_5", zip(DAYS, 60 / wind, strict=True))
    weather = _write(
        tmp_path / "weather.csv", "date,wind_ms,dust", ((d, w, "") for d, w in zip(DAYS, wind, strict=True))
    )
    result = run("change", air, "--weather", weather, "--property", "pm25", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["weather"] == ["wind_ms"]
    (change,) = found["changes"]
    assert (change["conditions"], change["unit"]) == ("weather", "µg/m³")
    assert change["total"]["percent"] < -40
    assert abs(change["rest"]["percent"]) < 5
    assert run("change", air, air, "--weather", weather).exit_code == 2


def test_an_assessment_as_of_a_day_leaves_out_what_was_known_later(tmp_path):
    head = "snapshot,province,section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status"
    rows = [
        ("2021-04-01", "省", "甲", "2021-04-01 12:00", 8, 9, 3, 0.3, 0.15, "正常"),
        ("2021-04-05", "省", "甲", "2021-04-01 12:00", 8, 9, 3, 0.3, 0.35, "正常"),
    ]
    path = _write(tmp_path / "t.csv", head, rows)
    found = json.loads(run("water", path, "--as-of", "2021-04-02", "--json").stdout)
    assert (found["rows"], found["by_class"]["Ⅲ"]) == (1, 1)
    assert found["as_of"]["rows_later"] == {"revised": 1}
    assert found["as_of"]["changed"][0]["en"] == "甲 2021-04-01 12:00: revised since, Ⅲ → Ⅴ"
    assert run("water", path, "--as-of", "yesterday", "--json").exit_code == 2
