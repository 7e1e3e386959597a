"""What drives a step: inflows by their exact mean, boundary levels and settings at its end, rules at its start."""

from __future__ import annotations

import numpy as np
from numba import njit

from riverchief.govern.twin.hydraulics._kernels import zero
from riverchief.govern.twin.hydraulics.rows import CELL

PUMP = 5

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not


@njit(cache=True, error_model="numpy", fastmath=FAST)
def interval(forcing, series, t):
    """Point of a series at or before an instant (its first one where there is none)."""
    low, high = forcing.start[series], forcing.start[series + 1] - 1
    while low < high:
        middle = (low + high + 1) // 2
        if forcing.time[middle] <= t:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True, error_model="numpy", fastmath=FAST)
def value_at(forcing, series, t):
    """Value of a series at an instant; outside it the nearest."""
    k = interval(forcing, series, t)
    last = forcing.start[series + 1] - 1
    if forcing.steps[series] or k >= last or t <= forcing.time[k]:
        return forcing.value[k]
    part = (t - forcing.time[k]) / (forcing.time[k + 1] - forcing.time[k])
    return forcing.value[k] + part * (forcing.value[k + 1] - forcing.value[k])


@njit(cache=True, error_model="numpy", fastmath=FAST)
def integral_at(forcing, series, t):
    """Integral of a series from its first instant to t."""
    k = interval(forcing, series, t)
    mean = forcing.value[k]
    if t > forcing.time[k]:
        mean = 0.5 * (mean + value_at(forcing, series, t)) if not forcing.steps[series] else mean
    return forcing.total[k] + (t - forcing.time[k]) * mean


@njit(cache=True, error_model="numpy", fastmath=FAST)
def mean_over(forcing, series, t, dt):
    """Mean of a series over [t, t + dt]."""
    if forcing.start[series + 1] - forcing.start[series] == 1:
        return forcing.value[forcing.start[series]]
    return (integral_at(forcing, series, t + dt) - integral_at(forcing, series, t)) / dt


@njit(cache=True, error_model="numpy", fastmath=FAST)
def apply(grid, state, forcing, dt, work):
    """Lateral inflow and loads of a step, levels at boundaries and settings at its end; returns the shortage [m³].

    An abstraction takes at most nine tenths of what is there and what runs in.
    """
    t = state.clock[0]
    zero(work.cell[CELL.lateral])
    for s in range(work.load.shape[0]):
        zero(work.load[s])
    zero(work.cell[CELL.taken])
    taking = False
    for m in range(forcing.cell.size):
        q = forcing.factor[m] * mean_over(forcing, forcing.series[m], t, dt)
        cell = forcing.cell[m]
        work.cell[CELL.lateral][cell] += q
        if q < 0.0:
            taking = True
            work.cell[CELL.taken][cell] -= q
        if q > 0.0:
            for s in range(work.load.shape[0]):
                if forcing.conc_series[s, m] >= 0:
                    carried = q * forcing.load_factor[m]
                    work.load[s, cell] += carried * mean_over(forcing, forcing.conc_series[s, m], t, dt)
    for k in range(forcing.level_cell.size):
        cell = forcing.level_cell[k]
        work.cell[CELL.level][cell] = max(value_at(forcing, forcing.level_series[k], t + dt), grid.bed[cell])
    for k in range(forcing.set_face.size):
        f = forcing.set_face[k]
        value = value_at(forcing, forcing.set_series[k], t + dt)
        if grid.kind[f] == PUMP:
            value *= state.memory[f, 1]
        if forcing.steps[forcing.set_series[k]] and value != state.setting[f]:
            state.clock[3] = 0.0
        state.setting[f] = value
    return spare(grid, state, dt, work) if taking else 0.0


@njit(cache=True, error_model="numpy", fastmath=FAST)
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


@njit(cache=True, error_model="numpy", fastmath=FAST)
def rules(grid, state, forcing, structures, dt):
    """Move what is moved by rule, from the last known levels: gates that keep a level (PI), pumps that go on and off."""
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
