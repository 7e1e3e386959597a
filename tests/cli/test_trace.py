"""`riverchief trace`: who, where, when and how much, for people and programs; dischargers from three places."""

import csv
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from typer.testing import CliRunner

from govern.twin.doubtful import HOUR_S, model, river
from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.govern.twin import folder
from riverchief.govern.twin.tracing import Releases, series
from riverchief.govern.twin.tracing.water import spot

STATIONS = {"S1": ("up", 2000.0), "S2": ("up", 8000.0), "S3": ("side", 5000.0), "S4": ("down", 9000.0)}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """400 kg from the mill at 4.5 km, from hour 30 to 32, over 0.5 mg/L that is usual."""
    load_verbs()
    here = tmp_path_factory.mktemp("trace")
    folder.write(river(), here / "m")
    truth = model(dispersion="fischer")
    flows = truth.run(truth.start(0.0), 42 * HOUR_S, 600.0).flows()
    cell = spot(truth.cells, "up", 4500.0)[0]
    spill = Releases(np.array([cell]), np.array([30 * HOUR_S]), np.array([32 * HOUR_S]), np.array([400.0]))
    field = series(flows, spill, [spot(truth.cells, *place) for place in STATIONS.values()])[:, :, 0]
    rng = np.random.default_rng(1)
    with (here / "nh3n.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["time", "station", "reach", "chainage_m", "nh3n_mgl"])
        for t in np.arange(24, 42) * HOUR_S:
            for j, (name, place) in enumerate(STATIONS.items()):
                value = (0.5 + np.interp(t, flows.time_s, field[:, j])) * (1 + 0.02 * rng.standard_normal())
                table.writerow([datetime.fromtimestamp(t, UTC).isoformat(), name, *place, f"{value:.4f}"])
    text = "code,kind,reach,chainage_m,load_kgd\nmill,works,up,4500,60\nfarm,outfall,up,7500,5\n"
    (here / "who.csv").write_text(text, encoding="utf-8")
    return here


def call(*words):
    found = CliRunner().invoke(app, ["trace", *map(str, words)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_discharger_is_named_with_start_mass_and_stretch(given):
    told = json.loads(call(given / "m", "--readings", given / "nh3n.csv", "--registry", given / "who.csv", "--json"))
    assert (told["substance"], told["readings"]) == ("nh3n", 72)
    first = told["suspects"][0]
    assert first["code"] == "mill"
    assert first["mass_kg"][0] < 400 < first["mass_kg"][2]
    assert first["start"][0] <= "1970-01-02T06:00:00Z" <= first["start"][2]
    assert {one["code"] for one in told["suspects"]} == {"mill", "farm", "head", "spring", ""}
    assert any(p["reach"] == "up" and p["from_m"] <= 4500 <= p["to_m"] for p in told["region"])
    assert told["going_on"] < 0.5
    assert told["none"] < 0.01
    assert any("background of 0.5" in line or "background of 0.49" in line for line in told["assumed"])


def test_people_read_it_in_lines(given):
    said = call(given / "m", "--readings", given / "nh3n.csv")
    assert "none of these" in said
    assert "it came in with 95 % at up" in said
    assert "over by the last reading" in said
    assert "on no list" in said  # without a registry the model's own inflows are the list


def test_what_cannot_be_traced_is_told(given, tmp_path):
    rows = "time,reach,chainage_m,nh3n,tp\n1970-01-02T00:00:00Z,up,2000,0.5,0.1\n"
    (tmp_path / "two.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match="readings of nh3n, tp: say which with --substance"):
        call(given / "m", "--readings", tmp_path / "two.csv")
    (tmp_path / "level.csv").write_text(
        "time,reach,chainage_m,level_m\n1970-01-02T00:00:00Z,up,1,9\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="no reading of a concentration"):
        call(given / "m", "--readings", tmp_path / "level.csv")
    with pytest.raises(InputError, match="no discharger of this registry lies on the model's reaches"):
        call(given / "m", "--readings", given / "nh3n.csv", "--registry", "mini")
    assert "Example: riverchief trace" in call("--help")
