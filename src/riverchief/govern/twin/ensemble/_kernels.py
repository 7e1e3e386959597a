"""One member of an ensemble from instant to instant: inflows' multipliers, decay of what it carries, watched places."""

from __future__ import annotations

import math

import numpy as np

from riverchief.govern.twin.jit import kernel
from riverchief.govern.twin.march._kernels import DONE, advance


@kernel
def follow(
    grid, state, forcing, control, times, factor, decay, work, structures, chords, carried, cells, faces, level, flow,
    conc, balance, book, reacted,
):  # fmt: skip
    """March through instants and keep what the watched cells and faces do; returns (status, instants kept).

    `factor` (n_time, n_inflow) holds from the instant before to each instant. `decay` (n_constituent,) [1/s] acts after
    each step; as every cell has the same rate, that commutes with transport and the splitting has no error.
    """
    decaying = False
    for s in range(decay.size):
        decaying = decaying or decay[s] != 0.0
    piece = np.zeros_like(book)
    for k in range(times.size):
        forcing.factor[:] = factor[k]
        piece[:] = 0.0
        while state.clock[0] < times[k] - 1e-6:
            status = advance(
                grid, state, forcing, control, times[k], work, structures, chords, carried, True, balance, piece
            )
            if status != DONE:
                return status, k
            if decaying:
                decline(grid, state, decay, state.clock[1], reacted)
        book += piece  # in pieces, as many small equal terms on a large sum lose the same part each time
        for j in range(cells.size):
            level[k, j] = state.level[cells[j]]
            for s in range(conc.shape[1]):
                conc[k, s, j] = state.conc[s, cells[j]]
        for j in range(faces.size):
            flow[k, j] = state.flow[faces[j]]
    return DONE, times.size


@kernel
def decline(grid, state, decay, dt, reacted):
    """First-order decay over a step; `reacted` (n_constituent,) collects what is gone [g]."""
    for s in range(decay.size):
        if decay[s] == 0.0:
            continue
        left = math.exp(-decay[s] * dt)
        gone = 0.0
        for i in range(grid.bed.size):
            c = state.conc[s, i]
            if not grid.fixed[i]:
                gone += (1.0 - left) * c * state.volume[i]
            state.conc[s, i] = left * c
        reacted[s] += gone
