"""The air quality index for every row of a table, and how it agrees with the indices published in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.time import day_of_closing_stamp
from riverchief.cloud.standards.air.aqi import AirVerdict, assess_air
from riverchief.cloud.standards.air.indices import DAILY, HOURLY, aqi_editions, level_of
from riverchief.cloud.tables.aircolumns import AirColumns, Column, air_columns, cell_number, stamp
from riverchief.cloud.tables.table import Record, Table, number, read_table

ADDED_COLUMNS = ("r_aqi", "r_level", "r_primary")
NOT_AVAILABLE = "NA"
SEPARATOR = ","

PUBLISHED_NAMES: Mapping[str, str] = {
    "so2": "二氧化硫(SO2)",
    "no2": "二氧化氮(NO2)",
    "pm10": "颗粒物(PM10)",
    "co": "一氧化碳(CO)",
    "o3": "臭氧1小时(O3_1h)",
    "o3_1h": "臭氧1小时(O3_1h)",
    "o3_8h": "臭氧8小时(O3_8h)",
    "pm25": "细颗粒物(PM2.5)",
}
"""How the national centre prints a primary pollutant."""

_SHOWN_CELLS = 20


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that should hold a number and holds something else; it was left out."""

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class AirTable:
    """A table read as air: one element of every array per record.

    Attributes
    ----------
    report : str
        `hourly`, or `daily` for a table of days.
    times : tuple of datetime or None
        Closing stamps (of a daily table: the days), aware.
    days : datetime64[D] (n,)
        Local day of each row; NaT where there is no time.
    values : dict of float64 (n,)
        Concentrations by key [µg/m³, CO mg/m³], nan where there is none.
    sources : dict of str
        Key → header of the column that it was read from.
    unplanned : dict of bool (n,)
        Where the cell is `/`.
    refused : tuple of str
        Why a row is not judged: `blank`, `field_count`, `no_time`, `bad_time`; empty for the others.
    bad_cells : tuple of BadCell
        Cells that are neither a number nor a mark for no value.
    """

    table: Table
    columns: AirColumns
    report: str
    times: tuple[datetime | None, ...]
    days: NDArray[np.datetime64]
    values: dict[str, NDArray[np.float64]]
    sources: dict[str, str]
    unplanned: dict[str, NDArray[np.bool_]]
    refused: tuple[str, ...]
    bad_cells: tuple[BadCell, ...]

    def text(self, row: int, role: str) -> str:
        """The cell of a role in a row, empty where the table has none."""
        return _cell(self.table.records[row], self.columns.roles.get(role))

    def place(self, row: int) -> tuple[str, str]:
        """City and station of a row; the station's code where it has no name."""
        return self.text(row, "city"), self.text(row, "station") or self.text(row, "station_code")


def _cell(record: Record, at: int | None) -> str:
    return "" if at is None or at >= len(record.fields) else record.fields[at].strip()


def _stamps(table: Table, columns: AirColumns) -> list[tuple[datetime, bool] | None]:
    """The stamp of every record with whether it names an hour; None where there is none or it is not understood."""
    time_at = columns.roles.get("time", columns.roles.get("date"))
    hour_at = columns.roles.get("hour")
    found = []
    for record in table.records:
        text, hour = _cell(record, time_at), _cell(record, hour_at)
        one = stamp(text)
        if hour_at is not None and (one is None or not one[1]):
            one = stamp(text, hour) if hour else None
        found.append(one)
    return found


def _refusal(table: Table, record: Record, columns: AirColumns, *, stamped: bool) -> str:
    if not record.fields:
        return "blank"
    if not table.complete(record):
        return "field_count"
    if stamped:
        return ""
    time = _cell(record, columns.roles.get("time", columns.roles.get("date")))
    return "bad_time" if time else "no_time"


def _is_daily(stamps: Sequence[tuple[datetime, bool] | None], columns: AirColumns) -> bool:
    """Whether a table is one of days: no stamp names an hour, or all say 00:00 and ozone is given as an 8 h maximum."""
    given = [one for one in stamps if one is not None]
    if not given:
        return False
    if not any(named for _, named in given):
        return True
    all_midnight = all((at.hour, at.minute) == (0, 0) for at, _ in given)
    return all_midnight and len(given) > 1 and "o3_8h" in columns.values and "o3" not in columns.values


def _sources(columns: AirColumns, report: str) -> dict[str, Column]:
    """The column that each key of a report is read from."""
    if report == HOURLY:
        keys = {asked.key for edition in aqi_editions() for asked in edition.reports[HOURLY]}
        return {key: column for key, column in columns.values.items() if key in {*keys, "so2_24h"}}
    names = {
        **{item: (item, f"{item}_24h") for item in ("so2", "no2", "pm10", "co", "pm25")},
        "o3_8h": ("o3_8h", "o3_8h_24h", "o3"),
        "o3_1h": ("o3",),
    }
    found: dict[str, Column] = {}
    for key, candidates in names.items():
        column = next((columns.values[name] for name in candidates if name in columns.values), None)
        if column is not None and column not in found.values():  # ozone alone is the 8 h maximum in tables of days
            found[key] = column
    return found


def read_air(path: Path) -> AirTable:
    """Read a table of concentrations, hourly or daily.

    Parameters
    ----------
    path : Path
        Columns as the national table or the reference page names them.

    Raises
    ------
    InputError
        When it cannot be read, has no time or no concentrations, or carries index columns already.
    """
    table = read_table(path, ())
    for name in ADDED_COLUMNS:
        if name in table.header.fields:
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    return air_table(table)


def air_table(table: Table) -> AirTable:
    """Understand a table that was read.

    Raises
    ------
    InputError
        When it has no time or no concentrations.
    """
    columns = air_columns(table)
    stamps = _stamps(table, columns)
    report = DAILY if _is_daily(stamps, columns) else HOURLY
    refused = tuple(
        _refusal(table, record, columns, stamped=one is not None)
        for record, one in zip(table.records, stamps, strict=True)
    )
    times = tuple(None if one is None else one[0] for one in stamps)
    days = np.array([_day(at, report) for at in times], dtype="datetime64[D]")
    days[np.array([bool(why) for why in refused], np.bool_)] = np.datetime64("NaT")
    sources = _sources(columns, report)
    values, unplanned, bad = _matrix(table, sources, refused)
    return AirTable(
        table=table,
        columns=columns,
        report=report,
        times=times,
        days=days,
        values=values,
        sources={key: column.title for key, column in sources.items()},
        unplanned=unplanned,
        refused=refused,
        bad_cells=tuple(sorted(bad, key=lambda cell: cell.line)),
    )


def _day(at: datetime | None, report: str) -> np.datetime64:
    if at is None:
        return np.datetime64("NaT", "D")
    return np.datetime64(at.date() if report == DAILY else day_of_closing_stamp(at), "D")


def _matrix(
    table: Table, sources: Mapping[str, Column], refused: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.bool_]], list[BadCell]]:
    """Values and plan of every key over the records, and the cells that could not be read."""
    values: dict[str, NDArray[np.float64]] = {}
    unplanned: dict[str, NDArray[np.bool_]] = {}
    bad = []
    for key, column in sources.items():
        value = np.full(len(table.records), np.nan)
        planless = np.zeros(len(table.records), np.bool_)
        for at, record in enumerate(table.records):
            if refused[at]:
                continue
            text = _cell(record, column.at)
            found, why = cell_number(text)
            if found is not None:
                value[at] = found * column.factor
            elif why == "unplanned":
                planless[at] = True
            elif why == "not_a_number":
                bad.append(BadCell(record.line, column.title, text))
        values[key] = value
        if planless.any() and key != "so2_24h":
            unplanned[key] = planless
    return values, unplanned, bad


def judge_air(air: AirTable) -> AirVerdict:
    """The index of every row, by the edition of its day."""
    return assess_air(air.values, on=air.days, report=air.report, unplanned=air.unplanned)


def cells(air: AirTable, verdict: AirVerdict) -> list[tuple[str, str, str]]:
    """What stands in `r_aqi`, `r_level` and `r_primary`: empty for a row that was not judged, `NA` without an index."""
    published = verdict.published.tolist()
    decides = {key: (verdict.primary(key) & ~verdict.withheld).tolist() for key in verdict.iaqi}
    judged = (verdict.edition_number >= 0).tolist()
    names = {index: level_of(index) for index in set(published)}
    out = []
    for row, index in enumerate(published):
        if air.refused[row] or not judged[row]:
            out.append(("", "", ""))
            continue
        level = names[index]
        if level is None:
            out.append((NOT_AVAILABLE, "", ""))
            continue
        primary = SEPARATOR.join(PUBLISHED_NAMES[key] for key, where in decides.items() if where[row])
        out.append((str(index), level.name_zh, primary))
    return out


def published_index(air: AirTable, row: int) -> int | None:
    """The index that stands in the table itself, None where it has none."""
    value = number(air.text(row, "aqi"))
    return None if value is None or value != int(value) else int(value)


def summary(air: AirTable, verdict: AirVerdict) -> dict[str, Any]:
    """What `riverchief assess air --json` prints about a table, without the agreement."""
    refused = Counter(why for why in air.refused if why)
    indexed = verdict.aqi >= 0
    editions = [verdict.editions[n].code for n in np.unique(verdict.edition_number[indexed]).tolist()]
    levels = Counter(verdict.level[indexed & ~verdict.withheld].tolist())
    newest = verdict.editions[-1]
    return {
        "rows": len(air.refused),
        "report": air.report,
        "indexed": int((indexed & ~verdict.withheld).sum()),
        "not_available": {
            "withheld": int(verdict.withheld.sum()),
            "no_item": int((~indexed & (verdict.edition_number >= 0)).sum()),
            "no_edition": int(sum(not why for why in air.refused) - (verdict.edition_number >= 0).sum()),
        },
        "not_judged": dict(refused),
        "by_level": {level.name_zh: levels.get(level.number, 0) for level in newest.levels},
        "primary": {
            key: int((verdict.primary(key) & ~verdict.withheld).sum()) for key in verdict.iaqi if key in air.values
        },
        "missing": {key: int(count) for key in verdict.iaqi if (count := (verdict.missing(key) & indexed).sum())},
        "editions": editions,
        "columns": air.sources,
        "unknown_columns": list(air.columns.unknown),
        "bad_cells": {
            "count": len(air.bad_cells),
            "first": [{"line": c.line, "column": c.column, "text": c.text} for c in air.bad_cells[:_SHOWN_CELLS]],
        },
    }
