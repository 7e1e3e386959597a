"""The CSV tables of a model folder: CrossSections by their points, conduits by their widths, series by time."""

from __future__ import annotations

import csv
import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.geometry.section import Conduit, CrossSection, Shape
from riverchief.govern.twin.importers.swmm_shapes import SLOT, shape_of
from riverchief.govern.twin.river import Series

Floats = NDArray[np.float64]
Row = tuple[int, dict[str, str]]
MANNING = 0.03  # s/m^(1/3), where a table says nothing at all of roughness


def rows_of(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row]:
    """Rows of a CSV with the numbers of their lines; columns that are not known are refused.

    Raises
    ------
    InputError
        Where the file cannot be read, or its header is not what it should be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}. Save it as CSV in UTF-8.", path=str(path)) from error
    table = csv.DictReader(text.splitlines())
    head = list(table.fieldnames or [])
    missing = [c for c in columns if c not in head and c not in optional]
    odd = [c for c in head if c not in columns]
    if missing or odd:
        raise InputError(
            f"{path}: its columns are {', '.join(head) or 'none'}; wanted are {', '.join(columns)}"
            + (f" ({', '.join(optional)} may be left out)." if optional else "."),
            path=str(path),
        )
    for number, row in enumerate(table, start=2):
        if any((value or "").strip() for value in row.values() if isinstance(value, str)):
            yield number, {name: (row.get(name) or "").strip() for name in columns}


def number_of(text: str, path: Path, line: int, column: str, unit: str = "m") -> float:
    """A number of a cell, or a sentence that names it."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{path}, line {line}: {column} is {text!r}, no number [{unit}].", path=str(path), line=line, column=column
        )
    return value


@dataclass
class CrossSections:
    """The forms of a folder's reaches, by reach and chainage."""

    folder: Path
    found: dict[str, dict[float, Shape]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> CrossSections:
        """Read the tables that are there."""
        made = cls(folder)
        points, conduits = folder / kinds.POINTS, folder / kinds.CONDUITS
        if points.is_file():
            for reach, chainage, shape in read_points(points):
                made._put(reach, chainage, shape)
        if conduits.is_file():
            for reach, chainage, conduit in _read_conduits(conduits):
                made._put(reach, chainage, conduit)
        return made

    def _put(self, reach: str, chainage_m: float, shape: Shape) -> None:
        if chainage_m in self.found.setdefault(reach, {}):
            raise InputError(
                f"{self.folder}: reach {reach} has two CrossSections at {chainage_m:g} m; keep one, or put its rows "
                "together.",
                reach=reach,
            )
        self.found[reach][chainage_m] = shape

    def of(self, code: str) -> tuple[list[float], list[Shape]]:
        """Chainages and forms of a reach, from upstream to downstream."""
        if code not in self.found:
            raise InputError(
                f"{self.folder}: reach {code} has no CrossSection; give it at least one in {kinds.POINTS}.", reach=code
            )
        at = sorted(self.found[code])
        return at, [self.found[code][chainage] for chainage in at]

    def all_used(self, reaches: Container[str]) -> None:
        """Nothing that was surveyed is left over unnoticed."""
        for code in self.found:
            if code not in reaches:
                raise InputError(
                    f"{self.folder}: there are CrossSections of reach {code!r}, which {kinds.RIVER} does not have; add "
                    f"[reaches.{code}] or take them out.",
                    reach=code,
                )


def read_points(path: Path) -> Iterator[tuple[str, float, CrossSection]]:
    """Reach, chainage [m] and CrossSection of a table with one row per surveyed point.

    `manning` [s/m^(1/3)] stands where it begins to hold, and holds to the right until another one stands. `depth_m`
    may stand in the first row: how deep water may get where the walls go on above the points.

    Raises
    ------
    InputError
        Naming the file and the line.
    """
    rows = rows_of(path, kinds.POINT_COLUMNS, ("name", "manning", "depth_m"))
    for (reach, chainage), group in groupby(rows, key=lambda row: (row[1]["reach"], row[1]["chainage_m"])):
        points = list(group)
        line = points[0][0]
        at = number_of(chainage, path, line, "chainage_m")
        x = [number_of(row["station_m"], path, n, "station_m") for n, row in points]
        z = [number_of(row["level_m"], path, n, "level_m") for n, row in points]
        rough = [
            (x[k], number_of(row["manning"], path, n, "manning", "s/m^(1/3)"))
            for k, (n, row) in enumerate(points)
            if row["manning"]
        ] or [(x[0], MANNING)]
        if rough[0][0] > x[0]:
            raise InputError(
                f"{path}, line {line}: manning begins at {rough[0][0]:g} m, right of the first point; give it there.",
                path=str(path),
                line=line,
            )
        first = points[0][1]
        deep = number_of(first["depth_m"], path, line, "depth_m") if first["depth_m"] else 0.0
        try:
            made = CrossSection(
                np.array(x),
                np.array(z),
                np.array([v for _, v in rough]),
                np.array([f for f, _ in rough]),
                first["name"],
                deep,
            )
        except InputError as error:
            raise InputError(f"{path}, from line {line}: {error.sentence}", path=str(path), line=line) from error
        yield reach, at, made


def _read_conduits(path: Path) -> Iterator[tuple[str, float, Shape]]:
    """Conduits; one without a slot's width has the slot that narrows gradually, see `importers.swmm_shapes.Laid`."""
    rows = rows_of(path, kinds.CONDUIT_COLUMNS, ("name", "slot_m", "barrels"))
    for (reach, chainage), group in groupby(rows, key=lambda row: (row[1]["reach"], row[1]["chainage_m"])):
        points = list(group)
        line, first = points[0]
        at = number_of(chainage, path, line, "chainage_m")
        depth, width, perimeter = (
            np.array([number_of(row[c], path, n, c) for n, row in points])
            for c in ("depth_m", "width_m", "perimeter_m")
        )
        if depth.size < 2 or depth[0] != 0 or (np.diff(depth) <= 0).any():
            raise InputError(
                f"{path}, from line {line}: depths of a conduit begin at 0 m and rise to its crown.", line=line
            )
        invert, manning = (number_of(first[c], path, line, c) for c in ("invert_m", "manning"))
        barrels = round(number_of(first["barrels"] or "1", path, line, "barrels", "-"))
        if first["slot_m"] and barrels == 1:
            slot = number_of(first["slot_m"], path, line, "slot_m")
            yield reach, at, Conduit(invert, depth, width, perimeter, manning, slot, first["name"])
        else:
            form = Conduit(0.0, depth, width, perimeter, manning, SLOT * float(depth[-1]), first["name"])
            yield reach, at, shape_of(form, invert, barrels)


def read_series(path: Path, column: str, *, named: bool = False, steps: bool = False) -> Series:
    """A series of a CSV with a column `time` and one or more of values.

    Parameters
    ----------
    path : Path
    column : str
        The column of values; where it was not named and is not there, the only other one.
    named : bool
        Whether the column was asked for by its name.
    steps : bool
        Whether values hold until the next instant.

    Raises
    ------
    InputError
        Naming the file and the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}. Save it as CSV in UTF-8.", path=str(path)) from error
    table = csv.DictReader(text.splitlines())
    head = [name for name in (table.fieldnames or []) if name != "time"]
    if "time" not in (table.fieldnames or []) or not head:
        raise InputError(f"{path}: a series has a column `time` and one of values; found {', '.join(head) or 'none'}.")
    if column not in head:
        if named or len(head) > 1:
            raise InputError(f"{path}: there is no column {column!r}; found {', '.join(head)}.", path=str(path))
        column = head[0]
    time, value = [], []
    for number, row in enumerate(table, start=2):
        time.append(_instant((row["time"] or "").strip(), path, number))
        value.append(number_of((row[column] or "").strip(), path, number, column, "-"))
    try:
        return Series(np.array(time), np.array(value), steps)
    except InputError as error:
        raise InputError(f"{path}: {error.sentence}", path=str(path)) from error


def _instant(text: str, path: Path, line: int) -> float:
    """Seconds since 1970 of ISO 8601 with a zone, or of a plain number."""
    try:
        return float(text) if math.isfinite(float(text)) else math.nan
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError(
            f"{path}, line {line}: time {text!r} is not ISO 8601 with a zone, such as 2026-07-21T03:00:00+08:00.",
            path=str(path),
            line=line,
        )
    return at.timestamp()
