"""Pumps, orifices, weirs and outlets of an .inp file as the twin's structures; what differs is said.

Formulas and units of coefficients: EPA SWMM Reference Manual II, Hydraulics (EPA/600/R-17/111), chapter 6. SWMM's weir
coefficients are in ft^0.5/s or m^0.5/s with the file's length unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_case import Case
from riverchief.govern.twin.importers.swmm_rules import Orders
from riverchief.govern.twin.importers.swmm_storage import depth_of_volume, surface
from riverchief.govern.twin.river import Orifice, Pump, Rating, Series, Structure, Weir

Floats = NDArray[np.float64]

STEP_M = 0.02  # a jump of a pump's curve is spread over this rise of the water
RAMP_M = 0.10  # a pump without switching depths comes to its full flow over this depth
SLIT_M = 0.02  # an opening in the floor is a slit of this height at the floor
_HEADS_M = 10.0 * np.linspace(0.0, 1.0, 201) ** 2  # where formulas are turned into ratings


def links(case: Case, orders: Orders) -> None:
    """Put all links of the file that are no conduits into the river."""
    for pump in case.inp.of(rows.PumpRow):
        _add(case, pump, _pump(case, pump, orders))
    for orifice in case.inp.of(rows.OrificeRow):
        _add(case, orifice, _orifice(case, orifice, orders))
    for weir in case.inp.of(rows.WeirRow):
        _add(case, weir, _weir(case, weir))
    for outlet in case.inp.of(rows.OutletRow):
        _add(case, outlet, _outlet(case, outlet))


def _add(case: Case, row: rows.LinkRow, structure: Structure) -> None:
    case.river.structure(structure, between=case.ends(row))


# ---------------------------------------------------------------------- pumps


def _pump(case: Case, row: rows.PumpRow, orders: Orders) -> Pump | Rating:
    length, unit = case.inp.length_m, case.inp.flow_m3s
    bottom = case.invert_m(row.from_node, row)
    on_m, off_m = orders.pumps.get(row.name, (row.on_depth * length, row.off_depth * length))
    setting = orders.settings.get(row.name)
    if row.curve == "*":
        case.say(row, "PUMPS", "an ideal pump lifts whatever comes", "it lifts 100 m³/s for each metre over the bottom")
        return Rating(row.name, bottom + np.array([0.0, _HEADS_M[-1]]), np.array([0.0, 100.0 * _HEADS_M[-1]]))
    curve = case.curve(row.curve, row)
    x, flow = np.array(curve.x), np.array(curve.y) * unit
    switched = on_m > 0 or off_m > 0 or setting is not None or row.status.upper() == "OFF"
    if curve.kind in ("PUMP3", "PUMP5"):
        case.say(row, "PUMPS", f"its flow falls with the lift ({curve.kind})", "it lifts the middle of its curve")
        flow = np.full(1, np.interp(0.5 * (x[0] + x[-1]), x, flow))
    elif not switched and flow.size > 1:
        return _rating(row.name, *_staged(case, row, curve, bottom, flow))
    elif flow.size > 1 and np.ptp(flow) > 0:
        case.say(row, "PUMPS", f"it is switched and follows {curve.kind}", f"it lifts {flow.max():g} m³/s while on")
    most = float(flow.max())
    if not switched:
        # It lifts what comes, up to its flow: switching it on an almost empty node would make it stutter
        return _rating(row.name, bottom + np.array([0.0, RAMP_M]), np.array([0.0, most]))
    start = setting or Series(np.zeros(1), np.array([0.0 if row.status.upper() == "OFF" and on_m <= 0 else 1.0]))
    lift = Series(start.time_s, start.value * most, start.steps)
    return Pump(row.name, lift, bottom + max(on_m, STEP_M), bottom + max(off_m, STEP_M / 2))


def _staged(case: Case, row: rows.PumpRow, curve: rows.Curve, bottom: float, flow: Floats) -> tuple[Floats, Floats]:
    """Levels and flows of a pump whose flow follows the volume (1), the depth in steps (2) or the depth (4)."""
    x = np.array(curve.x) * case.inp.length_m
    if curve.kind == "PUMP1":
        node = case.node(row.from_node, row)
        if not isinstance(node, rows.StorageUnit):
            raise InputError(
                f"line {row.line}: pump {row.name} follows a volume, but {row.from_node} is no storage.", line=row.line
            )
        x = depth_of_volume(*surface(case, node), np.array(curve.x) * case.inp.length_m**3)
    if curve.kind not in ("PUMP1", "PUMP2"):
        return bottom + np.append(x[0] - STEP_M if flow[0] > 0 else -1.0, x), np.append(0.0, flow)
    # The k-th flow runs up to the k-th depth; the last one goes on
    starts = np.concatenate([[0.0], x[:-1]])
    level = np.stack([starts, starts + STEP_M], axis=1).ravel()
    before = np.concatenate([[0.0], flow[:-1]])
    case.say(row, "PUMPS", "its flow jumps with the depth", f"each jump is spread over {STEP_M:g} m")
    return bottom + np.maximum.accumulate(level + np.arange(level.size) * 1e-6), np.stack(
        [before, flow], axis=1
    ).ravel()


def _rating(name: str, level_m: Floats, flow_m3s: Floats) -> Rating:
    """A rating that holds its last flow above its last level, as SWMM's curves do."""
    beyond = level_m[-1] + 0.05 * (level_m[-1] - level_m[0]) + STEP_M * np.array([1.0, 2.0])
    return Rating(name, np.append(level_m, beyond), np.append(flow_m3s, np.repeat(flow_m3s[-1], 2)))


# ---------------------------------------------------------------------- openings


def _sizes(case: Case, row: rows.LinkRow) -> tuple[rows.XSection, Floats]:
    section = case.find(case.sections, "cross-section", row.name, row)
    sizes = np.array([*section.sizes, 0.0, 0.0, 0.0, 0.0])[:4]
    if not sizes[0] > 0:
        raise InputError(
            f"line {section.line}: the opening of {row.name} has no height; give Geom1 above 0.", line=section.line
        )
    return section, sizes


def _orifice(case: Case, row: rows.OrificeRow, orders: Orders) -> Orifice:
    section, sizes = _sizes(case, row)
    height, width = sizes[:2] * case.inp.length_m
    if section.shape == "CIRCULAR":
        width = 0.25 * np.pi * height
    sill = case.offset_m(row.from_node, row.offset, row)
    if row.kind.startswith("B"):
        case.say(row, "ORIFICES", "it is an opening in the floor", f"it is a slit of {SLIT_M:g} m with the same area")
        height, width = SLIT_M, height * width / SLIT_M
    elif section.shape == "CIRCULAR":
        case.say(row, "ORIFICES", "it is round", "it is a rectangle of the same height and area")
    if row.gated:
        case.say(row, "ORIFICES", "a flap gate keeps water from flowing back", "it may flow back")
    setting = orders.settings.get(row.name, Series(np.zeros(1), np.ones(1)))
    if row.closing_h and row.name in orders.settings:
        case.say(row, "ORIFICES", f"it moves within {row.closing_h:g} h", "it moves at once")
    return Orifice(row.name, sill, float(width), float(height), row.coefficient, setting)


def _weir(case: Case, row: rows.WeirRow) -> Weir | Rating:
    _, sizes = _sizes(case, row)
    length = case.inp.length_m
    crest = case.offset_m(row.from_node, row.crest, row)
    coefficient = row.coefficient * length**0.5
    height, width = sizes[:2] * length
    if row.gated:
        case.say(row, "WEIRS", "a flap gate keeps water from flowing back", "it may flow back")
    if row.kind in ("TRANSVERSE", "ROADWAY"):
        if row.contractions:
            case.say(row, "WEIRS", f"{row.contractions:g} end contractions narrow it", "its whole width counts")
        if height > 0:
            case.say(row, "WEIRS", f"it is an opening once water stands {height:.3g} m over it", "it stays a weir")
        if row.road:
            case.say(row, "WEIRS", "its coefficient varies with the head", f"it stays {coefficient:.3g} m^0.5/s")
        return Weir(row.name, crest, float(width), coefficient)
    head = _HEADS_M
    if row.kind == "SIDEFLOW":
        flow = coefficient * width**0.83 * head**1.67
    elif row.kind == "V-NOTCH":
        flow = coefficient * 0.5 * width / height * head**2.5
    elif row.kind == "TRAPEZOIDAL":
        flow = coefficient * width * head**1.5 + row.end_coefficient * length**0.5 * sizes[2] * head**2.5
    else:
        raise InputError(
            f"line {row.line}: weir {row.name} is {row.kind}; give TRANSVERSE, SIDEFLOW, V-NOTCH, TRAPEZOIDAL "
            "or ROADWAY.",
            line=row.line,
        )
    case.say(row, "WEIRS", f"a {row.kind} weir drowns from below", "it follows the upper level alone")
    return Rating(row.name, crest + head, flow)


def _outlet(case: Case, row: rows.OutletRow) -> Rating:
    length, unit = case.inp.length_m, case.inp.flow_m3s
    foot = case.offset_m(row.from_node, row.offset, row)
    if row.by_head:
        case.say(row, "OUTLETS", "it follows the difference of the levels", "it follows the upper level alone")
    if row.gated:
        case.say(row, "OUTLETS", "a flap gate keeps water from flowing back", "a rating never flows back")
    if row.kind == "TABULAR":
        curve = case.curve(row.curve, row)
        level, first = np.unique(np.array(curve.x) * length, return_index=True)
        flow = np.array(curve.y)[first] * unit
        if flow[0] > 0:
            level, flow = np.concatenate([[level[0] - STEP_M], level]), np.concatenate([[0.0], flow])
        return _rating(row.name, foot + level, flow)
    if row.kind != "FUNCTIONAL":
        raise InputError(
            f"line {row.line}: outlet {row.name} is {row.kind}; give TABULAR or FUNCTIONAL with /DEPTH or /HEAD.",
            line=row.line,
        )
    return Rating(row.name, foot + _HEADS_M, row.a * (_HEADS_M / length) ** row.b * unit)
