"""The steady state of a river for the unsteady twin: levels and discharges to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.river import Boundary, Gate, Inline, Orifice, Reach, River, Weir
from riverchief.govern.twin.steady.crossings import Crest, InlineWeir
from riverchief.govern.twin.steady.cuts import BlendedShape, ShapeCut
from riverchief.govern.twin.steady.model import Crossing, SteadyModel, SteadyReach
from riverchief.govern.twin.steady.solve import Regime, solve
from riverchief.govern.twin.steady.step import Row

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class InitialState:
    """A steady state along a reach.

    Attributes
    ----------
    chainage_m, level_m, flow_m3s : float64 (n,)
        Where, the level of the water [m] and the discharge [m³/s].
    """

    chainage_m: Floats
    level_m: Floats
    flow_m3s: Floats


def profile(
    river: River,
    flows_m3s: Mapping[str, float] | None = None,
    boundaries: Iterable[Boundary] | None = None,
    *,
    at_m: Mapping[str, ArrayLike] | None = None,
    regime: Regime = "mixed",
) -> dict[str, InitialState]:
    """Levels and discharges of a river at steady flow.

    Parameters
    ----------
    river : River
        Its reaches form a tree down to its outlets; links between nodes do not count.
    flows_m3s : mapping of str to float, optional
        Discharge at the upper end of every reach [m³/s]. Without it the river's inflows at their first instant run
        down, and join at the nodes.
    boundaries : iterable of Boundary, optional
        Without them the river's own; a level that changes counts with its first value.
    at_m : mapping of str to array_like, optional
        Chainages by reach for which the state is wanted [m]; else the ends of cells of `dx_m`.
    regime
        See `solve`.

    Returns
    -------
    dict of str to InitialState
        By reach.

    Raises
    ------
    InputError
        Naming the reach without discharge or boundary.
    """
    rows = {code: _chainages(river, reach) for code, reach in river.reaches.items()}
    heads = flows_m3s if flows_m3s is not None else _heads(river)
    model = SteadyModel(
        river.name, {code: _steady_reach(river, reach, rows[code]) for code, reach in river.reaches.items()}
    )
    flows = {code: _along(river, code, x, heads) for code, x in rows.items()}
    ends = list(river.boundaries.values()) if boundaries is None else list(boundaries)
    found = solve(model, flows, ends, regime)
    states = {}
    for code, x in rows.items():
        wanted = np.asarray(at_m[code], np.float64) if at_m and code in at_m else x
        states[code] = InitialState(
            wanted, np.interp(wanted, x, found[code].level_m), np.interp(wanted, x, found[code].flow_m3s)
        )
    return states


def _chainages(river: River, reach: Reach) -> Floats:
    """The ends of cells of `dx_m`, its CrossSections, and a place on either side of what lies across it [m]."""
    cells = np.linspace(0.0, reach.length_m, max(round(reach.length_m / reach.dx_m), 1) + 1)
    inside = reach.chainage_m[(reach.chainage_m > 0) & (reach.chainage_m < reach.length_m)]
    about = [i.chainage_m + d for i in river.inlines if i.reach == reach.code for d in (-1e-3, 1e-3)]
    return np.unique(np.concatenate([cells, inside, np.clip(about, 0.0, reach.length_m)]))


def _steady_reach(river: River, reach: Reach, x: Floats) -> SteadyReach:
    ways = np.append(np.diff(x), 0.0)
    local = np.zeros(x.size)
    for at, coefficient in reach.loss:
        local[min(max(int(np.searchsorted(x, at)) - 1, 0), x.size - 2)] += coefficient
    rows = tuple(
        Row(f"{reach.code} {at:.0f} m", float(at), ShapeCut(_shape(reach, float(at))), (float(w),) * 3, local=float(c))
        for at, w, c in zip(x, ways, local, strict=True)
    )
    crossings: dict[int, Crossing] = {}
    for inline in river.inlines:
        crest = _crest(inline)
        if inline.reach == reach.code and crest is not None:
            k = int(np.searchsorted(x, inline.chainage_m)) - 1
            crossings[min(max(k, 0), x.size - 2)] = InlineWeir(inline.structure.name, crest)
    return SteadyReach(reach.code, rows, reach.from_node, reach.to_node, crossings)


def _crest(inline: Inline) -> Crest | None:
    """What a structure lets pass, as a weir: gates and orifices stand open; pumps and ratings are no obstacle here."""
    match inline.structure:
        case Weir(crest_m=crest, width_m=width, coefficient=c):
            pass
        case Gate(sill_m=crest, width_m=width, coefficient=c):
            pass
        case Orifice(sill_m=crest, width_m=width):
            c = 1.705
        case _:
            return None
    return Crest(np.array([0.0, width]), np.array([crest, crest]), c)


def _shape(reach: Reach, at: float) -> BlendedShape:
    """The section at a chainage, between its neighbours."""
    k = int(np.clip(np.searchsorted(reach.chainage_m, at, side="right") - 1, 0, len(reach.shapes) - 1))
    below = min(k + 1, len(reach.shapes) - 1)
    way = reach.chainage_m[below] - reach.chainage_m[k]
    share = float(np.clip((at - reach.chainage_m[k]) / way, 0.0, 1.0)) if way > 0 else 0.0
    return BlendedShape(reach.shapes[k], reach.shapes[below], share)


def _heads(river: River) -> dict[str, float]:
    """Discharge at the upper end of every reach: what flows in at its node and comes from the reaches above."""
    at_node: dict[str, float] = {}
    for inflow in river.inflows.values():
        if inflow.node:
            at_node[inflow.node] = at_node.get(inflow.node, 0.0) + float(inflow.flow_m3s.value[0])
    order = SteadyModel(
        river.name, {c: SteadyReach(c, (), r.from_node, r.to_node) for c, r in river.reaches.items()}
    ).upstream_first()
    leaving: dict[str, int] = {}
    for reach in river.reaches.values():
        leaving[reach.from_node] = leaving.get(reach.from_node, 0) + 1
    heads: dict[str, float] = {}
    for piece in order:
        reach = river.reaches[piece.code]
        if leaving[reach.from_node] > 1:
            raise InputError(
                f"the river divides at {reach.from_node}; how much flows into each reach is not known beforehand. "
                "Give the discharge of every reach.",
                node=reach.from_node,
            )
        heads[reach.code] = at_node.get(reach.from_node, 0.0)
        at_node[reach.to_node] = at_node.get(reach.to_node, 0.0) + heads[reach.code] + _lateral(river, reach.code)
    return heads


def _lateral(river: River, reach: str, up_to_m: float = np.inf) -> float:
    """What flows in along a reach down to a chainage [m³/s]."""
    return sum(
        float(i.flow_m3s.value[0]) for i in river.inflows.values() if i.reach == reach and i.chainage_m <= up_to_m
    )


def _along(river: River, code: str, x: Floats, heads: Mapping[str, float]) -> Floats:
    if code not in heads:
        raise InputError(
            f"reach {code} has no discharge; give one in m³/s for every reach (0 for a dry one).", reach=code
        )
    flow = np.array([heads[code] + _lateral(river, code, float(at)) for at in x])
    if (flow < 0).any():
        raise InputError(
            f"reach {code} would carry {flow.min():g} m³/s: more is taken out than flows in. "
            "Lessen the abstraction or raise the inflow.",
            reach=code,
        )
    return flow
