"""Inputs of a sheet as people fill them in: an Excel form out; Excel, CSV and TOML back in, bad rows with their reason.

A table has a column for the input and one for the value; perhaps one for the unit, the reason and the place. The input
is called by its name in formulas or by one of its names for people. An empty value leaves the input as it is.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.dimensions import parse_unit
from riverchief.govern.sheets.model import InputSpec, Sheet

SUFFIXES = (".xlsx", ".csv", ".toml")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("代码", "name", "code", "input", "输入项", "指标", "名称"),
    "value": ("value", "值", "数值", "填报值"),
    "unit": ("unit", "单位"),
    "why": ("why", "reason", "依据", "说明", "备注"),
    "place": ("place", "region", "地区", "行政区", "行政区代码"),
}
_HEAD_ROWS = 10  # the header stands within so many
_MOST_ROWS = 20_000
_EMPTY = frozenset({"", "-", "—", "–"})
# what the reader of workbooks raises at one that is damaged
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, OSError, IndexError, TypeError,
    AttributeError,
)  # fmt: skip


@dataclass(frozen=True)
class Given:
    """One row of a form.

    Attributes
    ----------
    row : int
        Its number in the file, from 1.
    name : str
        The input's name in formulas; as it stood there where it is not known.
    value : float or None
        In the input's own unit; None where the row was refused.
    zh, en : str
        Why it was refused; empty where it was not.
    """

    row: int
    name: str
    value: float | None
    why: str = ""
    place: str = ""
    zh: str = ""
    en: str = ""

    @property
    def ok(self) -> bool:
        """Whether the row can be taken."""
        return not self.en


def read_given(data: bytes, suffix: str, sheet: Sheet) -> list[Given]:
    """The rows of a file that say something, each taken or refused with its reason.

    Parameters
    ----------
    data : bytes
        The file.
    suffix : str
        `.xlsx`, `.csv` or `.toml`.

    Raises
    ------
    InputError
        When the file cannot be read at all, or has no column for inputs or values.
    UnknownName
        For another suffix.
    """
    if suffix not in SUFFIXES:
        raise UnknownName("kind of file", suffix, SUFFIXES)
    if suffix == ".toml":
        return _of_toml(data, sheet)
    rows = _workbook(data) if suffix == ".xlsx" else _csv(data)
    header, columns = _header(rows)
    found, seen = [], dict[tuple[str, str], int]()
    for number, row in rows[header + 1 :]:
        cells = {key: _text(row[at]) if at < len(row) else "" for key, at in columns.items()}
        if cells["name"] in _EMPTY or cells["value"] in _EMPTY:
            continue
        one = check_row(number, cells, sheet)
        first = seen.setdefault((one.place, one.name), number)
        if one.ok and first != number:
            one = _refused(one, f"与第{first}行重复", f"row {first} gives the same input already")
        found.append(one)
    return found


def check_row(number: int, cells: Mapping[str, str], sheet: Sheet) -> Given:
    """One row, taken in the input's own unit or refused with its reason.

    Parameters
    ----------
    number : int
        Its number in the file, from 1.
    cells : mapping
        Texts: `name` and `value`, and perhaps `unit`, `why` and `place`.
    """
    raw = Given(number, cells["name"], None, cells.get("why", ""), cells.get("place", ""))
    spec = _spec(cells["name"], sheet)
    if spec is None:
        near = UnknownName("input", cells["name"], [one.name for one in sheet.inputs]).sentence
        return _refused(raw, f"没有名为“{cells['name']}”的输入项", near)
    raw = Given(number, spec.name, None, raw.why, raw.place)
    if spec.value is not None:
        return _refused(raw, f"{spec.name_zh}由考核表固定，不能填报", f"{spec.name_en} is fixed by the sheet")
    text = unicodedata.normalize("NFKC", cells["value"]).replace(",", "").replace(" ", "")
    unit = cells.get("unit", "")
    if text.endswith("%"):
        text, unit = text[:-1], "%"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        return _refused(raw, f"“{cells['value']}”不是数", f"{cells['value']!r} is no number")
    try:
        factor = parse_unit(unit).factor(parse_unit(spec.unit)) if unit else 1.0
    except InputError as fault:
        return _refused(raw, f"单位“{unit}”不认识", fault.sentence)
    if factor is None:
        return _refused(
            raw,
            f"单位应为{spec.unit}，填的是{unit}",
            f"{spec.name_en} is in {spec.unit}, this row is in {unit}; give it in {spec.unit}",
        )
    scaled = value if math.isclose(factor, 1.0, rel_tol=1e-12) else float(f"{value * factor:.12g}")
    return Given(number, spec.name, scaled, raw.why, raw.place)


def _refused(one: Given, zh: str, en: str) -> Given:
    return Given(one.row, one.name, None, one.why, one.place, f"{zh}。", en if en.endswith((".", "?")) else f"{en}.")


def _spec(called: str, sheet: Sheet) -> InputSpec | None:
    wanted = called.strip().lower()
    return next((one for one in sheet.inputs if wanted in (one.name.lower(), one.name_zh, one.name_en.lower())), None)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _header(rows: Sequence[tuple[int, Sequence[Any]]]) -> tuple[int, dict[str, int]]:
    """Where the header stands among the rows, and the columns that are known."""
    for at, (_, row) in enumerate(rows[:_HEAD_ROWS]):
        titles = [_text(cell).lower() for cell in row]
        columns = {
            key: next(titles.index(word) for word in words if word in titles)
            for key, words in COLUMNS.items()
            if any(word in titles for word in words)
        }
        if "name" in columns and "value" in columns:
            return at, columns
    raise InputError(
        f"no row of the first {_HEAD_ROWS} has a column for the input ({', '.join(COLUMNS['name'])}) and one for the "
        f"value ({', '.join(COLUMNS['value'])}); begin from the sheet's form."
    )


def _csv(data: bytes) -> Sequence[tuple[int, Sequence[Any]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(enumerate(csv.reader(io.StringIO(text, newline="")), 1))[:_MOST_ROWS]
        except csv.Error as error:
            raise InputError(
                f"the table is no CSV: {error}. Look for a quotation mark that is never closed."
            ) from error
    raise InputError("the table is neither UTF-8 nor GB 18030 text: save it as UTF-8 CSV.")


def _workbook(data: bytes) -> Sequence[tuple[int, Sequence[Any]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            (number, row)
            for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=_MOST_ROWS), 1)
            if any(cell is not None for cell in row)
        ]
    except (InvalidFileException, *_BROKEN) as error:
        raise InputError(f"the file is no Excel workbook (.xlsx): {error}. Save it as .xlsx and try again.") from error
    return rows


def _of_toml(data: bytes, sheet: Sheet) -> list[Given]:
    """`name = 3`, or a table with value, unit and why."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"the inputs are not valid TOML: {fault}.") from fault
    found = []
    for number, (name, said) in enumerate(table.items(), 1):
        row = said if isinstance(said, dict) else {"value": said}
        cells = {"name": name, "value": "", "unit": "", "why": ""} | {key: _text(cell) for key, cell in row.items()}
        found.append(check_row(number, cells, sheet))
    return found


# ------------------------------------------------------------------ the form


def form(sheet: Sheet, values: Mapping[str, tuple[float | None, str]], title: str, at: datetime) -> bytes:
    """The sheet's form as an Excel workbook: one row for each input, to be filled in and read back by `read_given`.

    Parameters
    ----------
    values : mapping
        Input name → what is known so far, and from where.
    title : str
        Whose form it is: place and period.
    at : datetime
        When it was made; the same form of the same time is the same bytes.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{sheet.name_zh} {title}", "created": at.replace(tzinfo=None, microsecond=0)})
    page = book.add_worksheet("填报 form")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    fill = book.add_format({"bg_color": "#FFF8DC", "border": 1, "num_format": "General"})
    grey = book.add_format({"font_color": "#666666", "text_wrap": True, "valign": "top"})
    page.write_string(0, 0, f"{sheet.name_zh}  {sheet.name_en}", book.add_format({"bold": True, "font_size": 14}))
    page.write_string(1, 0, title)
    if not sheet.confirmed:
        page.write_string(2, 0, f"{sheet.banner_zh} {sheet.banner_en}", book.add_format({"font_color": "#9A5B00"}))
    titles = ("代码", "输入项", "input", "单位", "数值", "依据", "现有值来源", "说明")
    for column, (text, width) in enumerate(zip(titles, (26, 28, 34, 14, 16, 30, 22, 60), strict=True)):
        page.write_string(4, column, text, head)
        page.set_column(column, column, width)
    for row, spec in enumerate(_asked(sheet), 5):
        value, source = values.get(spec.name, (None, ""))
        for column, text in ((0, spec.name), (1, spec.name_zh), (2, spec.name_en), (3, spec.unit)):
            page.write_string(row, column, text)
        if value is None:
            page.write_blank(row, 4, None, fill)
        else:
            page.write_number(row, 4, value, fill)
        page.write_blank(row, 5, None, fill)
        page.write_string(row, 6, source, grey)
        page.write_string(row, 7, " ".join(part for part in (spec.meaning_zh, spec.meaning_en) if part), grey)
    page.freeze_panes(5, 2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(4)
    book.close()
    return out.getvalue()


def _asked(sheet: Sheet) -> Iterable[InputSpec]:
    """Inputs that somebody may fill in: not the fixed ones."""
    return (spec for spec in sheet.inputs if spec.value is None)
