"""Sorties (架次): parallel lines of a stretch split into flights that one battery carries there and back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon

from riverchief.base.errors import InputError
from riverchief.sky.cameras import Drone
from riverchief.sky.corridor import corridor_about
from riverchief.sky.lines import Grid, Line, cut, fills, gaps, parallels, swaths

Floats = NDArray[np.float64]

GIMBAL_HOLD_S = 3.0  # wait at the first waypoint until the camera looks down
_SHRINK = 0.98  # how far below the proportional guess the next, shorter part is tried


@dataclass(frozen=True)
class Limits:
    """What one sortie may use."""

    drone: Drone
    speed_ms: float  # on the lines
    climb_m: float  # from the home to the flight's height
    duration_s: float
    waypoints: int
    width_m: float  # of the corridor


@dataclass(frozen=True, eq=False)
class Flight:
    """One sortie on the plane: its home [m], its lines in order and direction, what it costs."""

    home: Floats
    lines: tuple[Line, ...]
    length_m: float
    duration_s: float

    def fits(self, limits: Limits) -> bool:
        """Whether battery and file carry it."""
        return self.duration_s <= limits.duration_s and sum(len(line.xy) for line in self.lines) <= limits.waypoints


def fly(home: Floats, ordered: list[Line], limits: Limits) -> Flight:
    """Length [m] and duration [s] of flying these lines in this order from the home and back.

    Climb, ferry at cruise, lines at their speed, `turn_s` per half turn shared out by angle, descent.
    """
    points = np.concatenate([home[None, :], *(line.xy for line in ordered), home[None, :]])
    run = np.diff(points, axis=0)
    step = np.hypot(*run.T)
    drone = limits.drone
    pace = np.full(len(step), drone.cruise_ms)
    first = 1
    for line in ordered:
        pace[first : first + len(line.xy) - 1] = limits.speed_ms
        first += len(line.xy)
    moving = run[step > 1e-6]
    heading = np.unwrap(np.arctan2(moving[:, 1], moving[:, 0]))
    turns = np.abs(np.diff(heading)).sum() / np.pi
    vertical = limits.climb_m / drone.climb_ms + limits.climb_m / drone.descent_ms
    duration = float((step / pace).sum() + turns * drone.turn_s + vertical + GIMBAL_HOLD_S)
    return Flight(home, tuple(ordered), float(step.sum()), duration)


def _orders(main: list[Line]) -> list[list[Line]]:
    """The four ways to fly parallel lines to and fro: from the left or the right, with or against the river."""
    return [
        [line.reversed() if (i % 2 == 1) != against else line for i, line in enumerate(sequence)]
        for sequence in (main, main[::-1])
        for against in (False, True)
    ]


def _with_fills(ordered: list[Line], extra: list[Line], home: Floats) -> list[Line]:
    """Fill lines after the others, always the nearest end next."""
    path = list(ordered)
    here = path[-1].xy[-1] if path else home
    ends = np.array([[line.xy[0], line.xy[-1]] for line in extra]).reshape(-1, 2, 2)
    left = np.ones(len(extra), bool)
    while left.any():
        away = np.hypot(*np.moveaxis(ends - here, -1, 0))
        away[~left] = np.inf
        i, end = divmod(int(np.argmin(away)), 2)
        path.append(extra[i].reversed() if end else extra[i])
        here = path[-1].xy[-1]
        left[i] = False
    return path


def _best(home: Floats, main: list[Line], extra: list[Line], limits: Limits) -> Flight:
    flights = [fly(home, _with_fills(way, extra, home), limits) for way in _orders(main)]
    return min(flights, key=lambda flight: flight.duration_s)


def _part(centre: LineString, start: float, end: float, grid: Grid, limits: Limits, home: Floats | None) -> Flight:
    """The flight over the corridor between two distances [m] along the centreline."""
    piece = cut(centre, start, end)
    main = parallels(piece, limits.width_m, grid)
    where = _beside(piece, limits.width_m) if home is None else home
    bare = _best(where, main, [], limits)
    if not bare.fits(limits):
        return bare  # fills would only make it longer
    area = corridor_about(piece, limits.width_m)
    extra = fills(area, main, grid)
    return _best(where, main, extra, limits) if extra else bare


def _beside(piece: LineString, width_m: float) -> Floats:
    """The corridor's left edge at the middle of a piece."""
    middle = piece.length / 2
    a, b = (np.asarray(piece.interpolate(at).coords[0]) for at in (middle - 0.5, middle + 0.5))
    run = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    return np.asarray((a + b) / 2 + np.array([-run[1], run[0]]) * width_m / 2, np.float64)


def split(centre: LineString, corridor: Polygon, grid: Grid, limits: Limits, home: Floats | None) -> list[Flight]:
    """Cut the corridor along the river into as few flights as the limits allow, evenly where that works.

    Raises
    ------
    InputError
        When not even a short part can be reached from the home and flown on one battery.
    """
    flights, cuts = _greedy(centre, grid, limits, home)
    if len(cuts) > 2:
        even = np.linspace(0, centre.length, len(cuts))
        same = [_part(centre, a, b, grid, limits, home) for a, b in itertools.pairwise(even.tolist())]
        if all(flight.fits(limits) for flight in same):
            flights = same
    return _close(corridor, grid, limits, flights)


def _greedy(centre: LineString, grid: Grid, limits: Limits, home: Floats | None) -> tuple[list[Flight], list[float]]:
    """Flights from the upstream end on, each as long as fits; the distances [m] at which the stretch was cut."""
    shortest = min(grid.length_m, centre.length)
    flights: list[Flight] = []
    cuts = [0.0]
    while centre.length - cuts[-1] > 1e-6:
        start, end = cuts[-1], centre.length
        while True:
            flight = _part(centre, start, end, grid, limits, home)
            if flight.fits(limits):
                break
            if end - start <= shortest:
                raise _too_far(flight, start, limits)
            waypoints = sum(len(line.xy) for line in flight.lines)
            share = min(limits.duration_s / flight.duration_s, limits.waypoints / waypoints, 1.0) * _SHRINK
            end = start + max((end - start) * share, min(shortest, end - start))
        flights.append(flight)
        cuts.append(end)
    return flights, cuts


def _too_far(flight: Flight, start: float, limits: Limits) -> InputError:
    return InputError(
        f"the shortest flight at {start:,.0f} m along the stretch takes {flight.duration_s / 60:.1f} min with "
        f"{sum(len(line.xy) for line in flight.lines)} waypoints; a battery of {limits.drone.name} may be used for "
        f"{limits.duration_s / 60:.1f} min and a file may hold {limits.waypoints} waypoints. "
        f"Choose a home nearer to the stretch, a narrower corridor, or a greater altitude.",
        duration_s=flight.duration_s,
        limit_s=limits.duration_s,
    )


def _close(corridor: Polygon, grid: Grid, limits: Limits, flights: list[Flight]) -> list[Flight]:
    """Give what is still open where two parts meet in a bend to the flight that passes it, or to one of its own."""
    flown = [line for flight in flights for line in flight.lines]
    if not gaps(corridor, swaths(flown, grid)):
        return flights
    result = list(flights)
    for line in fills(corridor, flown, grid):
        away = [float(np.hypot(*(f.lines[-1].xy[-1] - line.xy.mean(axis=0)))) for f in result]
        for i in np.argsort(away).tolist():
            longer = fly(result[i].home, [*result[i].lines, line], limits)
            if longer.fits(limits):
                result[i] = longer
                break
        else:
            home = result[int(np.argmin(away))].home
            result.append(fly(home, [line], limits))
    return result
