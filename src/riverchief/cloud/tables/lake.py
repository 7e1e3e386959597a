"""Trophic state for a table of lake samples, by row or as means by lake and period."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.time import day_of_closing_stamp, local_day
from riverchief.base.units import factor, property_named
from riverchief.cloud.cnemc import NO_VALUE, NOT_MONITORED, is_dated, parse_time
from riverchief.cloud.standards.detection import Measured, columns_of, parse_measured, substituted
from riverchief.cloud.standards.water.means import day_means, span_means
from riverchief.cloud.standards.water.periods import spans_between
from riverchief.cloud.standards.water.trophic import BASE, Trophic, edition, items, states, trophic_state
from riverchief.cloud.tables.table import RAW_PREFIX, VALUE_COLUMNS, VARIANTS, Record, Table, read_table

ADDED_COLUMNS = ("r_tli", "r_state", "r_missing")
_DECIMALS = 3


@dataclass(frozen=True)
class LakeTable:
    """A table of samples and what it says of the five parameters, by row.

    Attributes
    ----------
    values : dict of array
        Values by property in the unit that it is kept in, half the detection limit where it was not reached.
    days : datetime64[D] array
        Local day of each row; NaT where there is none.
    unread : dict of list
        Cells by row that are no number: (property, text).
    """

    table: Table
    values: dict[str, np.ndarray[Any, np.dtype[np.float64]]]
    days: np.ndarray[Any, np.dtype[np.datetime64]]
    unread: dict[int, list[tuple[str, str]]]


def _sources(table: Table) -> dict[str, list[tuple[str, float]]]:
    """For each parameter the columns it may stand in, the unrounded first, with the factor to the kept unit."""
    found: dict[str, list[tuple[str, float]]] = {code: [] for code in items()}
    for column, code in VALUE_COLUMNS.items():
        if code in found:
            found[code] += [(name, 1.0) for name in (RAW_PREFIX + column, column) if table.has(name)]
    for column, (stands_for, unit) in VARIANTS.items():
        code = VALUE_COLUMNS[stands_for]
        if code in found and table.has(column):
            found[code].append((column, factor(unit, property_named(code).unit)))
    return found


def read_lakes(path: Path) -> LakeTable:
    """Read a table of lake samples.

    Raises
    ------
    InputError
        When it cannot be read, has no column of chlorophyll a (without which there is no index), or carries the
        columns of the result already.
    """
    table = read_table(path, ())
    for name in ADDED_COLUMNS:
        if table.has(name):
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    sources = _sources(table)
    if not sources[BASE]:
        raise InputError(
            f"{path} has no chlorophyll a (chla_mgm3, chla_ugl or chla_mgl), on which every weight rests: "
            f"without it there is no trophic index.",
            path=str(path),
        )
    unread: dict[int, list[tuple[str, str]]] = {}
    rows = [_row(table, record, sources, unread.setdefault(k, [])) for k, record in enumerate(table.records)]
    values, below = columns_of(rows, tuple(items()))
    counted = {code: _physical(code, substituted(values[code], below[code])) for code in items()}
    days = np.array([_day(table, record) for record in table.records], dtype="datetime64[D]")
    return LakeTable(table, counted, days, {k: cells for k, cells in unread.items() if cells})


def _physical(code: str, value: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Without what no water can have."""
    bounds = property_named(code)
    return np.where((value > 0) & (value >= bounds.low) & (value <= bounds.high), value, np.nan)


def _row(
    table: Table, record: Record, sources: Mapping[str, Sequence[tuple[str, float]]], unread: list[tuple[str, str]]
) -> dict[str, Measured | None]:
    found: dict[str, Measured | None] = {}
    for code, columns in sources.items():
        for column, times in columns:
            text = table.cell(record, column)
            if text.lower() in NO_VALUE or text == NOT_MONITORED:
                continue
            measured = None
            with suppress(InputError):  # ND without its limit
                measured = parse_measured(text)
            if measured is None:
                unread.append((code, text))
                continue
            found[code] = Measured(measured.value * times, measured.below * times)
            break
    return found


def _day(table: Table, record: Record) -> np.datetime64:
    text = table.cell(record, "time")
    at = parse_time(text, table.cell(record, "snapshot")) if text else None
    if at is None:
        return np.datetime64("NaT", "D")
    return np.datetime64(local_day(at) if is_dated(text) else day_of_closing_stamp(at), "D")


def lake_cells(lakes: LakeTable, language: str) -> list[tuple[str, str, str]]:
    """The cells that are added to each row: index, state, and the parameters without a value."""
    found = trophic_state(lakes.values)
    cells = []
    for k in range(len(lakes.table.records)):
        number = int(found.state[k])
        state = states()[number - 1] if number else None
        name = "" if state is None else state.name_zh if language == "zh" else state.name_en
        value = "" if math.isnan(found.index[k]) else f"{found.index[k]:.{_DECIMALS}f}"
        cells.append((value, name, ";".join(found.missing((k,)))))
    return cells


def lake_summary(lakes: LakeTable, kind: str = "") -> dict[str, Any]:
    """What `riverchief assess lake --json` says; by lake and period too where a kind of period is named."""
    found = trophic_state(lakes.values)
    counts = Counter(found.state.tolist())
    return {
        "rows": len(lakes.table.records),
        "judged": int((found.state > 0).sum()),
        "edition": edition().code,
        "by_state": {state.code: counts[k] for k, state in enumerate(states(), start=1)},
        "without": {code: int(np.isnan(index).sum()) for code, index in found.items.items() if np.isnan(index).any()},
        "unread": [
            {"line": lakes.table.records[k].line, "property": code, "text": text}
            for k, cells in lakes.unread.items()
            for code, text in cells
        ],
        "without_time": int(np.isnat(lakes.days).sum()),
        "periods": lake_periods(lakes, kind) if kind else [],
    }


def lake_periods(lakes: LakeTable, kind: str) -> list[dict[str, Any]]:
    """The index of each lake over each period, from its mean concentrations.

    Parameters
    ----------
    lakes : LakeTable
        The column `section` names the lake (or the point of a lake).
    kind : str
        `month`, `quarter`, `year` or `to-date`.
    """
    names: dict[str, int] = {}
    place = np.array([names.setdefault(lakes.table.cell(r, "section"), len(names)) for r in lakes.table.records])
    days = day_means(place, lakes.days, lakes.values)
    if not len(days.day):
        return []
    first, last = (date.fromisoformat(str(day)) for day in (days.day.min(), days.day.max()))
    known = list(names)
    lines = []
    for span in spans_between(first, last, kind):
        means = span_means(days, span)
        found = trophic_state(means.values)
        lines += [
            {"lake": known[at], "period": span.label, "n_days": int(means.n_days[k]), **_line(found, means.values, k)}
            for k, at in enumerate(means.section.tolist())
        ]
    return lines


def _line(found: Trophic, means: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]], k: int) -> dict[str, Any]:
    number = int(found.state[k])
    state = states()[number - 1] if number else None
    return {
        "tli": None if math.isnan(found.index[k]) else round(float(found.index[k]), _DECIMALS),
        "state": None if state is None else {"code": state.code, "zh": state.name_zh, "en": state.name_en},
        "items": {c: round(float(i[k]), _DECIMALS) for c, i in found.items.items() if not math.isnan(i[k])},
        "missing": list(found.missing((k,))),
        "means": {code: float(array[k]) for code, array in means.items() if not math.isnan(array[k])},
    }
