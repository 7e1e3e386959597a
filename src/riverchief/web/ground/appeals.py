"""Appeals (申诉) against "does not count": words by the walker or the office, decided by somebody else."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.base.ids import new_id
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Patrol, PatrolAppeal
from riverchief.web.wire import iso

MOST_CHARS = 4_000


def _decides(user: User, patrol: Patrol) -> bool:
    """Whether somebody is of the office whose rule judges the patrol, or of one above; to take part is not enough."""
    prefix = user.region_prefix
    home = regions.normalise(ruling.region_of(patrol))
    return user.role in (Role.COUNTY, Role.PREFECTURE) and prefix is not None and home.startswith(prefix)


def _open(patrol: Patrol) -> PatrolAppeal | None:
    return patrol.appeals.filter(decision="").first()


def allowed(patrol: Patrol, user: User) -> list[str]:
    """What this person may do about the result of a patrol that they see."""
    if patrol.finished_at is None or patrol.counts:
        return []
    waiting = _open(patrol)
    if waiting is None:
        return ["appeal"] if patrol.by == user.username or _decides(user, patrol) else []
    return ["decide"] if _decides(user, patrol) and user.username not in (waiting.by, patrol.by) else []


def appeal(patrol: Patrol, user: User, text: str) -> PatrolAppeal:
    """Say why a patrol should count.

    Raises
    ------
    NotAllowed, WrongState, InputError
        When it is neither the walker nor an office; when the patrol goes on, counts, or waits for a decision; when
        nothing is said.
    """
    words = _words(text, "the appeal")
    now = context.now()
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update().get(pk=patrol.pk)
        _require_refused(patrol)
        if _open(patrol) is not None:
            raise WrongState(f"an appeal about {patrol.pk} waits for its decision; one at a time.", patrol=patrol.pk)
        if "appeal" not in allowed(patrol, user):
            raise NotAllowed(f"{user.username} ({user.role}) neither walked {patrol.pk} nor is of an office.")
        made = PatrolAppeal.objects.create(
            id=new_id("appeal", now), patrol=patrol, by=user.username, at=now, text=words
        )
        audit(context.clock(), user.username, "patrol-appeal", patrol.pk, appeal=made.pk, text=words)
    return made


def decide(patrol: Patrol, user: User, accept: bool, reason: str) -> PatrolAppeal:
    """Decide about the appeal that waits; when accepted, the patrol counts by decision beside its reckoned result.

    Raises
    ------
    NotAllowed, WrongState, InputError
        When it is the one who appealed or walked, or no office; when none waits; when no reason is given.
    """
    words = _words(reason, "the decision's reason")
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update().get(pk=patrol.pk)
        waiting = _open(patrol)
        if waiting is None:
            raise WrongState(f"no appeal about {patrol.pk} waits for a decision.", patrol=patrol.pk)
        if user.username in (waiting.by, patrol.by):
            raise NotAllowed(f"{user.username} walked {patrol.pk} or appealed; somebody else decides.")
        if not _decides(user, patrol):
            raise NotAllowed(
                f"{user.username} ({user.role}) decides about no appeal here; the walker's own office does.",
                role=user.role,
            )
        waiting.decision = "accepted" if accept else "refused"
        waiting.decided_by, waiting.decided_at, waiting.reason = user.username, context.now(), words
        waiting.save()
        if accept:
            patrol.decided = True
            patrol.save(update_fields=["decided"])
        audit(
            context.clock(), user.username, "patrol-decision", patrol.pk,
            appeal=waiting.pk, decision=waiting.decision, reason=words,
        )  # fmt: skip
    return waiting


def _words(text: str, what: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= MOST_CHARS:
        raise InputError(f"{what} has {len(words):,} characters; write 1 to {MOST_CHARS:,}.")
    return words


def _require_refused(patrol: Patrol) -> None:
    if patrol.finished_at is None:
        raise WrongState(f"{patrol.pk} goes on; there is no result to appeal against.", patrol=patrol.pk)
    if patrol.counts:
        raise WrongState(f"{patrol.pk} counts; there is nothing to appeal against.", patrol=patrol.pk)


def brief(one: PatrolAppeal) -> dict[str, Any]:
    """An appeal on its patrol's page."""
    return {
        "id": one.pk,
        "by": one.by,
        "at": iso(one.at),
        "text": one.text,
        "decision": one.decision or None,
        "decided_by": one.decided_by or None,
        "decided_at": iso(one.decided_at),
        "reason": one.reason or None,
    }
