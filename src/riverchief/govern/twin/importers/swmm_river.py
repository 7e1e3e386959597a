"""A River out of an .inp file: conduits become reaches, nodes their ends; what does not fit is named.

>>> from riverchief.govern.twin.importers.swmm_river import read_swmm  # doctest: +SKIP
>>> model = read_swmm(Path("town.inp"))  # doctest: +SKIP
>>> for remark in model.remarks:  # doctest: +SKIP
...     print(remark)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import Conduit, CrossSection
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_case import Case
from riverchief.govern.twin.importers.swmm_flows import MG_L, inflows, stage
from riverchief.govern.twin.importers.swmm_inp import Inp, read_inp
from riverchief.govern.twin.importers.swmm_links import links
from riverchief.govern.twin.importers.swmm_rows import Remark
from riverchief.govern.twin.importers.swmm_rules import orders
from riverchief.govern.twin.importers.swmm_shapes import FORMS, custom, shape_of, surveyed
from riverchief.govern.twin.importers.swmm_storage import storages
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.river import FreeFall, LevelBoundary, NormalDepth, River, constant

FIRST_STEP_S = 1.0  # water that begins at rest behind a weir is far from balance, and nothing foretells the first step
_LEAST_SLOPE = 1e-5


@dataclass(frozen=True)
class Imported:
    """A model of SWMM's as the twin sees it.

    Attributes
    ----------
    river : River
    start_s, end_s : float
        The run [s since 1970, the file's local time taken for UTC].
    level_m : dict of str to float
        Level at every node at the start [m].
    flow_m3s : dict of str to float
        Flow in every conduit at the start [m³/s].
    initial : dict of str to float
        What the water carries at the start, by pollutant [mg/L, or the file's count per litre].
    places : dict of str to (x, y)
        Coordinates of nodes in the map's own units.
    remarks : tuple of Remark
        Everything that the twin takes differently or leaves out, in the file's order.
    """

    river: River
    start_s: float
    end_s: float
    level_m: dict[str, float]
    flow_m3s: dict[str, float]
    initial: dict[str, float]
    places: dict[str, tuple[float, float]]
    remarks: tuple[Remark, ...]

    def start(self, model: Model) -> State:
        """The file's own beginning for a model of this river: levels run straight from node to node."""
        cells = model.cells
        level, flow = cells.grid.bed.copy(), np.zeros(cells.grid.up.size)
        for code, reach in self.river.reaches.items():
            ends = [self.level_m[reach.from_node], self.level_m[reach.to_node]]
            level[cells.reach[code]] = np.interp(cells.chainage_m[code], [0.0, reach.length_m], ends)
            flow[cells.faces[code]] = self.flow_m3s[code]
        for node, cell in cells.node.items():
            level[cell] = self.level_m.get(node, level[cell])
        state = model.start(self.start_s, level, flow)
        state.clock[2] = FIRST_STEP_S
        for name, value in self.initial.items():
            if name in model.constituents:
                state.conc[model.number(name)] = value
        return state


def read_swmm(path: Path, dx_m: float | None = None) -> Imported:
    """Read an .inp file as a River; see `swmm_river`."""
    return swmm_river(read_inp(path), dx_m, path.stem)


def swmm_river(inp: Inp, dx_m: float | None = None, name: str = "") -> Imported:
    """A River with a reach for every conduit.

    Parameters
    ----------
    dx_m : float, optional
        Wanted length of a cell [m]; without it every conduit is one, as in SWMM.

    Raises
    ------
    InputError
        Naming the line of a row that speaks of something that is not there or cannot be.
    """
    case = Case(inp, River(inp.title or name), list(inp.remarks))
    if not case.nodes:
        raise InputError(f"{name or 'the .inp text'} has no nodes; is it a SWMM file with [JUNCTIONS] and [OUTFALLS]?")
    _conduits(case, dx_m)
    storages(case)
    links(case, orders(case))
    _boundaries(case)
    inflows(case)
    _nodes(case)
    _others(case)
    case.remarks.sort(key=lambda remark: remark.line)
    places = {row.name: (row.x, row.y) for row in inp.of(rows.Coordinate)}
    initial = {row.name: row.initial * MG_L.get(row.units.upper(), 1.0) for row in inp.of(rows.Pollutant)}
    return Imported(
        case.river, case.start_s, case.end_s, case.level_m, case.flow_m3s, initial, places, tuple(case.remarks)
    )


# ---------------------------------------------------------------------- conduits


def _conduits(case: Case, dx_m: float | None) -> None:
    for row in case.inp.of(rows.ConduitRow):
        length = row.length * case.inp.length_m
        if not length > 0 or not row.roughness > 0:
            raise InputError(
                f"line {row.line}: conduit {row.name} has length {row.length:g} and roughness {row.roughness:g}; both "
                "must be above 0.",
                line=row.line,
            )
        section = case.find(case.sections, "cross-section", row.name, row)
        form = _form(case, row, section)
        if section.shape == "IRREGULAR":
            # The file gives the length along the winding channel; SWMM routes over the shorter one of the overbanks
            length /= case.find(case.transects, "transect", section.of, section).length_factor
        ends = case.ends(row)
        levels = (
            case.offset_m(row.from_node, row.offset_up, row),
            case.offset_m(row.to_node, row.offset_down, row),
        )
        case.river.reach(
            row.name,
            [0.0, length],
            [shape_of(form, level, section.barrels) for level in levels],
            dx_m=dx_m or length,
            from_node=ends[0],
            to_node=ends[1],
            loss=_losses(case, row.name, length),
        )
        case.flow_m3s[row.name] = row.initial_flow * case.inp.flow_m3s
        if row.most_flow:
            case.say(row, "CONDUITS", f"its flow is held below {row.most_flow:g}", "it is not")
        if section.culvert:
            case.say(section, "XSECTIONS", f"culvert code {section.culvert} governs its inlet", "only its losses count")


def _form(case: Case, row: rows.ConduitRow, section: rows.XSection) -> CrossSection | Conduit:
    length = case.inp.length_m
    if section.shape == "IRREGULAR":
        return surveyed(case.find(case.transects, "transect", section.of, section), length)
    if section.shape == "CUSTOM":
        return custom(section.sizes[0] * length, case.curve(section.of, section), row.roughness)
    if section.shape not in FORMS:
        raise InputError(
            f"line {section.line}: {section.name} has the shape {section.shape}, which the twin does not know; known "
            f"are IRREGULAR, CUSTOM, {', '.join(FORMS)}.",
            line=section.line,
        )
    needs, form, remark = FORMS[section.shape]
    sizes = np.array(section.sizes[:needs] + (0.0,) * (4 - needs))
    if len(section.sizes) < needs or not (sizes[: min(needs, 2)] >= 0).all() or not sizes[0] > 0:
        raise InputError(
            f"line {section.line}: {section.name} is {section.shape} with sizes {section.sizes}; it needs {needs}, the "
            "first above 0.",
            line=section.line,
        )
    if remark:
        case.say(section, "XSECTIONS", f"{section.shape}", remark)
    if section.shape == "RECT_OPEN":
        sizes = np.array((*section.sizes, 0.0, 0.0)[:4])
    # Geom3 and Geom4 of a trapezoid are slopes, the third of RECT_OPEN is a count, the exponent of POWER has no unit
    has_unit = {"TRAPEZOIDAL": 2, "RECT_OPEN": 2, "POWER": 2}.get(section.shape, 4)
    return form(sizes * np.where(np.arange(4) < has_unit, length, 1.0), row.roughness)


def _losses(case: Case, conduit: str, length_m: float) -> list[tuple[float, float]]:
    """Where local losses lie [m] and how large they are [-]."""
    row = case.losses.maybe(conduit)
    if row is None:
        return []
    if row.gated:
        case.say(row, "LOSSES", "a flap gate keeps water from flowing back", "it may flow back")
    if row.seepage:
        case.say(row, "LOSSES", f"it seeps {row.seepage:g} an hour", "it keeps its water")
    where = ((0.0, row.entry), (0.5 * length_m, row.average), (length_m, row.exit))
    return [(x, value) for x, value in where if value > 0]


# ---------------------------------------------------------------------- nodes


def _boundaries(case: Case) -> None:
    ends = {reach.to_node for reach in case.river.reaches.values()}
    for row in case.inp.of(rows.Outfall):
        if row.gated:
            case.say(row, "OUTFALLS", "a flap gate keeps water from flowing back", "it may flow back")
        if row.route_to:
            case.say(row, "OUTFALLS", f"its water goes on to {row.route_to}", "it leaves the model")
        if row.kind in ("FIXED", "TIDAL", "TIMESERIES"):
            case.river.boundary(LevelBoundary(row.name, stage(case, row)))
        elif row.kind in ("FREE", "NORMAL") and row.name not in ends:
            # Below a weir or a pump there is no critical depth: the water falls to the outfall's bottom
            case.river.boundary(LevelBoundary(row.name, constant(row.invert * case.inp.length_m)))
        elif row.kind == "NORMAL":
            case.river.boundary(NormalDepth(row.name, _slope_to(case, row.name)))
        elif row.kind == "FREE":
            case.river.boundary(FreeFall(row.name))
        else:
            raise InputError(
                f"line {row.line}: outfall {row.name} is {row.kind}; give FREE, NORMAL, FIXED, TIDAL or TIMESERIES.",
                line=row.line,
            )


def _slope_to(case: Case, node: str) -> float:
    """Bed slope of the conduit that ends at a node [-]."""
    for reach in case.river.reaches.values():
        if node == reach.to_node:
            fall = reach.shapes[0].bed_m - reach.shapes[-1].bed_m
            return max(fall / reach.length_m, _LEAST_SLOPE)
    return _LEAST_SLOPE


def _nodes(case: Case) -> None:
    """Levels at the start; rims and ponds are named once."""
    length = case.inp.length_m
    rims = [row for row in case.inp.of(rows.Junction) if row.max_depth > 0 or row.ponded_area > 0]
    if rims:
        case.remarks.append(
            Remark(
                rims[0].line,
                "JUNCTIONS",
                f"{len(rims)} nodes",
                "water that rises over their rims is lost or ponds in SWMM",
                "it stays: walls go up, closed conduits come under pressure",
            )
        )
    for divider in case.inp.of(rows.Divider):
        case.say(divider, "DIVIDERS", "it divides water only under kinematic wave", "it is a junction")
    for row in case.nodes.values():
        depth = row.initial_depth if isinstance(row, rows.Junction | rows.StorageUnit) else 0.0
        case.level_m[row.name] = (row.invert + depth) * length
    for boundary in case.river.boundaries.values():
        if isinstance(boundary, LevelBoundary):
            case.level_m[boundary.node] = float(
                np.interp(case.start_s, boundary.level_m.time_s, boundary.level_m.value)
            )


def _others(case: Case) -> None:
    """Things that hold for the whole file and do not fit."""
    for treatment in case.inp.of(rows.Treatment):
        case.say(treatment, "TREATMENT", f"{treatment.pollutant} {treatment.formula}", "it is not treated")
    for pollutant in case.inp.of(rows.Pollutant):
        if pollutant.decay:
            case.say(pollutant, "POLLUTANTS", f"it decays by {pollutant.decay:g} a day", "set this in the kinetics")
    routing = case.inp.option("FLOW_ROUTING", "KINWAVE")
    if routing != "DYNWAVE":
        line = case.inp.options.get("FLOW_ROUTING", (0, ""))[0]
        case.remarks.append(Remark(line, "OPTIONS", "FLOW_ROUTING", f"it is {routing}", "the twin runs the full wave"))
