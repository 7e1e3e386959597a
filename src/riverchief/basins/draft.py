"""A basin folder as it was found: typed rows and lines of every file, and the faults met so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from riverchief.base import regions
from riverchief.base.errors import InputError, NetworkError
from riverchief.base.geometry import to_wgs84
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.basins import parse
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Line, Row
from riverchief.basins.tables import (
    BASIN_FILE,
    BASIN_KEYS,
    COORDINATE_SYSTEMS,
    FORMAT,
    LINES_FILE,
    OPTIONAL_KEYS,
    TABLE,
    TABLES,
)

LIMIT_M = 2_000.0  # how far a surveyed position may lie from its reach [m]
PLACED = ("sections.csv", "stations.csv", "facilities.csv", "signs.csv", "cameras.csv", "culture.csv")
_UNREADABLE = ("syntax", "encoding", "missing_file")


@dataclass
class Draft:
    """What a folder says, before anyone believes it.

    Attributes
    ----------
    settings : dict
        The keys of basin.toml.
    setting_line : dict
        The line of each key.
    rows : dict
        Rows of every table, by file name.
    lines : list of Line
        Drawn lines of the reaches, in WGS 84.
    mentioned : dict
        By file, codes that stand in rows or features that cannot be used.
    unreadable : set of str
        Files of which nothing is known.
    faults : list of Fault
        What was wrong with the text itself.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    setting_line: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    mentioned: dict[str, set[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    _codes: dict[str, tuple[list[Row], dict[str, Row]]] = field(default_factory=dict, repr=False)
    faults: list[Fault] = field(default_factory=list)

    def codes(self, file: str) -> dict[str, Row]:
        """First row by its first column."""
        rows = self.rows.get(file, [])
        kept = self._codes.get(file)
        if kept is None or kept[0] is not rows:
            kept = rows, {}
            for row in rows:
                code = row[TABLE[file].columns[0].name]
                if code is not None:
                    kept[1].setdefault(code, row)
            self._codes[file] = kept
        return kept[1]

    @cached_property
    def line_of(self) -> dict[str, Line]:
        """Drawn line by code of its reach."""
        return {line.code: line for line in reversed(self.lines)}

    @cached_property
    def network(self) -> Network | None:
        """The network of the reaches that are whole; None where they form none."""
        needed = ("code", "from_node", "to_node", "length_m")
        whole = [r for r in self.codes("reaches.csv").values() if all(r[name] is not None for name in needed)]
        if not whole:
            return None
        drawn = [self.line_of[r["code"]].points if r["code"] in self.line_of else () for r in whole]
        velocity = [np.nan if r["velocity_ms"] is None else r["velocity_ms"] for r in whole]
        codes, upper, lower, length = ([r[name] for r in whole] for name in needed)
        lines = [np.array(points).reshape(-1, 2) for points in drawn]
        try:
            return Network.build(codes, upper, lower, length, velocity, lines, str(self.settings.get("version", "")))
        except NetworkError:
            return None

    def fill(self) -> None:
        """Give rows without an address the nearest one, and rows without a position their drawn point."""
        net = self.network
        if net is None or not any(len(line) > 1 for line in net.lines):
            return
        for file in PLACED:
            for row in self.rows.get(file, []):
                _fill(row, net)


def place_of(row: Row) -> Place | None:
    """The address that a row gives; None where it gives none."""
    return None if row["reach"] is None or row["chainage_m"] is None else Place(row["reach"], row["chainage_m"])


def load(path: Path) -> Draft:
    """Everything that can be read of a folder; nothing raises."""
    draft = Draft()
    if not path.is_dir():
        draft.faults.append(
            Fault(str(path), 0, "missing_file", "there is no such folder; `riverchief init` makes one.")
        )
        return draft
    _unknown_files(path, draft)
    _settings(path, draft)
    for table in TABLES:
        text = _text(path / table.file, table.needed, draft)
        rows = parse.rows_of(table, text, draft.faults) if text is not None else []
        draft.rows[table.file] = [row for row in rows if row.sound]
        draft.mentioned[table.file] = {row[table.columns[0].name] for row in rows if not row.sound}
    text = _text(path / LINES_FILE, True, draft)
    lines = parse.lines_of(LINES_FILE, text, draft.faults) if text is not None else []
    draft.lines = [line for line in lines if line.points]
    draft.mentioned[LINES_FILE] = {line.code for line in lines}
    draft.unreadable = {fault.file for fault in draft.faults if fault.code in _UNREADABLE}
    system = draft.settings.get("coordinates")
    if system == "gcj02":
        _to_wgs84(draft, system)
    draft.fill()
    return draft


def _unknown_files(path: Path, draft: Draft) -> None:
    known = [BASIN_FILE, LINES_FILE, *(table.file for table in TABLES)]
    for file in sorted(path.iterdir()):
        if file.suffix.lower() in {".csv", ".toml", ".geojson"} and file.name not in known:
            sentence = f"{file.name} is no file of a basin folder; {parse.near(file.name, known)}"
            draft.faults.append(Fault(file.name, 0, "unknown_file", sentence))


def _text(path: Path, needed: bool, draft: Draft) -> str | None:
    if not path.is_file():
        if needed:
            draft.faults.append(Fault(path.name, 0, "missing_file", f"{path.name} is missing from the folder."))
        return None
    return parse.text_of(path, draft.faults)


def _settings(path: Path, draft: Draft) -> None:
    text = _text(path / BASIN_FILE, True, draft)
    if text is None:
        return
    before = len(draft.faults)
    draft.settings = parse.toml_of(BASIN_FILE, text, draft.faults)
    if len(draft.faults) > before:
        return
    draft.setting_line = {key: parse.line_of_key(text, key) for key in BASIN_KEYS}

    def fault(key: str, code: str, sentence: str) -> None:
        draft.faults.append(Fault(BASIN_FILE, parse.line_of_key(text, key), code, sentence))

    for key in draft.settings:
        if key not in BASIN_KEYS:
            fault(key, "unknown_key", f"{key!r} is not known; {parse.near(key, list(BASIN_KEYS))}")
    for key, what in BASIN_KEYS.items():
        value = draft.settings.get(key)
        if value is None and key in OPTIONAL_KEYS:
            continue
        if value is None or value == "":
            if key not in OPTIONAL_KEYS:
                fault(key, "missing_key", f"{key!r} is missing ({what}).")
        elif key == "format":
            if value != FORMAT:
                fault(key, "bad_value", f"format is {value!r}; this riverchief reads format {FORMAT}.")
        elif not isinstance(value, str):
            fault(key, "bad_value", f"{key} is {value!r}; write it in quotes.")
        elif key == "coordinates" and value not in COORDINATE_SYSTEMS:
            fault(key, "bad_value", f"coordinates is {value!r}; write one of {', '.join(COORDINATE_SYSTEMS)}.")
        elif key == "region":
            _region(draft, value, fault)


def _region(draft: Draft, value: str, fault: Any) -> None:
    try:
        draft.settings["region"] = regions.normalise(value)
    except InputError as error:
        fault("region", "bad_region", error.sentence)


def _to_wgs84(draft: Draft, system: str) -> None:
    for rows in draft.rows.values():
        for row in rows:
            if row["lon"] is not None and row["lat"] is not None:
                lon, lat = to_wgs84(row["lon"], row["lat"], system)
                row.values["lon"], row.values["lat"] = round(float(lon), 7), round(float(lat), 7)
    draft.lines = [Line(line.code, line.line, _points_to_wgs84(line.points, system)) for line in draft.lines]


def _points_to_wgs84(points: Sequence[tuple[float, float]], system: str) -> tuple[tuple[float, float], ...]:
    lon, lat = to_wgs84([p[0] for p in points], [p[1] for p in points], system)
    return tuple((round(float(x), 7), round(float(y), 7)) for x, y in zip(lon, lat, strict=True))


def _fill(row: Row, net: Network) -> None:
    at_home = row["kind"] == "air"  # air stations are not on the river
    has_point = row["lon"] is not None and row["lat"] is not None
    if row["reach"] is None and row["chainage_m"] is None and has_point and not at_home:
        found = net.locate(row["lon"], row["lat"], LIMIT_M)
        if found.reach[0] >= 0:
            row.values["reach"] = net.codes[int(found.reach[0])]
            row.values["chainage_m"] = round(float(found.chainage_m[0]), 1)
    elif not has_point and place_of(row) is not None and net.has(row["reach"]):
        point = net.point(net.index(row["reach"]), row["chainage_m"])[0]
        if np.isfinite(point).all():
            row.values["lon"], row.values["lat"] = round(float(point[0]), 6), round(float(point[1]), 6)
