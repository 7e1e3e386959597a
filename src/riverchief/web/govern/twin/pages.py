"""What the twin's pages show of a cycle, as JSON: written once by the cycle, so that no page waits for a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Facility, Reach, Section, Station
from riverchief.base.places import Place
from riverchief.base.time import from_epoch, local_day
from riverchief.cloud.standards.water.classes import classify, limits
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.govern.twin import profile as profiles
from riverchief.govern.twin.course import Course
from riverchief.govern.twin.cycle import FLOW, LEVEL, Cycle
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.record import Score
from riverchief.govern.twin.standing import HOUR_S
from riverchief.web.basin.registry import Registry
from riverchief.web.wire import iso, named

Floats = NDArray[np.float64]
Json = dict[str, Any]

BACK_H, STEP_H = 24, 3  # profiles and the map go back so far, in such steps
MOST_POINTS = 220


def rounded(values: ArrayLike, digits: int) -> Any:
    """Numbers for the wire: rounded, and none where there is none."""
    data = np.asarray(values, np.float64).round(digits)
    if np.isfinite(data).all():
        return data.tolist()
    told = data.astype(object)
    told[~np.isfinite(data)] = None
    return told.tolist()


def _of(value: float, digits: int = 3) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def of_cycle(
    registry: Registry, told: Cycle, course: Course, record: Sequence[Score], now: datetime
) -> dict[str, Json]:
    """Every page's content by its name."""
    model, now_s = told.model, told.standing.members.time_s
    few = course.at(_some(course.time_s, now_s))
    pages = {
        "reaches": _reaches(registry, model, course, now_s),
        "map": _map(registry, model, few, now),
        "stations": _stations(registry, told, course, record),
    }
    for river in registry.basin.rivers:
        ways = _way(registry, river.code)
        if ways:
            pages[f"profile-{river.code}"] = _profile(registry, river.code, ways, model, few, now)
    return pages


def facts(told: Cycle) -> Json:
    """What stands in the row of a cycle."""
    members, books = told.standing.members, told.books
    river = told.model.river
    return {
        "cells": int(told.model.cells.grid.bed.size),
        "reaches": len(river.reaches),
        "members": len(members),
        "constituents": list(told.model.constituents),
        "decay_per_day": {
            name: _of(float(rate) * 86_400.0)
            for name, rate in zip(told.model.constituents, members.decay().mean(axis=0), strict=True)
        },
        "roughness": _of(float(np.exp(members.log_rough.mean()))),
        "assumed": sum(reach.assumed is not None for reach in river.reaches.values()),
        "begin": iso(_at(float(told.past.time_s[0]))),
        "end": iso(_at(float(told.ahead.time_s[-1]))),
        "steps": books.steps,
        "inflow_m3": books.inflow_m3,
        "outflow_m3": books.outflow_m3,
        "shortage_m3": books.shortage_m3,
        "stored_m3": books.stored_m3,
        "put_in_m3": books.put_in_m3,
        "error": books.error,
        "used": told.used,
        "refused": [{"station": one.reading.name, "what": one.reading.what, "why": one.why} for one in told.refused],
        "why_slow": told.why_slow,
        "fits": [
            {"station": f.station, "observed_m3s": _of(f.observed_m3s), "modelled_m3s": _of(f.modelled_m3s), "by": f.by}
            for f in told.fits
        ],
    }


def said(told: Cycle) -> Json:
    """What the members forecast where stations read, to be scored when it comes due."""
    items = [
        {
            "station": one.station, "what": one.what, "lead_h": list(one.lead_h), "members": rounded(one.members, 4),
            "observed": _of(one.observed, 4),
        }
        for one in told.said
    ]  # fmt: skip
    return {"items": items}


def score_as_dict(one: Score) -> Json:
    """A record's line on the wire."""
    scored = one.skill
    return {
        "station": scored.station, "what": one.what, "lead_h": round(scored.lead_s / HOUR_S), "n": scored.count,
        "crps": _of(scored.crps, 4), "persistence": _of(scored.crps_persistence, 4),
        "climatology": _of(scored.crps_climatology, 4), "bias": _of(one.bias, 4), "covered": _of(one.covered),
    }  # fmt: skip


def lonlat(registry: Registry, model: Model) -> Floats:
    """Longitude and latitude of every cell on the drawn lines [°], nan where nothing is drawn."""
    network = registry.basin.network
    found = np.full((model.cells.grid.bed.size, 2), np.nan)
    for code, cells in model.cells.reach.items():
        number = network.index(code)
        chainage = np.clip(model.cells.chainage_m[code], 0.0, float(network.length_m[number]))
        found[cells] = np.array([network.point(number, float(at))[0] for at in chainage])
    return found


# ---------------------------------------------------------------------- pieces


def _at(time_s: float) -> datetime:
    return from_epoch(round(time_s))


def _some(time_s: Floats, now_s: float) -> NDArray[np.int64]:
    """Numbers of the instants that profiles and the map show."""
    wanted = now_s + HOUR_S * np.arange(-BACK_H, 73, STEP_H)
    wanted = wanted[(wanted >= time_s[0] - 1) & (wanted <= time_s[-1] + 1)]
    return np.unique([int(np.abs(time_s - at).argmin()) for at in wanted])


def _middle(reach: Reach) -> float:
    return reach.length_m / 2


def _reaches(registry: Registry, model: Model, course: Course, now_s: float) -> Json:
    """Every reach: what it does now, and what is ahead."""
    at = {hours: int(np.abs(course.time_s - now_s - hours * HOUR_S).argmin()) for hours in (0, 24, 72)}
    then = course.at(np.array(list(at.values())))
    ahead = course.time_s >= now_s
    items = []
    for reach in registry.basin.reaches:
        along = profiles.way(model, [reach.code])
        one = profiles.of_record(model, then.record(), then.time_s, along)
        k = int(np.abs(along.distance_m - _middle(reach)).argmin())
        flow = course.flow_m3s[0, :, along.faces[k]]
        items.append(
            {
                **named(reach),
                "river": reach.river,
                "length_m": reach.length_m,
                "flow_m3s": _of(flow[at[0]]),
                "flow_24h_m3s": _of(flow[at[24]]),
                "flow_72h_m3s": _of(flow[at[72]]),
                "most_m3s": _of(float(flow[ahead].max())),
                "mean_m3s": reach.flow_m3s,
                "depth_m": _of(one.level_m[0, k] - along.bed_m[k]),
                "velocity_ms": _of(one.velocity_ms[0, k]),
                "room_m": _of(float((along.bank_m - one.level_m[0]).min())),
                "concentration": {name: _of(values[0, k]) for name, values in one.concentration.items()},
            }
        )
    return {"items": items}


def _map(registry: Registry, model: Model, few: Course, now: datetime) -> Json:
    """Every reach through time: flow over its mean, and classes of what it carries."""
    found = {}
    for reach in registry.basin.reaches:
        cell, face = model.cells.cell(reach.code, _middle(reach)), model.cells.face(reach.code, _middle(reach))
        flow = few.flow_m3s[0, :, face]
        found[reach.code] = {
            "flow_m3s": rounded(flow, 3),
            "ratio": rounded(flow / reach.flow_m3s, 3),
            "class": {
                name: _classes(name, few.conc[0, :, s, cell], now).tolist() for s, name in enumerate(model.constituents)
            },
        }
    return {"time": [iso(_at(float(t))) for t in few.time_s], "reaches": found}


def _classes(code: str, values: Floats, now: datetime) -> NDArray[np.int64]:
    """Class of single values [mg/L] by the edition in force, 0 where it has no limits for it."""
    edition = surface_on(local_day(now))
    if edition is None or code not in edition.column("river"):
        return np.zeros(values.shape, np.int64)
    return classify(limits(edition.code, code), values).astype(np.int64)


def _stations(registry: Registry, told: Cycle, course: Course, record: Sequence[Score]) -> Json:
    """The twin at every station that it listens to: analysis and forecast with their band, and how those have done."""
    items, fits = [], {fit.station: fit for fit in told.fits}
    read = {(one.station, one.what) for one in told.said}
    for station in registry.basin.stations:
        fit = fits.get(station.code)
        shown = [what for what in told.model.constituents if (station.code, what) in read]
        if station.place is None or (fit is None and not shown):
            continue
        series: dict[str, Json | None] = {what: _series(told, course, station.place, what) for what in shown}
        if fit is not None:
            series[FLOW] = _series(told, course, station.place, FLOW)
            datum = told.standing.datum_m.get(station.code)
            series[LEVEL] = None if datum is None else _series(told, course, station.place, LEVEL, datum)
        items.append(
            {
                **named(station),
                "reach": station.place.reach,
                "chainage_m": station.place.chainage_m,
                "series": series,
                "fit": None
                if fit is None
                else {"observed_m3s": _of(fit.observed_m3s), "modelled_m3s": _of(fit.modelled_m3s), "by": fit.by},
                "skill": [score_as_dict(one) for one in record if one.skill.station == station.code],
            }
        )
    return {
        "now": iso(_at(told.standing.members.time_s)),
        "time": [iso(_at(float(t))) for t in course.time_s],
        "members": len(told.standing.members),
        "items": items,
    }


def _series(told: Cycle, course: Course, place: Place, what: str, datum_m: float = 0.0) -> Json:
    """Mean and band of one thing at a place."""
    cells = told.model.cells
    if what == FLOW:
        values = course.flow_m3s[:, :, cells.face(place.reach, place.chainage_m)]
    elif what == LEVEL:
        values = course.level_m[:, :, cells.cell(place.reach, place.chainage_m)] + datum_m
    else:
        values = course.conc[:, :, told.model.number(what), cells.cell(place.reach, place.chainage_m)]
    return {end: rounded(values[k], 4) for k, end in enumerate(course.ENDS)}


def _way(registry: Registry, river: str) -> list[str]:
    """The reaches of a river one behind the other: its longest way down."""
    own = [r for r in registry.basin.reaches if r.river == river]
    ending: dict[str, list[Reach]] = {}
    for reach in own:
        ending.setdefault(reach.to_node, []).append(reach)
    offset = registry.river_offset_m
    if not own:
        return []
    last = max(own, key=lambda r: offset[r.code] + r.length_m)
    way = [last]
    while above := ending.get(way[0].from_node):
        way.insert(0, max(above, key=lambda r: offset[r.code] + r.length_m))
    return [reach.code for reach in way]


def _profile(registry: Registry, river: str, ways: list[str], model: Model, few: Course, now: datetime) -> Json:
    along = profiles.way(model, ways)
    mean, low, high = (profiles.of_record(model, few.record(k), few.time_s, along) for k in range(3))
    n = along.distance_m.size
    some = np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS)).round().astype(np.int64))
    things: list[Json] = []
    places: list[tuple[Section | Facility | Station, str]] = []
    for code in ways:
        places += registry.things_on.get(code, [])
    places += [(s, "station") for s in registry.basin.stations if s.place is not None and s.place.reach in ways]
    for thing, kind in places:
        assert thing.place is not None
        at = along.of(thing.place.reach, thing.place.chainage_m)
        things.append({**named(thing), "kind": kind, "at_m": at})
    of_river = registry.rivers[river]
    return {
        **named(of_river),
        "reaches": [
            {**named(registry.reaches[code]), "start_m": at} for code, at in zip(ways, along.start_m, strict=True)
        ],
        "time": [iso(_at(float(t))) for t in few.time_s],
        "distance_m": rounded(along.distance_m[some], 0),
        "bed_m": rounded(along.bed_m[some], 3),
        "bank_m": rounded(along.bank_m[some], 3),
        "level_m": rounded(mean.level_m[:, some], 3),
        "level_low_m": rounded(low.level_m[:, some], 3),
        "level_high_m": rounded(high.level_m[:, some], 3),
        "energy_m": rounded(mean.energy_m[:, some], 3),
        "flow_m3s": rounded(mean.flow_m3s[:, some], 3),
        "velocity_ms": rounded(mean.velocity_ms[:, some], 3),
        "concentration": {
            name: {
                "value": rounded(v[:, some], 4),
                "low": rounded(low.concentration[name][:, some], 4),
                "high": rounded(high.concentration[name][:, some], 4),
                "class": _classes(name, v[:, some], now).tolist(),
            }
            for name, v in mean.concentration.items()
        },
        "things": things,
    }
