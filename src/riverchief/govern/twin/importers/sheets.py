"""Tables of others as rows with columns that are known by name and unit: CSV or Excel, Chinese or English headers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from riverchief.base.errors import InputError
from riverchief.cloud.tables.files import read_workbook

UNITS: Mapping[str, float] = {
    "m": 1.0, "米": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0,
    "km": 1000.0, "公里": 1000.0, "千米": 1000.0, "cm": 0.01, "厘米": 0.01,
    "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "英尺": 0.3048,
    "m3/s": 1.0, "m³/s": 1.0, "m3s": 1.0, "cms": 1.0, "立方米/秒": 1.0, "立方米每秒": 1.0,
    "l/s": 0.001, "cfs": 0.3048**3, "ft3/s": 0.3048**3, "ft³/s": 0.3048**3,
    "万m3/d": 1e4 / 86400, "万m³/d": 1e4 / 86400, "m3/d": 1 / 86400, "m³/d": 1 / 86400,
}  # fmt: skip
"""Units that a header may carry, in metres or m³/s."""

_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[(（\[【](?P<unit>[^)）\]】]*)[)）\]】]\s*$")
_SUFFIX = re.compile(r"^(?P<name>.+?)[_ ](?P<unit>[^_ ]+)$")
_NUMBERED = re.compile(r"^(?P<name>.*?\D)[_ ]?(?P<number>\d+)$")
_CHAINAGE = re.compile(r"^[A-Za-z]{0,2}\s*(?P<km>-?\d+)\+(?P<m>\d+(?:\.\d+)?)$")
_ZIP = b"PK\x03\x04"
_MOST_ROWS = 500_000


@dataclass(frozen=True)
class Column:
    """A column of a table: what it is, where, its printed header and the factor to SI."""

    key: str
    index: int
    title: str
    factor: float
    number: int  # of several alike: 1, 2, …


@dataclass(frozen=True)
class Sheet:
    """A table: its known columns, its rows with their numbers in the file (1 = the first)."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, key: str) -> Column | None:
        """The first column of a kind, none where there is none."""
        return next((c for c in self.columns if c.key == key), None)

    def needed(self, key: str, names: Mapping[str, Sequence[str]]) -> Column:
        """The column of a kind.

        Raises
        ------
        InputError
            With the headers that would be understood.
        """
        found = self.column(key)
        if found is None:
            raise InputError(
                f"{self.name} has no column {names[key][0]!r}; call it one of {', '.join(names[key])}, with its unit "
                "in brackets.",
                file=self.name,
                column=key,
            )
        return found


def read_sheet(
    path: str | Path, names: Mapping[str, Sequence[str]], units: Mapping[str, float] = UNITS
) -> Sheet:  # fmt: skip
    """A table from a file.

    Parameters
    ----------
    path : path
        CSV (UTF-8 or GB 18030; comma, tab or semicolon) or an Excel workbook, whose first sheet counts.
    names : mapping
        Kind of column to the headers that mean it.
    units : mapping
        Units that a header may carry, in lower case, with their factors.

    Raises
    ------
    InputError
        Where the file cannot be read, is empty, or a known column has a unit that is not.
    """
    path = Path(path)
    meaning = {_plain(title): key for key, titles in names.items() for title in titles}
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the file {path} cannot be read: {error.strerror}.", file=str(path)) from error
    if data.startswith(_ZIP):
        rows = read_workbook(path, data, lambda text: _known(text, meaning, units) is not None, _MOST_ROWS).rows
    else:
        rows = _csv(path.name, data)
    if not rows:
        raise InputError(f"{path.name} is empty; a table begins with column names.", file=path.name)
    return Sheet(path.name, _columns(path.name, rows[0][1], meaning, units), tuple(r for r in rows[1:] if any(r[1])))


def _csv(name: str, data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(f"{name} is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8.", file=name)
    if "\0" in text:
        raise InputError(f"{name} is no text file; give CSV or .xlsx.", file=name)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        found = [tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise InputError(f"{name} is no CSV ({error}); save it again as CSV in UTF-8.", file=name) from error
    return [(k, row) for k, row in enumerate(found, start=1) if any(row)]


def _plain(title: str) -> str:
    return re.sub(r"[\s_\-]+", "", title).lower()


def _known(title: str, meaning: Mapping[str, str], units: Mapping[str, float]) -> tuple[str, str, int] | None:
    """(kind, unit, number) of a header, none where it is not known."""
    title = title.strip()
    for text in (title, re.sub(r"[(（\[【].*$", "", title).strip()):
        if _plain(text) in meaning:
            bracket = _BRACKETS.match(title)
            return meaning[_plain(text)], bracket["unit"].strip() if bracket else "", 1
    for pattern in (_BRACKETS, _SUFFIX, _NUMBERED):
        found = pattern.match(title)
        if not found:
            continue
        unit, number = (found["unit"].strip(), 1) if pattern is not _NUMBERED else ("", int(found["number"]))
        inner = _known(found["name"], meaning, units)
        if inner is not None and (pattern is not _SUFFIX or unit.lower() in units):
            return inner[0], unit or inner[1], max(number, inner[2])
    return None


def _columns(
    name: str, header: Sequence[str], meaning: Mapping[str, str], units: Mapping[str, float]
) -> tuple[Column, ...]:  # fmt: skip
    found, seen = [], dict.fromkeys(meaning.values(), 0)
    for index, title in enumerate(header):
        known = _known(title, meaning, units)
        if known is None:
            continue
        key, unit, number = known
        if unit and unit.lower() not in units and key not in {"manning", "time", "reach", "section"}:
            raise InputError(
                f"{name}, column {title!r}: the unit {unit!r} is not known; use one of {', '.join(units)}.",
                file=name,
                column=title,
                unit=unit,
            )
        seen[key] += 1
        found.append(Column(key, index, title, units.get(unit.lower(), 1.0), max(number, seen[key])))
    return tuple(found)


def cell(row: Sequence[str], column: Column | None) -> str:
    """The text of a cell, empty where there is none."""
    return row[column.index].strip() if column is not None and column.index < len(row) else ""


def number(text: str) -> float | None:
    """A finite number, none for anything else; a comma between thousands is read over."""
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return value if isfinite(value) else None


def chainage_m(text: str, factor: float = 1.0) -> float | None:
    """A chainage [m]: a number in the header's unit, or as K12+300."""
    found = _CHAINAGE.match(text.strip())
    if found:
        km = float(found["km"])
        return km * 1000 + (-1 if found["km"].startswith("-") else 1) * float(found["m"])
    value = number(text)
    return None if value is None else value * factor
