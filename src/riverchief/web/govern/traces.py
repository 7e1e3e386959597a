"""The link that asks where it came from and where it goes: alert → trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.ids import new_id, reading_id
from riverchief.base.readings import Flag
from riverchief.base.time import local_day
from riverchief.cloud.alertstate import AlertState
from riverchief.cloud.standards import water
from riverchief.govern import trace as tracing
from riverchief.govern.twin.tracing.beside import beside
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud import habits
from riverchief.web.cloud.models import Alert, Watch
from riverchief.web.cloud.series import read, series_of
from riverchief.web.cloud.watch import DEPARTURE, LEADING, RIVER
from riverchief.web.govern.models import Trace
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

ENGINE = "govern.twin.tracing"
LOOK_BACK = timedelta(hours=60)
STRETCH_M = 6_000.0
AHEAD = timedelta(hours=72)


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
            seen = (float(t), float(v), *usual, Flag(int(f)), key)
            found.append(tracing.Observation(station.code, station.place, code, *seen))
    return found


def on_alert(event: Event) -> None:
    """Trace an alert anew with everything that has been read since."""
    write = prepare(event)
    if write is not None:
        write()


def prepare(event: Event) -> Callable[[], None] | None:
    """Trace an alert, which takes a second or two; what then writes the trace, None where there is none to write."""
    alert = Alert.objects.get(pk=event.subject)
    if Event.objects.filter(kind="alert-reading", subject=alert.pk, id__gt=event.id).exists():
        return None  # more has been read since: that event will trace with all of it
    if alert.kind not in RIVER or alert.state != "open":
        return None
    now = context.now()
    registry = context.basin()
    basin, seen = registry.basin.as_of(local_day(now)), observations(registry, alert, now)
    result = tracing.rank(basin, registry.engine, seen, now)
    if result.state != "ranked":
        return None
    more = beside(basin, seen, now.timestamp(), result.property)
    told = tracing.trace_as_dict(result, registry.basin.network)
    trace = Trace(
        id=new_id("trace", context.now()),  # after the last reading that it rests on
        alert=alert,
        at=now,
        n_readings=result.n_readings,
        candidates=told["candidates"],
        reach_probability=told["reach_probability"],
        forecast=_forecast(registry, result, now),
        stretch=[asdict(s) for s in tracing.suspect_stretch(result, registry.basin.network, STRETCH_M)],
        beside=more.as_dict(registry.basin.network) if more else {},
        engine=ENGINE,
    )
    return partial(_write, trace, result.reading_ids[-200:])


def _write(trace: Trace, reading_ids: Sequence[str]) -> None:
    trace.save(force_insert=True)
    readings = [(key, "observation") for key in reading_ids]
    came_from(trace.pk, [(trace.alert_id, "cause"), *readings], code=ENGINE)
    emit("trace", trace.pk, trace.at, alert=trace.alert_id)


def warm_up() -> None:
    """Trace an invented reading, whose answer nobody keeps: the kernels are compiled before the first wave comes."""
    registry = context.basin()
    now = context.now()
    station = next((s for s in registry.basin.stations if s.kind == "water_quality" and s.place), None)
    if station is None or station.place is None:
        return
    seen = tracing.Observation(station.code, station.place, LEADING[0], now.timestamp() - 60, 9.0, 1.0, 0.1)
    result = tracing.rank(registry.basin.as_of(local_day(now)), registry.engine, [seen], now)
    beside(registry.basin, [seen], now.timestamp(), LEADING[0])
    tracing.forecast(registry.basin, registry.engine, result, now, timedelta(hours=6))


def _forecast(registry: Registry, result: tracing.Trace, now: datetime) -> dict[str, Any]:
    """Arrival and strength at the sections downstream, with the class that the peak would be."""
    sections = [s for s in registry.basin.sections if s.station]
    backgrounds = {}
    for section in sections:
        habit = habits.habit_of(section.station, result.property, now)
        usual = habit.at(now.timestamp()) if habit else None
        if usual is not None:
            backgrounds[section.code] = usual[0]
    found = tracing.forecast(registry.basin, registry.engine, result, now, AHEAD, backgrounds=backgrounds)
    told = tracing.forecast_as_dict(found)
    for item in told["items"]:
        rule = registry.sections[item["code"]].tp_rule
        peak = {result.property: item["peak"] if item["peak"] is not None else np.nan}
        item["class"] = water.assess(peak, on=local_day(now), tp_rule=rule).row().class_
    return told
