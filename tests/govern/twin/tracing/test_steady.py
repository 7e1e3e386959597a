"""The registry's reaches become cells that hold their water and keep their addresses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.rivers import basin, fork, island, reach
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.govern.twin.tracing import steady_flows
from riverchief.govern.twin.tracing.curves import MeanWater


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["a", "b", "c"]), st.floats(0, 1))
def test_every_place_lies_in_a_cell_of_its_reach(code, part):
    river = fork()
    _, cells = steady_flows(river, 700.0)
    length = {r.code: r.length_m for r in river.reaches}[code]
    place = Place(code, part * length)
    cell, above = cells.cell(place)
    assert 0 <= above <= 1
    middle = cells.place(cell)
    dx = length / int(cells.count[river.network.index(code)])
    assert middle.reach == code
    assert middle.chainage_m + (above - 0.5) * dx == pytest.approx(place.chainage_m, abs=1e-6)


def test_the_cells_hold_the_reaches_water_and_the_outlets_take_all_of_it():
    river = island()
    flows, _ = steady_flows(river, 400.0)
    held = sum(r.length_m * r.flow_m3s / r.velocity_ms for r in river.reaches)
    assert flows.volume_m3[0, ~flows.fixed].sum() == pytest.approx(held)
    assert flows.flux_m3s[0, flows.dn == np.flatnonzero(flows.fixed)[0]] == pytest.approx([10.0])


def test_travel_times_through_cells_are_those_of_the_registry():
    # an independent peer: the network's own travel time, by the registry's velocities
    river = fork()
    flows, cells = steady_flows(river, 350.0)
    origins, targets = (
        [Place("a", 500.0), Place("b", 7_777.0), Place("c", 40.0)],
        [Place("c", 60.0), Place("c", 15_000.0)],
    )
    way = MeanWater(flows).ways([cells.cell(p) for p in origins], [cells.cell(p) for p in targets])
    (ra, ca), (rb, cb) = river.network.positions(origins), river.network.positions(targets)
    exact = river.network.travel_time(ra[:, None], ca[:, None], rb, cb)
    assert way.mean_s == pytest.approx(exact, rel=1e-9)
    assert (way.share == 1).all()


def test_water_taken_at_a_node_takes_its_share_of_the_load():
    # 10 m³/s arrive, 4 m³/s go on: 40 % of the load
    flows, cells = steady_flows(basin([reach("a", "h", "i", 5_000.0, 10.0), reach("b", "i", "o", 5_000.0, 4.0)]), 250.0)
    flows.check()
    way = MeanWater(flows).ways([cells.cell(Place("a", 100.0))], [cells.cell(Place("b", 3_000.0))])
    assert way.share[0, 0] == pytest.approx(0.4)
    assert way.outflow_m3s.tolist() == pytest.approx([4.0])


def test_a_length_that_is_none_is_named():
    with pytest.raises(InputError, match=r"cells of 0.0 m were asked for"):
        steady_flows(fork(), 0.0)
