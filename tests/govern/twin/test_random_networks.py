"""Random rivers in random weather: no number breaks, no water or tracer is lost or made, a saved state goes on alike.

Twenty-five rivers here; two thousand with RIVERCHIEF_FULL=1.
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from govern.twin.networks import World, worlds

FULL = os.environ.get("RIVERCHIEF_FULL") == "1"


def check_holds(world: World) -> None:
    model, end = world.model, world.until_s
    free = ~model.cells.grid.fixed
    run = model.run(world.start, end, end / 4)
    for kept in run.record:
        assert np.isfinite(kept).all()
    assert (run.record.volume[:, free] >= 0).all()
    assert abs(run.balance.error) < 1e-12
    wet = free & (run.record.volume > 1.0)  # with less, it is the round-off of what ran through
    c = run.record.conc.transpose(1, 0, 2)
    assert np.abs(c[0][wet] - 1).max(initial=0) < 1e-12
    low, high = world.tracer_range
    assert c[1][wet].min(initial=low) >= low
    assert c[1][wet].max(initial=high) <= high + 1e-9
    for mass in run.mass.values():  # in rivers with hardly any of it, of 100 g: dry cells count as 1e-12 m³
        lost = mass.after - mass.before - mass.came + mass.left
        assert abs(lost) <= 1e-12 * max(mass.before, mass.came, mass.left, 100.0)
    if run.balance.steps > 3000 and not FULL:
        return  # a second run of a river that goes in small steps is for the full proof
    half = model.run(world.start, end / 2, end / 4)
    rest = model.run(half.state, end, end / 4)
    for found, wanted in zip(rest.state, run.state, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.slow
@settings(max_examples=2000 if FULL else 25, suppress_health_check=list(HealthCheck), derandomize=not FULL)
@given(worlds())
def test_any_river_keeps_its_water_and_what_it_carries(world):
    check_holds(world)
