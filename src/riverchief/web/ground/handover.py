"""Hand-over (交接): stretches, term and open cases of a chief go to the next in one transaction, with a protocol."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.basins import change
from riverchief.basins.change import Cells, Edit
from riverchief.basins.folder import cells_of
from riverchief.ground import states
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin import changes
from riverchief.web.basin.models import Draft, HandOver
from riverchief.web.ground import sealing
from riverchief.web.ground.models import Case, Move
from riverchief.web.loop.events import emit


def open_cases(chief: str) -> QuerySet[Case]:
    """Cases of a chief that have not come to their end; one closed for now may come back, and goes along."""
    mine = Case.objects.filter(Q(chief=chief) | Q(assignee=chief), confirmed_at__isnull=True)
    return mine.exclude(state__in=(states.State.REJECTED, states.State.MERGED)).order_by("opened_at")


def plan(giver: str, taker: str, day: date, document: str = "") -> list[Edit]:
    """The edits by which one chief's stretches and term go over to another from a day on.

    Raises
    ------
    UnknownName
        For a chief who is not in the registry.
    InputError
        When it is one and the same, or the giver answers for nothing from that day on.
    """
    basin = context.basin().basin
    chiefs = {chief.code for chief in basin.chiefs}
    for code in (giver, taker):
        if code not in chiefs:
            raise UnknownName("chief", code, chiefs)
    if giver == taker:
        raise InputError(f"{giver} cannot hand over to themselves; name the one who comes after.")
    tables, since = cells_of(basin), day.isoformat()
    duties = [r for r in tables["responsibilities.csv"] if r["chief"] == giver and (not r["end"] or r["end"] > since)]
    if not duties:
        raise InputError(f"{giver} answers for no stretch on {since} or after; there is nothing to hand over.")
    edits = [edit for duty in duties for edit in _handed("responsibilities.csv", duty, taker, since)]
    terms = tables["terms.csv"]
    held = (term for term in terms if term["chief"] == giver and (not term["end"] or term["end"] > since))
    edits += [_ended("terms.csv", term, since) for term in held]
    if not context.basin().offices.in_office(taker, day) or not any(t["chief"] == taker for t in terms):
        new = {"chief": taker, "start": since, "end": "", "document": document, "assumed": "false"}
        edits.append(Edit("terms.csv", change.key_of("terms.csv", new), None, new))
    return edits


def _handed(file: str, duty: Cells, taker: str, since: str) -> list[Edit]:
    """A stretch ends for one and begins for the other."""
    after = duty | {"chief": taker, "start": max(since, duty["start"])}
    return [_ended(file, duty, since), Edit(file, change.key_of(file, after), None, after)]


def _ended(file: str, row: Cells, since: str) -> Edit:
    """The row ended on a day; one that had not begun goes."""
    after = row | {"end": since} if row["start"] < since else None
    return Edit(file, change.key_of(file, row), row, after)


def propose(user: User, giver: str, taker: str, day: date, document: str = "", reason: str = "") -> Draft:
    """Keep a hand-over as a draft, like any change of the registry."""
    edits = plan(giver, taker, day, document)
    return changes.propose(
        user, edits, reason, kind="hand-over", extra={"giver": giver, "taker": taker, "day": day.isoformat()}
    )


def record(draft: Draft) -> HandOver:
    """Keep an approved hand-over, and carry it out where its day has come; the caller holds the transaction."""
    extra = draft.extra
    stretches = [
        {name: told["before"][name] for name in ("reach", "from_m", "to_m")}
        for told in draft.edits
        if told["file"] == "responsibilities.csv" and told["before"]
    ]
    made = HandOver.objects.create(
        id=new_id("handover", context.now()), draft=draft, region=draft.region, giver=extra["giver"],
        taker=extra["taker"], day=date.fromisoformat(extra["day"]), stretches=stretches,
    )  # fmt: skip
    if made.day <= local_day(context.now()):
        _carry_out(made)
    return made


def carry_out_due() -> None:
    """Move the open cases of every approved hand-over whose day has come."""
    for found in HandOver.objects.filter(done_at__isnull=True, day__lte=local_day(context.now())):
        with transaction.atomic():
            _carry_out(HandOver.objects.select_for_update().get(pk=found.pk))


def _carry_out(made: HandOver) -> None:
    """Give the open cases to the next chief, each with a sealed step that says so."""
    if made.done_at is not None:
        return
    now = context.now()
    people = list(User.objects.filter(chief=made.taker).exclude(chief="").values_list("username", flat=True))
    moved = []
    for case in open_cases(made.giver).select_for_update():
        step = Move(
            case_id=case.pk, action="hand_over", from_state=case.state, to_state=case.state,
            by=states.PLATFORM.person, at=now, note=f"{made.giver} → {made.taker}",
        )  # fmt: skip
        sealing.append(case, step)
        case.chief = made.taker if case.chief == made.giver else case.chief
        case.assignee = made.taker if case.assignee == made.giver else case.assignee
        for username in people:
            case.assign(username)
        case.save()
        emit("case-moved", case.pk, now, key=f"{case.pk}:{case.moves.count()}", action="hand_over", state=case.state)
        moved.append({"id": case.pk, "number": case.number})
    made.cases, made.done_at = moved, now
    made.save()
    audit(context.clock(), states.PLATFORM.person, "hand-over", made.pk, cases=len(moved))


def ahead(giver: str, user: User) -> dict[str, Any]:
    """What would go over if a chief handed over: stretches in force, and open cases that the asker may see."""
    day = local_day(context.now())
    held = [i for i in context.basin().basin.responsibilities if i.chief == giver]
    return {
        "stretches": [
            {"reach": d.interval.reach, "from_m": d.interval.from_m, "to_m": d.interval.to_m}
            for d in held
            if d.interval.end is None or d.interval.end > day
        ],
        "cases": [{"id": c.pk, "number": c.number, "state": c.state} for c in open_cases(giver) & visible(user, Case)],
    }
