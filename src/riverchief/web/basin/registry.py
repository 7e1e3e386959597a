"""The basin that engines receive: immutable, read once per version, with the look-ups that every stage asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from threading import Lock

import numpy as np
from django.http import HttpRequest, HttpResponse

from riverchief.base import regions
from riverchief.base.basin import Basin, Camera, Chief, Facility, Project, Reach, River, Section, Sign, Station
from riverchief.base.errors import InputError
from riverchief.base.geometry import Floats
from riverchief.base.places import Place
from riverchief.cloud.standards.discharge import Limit, of_permit
from riverchief.govern.twin.tracing.engine import TwinEngine
from riverchief.ground import assignment, tree
from riverchief.web.basin.answers import Answer
from riverchief.web.basin.folder import read_registry
from riverchief.web.basin.models import BasinInfo

log = logging.getLogger("riverchief.basin")
DAYS = 16  # as many days as people look back at one after the other


@dataclass(frozen=True)
class Registry:
    """A basin and its look-ups."""

    basin: Basin

    @cached_property
    def stations(self) -> dict[str, Station]:
        """Stations by code."""
        return {s.code: s for s in self.basin.stations}

    @cached_property
    def sections(self) -> dict[str, Section]:
        """Sections by code."""
        return {s.code: s for s in self.basin.sections}

    @cached_property
    def section_of_station(self) -> dict[str, Section]:
        """The section that each station watches."""
        return {s.station: s for s in self.basin.sections if s.station}

    @cached_property
    def facilities(self) -> dict[str, Facility]:
        """Outfalls, works, enterprises and the rest, by code."""
        return {f.code: f for f in self.basin.facilities}

    @cached_property
    def permits(self) -> dict[str, tuple[Limit, ...]]:
        """Limits of the permit of each facility that has one; a row that makes no sense is left out and logged."""
        found: dict[str, tuple[Limit, ...]] = {}
        for given in self.basin.permits:
            try:
                found[given.facility] = (*found.get(given.facility, ()), of_permit(given))
            except InputError as error:  # somebody typed it into the admin
                log.warning("permit of %s: %s", given.facility, error.sentence)
        return found

    @cached_property
    def monitors(self) -> dict[str, list[Station]]:
        """Online monitors of each facility."""
        found: dict[str, list[Station]] = {}
        for station in self.basin.stations:
            if station.kind == "outfall" and station.facility:
                found.setdefault(station.facility, []).append(station)
        return found

    @cached_property
    def reaches(self) -> dict[str, Reach]:
        """Reaches by code."""
        return {r.code: r for r in self.basin.reaches}

    @cached_property
    def signs(self) -> dict[str, Sign]:
        """Public signs by code."""
        return {s.code: s for s in self.basin.signs}

    @cached_property
    def chiefs(self) -> dict[str, Chief]:
        """Chiefs by code."""
        return {c.code: c for c in self.basin.chiefs}

    @cached_property
    def things_on(self) -> dict[str, list[tuple[Section | Facility, str]]]:
        """Sections and facilities of each reach, with their kind."""
        sections: list[tuple[Section | Facility, str]] = [(section, "section") for section in self.basin.sections]
        found: dict[str, list[tuple[Section | Facility, str]]] = {}
        for item, kind in (*sections, *((facility, facility.kind) for facility in self.basin.facilities)):
            if item.place is not None:
                found.setdefault(item.place.reach, []).append((item, kind))
        return found

    @cached_property
    def boxes(self) -> Floats:
        """Box of each reach's line (n, 4): west, south, east, north [°]; NaN where nothing is drawn."""
        found = np.full((len(self.basin.reaches), 4), np.nan)
        for i, reach in enumerate(self.basin.reaches):
            if reach.line:
                line = np.asarray(reach.line, np.float64)
                found[i] = *line.min(axis=0), *line.max(axis=0)
        return found

    @cached_property
    def chiefs_by_county(self) -> dict[str, list[Chief]]:
        """Chiefs by the trimmed code of their county; those above a county by that of their own region."""
        found: dict[str, list[Chief]] = {}
        for chief in self.basin.chiefs:
            found.setdefault(regions.prefix(chief.region)[:6], []).append(chief)
        return found

    @cached_property
    def cameras(self) -> dict[str, Camera]:
        """Cameras by code."""
        return {c.code: c for c in self.basin.cameras}

    @cached_property
    def projects(self) -> dict[str, Project]:
        """Key projects by code."""
        return {p.code: p for p in self.basin.projects}

    @cached_property
    def offices(self) -> assignment.Offices:
        """Chiefs with their stretches, terms and leave."""
        return assignment.Offices.of(self.basin)

    def answerable(self, place: Place, day: date) -> tuple[assignment.Answerable, ...]:
        """Who answers for a place on a day and instead of whom, the nearest level (village) first."""
        return self.offices.responsible(place, day)

    def responsible(self, place: Place, day: date) -> list[Chief]:
        """Who answers for a place on a day, the nearest level (village) first; on days of leave the deputy."""
        return [a.chief for a in self.answerable(place, day)]

    def region_of(self, place: Place, day: date) -> str:
        """The county of a place: that of its county chief, else of its nearest chief, else the basin's region."""
        chiefs = [a.owner for a in self.answerable(place, day)]
        county = next((c for c in chiefs if c.level == "county"), chiefs[0] if chiefs else None)
        return county.region if county else self.basin.region

    def lonlat(self, place: Place) -> tuple[float | None, float | None]:
        """Longitude and latitude [°] of a place on the drawn line; None where nothing is drawn."""
        network = self.basin.network
        point: Floats = network.point(network.index(place.reach), place.chainage_m)[0]
        return (None, None) if point[0] != point[0] else (float(point[0]), float(point[1]))

    @cached_property
    def sections_of_station(self) -> dict[str, list[str]]:
        """Codes of the sections that each station watches."""
        found: dict[str, list[str]] = {}
        for section in self.basin.sections:
            found.setdefault(section.station, []).append(section.code)
        return found

    @cached_property
    def answers(self) -> dict[tuple[str, str], Answer]:
        """Large answers of the API that only a change of the registry changes, by their name and day."""
        return {}

    def superiors(self, day: date) -> dict[str, str]:
        """Who stands above each chief on a day; reckoned once for the last days that were asked for."""
        if day not in self._superiors:
            if len(self._superiors) > DAYS:
                self._superiors.clear()
            self._superiors[day] = tree.superiors(self.offices, day)
        return self._superiors[day]

    @cached_property
    def _superiors(self) -> dict[date, dict[str, str]]:
        return {}

    @cached_property
    def rivers(self) -> dict[str, River]:
        """Rivers by code."""
        return {r.code: r for r in self.basin.rivers}

    @cached_property
    def engine(self) -> TwinEngine:
        """What carries water on this network for the trace: the twin's transport in the registry's steady water."""
        return TwinEngine.of_basin(self.basin)

    @cached_property
    def river_offset_m(self) -> dict[str, float]:
        """Chainage of every reach's head along its own river [m]: the longest way down to it on that river."""
        offset: dict[str, float] = {}
        network = self.basin.network
        rank = {node: i for i, node in enumerate(network.order.tolist())}
        reaches = sorted(range(len(network.codes)), key=lambda i: rank[int(network.from_node[i])])
        ends: dict[tuple[str, str], float] = {}
        for i in reaches:
            reach = self.basin.reaches[i]
            head = ends.get((reach.river, reach.from_node), 0.0)
            offset[reach.code] = head
            tail = (reach.river, reach.to_node)
            ends[tail] = max(ends.get(tail, 0.0), head + reach.length_m)
        return offset


_cache: dict[tuple[str, str, str], Registry] = {}
_reading = Lock()
_kept: ContextVar[list[Registry] | None] = ContextVar("registry", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Let many questions in a row be answered by one registry, without asking each time whether it has changed."""
    with asked_once():
        current()
        yield


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask at most once whether the registry has changed; a change made here is seen at once."""
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


class RegistryMiddleware:
    """One request is answered by one registry."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, asking once."""
        with asked_once():
            return self.answer(request)


def current() -> Registry:
    """The registry as it stands; read again only after a basin was loaded or changed."""
    kept = _kept.get()
    if kept:
        return kept[-1]
    registry = _read()
    if kept is not None:
        kept.append(registry)
    return registry


def _read() -> Registry:
    info = BasinInfo.objects.values_list("code", "version", "loaded_at").first()
    key = (info[0], info[1], info[2].isoformat()) if info else ("", "", "")
    found = _cache.get(key)
    if found is not None:
        return found
    with _reading:  # one thread reads, the others wait for it
        if key not in _cache:
            registry = Registry(read_registry())
            _cache.clear()
            _cache[key] = registry
        return _cache[key]


def forget() -> None:
    """Read the registry again at the next question: something in it was changed."""
    _cache.clear()
    if kept := _kept.get():
        kept.clear()


def touch() -> None:
    """Mark the registry as changed, so that every process reads it again."""
    from riverchief.web import context

    # two changes within one tick of a clock are two
    before = BasinInfo.objects.values_list("loaded_at", flat=True).first()
    at = context.now()
    BasinInfo.objects.update(loaded_at=at if before is None or at > before else before + timedelta(microseconds=1))
    forget()
