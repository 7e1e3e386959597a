"""States: how full the cells are and how the water runs, to begin from; and the working arrays of a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.grid import Cells
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Forcing, Grid, State
from riverchief.govern.twin.hydraulics.rows import CELL, FACE, INDEX, LINK

Floats = NDArray[np.float64]

FIRST_S = 1.0  # the first step knows of no change yet by which it could be chosen
Ints = NDArray[np.int32]


class Work(NamedTuple):
    """Arrays that a step writes and nobody keeps; `hydraulics.rows` names the rows.

    Attributes
    ----------
    cell, face : float64 (n_row, n_cell), (n_row, n_face)
    number, link : int32 (n_row, n_cell), (n_row, n_face)
    coef : float64 (n_face, 8)
        See `hydraulics._kernels.channel_faces`.
    unit_level, unit_flow : float64 (n_chord, n_cell)
        What a unit of a chord's discharge does.
    load : float64 (n_constituent, n_cell)
        What inflows bring [g/s].
    loops : float64 (n_chord, n_chord + 1)
        The chords' own equations, right-hand side last.
    totals : float64 (n_face + n_cell,)
        Water that went through faces and came into cells since the record was last written [m³].
    piece : float64 (n_constituent, 2)
        What came in and went out since the record was last written [g].
    miss : float64 (2,)
        What the prediction missed [-], and crossings of the fastest supercritical wave [1/s].
    """

    cell: Floats
    face: Floats
    number: Ints
    link: Ints
    coef: Floats
    unit_level: Floats
    unit_flow: Floats
    load: Floats
    loops: Floats
    totals: Floats
    piece: Floats
    miss: Floats


def work(grid: Grid, n_constituent: int = 0) -> Work:
    """Working arrays for a grid."""
    n, f = grid.bed.size, grid.up.size
    made = Work(
        cell=np.zeros((len(CELL), n)),
        face=np.zeros((len(FACE), f)),
        number=np.zeros((len(INDEX), n), np.int32),
        link=np.zeros((len(LINK), f), np.int32),
        coef=np.zeros((f, 8)),
        unit_level=np.zeros((f - n, n)),
        unit_flow=np.zeros((f - n, n)),
        load=np.zeros((n_constituent, n)),
        loops=np.zeros((f - n, f - n + 1)),
        totals=np.zeros(f + n),
        piece=np.zeros((n_constituent, 2)),
        miss=np.zeros(2),
    )
    made.cell[CELL.rise] = 1e-3 * grid.cell_rows[:, tables.LEVELS // 4, 1] + 1e-9
    made.face[FACE.share, :n] = ~grid.still
    own = np.arange(n)
    made.number[INDEX.above] = np.where(grid.main >= 0, grid.main, own)
    made.number[INDEX.below] = np.where(grid.dn[:n] >= 0, grid.dn[:n], own)
    made.number[INDEX.order] = own
    _chain(grid, made)
    return made


def _chain(grid: Grid, work: Work) -> None:
    """Chained lists of the faces that end at each cell, and of the chords that begin there; -1 ends a list."""
    first_in, first_out = work.number[INDEX.first_in], work.number[INDEX.first_out]
    next_in, next_out = work.link[LINK.next_in], work.link[LINK.next_out]
    for chain in (first_in, first_out, next_in, next_out):
        chain[:] = -1
    for face in range(grid.up.size):
        u, d = grid.up[face], grid.dn[face]
        if d >= 0:
            next_in[face], first_in[d] = first_in[d], face
        if face >= grid.bed.size:
            next_out[face], first_out[u] = first_out[u], face


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
        clock=np.array([time_s, 1.0, FIRST_S, 0.0]),
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
