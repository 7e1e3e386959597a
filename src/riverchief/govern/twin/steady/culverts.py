"""A culvert in a steady profile: the head it needs is the larger of that of its inlet and that of its barrel.

FHWA HDS-5 (Hydraulic Design of Highway Culverts, 2012) in its general form: the inlet as a control section of critical
depth or as an orifice, the barrel by entrance, friction and exit losses. The charts of single inlet forms are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from scipy.optimize import brentq

from riverchief.govern.twin.steady.crossings import Crest, shared
from riverchief.govern.twin.steady.cuts import GRAVITY
from riverchief.govern.twin.steady.step import Row, Water, step_up

_INLET = 0.6


@dataclass(frozen=True)
class Barrel:
    """Equal barrels side by side.

    Attributes
    ----------
    count : int
    rise_m, width_m : float
        Height and mean width of one [m]: its area over its height.
    area_m2, perimeter_m : float
        Of one, full.
    length_m, manning : float
    entrance, exit_loss : float
        Loss coefficients [-].
    inlet_m, outlet_m : float
        Levels of its invert [m].
    """

    count: int
    rise_m: float
    width_m: float
    area_m2: float
    perimeter_m: float
    length_m: float
    manning: float
    entrance: float
    exit_loss: float
    inlet_m: float
    outlet_m: float

    def energy_m(self, flow_m3s: float, tail_m: float) -> float:
        """Level of the energy line above it that a discharge through all barrels needs [m]."""
        one = flow_m3s / self.count
        deep = min((one / self.width_m) ** (2 / 3) / GRAVITY ** (1 / 3), self.rise_m)
        velocity = one / (self.width_m * deep) if deep > 0 else 0.0
        inlet = self.inlet_m + deep + (1 + self.entrance) * velocity**2 / (2 * GRAVITY)
        if inlet > self.inlet_m + 1.2 * self.rise_m:
            orifice = (one / (_INLET * self.area_m2)) ** 2 / (2 * GRAVITY)
            inlet = max(inlet, self.inlet_m + 0.5 * self.rise_m + orifice)
        head = (one / self.area_m2) ** 2 / (2 * GRAVITY)
        radius = self.area_m2 / self.perimeter_m
        friction = 2 * GRAVITY * self.manning**2 * self.length_m / radius ** (4 / 3)
        leaving = max(tail_m, self.outlet_m + 0.5 * (deep + self.rise_m))
        full = leaving + (self.entrance + friction + self.exit_loss) * head
        # a barrel that the tail water leaves free and that does not fill is ruled by its inlet
        filled = tail_m >= self.outlet_m + 0.8 * self.rise_m or deep >= 0.9 * self.rise_m
        return float(max(inlet, full if filled else -inf, tail_m + (self.entrance + self.exit_loss) * head))

    def flow_m3s(self, energy_m: float, tail_m: float) -> float:
        """Discharge through all barrels under an energy level [m³/s]."""
        if energy_m <= max(self.inlet_m, tail_m):
            return 0.0
        high = (
            self.count * self.area_m2 * (2 * GRAVITY * (energy_m - min(self.inlet_m, self.outlet_m))) ** 0.5 * 3 + 1.0
        )
        return float(brentq(lambda q: self.energy_m(q, tail_m) - energy_m, 0.0, high, xtol=1e-7))


@dataclass(frozen=True)
class Culvert:
    """Barrels under a road between two rows."""

    name: str
    barrels: tuple[Barrel, ...]
    crest: Crest | None

    def headwater(self, row: Row, flow_m3s: float, down: Water) -> Water:
        """The water above it from that below it; never below a plain step."""

        def through(energy: float) -> float:
            return sum(b.flow_m3s(energy, down.level_m) for b in self.barrels)

        plain = step_up(row, flow_m3s, down)
        found = shared(row, flow_m3s, down, through, self.crest, f"through {self.name}")
        return found if found.energy_m > plain.energy_m else plain
