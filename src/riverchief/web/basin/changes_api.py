"""Changes of the registry over HTTP: drafts and decisions, hand-over, the workbook out and in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator, Field

from riverchief.base.errors import InputError, NotAllowed, NotFound
from riverchief.base.time import local_day
from riverchief.basins import change, workbook
from riverchief.basins.folder import cells_of
from riverchief.basins.tables import TABLE
from riverchief.web import context
from riverchief.web.accounts import people
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin import changes, imports
from riverchief.web.basin.cameras import bare
from riverchief.web.basin.models import Draft, HandOver
from riverchief.web.basin.registry import Registry
from riverchief.web.ground import handover
from riverchief.web.wire import iso, named, one, page_of, parse_day, user_of

router = Router()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = ("open", "approved", "refused", "withdrawn")
Text = Annotated[str, Field(max_length=2000), AfterValidator(lambda text: text.replace("\x00", ""))]


class Change(Schema):
    """One row that is to be so: table, cells as text; `key` names a row that is there, `remove` takes it out."""

    file: str
    cells: dict[str, Text] = {}
    key: list[Text] | None = None
    remove: bool = False
    reason: Text = ""


class Decision(Schema):
    """Approved, or refused with a reason."""

    approve: bool
    note: Text = ""


class HandOverWish(Schema):
    """Who hands over to whom, from which day on, by which document."""

    giver: Text
    taker: Text
    day: str
    document: Text = ""
    reason: Text = ""


def _office(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) keeps no registry; an office of river chiefs does.")
    return user


def _edit(told: dict[str, Any], registry: Registry) -> dict[str, Any]:
    """An edit with what its codes mean, and which cells differ."""
    before, after = told["before"], told["after"]
    cells = after or before
    columns = [
        {"name": c.name, "before": before and before[c.name], "after": after and after[c.name]}
        for c in TABLE[told["file"]].columns
        if before is None or after is None or before.get(c.name) != after.get(c.name)
    ]
    code = cells.get("chief") or cells.get("code", "")
    return {**told, "columns": columns, "about": _about(told["file"], code, cells, registry)}


def _about(file: str, code: str, cells: dict[str, str], registry: Registry) -> dict[str, Any]:
    """The thing that a row is about: its names, and the stretch where it has one."""
    named_things: tuple[dict[str, Any], ...] = (
        registry.chiefs, registry.sections, registry.facilities, registry.cameras,
    )  # fmt: skip
    known = next((things[code] for things in named_things if code in things), None)
    new = {"code": code, "name_zh": cells.get("name_zh") or code, "name_en": cells.get("name_en") or code}
    names = named(known) if known else new
    where = next((r for r in registry.basin.reaches if r.code == cells.get("reach")), None)
    return {**names, "reach": named(where) if where else None}


def _person(username: str) -> dict[str, str]:
    """Who a username is: a colleague is known by name."""
    known = User.objects.filter(username=username).first()
    zh = known.name_zh if known and known.name_zh else username
    return {"username": username, "name_zh": zh, "name_en": known.name_en if known and known.name_en else zh}


def _parties(draft: Draft, registry: Registry) -> list[tuple[str, Any]]:
    """Who hands over to whom."""
    found = [(role, registry.chiefs.get(draft.extra.get(role, ""))) for role in ("giver", "taker")]
    return [(role, who) for role, who in found if who is not None]


def brief(draft: Draft, user: User) -> dict[str, Any]:
    """A draft on the wire: what it would change, who asks, what became of it, and what one may do with it."""
    registry = context.basin()
    waiting = draft.state == "open"
    edits = [change.edit_from(told) for told in draft.edits]
    return {
        "id": draft.pk,
        "kind": draft.kind,
        "extra": draft.extra | {role: named(who) for role, who in _parties(draft, registry)},
        "edits": [_edit(told, registry) for told in draft.edits[: imports.SHOWN]],
        "edits_total": len(draft.edits),
        "reason": draft.reason,
        "past": changes.reaches_back(edits, local_day(draft.at)),
        "by": _person(draft.by),
        "at": iso(draft.at),
        "region": draft.region,
        "state": draft.state,
        "decided_by": _person(draft.decided_by) if draft.decided_by else None,
        "decided_at": iso(draft.decided_at),
        "decision": draft.decision,
        "conflicts": changes.conflicts(draft) if waiting else [],
        "stale": [list(e.key) for e in changes.stale_now(edits)] if waiting else [],
        "may_decide": waiting and changes.may_decide(user, draft),
        "mine": draft.by == user.username,
        "hand_over": HandOver.objects.filter(draft=draft).values_list("pk", flat=True).first(),
    }


@router.get("/changes", summary="Changes of the registry")
def list_changes(request: HttpRequest, state: str = "", limit: int = 100) -> dict[str, Any]:
    """Drafts of one's office and those below it, what waits first, then the newest."""
    user = user_of(request)
    found = visible(user, Draft)
    if state:
        if state not in STATES:
            raise InputError(f"state {state!r} is not one of {', '.join(STATES)}.", state=state)
        found = found.filter(state=state)
    items = sorted(found[: max(1, min(limit, 500))], key=lambda draft: draft.state != "open")
    return {**page_of([brief(draft, user) for draft in items], found.count()), "may_draft": changes.may_draft(user)}


@router.get("/changes/{key}", summary="One change")
def get_change(request: HttpRequest, key: str) -> dict[str, Any]:
    """A draft with all that it would change."""
    return brief(one(request, Draft, key), user_of(request))


@router.post("/changes", summary="Ask for a change of one row")
def post_change(request: HttpRequest, given: Change) -> dict[str, Any]:
    """Keep a change as a draft; somebody else of the office approves it. What held before today needs a reason."""
    user = _office(request)
    if given.remove and given.key is None:
        raise InputError("what is to be removed needs the key of its row.", needs="key")
    basin = context.basin().basin
    key = tuple(given.key) if given.key else None
    edit = change.edit_of(basin, given.file, None if given.remove else given.cells, key)
    draft = changes.propose(user, [edit] if edit else [], given.reason)
    return brief(draft, user)


@router.post("/changes/{key}/decision", summary="Approve or refuse a change")
def decide_change(request: HttpRequest, key: str, given: Decision) -> dict[str, Any]:
    """In force at once where approved; never by the person who asked."""
    user = user_of(request)
    return brief(changes.decide(one(request, Draft, key), user, given.approve, given.note), user)


@router.post("/changes/{key}/withdrawal", summary="Take back one's own change")
def withdraw_change(request: HttpRequest, key: str) -> dict[str, Any]:
    """Only while nobody has decided."""
    user = user_of(request)
    return brief(changes.withdraw(one(request, Draft, key), user), user)


# ------------------------------------------------------------------ tables and the workbook


@router.get("/tables/{file}", summary="A table of the registry, for its forms")
def table(request: HttpRequest, file: str) -> dict[str, Any]:
    """Columns with their choices, and the rows as text with the key that a change names them by."""
    basin = context.basin().basin
    name = file if file.endswith(".csv") else f"{file}.csv"
    if name not in change.EDITABLE:
        raise NotFound("table", file)
    rows = cells_of(basin)[name]
    if not user_of(request).is_office():  # a camera's password is for whoever enters its address
        rows = [row | {c: bare(row[c]) for c in row if c.endswith("_url")} for row in rows]
    return {
        "file": name,
        "columns": [
            {
                "name": c.name, "kind": c.kind, "needed": c.needed, "choices": list(c.choices),
                "refers": c.refers.removesuffix(".csv") or None,
            }
            for c in TABLE[name].columns
        ],
        "identity": list(change.identity(name)),
        "items": [{"key": list(change.key_of(name, row)), "cells": row} for row in rows],
        "total": len(rows),
    }  # fmt: skip


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@router.get("/workbook", summary="The registry as an Excel workbook")
def get_workbook(request: HttpRequest) -> HttpResponse:
    """Chiefs, terms, leave, stretches, sections, facilities, cameras, for offices. Read again, it changes nothing."""
    _office(request)
    basin = context.basin().basin
    return _file(workbook.write(basin), f"{basin.code}-registry.xlsx")


@router.get("/workbook/accounts", summary="An empty sheet for accounts")
def get_accounts_sheet(request: HttpRequest) -> HttpResponse:
    """Names, telephone numbers, roles, regions; no passwords."""
    _office(request)
    return _file(people.template(), "accounts.xlsx")


@router.post("/workbook", summary="Look at a workbook, or take it in")
def post_workbook(
    request: HttpRequest, file: File[UploadedFile], confirm: Form[bool] = False, reason: Form[str] = ""
) -> dict[str, Any]:
    """Without `confirm` nothing happens: the answer says what would, row by row, and every fault by row and column."""
    user = _office(request)
    content = file.read()
    if not confirm:
        return {**imports.preview(content, user).as_json(), "draft": None, "made": 0}
    seen = imports.preview(content, user).as_json()
    draft, made = imports.confirm(content, user, reason.replace("\x00", ""))
    return {**seen, "draft": brief(draft, user) if draft else None, "made": made}


# ------------------------------------------------------------------ hand-over


@router.get("/hand-overs/ahead", summary="What would go over")
def ahead(request: HttpRequest, giver: str) -> dict[str, Any]:
    """Stretches and open cases of a chief, before anything is handed over."""
    return handover.ahead(giver, _office(request))


@router.post("/hand-overs", summary="Hand over from one chief to the next")
def post_hand_over(request: HttpRequest, given: HandOverWish) -> dict[str, Any]:
    """Stretches, term and open cases go over in one transaction, once somebody else of the office has approved."""
    user = _office(request)
    day: date = parse_day(given.day)
    return brief(handover.propose(user, given.giver, given.taker, day, given.document, given.reason), user)


@router.get("/hand-overs/{key}", summary="The protocol of a hand-over")
def get_hand_over(request: HttpRequest, key: str) -> dict[str, Any]:
    """Who gave what to whom, on which day, who asked and who approved: the page that is printed and signed."""
    found = one(request, HandOver, key)
    registry = context.basin()
    reaches = {reach.code: reach for reach in registry.basin.reaches}
    chiefs = {code: registry.chiefs.get(code) for code in (found.giver, found.taker)}
    new = [told for told in found.draft.edits if told["after"] and not told["before"]]
    return {
        "id": found.pk,
        "day": found.day.isoformat(),
        "done_at": iso(found.done_at),
        **{
            role: {**named(chief), "level": chief.level, "region": chief.region} if chief else {"code": code}
            for role, (code, chief) in zip(("giver", "taker"), chiefs.items(), strict=True)
        },
        "stretches": [
            {**s, "from_m": float(s["from_m"]), "to_m": float(s["to_m"]), "name": named(reaches[s["reach"]])}
            for s in found.stretches
            if s["reach"] in reaches
        ],
        "cases": found.cases,
        "reason": found.draft.reason,
        "document": next((e["after"]["document"] for e in new if e["file"] == "terms.csv"), ""),
        "by": _person(found.draft.by),
        "approved_by": _person(found.draft.decided_by),
        "approved_at": iso(found.draft.decided_at),
    }
