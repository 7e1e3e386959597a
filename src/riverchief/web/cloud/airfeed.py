"""The air of a demo, hour by hour: what the national release would bring, made up by the simulator and marked so.

Stations of the air network do not speak to our gateway; their hours come by release. Only a data folder that a demo
made has `simulate/air.json`; elsewhere this does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.base.time import from_epoch, to_epoch
from riverchief.base.units import property_named
from riverchief.simulate.air import HOUR_S, PROPERTIES, air, dust_s, hours
from riverchief.store import Row, Store
from riverchief.web import context

FEED_FILE = "simulate/air.json"
_MOST_HOURS = 72  # a platform that stood still longer has a gap
_DUSTY_UGM3 = 150.0


def remember(folder: Path, seed: int) -> None:
    """Let the platform on this data folder make up the air from now on."""
    path = folder / FEED_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"simulated": True, "seed": seed}), encoding="utf-8")


def write_past(
    store: Store, seed: int, stations: Iterable[Station], from_s: float, until_s: float, known_at: datetime
) -> Iterator[int]:
    """Write the made-up hours of stations in (from, until] [s since 1970 UTC]; it is no news.

    Yields
    ------
    int
        How many values have been written so far, after each station.
    """
    times = hours(from_s, until_s)
    written = 0
    for station in stations:
        rows = list(_rows(store, seed, station, times.tolist()))
        if rows:
            store.observations.write(rows, known_at=known_at, who="demo", why="simulated past", feed=False)
        written += len(rows)
        yield written


def _rows(store: Store, seed: int, station: Station, times: list[int]) -> Iterator[Row]:
    values = air(seed, station, np.array(times, np.int64))
    for name in PROPERTIES:
        kept = property_named(name)
        key = SeriesKey(station.code, name, Period.HOUR)
        number = store.observations.series_id(key, unit=kept.unit, interval_s=HOUR_S)
        for time_s, value in zip(times, values[name].round(kept.decimals).tolist(), strict=True):
            measured = value == value  # noqa: PLR0124  nan: none
            yield Row(number, time_s, value if measured else None, Flag.OK if measured else Flag.MISSING)


def collect() -> None:
    """Write the hours that have closed since the last time."""
    path = context.config().folder / FEED_FILE
    if not path.exists():
        return
    seed = json.loads(path.read_text(encoding="utf-8"))["seed"]
    store, now = context.store(), context.now()
    for station in context.basin().basin.stations:
        if station.kind != "air":
            continue
        numbers = [info.series_id for info in store.observations.find(place=station.code)]
        last = max((row.time_s for row in store.observations.latest(numbers).values()), default=0)
        times = hours(max(last, to_epoch(now) - _MOST_HOURS * HOUR_S), to_epoch(now)).tolist()
        rows = list(_rows(store, seed, station, times))
        if rows:
            store.observations.write(rows, known_at=now, who="demo", why="simulated release")


def dusty_days(seed: int, start: datetime, end: datetime) -> list[datetime]:
    """Middles of the made-up dust episodes between two times that a centre would name."""
    found = []
    for year in range(start.year, end.year + 1):
        for middle, _, height in dust_s(seed, year):
            if height >= _DUSTY_UGM3 and start <= from_epoch(middle) <= end:
                found.append(from_epoch(middle))
    return sorted(found)
