"""Cells and faces of a river: places are found again, volumes are those of the channel and the lakes."""

import numpy as np
import pytest
from hypothesis import given, settings

from govern.twin.networks import worlds
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import twin
from riverchief.govern.twin import grid, state


def test_the_volume_of_a_prism_is_its_area_times_its_length():
    river = twin.River()
    river.reach("a", [0.0, 1200.0], [twin.trapezoid(10, 2, 0.03, bed_m=5.0)] * 2, dx_m=100.0)
    cells = grid.build(river)
    full = state.volumes(cells.grid, np.full(cells.grid.bed.size, 8.0))
    assert full.sum() == pytest.approx(1200 * (10 + 2 * 3) * 3, rel=1e-9)


def test_a_lake_holds_what_its_surfaces_enclose():
    river = twin.River()
    river.storage("lake", [10.0, 12.0, 15.0], [0.0, 4e4, 1e5])
    river.structure(twin.Weir("w", 14.0, 5.0), between=("lake", "below"))
    cells = grid.build(river)
    lake = cells.node["lake"]
    at = np.full(cells.grid.bed.size, 14.0)
    exact = 0.5 * 4e4 * 2 + 2 * 0.5 * (4e4 + 8e4)
    assert state.volumes(cells.grid, at)[lake] == pytest.approx(exact, rel=1e-3)


def test_places_are_found_at_the_nearest_cell_and_face():
    river = twin.River()
    river.reach("a", [0.0, 1000.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=100.0)
    cells = grid.build(river)
    assert cells.cell("a", 0.0) == cells.node["a:start"]
    assert cells.cell("a", 960.0) == cells.node["a:end"]
    assert cells.face("a", 1000.0) == cells.faces["a"][-1]
    with pytest.raises(UnknownName):
        cells.cell("b", 1.0)
    with pytest.raises(InputError, match="1000 m long"):
        cells.cell("a", 1001.0)


def test_what_hangs_in_the_air_is_named():
    river = twin.River()
    with pytest.raises(InputError, match="without a reach"):
        grid.build(river)
    river.reach("a", [0.0, 10.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=5.0)
    river.inflow("spring", 1.0, node="nowhere")
    with pytest.raises(InputError, match="inflow spring lies at node nowhere"):
        grid.build(river)


@settings(max_examples=40)
@given(worlds())
def test_volumes_rise_with_levels_in_any_river_and_levels_come_back_from_them(world):
    g = world.model.cells.grid
    low, high = (state.volumes(g, g.bed + h) for h in (0.4, 1.7))
    assert (high > low).all()
    assert (low >= 0).all()
    assert (state.volumes(g, g.bed) == 0).all()
