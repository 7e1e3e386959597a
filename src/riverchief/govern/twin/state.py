"""States: how full the cells are and how the water runs, to begin from; and the working arrays of a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.grid import Cells
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Forcing, Grid, State

Floats = NDArray[np.float64]


class Work(NamedTuple):
    """Arrays that a step writes and nobody keeps."""

    level: Floats
    flow: Floats
    known_v: Floats
    known_q: Floats
    source: Floats
    coef: Floats
    alpha: Floats
    beta: Floats
    right: Floats
    inv_d: Floats
    push: Floats
    own: Floats
    part: Floats
    rest: Floats
    surface: Floats
    row: NDArray[np.int32]
    inv_den: Floats
    sum_a: Floats
    sum_b: Floats
    mom_a: Floats
    mom_b: Floats
    sum_q: Floats
    mom_in: Floats
    back: Floats
    share: Floats
    leaving: Floats
    rise: Floats
    d_level: Floats
    d_flow: Floats
    unit_right: Floats
    unit_alpha: Floats
    unit_level: Floats
    unit_flow: Floats
    volume: Floats
    flux: Floats
    lateral: Floats
    load: Floats
    miss: Floats
    held: Floats
    inv_held: Floats
    next_held: Floats
    inv_next: Floats
    first: Floats
    change: Floats
    gives: Floats
    follow: Floats
    free: Floats
    implicit: Floats
    gain: Floats
    before: Floats
    exchange: Floats
    taking: Floats
    above: NDArray[np.uint32]
    below: NDArray[np.uint32]


def work(grid: Grid, n_constituent: int = 0) -> Work:
    """Working arrays for a grid."""
    n, f = grid.bed.size, grid.up.size
    chords = f - n
    per_face = {"flow", "known_q", "share", "d_flow", "flux", "exchange"}
    arrays = {name: np.zeros(f if name in per_face else n) for name in Work._fields}
    cell = np.arange(n)
    arrays["above"] = np.where(grid.main >= 0, grid.main, cell).astype(np.uint32)
    arrays["below"] = np.where(grid.dn[:n] >= 0, grid.dn[:n], cell).astype(np.uint32)
    arrays["taking"] = np.zeros(1)
    arrays["row"] = np.zeros(n, np.int32)
    arrays["coef"] = np.zeros((f, 8))
    arrays["unit_level"] = np.zeros((chords, n))
    arrays["unit_flow"] = np.zeros((chords, n))
    arrays["load"] = np.zeros((n_constituent, n))
    arrays["miss"] = np.zeros(1)
    arrays["rise"] = 1e-3 * grid.cell_rows[:, tables.LEVELS // 4, 1] + 1e-9
    arrays["share"][:n] = ~grid.still
    return Work(**arrays)


def at_rest(cells: Cells, level_m: ArrayLike, time_s: float = 0.0, n_constituent: int = 0) -> State:
    """Still water at given levels [m]; cells whose bed lies higher are dry."""
    return given(cells, level_m, np.zeros(cells.grid.up.size), time_s, n_constituent)


def given(cells: Cells, level_m: ArrayLike, flow_m3s: ArrayLike, time_s: float = 0.0, n_constituent: int = 0) -> State:
    """A state from the level of every cell [m] and the discharge of every face [m³/s]."""
    g = cells.grid
    n = g.bed.size
    level = np.maximum(np.broadcast_to(np.asarray(level_m, np.float64), n), g.bed).copy()
    volume = volumes(g, level)
    flow = np.broadcast_to(np.asarray(flow_m3s, np.float64), g.up.size).copy()
    flow[g.dn < 0] = 0.0
    return State(
        level=level,
        volume=volume,
        lateral=np.zeros(n),
        flow=flow,
        flux=flow.copy(),
        level_1=level.copy(),
        volume_1=volume.copy(),
        flow_1=flow.copy(),
        conc=np.zeros((n_constituent, n)),
        setting=np.zeros(g.up.size),
        memory=np.zeros((g.up.size, 2)),
        clock=np.array([time_s, 1.0, 60.0, 0.0]),
    )


def volumes(grid: Grid, level_m: Floats) -> Floats:
    """Volume of every cell at a level [m³]."""
    k, x = tables.locate(grid.cell_depth, level_m - grid.bed)
    i = np.arange(grid.bed.size)
    rows = grid.cell_rows[i, k]
    return np.asarray(rows[:, 0] + x * (rows[:, 1] + x * rows[:, 2]), np.float64)


def running(cells: Cells, forcing: Forcing, time_s: float = 0.0, n_constituent: int = 0) -> State:
    """A first guess of steady water: inflows added up on their way down, normal depth, no water surface running uphill.

    A run or a steady profile makes of it what the equations say.
    """
    g = cells.grid
    n = g.bed.size
    flow = np.zeros(g.up.size)
    gathered = np.zeros(n)
    for m in range(forcing.cell.size):
        first = forcing.start[forcing.series[m]]
        last = forcing.start[forcing.series[m] + 1]
        gathered[forcing.cell[m]] += np.interp(time_s, forcing.time[first:last], forcing.value[first:last])
    for i in range(n):
        if g.dn[i] >= 0:
            flow[i] = max(gathered[i], 0.0)
            gathered[g.dn[i]] += gathered[i]
    level = g.bed.copy()
    for k in range(forcing.level_cell.size):
        level[forcing.level_cell[k]] = forcing.value[forcing.start[forcing.level_series[k]]]
    for i in range(n - 1, -1, -1):
        if g.dn[i] < 0 or g.fixed[i]:
            continue
        down = g.dn[i]
        at = level[i]
        if g.kind[i] == layout.CHANNEL:
            slope = max((g.zu[i] - g.zd[i]) / g.length[i], 1e-5)
            at = g.zu[i] + _normal_depth(g, i, flow[i] / np.sqrt(slope))
        elif g.kind[i] in {layout.WEIR, layout.GATE, layout.ORIFICE}:
            at = g.law[i, 0] + (flow[i] / (1.7 * max(g.law[i, 1], 1e-3))) ** (2 / 3)
        elif g.kind[i] in {layout.RATING, layout.NORMAL}:
            factor = g.law[i, 5] if g.kind[i] == layout.NORMAL else 1.0
            at = g.zu[i] + _normal_depth(g, i, flow[i] / max(factor, 1e-9))
        lower = level[down] if g.fixed[down] is np.False_ or down not in cells.ghost.values() else -np.inf
        level[i] = max(at, lower, g.bed[i])
    return given(cells, level, flow, time_s, n_constituent)


def _normal_depth(grid: Grid, face: int, conveyance: float) -> float:
    """Depth at which a face has a conveyance [m]."""
    k = grid.rows[face, :, 3]
    return float(np.interp(conveyance, k, tables.levels(grid.depth[face])))
