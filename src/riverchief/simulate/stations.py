"""The field's stations: what is due when, what the instruments show then, what goes wrong at real stations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Basin, Facility, Station
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.places import Place
from riverchief.base.readings import Flag
from riverchief.simulate.instruments import Breakdown, Instrument
from riverchief.simulate.noise import DAY_S, LOCAL_OFFSET_S, Wobble, day_angle, key, rng, uniform
from riverchief.simulate.tables import FIVE, limit
from riverchief.simulate.truth import TrueRiver

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

HOUR_S = 3_600
_SLOW_S = 2 * HOUR_S  # analysers with reagents measure no oftener than this unless a limit is passed
_BLOCK_S = 6 * HOUR_S
_WEEK_S = 7 * DAY_S
_MAINTENANCE_S = 90 * 60
_OUTAGES_PER_DAY = 0.08

POWER, LINK = "power", "link"


@dataclass(frozen=True)
class Shown:
    """One value on a station's display, in the unit of its property."""

    property: str
    value: float
    flag: Flag = Flag.OK


@dataclass(frozen=True)
class Report:
    """What one station sends at once.

    Attributes
    ----------
    time_s : int
        When it was measured [s since 1970 UTC].
    due_s : int
        When the station first tries to send it: some seconds later, or after an outage of its link.
    readings : tuple of Shown
    """

    station: Station
    time_s: int
    due_s: int
    readings: tuple[Shown, ...]


@dataclass(frozen=True)
class Outage:
    """A station without power measures nothing; one without link sends later."""

    kind: str  # POWER or LINK
    start_s: int
    end_s: int


@dataclass(frozen=True)
class Quiet:
    """A time in which a station is spared outages, maintenance and breakdowns [s since 1970 UTC]."""

    station: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Exceedance:
    """Hours in which a discharger passes its permit: its monitor faces `level` [unit of the property] instead.

    It is too short to be felt in the river, whose truth knows nothing of it. Times are seconds since 1970 UTC.
    """

    station: str
    property: str
    start_s: float
    end_s: float
    level: float

    def shown(self, ordinary: Floats, times: Times) -> Floats:
        """What the monitor faces at times [s]; shape (n,)."""
        during = (times >= self.start_s) & (times <= self.end_s)
        return np.where(during, self.level, ordinary)


def marks(from_s: float, until_s: float, interval_s: int) -> Times:
    """Times in [from, until) at whole multiples of an interval on the local clock: 00, 04, 08 … for 4 h."""
    first = int(-(-(from_s + LOCAL_OFFSET_S) // interval_s)) * interval_s - LOCAL_OFFSET_S
    return np.arange(first, until_s, interval_s, dtype=np.int64)


def alarms(basin: Basin, station: Station) -> dict[str, float]:
    """The analysers' own alarm settings: limits of the target class of the section they watch, else of class III."""
    watched = [s for s in basin.sections if s.station == station.code]
    target, rule = (watched[0].target_class, watched[0].tp_rule) if watched else (3, "river")
    bounds = {name: limit(name, target, rule) for name in station.interval_s}
    return {name: bound for name, bound in bounds.items() if bound is not None}


@dataclass(frozen=True)
class FieldStation:
    """A station that plays: its instruments in the true river, its rhythm, its bad days."""

    station: Station
    river: TrueRiver
    breakdown: Breakdown | None = None
    quiet: tuple[Quiet, ...] = ()
    exceedance: Exceedance | None = None

    def __post_init__(self) -> None:
        if not self.station.interval_s or min(self.station.interval_s.values()) <= 0:
            raise InputError(
                f"station {self.station.code} has no reporting interval above 0 s; give it one per property.",
                station=self.station.code,
            )

    # ------------------------------------------------------------------ what it shows

    @cached_property
    def _instruments(self) -> dict[str, Instrument]:
        seed = self.river.seed
        return {name: Instrument.draw(self.station.code, name, seed) for name in self.station.interval_s}

    @cached_property
    def _place(self) -> Place:
        if self.station.place is None:
            raise InputError(f"station {self.station.code} is not on the river; it cannot be simulated here.")
        return self.station.place

    @cached_property
    def _facility(self) -> Facility | None:
        return next((f for f in self.river.basin.facilities if f.code == self.station.facility), None)

    def truth(self, name: str, times: Times) -> Floats:
        """The true value that one of its instruments faces, in the property's unit; shape (n,).

        Raises
        ------
        UnknownName
            For a property that this world cannot make.
        """
        if name == "voltage":
            return 12.8 + 0.3 * np.cos(day_angle(times, 13.0))
        if self.station.kind == "outfall" and self._facility is not None:
            ordinary = discharge(self._facility, name, self.river, times)
            over = self.exceedance
            mine = over is not None and (over.station, over.property) == (self.station.code, name)
            return over.shown(ordinary, times) if over is not None and mine else ordinary
        if name == "flow":
            return self.river.flow_m3s(self._place, times)
        if name == "level":
            return self._datum_m + self.river.depth_m(self._place, times)
        if name == "velocity":
            return self.river.flow.velocity_at(self.river.basin.network.index(self._place.reach), times)
        if name == "rain":
            return self.river.rain_mm(self.station.interval_s[name], times)
        return self.river.value(self.station.code, name, times)

    @cached_property
    def _datum_m(self) -> float:
        """Height of the bed [m]: an ordinary level stays two depths under the warning level, where there is one."""
        reach = self.river.basin.reaches[self.river.basin.network.index(self._place.reach)]
        depth = max(reach.depth_m, 0.1)
        if self.station.level_warning_m is not None:
            return self.station.level_warning_m - 3 * depth
        return 700.0

    def show(self, name: str, times: Times) -> Floats:
        """What one instrument shows at times [s since 1970 UTC], broken or not; shape (n,)."""
        instrument = self._instruments[name]
        shown = instrument.measure(self.truth(name, times), times)
        broken = self.breakdown
        if broken is None or (broken.station, broken.property) != (self.station.code, name):
            return shown
        interval_s = self.station.interval_s[name]
        last = marks(broken.start_s - interval_s, broken.start_s, interval_s)
        return broken.shown(shown, float(instrument.measure(self.truth(name, last), last)[0]), times)

    # ------------------------------------------------------------------ bad days

    def _spared(self, start_s: float, end_s: float) -> bool:
        return any(q.station == self.station.code and start_s < q.end_s and q.start_s < end_s for q in self.quiet)

    def outages(self, from_s: float, until_s: float) -> list[Outage]:
        """Outages that touch a stretch of time; one day in twelve has one, of 1 to 4 h."""
        found = []
        for day in range(int(from_s // DAY_S) - 1, int(until_s // DAY_S) + 1):
            generator = rng(self.river.seed, "outage", self.station.code, day)
            happens, begin, lasts = generator.uniform(size=3)
            kind = POWER if generator.uniform() < 0.5 else LINK
            start_s = int(day * DAY_S + begin * DAY_S)
            end_s = start_s + int(HOUR_S * (1 + 3 * lasts))
            if happens < _OUTAGES_PER_DAY and start_s < until_s and end_s > from_s and not self._spared(start_s, end_s):
                found.append(Outage(kind, start_s, end_s))
        return found

    def maintained(self, times: Times) -> NDArray[np.bool_]:
        """Whether somebody works at the station: 90 minutes a week, on a weekday by daylight; shape (n,)."""
        generator = rng(self.river.seed, "maintenance", self.station.code)
        # 1970-01-01 was a Thursday: day 4 of a week that is counted from there is a Monday
        begin = int(4 + generator.integers(5)) * DAY_S + int(generator.uniform(9, 16) * 4) * 900 - LOCAL_OFFSET_S
        since = (times - begin) % _WEEK_S
        working = since < _MAINTENANCE_S
        for i in np.flatnonzero(working):
            start_s = float(times[i] - since[i])
            working[i] = not self._spared(start_s, start_s + _MAINTENANCE_S)
        return np.asarray(working)

    # ------------------------------------------------------------------ rhythm

    @cached_property
    def _alarms(self) -> dict[str, float]:
        return alarms(self.river.basin, self.station) if self.station.kind == "water_quality" else {}

    @cached_property
    def _slow(self) -> tuple[str, ...]:
        """Properties that turn to hourly once one of them has passed its limit."""
        if self.station.kind != "water_quality":
            return ()
        return tuple(name for name, s in self.station.interval_s.items() if s >= _SLOW_S and name not in FIVE)

    def play(self, from_s: float, until_s: float = np.inf) -> Iterator[Report]:
        """Reports from one time on, in the order in which they are measured, without end or until `until_s`."""
        begin, hourly = float(from_s), False
        while begin < until_s:
            end = min((begin // _BLOCK_S + 1) * _BLOCK_S, until_s)
            reports, hourly = self._block(begin, end, hourly)
            yield from reports
            begin = end

    def _block(self, from_s: float, until_s: float, hourly: bool) -> tuple[list[Report], bool]:
        due: dict[int, dict[str, float]] = {}
        for name, interval_s in self.station.interval_s.items():
            if name in self._slow:
                continue
            times = marks(from_s, until_s, interval_s)
            for time, value in zip(times.tolist(), self.show(name, times).tolist(), strict=True):
                due.setdefault(time, {})[name] = value
        hourly = self._slow_block(from_s, until_s, hourly, due)
        times = np.array(sorted(due), np.int64)
        delay = 2 + 28 * uniform(key(self.river.seed, "delay", self.station.code), times)
        working = self.maintained(times)
        outages = self.outages(from_s, until_s)
        reports = []
        for i, time in enumerate(times.tolist()):
            out = [o for o in outages if o.start_s <= time < o.end_s]
            if any(o.kind == POWER for o in out):
                continue
            flag = Flag.MAINTENANCE if working[i] else Flag.OK
            readings = tuple(Shown(name, value, flag) for name, value in due[time].items())
            sent = max([time, *(o.end_s for o in out)]) + int(delay[i])
            reports.append(Report(self.station, time, sent, readings))
        return reports, hourly

    def _slow_block(self, from_s: float, until_s: float, hourly: bool, due: dict[int, dict[str, float]]) -> bool:
        """Add what the analysers with reagents show: at their own marks, or hourly while a limit is passed."""
        if not self._slow:
            return hourly
        times = marks(from_s, until_s, HOUR_S)
        shown = {name: self.show(name, times) for name in self._slow}
        for i, time in enumerate(times.tolist()):
            local = time + LOCAL_OFFSET_S
            now = [name for name in self._slow if hourly or local % self.station.interval_s[name] == 0]
            if not now:
                continue
            due.setdefault(time, {}).update({name: float(shown[name][i]) for name in now})
            judged = [name for name in now if name in self._alarms]
            if judged:
                hourly = any(shown[name][i] > self._alarms[name] for name in judged)
        return hourly


def discharge(facility: Facility, name: str, river: TrueRiver, times: Times) -> Floats:
    """What a monitor in a facility's own outfall shows: an ordinary day. A spill goes around it; shape (n,).

    Raises
    ------
    UnknownName
        For a property that the registry does not know of this facility.
    """
    ordinary = {"flow": facility.flow_m3s, "ph": 7.4, "water_temperature": 17.0, "do": 5.0, "turbidity": 8.0}
    ordinary |= {"ec": 1_200.0} | facility.pollutants
    if name not in ordinary:
        raise UnknownName(f"property of {facility.code}", name, ordinary)
    wobble = Wobble.draw(rng(river.seed, "discharge", facility.code, name), 6 * HOUR_S, 3 * DAY_S)
    swing = 0.02 if name in ("ph", "water_temperature") else 0.10
    return np.asarray(ordinary[name] * (1 + swing * wobble.at(times) + 0.5 * swing * np.cos(day_angle(times, 20.0))))


def field_stations(
    river: TrueRiver,
    breakdown: Breakdown | None = None,
    quiet: Sequence[Quiet] = (),
    exceedance: Exceedance | None = None,
) -> list[FieldStation]:
    """All stations of the basin that stand on the river and report something."""
    return [
        FieldStation(station, river, breakdown, tuple(quiet), exceedance)
        for station in river.basin.stations
        if station.place is not None and station.interval_s and station.kind != "air"
    ]
