"""What the twin is told: readings of gauges and water quality stations that quality control has let pass."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Station
from riverchief.base.time import to_epoch
from riverchief.govern.twin.background import Sample
from riverchief.govern.twin.cycle import Gauge
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud.series import read, series_of, usable

Floats = NDArray[np.float64]
QUALITY_OVER = timedelta(hours=24)


def gauge_stations(registry: Registry) -> list[Station]:
    """Stations on the river that measure flow or level."""
    return [
        one
        for one in registry.basin.stations
        if one.place is not None and one.kind == "hydrology" and {"flow", "level"} & set(one.interval_s)
    ]


def series(station: str, code: str, start: datetime, end: datetime) -> tuple[Floats, Floats]:
    """Instants [s] and values of a station's usable readings."""
    data = read(station, code, start, end)
    good = usable(data)
    return data.time_s[good].astype(np.float64), data.value[good].astype(np.float64)


def gauges(registry: Registry, start: datetime, end: datetime) -> list[Gauge]:
    """Every gauge with what it has read between two times."""
    found = []
    for station in gauge_stations(registry):
        assert station.place is not None
        flow, level = (series(station.code, code, start, end) for code in ("flow", "level"))
        found.append(Gauge(station.code, station.place.reach, station.place.chainage_m, *flow, *level))
    return found


def samples(registry: Registry, code: str, now: datetime) -> list[Sample]:
    """Medians of the last day of a constituent at every water quality station that has read it."""
    found = []
    for station in registry.basin.stations:
        if station.place is None or station.kind != "water_quality":
            continue
        _, value = series(station.code, code, now - QUALITY_OVER, now)
        if value.size:
            found.append(Sample(station.place.reach, station.place.chainage_m, float(np.median(value))))
    return found


def oldest_new(registry: Registry, after: int) -> tuple[float, int]:
    """Instant of the oldest reading [s] of a gauge that came after a number of the change feed, and the feed's last."""
    observations = context.store().observations
    last = observations.last_arrival()
    mine = {n for s in gauge_stations(registry) for c, n in series_of(s.code).items() if c in ("flow", "level")}
    oldest = np.inf
    while after < last:
        arrivals = observations.arrivals(after, 5_000)
        if not arrivals:
            break
        oldest = min([oldest, *(float(one.time_s) for one in arrivals if one.series_id in mine)])
        after = arrivals[-1].seq
    return oldest, last


def seconds(at: datetime) -> float:
    """Seconds since 1970 UTC."""
    return float(to_epoch(at))
