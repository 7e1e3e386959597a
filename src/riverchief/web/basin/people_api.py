"""Who is who over HTTP: the tree of chiefs with leave and deputies, and telephone numbers for the entitled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router

from riverchief.base import regions
from riverchief.base.errors import NotAllowed, NotFound
from riverchief.base.phone import masked
from riverchief.base.time import local_day
from riverchief.ground.assignment import KEEPERS
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.registry import Registry
from riverchief.web.govern import duty
from riverchief.web.ground import handover
from riverchief.web.ground.models import Case
from riverchief.web.wire import named, page_of, parse_day, user_of

router = Router()
AHEAD_DAYS = 30
_ANYBODY = (Role.SYSTEM, Role.AUDITOR)


def may_call(user: User, chief: str, registry: Registry, day: date) -> bool:
    """Whether somebody may have a chief's number: the offices above, and whoever shares a stretch."""
    found = registry.chiefs.get(chief)
    if found is None or user.role == Role.CITIZEN:
        return False
    if user.role in _ANYBODY or user.chief == chief:
        return True
    prefix = user.region_prefix
    if user.is_office() and prefix is not None and regions.normalise(found.region).startswith(prefix):
        return True
    mine = registry.offices.held_by(user.chief, day) if user.chief else ()
    theirs = registry.offices.held_by(chief, day)
    return any(a.reach == b.reach and a.from_m < b.to_m and b.from_m < a.to_m for a in mine for b in theirs)


def _numbers() -> dict[str, str]:
    """Telephone number of the account of each chief that has one."""
    found = User.objects.filter(is_active=True).exclude(chief="").exclude(phone="").order_by("pk")
    return dict(found.values_list("chief", "phone"))


@router.get("/tree", summary="The tree of chiefs")
def tree(request: HttpRequest, day: str = "") -> dict[str, Any]:
    """Everybody in office on a day (today unless given): above whom, on which stretches, on leave and who deputises.

    Numbers are masked; `call` says whether the asker may have it, and having it is written down.
    """
    user, registry = user_of(request), context.basin()
    at = parse_day(day) if day else local_day(context.now())
    offices, above, phones = registry.offices, registry.superiors(at), _numbers()
    items = [_node(registry.chiefs[code], above[code], registry, at, user, phones) for code in above]
    coming = [
        {"chief": one.chief, "deputy": one.deputy, "start": one.start.isoformat(), "end": one.end.isoformat()}
        for one in offices.leaves
        if at < one.start <= at + timedelta(days=AHEAD_DAYS)
    ]
    return {**page_of(items), "day": at.isoformat(), "coming_leave": coming}


def _node(chief: Any, above: str, registry: Registry, day: date, user: User, phones: dict[str, str]) -> dict[str, Any]:
    offices = registry.offices
    leave = offices.leave_on(chief.code, day)
    acting = offices.acting(chief.code, day)
    term = offices.term_on(chief.code, day)
    number = phones.get(chief.code, "")
    return {
        **named(chief),
        "level": chief.level,
        "keeper": chief.level in KEEPERS,
        "region": chief.region,
        "above": above or None,
        "assumed": chief.assumed,
        "stretches": [
            {**named(registry.reaches[one.reach]), "from_m": one.from_m, "to_m": one.to_m}
            for one in offices.own(chief.code, day)
        ],
        "term": {"start": term.start.isoformat(), "end": term.end and term.end.isoformat(), "document": term.document}
        if term
        else None,
        "leave": {"start": leave.start.isoformat(), "end": leave.end.isoformat(), "reason": leave.reason}
        if leave
        else None,
        "deputy": named(acting) if acting.code != chief.code else None,
        "phone": masked(number) or None,
        "duty": duty.may_read(user, chief),
        "call": bool(number) and may_call(user, chief.code, registry, day),
        "open_cases": None,
    }


@router.post("/chiefs/{code}/phone", summary="A chief's telephone number")
def phone_of(request: HttpRequest, code: str) -> dict[str, Any]:
    """The number in clear for who is entitled to it; every asking stands in the audit chain."""
    user, registry = user_of(request), context.basin()
    number = _numbers().get(code)
    if code not in registry.chiefs or number is None:
        raise NotFound("telephone number", code)
    if not may_call(user, code, registry, local_day(context.now())):
        raise NotAllowed(
            f"{user.username} ({user.role}) shares no stretch with {code}; an office above may have the number.",
            chief=code,
        )
    audit(context.clock(), user.username, "read-phone", code)
    return {"chief": code, "phone": number}


@router.get("/chiefs/{code}", summary="One chief")
def chief(request: HttpRequest, code: str) -> dict[str, Any]:
    """A chief with stretches, terms and leave through time, and how many cases are open that the asker may see."""
    registry = context.basin()
    found = registry.chiefs.get(code)
    if found is None:
        raise NotFound("chief", code)
    user, day, offices = user_of(request), local_day(context.now()), registry.offices
    node = _node(found, registry.superiors(day).get(code, ""), registry, day, user, _numbers())
    duties = [d.interval for d in offices.duties if d.chief == code]
    return {
        **node,
        "open_cases": (handover.open_cases(code) & visible(user, Case)).count(),
        "terms": [
            {
                "start": t.start.isoformat(),
                "end": t.end and t.end.isoformat(),
                "document": t.document,
                "assumed": t.assumed,
            }
            for t in offices.terms
            if t.chief == code
        ],
        "leaves": [
            {"start": one.start.isoformat(), "end": one.end.isoformat(), "deputy": one.deputy, "reason": one.reason}
            for one in offices.leaves
            if one.chief == code
        ],
        "duties": [
            {
                "reach": i.reach, "from_m": i.from_m, "to_m": i.to_m, "start": i.start.isoformat(),
                "end": i.end and i.end.isoformat(),
            }
            for i in duties
        ],
    }  # fmt: skip
