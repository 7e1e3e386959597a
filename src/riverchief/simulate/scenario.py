"""One story for the river: who spills what when, which sensor breaks, which works passes its permit. For any seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from riverchief.base.basin import Basin, Facility, Section, Station
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.base.time import from_epoch
from riverchief.simulate.background import makes
from riverchief.simulate.instruments import JUMPING, STUCK, Breakdown
from riverchief.simulate.noise import rng
from riverchief.simulate.stations import HOUR_S, Exceedance, FieldStation, Quiet, alarms, field_stations, marks
from riverchief.simulate.tables import FIVE
from riverchief.simulate.truth import Spill, TrueRiver, fingerprint

SPILLING = ("outfall", "works", "enterprise")
PEAK = (2.0, 6.0)  # times the limit, at the first station
_SOON_S = 18 * HOUR_S  # a spill whose wave needs longer to its first station makes a dull demonstration
_LATER_S = 48 * HOUR_S
OVER = (1.2, 1.4)  # times the permit's hourly limit, at a works' own monitor
OVER_BEFORE_S, OVER_AFTER_S = HOUR_S // 2, 7 * HOUR_S // 2  # about the wave's arrival: two analyses of two hours
_TRIES = 24


@dataclass(frozen=True)
class Source:
    """A place that may spill, with the water-quality stations below it from the nearest on.

    Attributes
    ----------
    stations : tuple of Station
    travel_s : tuple of float
        Travel time of the registry to each of them [s].
    mix : dict
        Property → strength of an ordinary discharge [mg/L].
    """

    code: str
    kind: str
    place: Place
    stations: tuple[Station, ...]
    travel_s: tuple[float, ...]
    mix: dict[str, float]


@dataclass(frozen=True)
class Scenario:
    """A drawn story; `river` holds its truth, `stations` play it.

    Attributes
    ----------
    spill : Spill
    first : str
        Code of the first water-quality station below the source.
    leading : str
        Property that passes its limit there by the largest factor.
    breakdown : Breakdown or None
        The broken sensor; None in a basin where every sensor is needed.
    exceedance : Exceedance or None
        When a works passes its permit; None in a basin without an hourly limit that a monitor could see.
    """

    seed: int
    river: TrueRiver
    spill: Spill
    first: str
    leading: str
    breakdown: Breakdown | None
    quiet: tuple[Quiet, ...]
    exceedance: Exceedance | None = None

    @classmethod
    def draw(cls, basin: Basin, seed: int, start: datetime, days: float = 4.0) -> Scenario:
        """Draw a scenario whose river is watched from `start` for some days.

        The spill is one that the field's rhythm can show: the first analysis after the wave has arrived at the first
        station finds it over the limit by a third. Waves that slip through between two analyses are redrawn.

        Raises
        ------
        InputError
            When the basin has no source with a water-quality station below it.
        """
        generator = rng(seed, "scenario")
        found = sources(basin)
        if not found:
            raise InputError(
                f"basin {basin.code} has no outfall, works, enterprise or boundary section with pollutants and a "
                f"water-quality station downstream that measures one of them; nothing can be spilt there.",
                basin=basin.code,
            )
        river = TrueRiver.draw(basin, seed, start, days)
        weight = np.array([(4.0 if len(s.stations) > 1 else 1.0) for s in found])
        weight *= [1.0 if s.travel_s[0] <= _SOON_S else 0.02 for s in found]
        best: tuple[float, TrueRiver, str, str] | None = None
        for _ in range(_TRIES):
            source = found[int(generator.choice(len(found), p=weight / weight.sum()))]
            told, name = _told(river, source, generator)
            seen = _seen(told, source.stations[0], name)
            if best is None or seen > best[0]:
                best = seen, told, source.stations[0].code, name
            if seen >= 1.33:
                break
        assert best is not None
        _, river, first, name = best
        quiet = _quiet(river, [s.code for s in basin.stations], name)
        over = _exceedance(river, first, name)
        if over is not None:
            quiet += (Quiet(over.station, over.start_s - HOUR_S, over.end_s + HOUR_S),)
        return cls(seed, river, river.spills[0], first, name, _breakdown(river, first, generator), quiet, over)

    @property
    def stations(self) -> list[FieldStation]:
        """The field stations that play this story."""
        return field_stations(self.river, self.breakdown, self.quiet, self.exceedance)

    def arrival(self) -> datetime | None:
        """When the wave arrives at the first station: first instant 20 % above background, of the leading property."""
        return self.river.arrival(self.first, self.leading)

    def truth(self) -> dict[str, Any]:
        """The truth as JSON, to be held against what the platform found."""
        spill, broken, arrival = self.spill, self.breakdown, self.arrival()
        peak, peak_s = self.river.peak(self.first, self.leading)
        return {
            "simulated": True,
            "seed": self.seed,
            "source": spill.source,
            "kind": spill.kind,
            "reach": spill.place.reach,
            "chainage_m": spill.place.chainage_m,
            "start": _iso(spill.start_s),
            "duration_s": spill.duration_s,
            "mass_kg": {name: round(grams / 1000, 3) for name, grams in spill.mass_g.items()},
            "first_station": self.first,
            "property": self.leading,
            "arrival": None if arrival is None else _iso(arrival.timestamp()),
            "peak": round(peak, 3),
            "peak_at": _iso(peak_s),
            "broken": None
            if broken is None
            else {
                "station": broken.station,
                "property": broken.property,
                "mode": broken.mode,
                "start": _iso(broken.start_s),
            },
            "exceedance": None
            if self.exceedance is None
            else {
                "station": self.exceedance.station,
                "property": self.exceedance.property,
                "start": _iso(self.exceedance.start_s),
                "end": _iso(self.exceedance.end_s),
                "level": round(self.exceedance.level, 3),
            },
        }


def _iso(time_s: float) -> str:
    return from_epoch(round(time_s)).strftime("%Y-%m-%dT%H:%M:%SZ")


def sources(basin: Basin) -> list[Source]:
    """Every place of a basin that can spill something that a water-quality station below it measures."""
    places: list[tuple[Facility | Section, str, dict[str, float]]] = [
        (f, f.kind, fingerprint(f.pollutants)) for f in basin.facilities if f.kind in SPILLING
    ]
    # what comes over a border is a city's water: strengths of sewage after some days in a river
    places += [(s, "boundary", {"nh3n": 3.0, "codmn": 12.0, "tp": 0.5}) for s in basin.sections if s.boundary]
    watching = [s for s in basin.stations if s.kind == "water_quality" and s.place is not None]
    reach, chainage = basin.network.positions([s.place for s in watching if s.place is not None])
    found = []
    for thing, kind, mix in places:
        at = basin.network.index(thing.place.reach), thing.place.chainage_m
        travel = basin.network.travel_time(at[0], at[1], reach, chainage)
        below = [i for i in np.argsort(travel) if np.isfinite(travel[i]) and travel[i] <= _LATER_S]
        if below and _leading(basin, watching[below[0]], mix):
            stations = tuple(watching[i] for i in below)
            found.append(Source(thing.code, kind, thing.place, stations, tuple(float(travel[i]) for i in below), mix))
    return found


def _leading(basin: Basin, station: Station, mix: dict[str, float]) -> str | None:
    """The property of a mix that a station would see pass its limit first."""
    bounds = alarms(basin, station)
    known = [name for name in mix if name in bounds]
    return max(known, key=lambda name: mix[name] / bounds[name], default=None)


def _told(river: TrueRiver, source: Source, generator: np.random.Generator) -> tuple[TrueRiver, str]:
    """A river with a spill of this source, of a size that the first station cannot miss, and its leading property."""
    mix = {name: value * float(np.exp(generator.normal(0, 0.2))) for name, value in source.mix.items()}
    duration_s = int(generator.uniform(1, 6) * HOUR_S)
    start_s = river.start_s + int(generator.uniform(2, 6) * HOUR_S)
    first = source.stations[0]
    name = _leading(river.basin, first, mix)
    assert name is not None
    bound = alarms(river.basin, first)[name]
    # first as 1 m³ of ordinary discharge, then as much of it as makes the wanted peak: transport is linear
    unit = river.with_spills([Spill(source.code, source.kind, source.place, start_s, duration_s, mix)])
    times = np.arange(start_s, river.end_s, 600.0)
    added = float(unit.added(first.code, name, times).max())
    usual = float(river.without(first.code, name, times).mean())
    wanted = generator.uniform(*PEAK) * bound - usual
    return unit.scaled(wanted / max(added, 1e-30)), name


def _seen(river: TrueRiver, station: Station, name: str) -> float:
    """What the first analysis after the arrival finds, as a multiple of the alarm setting; 0 where none arrives."""
    arrival_s = river.arrival_s(station.code, name)
    if arrival_s is None:
        return 0.0
    interval_s = station.interval_s[name]
    after = marks(arrival_s, arrival_s + interval_s, interval_s)
    if after.size == 0 or after[0] >= river.end_s:
        return 0.0
    return float(river.value(station.code, name, after)[0] / alarms(river.basin, station)[name])


def _quiet(river: TrueRiver, codes: list[str], name: str) -> tuple[Quiet, ...]:
    """The stations that the wave passes are spared other troubles from 8 h before until 24 h after it arrives."""
    found = []
    for code in codes:
        if river.knows(code):
            arrival_s = river.arrival_s(code, name)
            if arrival_s is not None:
                found.append(Quiet(code, arrival_s - 8 * HOUR_S, arrival_s + 24 * HOUR_S))
    return tuple(found)


def _breakdown(river: TrueRiver, first: str, generator: np.random.Generator) -> Breakdown | None:
    """One five-parameter probe that breaks within hours, away from the spill where there is such a station."""
    touched = {s.code for s in river.basin.stations if river.knows(s.code) and _touched(river, s.code)}
    able = [
        (s.code, name)
        for s in river.basin.stations
        if s.kind == "water_quality" and s.place is not None and s.code != first
        for name in s.interval_s
        if name in FIVE
    ]
    apart = [(code, name) for code, name in able if code not in touched]
    choice = apart or [(code, name) for code, name in able if name in ("water_temperature", "ph", "turbidity")]
    mode = STUCK if generator.uniform() < 0.5 else JUMPING
    pick, after = generator.uniform(), generator.uniform(0.5, 4)
    if not choice:
        return None
    code, name = choice[int(pick * len(choice))]
    return Breakdown(code, name, mode, river.start_s + int(after * HOUR_S))


def _exceedance(river: TrueRiver, first: str, name: str) -> Exceedance | None:
    """One works that passes its permit for some hours while the wave arrives; its draw touches no other."""
    generator = rng(river.seed, "exceedance")
    basin = river.basin
    able = [
        (station.code, limit.property, limit.limit)
        for station in basin.stations
        if station.kind == "outfall" and station.place is not None
        for limit in basin.permits
        if limit.facility == station.facility
        and (limit.period, limit.unit) == ("hour", "mg/L")
        and limit.property in station.interval_s
    ]
    arrival_s = river.arrival_s(first, name)
    pick, times = generator.uniform(), generator.uniform(*OVER)
    if not able or arrival_s is None:
        return None
    code, property_, bound = able[int(pick * len(able))]
    return Exceedance(code, property_, arrival_s - OVER_BEFORE_S, arrival_s + OVER_AFTER_S, times * bound)


def _touched(river: TrueRiver, code: str) -> bool:
    """Whether a spill shows at a station at all: by more than a hundredth of what is there anyway."""
    times = np.arange(river.start_s, river.end_s, 1_800.0)
    return any(
        bool((river.added(code, name, times) > 0.01 * river.without(code, name, times)).any())
        for name in river.layers[:-1]
        if makes(name)
    )
