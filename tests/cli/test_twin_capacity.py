"""`riverchief twin capacity`: a basin's table, a model's by hand, design flows from a file, faults that are answers."""

import json
import math

import pytest
from typer.testing import CliRunner

from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.govern import twin
from riverchief.govern.twin import folder

DAY_S = 86_400.0


@pytest.fixture(scope="module", autouse=True)
def _verbs():
    load_verbs("twin")


def run(*words):
    return CliRunner().invoke(app, ["twin", "capacity", *map(str, words)])


def test_the_table_for_programs_has_every_discharger_with_its_margin():
    told = json.loads(run("mini", "--on", "2026-07-01", "--json").stdout)
    assert {row["code"] for row in told["items"]} == {"out-chem", "works-shangchuan", "out-farm"}
    for row in told["items"]:
        assert row["margin_kgd"] == pytest.approx(row["capacity_kgd"] - row["permit_kgd"], abs=2e-3)
        assert row["binding"] in {one["code"] for one in told["sections"]}


def test_design_flows_from_a_file_are_those_that_count(tmp_path):
    file = tmp_path / "low.csv"
    file.write_text("reach,flow_m3s\nqx1,0.4\nqx2,0.6\nqx3,0.7\n", encoding="utf-8")
    low = json.loads(run("mini", "--on", "2026-07-01", "--flows", file, "--json").stdout)
    mean = json.loads(run("mini", "--on", "2026-07-01", "--flow-share", 1.0, "--json").stdout)
    assert low["flow_share"] is None
    assert sum(r["capacity_kgd"] for r in low["items"]) < sum(r["capacity_kgd"] for r in mean["items"])


def test_the_table_for_people_says_what_is_assumed():
    answer = run("mini", "--on", "2026-07-01")
    assert answer.exit_code == 0
    assert "out-chem" in answer.stdout
    assert "assumed" in answer.stdout


@pytest.mark.parametrize(
    "words", [("nowhere",), ("mini", "--fairness", "fair"), ("mini", "--on", "July"), ("mini", "--property", "ph")]
)
def test_faults_are_answers(words):
    assert isinstance(run(*words).exception, InputError)


def test_a_file_without_its_columns_is_named(tmp_path):
    file = tmp_path / "low.csv"
    file.write_text("stretch,flow\nqx1,1\n", encoding="utf-8")
    assert "low.csv" in run("mini", "--flows", file).exception.sentence


@pytest.fixture
def given(tmp_path):
    """Twelve m³/s through a kilometre; two outfalls, of which one lies below the only section."""
    folder.write(canal(), tmp_path / "m")
    (tmp_path / "out.csv").write_text("code,reach,chainage_m,permit_kgd\nmill,a,200,100\nlast,a,950,50\n")
    (tmp_path / "at.csv").write_text("code,reach,chainage_m,limit_mgl\ns1,a,800,1.0\n")
    return tmp_path


def of_model(given, *words):
    found = run(given / "m", "--outfalls", given / "out.csv", "--sections", given / "at.csv", "--json", *words)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return {one["code"]: one for one in json.loads(found.output)["items"]}


def test_in_a_model_a_load_fills_the_section_that_lies_below_it(given):
    found = of_model(given)
    assert found["mill"]["binding"] == "s1"
    assert found["mill"]["capacity_kgd"] == pytest.approx(12.0 * 1e-3 * DAY_S, rel=1e-3)  # 1 mg/L in 12 m³/s
    assert found["mill"]["margin_kgd"] == pytest.approx(12.0 * 1e-3 * DAY_S - 100, rel=1e-3)
    assert found["last"]["capacity_kgd"] is None
    assert found["last"]["binding"] is None


def test_half_the_water_bears_half_and_the_models_decay_bears_more(given):
    whole, half = of_model(given), of_model(given, "--flow-share", 0.5)
    assert half["mill"]["capacity_kgd"] == pytest.approx(whole["mill"]["capacity_kgd"] / 2, rel=1e-3)
    model = twin.Model(canal())
    done = model.run(model.start(0.0), 2 * DAY_S, DAY_S)
    cells = model.cells.reach["a"][2:9]  # from the outfall's cell on, through the section's own
    tau_s = float(done.state.volume[cells].sum()) / 12.0
    river = canal()
    river.decay_per_day = {"nh3n": 20.0}
    folder.write(river, given / "m")
    decayed = of_model(given)["mill"]["capacity_kgd"]
    assert decayed / whole["mill"]["capacity_kgd"] == pytest.approx(math.exp(20.0 / DAY_S * tau_s), rel=0.02)


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("out.csv", "code,reach,chainage_m,permit_kgd\nmill,b,200,100\n", "line 2: reach 'b'"),
        ("out.csv", "code,reach,chainage_m,permit_kgd\nmill,a,200,much\n", "line 2: permit_kgd is 'much'"),
        ("out.csv", "code,reach,chainage_m,permit_kgd\n", "has no row"),
        ("at.csv", "code,reach,chainage_m\ns1,a,800\n", "its columns are"),
    ],
)
def test_a_fault_of_a_models_table_is_told_with_its_line(given, file, text, why):
    (given / file).write_text(text)
    with pytest.raises(InputError, match=why):
        of_model(given)


def test_what_belongs_to_the_other_kind_is_refused(given):
    with pytest.raises(InputError, match="--carried is not for a model"):
        of_model(given, "--carried", 1.0)
    assert "--outfalls is not for a basin" in run("mini", "--outfalls", given / "out.csv").exception.sentence
    assert "--outfalls and --sections" in run(given / "m").exception.sentence
    folder.write(canal(flow_m3s=wave()), given / "m")
    with pytest.raises(InputError, match="changes with time"):
        of_model(given)
