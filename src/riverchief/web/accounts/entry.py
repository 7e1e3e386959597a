"""Signing in without a password: a code by text message, or a link that an office made.

Nothing here tells whether a number is known: the answer, and how often one may ask, are the same.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

from riverchief.base.errors import NotAllowed, TooMany
from riverchief.base.ids import new_id
from riverchief.base.phone import normalise
from riverchief.web import context
from riverchief.web.accounts import devices
from riverchief.web.accounts.models import CodeSent, EntryLink, User, audit
from riverchief.web.accounts.people import looks_after

VALID = timedelta(minutes=5)
TRIES = 5
DIGITS = 6
LINK_MAX_H = 14 * 24
BACKEND = "django.contrib.auth.backends.ModelBackend"
# how many codes one number, and how many one address, may ask for within a time
PER_PHONE = ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
PER_ADDRESS = ((20, timedelta(hours=1)), (60, timedelta(days=1)))
WRONG = "this code is wrong or has run out; look at the last message, or ask for a new one."


def code_of(asked: CodeSent) -> str:
    """The digits that were sent: they follow from the request and the installation's secret."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"code:{asked.pk}:{asked.phone}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def _wait_s(rows: QuerySet[CodeSent], limits: tuple[tuple[int, timedelta], ...], now: datetime) -> int:
    """How long these must wait before they may ask again [s]; 0 where they may."""
    waits = [0.0]
    for most, within in limits:
        last = list(rows.filter(at__gt=now - within).order_by("-at").values_list("at", flat=True)[:most])
        if len(last) == most:
            waits.append((last[-1] + within - now).total_seconds())
    return int(max(waits) + 0.999)


def whose(phone: str) -> User | None:
    """The active person whose number this is; a number has one account."""
    return User.objects.filter(phone=phone, is_active=True).first()


def ask_for_code(request: HttpRequest, number: str) -> CodeSent:
    """Send a code to a number, if somebody has it; the asker cannot tell.

    Raises
    ------
    InputError
        When it is no telephone number.
    TooMany
        When the number or the address has asked too often.
    """
    from riverchief.web.messages import outbox

    phone, address, now = normalise(number), devices.address_of(request), context.now()
    with transaction.atomic():
        waits = (
            _wait_s(CodeSent.objects.filter(phone=phone), PER_PHONE, now),
            _wait_s(CodeSent.objects.filter(address=address), PER_ADDRESS, now),
        )
        if wait_s := max(waits):
            raise TooMany(f"a code was asked for too often; ask again in {wait_s} s.", wait_s=wait_s)
        asked = CodeSent.objects.create(id=new_id("code", now), phone=phone, address=address, at=now)
        if user := whose(phone):
            outbox.code(user, asked)
    return asked


def use_code(number: str, digits: str) -> User:
    """Whose number this is, where the digits are those of its last message; they open once.

    Raises
    ------
    NotAllowed
        When it is wrong, used, too old, or was tried too often; the sentence is the same for all.
    """
    phone, now = normalise(number), context.now()
    asked = CodeSent.objects.filter(phone=phone, at__gt=now - VALID).first()  # the last one, whether used or not
    if asked is None:
        raise NotAllowed(WRONG)
    # counted before it is looked at, so that many tries at once are as many tries
    counted = CodeSent.objects.filter(pk=asked.pk, tries__lt=TRIES, used_at__isnull=True).update(tries=F("tries") + 1)
    user = whose(phone)
    if not counted or not hmac.compare_digest(code_of(asked), digits.strip()) or user is None:
        raise NotAllowed(WRONG)
    # taken in one statement, so that of two at the same time one comes in
    if not CodeSent.objects.filter(pk=asked.pk, used_at__isnull=True).update(used_at=now):
        raise NotAllowed(WRONG)
    return user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(user: User, by: User, valid_h: int) -> tuple[EntryLink, str]:
    """A link for somebody, and its token, which is not kept; links made before are void.

    Raises
    ------
    NotAllowed
        When who makes it works in no office, or the link would open more than its maker may.
    """
    if not by.is_office():
        raise NotAllowed(f"{by.username} ({by.role}) makes no links; the river chief's office does.", role=by.role)
    if not looks_after(by, user):
        raise NotAllowed(
            f"{user.username} ({user.role}) is not {by.username}'s to let in; the office above or the system's "
            f"administrator makes the link.",
            role=user.role,
        )
    now, token = context.now(), secrets.token_urlsafe(24)
    with transaction.atomic():
        EntryLink.objects.filter(user=user, used_at__isnull=True).delete()
        link = EntryLink.objects.create(
            id=new_id("link", now),
            user=user,
            token_hash=_hashed(token),
            made_by=by.username,
            made_at=now,
            expires_at=now + timedelta(hours=min(max(valid_h, 1), LINK_MAX_H)),
        )
    audit(context.clock(), by.username, "make-link", link.pk, owner=user.username)
    return link, token


def use_link(token: str) -> User:
    """Whose link this is; it opens once.

    Raises
    ------
    NotAllowed
        When it was used, has run out, or never was.
    """
    now = context.now()
    link = EntryLink.objects.select_related("user").filter(token_hash=_hashed(token)).first()
    good = link is not None and link.expires_at > now and link.user.is_active
    # taken in one statement, so that of two at the same time one comes in
    if link is None or not good or not EntryLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=now):
        raise NotAllowed("this link was used or has run out; ask the river chief's office for a new one.")
    return link.user


def enter(request: HttpRequest, user: User, way: str) -> None:
    """Begin the session of somebody who has shown who they are."""
    login(request, user, backend=BACKEND)
    request.session[devices.WAY] = way
    audit(context.clock(), user.username, "sign-in", way=way)
