"""Sheets over HTTP: by subject; opened to their inputs; numbers in by form and Excel; made official."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.regions import contains, normalise
from riverchief.base.spans import Span, parse_span
from riverchief.govern import sheets as engine
from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.govern.sheets.forms import Given, check_row, form, read_given
from riverchief.govern.sheets.sheet import SUBJECTS
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern import gains, sheet_print, sheets
from riverchief.web.govern.collectors import Facts
from riverchief.web.govern.models import FrozenSheet, SheetInput
from riverchief.web.wire import ERRORS, iso, named, one, page_of, user_of

router = Router()

Text = Annotated[str, AfterValidator(lambda text: text.replace("\x00", ""))]
"""A text that a database can keep."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5_000_000


class Entry(Schema):
    """A number for an input, or points for a manual item (`item`); null withdraws what was entered before."""

    region: str
    period: str
    name: str = ""
    item: str = ""
    value: float | None
    unit: str = ""
    why: Text = ""


class Freeze(Schema):
    """Which sheet is made official; why, where it replaces one that was."""

    region: str
    period: str
    why: Text = ""


def _card(sheet: engine.Sheet) -> dict[str, Any]:
    zh, en = SUBJECTS[sheet.subject]
    return {
        **named(sheet),
        "version": sheet.version,
        "subject": sheet.subject,
        "subject_zh": zh,
        "subject_en": en,
        "status": str(sheet.status),
        "confirmed": sheet.confirmed,
        "document": sheet.document or None,
        "period_kind": sheet.period,
        "max": sheet.maximum or None,
        "banner_zh": sheet.banner_zh,
        "banner_en": sheet.banner_en,
    }


@router.get("/sheets", summary="Sheets by subject", response={200: dict[str, Any], **ERRORS})
def list_sheets(request: HttpRequest) -> dict[str, Any]:
    """Every sheet of this installation with its state; files of the place's own that cannot be read are told."""
    known = sheets.catalog()
    order = list(SUBJECTS)
    cards = sorted((_card(one) for one in known.sheets.values()), key=lambda c: (order.index(c["subject"]), c["code"]))
    return {**page_of(cards), "faults": list(known.faults)}


@router.get("/sheets/{code}", summary="One sheet, opened", response={200: dict[str, Any], **ERRORS})
def open_sheet(request: HttpRequest, code: str, region: str = "", period: str = "") -> dict[str, Any]:
    """A sheet for a region and a period: items, their formulas, inputs and records; and its places with their ranks."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, region)
    span = sheets.span_for(sheet, period)
    facts = sheets.facts_of(span)
    filled = sheets.fill(sheet, place.code, facts)
    score = filled.score()
    told = engine.score_as_dict(score)
    may = sheets.may_enter(user, filled.region)
    reason = sheets.cannot_freeze(sheet, score, span)
    if not may:
        reason = ("本单位不能为该地区定稿。", "You cannot freeze sheets of this region.")
    for item in told["items"]:
        item["why"] = {"zh": item["why_zh"], "en": item["why_en"]}
        given_by_hand = item["kind"] == "manual" or item["review"] is not None
        item["manual"] = given_by_hand and sheet.status is not engine.Status.TEMPLATE
        for given in item["inputs"]:
            given.update(_input_more(given, filled, may=may))
    inside = [other for other in sheets.regions_of(user) if other != place and contains(place.code, other.code)]
    return {
        **told,
        **_card(sheet),
        "region": place.code,
        "region_zh": place.name_zh,
        "region_en": place.name_en or place.name_zh,
        "period": span.label,
        "total": score.points,
        "max": score.maximum or None,
        "regions": [named(other) for other in sheets.regions_of(user)],
        "places": _places(sheet, inside, facts),
        "steps": bool(sheet.steps),
        "enter": may,
        "freeze": {"possible": reason is None, "zh": reason[0] if reason else "", "en": reason[1] if reason else ""},
        "frozen": [_frozen(row) for row in _history(user, sheet, filled.region, span)],
    }


@router.get(
    "/sheets/{code}/gains", summary="What would gain points on a sheet", response={200: dict[str, Any], **ERRORS}
)
def sheet_gains(
    request: HttpRequest, code: str, region: str = "", period: str = "", points: float = 3.0, tried: str = ""
) -> dict[str, Any]:
    """Steps and combinations of them that gain so many points, by effort; and what steps that one chose would gain."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, region)
    filled = sheets.fill(sheet, place.code, sheets.facts_of(sheets.span_for(sheet, period)))
    return gains.of_sheet(filled, points, tried)


def _input_more(given: dict[str, Any], filled: sheets.Filled, *, may: bool) -> dict[str, Any]:
    """What a page needs of an input beyond the score: who entered it, whether one may, and why it is missing."""
    own = filled.entered.get(given["name"])
    missing = given["value"] is None
    computed = bool(given["source"]) and not missing and not (own and own.pk in filled.inputs[given["name"]].records)
    return {
        "form": may and not given["fixed"] and not computed,
        "computed": computed,
        "entered": own and _entered(own),
        "missing": {"zh": given["why_zh"], "en": given["why"]} if missing else None,
    }


def _entered(row: SheetInput) -> dict[str, Any]:
    return {
        "id": row.pk,
        "by": row.by,
        "at": iso(row.at),
        "value": row.value,
        "why": row.why,
        "file": row.file or None,
        "assumed": row.assumed,
    }


def _places(sheet: engine.Sheet, regions: list[Any], facts: Facts) -> list[dict[str, Any]]:
    """The same sheet for every region inside, ranked among them."""
    given = {one.code: sheets.fill(sheet, one.code, facts) for one in regions}
    reviews = {code: one.reviews for code, one in given.items()}
    board = engine.evaluate_places(
        sheet, {code: one.inputs for code, one in given.items()}, on=sheets.last_day(facts), reviews=reviews
    )
    names = {one.code: one for one in regions}
    return [{**one.as_dict(), **named(names[one.code])} for one in board.places]


def _history(user: User, sheet: engine.Sheet, region: str, span: Span) -> Any:
    return visible(user, FrozenSheet).filter(sheet=sheet.code, region=region, period=span.label)


def _frozen(row: FrozenSheet) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": iso(row.at),
        "by": row.by,
        "hash": row.hash,
        "why": row.why,
        "version": row.version,
        "points": row.result.get("points"),
    }


@router.post("/sheets/{code}/inputs", summary="Enter a number", response={200: dict[str, Any], **ERRORS})
def enter(request: HttpRequest, code: str, given: Entry) -> dict[str, Any]:
    """Keep a number for a region and a period, or points of a manual item, with who, when and why."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, given.region)
    span = sheets.span_for(sheet, given.period)
    row = _row(sheet, given)
    answer = sheets.enter(user, sheet, place.code, span, [row])[0]
    if not answer.ok:
        raise InputError(f"{given.name or given.item}: {answer.en}", zh=answer.zh, name=given.name or given.item)
    return {"name": answer.name, "value": answer.value, "region": place.code, "period": span.label}


def _row(sheet: engine.Sheet, given: Entry) -> Given:
    if given.item:
        return sheets.item_given(sheet, given.item, given.value, given.why)
    known = [spec.name for spec in sheet.inputs]
    if given.name not in known:
        raise UnknownName(f"input of sheet {sheet.code}", given.name, known)
    if given.value is None:
        return Given(1, given.name, None, given.why)
    cells = {"name": given.name, "value": repr(given.value), "unit": given.unit.strip(), "why": given.why}
    return check_row(1, cells, sheet)


@router.get("/sheets/{code}/template.xlsx", summary="The sheet's form as Excel")
def template(request: HttpRequest, code: str, region: str = "", period: str = "") -> HttpResponse:
    """The form of a sheet for a region and a period, with what is known so far."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, region)
    span = sheets.span_for(sheet, period)
    filled = sheets.fill(sheet, place.code, sheets.facts_of(span))
    values = {}
    for name, known in filled.inputs.items():
        own = filled.entered.get(name)
        by_hand = own is not None and own.pk in known.records
        values[name] = (known.value, "" if known.value is None else f"填报 {own.by}" if own and by_hand else "平台计算")
    made = form(sheet, values, f"{place.name_zh} {span.label}", context.now())
    answer = HttpResponse(made, content_type=XLSX)
    answer["Content-Disposition"] = (
        f'attachment; filename="{quote(sheet.code)}-{normalise(place.code)}-{span.label}.xlsx"'
    )
    return answer


@router.post("/sheets/{code}/import", summary="Numbers in from Excel", response={200: dict[str, Any], **ERRORS})
def import_workbook(
    request: HttpRequest,
    code: str,
    file: File[UploadedFile],
    region: Form[str] = "",
    period: Form[str] = "",
    dry_run: Form[bool] = True,
) -> dict[str, Any]:
    """Look at a filled form row by row, or take it; bad rows are named and the rest goes on."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, region)
    span = sheets.span_for(sheet, period)
    if (file.size or 0) > MOST_BYTES:
        raise InputError(f"the file has {file.size:,} bytes; a form has at most {MOST_BYTES:,}.", bytes=file.size)
    data = file.read()
    name = (file.name or "").lower()
    rows = read_given(data, next((end for end in (".csv", ".xlsx") if name.endswith(end)), ".xlsx"), sheet)
    sha256 = "" if dry_run else context.store().files.put(data)
    answers = sheets.enter(
        user, sheet, place.code, span, _unchanged(rows, sheet, place.code, span), file=sha256, dry=dry_run
    )
    return {
        "dry_run": dry_run,
        "taken": sum(one.ok for one in answers),
        "rows": [
            {
                "row": one.row, "name": one.name, "value": one.value, "ok": one.ok, "sentence": one.en, "zh": one.zh,
                "en": one.en,
            }
            for one in answers
        ],
    }  # fmt: skip


def _unchanged(rows: list[Given], sheet: engine.Sheet, region: str, span: Span) -> list[Given]:
    """Rows without those that only give back what the form showed already: nobody entered them anew."""
    known = sheets.fill(sheet, region, sheets.facts_of(span)).inputs
    same = {one.row for one in rows if one.ok and known[one.name].value == one.value and not one.why}
    return [one for one in rows if one.row not in same]


@router.post("/sheets/{code}/freeze", summary="Make a sheet official", response={200: dict[str, Any], **ERRORS})
def freeze(request: HttpRequest, code: str, given: Freeze) -> dict[str, Any]:
    """Keep a confirmed, complete sheet of a period that is over as it is, with its hash; refused otherwise."""
    user, sheet = user_of(request), sheets.find(code)
    place = sheets.region_of(user, given.region)
    frozen = sheets.freeze(user, sheet, place.code, sheets.span_for(sheet, given.period), given.why)
    return _frozen(frozen)


@router.get("/frozen/{key}", summary="A frozen sheet", response={200: dict[str, Any], **ERRORS})
def open_frozen(request: HttpRequest, key: str) -> dict[str, Any]:
    """A sheet as it was made official, and whether its hash still holds."""
    row = one(request, FrozenSheet, key)
    return {
        **row.result,
        **_frozen(row),
        "sheet_code": row.sheet,
        "region": row.region,
        "period": row.period,
        "previous": row.previous or None,
        "holds": row.hash == row.digest(),
    }


@router.get("/frozen/{key}/files/{name}", summary="A frozen sheet as Word, Excel or PDF")
def frozen_file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """`zh.docx`, `en.docx`, `zh.xlsx`, `en.xlsx`, `zh.pdf` or `en.pdf`: the sheet as it was made official."""
    row = one(request, FrozenSheet, key)
    language, _, form = name.partition(".")
    made = sheet_print.document(row, language, form)
    audit(context.clock(), user_of(request).username, "print-sheet", row.pk, form=form)
    answer = HttpResponse(made.content, content_type=CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{quote(row.sheet)}-{row.period}.{language}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@router.get("/inputs", summary="Numbers that were entered", response={200: dict[str, Any], **ERRORS})
def list_inputs(request: HttpRequest, name: str = "", region: str = "", period: str = "") -> dict[str, Any]:
    """What was entered, newest first, with who, when and why: the history of an input."""
    found = visible(request.user, SheetInput)
    if name:
        found = found.filter(name=name)
    if region:
        found = found.filter(region=normalise(region))
    if period:
        found = found.filter(period=parse_span(period).label)
    rows = [
        {**_entered(row), "name": row.name, "region": row.region, "period": row.period, "unit": row.unit}
        for row in found.order_by("-id")[:500]
    ]
    return page_of(rows, found.count())
