"""The water on an ordinary day: levels from what flows in along the river, cycles of day and year, slow weather."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Basin
from riverchief.base.errors import UnknownName
from riverchief.base.places import Place
from riverchief.simulate.flow import TrueFlow
from riverchief.simulate.noise import DAY_S, Wobble, day_angle, rng
from riverchief.simulate.tables import DECAY_PER_DAY, LIMITS, limit

Floats = NDArray[np.float64]

YEAR_S = 365.25 * DAY_S
HIGHEST = 0.65  # of the target's limit: no section is over its target without a spill
_WARMEST_S = 205 * DAY_S  # 24 July, of a year that begins on 1 January
_STORM_BLOCK_S = 10 * DAY_S
_STORM_S = 8 * 3600.0

# level [mg/L] of dissolved things that no river limit judges: lowest and highest of a headwater
_UNJUDGED = {
    "tn": (1.5, 3.0),
    "toc": (2.0, 4.0),
    "suspended_solids": (8.0, 25.0),
    "dissolved_solids": (300.0, 600.0),
    "chloride": (20.0, 60.0),
    "sulphate": (40.0, 120.0),
    "nitrate": (1.0, 2.5),
    "nitrite": (0.02, 0.06),
    "iron": (0.05, 0.2),
    "manganese": (0.02, 0.06),
}
_LOCAL = ("water_temperature", "do", "ph", "ec", "turbidity")
_OFFSETS = {"water_temperature": 0.8, "do": 0.15, "ph": 0.12, "ec": 120.0, "turbidity": 8.0}


def oxygen_saturation(temperature_c: ArrayLike) -> Floats:
    """Dissolved oxygen at saturation [mg/L], at 800 m above the sea.

    Polynomial of Elmore and Hayes (J. Sanit. Eng. Div. ASCE 86, 1960) for sea level, times the ratio of air
    pressures at 800 m and 0 m of the standard atmosphere, 0.909.
    """
    t = np.asarray(temperature_c, np.float64)
    return 0.909 * (14.652 - 0.41022 * t + 0.007991 * t**2 - 0.000077774 * t**3)


@dataclass(frozen=True)
class _Mixed:
    """Level of one property along every reach: what it tends to, where it starts, what is let in on the way."""

    rest: Floats  # (n_reach,) towards which the water recovers
    start: Floats  # (n_reach,) at the head of the reach
    loads: dict[int, list[tuple[float, float]]]  # reach → (chainage [m], rise [mg/L])


@dataclass(frozen=True)
class Background:
    """Concentrations without any spill, at any place and time.

    What is dissolved (nutrients, COD, metals) has a steady level from a balance along the river: headwaters and
    boundary inflows, steady loads of the facilities, dilution, decay. What is made where it is measured (temperature,
    oxygen, pH) and conductivity and turbidity have a level of the reach. All of it moves with day, year and weather.
    """

    basin: Basin
    flow: TrueFlow
    seed: int
    decay_per_day: dict[str, float]
    _levels: dict[str, _Mixed] = field(default_factory=dict, repr=False)
    _waves: dict[tuple[str, str], tuple[Wobble, Wobble]] = field(default_factory=dict, repr=False)

    @classmethod
    def draw(cls, basin: Basin, flow: TrueFlow, seed: int) -> Background:
        """Draw the background of a basin, and how fast its water loses each property."""
        generator = rng(seed, "decay")
        decay = {name: float(generator.uniform(*bounds)) for name, bounds in DECAY_PER_DAY.items()}
        return cls(basin, flow, seed, decay)

    # ------------------------------------------------------------------ steady levels

    @cached_property
    def _reference_class(self) -> NDArray[np.int64]:
        """Strictest target of the sections below every reach: water above a section must not fail it."""
        network = self.basin.network
        strictest = np.full(len(network.codes), 6, np.int64)
        for section in self.basin.sections:
            above = network.upstream([network.index(section.place.reach)])
            strictest[above] = np.minimum(strictest[above], section.target_class)
        strictest[strictest == 6] = 3
        return strictest

    def _rest(self, name: str) -> Floats:
        """Level of headwaters and diffuse inflow [mg/L], per reach."""
        generator = rng(self.seed, "rest", name)
        reaches = self.basin.reaches
        rivers = {reach.river: generator.uniform(0.30, 0.45) for reach in reaches}
        share = np.array([rivers[reach.river] for reach in reaches])
        if name in _UNJUDGED:
            low, high = _UNJUDGED[name]
            return low + (high - low) * (share - 0.30) / 0.15
        lake = {s.place.reach for s in self.basin.sections if s.tp_rule == "lake"}
        below = self.basin.network.upstream([self.basin.network.index(code) for code in sorted(lake)] or [])
        bound = [
            limit(name, int(c), "lake" if lake and wet else "river") or 1.0
            for c, wet in zip(self._reference_class, below, strict=True)
        ]
        return np.asarray(share * np.array(bound))

    def _balance(self, name: str) -> _Mixed:
        """Steady balance from the sources down: water mixes at nodes, recovers along reaches, takes up loads."""
        network, flow = self.basin.network, self.flow
        rest = self._rest(name)
        generator = rng(self.seed, "boundary", name)
        inflow = {
            network.index(s.place.reach): rest[network.index(s.place.reach)] * generator.uniform(1.1, 1.4)
            for s in self.basin.sections
            if s.boundary
        }
        let_in: dict[int, list[tuple[float, float]]] = {}
        for facility in self.basin.facilities:
            if facility.kind in ("intake", "gate", "reservoir") or name not in facility.pollutants:
                continue
            reach = network.index(facility.place.reach)
            rise = facility.flow_m3s * facility.pollutants[name] / flow.flow_m3s[reach]
            let_in.setdefault(reach, []).append((facility.place.chainage_m, rise))
        clean = self._route(name, rest, inflow, {})
        loaded = self._route(name, rest, inflow, let_in)
        factor = 1.0
        for section in self.basin.sections:
            bound = limit(name, section.target_class, section.tp_rule)
            if bound is None:
                continue
            reach, at = network.index(section.place.reach), section.place.chainage_m
            low, high = self._along(name, clean, reach, at), self._along(name, loaded, reach, at)
            if high > HIGHEST * bound and high > low:
                factor = min(factor, max(0.0, (HIGHEST * bound - low) / (high - low)))
        scaled = {reach: [(at, rise * factor) for at, rise in rows] for reach, rows in let_in.items()}
        return self._route(name, rest, inflow, scaled)

    def _along(self, name: str, mixed: _Mixed, reach: int, chainage_m: float) -> float:
        rate = self.decay_per_day.get(name, 0.0) / DAY_S / self.flow.velocity_ms[reach]
        value = mixed.rest[reach] + (mixed.start[reach] - mixed.rest[reach]) * np.exp(-rate * chainage_m)
        for at, rise in mixed.loads.get(reach, ()):
            if at <= chainage_m:
                value += rise * np.exp(-rate * (chainage_m - at))
        return float(value)

    def _route(
        self, name: str, rest: Floats, inflow: dict[int, float], loads: dict[int, list[tuple[float, float]]]
    ) -> _Mixed:
        network, flow = self.basin.network, self.flow.flow_m3s
        mixed = _Mixed(rest, rest.copy(), loads)
        for node in network.order:
            above, below = np.flatnonzero(network.to_node == node), np.flatnonzero(network.from_node == node)
            arriving = flow[above].sum()
            carried = sum(flow[r] * self._along(name, mixed, int(r), network.length_m[r]) for r in above)
            leaving = flow[below].sum()
            for r in below:
                lateral = max(leaving - arriving, 0.0)  # springs and small streams, as clean as headwaters
                mixed.start[r] = (carried + lateral * rest[r]) / (arriving + lateral)
                mixed.start[r] = inflow.get(int(r), mixed.start[r]) if not above.size else mixed.start[r]
        return mixed

    def level(self, name: str, place: Place) -> float:
        """Mean level of a dissolved property at a place [its unit]."""
        if name not in self._levels:
            self._levels[name] = self._balance(name)
        return self._along(name, self._levels[name], self.basin.network.index(place.reach), place.chainage_m)

    # ------------------------------------------------------------------ in time

    def _wave(self, name: str, river: str) -> tuple[Wobble, Wobble]:
        """The slow weather of one property: of the basin, and of one river."""
        known = self._waves.get((name, river))
        if known is None:
            wide = Wobble.draw(rng(self.seed, "weather", name), 3 * DAY_S, 25 * DAY_S)
            own = Wobble.draw(rng(self.seed, "weather", name, river), 3 * DAY_S, 25 * DAY_S)
            known = self._waves[name, river] = (wide, own)
        return known

    def _drift(self, name: str, place: Place, time_s: Floats) -> Floats:
        wide, own = self._wave(name, self._river(place))
        return 0.6 * wide.at(time_s) + 0.4 * own.at(time_s)

    def _river(self, place: Place) -> str:
        return self.basin.reaches[self.basin.network.index(place.reach)].river

    def _offset(self, name: str, place: Place) -> float:
        """How far one reach differs from the basin's mean, in the property's unit."""
        return float(rng(self.seed, "reach", place.reach, name).uniform(-1, 1)) * _OFFSETS[name]

    def at(self, name: str, place: Place, time_s: ArrayLike) -> Floats:
        """Values of one property at a place and times [s since 1970 UTC], in the property's unit; shape (n,).

        Raises
        ------
        UnknownName
            For a property that this world cannot make.
        """
        times = np.atleast_1d(np.asarray(time_s, np.float64))
        if name == "water_temperature":
            return self._temperature(place, times)
        if name == "do":
            filled = 0.97 + 0.03 * self._drift(name, place, times) + 0.05 * np.cos(day_angle(times, 15.0))
            return oxygen_saturation(self._temperature(place, times)) * filled + self._offset(name, place)
        if name == "ph":
            daily = 0.10 * np.cos(day_angle(times, 15.5))
            return 8.10 + self._offset(name, place) + 0.08 * self._drift(name, place, times) + daily
        if name == "ec":
            daily = 0.006 * np.cos(day_angle(times, 5.0))
            return (850 + self._offset(name, place)) * (1 + 0.04 * self._drift(name, place, times) + daily)
        if name == "turbidity":
            calm = (25 + self._offset(name, place)) * (1 + 0.25 * self._drift(name, place, times))
            return calm * (1 + self._storm(times))
        if not makes(name):
            raise UnknownName("property of the simulated river", name, [*_LOCAL, *LIMITS, *_UNJUDGED])
        peak_hour = float(rng(self.seed, "peak", name).uniform(18, 22))
        daily = 0.05 * np.cos(day_angle(times, peak_hour))
        return self.level(name, place) * (1 + 0.10 * self._drift(name, place, times) + daily)

    def _temperature(self, place: Place, times: Floats) -> Floats:
        season = np.cos(2 * np.pi * (times - _WARMEST_S) / YEAR_S)
        daily = (0.6 + 0.4 * np.clip(season, -0.5, 1)) * np.cos(day_angle(times, 17.0))
        weather = 1.5 * self._drift("water_temperature", place, times)
        return np.maximum(13.0 + 11.0 * season + daily + weather + self._offset("water_temperature", place), 0.3)

    def _storms(self, first_s: float, last_s: float) -> list[tuple[float, float]]:
        """Beginning [s since 1970 UTC] and strength of the storms between two times; more of them in summer."""
        found: list[tuple[float, float]] = []
        for block in range(int(first_s // _STORM_BLOCK_S), int(last_s // _STORM_BLOCK_S) + 1):
            generator = rng(self.seed, "storm", block)
            begin = block * _STORM_BLOCK_S
            wet = 0.5 + 0.5 * np.cos(2 * np.pi * (begin - _WARMEST_S) / YEAR_S)
            n = int(generator.poisson(0.2 + 1.6 * wet))
            found += zip(begin + generator.uniform(0, _STORM_BLOCK_S, n), generator.uniform(1, 5, n), strict=True)
        return found

    def _storm(self, times: Floats) -> Floats:
        """How much the rain of the last days raises turbidity, as a share; rises in hours, settles in a day or two."""
        total = np.zeros(times.shape)
        if not times.size:
            return total
        for begin, strength in self._storms(times.min() - 4 * DAY_S, times.max()):
            since = np.clip((times - begin) / _STORM_S, 0, None)
            total += strength * since * np.exp(1 - since)
        return total

    def rain_mm(self, duration_s: float, time_s: ArrayLike) -> Floats:
        """Rain of the `duration_s` [s] before each time [mm]; a storm of strength 1 rains 4 mm in 4 h; shape (n,)."""
        times = np.atleast_1d(np.asarray(time_s, np.float64))
        total = np.zeros(times.shape)
        if not times.size:
            return total
        for begin, strength in self._storms(times.min() - DAY_S, times.max()):
            share = [np.clip((edge - begin) / (4 * 3600.0), 0, 1) for edge in (times, times - duration_s)]
            total += 4 * strength * (share[0] - share[1])
        return total


def makes(name: str) -> bool:
    """Whether the simulated river has an ordinary level of a property."""
    return name in LIMITS or name in _UNJUDGED or name in _LOCAL
