"""Missions (飞行任务): a corridor flight along a stretch of river, split into sorties that a battery can fly.

Plan on a plane in metres, answer in longitude and latitude. Flight physics (wind, terrain, airspace) is not here:
a pilot checks every plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from shapely import LineString

from riverchief.base.errors import InputError
from riverchief.base.geometry import from_local_m, to_local_m
from riverchief.sky import geometry, lines
from riverchief.sky.cameras import Camera, Drone
from riverchief.sky.corridor import corridor_about
from riverchief.sky.coverage import Coverage, LonLat, Ring, cover, polygon_rings
from riverchief.sky.sorties import Flight, Limits, split

BATTERY_SHARE = 0.75  # of the battery's minutes that a sortie may use, ferry, climb and return included
WAYPOINTS_PER_SORTIE = 200
_MOST_PHOTOS = 20_000


@dataclass(frozen=True)
class Photo:
    """A planned photograph: where, looking straight down, with which heading [° clockwise from north]."""

    lon: float
    lat: float
    heading_deg: float
    footprint: Ring  # four corners, longitude and latitude [°]


@dataclass(frozen=True)
class FlightLine:
    """One line of a sortie: vertices, length [m], the distance between its photographs [m]."""

    points: tuple[LonLat, ...]
    length_m: float
    trigger_m: float
    photos: tuple[Photo, ...]
    fill: bool = False  # an extra line over a gap outside of a bend


@dataclass(frozen=True)
class Sortie:
    """One battery: from its home, over its lines, back to its home."""

    number: int
    home: LonLat
    home_assumed: bool  # the planner chose the edge of the corridor; the pilot moves it to firm ground
    lines: tuple[FlightLine, ...]
    length_m: float  # flown, ferry and return included
    duration_s: float  # climb, ferry, lines, turns, return and descent
    battery_share: float

    @property
    def photos(self) -> int:
        """How many photographs are planned."""
        return sum(len(line.photos) for line in self.lines)

    @property
    def waypoints(self) -> int:
        """How many waypoints the sortie's file holds."""
        return sum(len(line.points) for line in self.lines)


@dataclass(frozen=True)
class Setup:
    """How a corridor is flown: what with, how high above the water [m], how wide [m], with which overlaps."""

    camera: Camera
    drone: Drone
    altitude_m: float
    width_m: float
    overlap_front: float
    overlap_side: float
    home_above_water_m: float = 0.0

    def __post_init__(self) -> None:
        if not self.width_m > 0:
            raise InputError(f"corridor is {self.width_m} m wide; give its full width above 0 m.", width_m=self.width_m)
        if not self.altitude_m > max(self.home_above_water_m, 0.0):
            raise InputError(
                f"altitude {self.altitude_m:.1f} m above the water is not above the water and the home, which lies "
                f"{self.home_above_water_m:.1f} m above the water; fly higher or start lower.",
                altitude_m=self.altitude_m,
            )

    @property
    def gsd_m(self) -> float:
        """Ground sampling distance [m/px]."""
        return geometry.gsd_m(self.camera, self.altitude_m)

    @property
    def speed_ms(self) -> float:
        """Speed on the lines [m/s]."""
        return geometry.speed_ms(self.camera, self.drone, self.altitude_m, self.overlap_front)

    @property
    def grid(self) -> lines.Grid:
        """How far apart lines and photographs may be at most [m]."""
        swath, length = geometry.footprint_m(self.camera, self.altitude_m)
        across = geometry.line_spacing_m(swath, self.overlap_side)
        return lines.Grid(across, geometry.shot_spacing_m(length, self.overlap_front), swath, length)


@dataclass(frozen=True)
class Mission:
    """A planned corridor flight."""

    setup: Setup
    length_m: float  # of the stretch
    corridor: tuple[Ring, ...]  # rings of the polygon to be covered, longitude and latitude [°]
    sorties: tuple[Sortie, ...]

    @property
    def photos(self) -> tuple[Photo, ...]:
        """All planned photographs in flight order."""
        return tuple(photo for sortie in self.sorties for line in sortie.lines for photo in line.photos)

    def coverage(self) -> Coverage:
        """What the planned photographs cover of the corridor, computed from their footprints."""
        return cover(self.corridor, [photo.footprint for photo in self.photos])

    def as_dict(self) -> dict[str, Any]:
        """The mission's figures, as the platform's interface gives them; geometry is in `export.as_geojson`."""
        how = self.setup
        return {
            "camera": how.camera.name,
            "drone": how.drone.name,
            "altitude_m": round(how.altitude_m, 2),
            "gsd_cm": round(how.gsd_m * 100, 3),
            "speed_ms": round(how.speed_ms, 2),
            "overlap": [how.overlap_front, how.overlap_side],
            "width_m": how.width_m,
            "length_m": round(self.length_m, 1),
            "sorties": [
                {
                    "n": s.number,
                    "length_m": round(s.length_m, 1),
                    "duration_s": round(s.duration_s, 1),
                    "battery_share": round(s.battery_share, 3),
                    "photos": s.photos,
                    "waypoints": s.waypoints,
                    "home": list(s.home),
                    "home_assumed": s.home_assumed,
                }
                for s in self.sorties
            ],
        }


def plan_corridor(
    centreline: ArrayLike,
    *,
    width_m: float,
    camera: Camera,
    drone: Drone,
    altitude_m: float | None = None,
    gsd_m: float | None = None,
    overlap_front: float = 0.8,
    overlap_side: float = 0.7,
    from_m: float = 0.0,
    to_m: float | None = None,
    home: LonLat | None = None,
    home_above_water_m: float = 0.0,
    max_waypoints: int = WAYPOINTS_PER_SORTIE,
) -> Mission:
    """Plan a flight that photographs a corridor along a stretch of river.

    Parameters
    ----------
    centreline : array_like, shape (n, 2)
        Longitude and latitude [°] (WGS 84) along the river.
    width_m : float
        Full width of the corridor [m], centred on the line.
    altitude_m, gsd_m : float
        Height above the water [m], or the ground sampling distance [m/px] wanted; give exactly one.
    overlap_front, overlap_side : float
        Share of a photograph that its neighbour along and across the flight sees again, 0 up to 1.
    from_m, to_m : float
        Stretch of the line to fly [m from its first point]; to its end by default.
    home : (longitude, latitude)
        Where the drone takes off and lands. Without it every sortie starts at the corridor's edge beside its own
        part of the stretch, marked `home_assumed`.
    home_above_water_m : float
        Height of the home above the water [m]; mission files count heights from the home.

    Raises
    ------
    InputError
        For a line without length, a stretch outside of it, impossible figures, a home too far away.

    Notes
    -----
    The stretch is cut along the river into as few parts as the battery allows; each sortie flies all parallel
    lines of its part. Where photographs outside of a sharp bend leave a gap, fill lines close it, so that the
    corridor is covered at any stated overlap.
    """
    height = _altitude(camera, altitude_m, gsd_m)
    setup = Setup(camera, drone, height, width_m, overlap_front, overlap_side, home_above_water_m)
    drawn, origin = _stretch(centreline, from_m, to_m)
    _refuse_too_many(setup, drawn.length)
    band = corridor_about(drawn, width_m)
    usable_s = BATTERY_SHARE * drone.battery_min * 60
    limits = Limits(drone, setup.speed_ms, height - home_above_water_m, usable_s, max_waypoints, width_m)
    home_xy = None if home is None else to_local_m([home[0]], [home[1]], origin)[0]
    flights = split(lines.simpler(drawn, setup.grid), band, setup.grid, limits, home_xy)
    sorties = (_sortie(i, f, setup, origin, assumed=home is None) for i, f in enumerate(flights, 1))
    return Mission(setup, drawn.length, polygon_rings(band, origin), tuple(sorties))


def _refuse_too_many(setup: Setup, length_m: float) -> None:
    grid = setup.grid
    expected = (setup.width_m / grid.line_spacing_m + 1) * (length_m / grid.shot_spacing_m + 1)
    if expected > _MOST_PHOTOS:
        raise InputError(
            f"a corridor of {length_m:,.0f} m × {setup.width_m:,.0f} m at {setup.altitude_m:.0f} m and overlaps "
            f"{setup.overlap_front} / {setup.overlap_side} needs about {expected:,.0f} photographs, more than "
            f"{_MOST_PHOTOS:,}; fly higher, overlap less, or plan the stretch in parts.",
            photos=expected,
        )


def _altitude(camera: Camera, altitude_m: float | None, gsd_m: float | None) -> float:
    if (altitude_m is None) == (gsd_m is None):
        raise InputError(
            f"altitude_m is {altitude_m} and gsd_m is {gsd_m}; give exactly one, the other follows from the camera."
        )
    if gsd_m is not None:
        return geometry.altitude_for_gsd_m(camera, gsd_m)
    return float(altitude_m or 0.0)


def _stretch(centreline: ArrayLike, from_m: float, to_m: float | None) -> tuple[LineString, LonLat]:
    """The part of the line to fly, in metres about the origin that is returned with it."""
    lonlat = np.asarray(centreline, np.float64)
    if lonlat.ndim != 2 or lonlat.shape[1] != 2 or len(lonlat) < 2 or not np.isfinite(lonlat).all():
        raise InputError(
            f"centreline has shape {lonlat.shape}; give at least two points of finite longitude and latitude [°]."
        )
    origin = (float(lonlat[:, 0].mean()), float(lonlat[:, 1].mean()))
    whole = LineString(to_local_m(lonlat[:, 0], lonlat[:, 1], origin))
    end = whole.length if to_m is None else to_m
    if not 0 <= from_m < end <= whole.length * (1 + 1e-9):
        raise InputError(
            f"stretch from {from_m:,.0f} m to {end:,.0f} m does not lie on the line, which is {whole.length:,.0f} m "
            f"long; give 0 ≤ from < to ≤ length.",
            from_m=from_m,
            to_m=end,
        )
    return lines.cut(whole, from_m, min(end, whole.length)), origin


def _sortie(number: int, flight: Flight, setup: Setup, origin: LonLat, *, assumed: bool) -> Sortie:
    return Sortie(
        number=number,
        home=_lonlat(flight.home[None, :], origin)[0],
        home_assumed=assumed,
        lines=tuple(_flight_line(line, setup.grid, origin) for line in flight.lines),
        length_m=flight.length_m,
        duration_s=flight.duration_s,
        battery_share=flight.duration_s / (setup.drone.battery_min * 60),
    )


def _flight_line(line: lines.Line, grid: lines.Grid, origin: LonLat) -> FlightLine:
    xy, heading = line.shots()
    seen = lines.footprints([line], grid)
    corners = [_lonlat(np.asarray(ring.exterior.coords)[:4], origin) for ring in seen]
    photos = tuple(
        Photo(lon, lat, (90 - math.degrees(angle)) % 360, ring)
        for (lon, lat), angle, ring in zip(_lonlat(xy, origin), heading.tolist(), corners, strict=True)
    )
    return FlightLine(_lonlat(line.xy, origin), line.length_m, line.trigger_m, photos, line.fill)


def _lonlat(xy: ArrayLike, origin: LonLat) -> Ring:
    return tuple((float(x), float(y)) for x, y in from_local_m(xy, origin))
