"""From HEC-RAS rows to a steady model and to a river for the unsteady twin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.importers.hecras.rows import (
    Case,
    HecRas,
    RasCrossing,
    RasDeck,
    RasInner,
    RasReach,
    RasSection,
    Unmapped,
)
from riverchief.govern.twin.river import River, Weir
from riverchief.govern.twin.steady.crossings import Bridge, Crest, InlineWeir
from riverchief.govern.twin.steady.culverts import Culvert
from riverchief.govern.twin.steady.divided import Block, Deck, DividedCrossSection
from riverchief.govern.twin.steady.model import Crossing, SteadyModel, SteadyReach
from riverchief.govern.twin.steady.step import Row

_STILL = 50.0
"""How much rougher the twin takes what stands still up to a level: it stores water and carries none to speak of."""


def steady(model: HecRas) -> SteadyModel:
    """The model for `steady.solve`; node and reach names as in the rows."""
    reaches = {}
    for reach in model.reaches:
        chainage = chainages(reach)
        rows = tuple(
            Row(s.station, float(x), s.cut, s.lengths_m, s.contraction, s.expansion)
            for s, x in zip(reach.sections, chainage, strict=True)
        )
        crossings = {
            c.after: _crossing(c, reach.sections[c.after : c.after + 2]) for c in reach.crossings if _between(c, reach)
        }
        reaches[reach.code] = SteadyReach(reach.code, rows, reach.from_node, reach.to_node, crossings)
    return SteadyModel(model.title, reaches, {j.node: j for j in model.junctions})


def chainages(reach: RasReach) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Distance of every section from the first along the channel [m]."""
    lengths = np.array([s.lengths_m[1] for s in reach.sections[:-1]])
    return np.concatenate([[0.0], np.cumsum(lengths)])


def _between(crossing: RasCrossing, reach: RasReach) -> bool:
    return 0 <= crossing.after < len(reach.sections) - 1


def _crest(crossing: RasCrossing, deck: RasDeck, cut: DividedCrossSection) -> Crest:
    """The road where it lies above the ground, the ground elsewhere, as far as the section reaches."""
    x, ground = cut.ground.station_m, cut.ground.level_m
    inside = (deck.station_m >= x[0]) & (deck.station_m <= x[-1])
    over = (x > deck.station_m[0]) & (x < deck.station_m[-1])
    station = np.concatenate([deck.station_m[inside], x[over]])
    road = np.concatenate([deck.road_m[inside], np.interp(x[over], deck.station_m, deck.road_m)])
    order = np.argsort(station, kind="stable")
    crest = np.maximum(road, np.interp(station, x, ground))[order]
    if crest.size < 2:
        return Crest(deck.station_m, deck.road_m, crossing.coefficient, crossing.most_drowned)
    return Crest(station[order], crest, crossing.coefficient, crossing.most_drowned)


def _crossing(crossing: RasCrossing, around: list[RasSection]) -> Crossing:
    """A bridge, culvert or weir between two sections."""
    deck, lower = crossing.up, crossing.down or crossing.up
    assert deck is not None  # the reader makes none without
    assert lower is not None
    if crossing.kind == "weir":
        return InlineWeir(crossing.name, _crest(crossing, deck, around[0].cut))
    if crossing.kind == "culvert":
        return Culvert(crossing.name, crossing.barrels, _crest(crossing, deck, around[0].cut))
    inner = [_under(around[k].cut, crossing.inner[k]) for k in (0, 1)]
    free = [
        replace(cut, deck=Deck(side.station_m, side.soffit_m, side.road_m))
        for cut, side in zip(inner, (deck, lower), strict=True)
    ]
    soffit = deck.soffit_m[np.isfinite(deck.soffit_m)]
    held = [
        replace(cut, blocks=(*cut.blocks, *_piers(crossing, k, float(soffit.max() if soffit.size else np.inf))))
        for k, cut in enumerate(free)
    ]
    return Bridge(
        crossing.name,
        crossing.distance_m,
        crossing.width_m,
        held[0],
        held[1],
        free[0],
        free[1],
        _crest(crossing, deck, inner[0]),
        float(soffit.max() if soffit.size else deck.road_m.max()),
        crossing.sluice,
        crossing.submerged,
        crossing.drag,
        crossing.yarnell,
        crossing.by_energy,
    )


def _under(cut: DividedCrossSection, inner: RasInner | None) -> DividedCrossSection:
    """The section under a deck: its own points where the model has them, else the neighbour's; all else from there."""
    if inner is None:
        return cut
    rough, begin = cut.ground.manning, cut.ground.panel_from_m
    if inner.manning.size:
        begin, rough = inner.manning[:, 0], inner.manning[:, 1]
    left, right = inner.banks if inner.banks.size else (cut.left_bank_m, cut.right_bank_m)
    ground = CrossSection(inner.points[:, 0], inner.points[:, 1], rough, begin, f"{cut.name} under the deck")
    return replace(cut, ground=ground, left_bank_m=float(left), right_bank_m=float(right))


def _piers(crossing: RasCrossing, side: int, soffit_m: float) -> list[Block]:
    """The piers as blocks up to the deck."""
    places = [(p.up_m, p.down_m)[side] for p in crossing.piers]
    return [
        Block(x - p.width_m / 2, x + p.width_m / 2, min(p.top_m, soffit_m))
        for p, x in zip(crossing.piers, places, strict=True)
    ]


def river(model: HecRas, case: Case | None = None, *, dx_m: float = 100.0) -> tuple[River, list[Unmapped]]:
    """A river for the unsteady twin, with what it leaves out of the steady model.

    Parameters
    ----------
    model : HecRas
    case : Case, optional
        Whose discharges flow in at the upper ends and whose boundaries hold.
    dx_m : float
        Wanted length of a cell [m].

    Notes
    -----
    Chainage runs along the channel. Blocked parts raise the ground; land behind a levee is cut off; where water stands
    still up to a level, the ground is made so rough that it only stores. A bridge is a local loss from the part of the
    section that it takes, a weir a weir of its crest's width, a culvert a loss too.
    """
    made, left_out = River(model.title), []
    for reach in model.reaches:
        at = chainages(reach)
        keep = np.concatenate([[True], np.diff(at) > 0])
        shapes = [_shape(s.cut) for s, k in zip(reach.sections, keep, strict=True) if k]
        for s in reach.sections:
            left_out += [Unmapped(model.title, 0, f"levee at {s.station}", "water never overtops it")] * bool(
                s.cut.levees
            )
            left_out += [
                Unmapped(model.title, 0, f"ineffective area at {s.station}", "it stores and never flows")
            ] * bool(s.cut.ineffective)
        losses = []
        for c in reach.crossings:
            if not _between(c, reach):
                continue
            middle = 0.5 * float(at[c.after] + at[c.after + 1])
            if c.kind == "bridge":
                losses.append((middle, _loss(c, reach.sections[c.after : c.after + 2])))
            elif c.kind == "culvert":
                left_out.append(Unmapped(model.title, 0, f"culvert {c.name}", "the twin takes its section as open"))
        # the way over a junction is part of the reach that ends there
        over = [j.lengths_m.get(reach.code, 0.0) for j in model.junctions if j.node == reach.to_node]
        length = max(float(at[-1]) + sum(over), dx_m)
        made.reach(
            reach.code,
            at[keep],
            shapes,
            dx_m=dx_m,
            length_m=length,
            from_node=reach.from_node,
            to_node=reach.to_node,
            loss=losses,
        )
        for c in reach.crossings:
            if c.kind == "weir" and _between(c, reach) and c.up is not None:
                low = float(c.up.road_m.min())
                wide = float(np.diff(c.up.station_m)[0.5 * (c.up.road_m[1:] + c.up.road_m[:-1]) <= low + 0.01].sum())
                weir = Weir(c.name, low, wide or float(np.ptp(c.up.station_m)), c.coefficient)
                made.structure(weir, at=(reach.code, 0.5 * float(at[c.after] + at[c.after + 1])))
    if case is not None:
        _forced(made, model, case)
    return made, left_out


def _forced(made: River, model: HecRas, case: Case) -> None:
    """Discharges in at the heads and where they change, boundaries at the ends."""
    for boundary in case.boundaries:
        made.boundary(boundary)
    flows = {r.code: case.flows_m3s[r.code] for r in model.reaches}
    for node in dict.fromkeys(r.from_node for r in model.reaches):
        # at a junction only what its reaches carry off beyond what they bring
        more = sum(float(flows[r.code][0]) for r in model.reaches if r.from_node == node)
        more -= sum(float(flows[r.code][-1]) for r in model.reaches if r.to_node == node)
        if abs(more) > 1e-6:
            made.inflow(f"at {node}", more, node=node)
    for reach in model.reaches:
        at = chainages(reach)
        for k in np.flatnonzero(np.diff(flows[reach.code])):
            name = f"{reach.code} at {reach.sections[k + 1].station}"
            made.inflow(name, float(np.diff(flows[reach.code])[k]), at=(reach.code, float(at[k + 1])))


def _shape(cut: DividedCrossSection) -> CrossSection:
    """The section as the twin takes it."""
    x, z = cut.points()
    middle = 0.5 * (x[1:] + x[:-1])
    left = max((v.station_m for v in cut.levees if v.left), default=-np.inf)
    right = min((v.station_m for v in cut.levees if not v.left), default=np.inf)
    raised = z.copy()
    for block in cut.blocks:
        raised[(x >= block.left_m) & (x <= block.right_m)] = np.maximum(
            raised[(x >= block.left_m) & (x <= block.right_m)], block.level_m
        )
    ground = cut.ground
    rough = ground.manning[np.searchsorted(ground.panel_from_m[1:], middle, side="right")].copy()
    for area in cut.ineffective:
        rough[(middle > area.left_m) & (middle < area.right_m)] *= _STILL
    # a panel ends at a bank, as overbank and channel do not share a hydraulic radius
    begins = np.concatenate([[True], np.diff(rough) != 0]) | np.isin(x[:-1], (cut.left_bank_m, cut.right_bank_m))
    inside = (x >= left) & (x <= right)
    return CrossSection(x[inside], raised[inside], rough[begins], x[:-1][begins], ground.name)


def _loss(crossing: RasCrossing, around: list[RasSection]) -> float:
    """Local loss of a bridge on the section's velocity head [-].

    Contraction and sudden expansion (Borda) through the open part of the section at the height of the soffit.
    """
    bridge = _crossing(crossing, around)
    assert isinstance(bridge, Bridge)
    level = min(bridge.soffit_m, bridge.crest.low_m)
    whole, opened = float(around[0].cut.at(level).area_m2[0]), float(bridge.up.at(level - 1e-6).area_m2[0])
    if whole <= 0 or opened <= 0 or opened >= whole:
        return 0.0
    ratio = whole / opened
    return float(min(0.5 * (1 - 1 / ratio) * ratio**2 + (ratio - 1) ** 2, 100.0))
