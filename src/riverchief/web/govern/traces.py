"""The link that asks where it came from and where it goes: alert → trace."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from riverchief.base.basin import Basin, Station
from riverchief.base.ids import new_id, reading_id
from riverchief.base.readings import Flag
from riverchief.cloud.alertstate import AlertState
from riverchief.govern import trace as tracing
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud import habits
from riverchief.web.cloud.models import Alert, Watch
from riverchief.web.cloud.series import read, series_of
from riverchief.web.cloud.watch import DEPARTURE, LEADING
from riverchief.web.govern.models import Trace
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

ENGINE = "govern.trace.kinematic"
LOOK_BACK = timedelta(hours=60)
STRETCH_M = 6_000.0
AHEAD = timedelta(hours=72)
TRACEABLE = ("departure", "pollution")


@lru_cache(maxsize=2)
def _engine(basin: Basin) -> tracing.KinematicEngine:
    return tracing.KinematicEngine(basin)


def observations(registry: Registry, alert: Alert, now: datetime) -> list[tracing.Observation]:
    """Readings of the incident's pollutants at every station on the same water, clean ones too."""
    network = registry.basin.network
    here = network.index(alert.reach)
    connected = network.upstream([here]) | network.downstream([here])
    codes = [code for code in LEADING if alert.readings.filter(property=code).exists()] or [alert.property]
    found = []
    for station in registry.basin.stations:
        if station.kind != "water_quality" or station.place is None:
            continue
        if not connected[network.index(station.place.reach)]:
            continue
        numbers = series_of(station.code)
        watch = Watch.objects.filter(station=station.code, property=DEPARTURE).first()
        left_s = AlertState.from_dict(watch.state).opened_s if watch and watch.state else None
        for code in codes:
            habit = habits.habit_of(station.code, code, now, left_s) if code in numbers else None
            if habit is not None:
                found += _of_series(station, code, numbers[code], habit, alert.at - LOOK_BACK, now)
    return found


def _of_series(
    station: Station, code: str, number: int, habit: habits.Habit, start: datetime, now: datetime
) -> list[tracing.Observation]:
    assert station.place is not None
    data = read(station.code, code, start, now)
    found = []
    for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True):
        usual = None if np.isnan(v) else habit.at(int(t))
        if usual is not None:
            key = reading_id(number, int(t), int(r))
            found.append(
                tracing.Observation(station.code, station.place, code, float(t), float(v), *usual, Flag(int(f)), key)
            )
    return found


def on_alert(event: Event) -> None:
    """Trace an alert anew with everything that has been read since."""
    alert = Alert.objects.get(pk=event.subject)
    if Event.objects.filter(kind="alert-reading", subject=alert.pk, id__gt=event.id).exists():
        return  # more has been read since: that event will trace with all of it
    if alert.kind not in TRACEABLE or alert.state != "open":
        return
    now = context.now()
    registry = context.basin()
    engine = _engine(registry.basin)
    result = tracing.rank(registry.basin, engine, observations(registry, alert, now), now)
    if result.state != "ranked":
        return
    told = tracing.trace_as_dict(result, registry.basin.network)
    trace = Trace.objects.create(
        id=new_id("trace", now),
        alert=alert,
        at=now,
        n_readings=result.n_readings,
        candidates=told["candidates"],
        reach_probability=told["reach_probability"],
        forecast=_forecast(registry, engine, result, now),
        stretch=[_stretch(s) for s in tracing.suspect_stretch(result, registry.basin.network, STRETCH_M)],
        engine=ENGINE,
    )
    readings = [(key, "observation") for key in result.reading_ids[-200:]]
    came_from(trace.pk, [(alert.pk, "cause"), *readings], code=ENGINE)
    emit("trace", trace.pk, now, alert=alert.pk)


def _stretch(item: Any) -> dict[str, Any]:
    return asdict(item)


def _forecast(registry: Registry, engine: Any, result: Any, now: datetime) -> dict[str, Any]:
    return tracing.forecast_as_dict(tracing.forecast(registry.basin, engine, result, now, AHEAD))
