"""`riverchief twin`: models made, imported, looked over, run, broken off and drawn; every fault is an answer."""

import csv
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from govern.twin.importers.hecras.files import VALLEY, flow, geometry, lifted, section
from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.govern import twin
from riverchief.govern.twin import files, folder

INP = """[TITLE]
two pipes and a pond
[OPTIONS]
FLOW_UNITS CMS
FLOW_ROUTING DYNWAVE
START_DATE 01/01/2026
START_TIME 00:00
END_DATE 01/01/2026
END_TIME 06:00
[JUNCTIONS]
J1 10.0 3 0 0 0
J2 9.5 3 0 0 0
[OUTFALLS]
O1 9.0 FREE NO
[CONDUITS]
C1 J1 J2 400 0.013 0 0 0
C2 J2 O1 400 0.013 0 0 0
[XSECTIONS]
C1 CIRCULAR 1.0 0 0 0 1
C2 CIRCULAR 1.0 0 0 0 1
[INFLOWS]
J1 FLOW "" FLOW 1.0 1.0 0.3
"""


@pytest.fixture(scope="module", autouse=True)
def _verbs():
    load_verbs()


def call(*words, code=0):
    found = CliRunner().invoke(app, ["twin", *map(str, words)], catch_exceptions=True)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == code, found.output
    return found.output


def told(*words, code=0):
    return json.loads(call(*words, "--json", code=code))


@pytest.fixture
def model(tmp_path):
    folder.write(canal(flow_m3s=wave(hours=3), nh3n=0.5), tmp_path / "canal")
    return tmp_path / "canal"


def test_an_example_is_made_looked_over_and_run_to_a_page_that_moves(tmp_path):
    made = told("new", tmp_path / "m")
    assert (made["reaches"], made["cross_sections"]) == (1, 20)
    assert any("energy slope" in line for line in made["assumed"])
    assert "no fault" in call("check", tmp_path / "m") or "warnings" in call("check", tmp_path / "m")
    page = tmp_path / "m.html"
    done = told("run", tmp_path / "m", "--hours", 2, "--every", 1200, "--animate", page)
    assert done["hours"] == 2
    assert abs(done["balance_error"]) < 1e-12
    assert "<svg" in page.read_text(encoding="utf-8")


def test_a_run_is_as_long_as_its_series_and_its_file_is_the_run(model, tmp_path):
    out = tmp_path / "r.nc"
    done = told("run", model, "--every", 900, "--out", out, "--to-state", tmp_path / "s.nc")
    assert (done["hours"], done["instants"]) == (3.0, 12)
    river = folder.read(model)
    direct = twin.Model(river)
    run = direct.run(direct.start(0.0), 3 * 3600.0, 900.0)
    _, record = files.read_record(out, direct)
    assert (record.level == run.record.level).all()
    later = told("run", model, "--from-state", tmp_path / "s.nc", "--hours", 1)
    assert later["stored_before_m3"] == pytest.approx(done["stored_after_m3"], rel=1e-12)


def test_a_run_that_was_broken_off_goes_on_by_the_same_command(model, tmp_path, monkeypatch):
    out, write, left = tmp_path / "r.nc", files.write, [6]

    def breaking(path, run, lonlat=None):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        write(path, run, lonlat)

    monkeypatch.setattr(files, "write", breaking)
    call("run", model, "--every", 900, "--out", out, code=130)
    assert not out.exists()
    monkeypatch.setattr(files, "write", write)
    done = told("run", model, "--every", 900, "--out", out)
    assert done["gone_on_from"] > 0.3
    assert done["instants"] == 12


def test_a_forecast_is_a_band_that_the_same_seed_gives_again(model, tmp_path):
    out = tmp_path / "bands.csv"
    words = ("forecast", model, "--at", "a:500", "--hours", 2, "--every", 1800, "--members", 8)
    first = told(*words, "--out", out)
    assert first["items"] == told(*words)["items"]
    assert first["items"] != told(*words, "--seed", 1)["items"]
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(first["items"]) == 4
    for row in rows:
        assert float(row["flow_p10_m3s"]) < float(row["flow_p50_m3s"]) < float(row["flow_p90_m3s"])
        assert float(row["level_p10_m"]) < float(row["level_p90_m"])
        assert 0 <= float(row["nh3n_p10_mgl"]) <= float(row["nh3n_p90_mgl"]) <= 0.5 + 1e-9
    with pytest.raises(InputError, match="--at '500' is no place"):
        call("forecast", model, "--at", "500")


def test_models_of_others_become_folders_and_what_does_not_fit_is_said(tmp_path):
    (tmp_path / "town.inp").write_text(INP, encoding="utf-8")
    made = told("import", tmp_path / "town.inp", tmp_path / "town")
    assert (made["reaches"], made["inflows"]) == (2, 1)
    done = told("run", tmp_path / "town", "--hours", 1)
    assert abs(done["balance_error"]) < 1e-9
    basin = told("import", "mini", tmp_path / "mini", "--dx", 800)
    assert basin["reaches"] == 3
    assert any("assumed" in line for line in basin["remarks"])


def test_a_hec_ras_geometry_with_its_flows_goes_through_to_a_run(tmp_path):
    """Three sections 100 ft apart that fall by half a foot each, and 100 cfs."""
    blocks = (section("3", lifted(1.0)), section("2", lifted(0.5)), section("1", VALLEY, lengths=(0, 0, 0)))
    (tmp_path / "x.g01").write_text(geometry(*blocks), encoding="utf-8")
    (tmp_path / "x.f01").write_text(flow([100.0]), encoding="utf-8")
    model = tmp_path / "x"
    made = told("import", tmp_path / "x.g01", model, "--flow", tmp_path / "x.f01", "--dx", 10)
    assert (made["reaches"], made["cross_sections"], made["inflows"], made["boundaries"]) == (1, 3, 1, 1)
    assert any("count as feet" in line for line in made["remarks"])
    assert told("check", model)["length_m"] == pytest.approx(200 * 0.3048)
    done = told("run", model, "--hours", 2)
    assert done["inflow_m3"] == pytest.approx(100 * 0.3048**3 * 7200, rel=1e-9)
    assert abs(done["balance_error"]) < 1e-12
    with pytest.raises(InputError, match="belongs to a HEC-RAS geometry file"):
        call("import", "mini", tmp_path / "y", "--flow", tmp_path / "x.f01")


def test_a_model_is_not_written_over(model, tmp_path):
    with pytest.raises(InputError, match="holds a model already"):
        call("new", model)
    with pytest.raises(InputError, match="holds a model already"):
        call("import", "mini", model)


def test_an_error_of_a_model_is_named_and_ends_with_one(tmp_path):
    river = canal()
    river.boundaries.clear()
    folder.write(river, tmp_path / "m")
    found = told("check", tmp_path / "m", code=1)
    assert [fault["code"] for fault in found["faults"] if fault["severity"] == "error"] == ["boundary.missing"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--start", "yesterday", "--hours", 1], "--start 'yesterday'"),
        (["--start", "2026-07-21T00:00:00", "--hours", 1], "with a zone"),
        (["--along", "b", "--hours", 1, "--animate", "x.html"], "reach 'b'"),
        (["--from-state", "none.nc"], "there is no file"),
        (["--hours", 1, "--animate", "none/x.html"], "cannot write"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(model, tmp_path, monkeypatch, words, why):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=why):
        call("run", model, *words)


def test_a_model_without_a_series_asks_how_long(tmp_path):
    folder.write(canal(), tmp_path / "m")
    with pytest.raises(InputError, match="--hours"):
        call("run", tmp_path / "m")


def test_lengths_and_times_that_are_none_are_wrong_usage(model):
    assert "above 0" in CliRunner().invoke(app, ["twin", "run", str(model), "--every", "0"]).output
    call("run", model, "--hours", "-1", code=2)


def test_what_reads_and_writes_netcdf_is_not_loaded_before_a_file_is(tmp_path):
    asked = "from riverchief.cli import load_verbs; load_verbs(); import sys; print([*sys.modules])"
    modules = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert "riverchief.cli.twin" in modules
    assert not {name for name in ("xarray", "h5py", "h5netcdf", "pandas") if f"'{name}'" in modules}


def test_every_verb_has_an_example_in_its_help():
    for verb in ("new", "import", "check", "run", "forecast", "calibrate", "assimilate", "capacity"):
        assert f"Example: riverchief twin {verb}" in call(verb, "--help")
