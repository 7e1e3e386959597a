"""Steady water of a model: run under the inflows of its beginning until nothing moves any more."""

from __future__ import annotations

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.model import DAY_S, Model

HOUR_S = 3600.0
SETTLE_DAYS, STEADY_WITHIN = 20, 1e-3  # a river that still changes by more in a day [-] is not steady


def settled(model: Model, factor: float = 1.0) -> Flows:
    """The water once it has settled.

    Parameters
    ----------
    model : Model
    factor : float
        Inflows times this: a design low flow [-].

    Raises
    ------
    InputError
        Where an inflow changes with time, or the river still changes after the longest wait.
    """
    for inflow in model.river.inflows.values():
        if np.ptp(inflow.flow_m3s.value) > 0:
            raise InputError(
                f"inflow {inflow.name} changes with time; capacity asks for steady low water: give it one number.",
                inflow=inflow.name,
            )
    model.forcing.factor[:] *= factor
    state = model.start(0.0)
    for day in range(1, SETTLE_DAYS + 1):
        run = model.run(state, day * DAY_S, DAY_S)
        moved = np.abs(run.state.flow - state.flow).max() / max(float(np.abs(run.state.flow).max()), 1e-9)
        state = run.state
        if day > 1 and moved < STEADY_WITHIN:
            return model.run(state, day * DAY_S + HOUR_S, HOUR_S).flows()
    raise InputError(
        f"after {SETTLE_DAYS} days the river still changes by {moved:.2%} a day; look at its boundaries and rules."
    )
