"""What the water carries before anybody discharges into it: from stations, by a balance of loads along the river.

Between two stations the load of the lower one is that of the upper one, of the dischargers between them, and of what
flows in beside, each less by what decays on the way; the last is unknown and gets the concentration that closes the
balance. Steady water all along: a first guess, which the filter leads on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.river import River, constant
from riverchief.govern.twin.upstream import Upstream

Floats = NDArray[np.float64]

LONGEST_S = 30 * 86_400.0  # water that stands longer in a cell counts as if it left after that


@dataclass(frozen=True)
class Sample:
    """What a station has read of a constituent [mg/L]."""

    reach: str
    chainage_m: float
    concentration: float


def to_outlet_s(model: Model, state: State) -> Floats:
    """How long water that enters a cell takes to its outlet [s], (n_cell,), were it to run on as it does in a state."""
    g = model.cells.grid
    found = np.zeros(g.bed.size)
    for i in range(g.bed.size - 1, -1, -1):  # every cell stands before the one its water runs to
        if g.dn[i] >= 0 and not g.fixed[i]:
            found[i] = found[g.dn[i]] + min(state.volume[i] / max(abs(state.flow[i]), 1e-9), LONGEST_S)
    return found


def _leaving(model: Model, left_s: Floats) -> Floats:
    """The same for water that leaves a cell, which has the cell's concentration."""
    g = model.cells.grid
    own = g.dn[: g.bed.size]
    return np.where(own >= 0, left_s[own], 0.0)


def background(
    model: Model, state: State, constituent: str, samples: Sequence[Sample], decay_per_s: float = 0.0
) -> dict[str, float]:
    """Concentrations of the inflows that come with none, so that steady water would carry what stations read.

    Parameters
    ----------
    model : Model
        Its inflows count with the mean of their series.
    state : State
        Steady water, for the times that the water takes.
    constituent : str
    samples : sequence of Sample
    decay_per_s : float
        First-order decay [1/s].

    Returns
    -------
    dict of str to float
        By inflow [mg/L], not below 0; empty where there is no sample.
    """
    if not samples:
        return {}
    above = Upstream.of(model, [(one.reach, one.chainage_m) for one in samples])
    river, left_s = model.river, to_outlet_s(model, state)
    at_s = [_leaving(model, left_s)[model.cells.cell(one.reach, one.chainage_m)] for one in samples]
    from_s = dict(zip(river.inflows, left_s[model.forcing.cell], strict=True))
    flow = {name: float(i.flow_m3s.value.mean()) for name, i in river.inflows.items()}
    load = {
        name: float(i.concentration[constituent].value.mean()) * max(flow[name], 0.0)
        for name, i in river.inflows.items()
        if constituent in i.concentration
    }
    passed: dict[int, float] = {}
    found: dict[str, float] = {}
    for k in above.order:

        def kept(begun_s: float, end_s: float = float(at_s[k])) -> float:
            return float(np.exp(-decay_per_s * max(begun_s - end_s, 0.0)))

        own = above.own[k]
        passed[k] = sum(flow[name] for name in own) + sum(passed[a] for a in above.above[k])
        free = [name for name in own if name not in load and flow[name] > 0]
        beside = sum(flow[name] * kept(from_s[name]) for name in free)
        if beside <= 0:
            continue
        known = sum(load.get(name, 0.0) * kept(from_s[name]) for name in own)
        known += sum(samples[a].concentration * max(passed[a], 0.0) * kept(at_s[a]) for a in above.above[k])
        wanted = (samples[k].concentration * max(passed[k], 0.0) - known) / beside
        found.update(dict.fromkeys(free, max(wanted, 0.0)))
    middle = float(np.median(list(found.values()))) if found else 0.0
    for name in above.rest:
        if name not in load and flow[name] > 0:
            found[name] = middle
    return found


def with_background(river: River, constituent: str, concentration: Mapping[str, float]) -> None:
    """Let the named inflows carry a constituent [mg/L]; those that carry it already keep theirs."""
    for name, value in concentration.items():
        inflow = river.inflows[name]
        if constituent not in inflow.concentration:
            carried = {**inflow.concentration, constituent: constant(value)}
            river.inflows[name] = replace(inflow, concentration=carried)


def steady(model: Model, state: State, decay_per_s: Mapping[str, float]) -> Floats:
    """What steady water would carry everywhere (n_constituent, n_cell), from the means of all inflows."""
    g = model.cells.grid
    left_s = to_outlet_s(model, state)
    water, load = np.zeros(g.bed.size), np.zeros((len(model.constituents), g.bed.size))
    for m, inflow in enumerate(model.river.inflows.values()):
        flow = max(float(inflow.flow_m3s.value.mean()), 0.0)
        water[model.forcing.cell[m]] += flow
        for name, series in inflow.concentration.items():
            load[model.number(name), model.forcing.cell[m]] += flow * float(series.value.mean())
    rate = np.array([decay_per_s.get(name, 0.0) for name in model.constituents])
    kept = np.exp(-rate[:, None] * (left_s - _leaving(model, left_s)))
    for i in range(g.bed.size):
        load[:, i] *= kept[:, i]
        if (down := g.dn[i]) >= 0:
            water[down] += water[i]
            load[:, down] += load[:, i]
    conc = np.where(water > 0, load / np.maximum(water, 1e-12), 0.0)
    conc[:, g.fixed] = state.conc[:, g.fixed]
    return conc
