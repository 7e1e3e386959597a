"""`riverchief twin calibrate` and `assimilate`: answers for people and programs, files, breaks, faults by row."""

import csv
import json
from datetime import UTC, datetime

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.govern import twin
from riverchief.govern.twin import folder
from riverchief.govern.twin.assimilation import files as kept_files
from riverchief.govern.twin.assimilation import kept

FACTOR = 1.2  # of the true roughness over the model's
HOURS = 9


@pytest.fixture(scope="module", autouse=True)
def _verbs():
    load_verbs()


def call(*words):
    found = CliRunner().invoke(app, ["twin", *map(str, words)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.stdout


def told(*words):
    return json.loads(call(*words, "--json"))


@pytest.fixture
def model(tmp_path):
    """A kilometre of canal in a flood, and readings of a canal that is rougher than the model has it."""
    folder.write(canal(flow_m3s=wave(hours=HOURS), nh3n=0.5), tmp_path / "m")
    folder.write(canal(flow_m3s=wave(hours=HOURS), nh3n=0.5), tmp_path / "true")
    folder.change(tmp_path / "true", {"a": FACTOR}, {})
    truth = twin.Model(folder.read(tmp_path / "true"))
    run = truth.run(truth.start(0.0), HOURS * 3600.0, 1200.0)
    rng = np.random.default_rng(2)
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["时间", "测站", "河段", "桩号(m)", "水位(m)", "水位误差"])
        for t, level in zip(run.time_s, run.level_m("a", 500.0), strict=True):
            at = datetime.fromtimestamp(t, UTC).isoformat()
            table.writerow([at, "中站", "a", 500, f"{level + 0.01 * rng.standard_normal():.4f}", 0.01])
    return tmp_path


def test_calibrate_finds_the_roughness_says_how_sure_and_writes_when_told(model):
    words = ("calibrate", model / "m", "--readings", model / "r.csv", "--members", 24, "--spin-up", 1)
    before = {path: path.read_bytes() for path in (model / "m").rglob("*.*") if path.is_file()}
    found = told(*words)
    (one,) = found["parameters"]
    assert one["name"] == "roughness a"
    assert one["told"]
    assert one["low"] < FACTOR < one["high"]
    assert one["ratio"] < 0.3
    assert found["manning_factor"]["a"] == pytest.approx(FACTOR, rel=0.02)
    assert found["misfit"][0] > 4 * found["misfit"][1]
    assert {(s["station"], s["period"]) for s in found["scores"]} == {("中站", "calibration"), ("中站", "verification")}
    assert all(s["rmse_after"] < 0.5 * s["rmse_before"] for s in found["scores"])
    assert found["files"] == []
    assert all(path.read_bytes() == text for path, text in before.items())
    said = call(*words)
    assert "roughness a" in said
    assert "nothing was written" in said
    wrote = told(*words, "--write")
    assert wrote["manning_factor"] == found["manning_factor"]
    assert [name.rsplit("/", 1)[-1] for name in wrote["files"]] == ["cross-sections.csv"]
    assert not (model / "m" / "calibration.parts").exists()
    shape = folder.read(model / "m").reaches["a"].shapes[0]
    assert shape.manning[0] == pytest.approx(0.03 * found["manning_factor"]["a"], rel=1e-5)


def test_a_calibration_that_was_killed_goes_on_with_the_same_answer(model, monkeypatch):
    words = ("calibrate", model / "m", "--readings", model / "r.csv", "--members", 16, "--passes", 2)
    whole = told(*words)
    for path in (model / "m" / "calibration.parts").iterdir():
        path.unlink()
    save, left = kept.np.save, [2]

    def breaking(file, array):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        save(file, array)

    monkeypatch.setattr(kept.np, "save", breaking)
    assert CliRunner().invoke(app, ["twin", *map(str, words)]).exit_code == 130
    monkeypatch.setattr(kept.np, "save", save)
    assert told(*words) == whole


def test_assimilate_writes_what_it_says_and_tells_each_station(model):
    out, state = model / "a.nc", model / "members.nc"
    words = ("assimilate", model / "m", "--readings", model / "r.csv", "--out", out, "--members", 16)
    found = told(*words, "--to-state", state)
    (one,) = found["stations"]
    assert (one["station"], one["what"], one["n"] + one["refused"]) == ("中站", "level", HOURS * 3)
    assert one["rmse_after"] < one["rmse_before"]
    assert one["spread_after"] < one["spread_before"]
    assert found["windows"] == HOURS
    assert found["until"] == "1970-01-01T09:00:00Z"
    with xr.open_dataset(out, engine="h5netcdf") as course:
        assert course.sizes["time"] == HOURS
        assert (course["level_spread"].values >= 0).all()
    assert not (model / "a.nc.part").exists()
    assert "RMSE before" in call(*words)
    later = model / "later.csv"
    later.write_text("time,reach,chainage_m,level_m\n1970-01-01T11:00:00Z,a,500,1.6\n", encoding="utf-8")
    words = ("assimilate", model / "m", "--readings", later, "--out", model / "b.nc", "--from-state", state)
    assert (told(*words)["members"], told(*words)["windows"]) == (16, 2)


def test_a_filter_that_was_broken_off_goes_on_with_the_same_answer(model, monkeypatch):
    words = ("assimilate", model / "m", "--readings", model / "r.csv", "--members", 16, "--out")
    call(*words, model / "whole.nc")
    write, left = kept_files.write_members, [4]

    def breaking(*what):
        write(*what)
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(kept_files, "write_members", breaking)
    out = model / "half.nc"
    assert CliRunner().invoke(app, ["twin", *map(str, words), str(out)]).exit_code == 130
    assert not out.exists()
    monkeypatch.setattr(kept_files, "write_members", write)
    assert told(*words, out)["gone_on_from"] == pytest.approx(4 / HOURS)
    with xr.open_dataset(out, engine="h5netcdf") as a, xr.open_dataset(model / "whole.nc", engine="h5netcdf") as b:
        for name in ("level", "level_spread", "flow", "nh3n"):
            assert (a[name].values == b[name].values).all(), name


def test_readings_that_are_none_are_told_by_row_and_nothing_is_run(model):
    bad = model / "bad.csv"
    bad.write_text("time,reach,chainage_m,level_m\n1970-01-01T01:00:00Z,a,500,high\n", encoding="utf-8")
    for verb, more in (("calibrate", ()), ("assimilate", ("--out", model / "x.nc"))):
        with pytest.raises(InputError, match=r"bad.csv, row 2: level: 'high' is not a number; give a number"):
            call(verb, model / "m", "--readings", bad, *more)
    assert not (model / "x.nc").exists()
    with pytest.raises(InputError, match="the last reading is of 1970-01-01T09:00:00Z, the model stands at"):
        call("assimilate", model / "m", "--readings", model / "r.csv", "--out", model / "x.nc", "--start",
             "1970-01-02T00:00:00Z")  # fmt: skip
