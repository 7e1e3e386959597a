"""What the kernels see: arrays with names, and the numbers that stand for kinds of faces.

Cells hold volume and level, faces hold discharge. Cells come in topological order, so that every cell stands before
the one its water runs to. Face i < n_cell leaves cell i downstream: one for each cell, which makes the network a tree.
Faces from n_cell on are chords: the other ways out of a bifurcation, which close loops.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

# kinds of faces
CLOSED, CHANNEL, WEIR, GATE, ORIFICE, PUMP, RATING, NORMAL, CRITICAL = range(9)


class Grid(NamedTuple):
    """A river as cells and faces; nothing in it changes during a run but roughness and settings.

    Attributes
    ----------
    up, dn : int32 (n_face,)
        Cells at the two ends; dn is -1 for the face of a cell that has no way out.
    main : int32 (n_cell,)
        The cell whose tree face brings most water in, -1 at a head.
    kind : int32 (n_face,)
    length, inv_length : float64 (n_face,)
        Distance between the two cells [m], and one over it.
    zu, zd : float64 (n_face,)
        Bed at the face's two ends [m].
    rows, depth : float64 (n_face, LEVELS + 1, 8), (n_face,)
        Area and conveyance over depth (`tables.face_rows`) and the depth of the highest level [m].
    scale, cell_scale : float64 (n_face,), (n_cell,)
        LEVELS² over those depths [1/m]: row k of a table begins at k² / scale.
    rough2 : float64 (n_face,)
        Square of the roughness relative to that in the table [-].
    loss : float64 (n_face,)
        Local loss coefficient [-].
    spread : float64 (n_face,)
        Longitudinal dispersion D [m²/s].
    bed : float64 (n_cell,)
        Lowest bed of a cell [m].
    cell_rows, cell_depth : float64 (n_cell, LEVELS + 1, 4), (n_cell,)
        Volume over depth (`tables.volume_rows`) and the depth of the highest level [m].
    fixed : bool (n_cell,)
        Whether the level is given (boundaries).
    still : bool (n_cell,)
        Whether the water loses its momentum there (storages).
    law : float64 (n_face, 8)
        Parameters of structures, see `structures`.
    runs : int32 (n_run, 2)
        Stretches of cells [first, last) of which each runs to the next and to it alone as its main one.
    side, exits : int32 (n_side,), (n_exit,)
        Tree faces that join a cell at which no run goes on, and those to a cell whose level is given.
    """

    up: Ints
    dn: Ints
    main: Ints
    kind: Ints
    length: Floats
    inv_length: Floats
    zu: Floats
    zd: Floats
    rows: Floats
    depth: Floats
    scale: Floats
    cell_scale: Floats
    rough2: Floats
    loss: Floats
    spread: Floats
    bed: Floats
    cell_rows: Floats
    cell_depth: Floats
    fixed: Flags
    still: Flags
    law: Floats
    runs: Ints
    side: Ints
    exits: Ints


class State(NamedTuple):
    """All that a run goes on from; saved and restored, it continues bit for bit.

    Attributes
    ----------
    level, volume, lateral : float64 (n_cell,)
        Water level [m], volume [m³] and mean lateral inflow of the last step [m³/s].
    flow, flux : float64 (n_face,)
        Discharge at the instant and its effective mean over the last step [m³/s].
    level_1, volume_1, flow_1
        The same one step before.
    conc : float64 (n_constituent, n_cell)
        Concentrations.
    setting : float64 (n_face,)
        Opening of gates [m], setting of orifices [-], flow of pumps [m³/s].
    memory : float64 (n_face, 2)
        Integral of rules, state of pumps.
    clock : float64 (4,)
        Time [s], length of the last step [s], wanted length of the next [s], steps since the last jump [-].
    """

    level: Floats
    volume: Floats
    lateral: Floats
    flow: Floats
    flux: Floats
    level_1: Floats
    volume_1: Floats
    flow_1: Floats
    conc: Floats
    setting: Floats
    memory: Floats
    clock: Floats


class Forcing(NamedTuple):
    """Series that drive a run, as one long list; series k is time[start[k]:start[k + 1]].

    Attributes
    ----------
    time, value, total : float64 (n_point,)
        Instants [s], values, and the integral of the value up to each instant.
    start : int32 (n_series + 1,)
    steps : bool (n_series,)
        Whether values hold until the next instant.
    cell, series : int32 (n_inflow,)
        Cell and series of every inflow [m³/s].
    factor, load_factor : float64 (n_inflow,)
        What the water, and what it carries beyond that, are multiplied with [-].
    conc_series : int32 (n_constituent, n_inflow)
        Series of its concentration; -1 for none.
    level_cell, level_series : int32 (n_level,)
        Cells with given level and their series [m].
    set_face, set_series : int32 (n_set,)
        Faces whose setting follows a series.
    rule_face, rule_cell : int32 (n_rule,)
        Gates that keep a level, and where.
    rule : float64 (n_rule, 5)
        Target [m], gain, integral time [s], least and most opening [m].
    decay : float64 (n_constituent,)
        First-order decay, the same in every cell [1/s].
    """

    time: Floats
    value: Floats
    total: Floats
    start: Ints
    steps: Flags
    cell: Ints
    series: Ints
    factor: Floats
    load_factor: Floats
    conc_series: Ints
    level_cell: Ints
    level_series: Ints
    set_face: Ints
    set_series: Ints
    rule_face: Ints
    rule_cell: Ints
    rule: Floats
    decay: Floats


class Control(NamedTuple):
    """How a run chooses its steps.

    Attributes
    ----------
    least_s, most_s : float
        Shortest and longest step [s]; equal to each other, the step is fixed and only halved where it fails.
    tolerance : float
        Largest relative change that the predictor may miss in a step [-].
    """

    least_s: float
    most_s: float
    tolerance: float


class Watch(NamedTuple):
    """Of which cells and faces a record is kept.

    Attributes
    ----------
    cells, faces : int64 (n,)
    """

    cells: NDArray[np.int64]
    faces: NDArray[np.int64]


class Books(NamedTuple):
    """What is counted on the way.

    Attributes
    ----------
    balance : float64 (N_BALANCE,)
    book : float64 (n_constituent, 2)
        What came in and went out [g].
    decayed : float64 (n_constituent,)
        What is gone by first-order decay [g].
    """

    balance: Floats
    book: Floats
    decayed: Floats


class Record(NamedTuple):
    """What is kept of a run at its instants; the first index is the instant.

    The volumes and what went through are kept of all cells and faces, or of none where their arrays are empty.

    Attributes
    ----------
    level, volume : float64 (n_time, n_cell)
        Level [m] and volume [m³].
    flow : float64 (n_time, n_face)
        Discharge at the instant [m³/s].
    conc : float64 (n_time, n_constituent, n_cell)
    through : float64 (n_time, n_face)
        Water that went through since the instant before [m³].
    lateral : float64 (n_time, n_cell)
        Water that came in from outside since the instant before [m³].
    """

    level: Floats
    volume: Floats
    flow: Floats
    conc: Floats
    through: Floats
    lateral: Floats


# places in the balance: water in and out over boundaries, shortage of abstractions; how the steps went
IN, OUT, SHORT, STEPS, REJECTED, ITERATIONS, LIMITED, SUBSTEPS = range(8)
N_BALANCE = 8
