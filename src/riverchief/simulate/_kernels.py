"""The kernel of the simulated transport: cells in, masses out; nothing raises here."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__: list[str] = []


@njit(cache=True)
def transport(
    dt,
    first,
    last,
    upper,
    lower,
    share,
    n_node,
    cell_m,
    speed,
    pace_of,
    pace,
    dispersion,
    decay,
    demand,
    sag,
    release_cell,
    release,
    gauge_cell,
    gauge_next,
    gauge_weight,
    mass,
    table,
    left,
    lost,
):
    """Carry masses down a network of cells; explicit finite volumes, van Leer's limiter on the flux u·m.

    Reaches come in topological order; reach r owns the cells first[r] … last[r]. `mass` is float64 (n_layer, n_cell)
    [g/m], changed in place. `pace` is (n_step, n_pace), `release` (n_step, n_release, n_layer) [g per step]. What a
    layer loses times its `demand` is put into layer `sag` (-1: there is none). `table` (n_step + 1, n_gauge, n_layer)
    receives the mass at gauges [g/m]; `left` and `lost` (n_layer,) what has left the network and what has decayed [g].
    """
    n_layer, n_cell = mass.shape
    n_reach = first.size
    flux = np.empty(n_cell)
    node_in = np.empty(n_node)
    has_exit = np.zeros(n_node, np.bool_)
    for r in range(n_reach):
        has_exit[upper[r]] = True
    keep = np.exp(-decay * dt)
    for step in range(pace.shape[0] + 1):
        for g in range(gauge_cell.size):
            for k in range(n_layer):
                here, there = mass[k, gauge_cell[g]], mass[k, gauge_next[g]]
                table[step, g, k] = here + gauge_weight[g] * (there - here)
        if step == pace.shape[0]:
            break
        for s in range(release_cell.size):
            cell = release_cell[s]
            r = np.searchsorted(last, cell)
            for k in range(n_layer):
                mass[k, cell] += release[step, s, k] / cell_m[r]
        for k in range(n_layer):
            node_in[:] = 0.0
            for r in range(n_reach):
                u = speed[r] * pace[step, pace_of[r]]
                courant = u * dt / cell_m[r]
                mixing = dispersion[r] / cell_m[r]
                inflow = node_in[upper[r]] * share[r]
                before = inflow
                for i in range(first[r], last[r]):
                    here, after = u * mass[k, i], u * mass[k, i + 1]
                    rise, next_rise = here - before, after - here
                    flux[i] = here - mixing * (mass[k, i + 1] - mass[k, i])
                    if rise * next_rise > 0:
                        flux[i] += (1 - courant) * rise * next_rise / (rise + next_rise)
                    before = here
                flux[last[r]] = u * mass[k, last[r]]
                node_in[lower[r]] += flux[last[r]]
                entering = inflow
                for i in range(first[r], last[r] + 1):
                    leaving = flux[i]
                    mass[k, i] += dt / cell_m[r] * (entering - leaving)
                    entering = leaving
            for node in range(n_node):
                if not has_exit[node]:
                    left[k] += dt * node_in[node]
        for k in range(n_layer):
            for r in range(n_reach):
                for i in range(first[r], last[r] + 1):
                    gone = mass[k, i] * (1 - keep[k])
                    mass[k, i] -= gone
                    lost[k] += gone * cell_m[r]
                    if sag >= 0:
                        mass[sag, i] += gone * demand[k]
