"""What flows in usually: factors on inflows with which steady water would pass at every gauge what it has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverchief.govern.twin.model import Model
from riverchief.govern.twin.river import River, Series
from riverchief.govern.twin.upstream import Upstream

LEAST, MOST = 0.1, 10.0  # a factor beyond says that something else is wrong
OWN_SHARE = 0.05  # a gauge moves what enters above it only where that is at least this share of its flow


@dataclass(frozen=True)
class Usual:
    """The discharge that a gauge has usually read [m³/s], such as the median of some days."""

    reach: str
    chainage_m: float
    flow_m3s: float


def factors(model: Model, gauges: Sequence[Usual], firm: frozenset[str] = frozenset()) -> dict[str, float]:
    """Factors on inflows so that what comes together at every gauge is what it reads.

    Parameters
    ----------
    model : Model
        Its inflows count with the mean of their series.
    gauges : sequence of Usual
        Those that have read anything.
    firm : frozenset of str
        Inflows that are known (dischargers, intakes): they, and what is lost, stay as they are.

    Returns
    -------
    dict of str to float
        By inflow [-], within `LEAST` and `MOST`; inflows that no gauge sees follow the middle of the others.
    """
    above = Upstream.of(model, [(one.reach, one.chainage_m) for one in gauges])
    flow = {name: float(inflow.flow_m3s.value.mean()) for name, inflow in model.river.inflows.items()}
    free = {name for name, value in flow.items() if value > 0 and name not in firm}
    found = dict.fromkeys(flow, 1.0)
    told: list[float] = []
    passed: dict[int, float] = {}
    for k in above.order:
        gains = sum(flow[name] for name in above.own[k] if name in free)
        rest = sum(flow[name] for name in above.own[k] if name not in free) + sum(passed[a] for a in above.above[k])
        passed[k] = gains + rest
        if gains > OWN_SHARE * max(passed[k], 1e-9):
            factor = float(np.clip((gauges[k].flow_m3s - rest) / gains, LEAST, MOST))
            told.append(factor)
            found.update((name, factor) for name in above.own[k] if name in free)
            passed[k] = factor * gains + rest
    if told:
        found.update((name, float(np.median(told))) for name in above.rest if name in free)
    return found


def with_factors(river: River, factor: Mapping[str, float]) -> None:
    """Multiply inflows of a river."""
    for name, times in factor.items():
        one = river.inflows[name]
        if times != 1.0:
            flow = Series(one.flow_m3s.time_s, one.flow_m3s.value * times, one.flow_m3s.steps)
            river.inflows[name] = replace(one, flow_m3s=flow)
