"""What is wrong or unlikely in a river's description, before anything is computed: every fault with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riverchief.govern.twin.faults import Fault, looks_like_feet
from riverchief.govern.twin.geometry.section import CrossSection, Shape
from riverchief.govern.twin.river import Gate, Inflow, LevelRule, Link, Orifice, Reach, River, Structure, Weir

_DROP_M = 0.5
_BACKWATER = 0.15


def check(river: River) -> list[Fault]:
    """Every fault of a river, errors first.

    Parameters
    ----------
    river : River

    Returns
    -------
    list of Fault
        Codes: `junction.adverse`, `junction.drop`, `bed.adverse`, `section.crossing`, `boundary.missing`,
        `boundary.nowhere`, `part.unconnected`, `cell.short`, `cell.long`, `units.feet`, `inflow.negative`,
        `inflow.nowhere`, `gate.limits`, `gate.target`, `gate.direction`, `gate.place`, `storage.falling`,
        `structure.sill`.
    """
    found: list[Fault] = []
    for reach in river.reaches.values():
        found += [*_beds(reach), *_sections(reach), *_cells(reach), *_units(reach)]
    found += [*_junctions(river), *_ends(river), *_parts(river), *_inflows(river)]
    found += [*_storages(river), *_structures(river)]
    return sorted(found, key=lambda f: f.severity != "error")


def _beds(reach: Reach) -> Iterator[Fault]:
    """A bed that rises downstream: fine for a pool, suspicious over a whole reach."""
    beds = np.array([s.bed_m for s in reach.shapes])
    rises = np.diff(beds)
    count = int((rises > 1e-6).sum())
    if not count:
        return
    k = int(np.argmax(rises))
    a, b = reach.chainage_m[k], reach.chainage_m[k + 1]
    text = f"the bed rises from {beds[k]:.2f} m to {beds[k + 1]:.2f} m between {a:g} m and {b:g} m"
    text += "." if count == 1 else f", the most of {count} such places."
    yield Fault("bed.adverse", f"reach {reach.code}", text, "Look at the levels; a pool is fine, a mistake is not.")


def _sections(reach: Reach) -> Iterator[Fault]:
    """Shapes whose area does not grow with depth: their outline crosses itself."""
    for at, shape in zip(reach.chainage_m, reach.shapes, strict=True):
        with np.errstate(all="ignore"):
            area = shape.hydraulics(np.linspace(0.0, 1.2 * shape.depth_m, 60)).area_m2
        if not np.isfinite(area).all() or (np.diff(area) < -1e-9).any() or not area[-1] > 0:
            text = "its area does not grow with depth; its outline crosses itself."
            place = f"reach {reach.code} at {at:g} m"
            yield Fault(
                "section.crossing", place, text, "Put its points in order from the left bank to the right.", "error"
            )


def _cells(reach: Reach) -> Iterator[Fault]:
    """Cells against width and depth, and against the length over which backwater fades (P. G. Samuels 1989)."""
    cells = max(round(reach.length_m / reach.dx_m), 1)
    dx = reach.length_m / cells
    deep = float(np.median([s.depth_m for s in reach.shapes]))
    with np.errstate(all="ignore"):  # `_sections` names shapes that are none
        wide = float(np.median([s.hydraulics(0.3 * s.depth_m).width_m for s in reach.shapes]))
    fall = (reach.shapes[0].bed_m - reach.shapes[-1].bed_m) / reach.length_m
    if dx < min(deep, 0.2 * wide):
        text = (
            f"a cell is {dx:g} m long, the river {wide:.3g} m wide and {deep:.3g} m deep: too short for flow along it."
        )
        yield Fault("cell.short", f"reach {reach.code}", text, "Take longer cells.")
    most = _BACKWATER * deep / fall if fall > 0 else np.inf
    if cells > 1 and dx > max(most, wide):
        text = f"a cell is {dx:g} m long; backwater fades within {most / _BACKWATER:.3g} m here."
        yield Fault("cell.long", f"reach {reach.code}", text, f"Take cells of at most {max(most, wide):.3g} m.")


def _size(shape: Shape) -> tuple[float, float]:
    """Whole width and height [m]."""
    if isinstance(shape, CrossSection):
        return float(np.ptp(shape.station_m)), float(np.ptp(shape.level_m))
    with np.errstate(all="ignore"):
        return float(shape.hydraulics(shape.depth_m).width_m), shape.depth_m


def _units(reach: Reach) -> Iterator[Fault]:
    """A section 3.28 times as large as its neighbours, or whose bed lies 3.28 times as high."""
    if len(reach.shapes) < 3:
        return
    sizes = np.array([_size(s) for s in reach.shapes])
    beds = np.array([s.bed_m for s in reach.shapes])
    for k in range(len(reach.shapes)):
        near = [j for j in range(max(k - 2, 0), min(k + 3, len(reach.shapes))) if j != k]
        wide, high = sizes[k] / np.maximum(np.median(sizes[near], axis=0), 1e-9)
        level = float(beds[k] / np.median(beds[near])) if abs(np.median(beds[near])) > 20 else 0.0
        if (looks_like_feet(wide, 0.2) and looks_like_feet(high, 0.2)) or looks_like_feet(level, 0.05):
            text = f"its section is {wide:.2f} times as wide and {high:.2f} times as high as its neighbours."
            place = f"reach {reach.code} at {reach.chainage_m[k]:g} m"
            yield Fault("units.feet", place, f"{text} It seems to be in feet.", "Give metres.")


def _node_beds(river: River) -> dict[str, list[tuple[Reach, bool, float]]]:
    """At every node: the reaches that end (True) or begin there with their bed [m]."""
    found: dict[str, list[tuple[Reach, bool, float]]] = {n: [] for n in river.nodes}
    for reach in river.reaches.values():
        found[reach.from_node].append((reach, False, reach.shapes[0].bed_m))
        found[reach.to_node].append((reach, True, reach.shapes[-1].bed_m))
    return found


def _junctions(river: River) -> Iterator[Fault]:
    for node, meeting in _node_beds(river).items():
        leaving = [(r, bed) for r, ends, bed in meeting if not ends]
        for reach, ends, bed in meeting:
            if not ends or not leaving or node in river.storages:
                continue
            other, below = min(leaving, key=lambda pair: pair[1])
            place, step = f"node {node}", below - bed
            if step > 0.05:
                text = f"reach {reach.code} ends at {bed:.2f} m, reach {other.code} begins {step:.2f} m higher."
                worst = step > reach.shapes[-1].depth_m
                remedy = "Give both one datum and the same bed."
                yield Fault("junction.adverse", place, text, remedy, "error" if worst else "warning")
            elif step < -_DROP_M:
                text = f"reach {reach.code} ends {-step:.2f} m above the bed of reach {other.code}."
                yield Fault("junction.drop", place, text, "Put a weir there if the water falls, else the same bed.")


def _ends(river: River) -> Iterator[Fault]:
    left = {r.from_node for r in river.reaches.values()} | {link.from_node for link in river.links}
    for node in river.nodes:
        if node not in left and node not in river.boundaries and node not in river.storages:
            text = "water arrives here and nothing says how it leaves."
            remedy = "Give a level, a rating curve, a slope for uniform flow, or a free fall."
            yield Fault("boundary.missing", f"node {node}", text, remedy, "error")
    for node in river.boundaries:
        if node not in river.nodes:
            text = "a boundary is given for a node that no reach, link or storage has."
            yield Fault("boundary.nowhere", f"node {node}", text, f"Nodes are: {', '.join(river.nodes[:12])}.", "error")


def _parts(river: River) -> Iterator[Fault]:
    """Parts of the river with no way of water between them."""
    part = {n: n for n in river.nodes}

    def root(node: str) -> str:
        while part[node] != node:
            node = part[node]
        return node

    ways = [(r.from_node, r.to_node) for r in river.reaches.values()] + [(k.from_node, k.to_node) for k in river.links]
    for a, b in ways:
        part[root(a)] = root(b)
    roots: dict[str, list[str]] = {}
    for node in river.nodes:
        roots.setdefault(root(node), []).append(node)
    for nodes in sorted(roots.values(), key=len)[:-1]:
        text = f"{len(nodes)} nodes have no connection with the rest: {', '.join(nodes[:6])}."
        yield Fault(
            "part.unconnected", f"node {nodes[0]}", text, "Join it by a node of the same name, or leave it out."
        )


def _inflows(river: River) -> Iterator[Fault]:
    for inflow in river.inflows.values():
        if inflow.node and inflow.node not in river.nodes:
            text = f"it enters at node {inflow.node}, which there is not."
            yield Fault("inflow.nowhere", f"inflow {inflow.name}", text, "Name a node of the river.", "error")
        least = float(inflow.flow_m3s.value.min())
        if least < 0:
            what = "an abstraction" if float(inflow.flow_m3s.value.max()) <= 0 else "an inflow that turns round"
            text = f"its discharge falls to {least:g} m³/s: {what}{_head(river, inflow)}."
            yield Fault(
                "inflow.negative", f"inflow {inflow.name}", text, "Leave it if it takes water out; else its sign."
            )


def _head(river: River, inflow: Inflow) -> str:
    """Where water is taken out of the upper end of a river there is none to take."""
    ends = {r.to_node for r in river.reaches.values()} | {k.to_node for k in river.links}
    return " at the head of the river, where nothing flows in" if inflow.node and inflow.node not in ends else ""


def _storages(river: River) -> Iterator[Fault]:
    for storage in river.storages.values():
        for k in np.flatnonzero(np.diff(storage.area_m2) < 0):
            a, b = storage.area_m2[k], storage.area_m2[k + 1]
            text = f"its surface falls from {a:g} m² to {b:g} m² above {storage.level_m[k]:g} m."
            yield Fault("storage.falling", f"storage {storage.node}", text, "A lake widens upwards; look at the curve.")


def _bed_at(reach: Reach, chainage_m: float) -> float:
    return float(np.interp(chainage_m, reach.chainage_m, [s.bed_m for s in reach.shapes]))


def _sill(structure: Structure) -> float | None:
    match structure:
        case Weir(crest_m=level) | Gate(sill_m=level) | Orifice(sill_m=level):
            return level
        case _:
            return None


def _structures(river: River) -> Iterator[Fault]:
    places: list[tuple[Structure, str, float | None, Link | None, tuple[str, float] | None]] = []
    for inline in river.inlines:
        bed = _bed_at(river.reaches[inline.reach], inline.chainage_m)
        places.append((inline.structure, inline.reach, bed, None, (inline.reach, inline.chainage_m)))
    at_node = _node_beds(river)
    for link in river.links:
        beds = [bed for _, _, bed in at_node.get(link.from_node, [])]
        beds += [float(s.level_m[0]) for s in river.storages.values() if s.node == link.from_node]
        places.append((link.structure, link.from_node, min(beds, default=None), link, None))
    for structure, where, lowest, way, place in places:
        sill = _sill(structure)
        if sill is not None and lowest is not None and sill < lowest - 0.01:
            text = f"its sill at {sill:g} m lies below the bed of {lowest:g} m at {where}."
            yield Fault("structure.sill", structure.name, text, "Raise the sill, or look at the datum.", "error")
        if isinstance(structure, Gate) and structure.rule is not None:
            yield from _rule(river, structure, structure.rule, way, place)


def _rule(
    river: River, gate: Gate, rule: LevelRule, link: Link | None, place: tuple[str, float] | None
) -> Iterator[Fault]:
    """A rule that contradicts itself."""
    if rule.least_m > rule.most_m:
        text = f"its least opening of {rule.least_m:g} m is above its most of {rule.most_m:g} m."
        yield Fault("gate.limits", gate.name, text, "Exchange them.", "error")
    reach = river.reaches.get(rule.reach)
    if reach is None or not 0 <= rule.chainage_m <= reach.length_m:
        text = f"it keeps the level at {rule.chainage_m:g} m of reach {rule.reach}, which there is not."
        yield Fault("gate.place", gate.name, text, "Name a place on the river.", "error")
        return
    if rule.target_m < gate.sill_m:
        text = f"its target of {rule.target_m:g} m lies below its sill of {gate.sill_m:g} m: it can never be reached."
        yield Fault("gate.target", gate.name, text, "Raise the target or lower the sill.", "error")
    below = _is_below(river, rule, link, place)
    wrong = below is not None and (rule.gain > 0 if below else rule.gain < 0)
    if wrong or rule.gain == 0:
        side = "below" if below else "above"
        text = f"it keeps the level {side} itself with a gain of {rule.gain:g}: it opens the wrong way or not at all."
        remedy = "A gate lowers the level above it by opening (gain > 0) and raises the one below it (gain < 0)."
        yield Fault("gate.direction", gate.name, text, remedy, "error")


def _is_below(river: River, rule: LevelRule, link: Link | None, place: tuple[str, float] | None) -> bool | None:
    """Whether the place of a rule lies downstream of its gate; none where it lies on another branch."""
    if place is not None and rule.reach == place[0]:
        return rule.chainage_m > place[1]
    start = link.to_node if link else river.reaches[place[0]].to_node if place else ""
    if rule.reach in _reached(river, start, downstream=True):
        return True
    start = link.from_node if link else river.reaches[place[0]].from_node if place else ""
    return False if rule.reach in _reached(river, start, downstream=False) else None


def _reached(river: River, node: str, *, downstream: bool) -> set[str]:
    """Reaches that water passes on its way down from a node, or on its way to it."""
    found: set[str] = set()
    nodes, seen = [node], {node}
    while nodes:
        here = nodes.pop()
        for reach in river.reaches.values():
            near, far = (reach.from_node, reach.to_node) if downstream else (reach.to_node, reach.from_node)
            if near == here:
                found.add(reach.code)
                if far not in seen:
                    seen.add(far)
                    nodes.append(far)
    return found
