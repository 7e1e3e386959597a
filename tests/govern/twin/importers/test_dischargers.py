"""Dischargers of a registry in the river made from it: the balance of mean flows stays, loads come in."""

import pytest

from riverchief import basins
from riverchief.govern import twin
from riverchief.govern.twin.importers.assumed import from_basin
from riverchief.govern.twin.importers.dischargers import with_dischargers


@pytest.mark.parametrize("name", ["mini", "jinzhong"])
def test_what_flows_in_altogether_stays_the_same_above_the_last_reaches(name):
    basin = basins.read(basins.named(name))
    plain, full = from_basin(basin, 500.0), from_basin(basin, 500.0)
    added = with_dischargers(full, basin, ("nh3n",))
    outlets = {r.code for r in basin.reaches if not any(o.from_node == r.to_node for o in basin.reaches)}
    last = sum(float(full.inflows[code].flow_m3s.value[0]) for code in added if full.inflows[code].reach in outlets)

    def total(river):
        return sum(float(one.flow_m3s.value.sum()) for one in river.inflows.values())

    assert total(full) == pytest.approx(total(plain) + last)


def test_dischargers_bring_what_the_registry_says_and_intakes_take_water():
    basin = basins.read(basins.named("mini"))
    river = from_basin(basin, 500.0)
    added = with_dischargers(river, basin, ("nh3n",))
    by_code = {one.code: one for one in basin.facilities}
    assert set(added) == {code for code, one in by_code.items() if one.flow_m3s > 0}
    for code in added:
        inflow, thing = river.inflows[code], by_code[code]
        assert (inflow.reach, inflow.chainage_m) == (thing.place.reach, thing.place.chainage_m)
        assert float(inflow.flow_m3s.value[0]) == (-1 if thing.kind == "intake" else 1) * thing.flow_m3s
        if "nh3n" in thing.pollutants:
            assert inflow.concentration["nh3n"].value.tolist() == [thing.pollutants["nh3n"]]
    assert twin.Model(river, ("nh3n",)).cells.grid.bed.size > 50
