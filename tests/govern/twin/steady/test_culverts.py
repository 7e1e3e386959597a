import numpy as np
import pytest

from govern.twin.steady.canals import plain
from riverchief.govern.twin.steady.crossings import Crest
from riverchief.govern.twin.steady.culverts import Barrel, Culvert
from riverchief.govern.twin.steady.step import Row, water

BOX = Barrel(2, 2.0, 3.0, 6.0, 10.0, 30.0, 0.013, 0.5, 1.0, 1.0, 0.9)
CANAL = plain([0, 0, 15, 15], [9, 0, 0, 9])


def test_a_drowned_barrel_loses_entrance_friction_and_exit():
    head = (20.0 / 2 / 6) ** 2 / (2 * 9.81)
    friction = 2 * 9.81 * 0.013**2 * 30 / 0.6 ** (4 / 3)
    assert BOX.energy_m(20.0, 4.0) == pytest.approx(4.0 + (1.5 + friction) * head)


def test_a_free_inlet_is_a_control_of_critical_depth():
    deep = ((4.0 / 2 / 3.0) ** 2 / 9.81) ** (1 / 3)
    assert BOX.energy_m(4.0, 0.0) == pytest.approx(1.0 + deep + 1.5 * deep / 2)


@pytest.mark.parametrize("tail", [0.0, 2.0, 5.0])
@pytest.mark.parametrize("flow", [0.5, 5.0, 20.0, 60.0])
def test_discharge_and_energy_undo_each_other(flow, tail):
    assert BOX.flow_m3s(BOX.energy_m(flow, tail), tail) == pytest.approx(flow, rel=0.02)


def test_energy_grows_with_discharge():
    energy = [BOX.energy_m(q, 1.5) for q in np.linspace(0.1, 90, 200)]
    assert (np.diff(energy) > -1e-9).all()


def test_a_culvert_that_is_too_small_sends_water_over_the_road():
    culvert = Culvert("c", (BOX,), Crest(np.array([0.0, 15.0]), np.array([4.0, 4.0]), 1.44))
    down = water(CANAL, 80.0, 2.5)
    up = culvert.headwater(Row("r", 0.0, CANAL, (40.0,) * 3), 80.0, down)
    assert up.energy_m > 4.0
    through = BOX.flow_m3s(up.energy_m, 2.5)
    assert through + culvert.crest.flow_m3s(up.energy_m, 2.5) == pytest.approx(80.0, rel=1e-4)


def test_a_culvert_never_lies_below_the_open_channel():
    wide = Culvert("c", (Barrel(40, 5.0, 5.0, 25.0, 20.0, 1.0, 0.01, 0.1, 0.1, 0.0, 0.0),), None)
    down = water(CANAL, 5.0, 2.0)
    row = Row("r", 0.0, CANAL, (4000.0,) * 3)
    assert wide.headwater(row, 5.0, down).energy_m >= down.energy_m
