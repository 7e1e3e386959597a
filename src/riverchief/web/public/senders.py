"""Who sends, without knowing who: addresses as keyed hashes, how much came from each, the puzzle before a report."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import APIKeyHeader

from riverchief.base.errors import InputError, NotAllowed, TooMany
from riverchief.ground.citizens import puzzle, queue, rules
from riverchief.ground.citizens.rules import Limits
from riverchief.web import context
from riverchief.web.accounts import devices
from riverchief.web.public.models import Sender, Spent

HASH = 32
IPV6_NETWORK = 64  # what one subscriber has
BYTES_BESIDE = 1_000_000  # of a report beside its photographs


def keyed(purpose: str, text: str) -> str:
    """A hash that only this installation can make."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()[:HASH]


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()


def spell(seconds: float) -> timedelta:
    """A time that a person needs, on a clock that may run faster than people do."""
    return timedelta(seconds=seconds * max(1.0, context.clock().speed))


def address_of(request: HttpRequest) -> str:
    """The keyed hash of where a request came from; an IPv6 subscriber is one address.

    Behind proxies of one's own (`proxies`) it is the address that the outermost of them saw.
    """
    text = devices.address_of(request)
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return keyed("address", text)
    if found.version == 6:
        if found.ipv4_mapped is not None:
            return keyed("address", str(found.ipv4_mapped))
        return keyed("address", str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False)))
    return keyed("address", str(found))


def weight_of(sender: Sender) -> float:
    """How much an address has sent lately, as of now."""
    return queue.decayed(sender.weight, (context.now() - sender.weighed_at) / spell(1))


def weigh(address: str) -> Sender:
    """Count one more report of an address, whether it is taken or not; the caller holds a transaction."""
    now = context.now()
    sender, _ = Sender.objects.select_for_update().get_or_create(
        id=address, defaults={"weighed_at": now, "window_from": now}
    )
    sender.weight = weight_of(sender) + 1
    sender.weighed_at = now
    if now >= sender.window_from + spell(rules().limits.window_s):
        sender.window_from, sender.window_count = now, 0
    return sender


def refusal(sender: Sender, at_sign: int, limits: Limits) -> TooMany | None:
    """Why no more is taken of an address now; None where it is. `at_sign` is how many came at the sign."""
    held = sender.held_until is not None and sender.held_until > context.now()
    most = 1 if held or at_sign >= limits.per_sign else limits.per_address
    if sender.window_count < most:
        return None
    left = sender.window_from + spell(limits.window_s) - context.now()
    wait_s = max(1, round(left / spell(1)))
    return TooMany(
        f"{sender.window_count} reports came from this network within {limits.window_s // 60} minutes, and {most} are "
        f"taken. Send this one again in {wait_s // 60 + 1} minutes, or call the river chief's office.",
        wait_s=wait_s,
    )


def asked(request: HttpRequest, what: str, per_minute: int) -> None:
    """Count one question of an address.

    Raises
    ------
    TooMany
        When it asks more often than that in a minute.
    """
    now = context.now()
    minute = int(now.timestamp() // spell(60).total_seconds())
    key = f"asked:{what}:{minute}:{address_of(request)}"
    cache.add(key, 0, 120)
    try:
        count = cache.incr(key)
    except ValueError:  # a flood of others has pushed it out just now
        count = 1
    if count > per_minute:
        raise TooMany(f"more than {per_minute} questions came from this network in a minute; wait a minute.", wait_s=60)


# ------------------------------------------------------------------ the puzzle


def set_puzzle(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """A fresh puzzle, as hard as the load and the asker's own weight make it."""
    rule, now = rules().puzzle, context.now()
    sender = Sender.objects.filter(pk=address_of(request)).first()
    lately = Spent.objects.filter(at__gt=now - spell(60)).count()
    bits = puzzle.hardness(rule, lately, weight_of(sender) if sender else 0.0)
    until = now + spell(rule.minutes * 60)
    token = puzzle.issue(_secret(), purpose, rule.parts, bits, int(until.timestamp()))
    return {"token": token, "parts": rule.parts, "bits": bits, "minutes": rule.minutes}


class Solved(APIKeyHeader):
    """Lets in whoever has solved a puzzle for this purpose; looked at before the body of a request is read.

    The token stands in a header of our own, which no other site's page can send: it is what guards against forged
    requests where there is no session.
    """

    param_name = "X-Puzzle"

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> puzzle.Puzzle:
        """What the token says.

        Raises
        ------
        NotAllowed
            When it does not hold.
        InputError
            When more bytes are coming than a report may have.
        """
        limits = rules().limits
        coming, most = int(request.META.get("CONTENT_LENGTH") or 0), limits.photos * limits.photo_bytes + BYTES_BESIDE
        if coming > most:
            raise InputError(f"{coming:,} bytes are too many, at most {most:,} are taken; send fewer photographs.")
        try:
            solution = [int(n) for n in str(request.headers.get("X-Puzzle-Solution", "")).split(",") if n]
        except ValueError:
            solution = []
        return puzzle.check(_secret(), key or "", solution, self.purpose, context.now().timestamp())


def require_unspent(request: HttpRequest) -> None:
    """See that the puzzle of a request was not used before, ahead of what costs the server something.

    Raises
    ------
    NotAllowed
        When it was.
    """
    solved: puzzle.Puzzle = request.auth  # type: ignore[attr-defined]
    if Spent.objects.filter(pk=solved.name).exists():
        raise _used()


def _used() -> NotAllowed:
    return NotAllowed("the puzzle was used already; fetch another one and send again.", part="puzzle")


def spend(request: HttpRequest) -> None:
    """Use the puzzle of a request up; the caller holds a transaction.

    Raises
    ------
    NotAllowed
        When it was used before.
    """
    solved: puzzle.Puzzle = request.auth  # type: ignore[attr-defined]
    until = context.now() + spell(rules().puzzle.minutes * 60)
    _, fresh = Spent.objects.get_or_create(name=solved.name, defaults={"at": context.now(), "until": until})
    if not fresh:
        raise _used()


def forget() -> None:
    """Forget puzzles that have expired, and addresses that have sent nothing for a long time."""
    now = context.now()
    Spent.objects.filter(until__lt=now).delete()
    old = now - timedelta(days=rules().limits.forget_days)
    Sender.objects.filter(weighed_at__lt=old).exclude(held_until__gt=now).delete()
