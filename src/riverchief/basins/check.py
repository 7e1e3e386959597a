"""Every fault of a basin folder, with its file and line: what the text cannot tell, the rows together do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riverchief.base import units
from riverchief.base.errors import InputError
from riverchief.basins import duties, offices, parse, places, shape
from riverchief.basins.draft import PLACED, Draft, load
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row
from riverchief.basins.tables import BASIN_FILE, DIALECTS, LINES_FILE, TABLES


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds: its faults, and by file how many rows there are and how many of them are assumed."""

    faults: list[Fault]
    rows: dict[str, int]
    assumed: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the totals."""
        return {
            "ok": not self.faults,
            "faults": [fault.as_json() for fault in self.faults],
            "rows": self.rows,
            "assumed": self.assumed,
            "assumed_total": sum(self.assumed.values()),
        }


def survey(path: Path | str) -> Survey:
    """Faults, rows and assumed rows of a basin folder. Never raises."""
    draft = load(Path(path))
    rows = {file: len(found) for file, found in draft.rows.items()}
    assumed = {file: sum(row["assumed"] is True for row in found) for file, found in draft.rows.items()}
    return Survey(check_draft(draft), rows, {file: n for file, n in assumed.items() if n})


def check(path: Path | str) -> list[Fault]:
    """Every fault of a basin folder, in the order of files and lines; empty where there is none. Never raises."""
    return check_draft(load(Path(path)))


def check_draft(draft: Draft) -> list[Fault]:
    """Every fault of a folder that was loaded."""
    found = [
        *draft.faults,
        *_references(draft),
        *_duplicates(draft),
        *shape.faults(draft),
        *places.faults(draft),
        *_stations(draft),
        *_pollutants(draft),
        *_permits(draft),
        *duties.faults(draft),
        *offices.faults(draft),
        *_validity(draft),
        *_cameras(draft),
        *_projects(draft),
        *_signs(draft),
    ]
    order = [BASIN_FILE, *(table.file for table in TABLES), LINES_FILE]
    return sorted(
        set(found), key=lambda f: (order.index(f.file) if f.file in order else -1, f.line, f.code, f.sentence)
    )


def _references(draft: Draft) -> Iterator[Fault]:
    """Codes that name nothing."""
    region = draft.settings.get("region")
    known_regions = draft.codes("regions.csv")
    known_here = region in known_regions or "regions.csv" in draft.unreadable
    if isinstance(region, str) and region.isdigit() and not known_here:
        sentence = f"region {region} is not in regions.csv; add it there."
        yield Fault(BASIN_FILE, draft.setting_line.get("region", 0), "unknown_region", sentence)
    for table in TABLES:
        for column in table.columns:
            if not column.refers or column.refers in draft.unreadable:
                continue
            known = draft.codes(column.refers)
            mentioned = draft.mentioned.get(column.refers, set())
            for row in draft.rows.get(table.file, []):
                value = row[column.name]
                if value is None or value in known or value in mentioned:
                    continue
                name = column.refers.removesuffix(".csv").removesuffix("s")
                code = "unknown_" + {"facilitie": "facility", "reache": "reach"}.get(name, name)
                sentence = f"{column.name} {value!r} is not in {column.refers}; {parse.near(value, sorted(known))}"
                yield row.fault(code, sentence, column.name, value)


def _duplicates(draft: Draft) -> Iterator[Fault]:
    """Codes given twice; sections, stations, facilities and signs share one set of codes, devices another."""
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
        known = row["code"] is None or "station_intervals.csv" in draft.unreadable
        if not known and row["code"] not in measured:
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


def _permits(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("permits.csv", []):
        yield from permit_faults(row)


def permit_faults(row: Row) -> Iterator[Fault]:
    """What is wrong with one row of a table of permits that the types of its cells do not tell."""
    if row["valid_to"] is not None and row["valid_from"] is not None and row["valid_to"] <= row["valid_from"]:
        yield row.fault("end_before_start", f"valid_to {row['valid_to']} is not after valid_from {row['valid_from']}.")
    if row["lower"] is not None and row["limit"] is not None and row["lower"] >= row["limit"]:
        yield row.fault("out_of_range", f"lower {row['lower']:g} is not below limit {row['limit']:g}.")
    if row["property"] is None or row["unit"] is None or row["period"] is None:
        return
    known = units.PROPERTIES[row["property"]]
    yearly = row["period"] == "year"
    if yearly and known.unit != "mg/L":
        yield row.fault("bad_value", f"{known.code} has no yearly load; only concentrations in mg/L have one.")
        return
    try:
        units.factor(row["unit"], "t" if yearly else known.unit)
    except InputError:
        wanted = "t or kg" if yearly else repr(known.unit)
        yield row.fault("unknown_unit", f"unit {row['unit']!r} is not known for {known.code}; use {wanted}.")


def _signs(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("signs.csv", []):
        if row["since"] is not None and row["until"] is not None and row["until"] <= row["since"]:
            yield row.fault("end_before_start", f"until {row['until']} is not after since {row['since']}.")
        if row["code"] is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", row["code"]):
            sentence = f"code {row['code']!r} stands in the address of the sign's page; use letters, digits, - and _."
            yield row.fault("bad_value", sentence)


def _validity(draft: Draft) -> Iterator[Fault]:
    for file in ("sections.csv", "facilities.csv", "cameras.csv"):
        for row in draft.rows.get(file, []):
            if row["valid_from"] is not None and row["valid_to"] is not None and row["valid_to"] <= row["valid_from"]:
                sentence = f"valid_to {row['valid_to']} is not after valid_from {row['valid_from']}."
                yield row.fault("end_before_start", sentence, "valid_to", row["valid_to"])


def _cameras(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("cameras.csv", []):
        url = row["still_url"]
        if url is not None and not re.fullmatch(r"https?://[^\s/]+\S*", url):
            yield row.fault("bad_value", f"still_url {url!r} is no http or https address.", "still_url", url)
        url = row["stream_url"]  # a link on pages: nothing that a browser would run
        if url is not None and not re.fullmatch(r"(https?|rtsps?|rtmps?)://[^\s/]+\S*", url):
            sentence = f"stream_url {url!r} is no http, https, rtsp or rtmp address."
            yield row.fault("bad_value", sentence, "stream_url", url)


def _projects(draft: Draft) -> Iterator[Fault]:
    for row in draft.rows.get("projects.csv", []):
        for start, end in (("start_planned", "end_planned"), ("start_actual", "end_actual")):
            if row[start] is not None and row[end] is not None and row[end] < row[start]:
                yield row.fault("end_before_start", f"{end} {row[end]} is before {start} {row[start]}.")
