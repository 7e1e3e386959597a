"""The kernel of the simulated transport: cells in, masses out; nothing raises here."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__: list[str] = []


@njit(cache=True)
def move(mass, flux, node_in, dt, first, last, upper, lower, share, cell_m, speed, dispersion):
    """One step of one layer: advection by van Leer's limiter on the flux u·m, dispersion, upwind at the nodes.

    Reaches come in topological order, reach r owns the cells first[r] … last[r], `speed` is this step's [m/s].
    `mass` (n_cell,) [g/m] is changed in place; `node_in` (n_node,) [g/s] is what has reached every node.
    """
    node_in[:] = 0.0
    for r in range(first.size):
        u = speed[r]
        courant = u * dt / cell_m[r]
        mixing = dispersion[r] / cell_m[r]
        inflow = node_in[upper[r]] * share[r]
        before = inflow
        for i in range(first[r], last[r]):
            here, after = u * mass[i], u * mass[i + 1]
            rise, next_rise = here - before, after - here
            flux[i] = here - mixing * (mass[i + 1] - mass[i])
            if rise * next_rise > 0:
                flux[i] += (1 - courant) * rise * next_rise / (rise + next_rise)
            before = here
        flux[last[r]] = u * mass[last[r]]
        node_in[lower[r]] += flux[last[r]]
        entering = inflow
        for i in range(first[r], last[r] + 1):
            mass[i] += dt / cell_m[r] * (entering - flux[i])
            entering = flux[i]


@njit(cache=True)
def lose(mass, width_m, keep, demand, sag, lost):
    """What decays in one step leaves its layer, and its demand goes into layer `sag` (-1: there is none)."""
    for k in range(mass.shape[0]):
        for i in range(mass.shape[1]):
            gone = mass[k, i] * (1 - keep[k])
            mass[k, i] -= gone
            lost[k] += gone * width_m[i]
            if sag >= 0:
                mass[sag, i] += gone * demand[k]


@njit(cache=True)
def transport(
    dt,
    cells,  # first, last, upper, lower: int64 (n_reach,) each
    n_node,
    share,
    cell_m,
    speed,
    dispersion,
    pace_of,
    pace,  # (n_step, n_pace)
    decay,
    demand,
    sag,
    release_cell,
    release,  # (n_step, n_release, n_layer) [g per step]
    gauges,  # cell, next cell: int64 (n_gauge,) each
    gauge_weight,
    mass,  # (n_layer, n_cell) [g/m], changed in place
    table,  # (n_step + 1, n_gauge, n_layer) [g/m], what the gauges see
    left,  # (n_layer,) [g], what has left the network
    lost,  # (n_layer,) [g], what has decayed
):
    """Carry masses down a network of cells by explicit finite volumes; the last four arguments are filled."""
    first, last, upper, lower = cells
    flux, node_in = np.empty(mass.shape[1]), np.empty(n_node)
    width_m = np.empty(mass.shape[1])
    outlet = np.ones(n_node, np.bool_)
    for r in range(first.size):
        outlet[upper[r]] = False
        width_m[first[r] : last[r] + 1] = cell_m[r]
    keep = np.exp(-decay * dt)
    for step in range(pace.shape[0] + 1):
        for g in range(gauge_weight.size):
            for k in range(mass.shape[0]):
                here, there = mass[k, gauges[0][g]], mass[k, gauges[1][g]]
                table[step, g, k] = here + gauge_weight[g] * (there - here)
        if step == pace.shape[0]:
            break
        for s in range(release_cell.size):
            mass[:, release_cell[s]] += release[step, s] / width_m[release_cell[s]]
        now = speed * pace[step][pace_of]
        for k in range(mass.shape[0]):
            move(mass[k], flux, node_in, dt, first, last, upper, lower, share, cell_m, now, dispersion)
            for node in range(n_node):
                if outlet[node]:
                    left[k] += dt * node_in[node]
        lose(mass, width_m, keep, demand, sag, lost)
