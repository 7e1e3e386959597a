"""The registry as an Excel workbook: one sheet per table out; edits of rows in, every fault with its row and column.

A sheet is a table of the basin folder with headings in Chinese and the column's name beside it; either is read. What a
workbook does not name stays: a row that is missing is not removed (give it a last day instead), a column that is
missing keeps what it holds. One more sheet is one more line in `SHEETS`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.basins import change, parse
from riverchief.basins.change import Cells, Edit
from riverchief.basins.faults import Fault
from riverchief.basins.folder import cells_of
from riverchief.basins.tables import TABLE, Table
from riverchief.cloud.tables.files import DAMAGED, refuse_bomb

SHEETS = {
    "chiefs.csv": "河长",
    "terms.csv": "任期",
    "leaves.csv": "请假代理",
    "responsibilities.csv": "责任河段",
    "sections.csv": "断面",
    "facilities.csv": "设施",
    "cameras.csv": "摄像头",
}
HEADINGS = {
    "code": "编码", "name_zh": "中文名", "name_en": "英文名", "level": "级别", "region": "行政区",
    "assumed": "是否假定",
    "chief": "河长编码", "start": "起始日", "end": "截止日（当日不含）", "document": "文件", "deputy": "代理人编码",
    "reason": "事由", "reach": "河段编码", "from_m": "起点里程_m", "to_m": "终点里程_m", "chainage_m": "里程_m",
    "lon": "经度", "lat": "纬度", "target_class": "目标类别", "tp_rule": "总磷标准", "boundary": "是否交界",
    "station": "监测站编码", "valid_from": "启用日", "valid_to": "停用日（当日不含）", "kind": "类型",
    "flow_m3s": "流量_m3s", "permit": "许可证号", "still_url": "抓图地址", "stream_url": "视频地址",
    "every_s": "抓图间隔_s", "section": "断面编码", "username": "账号", "name": "姓名", "phone": "手机号",
    "role": "角色", "task_force": "专班", "investment_wan": "投资_万元", "goals": "改善断面与指标",
    "project": "项目编码",
    "planned": "计划日", "month": "月份", "share_percent": "完成比例_%", "spent_wan": "累计完成投资_万元",
    "number": "小班号", "area_ha": "面积_公顷", "species_zh": "树种", "species_en": "树种英文名",
    "planted_on": "栽植日", "trees_per_ha": "密度_株每公顷", "started": "开工日", "completed": "完工日",
    "text": "进展说明",
}  # fmt: skip
MOST_ROWS = 20_000
SPARE_COLUMNS = 20  # beside those of a table, which are told as not known
MOST_BYTES = 10_000_000


@dataclass
class Reading:
    """What a workbook says: the edits, how many rows of each sheet say what is known already, and its faults."""

    edits: list[Edit] = field(default_factory=list)
    same: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def heading(column: str) -> str:
    """The heading of a column as it is written."""
    return f"{HEADINGS[column]} {column}"


def write(basin: Basin) -> bytes:
    """The workbook of a basin, every cell as text, so that a spreadsheet changes no code and no date."""
    tables = cells_of(basin)
    return write_tables({SHEETS[file]: (TABLE[file], tables[file]) for file in SHEETS})


def write_tables(sheets: Mapping[str, tuple[Table, list[Cells]]]) -> bytes:
    """A workbook with one sheet per table."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # the same registry gives the same file
        head, text = book.add_format({"bold": True, "bg_color": "#D9E8F4"}), book.add_format({"num_format": "@"})
        for name, (table, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            for i, column in enumerate(table.columns):
                sheet.write_string(0, i, heading(column.name), head)
                sheet.write_comment(0, i, column.what)
                sheet.set_column(i, i, max(12, 2 * len(HEADINGS[column.name]) + len(column.name) + 2), text)
                if column.choices:
                    sheet.data_validation(1, i, MOST_ROWS, i, {"validate": "list", "source": list(column.choices)})
            for n, row in enumerate(rows, 1):
                for i, column in enumerate(table.columns):
                    sheet.write_string(n, i, row.get(column.name, ""), text)
            sheet.freeze_panes(1, 1)
    return out.getvalue()


def read(content: bytes, basin: Basin, beside: tuple[str, ...] = ()) -> Reading:
    """The edits of a workbook, held against the basin as it is, and what they would break.

    Sheets named in `beside` are others' to read.

    Raises
    ------
    InputError
        When the file is no workbook, is too large, or has no sheet that is known.
    """
    book = open_book(content)
    tables, found = cells_of(basin), Reading()
    known_sheets = {name: file for file, name in SHEETS.items()} | {f.removesuffix(".csv"): f for f in SHEETS}
    read_any = False
    for sheet in book.worksheets:
        if sheet.title in beside:
            continue
        file = known_sheets.get(sheet.title.strip())
        if file is None:
            if any(any(cell not in (None, "") for cell in row) for row in sheet.iter_rows(values_only=True, max_row=1)):
                sentence = f"sheet {sheet.title!r} is not known; {parse.near(sheet.title, list(SHEETS.values()))}"
                found.faults.append(Fault(sheet.title, 0, "unknown_sheet", sentence, "", sheet.title))
            continue
        read_any = True
        _sheet(file, sheet, change.by_key(file, tables[file]), found)
    if not read_any:
        raise InputError(f"the workbook has none of the sheets {', '.join(SHEETS.values())}.", known=[*SHEETS.values()])
    if not found.faults:
        found.faults = change.apply(basin, found.edits)[1]
    return found


def open_book(content: bytes) -> Any:
    """A workbook that can be read.

    Raises
    ------
    InputError
        When it is none, or larger than MOST_BYTES, as it comes or unpacked.
    """
    if len(content) > MOST_BYTES:
        raise InputError(f"the workbook has {len(content):,} bytes; at most {MOST_BYTES:,} are read.")
    refuse_bomb(content, "the workbook")
    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=False, data_only=True)
    except DAMAGED as error:
        raise InputError(f"this is no Excel workbook (.xlsx): {error}. Save it as .xlsx and send it again.") from error


def _sheet(file: str, sheet: Worksheet, known: dict[change.Key, Cells], found: Reading) -> None:
    seen: dict[change.Key, int] = {}
    for line, cells in rows_of(sheet, TABLE[file], found.faults, change.identity(file)):
        key = change.key_of(file, change.normal(file, cells))
        if key in seen:
            named = " ".join(key)
            sentence = f"{named!r} already stands on line {seen[key]}."
            found.faults.append(Fault(file, line, "duplicate_code", sentence, change.identity(file)[0], named))
            continue
        seen[key] = line
        edit = change.edit_among(known, file, cells, key, line)
        if edit is None:
            found.same[file] = found.same.get(file, 0) + 1
        else:
            found.edits.append(edit)


def rows_of(
    sheet: Worksheet, table: Table, faults: list[Fault], needed: tuple[str, ...]
) -> Iterator[tuple[int, Cells]]:
    """Row number and cells by column of a sheet's rows that are not blank; faults of the headings are told.

    Nothing is read of a sheet whose headings lack one of the columns `needed`.
    """
    # one cell far out makes a sheet as wide and long as a spreadsheet can be
    most = len(table.columns) + SPARE_COLUMNS
    rows = sheet.iter_rows(
        values_only=True, max_row=min(sheet.max_row, MOST_ROWS + 2), max_col=min(sheet.max_column, most)
    )
    if sheet.max_column > most:
        sentence = f"at most {most} columns are read of this sheet, it has {sheet.max_column:,}."
        faults.append(Fault(table.file, 1, "unknown_column", sentence, "", f"> {most}"))
    columns = _columns(table, next(rows, ()), faults)
    lacking = [name for name in needed if name not in columns.values()]
    for name in lacking:
        sentence = f"column {heading(name)!r} is missing; without it a row names nothing."
        faults.append(Fault(table.file, 1, "missing_column", sentence, name))
    for line, row in enumerate(rows, 2):
        if lacking:
            return
        if line > MOST_ROWS + 1:
            faults.append(Fault(table.file, line, "too_many_rows", f"at most {MOST_ROWS:,} rows are read of a sheet."))
            return
        cells = {name: _text(row[i]) for i, name in columns.items() if i < len(row)}
        if any(cells.values()):
            yield line, cells


def _columns(table: Table, heads: tuple[Any, ...], faults: list[Fault]) -> dict[int, str]:
    by_head: dict[str, str] = {}
    for column in table.columns:
        by_head |= dict.fromkeys((column.name, HEADINGS[column.name], heading(column.name)), column.name)
    found: dict[int, str] = {}
    for i, head in enumerate(heads):
        text = _text(head)
        if not text:
            continue
        name = by_head.get(text)
        if name is None or name in found.values():
            code = "unknown_column" if name is None else "duplicate_column"
            sentence = f"column {text!r} is not known; {parse.near(text, list(by_head))}"
            if name is not None:
                sentence = f"column {text!r} stands here twice."
            faults.append(Fault(table.file, 1, code, sentence, text, text))
        else:
            found[i] = name
    return found


def _text(value: Any) -> str:
    """A cell as the text that somebody typed: numbers without a useless point, dates as dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return str(value).strip()
