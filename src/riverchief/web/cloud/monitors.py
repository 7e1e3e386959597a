"""The readings of an outfall's online monitor, as the engine wants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag, Period
from riverchief.base.time import CHINA, to_epoch
from riverchief.base.units import PROPERTIES
from riverchief.cloud.outfall import HOUR_S, Flow, Monitored
from riverchief.store import SeriesData
from riverchief.web import context

# a station may send the same thing at instants, in minutes and in hours: the hour is what its rules are about
_PREFERRED = (Period.HOUR, Period.INSTANT, Period.MINUTE)


@dataclass(frozen=True)
class MonitorSeries:
    """One series of a monitor: its number in the store, and what one reading stands for [s]."""

    number: int
    step_s: int


def series_of_monitor(station: Station) -> dict[str, MonitorSeries]:
    """The series of a monitor by property."""
    chosen: dict[str, tuple[int, MonitorSeries]] = {}
    for info in context.store().observations.find(place=station.code):
        if info.key.period not in _PREFERRED:
            continue
        rank = _PREFERRED.index(info.key.period)
        step_s = station.interval_s.get(info.key.property) or info.interval_s or HOUR_S
        step_s = HOUR_S if info.key.period is Period.HOUR and step_s < HOUR_S else step_s
        if info.key.property not in chosen or rank < chosen[info.key.property][0]:
            chosen[info.key.property] = rank, MonitorSeries(info.series_id, step_s)
    return {code: series for code, (_, series) in chosen.items()}


@dataclass(frozen=True)
class Readings:
    """Readings of one property with its flow, and the ids of the readings."""

    data: Monitored
    ids: list[str]


def readings(
    series: dict[str, MonitorSeries], code: str, start: datetime, end: datetime, as_of: datetime | None = None
) -> Readings | None:
    """One property of a monitor in (start, end], with the flow beside it; None where it has no series."""
    mine = series.get(code)
    if mine is None:
        return None
    start_s, end_s = to_epoch(start) + 1, to_epoch(end)
    observations = context.store().observations
    raw = observations.read(mine.number, start_s, end_s, as_of=as_of)
    flow = None
    if "flow" in series and code != "flow":
        with_flow = series["flow"]
        # the flow of the first reading's step began before it
        q = observations.read(with_flow.number, start_s - mine.step_s, end_s, as_of=as_of)
        good = _measured(q) & (q.value >= 0)
        flow = Flow(q.time_s[good], q.value[good], with_flow.step_s)
    data = Monitored.of(raw.time_s, raw.value, mine.step_s, _measured(raw), flow)
    ids = [reading_id(mine.number, int(t), int(r)) for t, r in zip(raw.time_s, raw.revision, strict=True)]
    return Readings(data, ids)


def _measured(data: SeriesData) -> np.ndarray:
    """Where a value is a measurement: maintenance, calibration, stops and faults carry their flag and are exempt."""
    return np.asarray((data.flag == Flag.OK) & ~np.isnan(data.value))


def temperature_c(series: dict[str, MonitorSeries], start: datetime, end: datetime) -> float:
    """Mean temperature of the water in (start, end] [°C]; nan where the monitor does not measure it."""
    found = readings(series, "water_temperature", start, end)
    if found is None or not found.data.counts.any():
        return float("nan")
    return float(found.data.value[found.data.counts].mean())


def has_load(code: str) -> bool:
    """Whether a property has a load: it is a concentration in mg/L."""
    return code in PROPERTIES and PROPERTIES[code].unit == "mg/L"


def day_span(day: date) -> tuple[datetime, datetime]:
    """The two instants between which a local day lies."""
    begin = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return begin, datetime.fromtimestamp(begin.timestamp() + 86_400, CHINA)
