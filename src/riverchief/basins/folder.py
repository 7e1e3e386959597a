"""A basin folder in and out: `read` gives a checked basin, `write` the same folder back.

Law: ``write(read(folder), other)`` gives `folder` byte for byte, for every folder that `write` made.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from riverchief.base import regions, units
from riverchief.base.basin import (
    Basin,
    Camera,
    Chief,
    Culture,
    Facility,
    Leave,
    PermitLimit,
    Project,
    Reach,
    Region,
    Responsibility,
    River,
    Section,
    Sign,
    Station,
    Term,
)
from riverchief.base.errors import BasinError
from riverchief.base.places import Interval, Place
from riverchief.basins.check import check_draft
from riverchief.basins.draft import Draft, load, place_of
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row
from riverchief.basins.tables import BASIN_FILE, BASIN_KEYS, FORMAT, LINES_FILE, TABLE, TABLES, Table

_HEAD = "# riverchief basin folder; docs/reference/basin-folder.md explains every file\n"


def read(path: Path | str) -> Basin:
    """Read and check a basin folder.

    Raises
    ------
    BasinError
        With every fault of the folder in ``data["faults"]``.
    """
    draft = load(Path(path))
    _refuse(path, check_draft(draft))
    return build(draft)


def read_rivers(path: Path | str) -> Basin:
    """Read only the rivers, reaches and regions of a folder, whatever its other files say; the rest is empty.

    For `migrate`: a folder whose reaches were redrawn has places and stretches that do not fit them any more.

    Raises
    ------
    BasinError
        With every fault of those files.
    """
    draft = load(Path(path))
    kept = {"rivers.csv", "reaches.csv", "regions.csv"}
    draft.rows = {file: rows if file in kept else [] for file, rows in draft.rows.items()}
    ours = {*kept, BASIN_FILE, LINES_FILE}
    draft.faults = [fault for fault in draft.faults if fault.file in ours]
    _refuse(path, check_draft(draft))
    return build(draft)


def _refuse(path: Path | str, faults: list[Fault]) -> None:
    if not faults:
        return
    more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    raise BasinError(
        f"basin folder {path} has faults: {faults[0]}{more}; `riverchief basin check` lists them all.",
        faults=[fault.as_json() for fault in faults],
    )


def build(draft: Draft) -> Basin:
    """The basin that a draft without faults describes."""
    rows, settings = draft.rows, draft.settings
    return Basin(
        code=settings["code"],
        name_zh=settings["name_zh"],
        name_en=settings["name_en"],
        region=settings["region"],
        version=settings["version"],
        review_number=settings.get("review_number", ""),
        rivers=tuple(River(**row.values) for row in rows["rivers.csv"]),
        reaches=tuple(
            Reach(**_texts(row, "source"), line=draft.line_of[row["code"]].points) for row in rows["reaches.csv"]
        ),
        regions=tuple(Region(**row.values) for row in rows["regions.csv"]),
        sections=tuple(Section(**_placed(row), **_texts(row, "station", without=_AT)) for row in rows["sections.csv"]),
        stations=tuple(_station(row, rows["station_intervals.csv"]) for row in rows["stations.csv"]),
        facilities=tuple(_facility(row, rows["facility_pollutants.csv"]) for row in rows["facilities.csv"]),
        chiefs=tuple(Chief(**row.values) for row in rows["chiefs.csv"]),
        responsibilities=tuple(_responsibility(row) for row in rows["responsibilities.csv"]),
        projects=tuple(Project(**_texts(row, without=_AT), place=place_of(row)) for row in rows["projects.csv"]),
        notes=settings.get("notes", ""),
        permits=tuple(permit_of(row) for row in rows["permits.csv"]),
        signs=tuple(
            Sign(**_placed(row), **_texts(row, "about_zh", "about_en", "photo", without=_AT))
            for row in rows["signs.csv"]
        ),
        terms=tuple(Term(**_texts(row, "document")) for row in rows["terms.csv"]),
        leaves=tuple(Leave(**_texts(row, "reason")) for row in rows["leaves.csv"]),
        culture=tuple(Culture(**_placed(row), **_texts(row, "source", without=_AT)) for row in rows["culture.csv"]),
        cameras=tuple(
            Camera(**_placed(row), **_texts(row, "still_url", "stream_url", "section", without=_AT))
            for row in rows["cameras.csv"]
        ),
    )


def permit_of(row: Row) -> PermitLimit:
    """The limit that a row of `permits.csv` gives."""
    return PermitLimit(**_texts(row, "clause_en"))


_AT = ("reach", "chainage_m")


def _texts(row: Row, *empty: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of a row, empty text for None in the columns `empty`."""
    values = {name: value for name, value in row.values.items() if name not in without}
    return values | {name: values[name] or "" for name in empty}


def _placed(row: Row) -> dict[str, Any]:
    return {"place": place_of(row)}


def _station(row: Row, intervals: list[Row]) -> Station:
    own = {i["property"]: i["interval_s"] for i in intervals if i["station"] == row["code"]}
    return Station(**_placed(row), **_texts(row, "facility", without=_AT), interval_s=own)


def _facility(row: Row, pollutants: list[Row]) -> Facility:
    own = {
        p["property"]: p["concentration"] * units.factor(p["unit"], units.PROPERTIES[p["property"]].unit)
        for p in pollutants
        if p["facility"] == row["code"]
    }
    return Facility(**_placed(row), **_texts(row, "permit", without=_AT), pollutants=own)


def _responsibility(row: Row) -> Responsibility:
    return Responsibility(row["chief"], Interval(*(row[name] for name in ("reach", "from_m", "to_m", "start", "end"))))


# ---------------------------------------------------------------------- out


def write(basin: Basin, path: Path | str) -> None:
    """Write a basin as a folder; files of an earlier one there are replaced.

    Tables are UTF-8 with a byte-order mark, so that Excel shows Chinese; coordinates are WGS 84.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "format": FORMAT,
        "code": basin.code,
        "name_zh": basin.name_zh,
        "name_en": basin.name_en,
        "region": regions.prefix(basin.region),
        "version": basin.version,
        "coordinates": "wgs84",
        "review_number": basin.review_number,
        "notes": basin.notes,
    }
    lines = [
        f"# {BASIN_KEYS[key]}\n{tomli_w.dumps({key: value}, multiline_strings=True)}" for key, value in settings.items()
    ]
    _put(folder / BASIN_FILE, _HEAD + "".join(lines))
    for file, rows in cells_of(basin).items():
        _put(folder / file, "\ufeff" + _csv(TABLE[file], rows))
    _put(folder / LINES_FILE, _geojson(basin))


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def cells_of(basin: Basin) -> dict[str, list[dict[str, str]]]:
    """The tables of a basin by file: every row as the text of its cells by column."""
    rows = _rows(basin)
    return {
        table.file: [{c.name: cell_text(c.kind, row[c.name]) for c in table.columns} for row in rows[table.file]]
        for table in TABLES
    }


def _csv(table: Table, rows: list[dict[str, str]]) -> str:
    """A table as text; sparse columns are left out where no row has a value."""
    names = [c.name for c in table.columns if not c.sparse or any(row[c.name] for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in rows)
    return out.getvalue()


def cell_text(kind: str, value: Any) -> str:
    """A value as the text of its cell."""
    if value is None:
        return ""
    if kind == "region":
        return regions.prefix(value)  # up to nine digits, which a spreadsheet leaves alone
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value).strip()


def _geojson(basin: Basin) -> str:
    features = []
    for reach in basin.reaches:
        geometry = {"type": "LineString", "coordinates": [list(point) for point in reach.line]}
        properties = {"code": reach.code, "name_zh": reach.name_zh, "name_en": reach.name_en}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        features.append(json.dumps(feature, ensure_ascii=False))
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def _address(place: Place | None) -> dict[str, Any]:
    return {"reach": place.reach if place else None, "chainage_m": place.chainage_m if place else None}


def _intervals(basin: Basin) -> Iterator[dict[str, Any]]:
    for station in basin.stations:
        for name, interval_s in station.interval_s.items():
            yield {"station": station.code, "property": name, "interval_s": interval_s}


def _pollutants(basin: Basin) -> Iterator[dict[str, Any]]:
    for facility in basin.facilities:
        for name, value in facility.pollutants.items():
            unit = units.PROPERTIES[name].unit
            yield {"facility": facility.code, "property": name, "concentration": value, "unit": unit}


def _responsibilities(basin: Basin) -> Iterator[dict[str, Any]]:
    for one in basin.responsibilities:
        i = one.interval
        yield {
            "chief": one.chief, "reach": i.reach, "from_m": i.from_m, "to_m": i.to_m, "start": i.start, "end": i.end,
        }  # fmt: skip


def _plain(things: Sequence[Any]) -> Iterator[dict[str, Any]]:
    return (vars(one) for one in things)


def _at_places(things: Sequence[Any]) -> Iterator[dict[str, Any]]:
    return (vars(one) | _address(one.place) for one in things)


def _rows(basin: Basin) -> dict[str, Iterator[dict[str, Any]]]:
    return {
        "rivers.csv": _plain(basin.rivers),
        "reaches.csv": _plain(basin.reaches),
        "regions.csv": _plain(basin.regions),
        "sections.csv": _at_places(basin.sections),
        "stations.csv": _at_places(basin.stations),
        "station_intervals.csv": _intervals(basin),
        "facilities.csv": _at_places(basin.facilities),
        "facility_pollutants.csv": _pollutants(basin),
        "chiefs.csv": _plain(basin.chiefs),
        "responsibilities.csv": _responsibilities(basin),
        "projects.csv": _at_places(basin.projects),
        "permits.csv": _plain(basin.permits),
        "signs.csv": _at_places(basin.signs),
        "terms.csv": _plain(basin.terms),
        "leaves.csv": _plain(basin.leaves),
        "cameras.csv": _at_places(basin.cameras),
        "culture.csv": _at_places(basin.culture),
    }
