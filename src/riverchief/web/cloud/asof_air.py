"""Air as assessed at a past time held against today's: days whose index is another, and the hours behind it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from riverchief.base.spans import Span
from riverchief.base.time import CHINA, local_day
from riverchief.cloud.standards.changes import day_changes, reading_differences
from riverchief.web import context
from riverchief.web.cloud import air
from riverchief.web.cloud.asof import reading_changes
from riverchief.web.wire import iso


def compared(code: str, span: Span, as_of: datetime) -> dict[str, Any]:
    """A station, or the prefecture, over a span: its days then and now, and every difference, as JSON."""
    place = air.place_named(code)
    last = min(span.last, air.last_whole_day(as_of))
    then, now = (_days(place["code"], span.first, last, when) for when in (as_of, None))
    found = day_changes(then, now)
    stations = [one.code for one in air.stations() if place["code"] in {one.code, context.basin().basin.region}]
    start = datetime(span.first.year, span.first.month, span.first.day, tzinfo=CHINA) + timedelta(seconds=1)
    end = datetime(last.year, last.month, last.day, tzinfo=CHINA) + timedelta(days=1)
    readings = [one for station in stations for one in reading_changes(station, air.PROPERTIES, start, end, as_of)]
    found += reading_differences(readings)
    return {
        **place,
        "period": span.label,
        "as_of": iso(as_of),
        "as_of_day": local_day(as_of).isoformat(),
        "now_at": iso(context.now()),
        "then": _summary(then),
        "now": _summary(now),
        "changed": [one.as_dict() for one in found],
        "same": not found,
    }


def _days(code: str, first: date, last: date, as_of: datetime | None) -> list[dict[str, Any]]:
    if last < first:
        return []
    return air.listed_days(air.days_of(code, first, last, as_of), [])[0]


def _summary(days: list[dict[str, Any]]) -> dict[str, Any]:
    valid = [one for one in days if one["valid"]]
    good = [one for one in valid if one["level"] in {1, 2}]
    return {"n_days": len(valid), "good_days": len(good), "good_share": len(good) / len(valid) if valid else None}
