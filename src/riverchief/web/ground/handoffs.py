"""Complaints that hotlines hand on: in as a table or one by one, beside them their clock, out as answers."""

from __future__ import annotations

import io
import logging
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from riverchief.base.errors import InputError, UnknownName, WrongState
from riverchief.base.geometry import distance_m
from riverchief.base.ids import new_id
from riverchief.base.time import CHINA, local_day
from riverchief.ground import handoffs as rules
from riverchief.ground import states
from riverchief.ground.problems import Fault, Problem
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.river import STATES
from riverchief.web.ground import cases, importing, marking
from riverchief.web.ground.importing import Placed
from riverchief.web.ground.models import Case, Handoff
from riverchief.web.loop.events import came_from, emit
from riverchief.web.wire import iso

log = logging.getLogger("riverchief.ground")
LOOKED_AT = 400  # cases of the neighbourhood that are held against a new complaint


def similar(user: User, lon: float, lat: float, text: str, at: datetime) -> list[dict[str, Any]]:
    """Cases near a point that were opened about then and speak of the same: they may be one problem."""
    rule = rules.similar_rule()
    span = timedelta(days=rule.within_days)
    degrees = rule.within_m / 60_000  # a box that surely holds the circle outside the polar regions
    near = visible(user, Case).filter(
        opened_at__gte=at - span,
        opened_at__lte=at + span,
        lon__range=(lon - 2 * degrees, lon + 2 * degrees),
        lat__range=(lat - degrees, lat + degrees),
    )
    found: list[dict[str, Any]] = []
    for case in near.order_by("-opened_at")[:LOOKED_AT]:
        away = float(distance_m(lon, lat, case.lon or 0.0, case.lat or 0.0))
        share = rules.likeness(text, str(case.params.get("note", "")))
        if away <= rule.within_m and share >= rule.share:
            found.append({"id": case.pk, "number": case.number, "distance_m": round(away), "likeness": round(share, 2)})
    return sorted(found, key=lambda one: (-one["likeness"], one["distance_m"]))[:5]


def refuse_twice(hotline: str, number: str, user: User) -> None:
    """See that a number of a hotline has not come before.

    Raises
    ------
    WrongState
        With the case that it became, where that is this person's to see.
    """
    known = Handoff.objects.filter(hotline=hotline, number=number).select_related("case").first()
    if known is None:
        return
    if not visible(user, Handoff).filter(pk=known.pk).exists():
        raise WrongState(f"{number} of {hotline} came before, {_ELSEWHERE}.")
    raise WrongState(
        f"{number} of {hotline} came before, it is case {known.case.number}.",
        case=known.case_id,
        case_number=known.case.number,
    )


_ELSEWHERE = "to an office of another region"


def _due(kind: rules.Hotline, problem: Problem, severity: int) -> date | None:
    """The last day for the answer; None also where the working days of that year are not known yet."""
    assert problem.found is not None
    try:
        return problem.due or kind.due(problem.found, severity)
    except InputError as error:
        log.warning("%s of %s: %s", problem.number, kind.code, error.sentence)
        return None


def take(one: Placed, hotline: str, user: User, *, into: Case | None = None) -> Handoff:
    """Make a case of a complaint, or let it join one that is open; the caller holds a transaction."""
    kind, problem = rules.hotline_named(hotline), one.problem
    refuse_twice(hotline, problem.number, user)
    origin = importing.origin_of(one, hotline)
    assert origin.opened_at is not None
    assert problem.found is not None
    severity = importing.severity_of(problem)
    lon, lat = one.lonlat or context.basin().lonlat(one.place)
    like = similar(user, lon, lat, problem.what, origin.opened_at) if lon is not None and lat is not None else []
    last = _due(kind, problem, severity)
    case = into or cases.open_by_office(
        user, one.place, origin, source="hotline", note=problem.what, severity=severity, lonlat=one.lonlat
    )
    now = context.now()
    found = Handoff.objects.create(
        id=new_id("handoff", now),
        case=case,
        hotline=hotline,
        number=problem.number,
        received_at=origin.opened_at,
        due_at=importing.start_of(last + timedelta(days=1)) if last else None,
        due_given=problem.due is not None,
        answer_to=problem.answer_to or kind.answer_to,
        text=problem.what,
        similar=[] if into else like,
    )
    came_from(case.pk, [(found.pk, "handoff" if into else "cause")], code="ground.handoffs")
    emit("handoff", found.pk, now, case=case.pk, hotline=hotline)
    audit(context.clock(), user.username, "take-handoff", case.pk, hotline=hotline, number=problem.number)
    return found


def enter(user: User, hotline: str, problem: Problem, system: str, into: Case | None = None) -> Handoff:
    """One complaint over the API.

    Raises
    ------
    InputError
        With every fault by its field; UnknownName for a hotline; WrongState for a number that came before, or a case to
        join that has ended.
    """
    importing.check_enterer(user)
    rules.hotline_named(hotline)
    refuse_twice(hotline, problem.number, user)
    found = importing.placed(problem, {}, user, system) if not problem.faults else None
    if into is not None and into.state in (*states.ENDED, states.State.DRAFT):
        raise WrongState(f"case {into.number} is {into.state}; name an open one, or none.", state=into.state)
    if found is None or problem.faults:
        told = [asdict(fault) for fault in problem.faults]
        raise InputError("; ".join(f"{f.column}: {f.en}" for f in problem.faults) + ".", faults=told)
    with transaction.atomic():
        return take(found, hotline, user, into=into)


def run(data: bytes, file: str, hotline: str, user: User, *, system: str, dry_run: bool) -> dict[str, Any]:
    """Take the complaints of a hotline's table in one transaction, or only tell what would be taken."""
    rules.hotline_named(hotline)
    table, sound = importing.look(data, file, user, system)
    numbers = [one.problem.number for one in sound]
    mine = visible(user, Handoff).filter(hotline=hotline, number__in=numbers)
    known = dict(mine.values_list("number", "case__number"))
    elsewhere = set(Handoff.objects.filter(hotline=hotline, number__in=numbers).values_list("number", flat=True))
    for one in sound:
        if one.problem.number in elsewhere - known.keys():
            column = table.columns["number"]
            one.problem.faults.append(
                Fault(one.problem.row, column, "该编号已由其他地区受理", f"came before, {_ELSEWHERE}")
            )
    sound = [one for one in sound if not one.problem.faults]
    fresh = [one for one in sound if one.problem.number not in known]
    taken: dict[int, Case] = {}
    likes: dict[int, list[dict[str, Any]]] = {}
    for one in fresh:
        lon, lat = one.lonlat or context.basin().lonlat(one.place)
        if lon is not None and lat is not None:
            at = importing.origin_of(one, hotline).opened_at or context.now()
            likes[one.problem.row] = similar(user, lon, lat, one.problem.what, at)
    if not dry_run:
        with transaction.atomic():
            for one in fresh:
                taken[one.problem.row] = take(one, hotline, user).case
    rows = [importing.row_told(one, sound, known, taken) for one in table.problems]
    return {
        "origin": hotline,
        "dry_run": dry_run,
        "columns": dict(table.columns),
        "unread": list(table.unread),
        "new": len(fresh),
        "known": len(known),
        "faulty": sum(bool(one.faults) for one in table.problems),
        "rows": [{**row, "similar": likes.get(row["row"], [])} for row in rows],
    }


def answer(found: Handoff, user: User, text: str) -> Handoff:
    """Answer a hotline; sealed onto the case, and answered once."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=found.case_id)
        found = Handoff.objects.select_for_update().get(pk=found.pk)
        if found.answered_at is not None:
            raise WrongState(f"{found.number} of {found.hotline} was answered on {iso(found.answered_at)}.")
        found.answer, found.answered_at, found.answered_by = text, context.now(), user.username
        marking.write(
            case, user, "hotline_answered", note=text, data={"hotline": found.hotline, "number": found.number}
        )
        found.save()
        emit("handoff", found.pk, context.now(), key=f"{found.pk}:answered", case=case.pk, hotline=found.hotline)
    return found


def chosen(user: User, hotline: str, state: str, now: datetime) -> QuerySet[Handoff]:
    """Hand-offs that somebody may see: of a hotline, and `open`, `answered` or `overdue`."""
    found = visible(user, Handoff).select_related("case")
    if hotline:
        found = found.filter(hotline=rules.hotline_named(hotline).code)
    if state in ("open", "overdue"):
        found = found.filter(answered_at__isnull=True)
    if state == "overdue":
        found = found.filter(due_at__lt=now)
    elif state == "answered":
        found = found.filter(answered_at__isnull=False)
    elif state not in ("", "open"):
        raise UnknownName("state of a hand-off", state, ("open", "overdue", "answered"))
    return found


def brief(found: Handoff) -> dict[str, Any]:
    """A hand-off with both clocks: the hotline's and the case's."""
    now, case = context.now(), found.case
    kind = rules.hotlines().get(found.hotline)
    return {
        "id": found.pk,
        "hotline": found.hotline,
        "hotline_zh": kind.name_zh if kind else found.hotline,
        "hotline_en": kind.name_en if kind else found.hotline,
        "number": found.number,
        "case": case.pk,
        "case_number": case.number,
        "case_state": case.state,
        "case_due": iso(case.due_at),
        "received_at": iso(found.received_at),
        "due": iso(found.due_at),
        "due_given": found.due_given,
        "overdue": found.answered_at is None and found.due_at is not None and found.due_at < now,
        "answer_to": found.answer_to,
        "text": found.text,
        "similar": found.similar,
        "answer": found.answer or None,
        "answered_at": iso(found.answered_at),
        "answered_by": found.answered_by or None,
        "confirmed": bool(kind and kind.confirmed),
        "document": {"zh": kind.document_zh, "en": kind.document} if kind else None,
    }


HEADS = ("工单编号", "受理时间", "答复时限", "诉求内容", "事件编号", "事件状态", "答复内容", "答复时间")


def workbook(found: list[Handoff]) -> bytes:
    """The answers as a hotline takes them: its number first, times of China."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("答复")
    sheet.write_row(0, 0, HEADS, book.add_format({"bold": True, "bottom": 1}))
    sheet.set_column(0, len(HEADS) - 1, 18)
    sheet.freeze_panes(1, 0)

    def local(at: datetime | None) -> str:
        return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else ""

    for k, one in enumerate(found, 1):
        last = local_day(one.due_at - timedelta(seconds=1)).isoformat() if one.due_at else ""
        row = [
            one.number,
            local(one.received_at),
            last,
            one.text,
            one.case.number,
            STATES[one.case.state]["zh"],
            one.answer,
        ]
        sheet.write_row(k, 0, [*row, local(one.answered_at)])
    book.close()
    return out.getvalue()
