"""Who could have done it: listed facilities, inflow over each boundary section, and a source that is on no list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.places import Place
from riverchief.govern.trace.engine import TransportEngine
from riverchief.govern.trace.settings import TraceSettings

SUSPECTS = ("outfall", "works", "enterprise")

# The permanganate index sees part of what the dichromate one does; the factor is assumed (usual range 0.2 to 0.5).
_KIN = {"codmn": ("cod", 0.35), "cod": ("codmn", 1 / 0.35)}


@dataclass(frozen=True)
class Suspect:
    """One origin of which the ranking computes the evidence.

    Attributes
    ----------
    code, kind, name_zh, name_en : str
        Of the facility or section; kind "none" for a stretch of river without any.
    place : Place
        Where its release enters the water.
    prior : float
        Prior probability [-].
    durations_s : tuple of float
        Durations that are tried [s].
    pollutants : mapping
        Typical concentrations of its permit [mg/L]; empty where nothing is known.
    cells : tuple of (reach, from_m, to_m)
        The stretches of river that it stands for.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    place: Place
    prior: float
    durations_s: tuple[float, ...]
    pollutants: Mapping[str, float] = field(default_factory=dict)
    cells: tuple[tuple[str, float, float], ...] = ()


def typical(pollutants: Mapping[str, float], property_code: str) -> float | None:
    """Typical concentration of a property in a permit, from its kin where it is not named; None where neither is."""
    if property_code in pollutants:
        return pollutants[property_code]
    kin, factor = _KIN.get(property_code, ("", 0.0))
    return pollutants[kin] * factor if kin in pollutants else None


def suspects(
    basin: Basin, engine: TransportEngine, hit_places: Sequence[Place], property_code: str, settings: TraceSettings
) -> list[Suspect]:
    """Everything upstream of a reading above background, with prior probabilities that sum to 1 − background share."""
    facilities = [f for f in basin.facilities if f.kind in SUSPECTS]
    borders = [s for s in basin.sections if s.boundary]
    reaches_hit = _reaches_any(engine, [f.place for f in facilities], hit_places)
    facilities = [f for f, ok in zip(facilities, reaches_hit, strict=True) if ok]
    borders_hit = _reaches_any(engine, [s.place for s in borders], hit_places)
    borders = [s for s, ok in zip(borders, borders_hit, strict=True) if ok]

    load = [(typical(f.pollutants, property_code) or 0.0) * f.flow_m3s for f in facilities]
    known = [value for value in load if value > 0]
    middle = float(np.median(known)) if known else 1.0
    weights = []
    for facility, value in zip(facilities, load, strict=True):
        if value > 0:
            weights.append(float(np.clip((value / middle) ** settings.load_exponent, 0.25, 4.0)))
        else:
            weights.append(settings.absent_weight if facility.pollutants else 1.0)
    weights += [settings.boundary_weight] * len(borders)

    cells = _cells(basin, engine, [s.place for s in basin.sections if s.boundary], hit_places, settings)
    listed = 1 - settings.background_share - (settings.unlisted_share if cells else 0.0)
    if not weights:
        listed = 0.0
    unlisted = 1 - settings.background_share - listed
    scale = listed / sum(weights) if weights else 0.0
    found = [
        Suspect(f.code, f.kind, f.name_zh, f.name_en, f.place, w * scale, settings.facility_durations_s, f.pollutants)
        for f, w in zip(facilities, weights, strict=False)
    ]
    found += [
        Suspect(s.code, "boundary", s.name_zh, s.name_en, s.place, w * scale, settings.boundary_durations_s)
        for s, w in zip(borders, weights[len(facilities) :], strict=True)
    ]
    total = sum(to - start for group in cells for _, start, to in group)
    for group in cells:
        length = sum(to - start for _, start, to in group)
        reach, start, to = group[len(group) // 2]
        middle_m = (start + to) / 2 if len(group) % 2 else start
        found.append(
            Suspect("none", "none", "", "", Place(reach, middle_m), unlisted * length / total,
                    settings.unlisted_durations_s, {}, tuple(group))
        )  # fmt: skip
    return found


def _reaches_any(engine: TransportEngine, origins: Sequence[Place], targets: Sequence[Place]) -> list[bool]:
    if not origins or not targets:
        return [False] * len(origins)
    return [bool(row.any()) for row in np.isfinite(engine.travel(origins, targets).median_s)]


def _cells(
    basin: Basin,
    engine: TransportEngine,
    borders: Sequence[Place],
    hit_places: Sequence[Place],
    settings: TraceSettings,
) -> list[list[tuple[str, float, float]]]:
    """Cells above a reading and inside the border, in groups that the readings cannot tell apart.

    Cells are cut where a station or border stands. With the way to the nearest reading a difference in place matters
    less, so neighbours share one computation: one cell near, `blur` of the distance far away.
    """
    marks: dict[str, set[float]] = {}
    for place in [*hit_places, *borders, *(s.place for s in basin.stations if s.place is not None)]:
        marks.setdefault(place.reach, set()).add(place.chainage_m)
    cells: list[tuple[str, float, float]] = []
    for reach in basin.reaches:
        cuts = sorted({0.0, reach.length_m, *marks.get(reach.code, set())})
        for low, high in pairwise(cuts):
            ends = np.linspace(low, high, max(1, round((high - low) / settings.cell_m)) + 1)
            cells += [(reach.code, float(a), float(b)) for a, b in pairwise(ends) if b > a]
    if not cells or not hit_places:
        return []
    net = engine.network
    reach_index, middle = net.positions([Place(code, (a + b) / 2) for code, a, b in cells])
    goal, into = net.positions(list(dict.fromkeys(hit_places)))
    away = net.distance(reach_index[:, None], middle[:, None], goal[None, :], into[None, :])
    nearest = np.where(np.isnan(away), np.inf, away).min(axis=1)
    if borders:
        over, at = net.positions(list(borders))
        crosses = net.distance(reach_index[:, None], middle[:, None], over[None, :], at[None, :])
        nearest[np.isfinite(crosses).any(axis=1)] = np.inf  # what lies beyond the border comes in over it
    groups: list[list[tuple[str, float, float]]] = []
    length = 0.0
    last_reach, last_end = "", -1.0
    for (code, a, b), distance in zip(cells, nearest, strict=True):
        if not np.isfinite(distance):
            continue
        if code != last_reach or a != last_end or length + (b - a) > max(settings.cell_m, settings.blur * distance):
            groups.append([])
            length = 0.0
        groups[-1].append((code, a, b))
        length += b - a
        last_reach, last_end = code, b
    return groups
