"""Today: what the signed-in person must do now, in order, with one action each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router

from riverchief.base.time import from_epoch
from riverchief.ground import states
from riverchief.ground.citizens import rules
from riverchief.web import context
from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud.models import Alert
from riverchief.web.ground import cases
from riverchief.web.ground.desk import desk
from riverchief.web.ground.models import Case
from riverchief.web.public.models import CitizenReport
from riverchief.web.sky.models import Finding, Mission
from riverchief.web.wire import count_of, iso, user_of

router = Router()

Item = dict[str, Any]
STEPS_BACK = ("return", "reject", "fail", "reopen", "fly_again")  # possible, but not what is waited for
FLYING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT, Role.GUARD)


def _item(kind: str, record: Any, action: str, due: datetime | None, now: datetime, **params: Any) -> Item:
    page = {"finding": f"mission/{getattr(record, 'mission_id', '')}", "verify": f"case/{record.pk}"}
    page |= {"instrument": f"alert/{record.pk}", "citizen": "citizens"}
    place = place_properties(context.basin(), record.place) if record.reach else None
    return {
        "kind": kind,
        "id": record.pk,
        "title_key": f"today.{kind}.{action}",
        "params": params,
        "place": place,
        "due": iso(due),
        "overdue": due is not None and due < now,
        "action_key": action,
        "href": "/" + page.get(kind, f"{kind}/{record.pk}"),
    }


def _turn(user: User) -> Q:
    """Cases that could wait for somebody, as the table of states says: by their role, or as theirs to solve."""
    mine = [name for name in (user.username, user.chief) if name]
    anybody = states.waiting_for(user.role)
    own = Q(assignee__in=mine) | Q(reporter__in=mine, state=states.State.DRAFT)
    return Q(state__in=anybody) | own & ~Q(state__in=states.ENDED)


def _cases(user: User, seen: QuerySet[Case], now: datetime) -> list[Item]:
    items = []
    for case in seen.filter(_turn(user), confirmed_at__isnull=True).order_by("due_at")[:200]:
        actions = [row for row in cases.allowed_for(user, case) if not row["beside"]]
        if not actions:
            continue
        action = next((a["action"] for a in actions if a["action"] not in STEPS_BACK), actions[0]["action"])
        kind = "verify" if action == "verify" else "case"
        items.append(
            _item(kind, case, action, case.due_at, now, number=case.number, severity=case.severity, **case.params)
        )
    return items


def _alerts(user: User, now: datetime) -> list[Item]:
    if not user.is_office() and user.role != Role.DEPARTMENT:
        return []
    items = []
    for alert in visible(user, Alert).filter(state="open").order_by("-severity", "-at")[:100]:
        kind = "instrument" if alert.kind == "instrument" else "alert"
        action = "check" if kind == "instrument" else "discharge" if alert.kind == "discharge" else "open"
        station = context.basin().stations.get(alert.station)
        names = {"station_zh": station.name_zh, "station_en": station.name_en} if station else {}
        more = {"property": alert.property, "value": alert.value, "severity": alert.severity}
        items.append(_item(kind, alert, action, None, now, **names, **more))
    return items


def _citizens(user: User, now: datetime) -> list[Item]:
    """What citizens sent and nobody has looked at: one line, with the oldest one's time limit."""
    if not user.is_office():
        return []
    waiting = visible(user, CitizenReport).filter(state="waiting").order_by("at")
    oldest = waiting.first()
    if oldest is None:
        return []
    return [_item("citizen", oldest, "look", oldest.at + rules().answering, now, n=waiting.count())]


def _sky(user: User, now: datetime) -> list[Item]:
    if user.role not in FLYING:
        return []
    missions = visible(user, Mission).filter(state="planned")[:50]
    findings = visible(user, Finding).filter(state="open")[:50]
    return [_item("mission", m, "fly", None, now, from_m=m.from_m, to_m=m.to_m) for m in missions] + [
        _item("finding", f, "review", None, now, finding=f.kind, error_m=f.error_m) for f in findings
    ]


@router.get("/today", summary="What must I do now")
def today(request: HttpRequest) -> dict[str, Any]:
    """Due things first: cases whose turn is mine, reports by citizens, flights, findings, alerts, instruments.

    An office gets its desk beside them: how many are overdue, have nobody, are disputed or wait for a second person.
    """
    user = user_of(request)
    now = context.now()
    seen = visible(user, Case)
    items = _cases(user, seen, now) + _citizens(user, now) + _sky(user, now) + _alerts(user, now)
    never = iso(from_epoch(32_503_680_000))
    rank = {"case": 0, "verify": 0, "alert": 1, "citizen": 1, "mission": 2, "finding": 2, "patrol": 3, "instrument": 4}
    items.sort(key=lambda item: (not item["overdue"], rank[item["kind"]], item["due"] or never))
    done = count_of(seen.filter(confirmed_at__isnull=False))
    return {
        "role": user.role,
        "items": items,
        "desk": desk(user, now),
        "done_count": done["total"],
        "done_more": done["more"],
    }
