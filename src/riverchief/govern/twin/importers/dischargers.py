"""Dischargers and intakes of a registry in a river that was made from it; its balance of mean flows stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from riverchief.base.basin import Basin
from riverchief.govern.twin.river import Inflow, River, Series, constant

TAKES = ("intake",)


def with_dischargers(river: River, basin: Basin, constituents: Sequence[str] = ()) -> tuple[str, ...]:
    """Let dischargers of the registry into a river, and intakes out of it.

    The registry's mean flow of the reach below has their water in it already: what flows in at the next node is less by
    as much. Places off the river's reaches are left out.

    Parameters
    ----------
    river : River
        From `importers.assumed.from_basin` of the same basin.
    basin : Basin
    constituents : sequence of str
        Properties that their water carries [mg/L], at the registry's typical concentrations.

    Returns
    -------
    tuple of str
        Names of the inflows that were added: the codes of the facilities.
    """
    ends = {reach.to_node for reach in river.reaches.values()} - {r.from_node for r in river.reaches.values()}
    added = []
    for thing in basin.facilities:
        place = thing.place
        reach = river.reaches.get(place.reach)
        if reach is None or not thing.flow_m3s > 0:
            continue
        flow = -thing.flow_m3s if thing.kind in TAKES else thing.flow_m3s
        carried = {c: constant(thing.pollutants[c]) for c in constituents if c in thing.pollutants}
        at = min(place.chainage_m, reach.length_m)
        river.inflows[thing.code] = Inflow(thing.code, constant(flow), "", reach.code, at, carried)
        added.append(thing.code)
        if reach.to_node not in ends:
            _less(river, reach.to_node, flow)
    return tuple(added)


def _less(river: River, node: str, flow_m3s: float) -> None:
    """Take a flow off what comes in at a node."""
    name = f"{node} mean"
    before = river.inflows.get(name, Inflow(name, constant(0.0), node))
    flow = before.flow_m3s
    river.inflows[name] = replace(before, flow_m3s=Series(flow.time_s, flow.value - flow_m3s, flow.steps))
