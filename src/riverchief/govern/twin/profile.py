"""The longitudinal profile: a way down the river with its bed, banks, water, energy and what the water carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.geometry.section import CrossSection, Shape
from riverchief.govern.twin.hydraulics.layout import Record
from riverchief.govern.twin.model import Model, Run

Floats = NDArray[np.float64]
GRAVITY = 9.80665  # m/s²


@dataclass(frozen=True)
class Way:
    """Cells and faces one behind the other along reaches.

    Attributes
    ----------
    reaches : tuple of str
    cells : int64 (n,)
        From upstream to downstream; where two reaches meet the node stands twice, once at the end of each.
    faces : int64 (n,)
        The face that stands for each cell: the one below it, at a reach's end the last one above.
    distance_m : float64 (n,)
        From the way's upper end.
    bed_m, bank_m : float64 (n,)
        Lowest bed, and the lower one of the two banks; where a conduit runs, its crown.
    start_m : tuple of float
        Where each reach begins.
    """

    reaches: tuple[str, ...]
    cells: NDArray[np.int64]
    faces: NDArray[np.int64]
    distance_m: Floats
    bed_m: Floats
    bank_m: Floats
    start_m: tuple[float, ...]

    def of(self, reach: str, chainage_m: float) -> float | None:
        """Distance along the way of a place [m]; None where it does not lie on it."""
        return self.start_m[self.reaches.index(reach)] + chainage_m if reach in self.reaches else None


def longest(model: Model) -> tuple[str, ...]:
    """The reaches of the longest way down the river, from its head to its outlet."""
    into: dict[str, list[str]] = {}
    for reach in model.river.reaches.values():
        into.setdefault(reach.to_node, []).append(reach.code)
    best: dict[str, tuple[float, tuple[str, ...]]] = {}

    def up(code: str, seen: frozenset[str]) -> tuple[float, tuple[str, ...]]:
        if code not in best:
            reach = model.river.reaches[code]
            above = [up(c, seen | {code}) for c in into.get(reach.from_node, []) if c not in seen]
            length, way = max(above, default=(0.0, ()))
            best[code] = (length + reach.length_m, (*way, code))
        return best[code]

    return max(up(code, frozenset()) for code in model.river.reaches)[1]


def way(model: Model, reaches: Sequence[str] = ()) -> Way:
    """A way down along reaches; the longest one where none are named.

    Raises
    ------
    UnknownName
        For a reach that the model does not have.
    InputError
        Where a reach does not begin where the one before it ends.
    """
    codes = tuple(reaches) or longest(model)
    cells, faces, at, bed, bank, start = [], [], [], [], [], []
    offset = 0.0
    for k, code in enumerate(codes):
        if code not in model.river.reaches:
            raise UnknownName("reach", code, model.river.reaches)
        reach = model.river.reaches[code]
        if k and model.river.reaches[codes[k - 1]].to_node != reach.from_node:
            raise InputError(
                f"reach {code} begins at node {reach.from_node}, and {codes[k - 1]} before it ends at "
                f"{model.river.reaches[codes[k - 1]].to_node}; name reaches in the order in which the water runs.",
                reach=code,
            )
        own, between = model.cells.reach[code], model.cells.faces[code]
        chainage = model.cells.chainage_m[code]
        cells.append(own)
        faces.append(np.append(between, between[-1]))
        at.append(offset + chainage)
        bed.append(np.interp(chainage, reach.chainage_m, [shape.bed_m for shape in reach.shapes]))
        bank.append(np.interp(chainage, reach.chainage_m, [_bank(shape) for shape in reach.shapes]))
        start.append(offset)
        offset += reach.length_m
    whole = np.concatenate
    return Way(codes, whole(cells), whole(faces), whole(at), whole(bed), whole(bank), tuple(start))


def _bank(shape: Shape) -> float:
    if isinstance(shape, CrossSection):
        return float(min(shape.level_m[0], shape.level_m[-1])) if shape.depth_m > 0.01 else shape.bed_m + shape.depth_m
    return shape.bed_m + shape.depth_m


@dataclass(frozen=True)
class Profile:
    """What a river does along a way.

    Attributes
    ----------
    way : Way
    time_s : float64 (n_time,)
    level_m, energy_m, flow_m3s, velocity_ms : float64 (n_time, n)
        Water level, energy line (level + u²/2g), discharge and mean velocity.
    concentration : dict of str to float64 (n_time, n)
    """

    way: Way
    time_s: Floats
    level_m: Floats
    energy_m: Floats
    flow_m3s: Floats
    velocity_ms: Floats
    concentration: dict[str, Floats]


def profile(run: Run, reaches: Sequence[str] = ()) -> Profile:
    """The longitudinal profile of a run along reaches, by default the longest way down."""
    along = way(run.model, reaches)
    return of_record(run.model, run.record, run.time_s, along)


def of_record(model: Model, record: Record, time_s: Floats, along: Way) -> Profile:
    """The same from what was kept of a run."""
    g = model.cells.grid
    level = np.maximum(record.level[:, along.cells], along.bed_m)
    flow = record.flow[:, along.faces]
    rows, depth = g.rows[along.faces], g.depth[along.faces]
    area = np.stack([tables.area_at(rows, depth, (one - along.bed_m)[:, None])[0][:, 0] for one in level])
    # a film of water has no velocity that anybody could measure
    velocity = np.where(area > 1e-3, flow / np.maximum(area, 1e-3), 0.0)
    conc = {name: record.conc[:, s][:, along.cells] for s, name in enumerate(model.constituents)}
    return Profile(along, time_s, level, level + velocity**2 / (2 * GRAVITY), flow, velocity, conc)
