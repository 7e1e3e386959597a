"""Letters about overdue cases: drafted when the ladder says so, numbered as a person issues them, answered."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from riverchief.base import regions
from riverchief.base.errors import InputError, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import CHINA, deadline_text, local_day
from riverchief.govern import report as engine
from riverchief.govern.report import Facts, Part
from riverchief.ground import casetypes, marks, states
from riverchief.ground import letters as rules
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.ground import cases, counting, marking
from riverchief.web.ground.models import Case, Letter
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event
from riverchief.web.wire import iso, named

log = logging.getLogger("riverchief.ground")
Two = dict[str, str]
FORMATS = ("docx", "pdf")


def on_overdue(event: Event) -> None:
    """Draft the letter that a step of the ladder asks for; a person of the office issues it."""
    kind = str(event.data.get("letter", ""))
    if kind in rules.kinds():
        draft(Case.objects.get(pk=event.subject), kind, step=int(event.data.get("step", 0)))


def draft(case: Case, kind: str, *, step: int = 0) -> Letter:
    """A letter that nobody has issued yet, to whoever has to solve the case.

    A step of the ladder asks for one letter, and for none while one of its kind waits to be issued or answered.
    """
    rules.kind_named(kind)
    asked = Q(step=step) | Q(state__in=("drafted", "issued"))
    if step and (known := Letter.objects.filter(asked, case=case, kind=kind).first()):
        return known
    now = context.now()
    with transaction.atomic():
        letter = Letter.objects.create(
            id=new_id("letter", now),
            case=case,
            kind=kind,
            step=step,
            addressee=case.chief or case.assignee,
            drafted_at=now,
        )
        came_from(letter.pk, [(case.pk, "cause")], code="ground.letters")
        emit("letter", letter.pk, now, key=f"{letter.pk}:drafted", case=case.pk, state="drafted", letter=kind)
    return letter


def draft_by_hand(case: Case, user: User, kind: str) -> Letter:
    """The office drafts a letter before the ladder asks for one."""
    marks.check(cases.state_of(case), "letter_issued", cases.actor_of(user, case))
    return draft(case, kind)


def _people(code: str) -> list[User]:
    return list(User.objects.filter(Q(username=code) | (Q(chief=code) & ~Q(chief="")), is_active=True))


def _held(letter: Letter) -> tuple[Letter, Case]:
    """The letter and its case as they are now, held until the transaction ends; the case first, as everywhere."""
    case = Case.objects.select_for_update().get(pk=letter.case_id)
    return Letter.objects.select_for_update().get(pk=letter.pk), case


def _in_state(letter: Letter, action: str, *wanted: str) -> None:
    if letter.state not in wanted:
        told = letter.label.get("en") or letter.pk
        raise WrongState(
            f"letter {told} is {letter.state}; {action} is possible when it is {' or '.join(wanted)}.",
            state=letter.state,
            action=action,
        )


def issue(letter: Letter, user: User, addressee: str, demand: str) -> Letter:
    """Give a drafted letter its number and send it; two who issue at once get one number, and one of them a refusal.

    Raises
    ------
    NotAllowed, WrongState
        For somebody who may not, or a letter that is not a draft.
    InputError
        For an addressee whom nobody knows, or a letter that asks for nothing.
    """
    kind = rules.kind_named(letter.kind)
    now = context.now()
    today = local_day(now)
    with transaction.atomic():
        letter, case = _held(letter)
        _in_state(letter, "issue", "drafted")
        letter.addressee = addressee or letter.addressee
        people = _people(letter.addressee)
        if not people and letter.addressee not in context.basin().chiefs:
            raise InputError(
                f"nobody here is {letter.addressee!r}; name a chief's code or a username.", need="addressee"
            )
        if not demand.strip():
            raise InputError("the letter asks for nothing; write what is to be done and by when.", need="demand")
        letter.demand, letter.state = demand, "issued"
        region = _region(user.region or case.region)
        letter.series = f"{kind.series}:{regions.normalise(user.region or case.region)}"
        letter.year, letter.number = today.year, counting.following(letter.series, today.year)
        letter.issuer = kind.issuer(region)
        letter.label = kind.label(region, today.year, letter.number)
        letter.issued_at, letter.issued_by = now, user.username
        letter.answer_due_at = _answer_due(kind, today)
        for person in people:
            case.assign(person.username)
        letter.facts = facts(letter, case, region).as_dict()
        letter.save()
        _mark(letter, case, user, "letter_issued", addressee=letter.addressee)
    return letter


def _answer_due(kind: rules.LetterKind, today: date) -> datetime | None:
    """The end of the last day for the answer; None where the working days of the coming year are not known yet."""
    try:
        return datetime.combine(kind.answer_due(today) + timedelta(days=1), time(), CHINA)
    except InputError as error:
        log.warning("%s issued on %s: %s", kind.code, today, error.sentence)
        return None


def _mark(
    letter: Letter, case: Case, user: User, action: str, *, note: str = "", reason: str = "", addressee: str = ""
) -> None:
    told = {"letter": letter.pk, "label_zh": letter.label.get("zh", ""), "label_en": letter.label.get("en", "")}
    also = frozenset({states.Relation.ADDRESSEE}) if is_addressee(letter, user) else frozenset()
    if addressee:
        told["addressee"] = addressee
    marking.write(case, user, action, note=note, reason=reason, also=also, data=told)
    state = action.removeprefix("letter_")
    emit("letter", letter.pk, context.now(), key=f"{letter.pk}:{state}", case=case.pk, state=state, letter=letter.kind)


def is_addressee(letter: Letter, user: User) -> bool:
    """Whether a letter went to this person."""
    return bool(letter.addressee) and letter.addressee in (user.username, user.chief)


def deliver(letter: Letter, user: User) -> None:
    """Keep when the addressee first opened a letter."""
    if letter.state == "issued" and letter.delivered_at is None and is_addressee(letter, user):
        Letter.objects.filter(pk=letter.pk, delivered_at__isnull=True).update(delivered_at=context.now())
        letter.refresh_from_db(fields=["delivered_at"])


def answer(letter: Letter, user: User, text: str) -> Letter:
    """What the addressee answers, or the office enters of an answer on paper."""
    with transaction.atomic():
        letter, case = _held(letter)
        _in_state(letter, "answer", "issued")
        letter.answer, letter.state = text, "answered"
        letter.answered_at, letter.answered_by = context.now(), user.username
        _mark(letter, case, user, "letter_answered", note=text)
        letter.save()
    return letter


def withdraw(letter: Letter, user: User, reason: str) -> Letter:
    """Take a letter back; its number stays spent, so that none is missing."""
    with transaction.atomic():
        letter, case = _held(letter)
        _in_state(letter, "withdraw", "drafted", "issued")
        letter.state, letter.reason = "withdrawn", reason
        letter.withdrawn_at, letter.withdrawn_by = context.now(), user.username
        _mark(letter, case, user, "letter_withdrawn", reason=reason)
        letter.save()
    return letter


# ------------------------------------------------------------------ as a document


def _region(code: str) -> Two:
    full = regions.normalise(code)
    basin = context.basin().basin
    found = next((one for one in basin.regions if regions.normalise(one.code) == full), None)
    here = found or basin
    return {"zh": here.name_zh, "en": here.name_en or here.name_zh}


def _addressee(code: str) -> Two:
    chief = context.basin().chiefs.get(code)
    if chief is not None:
        return {"zh": chief.name_zh, "en": chief.name_en or chief.name_zh}
    user = User.objects.filter(username=code).first()
    return (
        {"zh": user.name_zh or code, "en": user.name_en or user.name_zh or code} if user else {"zh": code, "en": code}
    )


def _minute(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else "—"


def facts(letter: Letter, case: Case, region: Two) -> Facts:
    """What a letter says, for the one engine of reports."""
    kind, config, registry = rules.kind_named(letter.kind), context.config(), context.basin()
    at = letter.issued_at or context.now()
    type_ = next((one for one in casetypes.catalogue(local_day(case.opened_at)) if one.code == case.type), None)
    reach = registry.basin.reaches[registry.basin.network.index(case.reach)]
    due = deadline_text(case.due_at) if case.due_at else "—"
    to, km = _addressee(letter.addressee), f"{case.chainage_m / 1000:.1f} km"
    rows = [
        _item("编号", "Number", case.number, case.number, f"/case/{case.pk}"),
        _item("类型", "Type", type_.name_zh if type_ else "—", type_.name_en if type_ else "—"),
        _item("地点", "Place", f"{reach.name_zh} {km}", f"{reach.name_en or reach.name_zh} {km}"),
        _item("发现时间", "Opened", _minute(case.opened_at), _minute(case.opened_at)),
        _item("整改时限", "Due", due, due),
    ]
    if note := case.params.get("note"):
        rows.append(_item("问题", "Problem", note, note))
    opening = {
        "zh": f"{to['zh']}：事件{case.number}已超过整改时限，至今未销号，现予督办。",
        "en": f"To {to['en']}: case {case.number} is past its deadline and is not closed. It is now supervised.",
    }
    wanted = {"zh": letter.demand, "en": letter.demand}
    until = letter.answer_due_at
    reply = {
        "zh": "请书面答复办理情况，答复时限另行通知。",
        "en": "Answer in writing what was done; the office says by when.",
    }
    if until:
        day = (until - timedelta(seconds=1)).astimezone(CHINA).date().isoformat()
        reply = {"zh": f"请于{day}前书面答复办理情况。", "en": f"Answer in writing what was done, by {day}."}
    assumed = {
        "zh": f"答复时限依据：{kind.document_zh}，未核实。"
        if not kind.confirmed
        else f"答复时限依据：{kind.document_zh}。",
        "en": f"Days to answer: {kind.document}{'' if kind.confirmed else ', not confirmed'}.",
        "confirmed": kind.confirmed,
    }
    said = [wanted, reply] if letter.demand else [reply]
    return Facts(
        kind=kind.code,
        period=local_day(at).isoformat(),
        region=regions.normalise(case.region or registry.basin.region),
        region_name=region,
        issuer=letter.issuer or kind.issuer(region),
        address=f"http://{config.host}:{config.port}",
        as_of=at.astimezone(CHINA).isoformat(timespec="minutes")[:16],
        parts=(Part("letter", rows=rows, said=[opening]), Part("letter_demand", said=said, notes=[assumed])),
        simulated=bool(config.simulated),
        number=letter.label or {"zh": "草稿", "en": "Draft"},
    )


def _item(zh: str, en: str, value_zh: str, value_en: str, query: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {"item": {"zh": zh, "en": en}, "value": {"zh": value_zh, "en": value_en}}
    return {**row, "_query": query} if query else row


def document(letter: Letter, language: str, form: str) -> engine.Made:
    """The letter as Word or PDF: as it was issued, or as the draft stands."""
    if form not in FORMATS:
        raise InputError(f"a letter is written as {' or '.join(FORMATS)}, not as {form!r}.", format=form)
    kept = letter.facts
    told = engine.facts_from_dict(kept) if kept else facts(letter, letter.case, _region(letter.case.region))
    return next(engine.make(told, [language], [form], own=context.config().folder))


# ------------------------------------------------------------------ showing


def brief(letter: Letter, user: User) -> dict[str, Any]:
    """A letter in a list, with what this person may do with it."""
    kind = rules.kind_named(letter.kind)
    now, case = context.now(), letter.case
    also = frozenset({states.Relation.ADDRESSEE}) if is_addressee(letter, user) else frozenset()
    may = marks.markable(cases.state_of(case), cases.actor_of(user, case), also)
    possible = {"drafted": ("letter_issued", "letter_withdrawn"), "issued": ("letter_answered", "letter_withdrawn")}
    return {
        "id": letter.pk,
        "case": case.pk,
        "case_number": case.number,
        "case_title_key": case.title_key,
        "case_params": case.params,
        "kind": letter.kind,
        "name_zh": kind.name_zh,
        "name_en": kind.name_en,
        "state": letter.state,
        "label_zh": letter.label.get("zh") or None,
        "label_en": letter.label.get("en") or None,
        "issuer_zh": letter.issuer.get("zh") or None,
        "issuer_en": letter.issuer.get("en") or None,
        "addressee": letter.addressee or None,
        "addressee_name": _addressee(letter.addressee) if letter.addressee else None,
        "demand": letter.demand,
        "drafted_at": iso(letter.drafted_at),
        "issued_at": iso(letter.issued_at),
        "issued_by": letter.issued_by or None,
        "delivered_at": iso(letter.delivered_at),
        "answer_due": iso(letter.answer_due_at),
        "overdue": letter.state == "issued" and letter.answer_due_at is not None and letter.answer_due_at < now,
        "answer": letter.answer or None,
        "answered_at": iso(letter.answered_at),
        "answered_by": letter.answered_by or None,
        "withdrawn_at": iso(letter.withdrawn_at),
        "reason": letter.reason or None,
        "confirmed": kind.confirmed,
        "document": {"zh": kind.document_zh, "en": kind.document},
        "allowed": [mark.removeprefix("letter_") for mark in may if mark in possible.get(letter.state, ())],
    }


def page(letter: Letter, user: User) -> dict[str, Any]:
    """A letter opened, with its case and who could be written to."""
    case = letter.case
    chiefs = context.basin().responsible(case.place, local_day(context.now())) if case.reach else []
    return {
        **brief(letter, user),
        "case_brief": cases.brief(case, context.now()),
        "candidates": [{**named(one), "level": one.level} for one in chiefs],
    }
