"""What the water around is: depth, speed and the like of every cell, for reactions and for dispersion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import UnknownName
from riverchief.govern.twin import dispersion
from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Grid, State
from riverchief.govern.twin.quality.reactor import Reactor
from riverchief.govern.twin.river import Series

Floats = NDArray[np.float64]

SHALLOW_M = 1e-3
GRAVITY_MS2 = 9.81


def areas(grid: Grid, state: State) -> tuple[Floats, Floats, Floats]:
    """Wetted area [m²], width [m] and conveyance [m³/s] of every face at the depth between its cells, (n_face,)."""
    below = np.maximum(grid.dn, 0)
    up = np.maximum(state.level[grid.up] - grid.zu, 0.0)
    down = np.where(grid.dn >= 0, np.maximum(state.level[below] - grid.zd, 0.0), up)
    h = 0.5 * (up + down)
    k, x = tables.locate(grid.depth, h)
    row = grid.rows[np.arange(h.size), k]
    area = row[:, 0] + x * (row[:, 1] + x * row[:, 2])
    width = row[:, 1] + 2 * x * row[:, 2]
    conveyance = row[:, 3] + x * (row[:, 4] + x * (row[:, 5] + x * row[:, 6]))
    return area, width, conveyance / np.sqrt(grid.rough2)


def spreading(grid: Grid, state: State, formula: str, most_m2s: float) -> Floats:
    """Longitudinal dispersion of every face by a formula of `dispersion.FORMULAS` [m²/s], at most `most_m2s`."""
    if formula not in dispersion.FORMULAS:
        raise UnknownName("dispersion formula", formula, dispersion.FORMULAS)
    area, width, conveyance = areas(grid, state)
    channel = (grid.kind == layout.CHANNEL) & (area > 0)
    found = np.zeros(grid.up.size)
    a, b, k, q = (v[channel] for v in (area, width, conveyance, state.flow))
    depth = np.maximum(a / np.maximum(b, 1e-6), SHALLOW_M)
    shear = np.sqrt(GRAVITY_MS2 * depth) * np.abs(q) / np.maximum(k, 1e-9)
    made = dispersion.FORMULAS[formula](np.abs(q) / a, b, depth, np.maximum(shear, 1e-9))
    found[channel] = np.minimum(np.where(np.isfinite(made), made, 0.0), most_m2s)
    return found


def react(grid: Grid, state: State, reactor: Reactor, environment: Mapping[str, Series | float]) -> Floats:
    """Let everything react for the step that was just taken; returns what came of it (n_constituent,) [g].

    `environment` gives what the reactor asks and hydraulics do not know, as numbers or over time. Cells with given
    levels keep their concentrations.
    """
    time_s, dt_s = float(state.clock[0] - state.clock[1]), float(state.clock[1])
    given = {
        name: value if isinstance(value, int | float) else float(np.interp(time_s, value.time_s, value.value))
        for name, value in environment.items()
    }
    around = surroundings(grid, state, reactor.needs, given)
    before = state.conc.copy()
    reactor.step(state.conc, around, dt_s, time_s)
    state.conc[:, grid.fixed] = before[:, grid.fixed]
    return np.asarray(((state.conc - before) * state.volume).sum(axis=1), np.float64)


def surroundings(grid: Grid, state: State, names: Iterable[str], given: Mapping[str, float]) -> dict[str, Floats]:
    """Named properties of the water in every cell, (n_cell,): what is given, else what the hydraulics know.

    Raises
    ------
    UnknownName
        Where a name is neither given nor known.
    """
    n = grid.bed.size
    known: dict[str, Callable[[], Floats]] = {
        "volume_m3": lambda: state.volume,
        "depth_m": lambda: _depth(grid, state),
        "flow_m3s": lambda: np.abs(state.flow[:n]),
        "velocity_ms": lambda: _speed(grid, state),
        "width_m": lambda: _per_cell(grid, areas(grid, state)[1]),
        "slope": lambda: _slope(grid, state),
        "shear_velocity_ms": lambda: np.sqrt(GRAVITY_MS2 * _depth(grid, state) * _slope(grid, state)),
    }
    made = {}
    for name in names:
        if name in given:
            made[name] = np.full(n, float(given[name]))
        elif name in known:
            made[name] = known[name]()
        else:
            raise UnknownName("property of the water", name, {*known, *given})
    return made


def _depth(grid: Grid, state: State) -> Floats:
    """Mean depth: volume over surface."""
    k, x = tables.locate(grid.cell_depth, state.level - grid.bed)
    row = grid.cell_rows[np.arange(grid.bed.size), k]
    surface = np.maximum(row[:, 1] + 2 * x * row[:, 2], 1e-9)
    return np.maximum(state.volume / surface, SHALLOW_M)


def _per_cell(grid: Grid, face: Floats) -> Floats:
    """The value of the face that leaves a cell; where none does, of the one that comes in."""
    n = grid.bed.size
    value = face[:n].copy()
    last = grid.dn[:n] < 0
    value[last] = face[np.maximum(grid.main[last], 0)]
    return value


def _speed(grid: Grid, state: State) -> Floats:
    area = areas(grid, state)[0]
    return _per_cell(grid, np.abs(state.flow) / np.maximum(area, 1e-6))


def _slope(grid: Grid, state: State) -> Floats:
    conveyance = areas(grid, state)[2]
    return _per_cell(grid, (state.flow / np.maximum(conveyance, 1e-9)) ** 2)
