"""Text to typed rows: TOML, CSV and GeoJSON with the line of everything, and a fault instead of an exception."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riverchief.base import regions, units
from riverchief.base.errors import InputError
from riverchief.basins.faults import Fault
from riverchief.basins.tables import Column, Table

_TRUE, _FALSE = ("true", "1", "yes", "是"), ("false", "0", "no", "否")
_WGS84 = ("CRS84", "4326", "4490")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line it begins on, and its values by column (None where empty or unreadable).

    A row with too many or too few cells is not sound: only its code is known, so that others may still mean it.
    """

    file: str
    line: int
    values: dict[str, Any]
    sound: bool = True

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def fault(self, code: str, sentence: str, column: str = "", value: object = "") -> Fault:
        """A fault of this row, or of one cell of it."""
        return Fault(self.file, self.line, code, sentence, column, str(value))


@dataclass(frozen=True, slots=True)
class Line:
    """The drawn line of a reach: code, line of the file it begins on, longitude and latitude [°] of its vertices.

    A line that cannot be used has no points.
    """

    code: str
    line: int
    points: tuple[tuple[float, float], ...]


def near(name: str, known: list[str]) -> str:
    """A hint at the nearest known name, for the end of a sentence."""
    match = [k for k in known if k.lower() == name.lower()] or difflib.get_close_matches(name, known, n=1)
    return f"did you mean {match[0]!r}?" if match else f"known: {', '.join(known[:12]) or 'none'}."


def text_of(path: Path, faults: list[Fault]) -> str | None:
    """The text of a file in UTF-8, with or without a byte-order mark; None with a fault where it is not."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sentence = "this is not UTF-8; in Excel save it as “CSV UTF-8 (comma delimited)”."
        faults.append(Fault(path.name, line, "encoding", sentence))
        return None


# ---------------------------------------------------------------------- TOML


def toml_of(file: str, text: str, faults: list[Fault]) -> dict[str, Any]:
    """The keys of a TOML text; empty with a fault where it is broken."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        faults.append(Fault(file, line, "syntax", f"this is not TOML: {error}."))
        return {}


def line_of_key(text: str, key: str) -> int:
    """The line on which a TOML text sets a key of its first level; 0 where it does not."""
    found = re.search(rf"^\s*{re.escape(key)}\s*=", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 0


# ---------------------------------------------------------------------- CSV


def rows_of(table: Table, text: str, faults: list[Fault]) -> list[Row]:
    """The rows of a CSV text, every cell turned into its column's type; each bad cell is a fault."""
    return typed(table, _records(table.file, text, faults), faults)


def typed(table: Table, records: Iterator[tuple[int, list[str]]], faults: list[Fault]) -> list[Row]:
    """The rows of records of line and cells, the header first, every cell turned into its column's type."""
    header = next(records, None)
    if header is None:
        faults.append(
            Fault(table.file, 1, "missing_column", f"{table.file} is empty; its first line names the columns.")
        )
        return []
    columns = _header(table, header[1], header[0], faults)
    rows = []
    for line, cells in records:
        if len(cells) != len(columns):
            sentence = f"this row has {len(cells)} cells and the header {len(columns)}; quote cells that hold commas."
            faults.append(Fault(table.file, line, "cells", sentence))
            if columns[0] is not None and cells[0].strip():
                rows.append(Row(table.file, line, {columns[0].name: cells[0].strip()}, sound=False))
            continue
        row = Row(table.file, line, {})
        for column, cell in zip(columns, cells, strict=True):
            if column is not None:
                row.values[column.name] = _value(column, cell.strip(), row, faults)
        rows.append(row)
    return rows


def _records(file: str, text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file, line, "syntax", f"this is not CSV: {error}; a quote is opened and not closed."))


def _header(table: Table, names: list[str], line: int, faults: list[Fault]) -> list[Column | None]:
    found = [table.column(name.strip()) for name in names]
    known = [column.name for column in table.columns]
    for name, column in zip(names, found, strict=True):
        if column is not None:
            continue
        twin = next((k for k in known if "_" in k and k.rpartition("_")[0] == name.strip().rpartition("_")[0]), None)
        if twin:
            sentence = (
                f"column {name.strip()!r}: the unit {name.strip().rpartition('_')[2]!r} is not known; use {twin!r}."
            )
            faults.append(Fault(table.file, line, "unknown_unit", sentence))
        else:
            sentence = f"column {name.strip()!r} is not known; {near(name.strip(), known)}"
            faults.append(Fault(table.file, line, "unknown_column", sentence))
    for column in table.columns:
        n = found.count(column)
        if n == 0 and not column.may_lack:
            faults.append(
                Fault(table.file, line, "missing_column", f"column {column.name!r} is missing ({column.what}).")
            )
        elif n > 1:
            faults.append(Fault(table.file, line, "duplicate_column", f"column {column.name!r} stands here {n} times."))
    return found


def _value(column: Column, cell: str, row: Row, faults: list[Fault]) -> Any:
    """The value of a cell; None where it is empty, or with a fault where it is bad."""
    if not cell:
        if column.needed:
            faults.append(row.fault("missing_value", f"{column.name} is empty ({column.what}).", column.name))
        return None
    try:
        value = _READERS[column.kind](column, cell)
    except _Bad as bad:
        faults.append(row.fault(bad.args[0], f"{column.name} is {cell!r}: {bad.args[1]}", column.name, cell))
        return None
    return value


class _Bad(Exception):
    """Code and second half of the sentence of a cell that cannot be read."""


def _text(_: Column, cell: str) -> str:
    return cell


def _number(column: Column, cell: str) -> float:
    try:
        value = float(cell) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cell, re.ASCII) else None
    except OverflowError:  # pragma: no cover - float() of digits gives inf, it does not overflow
        value = None
    if value is None or value in (float("inf"), float("-inf")):
        raise _Bad("bad_number", "not a number; write digits with a point, no unit and no thousands sign.")
    low, high = column.low, column.high
    if low is not None and (value < low or (column.above and value == low)):
        raise _Bad("out_of_range", f"must be {'above' if column.above else 'at least'} {low:g}.")
    if high is not None and value > high:
        raise _Bad("out_of_range", f"must be at most {high:g}.")
    return value


def _integer(column: Column, cell: str) -> int:
    value = _number(column, cell)
    if value != int(value):
        raise _Bad("bad_number", "must be a whole number.")
    return int(value)


def _date(_: Column, cell: str) -> date:
    parts = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", cell, re.ASCII)  # Excel turns 2026-01-05 into 2026/1/5
    try:
        if parts:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass
    raise _Bad("bad_date", "not a date; write 2026-11-21.")


def _flag(_: Column, cell: str) -> bool:
    if cell.lower() in _TRUE:
        return True
    if cell.lower() in _FALSE:
        return False
    raise _Bad("bad_value", "write true or false.")


def _region(_: Column, cell: str) -> str:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", cell):
        raise _Bad("bad_region", "a spreadsheet has cut this code; make the column text and type it again.")
    try:
        code = regions.normalise(cell)
    except InputError:
        raise _Bad("bad_region", "not a region code of 2 to 12 digits, for example 140729.") from None
    return code


def _choice(column: Column, cell: str) -> str:
    if cell not in column.choices:
        raise _Bad("bad_value", f"not one of {', '.join(column.choices)}.")
    return cell


def _property(_: Column, cell: str) -> str:
    if cell not in units.PROPERTIES:
        raise _Bad("unknown_property", f"not a known property; {near(cell, sorted(units.PROPERTIES))}")
    return cell


_READERS = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "date": _date,
    "flag": _flag,
    "region": _region,
    "choice": _choice,
    "property": _property,
    "unit": _text,
}


# ---------------------------------------------------------------------- GeoJSON


def lines_of(file: str, text: str, faults: list[Fault]) -> list[Line]:
    """The LineStrings of a GeoJSON FeatureCollection, each with the line of the file it begins on."""
    result = []
    try:
        for line, feature in _features(text):
            drawn = _line(file, line, feature, faults)
            if drawn is not None:
                result.append(drawn)
    except json.JSONDecodeError as error:
        faults.append(Fault(file, error.lineno, "syntax", f"this is not a GeoJSON FeatureCollection: {error.msg}."))
    return result


def _features(text: str) -> Iterator[tuple[int, Any]]:
    """Line and value of every member of `features`; the outer object is walked by hand to know the lines."""
    decoder, space = json.JSONDecoder(), re.compile(r"\s*")

    def skip(at: int) -> int:
        found = space.match(text, at)
        return found.end() if found else at

    def expect(at: int, letters: str) -> int:
        if at >= len(text) or text[at] not in letters:
            raise json.JSONDecodeError(f"expected {' or '.join(letters)}", text, min(at, len(text)))
        return at

    at = skip(expect(skip(0), "{") + 1)
    seen, line, counted = False, 1, 0
    while text[at : at + 1] != "}":
        key, at = decoder.raw_decode(text, expect(at, '"'))
        at = skip(expect(skip(at), ":") + 1)
        if key == "features":
            seen = True
            at = skip(expect(at, "[") + 1)
            while text[at : at + 1] != "]":
                begin = expect(at, "{")
                feature, at = decoder.raw_decode(text, begin)
                line, counted = line + text.count("\n", counted, begin), begin
                yield line, feature
                at = expect(skip(at), ",]")
                at = skip(at + 1) if text[at] == "," else at
            at += 1
        else:
            value, end = decoder.raw_decode(text, at)
            if key == "crs" and not any(name in json.dumps(value) for name in _WGS84):
                raise json.JSONDecodeError("its crs is not WGS 84 or CGCS2000; export it in EPSG:4326", text, at)
            at = end
        at = expect(skip(at), ",}")
        at = skip(at + 1) if text[at] == "," else at
    if not seen:
        raise json.JSONDecodeError("it has no list of features", text, at)


def _line(file: str, line: int, feature: dict[str, Any], faults: list[Fault]) -> Line | None:
    properties, geometry = feature.get("properties"), feature.get("geometry")
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code:
        faults.append(Fault(file, line, "missing_value", "this feature has no property 'code', the code of its reach."))
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    points = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiLineString" and isinstance(points, list) and len(points) == 1:
        kind, points = "LineString", points[0]  # what QGIS makes of a single line
    if kind != "LineString" or not isinstance(points, list) or len(points) < 2 or not all(map(_is_point, points)):
        sentence = f"reach {code} needs one LineString of two or more points, longitude and latitude in degrees."
        faults.append(Fault(file, line, "bad_geometry", sentence))
        return Line(code, line, ())
    return Line(code, line, tuple((float(p[0]), float(p[1])) for p in points))


def _is_point(value: Any) -> bool:
    if not (isinstance(value, list) and len(value) > 1):
        return False
    lon, lat = value[:2]
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (lon, lat))
    return bool(numbers and -180 <= lon <= 180 and -90 <= lat <= 90)
