"""Daily air and weather from tables: hours become the means of their local days, every kind of weather counts."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.cloud.tables.table import Record, Table, number
from riverchief.govern.loads.table import Bad, parse_when, time_column

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

_COLUMNS = {
    "pm25": ("pm25", "pm2_5", "pm2.5", "pm25_ugm3", "pm2_5_ugm3", "细颗粒物"),
    "pm10": ("pm10", "pm10_ugm3", "可吸入颗粒物"),
    "so2": ("so2", "so2_ugm3", "二氧化硫"),
    "no2": ("no2", "no2_ugm3", "二氧化氮"),
    "o3": ("o3", "o3_ugm3", "臭氧"),
    "co": ("co", "co_mgm3", "一氧化碳"),
}
_NONE = frozenset({"", "-", "--", "—", "/", "*", "na", "nan", "n/a", "null", "none"})
_HOURS_MIN = 20  # a day of hours needs so many (GB 3095, daily mean)


def _local_day(table: Table, record: Record, column: str, zone: ZoneInfo) -> tuple[str, bool] | None:
    found = parse_when(table.cell(record, column), column, zone)
    if found is None:
        return None
    at = found[0] if found[1] else found[0] - timedelta(microseconds=1)
    return at.astimezone(zone).date().isoformat(), found[1]


def read_air(table: Table, code: str, zone: ZoneInfo) -> tuple[Days, Floats, tuple[Bad, ...], str]:
    """Daily means of one pollutant, over all places of the table.

    Parameters
    ----------
    table : Table
    code : str
        `pm25`, `pm10`, `so2`, `no2`, `o3` or `co`.
    zone : ZoneInfo
        Of times that are not UTC.

    Returns
    -------
    tuple
        Days from the first to the last; means [unit of the property], nan where a day of hours has fewer than 20;
        bad cells; the column.

    Raises
    ------
    UnknownName
        When the pollutant is none of these.
    InputError
        When the table has no column for it, or no usable row.
    """
    if code not in _COLUMNS:
        raise UnknownName("pollutant", code, _COLUMNS)
    column = next((name for name in table.columns if name.lower() in _COLUMNS[code]), "")
    if not column:
        raise InputError(
            f"{table.path} has no column of {code} [{PROPERTIES[code].unit}]; found {', '.join(table.titles)}. "
            f"Name it {code}.",
            path=str(table.path),
        )
    when = time_column(table)
    by_day: dict[str, list[float]] = {}
    moments: dict[str, set[str]] = {}
    hourly, bad = False, []
    for record in table.records:
        day, text = _local_day(table, record, when, zone), table.cell(record, column)
        value = number(text)
        if day is None or (value is None and text.lower() not in _NONE):
            if record.fields:
                odd = (when, table.cell(record, when), "not a time") if day is None else (column, text, "not a number")
                bad.append(Bad(record.line, *odd))
            continue
        if value is not None and value >= 0:
            hourly |= not day[1]
            by_day.setdefault(day[0], []).append(value)
            moments.setdefault(day[0], set()).add(table.cell(record, when))
    if not by_day:
        raise InputError(f"{table.path} has no value of {code}.", path=str(table.path))
    days = np.arange(np.datetime64(min(by_day)), np.datetime64(max(by_day)) + 1)
    means = [
        float(np.mean(by_day[d])) if d in by_day and (not hourly or len(moments[d]) >= _HOURS_MIN) else np.nan
        for d in days.astype(str).tolist()
    ]
    return days, np.array(means), tuple(bad), column


def read_weather(table: Table, days: Days, zone: ZoneInfo) -> tuple[dict[str, Floats], tuple[Bad, ...]]:
    """Daily weather on given days, one array per column that holds numbers; rows of one day are averaged.

    Raises
    ------
    InputError
        When there is no column of time.
    """
    when = time_column(table)
    kinds = [name for name in table.columns if name != when]
    index = {day: k for k, day in enumerate(days.astype(str).tolist())}
    total = {name: np.zeros(days.size) for name in kinds}
    count = {name: np.zeros(days.size) for name in kinds}
    bad: list[Bad] = []
    for record in table.records:
        day = _local_day(table, record, when, zone)
        if day is None:
            if record.fields:
                bad.append(Bad(record.line, when, table.cell(record, when), "not a time"))
            continue
        at = index.get(day[0])
        for name in kinds if at is not None else ():
            value = number(table.cell(record, name))
            if value is not None:
                total[name][at] += value
                count[name][at] += 1
    found = {
        name: np.divide(total[name], count[name], out=np.full(days.size, np.nan), where=count[name] > 0)
        for name in kinds
        if count[name].any()
    }
    return found, tuple(bad)
