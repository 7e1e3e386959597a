"""The walker's day: my stretch with what lies on it, what is due, my cases. One answer, which a phone keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest
from ninja import Router

from riverchief.base.errors import InputError
from riverchief.base.places import Interval, Place
from riverchief.base.time import local_day
from riverchief.ground import casetypes, rules, states
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.registry import Registry
from riverchief.web.ground import cases, company, rule_trial, ruling
from riverchief.web.ground.models import Case, Patrol
from riverchief.web.wire import iso, named, user_of

router = Router()

CASES = 60  # a phone's list; who has more of them sits at a desk
AROUND_DEG = 0.05  # how far around a stretch other water is drawn, about 5 km
_LAST_COUNTED = timedelta(days=370)  # the longest spacing that a rule can ask for


@router.get("/day", summary="The walker's day")
def day(request: HttpRequest) -> dict[str, Any]:
    """What a phone needs to work without signal: stretches with their lines, things on them, duties, cases, people."""
    user, now = user_of(request), context.now()
    registry = context.basin()
    mine = _stretches(registry, user, local_day(now))
    return {
        "now": iso(now),
        "speed": context.clock().speed,
        "username": user.username,
        "stretches": [_stretch(registry, one) for one in mine],
        "water": _water(registry, mine),
        "things": _things(registry, mine),
        "duty": _duty(registry, user, mine, now),
        "cases": _cases(user, now),
        "chiefs": _chiefs(registry, mine, local_day(now)),
        "people": [company.card(one) for one in company.people(user)],
        "company": company.asked(user),
        "types": _types(local_day(now)),
        "checklist": _checklist(local_day(now)),
    }


def _stretches(registry: Registry, user: User, on: date) -> list[Interval]:
    """What this walker answers for today, in the order of the registry."""
    return list(registry.offices.held_by(user.chief, on)) if user.chief else []


def _stretch(registry: Registry, where: Interval) -> dict[str, Any]:
    reach = registry.basin.reaches[registry.basin.network.index(where.reach)]
    river = registry.rivers[reach.river]
    return {
        "reach": where.reach,
        "from_m": where.from_m,
        "to_m": where.to_m,
        "length_m": reach.length_m,
        "river_offset_m": registry.river_offset_m[where.reach],
        "river": named(river),
        "line": [list(xy) for xy in reach.line],
    }


def _box(registry: Registry, mine: list[Interval]) -> tuple[float, float, float, float] | None:
    points = [
        xy
        for where in mine
        for xy in registry.basin.network.point(
            [registry.basin.network.index(where.reach)] * 2, [where.from_m, where.to_m]
        )
        if xy[0] == xy[0]
    ]
    if not points:
        return None
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    return min(lon) - AROUND_DEG, min(lat) - AROUND_DEG, max(lon) + AROUND_DEG, max(lat) + AROUND_DEG


def _water(registry: Registry, mine: list[Interval]) -> list[dict[str, Any]]:
    """Other water near my stretch, so that I see where it comes from and goes to."""
    box = _box(registry, mine)
    if box is None:
        return []
    own, (west, south, east, north) = {where.reach for where in mine}, registry.boxes.T
    near = np.flatnonzero((west <= box[2]) & (box[0] <= east) & (south <= box[3]) & (box[1] <= north))
    return [
        {"reach": reach.code, "line": [list(xy) for xy in reach.line]}
        for reach in (registry.basin.reaches[i] for i in near)
        if reach.code not in own and any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in reach.line)
    ]


def _things(registry: Registry, mine: list[Interval]) -> list[dict[str, Any]]:
    """Sections, outfalls and the rest on my stretch."""
    return [
        {
            "kind": kind,
            **named(item),
            "reach": place.reach,
            "chainage_m": place.chainage_m,
            "lon": item.lon,
            "lat": item.lat,
        }
        for reach in dict.fromkeys(where.reach for where in mine)
        for item, kind in registry.things_on.get(reach, ())
        if (place := item.place) is not None
        and any(where.reach == reach and where.from_m <= place.chainage_m <= where.to_m for where in mine)
    ]


def _duty(registry: Registry, user: User, mine: list[Interval], now: datetime) -> dict[str, Any] | None:
    """What the rule asks of this walker in the period that holds today, and what of it is done."""
    chief = registry.chiefs.get(user.chief)
    if chief is None or not mine:
        return None
    rule = ruling.rule_for(chief.region, local_day(now))
    if not rule.asks(chief.level):
        return None
    asked = rule.of(chief.level)
    try:
        period = rules.duty_on(asked, local_day(now))
    except InputError:  # working days of a new year are not known yet: nobody can say what is due, and the rest stands
        return None
    own = Patrol.objects.filter(by=user.username, finished_at__gte=now - _LAST_COUNTED).defer("track")
    stretch = rule_trial.stretch_of(registry, user.chief, local_day(now))
    walked = [record for one in own if (record := ruling.standing(one, rule)) is not None]
    rounds = [
        one
        for one in rules.judge(rule, chief.level, stretch, walked, period.first_day, period.last_day)
        if one.kind == "round"
    ]
    counted = [one.finished_at for one in walked if not rules.shortfalls(asked, one)]
    last = max(counted, default=None)
    return {
        "level": chief.level,
        "period": asked.period,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "due": sum(one.due for one in rounds),
        "done": sum(min(one.done, one.due) for one in rounds),
        "seen": round(min((one.seen for one in rounds), default=0.0), 4),
        "seen_asked": max((one.seen_asked for one in rounds), default=0.0),
        "shortest_min": asked.shortest_min,
        "shortest_m": asked.shortest_m,
        "photos": asked.photos,
        "not_before": iso(last + timedelta(hours=asked.spacing_h)) if last and asked.spacing_h else None,
        "rule": {
            "code": rule.code,
            "version": rule.version,
            "name_zh": rule.name_zh,
            "name_en": rule.name_en,
            "document": rule.document,
            "confirmed": rule.confirmed,
        },
    }


def _cases(user: User, now: datetime) -> list[dict[str, Any]]:
    """Cases whose turn is mine, then others of mine that are not ended; what may be done with each."""
    found = visible(user, Case).filter(confirmed_at__isnull=True).exclude(state__in=states.ENDED)
    own = found.filter(assignees__contains=f",{user.username},").order_by("due_at")[:CASES]
    items = [{**cases.brief(case, now), "allowed": cases.allowed_for(user, case)} for case in own]
    items.sort(key=lambda item: not any(not row["beside"] for row in item["allowed"]))
    return items


def _types(on: date) -> list[dict[str, Any]]:
    """What a walker may report, of the catalogue in force, with what is asked of each."""
    return [
        {**named(one), "severity": one.severity, "fields": [_field(asked) for asked in one.fields]}
        for one in casetypes.catalogue(on)
    ]


def _field(asked: casetypes.Field) -> dict[str, Any]:
    return {
        "key": asked.key,
        "name_zh": asked.name_zh,
        "name_en": asked.name_en,
        "kind": asked.kind,
        "unit": asked.unit,
        "required": asked.required,
        "least": asked.least,
        "choices": [{"code": code, "name_zh": zh, "name_en": en} for code, zh, en in asked.choices],
    }


def _checklist(on: date) -> list[dict[str, Any]]:
    """What is looked at on every patrol, with the type that it becomes where only one fits."""
    return [
        {
            "code": line,
            "type": types[0].code if len(types) == 1 else None,
        }
        for line, types in casetypes.checklist(on)
    ]


def _chiefs(registry: Registry, mine: list[Interval], on: date) -> list[dict[str, Any]]:
    """Who else answers for my stretch, the nearest level first, with the number that the office has entered."""
    found: dict[str, Any] = {}
    for where in mine:
        for chief in registry.responsible(Place(where.reach, (where.from_m + where.to_m) / 2), on):
            found.setdefault(chief.code, chief)
    numbers = dict(User.objects.filter(chief__in=found, phone__gt="", is_active=True).values_list("chief", "phone"))
    return [{**named(c), "level": c.level, "phone": numbers.get(c.code)} for c in found.values()]
