"""Messages over HTTP: my bell, and for the office whether its people were reached."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from riverchief.base.errors import NotAllowed, WrongState
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import Alert
from riverchief.web.ground.models import Case
from riverchief.web.messages import outbox, texts
from riverchief.web.messages.models import DELIVERED, FAILED, QUEUED, READ, SENT, Message
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso, one, page_of, user_of

router = Router()


class Seen(Schema):
    """Messages that were read; all of mine where none is named."""

    ids: list[str] = Field(default_factory=list, max_length=500)


def _bell(user: User) -> Any:
    return visible(user, Message).filter(to=user).exclude(key=outbox.CODE)


def _brief(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "key": message.key,
        "text": {language: texts.words(message.key, message.params, language) for language in ("zh", "en")},
        "subject": message.subject or None,
        "severity": message.severity,
        "at": iso(message.made_at),
        "read_at": iso(message.read_at),
    }


@router.get("", summary="My messages")
def mine(request: HttpRequest, unread: bool = False, limit: int = 50) -> dict[str, Any]:
    """What stands under my bell, newest first, and how many I have not read."""
    found = _bell(user_of(request))
    waiting = found.filter(read_at__isnull=True)
    shown = (waiting if unread else found)[: max(1, min(limit, 200))]
    return {**page_of([_brief(one) for one in shown], found.count()), "unread": waiting.count()}


@router.post("/read", summary="I have read them")
def read(request: HttpRequest, given: Seen) -> dict[str, Any]:
    """Mark messages as read; what still waited to be sent is not sent any more."""
    found = _bell(user_of(request)).filter(read_at__isnull=True)
    if given.ids:
        found = found.filter(pk__in=given.ids)
    found.update(state=READ, read_at=context.now())
    return {"unread": _bell(user_of(request)).filter(read_at__isnull=True).count()}


def _office(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) sends no messages; the river chief's office does.")
    return user


def _kept_back(user: User, shown: list[Message]) -> set[str]:
    """Of what messages are about, what is confidential and not this person's to see, though they see who was told."""
    hidden: set[str] = set()
    for model in (Case, Alert, Finding):
        about = model.objects.filter(pk__in={message.subject for message in shown}, confidential=True)
        hidden |= {item.pk for item in about} - {item.pk for item in visible(user, model).filter(pk__in=about)}
    return hidden


def _delivery(message: Message, hidden: set[str]) -> dict[str, Any]:
    kept_back = message.key == outbox.CODE or message.subject in hidden
    return {
        **_brief(message),
        "text": None if kept_back else _brief(message)["text"],
        "to": {
            "username": message.to.username,
            "name_zh": message.to.name_zh or message.to.username,
            "name_en": message.to.name_en or message.to.name_zh or message.to.username,
        },
        "state": message.state,
        "channel": message.channel or None,
        "due_at": iso(message.due_at) if message.state == QUEUED else None,
        "sent_at": iso(message.sent_at),
        "delivered_at": iso(message.delivered_at),
        "tries": message.tries,
        "attempts": message.attempts,
        "why": message.why or None,
    }


@router.get("/deliveries", summary="Whether people were reached")
def deliveries(request: HttpRequest, state: str = "", channel: str = "", limit: int = 100) -> dict[str, Any]:
    """Messages to the office's people with what became of each, newest first, and how many there are of each state."""
    _office(request)
    found = visible(request.user, Message)
    counted = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    if state:
        found = found.filter(state=state)
    if channel:
        found = found.filter(channel=channel)
    shown = list(found.select_related("to")[: max(1, min(limit, 500))])
    hidden = _kept_back(user_of(request), shown)
    return {
        **page_of([_delivery(one, hidden) for one in shown], found.count()),
        "states": {name: counted.get(name, 0) for name in (QUEUED, SENT, DELIVERED, READ, FAILED)},
        "channels": list(outbox.configured()),
        "faults": outbox.check_settings(),
    }


@router.post("/deliveries/{message}/again", summary="Send once more")
def again(request: HttpRequest, message: str) -> dict[str, Any]:
    """Try a message that failed over all its channels anew."""
    office, found = _office(request), one(request, Message, message)
    if found.state != FAILED or found.key == outbox.CODE:
        raise WrongState(f"{message} is {found.state}; only what failed is sent once more.", state=found.state)
    found.state, found.tries, found.given_up, found.due_at = QUEUED, 0, [], context.now()
    found.save(update_fields=["state", "tries", "given_up", "due_at"])
    audit(context.clock(), office.username, "send-again", found.pk)
    return _delivery(found, _kept_back(office, [found]))


@router.post("/trial", summary="Send me a test message")
def trial(request: HttpRequest) -> dict[str, Any]:
    """One message to myself over my own channels, so that I see whether they work."""
    user, now = user_of(request), context.now()
    minute = now.replace(second=0, microsecond=0).isoformat()
    made = outbox.tell(user, "trial", {}, severity=3, dedupe=f"trial:{user.pk}:{minute}")
    return {"sent": made is not None, "channels": outbox.ways(user)}
