"""The description of a river for the twin: reaches with CrossSections, storages, structures, boundaries and inflows.

It knows nothing of cells: `grid.build` makes those. Whatever brings a model in (files of others, a basin's registry, a
notebook) fills a `River`; `check` names what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.geometry.section import Shape

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """A value over time.

    Attributes
    ----------
    time_s : float64 (n,)
        Instants [s since 1970 UTC], rising.
    value : float64 (n,)
        The values; outside the first and last the nearest holds.
    steps : bool
        Whether each value holds until the next instant; else values are joined by straight lines.
    """

    time_s: Floats
    value: Floats
    steps: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", np.atleast_1d(np.asarray(self.time_s, np.float64)))
        object.__setattr__(self, "value", np.atleast_1d(np.asarray(self.value, np.float64)))
        if self.time_s.size != self.value.size or not self.time_s.size:
            raise InputError(
                f"a series has {self.time_s.size} instants and {self.value.size} values; give one value for each."
            )
        if not np.isfinite(self.time_s).all() or not np.isfinite(self.value).all():
            raise InputError("a series holds something that is no number; leave such points out.")
        if (np.diff(self.time_s) <= 0).any():
            at = int(np.flatnonzero(np.diff(self.time_s) <= 0)[0]) + 2
            raise InputError(f"a series goes back in time at point {at}; put its points in order.", point=at)


def constant(value: float) -> Series:
    """A value that never changes."""
    return Series(np.zeros(1), np.array([value]))


@dataclass(frozen=True)
class Assumed:
    """What of a reach nobody has measured, and how uncertain it is; ensembles draw from it.

    Attributes
    ----------
    what : str
        For people: "roughness", "CrossSection, slope and roughness from the registry", …
    manning_log_sd, width_log_sd : float
        Standard deviation of the logarithm of roughness and of width [-].
    """

    what: str
    manning_log_sd: float = 0.0
    width_log_sd: float = 0.0


@dataclass(frozen=True)
class Reach:
    """A stretch of channel between two nodes, running from `from_node` to `to_node`.

    Attributes
    ----------
    chainage_m : float64 (n,)
        Where its CrossSections lie [m from the upstream end], rising; the first holds above it, the last below.
    shapes : tuple of Shape, length n
    length_m : float
    dx_m : float
        Wanted length of a cell [m].
    loss : tuple of (chainage_m, coefficient)
        Local losses ζ Q|Q| / (2 g A²) of bridges, culverts, bends.
    assumed : Assumed, optional
        What of it is assumed.
    """

    code: str
    from_node: str
    to_node: str
    length_m: float
    chainage_m: Floats
    shapes: tuple[Shape, ...]
    dx_m: float
    loss: tuple[tuple[float, float], ...] = ()
    assumed: Assumed | None = None


@dataclass(frozen=True)
class Storage:
    """A lake, pond or reservoir at a node: surface over level, walls vertical above the last level."""

    node: str
    level_m: Floats
    area_m2: Floats


@dataclass(frozen=True)
class Weir:
    """A broad or sharp crest; Q = C b H^1.5, drowned by Villemonte's factor (1 − (H2/H1)^1.5)^0.385 (1947).

    `coefficient` [m^0.5/s]: 1.705 for a broad crest (2/3 √(2g/3)), about 1.84 for a sharp one.
    """

    name: str
    crest_m: float
    width_m: float
    coefficient: float = 1.705


@dataclass(frozen=True)
class Gate:
    """A sluice gate: free or drowned underflow, a weir where the water does not touch it.

    `opening_m` may change with time; `contraction` [-] of the jet; `coefficient` [m^0.5/s] of the weir it is when open.
    `rule` closes the loop: see `LevelRule`.
    """

    name: str
    sill_m: float
    width_m: float
    opening_m: Series
    contraction: float = 0.61
    coefficient: float = 1.705
    rule: LevelRule | None = None


@dataclass(frozen=True)
class LevelRule:
    """Keep the water level at a place by moving a gate: a PI controller on the previous step's level.

    Attributes
    ----------
    reach, chainage_m
        Where the level is kept.
    target_m : float
        The level to keep [m].
    gain : float
        Opening per metre of error [-]; positive opens when the level is too high.
    integral_s : float
        Time constant of the integral part [s]; inf leaves it out.
    least_m, most_m : float
        Limits of the opening [m].
    """

    reach: str
    chainage_m: float
    target_m: float
    gain: float
    integral_s: float = float("inf")
    least_m: float = 0.0
    most_m: float = 10.0


@dataclass(frozen=True)
class Pump:
    """Lifts a fixed discharge while the level at its upstream end lies above `off_m`, after it passed `on_m` [m]."""

    name: str
    flow_m3s: Series
    on_m: float = -1e9
    off_m: float = -1e9


@dataclass(frozen=True)
class Orifice:
    """An opening in a wall: Q = Cd A √(2 g Δh), a weir while its top stands above the water."""

    name: str
    sill_m: float
    width_m: float
    height_m: float
    coefficient: float = 0.65
    setting: Series = field(default_factory=lambda: constant(1.0))


@dataclass(frozen=True)
class Rating:
    """Discharge as a function of the upstream level (an outlet's curve): linear between points, 0 below the first."""

    name: str
    level_m: Floats
    flow_m3s: Floats


Structure = Weir | Gate | Pump | Orifice | Rating


@dataclass(frozen=True)
class Link:
    """A structure between two nodes."""

    structure: Structure
    from_node: str
    to_node: str


@dataclass(frozen=True)
class Inline:
    """A structure across a reach."""

    structure: Structure
    reach: str
    chainage_m: float


@dataclass(frozen=True)
class Inflow:
    """Water and what it carries, entering at a node or a place on a reach.

    Attributes
    ----------
    flow_m3s : Series
        Below 0 it is an abstraction, which takes what is in the water.
    concentration : mapping of str to Series
        By constituent; those not named come with 0.
    """

    name: str
    flow_m3s: Series
    node: str = ""
    reach: str = ""
    chainage_m: float = 0.0
    concentration: Mapping[str, Series] = field(default_factory=dict)


@dataclass(frozen=True)
class LevelBoundary:
    """A node whose level is known [m]; water of the given concentrations comes in where it flows backwards."""

    node: str
    level_m: Series
    concentration: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class NormalDepth:
    """An outlet where the water runs on uniformly with an energy slope [-]."""

    node: str
    slope: float


@dataclass(frozen=True)
class FreeFall:
    """An outlet where the water falls off with critical depth."""

    node: str


@dataclass(frozen=True)
class RatingBoundary:
    """An outlet whose discharge is a function of its level."""

    node: str
    level_m: Floats
    flow_m3s: Floats


Boundary = LevelBoundary | NormalDepth | FreeFall | RatingBoundary


class River:
    """A river for the twin, put together piece by piece.

    Examples
    --------
    >>> river = River("canal")
    >>> river.reach("a", [0.0, 1000.0], [trapezoid(10, 2, 0.03, bed_m=1.0), trapezoid(10, 2, 0.03)], dx_m=100.0)
    >>> river.inflow("head", 12.0, node="a:start")
    >>> river.boundary(NormalDepth("a:end", 0.001))

    Attributes
    ----------
    decay_per_day : dict of str to float
        First-order decay by constituent [1/d]; what is not named does not decay.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.decay_per_day: dict[str, float] = {}
        self.reaches: dict[str, Reach] = {}
        self.storages: dict[str, Storage] = {}
        self.links: list[Link] = []
        self.inlines: list[Inline] = []
        self.boundaries: dict[str, Boundary] = {}
        self.inflows: dict[str, Inflow] = {}

    def reach(
        self,
        code: str,
        chainage_m: ArrayLike,
        shapes: Sequence[Shape],
        *,
        dx_m: float,
        length_m: float | None = None,
        from_node: str = "",
        to_node: str = "",
        loss: Sequence[tuple[float, float]] = (),
        assumed: Assumed | None = None,
    ) -> Reach:
        """Add a reach; its nodes are `<code>:start` and `<code>:end` where not named."""
        at = np.atleast_1d(np.asarray(chainage_m, np.float64))
        if code in self.reaches:
            raise InputError(f"reach {code} is there twice; give every reach its own code.", reach=code)
        if at.size != len(shapes) or not at.size or (np.diff(at) <= 0).any():
            raise InputError(
                f"reach {code} has {at.size} chainages for {len(shapes)} CrossSections; give one for each, rising from "
                "the upstream end, in metres.",
                reach=code,
            )
        length = float(at[-1]) if length_m is None else float(length_m)
        if not length > 0 or not dx_m > 0:
            raise InputError(
                f"reach {code} is {length:g} m long with cells of {dx_m:g} m; both must be above 0 m.", reach=code
            )
        nodes = from_node or f"{code}:start", to_node or f"{code}:end"
        made = Reach(code, *nodes, length, at, tuple(shapes), dx_m, tuple(loss), assumed)
        self.reaches[code] = made
        return made

    def storage(self, node: str, level_m: ArrayLike, area_m2: ArrayLike) -> None:
        """Put a storage at a node: its surface [m²] at rising levels [m]."""
        levels, areas = np.asarray(level_m, np.float64), np.asarray(area_m2, np.float64)
        if levels.size < 2 or levels.size != areas.size or (np.diff(levels) <= 0).any() or (areas < 0).any():
            raise InputError(
                f"storage {node} needs at least two levels [m], rising, with a surface [m²] not below 0 for each.",
                node=node,
            )
        self.storages[node] = Storage(node, levels, areas)

    def structure(
        self, structure: Structure, *, between: tuple[str, str] | None = None, at: tuple[str, float] | None = None
    ) -> None:
        """Put a structure between two nodes, or across a reach at a chainage [m]."""
        if (between is None) == (at is None):
            raise InputError(
                f"{structure.name} lies either between two nodes or at a place on a reach; give one of both."
            )
        if between is not None:
            self.links.append(Link(structure, *between))
        elif at is not None:
            self.place(*at, who=structure.name)
            self.inlines.append(Inline(structure, *at))

    def boundary(self, boundary: Boundary) -> None:
        """Put a boundary at a node."""
        self.boundaries[boundary.node] = boundary

    def inflow(
        self,
        name: str,
        flow_m3s: Series | float,
        *,
        node: str = "",
        at: tuple[str, float] | None = None,
        **concentration: Series | float,
    ) -> None:
        """Let water in at a node or at (reach, chainage), with concentrations by constituent."""
        if bool(node) == (at is not None):
            raise InputError(
                f"inflow {name} enters either at a node or at a place on a reach; give one of both.", inflow=name
            )
        if at is not None:
            self.place(*at, who=name)
        reach, chainage = at or ("", 0.0)
        self.inflows[name] = Inflow(
            name, _series(flow_m3s), node, reach, chainage, {c: _series(v) for c, v in concentration.items()}
        )

    def place(self, reach: str, chainage_m: float, who: str = "") -> Reach:
        """The reach of a place; raises where there is none or the chainage lies outside."""
        if reach not in self.reaches:
            raise UnknownName("reach", reach, self.reaches)
        found = self.reaches[reach]
        if not 0 <= chainage_m <= found.length_m:
            raise InputError(
                f"{who or 'a place'} lies at {chainage_m:g} m of reach {reach}, which is {found.length_m:g} m long; "
                "count from its upstream end.",
                reach=reach,
            )
        return found

    @property
    def nodes(self) -> list[str]:
        """All nodes, in the order in which they were first named."""
        found: dict[str, None] = {}
        for reach in self.reaches.values():
            found[reach.from_node] = found[reach.to_node] = None
        for link in self.links:
            found[link.from_node] = found[link.to_node] = None
        for node in self.storages:
            found[node] = None
        return list(found)


def _series(value: Series | float) -> Series:
    return value if isinstance(value, Series) else constant(float(value))
