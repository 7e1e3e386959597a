"""The link that asks where it came from and where it goes: alert → trace."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.ids import new_id, reading_id
from riverchief.base.readings import Flag
from riverchief.govern import trace as tracing
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud.models import Alert
from riverchief.web.cloud.series import read, series_of
from riverchief.web.cloud.watch import WATCHED, baseline_of
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
    """Readings of the incident's pollutants at every station whose water is connected with the alert's, clean ones too."""
    network = registry.basin.network
    here = network.index(alert.reach)
    connected = network.upstream([here]) | network.downstream([here])
    codes = [code for code in WATCHED if alert.readings.filter(property=code).exists()] or [alert.property]
    found = []
    for station in registry.basin.stations:
        if station.kind != "water_quality" or station.place is None:
            continue
        if not connected[network.index(station.place.reach)]:
            continue
        numbers = series_of(station.code)
        for code in codes:
            baseline = baseline_of(station.code, code, now) if code in numbers else None
            if baseline is None:
                continue
            data = read(station.code, code, alert.at - LOOK_BACK, now)
            for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True):
                if np.isnan(v):
                    continue
                mean, sd = baseline.at(int(t))
                key = reading_id(numbers[code], int(t), int(r))
                found.append(
                    tracing.Observation(
                        station.code, station.place, code, float(t), float(v), mean, sd, Flag(int(f)), key
                    )
                )
    return found


def on_alert(event: Event) -> None:
    """Trace an alert anew with everything that has been read since."""
    alert = Alert.objects.get(pk=event.subject)
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
