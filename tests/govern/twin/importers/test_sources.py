"""Listed dischargers: from a table with its faults, from a registry, from the model itself; borders always."""

from dataclasses import replace

import pytest

from govern.twin import doubtful
from riverchief import basins
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.importers import sources
from riverchief.govern.twin.importers.assumed import from_basin


@pytest.fixture(scope="module")
def model():
    return doubtful.model()


def test_a_table_lists_dischargers_and_the_heads_are_borders(model, tmp_path):
    path = tmp_path / "who.csv"
    path.write_text("code,kind,reach,chainage_m,load_kgd\nmill,works,up,4400,12\nfarm,,side,100,\n", encoding="utf-8")
    found = {one.code: one for one in sources.of_table(path, model)}
    assert (found["mill"].kind, found["mill"].load_kg_d) == ("works", 12.0)
    assert found["mill"].cell == model.cells.cell("up", 4400.0)
    assert (found["farm"].kind, found["farm"].load_kg_d) == ("outfall", 0.0)
    assert {code for code, one in found.items() if one.kind == "boundary"} == {"head", "spring"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("mill,works,up,4400,much", "line 2: load_kgd is 'much'"),
        ("mill,works,up,4400,-1", "line 2: mill has a load of -1 kg/d"),
        ("mill,works,nowhere,1,1", "line 2: reach 'nowhere'"),
        ("mill,works,up,1,1\nmill,works,up,2,1", "line 3: mill has a code that stands above"),
    ],
)
def test_a_fault_of_the_table_is_told_with_its_line(model, tmp_path, row, why):
    path = tmp_path / "who.csv"
    path.write_text(f"code,kind,reach,chainage_m,load_kgd\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=why):
        sources.of_table(path, model)


def test_a_registry_gives_its_dischargers_with_their_typical_loads(model):
    basin = basins.read(basins.named("mini"))
    river = from_basin(basin, 500.0)
    found = {one.code: one for one in sources.of_basin(basin, twin.Model(river), "nh3n")}
    for facility in basin.facilities:
        if "nh3n" in facility.pollutants:
            load = facility.flow_m3s * facility.pollutants["nh3n"] * 86.4  # m³/s · g/m³ = g/s; 86.4 kg/d each
            assert found[facility.code].load_kg_d == pytest.approx(load)
            assert found[facility.code].mix["nh3n"] == facility.pollutants["nh3n"]
    with pytest.raises(InputError, match="no discharger of this registry lies on the model's reaches"):
        sources.of_basin(replace(basin), model, "nh3n")


def test_without_a_list_the_models_own_inflows_are_one(model):
    found = {one.code: one for one in sources.of_river(model, "cod")}
    assert found["works"].load_kg_d == pytest.approx(0.5 * 60 * 86.4)
    assert found["works"].kind == "outfall"
    assert {"head", "spring"} <= set(found)
