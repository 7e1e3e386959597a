"""How far apart places are along the water, up- and downstream, and what a reading counts there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from riverchief.govern.twin.assimilation.transform import gaspari_cohn
from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.grid import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def distances_m(cells: Cells, sources: Ints) -> Floats:
    """Distance along the water from each source cell to every cell [m], (n_source, n_cell); inf where nothing joins."""
    g = cells.grid
    joined = np.flatnonzero(g.dn >= 0)
    n = g.bed.size
    graph = csr_array((g.length[joined], (g.up[joined], g.dn[joined])), shape=(n, n))
    wanted, back = np.unique(sources, return_inverse=True)
    return np.asarray(dijkstra(graph, directed=False, indices=wanted)[back], np.float64).reshape(len(sources), n)


def tapers(
    members: Members, sources: Ints, carried: NDArray[np.bool_], radius_m: float, parameter_radius_m: float, *,
    moves_water: bool = True,
) -> Floats:  # fmt: skip
    """Weight of readings at every place (n_reading, n_place).

    Places are the water of every cell, every parameter in the order of `parameters`, and what the water of every cell
    carries.

    A reach counts from its nearest cell, an inflow and its load from where they enter, rates of decay and dispersion
    from everywhere. Loads, decay and dispersion move no water: only readings of what the water carries, `carried`
    (n_reading,), tell of them, and what others seem to say is chance. Whether such readings tell of the water in turn,
    by how much it dilutes, `moves_water` says.
    """
    cells, forcing = members.model.cells, members.model.forcing
    away = distances_m(cells, sources)
    reach = np.stack([away[:, own].min(axis=1) for own in cells.reach.values()], axis=1)
    inflow = away[:, forcing.cell]
    load = np.where(carried[:, None], inflow, np.inf)
    everywhere = np.where(carried[:, None], 0.0, np.full(members.log_decay.shape[1] + 1, np.inf))
    blind = np.where(carried & (not moves_water), np.inf, 0.0)[:, None]
    water, inflow, reach = away + blind, inflow + blind, reach + blind
    near = np.concatenate([inflow, load, reach, everywhere], axis=1)
    parts = (gaspari_cohn(water, radius_m), gaspari_cohn(near, parameter_radius_m), gaspari_cohn(away, radius_m))
    return np.concatenate(parts, axis=1)


def places_of_carried(members: Members) -> Ints:
    """Columns of `tapers` for what the water of every cell carries (n_cell,)."""
    n = members.model.cells.grid.bed.size
    first = n + int(parameters(members).shape[0])
    return np.arange(first, first + n, dtype=np.int64)


def parameters(members: Members) -> Floats:
    """Logarithms of all multipliers (n_parameter, n_member): inflows, loads, roughness by reach, decay, dispersion."""
    return np.concatenate(
        [members.log_inflow, members.log_load, members.log_rough, members.log_decay, members.log_dispersion], axis=1
    ).T.copy()  # fmt: skip


def with_parameters(members: Members, values: Floats) -> Members:
    """Members with other multipliers, in the order of `parameters`."""
    parts = (members.log_inflow, members.log_load, members.log_rough, members.log_decay, members.log_dispersion)
    ends = np.cumsum([p.shape[1] for p in parts])
    inflow, load, rough, decay, dispersion = (np.ascontiguousarray(p.T) for p in np.split(values, ends[:-1]))
    return members.moved(log_inflow=inflow, log_load=load, log_rough=rough, log_decay=decay, log_dispersion=dispersion)


def names(members: Members) -> list[str]:
    """What each parameter is called."""
    model = members.model
    inflows = list(model.river.inflows)
    return [
        *(f"inflow {name}" for name in inflows),
        *(f"load {name}" for name in inflows),
        *(f"roughness {code}" for code in model.cells.reach),
        *(f"decay {name}" for name in model.constituents),
        "dispersion",
    ]
