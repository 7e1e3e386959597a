"""Samples and flows from tables as people have them: a column of time, one of concentration, one of flow.

The unit is read from the column's name, never guessed: `no3_mgl`, `tp_ugl`, `氨氮(mg/L)`; `flow_m3s`, `discharge_cfs`,
`流量(m³/s)`. A time column that ends in `_utc` is UTC, any other is local; a date alone is that local day, a time of
00:00 closes the day before. A cell such as `<0.02`, `0.02L` or `ND` is a sample below its detection limit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.cloud.tables.table import VALUE_COLUMNS, Record, Table, number
from riverchief.govern.loads.series import DAY_S, Flow, Samples, daily, samples_of

Floats = NDArray[np.float64]

_TIMES = ("datetime_utc", "time_utc", "datetime", "date", "time", "timepoint", "day", "日期", "采样时间", "采样日期")
_FORMATS = ("%Y-%m-%dT%H%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
_CFS = 0.3048**3
_FLOW_UNITS = {
    "m3s": 1.0,
    "m³/s": 1.0,
    "m3/s": 1.0,
    "cms": 1.0,
    "cfs": _CFS,
    "ft3/s": _CFS,
    "ls": 1e-3,
    "l/s": 1e-3,
    "m3h": 1 / 3600,
    "m³/h": 1 / 3600,
    "m3/h": 1 / 3600,
    "m3d": 1 / DAY_S,
    "m³/d": 1 / DAY_S,
    "m3/d": 1 / DAY_S,
}
_VALUE_UNITS = {"mgl": 1.0, "mg/l": 1.0, "ugl": 1e-3, "ug/l": 1e-3, "µg/l": 1e-3, "μg/l": 1e-3, "ngl": 1e-6, "gl": 1e3}
_FLOW = re.compile(r"^(q|qobs|flow|discharge|streamflow|流量|日均流量)([_(（ ].*)?$", re.IGNORECASE)
_UNIT = re.compile(r"[_(（ ]+([^_()（） ]+)[)）]?")
_BELOW = re.compile(r"^(?:<\s*(?P<a>[\d.eE+-]+)|(?P<b>[\d.eE+-]+)\s*[Ll])$")
_NONE = frozenset({"", "-", "--", "—", "*", "na", "nan", "n/a", "null", "none"})
_NOT_DETECTED = frozenset({"nd", "未检出", "<dl", "bdl"})
_SPELLINGS = {"no3": "nitrate", "no3n": "nitrate", "no2": "nitrite", "nh4n": "nh3n", "nh3": "nh3n"}


@dataclass(frozen=True)
class Bad:
    """A row that could not be used, and why."""

    line: int
    column: str
    text: str
    why: str


@dataclass(frozen=True)
class Sampling:
    """What a table of samples says; arrays over its usable rows.

    Attributes
    ----------
    property : str
        Code of what was sampled, or the column's own name where it is no property of ours.
    column : str
        The column it stands in.
    time_s, concentration_mgl, flow_m3s : float64 (m,)
        Flow is nan where the table has none.
    below_limit : bool (m,)
    bad : tuple of Bad
    """

    property: str
    column: str
    time_s: Floats
    concentration_mgl: Floats
    flow_m3s: Floats
    below_limit: NDArray[np.bool_]
    bad: tuple[Bad, ...]

    def with_flow(self, flow: Flow) -> tuple[Samples, int]:
        """Samples with a flow (their own, else that of their day), and how many are left out for want of one."""
        start = flow.time_s - flow.duration_s / 2
        at = np.searchsorted(start, self.time_s, side="right") - 1
        inside = (at >= 0) & (self.time_s <= start[at] + flow.duration_s[at])
        of_day = np.where(inside, flow.flow_m3s[at], np.nan)
        own = np.where(np.isnan(self.flow_m3s), of_day, self.flow_m3s)
        return samples_of(self.time_s, self.concentration_mgl, own, self.below_limit)


def _unit_of(title: str, units: dict[str, float]) -> str:
    """The unit in a column's name; empty where there is none that is known."""
    return next((u.lower() for u in _UNIT.findall(title) if u.lower() in units), "")


def time_column(table: Table) -> str:
    """The column of time.

    Raises
    ------
    InputError
        When there is none.
    """
    found = next((name for name in table.columns if name.lower() in _TIMES), "")
    if not found:
        raise InputError(
            f"{table.path} has no column of time; found {', '.join(table.titles)}. Name one of them date, datetime "
            f"or datetime_utc.",
            path=str(table.path),
        )
    return found


def flow_columns(table: Table) -> list[str]:
    """Columns that look like a flow, with or without a unit."""
    return [name for name in table.columns if _FLOW.match(name)]


def _flow_column(table: Table) -> tuple[str, float]:
    named = flow_columns(table)
    if not named:
        raise InputError(
            f"{table.path} has no column of flow; found {', '.join(table.titles)}. Name it flow_m3s (or q_m3s, "
            f"discharge_cfs, 流量(m³/s)).",
            path=str(table.path),
        )
    for name in named:
        unit = _unit_of(name, _FLOW_UNITS)
        if unit:
            return name, _FLOW_UNITS[unit]
    raise InputError(
        f"column {named[0]!r} of {table.path} has no unit: name it {named[0]}_m3s or {named[0]}_cfs. A load that is "
        f"wrong by a factor of 35 looks like any other.",
        column=named[0],
    )


def _value_column(table: Table, wanted: str) -> tuple[str, float]:
    known = {name: _unit_of(name, _VALUE_UNITS) for name in table.columns}
    known |= {name: "mgl" for name in table.columns if name in VALUE_COLUMNS and name.endswith("_mgl")}
    found = {name: unit for name, unit in known.items() if unit}
    if wanted:
        by_name = {_code(name): name for name in found} | {name: name for name in found}
        if wanted not in by_name:
            raise UnknownName("property", wanted, by_name)
        return by_name[wanted], _VALUE_UNITS[found[by_name[wanted]]]
    if len(found) != 1:
        none = f"has no column of concentration with its unit; found {', '.join(table.titles)}. Name it as in nh3n_mgl"
        what = f"has the concentrations {', '.join(found)}: say which with --property" if found else none
        raise InputError(f"{table.path} {what}.", path=str(table.path))
    name, unit = next(iter(found.items()))
    return name, _VALUE_UNITS[unit]


def _code(column: str) -> str:
    if column in VALUE_COLUMNS:
        return VALUE_COLUMNS[column]
    bare = re.split(r"[_(（ ]", column.lower().removeprefix("raw_"))[0]
    code = _SPELLINGS.get(bare, bare)
    chinese = {p.name_zh: p.code for p in PROPERTIES.values()}
    return chinese.get(code, code)


def parse_when(text: str, column: str, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    """An instant in UTC, and whether the cell is a date alone (then: noon of that local day); None for no time."""
    stamp = text.strip()
    at: datetime | None = None
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        for form in _FORMATS:
            try:
                at = datetime.strptime(stamp, form)  # noqa: DTZ007 - the zone follows below
                break
            except ValueError:
                continue
    if at is None:
        return None
    only_day = not re.search(r"[T: ]", stamp)
    if only_day:
        at = at.replace(tzinfo=zone) + timedelta(hours=12)
    elif at.tzinfo is None:
        at = at.replace(tzinfo=UTC if column.lower().endswith("_utc") else zone)
    return at.astimezone(UTC), only_day


def _cell(text: str) -> tuple[float, bool] | None:
    """Value and whether it is a limit that was not reached; nan for no value, None for what is no number."""
    bare = text.strip()
    if bare.lower() in _NONE:
        return np.nan, False
    if bare.lower() in _NOT_DETECTED:
        return 0.0, True
    if match := _BELOW.match(bare):
        limit = number(match["a"] or match["b"])
        return None if limit is None else (limit, True)
    value = number(bare)
    return None if value is None else (value, False)


def read_samples(table: Table, zone: ZoneInfo, property_: str = "") -> Sampling:
    """Samples of one property.

    Parameters
    ----------
    table : Table
        From `riverchief.cloud.tables.read_table`.
    zone : ZoneInfo
        Of times that are not UTC.
    property_ : str
        Which, where the table has several concentrations.

    Raises
    ------
    InputError
        When a column is missing, has no unit, or it is not clear which is meant.
    """
    when = time_column(table)
    column, factor = _value_column(table, property_)
    flow_name, flow_factor = _flow_column(table) if flow_columns(table) else ("", 1.0)
    rows: list[tuple[float, float, float, bool]] = []
    bad: list[Bad] = []
    for record in table.records:
        row = _sample(table, record, (when, column, flow_name), zone)
        if isinstance(row, Bad):
            bad.append(row)
        elif row is not None:
            rows.append((row[0], row[1] * factor, row[2] * flow_factor, row[3]))
    data = np.array(rows, np.float64).reshape(-1, 4)
    return Sampling(_code(column), column, data[:, 0], data[:, 1], data[:, 2], data[:, 3] > 0, tuple(bad))


def _sample(
    table: Table, record: Record, columns: tuple[str, str, str], zone: ZoneInfo
) -> tuple[float, float, float, bool] | Bad | None:
    when, column, flow_name = columns
    if not record.fields:
        return None
    at = parse_when(table.cell(record, when), when, zone)
    if at is None:
        return Bad(record.line, table.title(when), table.cell(record, when), "not a time")
    value = _cell(table.cell(record, column))
    if value is None or value[0] < 0:
        why = "not a number" if value is None else "below zero"
        return Bad(record.line, table.title(column), table.cell(record, column), why)
    flow = _cell(table.cell(record, flow_name)) if flow_name else (np.nan, False)
    if flow is None:
        return Bad(record.line, table.title(flow_name), table.cell(record, flow_name), "not a number")
    return at[0].timestamp(), value[0], flow[0], value[1]


def read_flow(table: Table, zone: ZoneInfo) -> tuple[Flow, tuple[Bad, ...]]:
    """Daily mean flows: of a table by day, or the means of each local day's rows.

    Raises
    ------
    InputError
        When a column is missing or has no unit, or a flow is below zero.
    """
    when = time_column(table)
    column, factor = _flow_column(table)
    by_day: dict[str, list[float]] = {}
    bad: list[Bad] = []
    for record in table.records:
        if not record.fields:
            continue
        at = parse_when(table.cell(record, when), when, zone)
        value = _cell(table.cell(record, column))
        if at is None:
            bad.append(Bad(record.line, table.title(when), table.cell(record, when), "not a time"))
        elif value is None:
            bad.append(Bad(record.line, table.title(column), table.cell(record, column), "not a number"))
        elif not np.isnan(value[0]):
            moment = at[0] if at[1] else at[0] - timedelta(microseconds=1)
            by_day.setdefault(moment.astimezone(zone).date().isoformat(), []).append(value[0] * factor)
    days: Sequence[str] = sorted(by_day)
    offset_s = offset_of(zone)
    return daily(np.array(days, "datetime64[D]"), [float(np.mean(by_day[d])) for d in days], offset_s), tuple(bad)


def offset_of(zone: ZoneInfo) -> float:
    """How far a zone's standard time is ahead of UTC [s]: what days and years are cut by."""
    offset = datetime(2024, 1, 1, tzinfo=zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()
