"""A river for steady profiles, and a profile: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.steady.step import Row, Water

Floats = NDArray[np.float64]


class Crossing(Protocol):
    """Something across the river between two rows: a bridge, a culvert, a weir."""

    @property
    def name(self) -> str:
        """How people call it."""
        ...

    def headwater(self, row: Row, flow_m3s: float, down: Water) -> Water:
        """The water at the row above it from that at the row below it."""
        ...


@dataclass(frozen=True)
class SteadyReach:
    """Rows from the upstream end down; `crossings[i]` lies between row i and row i + 1."""

    code: str
    rows: tuple[Row, ...]
    from_node: str
    to_node: str
    crossings: Mapping[int, Crossing] = field(default_factory=dict)


@dataclass(frozen=True)
class Junction:
    """A node where reaches meet.

    Attributes
    ----------
    lengths_m : mapping of str to float
        Way across the junction for every reach that ends (or, at a split, begins) there [m].
    angles_deg : mapping of str to float
        Angle between the reach's flow and that of the one reach downstream [°]; only momentum looks at it.
    momentum : bool
        Whether the levels above it follow from the balance of momentum; else from that of energy.
    """

    node: str
    lengths_m: Mapping[str, float] = field(default_factory=dict)
    angles_deg: Mapping[str, float] = field(default_factory=dict)
    momentum: bool = False


@dataclass(frozen=True)
class SteadyModel:
    """Reaches and junctions."""

    name: str
    reaches: Mapping[str, SteadyReach]
    junctions: Mapping[str, Junction] = field(default_factory=dict)

    def upstream_first(self) -> list[SteadyReach]:
        """The reaches, each after all that flow into it; a ring has no such order and is named."""
        waiting, done = dict(self.reaches), []
        while waiting:
            ends = {r.to_node for r in waiting.values()}
            ready = [r for r in waiting.values() if r.from_node not in ends]
            if not ready:
                raise InputError(
                    f"the reaches {', '.join(sorted(waiting))} flow in a ring; a steady profile needs an end.",
                    reaches=sorted(waiting),
                )
            for reach in ready:
                done.append(reach)
                del waiting[reach.code]
        return done


@dataclass(frozen=True)
class ReachProfile:
    """The water surface along a reach, upstream end first; arrays (n_row,)."""

    reach: str
    names: tuple[str, ...]
    chainage_m: Floats
    flow_m3s: Floats
    level_m: Floats
    energy_m: Floats
    critical_m: Floats
    area_m2: Floats
    width_m: Floats
    velocity_ms: Floats
    froude: Floats
    notes: tuple[str, ...]  # why a level is not a solution of the energy equation; empty where it is


@dataclass(frozen=True)
class SteadyProfile:
    """The water surface of a river."""

    reaches: Mapping[str, ReachProfile]

    def __getitem__(self, reach: str) -> ReachProfile:
        if reach not in self.reaches:
            raise UnknownName("reach", reach, self.reaches)
        return self.reaches[reach]


def reach_profile(reach: SteadyReach, waters: list[Water]) -> ReachProfile:
    """The rows' waters as arrays."""
    states = [w.state for w in waters]
    flow = np.array([w.flow_m3s for w in waters])
    area = np.array([s.area_m2[0] for s in states])
    return ReachProfile(
        reach.code,
        tuple(r.name for r in reach.rows),
        np.array([r.chainage_m for r in reach.rows]),
        flow,
        np.array([w.level_m for w in waters]),
        np.array([w.energy_m for w in waters]),
        np.array([w.critical_m for w in waters]),
        area,
        np.array([s.width_m[0] for s in states]),
        np.divide(flow, area, out=np.zeros_like(flow), where=area > 0),
        np.array([s.froude(w.flow_m3s)[0] for s, w in zip(states, waters, strict=True)]),
        tuple(w.why for w in waters),
    )
