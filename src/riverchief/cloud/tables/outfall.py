"""A table of an outfall's hours for `riverchief assess discharge`: judged by its limits, summed to days and years."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base import units
from riverchief.base.errors import InputError
from riverchief.base.time import CHINA, day_of_closing_stamp, from_epoch
from riverchief.cloud import outfall
from riverchief.cloud.outfall import Flow, Means, Monitored, Validity
from riverchief.cloud.standards import discharge
from riverchief.cloud.standards.discharge import Judged, Limit
from riverchief.cloud.tables.cells import parse_amount, parse_stamp
from riverchief.cloud.tables.flow import BadCell, column_of
from riverchief.cloud.tables.table import Table, read_table

TIME_COLUMNS = ("time", "date", "时间", "监测时间")
STATE_COLUMNS = ("state", "status", "工况", "状态")
FLOW_COLUMNS = {"flow_m3s": 1.0, "q_m3s": 1.0, "flow_m3h": 1 / 3600, "q_m3h": 1 / 3600, "flow_ls": 1e-3}
ADDED_COLUMNS = ("r_over", "r_why")
_SUFFIX = {"mgl": "mg/L", "ugl": "µg/L", "c": "°C", "uscm": "µS/cm", "ntu": "NTU"}
_RUNNING = frozenset({"", "normal", "正常", "n", "running"})
_SHORT = {"wt": "water_temperature", "ss": "suspended_solids", "turb": "turbidity"}
_GAPS_SHOWN = 50

Times = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OutfallTable:
    """A table of an outfall.

    Attributes
    ----------
    time_s : int64 (n,)
        Rising closing stamps [s since 1970 UTC].
    line : int64 (n,)
        Their lines in the file; `record` their numbers among the records.
    values : dict of float64 (n,)
        By property, in its unit; nan where none.
    below : dict of bool (n,)
        Where it is below the detection limit that `values` then holds.
    flow_m3s : float64 (n,)
    exempt : tuple of str
        State in which the works is not judged, empty where it is.
    """

    table: Table
    time_s: Times
    line: Times
    record: Times
    values: dict[str, Floats]
    below: dict[str, NDArray[np.bool_]]
    flow_m3s: Floats
    exempt: tuple[str, ...]
    bad: tuple[BadCell, ...]
    unknown: tuple[str, ...]


def _columns(table: Table) -> tuple[dict[str, tuple[str, float]], dict[str, float], tuple[str, ...]]:
    """Column → (property, factor); column of flow → factor; columns that are not read."""
    values: dict[str, tuple[str, float]] = {}
    flows: dict[str, float] = {}
    unknown = []
    names = {known.name_zh: code for code, known in units.PROPERTIES.items()}
    for column in table.columns:
        if column in FLOW_COLUMNS:
            flows[column] = FLOW_COLUMNS[column]
        elif column in TIME_COLUMNS or column in STATE_COLUMNS:
            continue
        elif found := _property(column, names):
            code, factor = found
            (flows.setdefault(column, factor) if code == "flow" else values.setdefault(column, (code, factor)))
        else:
            unknown.append(column)
    return values, flows, tuple(unknown)


def _property(column: str, names: Mapping[str, str]) -> tuple[str, float] | None:
    """The property that a header means, and what its values are multiplied with."""
    with_unit = re.fullmatch(r"(?P<name>[^(（]+)[(（](?P<unit>[^)）]+)[)）]", column.strip())
    head, unit = (with_unit["name"].strip(), with_unit["unit"].strip()) if with_unit else (column.strip(), "")
    low = head.lower()
    stem, _, suffix = low.rpartition("_")
    if suffix in _SUFFIX and stem:
        low, unit = stem, _SUFFIX[suffix]
    code = names.get(head) or (_SHORT.get(low, low) if _SHORT.get(low, low) in units.PROPERTIES else None)
    if code is None:
        return None
    kept = units.PROPERTIES[code].unit
    wanted = {"mg/l": "mg/L", "m3/s": "m³/s", "m3/h": "m³/h", "μg/l": "µg/L", "无量纲": "1"}.get(unit.lower(), unit)
    if wanted == "":
        return code, 1.0
    try:
        return code, units.factor(wanted, kept)
    except InputError:
        raise InputError(
            f"column {column!r} is in {unit}, {code} is kept in {kept}: convert the column first.", column=column
        ) from None


def read_outfall(path: Path) -> OutfallTable:
    """Read a table of an outfall: a time, properties, flow, and the state of the works where it is kept.

    Raises
    ------
    InputError
        When it cannot be read, has no time or no property, two columns for one property, or no row that counts.
    """
    table = read_table(path, ())
    time_column = column_of(table, TIME_COLUMNS, "the time")
    state_column = next((name for name in STATE_COLUMNS if table.has(name)), "")
    columns, flow_columns, unknown = _columns(table)
    twice = [code for code, n in Counter(code for code, _ in columns.values()).items() if n > 1]
    if not columns or twice or len(flow_columns) > 1:
        what = f"more than one column for {', '.join(twice) or 'flow'}" if twice or columns else "no property column"
        raise InputError(
            f"{path} has {what}; name them as cod_mgl, nh3n_mgl, tp_mgl, ph, flow_m3s, one of each.", path=str(path)
        )
    for name in ADDED_COLUMNS:
        if table.has(name):
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    bad: list[BadCell] = []
    seen: dict[int, int] = {}
    for i, record in enumerate(table.records):
        if not any(field.strip() for field in record.fields):
            continue
        stamp = parse_stamp(table.cell(record, time_column))
        if stamp is None or stamp[1] is None:
            bad.append(BadCell(record.line, time_column, f"{table.cell(record, time_column)!r} is not a time"))
            continue
        if stamp[1] in seen:
            first = table.records[seen[stamp[1]]].line
            bad.append(BadCell(record.line, time_column, f"the same time stands on line {first}; the later counts"))
        seen[stamp[1]] = i
    if not seen:
        raise InputError(f"{path} has no row with a time: nothing can be assessed.", path=str(path))
    rows = dict(sorted(seen.items()))
    values, below = _values(table, list(rows.values()), columns, bad)
    flow, _ = _values(table, list(rows.values()), {c: ("flow", f) for c, f in flow_columns.items()}, bad)
    states = [table.cell(table.records[i], state_column) if state_column else "" for i in rows.values()]
    return OutfallTable(
        table=table,
        time_s=np.array(list(rows), np.int64),
        line=np.array([table.records[i].line for i in rows.values()], np.int64),
        record=np.array(list(rows.values()), np.int64),
        values=values,
        below=below,
        flow_m3s=flow.get("flow", np.full(len(rows), np.nan)),
        exempt=tuple("" if state.lower() in _RUNNING else state for state in states),
        bad=tuple(bad),
        unknown=unknown,
    )


def _values(
    table: Table, rows: Sequence[int], columns: Mapping[str, tuple[str, float]], bad: list[BadCell]
) -> tuple[dict[str, Floats], dict[str, NDArray[np.bool_]]]:
    values = {code: np.full(len(rows), np.nan) for code, _ in columns.values()}
    below = {code: np.zeros(len(rows), np.bool_) for code in values}
    for column, (code, factor) in columns.items():
        known = units.PROPERTIES[code]
        low = max(known.low, 0.0) if code == "flow" else known.low
        for at, i in enumerate(rows):
            amount = parse_amount(table.cell(table.records[i], column), low / factor, known.high / factor)
            if amount.fault:
                bad.append(BadCell(table.records[i].line, column, amount.fault))
            if amount.value is not None:
                values[code][at] = amount.value * factor
                below[code][at] = amount.below
    return values, below


def step_of(time_s: Times) -> int:
    """What one value stands for [s]: the commonest distance between two, an hour where there is only one."""
    if time_s.size < 2:
        return outfall.HOUR_S
    distances, counts = np.unique(np.diff(time_s), return_counts=True)
    return int(distances[int(np.argmax(counts))])


def monitored(given: OutfallTable, code: str) -> Monitored | None:
    """One property of the table with its flow; None where it has no value."""
    here = ~np.isnan(given.values[code])
    if not here.any():
        return None
    flowing = ~np.isnan(given.flow_m3s)
    flow = None
    if flowing.any():
        flow = Flow(given.time_s[flowing], given.flow_m3s[flowing], step_of(given.time_s[flowing]))
    running = np.array([not state for state in given.exempt])
    data = Monitored.of(given.time_s[here], given.values[code][here], step_of(given.time_s[here]), running[here], flow)
    return replace(data, below=given.below[code][here])


# ------------------------------------------------------------------ judged


@dataclass(frozen=True)
class Findings:
    """What a table says of the limits: `result` as JSON, and what was over by record of the table."""

    result: dict[str, Any]
    by_record: dict[int, list[tuple[str, str, str]]]  # property, why in Chinese, in English


def assess_outfall(given: OutfallTable, permit: Iterable[Limit], *, kind: str = "", region: str = "") -> Findings:
    """Judge a table's hours and days, and hold its yearly loads against the permitted totals.

    Parameters
    ----------
    permit : iterable of Limit
        Of the facility.
    kind, region : str
        Of the facility; empty leaves the standards out.
    """
    limits = tuple(permit)
    by_record: dict[int, list[tuple[str, str, str]]] = {}
    told: dict[str, Any] = {}
    cited: dict[tuple[str, str, str], Limit] = {}
    for code in given.values:
        data = monitored(given, code)
        if data is None:
            continue
        rules = outfall.validity(day_of_closing_stamp(from_epoch(int(data.time_s[0]))))
        hours = outfall.hour_means(data, rules)
        days = outfall.day_means(data, rules)
        found: dict[str, Any] = {"step_s": data.step_s, "values": int(data.time_s.size)}
        for period, means in (("hour", hours), ("day", days)):
            found[f"{period}s"] = _judged(given, code, period, means, (kind, region, limits), cited, by_record)
        if units.PROPERTIES[code].unit == "mg/L":
            found["years"] = _years(given, code, data, (kind, region, limits), cited)
        told[code] = found
    exempt = Counter(state for state in given.exempt if state)
    result = {
        "file": str(given.table.path),
        "rows": len(given.table.records),
        "exempt_rows": dict(exempt),
        "unknown_columns": list(given.unknown),
        "bad": [cell.as_dict() for cell in given.bad],
        "limits": [limit.as_dict() for limit in cited.values()],
        "properties": told,
        "over": any(found[p]["over"] for found in told.values() for p in ("hours", "days")),
        "validity": _validity(given),
    }
    return Findings(result, by_record)


def _validity(given: OutfallTable) -> dict[str, Any]:
    rules: Validity = outfall.validity(day_of_closing_stamp(from_epoch(int(given.time_s[0]))))
    edition = rules.edition
    return {
        "edition": edition.code,
        "hour_share": rules.hour_share,
        "day_share": rules.day_share,
        "confirmed": edition.confirmed,
        "note": {"zh": edition.note_zh, "en": edition.note_en},
    }


Facility = tuple[str, str, tuple[Limit, ...]]


def _limit_on(facility: Facility, code: str, period: str, day: date) -> Limit | None:
    kind, region, permit = facility
    return discharge.applicable(kind, region, day, permit).get((code, period))


def _judged(
    given: OutfallTable,
    code: str,
    period: str,
    means: Means,
    facility: Facility,
    cited: dict[tuple[str, str, str], Limit],
    by_record: dict[int, list[tuple[str, str, str]]],
) -> dict[str, Any]:
    """Counts of the means of one property and period, and every one that is over its limit."""
    over: list[dict[str, Any]] = []
    judged = undecided = 0
    temperature = given.values.get("water_temperature")
    limit_of: dict[date, Limit | None] = {}
    for i in range(means.stamp_s.size):
        if not means.valid[i]:
            continue
        day = means.day(i)
        if day not in limit_of:
            limit_of[day] = _limit_on(facility, code, period, day)
        limit = limit_of[day]
        if limit is None:
            continue
        cited[code, period, limit.edition + limit.clause_zh] = limit
        stamp, value = int(means.stamp_s[i]), float(means.mean[i])
        water = _temperature(given, temperature, stamp, period)
        verdict: Judged = discharge.judge(limit, value, water)
        judged += 1
        undecided += bool(verdict.undecided)
        if not verdict.over:
            continue
        why = discharge.over_sentence(limit, value, "zh"), discharge.over_sentence(limit, value, "en")
        at = from_epoch(stamp).astimezone(CHINA)
        multiple = float(verdict.multiple)
        over.append(
            {
                "at": at.strftime("%Y-%m-%d %H:%M") if period == "hour" else day.isoformat(),
                "value": round(value, 6),
                "limit": limit.high,
                "unit": limit.unit,
                "multiple": None if np.isnan(multiple) else round(multiple, 4),
                "confirmed": limit.confirmed,
                "why": {"zh": why[0], "en": why[1]},
            }
        )
        last = int(np.searchsorted(given.time_s, stamp, side="right")) - 1
        by_record.setdefault(int(given.record[last]), []).append((code, *why))
    return {
        "means": int(means.stamp_s.size),
        "valid": int(means.valid.sum()),
        "judged": judged,
        "undecided": undecided,
        "over": over,
    }


def _temperature(given: OutfallTable, temperature: Floats | None, stamp: int, period: str) -> float:
    """Mean water temperature of an hour or a day [°C]; nan where it was not measured."""
    if temperature is None:
        return float("nan")
    span = outfall.HOUR_S if period == "hour" else outfall.DAY_S
    here = temperature[(given.time_s > stamp - span) & (given.time_s <= stamp)]
    known = here[~np.isnan(here)]
    return float(known.mean()) if known.size else float("nan")


def _years(
    given: OutfallTable,
    code: str,
    data: Monitored,
    facility: Facility,
    cited: dict[tuple[str, str, str], Limit],
) -> dict[str, Any]:
    """Load of every local year, with its gaps, and its share of the permitted total where there is one."""
    found: dict[str, Any] = {}
    end_s = float(given.time_s[-1])
    first = day_of_closing_stamp(from_epoch(int(given.time_s[0]))).year
    for year in range(first, day_of_closing_stamp(from_epoch(int(end_s))).year + 1):
        start_s, until_s = outfall.year_bounds_s(year)
        begin_s = max(start_s, float(given.time_s[0]) - data.step_s)
        used = outfall.load(data, begin_s, min(until_s, end_s))
        told: dict[str, Any] = {
            "kg": round(used.kg, 3),
            "covered": round(used.covered, 4),
            "gaps": [[_local(a), _local(b)] for a, b in used.gaps[:_GAPS_SHOWN]],
            "gaps_left_out": max(0, len(used.gaps) - _GAPS_SHOWN),
        }
        limit = _limit_on(facility, code, "year", day_of_closing_stamp(from_epoch(min(until_s, end_s))))
        if limit is not None and limit.high > 0:
            cited[code, "year", limit.edition + limit.clause_zh] = limit
            share = outfall.year_share(data, limit.high, year, min(until_s, end_s))
            told |= {
                "allowed_kg": limit.high,
                "share": round(share.share, 6),
                "rate_kg_day": share.rate_kg_day and round(share.rate_kg_day, 3),
                "exhausted_on": share.exhausted_on and share.exhausted_on.isoformat(),
                "expected_kg": share.expected_kg and round(share.expected_kg, 1),
                "clause": {"zh": limit.clause_zh, "en": limit.clause_en},
                "confirmed": limit.confirmed,
            }
        found[str(year)] = told
    return found


def _local(time_s: float) -> str:
    return from_epoch(time_s).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def added_cells(given: OutfallTable, found: Findings, language: str) -> list[tuple[str, ...]]:
    """The added cells of every record: what was over (an hour's mean, or the day's that ends there), and why."""
    cells: list[tuple[str, ...]] = []
    for i in range(len(given.table.records)):
        over = found.by_record.get(i, [])
        codes = ";".join(dict.fromkeys(code for code, _, _ in over))
        cells.append(
            (codes, "；".join(zh for _, zh, _ in over) if language == "zh" else "; ".join(en for *_, en in over))
        )
    return cells
