"""The registry's steady water as `Flows`, and which cell a place of the network lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.govern.twin.dispersion import fischer, shear_velocity
from riverchief.govern.twin.flows import Floats, Flows, Ints

MANNING = 0.035  # s/m^(1/3); roughness from which Fischer's shear velocity is taken
DISPERSION_CAP_M2S = 50.0  # Fischer's formula runs away in wide shallow rivers


class PlaceMap(Protocol):
    """Where the places of a network lie among cells."""

    def cell(self, place: Place) -> tuple[int, float]:
        """The cell a place lies in, and how much of the cell lies above it [-]."""
        ...


@dataclass(frozen=True)
class ReachCells:
    """Every reach cut into cells of one length, in a row.

    Attributes
    ----------
    network : Network
    first, count : int64 (n_reach,)
        First cell of every reach, and how many it has.
    """

    network: Network
    first: Ints
    count: Ints

    def cell(self, place: Place) -> tuple[int, float]:
        """The cell a place lies in, and how much of the cell lies above it [-]."""
        (reach,), (chainage,) = self.network.positions([place])
        along = chainage / self.network.length_m[reach] * self.count[reach]
        inside = min(int(along), int(self.count[reach]) - 1)
        return int(self.first[reach]) + inside, float(along - inside)

    def place(self, cell: int) -> Place:
        """The middle of a cell."""
        reach = int(np.flatnonzero((self.first <= cell) & (cell < self.first + self.count))[0])
        length = float(self.network.length_m[reach])
        return self.network.place(reach, (cell - int(self.first[reach]) + 0.5) * length / int(self.count[reach]))


def steady_flows(
    basin: Basin, dx_m: float, duration_s: float | None = None, dispersion_factor: float = 1.0
) -> tuple[Flows, ReachCells]:
    """The registry's mean water as flows.

    Every reach is cut so that its water crosses about one cell per step, where the transport spreads least.

    Parameters
    ----------
    basin : Basin
        Its reaches give flow, velocity, width and depth.
    dx_m : float
        Length of a cell in a reach of median velocity [m].
    duration_s : float, optional
        How long the water runs [s]; one step where left out.
    dispersion_factor : float
        Times the dispersion of Fischer's formula [-].

    Raises
    ------
    InputError
        Naming a reach whose flow, velocity, width or depth is not above zero, or a length that is not.
    """
    if not dx_m > 0:
        raise InputError(f"cells of {dx_m} m were asked for; give a length above 0 m.")
    for name, unit in (("flow_m3s", "m³/s"), ("velocity_ms", "m/s"), ("width_m", "m"), ("depth_m", "m")):
        for reach in basin.reaches:
            if not getattr(reach, name) > 0:
                raise InputError(
                    f"reach {reach.code} has {name} = {getattr(reach, name)} {unit}; the trace needs a value above "
                    f"0 to carry water through it. Add it to the basin's reaches.",
                    reach=reach.code,
                    field=name,
                )
    net = basin.network
    flow, speed, width, depth = (
        np.array([getattr(r, name) for r in basin.reaches])
        for name in ("flow_m3s", "velocity_ms", "width_m", "depth_m")
    )
    spread = dispersion_factor * np.minimum(
        fischer(speed, width, depth, shear_velocity(speed, depth, MANNING)), DISPERSION_CAP_M2S
    )
    dt_s = dx_m / float(np.median(speed))
    count = np.maximum(np.rint(net.length_m / (speed * dt_s)), 1).astype(np.int64)
    rank = np.empty(len(net.nodes), np.int64)
    rank[net.order] = np.arange(rank.size)
    order = np.argsort(rank[net.from_node], kind="stable")
    first = np.empty(count.size, np.int64)
    first[order] = np.concatenate([[0], np.cumsum(count[order])[:-1]])
    cells = ReachCells(net, first.astype(np.int32), count.astype(np.int32))
    volume, exchange, lateral, faces = _cut(net, cells, flow, speed, spread)
    n_step = 1 if duration_s is None else max(int(np.ceil(duration_s / dt_s)), 1)
    up, dn, flux = (np.array(v) for v in zip(*faces, strict=True))
    conductance = exchange[up]
    outlets = np.zeros(volume.size, np.bool_)
    outlets[int(count.sum()) :] = True
    return Flows(
        dt_s * np.arange(n_step + 1, dtype=np.float64),
        np.tile(volume, (n_step + 1, 1)),
        np.tile(flux, (n_step, 1)),
        np.tile(lateral, (n_step, 1)),
        up.astype(np.int32),
        dn.astype(np.int32),
        outlets,
        np.tile(conductance, (n_step, 1)),
    ), cells


def _cut(
    net: Network, cells: ReachCells, flow: Floats, speed: Floats, spread: Floats
) -> tuple[Floats, Floats, Floats, list[tuple[int, int, float]]]:
    """Volume [m³], conductance [m³/s] and lateral inflow [m³/s] of every cell, and the faces (up, dn, flux).

    Where more flows out of a node than in, water without load joins; where less does, intakes take load with it.
    """
    n_river = int(cells.count.sum())
    out = np.bincount(net.from_node, flow, len(net.nodes))
    into = np.bincount(net.to_node, flow, len(net.nodes))
    ends = np.flatnonzero(out[net.to_node] == 0)  # reaches that end in an outlet, which has one cell each
    n_cell = n_river + ends.size
    volume, exchange, lateral = np.ones(n_cell), np.zeros(n_cell), np.zeros(n_cell)
    tree: list[tuple[int, int, float]] = [(i, -1, 0.0) for i in range(n_cell)]
    chords: list[tuple[int, int, float]] = []
    for r, (first, count) in enumerate(zip(cells.first.tolist(), cells.count.tolist(), strict=True)):
        dx = float(net.length_m[r]) / count
        area = flow[r] / speed[r]
        volume[first : first + count] = area * dx
        exchange[first : first + count] = spread[r] * area / dx
        last = first + count - 1
        for i in range(first, last):
            tree[i] = (i, i + 1, float(flow[r]))
        node = net.to_node[r]
        below = np.flatnonzero(net.from_node == node)
        for j, b in enumerate(below[np.argsort(-flow[below], kind="stable")]):
            face = (last, int(cells.first[b]), float(flow[r] * flow[b] / max(out[node], into[node])))
            if j == 0:
                tree[last] = face
            else:
                chords.append(face)
        lateral[last] -= flow[r] * max(1 - out[node] / into[node], 0.0) if below.size else 0.0
        joins = max(1 - into[net.from_node[r]] / out[net.from_node[r]], 0.0)
        lateral[first] += flow[r] * joins
    for j, end in enumerate(ends):
        last = int(cells.first[end] + cells.count[end]) - 1
        tree[last] = (last, n_river + j, float(flow[end]))
    return volume, exchange, lateral, tree + chords
