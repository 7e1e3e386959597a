"""Steady water of a model: what comes in goes through, everywhere; what changes is refused."""

import numpy as np
import pytest

from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.measures.settled import settled


@pytest.mark.parametrize("factor", [1.0, 0.25])
def test_what_comes_in_goes_through_every_face(factor):
    flows = settled(twin.Model(canal(flow_m3s=12.0)), factor)
    there = flows.dn >= 0
    np.testing.assert_allclose(flows.flux_m3s[-1][there], 12.0 * factor, rtol=1e-4)
    flows.check()


def test_water_that_is_not_steady_is_refused():
    with pytest.raises(InputError, match="inflow head changes with time"):
        settled(twin.Model(canal(flow_m3s=wave())))
