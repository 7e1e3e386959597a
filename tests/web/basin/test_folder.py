"""A basin between its folder and the database."""

import json

import pytest

from riverchief import basins
from riverchief.base.errors import InputError
from riverchief.web.basin import folder
from riverchief.web.basin.models import BasinInfo, Reach
from riverchief.web.ground.models import Case


@pytest.mark.parametrize("name", ["mini", "jinzhong"])
def test_what_was_loaded_is_exported_as_the_same_folder(platform, clock, tmp_path_factory, name):
    source = basins.named(name)
    folder.load(basins.read(source), platform, clock)
    assert folder.read_registry() == basins.read(source)
    out = tmp_path_factory.mktemp("export")
    folder.export(out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        p.name: p.read_bytes() for p in source.iterdir() if p.suffix in (".toml", ".csv", ".geojson")
    }


def test_loading_tells_the_gateway_and_the_importer(platform):
    devices = json.loads((platform / "devices.json").read_text(encoding="utf-8"))
    stations = basins.read(basins.named("mini")).stations
    assert {name: device["place"] for name, device in devices.items()} == {
        f"{s.protocol}:{s.device}": s.code for s in stations
    }
    first = stations[0]
    assert devices[f"{first.protocol}:{first.device}"]["interval_s"] == max(first.interval_s.values())


def test_a_basin_that_loses_the_place_of_a_case_is_refused_and_nothing_changes(platform, clock):
    Case.objects.create(
        id="case-1", number="1", title_key="x", source="walker", opened_at=clock.now(), reporter="a", reach="gone"
    )
    before = BasinInfo.objects.get().loaded_at
    clock.advance(60)
    with pytest.raises(InputError, match="case records lie on reach gone, which the new basin does not have"):
        folder.load(basins.read(basins.named("mini")), platform, clock)
    assert BasinInfo.objects.get().loaded_at == before
    assert Reach.objects.count() == 3


def test_an_empty_database_says_how_to_load_one(db):
    BasinInfo.objects.all().delete()
    with pytest.raises(InputError, match="riverchief basin load"):
        folder.read_registry()
