"""A chief's annual report of duty over HTTP: the page's facts, and the same ones as Word or PDF."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Router

from riverchief.base.errors import NotFound
from riverchief.base.time import local_day
from riverchief.govern import report as engine
from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.govern.report.wording import LANGUAGES
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.basin.river_api import part_as_dict
from riverchief.web.govern import duty
from riverchief.web.wire import ERRORS, named, user_of

router = Router()
FORMS = ("docx", "pdf")


@router.get("/chiefs/{code}/duty", summary="A chief's annual report", response={200: dict[str, Any], **ERRORS})
def opened(request: HttpRequest, code: str, year: int = 0) -> dict[str, Any]:
    """The parts of the report of a year, this one unless another is asked for: columns with both headings, rows."""
    this = local_day(context.now()).year
    found = duty.Year.of(code, year or this, user_of(request))
    facts = duty.facts(found)
    return {
        **named(found.chief),
        "level": found.chief.level,
        "year": found.first.year,
        "this_year": this,
        "as_of": facts.as_of,
        "simulated": facts.simulated,
        "parts": [part_as_dict(part) for part in facts.parts],
    }


@router.get("/chiefs/{code}/duty/{year}/files/{name}", summary="A chief's annual report to print")
def printed(request: HttpRequest, code: str, year: int, name: str) -> HttpResponse:
    """`zh.docx`, `zh.pdf`, `en.docx` or `en.pdf`."""
    user = user_of(request)
    language, _, form = name.partition(".")
    if language not in LANGUAGES or form not in FORMS:
        raise NotFound("file of a report of duty", name)
    facts = duty.facts(duty.Year.of(code, year, user))
    made = next(engine.make(facts, [language], [form], own=context.config().folder))
    audit(context.clock(), user.username, "print-duty", f"{code} {year}", form=form)
    answer = HttpResponse(made.content, content_type=CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="duty-{quote(code)}-{year}.{language}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
