"""The water surface of a dendritic river: subcritical upwards, supercritical downwards, both joined.

In mixed regime the larger specific force holds at every row; a hydraulic jump lies where it changes hands (HEC-RAS
Hydraulic Reference Manual 6, ch. 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.river import Boundary, FreeFall, LevelBoundary, NormalDepth
from riverchief.govern.twin.steady.depths import critical_level, normal_level
from riverchief.govern.twin.steady.junctions import above
from riverchief.govern.twin.steady.model import SteadyModel, SteadyProfile, SteadyReach, reach_profile
from riverchief.govern.twin.steady.step import Row, Water, step_down, step_up, water

Floats = NDArray[np.float64]
Regime = Literal["subcritical", "supercritical", "mixed"]


def solve(
    model: SteadyModel,
    flows_m3s: Mapping[str, ArrayLike],
    boundaries: Iterable[Boundary],
    regime: Regime = "subcritical",
) -> SteadyProfile:
    """The steady water surface.

    Parameters
    ----------
    model : SteadyModel
    flows_m3s : mapping of str to float or (n_row,)
        Discharge of every reach, or of each of its rows [m³/s].
    boundaries
        At every outlet (and, where water enters fast, at the inlet); a level that changes counts with its first value.
    regime
        Subcritical levels lie at or above the critical one, supercritical ones at or below it.

    Raises
    ------
    InputError
        Naming the reach without discharge or boundary, or with a discharge that is no number or below 0.
    """
    ends = {b.node: b for b in boundaries}
    flows = {code: _flows(reach, flows_m3s) for code, reach in model.reaches.items()}
    order = model.upstream_first()
    waters: dict[str, list[Water]] = {}
    if regime != "supercritical":
        for reach in reversed(order):
            waters[reach.code] = _upwards(model, reach, flows, ends, waters)
    if regime != "subcritical":
        for reach in order:
            waters[reach.code] = _downwards(
                model, reach, flows[reach.code], ends, waters, only=regime == "supercritical"
            )
    return SteadyProfile({code: reach_profile(reach, waters[code]) for code, reach in model.reaches.items()})


def _flows(reach: SteadyReach, flows: Mapping[str, ArrayLike]) -> Floats:
    if reach.code not in flows:
        raise InputError(
            f"reach {reach.code} has no discharge; give one in m³/s for every reach (0 for a dry one).",
            reach=reach.code,
            known=sorted(flows),
        )
    given = np.asarray(flows[reach.code], np.float64)
    if given.ndim and given.size != len(reach.rows):
        raise InputError(
            f"reach {reach.code} has {given.size} discharges for {len(reach.rows)} rows; give one or one each.",
            reach=reach.code,
        )
    if not np.isfinite(given).all() or (given < 0).any():
        raise InputError(
            f"reach {reach.code} has a discharge of {given.min():g} m³/s; steady profiles need numbers not below 0.",
            reach=reach.code,
        )
    return np.array(np.broadcast_to(given, len(reach.rows)))


def _at_boundary(row: Row, flow: float, boundary: Boundary, *, fast: bool) -> Water:
    """The water that a boundary sets at the first (`fast`) or last row."""
    critical = critical_level(row.cut, flow)
    match boundary:
        case LevelBoundary():
            level = float(boundary.level_m.value[0])
            if level <= row.cut.bed_m and flow > 0:
                raise InputError(
                    f"the level of {level:g} m at {boundary.node} lies below the bed of {row.cut.bed_m:g} m at "
                    f"{row.name}; look at their heights' datum and units.",
                    node=boundary.node,
                )
        case NormalDepth():
            level = normal_level(row.cut, flow, boundary.slope, row.name)
        case FreeFall():
            level = critical
        case _:
            levels, given = np.asarray(boundary.level_m, np.float64), np.asarray(boundary.flow_m3s, np.float64)
            level = float(np.interp(flow, given, levels))
    wrong = level > critical if fast else level < critical
    if not wrong:
        return water(row.cut, flow, level, "", critical)
    asked = f"critical: the boundary's {level:.3f} m lies {'above' if fast else 'below'} it"
    return water(row.cut, flow, critical, asked, critical)


def _upwards(
    model: SteadyModel,
    reach: SteadyReach,
    flows: Mapping[str, Floats],
    ends: Mapping[str, Boundary],
    waters: Mapping[str, list[Water]],
) -> list[Water]:
    """Subcritical water at every row of a reach, upstream end first."""
    flow, last = flows[reach.code], reach.rows[-1]
    below = [r for r in model.reaches.values() if r.from_node == reach.to_node]
    if below:
        here = above(model, reach, flows, [(r, waters[r.code][0]) for r in below])
    elif reach.to_node in ends:
        here = _at_boundary(last, float(flow[-1]), ends[reach.to_node], fast=False)
    else:
        raise InputError(
            f"the lower end {reach.to_node} of reach {reach.code} has no boundary; give a level, a slope for uniform "
            "flow, critical depth or a rating curve.",
            reach=reach.code,
            node=reach.to_node,
        )
    found = [here]
    for i in range(len(reach.rows) - 2, -1, -1):
        crossing = reach.crossings.get(i)
        solver = step_up if crossing is None else crossing.headwater
        found.append(solver(reach.rows[i], float(flow[i]), found[-1]))
    return found[::-1]


def _downwards(
    model: SteadyModel,
    reach: SteadyReach,
    flow: Floats,
    ends: Mapping[str, Boundary],
    waters: Mapping[str, list[Water]],
    *,
    only: bool,
) -> list[Water]:
    """Supercritical water where it holds against the subcritical one (or everywhere), upstream end first."""
    slow = None if only else waters[reach.code]
    rows = reach.rows
    fast = _inlet(model, reach, float(flow[0]), ends, waters, only=only)
    found = []
    for i, row in enumerate(rows):
        if i and fast is not None:
            # what lies across the river keeps fast water only where nothing else is asked for
            fast = None if i - 1 in reach.crossings and slow else step_down(rows[i - 1], fast, row.cut, float(flow[i]))
        if slow is None:
            assert fast is not None  # the inlet gave it, and each step gives the next
            found.append(fast)
            continue
        there = slow[i]
        if (
            fast is not None
            and not fast.why.startswith("dry")
            and (there.why.startswith("critical") or fast.force_m3 > there.force_m3)
        ):
            found.append(fast)
            continue
        fast = there if there.why.startswith("critical") else None
        found.append(there)
    return found


def _inlet(
    model: SteadyModel,
    reach: SteadyReach,
    flow: float,
    ends: Mapping[str, Boundary],
    waters: Mapping[str, list[Water]],
    *,
    only: bool,
) -> Water | None:
    """Fast water that enters a reach: from a boundary, or over a junction from the reach with the largest force."""
    first = reach.rows[0]
    if reach.from_node in ends:
        return _at_boundary(first, flow, ends[reach.from_node], fast=True)
    comes = [r for r in model.reaches.values() if r.to_node == reach.from_node]
    ends_fast = [(r, waters[r.code][-1]) for r in comes if _is_fast(waters[r.code][-1])]
    if ends_fast:
        up, last = max(ends_fast, key=lambda pair: pair[1].force_m3)
        junction = model.junctions.get(reach.from_node)
        length = junction.lengths_m.get(up.code, 0.0) if junction else 0.0
        over = Row(up.rows[-1].name, 0.0, up.rows[-1].cut, (length,) * 3)
        return step_down(over, last, first.cut, flow)
    if not only:
        return None
    return water(first.cut, flow, critical_level(first.cut, flow), "critical: nothing is known at the inlet")


def _is_fast(here: Water) -> bool:
    return here.flow_m3s > 0 and here.level_m <= here.critical_m
