"""The benchmark network as a River of the twin, and runs of it with the peers' beginning and outputs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import network
import numpy as np
from as_swmm import TRACER
from network import BRANCHES, DAY_S, DISCHARGE_M3S, DISCHARGE_MG_L, DISCHARGES_KM, GAUGES_KM, MAIN, SPILL_KM, Grid
from numpy.typing import NDArray

from riverchief.govern.twin import (
    AUTOMATIC,
    Balance,
    Control,
    LevelBoundary,
    Model,
    River,
    Series,
    constant,
    trapezoid,
)
from riverchief.govern.twin.hydraulics.layout import State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """What a run shows at the gauges, hour by hour; arrays are (n_hour, n_gauge)."""

    wall_s: float
    flow_m3s: Floats
    level_m: Floats
    mg_l: Floats


def place(km: float) -> tuple[str, float]:
    """Reach and chainage [m] of a place on the main stem."""
    cuts = _cuts()
    k = min(int(np.searchsorted(cuts, km, side="right")) - 1, len(cuts) - 2)
    return f"M{k}", (km - cuts[k]) * 1e3


def _cuts() -> list[float]:
    """Where the main stem is cut into reaches [km]."""
    return [0.0, *(b.joins_km for b in BRANCHES if b.joins_km is not None), MAIN.length_m / 1e3]


def river(dx_m: float, days: float = 30.0) -> River:
    """The network with its forcing, time counted from 0 s."""
    made = River("benchmark")
    foot_m = network.OUTLET_BED_M
    for k, (a, b) in enumerate(pairwise(_cuts())):
        shapes = [
            trapezoid(
                MAIN.width_m[0] + (MAIN.width_m[1] - MAIN.width_m[0]) * km * 1e3 / MAIN.length_m,
                network.SIDE,
                MAIN.roughness,
                foot_m + MAIN.slope * (MAIN.length_m - km * 1e3),
                network.DEEP_M,
            )
            for km in (a, b)
        ]
        made.reach(f"M{k}", [0.0, (b - a) * 1e3], shapes, dx_m=dx_m, from_node=f"n{k}", to_node=f"n{k + 1}")
    hours = np.arange(0.0, days * DAY_S + 3_601.0, 3_600.0)
    for k, branch in enumerate(BRANCHES):
        head = "n0"
        if branch.joins_km is not None:
            head = f"head{k}"
            low = foot_m + MAIN.slope * (MAIN.length_m - branch.joins_km * 1e3)
            shapes = [
                trapezoid(branch.width_m[0], network.SIDE, branch.roughness, bed, network.DEEP_M)
                for bed in (low + branch.slope * branch.length_m, low)
            ]
            made.reach(
                branch.name, [0.0, branch.length_m], shapes, dx_m=dx_m, from_node=head, to_node=f"n{k}"
            )  # the k-th tributary joins at the k-th cut
        flow = Series(hours, branch.inflow_m3s(hours))
        made.inflow(branch.name, flow, node=head, **{TRACER: constant(branch.inflow_mg_l)})
    start, end = network.SPILL_S
    steps = np.array([0.0, start, start + 60.0, end, end + 60.0])
    spill = Series(steps, np.array([network.spill_mg_l(t) for t in steps]))
    for km in DISCHARGES_KM:
        strength = spill if km == SPILL_KM else constant(DISCHARGE_MG_L)
        made.inflow(f"at{km:g}", constant(DISCHARGE_M3S), at=place(km), **{TRACER: strength})
    made.boundary(LevelBoundary(f"n{len(_cuts()) - 1}", constant(foot_m + network.OUTLET_DEPTH_M)))
    return made


def beginning(model: Model, grid: Grid) -> State:
    """The peers' beginning: flows between floods, their normal depth."""
    cells = model.cells
    level, flow = np.zeros(cells.grid.bed.size), np.zeros(cells.grid.up.size)
    cuts = _cuts()
    points = {f"M{k}": range(grid.on_main(a), grid.on_main(b) + 1) for k, (a, b) in enumerate(pairwise(cuts))}
    points |= {b.name: grid.way(k) for k, b in enumerate(BRANCHES) if k}
    for code in [b.name for b in BRANCHES[1:]] + [f"M{k}" for k in range(len(cuts) - 1)]:
        at = list(points[code])
        level[cells.reach[code]] = grid.bed_m[at] + grid.depth_m[at]
        flow[cells.faces[code]] = grid.flow_m3s[at[:-1]]
    state = model.start(0.0, level, flow)
    state.conc[:] = 10.0
    return state


class Twin:
    """The network made ready at a cell length; `run` may be called again and again."""

    def __init__(self, dx_m: float, days: float, control: Control = AUTOMATIC) -> None:
        self.days = days
        self.model = Model(river(dx_m, days), control=control)
        self.state = beginning(self.model, network.grid(dx_m))

    def run(self) -> tuple[Seen, Balance]:
        """One run, and its balance."""
        begun = time.perf_counter()
        run = self.model.run(self.state, self.days * DAY_S, 3_600.0)
        wall_s = time.perf_counter() - begun
        places = [place(km) for km in GAUGES_KM]
        return (
            Seen(
                wall_s,
                np.stack([run.flow_m3s(*at) for at in places], axis=1),
                np.stack([run.level_m(*at) for at in places], axis=1),
                np.stack([run.concentration(TRACER, *at) for at in places], axis=1),
            ),
            run.balance,
        )
