"""Heat in one coefficient: a figure worked out by hand, and water that goes to its equilibrium as the closed form says."""

import numpy as np
import pytest

from riverchief.govern.twin.quality import equilibrium_temperature_c, heat_exchange_wm2k, read_kinetics


def test_the_coefficient_at_a_figure_worked_out_by_hand():
    # T 20, Td 10: Tm 15, β = 0.35 + 0.225 + 0.27 = 0.845; f(2) = 9.2 + 1.84 = 11.04; K = 4.5 + 1 + 1.315 · 11.04
    assert heat_exchange_wm2k(20.0, 10.0, 2.0) == pytest.approx(20.0176)
    assert equilibrium_temperature_c(10.0, 200.176, 20.0176) == pytest.approx(20.0)


@pytest.mark.parametrize("depth_m", [0.5, 2.0])
def test_water_goes_to_its_equilibrium_as_the_closed_form_says(depth_m):
    reactor = read_kinetics("temperature").compile()
    conc = np.array([[5.0]])
    env = {"depth_m": depth_m, "equilibrium_temperature_c": 22.0, "heat_exchange_wm2k": 25.0}
    for step in range(144):
        reactor.step(conc, env, 1_800.0, step * 1_800.0)
    pace = 25.0 / (4.18e6 * depth_m)
    assert conc[0, 0] == pytest.approx(22 - 17 * np.exp(-pace * 144 * 1_800.0), rel=2e-5)


def test_water_does_not_get_colder_than_it_freezes():
    conc = np.array([[1.0, 0.0]])
    env = {"depth_m": 0.3, "equilibrium_temperature_c": -30.0, "heat_exchange_wm2k": 40.0}
    read_kinetics("temperature").compile().step(conc, env, 30 * 86_400.0, 0.0)
    assert (conc >= 0).all()
    assert (conc < 0.05).all()
