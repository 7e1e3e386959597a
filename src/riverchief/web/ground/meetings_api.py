"""Meetings and notices over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from riverchief.base.places import Place
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import meetings
from riverchief.web.ground.models import Meeting, Notice
from riverchief.web.wire import ERRORS, one, page_of, parse_time, user_of

router = Router()
SHOWN = 200


class Minutes(Schema):
    """A meeting: when it was held (ISO 8601 with a zone), who was there, what was said and decided."""

    title: str = Field(max_length=200)
    held_at: str
    attendees: list[str] = []
    minutes: str = ""
    decisions: list[str] = []


class Decision(Schema):
    """Which decision becomes a case, from 1, and where its problem lies."""

    decision: int
    reach: str = Field(max_length=64)
    chainage_m: float
    type: str = Field("", max_length=32)
    values: dict[str, Any] = {}


class Message(Schema):
    """A notice; readers are usernames, or `role:chief` for all of a role whom the sender knows."""

    title: str = Field(max_length=200)
    text: str
    readers: list[str]


@router.get("/meetings", summary="Meetings")
def listed(request: HttpRequest) -> dict[str, Any]:
    """Meetings one may see, newest first, with their decisions and the cases that they became."""
    found = visible(request.user, Meeting).order_by("-held_at", "-pk")
    return page_of([meetings.meeting_brief(item) for item in found[:SHOWN]], found.count())


@router.post("/meetings", summary="Keep minutes", response={200: dict[str, Any], **ERRORS})
def hold(request: HttpRequest, given: Minutes) -> dict[str, Any]:
    """An office keeps the minutes of a meeting."""
    at = parse_time(given.held_at)
    made = meetings.hold(user_of(request), given.title, at, given.attendees, given.minutes, given.decisions)
    return meetings.meeting_brief(made)


@router.post("/meetings/{key}/cases", summary="Make a case of a decision", response={200: dict[str, Any], **ERRORS})
def open_case(request: HttpRequest, key: str, given: Decision) -> dict[str, Any]:
    """A decision becomes a case, dispatched to the chief of the place."""
    place = Place(given.reach, given.chainage_m)
    found = one(request, Meeting, key)
    made = meetings.open_case(found, user_of(request), given.decision, place, given.type, given.values)
    return meetings.meeting_brief(made)


@router.get("/notices", summary="Notices")
def notices(request: HttpRequest) -> dict[str, Any]:
    """Notices one may see, newest first; an office sees who has read them."""
    user = user_of(request)
    found = visible(user, Notice).order_by("-at", "-pk").prefetch_related("receipts")
    return page_of([meetings.notice_brief(item, user) for item in found[:SHOWN]], found.count())


@router.post("/notices", summary="Send a notice", response={200: dict[str, Any], **ERRORS})
def send(request: HttpRequest, given: Message) -> dict[str, Any]:
    """An office sends a notice to people it knows."""
    user = user_of(request)
    return meetings.notice_brief(meetings.send(user, given.title, given.text, given.readers), user)


@router.post("/notices/{key}/read", summary="Open a notice", response={200: dict[str, Any], **ERRORS})
def read(request: HttpRequest, key: str) -> dict[str, Any]:
    """The reader has opened it; the first time is kept."""
    user, found = user_of(request), one(request, Notice, key)
    meetings.opened(found, user)
    return meetings.notice_brief(found, user)
