"""A river's file over HTTP: the page's facts, and the same ones as Word or PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from riverchief.base.errors import UnknownName
from riverchief.govern import report as engine
from riverchief.govern.report.kinds import part_named
from riverchief.govern.report.wording import LANGUAGES
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.basin import river
from riverchief.web.wire import named, page_of, user_of

router = Router()
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@router.get("/rivers", summary="Rivers")
def rivers(request: HttpRequest) -> dict[str, Any]:
    """Every river of the registry."""
    return page_of([named(one) for one in context.basin().basin.rivers])


@router.get("/rivers/{code}", summary="A river's file")
def river_file(request: HttpRequest, code: str) -> dict[str, Any]:
    """Chiefs through time, sections with their class, facilities, projects, targets, cases, photographs, culture.

    Parts are those of the printed file: columns with both headings, rows; what the page links to begins with `_`.
    """
    file = river.File.of(code, user_of(request))
    facts = river.facts(file)
    return {
        **named(file.river),
        "length_m": file.length_m,
        "as_of": facts.as_of,
        "day": file.day.isoformat(),
        "parts": [part_as_dict(part) for part in facts.parts],
    }


def part_as_dict(part: engine.Part) -> dict[str, Any]:
    """A part as the page of a file shows it: columns with both headings, rows."""
    kind = part_named(part.name)
    return {
        "name": part.name,
        "title_zh": kind.title["zh"],
        "title_en": kind.title["en"],
        "columns": [
            {"key": c.key, "zh": c.header("zh"), "en": c.header("en"), "kind": c.kind, "decimals": c.decimals}
            for c in kind.columns
        ],
        "rows": list(part.rows),
        "said": list(part.said),
        "notes": list(part.notes),
        "missing": part.missing,
    }


@router.get("/rivers/{code}/file", summary="A river's file to print")
def river_document(request: HttpRequest, code: str, language: str = "zh", form: str = "pdf") -> HttpResponse:
    """The file as Word (`docx`) or PDF, in Chinese (`zh`) or English (`en`)."""
    user = user_of(request)
    file = river.File.of(code, user)
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    if form not in TYPES:
        raise UnknownName("format of a river's file", form, TYPES)
    made = next(engine.make(river.facts(file), [language], [form], own=context.config().folder))
    audit(context.clock(), user.username, "print-river", code, form=form)
    answer = HttpResponse(made.content, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="river-{code}.{language}.{form}"'
    return answer
