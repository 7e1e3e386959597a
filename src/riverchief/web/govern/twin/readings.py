"""What the twin is told: readings of gauges and water quality stations that quality control has let pass."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Station
from riverchief.base.time import to_epoch
from riverchief.govern.twin.background import Sample
from riverchief.govern.twin.standing import Gauge
from riverchief.govern.twin.usual import Usual
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud.series import read, series_of, usable

Floats = NDArray[np.float64]


def series(station: str, code: str, start: datetime, end: datetime) -> tuple[Floats, Floats]:
    """Instants [s] and values of a station's usable readings."""
    data = read(station, code, start, end)
    good = usable(data)
    return data.time_s[good].astype(np.float64), data.value[good].astype(np.float64)


def reads(station: Station, carried: Iterable[str]) -> list[str]:
    """What the twin takes of a station: flow and level of a gauge, constituents of a water quality station."""
    if station.place is None or station.kind not in ("hydrology", "water_quality"):
        return []
    wanted = ("flow", "level") if station.kind == "hydrology" else tuple(carried)
    return [code for code in wanted if code in station.interval_s]


def gauges(registry: Registry, carried: Iterable[str], start: datetime, end: datetime) -> list[Gauge]:
    """Every station that the twin listens to, with what it has read between two times."""
    found, carried = [], tuple(carried)
    for station in registry.basin.stations:
        codes = reads(station, carried)
        if codes and station.place is not None:
            read = {code: series(station.code, code, start, end) for code in codes}
            found.append(Gauge(station.code, station.place.reach, station.place.chainage_m, read))
    return found


def usual_flows(stations: Iterable[Gauge]) -> list[Usual]:
    """Medians of the discharge at every gauge that has read any."""
    read = [(one, one.series["flow"][1]) for one in stations if "flow" in one.series]
    return [Usual(one.reach, one.chainage_m, float(np.median(flow))) for one, flow in read if flow.size]


def samples(stations: Iterable[Gauge], code: str) -> list[Sample]:
    """Medians of a constituent at every station that has read it."""
    read = [(one, one.series[code][1]) for one in stations if code in one.series]
    return [Sample(one.reach, one.chainage_m, float(np.median(value))) for one, value in read if value.size]


def oldest_new(registry: Registry, carried: Iterable[str], after: int) -> tuple[float, int]:
    """Instant of the oldest reading [s] that came after a number of the change feed, and the feed's last number."""
    observations, carried = context.store().observations, tuple(carried)
    last = observations.last_arrival()
    mine = {n for s in registry.basin.stations for c, n in series_of(s.code).items() if c in reads(s, carried)}
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
