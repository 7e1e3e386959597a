"""A basin onto a new network: every place by its surveyed position, every stretch of responsibility by its geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Basin, Camera, Culture, Facility, Project, Responsibility, Section, Sign, Station
from riverchief.base.network import Network
from riverchief.base.places import Interval, Place
from riverchief.basins.draft import LIMIT_M

SAME_RIVER_M = 500.0  # a place stays on its river while another one is at most this much nearer [m]
STEP_M = 100.0  # a stretch is followed by points this far apart [m]
END_M = 200.0  # an end of a stretch this near to the end of a reach is that end [m]
MOVED_M = 1.0  # an address that changes by less has not moved [m]

Placed = TypeVar("Placed", Section, Station, Facility, Sign, Camera, Culture)
Floats = NDArray[np.float64]


class Moved(NamedTuple):
    """One thing that has another address now: `distance_m` from its surveyed position to the new line [m]."""

    kind: str
    code: str
    old: str
    new: str
    distance_m: float


class Lost(NamedTuple):
    """One thing that has no address on the new network, and why."""

    kind: str
    code: str
    old: str
    why: str


class Migration(NamedTuple):
    """The basin on its new network, what moved, and what could not be placed (and is not in the basin any more)."""

    basin: Basin
    moved: list[Moved]
    lost: list[Lost]


def migrate(old: Basin, new: Basin, limit_m: float = LIMIT_M) -> Migration:
    """Give everything of `old` an address on the network of `new`.

    Sections, stations, facilities and signs go by their surveyed position, projects by the point that was drawn for
    them, stretches of responsibility by the line that they followed. A place stays on its own river where that is near.

    Parameters
    ----------
    new : Basin
        Gives rivers, reaches and version; the rest comes from `old`.
    limit_m : float
        What lies further than this from the new network [m] is not placed.
    """
    return _Move(old, new, limit_m).run()


def _at(place: Place) -> str:
    return f"{place.reach} {place.chainage_m:,.0f} m"


def _along(interval: Interval) -> str:
    return f"{interval.reach} {interval.from_m:,.0f}-{interval.to_m:,.0f} m"


@dataclass
class _Move:
    """One migration while it runs."""

    old: Basin
    new: Basin
    limit_m: float

    def run(self) -> Migration:
        """Everything, in the order of the basin."""
        self.moved: list[Moved] = []
        self.lost: list[Lost] = []
        sections = self._all("section", self.old.sections)
        stations = self._all("station", self.old.stations)
        facilities = self._all("facility", self.old.facilities)
        cameras = self._all("camera", self.old.cameras)
        known = {s.code for s in stations}, {f.code for f in facilities}
        seen = {s.code for s in sections}
        basin = replace(
            self.old,
            version=self.new.version,
            rivers=self.new.rivers,
            reaches=self.new.reaches,
            sections=tuple(s if s.station in known[0] else replace(s, station="") for s in sections),
            stations=tuple(s if s.facility in known[1] else replace(s, facility="") for s in stations),
            facilities=facilities,
            culture=self._all("culture", self.old.culture),
            cameras=tuple(c if c.section in seen else replace(c, section="") for c in cameras),
            responsibilities=self._stretches(),
            projects=tuple(self._project(project) for project in self.old.projects),
            permits=tuple(p for p in self.old.permits if p.facility in known[1]),
            signs=self._all("sign", self.old.signs),
        )
        return Migration(basin, self.moved, self.lost)

    # ------------------------------------------------------------------ places

    @cached_property
    def _old_river(self) -> dict[str, str]:
        return {reach.code: reach.river for reach in self.old.reaches}

    @cached_property
    def _rivers(self) -> dict[str, Network]:
        """The network of each river alone."""
        return {
            river.code: replace(self.new, reaches=tuple(r for r in self.new.reaches if r.river == river.code)).network
            for river in self.new.rivers
            if any(r.river == river.code for r in self.new.reaches)
        }

    def _find(self, lon: float, lat: float, river: str) -> tuple[Place | None, float]:
        """The new address of a point [°] that belonged to `river`, and its distance from the line [m]."""
        found = self.new.network.locate(lon, lat, self.limit_m)
        net = self.new.network
        if river in self._rivers:
            own = self._rivers[river].locate(lon, lat, self.limit_m)
            if own.distance_m[0] <= min(self.limit_m, found.distance_m[0] + SAME_RIVER_M):
                found, net = own, self._rivers[river]
        if found.reach[0] < 0:
            return None, float(found.distance_m[0])
        place = net.place(int(found.reach[0]), round(float(found.chainage_m[0]), 1))
        return place, float(found.distance_m[0])

    def _all(self, kind: str, things: tuple[Placed, ...]) -> tuple[Placed, ...]:
        kept = []
        for thing in things:
            if thing.place is None or self._same_reach[thing.place.reach]:
                kept.append(thing)
                continue
            place, away_m = self._find(thing.lon, thing.lat, self._old_river.get(thing.place.reach, ""))
            if place is None:
                why = f"its surveyed position is {away_m:,.0f} m from the new network, more than {self.limit_m:,.0f} m"
                self.lost.append(Lost(kind, thing.code, _at(thing.place), why))
                continue
            kept.append(replace(thing, place=self._note(kind, thing.code, thing.place, place, away_m)))
        return tuple(kept)

    def _note(self, kind: str, code: str, old: Place, new: Place, away_m: float) -> Place:
        """The address to keep: the old one where it still stands."""
        if new.reach == old.reach and abs(new.chainage_m - old.chainage_m) < MOVED_M:
            return old
        self.moved.append(Moved(kind, code, _at(old), _at(new), round(away_m, 1)))
        return new

    @cached_property
    def _same_reach(self) -> dict[str, bool]:
        """Whether a reach of the old network is in the new one as it was."""
        now = {reach.code: reach for reach in self.new.reaches}
        return {
            r.code: r.code in now and (now[r.code].line, now[r.code].length_m) == (r.line, r.length_m)
            for r in self.old.reaches
        }

    def _project(self, project: Project) -> Project:
        if project.place is None or self._same_reach[project.place.reach]:
            return project
        net = self.old.network
        lon, lat = net.point(net.index(project.place.reach), project.place.chainage_m)[0]
        place, away_m = self._find(float(lon), float(lat), self._old_river[project.place.reach])
        if place is None:
            why = f"its drawn point is {away_m:,.0f} m from the new network; the project is kept without a place"
            self.lost.append(Lost("project", project.code, _at(project.place), why))
            return replace(project, place=None)
        return replace(project, place=self._note("project", project.code, project.place, place, away_m))

    # ------------------------------------------------------------------ stretches

    def _stretches(self) -> tuple[Responsibility, ...]:
        kept = []
        for duty in self.old.responsibilities:
            stretch = duty.interval
            if self._same_reach[stretch.reach]:
                kept.append(duty)
                continue
            parts, away_m = self._follow(stretch)
            if not parts:
                why = "no reach of the new network follows the line of this stretch"
                self.lost.append(Lost("responsibility", duty.chief, _along(stretch), why))
                continue
            pieces = [replace(stretch, reach=reach, from_m=first, to_m=last) for reach, first, last in parts]
            if [_along(piece) for piece in pieces] != [_along(stretch)]:
                new = "; ".join(map(_along, pieces))
                self.moved.append(Moved("responsibility", duty.chief, _along(stretch), new, round(away_m, 1)))
            kept.extend(Responsibility(duty.chief, piece) for piece in pieces)
        return tuple(kept)

    def _follow(self, stretch: Interval) -> tuple[list[tuple[str, float, float]], float]:
        """The stretches of the new network along the line of an old one, from upstream; the median distance [m]."""
        net, points = self.new.network, self._points(stretch)
        found = net.locate(points[:, 0], points[:, 1], self.limit_m)
        reaches, counts = np.unique(found.reach[found.reach >= 0], return_counts=True)
        held = reaches[counts * STEP_M >= min(END_M, 0.5 * (stretch.to_m - stretch.from_m))]
        if not held.size:
            return [], np.inf
        first, last = self._furthest(held)
        start = self._on(first, points[0], 0.0)
        end = self._on(last, points[-1], float(net.length_m[last]))
        run, begin, finish = net.between(first, start, last, end)
        near = np.isin(run, held) | np.isin(run, [first, last])
        parts = [
            (net.codes[i], round(float(a), 1), round(float(b), 1))
            for i, a, b in zip(run[near], begin[near], finish[near], strict=True)
            if b > a
        ]
        return parts, float(np.median(found.distance_m))

    def _points(self, stretch: Interval) -> Floats:
        net = self.old.network
        n = max(3, int((stretch.to_m - stretch.from_m) / STEP_M) + 1)
        index = net.index(stretch.reach)
        return net.point(np.full(n, index), np.linspace(stretch.from_m, stretch.to_m, n))

    def _furthest(self, held: NDArray[np.int64]) -> tuple[int, int]:
        """The two of these reaches that lie furthest apart along the water, the upper first."""
        a, b = (x.ravel() for x in np.meshgrid(held, held, indexing="ij"))
        length = self.new.network.distance(a, 0.0, b, 0.0) + np.where(a == b, 0.0, 1.0)
        best = int(np.nanargmax(length))
        return int(a[best]), int(b[best])

    def _on(self, reach: int, point: Floats, end_m: float) -> float:
        """Chainage [m] of the point of one reach nearest to a point [°]; `end_m` where that is near."""
        own: Any = replace(self.new, reaches=(self.new.reaches[reach],)).network
        chainage_m = float(own.locate(point[0], point[1], np.inf).chainage_m[0])
        return end_m if abs(chainage_m - end_m) <= END_M else chainage_m
