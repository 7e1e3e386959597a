"""Reports over HTTP: asked for, followed while they are made, read, downloaded, exported for superiors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from riverchief.base.errors import NotFound, WrongState
from riverchief.base.time import local_day
from riverchief.govern import report as engine
from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern import reports
from riverchief.web.govern.models import Report
from riverchief.web.wire import ERRORS, one, page_of, user_of

router = Router()
SHOWN = 200


class Wish(Schema):
    """A report that somebody asks for."""

    kind: str = Field(max_length=16)
    period: str = Field(max_length=12)
    language: str = Field("zh", max_length=2)
    formats: list[str] = Field(list(engine.FORMATS), max_length=3)
    region: str = Field("", max_length=12)
    signer: str = Field("", max_length=80)


@router.get("/reports", summary="Reports")
def listed(request: HttpRequest, kind: str = "", period: str = "") -> dict[str, Any]:
    """Reports that one may see, newest first, and the kinds that can be asked for with their last period."""
    found = visible(request.user, Report)
    if kind:
        found = found.filter(kind=kind)
    if period:
        found = found.filter(period=period)
    today = local_day(context.now())
    kinds = [
        {
            "code": one_kind.code,
            "title_zh": one_kind.title["zh"],
            "title_en": one_kind.title["en"],
            "period": engine.last_ended(one_kind.units[0], today).code,
        }
        for one_kind in engine.KINDS.values()
        if one_kind.about == "region"
        if one_kind.code not in engine.LETTERS
    ]
    exports = [
        {"code": form.code, "name_zh": form.name_zh, "name_en": form.name_en, "confirmed": form.confirmed}
        for form in engine.exports(context.config().folder).values()
    ]
    newest = found.defer("facts").order_by("-asked_at", "-pk")[:SHOWN]
    return {**page_of([reports.brief(item) for item in newest], found.count()), "kinds": kinds, "exports": exports}


@router.post("/reports", summary="Ask for a report", response={200: dict[str, Any], **ERRORS})
def ask(request: HttpRequest, wish: Wish) -> dict[str, Any]:
    """Queue a report; it is made in the background. The same wish again, while it waits, is the same report."""
    user = user_of(request)
    found = reports.ask(
        user,
        wish.kind,
        wish.period,
        region=wish.region,
        language=wish.language,
        formats=wish.formats,
        signer=wish.signer,
    )
    audit(context.clock(), user.username, "ask-report", found.pk, kind=wish.kind, period=found.period)
    return reports.brief(found)


@router.get("/reports/{key}", summary="One report")
def opened(request: HttpRequest, key: str) -> dict[str, Any]:
    """How far it is; and, once it is made, what it says, what changed, what is missing, its editions and files."""
    return reports.page(one(request, Report, key))


@router.get("/reports/{key}/facts", summary="The facts of a report")
def facts(request: HttpRequest, key: str) -> dict[str, Any]:
    """All that it says, with the query of every row; the same facts give the same bytes."""
    return reports.facts_of(one(request, Report, key))


@router.post("/reports/{key}/stop", summary="Stop a report", response={200: dict[str, Any], **ERRORS})
def stop(request: HttpRequest, key: str) -> dict[str, Any]:
    """End a report that waits or is being made, before its next step."""
    return reports.brief(reports.stop(one(request, Report, key), user_of(request)))


@router.get("/reports/{key}/files/{name}", summary="A file of a report")
def file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The Word, Excel or PDF file."""
    found = one(request, Report, key)
    item = next((item for item in found.files if item["name"] == name), None)
    if item is None:
        raise NotFound("file of a report", name)
    return _download(context.store().files.read(item["sha256"]), item["name"], item["format"])


@router.get("/reports/{key}/exports/{code}", summary="A superior's sheet")
def exported(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The sheet of a superior (province, nation), filled from the facts of this report, as Excel."""
    found = one(request, Report, key)
    if not found.facts:
        raise WrongState(f"{found.pk} is {found.state}; it has no facts yet.", state=found.state)
    content = engine.export(code, engine.facts_from_dict(found.facts), context.config().folder)
    return _download(content, f"{code}-{found.period}.xlsx", "xlsx")


def _download(content: bytes, name: str, form: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
