"""What is told is written into the queue, in the transaction of what happened; nothing is sent from here."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from functools import lru_cache
from typing import Any

from riverchief.base.errors import RiverError
from riverchief.base.ids import new_id
from riverchief.web import context
from riverchief.web.accounts.models import CodeSent, Preferences, User
from riverchief.web.messages import rules
from riverchief.web.messages.channels import OURS, Channel, make
from riverchief.web.messages.models import DELIVERED, FAILED, QUEUED, Message

log = logging.getLogger("riverchief.messages")
CODE = "sign-in-code"
KEPT = timedelta(days=400)  # a year of an office, and the month in which it is assessed
_TEXTABLE = re.compile(r"\+861\d{10}|\+(?!86)\d{7,15}")  # a land line of China takes no text message


@lru_cache(maxsize=8)
def _made(name: str, frozen: str) -> Channel:
    return make(name, _settings()[name])


def _settings() -> dict[str, dict[str, Any]]:
    config = context.config()
    return {**config.channels, **({"sms": config.sms} if config.sms else {})}


def channel(name: str) -> Channel:
    """A configured channel; made anew when its settings change."""
    return _made(name, repr(_settings()[name]))


def configured() -> tuple[str, ...]:
    """Channels of this installation, in the order in which they are tried; those of others first."""
    names = _settings()
    return (*sorted(name for name in names if name not in OURS), *(name for name in OURS if name in names))


def preferences(user: User) -> Preferences:
    """How somebody wants to be told; as the installation does it where they never said."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def address(user: User, name: str, wanted: Preferences) -> str:
    """Who somebody is on a channel; empty where nobody knows."""
    if name == "sms":
        return user.phone if _TEXTABLE.fullmatch(user.phone) else ""
    return user.email if name == "email" else str(wanted.addresses.get(name, ""))


def ways(user: User) -> list[str]:
    """Channels over which somebody can be reached, in their own order."""
    wanted, known = preferences(user), configured()
    chosen = [name for name in wanted.channels if name in known] or list(known)
    return [name for name in chosen if address(user, name, wanted)]


def quiet_of(user: User) -> rules.Quiet:
    """The hours in which somebody is left alone: their own, else everybody's."""
    wanted, default = preferences(user), rules.quiet()
    if wanted.quiet_from is None or wanted.quiet_to is None:
        return default
    return rules.Quiet(wanted.quiet_from, wanted.quiet_to, default.except_severity, "own", confirmed=True)


def tell(
    user: User, key: str, params: dict[str, Any], *, subject: str = "", severity: int = 1, dedupe: str
) -> Message | None:
    """Tell somebody something, once for each dedupe key; None where they were told before.

    It stands under the bell at once. Over a channel it goes when the quiet hours let it.
    """
    now = context.now()
    found = ways(user)
    message = Message(
        id=new_id("message", now),
        to=user,
        key=key,
        params=params,
        subject=subject,
        severity=severity,
        made_at=now,
        due_at=quiet_of(user).until(now, severity) if found else now,
        state=QUEUED if found else DELIVERED,
        channel=found[0] if found else "",
        delivered_at=None if found else now,
        dedupe_key=dedupe[:200],
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(pk=message.pk).first()  # where somebody was told before, nothing was written


def code(user: User, asked: CodeSent) -> None:
    """Send a code by text message, and by nothing else; its digits are not kept."""
    now = context.now()
    ready = "sms" in configured()
    Message.objects.create(
        id=new_id("message", now),
        to=user,
        key=CODE,
        params={"asked": asked.pk},
        severity=3,
        made_at=now,
        due_at=now,
        state=QUEUED if ready else FAILED,
        channel="sms",
        why="" if ready else "no SMS gateway is set up; write [sms] into riverchief.toml.",
        dedupe_key=f"{CODE}:{asked.pk}",
    )


def check_settings() -> list[str]:
    """What is wrong with the channels' settings, one sentence each."""
    wrong = []
    for name in _settings():
        try:
            channel(name)
        except RiverError as error:
            wrong.append(f"{name}: {error.sentence}")
    return wrong


def forget_old() -> None:
    """Take away what was told more than a year ago. What failed stays until an office has seen it."""
    before = context.now() - KEPT
    Message.objects.filter(made_at__lt=before).exclude(state__in=(FAILED, QUEUED)).delete()
