"""Track files (轨迹文件): GPX or KML in; the fixes with their times out, and every row that is none with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

import gpxpy
import gpxpy.gpx
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from riverchief.base.errors import InputError

MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is no fix: its number in the file from 1, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class TrackFile:
    """What a file holds: "gpx" or "kml", fixes (s since 1970 UTC, longitude, latitude [° WGS 84]) by time, faults."""

    form: str
    fixes: tuple[tuple[float, float, float], ...]
    faults: tuple[Fault, ...]


def read(data: bytes) -> TrackFile:
    """Read a recorded track. Both formats are WGS 84 by their definition.

    Raises
    ------
    InputError
        When it is neither GPX nor KML, or holds no fix with a time.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"the track has {len(data):,} bytes, the most is {MOST_BYTES:,}; export it in parts.")
    try:
        root = ElementTree.fromstring(data)  # before anything else reads it: entities are refused
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError(f"the file is no XML that can be read ({error}); export it as GPX or KML.") from None
    form = _local(root.tag).lower()
    if form not in ("gpx", "kml"):
        raise InputError(f"the file is a {form!r}, neither GPX nor KML.", form=form)
    fixes: dict[tuple[float, float, float], None] = {}
    faults: list[Fault] = []
    rows = _gpx(data) if form == "gpx" else _kml(root)
    for number, (time, lon, lat) in enumerate(rows, 1):
        why = _why_not(time, lon, lat)
        if why or time is None:
            faults.append(Fault(number, why))
        else:
            fixes[time.timestamp(), lon, lat] = None
    if not fixes:
        first = f"; row 1: {faults[0].why}" if faults else ""
        raise InputError(f"the {form.upper()} holds no fix with a time{first}. A line drawn by hand is no patrol.")
    return TrackFile(form, tuple(sorted(fixes)), tuple(faults))


def _why_not(time: datetime | None, lon: float, lat: float) -> str:
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return f"{lon:g}, {lat:g} is no place on earth"
    return "it has no time, or none that can be read" if time is None else ""


def _gpx(data: bytes) -> Iterator[tuple[datetime | None, float, float]]:
    try:
        parsed = gpxpy.parse(data.decode("utf-8-sig"))
    except (gpxpy.gpx.GPXException, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"the GPX cannot be read: {error}.") from None
    for track in parsed.tracks:
        for segment in track.segments:
            for point in segment.points:
                time = point.time
                yield (time.astimezone(UTC) if time and time.tzinfo else None, point.longitude, point.latitude)


def _kml(root: Element) -> Iterator[tuple[datetime | None, float, float]]:
    """`gx:Track`: times in `when`, places in `gx:coord`, paired in order. Other lines have no times."""
    for track in (element for element in root.iter() if _local(element.tag) == "Track"):
        times = [child.text or "" for child in track if _local(child.tag) == "when"]
        places = [child.text or "" for child in track if _local(child.tag) == "coord"]
        for i, place in enumerate(places):
            yield (_time(times[i]) if i < len(times) else None, *_place(place))
    for line in (element for element in root.iter() if _local(element.tag) == "LineString"):
        for text in re.split(r"\s+", "".join(part.text or "" for part in line if _local(part.tag) == "coordinates")):
            if text:
                yield (None, *_place(text.replace(",", " ")))


def _place(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split()[:2])
    except ValueError:
        return float("nan"), float("nan")
    return lon, lat


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
