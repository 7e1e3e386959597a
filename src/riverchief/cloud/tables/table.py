"""Tables of station readings as people have them: CSV (plain or gzipped), Excel, Parquet; read without guessing.

A record of a CSV keeps the very text it came as, so that a table can be given back unchanged with columns added.
Headers may be the short names (`nh3n_mgl`), the codes of the properties (`nh3n`), or Chinese ones as the national
centre's (`氨氮(mg/L)`); a unit in a header is checked.
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
from typing import Any

from riverchief.base.errors import InputError
from riverchief.cloud.tables import files

# what only a laboratory measures, in mg/L
LABORATORY = (
    "cod", "bod5", "copper", "zinc", "fluoride", "selenium", "arsenic", "mercury", "cadmium", "chromium6", "lead",
    "cyanide", "phenol", "petroleum", "surfactant", "sulphide",
)  # fmt: skip

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
    "sd_m": "transparency",
    "faecal_coliform_l": "faecal_coliform",
    **{f"{code}_mgl": code for code in LABORATORY},
}
# the same in another unit, for tables of lakes: column → the column it stands for, and the unit it is in
VARIANTS: Mapping[str, tuple[str, str]] = {
    "chla_mgm3": ("chla_mgl", "mg/m³"),
    "chla_ugl": ("chla_mgl", "µg/L"),
    "sd_cm": ("sd_m", "cm"),
}
RAW_PREFIX = "raw_"
CONTEXT_COLUMNS = ("province", "basin", "section", "time", "class", "status", "snapshot", "city", "river")
KNOWN_COLUMNS = (*CONTEXT_COLUMNS, *VALUE_COLUMNS, *(RAW_PREFIX + name for name in VALUE_COLUMNS), *VARIANTS)

# what is printed above columns, by the national centre and others, without the unit in brackets
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
    "pH值": "ph",
    "PH": "ph",
    "溶解氧": "do_mgl",
    "电导率": "ec_uscm",
    "浊度": "turb_ntu",
    "高锰酸盐指数": "codmn_mgl",
    "氨氮": "nh3n_mgl",
    "总磷": "tp_mgl",
    "总氮": "tn_mgl",
    **dict.fromkeys(("叶绿素α", "叶绿素a", "叶绿素A", "叶绿素"), "chla_mgl"),
    "藻密度": "algae_cellsl",
    "透明度": "sd_m",
    **dict.fromkeys(("化学需氧量", "COD", "CODCr"), "cod_mgl"),
    **dict.fromkeys(("五日生化需氧量", "生化需氧量", "BOD5"), "bod5_mgl"),
    "铜": "copper_mgl",
    "锌": "zinc_mgl",
    "氟化物": "fluoride_mgl",
    "硒": "selenium_mgl",
    "砷": "arsenic_mgl",
    "汞": "mercury_mgl",
    "镉": "cadmium_mgl",
    **dict.fromkeys(("六价铬", "铬(六价)", "铬（六价）"), "chromium6_mgl"),
    "铅": "lead_mgl",
    "氰化物": "cyanide_mgl",
    "挥发酚": "phenol_mgl",
    "石油类": "petroleum_mgl",
    "阴离子表面活性剂": "surfactant_mgl",
    "硫化物": "sulphide_mgl",
    "粪大肠菌群": "faecal_coliform_l",
}
# what others print; it counts only where the column is not there under one of the names above
_LOOSE = {
    **dict.fromkeys(("省", "省区", "省级行政区"), "province"),
    **dict.fromkeys(("所属流域", "水系"), "basin"),
    **dict.fromkeys(("监测断面", "站点名称", "站点", "点位名称", "点位", "湖库名称", "湖库"), "section"),
    **dict.fromkeys(("采样时间", "监测日期", "采样日期", "日期", "datetime", "date"), "time"),
    **dict.fromkeys(("水质等级", "类别"), "class"),
    **dict.fromkeys(("站点状态", "运行状态", "状态"), "status"),
    **dict.fromkeys(("地市", "所在地市", "所属城市"), "city"),
    **dict.fromkeys(("河流名称", "所属河流", "水体"), "river"),
}
_UNITS = {
    "wt_c": ("℃", "°c"),
    "ph": ("无量纲",),
    "ec_uscm": ("μs/cm", "µs/cm", "us/cm"),
    "turb_ntu": ("ntu",),
    "algae_cellsl": ("cells/l", "个/l"),
    "sd_m": ("m", "米"),
    "faecal_coliform_l": ("个/l", "1/l", "mpn/l"),
}
_UNITS_OF_VARIANTS = {
    "chla_mgm3": ("mg/m3", "mg/m³"),
    "chla_ugl": ("µg/l", "μg/l", "ug/l"),
    "sd_cm": ("cm", "厘米"),
}
_MILLIGRAMS = ("mg/l", "毫克/升")
_WITH_UNIT = re.compile(r"(?P<name>[^(（]+)[(（](?P<unit>[^)）]*)[)）]")
_GZIP, _ZIP, _PARQUET, _OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ",\t;"


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
    delimiter: str = ","
    bom: bytes = b""
    native: Any = None  # a workbook's or Parquet's own values, from which such a file is written back

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return column in self.columns

    def cell(self, record: Record, column: str) -> str:
        """The text of a cell without blanks around it; empty where the column or the cell is not there."""
        at = self.columns.get(column)
        return "" if at is None or at >= len(record.fields) else record.fields[at].strip()

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands above the columns, for sentences to the people who wrote it."""
        return tuple(title.strip() for title in self.header.fields)

    def title(self, column: str) -> str:
        """What stands above a column that the table has."""
        return self.titles[self.columns[column]]

    def complete(self, record: Record) -> bool:
        """Whether the record has as many fields as the header."""
        return len(record.fields) == len(self.header.fields)


def _bytes(path: Path) -> bytes:
    """The content of a file, unpacked where it is gzipped."""
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
    if data.startswith(_OLD_EXCEL):
        raise InputError(f"{path} is an Excel file of the old kind (.xls): save it as .xlsx or CSV.", path=str(path))
    if not data.strip():
        raise InputError(f"{path} is empty: a table begins with a line of column names.", path=str(path))
    return data


def _decode(path: Path, data: bytes) -> tuple[str, str, bytes]:
    """Text, encoding and byte-order mark of a file."""
    bom, marked = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", ""))
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data[len(bom) :].decode(encoding), encoding, bom
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path} is neither UTF-8 nor GB 18030 text: save it as UTF-8 CSV.", path=str(path))


def _delimiter(text: str) -> str:
    """What stands between the fields of the first line; a comma where nothing does."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _records(path: Path, text: str, delimiter: str) -> Iterator[Record]:
    """The records of CSV text, each with the text that it came as."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
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
    lower = name.lower()
    short = _CHINESE.get(title) or _CHINESE.get(name) or (lower if lower in KNOWN_COLUMNS else "")
    if not short:
        return title
    for variant, (column, _) in VARIANTS.items():
        if short == column and unit in _UNITS_OF_VARIANTS[variant]:
            return variant
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
        A `.csv` or `.csv.gz` file, an Excel workbook (its first sheet), or a Parquet file; told by the content.
    required : sequence of str
        Columns that must be there, by their short names.

    Raises
    ------
    InputError
        When the file cannot be read, or a required column is missing (all of them are named, each with the header
        that looks most like it), or a column stands there twice.
    """
    data = _bytes(path)
    if data.startswith((_ZIP, _PARQUET)):
        table = _read_cells(path, data)
    else:
        text, encoding, bom = _decode(path, data)
        delimiter = _delimiter(text)
        records = _records(path, text, delimiter)
        header = next(records)
        columns, unknown = _columns(path, header)
        newline = "\r\n" if text.split("\n", 1)[0].endswith("\r") else "\n"
        table = Table(path, columns, header, tuple(records), encoding, newline, unknown, delimiter, bom)
    missing = [name for name in required if not table.has(name)]
    if missing:
        raise InputError(_missing_sentence(path, missing, table.unknown), path=str(path), missing=missing)
    return table


def _read_cells(path: Path, data: bytes) -> Table:
    """A workbook or a Parquet file."""
    if data.startswith(_PARQUET):
        cells = files.read_parquet(path, data)
    else:
        cells = files.read_workbook(path, data, _looks_known)
    (line, names), *rows = cells.rows
    header = Record(line, "", names)
    columns, unknown = _columns(path, header)
    records = tuple(Record(line, "", fields) for line, fields in rows)
    return Table(path, columns, header, records, "utf-8", "\n", unknown, native=cells.native)


def _looks_known(title: str) -> bool:
    """Whether a cell looks like the header of a column that is read here."""
    try:
        return column_name(title) in KNOWN_COLUMNS or title.strip() in _LOOSE
    except InputError:  # a known column in a wrong unit is a header too; it is refused when the header is read
        return True


def _columns(path: Path, header: Record) -> tuple[dict[str, int], tuple[str, ...]]:
    """Columns by short name, and the names of those that are not known."""
    columns: dict[str, int] = {}
    for at, title in enumerate(header.fields):
        name = column_name(title)
        if name in columns and name in KNOWN_COLUMNS:
            raise InputError(f"{path} has the column {name!r} twice: keep one.", path=str(path), column=name)
        columns.setdefault(name, at)
    for title, column in _LOOSE.items():
        if title in columns and column not in columns:
            columns[column] = columns.pop(title)
    return columns, tuple(name for name in columns if name not in KNOWN_COLUMNS)


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
        Where to: `.xlsx`, `.parquet`, or CSV, gzipped when the name ends in `.gz`. A CSV that came as CSV keeps its
        encoding, delimiter and line ends.
    added : sequence of str
        Names of the new columns.
    cells : sequence
        The new cells, one sequence per record. A record with fewer fields than the header is filled with empty
        ones first, a blank line stays blank.
    """
    if path.suffix == ".xlsx":
        rows = [record.fields for record in table.records]
        data = files.workbook((table.header.fields, *rows), added, cells, table.native)
    elif path.suffix == ".parquet":
        rows = [record.fields for record in table.records]
        data = files.parquet((table.header.fields, *rows), added, cells, table.native)
    else:
        text = _csv_text(table, added, cells)
        # a fixed stamp in the gzip header: the same input gives the same bytes
        data = table.bom + text.encode(table.encoding)
        data = gzip.compress(data, mtime=0) if path.suffix == ".gz" else data
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error


def _csv_text(table: Table, added: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    width, mark = len(table.header.fields), table.delimiter
    out = io.StringIO()
    out.write(mark.join([_text(table.header, mark), *added]) + table.newline)
    for record, new in zip(table.records, cells, strict=True):
        if not record.fields:
            out.write(record.text + table.newline)
            continue
        filling = mark * max(0, width - len(record.fields))
        quoted = [_quoted(cell, mark) for cell in new]
        out.write(_text(record, mark) + filling + mark + mark.join(quoted) + table.newline)
    return out.getvalue()


def _text(record: Record, mark: str) -> str:
    """The text that a record came as; made from its fields where it did not come as text."""
    return record.text or mark.join(_quoted(field, mark) for field in record.fields)


def _quoted(text: str, delimiter: str = ",") -> str:
    if any(mark in text for mark in f'{delimiter}"\r\n'):
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
