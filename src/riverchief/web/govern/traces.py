"""The link that asks where it came from and where it goes: alert → trace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.ids import new_id, reading_id
from riverchief.base.readings import Flag
from riverchief.base.time import local_day
from riverchief.cloud.alertstate import AlertState
from riverchief.cloud.standards import water
from riverchief.govern.trace.forecast import forecast, forecast_as_dict
from riverchief.govern.trace.kinematic import KinematicEngine
from riverchief.govern.trace.observations import Observation
from riverchief.govern.trace.rank import rank
from riverchief.govern.trace.result import Trace as Ranked
from riverchief.govern.trace.result import trace_as_dict
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud import habits
from riverchief.web.cloud.models import Alert, Watch
from riverchief.web.cloud.series import read, series_of
from riverchief.web.cloud.watch import DEPARTURE, LEADING, RIVER
from riverchief.web.govern.models import Trace
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

ENGINE = "govern.trace.kinematic"
LOOK_BACK = timedelta(hours=60)
STRETCH_M = 6_000.0
AHEAD = timedelta(hours=72)


def observations(registry: Registry, alert: Alert, now: datetime) -> list[Observation]:
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
) -> list[Observation]:
    assert station.place is not None
    data = read(station.code, code, start, now)
    found = []
    for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True):
        usual = None if np.isnan(v) else habit.at(int(t))
        if usual is not None:
            key = reading_id(number, int(t), int(r))
            found.append(Observation(station.code, station.place, code, float(t), float(v), *usual, Flag(int(f)), key))
    return found


def on_alert(event: Event) -> None:
    """Trace an alert anew with everything that has been read since."""
    alert = Alert.objects.get(pk=event.subject)
    if Event.objects.filter(kind="alert-reading", subject=alert.pk, id__gt=event.id).exists():
        return  # more has been read since: that event will trace with all of it
    if alert.kind not in RIVER or alert.state != "open":
        return
    now = context.now()
    registry = context.basin()
    engine = registry.engine
    result = rank(registry.basin, engine, observations(registry, alert, now), now)
    if result.state != "ranked":
        return
    told = trace_as_dict(result, registry.basin.network)
    trace = Trace.objects.create(
        id=new_id("trace", context.now()),  # after the last reading that it rests on
        alert=alert,
        at=now,
        n_readings=result.n_readings,
        candidates=told["candidates"],
        reach_probability=told["reach_probability"],
        forecast=_forecast(registry, engine, result, now),
        stretch=flyable(told["reach_probability"]),
        engine=ENGINE,
    )
    readings = [(key, "observation") for key in result.reading_ids[-200:]]
    came_from(trace.pk, [(alert.pk, "cause"), *readings], code=ENGINE)
    emit("trace", trace.pk, now, alert=alert.pk)


def flyable(cells: list[dict[str, Any]], length_m: float = STRETCH_M) -> list[dict[str, Any]]:
    """The stretch of one reach, at most `length_m` long, that holds the most probability; what one flight can see."""
    best: dict[str, Any] | None = None
    for reach in dict.fromkeys(cell["reach"] for cell in cells):
        mine = sorted((c for c in cells if c["reach"] == reach), key=lambda c: c["from_m"])
        for i, first in enumerate(mine):
            inside = [c for c in mine[i:] if c["to_m"] - first["from_m"] <= length_m]
            held = sum(c["probability"] for c in inside)
            if inside and (best is None or held > best["probability"] * 1.001):
                last = max(inside, key=lambda c: c["to_m"] if c["probability"] > 0.002 * held else 0.0)
                best = {"reach": reach, "from_m": first["from_m"], "to_m": last["to_m"], "probability": held}
    return [best] if best else []


def _forecast(registry: Registry, engine: KinematicEngine, result: Ranked, now: datetime) -> dict[str, Any]:
    """Arrival and strength at the sections downstream, with the class that the peak would be."""
    sections = [s for s in registry.basin.sections if s.station]
    backgrounds = {}
    for section in sections:
        habit = habits.habit_of(section.station, result.property, now)
        usual = habit.at(now.timestamp()) if habit else None
        if usual is not None:
            backgrounds[section.code] = usual[0]
    told = forecast_as_dict(forecast(registry.basin, engine, result, now, AHEAD, backgrounds=backgrounds))
    for item in told["items"]:
        rule = registry.sections[item["code"]].tp_rule
        peak = {result.property: item["peak"] if item["peak"] is not None else np.nan}
        item["class"] = water.assess(peak, on=local_day(now), tp_rule=rule).row().class_
    return told
