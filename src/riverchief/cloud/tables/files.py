"""Excel workbooks and Parquet files as rows of text, and back: what is not CSV."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from riverchief.base.errors import InputError

_HEADER_WITHIN = 10  # rows in which the header of a sheet is looked for: offices put titles above it
MOST_UNPACKED_BYTES = 100_000_000  # of a workbook that others send
MOST_COLUMNS = 200
DAMAGED = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, SyntaxError, IndexError, TypeError,
    AttributeError, RuntimeError,
)  # fmt: skip
"""What opening a damaged workbook raises: of the zip file, of the XML in it, and of what openpyxl misses there."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")
_TIME_OF_DAY = re.compile(r"[hH]")


class Cells(NamedTuple):
    """Rows of a file with their numbers (1 = the first), the header first, and its own values to write it back."""

    rows: list[tuple[int, tuple[str, ...]]]
    native: Any


def refuse_bomb(data: bytes, name: str) -> None:
    """Refuse a workbook that is small as it comes and huge once it is unpacked, before anything unpacks it.

    Raises
    ------
    InputError
        When its parts are more than MOST_UNPACKED_BYTES together.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        return  # whoever opens it says so
    if size > MOST_UNPACKED_BYTES:
        raise InputError(
            f"{name} unpacks to {size:,} bytes, at most {MOST_UNPACKED_BYTES:,} are read; send it in parts.", file=name
        )


def read_workbook(path: Path, data: bytes, known: Callable[[str], bool], most_rows: int | None = None) -> Cells:
    """The first sheet of an Excel workbook; its header is the row of the first ten with most known columns.

    Parameters
    ----------
    most_rows : int
        Of a workbook from others: more rows than that, more than MOST_COLUMNS columns, or what unpacks to more than
        MOST_UNPACKED_BYTES is refused. Without it everything is read.

    Raises
    ------
    InputError
        When it is no workbook, is damaged or too large, or its first sheet is empty.
    """
    if most_rows is not None:
        refuse_bomb(data, str(path))
    try:
        title, rows, values = _first_sheet(data, most_rows)
    except DAMAGED as error:
        raise InputError(
            f"{path} is a zip file but no Excel workbook ({error}): give .xlsx or CSV.", path=str(path)
        ) from error
    head = [k for k, (_, texts) in enumerate(rows[:_HEADER_WITHIN]) if texts]
    if not head:
        raise InputError(f"{path}: the sheet {title!r} is empty; a table begins with column names.", path=str(path))
    at = max(head, key=lambda k: (sum(known(text) for text in rows[k][1]), -k))
    width = max(k + 1 for k, text in enumerate(rows[at][1]) if text)
    kept = [(number, _fitted(texts, width)) for number, texts in rows[at:]]
    while kept and not kept[-1][1]:
        kept.pop()
    return Cells(kept, [row[:width] for row in values[at : at + len(kept)]])


def _first_sheet(data: bytes, most_rows: int | None) -> tuple[str, list[tuple[int, tuple[str, ...]]], list[list[Any]]]:
    """Title, rows of text with their numbers, and rows of values of the first sheet."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    rows: list[tuple[int, tuple[str, ...]]] = []
    values: list[list[Any]] = []
    last = None if most_rows is None else most_rows + _HEADER_WITHIN
    for number, row in enumerate(sheet.iter_rows(max_col=None if last is None else MOST_COLUMNS), start=1):
        if last is not None and number > last:
            if any(cell.value is not None for cell in row):
                raise InputError(f"sheet {sheet.title!r} has more than {most_rows:,} rows; send it in parts.")
            continue
        texts = tuple(_cell_text(cell) for cell in row)
        rows.append((number, texts if any(texts) else ()))
        values.append([cell.value for cell in row])
    book.close()
    return sheet.title, rows, values


def _fitted(texts: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row as wide as the header: Excel pads and cuts rows as it likes."""
    return texts[:width] + ("",) * (width - len(texts)) if texts else ()


def _cell_text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, datetime):
        has_time = _TIME_OF_DAY.search(cell.number_format or "") or (value.hour, value.minute, value.second) != (
            0,
            0,
            0,
        )
        return value.isoformat(" ", "seconds" if value.second else "minutes") if has_time else value.date().isoformat()
    return value_text(value)


def value_text(value: Any) -> str:
    """A value of a workbook or of Parquet as the text that a CSV would have."""
    if value is None or value != value:  # noqa: PLR0124  nan
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def read_parquet(path: Path, data: bytes) -> Cells:
    """A Parquet file.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} begins as Parquet but cannot be read ({error}): write it again.", path=str(path)
        ) from error
    columns = [[value_text(value) for value in column.to_pylist()] for column in table.columns]
    rows = [(k + 2, row) for k, row in enumerate(zip(*columns, strict=True))]
    return Cells([(1, tuple(table.column_names)), *rows], table)


def _typed(text: str) -> float | str | None:
    """A number where the text is one as people write it; codes such as 0012 stay text."""
    if text == "":
        return None
    return float(text) if _NUMBER.fullmatch(text) else text


def workbook(rows: Sequence[Sequence[str]], added: Sequence[str], cells: Sequence[Sequence[str]], native: Any) -> bytes:
    """An Excel workbook of the rows (the header first) with columns added; numbers are numbers in it."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", "remove_timezone": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same input gives the same bytes
    sheet = book.add_worksheet("riverchief")
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    width = len(rows[0])
    sheet.write_row(0, 0, [*rows[0], *added], bold)
    own = native if isinstance(native, list) else None
    for k, (fields, new) in enumerate(zip(rows[1:], cells, strict=True), start=1):
        if not fields:
            continue
        values = own[k] if own is not None else [_typed(text) for text in fields]
        for at, value in enumerate(values):
            if value is not None:
                sheet.write_string(k, at, value) if isinstance(value, str) else sheet.write(k, at, value)
        for at, text in enumerate(new):
            if text:
                sheet.write_string(k, width + at, text)
    book.close()
    return out.getvalue()


def parquet(rows: Sequence[Sequence[str]], added: Sequence[str], cells: Sequence[Sequence[str]], native: Any) -> bytes:
    """A Parquet file of the rows (the header first) with columns of text added.

    What came as Parquet keeps its types. Otherwise a column is of numbers where every cell that is not empty is one,
    and of text elsewhere.
    """
    import pyarrow as pa
    from pyarrow import parquet as pq

    if isinstance(native, pa.Table):
        table = native
    else:
        header = rows[0]
        padded = [[*fields, *[""] * (len(header) - len(fields))] for fields in rows[1:]]
        columns = [_column([fields[at] for fields in padded]) for at in range(len(header))]
        table = pa.table(columns, names=list(header))
    for at, name in enumerate(added):
        table = table.append_column(name, pa.array([new[at] for new in cells], pa.string()))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _column(texts: Sequence[str]) -> Any:
    import pyarrow as pa

    values = [_typed(text.strip()) for text in texts]
    if any(isinstance(value, str) for value in values) or not any(value is not None for value in values):
        return pa.array(texts, pa.string())
    return pa.array(values, pa.float64())
