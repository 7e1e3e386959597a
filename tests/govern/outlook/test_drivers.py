"""Drivers as regressors."""

import numpy as np

from govern.outlook.worlds import panel
from riverchief.govern.outlook.drivers import past_effects, scale_of


def test_drivers_are_centred_scaled_and_bridged():
    flow = np.array([[[1.0, np.nan, np.e**2, np.nan]], [[np.nan] * 4]])
    made = panel(np.ones((2, 4)), drivers=("flow",), driving=flow)
    scale = scale_of(made)
    np.testing.assert_allclose(scale.centre[:, 0], [1.0, 0.0])
    np.testing.assert_allclose(scale.width[:, 0], [1.0, 1.0])
    found = past_effects(made, scale)
    np.testing.assert_allclose(found[0, 0, [0, 2, 3]], [-1.0, 1.0, 1.0])
    np.testing.assert_allclose(found[1], 0.0)  # a section without the driver is not moved by it
