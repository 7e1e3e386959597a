"""Capacities from a basin's registry: reaches at low flow, outfalls with their permits, sections with their classes.

What is assumed is named: how width, depth and velocity follow the flow, what water carries that comes from elsewhere,
and the permits of those that have none in the registry.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Basin, Facility, Reach
from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import limits
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.govern.trace.kinetics import Kinetics, shipped_kinetics
from riverchief.govern.twin.measures.capacity import DAY_S, Capacity, Outfall, Target, background, capacity
from riverchief.govern.twin.tracing import ReachCells, steady_flows

Floats = NDArray[np.float64]

DX_M = 300.0
SHARE = 0.3  # of the mean flow: a design low flow where no other is given; ASSUMED
CLEAN_CLASS = 2  # water that comes from elsewhere is taken to be at half the limit of this class; ASSUMED
CLEAN_SHARE = 0.5
# at a station width, depth and velocity go with powers of the flow that add up to 1 (Leopold and Maddock, USGS
# Professional Paper 252, 1953)
WIDTH, DEPTH, VELOCITY = 0.26, 0.40, 0.34
KG = {"t": 1e3, "kg": 1.0}
YEAR_D = 365.0


@dataclass(frozen=True)
class Aim:
    """A section: what its class allows, what comes without outfalls, and what with them at capacity [mg/L]."""

    code: str
    target_class: int
    limit_mgl: float
    background_mgl: float
    full_mgl: float


@dataclass(frozen=True)
class CapacityTable:
    """Capacities of a basin for one property.

    Attributes
    ----------
    flow_share : float
        Design flow over the mean; nan where flows were given reach by reach.
    decay_per_day : float
    carried_mgl : float
        What water carries that comes from elsewhere [mg/L].
    permit_assumed : frozenset of str
        Outfalls without a yearly permit in the registry, for which what they discharge now stands.
    """

    property: str
    fairness: str
    edition: str
    flow_share: float
    decay_per_day: float
    carried_mgl: float
    rows: tuple[Capacity, ...]
    aims: tuple[Aim, ...]
    permit_assumed: frozenset[str]

    def as_dict(self) -> dict[str, Any]:
        """The table as JSON: rows by outfall as `items`, sections with what comes at capacity."""

        def number(value: float) -> float | None:
            return None if math.isnan(value) else round(value, 3)

        return {
            "property": self.property,
            "fairness": self.fairness,
            "edition": self.edition,
            "flow_share": number(self.flow_share),
            "decay_per_day": self.decay_per_day,
            "carried_mgl": round(self.carried_mgl, 4),
            "items": [
                {
                    "code": row.outfall,
                    "permit_kgd": number(row.permit_kgd),
                    "permit_assumed": row.outfall in self.permit_assumed,
                    "capacity_kgd": number(row.capacity_kgd),
                    "margin_kgd": number(row.margin_kgd),
                    "binding": row.binding or None,
                }
                for row in self.rows
            ],
            "sections": [
                {
                    "code": aim.code,
                    "target_class": aim.target_class,
                    "limit_mgl": aim.limit_mgl,
                    "background_mgl": number(aim.background_mgl),
                    "full_mgl": number(aim.full_mgl),
                }
                for aim in self.aims
            ],
        }


def low_water(basin: Basin, share: float = SHARE, flow_m3s: Mapping[str, float] | None = None) -> Basin:
    """The basin with its reaches at low flow: a share of the mean, or what is given by reach [m³/s]."""
    known = flow_m3s or {}
    for code in known:
        if code not in {reach.code for reach in basin.reaches}:
            raise InputError(f"a design flow was given for reach {code}, which this basin does not have.", reach=code)

    def low(reach: Reach) -> Reach:
        part = known.get(reach.code, share * reach.flow_m3s) / reach.flow_m3s
        if not (np.isfinite(part) and part > 0):
            raise InputError(
                f"reach {reach.code} has a design flow of {part * reach.flow_m3s:g} m³/s; give one above 0."
            )
        return replace(
            reach,
            flow_m3s=part * reach.flow_m3s,
            width_m=part**WIDTH * reach.width_m,
            depth_m=part**DEPTH * reach.depth_m,
            velocity_ms=part**VELOCITY * reach.velocity_ms,
        )

    return replace(basin, reaches=tuple(low(reach) for reach in basin.reaches))


def capacity_of(
    basin: Basin,
    code: str,
    on: date,
    fairness: str = "permit",
    *,
    flow_share: float = SHARE,
    flow_m3s: Mapping[str, float] | None = None,
    carried_mgl: float | None = None,
    kinetics: Kinetics | None = None,
) -> CapacityTable:
    """How much every outfall of a basin may discharge of a property so that every section keeps its target class.

    Parameters
    ----------
    code : str
        Property, such as `nh3n`.
    on : date
        The day whose edition of the standard counts.
    flow_share, flow_m3s
        Design low flow, such as that of the driest month of ten years: a share of the mean, or by reach [m³/s].
    carried_mgl : float, optional
        What water carries that comes from elsewhere; half the limit of class II where left out.

    Raises
    ------
    InputError
        Where the standard has no class limits for the property, or the basin nobody who discharges it.
    """
    edition = surface_on(on)
    if edition is None:
        raise InputError(f"there is no edition of the surface water standard in force on {on}; choose a later day.")
    carried = CLEAN_SHARE * _limit(edition.code, code, CLEAN_CLASS) if carried_mgl is None else carried_mgl
    there = [f for f in basin.facilities if f.place is not None and code in f.pollutants and f.flow_m3s > 0]
    if not there:
        raise InputError(
            f"nobody in this basin's registry discharges {code}; enter it at the dischargers.", property=code
        )
    flows, cells = steady_flows(low_water(basin, flow_share, flow_m3s), DX_M)
    # under steady loads mixing along the river does next to nothing but carry a trace into the mouths of tributaries,
    # whose full sections would then stop everybody on the stem
    flows = replace(flows, exchange_m3s=np.zeros_like(flows.exchange_m3s))
    per_day = (kinetics or shipped_kinetics()).decay(code).per_day
    load = carried * np.maximum(flows.lateral_m3s.mean(axis=0) - _water_of(basin, cells, there), 0.0) / 1e3
    came = background(flows, load, per_day / DAY_S)
    sections = [s for s in basin.sections if s.place is not None and 1 <= s.target_class <= 5]
    permits = {f.code: _permit(basin, f, code, on) for f in there}
    outfalls = [Outfall(f.code, cells.cell(f.place)[0], permits[f.code][0]) for f in there]
    at = [cells.cell(s.place)[0] for s in sections]
    aims = [
        Target(s.code, cell, _limit(edition.code, code, s.target_class, s.tp_rule), float(came[cell]))
        for s, cell in zip(sections, at, strict=True)
    ]
    rows = capacity(flows, outfalls, aims, fairness, per_day / DAY_S)
    for one, outfall in zip(rows, outfalls, strict=True):
        load[outfall.cell] += 0.0 if np.isnan(one.capacity_kgd) else one.capacity_kgd / DAY_S
    full = background(flows, load, per_day / DAY_S)
    told = tuple(
        Aim(s.code, s.target_class, aim.limit_mgl, aim.background_mgl, float(full[aim.cell]))
        for s, aim in zip(sections, aims, strict=True)
    )
    share = float("nan") if flow_m3s else flow_share
    assumed = frozenset(name for name, (_, known) in permits.items() if not known)
    return CapacityTable(code, fairness, edition.code, share, per_day, carried, rows, told, assumed)


def _limit(edition: str, code: str, class_: int, tp_rule: str = "river") -> float:
    found = limits(edition, code, tp_rule)
    if len(found.values) < class_:
        raise InputError(f"{edition} has no largest value of {code} for class {class_}; choose another property.")
    return float(found.values[class_ - 1])


def _water_of(basin: Basin, cells: ReachCells, there: list[Facility]) -> Floats:
    """Water of outfalls, which the registry's mean flow has in it from the next node on [m³/s], by cell."""
    made = np.zeros(int(cells.first.max()) + int(cells.count.max()) + len(basin.reaches) + 1)
    net = basin.network
    for facility in there:
        below = np.flatnonzero(net.from_node == net.to_node[net.index(facility.place.reach)])
        if below.size:
            made[int(cells.first[below[0]])] += facility.flow_m3s
    n_cell = int(cells.count.sum()) + int(
        (np.bincount(net.from_node, minlength=len(net.nodes))[net.to_node] == 0).sum()
    )
    return made[:n_cell]


def _permit(basin: Basin, facility: Facility, code: str, on: date) -> tuple[float, bool]:
    """What its permit allows [kg/d], and whether that stands in the registry; else what it discharges now."""
    for one in basin.permits:
        named = (one.facility, one.property, one.period) == (facility.code, code, "year") and one.unit in KG
        if named and one.valid_from <= on and (one.valid_to is None or on < one.valid_to):
            return one.limit * KG[one.unit] / YEAR_D, True
    return facility.flow_m3s * facility.pollutants[code] * DAY_S / 1e3, False
