"""The national automatic-monitoring table (CNEMC), with its real faults: rows in, values with flag or reason out.

What each oddity means:

* a stamp that comes again with other values is a revision: rows are given in the order of the file, the later counts;
* a row without a time carries no reading and is refused;
* 维护 and 停站 (and 不具备运行条件) are flags on every value of the row: kept, never judged;
* `--` (also `-`, `/`, `NA` …) and an empty cell of the nine basic items mean that a value was due and none came: kept
  as missing;
* `*`, and an empty cell of any other item, mean that the item is not measured there: no value;
* `0.02L` and `<0.02` mean below the detection limit: half of it counts in a class or a mean, nothing is stored;
* where an unrounded `raw_` value stands beside the rounded one, it is the one that counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag, Period
from riverchief.base.time import CHINA, to_epoch
from riverchief.cloud.standards.detection import Measured, parse_measured
from riverchief.cloud.tables.table import RAW_PREFIX, VALUE_COLUMNS, Record, Table, number, read_table

PERIOD = Period.INSTANT  # the table prints what was measured at the stamp, no mean of the hours before
INTERVAL_S = 4 * 3600
REQUIRED = ("time", "ph", "do_mgl", "codmn_mgl", "nh3n_mgl", "tp_mgl")
NO_VALUE = frozenset(("", "--", "-", "—", "——", "－", "/", "na", "n/a", "nan", "null", "none", "无", "未监测"))
NOT_MONITORED = "*"
STATUS_FLAGS = {
    "": Flag.OK,
    "正常": Flag.OK,
    "维护": Flag.MAINTENANCE,
    "停站": Flag.STOPPED,
    "不具备运行条件": Flag.STOPPED,
}
# every station measures these; an empty cell of any other item says nothing
_DUE = frozenset(("wt_c", "ph", "do_mgl", "ec_uscm", "turb_ntu", "codmn_mgl", "nh3n_mgl", "tp_mgl", "tn_mgl"))
_TIME_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H", "%Y-%m-%d", "%Y%m%d %H:%M", "%Y%m%d")
_WRITTEN = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": " ", "时": ":", "点": ":", "分": ""})
_MIDNIGHT = re.compile(r"(?<=[\sT])24:00(?::00)?$")
_WITHOUT_YEAR = re.compile(r"\d\d-\d\d \d\d:\d\d")


@dataclass(frozen=True, slots=True)
class TableValue:
    """One cell: the property, its value in the property's unit (None = none came), its flag.

    `reason` is set, and nothing may be stored, when the cell was refused (`not_a_number`); `text` is the cell. `below`
    is the detection limit where the cell says that the value stayed below it.
    """

    property: str
    value: float | None
    flag: Flag
    text: str
    reason: str = ""
    below: float | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file, section, time [s since 1970 UTC] and values.

    `reason` is set, and there are no values, when the row was refused: `no_time`, `bad_time`, `no_hour`,
    `no_section`, `unknown_status`, `field_count` or `blank`; `found` is what stood there.
    `status` is the text of the table; `dated` says that there was a day and no hour.
    """

    line: int
    province: str
    section: str
    time_s: int | None
    flag: Flag
    values: tuple[TableValue, ...]
    status: str = ""
    not_monitored: int = 0
    reason: str = ""
    found: str = ""
    dated: bool = False


def parse_time(text: str, snapshot: str = "") -> datetime | None:
    """A stamp of the table as an aware datetime; None for text that is none.

    Parameters
    ----------
    text : str
        Date and time in Beijing time unless it names a zone. The centre's page prints no year (`02-04 08:00`).
    snapshot : str
        Day on which the page was read; gives the year to a stamp without one.
    """
    without_year = _WITHOUT_YEAR.fullmatch(text)
    if without_year and snapshot:
        text = f"{snapshot[:4]}-{text}"
        if text[:10] > snapshot[:10]:  # read in January, stamped in December
            text = f"{int(snapshot[:4]) - 1}{text[4:]}"
    day_later = timedelta(0)
    if _MIDNIGHT.search(text):
        text, day_later = _MIDNIGHT.sub("00:00", text), timedelta(days=1)
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=CHINA)) + day_later
    written = " ".join(text.translate(_WRITTEN).rstrip(":").split())
    for form in _TIME_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(written, form).replace(tzinfo=CHINA) + day_later
    return None


def is_dated(text: str) -> bool:
    """Whether a stamp gives a day and no hour."""
    return ":" not in text and not re.search(r"\d\s*[T时点]|[T\s]\s*\d{1,4}$", text.strip())


def cell_value(table: Table, record: Record, column: str) -> tuple[float | None, str]:
    """Value and text of a cell: the unrounded one where it stands beside the rounded one."""
    raw = table.cell(record, RAW_PREFIX + column)
    value = number(raw)
    if value is not None:
        return value, raw
    text = table.cell(record, column)
    return number(text), text


def _value(table: Table, record: Record, column: str, status: Flag) -> TableValue | None:
    """What a cell says; None where the item is not measured."""
    code = VALUE_COLUMNS[column]
    value, text = cell_value(table, record, column)
    if value is not None:
        return TableValue(code, value, status, text)
    measured = _measured(table, record, column)
    if measured is not None:
        return TableValue(code, None, status, text, reason="not_a_number", below=measured.below)
    if text == NOT_MONITORED or (text.lower() in NO_VALUE and column not in _DUE):
        return None
    if text.lower() in NO_VALUE:
        return TableValue(code, None, Flag.MISSING if status is Flag.OK else status, text)
    return TableValue(code, None, status, text, reason="not_a_number")


def _measured(table: Table, record: Record, column: str) -> Measured | None:
    """A cell that says `below the detection limit`."""
    for name in (RAW_PREFIX + column, column):
        with suppress(InputError):  # ND without a limit
            found = parse_measured(table.cell(record, name))
            if found is not None and not math.isnan(found.below):
                return found
    return None


def _stamp(table: Table, record: Record) -> datetime | None:
    return parse_time(table.cell(record, "time"), table.cell(record, "snapshot"))


def _refusal(table: Table, record: Record, *, for_store: bool) -> tuple[str, str]:
    """Why a row cannot be read at all, and what stood there; two empty texts for a row that can."""
    if not record.fields:
        return "blank", ""
    if not table.complete(record):
        return "field_count", f"{len(record.fields)} fields, the header has {len(table.header.fields)}"
    time = table.cell(record, "time")
    if not time:
        return "no_time", ""
    if _stamp(table, record) is None:
        return "bad_time", time
    if for_store and ":" not in time:
        return "no_hour", time
    status = table.cell(record, "status")
    if status not in STATUS_FLAGS:
        return "unknown_status", status
    if for_store and not table.cell(record, "section"):
        return "no_section", ""
    return "", ""


def parse_row(table: Table, record: Record, *, for_store: bool = True) -> TableRow:
    """One record of the table as a row of values, or as a refusal with its reason.

    A row that is to be stored needs a section and an hour; for a class alone the day is enough.
    """
    province, section = table.cell(record, "province"), table.cell(record, "section")
    reason, found = _refusal(table, record, for_store=for_store)
    if reason:
        return TableRow(record.line, province, section, None, Flag.OK, (), reason=reason, found=found)
    at = _stamp(table, record)
    status = table.cell(record, "status")
    flag = STATUS_FLAGS[status]
    values = [_value(table, record, column, flag) for column in VALUE_COLUMNS if has_values(table, column)]
    return TableRow(
        record.line,
        province,
        section,
        to_epoch(at) if at else None,
        flag,
        tuple(value for value in values if value is not None),
        status,
        values.count(None),
        dated=is_dated(table.cell(record, "time")),
    )


def has_values(table: Table, column: str) -> bool:
    """Whether a table has an item, rounded or not."""
    return table.has(column) or table.has(RAW_PREFIX + column)


def read(path: Path) -> Iterator[TableRow]:
    """The rows of a national table, in the order of the file.

    Parameters
    ----------
    path : Path
        CSV, plain or gzipped, with the columns of `riverchief.cloud.tables.table`.

    Raises
    ------
    InputError
        Before the first row, when the file cannot be read or a column is missing.
    """
    table = read_table(path, ("section", *REQUIRED))
    return (parse_row(table, record) for record in table.records)
