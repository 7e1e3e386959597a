"""Letters over HTTP: listed, opened, issued, answered, withdrawn, and as Word or PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from riverchief.base.errors import NotFound
from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.ground import letters as rules
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import letters
from riverchief.web.ground.models import Case, Letter
from riverchief.web.wire import ERRORS, one, page_of, user_of

router = Router()
SHOWN = 200


class Draft(Schema):
    """Which kind of letter is drafted: supervision_letter or chief_order."""

    kind: str = Field("supervision_letter", max_length=24)


class Issue(Schema):
    """To whom a letter goes (a chief's code or a username; empty: as drafted), and what it asks for."""

    addressee: str = Field("", max_length=150)
    demand: str


class Answer(Schema):
    """What is answered."""

    text: str


class Reason(Schema):
    """Why a letter is taken back."""

    reason: str


@router.get("/letters", summary="Letters")
def listed(request: HttpRequest, state: str = "", kind: str = "", overdue: bool = False) -> dict[str, Any]:
    """Letters about cases one may see, newest first; `overdue` are those whose answer is late."""
    user = user_of(request)
    found = visible(user, Letter).select_related("case")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=rules.kind_named(kind).code)
    if overdue:
        found = found.filter(state="issued", answer_due_at__lt=context.now())
    return page_of([letters.brief(item, user) for item in found[:SHOWN]], found.count())


@router.post("/cases/{key}/letters", summary="Draft a letter", response={200: dict[str, Any], **ERRORS})
def draft(request: HttpRequest, key: str, given: Draft) -> dict[str, Any]:
    """The office drafts a letter about a case before the ladder asks for one."""
    user = user_of(request)
    return letters.page(letters.draft_by_hand(one(request, Case, key), user, given.kind), user)


@router.get("/letters/{key}", summary="One letter")
def opened(request: HttpRequest, key: str) -> dict[str, Any]:
    """A letter with its case and what one may do; the addressee's first look is kept as its delivery."""
    user, found = user_of(request), one(request, Letter, key)
    letters.deliver(found, user)
    return letters.page(found, user)


@router.post("/letters/{key}/issue", summary="Issue a letter", response={200: dict[str, Any], **ERRORS})
def issue(request: HttpRequest, key: str, given: Issue) -> dict[str, Any]:
    """Give it the next number of its issuer and year, and send it to its addressee."""
    user = user_of(request)
    return letters.page(letters.issue(one(request, Letter, key), user, given.addressee, given.demand), user)


@router.post("/letters/{key}/answer", summary="Answer a letter", response={200: dict[str, Any], **ERRORS})
def answer(request: HttpRequest, key: str, given: Answer) -> dict[str, Any]:
    """The addressee answers, or the office enters an answer that came on paper."""
    user = user_of(request)
    return letters.page(letters.answer(one(request, Letter, key), user, given.text), user)


@router.post("/letters/{key}/withdraw", summary="Withdraw a letter", response={200: dict[str, Any], **ERRORS})
def withdraw(request: HttpRequest, key: str, given: Reason) -> dict[str, Any]:
    """Take a letter back with the reason; its number stays spent."""
    user = user_of(request)
    return letters.page(letters.withdraw(one(request, Letter, key), user, given.reason), user)


@router.get("/letters/{key}/files/{name}", summary="A letter as Word or PDF")
def file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """`zh.docx`, `en.docx`, `zh.pdf` or `en.pdf`: as it was issued, or as the draft stands."""
    found = one(request, Letter, key)
    language, _, form = name.partition(".")
    if language not in ("zh", "en") or form not in letters.FORMATS:
        raise NotFound("file of a letter", name)
    made = letters.document(found, language, form)
    response = HttpResponse(made.content, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
