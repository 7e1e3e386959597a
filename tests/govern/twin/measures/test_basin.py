"""Capacities of a basin's registry: the table closes on the standard's limits, and says what it assumed."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from riverchief import basins
from riverchief.base.basin import PermitLimit
from riverchief.base.errors import InputError
from riverchief.govern.twin.measures.basin import capacity_of, low_water

ON = date(2026, 7, 1)


@pytest.fixture(scope="module")
def mini():
    return basins.read(basins.named("mini"))


def test_sections_are_filled_to_their_limit_and_no_further(mini):
    table = capacity_of(mini, "nh3n", ON)
    assert len(table.rows) == 3
    by = {aim.code: aim for aim in table.aims}
    for aim in table.aims:
        assert aim.full_mgl <= aim.limit_mgl * (1 + 1e-9)
    for row in table.rows:
        if row.binding:
            assert by[row.binding].full_mgl == pytest.approx(by[row.binding].limit_mgl, rel=1e-9)
    # GB 3838-2002 table 1: ammonia of class III up to 1.0 mg/L
    assert {aim.limit_mgl for aim in table.aims if aim.target_class == 3} <= {1.0}


def test_less_water_bears_less(mini):
    low, high = (
        sum(np.nan_to_num(row.capacity_kgd) for row in capacity_of(mini, "nh3n", ON, flow_share=share).rows)
        for share in (0.2, 0.6)
    )
    assert 0 < low < high


def test_flows_by_reach_are_the_design_flows_that_are_given(mini):
    dry = low_water(mini, flow_m3s={"qx1": 0.5})
    was = {reach.code: reach for reach in mini.reaches}
    now = {reach.code: reach for reach in dry.reaches}
    assert now["qx1"].flow_m3s == 0.5
    for code, reach in now.items():  # width × depth × velocity stays the flow in proportion
        part = reach.flow_m3s / was[code].flow_m3s
        product = [one.width_m * one.depth_m * one.velocity_ms for one in (reach, was[code])]
        assert product[0] / product[1] == pytest.approx(part)
    with pytest.raises(InputError, match="qx9"):
        low_water(mini, flow_m3s={"qx9": 1.0})


def test_a_yearly_permit_of_the_registry_counts_and_others_are_named_as_assumed(mini):
    permit = PermitLimit("out-chem", "nh3n", 36.5, "t", "year", "", "", "doc", date(2020, 1, 1))
    table = capacity_of(replace(mini, permits=(permit,)), "nh3n", ON)
    row = next(row for row in table.rows if row.outfall == "out-chem")
    assert row.permit_kgd == pytest.approx(100.0)
    assert "out-chem" not in table.permit_assumed
    assert "works-shangchuan" in table.permit_assumed
    told = table.as_dict()
    assert [one["permit_assumed"] for one in told["items"]].count(False) == 1
    assert all(one["capacity_kgd"] is None or one["capacity_kgd"] >= 0 for one in told["items"])


def test_a_property_that_nobody_discharges_or_no_class_knows_is_refused(mini):
    with pytest.raises(InputError):
        capacity_of(mini, "benzene", ON)
    with pytest.raises(InputError, match="nobody"):
        capacity_of(replace(mini, facilities=()), "nh3n", ON)


def test_nobody_is_stopped_by_a_section_that_their_water_does_not_pass():
    basin = basins.read(basins.named("jinzhong"))
    net = basin.network
    place = {one.code: one.place for one in (*basin.facilities, *basin.sections)}
    bound = [row for row in capacity_of(basin, "nh3n", ON).rows if row.binding]
    assert len(bound) > 10
    for row in bound:
        here, there = place[row.outfall], place[row.binding]
        same = here.reach == there.reach and there.chainage_m >= here.chainage_m - 600.0
        assert same or net.downstream([net.index(here.reach)])[net.index(there.reach)], (row.outfall, row.binding)
