"""Tables of station readings as people have them: CSV, plain or gzipped, in UTF-8 or GB 18030, read without guessing.

A record keeps the very text it came as, so that a table can be given back unchanged with columns added. Headers may
be the short names (`nh3n_mgl`) or the national centre's Chinese ones (`氨氮(mg/L)`); a unit in a header is checked.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from riverchief.base.errors import InputError

# column → property; units of the table are those of `riverchief.base.units.PROPERTIES`
VALUE_COLUMNS: Mapping[str, str] = {
    "wt_c": "water_temperature",
    "ph": "ph",
    "do_mgl": "do",
    "ec_uscm": "ec",
    "turb_ntu": "turbidity",
    "codmn_mgl": "codmn",
    "nh3n_mgl": "nh3n",
    "tp_mgl": "tp",
    "tn_mgl": "tn",
    "chla_mgl": "chla",
    "algae_cellsl": "algae",
}
RAW_PREFIX = "raw_"
CONTEXT_COLUMNS = ("province", "basin", "section", "time", "class", "status", "snapshot", "city", "river")
KNOWN_COLUMNS = (*CONTEXT_COLUMNS, *VALUE_COLUMNS, *(RAW_PREFIX + name for name in VALUE_COLUMNS))

# what the national centre prints above its columns, without the unit in brackets
_CHINESE = {
    "省份": "province",
    "流域": "basin",
    "断面名称": "section",
    "断面": "section",
    "监测时间": "time",
    "时间": "time",
    "水质类别": "class",
    "站点情况": "status",
    "城市": "city",
    "河流": "river",
    "水温": "wt_c",
    "pH": "ph",
    "溶解氧": "do_mgl",
    "电导率": "ec_uscm",
    "浊度": "turb_ntu",
    "高锰酸盐指数": "codmn_mgl",
    "氨氮": "nh3n_mgl",
    "总磷": "tp_mgl",
    "总氮": "tn_mgl",
    "叶绿素α": "chla_mgl",
    "叶绿素a": "chla_mgl",
    "藻密度": "algae_cellsl",
}
_UNITS = {
    "wt_c": ("℃", "°c"),
    "ph": ("无量纲",),
    "ec_uscm": ("μs/cm", "µs/cm", "us/cm"),
    "turb_ntu": ("ntu",),
    "algae_cellsl": ("cells/l", "个/l"),
}
_MILLIGRAMS = ("mg/l",)
_WITH_UNIT = re.compile(r"(?P<name>[^(（]+)[(（](?P<unit>[^)）]*)[)）]")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line in the file (1 = header), the text it came as without its line end, its fields."""

    line: int
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table as it was read: columns by name, records, and what is needed to write it back as it was."""

    path: Path
    columns: Mapping[str, int]
    header: Record
    records: tuple[Record, ...]
    encoding: str
    newline: str
    unknown: tuple[str, ...]

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return column in self.columns

    def cell(self, record: Record, column: str) -> str:
        """The text of a cell without blanks around it; empty where the column or the cell is not there."""
        at = self.columns.get(column)
        return "" if at is None or at >= len(record.fields) else record.fields[at].strip()

    def complete(self, record: Record) -> bool:
        """Whether the record has as many fields as the header."""
        return len(record.fields) == len(self.header.fields)


def _decode(path: Path) -> tuple[str, str]:
    """Text and encoding of a file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.", path=str(path)) from error
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(
                f"{path} begins as gzip but does not unpack ({error}): fetch it again.", path=str(path)
            ) from error
    if data.startswith(_ZIP):
        raise InputError(f"{path} is an Excel workbook or a zip file, not CSV: save it as CSV first.", path=str(path))
    if not data.strip():
        raise InputError(f"{path} is empty: a table begins with a line of column names.", path=str(path))
    for encoding in ("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path} is neither UTF-8 nor GB 18030 text: save it as UTF-8 CSV.", path=str(path))


def _records(path: Path, text: str) -> Iterator[Record]:
    """The records of CSV text, each with the text that it came as."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines())
    line = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise InputError(
                f"{path} line {line}: {error}. Look for a quotation mark that is never closed.",
                path=str(path),
                line=line,
            ) from error
        if fields is None:
            return
        yield Record(line, "".join(taken).rstrip("\r\n"), tuple(fields))
        line += len(taken)
        taken.clear()


def column_name(header: str) -> str:
    """The short name of a column from what stands above it.

    Raises
    ------
    InputError
        When the header names a unit that the column is not kept in.
    """
    title = header.strip()
    match = _WITH_UNIT.fullmatch(title)
    name, unit = (match["name"].strip(), match["unit"].strip().lower()) if match else (title, "")
    short = _CHINESE.get(name, name.lower() if name.lower() in KNOWN_COLUMNS else "")
    if not short:
        return title
    expected = _UNITS.get(short, _MILLIGRAMS if short in VALUE_COLUMNS else ())
    if unit and expected and unit not in expected:
        raise InputError(
            f"column {title!r} is in {unit}, {short} is read in {expected[0]}: convert the column first.",
            column=title,
            unit=unit,
        )
    return short


def read_table(path: Path, required: Sequence[str]) -> Table:
    """Read a table and check its header.

    Parameters
    ----------
    path : Path
        A `.csv` or `.csv.gz` file.
    required : sequence of str
        Columns that must be there, by their short names.

    Raises
    ------
    InputError
        When the file cannot be read, or a required column is missing (all of them are named, each with the header
        that looks most like it), or a column stands there twice.
    """
    text, encoding = _decode(path)
    records = _records(path, text)
    header = next(records)
    columns: dict[str, int] = {}
    for at, title in enumerate(header.fields):
        name = column_name(title)
        if name in columns and name in KNOWN_COLUMNS:
            raise InputError(f"{path} has the column {name!r} twice: keep one.", path=str(path), column=name)
        columns.setdefault(name, at)
    unknown = tuple(name for name in columns if name not in KNOWN_COLUMNS)
    missing = [name for name in required if name not in columns]
    if missing:
        raise InputError(_missing_sentence(path, missing, unknown), path=str(path), missing=missing)
    newline = "\r\n" if text.split("\n", 1)[0].endswith("\r") else "\n"
    return Table(path, columns, header, tuple(records), encoding, newline, unknown)


def _missing_sentence(path: Path, missing: Sequence[str], unknown: Sequence[str]) -> str:
    """Which columns are missing, and which header looks like each of them."""
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.5)
        hints.append(f"{name!r}" + (f" (is it {near[0]!r}?)" if near else ""))
    found = f"not known here: {', '.join(unknown)}. " if unknown else ""
    return (
        f"{path} has no column {', '.join(hints)}; {found}"
        f"Name the columns as in the national table, and leave a column's cells empty where nothing was measured."
    )


def write_table(path: Path, table: Table, added: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Write a table back as it came, with columns added at the end.

    Parameters
    ----------
    path : Path
        Where to; gzipped when the name ends in `.gz`. Encoding and line ends are those of the table.
    added : sequence of str
        Names of the new columns.
    cells : sequence
        The new cells, one sequence per record. A record with fewer fields than the header is filled with empty
        ones first, a blank line stays blank.
    """
    width = len(table.header.fields)
    out = io.StringIO()
    out.write(table.header.text + "," + ",".join(added) + table.newline)
    for record, new in zip(table.records, cells, strict=True):
        if not record.fields:
            out.write(record.text + table.newline)
            continue
        filling = "," * max(0, width - len(record.fields))
        out.write(record.text + filling + "," + ",".join(map(_quoted, new)) + table.newline)
    data = out.getvalue().encode(table.encoding)
    try:
        # a fixed stamp in the gzip header: the same input gives the same bytes
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def number(text: str) -> float | None:
    """A finite number, or None for text that is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    if "_" in text:  # Python reads 1_000, a table means something else
        return None
    return value if math.isfinite(value) else None
