"""A small valley for measures: two arms and a stem, three dischargers, a flood that comes by, and a gate where asked for."""

from __future__ import annotations

import numpy as np

from riverchief.govern import twin
from riverchief.govern.twin.hydraulics.layout import State

HOUR = 3600.0


def river(*, gate: bool = False, flood: bool = True) -> twin.River:
    made = twin.River("valley")
    t = twin.trapezoid
    made.reach("a", [0, 10e3], [t(10, 2, 0.03, bed_m=20.0), t(10, 2, 0.03, bed_m=10.0)], dx_m=500.0, from_node="ha", to_node="m")  # fmt: skip
    made.reach("b", [0, 8e3], [t(6, 2, 0.03, bed_m=20.0), t(6, 2, 0.03, bed_m=10.0)], dx_m=500.0, from_node="hb", to_node="m")  # fmt: skip
    made.reach("c", [0, 20e3], [t(14, 2, 0.03, bed_m=10.0), t(14, 2, 0.03)], dx_m=500.0, from_node="m", to_node="e")
    head = twin.Series(HOUR * np.array([0.0, 6.0, 12.0, 30.0]), [6.0, 6.0, 14.0, 6.0]) if flood else 6.0
    made.inflow("qa", head, node="ha", nh3n=0.3, do=8.0)
    made.inflow("qb", 3.0, node="hb", nh3n=0.2, do=8.0)
    made.inflow("w1", 0.3, at=("a", 3e3), nh3n=20.0, do=2.0)
    made.inflow("w2", 0.2, at=("b", 2e3), nh3n=twin.Series(HOUR * np.array([0.0, 10.0, 20.0]), [25.0, 40.0, 25.0]), do=2.0)  # fmt: skip
    made.inflow("w3", 0.2, at=("c", 4e3), nh3n=15.0, do=2.0)
    if gate:
        made.structure(twin.Gate("g", 16.0, 8.0, twin.constant(1.0)), at=("b", 4e3))
    made.boundary(twin.NormalDepth("e", 0.0005))
    return made


def settled(*, gate: bool = False, flood: bool = True) -> tuple[twin.Model, State]:
    """The valley as a model, and its water at 0 s after two quiet days."""
    model = twin.Model(river(gate=gate, flood=flood), ("nh3n", "do"))
    return model, model.run(model.start(-48 * HOUR), 0.0, HOUR).state
