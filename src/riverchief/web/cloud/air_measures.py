"""Measures about the air with their inspections, and the control list of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, UnknownName
from riverchief.base.ids import new_id
from riverchief.cloud.standards.air.control import control_rules
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import AirGrade, AirInspection, AirMeasure, AirWarning
from riverchief.web.wire import iso

WRITERS = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT)
INSPECTORS = (*WRITERS, Role.GUARD, Role.CHIEF)


def _allowed(user: User, roles: tuple[Role, ...], what: str) -> None:
    if user.role not in roles:
        raise NotAllowed(f"{user.username} ({user.role}) may not {what}; {', '.join(roles)} may.", role=user.role)


def listed(user: User, kind: str = "", state: str = "") -> list[dict[str, Any]]:
    """Measures that somebody may see, newest first, with their inspections.

    Raises
    ------
    UnknownName
        For a kind or a state that there is not.
    """
    found: QuerySet[AirMeasure] = visible(user, AirMeasure)
    for name, given, known in (("kind", kind, AirMeasure.KINDS), ("state", state, AirMeasure.STATES)):
        if given and given not in known:
            raise UnknownName(f"{name} of an air measure", given, known)
        found = found.filter(**{name: given}) if given else found
    return [as_dict(one) for one in found.prefetch_related("inspections")]


def as_dict(one: AirMeasure) -> dict[str, Any]:
    """A measure on the wire."""
    return {
        "id": one.id,
        "kind": one.kind,
        "name_zh": one.name_zh,
        "name_en": one.name_en or one.name_zh,
        "region": regions.prefix(one.region) or None,
        "address_zh": one.address_zh,
        "address_en": one.address_en or one.address_zh,
        "lon": one.lon,
        "lat": one.lat,
        "indicator_zh": one.indicator_zh,
        "indicator_en": one.indicator_en or one.indicator_zh,
        "target": one.target,
        "done": one.done,
        "unit": one.unit,
        "state": one.state,
        "due": one.due and one.due.isoformat(),
        "document": one.document,
        "assumed": one.assumed,
        "inspections": [
            {
                "id": seen.id,
                "at": iso(seen.at),
                "person": seen.person,
                "finding": seen.finding,
                "done": seen.done,
                "photos": seen.photos,
            }
            for seen in one.inspections.all()
        ],
    }


def create(user: User, given: dict[str, Any]) -> AirMeasure:
    """Enter a measure.

    Raises
    ------
    NotAllowed
        For somebody who is no office, or a region that is not theirs.
    UnknownName
        For a kind or a state that there is not.
    InputError
        Without a name, or with a target below zero.
    """
    _allowed(user, WRITERS, "enter a measure")
    for name, known in (("kind", AirMeasure.KINDS), ("state", AirMeasure.STATES)):
        if given[name] not in known:
            raise UnknownName(f"{name} of an air measure", given[name], known)
    if not given["name_zh"].strip():
        raise InputError("a measure needs a name (name_zh).")
    for name in ("target", "done"):
        if given[name] is not None and not 0 <= given[name] < float("inf"):
            raise InputError(f"{name} is {given[name]} {given['unit']}; it cannot be below zero.", value=given[name])
    region = regions.normalise(given.pop("region") or context.basin().basin.region)
    own = user.region_prefix
    if user.role != Role.SYSTEM and (own is None or not region.startswith(own)):
        raise NotAllowed(f"region {region} is not {user.username}'s ({own or 'none'}).", region=region)
    now = context.now()
    with transaction.atomic():
        made = AirMeasure.objects.create(id=new_id("airmeasure", now), region=region, created_at=now, **given)
        audit(context.clock(), user.username, "air-measure", made.id, kind=made.kind)
    return made


def inspect(user: User, measure: AirMeasure, finding: str, done: float | None, photos: list[str]) -> AirInspection:
    """Note that somebody looked at a measure; what they counted becomes its indicator.

    Raises
    ------
    NotAllowed
        For somebody who inspects nothing.
    InputError
        Without a finding, or with a count below zero.
    """
    _allowed(user, INSPECTORS, "inspect a measure")
    if not finding.strip():
        raise InputError("an inspection needs a finding: what was seen.")
    if done is not None and not 0 <= done < float("inf"):
        raise InputError(f"done is {done} {measure.unit}; it cannot be below zero.", value=done)
    now = context.now()
    with transaction.atomic():
        seen = AirInspection.objects.create(
            id=new_id("airinspection", now),
            measure=measure,
            at=now,
            person=user.username,
            finding=finding.strip(),
            done=done,
            photos=photos,
        )
        if done is not None:
            measure.done = done
            if measure.target and done >= measure.target:
                measure.state = "done"
            measure.save(update_fields=["done", "state"])
        audit(context.clock(), user.username, "air-inspection", seen.id, measure=measure.id)
    return seen


def control_list(user: User, day: date, level: str = "") -> dict[str, Any]:
    """What every graded enterprise must do on a day: by the warning that was issued, or by a level that is asked for.

    Raises
    ------
    UnknownName
        For a level that the rules do not know.
    InputError
        Before the first edition of the rules.
    """
    rules = control_rules(day)
    issued = visible(user, AirWarning).filter(first_day__lte=day, last_day__gte=day)
    graves = sorted(issued, key=lambda one: rules.levels.index(one.level) if one.level in rules.levels else -1)
    warning = graves[-1] if graves else None
    asked = level or (warning.level if warning else "")
    newest: dict[str, AirGrade] = {}
    for one in visible(user, AirGrade).filter(valid_from__lte=day).order_by("valid_from"):
        newest[one.facility] = one
    items = []
    for one in sorted(newest.values(), key=lambda g: (g.grade, g.facility), reverse=True) if asked else []:
        cut = rules.cut(one.grade, asked)
        items.append(
            {
                "code": one.facility,
                "name_zh": one.name_zh,
                "name_en": one.name_en or one.name_zh,
                "region": regions.prefix(one.region),
                "grade": one.grade,
                "cut_percent": cut.cut_percent,
                "measure_zh": cut.zh,
                "measure_en": cut.en,
                "assumed": one.assumed,
            }
        )
    edition = rules.edition
    return {
        "day": day.isoformat(),
        "level": asked or None,
        "issued": None
        if warning is None
        else {"level": warning.level, "document": warning.document, "assumed": warning.assumed},
        "levels": list(rules.levels),
        "edition": edition.code,
        "confirmed": edition.confirmed,
        "note_zh": edition.note_zh,
        "note_en": edition.note_en,
        "items": items,
        "total": len(items),
    }
