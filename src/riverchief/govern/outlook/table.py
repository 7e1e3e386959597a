"""Series of sections from a table of readings, ready to look ahead: nothing is guessed, nothing vanishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.base.time import day_of_closing_stamp
from riverchief.cloud.cnemc import STATUS_FLAGS, cell_value, parse_time
from riverchief.cloud.tables.table import VALUE_COLUMNS, Record, Table, number, read_table
from riverchief.govern.outlook.panel import Panel, panel_of, with_drivers

# columns beyond those of the national table: drivers, and what air targets ask for
MORE_COLUMNS: Mapping[str, str] = {
    "flow_m3s": "flow",
    "q_m3s": "flow",
    "aqi": "aqi",
    "pm25": "pm25",
    "pm25_ugm3": "pm25",
}
_TIME_COLUMNS = ("time", "date", "day")


@dataclass(frozen=True)
class Observed:
    """What a table holds.

    Attributes
    ----------
    panel : Panel
        Daily values by section.
    tp_rules : tuple of str
        `river` or `lake`, by section.
    rows, used : int
        Rows of the table, and those with a value that counts.
    refused : dict of int
        Rows that do not count, by reason: `no_time`, `bad_time`, `field_count`, `no_value`, the status of a station.
    bad_cells : tuple of (int, str, str)
        Line, column and text of cells that are no numbers.
    revised : int
        Values that a later row replaced.
    """

    panel: Panel
    tp_rules: tuple[str, ...]
    rows: int
    used: int
    refused: dict[str, int]
    bad_cells: tuple[tuple[int, str, str], ...]
    revised: int


class _Reader:
    """One reading of a table; keeps what it finds out."""

    def __init__(self, table: Table) -> None:
        self.table = table
        named = [name for name in _TIME_COLUMNS if table.has(name)]
        if not named:
            raise InputError(f"{table.path} has no column of times: name it time or date.", path=str(table.path))
        self.time = named[0]
        self.columns = {name: code for name, code in (*VALUE_COLUMNS.items(), *MORE_COLUMNS.items()) if table.has(name)}
        self.refused: Counter[str] = Counter()
        self.bad: list[tuple[int, str, str]] = []
        self.found: dict[tuple[str, str], dict[str, dict[str, tuple[np.datetime64, float]]]] = {}
        self.used = self.revised = 0

    def read(self) -> None:
        """Every record."""
        for record in self.table.records:
            if record.fields:
                self._record(record)

    def _record(self, record: Record) -> None:
        table = self.table
        text, status = table.cell(record, self.time), table.cell(record, "status")
        if not table.complete(record):
            self.refused["field_count"] += 1
            return
        at = parse_time(text, table.cell(record, "snapshot")) if text else None
        if at is None:
            self.refused["bad_time" if text else "no_time"] += 1
            return
        if STATUS_FLAGS.get(status, Flag.MISSING) is not Flag.OK:
            self.refused[status] += 1
            return
        # a stamp closes its hour; a bare date is the day itself
        day = np.datetime64(day_of_closing_stamp(at) if ":" in text or "T" in text else at.date())
        place = (table.cell(record, "province"), table.cell(record, "section") or table.path.name.split(".")[0])
        before = self.used
        for name, code in self.columns.items():
            value, cell = self._value(record, name)
            if value is None:
                if cell not in {"", "--", "*", "NA", "/", "—"}:
                    self.bad.append((record.line, name, cell))
                continue
            kept = self.found.setdefault(place, {}).setdefault(code, {})
            self.revised += text in kept
            kept[text] = (day, value)
            self.used = before + 1
        if self.used == before:
            self.refused["no_value"] += 1

    def _value(self, record: Record, name: str) -> tuple[float | None, str]:
        if name in VALUE_COLUMNS:
            return cell_value(self.table, record, name)
        cell = self.table.cell(record, name)
        return number(cell), cell


def read_observed(
    path: Path, items: tuple[str, ...], rules: Mapping[tuple[str, str], str] | None = None, section: str = ""
) -> Observed:
    """Daily series of every section of a table.

    Parameters
    ----------
    path : Path
        With a column `time` (or `date`) and values in the national table's columns (`tp_mgl`, …) or `flow_m3s`, `aqi`,
        `pm25`. Rows of stopped or maintained stations do not count; a stamp that comes again replaces the earlier one.
    items : tuple of str
        Properties of the panel; flow, and water temperature over more than a year, are taken as drivers.
    rules : mapping, optional
        Phosphorus column by province and section; `river` unless given.
    section : str
        Only this one.

    Raises
    ------
    InputError
        When the file cannot be read, or holds no value of any item.
    """
    reader = _Reader(read_table(path, ()))
    reader.read()
    found = {
        place: one
        for place, one in reader.found.items()
        if (not section or place[1] == section) and any(item in one for item in items)
    }
    if not found:
        wanted = f" of section {section}" if section else ""
        raise InputError(f"{path} holds no value{wanted} of {', '.join(items)}.", path=str(path))
    series = {" ".join(filter(None, place)): {c: _arrays(v) for c, v in one.items()} for place, one in found.items()}
    panel = with_drivers(panel_of(series, items), series)
    rules_ = tuple((rules or {}).get(place, "river") for place in found)
    return Observed(
        panel, rules_, len(reader.table.records), reader.used, dict(reader.refused), tuple(reader.bad), reader.revised
    )


def _arrays(kept: Mapping[str, tuple[np.datetime64, float]]) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    return np.array([d for d, _ in kept.values()], "datetime64[D]"), np.array([v for _, v in kept.values()])
