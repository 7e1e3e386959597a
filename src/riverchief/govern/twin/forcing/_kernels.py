"""What drives a step: inflows by their exact mean, boundary levels and settings at its end, rules at its start."""

from __future__ import annotations

import numpy as np

from riverchief.govern.twin.hydraulics._kernels import zero
from riverchief.govern.twin.hydraulics.rows import CELL
from riverchief.govern.twin.jit import inner, kernel

PUMP = 5


@kernel
def at(time, value, first, last, steps, t):
    """Value at an instant and the integral since the first, of a series that is points first to last."""
    low, high = first, last
    while low < high:
        middle = (low + high + 1) // 2
        if time[middle] <= t:
            low = middle
        else:
            high = middle - 1
    if steps or low >= last or t <= time[low]:
        return low, value[low]
    part = (t - time[low]) / (time[low + 1] - time[low])
    return low, value[low] + part * (value[low + 1] - value[low])


@kernel
def integral(time, value, total, first, last, steps, t):
    """Integral of a series from its first instant to t."""
    k, now = at(time, value, first, last, steps, t)
    mean = 0.5 * (value[k] + now) if t > time[k] else value[k]
    return total[k] + (t - time[k]) * mean


@kernel
def value_at(forcing, series, t):
    """Value of a series at an instant; outside it the nearest."""
    first, last = forcing.start[series], forcing.start[series + 1] - 1
    return at(forcing.time, forcing.value, first, last, forcing.steps[series], t)[1]


@kernel
def mean_over(time, value, total, start, steps, series, t, dt):
    """Mean of a series over [t, t + dt]."""
    first, last = start[series], start[series + 1] - 1
    if first == last:
        return value[first]
    after = integral(time, value, total, first, last, steps[series], t + dt)
    return (after - integral(time, value, total, first, last, steps[series], t)) / dt


@inner
def apply(grid, state, forcing, dt, work):
    """Lateral inflow and loads of a step, levels at boundaries and settings at its end; returns the shortage [m³].

    An abstraction takes at most nine tenths of what is there and what runs in.
    """
    clock, memory, setting = state.clock, state.memory, state.setting
    time, value, total, start, steps = forcing.time, forcing.value, forcing.total, forcing.start, forcing.steps
    cells, series, conc_series = forcing.cell, forcing.series, forcing.conc_series
    lateral, level, taken, load = work.cell[CELL.lateral], work.cell[CELL.level], work.cell[CELL.taken], work.load
    t = clock[0]
    zero(lateral)
    zero(taken)
    for s in range(load.shape[0]):
        zero(load[s])
    taking = False
    for m in range(cells.size):
        q = forcing.factor[m] * mean_over(time, value, total, start, steps, series[m], t, dt)
        lateral[cells[m]] += q
        if q < 0.0:
            taking = True
            taken[cells[m]] -= q
            continue
        for s in range(load.shape[0]):
            if conc_series[s, m] >= 0:
                mean = mean_over(time, value, total, start, steps, conc_series[s, m], t, dt)
                load[s, cells[m]] += q * forcing.load_factor[m] * mean
    for k in range(forcing.level_cell.size):
        cell = forcing.level_cell[k]
        level[cell] = max(value_at(forcing, forcing.level_series[k], t + dt), grid.bed[cell])
    for k in range(forcing.set_face.size):
        f = forcing.set_face[k]
        now = value_at(forcing, forcing.set_series[k], t + dt)
        if grid.kind[f] == PUMP:
            now *= memory[f, 1]
        if steps[forcing.set_series[k]] and now != setting[f]:
            clock[3] = 0.0
        setting[f] = now
    return spare(grid, state, dt, work) if taking else 0.0


@inner
def spare(grid, state, dt, work):
    """Cut abstractions that ask for more than there is; returns what is missing [m³]."""
    coming = work.cell[CELL.leaving]
    zero(coming)
    for f in range(grid.up.size):
        if grid.dn[f] >= 0:
            coming[grid.dn[f]] += max(state.flux[f], 0.0)
            coming[grid.up[f]] += max(-state.flux[f], 0.0)
    missing = 0.0
    for i in range(grid.bed.size):
        taken = work.cell[CELL.taken][i]
        if taken > 0.0 and not grid.fixed[i]:
            most = 0.9 * (state.volume[i] / dt + coming[i] + max(work.cell[CELL.lateral][i] + taken, 0.0))
            if taken > most:
                missing += dt * (taken - most)
                work.cell[CELL.lateral][i] -= most - taken
                work.cell[CELL.taken][i] = most
    return missing


@inner
def rules(grid, state, forcing, structures, dt):
    """Move what is moved by rule, from the last known levels: gates that keep a level (PI) and pumps."""
    for r in range(forcing.rule_face.size):
        f, cell = forcing.rule_face[r], forcing.rule_cell[r]
        target, gain, integral_s, least, most = forcing.rule[r]
        error = state.level[cell] - target
        held = state.memory[f, 0] + (gain * error * dt / integral_s if integral_s < np.inf else 0.0)
        opening = held + gain * error
        bounded = min(max(opening, least), most)
        if opening == bounded or (opening - bounded) * error < 0.0:  # no wind-up at the limits
            state.memory[f, 0] = held
        state.setting[f] = bounded
    for f in structures:
        if grid.kind[f] == PUMP:
            level = state.level[grid.up[f]]
            if level >= grid.law[f, 0]:
                on = 1.0
            elif level <= grid.law[f, 1]:
                on = 0.0
            else:
                on = state.memory[f, 1]
            if on != state.memory[f, 1]:
                state.memory[f, 1] = on
                state.clock[3] = 0.0


@inner
def patience(grid, state, structures):
    """Longest step in which no pump's well moves by more than a tenth of the way between its marks [s]."""
    longest = np.inf
    for f in structures:
        way = grid.law[f, 0] - grid.law[f, 1]
        if grid.kind[f] == PUMP and 0.0 < way < 1e6:
            cell = grid.up[f]
            moved = abs(state.level[cell] - state.level_1[cell])
            if moved > 0.0:
                longest = min(longest, 0.1 * way * state.clock[1] / moved)
    return longest
