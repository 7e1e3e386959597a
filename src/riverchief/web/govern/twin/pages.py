"""What the twin's pages show of a cycle, as JSON: written once by the cycle, so that no page waits for a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Facility, Reach, Section, Station
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.cloud.standards.water.classes import classify, limits
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.govern.twin import profile as profiles
from riverchief.govern.twin.cycle import HOUR_S, Cycle
from riverchief.govern.twin.forecast import Forecast
from riverchief.govern.twin.hydraulics.layout import Record
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.record import Skill, band
from riverchief.web.basin.registry import Registry
from riverchief.web.wire import iso, named

Floats = NDArray[np.float64]
Json = dict[str, Any]

BACK_H, STEP_H = 24, 3  # profiles and the map go back so far, in such steps
MOST_POINTS = 220


def rounded(values: ArrayLike, digits: int) -> Any:
    """Numbers for the wire: rounded, and none where there is none."""
    data = np.asarray(values, np.float64)
    if data.ndim > 1:
        return [rounded(row, digits) for row in data]
    return [None if not np.isfinite(v) else round(float(v), digits) for v in data]


def _of(value: float, digits: int = 3) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def of_cycle(
    registry: Registry, told: Cycle, record: Sequence[Skill], ahead: Forecast | None, now: datetime
) -> dict[str, Json]:
    """Every page's content by its name."""
    time_s, whole = _whole(told)
    now_s = float(told.analysis.time_s[-1])
    some = _some(time_s, now_s)
    few = Record(*(part[some] for part in whole))
    pages = {
        "reaches": _reaches(registry, told, time_s, whole, now_s),
        "map": _map(registry, told, time_s[some], few, now),
    }
    pages["stations"] = _stations(registry, told, time_s, whole, record, ahead, now_s)
    for river in registry.basin.rivers:
        ways = _way(registry, river.code)
        if ways:
            pages[f"profile-{river.code}"] = _profile(registry, river.code, ways, told, time_s[some], few, now)
    return pages


def facts(told: Cycle) -> Json:
    """What stands in the row of a cycle."""
    runs, river = (told.analysis, told.forecast), told.analysis.model.river
    balance = [run.balance for run in runs]
    return {
        "cells": int(told.analysis.model.cells.grid.bed.size),
        "reaches": len(river.reaches),
        "constituents": list(told.analysis.model.constituents),
        "assumed": sum(reach.assumed is not None for reach in river.reaches.values()),
        "begin": iso(_at(float(told.analysis.time_s[0]) - HOUR_S)),
        "end": iso(_at(float(told.forecast.time_s[-1]))),
        "steps": sum(one.steps for one in balance),
        "rejected": sum(one.rejected for one in balance),
        "limited": sum(one.limited for one in balance),
        "inflow_m3": float(sum(one.inflow_m3 for one in balance)),
        "outflow_m3": float(sum(one.outflow_m3 for one in balance)),
        "shortage_m3": float(sum(one.shortage_m3 for one in balance)),
        "stored_m3": float(balance[0].stored_after_m3),
        "error": float(max((one.error for one in balance), key=abs)),
        "fits": [
            {"station": f.station, "observed_m3s": _of(f.observed_m3s), "modelled_m3s": _of(f.modelled_m3s), "by": f.by}
            for f in told.fits
        ],
        "factors": {name: round(value, 3) for name, value in told.memory.factor.items()},
    }


def said(told: Cycle, registry: Registry) -> Json:
    """What was forecast at the gauges, hour by hour."""
    model, found = told.forecast.model, {}
    for fit in told.fits:
        place = registry.stations[fit.station].place
        assert place is not None
        flow = told.forecast.record.flow[:, model.cells.face(place.reach, place.chainage_m)]
        found[fit.station] = {
            "time_s": told.forecast.time_s.tolist(),
            "flow_m3s": rounded(flow, 4),
            "observed_m3s": _of(fit.observed_m3s, 4) if fit.by == "flow" else None,
        }
    return found


def skill_as_dict(one: Skill) -> Json:
    """A record's line on the wire."""
    return {
        "station": one.station, "lead_h": one.lead_h, "n": one.n, "mae_m3s": _of(one.mae_m3s, 4),
        "persistence_m3s": _of(one.persistence_m3s, 4), "bias_m3s": _of(one.bias_m3s, 4), "skill": _of(one.skill),
        "low": _of(one.low), "high": _of(one.high),
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
    from riverchief.base.time import from_epoch

    return from_epoch(round(time_s))


def _whole(told: Cycle) -> tuple[Floats, Record]:
    """Analysis and forecast as one record."""
    parts = (told.analysis, told.forecast)
    joined = Record(*(np.concatenate(pair) for pair in zip(*(run.record for run in parts), strict=True)))
    return np.concatenate([run.time_s for run in parts]), joined


def _some(time_s: Floats, now_s: float) -> NDArray[np.int64]:
    """Numbers of the instants that profiles and the map show."""
    wanted = now_s + HOUR_S * np.arange(-BACK_H, 73, STEP_H)
    wanted = wanted[(wanted >= time_s[0] - 1) & (wanted <= time_s[-1] + 1)]
    return np.unique([int(np.abs(time_s - at).argmin()) for at in wanted])


def _middle(reach: Reach) -> float:
    return reach.length_m / 2


def _reaches(registry: Registry, told: Cycle, time_s: Floats, whole: Record, now_s: float) -> Json:
    """Every reach: what it does now, and what is ahead."""
    model = told.analysis.model
    at = {hours: int(np.abs(time_s - now_s - hours * HOUR_S).argmin()) for hours in (0, 24, 72)}
    ahead = time_s >= now_s
    items = []
    for reach in registry.basin.reaches:
        along = profiles.way(model, [reach.code])
        one = profiles.of_record(
            model, Record(*(part[list(at.values())] for part in whole)), time_s[list(at.values())], along
        )
        k = int(np.abs(along.distance_m - _middle(reach)).argmin())
        flow = whole.flow[:, along.faces[k]]
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


def _map(registry: Registry, told: Cycle, time_s: Floats, few: Record, now: datetime) -> Json:
    """Every reach through time: flow over its mean, and classes of what it carries."""
    model = told.analysis.model
    found = {}
    for reach in registry.basin.reaches:
        cell, face = model.cells.cell(reach.code, _middle(reach)), model.cells.face(reach.code, _middle(reach))
        found[reach.code] = {
            "flow_m3s": rounded(few.flow[:, face], 3),
            "ratio": rounded(few.flow[:, face] / reach.flow_m3s, 3),
            "class": {
                name: _classes(name, few.conc[:, s, cell], now).tolist() for s, name in enumerate(model.constituents)
            },
        }
    return {"time": [iso(_at(float(t))) for t in time_s], "reaches": found}


def _classes(code: str, values: Floats, now: datetime) -> NDArray[np.int64]:
    """Class of single values [mg/L] by the edition in force, 0 where it has no limits for it."""
    edition = surface_on(local_day(now))
    if edition is None or code not in edition.column("river"):
        return np.zeros(values.shape, np.int64)
    return classify(limits(edition.code, code), values).astype(np.int64)


def _stations(
    registry: Registry,
    told: Cycle,
    time_s: Floats,
    whole: Record,
    record: Sequence[Skill],
    ahead: Forecast | None,
    now_s: float,
) -> Json:
    """Hydrographs at the gauges: analysis, forecast and its band."""
    model, items = told.analysis.model, []
    for fit in told.fits:
        station = registry.stations[fit.station]
        assert station.place is not None
        face = model.cells.face(station.place.reach, station.place.chainage_m)
        flow = whole.flow[:, face]
        own = [one for one in record if one.station == fit.station]
        basis, low, high = _band(station.place, flow, own, ahead, np.maximum(time_s - now_s, 0.0) / HOUR_S)
        g = model.cells.grid
        level = whole.level[:, [g.up[face], g.dn[face]]].mean(axis=1)
        datum = told.memory.datum_m.get(fit.station)
        items.append(
            {
                **named(station),
                "reach": station.place.reach,
                "chainage_m": station.place.chainage_m,
                "time": [iso(_at(float(t))) for t in time_s],
                "flow_m3s": rounded(flow, 3),
                "low_m3s": rounded(low, 3),
                "high_m3s": rounded(high, 3),
                "level_m": None if datum is None else rounded(level + datum, 3),
                "band": basis,
                "fit": {"observed_m3s": _of(fit.observed_m3s), "modelled_m3s": _of(fit.modelled_m3s), "by": fit.by},
            }
        )
    return {"now": iso(_at(now_s)), "items": items}


def _band(
    place: Place | None, flow: Floats, record: Sequence[Skill], ahead: Forecast | None, lead_h: Floats
) -> tuple[str, Floats, Floats]:
    """What a band rests on, and its ends, nan up to now: its own record, else an ensemble, else an assumption."""
    width = band(record, lead_h)
    coming = lead_h > 0
    low, high = (np.where(coming, flow * one, np.nan) for one in (width.low, width.high))
    if not width.assumed:
        return "record", low, high
    at = (place.reach, place.chainage_m) if place else None
    if ahead is None or at not in ahead.places:
        return "assumed", low, high
    values = ahead.flow_m3s[:, :, ahead.places.index(at)]
    low[coming], high[coming] = np.minimum(values[0], flow[coming]), np.maximum(values[-1], flow[coming])
    return "ensemble", low, high


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


def _profile(
    registry: Registry, river: str, ways: list[str], told: Cycle, time_s: Floats, few: Record, now: datetime
) -> Json:
    along = profiles.way(told.analysis.model, ways)
    one = profiles.of_record(told.analysis.model, few, time_s, along)
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
        "time": [iso(_at(float(t))) for t in time_s],
        "distance_m": rounded(along.distance_m[some], 0),
        "bed_m": rounded(along.bed_m[some], 3),
        "bank_m": rounded(along.bank_m[some], 3),
        "level_m": rounded(one.level_m[:, some], 3),
        "energy_m": rounded(one.energy_m[:, some], 3),
        "flow_m3s": rounded(one.flow_m3s[:, some], 3),
        "velocity_ms": rounded(one.velocity_ms[:, some], 3),
        "concentration": {
            name: {"value": rounded(v[:, some], 4), "class": _classes(name, v[:, some], now).tolist()}
            for name, v in one.concentration.items()
        },
        "things": things,
    }
