"""The office's desk: what is overdue, has nobody, is disputed or waits for a second person; and where it is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.models import Draft
from riverchief.web.ground import ledger
from riverchief.web.ground.ledger_models import Handoff, Letter
from riverchief.web.ground.models import PatrolAppeal, RuleVersion
from riverchief.web.wire import count_of


def desk(user: User, now: datetime) -> list[dict[str, Any]]:
    """Lines of an office's desk, each with how many and the address of its list; empty for everybody else."""
    if not user.is_office():
        return []
    return [{"what": what, **count_of(found), "href": href} for what, found, href in _lines(user, now)]


def _lines(user: User, now: datetime) -> Iterator[tuple[str, QuerySet[Any], str]]:
    for what, wanted in (
        ("overdue", ledger.Filter(overdue=True)),
        ("unassigned", ledger.Filter(unassigned=True)),
    ):
        yield what, ledger.found(user, wanted, now), f"/cases?{wanted.query()}"
    yield "disputed", visible(user, PatrolAppeal).filter(decision=""), "/patrols?result=appeal"
    handoffs = visible(user, Handoff).filter(answered_at__isnull=True)
    yield "hotlines", handoffs.filter(due_at__lt=now), "/hotlines?state=overdue"
    yield "letters", visible(user, Letter).filter(state="drafted"), "/letters?state=drafted"
    unanswered = visible(user, Letter).filter(state="issued", answer_due_at__lt=now)
    yield "answers", unanswered, "/letters?state=late"
    # nobody approves their own: what waits for this person is what colleagues of the same office have asked for
    asked = visible(user, Draft).filter(state="open", region=user.region, role=user.role)
    yield "drafts", asked.exclude(by=user.username), "/changes"
    frozen = visible(user, RuleVersion).filter(state="frozen", region=user.region)
    yield "rules", frozen.exclude(by=user.username), "/rules"
