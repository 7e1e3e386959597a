from pathlib import Path

import pytest

from riverchief import basins
from riverchief.base.errors import BasinError, UnknownName

SHIPPED = basins.names()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_basin_comes_back_byte_for_byte(name, tmp_path):
    folder = basins.named(name)
    basins.write(basins.read(folder), tmp_path)
    assert contents(tmp_path) == contents(folder)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_basin_has_no_fault(name):
    assert [str(fault) for fault in basins.check(basins.named(name))] == []


def test_mini_is_what_its_readers_rely_on():
    basin = basins.read(basins.named("mini"))
    net = basin.network
    assert net.codes == ("qx1", "qx2", "qx3")
    assert net.downstream([0]).all()
    water = [s for s in basin.stations if s.kind == "water_quality"]
    assert [(s.protocol, s.dialect) for s in water] == [("hj212", "2017"), ("hj212", "2005")]
    assert sorted(f.kind for f in basin.facilities) == ["outfall", "outfall", "works"]
    assert [s.code for s in basin.sections if s.boundary] == ["sec-beiguan"]
    reach, chainage = net.positions([s.place for s in water])
    hours = net.travel_time(reach[0], chainage[0], reach[1], chainage[1]) / 3600
    assert 6 <= hours <= 12


def test_an_unknown_shipped_basin_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'mini'"):
        basins.named("minni")


def test_reading_a_faulty_folder_lists_every_fault(tmp_path):
    basins.write(basins.read(basins.named("mini")), tmp_path)
    (tmp_path / "rivers.csv").unlink()
    with pytest.raises(BasinError, match=r"rivers\.csv is missing") as caught:
        basins.read(tmp_path)
    codes = {fault["code"] for fault in caught.value.data["faults"]}
    assert codes == {"missing_file", "unknown_river"}
