"""The office looks at what citizens sent: taken up as a case, joined to one, refused with a reason, marked as spam."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from riverchief.base.errors import InputError, NotAllowed, UnknownName, WrongState
from riverchief.ground import states
from riverchief.ground.citizens import queue, receipt, rules, telling
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, evidence
from riverchief.web.ground.models import Case, Evidence
from riverchief.web.loop.events import came_from, emit
from riverchief.web.public import senders
from riverchief.web.public.models import CitizenReport, ReleasedPhoto
from riverchief.web.wire import iso

PAGE = 50
ACTIONS = ("accept", "merge", "reject", "spam", "restore")
SIDES = ("before", "after")


def waiting(user: User) -> list[str]:
    """Ids of the reports that wait, in the order in which to look at them."""
    now = context.now()
    rows = (
        visible(user, CitizenReport)
        .filter(state="waiting")
        .values_list(
            "id",
            "sender_id",
            "sender__weight",
            "sender__weighed_at",
            "sender__held_until",
            "words_digest",
            "photos",
            "at",
        )
    )
    second = senders.spell(1)
    found = [
        queue.Waiting(
            key,
            address or key,
            queue.decayed(weight, (now - weighed_at) / second) if weight is not None else 1.0,
            words,
            photos[0] if photos else "",
            at.timestamp(),
            held=held is not None and held > now,
        )
        for key, address, weight, weighed_at, held, words, photos, at in rows
    ]
    return [one.id for one in queue.ordered(found)]


def listed(user: User, state: str, page: int) -> tuple[list[CitizenReport], int]:
    """One page of reports: those that wait in the queue's order, others the newest first; and how many there are."""
    first = (max(1, page) - 1) * PAGE
    if state != "waiting":
        found: QuerySet[CitizenReport] = visible(user, CitizenReport).filter(state=state).order_by("-at")
        found = found.select_related("sender")
        return list(found[first : first + PAGE]), found.count()
    keys = waiting(user)
    shown = keys[first : first + PAGE]
    by_key = visible(user, CitizenReport).select_related("sender").in_bulk(shown)
    return [by_key[key] for key in shown if key in by_key], len(keys)


def _words(text: str, user: User) -> str:
    """What a citizen wrote: as it is for the office, which may have to call; without telephone numbers for others."""
    return text if user.is_office() else telling.masked(text)


def brief(report: CitizenReport, user: User) -> dict[str, Any]:
    """A report as somebody of the office sees it; others who see the place do not learn who wrote."""
    sender = report.sender
    held = bool(sender and sender.held_until and sender.held_until > context.now())
    return {
        "id": report.pk,
        "receipt": receipt.shown(report.receipt),
        "kind": report.kind,
        "words": _words(report.words, user),
        "sign": report.sign or None,
        "source": report.source,
        "at": iso(report.at),
        "due": iso(report.at + rules().answering),
        "region": report.region,
        "reach": report.reach,
        "chainage_m": report.chainage_m,
        "lon": report.lon,
        "lat": report.lat,
        "state": report.state,
        "held": held,
        "from_same": round(senders.weight_of(sender)) if sender else 0,
        "photos": [f"/api/v1/ground/citizens/{report.pk}/photos/{n}" for n in range(len(report.photos))],
        "reason": report.reason,
        "case": report.case or None,
        "decided_by": report.decided_by or None,
        "decided_at": iso(report.decided_at),
        "stars": report.stars,
        "stars_words": _words(report.stars_words, user),
        "again_words": _words(report.again_words, user),
    }


def decide(
    user: User, report: CitizenReport, action: str, *, reason: str = "", into: str = "", severity: int = 0
) -> CitizenReport:
    """Decide what becomes of a report.

    Raises
    ------
    UnknownName
        For an action that there is none of.
    NotAllowed
        When the person is not of an office.
    WrongState
        When it was decided already, or the case to join has ended.
    InputError
        When a refusal has no reason, or a joining no case.
    """
    if action not in ACTIONS:
        raise UnknownName("action", action, ACTIONS)
    if not user.is_office():
        raise NotAllowed(
            f"{user.username} ({user.role}) cannot {action} a citizen's report; the river chief's office does.",
            role=user.role,
        )
    with transaction.atomic():
        report = CitizenReport.objects.select_for_update().get(pk=report.pk)
        expected = ("rejected", "spam") if action == "restore" else ("waiting",)
        if report.state not in expected:
            raise WrongState(f"this report is {report.state} and cannot be {action}ed any more.", state=report.state)
        _DECISIONS[action](user, report, reason.strip(), into, severity)
        report.decided_by, report.decided_at = user.username, context.now()
        if action == "restore":
            report.decided_by, report.decided_at = "", None
        report.save()
        emit("citizen", report.pk, context.now(), key=f"{report.pk}:{action}:{iso(context.now())}", state=report.state)
    audit(context.clock(), user.username, f"citizen-{action}", report.pk, reason=reason, case=report.case)
    return report


def _accept(user: User, report: CitizenReport, reason: str, into: str, severity: int) -> None:
    if severity and not 1 <= severity <= 3:
        raise InputError(f"severity {severity} is not 1 (minor), 2 or 3 (gravest).", severity=severity)
    case = cases.open_by_citizen(
        user,
        report.place,
        (report.lon or 0.0, report.lat or 0.0),
        report=report.pk,
        kind=report.kind,
        words=telling.masked(report.words),  # everybody who works on the case reads it
        severity=severity or rules().kind(report.kind).severity,
    )
    evidence.add_from_citizen(case, report.photos)
    report.state, report.case = "case", case.pk


def _merge(user: User, report: CitizenReport, reason: str, into: str, severity: int) -> None:
    if not into:
        raise InputError("merge needs the case that this report belongs to; give its number.", need="into")
    case = cases.by_number(user, into)
    if case.state in (*states.ENDED, states.State.DRAFT):
        raise WrongState(f"case {case.number} is {case.state}; name an open one.", state=case.state)
    evidence.add_from_citizen(case, report.photos)
    came_from(case.pk, [(report.pk, "merged")], code="ground.citizens")
    report.state, report.case = "merged", case.pk


def _reject(user: User, report: CitizenReport, reason: str, into: str, severity: int) -> None:
    if not reason:
        raise InputError("reject needs a reason, which the citizen reads; say it in a sentence.", need="reason")
    report.state, report.reason = "rejected", reason


def _spam(user: User, report: CitizenReport, reason: str, into: str, severity: int) -> None:
    report.state, report.reason = "spam", reason
    if report.sender is not None:
        report.sender.held_until = context.now() + timedelta(days=rules().limits.held_days)
        report.sender.save(update_fields=["held_until"])


def _restore(user: User, report: CitizenReport, reason: str, into: str, severity: int) -> None:
    if report.state == "spam" and report.sender is not None:
        report.sender.held_until = None
        report.sender.save(update_fields=["held_until"])
    report.state, report.reason = "waiting", ""


_DECISIONS = {"accept": _accept, "merge": _merge, "reject": _reject, "spam": _spam, "restore": _restore}


def of_case(case: Case, user: User) -> list[dict[str, Any]]:
    """What citizens said of a case: their words and how satisfied they are. The caller has checked the case."""
    return [
        {
            "id": report.pk,
            "at": iso(report.at),
            "kind": report.kind,
            "words": _words(report.words, user),
            "stars": report.stars,
            "stars_words": _words(report.stars_words, user),
            "rated_at": iso(report.rated_at),
            "again_words": _words(report.again_words, user),
            "again_at": iso(report.again_at),
        }
        for report in CitizenReport.objects.filter(case=case.pk).order_by("at")
    ]


def release(user: User, piece: Evidence, side: str) -> ReleasedPhoto | None:
    """Let the public see a photograph of a case, before or after; with an empty side it is taken back.

    Raises
    ------
    NotAllowed
        When the person is not of an office.
    InputError
        When it is no photograph, or the side is neither.
    """
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) cannot release photographs.", role=user.role)
    if side and side not in SIDES:
        raise UnknownName("side", side, SIDES)
    if piece.kind != "photo":
        raise InputError(f"{piece.pk} is a {piece.kind}, not a photograph.", kind=piece.kind)
    found = None
    with transaction.atomic():
        ReleasedPhoto.objects.filter(evidence=piece).delete()
        if side:
            store = context.store().files
            found = ReleasedPhoto.objects.create(
                key=secrets.token_urlsafe(16),
                evidence=piece,
                side=side,
                sha256=store.put(media.public_copy(store.read(piece.sha256))),
                by=user.username,
                at=context.now(),
            )
    audit(context.clock(), user.username, "release-photo", piece.pk, side=side, case=piece.case_id)
    return found
