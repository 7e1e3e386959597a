"""The cloud stage over HTTP: state of the river, sections, series, readings, frames, alerts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest
from ninja import Router, Schema

from riverchief.base.errors import NotFound, WrongState
from riverchief.base.ids import reading_address
from riverchief.base.time import day_of_closing_stamp, from_epoch
from riverchief.base.units import property_named
from riverchief.cloud import protocols
from riverchief.cloud.standards import water
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud import incident, section_page, verdicts
from riverchief.web.cloud.models import Alert
from riverchief.web.cloud.series import read, usable
from riverchief.web.cloud.state import section_now, state
from riverchief.web.ground import cases
from riverchief.web.ground.models import Case
from riverchief.web.wire import iso, named, one, page_of, parse_time, user_of

router = Router()


class Reason(Schema):
    """Why."""

    reason: str


def _when(text: str, default: datetime) -> datetime:
    return parse_time(text) if text else default


@router.get("/state", summary="The river at a time")
def river_state(request: HttpRequest, at: str = "") -> dict[str, Any]:
    """Class of reaches and sections, health and last values of stations, open alerts and cases one may see."""
    when = _when(at, context.now())
    alerts = visible(request.user, Alert).filter(at__lte=when).exclude(closed_at__lte=when)
    open_cases = visible(request.user, Case).filter(opened_at__lte=when).exclude(closed_at__lte=when)
    return {
        **state(when),
        "alerts": [incident.brief(alert) for alert in alerts[:500]],
        "cases": [cases.brief(case, when) for case in open_cases[:500]],
    }


@router.get("/sections", summary="Sections")
def sections(request: HttpRequest) -> dict[str, Any]:
    """Every section with its class now and its target."""
    now = context.now()
    registry = context.basin()
    return page_of(
        [
            {**named(s), **place_properties(registry, s.place), "level": s.level, "target_class": s.target_class}
            | section_now(s, now)
            for s in registry.basin.sections
        ]
    )


@router.get("/sections/{code}", summary="One section")
def section(request: HttpRequest, code: str) -> dict[str, Any]:
    """The answer, then why: class now with its inputs, target, class by month, trust in the instrument."""
    found = context.basin().sections.get(code)
    if found is None:
        raise NotFound("section", code)
    return section_page.page(user_of(request), found, context.now())


@router.get("/sections/{code}/classes", summary="Class of a section through time")
def classes(request: HttpRequest, code: str, start: str = "", end: str = "") -> dict[str, Any]:
    """The class at every time an item that counts was measured: [epoch s, class, deciding items]."""
    found = context.basin().sections.get(code)
    if found is None:
        raise NotFound("section", code)
    until = _when(end, context.now())
    since = _when(start, until - timedelta(days=30))
    data = {item: read(found.station, item, since, until) for item in verdicts.ITEMS}
    times = np.unique(np.concatenate([data[item].time_s[usable(data[item])] for item in verdicts.SLOW_ITEMS]))
    if not times.size:
        return {"code": code, "points": []}
    values = {}
    for item, series in data.items():
        good = usable(series)
        known_s, known = series.time_s[good], series.value[good]
        if not known_s.size:
            continue
        i = np.searchsorted(known_s, times, side="right") - 1
        fresh = (i >= 0) & (times - known_s[np.maximum(i, 0)] <= verdicts.AGE_S)
        values[item] = np.where(fresh, known[np.maximum(i, 0)], np.nan)
    days = [day_of_closing_stamp(from_epoch(int(t))) for t in times]
    judged = water.assess(values, on=np.array(days, "datetime64[D]"), tp_rule=found.tp_rule)
    points = []
    for k, time_s in enumerate(times.tolist()):
        deciding = [item for item in values if judged.class_[k] and judged.item_class[item][k] == judged.class_[k]]
        points.append([time_s, int(judged.class_[k]), deciding])
    return {"code": code, "points": points}


@router.get("/series", summary="A series")
def series(
    request: HttpRequest,
    place: str,
    property: str,  # noqa: A002  the field's word
    start: str = "",
    end: str = "",
    as_of: str = "",
) -> dict[str, Any]:
    """Values of one property of one station: [epoch s, value or null, flag, revision]; as known at `as_of`."""
    kept = property_named(property)
    until = _when(end, context.now())
    since = _when(start, until - timedelta(days=7))
    data = read(place, property, since, until, parse_time(as_of) if as_of else None)
    points = [
        [int(t), None if np.isnan(v) else float(v), int(f), int(r)]
        for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True)
    ]
    return {"place": place, "property": property, "unit": kept.unit, "points": points}


@router.get("/readings/{key}", summary="One reading, down to its frame")
def reading(request: HttpRequest, key: str) -> dict[str, Any]:
    """A reading with the frame it came in: raw bytes and what they say."""
    address = reading_address(key)
    observations = context.store().observations
    info = observations.series(address.series_id)
    row = observations.reading(key)
    return {
        "id": key,
        "place": info.key.place,
        "property": info.key.property,
        "unit": info.unit,
        "time": iso(from_epoch(address.time_s)),
        "revision": address.revision,
        "value": row.value,
        "flag": row.flag.name.lower(),
        "frame": _frame(row.frame_no) if row.frame_no is not None and row.frame_no >= 0 else None,
    }


def _frame(frame_no: int) -> dict[str, Any]:
    record = context.store().frames.get(frame_no)
    stream = protocols.StreamDecoder()
    messages = stream.feed(record.raw) + stream.flush()
    return {
        "id": record.frame_id,
        "at": iso(record.at),
        "peer": record.peer,
        "raw_hex": record.raw.hex(),
        "decoded": [protocols.as_json(message) for message in messages],
    }


@router.get("/frames", summary="The last raw frames of a station")
def frames(request: HttpRequest, place: str, limit: int = 20) -> dict[str, Any]:
    """The raw frames behind the newest readings of a station."""
    newest = context.store().observations.frames_of(place, max(1, min(limit, 100)))
    return page_of([_frame(number) for number in newest])


@router.get("/alerts", summary="Alerts")
def alerts(request: HttpRequest, state: str = "", limit: int = 100) -> dict[str, Any]:
    """Alerts one may see, newest first."""
    found = visible(request.user, Alert)
    if state:
        found = found.filter(state=state)
    return page_of([incident.brief(a) for a in found.order_by("-at")[: max(1, min(limit, 500))]], found.count())


@router.get("/alerts/{key}", summary="The incident room")
def alert(request: HttpRequest, key: str) -> dict[str, Any]:
    """An alert with its trace, forecast, mission, case and the steps of the loop so far."""
    return incident.room(user_of(request), one(request, Alert, key))


@router.post("/alerts/{key}/close", summary="Close an alert")
def close_alert(request: HttpRequest, key: str, given: Reason) -> dict[str, Any]:
    """An office closes an alert by hand, with the reason."""
    user = user_of(request)
    found = one(request, Alert, key)
    incident.close(found, user, given.reason)
    return incident.brief(found)


@router.post("/alerts/{key}/case", summary="Make a case of an alert")
def case_of_alert(request: HttpRequest, key: str) -> dict[str, Any]:
    """A person decides that an alert (an instrument's, for example) is a problem that somebody must solve."""
    user = user_of(request)
    found = one(request, Alert, key)
    if Case.objects.filter(alert=found.pk).exists():
        raise WrongState(f"{found.pk} already has a case; open that one.", alert=found.pk)
    case = cases.open_from_alert(found, reporter=user.username)
    audit(context.clock(), user.username, "case-from-alert", case.pk, alert=found.pk)
    return cases.brief(case, context.now())
