import numpy as np
import pytest

from riverchief import basins
from riverchief.base.geometry import distance_m
from riverchief.base.places import Place
from riverchief.basins import draft


def test_an_address_is_found_for_a_position_and_a_position_for_an_address(folder, edit, mini):
    section, outfall = mini.sections[1], mini.facilities[0]
    edit(folder / "sections.csv", "qx2,3000,112.2043,37.2071", ",,112.2043,37.2071")
    edit(folder / "facilities.csv", "qx1,4200,112.2727,37.2744", "qx1,4200,,")
    basin = basins.read(folder)
    assert basin.sections[1].place.reach == section.place.reach
    assert basin.sections[1].place.chainage_m == pytest.approx(section.place.chainage_m, abs=15)
    drawn = basin.facilities[0]
    assert drawn.place == outfall.place
    assert distance_m(drawn.lon, drawn.lat, outfall.lon, outfall.lat) < 60


def test_gcj02_is_turned_into_wgs84(folder, edit, mini):
    edit(folder / "basin.toml", '"wgs84"', '"gcj02"')
    moved = basins.read(folder)
    for before, after in zip(mini.reaches, moved.reaches, strict=True):
        b, a = np.array(before.line), np.array(after.line)
        shift_m = distance_m(b[:, 0], b[:, 1], a[:, 0], a[:, 1])
        assert ((shift_m > 300) & (shift_m < 900)).all()  # what the shift is in China
    assert moved.sections[0].place == mini.sections[0].place


def test_a_draft_of_a_broken_folder_still_holds_what_could_be_read(folder, edit):
    edit(folder / "reaches.csv", "n2,n3", "n2,n0")
    found = draft.load(folder)
    assert found.network is None
    assert sorted(found.codes("stations.csv")) == ["hy-shiqiao", "out-mon-shangchuan", "st-liuwan", "st-shiqiao"]
    assert draft.place_of(found.codes("stations.csv")["st-liuwan"]) == Place("qx3", 4600.0)
