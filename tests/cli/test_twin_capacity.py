"""`riverchief twin capacity`: the dilution by hand, decay along the way, and faults by line."""

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
    load_verbs()


@pytest.fixture
def given(tmp_path):
    """Twelve m³/s through a kilometre; two outfalls, of which one lies below the only section."""
    folder.write(canal(), tmp_path / "m")
    (tmp_path / "out.csv").write_text("code,reach,chainage_m,permit_kgd\nmill,a,200,100\nlast,a,950,50\n")
    (tmp_path / "at.csv").write_text("code,reach,chainage_m,limit_mgl\ns1,a,800,1.0\n")
    return tmp_path


def told(given, *words):
    asked = ["twin", "capacity", given / "m", "--outfalls", given / "out.csv", "--sections", given / "at.csv", "--json"]
    found = CliRunner().invoke(app, [*map(str, asked), *map(str, words)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return {one["outfall"]: one for one in json.loads(found.output)["items"]}


def test_a_load_fills_the_section_that_lies_below_it(given):
    found = told(given, "--out", given / "c.csv")
    assert found["mill"]["section"] == "s1"
    assert found["mill"]["capacity_kgd"] == pytest.approx(12.0 * 1e-3 * DAY_S, rel=1e-3)  # 1 mg/L in 12 m³/s
    assert found["mill"]["margin_kgd"] == pytest.approx(12.0 * 1e-3 * DAY_S - 100, rel=1e-3)
    assert found["last"]["capacity_kgd"] is None
    assert (given / "c.csv").read_text().startswith("outfall,permit_kgd,capacity_kgd")


def test_half_the_water_bears_half_and_decay_bears_more(given):
    whole, half = told(given), told(given, "--flow-factor", 0.5)
    assert half["mill"]["capacity_kgd"] == pytest.approx(whole["mill"]["capacity_kgd"] / 2, rel=1e-3)
    model = twin.Model(canal())
    run = model.run(model.start(0.0), 2 * DAY_S, DAY_S)
    cells = model.cells.reach["a"][2:9]  # from the outfall's cell on, through the section's own
    tau_s = float(run.state.volume[cells].sum()) / 12.0
    decayed = told(given, "--decay", 20.0)["mill"]["capacity_kgd"]
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
def test_a_fault_of_a_table_is_told_with_its_line(given, file, text, why):
    (given / file).write_text(text)
    with pytest.raises(InputError, match=why):
        told(given)


def test_water_that_is_not_steady_is_refused(given):
    folder.write(canal(flow_m3s=wave()), given / "m")
    with pytest.raises(InputError, match="changes with time"):
        told(given)
