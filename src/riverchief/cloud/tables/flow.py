"""A table of daily flow for `riverchief assess flow`: days and flows as arrays, every bad cell named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.units import PROPERTIES
from riverchief.cloud.standards.flow.ecoflow import Satisfaction, keeps
from riverchief.cloud.standards.flow.targets import FlowTarget
from riverchief.cloud.tables.cells import parse_amount, parse_stamp
from riverchief.cloud.tables.table import Record, Table, read_table

DAY_COLUMNS = ("date", "time", "日期", "时间")
FLOW_COLUMNS = ("q_m3s", "flow_m3s", "流量", "流量(m3/s)", "流量(m³/s)", "流量（m³/s）", "日均流量")
ADDED_COLUMNS = ("r_target_m3s", "r_kept", "r_why")
_REASONS = {
    "bad": ("数据无法识别，未评价", "the cell cannot be read"),
    "missing": ("缺测，未评价", "no value"),
    "no_target": ("没有目标流量，未评价", "no target"),
}

_DAY_S, _OFFSET_S = 86_400, 8 * 3_600

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be read, by its line in the file."""

    line: int
    column: str
    why: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"line": self.line, "column": self.column, "why": self.why}


@dataclass(frozen=True)
class FlowTable:
    """A table of flow.

    Attributes
    ----------
    days : datetime64[D] (n,), flow_m3s : float64 (n,)
        Rising days and the mean of what each says; nan where it says nothing.
    row_day, row_flow : sequence
        The same by record of the table; None and nan where it says nothing.
    bad : tuple of BadCell
    """

    table: Table
    days: Days
    flow_m3s: Floats
    row_day: tuple[date | None, ...]
    row_flow: tuple[float, ...]
    bad: tuple[BadCell, ...]


def column_of(table: Table, names: Sequence[str], what: str) -> str:
    """The first of some columns that the table has.

    Raises
    ------
    InputError
        When it has none of them.
    """
    for name in names:
        if table.has(name):
            return name
    raise InputError(
        f"{table.path} has no column for {what}: name it one of {', '.join(names)}. It has {', '.join(table.columns)}.",
        path=str(table.path),
    )


def read_flows(path: Path) -> FlowTable:
    """Read daily flow, or flow several times a day, of which the day's mean is taken.

    Raises
    ------
    InputError
        When the file cannot be read, has no day or flow column, already has result columns, or no row that counts.
    """
    table = read_table(path, ())
    day_column, flow_column = column_of(table, DAY_COLUMNS, "the day"), column_of(table, FLOW_COLUMNS, "flow [m³/s]")
    for name in ADDED_COLUMNS:
        if table.has(name):
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    bad: list[BadCell] = []
    row_day: list[date | None] = []
    row_flow: list[float] = []
    by_stamp: dict[tuple[date, int | None], tuple[int, float]] = {}
    shift = timedelta(days=int(_only_days(table, day_column)))
    for record in table.records:
        day, flow, stamp = _row(table, record, day_column, flow_column, bad)
        day = None if day is None else day + shift
        row_day.append(day)
        row_flow.append(flow)
        if day is None:
            continue
        key = day, stamp
        if key in by_stamp:
            bad.append(
                BadCell(record.line, day_column, f"{day} stands on line {by_stamp[key][0]} too; the later counts")
            )
        by_stamp[key] = record.line, flow
    if not by_stamp:
        raise InputError(f"{path} has no row with a day: nothing can be assessed.", path=str(path))
    days, flows = _daily(by_stamp)
    return FlowTable(table, days, flows, tuple(row_day), tuple(row_flow), tuple(bad))


def _only_days(table: Table, day_column: str) -> bool:
    """Whether every stamp is 00:00: a spreadsheet's way of writing a day, no hour that closes the day before."""
    texts = [table.cell(record, day_column) for record in table.records]
    found = [parse_stamp(text) for text in texts if "24:" not in text]
    stamps = [stamp for one in found if one is not None for stamp in [one[1]] if stamp is not None]
    return len(stamps) > 0 and all((stamp + _OFFSET_S) % _DAY_S == 0 for stamp in stamps)


def _row(
    table: Table, record: Record, day_column: str, flow_column: str, bad: list[BadCell]
) -> tuple[date | None, float, int | None]:
    if not any(field.strip() for field in record.fields):
        return None, float("nan"), None
    text = table.cell(record, day_column)
    stamp = parse_stamp(text)
    known = PROPERTIES["flow"]
    amount = parse_amount(table.cell(record, flow_column), 0, known.high)
    if amount.fault:
        bad.append(BadCell(record.line, flow_column, amount.fault))
    if stamp is None:
        bad.append(BadCell(record.line, day_column, f"{text!r} is not a day"))
        return None, float("nan"), None
    value = 0.0 if amount.below else amount.value
    return stamp[0], float("nan") if value is None else value, stamp[1]


def _daily(by_stamp: dict[tuple[date, int | None], tuple[int, float]]) -> tuple[Days, Floats]:
    sums: dict[date, list[float]] = {}
    for (day, _), (_, flow) in by_stamp.items():
        sums.setdefault(day, []).append(flow)
    days = sorted(sums)
    values = [[f for f in sums[day] if not np.isnan(f)] for day in days]
    means = [float(np.mean(known)) if known else float("nan") for known in values]
    return np.array(days, "datetime64[D]"), np.array(means)


def read_exempt(path: Path) -> dict[date, str]:
    """Exempt days with their reasons: columns `date,reason`, or `first,last,reason`.

    Raises
    ------
    InputError
        For a row whose days or reason cannot be read, with its line.
    """
    table = read_table(path, ("reason",))
    first = column_of(table, ("first", "date", "time", "日期", "起"), "the first exempt day")
    last = "last" if table.has("last") else "止" if table.has("止") else first
    found: dict[date, str] = {}
    for record in table.records:
        if not any(field.strip() for field in record.fields):
            continue
        begin, end = parse_stamp(table.cell(record, first)), parse_stamp(table.cell(record, last))
        reason = table.cell(record, "reason")
        if begin is None or end is None or end[0] < begin[0] or not reason:
            raise InputError(
                f"{path} line {record.line}: give a first and a last day and a reason, for example "
                f"2025-03-01,2025-03-04,maintenance.",
                path=str(path),
                line=record.line,
            )
        for i in range((end[0] - begin[0]).days + 1):
            found[begin[0] + timedelta(days=i)] = reason
    return found


def judged_cells(given: FlowTable, target: FlowTarget, exempt: dict[date, str], language: str) -> list[tuple[str, ...]]:
    """The added cells of every record: target, whether it was kept (yes, no or nothing), and why."""
    english = language == "en"
    cells: list[tuple[str, ...]] = []
    for day, flow in zip(given.row_day, given.row_flow, strict=True):
        if day is None:
            cells.append(("", "", _REASONS["bad"][english]))
            continue
        wanted = float(target.of(np.array([day], "datetime64[D]"))[0])
        kept, known = keeps(flow, wanted)
        reason = exempt.get(day, "")
        excused = (f"exempt: {reason}" if english else f"豁免：{reason}") if reason else ""
        if not known:
            why = _REASONS["no_target" if np.isnan(wanted) else "missing"][english]
        elif kept:
            why = f"{flow:g} m³/s keeps {wanted:.4g}" if english else f"{flow:g} m³/s，不低于 {wanted:.4g}"
        else:
            why = f"{flow:g} m³/s is below {wanted:.4g}" if english else f"{flow:g} m³/s，低于 {wanted:.4g}"
        said = (" (" + excused + ")" if english else "（" + excused + "）") if excused else ""
        shown = "" if np.isnan(wanted) else f"{wanted:.6g}"
        cells.append((shown, ("yes" if kept else "no") if known else "", why + said))
    return cells


def summary(given: FlowTable, target: FlowTarget, periods: Sequence[Satisfaction]) -> dict[str, Any]:
    """What `riverchief assess flow --json` prints."""
    return {
        "file": str(given.table.path),
        "rows": len(given.table.records),
        "days": int(given.days.size),
        "first": str(given.days[0]),
        "last": str(given.days[-1]),
        "days_with_flow": int(np.isfinite(given.flow_m3s).sum()),
        "bad": [cell.as_dict() for cell in given.bad],
        "target": target.as_dict(),
        "periods": [one.as_dict() for one in periods],
    }
