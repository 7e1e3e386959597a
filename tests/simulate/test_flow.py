"""The true flow stays within what is promised, and flow and velocity move together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.simulate.flow import TrueFlow


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_velocity_stays_within_a_fifth_of_the_registry(basin, seed):
    flow = TrueFlow.draw(basin, seed)
    times = np.arange(0, 20 * 86_400, 1_800.0) + 1.7e9
    for i, reach in enumerate(basin.reaches):
        ratio = flow.velocity_at(i, times) / reach.velocity_ms
        assert ratio.min() >= 0.8
        assert ratio.max() <= 1.2
        discharge = flow.flow_at(i, times) / reach.flow_m3s
        assert discharge.min() >= 0.8
        assert discharge.max() <= 1.2
        assert np.ptp(ratio) > 0.02  # it is unsteady
        assert flow.flow_at(i, times) / flow.velocity_at(i, times) == pytest.approx(flow.area_m2[i])


def test_paces_are_what_single_reaches_see(basin):
    flow = TrueFlow.draw(basin, 4)
    times = np.array([1.7e9, 1.7e9 + 5e4])
    for i in range(3):
        assert flow.paces(times)[:, flow.river[i]] * flow.flow_m3s[i] == pytest.approx(flow.flow_at(i, times))


def test_seeds_differ_and_repeat(basin):
    again, other = TrueFlow.draw(basin, 1), TrueFlow.draw(basin, 2)
    assert (TrueFlow.draw(basin, 1).velocity_ms == again.velocity_ms).all()
    assert not np.allclose(again.velocity_ms, other.velocity_ms)


def test_a_reach_without_velocity_is_named(basin):
    dry = replace(basin, reaches=(replace(basin.reaches[0], velocity_ms=0.0), *basin.reaches[1:]))
    with pytest.raises(InputError, match=r"reach M1 has velocity_ms 0\.0"):
        TrueFlow.draw(dry, 1)
