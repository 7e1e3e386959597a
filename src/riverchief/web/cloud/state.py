"""How the river is at a time: class of every reach and section, health of every station, its last values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from riverchief.base.basin import Section, Station
from riverchief.base.time import day_of_closing_stamp, from_epoch, to_epoch
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud import verdicts
from riverchief.web.cloud.series import counted_at, series_of
from riverchief.web.wire import iso

LATE_FACTOR = 1.5  # a station is late when its fastest series is this many intervals behind
SILENT_S = 12 * 3600


def section_now(section: Section, at: datetime) -> dict[str, Any]:
    """Class, deciding items and target of a section at a time."""
    counted = counted_at(section.station, verdicts.ITEMS, at, verdicts.AGE_S) if section.station else {}
    if not counted:
        return {"class": 0, "deciding": [], "at": None, "on_target": None}
    row = verdicts.judge(section, counted, day_of_closing_stamp(at))
    return {
        "class": row.class_,
        "deciding": list(row.deciding),
        "at": iso(max(item.at for item in counted.values())),
        "on_target": row.class_ <= section.target_class if row.class_ else None,
    }


def station_now(station: Station, at: datetime) -> dict[str, Any]:
    """Health and last values of a station at a time."""
    observations = context.store().observations
    numbers = series_of(station.code)
    end_s = to_epoch(at)
    latest = observations.latest(list(numbers.values()))
    values: dict[str, Any] = {}
    last_s = 0
    for code, number in numbers.items():
        row = latest.get(number)
        if row is None:
            continue
        time_s, value, flag = row.time_s, row.value, row.flag
        if time_s > end_s:  # an earlier time was asked for
            data = observations.read(number, end_s - 2 * 86_400, end_s)
            if not data.time_s.size:
                continue
            time_s, flag = int(data.time_s[-1]), data.flag[-1]
            value = None if np.isnan(data.value[-1]) else float(data.value[-1])
        last_s = max(last_s, time_s)
        unit = observations.series(number).unit
        values[code] = {"value": value, "unit": unit, "flag": int(flag), "time": iso(from_epoch(time_s))}
    fastest_s = min(station.interval_s.values(), default=3600)
    behind_s = end_s - last_s
    health = "alive" if behind_s <= max(LATE_FACTOR * fastest_s, 900) else "late" if behind_s <= SILENT_S else "silent"
    return {"health": health, "last": iso(from_epoch(last_s)) if last_s else None, "values": values}


def reach_classes(registry: Registry, sections: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Class of every reach: that of the next section below on the same river, else of the last one above; 0 unknown."""
    by_river: dict[str, list[tuple[float, int]]] = {}
    for section in registry.basin.sections:
        reach = registry.basin.reaches[registry.basin.network.index(section.place.reach)]
        along = registry.river_offset_m[reach.code] + section.place.chainage_m
        if sections[section.code]["class"]:
            by_river.setdefault(reach.river, []).append((along, sections[section.code]["class"]))
    classes = {}
    for reach in registry.basin.reaches:
        head = registry.river_offset_m[reach.code]
        known = sorted(by_river.get(reach.river, []))
        below = [class_ for along, class_ in known if along >= head + 1]
        above = [class_ for along, class_ in known if along < head + 1]
        classes[reach.code] = below[0] if below else above[-1] if above else 0
    return classes


def state(at: datetime) -> dict[str, Any]:
    """The whole river at a time, without alerts and cases."""
    registry = context.basin()
    sections = {s.code: section_now(s, at) for s in registry.basin.sections}
    return {
        "at": iso(at),
        "reaches": reach_classes(registry, sections),
        "sections": sections,
        "stations": {s.code: station_now(s, at) for s in registry.basin.stations},
    }
