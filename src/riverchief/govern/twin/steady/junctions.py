"""Over a junction: the water at the lower end of a reach from that at the upper ends of those below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.steady.cuts import GRAVITY
from riverchief.govern.twin.steady.depths import critical_level, crossings, ladder
from riverchief.govern.twin.steady.model import Junction, SteadyModel, SteadyReach
from riverchief.govern.twin.steady.step import Water, step_up, water

Floats = NDArray[np.float64]


def above(
    model: SteadyModel,
    reach: SteadyReach,
    flows: Mapping[str, Floats],
    below: Sequence[tuple[SteadyReach, Water]],
) -> Water:
    """The subcritical water at the last row of a reach that ends at a junction.

    By energy: a standard step over the junction's length from the reach below; at a split the one that backs the water
    up highest. By momentum, where reaches join into one: see `_by_momentum`.
    """
    junction = model.junctions.get(reach.to_node) or Junction(reach.to_node)
    joining = [r for r in model.reaches.values() if r.to_node == reach.to_node]
    if junction.momentum and len(below) == 1 and len(joining) > 1:
        level = _by_momentum(junction, joining, flows, below[0][1], below[0][0])
        last, flow = reach.rows[-1], float(flows[reach.code][-1])
        critical = critical_level(last.cut, flow)
        if level >= critical:
            return water(last.cut, flow, level, "", critical)
    found = []
    for lower, down in below:
        length = junction.lengths_m.get(reach.code if len(below) == 1 else lower.code, 0.0)
        row = replace(reach.rows[-1], lengths_m=(length,) * 3)
        found.append(step_up(row, float(flows[reach.code][-1]), down))
    return max(found, key=lambda w: w.energy_m)


def _by_momentum(
    junction: Junction, joining: Sequence[SteadyReach], flows: Mapping[str, Floats], down: Water, lower: SteadyReach
) -> float:
    """One level of all joining reaches [m] by the balance of specific forces along the reach below.

    SF_down = Σ (SF_i cos θ_i − F_i + W_i) with friction and weight of either half of the junction's length (HEC-RAS
    Hydraulic Reference Manual 6, ch. 4).
    """
    critical = max(critical_level(r.rows[-1].cut, float(flows[r.code][-1])) for r in joining)
    down_area, down_k = float(down.state.area_m2[0]), float(down.state.total_m3s[0])

    def surplus(level: Floats) -> Floats:
        total = np.full(level.shape, -down.force_m3)
        for reach in joining:
            cut, flow = reach.rows[-1].cut, float(flows[reach.code][-1])
            here = cut.at(level)
            cosine = np.cos(np.radians(junction.angles_deg.get(reach.code, 0.0)))
            length = junction.lengths_m.get(reach.code, 0.0)
            friction = ((flow + down.flow_m3s) / (here.total_m3s + down_k)) ** 2
            fall = max(cut.bed_m - lower.rows[0].cut.bed_m, 0.0) / length if length else 0.0
            share = flow / down.flow_m3s if down.flow_m3s else 0.0
            half = 0.5 * length * (here.area_m2 * cosine + down_area * share)
            moving = here.beta * flow**2 / (GRAVITY * np.maximum(here.area_m2, 1e-9))
            total += (moving + here.moment_m3) * cosine - (friction - fall) * half
        return total

    high = down.energy_m + 1.0
    while surplus(np.array([high]))[0] <= 0 and high < 1e7:
        high += 2 * abs(high - critical) + 1.0
    found = crossings(surplus, ladder(critical, max(high, critical + 0.1)), rising=True)
    return found[-1] if found else -np.inf
