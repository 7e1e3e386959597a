"""A table of problems as an office keeps it (问题清单): Chinese or English headers, each fault by its column.

The same reader takes the lists of hotlines, whose columns are named a little differently.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.cloud.tables.cells import parse_stamp
from riverchief.cloud.tables.files import read_workbook
from riverchief.ground import casetypes

MOST_ROWS = 5_000
_YEARS = (1949, 2100)  # days lie between them
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "问题编号", "工单编号", "工单号", "转办单号", "number", "no"),
    "type": ("问题类型", "类型", "四乱类型", "问题类别", "type"),
    "what": ("问题描述", "问题", "具体问题", "主要问题", "诉求内容", "反映内容", "description", "text"),
    "river": ("河流", "河湖名称", "河流名称", "所在河流", "river"),
    "chainage": ("桩号", "里程", "chainage"),
    "point": ("坐标", "经纬度", "位置坐标", "coordinates"),
    "lon": ("经度", "东经", "longitude", "lon"),
    "lat": ("纬度", "北纬", "latitude", "lat"),
    "place": ("位置", "地点", "具体位置", "place"),
    "found": ("发现日期", "发现时间", "受理时间", "转办时间", "接收时间", "交办日期", "found", "received"),
    "due": ("整改时限", "整改期限", "完成时限", "办理时限", "答复时限", "办结时限", "due"),
    "who": ("责任人", "责任河长", "整改责任人", "承办人", "responsible"),
    "severity": ("严重程度", "等级", "severity"),
    "state": ("整改状态", "整改情况", "进展", "状态", "state"),
    "answer_to": ("答复对象", "answer_to"),
}
TEMPLATE = (
    "number",
    "type",
    "what",
    "river",
    "chainage",
    "lon",
    "lat",
    "place",
    "found",
    "due",
    "who",
    "severity",
    "state",
)
_BY_HEADER = {name: key for key, names in COLUMNS.items() for name in names}
_SEVERITIES = {
    "1": 1,
    "2": 2,
    "3": 3,
    "一般": 1,
    "较重": 2,
    "较大": 2,
    "严重": 3,
    "重大": 3,
    "minor": 1,
    "serious": 2,
    "gravest": 3,
}
_CHAINAGE = re.compile(r"[Kk]?\s*(\d+)\s*\+\s*(\d{1,3}(?:\.\d+)?)(?:\s*[Mm])?")
_METRES = re.compile(r"(\d+(?:\.\d+)?)\s*(km|公里|千米|m|米)", re.IGNORECASE)
_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,，、;； ]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: the column as the table names it, and why in both languages."""

    row: int
    column: str
    zh: str
    en: str


@dataclass(slots=True)
class Problem:
    """One row. `found` and `due` are local days; the place is a point [°], or a river with a chainage [m] along it."""

    row: int
    number: str = ""
    type: str = ""
    what: str = ""
    river: str = ""
    chainage_m: float | None = None
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    found: date | None = None
    found_at: datetime | None = None
    due: date | None = None
    who: str = ""
    severity: int = 0
    state: str = ""
    answer_to: str = ""
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """The rows of a table, the columns that were understood by name, and those that were not and are not read."""

    problems: tuple[Problem, ...]
    columns: Mapping[str, str]
    unread: tuple[str, ...]


def _header(text: str) -> str:
    return re.sub(r"[\s（(].*$", "", text.strip()).lower()


def key_of(header: str) -> str | None:
    """Which column a header means; None for one that is not read."""
    return _BY_HEADER.get(_header(header))


def read(data: bytes, name: str, today: date, needed: Sequence[str] = ("number", "found")) -> Table:
    """The problems of an Excel workbook; a row with faults keeps them, the others go on.

    Parameters
    ----------
    needed : sequence of str
        Columns without which the table cannot be read.

    Raises
    ------
    InputError
        When it is no workbook, lacks a column that is needed, or has too many rows.
    """
    if not data.startswith(b"PK"):
        raise InputError(f"{name} is no Excel workbook (.xlsx); save it as one and send it again.", file=name)
    cells = read_workbook(Path(name), data, lambda text: key_of(text) is not None, MOST_ROWS)
    (_, header), *rows = cells.rows
    columns = {key: text for text in reversed(header) if (key := key_of(text))}
    absent = [key for key in needed if key not in columns]
    if absent:
        told = "; ".join(f"{key} ({', '.join(COLUMNS[key][:3])})" for key in absent)
        raise InputError(f"{name} has no column for {told}. Name it so, or begin with the template.", missing=absent)
    if len(rows) > MOST_ROWS:
        raise InputError(f"{name} has {len(rows):,} rows; send {MOST_ROWS:,} at most at a time.", rows=len(rows))
    keys = [key_of(text) for text in header]
    unread = tuple(text for text, key in zip(header, keys, strict=True) if text and key is None)
    problems = [
        _problem(number, dict(zip(keys, texts, strict=True)), columns, today) for number, texts in rows if texts
    ]
    _twice(problems, columns)
    return Table(tuple(problems), columns, unread)


def _twice(problems: Sequence[Problem], columns: Mapping[str, str]) -> None:
    first: dict[str, int] = {}
    for one in problems:
        if one.number and one.number in first:
            row = first[one.number]
            one.faults.append(
                Fault(one.row, columns["number"], f"与第{row}行编号相同", f"has the same number as row {row}")
            )
        first.setdefault(one.number, one.row)


def _problem(row: int, given: Mapping[str | None, str], columns: Mapping[str, str], today: date) -> Problem:
    made = Problem(row)

    def fault(key: str, zh: str, en: str) -> None:
        made.faults.append(Fault(row, columns.get(key, COLUMNS[key][0]), zh, en))

    text = {key: value.strip() for key, value in given.items() if key}
    for key in ("number", "what", "river", "place", "who", "state"):
        setattr(made, key, text.get(key, "")[:400])
    if not made.number:
        fault("number", "缺编号，无法判断是否重复导入", "is empty; without it nobody can tell whether it came before")
    if len(made.number) > 64:
        fault("number", "超过64字", "is longer than 64 characters")
    if words := text.get("type", ""):
        type_ = casetypes.recognised(words, today)
        made.type = type_.code if type_ else ""
        if type_ is None:
            fault("type", f"“{words}”不在问题类型目录内", f"{words!r} is no type of the catalogue")
    if level := text.get("severity", ""):
        made.severity = _SEVERITIES.get(level.lower(), 0)
        if not made.severity:
            fault("severity", f"“{level}”应为一般、较重、严重或1—3", f"{level!r} is none of 1 (minor), 2, 3 (gravest)")
    _where(made, text, fault)
    _when(made, text, today, fault)
    if text.get("answer_to"):
        made.answer_to = "caller" if text["answer_to"] in ("caller", "市民", "来电人", "举报人") else "centre"
    if not (made.what or made.type):
        fault("what", "没有写明问题", "says nothing of what is wrong")
    return made


def _where(made: Problem, text: Mapping[str, str], fault: Any) -> None:
    pair = _PAIR.fullmatch(text.get("point", "") or (text.get("place", "") if "point" not in text else ""))
    lon, lat = (pair[1], pair[2]) if pair else (text.get("lon", ""), text.get("lat", ""))
    if text.get("point") and not pair:
        fault("point", f"“{text['point']}”应为“经度,纬度”", f"{text['point']!r} is not longitude, latitude")
    for key, value, most in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if not value:
            continue
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not abs(number) <= most:
            fault(key, f"“{value}”不是±{most:g}°以内的数", f"{value!r} is no number within ±{most:g}°")
        else:
            setattr(made, key, number)
    if (lon and not lat) or (lat and not lon):
        fault("lat" if lon else "lon", "经度、纬度须同时填写", "is empty; give longitude and latitude together")
    if at := text.get("chainage", ""):
        made.chainage_m = chainage_m(at)
        if made.chainage_m is None:
            fault("chainage", f"“{at}”不是桩号，如K12+300", f"{at!r} is no chainage such as K12+300")
    if not lon and not lat and (not made.river or made.chainage_m is None) and not made.faults:
        fault("river", "须有经纬度，或河流与桩号", "give longitude and latitude, or the river with a chainage")


def _when(made: Problem, text: Mapping[str, str], today: date, fault: Any) -> None:
    for key in ("found", "due"):
        given = text.get(key, "")
        if not given:
            if key == "found":
                fault(key, "缺日期", "is empty")
            continue
        read_stamp = parse_stamp(given)
        if read_stamp is None or not _YEARS[0] < read_stamp[0].year < _YEARS[1]:
            fault(key, f"“{given}”不是日期，如2026-11-21", f"{given!r} is no date such as 2026-11-21")
            continue
        day, stamp = read_stamp
        setattr(made, key, day)
        if key == "found" and stamp is not None:
            made.found_at = datetime.fromtimestamp(stamp, CHINA)
    check_days(made, today, fault)


def check_days(made: Problem, today: date, fault: Any = None) -> None:
    """Add a fault where a problem is found after today, due before it was found, or in no year of ours."""

    def plain(key: str, zh: str, en: str) -> None:
        made.faults.append(Fault(made.row, COLUMNS[key][0], zh, en))

    tell = fault or plain
    for key, day in (("found", made.found), ("due", made.due)):
        if day and not _YEARS[0] < day.year < _YEARS[1]:
            tell(
                key,
                f"{day}不在{_YEARS[0] + 1}—{_YEARS[1] - 1}年之间",
                f"{day} is no day on which a problem is found or due",
            )
            return
    if made.found and made.found > today:
        tell("found", f"{made.found}在今天之后", f"{made.found} is after today")
    if made.found and made.due and made.due < made.found:
        tell("due", f"{made.due}早于发现日期{made.found}", f"{made.due} is before the day it was found, {made.found}")


def chainage_m(text: str) -> float | None:
    """Metres along a river from K12+300, 12+300, 12.3 km or 12300 m; None for anything else, also a bare number."""
    given = text.strip()
    if found := _CHAINAGE.fullmatch(given):
        return float(found[1]) * 1000 + float(found[2])
    if found := _METRES.fullmatch(given):
        return float(found[1]) * (1000 if found[2].lower() in ("km", "公里", "千米") else 1)
    return None


def template(language: str = "zh") -> bytes:
    """An empty table to begin with: headers, one line of what is expected, and the types to choose from."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet("问题清单" if language == "zh" else "Problems")
    bold = book.add_format({"bold": True, "bottom": 1})
    at = 0 if language == "zh" else -1
    heads = [COLUMNS[key][0] if language == "zh" else COLUMNS[key][at if key != "number" else -2] for key in TEMPLATE]
    sheet.write_row(0, 0, heads, bold)
    sheet.set_column(0, len(heads) - 1, 14)
    sheet.freeze_panes(1, 0)
    types = [one.name_zh if language == "zh" else one.name_en for one in casetypes.catalogue(date(2100, 1, 1))]
    choices = book.add_worksheet("类型" if language == "zh" else "Types")
    choices.write_column(0, 0, types)
    column = TEMPLATE.index("type")
    source = f"='{choices.get_name()}'!$A$1:$A${len(types)}"
    sheet.data_validation(1, column, MOST_ROWS, column, {"validate": "list", "source": source, "error_type": "warning"})
    book.close()
    return out.getvalue()
