"""What the water carries before anybody discharges into it: from stations, by a balance of loads along the river.

Between two stations the load of the lower one is that of the upper one, of the dischargers between them, and of what
flows in beside; the last is unknown and gets the concentration that closes the balance. Decay and settling are not
taken off: a first guess, which names itself so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverchief.govern.twin.model import Model
from riverchief.govern.twin.river import River, constant
from riverchief.govern.twin.upstream import Upstream


@dataclass(frozen=True)
class Sample:
    """What a station has read of a constituent [mg/L]."""

    reach: str
    chainage_m: float
    concentration: float


def background(
    river: River, constituent: str, samples: Sequence[Sample], factor: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Concentrations of the inflows that come with none, so that steady water would carry what stations read.

    Parameters
    ----------
    river : River
    constituent : str
    samples : sequence of Sample
    factor : mapping, optional
        Factors on inflows, see `cycle` [-].

    Returns
    -------
    dict of str to float
        By inflow [mg/L], not below 0; empty where there is no sample.
    """
    if not samples:
        return {}
    model = Model(river, constituents=_carried(river))
    above = Upstream.of(model, [(one.reach, one.chainage_m) for one in samples])
    times = factor or {}
    flow = {name: float(i.flow_m3s.value.mean()) * times.get(name, 1.0) for name, i in river.inflows.items()}
    load = {
        name: float(i.concentration[constituent].value.mean()) * max(flow[name], 0.0)
        for name, i in river.inflows.items()
        if constituent in i.concentration
    }
    passed: dict[int, float] = {}
    found: dict[str, float] = {}
    for k in above.order:
        own = above.own[k]
        passed[k] = sum(flow[name] for name in own) + sum(passed[a] for a in above.above[k])
        free = [name for name in own if name not in load and flow[name] > 0]
        beside = sum(flow[name] for name in free)
        if beside <= 0:
            continue
        known = sum(load.get(name, 0.0) for name in own)
        known += sum(samples[a].concentration * passed[a] for a in above.above[k])
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


def _carried(river: River) -> list[str]:
    return list(dict.fromkeys(c for inflow in river.inflows.values() for c in inflow.concentration))
