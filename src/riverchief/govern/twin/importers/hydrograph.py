"""Hydrographs from tables: time with discharge, level or both in; a Series of each and every fault, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from riverchief.cloud.tables.cells import NOTHING, parse_stamp
from riverchief.govern.twin.faults import Fault
from riverchief.govern.twin.importers.sheets import Column, cell, number, read_sheet
from riverchief.govern.twin.river import Series

HEADERS: Mapping[str, Sequence[str]] = {
    "time": ("时间", "日期", "日期时间", "观测时间", "监测时间", "time", "date", "datetime", "timestamp"),
    "flow": ("流量", "入流", "来水流量", "平均流量", "flow", "discharge", "inflow", "q"),
    "level": ("水位", "平均水位", "level", "stage", "water level"),
}
"""Headers that are understood; units stand in brackets or after an underscore."""

_BEIJING_H = 8.0


@dataclass(frozen=True)
class Hydrograph:
    """The series of a table by kind (`flow` [m³/s], `level` [m]), and its faults."""

    series: Mapping[str, Series]
    faults: tuple[Fault, ...]


def read_hydrograph(path: str | Path, *, utc_offset_h: float = _BEIJING_H) -> Hydrograph:
    """Series from a CSV or Excel table with a time and a discharge or level in every row.

    Parameters
    ----------
    path : path
    utc_offset_h : float
        How far the times are ahead of UTC [h]; Beijing time unless said. A time with its own offset keeps it.

    Returns
    -------
    Hydrograph
        Every row that cannot be read is named and left out; a discharge below 0 is named and kept.

    Raises
    ------
    InputError
        Where the file cannot be read or a column is missing.
    """
    sheet = read_sheet(path, HEADERS)
    time = sheet.needed("time", HEADERS)
    columns = [c for k in ("flow", "level") if (c := sheet.column(k)) is not None] or [sheet.needed("flow", HEADERS)]
    faults: list[Fault] = []
    found: dict[str, list[tuple[int, float, float]]] = {c.key: [] for c in columns}
    for row, cells in sheet.rows:
        at = instant(cell(cells, time), utc_offset_h)
        if at is None:
            place = f"row {row}, column {time.title}"
            text = f"{cell(cells, time)!r} is no time; the row is left out."
            faults.append(Fault("time", place, text, "Write 2026-07-01 08:00.", "error"))
            continue
        for column in columns:
            _take(found[column.key], row, at, cell(cells, column), column, faults)
    series = {}
    for key, points in found.items():
        rising = _rising(points, faults)
        if rising:
            series[key] = Series(np.array([p[1] for p in rising]), np.array([p[2] for p in rising]))
    return Hydrograph(series, tuple(faults))


def _take(
    points: list[tuple[int, float, float]], row: int, at: float, text: str, column: Column, faults: list[Fault]
) -> None:
    place = f"row {row}, column {column.title}"
    if text.lower() in NOTHING:
        faults.append(Fault("value.missing", place, "there is no value.", "The series runs straight over it."))
        return
    value = number(text)
    if value is None:
        said = f"{text!r} is no number; it is left out."
        faults.append(Fault("cell", place, said, "Give a number or leave the cell empty.", "error"))
        return
    if column.key == "flow" and value < 0:
        said = f"the discharge is {value * column.factor:g} m³/s; water would flow out."
        faults.append(Fault("inflow.negative", place, said, "Look at it: is it a backwater, an error mark, a sign?"))
    points.append((row, at, value * column.factor))


def _rising(points: Sequence[tuple[int, float, float]], faults: list[Fault]) -> list[tuple[int, float, float]]:
    """The points whose time rises; the others are named."""
    kept: list[tuple[int, float, float]] = []
    for point in points:
        if kept and point[1] <= kept[-1][1]:
            what = "is there twice" if point[1] == kept[-1][1] else "lies before the one above it"
            said = f"its time {what} (row {kept[-1][0]}); the row is left out."
            faults.append(Fault("time.order", f"row {point[0]}", said, "Put the rows in order.", "error"))
        else:
            kept.append(point)
    return kept


def instant(text: str, utc_offset_h: float = _BEIJING_H) -> float | None:
    """Seconds since 1970 UTC of a time as people write it; none where it is no time."""
    try:
        own = datetime.fromisoformat(text)
    except ValueError:
        own = None
    if own is not None and own.tzinfo is not None:
        return own.timestamp()
    stamp = parse_stamp(text)
    if stamp is not None and stamp[1] is None:
        stamp = parse_stamp(f"{text.strip()} 00:00")  # a day alone begins at midnight
    if stamp is None or stamp[1] is None:
        return None
    return float(stamp[1]) + (_BEIJING_H - utc_offset_h) * 3600.0
