"""Open data (开放数据): classes of sections by month as JSON, CSV, GeoJSON; nothing personal, only where it is on."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.core.cache import cache

from riverchief.base.basin import Section
from riverchief.base.errors import InputError, NotFound
from riverchief.base.spans import month_of
from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.cloud import evaluation
from riverchief.web.wire import iso, named, parse_day

KEEP_S = 600
FIRST_YEAR = 2000
COLUMNS = (
    "section", "name_zh", "name_en", "level", "lon", "lat", "month", "class", "target_class", "on_target", "deciding",
    "days", "complete", "edition", "confirmed", "simulated",
)  # fmt: skip


def require_on() -> None:
    """Make sure that this installation publishes its classes.

    Raises
    ------
    NotFound
        Where it does not; `data["open_data"]` is False.
    """
    if not context.config().open_data:
        error = NotFound("open data", "this installation")
        error.sentence = "This installation does not publish its data; ask the river chief's office for them."
        error.data["open_data"] = False
        raise error


def _month(text: str) -> date:
    """First day of the month asked for; of the newest whole month where none is named.

    Raises
    ------
    InputError
        When it is no month, or one that has not begun.
    """
    today = local_day(context.now())
    if not text:
        return today.replace(year=today.year - (today.month == 1), month=(today.month - 2) % 12 + 1, day=1)
    first = parse_day(f"{text}-01")
    if not first.year >= FIRST_YEAR or first > today:
        raise InputError(f"month {text!r} lies outside of {FIRST_YEAR}-01 to {today:%Y-%m}.", month=text)
    return first


def sections(month: str = "") -> dict[str, Any]:
    """The class of every section in a month, with its target and what decided; reckoned at most every ten minutes."""
    require_on()
    first = _month(month)
    info = context.basin().basin
    key = f"open:{context.config().folder.name}:{info.code}:{info.version}:{first:%Y-%m}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _sections(first)
        cache.set(key, known, KEEP_S)
    return known


def _sections(first: date) -> dict[str, Any]:
    edition = evaluation.edition_of(min(month_of(first).last, evaluation.known_day()))
    return {
        "month": f"{first:%Y-%m}",
        "running": month_of(first).holds(evaluation.known_day()),
        "as_of": iso(context.now()),
        "licence": context.config().open_licence,
        "simulated": bool(context.config().simulated),
        "edition": edition,
        "items": [_one(section, first) for section in context.basin().basin.sections],
    }


def _one(section: Section, first: date) -> dict[str, Any]:
    found = evaluation.month_means(section, first, first) if section.station else []
    verdict = found[0] if found else None
    return {
        **named(section),
        "level": section.level,
        "lon": round(section.lon, 5),
        "lat": round(section.lat, 5),
        "class": verdict.class_ if verdict else 0,
        "target_class": section.target_class,
        "on_target": evaluation.on_target(verdict, section) if verdict else None,
        "deciding": list(verdict.deciding) if verdict else [],
        "days": verdict.n_days if verdict else 0,
        "complete": bool(verdict and verdict.enough),
    }


def as_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per section, with what holds for all of them beside it."""
    common = {
        "month": found["month"],
        "edition": found["edition"]["code"],
        "confirmed": found["edition"]["confirmed"],
        "simulated": found["simulated"],
    }
    return [
        {**item, "section": item["code"], "deciding": " ".join(item["deciding"]), **common} for item in found["items"]
    ]


def as_csv(found: dict[str, Any]) -> str:
    """CSV for Excel: a byte-order mark, and nothing that a spreadsheet would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "licence"])
    for row in as_rows(found):
        writer.writerow([_cell(row[name]) for name in COLUMNS] + [_cell(found["licence"])])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@" else text


def as_geojson(found: dict[str, Any]) -> dict[str, Any]:
    """A FeatureCollection of points in WGS 84."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": {name: row[name] for name in COLUMNS if name not in ("lon", "lat")},
            }
            for row in as_rows(found)
        ],
        "licence": found["licence"],
        "as_of": found["as_of"],
    }
