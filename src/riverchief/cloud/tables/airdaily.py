"""Days and periods of the stations and cities of a table: what `riverchief assess air --daily` writes."""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.time import to_epoch
from riverchief.cloud.standards.air.days import AirDays, air_days, by_day, city_days
from riverchief.cloud.standards.air.indices import HOURLY, decimals_of, level_of
from riverchief.cloud.standards.air.periods import AirPeriod, air_period, levels_in_words
from riverchief.cloud.standards.air.rules import ITEMS, rules_on
from riverchief.cloud.tables.air import PUBLISHED_NAMES, SEPARATOR, AirTable

STATION, CITY = "station", "city"
_LONGEST_DAYS = 60 * 366
_KEYS = ("so2", "no2", "pm10", "co", "o3", "pm25")
_COLUMNS = {"so2": "so2", "no2": "no2", "pm10": "pm10", "co": "co", "o3_8h": "o3_8h", "pm25": "pm2_5"}
COLUMNS = (
    "kind",
    "city",
    "station",
    "day",
    *_COLUMNS.values(),
    "n_pm2_5",  # valid hours of a station's day, stations of a city's
    "aqi",
    "level",
    "primary",
    "missing",
    "edition",
    "dust",
)


@dataclass(frozen=True)
class PlaceDays:
    """The days of one station or of one city."""

    kind: str
    city: str
    station: str
    days: AirDays


def place_days(air: AirTable) -> list[PlaceDays]:
    """The days of every station of a table, then of every city with more than one station.

    Raises
    ------
    InputError
        When no row has a time, or the rows lie further apart than any series.
    """
    dated = air.days[~np.isnat(air.days)]
    if not dated.size:
        raise InputError(f"{air.table.path}: no row has a time, so there are no days.", path=str(air.table.path))
    first, last = dated.min(), dated.max()
    if (last - first).astype(np.int64) > _LONGEST_DAYS:
        raise InputError(
            f"{air.table.path} goes from {first} to {last}: one of them is a slip of the pen. Mend its row first.",
            path=str(air.table.path),
        )
    span = np.arange(first, last + 1)
    rows_of: dict[tuple[str, str], list[int]] = {}
    for row, refused in enumerate(air.refused):
        if not refused:
            rows_of.setdefault(air.place(row), []).append(row)
    stations = [
        PlaceDays(STATION, city, station, _station(air, np.array(rows), span))
        for (city, station), rows in rows_of.items()
    ]
    return stations + list(_cities(stations, span))


def _station(air: AirTable, rows: NDArray[np.int64], span: NDArray[np.datetime64]) -> AirDays:
    if air.report != HOURLY:
        at = (air.days[rows] - span[0]).astype(np.int64)
        values = {}
        for key, array in air.values.items():
            values[key] = np.full(span.size, np.nan)
            values[key][at] = array[rows]
        return AirDays(span, values)
    times = np.array([to_epoch(at) for row in rows.tolist() if (at := air.times[row]) is not None], np.int64)
    hourly = {key: by_day(times, air.values[key][rows], span) for key in _KEYS if key in air.values}
    return air_days(hourly, span)


def _cities(stations: Sequence[PlaceDays], span: NDArray[np.datetime64]) -> Iterator[PlaceDays]:
    share = rules_on(span[-1].item()).validity.city_station_share
    for city in dict.fromkeys(one.city for one in stations):
        own = [one.days for one in stations if one.city == city]
        if len(own) < 2:
            continue
        values = {key: np.stack([days.values[key] for days in own]) for key in own[0].values}
        yield PlaceDays(CITY, city, "", city_days(AirDays(span, values), share))


def write_days(path: Path, places: Sequence[PlaceDays], dust: Sequence[date] = ()) -> int:
    """Write one row per place and day as CSV (gzipped when the name ends in `.gz`); returns the rows.

    Concentrations are rounded as they go into the index [µg/m³, CO mg/m³]; a day without one has an empty cell.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    written = 0
    for place in places:
        for row in _rows(place, set(dust)):
            table.writerow(row)
            written += 1
    data = out.getvalue().encode("utf-8")
    try:
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error
    return written


def _rows(place: PlaceDays, dust: set[date]) -> Iterator[list[Any]]:
    verdict = place.days.index()
    hours = place.days.counts.get("pm25")
    for k, day in enumerate(place.days.days.tolist()):
        row = verdict.row(k)
        level = level_of(row.aqi) if row.published is not None else None
        yield [
            place.kind,
            place.city,
            place.station,
            day.isoformat(),
            *(_printed(key, place.days.values.get(key), k) for key in _COLUMNS),
            "" if hours is None else int(hours[k]),
            "NA" if row.published is None else row.published,
            "" if level is None else level.name_zh,
            SEPARATOR.join(PUBLISHED_NAMES[key] for key in row.primary) if level else "",
            ";".join(row.missing),
            row.edition,
            int(day in dust),
        ]


def _printed(key: str, values: NDArray[np.float64] | None, at: int) -> str:
    if values is None or math.isnan(values[at]):
        return ""
    places = decimals_of(key)
    return f"{np.round(values[at], places):.{places}f}"


def periods(places: Sequence[PlaceDays], dust: Sequence[date] = (), combination: str = "") -> list[dict[str, Any]]:
    """What the whole table amounts to at every place, as JSON."""
    found = []
    for place in places:
        start, end = place.days.days[0].item(), place.days.days[-1].item()
        period = air_period(place.days, start, end, dust=dust, combination=combination)
        found.append({"kind": place.kind, "city": place.city, "station": place.station, **period_as_dict(period)})
    return found


def period_as_dict(period: AirPeriod) -> dict[str, Any]:
    """A period as JSON."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "edition": period.edition,
        "confirmed": period.confirmed,
        "complete": period.complete,
        "items": {
            key: {
                "mean": one.mean,
                "percentile": one.percentile,
                "percent": one.percent,
                "days": one.days,
                "complete": one.complete,
                "short_months": list(one.short_months),
            }
            for key, one in period.items.items()
            if key in ITEMS
        },
        "good_days": {
            "valid": period.good.valid,
            "days": period.good.days,
            "good": period.good.good,
            "ratio_percent": period.good.ratio_percent,
            "by_level": levels_in_words(period.good.by_level, "zh"),
            "comparable": period.good.comparable,
        },
        "composite": {
            "combination": period.composite.combination,
            "value": period.composite.value,
            "main": list(period.composite.main),
            "ratios": {key: round(ratio, 3) for key, ratio in period.composite.ratios.items()},
            "missing": list(period.composite.missing),
            "confirmed": period.composite.confirmed,
        },
        "primary_days": period.primary_days,
        "dust_days": period.dust_days,
    }
