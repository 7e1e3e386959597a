"""Every fault of a basin folder, with its file and line: what the text cannot tell, the rows together do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverchief.base import units
from riverchief.base.errors import InputError
from riverchief.base.geometry import distance_m, to_local_m
from riverchief.basins import duties, parse
from riverchief.basins.draft import LIMIT_M, PLACED, Draft, load, place_of
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Line, Row
from riverchief.basins.tables import BASIN_FILE, DIALECTS, LINES_FILE, TABLES

GAP_M = 100.0  # ends of reaches at one node may lie this far apart [m]
ALONG_M = 3_000.0  # a surveyed position may lie this far from the drawn point at its chainage [m]
SHORT, LONG = 0.75, 3.0  # a river is at most this much shorter or longer than its drawn line


def check(path: Path | str) -> list[Fault]:
    """Every fault of a basin folder, in the order of files and lines; empty where there is none. Never raises."""
    return check_draft(load(Path(path)))


def check_draft(draft: Draft) -> list[Fault]:
    """Every fault of a folder that was loaded."""
    found = [
        *draft.faults,
        *_references(draft),
        *_duplicates(draft),
        *_cycles(draft),
        *_lines(draft),
        *_gaps(draft),
        *_places(draft),
        *_stations(draft),
        *_pollutants(draft),
        *duties.faults(draft),
        *_projects(draft),
    ]
    order = [BASIN_FILE, *(table.file for table in TABLES), LINES_FILE]
    return sorted(
        set(found), key=lambda f: (order.index(f.file) if f.file in order else -1, f.line, f.code, f.sentence)
    )


def _references(draft: Draft) -> Iterator[Fault]:
    """Codes that name nothing."""
    region = draft.settings.get("region")
    known_regions = draft.codes("regions.csv")
    if isinstance(region, str) and region.isdigit() and region not in known_regions:
        sentence = f"region {region} is not in regions.csv; add it there."
        yield Fault(BASIN_FILE, draft.setting_line.get("region", 0), "unknown_region", sentence)
    for table in TABLES:
        for column in table.columns:
            if not column.refers:
                continue
            known = draft.codes(column.refers)
            for row in draft.rows.get(table.file, []):
                value = row[column.name]
                if value is None or value in known:
                    continue
                name = column.refers.removesuffix(".csv").removesuffix("s")
                code = "unknown_" + {"facilitie": "facility", "reache": "reach"}.get(name, name)
                yield row.fault(
                    code, f"{column.name} {value!r} is not in {column.refers}; {parse.near(value, sorted(known))}"
                )


def _duplicates(draft: Draft) -> Iterator[Fault]:
    """Codes given twice; sections, stations and facilities share one set of codes, devices another."""
    for table in TABLES:
        yield from _repeated(draft.rows.get(table.file, []), table.key)
    seen: dict[str, Row] = {}
    for file in PLACED:
        for code, row in draft.codes(file).items():
            other = seen.setdefault(code, row)
            if other is not row:
                sentence = (
                    f"code {code!r} is also used in {other.file} line {other.line}; places need codes of their own."
                )
                yield row.fault("duplicate_code", sentence)
    yield from _repeated(draft.rows.get("stations.csv", []), ("protocol", "device"), "duplicate_device")


def _repeated(rows: list[Row], key: tuple[str, ...], code: str = "duplicate_code") -> Iterator[Fault]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        value = tuple(row[name] for name in key)
        if not key or None in value:
            continue
        first = seen.setdefault(value, row)
        if first is not row:
            named = " and ".join(f"{name} {part!r}" for name, part in zip(key, value, strict=True))
            yield row.fault(code, f"{named} already stands on line {first.line}.")


# ---------------------------------------------------------------------- reaches


def _cycles(draft: Draft) -> Iterator[Fault]:
    """Rings of reaches: every strongly connected part of the graph that holds a reach."""
    rows = [r for r in draft.rows.get("reaches.csv", []) if r["from_node"] is not None and r["to_node"] is not None]
    names = {name: i for i, name in enumerate(dict.fromkeys(r[end] for r in rows for end in ("from_node", "to_node")))}
    upper = np.array([names[r["from_node"]] for r in rows], np.int64)
    lower = np.array([names[r["to_node"]] for r in rows], np.int64)
    graph = coo_array((np.ones(len(rows)), (upper, lower)), shape=(len(names), len(names)))
    _, part = connected_components(graph, directed=True, connection="strong") if rows else (0, np.empty(0, np.int64))
    rings: dict[int, list[Row]] = defaultdict(list)
    for row, u, w in zip(rows, upper, lower, strict=True):
        if part[u] == part[w]:
            rings[int(part[u])].append(row)
    for ring in rings.values():
        codes = ", ".join(str(row["code"]) for row in ring[:12])
        sentence = f"reaches {codes} form a ring (cycle); water cannot flow in a ring, turn one of them around."
        yield ring[0].fault("cycle", sentence)


def _lines(draft: Draft) -> Iterator[Fault]:
    """Reaches without a line, lines without a reach, lengths that cannot be those of the line."""
    reaches = draft.codes("reaches.csv")
    seen: dict[str, Line] = {}
    for line in draft.lines:
        first = seen.setdefault(line.code, line)
        if first is not line:
            sentence = f"reach {line.code!r} already has a line, on line {first.line}."
            yield Fault(LINES_FILE, line.line, "duplicate_code", sentence)
        elif line.code not in reaches:
            sentence = (
                f"line of reach {line.code!r}, which is not in reaches.csv; {parse.near(line.code, sorted(reaches))}"
            )
            yield Fault(LINES_FILE, line.line, "unknown_reach", sentence)
    for code, row in reaches.items():
        if code not in seen:
            yield row.fault(
                "missing_line", f"reach {code!r} has no line in {LINES_FILE}; draw one of two points or more."
            )
        elif row["length_m"] is not None:
            drawn = _length_m(seen[code])
            if not SHORT * drawn <= row["length_m"] <= LONG * drawn:
                sentence = (
                    f"length_m of {code} is {row['length_m']:,.0f} m but its line is {drawn:,.0f} m long; "
                    f"is it in another unit, or is the line of another reach?"
                )
                yield row.fault("length", sentence)


def _length_m(line: Line) -> float:
    points = np.array(line.points)
    return float(np.hypot(*np.diff(to_local_m(points[:, 0], points[:, 1], line.points[0]), axis=0).T).sum())


def _gaps(draft: Draft) -> Iterator[Fault]:
    """Lines that do not meet at the node their reaches share."""
    ends: dict[str, list[tuple[Line, tuple[float, float], tuple[float, float]]]] = defaultdict(list)
    for code, row in draft.codes("reaches.csv").items():
        line = draft.line_of.get(code)
        if line is None:
            continue
        first, last = line.points[0], line.points[-1]
        if row["from_node"] is not None:
            ends[row["from_node"]].append((line, first, last))
        if row["to_node"] is not None:
            ends[row["to_node"]].append((line, last, first))
    for node, met in ends.items():
        near = np.array([p for _, p, _ in met])
        apart = distance_m(near[:, None, 0], near[:, None, 1], near[None, :, 0], near[None, :, 1])
        anchor = int(np.argmax((apart <= GAP_M).sum(axis=0)))
        for i, (line, _, far) in enumerate(met):
            if apart[i, anchor] <= GAP_M:
                continue
            other = met[anchor][0].code
            turned = float(distance_m(*far, *near[anchor])) <= GAP_M
            hint = "its line seems to be drawn upstream, turn it around." if turned else "join the lines."
            sentence = f"gap at node {node!r}: {line.code} ends {apart[i, anchor]:,.0f} m away from {other}; {hint}"
            yield Fault(LINES_FILE, line.line, "gap", sentence)


# ---------------------------------------------------------------------- places


def _places(draft: Draft) -> Iterator[Fault]:
    for file in PLACED:
        for row in draft.rows.get(file, []):
            yield from _place(row, draft)
    for row in draft.rows.get("projects.csv", []):
        if (row["reach"] is None) != (row["chainage_m"] is None):
            yield row.fault("missing_value", "give reach and chainage_m together, or neither.")
        yield from _chainage(row, draft)


def _place(row: Row, draft: Draft) -> Iterator[Fault]:
    """Faults in the address and position of one section, station or facility."""
    if row["kind"] == "air":
        if row["reach"] is not None or row["chainage_m"] is not None:
            yield row.fault("bad_value", "an air station is not on the river; leave reach and chainage_m empty.")
        if row["lon"] is None or row["lat"] is None:
            yield row.fault("missing_value", "an air station needs lon and lat.")
        return
    if place_of(row) is None:
        yield _unplaced(row, draft)
        return
    yield from _chainage(row, draft)
    net = draft.network
    if net is None or row["reach"] not in net.codes or row["lon"] is None or row["lat"] is None:
        if row["reach"] in draft.codes("reaches.csv") and (row["lon"] is None or row["lat"] is None):
            yield row.fault("missing_value", "lon and lat are empty, and its reach has no line to take them from.")
        return
    i = net.index(row["reach"])
    if len(net.lines[i]) < 2:
        return
    away = _away_m(net.lines[i], row["lon"], row["lat"])
    if away > LIMIT_M:
        sentence = (
            f"{row['lon']}, {row['lat']} is {away:,.0f} m from reach {row['reach']}; at most {LIMIT_M:,.0f} m is taken."
        )
        yield row.fault("far_from_reach", sentence)
        return
    drawn = net.point(i, min(row["chainage_m"], float(net.length_m[i])))[0]
    along = float(distance_m(drawn[0], drawn[1], row["lon"], row["lat"]))
    if along > ALONG_M:
        sentence = (
            f"{row['lon']}, {row['lat']} is {along:,.0f} m from the point at {row['chainage_m']:,.0f} m of "
            f"{row['reach']}; correct chainage_m, or leave reach and chainage_m empty to have them found."
        )
        yield row.fault("chainage", sentence)


def _unplaced(row: Row, draft: Draft) -> Fault:
    has_point = row["lon"] is not None and row["lat"] is not None
    if row["reach"] is None and row["chainage_m"] is None and has_point and draft.network is not None:
        sentence = f"{row['lon']}, {row['lat']} is more than {LIMIT_M:,.0f} m from every reach."
        return row.fault("far_from_reach", sentence)
    return row.fault("missing_value", "give reach and chainage_m, or lon and lat, or all four.")


def _chainage(row: Row, draft: Draft) -> Iterator[Fault]:
    place = place_of(row)
    reach = draft.codes("reaches.csv").get(place.reach) if place else None
    length = reach["length_m"] if reach else None
    if place and length is not None and place.chainage_m > length:
        sentence = f"chainage_m is {place.chainage_m:,.0f} m but reach {place.reach} is {length:,.0f} m long."
        yield row.fault("off_network", sentence)


def _away_m(line: np.ndarray, lon: float, lat: float) -> float:
    """Distance from a point to a drawn line [m]."""
    xy = to_local_m(line[:, 0], line[:, 1], (lon, lat))
    run = np.diff(xy, axis=0)
    share = np.clip(-(xy[:-1] * run).sum(axis=1) / np.maximum((run**2).sum(axis=1), 1e-12), 0, 1)
    return float(np.hypot(*(xy[:-1] + share[:, None] * run).T).min())


# ---------------------------------------------------------------------- things


def _stations(draft: Draft) -> Iterator[Fault]:
    measured = {row["station"] for row in draft.rows.get("station_intervals.csv", [])}
    for row in draft.rows.get("stations.csv", []):
        protocol, dialect, device = row["protocol"], row["dialect"], row["device"]
        if protocol and dialect and dialect not in DIALECTS[protocol]:
            yield row.fault(
                "bad_value", f"{protocol} has no dialect {dialect!r}; known: {', '.join(DIALECTS[protocol])}."
            )
        if protocol == "sl651" and device and not re.fullmatch(r"[0-9A-Fa-f]{10}", device):
            sentence = (
                f"device {device!r} is not 10 hexadecimal digits; a spreadsheet drops leading zeros, make it text."
            )
            yield row.fault("bad_device", sentence)
        if protocol == "hj212" and device and not re.fullmatch(r"[0-9A-Za-z_]{1,24}", device):
            sentence = f"device {device!r} is not an MN of 1 to 24 letters and digits; a spreadsheet may have cut it."
            yield row.fault("bad_device", sentence)
        if row["kind"] == "outfall" and row["facility"] is None and "facility" in row.values:
            yield row.fault("missing_value", "a station at an outfall needs the facility that it monitors.")
        if row["code"] is not None and row["code"] not in measured:
            yield row.fault(
                "no_property", f"station {row['code']!r} measures nothing; add rows to station_intervals.csv."
            )


def _pollutants(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("facility_pollutants.csv", []):
        if row["property"] is None or row["unit"] is None:
            continue
        known = units.PROPERTIES[row["property"]]
        try:
            factor = units.factor(row["unit"], known.unit)
        except InputError:
            sentence = f"unit {row['unit']!r} is not known for {known.code}; use {known.unit!r}."
            yield row.fault("unknown_unit", sentence)
            continue
        value = row["concentration"]
        if value is not None and not known.low <= value * factor <= known.high:
            limits = f"{known.low:g} to {known.high:g} {known.unit}"
            yield row.fault("out_of_range", f"{known.code} {value:g} {row['unit']} is not from {limits}.")


def _projects(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("projects.csv", []):
        for start, end in (("start_planned", "end_planned"), ("start_actual", "end_actual")):
            if row[start] is not None and row[end] is not None and row[end] < row[start]:
                yield row.fault("end_before_start", f"{end} {row[end]} is before {start} {row[start]}.")
