"""The river network: reaches as a directed graph in flat arrays, and the questions everyone asks of it.

A reach runs downstream from one node to another. A position is (reach index, chainage [m] from the upstream end);
every question takes arrays of positions and answers with arrays. Geometry is for drawing and snapping only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base import _kernels as kernels
from riverchief.base.drawing import Drawing, Located
from riverchief.base.errors import NetworkError, PlaceError, UnknownName
from riverchief.base.places import Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

__all__ = ["Located", "Network", "as_place_dict"]


@dataclass(frozen=True)
class Network:
    """An immutable river network; build one with `Network.build`.

    Attributes
    ----------
    codes : tuple of str
        Code of every reach; its position in the tuple is its index.
    nodes : tuple of str
        Code of every node.
    from_node, to_node : int64 (n_reach,)
        Upstream and downstream node of every reach.
    length_m : float64 (n_reach,)
        Length along the river [m], surveyed where it is known, else of the drawn line.
    velocity_ms : float64 (n_reach,)
        Mean velocity of the registry [m/s]; nan where unknown.
    lines : tuple of float64 (n_vertex, 2)
        Drawn line of every reach, longitude and latitude [°], upstream end first; may be empty.
    version : str
        Version of the network these addresses belong to.
    """

    codes: tuple[str, ...]
    nodes: tuple[str, ...]
    from_node: Ints
    to_node: Ints
    length_m: Floats
    velocity_ms: Floats
    lines: tuple[Floats, ...]
    version: str
    order: Ints = field(repr=False)

    @classmethod
    def build(
        cls,
        codes: Sequence[str],
        from_nodes: Sequence[str],
        to_nodes: Sequence[str],
        length_m: ArrayLike,
        velocity_ms: ArrayLike | None = None,
        lines: Sequence[ArrayLike] = (),
        version: str = "",
    ) -> Network:
        """Build a network from one entry per reach.

        Raises
        ------
        NetworkError
            For a repeated code, a length that is not above zero, or a cycle (named by its reaches).
        """
        if len(set(codes)) != len(codes):
            twice = next(code for code in codes if list(codes).count(code) > 1)
            raise NetworkError(f"reach {twice} is listed twice; give every reach one code.", reach=twice)
        names = list(dict.fromkeys([*from_nodes, *to_nodes]))
        index = {name: i for i, name in enumerate(names)}
        length = np.asarray(length_m, np.float64)
        if length.shape != (len(codes),) or not (length > 0).all():
            bad = [c for c, value in zip(codes, np.broadcast_to(length, len(codes)), strict=True) if not value > 0]
            raise NetworkError(f"length_m of {', '.join(bad[:5])} is not above 0 m.", reaches=bad)
        upper = np.array([index[name] for name in from_nodes], np.int64)
        lower = np.array([index[name] for name in to_nodes], np.int64)
        start, reach = kernels.adjacency(len(names), upper)
        order = kernels.topological_nodes(upper, lower, start, reach)
        if order.size < len(names):
            on_cycle = _cycle(upper, lower, set(range(len(names))) - set(order.tolist()))
            loop = [codes[i] for i in on_cycle]
            raise NetworkError(
                f"reaches {', '.join(loop[:12])} form a cycle; water cannot flow in a ring.", reaches=loop
            )
        velocity = np.full(len(codes), np.nan) if velocity_ms is None else np.asarray(velocity_ms, np.float64)
        drawn = tuple(np.asarray(line, np.float64).reshape(-1, 2) for line in lines) or (np.empty((0, 2)),) * len(codes)
        return cls(tuple(codes), tuple(names), upper, lower, length, velocity, drawn, version, order)

    # ------------------------------------------------------------------ names

    @cached_property
    def _index(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes)}

    def index(self, code: str) -> int:
        """Index of the reach with this code; `UnknownName` names the nearest known code."""
        try:
            return self._index[code]
        except KeyError:
            raise UnknownName("reach", code, self.codes) from None

    def has(self, code: str) -> bool:
        """Whether a reach has this code."""
        return code in self._index

    def positions(self, places: Sequence[Place]) -> tuple[Ints, Floats]:
        """Indices and chainages [m] of places, checked to lie on their reach.

        Raises
        ------
        UnknownName, PlaceError
            For a reach that is not there, or a chainage outside of it.
        """
        reach = np.array([self.index(place.reach) for place in places], np.int64)
        chainage = np.array([place.chainage_m for place in places], np.float64)
        outside = ~((chainage >= 0) & (chainage <= self.length_m[reach]))
        if outside.any():
            i = int(np.flatnonzero(outside)[0])
            raise PlaceError(
                f"{places[i].reach} at {chainage[i]:,.0f} m is off the reach, which is "
                f"{self.length_m[reach[i]]:,.0f} m long; give a chainage from 0 to its length.",
                reach=places[i].reach,
                chainage_m=chainage[i],
            )
        return reach, chainage

    def place(self, reach: int, chainage_m: float) -> Place:
        """The place that an index and a chainage [m] stand for."""
        return Place(self.codes[reach], float(chainage_m))

    # ------------------------------------------------------------------ shape

    @cached_property
    def _out(self) -> tuple[Ints, Ints]:
        return kernels.adjacency(len(self.nodes), self.from_node)  # type: ignore[no-any-return]

    @cached_property
    def _in(self) -> tuple[Ints, Ints]:
        return kernels.adjacency(len(self.nodes), self.to_node)  # type: ignore[no-any-return]

    @cached_property
    def confluences(self) -> Ints:
        """Nodes where two or more reaches end and at least one begins."""
        return np.flatnonzero((np.diff(self._in[0]) > 1) & (np.diff(self._out[0]) > 0))

    @cached_property
    def bifurcations(self) -> Ints:
        """Nodes where two or more reaches begin and at least one ends."""
        return np.flatnonzero((np.diff(self._out[0]) > 1) & (np.diff(self._in[0]) > 0))

    @cached_property
    def _is_tree(self) -> bool:
        return bool((np.diff(self._out[0]) <= 1).all())

    def upstream(self, reaches: ArrayLike) -> Bools:
        """Mask over all reaches: those from which water can reach any of `reaches` (themselves included)."""
        seeds = np.atleast_1d(np.asarray(reaches, np.int64))
        return kernels.spread(seeds, self.from_node, *self._in)  # type: ignore[no-any-return]

    def downstream(self, reaches: ArrayLike) -> Bools:
        """Mask over all reaches: those that water from any of `reaches` can reach (themselves included)."""
        seeds = np.atleast_1d(np.asarray(reaches, np.int64))
        return kernels.spread(seeds, self.to_node, *self._out)  # type: ignore[no-any-return]

    # ------------------------------------------------------------------ along the water

    @cached_property
    def _rank(self) -> Ints:
        rank = np.empty(len(self.nodes), np.int64)
        rank[self.order] = np.arange(len(self.nodes))
        return rank

    @cached_property
    def _tour(self) -> tuple[Ints, Ints]:
        return kernels.euler_tour(  # type: ignore[no-any-return]
            self.order, self.to_node, *self._out, *self._in, self.from_node
        )

    def _node_cost(self, start: Ints, goal: Ints, cost: Floats) -> Floats:
        """Cheapest cost from node to node, nan where there is no way; both int64 (n,)."""
        if self._is_tree:
            enter, leave = self._tour
            below = (enter[goal] <= enter[start]) & (leave[start] <= leave[goal])
            total = kernels.cost_to_outlet(self.order, cost, self.to_node, *self._out)
            return np.where(below, total[start] - total[goal], np.nan)
        result = np.empty(start.size)
        for node in np.unique(start):
            here = start == node
            total = kernels.cheapest_from(node, self.order, self._rank, cost, self.to_node, *self._out)
            result[here] = total[goal[here]]
        return np.where(np.isinf(result), np.nan, result)

    def _along(
        self, reach_a: ArrayLike, chainage_a: ArrayLike, reach_b: ArrayLike, chainage_b: ArrayLike, per_metre: Floats
    ) -> Floats:
        ra, ca, rb, cb = np.broadcast_arrays(reach_a, chainage_a, reach_b, chainage_b)
        shape = ra.shape
        ra, rb = ra.ravel().astype(np.int64), rb.ravel().astype(np.int64)
        ca, cb = ca.ravel().astype(np.float64), cb.ravel().astype(np.float64)
        between = self._node_cost(self.to_node[ra], self.from_node[rb], self.length_m * per_metre)
        apart = (self.length_m[ra] - ca) * per_metre[ra] + between + cb * per_metre[rb]
        same = (ra == rb) & (cb >= ca)
        along: Floats = np.where(same, (cb - ca) * per_metre[ra], apart).reshape(shape)
        return along

    def distance(self, reach_a: ArrayLike, chainage_a: ArrayLike, reach_b: ArrayLike, chainage_b: ArrayLike) -> Floats:
        """Distance along the water from a down to b [m], the shorter way at bifurcations; nan where b is elsewhere."""
        return self._along(reach_a, chainage_a, reach_b, chainage_b, np.ones_like(self.length_m))

    def travel_time(
        self,
        reach_a: ArrayLike,
        chainage_a: ArrayLike,
        reach_b: ArrayLike,
        chainage_b: ArrayLike,
        velocity_ms: ArrayLike | None = None,
    ) -> Floats:
        """Travel time of the water from a down to b [s], the faster way at bifurcations; nan where b is not below a.

        Parameters
        ----------
        velocity_ms : array_like, shape (n_reach,) or (), optional
            Mean velocity of every reach [m/s]; the registry's where left out.
        """
        velocity = self.velocity_ms if velocity_ms is None else np.asarray(velocity_ms, np.float64)
        return self._along(reach_a, chainage_a, reach_b, chainage_b, 1 / np.broadcast_to(velocity, self.length_m.shape))

    def between(self, reach_a: int, chainage_a: float, reach_b: int, chainage_b: float) -> tuple[Ints, Floats, Floats]:
        """The stretches that lie on any way from a down to b: reaches from upstream, their first and last chainage [m].

        Empty where b is not below a.
        """
        if reach_a == reach_b and chainage_b >= chainage_a:
            return np.array([reach_a], np.int64), np.array([chainage_a]), np.array([chainage_b])
        on_way = self.downstream([reach_a]) & self.upstream([reach_b])
        if reach_a == reach_b or not (on_way[reach_a] and on_way[reach_b]):
            return np.empty(0, np.int64), np.empty(0), np.empty(0)
        reaches = np.flatnonzero(on_way)
        reaches = reaches[np.argsort(self._rank[self.from_node[reaches]], kind="stable")]
        first = np.where(reaches == reach_a, chainage_a, 0.0)
        last = np.where(reaches == reach_b, chainage_b, self.length_m[reaches])
        return reaches, first, last

    def common_downstream(self, reaches: ArrayLike, chainages: ArrayLike) -> tuple[int, float] | None:
        """The first position that the water of all given positions passes; None where their ways never meet."""
        ra, ca = np.atleast_1d(np.asarray(reaches, np.int64)), np.atleast_1d(np.asarray(chainages, np.float64))
        shared = np.ones(len(self.codes), np.bool_)
        for reach in ra:
            shared &= self.downstream([reach])
        if not shared.any():
            return None
        candidates = np.flatnonzero(shared)
        first = int(candidates[np.argmin(self._rank[self.from_node[candidates]])])
        inside = ca[ra == first]
        return first, float(inside.max()) if inside.size else 0.0

    # ------------------------------------------------------------------ on the map

    @cached_property
    def _drawing(self) -> Drawing:
        return Drawing(self.lines, self.length_m)

    def locate(self, lon: ArrayLike, lat: ArrayLike, limit_m: float = 2_000.0) -> Located:
        """Place points on the nearest reach.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            WGS 84 longitude and latitude [°].
        limit_m : float
            Points further than this from every reach [m] are refused (reach -1, chainage nan).

        Raises
        ------
        PlaceError
            When no reach of the network is drawn.
        """
        return self._drawing.locate(lon, lat, limit_m)

    def point(self, reach: ArrayLike, chainage_m: ArrayLike) -> Floats:
        """Longitude and latitude [°] of positions on the drawn lines, shape (n, 2); nan where nothing is drawn."""
        return self._drawing.point(reach, chainage_m)


def _cycle(upper: Ints, lower: Ints, nodes: set[int]) -> list[int]:
    """Reaches of one ring among the nodes that the topological order could not reach."""
    way = {int(u): i for i, (u, w) in enumerate(zip(upper, lower, strict=True)) if int(u) in nodes and int(w) in nodes}
    node, seen = next(iter(way)), dict[int, int]()
    path: list[int] = []
    while node in way and node not in seen:
        seen[node] = len(path)
        path.append(way[node])
        node = int(lower[way[node]])
    return path[seen.get(node, 0) :]


def as_place_dict(place: Place) -> dict[str, Any]:
    """A place as JSON: reach code and chainage [m]."""
    return {"reach": place.reach, "chainage_m": round(place.chainage_m, 1)}
