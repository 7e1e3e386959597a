"""The longitudinal profile: uniform flow by its closed solution, ways down a network, and faults by name."""

import numpy as np
import pytest
from scipy.optimize import brentq

from govern.twin.rivers_of_operation import canal
from govern.twin.test_cycle import forked
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import twin
from riverchief.govern.twin import profile
from riverchief.govern.twin.profile import GRAVITY


def test_uniform_flow_has_its_depth_velocity_and_energy_everywhere():
    model = twin.Model(canal(dx_m=50.0))
    run = model.run(model.start(0.0), 24 * 3600.0, 3600.0)
    told = profile.profile(run)

    def missing(h):
        area, wet = h * (10 + 2 * h), 10 + 2 * h * 5**0.5
        return area * (area / wet) ** (2 / 3) / 0.03 * 0.001**0.5 - 12.0

    h = brentq(missing, 0.1, 5)
    velocity = 12.0 / (h * (10 + 2 * h))
    assert told.level_m[-1] - told.way.bed_m == pytest.approx(h, abs=2e-3)
    assert told.velocity_ms[-1] == pytest.approx(velocity, rel=5e-3)
    assert told.energy_m[-1] - told.level_m[-1] == pytest.approx(velocity**2 / 2 / GRAVITY, rel=1e-2)
    assert told.flow_m3s[-1] == pytest.approx(12.0, rel=1e-6)


def test_the_longest_way_goes_from_the_farthest_head_to_the_outlet():
    river = forked()
    river.reach(
        "brook", [0, 900.0], [twin.trapezoid(3, 2, 0.03, bed) for bed in (5.0, 4.0)], dx_m=100.0, to_node="right:start"
    )
    model = twin.Model(river)
    assert profile.longest(model) == ("brook", "right", "stem")
    way = profile.way(model)
    assert way.distance_m[-1] == 5900.0
    assert (np.diff(way.distance_m) >= 0).all()
    assert way.of("stem", 500.0) == 900.0 + 2000.0 + 500.0
    assert way.of("left", 0.0) is None


def test_a_way_that_water_does_not_take_is_refused():
    model = twin.Model(forked())
    with pytest.raises(InputError, match="begins at node"):
        profile.way(model, ["left", "right"])
    with pytest.raises(UnknownName, match="stem"):
        profile.way(model, ["stm"])


def test_banks_are_the_lower_of_both_sides():
    section = twin.CrossSection(np.array([0.0, 5, 10, 15]), np.array([8.0, 1, 1, 6]), np.array([0.03]), np.array([0.0]))
    river = twin.River("x")
    river.reach("a", [0, 100.0], [section, section], dx_m=50.0)
    river.inflow("q", 2.0, node="a:start")
    river.boundary(twin.NormalDepth("a:end", 0.001))
    way = profile.way(twin.Model(river))
    assert way.bank_m == pytest.approx(6.0)
    assert way.bed_m == pytest.approx(1.0)
