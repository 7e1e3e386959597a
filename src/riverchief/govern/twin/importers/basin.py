"""A twin from a basin's registry: channels that carry the registry's mean flow at its width, depth and velocity.

Nothing of this is surveyed. Every CrossSection is a trapezoid, every bed level follows from what the mean flow needs to
run at the registry's velocity; heights count from the lowest outlet. What is taken for granted is named in `Assumed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Basin, Reach
from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import CrossSection, trapezoid
from riverchief.govern.twin.river import NormalDepth, River, Series

Floats = NDArray[np.float64]

SIDE, MANNING = 2.0, 0.035  # horizontal per vertical [-]; Manning's n [s/m^(1/3)] of a natural stream (V. T. Chow 1959)
BANK_DEPTHS, LEAST_BANK_M = 4.0, 3.0  # banks stand so many mean depths, and at least so many metres, above the bed
LEAST_SLOPE, MOST_SLOPE = 2e-5, 0.02
LEAST_BOTTOM = 0.2  # bottom over the registry's width, at least
TAKES = ("intake",)


@dataclass(frozen=True)
class Assumed:
    """What was taken for granted for lack of a survey.

    Attributes
    ----------
    reaches : int
        Reaches whose CrossSections are trapezoids made from the registry's width, depth, flow and velocity.
    manning, side : float
        Roughness [s/m^(1/3)] and slope of the banks [-] of all of them.
    clipped : tuple of str
        Reaches whose slope came out beyond what rivers have and was cut to it.
    """

    reaches: int
    manning: float = MANNING
    side: float = SIDE
    clipped: tuple[str, ...] = ()


def from_basin(basin: Basin, dx_m: float = 500.0, constituents: Sequence[str] = ()) -> tuple[River, Assumed]:
    """A river for the twin from a basin's registry.

    Parameters
    ----------
    basin : Basin
    dx_m : float
        Wanted length of a cell [m].
    constituents : sequence of str
        Properties that dischargers' water carries [mg/L], at the registry's typical concentrations.

    Returns
    -------
    River, Assumed
        At every node enters what the mean flow gains there (`head:` where a river begins, `gain:` elsewhere; below 0 it
        is lost), at dischargers and intakes what the registry has for them. The balance of mean flows holds.

    Raises
    ------
    InputError
        For a reach without flow, velocity or depth above 0.
    """
    river = River(basin.name_en or basin.code)
    reaches = basin.reaches
    for reach in reaches:
        for name in ("flow_m3s", "velocity_ms", "depth_m", "length_m"):
            if not getattr(reach, name) > 0:
                raise InputError(
                    f"reach {reach.code} has {name} {getattr(reach, name):g}; the twin needs a value above 0 there. Give an "
                    "estimate in the registry.",
                    reach=reach.code,
                )
    slopes, clipped = {}, []
    for reach in reaches:
        wanted = (reach.flow_m3s / _conveyance(reach)) ** 2
        slopes[reach.code] = float(np.clip(wanted, LEAST_SLOPE, MOST_SLOPE))
        if slopes[reach.code] != wanted:
            clipped.append(reach.code)
    levels = _levels(basin, slopes)
    for reach in reaches:
        cut = [_channel(reach, levels[node] - reach.depth_m) for node in (reach.from_node, reach.to_node)]
        river.reach(
            reach.code,
            [0.0, reach.length_m],
            cut,
            dx_m=dx_m,
            from_node=reach.from_node,
            to_node=reach.to_node,
        )
    starts = {reach.from_node for reach in reaches}
    for reach in reaches:
        if reach.to_node not in starts:
            river.boundary(NormalDepth(reach.to_node, slopes[reach.code]))
    _inflows(river, basin, constituents)
    return river, Assumed(len(reaches), clipped=tuple(clipped))


def _bottom(reach: Reach) -> float:
    """Width of the bottom [m] with which the mean flow has the registry's velocity at its depth."""
    area = reach.flow_m3s / reach.velocity_ms
    return max(area / reach.depth_m - SIDE * reach.depth_m, LEAST_BOTTOM * max(reach.width_m, 1.0))


def _channel(reach: Reach, bed_m: float) -> CrossSection:
    depth = max(BANK_DEPTHS * reach.depth_m, LEAST_BANK_M)
    return trapezoid(_bottom(reach), SIDE, MANNING, bed_m, depth, reach.code)


def _conveyance(reach: Reach) -> float:
    return float(_channel(reach, 0.0).hydraulics(reach.depth_m).conveyance_m3s)


def _levels(basin: Basin, slopes: dict[str, float]) -> dict[str, float]:
    """Water level of every node at mean flow [m]: 0 at outlets, rising upstream by each reach's slope."""
    below: dict[str, list[Reach]] = {}
    for reach in basin.reaches:
        below.setdefault(reach.from_node, []).append(reach)
    network = basin.network
    level: dict[str, float] = {}
    for number in network.order[::-1].tolist():
        node = network.nodes[number]
        ways = [level[r.to_node] + slopes[r.code] * r.length_m for r in below.get(node, [])]
        level[node] = max(ways, default=0.0)  # where a river parts, the higher way decides
    return level


def _inflows(river: River, basin: Basin, constituents: Sequence[str]) -> None:
    gain: dict[str, float] = {}
    for reach in basin.reaches:
        gain[reach.from_node] = gain.get(reach.from_node, 0.0) + reach.flow_m3s
        gain[reach.to_node] = gain.get(reach.to_node, 0.0) - reach.flow_m3s
    heads = {reach.from_node for reach in basin.reaches} - {reach.to_node for reach in basin.reaches}
    ends = {reach.to_node for reach in basin.reaches} - {reach.from_node for reach in basin.reaches}
    to_node = {reach.code: reach.to_node for reach in basin.reaches}
    for thing in basin.facilities:
        if thing.place is None or thing.place.reach not in to_node or not thing.flow_m3s > 0:
            continue
        flow = -thing.flow_m3s if thing.kind in TAKES else thing.flow_m3s
        carried: dict[str, Series | float] = {c: thing.pollutants[c] for c in constituents if c in thing.pollutants}
        at = (thing.place.reach, min(thing.place.chainage_m, river.reaches[thing.place.reach].length_m))
        river.inflow(thing.code, flow, at=at, **carried)
        node = to_node[thing.place.reach]
        gain[node] = gain.get(node, 0.0) - flow  # the registry's mean flow below has it in it already
    for node, flow in gain.items():
        if node in heads:
            river.inflow(f"head:{node}", flow, node=node)
        elif node not in ends and abs(flow) > 1e-9:
            river.inflow(f"gain:{node}", flow, node=node)
