"""What lies across the river in a steady profile: bridges, culverts, weirs.

Low flow goes through a bridge by the energy equation over its two inner sections (or by momentum or Yarnell's formula,
where the model asks for them and they back the water up more); high flow by pressure under the deck and weir flow over
the road, which share the discharge (HEC-RAS Hydraulic Reference Manual 6, ch. 5; FHWA HDS-1, J. N. Bradley 1978).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from riverchief.govern.twin.steady.cuts import GRAVITY, Cut, Flowing
from riverchief.govern.twin.steady.depths import critical_level, crossings, ladder
from riverchief.govern.twin.steady.divided import DividedCrossSection
from riverchief.govern.twin.steady.step import Row, Water, step_up, water

Floats = NDArray[np.float64]

# read off HDS-1, fig. 24 and HEC-RAS Hydraulic Reference Manual, fig. 5-6 and 5-8; both curves are drawn, not tabled
_DROWNED = (
    (0.76, 0.80, 0.85, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0),
    (1.0, 0.995, 0.98, 0.94, 0.91, 0.86, 0.78, 0.64, 0.0),
)
_SLUICE = ((1.0, 1.1, 1.2, 1.3, 1.4, 1.5), (0.27, 0.36, 0.42, 0.46, 0.48, 0.50))


@dataclass(frozen=True)
class Crest:
    """The top of a road or weir: Q = Σ C L H^1.5 over the energy line, less where it is drowned.

    Attributes
    ----------
    station_m, crest_m : float64 (n,)
        Its line across the river [m].
    coefficient : float
        C [m^0.5/s].
    most_drowned : float
        Share of the head that may stand over it downstream before it counts as no weir any more [-].
    """

    station_m: Floats
    crest_m: Floats
    coefficient: float
    most_drowned: float = 0.98

    @property
    def low_m(self) -> float:
        """Its lowest point [m]."""
        return float(self.crest_m.min())

    def drowned(self, energy_m: float, tail_m: float) -> float:
        """Tail water over head water, both above the lowest point [-]."""
        head = energy_m - self.low_m
        return max(tail_m - self.low_m, 0.0) / head if head > 0 else 0.0

    def flow_m3s(self, energy_m: float, tail_m: float) -> float:
        """Discharge over it [m³/s]."""
        share = np.linspace(0.025, 0.975, 20)
        crest = self.crest_m[:-1, None] + np.diff(self.crest_m)[:, None] * share
        head = np.maximum(energy_m - crest, 0.0)
        free = float((self.coefficient * np.diff(self.station_m)[:, None] / share.size * head**1.5).sum())
        return free * float(np.interp(self.drowned(energy_m, tail_m), *_DROWNED))


def level_of_energy(cut: Cut, flow_m3s: float, energy_m: float) -> float:
    """The subcritical level with an energy [m]; the critical one where the energy is too small."""
    critical = critical_level(cut, flow_m3s)
    found = crossings(
        lambda z: np.nan_to_num(cut.at(z).energy_m(flow_m3s) - energy_m, posinf=1e30),
        np.concatenate([[critical], ladder(critical, max(energy_m, critical) + 0.1)[1:]]),
        rising=True,
    )
    return found[-1] if found else critical


def shared(
    row: Row, flow_m3s: float, down: Water, through: Callable[[float], float], crest: Crest | None, why: str
) -> Water:
    """The water above something that lets `through(energy)` pass below and the rest over its crest [m³/s]."""

    def surplus(energy: float) -> float:
        return through(energy) + (crest.flow_m3s(energy, down.level_m) if crest else 0.0) - flow_m3s

    low = down.energy_m
    high = max(low, row.cut.bed_m) + 0.5
    while surplus(high) < 0 and high - low < 1e4:
        high += 2 * (high - low) + 0.5
    energy = low if surplus(low) >= 0 else float(brentq(surplus, low, high, xtol=1e-7))
    critical = critical_level(row.cut, flow_m3s)
    return water(row.cut, flow_m3s, max(level_of_energy(row.cut, flow_m3s, energy), critical), why, critical)


@dataclass(frozen=True)
class InlineWeir:
    """A weir across the river; nothing passes below its crest."""

    name: str
    crest: Crest

    def headwater(self, row: Row, flow_m3s: float, down: Water) -> Water:
        """The water above it; drowned beyond its limit it is no obstacle."""
        found = shared(row, flow_m3s, down, lambda _: 0.0, self.crest, f"over {self.name}")
        if self.crest.drowned(found.energy_m, down.level_m) > self.crest.most_drowned:
            return step_up(row, flow_m3s, down)
        return found


@dataclass(frozen=True)
class Bridge:
    """A bridge between two rows.

    Attributes
    ----------
    distance_m, width_m : float
        From the row above to the deck, and of the deck along the river [m].
    up, down : DividedCrossSection
        The inner sections, deck and piers in them.
    up_free, down_free : DividedCrossSection
        The same without piers.
    crest : Crest
        The road.
    soffit_m : float
        Highest point of the deck's underside [m].
    sluice, submerged : float
        Discharge coefficients of pressure flow [-]; a sluice of nan takes the curve over depth.
    drag, yarnell : float
        Coefficients of the piers for momentum and Yarnell [-]; nan leaves the method out.
    by_energy : bool
        Whether high flow goes by the energy equation too.
    """

    name: str
    distance_m: float
    width_m: float
    up: DividedCrossSection
    down: DividedCrossSection
    up_free: DividedCrossSection
    down_free: DividedCrossSection
    crest: Crest
    soffit_m: float
    sluice: float = float("nan")
    submerged: float = 0.8
    drag: float = float("nan")
    yarnell: float = float("nan")
    by_energy: bool = False

    def headwater(self, row: Row, flow_m3s: float, down: Water) -> Water:
        """The water above it from that below it."""
        if flow_m3s == 0:
            return step_up(row, flow_m3s, down)
        low = self._low(row, flow_m3s, flow_m3s, down)
        if self.by_energy or low.energy_m <= min(self.soffit_m, self.crest.low_m):
            return low
        if low.energy_m > self.soffit_m:
            over = shared(
                row, flow_m3s, down, lambda e: self._pressure(e, down), self.crest, f"pressure at {self.name}"
            )
            if over.energy_m > self.soffit_m:
                if self.crest.drowned(over.energy_m, down.level_m) <= self.crest.most_drowned:
                    return over
                return low
        return self._low_and_weir(row, flow_m3s, down, low)

    def _low_and_weir(self, row: Row, flow_m3s: float, down: Water, low: Water) -> Water:
        """Low flow below and weir flow over a part of the road that lies deep."""
        if low.energy_m <= self.crest.low_m:
            return low

        def surplus(below: float) -> float:
            energy = self._low(row, below, flow_m3s, down).energy_m
            return below + self.crest.flow_m3s(energy, down.level_m) - flow_m3s

        least = 1e-3 * flow_m3s
        if surplus(least) >= 0:
            return low
        below = float(brentq(surplus, least, flow_m3s, xtol=1e-4 * flow_m3s))
        found = self._low(row, below, flow_m3s, down)
        if self.crest.drowned(found.energy_m, down.level_m) > self.crest.most_drowned:
            return low
        return replace(found, why=f"low flow and over the road at {self.name}")

    def _low(self, row: Row, below_m3s: float, flow_m3s: float, down: Water) -> Water:
        """Low flow: by energy, or by what backs the water up most of the methods that are asked for."""
        found = [self._energy(row, below_m3s, flow_m3s, down)]
        if np.isfinite(self.yarnell):
            found.append(self._yarnell(row, flow_m3s, down))
        if np.isfinite(self.drag):
            found += self._momentum(row, flow_m3s, down)
        return max(found, key=lambda w: w.energy_m)

    def _lengths(self, row: Row) -> tuple[Row, Row, Row]:
        """The way in three parts: to the deck, under it, and on from it."""
        channel = max(row.lengths_m[1], 1e-9)
        rest = max(channel - self.distance_m - self.width_m, 0.0) / channel
        lower = tuple(length * rest for length in row.lengths_m)
        return (
            replace(row, lengths_m=(self.distance_m,) * 3),
            replace(row, cut=self.up, lengths_m=(self.width_m,) * 3),
            replace(row, cut=self.down, lengths_m=(lower[0], lower[1], lower[2])),
        )

    def _energy(self, row: Row, below_m3s: float, flow_m3s: float, down: Water) -> Water:
        near, under, past = self._lengths(row)
        inside = step_up(under, below_m3s, step_up(past, below_m3s, down))
        return step_up(near, flow_m3s, inside)

    def _yarnell(self, row: Row, flow_m3s: float, down: Water) -> Water:
        """D. L. Yarnell, Bridge Piers as Channel Obstructions, USDA TB 442, 1934."""
        free = self.down_free.at(down.level_m)
        open_m2, whole = float(self.down.at(down.level_m).area_m2[0]), float(free.area_m2[0])
        if whole <= 0 or open_m2 <= 0:
            return step_up(row, flow_m3s, down)
        blocked = 1 - open_m2 / whole
        head = float((flow_m3s / whole) ** 2 / (2 * GRAVITY))
        depth = whole / max(float(free.width_m[0]), 1e-9)
        rise = 2 * self.yarnell * (self.yarnell + 10 * head / depth - 0.6) * (blocked + 15 * blocked**4) * head
        critical = critical_level(row.cut, flow_m3s)
        return water(
            row.cut, flow_m3s, max(down.level_m + max(rise, 0.0), critical), f"Yarnell at {self.name}", critical
        )

    def _momentum(self, row: Row, flow_m3s: float, down: Water) -> list[Water]:
        """Balance of momentum over the three parts with friction and the piers' drag; none where it has no level."""
        near, under, past = self._lengths(row)

        def next_up(row_up: Row, cut: Cut, below: Water, pier: Callable[[Floats], Floats], free: float) -> Water | None:
            critical = critical_level(cut, flow_m3s)
            length = row_up.lengths_m[1]

            def surplus(level: Floats) -> Floats:
                here = cut.at(level)
                slope = (2 * flow_m3s / (here.total_m3s + below.state.total_m3s)) ** 2
                friction = slope * length * 0.5 * (here.area_m2 + below.state.area_m2)
                value = _force(here, flow_m3s) + free - _force(below.state, flow_m3s) - friction - pier(level)
                return np.nan_to_num(value, nan=-1e30, posinf=1e30, neginf=-1e30)

            high = max(critical, below.energy_m) + 1.0
            while surplus(np.array([high]))[0] <= 0 and high < 1e6:
                high += 2 * (high - critical)
            found = crossings(surplus, ladder(critical, high), rising=True)
            return (
                water(cut, flow_m3s, min(found, key=lambda z: abs(z - below.level_m)), "", critical) if found else None
            )

        none = np.zeros_like
        piers = float((self.down_free.at(down.level_m).flow_moment_m3 - self.down.at(down.level_m).flow_moment_m3)[0])
        lower = next_up(past, self.down, down, none, piers)
        upper = next_up(under, self.up, lower, none, 0.0) if lower else None
        if upper is None:
            return []
        free, held = self.up_free.at(upper.level_m), self.up.at(upper.level_m)
        blocked = float((free.area_m2 - held.area_m2)[0])
        push = float((free.flow_moment_m3 - held.flow_moment_m3)[0])

        def drag(level: Floats) -> Floats:
            return push + 0.5 * self.drag * blocked * flow_m3s**2 / (GRAVITY * row.cut.at(level).area_m2 ** 2)

        above = next_up(near, row.cut, upper, drag, 0.0)
        return [replace(above, why=f"momentum at {self.name}")] if above else []

    def _pressure(self, energy_m: float, down: Water) -> float:
        """Discharge under a deck that the water touches: a sluice gate, or an orifice where it is drowned [m³/s]."""
        opening = self.up.at(self.soffit_m)
        area, wide = float(opening.area_m2[0]), float(self.up.at(self.soffit_m - 0.01).width_m[0])
        if down.level_m >= self.soffit_m:
            return float(self.submerged * area * (2 * GRAVITY * max(energy_m - down.level_m, 0.0)) ** 0.5)
        height = area / wide if wide > 0 else self.soffit_m - self.up.bed_m
        head = energy_m - self.soffit_m + 0.5 * height
        by_depth = float(np.interp((energy_m - self.soffit_m + height) / height, *_SLUICE))
        coefficient = self.sluice if np.isfinite(self.sluice) else by_depth
        return float(coefficient * area * (2 * GRAVITY * max(head, 0.0)) ** 0.5)


def _force(here: Flowing, flow_m3s: float) -> Floats:
    """Specific force of what flows [m³]: water that stands behind an embankment does not push on the opening."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(here.beta * flow_m3s**2 / (GRAVITY * here.area_m2) + here.flow_moment_m3, np.float64)
