"""From a river's description to cells and faces, in the order in which the kernels sweep them.

Nodes become cells, and so do the points between the faces of a reach. Each cell keeps one way out, its tree face; the
others are chords. The cells of a reach follow each other, and the longest way up comes last before a confluence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin import river as described
from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Grid
from riverchief.govern.twin.order import Piece, arrange
from riverchief.govern.twin.river import Reach, River

Floats = NDArray[np.float64]

SMALLEST_AREA_M2 = 1.2  # a node with no water surface of its own, such as a manhole
GHOST_DEPTH_M = 1.0


@dataclass
class Cells:
    """A river cut into cells: the arrays for the kernels and how to find a place in them.

    Attributes
    ----------
    grid : Grid
    node : dict
        Cell of every node.
    reach : dict
        Cells of every reach from its first node to its last, int64 (n_face + 1,).
    faces : dict
        Faces of every reach, int64 (n_face,).
    chainage_m : dict
        Chainage of those cells [m].
    structure : dict
        Face of every structure by its name.
    ghost : dict
        Cell beyond an outlet with a law, by node.
    n_chord : int
    """

    river: River
    grid: Grid
    node: dict[str, int]
    reach: dict[str, NDArray[np.int64]]
    faces: dict[str, NDArray[np.int64]]
    chainage_m: dict[str, Floats]
    structure: dict[str, int] = field(default_factory=dict)
    ghost: dict[str, int] = field(default_factory=dict)
    n_chord: int = 0

    def cell(self, reach: str, chainage_m: float) -> int:
        """The cell nearest to a place."""
        self.river.place(reach, chainage_m)
        at = self.chainage_m[reach]
        return int(self.reach[reach][int(np.abs(at - chainage_m).argmin())])

    def face(self, reach: str, chainage_m: float) -> int:
        """The face nearest to a place."""
        self.river.place(reach, chainage_m)
        n = self.faces[reach].size
        length = self.river.reaches[reach].length_m
        return int(self.faces[reach][min(int(chainage_m / length * n), n - 1)])


def build(river: River) -> Cells:
    """Cut a river into cells and faces.

    Raises
    ------
    InputError
        Where the river has no reach, or a boundary, storage or inflow names a node that nothing touches.
    """
    if not river.reaches and not river.links:
        raise InputError("a river without a reach cannot be cut into cells; add at least one reach.")
    pieces = [Piece(r.code, r.from_node, r.to_node, max(1, round(r.length_m / r.dx_m))) for r in river.reaches.values()]
    pieces += [Piece(f"link:{k}", link.from_node, link.to_node, 1) for k, link in enumerate(river.links)]
    known = set(river.nodes)
    for name, what in [(n, "boundary") for n in river.boundaries] + [
        (i.node, f"inflow {i.name}") for i in river.inflows.values() if i.node
    ]:
        if name not in known:
            raise InputError(
                f"{what} lies at node {name}, which no reach touches; known: {', '.join(sorted(known)[:8])}."
            )
    laws = [b.node for b in river.boundaries.values() if not isinstance(b, described.LevelBoundary)]
    pieces += [Piece(f"outlet:{node}", node, f"{node}>", 1) for node in laws]
    plan = arrange(pieces)
    frame = _Frame(river, plan.n_cell, plan.n_face)
    cells = Cells(river, frame.grid(), plan.node, {}, {}, {}, n_chord=plan.n_face - plan.n_cell)
    cells.grid.up[:], cells.grid.dn[:] = plan.up, plan.dn
    for reach in river.reaches.values():
        cells.reach[reach.code] = plan.cells[reach.code]
        cells.faces[reach.code] = plan.faces[reach.code]
        cells.chainage_m[reach.code] = np.linspace(0.0, reach.length_m, plan.cells[reach.code].size)
        frame.channel(reach, plan.cells[reach.code], plan.faces[reach.code])
    for k, link in enumerate(river.links):
        face = int(plan.faces[f"link:{k}"][0])
        cells.structure[link.structure.name] = face
        frame.structure(link.structure, face)
    for inline in river.inlines:
        face = cells.face(inline.reach, inline.chainage_m)
        cells.structure[inline.structure.name] = face
        frame.structure(inline.structure, face)
    for node in laws:
        cells.ghost[node] = plan.node[f"{node}>"]
        frame.outlet(river.boundaries[node], int(plan.faces[f"outlet:{node}"][0]), cells.ghost[node])
    for boundary in river.boundaries.values():
        if isinstance(boundary, described.LevelBoundary):
            cells.grid.fixed[plan.node[boundary.node]] = True
    frame.volumes(plan.node)
    cells.grid = _ways(cells.grid)
    return cells


class _Frame:
    """Arrays of a grid while they are filled."""

    def __init__(self, river: River, n_cell: int, n_face: int) -> None:
        self.river = river
        self.pairs: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        rows = tables.LEVELS + 1
        self._grid = Grid(
            up=np.zeros(n_face, np.int32),
            dn=np.full(n_face, -1, np.int32),
            main=np.full(n_cell, -1, np.int32),
            kind=np.full(n_face, layout.CLOSED, np.int32),
            length=np.ones(n_face),
            inv_length=np.ones(n_face),
            zu=np.zeros(n_face),
            zd=np.zeros(n_face),
            rows=np.zeros((n_face, rows, 8)),
            depth=np.ones(n_face),
            scale=np.ones(n_face),
            cell_scale=np.ones(n_cell),
            rough2=np.ones(n_face),
            loss=np.zeros(n_face),
            spread=np.zeros(n_face),
            bed=np.full(n_cell, np.inf),
            cell_rows=np.zeros((n_cell, rows, 4)),
            cell_depth=np.zeros(n_cell),
            fixed=np.zeros(n_cell, np.bool_),
            still=np.zeros(n_cell, np.bool_),
            law=np.zeros((n_face, 8)),
            runs=np.zeros((0, 2), np.int32),
            side=np.zeros(0, np.int32),
            exits=np.zeros(0, np.int32),
        )

    def grid(self) -> Grid:
        return self._grid

    def channel(self, reach: Reach, cells: NDArray[np.int64], faces: NDArray[np.int64]) -> None:
        """Tables and beds of a reach's faces: CrossSections interpolated at equal depth to the middle of each face."""
        g, n = self._grid, faces.size
        edge = np.linspace(0.0, reach.length_m, n + 1)
        beds = np.array([shape.bed_m for shape in reach.shapes])
        depth = max(shape.depth_m for shape in reach.shapes)
        known = np.stack([tables.samples(shape, depth) for shape in reach.shapes])
        middle = 0.5 * (edge[1:] + edge[:-1])
        k = np.clip(np.searchsorted(reach.chainage_m, middle) - 1, 0, max(len(beds) - 2, 0))
        after = np.minimum(k + 1, len(beds) - 1)
        span = reach.chainage_m[after] - reach.chainage_m[k]
        part = np.clip((middle - reach.chainage_m[k]) / np.where(span > 0, span, 1.0), 0.0, 1.0)[:, None, None]
        g.kind[faces] = layout.CHANNEL
        g.length[faces] = reach.length_m / n
        bed = np.interp(edge, reach.chainage_m, beds)
        g.zu[faces], g.zd[faces] = bed[:-1], bed[1:]
        g.depth[faces] = depth
        g.rows[faces] = tables.face_rows(known[k] * (1 - part) + known[after] * part, np.full(n, depth))
        for chainage, coefficient in reach.loss:
            g.loss[faces[min(int(chainage / reach.length_m * n), n - 1)]] += coefficient
        np.minimum.at(g.bed, cells, bed)
        self.pairs.append((cells[:-1], faces, g.zu[faces]))
        self.pairs.append((cells[1:], faces, g.zd[faces]))

    def structure(self, what: described.Structure, face: int) -> None:
        """The law of a structure's face."""
        g = self._grid
        if isinstance(what, described.Weir):
            g.kind[face] = layout.WEIR
            g.law[face, :4] = what.crest_m, what.width_m, 0.0, what.coefficient
        elif isinstance(what, described.Gate):
            g.kind[face] = layout.GATE
            g.law[face, :5] = what.sill_m, what.width_m, 0.0, what.coefficient, what.contraction
        elif isinstance(what, described.Orifice):
            g.kind[face] = layout.ORIFICE
            g.law[face, :5] = what.sill_m, what.width_m, what.height_m, 1.705, what.coefficient
        elif isinstance(what, described.Pump):
            g.kind[face] = layout.PUMP
            g.law[face, :2] = what.on_m, what.off_m
        else:
            self._rating(face, what.level_m, what.flow_m3s)

    def outlet(self, boundary: described.Boundary, face: int, ghost: int) -> None:
        """The law of an outlet's face, whose far side is a cell that takes all."""
        g = self._grid
        g.fixed[ghost] = True
        if isinstance(boundary, described.RatingBoundary):
            self._rating(face, boundary.level_m, boundary.flow_m3s)
            g.bed[ghost] = boundary.level_m[0] - 100.0
            return
        # a structure may stand across the reach's last face; its channel is there all the same
        inside = np.flatnonzero((g.dn == g.up[face]) & (g.rows[:, -1, 0] > 0) & (g.kind != layout.RATING))
        if not inside.size:
            raise InputError(
                f"outlet {boundary.node} asks for normal or critical depth, but no reach ends there; let one end at "
                "it, or give a level or a rating curve.",
                node=boundary.node,
            )
        last = int(inside[np.argmin(g.zd[inside])])
        g.zu[face] = g.zd[face] = g.zd[last]
        g.depth[face] = g.depth[last]
        g.rows[face] = g.rows[last]
        g.bed[ghost] = g.zd[last] - 100.0
        if isinstance(boundary, described.NormalDepth):
            g.kind[face] = layout.NORMAL
            g.law[face, 5] = np.sqrt(boundary.slope)
        else:
            g.kind[face] = layout.CRITICAL

    def _rating(self, face: int, level_m: Floats, flow_m3s: Floats) -> None:
        g = self._grid
        g.kind[face] = layout.RATING
        depth = float(level_m[-1] - level_m[0])
        h = tables.levels(depth)
        sample = np.zeros((4, h.size))
        sample[0], sample[1] = h, 1.0
        sample[2] = np.interp(level_m[0] + h, level_m, flow_m3s)
        sample[3] = np.gradient(sample[2], h)
        g.zu[face] = g.zd[face] = level_m[0]
        g.depth[face] = depth
        g.rows[face] = tables.face_rows(sample[None], np.array([depth]))[0]

    def volumes(self, nodes: dict[str, int]) -> None:
        """Volume tables: half of every adjoining stretch of channel, and storages."""
        g = self._grid
        owner = np.concatenate([p[0] for p in self.pairs] or [np.zeros(0, np.int64)]).astype(np.int64)
        face = np.concatenate([p[1] for p in self.pairs] or [np.zeros(0, np.int64)]).astype(np.int64)
        base = np.concatenate([p[2] for p in self.pairs] or [np.zeros(0)])
        for node, storage in self.river.storages.items():
            g.bed[nodes[node]] = min(g.bed[nodes[node]], storage.level_m[0])
            g.still[nodes[node]] = True
        self._dry_ends()
        np.maximum.at(g.cell_depth, owner, base + g.depth[face] - g.bed[owner])
        for node, storage in self.river.storages.items():
            cell = nodes[node]
            g.cell_depth[cell] = max(g.cell_depth[cell], storage.level_m[-1] - g.bed[cell])
        g.cell_depth[g.cell_depth <= 0] = GHOST_DEPTH_M
        h = tables.levels(g.cell_depth)
        volume, surface = np.zeros_like(h), np.zeros_like(h)
        for first in range(0, owner.size, 20_000):
            part = slice(first, first + 20_000)
            own, through = owner[part], face[part]
            inside = h[own] + (g.bed[own] - base[part])[:, None]
            area, width = tables.area_at(g.rows[through], g.depth[through], inside)
            half = 0.5 * g.length[through][:, None]
            np.add.at(volume, own, half * area)
            np.add.at(surface, own, half * width)
        for node, storage in self.river.storages.items():
            cell = nodes[node]
            v, s = _filled(storage, g.bed[cell] + h[cell])
            volume[cell] += v
            surface[cell] += s
        thin = surface[:, -1] < SMALLEST_AREA_M2
        volume[thin] += SMALLEST_AREA_M2 * h[thin]
        surface[thin] += SMALLEST_AREA_M2
        g.cell_rows[:] = tables.volume_rows(volume, surface, g.cell_depth)

    def _dry_ends(self) -> None:
        """Beds of nodes that only structures touch: below the lowest sill."""
        g = self._grid
        for f in np.flatnonzero((g.kind > layout.CHANNEL) & (g.kind <= layout.RATING)):
            sill = g.law[f, 0] if g.kind[f] in {layout.WEIR, layout.GATE, layout.ORIFICE} else g.zu[f]
            for cell in (g.up[f], g.dn[f]):
                if cell >= 0 and not np.isfinite(g.bed[cell]):
                    g.bed[cell] = sill
        g.bed[~np.isfinite(g.bed)] = 0.0


def _filled(storage: described.Storage, level: Floats) -> tuple[Floats, Floats]:
    """Volume [m³] below and surface [m²] at levels of a storage."""
    z, a = storage.level_m, storage.area_m2
    sums = np.concatenate([[0.0], np.cumsum(0.5 * (a[1:] + a[:-1]) * np.diff(z))])
    k = np.clip(np.searchsorted(z, level, side="right") - 1, 0, z.size - 1)
    surface = np.interp(level, z, a)
    volume = sums[k] + (level - z[k]) * 0.5 * (a[k] + surface)
    under = level < z[0]
    return np.where(under, 0.0, volume), np.where(under, 0.0, surface)


def _ways(g: Grid) -> Grid:
    """The main face that comes into each cell, those beside it, and what the kernels would divide by."""
    n = g.bed.size
    size = np.zeros(n)
    best = np.full(n, -1.0)
    for i in range(n):
        d = g.dn[i]
        if d < 0:
            continue
        far = size[i] + g.length[i]
        size[d] = max(size[d], far)
        if g.kind[i] == layout.CHANNEL and far > best[d]:
            best[d], g.main[d] = far, i
    cell = np.arange(n)
    below = g.dn[:n]
    leads, given = below >= 0, g.fixed[np.maximum(below, 0)]
    goes_on = leads & ~given & (below == cell + 1) & (g.main[np.maximum(below, 0)] == cell) & ~g.fixed
    first = np.flatnonzero(~np.concatenate([[False], goes_on[:-1]]))
    runs = np.stack([first, np.append(first[1:], n)], axis=1)
    side = cell[leads & ~given & ~goes_on]
    return g._replace(
        runs=runs.astype(np.int32),
        side=side.astype(np.int32),
        exits=cell[leads & given].astype(np.int32),
        inv_length=1 / g.length,
        scale=tables.LEVELS**2 / g.depth,
        cell_scale=tables.LEVELS**2 / g.cell_depth,
    )
