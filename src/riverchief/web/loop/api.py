"""The loop over HTTP: how something came about, the steps of an incident, and the self-check."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from ninja import Router

from riverchief.base.errors import InputError
from riverchief.store import DeviceHealth
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry, Role, first_broken_entry
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import Alert
from riverchief.web.ground.models import Case, PhoneRecord
from riverchief.web.loop import explain
from riverchief.web.loop.links import LINKS
from riverchief.web.loop.models import Event, Failure, LinkCursor, Schedule
from riverchief.web.loop.tail import TAIL
from riverchief.web.supervisor import state as processes
from riverchief.web.wire import iso, one, page_of, user_of

router = Router()


@router.get("/explain/{key}", summary="How something came about")
def explain_one(request: HttpRequest, key: str) -> dict[str, Any]:
    """The chain of provenance of any id, as a tree down to the frames' bytes."""
    return explain.tree(request.user, key)


@router.get("/steps", summary="The steps of an incident")
def steps(request: HttpRequest, alert: str = "", case: str = "") -> dict[str, Any]:
    """Every link that led to an alert or case, and everything that came of it, oldest first."""
    if not alert and not case:
        raise InputError("steps of what? Give ?alert=alert-… or ?case=case-….")
    root = one(request, Alert, alert) if alert else one(request, Case, case)
    roots = [root.pk] + ([root.alert] if isinstance(root, Case) and root.alert else [])
    nodes = explain.ancestors(request.user, explain.descendants(roots), within=explain.SUMS)
    return page_of([explain.as_dict(item) for item in nodes])


def _links() -> list[dict[str, Any]]:
    """How far every link has come, and how many events (for the tail: arrivals) wait for it."""
    kinds = {link.name: link.on for link in LINKS}
    found = []
    for cursor in LinkCursor.objects.order_by("link"):
        if cursor.link == TAIL:
            waiting = max(0, context.store().observations.last_arrival() - cursor.position)
        else:
            waiting = Event.objects.filter(kind=kinds.get(cursor.link, ""), id__gt=cursor.position).count()
        found.append({"link": cursor.link, "position": cursor.position, "waiting": waiting})
    return found


def _device(device: DeviceHealth) -> dict[str, Any]:
    return {
        "device": device.device,
        "place": device.place,
        "frames": device.frames,
        "invalid": device.invalid,
        "checksum_failures": device.checksum_failures,
        "readings": device.readings,
        "refused": device.refused,
        "resent": device.resent,
        "last_seen": iso(device.last_seen),
        "last_reason": device.last_reason or None,
    }


@router.get("/health", summary="Self-check")
def health(request: HttpRequest) -> dict[str, Any]:
    """Processes, devices, how far every link has come, what failed three times, whether the audit chain is whole."""
    user = user_of(request)
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    failures = [
        {"link": f.link, "event": f.event_id, "attempts": f.attempts, "error": f.error, "last_at": iso(f.last_at)}
        for f in visible(user, Failure)[:50]
    ]
    failed = visible(user, PhoneRecord).filter(state="held", tries__gt=0)
    failures += [
        {"link": "phone", "event": r.record, "attempts": r.tries, "error": r.sentence, "last_at": iso(r.received_at)}
        for r in failed[:50]
    ]
    broken = first_broken_entry() if user.role in (Role.SYSTEM, Role.AUDITOR) else None
    last = Event.objects.filter(kind="reading").order_by("-id").first()
    return {
        "now": iso(context.now()),
        "processes": processes(context.config().folder),
        "events": newest,
        "last_reading_known_at": iso(last.known_at) if last else None,
        "links": _links(),
        "failures": failures,
        "failures_total": Failure.objects.count() + failed.count(),
        "schedules": [
            {"name": s.name, "last_at": iso(s.last_at), "due_at": iso(s.due_at)} for s in Schedule.objects.all()
        ],
        "devices": [_device(d) for d in context.store().observations.device_health()],
        "audit": {"entries": AuditEntry.objects.count(), "broken_at": broken.pk if broken else None},
    }
