"""The page of a receipt: who is responsible, by when, how far it is; rating, and asking for it to be taken up again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from riverchief.base.errors import InputError, NotFound, WrongState
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.ground import states
from riverchief.ground.citizens import receipt, rules, telling
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.accounts.visibility import published
from riverchief.web.ground import cases
from riverchief.web.ground.models import Case, Move
from riverchief.web.loop.events import emit
from riverchief.web.public import senders
from riverchief.web.public.models import CitizenReport, ReleasedPhoto
from riverchief.web.wire import iso, named

LEVELS = ("province", "city", "county", "township", "village")


def by_number(text: str) -> CitizenReport:
    """The report with this receipt: the number itself is what lets its holder in.

    Raises
    ------
    InputError
        When it is no receipt number.
    NotFound
        When no report has it.
    """
    number = receipt.read(text)
    found = CitizenReport.objects.filter(receipt=number).first()
    if found is None:
        raise NotFound("receipt", receipt.shown(number))
    return found


def case_of(report: CitizenReport) -> Case | None:
    """The case that a report became or went into, followed to where it goes on now."""
    found = Case.objects.filter(pk=report.case).first() if report.case else None
    met: set[str] = set()
    while found is not None and found.merged_into and found.pk not in met:
        met.add(found.pk)
        found = Case.objects.filter(pk=found.merged_into).first() or found
    return found


def responsible(place: Place) -> list[dict[str, Any]]:
    """Who answers for a place, the highest level first, as a sign at the bank names them."""
    chiefs = context.basin().responsible(place, local_day(context.now()))
    chiefs.sort(key=lambda chief: LEVELS.index(chief.level))
    return [{"level": c.level, "name_zh": c.name_zh, "name_en": c.name_en or c.name_zh} for c in chiefs]


def step_of(report: CitizenReport, case: Case | None) -> telling.Step:
    """Where a report stands."""
    if report.state in ("rejected", "spam"):
        return telling.Step.REFUSED
    return telling.STEP_OF[states.State(case.state)] if case is not None else telling.Step.WAITING


def page(report: CitizenReport) -> dict[str, Any]:
    """Everything that the holder of a receipt may read."""
    case = case_of(report)
    step = step_of(report, case)
    registry = context.basin()
    reach = registry.basin.reaches[registry.basin.network.index(report.reach)]
    until = reopening_until(case)
    return {
        "receipt": report.receipt,
        "shown": receipt.shown(report.receipt),
        "at": iso(report.at),
        "kind": report.kind,
        "words": telling.masked(report.words),
        "n_photos": len(report.photos),
        "lon": report.lon,
        "lat": report.lat,
        "reach": named(reach),
        "sign": report.sign or None,
        "step": step,
        "reason": _reason(report, case),
        "case": case.number if case else None,
        "joined": report.state == "merged",
        "due": iso(case.due_at if case else report.at + rules().answering),
        "responsible": responsible(report.place),
        "steps": _steps(report, case),
        "answer": _answer(case) if step is telling.Step.DONE and not (case and case.confidential) else "",
        "photos": released(case),
        "stars": report.stars,
        "stars_words": telling.masked(report.stars_words),
        "can_rate": step is telling.Step.DONE,
        "can_reopen": step is telling.Step.DONE and until is not None and context.now() < until,
        "reopen_until": iso(until),
        "reopen_days": rules().reopening_days.amount,
        "reopen_confirmed": rules().reopening_days.confirmed,
        "office_phone": context.config().office_phone,
    }


def _reason(report: CitizenReport, case: Case | None) -> str:
    if case is not None and case.state == states.State.REJECTED and not case.confidential:
        last = Move.objects.filter(case=case, action="reject").order_by("-id").first()
        return telling.masked(last.note) if last else ""
    return telling.masked(report.reason)


def _steps(report: CitizenReport, case: Case | None) -> list[dict[str, Any]]:
    """What happened, in plain steps with their times and no names."""
    told = [{"step": telling.Step.WAITING.value, "at": iso(report.at)}]
    if report.decided_at is not None:
        taken = telling.Step.REFUSED if report.state in ("rejected", "spam") else telling.Step.ACCEPTED
        told.append({"step": taken.value, "at": iso(report.decided_at)})
    if case is not None and report.state in ("case", "merged"):
        since = report.decided_at or report.at
        for move in Move.objects.filter(case=case, action__in=telling.TOLD, at__gte=since).order_by("id"):
            step = telling.STEP_OF[states.State(move.to_state)]
            if step.value != told[-1]["step"]:
                told.append({"step": step.value, "at": iso(move.at)})
    return told


def _answer(case: Case | None) -> str:
    """What was done, in the office's own words: those of the closing, else of the handling."""
    moves = Move.objects.filter(case=case, action__in=("close", "handle")).exclude(note="").order_by("-id")
    by_action = {move.action: move.note for move in reversed(moves)}
    return telling.masked(by_action.get("close") or by_action.get("handle") or "")


def released(case: Case | None) -> list[dict[str, Any]]:
    """Photographs of a case that the office released, before and after."""
    if case is None:
        return []
    found = published(ReleasedPhoto).filter(evidence__case=case)
    return [{"url": f"/api/v1/public/photos/{photo.key}", "side": photo.side, "at": iso(photo.at)} for photo in found]


def reopening_until(case: Case | None) -> datetime | None:
    """Until when a closed case may be taken up again by who reported it."""
    return case.closed_at + rules().reopening if case is not None and case.closed_at else None


def rate(request: HttpRequest, report: CitizenReport, stars: int, words: str) -> CitizenReport:
    """How satisfied the citizen is, 1 to 5; said again, the last one counts.

    Raises
    ------
    WrongState
        When the case is not closed.
    """
    case = case_of(report)
    if step_of(report, case) is not telling.Step.DONE:
        raise WrongState("this report is not settled yet; it can be rated once it is.", state=report.state)
    with transaction.atomic():
        senders.spend(request)
        report.stars, report.stars_words, report.rated_at = stars, words.replace("\x00", "").strip(), context.now()
        report.save(update_fields=["stars", "stars_words", "rated_at"])
        emit("citizen", report.pk, context.now(), key=f"{report.pk}:rated:{iso(report.rated_at)}")
    audit(context.clock(), cases.CITIZEN, "rate-case", case.pk if case else "", stars=stars, report=report.pk)
    return report


def reopen(request: HttpRequest, report: CitizenReport, words: str) -> CitizenReport:
    """Ask for a closed case to be taken up again.

    Raises
    ------
    InputError
        Without a reason.
    WrongState
        When it is not closed, or was closed longer ago than the place's rule allows.
    """
    case, until, said = case_of(report), None, words.replace("\x00", "").strip()
    until = reopening_until(case)
    if case is None or until is None or step_of(report, case) is not telling.Step.DONE:
        raise WrongState("this report is not settled; there is nothing to take up again.", state=report.state)
    if context.now() >= until:
        raise WrongState(
            f"this case was closed more than {rules().reopening_days.amount} days ago; report what is wrong now anew.",
            until=iso(until),
        )
    if not said:
        raise InputError("say why it is to be taken up again.", part="words")
    with transaction.atomic():
        senders.spend(request)
        cases.move(case, states.CITIZEN, "reopen", reason=said)
        report.again_words, report.again_at = said, context.now()
        report.save(update_fields=["again_words", "again_at"])
    return report
