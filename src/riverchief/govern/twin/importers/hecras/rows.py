"""What a HEC-RAS model says, as plain rows in SI units."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.river import Boundary
from riverchief.govern.twin.steady.culverts import Barrel
from riverchief.govern.twin.steady.divided import DividedCrossSection
from riverchief.govern.twin.steady.model import Junction
from riverchief.govern.twin.steady.solve import Regime

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unmapped:
    """Something in a file that was not taken over, and why: `line` counts from 1."""

    file: str
    line: int
    element: str
    why: str


@dataclass(frozen=True)
class RasSection:
    """A CrossSection with the way to the next one downstream (left overbank, channel, right overbank) [m]."""

    station: str
    cut: DividedCrossSection
    lengths_m: tuple[float, float, float]
    contraction: float
    expansion: float


@dataclass(frozen=True)
class RasPier:
    """A pier: where it stands on the upper and lower inner section and how wide it is, up to its top [m]."""

    up_m: float
    down_m: float
    width_m: float
    top_m: float


@dataclass(frozen=True)
class RasDeck:
    """One side of a deck: stations, road and soffit [m]; a soffit that is no number is solid."""

    station_m: Floats
    road_m: Floats
    soffit_m: Floats


@dataclass(frozen=True)
class RasInner:
    """A section under a deck: points (n, 2), roughness (m, 2), banks (2,) [m]; empty where not given."""

    points: Floats
    manning: Floats
    banks: Floats


@dataclass(frozen=True)
class RasCrossing:
    """A bridge, culvert or inline weir, after the section at index `after` of its reach."""

    station: str
    name: str
    kind: str  # bridge, culvert, weir
    after: int
    distance_m: float
    width_m: float
    coefficient: float  # of the weir [m^0.5/s]
    most_drowned: float
    up: RasDeck | None = None
    down: RasDeck | None = None
    piers: tuple[RasPier, ...] = ()
    barrels: tuple[Barrel, ...] = ()
    sluice: float = float("nan")
    submerged: float = 0.8
    drag: float = float("nan")
    yarnell: float = float("nan")
    by_energy: bool = False
    inner: tuple[RasInner | None, RasInner | None] = (None, None)


@dataclass
class RasReach:
    """A reach: river and name, sections from the upstream end, crossings, and its nodes."""

    river: str
    name: str
    sections: list[RasSection] = field(default_factory=list)
    crossings: list[RasCrossing] = field(default_factory=list)
    from_node: str = ""
    to_node: str = ""

    @property
    def code(self) -> str:
        """River and reach as one code."""
        return code(self.river, self.name)


@dataclass(frozen=True)
class Case:
    """One profile: discharges by reach and row [m³/s], boundaries, regime."""

    name: str
    flows_m3s: dict[str, Floats]
    boundaries: tuple[Boundary, ...]
    regime: Regime


@dataclass
class HecRas:
    """A HEC-RAS model.

    Attributes
    ----------
    title : str
    reaches : list of RasReach
    junctions : list of Junction
    cases : list of Case
        The profiles of the flow file, none without one.
    unmapped : list of Unmapped
        What was not taken over.
    """

    title: str = ""
    reaches: list[RasReach] = field(default_factory=list)
    junctions: list[Junction] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)


def code(river: str, reach: str) -> str:
    """River and reach as one code: `Baxter River/Upper Reach`."""
    return f"{river.strip()}/{reach.strip()}"
