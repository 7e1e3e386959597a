"""What offices bring in over HTTP: tables of problems, complaints of hotlines and their answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from riverchief.base.time import local_day
from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.ground import casetypes, problems
from riverchief.ground import handoffs as rules
from riverchief.web import context
from riverchief.web.ground import cases, handoffs, importing
from riverchief.web.ground.models import Handoff
from riverchief.web.wire import ERRORS, named, one, page_of, user_of

router = Router()
SHOWN = 200


class Complaint(Schema):
    """A complaint as a hotline hands it on; a place is a point, or a river with a chainage along it [m]."""

    hotline: str = Field(max_length=24)
    number: str = Field(min_length=1, max_length=64)
    received: date
    due: date | None = None
    text: str = Field(min_length=1, max_length=4000)
    type: str = Field("", max_length=32)
    severity: int = Field(0, ge=0, le=3)
    lon: float | None = None
    lat: float | None = None
    system: str = "wgs84"
    river: str = Field("", max_length=64)
    chainage_m: float | None = None
    answer_to: str = Field("", max_length=16)
    into: str = Field("", max_length=64, description="number or id of an open case that it is about")


class Answer(Schema):
    """What a hotline is answered."""

    text: str


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@router.get("/problems/template.xlsx", summary="An empty table of problems")
def template(request: HttpRequest, language: str = "zh") -> HttpResponse:
    """Headers as the import reads them, in Chinese (`zh`) or English (`en`), with the types to choose from."""
    code = "en" if language == "en" else "zh"
    return _xlsx(problems.template(code), f"problems.{code}.xlsx")


@router.post("/problems/import", summary="Take a table of problems", response={200: dict[str, Any], **ERRORS})
def take(
    request: HttpRequest,
    file: File[UploadedFile],
    name: Form[str] = "",
    system: Form[str] = "wgs84",
    dry_run: Form[bool] = True,
) -> dict[str, Any]:
    """Read an Excel table; with `dry_run` only say what would be taken, row by row, with every fault by its column."""
    user = user_of(request)
    return importing.run(file.read(), file.name or "table.xlsx", user, name=name, system=system, dry_run=dry_run)


@router.get("/hotlines", summary="Hotlines")
def hotlines(request: HttpRequest) -> dict[str, Any]:
    """Hotlines that hand complaints on, how long each waits for an answer, and the document that says so."""
    items = [
        {
            **named(one),
            "answer_working_days": one.answer_working_days,
            "major_working_days": one.major_working_days,
            "answer_to": one.answer_to,
            "document": one.document,
            "confirmed": one.confirmed,
            "example": one.example,
        }
        for one in rules.hotlines().values()
    ]
    return page_of(items)


@router.get("/handoffs", summary="Complaints of hotlines")
def listed(request: HttpRequest, hotline: str = "", state: str = "") -> dict[str, Any]:
    """Hand-offs about cases one may see, newest first: `open`, `overdue` by the hotline's clock, or `answered`."""
    found = handoffs.chosen(user_of(request), hotline, state, context.now())
    return page_of([handoffs.brief(item) for item in found[:SHOWN]], found.count())


@router.get("/handoffs/answers.xlsx", summary="Answers as Excel")
def answers(request: HttpRequest, hotline: str = "", state: str = "answered") -> HttpResponse:
    """The answers of a hotline with its own numbers, for it to take in."""
    found = list(handoffs.chosen(user_of(request), hotline, state, context.now()))
    return _xlsx(handoffs.workbook(found), f"answers-{local_day(context.now())}.xlsx")


@router.post("/handoffs", summary="Hand a complaint on", response={200: dict[str, Any], **ERRORS})
def enter(request: HttpRequest, given: Complaint) -> dict[str, Any]:
    """A complaint becomes a case, or joins the open one that `into` names; a number that came before is refused."""
    user = user_of(request)
    today = local_day(context.now())
    if given.type:
        casetypes.named(given.type, today)
    problem = problems.Problem(
        row=1,
        number=given.number,
        type=given.type,
        what=given.text,
        river=given.river,
        chainage_m=given.chainage_m,
        lon=given.lon,
        lat=given.lat,
        found=given.received,
        due=given.due,
        severity=given.severity,
        answer_to=given.answer_to if given.answer_to in rules.ANSWER_TO else "",
    )
    problems.check_days(problem, today)
    into = cases.by_number(user, given.into) if given.into else None
    return handoffs.brief(handoffs.enter(user, given.hotline, problem, given.system, into))


@router.post("/handoffs/import", summary="Take a hotline's table", response={200: dict[str, Any], **ERRORS})
def take_handoffs(
    request: HttpRequest,
    file: File[UploadedFile],
    hotline: Form[str],
    system: Form[str] = "wgs84",
    dry_run: Form[bool] = True,
) -> dict[str, Any]:
    """Read a hotline's Excel table; with `dry_run` only say what would be taken, and what may be there already."""
    user = user_of(request)
    return handoffs.run(file.read(), file.name or "table.xlsx", hotline, user, system=system, dry_run=dry_run)


@router.post("/handoffs/{key}/answer", summary="Answer a hotline", response={200: dict[str, Any], **ERRORS})
def answer(request: HttpRequest, key: str, given: Answer) -> dict[str, Any]:
    """What the hotline is told; sealed onto the case."""
    return handoffs.brief(handoffs.answer(one(request, Handoff, key), user_of(request), given.text))
