"""Meetings, whose decisions can become cases; and notices, whose readers say by opening them that they have read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, UnknownName, WrongState
from riverchief.base.ids import new_id
from riverchief.base.places import Place
from riverchief.ground import states
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, marking
from riverchief.web.ground.models import Meeting, Notice, NoticeReceipt
from riverchief.web.loop.events import came_from, emit
from riverchief.web.wire import iso

MOST_READERS = 2_000


def _office(user: User, what: str) -> None:
    if user.role not in states.OFFICE_ROLES:
        raise NotAllowed(f"{user.username} ({user.role}) {what}; an office of river chiefs does.", role=user.role)


def hold(
    user: User, title: str, held_at: datetime, attendees: list[str], minutes: str, decisions: list[str]
) -> Meeting:
    """Keep the minutes of a meeting with what was decided."""
    _office(user, "keeps no minutes")
    if not title.strip():
        raise InputError("a meeting needs a title.", need="title")
    now = context.now()
    with transaction.atomic():
        made = Meeting.objects.create(
            id=new_id("meeting", now),
            region=regions.normalise(user.region or context.basin().basin.region),
            title=title,
            held_at=held_at,
            by=user.username,
            attendees=[name.strip() for name in attendees if name.strip()],
            minutes=minutes,
            decisions=[{"text": text.strip(), "case": ""} for text in decisions if text.strip()],
            assignees=f",{user.username},",
        )
        audit(context.clock(), user.username, "hold-meeting", made.pk, decisions=len(made.decisions))
    return made


def open_case(meeting: Meeting, user: User, number: int, place: Place, code: str, values: dict[str, Any]) -> Meeting:
    """Make a case of a decision, which is counted from 1; a decision becomes one case.

    Raises
    ------
    InputError
        For a decision that the meeting does not have; WrongState for one that is a case already.
    """
    _office(user, "opens no cases of meetings")
    marking.require_place(place)
    origin, severity = marking.typed(code, values, 0)
    with transaction.atomic():
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if not 1 <= number <= len(meeting.decisions):
            raise InputError(f"the meeting has {len(meeting.decisions)} decisions; there is none of number {number}.")
        decision = meeting.decisions[number - 1]
        if decision["case"]:
            raise WrongState(f"decision {number} is a case already.", case=decision["case"])
        case = cases.open_by_office(user, place, origin, source="meeting", note=decision["text"], severity=severity)
        decision["case"] = case.pk
        meeting.save(update_fields=["decisions"])
        came_from(case.pk, [(meeting.pk, "cause")], code="ground.meetings")
    audit(context.clock(), user.username, "decision-to-case", meeting.pk, case=case.pk, decision=number)
    return meeting


def meeting_brief(found: Meeting) -> dict[str, Any]:
    """A meeting in a list."""
    return {
        "id": found.pk,
        "title": found.title,
        "held_at": iso(found.held_at),
        "by": found.by,
        "attendees": found.attendees,
        "minutes": found.minutes,
        "decisions": [{"text": one["text"], "case": one["case"] or None} for one in found.decisions],
    }


def send(user: User, title: str, text: str, readers: list[str]) -> Notice:
    """Send a notice to people by their usernames; all of one role in the region as `role:chief`.

    Raises
    ------
    UnknownName
        For a reader whom the sender does not know.
    """
    _office(user, "sends no notices")
    if not title.strip() or not text.strip():
        raise InputError("a notice needs a title and a text.", need="text")
    known = visible(user, User).filter(is_active=True)
    names: dict[str, None] = {}
    for reader in readers:
        role = reader.removeprefix("role:")
        found = known.filter(role=role) if role != reader else known.filter(username=reader)
        told = list(found.values_list("username", flat=True))
        if not told:
            raise UnknownName("reader", reader, known.values_list("username", flat=True)[:200])
        names.update(dict.fromkeys(told))
    if not names or len(names) > MOST_READERS:
        raise InputError(f"a notice goes to 1 to {MOST_READERS:,} people, not to {len(names):,}.", readers=len(names))
    now = context.now()
    with transaction.atomic():
        notice = Notice.objects.create(
            id=new_id("notice", now),
            region=regions.normalise(user.region or context.basin().basin.region),
            title=title,
            text=text,
            by=user.username,
            at=now,
            assignees="," + "".join(f"{name}," for name in (user.username, *names)),
        )
        NoticeReceipt.objects.bulk_create([NoticeReceipt(notice=notice, username=name) for name in names])
        emit("notice", notice.pk, now)
        audit(context.clock(), user.username, "send-notice", notice.pk, readers=len(names))
    return notice


def opened(notice: Notice, user: User) -> None:
    """Keep when a reader opened a notice first."""
    mine = NoticeReceipt.objects.filter(notice=notice, username=user.username, read_at__isnull=True)
    mine.update(read_at=context.now())


def notice_brief(found: Notice, user: User) -> dict[str, Any]:
    """A notice in a list: whether I have read it, and to its office who has."""
    receipts = list(found.receipts.all())
    mine = next((one for one in receipts if one.username == user.username), None)
    sender = user.role in states.OFFICE_ROLES
    return {
        "id": found.pk,
        "title": found.title,
        "text": found.text,
        "by": found.by,
        "at": iso(found.at),
        "to_me": mine is not None,
        "read_at": iso(mine.read_at) if mine else None,
        "readers": len(receipts),
        "read": sum(one.read_at is not None for one in receipts),
        "receipts": [{"username": one.username, "read_at": iso(one.read_at)} for one in receipts] if sender else None,
    }
