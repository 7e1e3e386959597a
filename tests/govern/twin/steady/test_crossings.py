import numpy as np
import pytest

from govern.twin.steady.canals import plain
from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.steady.crossings import Bridge, Crest, InlineWeir, level_of_energy
from riverchief.govern.twin.steady.cuts import ShapeCut
from riverchief.govern.twin.steady.divided import Block, Deck
from riverchief.govern.twin.steady.step import Row, step_up, water

CANAL = ShapeCut(trapezoid(20, 0, 0.03))
STATIONS, LEVELS = [0, 0, 20, 20], [9, 0, 0, 9]
OPEN = plain(STATIONS, LEVELS)
ROW = Row("up", 0.0, OPEN, (40.0,) * 3, 0.1, 0.3)


def level_crest(height, coefficient=1.7, width=20.0, **more):
    return Crest(np.array([0.0, width]), np.array([height, height]), coefficient, **more)


def bridge(soffit=3.0, road=4.0, pier=0.0, **more):
    deck = Deck(np.array([-1.0, 21.0]), np.full(2, soffit), np.full(2, road))
    free = plain(STATIONS, LEVELS, deck=deck)
    piers = (Block(10 - pier / 2, 10 + pier / 2, soffit),) if pier else ()
    held = plain(STATIONS, LEVELS, deck=deck, blocks=piers)
    crest = Crest(np.array([-1.0, 21.0]), np.full(2, road), 1.44)
    return Bridge("bridge", 10.0, 8.0, held, held, free, free, crest, soffit, **more)


def test_a_free_weir_lets_the_formulas_discharge_pass():
    assert level_crest(2.0).flow_m3s(3.2, 0.0) == pytest.approx(1.7 * 20 * 1.2**1.5)


def test_a_sloping_crest_is_summed_over_its_length():
    found = Crest(np.array([0.0, 10.0]), np.array([0.0, 1.0]), 2.0).flow_m3s(1.5, -1.0)
    assert found == pytest.approx(2.0 * 10 * (1.5**2.5 - 0.5**2.5) / 2.5, rel=1e-3)


def test_a_drowned_weir_lets_less_pass_and_nothing_at_equal_levels():
    crest = level_crest(1.0)
    free = crest.flow_m3s(3.0, 0.0)
    assert crest.flow_m3s(3.0, 2.9) < 0.9 * free
    assert crest.flow_m3s(3.0, 3.0) == pytest.approx(0)


def test_the_level_of_an_energy_has_it():
    level = level_of_energy(CANAL, 30.0, 2.5)
    assert level + (30 / (20 * level)) ** 2 / (2 * 9.81) == pytest.approx(2.5)


def test_water_over_an_inline_weir_has_the_head_that_the_formula_asks_for():
    down = water(CANAL, 30.0, 1.0)
    up = InlineWeir("weir", level_crest(2.0)).headwater(Row("r", 0.0, CANAL, (10.0,) * 3), 30.0, down)
    assert up.energy_m == pytest.approx(2.0 + (30 / (1.7 * 20)) ** (2 / 3), abs=1e-6)


def test_a_weir_deep_under_water_is_no_obstacle():
    down = water(CANAL, 30.0, 6.0)
    row = Row("r", 0.0, CANAL, (10.0,) * 3)
    up = InlineWeir("weir", level_crest(0.2, most_drowned=0.9)).headwater(row, 30.0, down)
    assert up.level_m == step_up(row, 30.0, down).level_m


def test_a_bridge_that_the_water_does_not_touch_and_without_piers_is_no_bridge():
    down = water(OPEN, 30.0, 2.0)
    plain_step = step_up(ROW, 30.0, down)
    # three short steps against one long one: the same but for the square of the step
    assert bridge(soffit=6, road=7).headwater(ROW, 30.0, down).level_m == pytest.approx(plain_step.level_m, abs=2e-5)


def test_piers_back_the_water_up():
    down = water(OPEN, 60.0, 2.0)
    levels = [bridge(6, 7, pier=p).headwater(ROW, 60.0, down).level_m for p in (0.0, 2.0, 5.0)]
    assert levels == sorted(levels)
    assert levels[2] - levels[0] > 0.02


def test_yarnells_rise_is_his_formula():
    down = water(OPEN, 60.0, 2.0)
    head, blocked, k = (60 / 40) ** 2 / (2 * 9.81), 0.1, 0.9
    rise = 2 * k * (k + 10 * head / 2.0 - 0.6) * (blocked + 15 * blocked**4) * head
    assert bridge(6, 7, pier=2.0, yarnell=k)._yarnell(ROW, 60.0, down).level_m == pytest.approx(2.0 + rise)


def test_momentum_without_piers_or_friction_leaves_the_level_as_it_is():
    smooth = plain(STATIONS, LEVELS, manning=1e-6)
    row = Row("up", 0.0, smooth, (40.0,) * 3)
    inner = Bridge("b", 10.0, 8.0, smooth, smooth, smooth, smooth, level_crest(9.0), 9.0, drag=1.2)
    down = water(smooth, 60.0, 2.0)
    assert [w.level_m for w in inner._momentum(row, 60.0, down)] == pytest.approx([2.0], abs=1e-6)


def test_momentum_with_drag_balances_the_forces_from_end_to_end():
    smooth = plain(STATIONS, LEVELS, manning=1e-6)
    held = plain(STATIONS, LEVELS, manning=1e-6, blocks=(Block(9, 11, 9.0),))
    row = Row("up", 0.0, smooth, (40.0,) * 3)
    down = water(smooth, 60.0, 2.0)
    up = Bridge("b", 10.0, 8.0, held, held, smooth, smooth, level_crest(9.0), 9.0, drag=1.2)._momentum(row, 60.0, down)[
        0
    ]

    def force(h, width=20.0):
        return 60.0**2 / (9.81 * width * h) + width * h**2 / 2

    inside = min(
        (h for h in np.roots([18 / 2, 0, -(force(2.0) - 2 * 2.0**2 / 2), 60.0**2 / (9.81 * 18)]) if h.real > 1.2),
        key=lambda h: abs(h - 2.0),
    ).real
    drag = 0.5 * 1.2 * (2 * inside) * 60.0**2 / (9.81 * (20 * up.level_m) ** 2)
    assert force(up.level_m) == pytest.approx(force(inside, 18) + 2 * inside**2 / 2 + drag, rel=1e-5)


def test_a_drowned_deck_passes_an_orifices_discharge():
    down = water(OPEN, 150.0, 3.5)
    up = bridge(soffit=3.0, road=20.0).headwater(ROW, 150.0, down)
    assert up.why.startswith("pressure")
    assert 0.8 * 60 * (2 * 9.81 * (up.energy_m - 3.5)) ** 0.5 == pytest.approx(150.0, rel=1e-5)


def test_pressure_flow_below_a_free_tail_is_a_sluice_gates():
    down = water(OPEN, 150.0, 2.9)
    up = bridge(soffit=3.0, road=20.0, sluice=0.4).headwater(ROW, 150.0, down)
    assert 0.4 * 60 * (2 * 9.81 * (up.energy_m - 3.0 + 1.5)) ** 0.5 == pytest.approx(150.0, rel=1e-5)


def test_water_over_the_road_shares_the_discharge_with_the_opening():
    down = water(OPEN, 200.0, 3.4)
    up = bridge(soffit=3.0, road=3.6).headwater(ROW, 200.0, down)
    below = 0.8 * 60 * (2 * 9.81 * (up.energy_m - 3.4)) ** 0.5
    over = bridge(soffit=3.0, road=3.6).crest.flow_m3s(up.energy_m, 3.4)
    assert below + over == pytest.approx(200.0, rel=1e-4)
    assert over > 0


def test_a_low_approach_road_takes_water_while_the_bridge_flows_low():
    crest = Crest(np.array([0.0, 20.0, 20.0, 40.0]), np.array([6.0, 6.0, 2.2, 2.2]), 1.44)
    deck = Deck(np.array([-1.0, 21.0]), np.full(2, 5.0), np.full(2, 6.0))
    held = plain(STATIONS, LEVELS, deck=deck, blocks=(Block(2, 18, 5.0),))
    there = Bridge("b", 10.0, 8.0, held, held, held, held, crest, 5.0)
    down = water(OPEN, 25.0, 2.0)
    up = there.headwater(ROW, 25.0, down)
    over = crest.flow_m3s(up.energy_m, down.level_m)
    assert up.why.startswith("low flow and over the road")
    assert there._energy(ROW, 25.0 - over, 25.0, down).energy_m == pytest.approx(up.energy_m, abs=1e-3)


@pytest.mark.parametrize("flow", [0.0, 1e-3, 10.0, 100.0, 1000.0])
def test_every_discharge_has_a_finite_headwater_not_below_critical(flow):
    down = water(OPEN, flow, 1.0 + flow / 60)
    up = bridge(soffit=3.0, road=3.5, pier=1.0, drag=1.2, yarnell=0.9).headwater(ROW, flow, down)
    assert np.isfinite(up.energy_m)
    assert up.level_m >= up.critical_m
