"""An incident's case: what a basin's registry has to move, and the sections that the wave will pass.

Nobody has registered what levers cost or how far they go; what is taken for granted stands in `ASSUMED` and is said
wherever it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from riverchief.base.basin import Basin, Facility, Section
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.cloud.standards.water.classes import limits
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.measures.band import Spill, World, within
from riverchief.govern.twin.measures.case import Case, Goal, Outcome
from riverchief.govern.twin.measures.levers import Lever
from riverchief.govern.twin.measures.plan import Plan
from riverchief.govern.twin.measures.quick import Quick
from riverchief.govern.twin.model import Model

HOUR_S = 3600.0
SPILL = "spill"


@dataclass(frozen=True)
class Assumed:
    """What is taken for granted of levers.

    Attributes
    ----------
    lead_h, hold_h : float
        Hours until a lever can begin, and how long it holds.
    cut : float
        Largest share of a discharger's load that can be held back [-].
    cut_yuan_kg, water_yuan_m3, divert_yuan_m3 : float
        Costs of a kilogram held back, of a cubic metre released, and of one taken into a plant.
    release_share : float
        Most that a reservoir releases over the mean flow of its reach [-].
    plant_share : float
        What a sewage works takes from the river over its own flow [-].
    release_class : int
        Released water is at half the limit of this class.
    """

    lead_h: float = 1.0
    hold_h: float = 24.0
    cut: float = 0.9
    cut_yuan_kg: float = 20.0
    water_yuan_m3: float = 0.2
    divert_yuan_m3: float = 3.0
    release_share: float = 1.0
    plant_share: float = 0.3
    release_class: int = 2


ASSUMED = Assumed()
MOST_CUTS, MOST_GOALS = 6, 4
KINDS = ("outfall", "works", "enterprise")


def incident(
    basin: Basin,
    model: Model,
    state: State,
    spill: Spill,
    now_s: float,
    on: date,
    *,
    ahead_s: float = 72 * HOUR_S,
    every_s: float = 1800.0,
    assumed: Assumed = ASSUMED,
) -> Case:
    """The case of a spill: dischargers, reservoirs and works around its way down, and the sections that it will pass.

    Parameters
    ----------
    model, state
        The twin without the spill, and its state before that began.
    now_s : float
        From when something can be done [s since 1970 UTC].
    on : date
        Whose edition of the standard counts.

    Raises
    ------
    InputError
        Where the twin does not carry the spill's constituent, it began before the state, or no section lies below it.
    """
    model.number(spill.constituent)
    if spill.start_s < float(state.clock[0]):
        raise InputError(
            f"the spill began at {spill.start_s:.0f} s, before the state of the twin at {state.clock[0]:.0f} s; "
            "begin from an older one."
        )
    edition = surface_on(on)
    if edition is None:
        raise InputError(f"there is no edition of the surface water standard in force on {on}; choose a later day.")
    below = [s for s in _below(basin, Place(spill.reach, spill.chainage_m)) if 1 <= s.target_class <= 5]
    if not below:
        raise InputError(
            f"no section lies below {spill.chainage_m:g} m of reach {spill.reach}; there is nothing to keep."
        )
    goals = tuple(
        Goal(
            s.code, s.place.reach, s.place.chainage_m, spill.constituent,
            float(limits(edition.code, spill.constituent, s.tp_rule).values[s.target_class - 1]), now_s,
            now_s + ahead_s,
        )
        for s in below[:MOST_GOALS]
    )  # fmt: skip
    clean = float(limits(edition.code, spill.constituent).values[assumed.release_class - 1]) / 2
    levers = _levers(basin, model, spill, goals[-1], now_s, clean, assumed)
    there = replace(Case(model, state, now_s + ahead_s, every_s, (), goals), levers=tuple(levers))
    return within_spill(there, spill)


def within_spill(case: Case, spill: Spill) -> Case:
    """The case with a spill in it."""
    return within(case, World(1.0, spill), SPILL)


def _levers(
    basin: Basin, model: Model, spill: Spill, last: Goal, now_s: float, clean_mgl: float, assumed: Assumed
) -> list[Lever]:
    begin = now_s + assumed.lead_h * HOUR_S
    end = begin + assumed.hold_h * HOUR_S
    hold_s = end - begin
    made = []
    still_s = spill.start_s + spill.duration_s - begin
    if still_s > 0:
        cost = assumed.cut_yuan_kg * spill.mass_kg * still_s / spill.duration_s
        made.append(Lever("cut:spill", "reduce", begin, end, assumed.cut, cost_yuan=cost, on=SPILL))
    above = _above(basin, Place(last.reach, last.chainage_m))
    carrying = [f for f in above if f.kind in KINDS and f.code in model.river.inflows]
    load = {f.code: f.flow_m3s * f.pollutants.get(spill.constituent, 0.0) for f in carrying}
    for f in sorted(carrying, key=lambda f: -load[f.code])[:MOST_CUTS]:
        if load[f.code] > 0:
            cost = assumed.cut_yuan_kg * load[f.code] * hold_s / 1e3
            made.append(Lever(f"cut:{f.code}", "reduce", begin, end, assumed.cut, cost_yuan=cost, on=f.code))
    flow = {reach.code: reach.flow_m3s for reach in basin.reaches}
    for f in above:
        if f.kind == "reservoir":
            cost = assumed.water_yuan_m3 * hold_s
            most = assumed.release_share * flow[f.place.reach]
            carried = {spill.constituent: clean_mgl}
            lever = Lever(f"release:{f.code}", "release", begin, end, most, cost_yuan=cost, concentration=carried)
            made.append(replace(lever, reach=f.place.reach, chainage_m=f.place.chainage_m))
    ways = _below_places(basin, Place(spill.reach, spill.chainage_m), [f for f in above if f.kind == "works"])
    for f in ways[:2]:
        cost = assumed.divert_yuan_m3 * hold_s
        lever = Lever(f"divert:{f.code}", "divert", begin, end, assumed.plant_share * f.flow_m3s, cost_yuan=cost)
        made.append(replace(lever, reach=f.place.reach, chainage_m=f.place.chainage_m))
    return made


def _below(basin: Basin, place: Place) -> list[Section]:
    """Sections that water from a place passes, in the order of the network."""
    net = basin.network
    here = net.index(place.reach)
    down = net.downstream([here])
    rank = {node: k for k, node in enumerate(net.order.tolist())}
    found = []
    for section in basin.sections:
        reach = net.index(section.place.reach)
        own = reach == here
        if (own and section.place.chainage_m > place.chainage_m) or (down[reach] and not own):
            found.append((rank[int(net.from_node[reach])], section.place.chainage_m, section))
    return [section for _, _, section in sorted(found, key=lambda one: one[:2])]


def _above(basin: Basin, place: Place) -> list[Facility]:
    """Facilities whose water passes a place."""
    net = basin.network
    here = net.index(place.reach)
    up = net.upstream([here])
    return [
        f
        for f in basin.facilities
        if f.place is not None
        and (
            (f.place.reach == place.reach and f.place.chainage_m <= place.chainage_m)
            or (f.place.reach != place.reach and up[net.index(f.place.reach)])
        )
    ]


def _below_places(basin: Basin, place: Place, things: list[Facility]) -> list[Facility]:
    net = basin.network
    here = net.index(place.reach)
    down = net.downstream([here])
    return [
        f
        for f in things
        if (f.place.reach == place.reach and f.place.chainage_m > place.chainage_m)
        or (f.place.reach != place.reach and down[net.index(f.place.reach)])
    ]


# ---------------------------------------------------------------------- told as JSON


def quick_as_dict(quick: Quick) -> dict[str, Any]:
    """All that an answer at any setting needs: levers, and every goal's series with its slopes."""
    case = quick.case
    return {
        "levers": [
            {
                "code": one.code, "kind": one.kind, "unit": one.unit, "least": one.least, "most": one.highest,
                "begin_s": one.begin_s, "end_s": one.end_s, "cost_yuan": one.cost_yuan,
                "on": one.code.partition(":")[2],
            }
            for one in case.levers
        ],
        "goals": [
            {
                "code": goal.name, "limit_mgl": goal.limit_mgl, "constituent": goal.constituent,
                "time_s": time_s.tolist(), "before_mgl": np.round(value, 5).tolist(),
                "slope": np.round(slope, 6).tolist(),
            }
            for goal, (time_s, value), slope in zip(case.goals, quick.before, quick.slope, strict=True)
        ],
    }  # fmt: skip


def outcome_as_dict(case: Case, outcome: Outcome) -> dict[str, Any]:
    """A setting of the levers with what came of it by a full run."""
    return {
        "cost_yuan": round(outcome.cost_yuan, 2),
        "values": {
            lever.code: float(value)
            for lever, value in zip(case.levers, outcome.values, strict=True)
            if abs(value) > 1e-6 * max(lever.highest, -lever.least)
        },
        "goals": [
            {
                "code": one.goal.name,
                "peak_mgl": one.peak_mgl,
                "peak_s": one.peak_s,
                "ratio": one.ratio,
                "arrival_s": None if np.isnan(one.arrival_s) else one.arrival_s,
                "exceedance_mglh": one.exceedance_mglh,
            }
            for one in outcome.goals
        ],
    }


def plan_as_dict(case: Case, plan: Plan) -> dict[str, Any]:
    """A plan with what came of it, and what stands in the way of more."""
    return {
        **outcome_as_dict(case, plan.after),
        "reached": plan.reached,
        "smallest_mgl": plan.smallest_mgl,
        "beyond_mgl": plan.beyond_mgl,
        "binding": list(plan.binding),
        "runs": plan.runs,
    }
