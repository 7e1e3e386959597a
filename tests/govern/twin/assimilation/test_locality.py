import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.govern.twin.assimilation import locality


@pytest.fixture(scope="module")
def members():
    return doubtful.members(2)


def test_distance_is_along_the_water_up_and_down(members):
    cells = members.model.cells
    source = np.array([cells.cell("up", 4000.0)])
    away = locality.distances_m(cells, source)[0]
    assert away[cells.cell("up", 1000.0)] == pytest.approx(3000.0)
    assert away[cells.cell("down", 2000.0)] == pytest.approx(6000.0 + 2000.0)
    assert away[cells.cell("side", 1000.0)] == pytest.approx(6000.0 + 5000.0)  # down to the confluence and up again


def test_parameters_go_forth_and_back_and_have_a_name_and_a_taper_each(members):
    values = locality.parameters(members)
    again = locality.with_parameters(members, values)
    for name in ("log_inflow", "log_load", "log_rough", "log_decay", "log_dispersion"):
        assert (getattr(again, name) == getattr(members, name)).all()
    assert len(locality.names(members)) == values.shape[0]
    n = members.model.cells.grid.bed.size
    at = np.repeat(members.model.cells.reach["up"][3:4], 2)
    taper = locality.tapers(members, at, np.array([False, True]), 5000.0, 9000.0)
    assert taper.shape == (2, n + values.shape[0] + n)
    assert (taper[:, :n] == taper[:, locality.places_of_carried(members)]).all()
    rough = n + locality.names(members).index("roughness up")
    assert (taper[:, rough] == 1.0).all()  # the cell lies in that reach
    last = n + values.shape[0] - 1
    assert (taper[:, last] == [0.0, 1.0]).all()  # dispersion is the river's, and levels do not tell it
    load, inflow = (n + locality.names(members).index(f"{what} head") for what in ("load", "inflow"))
    assert taper[0, load] == 0.0
    assert taper[1, load] == taper[1, inflow] == taper[0, inflow] > 0.0


def test_readings_of_what_is_carried_may_leave_the_water_alone(members):
    n = members.model.cells.grid.bed.size
    at = np.repeat(members.model.cells.reach["up"][3:4], 2)
    both = np.array([False, True])
    free, bound = (
        locality.tapers(members, at, both, 5000.0, 9000.0, moves_water=moves) for moves in (True, False)
    )  # fmt: skip
    assert (bound[0] == free[0]).all()
    assert (bound[1, :n] == 0).all()
    carried = locality.places_of_carried(members)
    assert (bound[1, carried] == free[1, carried]).all()
    for k, name in enumerate(locality.names(members)):
        kept = name.split()[0] in ("load", "decay", "dispersion")
        assert bound[1, n + k] == (free[1, n + k] if kept else 0.0), name
