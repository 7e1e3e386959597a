"""The true river of a simulation: its background, its spills, and when they arrive where. Free of any noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.places import Place
from riverchief.base.time import from_epoch, to_epoch
from riverchief.simulate.background import Background
from riverchief.simulate.flow import TrueFlow
from riverchief.simulate.noise import DAY_S, rng
from riverchief.simulate.tables import CODMN_PER_COD, CONDUCTIVITY, FIVE, OXYGEN_DEMAND, REAERATION_PER_DAY
from riverchief.simulate.transport import Budget, Carried, Release, Substance, carry

Floats = NDArray[np.float64]

ARRIVED = 1.2  # a wave has arrived when the concentration exceeds background by 20 %
_SAG = "do"


@dataclass(frozen=True)
class Spill:
    """A discharge that should not be (偷排, 泄漏), or a load that comes over the border.

    Attributes
    ----------
    source : str
        Code of the facility or of the boundary section.
    kind : str
        `outfall`, `works`, `enterprise` or `boundary`.
    place : Place
        Where it enters the water.
    start_s, duration_s : int
        Seconds since 1970 UTC, and seconds.
    mass_g : mapping
        Property → mass [g].
    """

    source: str
    kind: str
    place: Place
    start_s: int
    duration_s: int
    mass_g: Mapping[str, float]

    def scaled(self, factor: float) -> Spill:
        """The same spill with `factor` times the mass."""
        mass = {name: value * factor for name, value in self.mass_g.items()}
        return Spill(self.source, self.kind, self.place, self.start_s, self.duration_s, mass)


def fingerprint(pollutants: Mapping[str, float]) -> dict[str, float]:
    """What a discharge of these pollutants [mg/L] brings into a river; the permanganate index from COD where it lacks.

    The five parameters are no masses and are left out; conductivity follows from the salts that come with the rest.
    """
    mix = {name: value for name, value in pollutants.items() if value > 0 and name not in FIVE}
    if "cod" in mix and "codmn" not in mix:
        mix["codmn"] = CODMN_PER_COD * mix["cod"]
    return mix


@dataclass(frozen=True)
class TrueRiver:
    """What really happens in the water of a basin.

    Build it with `TrueRiver.draw`; `with_spills` gives the same river with other spills. Without spills it is the
    background-only run that arrivals are measured against.
    """

    basin: Basin
    seed: int
    start_s: int
    end_s: int
    flow: TrueFlow
    background: Background
    reaeration_per_day: float
    spills: tuple[Spill, ...] = ()
    factor: float = 1.0  # transport is linear, so a spill's size needs no second run
    _given: Carried | None = field(default=None, repr=False)

    @classmethod
    def draw(cls, basin: Basin, seed: int, start: datetime, days: float = 5.0) -> TrueRiver:
        """Draw a river that is watched from `start` for some days."""
        flow = TrueFlow.draw(basin, seed)
        reaeration = float(rng(seed, "reaeration").uniform(*REAERATION_PER_DAY))
        begin = to_epoch(start)
        background = Background.draw(basin, flow, seed)
        return cls(basin, seed, begin, begin + int(days * DAY_S), flow, background, reaeration)

    def with_spills(self, spills: Sequence[Spill]) -> TrueRiver:
        """The same river with these spills.

        Raises
        ------
        InputError
            For a spill that starts before the river is watched, or lasts no time.
        """
        for spill in spills:
            if spill.start_s < self.start_s or not spill.duration_s > 0:
                after_h = (spill.start_s - self.start_s) / 3600
                raise InputError(
                    f"the spill of {spill.source} starts {after_h:,.1f} h after the river's watch "
                    f"and lasts {spill.duration_s:,} s; give a start from 0 h on and a duration above 0 s.",
                    source=spill.source,
                )
        return TrueRiver(
            self.basin,
            self.seed,
            self.start_s,
            self.end_s,
            self.flow,
            self.background,
            self.reaeration_per_day,
            tuple(spills),
        )

    def scaled(self, factor: float) -> TrueRiver:
        """The same river with `factor` times the mass in every spill; nothing is computed again."""
        spills = tuple(spill.scaled(factor) for spill in self.spills)
        return TrueRiver(
            self.basin,
            self.seed,
            self.start_s,
            self.end_s,
            self.flow,
            self.background,
            self.reaeration_per_day,
            spills,
            self.factor * factor,
            self._carried,
        )

    # ------------------------------------------------------------------ what the spills add

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Properties that are carried; the last one is the oxygen deficit."""
        names = dict.fromkeys(name for spill in self.spills for name in spill.mass_g)
        return (*names, _SAG)

    @cached_property
    def _places(self) -> dict[str, Place]:
        """Codes that can be asked for: stations and sections on the river."""
        places = {s.code: s.place for s in self.basin.stations if s.place is not None}
        return places | {s.code: s.place for s in self.basin.sections}

    @cached_property
    def _gauge(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self._places)}

    @cached_property
    def _carried(self) -> Carried | None:
        if self._given is not None or not self.spills:
            return self._given
        network = self.basin.network
        rates = {**self.background.decay_per_day, _SAG: self.reaeration_per_day}
        substances = [Substance(rates.get(name, 0.0) / DAY_S, OXYGEN_DEMAND.get(name, 0.0)) for name in self.layers]
        releases = [
            Release(
                network.index(spill.place.reach),
                spill.place.chainage_m,
                spill.start_s,
                spill.duration_s,
                np.array([spill.mass_g.get(name, 0.0) for name in self.layers]),
            )
            for spill in self.spills
        ]
        gauges = [(network.index(place.reach), place.chainage_m) for place in self._places.values()]
        begin = min(spill.start_s for spill in self.spills)
        return carry(
            network,
            self.flow,
            releases,
            substances,
            gauges,
            begin,
            max(self.end_s, begin + DAY_S // 4),
            sag=len(self.layers) - 1,
        )

    @property
    def budget(self) -> dict[str, Budget]:
        """Where the mass of every spilt property is at the end of the watch [g]."""
        carried = self._carried
        if carried is None:
            return {}
        parts = (carried.budget.released_g, carried.budget.inside_g, carried.budget.left_g, carried.budget.lost_g)
        return {
            name: Budget(*(part[i : i + 1] * self.factor for part in parts))
            for i, name in enumerate(self.layers)
            if name != _SAG
        }

    def knows(self, code: str) -> bool:
        """Whether a code is that of a station or section on the river."""
        return code in self._places

    def place(self, code: str) -> Place:
        """Where a station or section lies."""
        try:
            return self._places[code]
        except KeyError:
            raise UnknownName("station or section", code, self._places) from None

    def added(self, code: str, name: str, time_s: ArrayLike) -> Floats:
        """What the spills add to a property at a station or section [its unit]; negative for oxygen; shape (n,)."""
        times = np.atleast_1d(np.asarray(time_s, np.float64))
        self.place(code)
        carried = self._carried
        if carried is None:
            return np.zeros(times.shape)
        if name == "ec":
            parts = [CONDUCTIVITY[p] * self.added(code, p, times) for p in self.layers if p in CONDUCTIVITY]
            return np.asarray(sum(parts, np.zeros(times.shape)))
        if name not in self.layers:
            return np.zeros(times.shape)
        table = carried.concentration[:, self._gauge[code], self.layers.index(name)]
        value = self.factor * np.interp(times, carried.time_s, table, left=0.0, right=0.0)
        return -value if name == _SAG else value

    # ------------------------------------------------------------------ what is in the water

    def without(self, code: str, name: str, time_s: ArrayLike) -> Floats:
        """The background-only value of a property at a station or section [its unit]; shape (n,)."""
        return self.background.at(name, self.place(code), time_s)

    def value(self, code: str, name: str, time_s: ArrayLike) -> Floats:
        """The true, noise-free value of a property at a station or section [its unit]; shape (n,)."""
        total = self.without(code, name, time_s) + self.added(code, name, time_s)
        return np.maximum(total, 0.2) if name == _SAG else total

    def arrival_s(self, code: str, name: str) -> float | None:
        """First instant at which the noise-free concentration exceeds background by 20 % [s]; None where none does."""
        carried = self._carried
        if carried is None:
            return None
        times = carried.time_s
        ratio = self.value(code, name, times) / self.without(code, name, times)
        over = np.flatnonzero(ratio > ARRIVED)
        if over.size == 0:
            return None
        i = int(over[0])
        if i == 0:
            return float(times[0])
        share = (ARRIVED - ratio[i - 1]) / (ratio[i] - ratio[i - 1])
        return float(times[i - 1] + share * (times[i] - times[i - 1]))

    def arrival(self, code: str, name: str) -> datetime | None:
        """`arrival_s` as an aware datetime in UTC."""
        at = self.arrival_s(code, name)
        return None if at is None else from_epoch(at)

    def peak(self, code: str, name: str) -> tuple[float, float]:
        """Highest value at a station or section while it is watched [its unit], and when [s since 1970 UTC]."""
        carried = self._carried
        times = np.arange(self.start_s, self.end_s, 600.0) if carried is None else carried.time_s
        values = self.value(code, name, times)
        i = int(np.argmax(values))
        return float(values[i]), float(times[i])

    # ------------------------------------------------------------------ how much water

    def flow_m3s(self, place: Place, time_s: ArrayLike) -> Floats:
        """Flow at a place [m³/s]; shape (n,)."""
        return self.flow.flow_at(self.basin.network.index(place.reach), time_s)

    def depth_m(self, place: Place, time_s: ArrayLike) -> Floats:
        """Depth at a place [m], by a rating of the form h = h₀ (Q/Q₀)^0.6 (wide channel, Manning); shape (n,)."""
        reach = self.basin.network.index(place.reach)
        known = self.basin.reaches[reach]
        return np.asarray(max(known.depth_m, 0.1) * (self.flow.flow_at(reach, time_s) / known.flow_m3s) ** 0.6)

    def rain_mm(self, duration_s: float, time_s: ArrayLike) -> Floats:
        """Rain of the `duration_s` [s] before each time [mm]; shape (n,)."""
        return self.background.rain_mm(duration_s, time_s)
