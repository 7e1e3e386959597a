"""The ledger over HTTP: case types, filtered lists, figures, marks, parts, import of tables, sealed exports."""

from __future__ import annotations

from math import isfinite
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from riverchief.base.time import local_day
from riverchief.ground import casetypes
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, export, ledger, marking, patrols
from riverchief.web.ground.models import Case
from riverchief.web.wire import ERRORS, count_of, named, one, page_of, parse_day, user_of

router = Router()


class Wanted(Schema):
    """What of the ledger is asked for; empty means all."""

    state: str = ""
    stage: str = ""
    type: str = ""
    group: str = ""
    source: str = ""
    origin: str = Field("", max_length=64)
    region: str = Field("", max_length=12)
    reach: str = Field("", max_length=64)
    chief: str = Field("", max_length=64)
    from_: str = Field("", alias="from", max_length=10)
    to: str = Field("", max_length=10)
    closed_from: str = Field("", max_length=10)
    closed_to: str = Field("", max_length=10)
    as_of: str = Field("", max_length=10)
    overdue: bool = False
    standing: bool = False
    unassigned: bool = False

    def filter(self) -> ledger.Filter:
        """The same for the ledger."""
        return ledger.Filter(**self.dict())


class Report(Schema):
    """What somebody on the bank files."""

    lon: float
    lat: float
    note: str
    severity: int = 0
    system: str = "wgs84"
    type: str = Field("", max_length=32)
    values: dict[str, Any] = {}


class Typed(Schema):
    """Of which type a case is, with the values of its fields."""

    type: str = Field(max_length=32)
    values: dict[str, Any] = {}


class County(Schema):
    """A county, and why it takes part or no longer does."""

    region: str = Field(max_length=12)
    reason: str


class Words(Schema):
    """What somebody says."""

    note: str


class Part(Schema):
    """A part of a case that becomes a case of its own; what is left out is as in the first."""

    note: str
    type: str = Field("", max_length=32)
    values: dict[str, Any] = {}
    severity: int = Field(0, ge=0, le=3)
    reach: str = Field("", max_length=64)
    chainage_m: float | None = None


class Split(Schema):
    """Why a case is split, and its parts."""

    reason: str
    parts: list[Part] = Field(max_length=20)


class HandOver(Schema):
    """To whom a case is handed over: police, prosecutor, department or other, the authority's name, number and day."""

    to: str
    receiver: str = Field(max_length=120)
    number: str = Field("", max_length=64)
    day: str = Field("", max_length=10)
    note: str


class Enforced(Schema):
    """What came of enforcement, with the fine in fen."""

    result: str
    fine_fen: int = 0
    number: str = Field("", max_length=64)
    day: str = Field("", max_length=10)


def type_card(item: casetypes.CaseType) -> dict[str, Any]:
    """A type of the catalogue on the wire."""
    asked = [
        {
            "key": f.key,
            "name_zh": f.name_zh,
            "name_en": f.name_en,
            "kind": f.kind,
            "unit": f.unit or None,
            "required": f.required,
            "least": f.least,
            "choices": [{"code": code, "name_zh": zh, "name_en": en} for code, zh, en in f.choices],
        }
        for f in item.fields
    ]
    return {
        **named(item),
        "group": item.group,
        "severity": item.severity,
        "verify": list(item.verify),
        "evidence": list(item.evidence),
        "checklist": item.checklist,
        "fields": asked,
        "document": item.document,
        "confirmed": item.confirmed,
    }


@router.get("/case-types", summary="Types of cases, and the walker's checklist")
def case_types(request: HttpRequest, on: str = "") -> dict[str, Any]:
    """The catalogue in force on a local day: fields, evidence wanted, who sees that it is gone; and what to look at."""
    day = parse_day(on) if on else local_day(context.now())
    groups = [{**named(one), "document": one.document, "confirmed": one.confirmed} for one in casetypes.groups()]
    lines = [{"code": line, "types": [one.code for one in types]} for line, types in casetypes.checklist(day)]
    items = [type_card(item) for item in casetypes.catalogue(day)]
    return {"on": day.isoformat(), "groups": groups, "checklist": lines, **page_of(items)}


@router.get("/cases", summary="The ledger")
def listed(
    request: HttpRequest, wanted: Query[Wanted], mine: bool = False, limit: int = 100, after: str = ""
) -> dict[str, Any]:
    """Cases one may see, newest first, at most `limit` (500), from after the mark that `next` of a page gave."""
    user, now = user_of(request), context.now()
    found = ledger.found(user, wanted.filter(), now)
    items, following = ledger.page(found, after, limit)
    if mine:
        items = [case for case in items if any(not row["beside"] for row in cases.allowed_for(user, case))]
    photos = ledger.pairs(items)
    told = [{**cases.brief(case, now), "photos": photos.get(case.pk)} for case in items]
    counted = {"total": len(items), "more": bool(following)} if mine else count_of(found)
    return {"items": told, **counted, "next": following or None}


@router.post("/cases", summary="Report a problem")
def report(request: HttpRequest, given: Report) -> dict[str, Any]:
    """What a walker files: placed on the nearest reach, reported at once; with a type, its fields are checked."""
    user = user_of(request)
    place, lon, lat = patrols.place_of(given.lon, given.lat, given.system)
    origin, severity = marking.typed(given.type, given.values, given.severity)
    case = cases.open_by_walker(user, place, lon, lat, given.note, severity, origin=origin)
    return cases.brief(case, context.now())


@router.get("/ledger/figures", summary="Figures of the ledger")
def figures(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """How many cases the filter means: by stage and type, overdue, with nobody to solve them."""
    now = context.now()
    return ledger.figures(ledger.found(user_of(request), wanted.filter(), now), now)


@router.get("/ledger/along", summary="Cases along the rivers")
def along(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """How many cases the filter means on each piece of the river that has any, with the middle of the piece."""
    counted = ledger.along(ledger.found(user_of(request), wanted.filter(), context.now()))
    network = context.basin().basin.network
    drawn = set(network.codes)
    known = [row for row in counted if row[0] in drawn]
    middle = [(piece + 0.5) * ledger.PIECE_M for _, piece, _ in known]
    index = [network.index(reach) for reach, _, _ in known]
    at = network.point(index, [min(m, float(network.length_m[i])) for m, i in zip(middle, index, strict=True)])
    items = [
        {"reach": reach, "from_m": piece * ledger.PIECE_M, "n": n, "lon": round(float(x), 6), "lat": round(float(y), 6)}
        for (reach, piece, n), (x, y) in zip(known, at, strict=True)
        if isfinite(x)  # a reach without a drawn line has no place on a map
    ]
    return {"piece_m": ledger.PIECE_M, "items": items, "total": sum(item["n"] for item in items)}


@router.post("/cases/{key}/type", summary="Say of which type a case is", response={200: dict[str, Any], **ERRORS})
def classify(request: HttpRequest, key: str, given: Typed) -> dict[str, Any]:
    """An office says of which type a case is; the values of its fields are checked and sealed."""
    found = marking.classify(one(request, Case, key), user_of(request), given.type, given.values)
    return cases.brief(found, context.now())


@router.post("/cases/{key}/counties", summary="Let a county take part", response={200: dict[str, Any], **ERRORS})
def join(request: HttpRequest, key: str, given: County) -> dict[str, Any]:
    """Its office sees the case from now on and may add its part; the case's own county leads."""
    found = marking.join(one(request, Case, key), user_of(request), given.region, given.reason)
    return cases.brief(found, context.now())


@router.post("/cases/{key}/counties/leave", summary="End a county's part", response={200: dict[str, Any], **ERRORS})
def leave(request: HttpRequest, key: str, given: County) -> dict[str, Any]:
    """A county takes part no longer; what it added stays."""
    found = marking.leave(one(request, Case, key), user_of(request), given.region, given.reason)
    return cases.brief(found, context.now())


@router.post("/cases/{key}/parts", summary="Add a county's part", response={200: dict[str, Any], **ERRORS})
def add_part(request: HttpRequest, key: str, given: Words) -> dict[str, Any]:
    """What the office of a county that takes part has found or done."""
    found = marking.add_part(one(request, Case, key), user_of(request), given.note)
    return cases.brief(found, context.now())


@router.post("/cases/{key}/split", summary="Split a case", response={200: dict[str, Any], **ERRORS})
def split(request: HttpRequest, key: str, given: Split) -> dict[str, Any]:
    """Every part becomes a case that says where it came from; the first goes on with what is left."""
    user, now = user_of(request), context.now()
    parts = [part.dict(exclude_none=True) for part in given.parts]
    made = marking.split(one(request, Case, key), user, given.reason, parts)
    seen = visible(user, Case).filter(pk__in=[item.pk for item in made]).order_by("pk")
    return page_of([cases.brief(item, now) for item in seen])


@router.post("/cases/{key}/hand-over", summary="Hand a case over", response={200: dict[str, Any], **ERRORS})
def hand_over(request: HttpRequest, key: str, given: HandOver) -> dict[str, Any]:
    """To police, prosecutor or a department, with the name of the authority, number and day; sealed."""
    day = parse_day(given.day).isoformat() if given.day else local_day(context.now()).isoformat()
    found = one(request, Case, key)
    found = marking.hand_over(found, user_of(request), given.to, given.receiver, given.number, day, given.note)
    return cases.brief(found, context.now())


@router.post("/cases/{key}/enforcement", summary="Enter a result", response={200: dict[str, Any], **ERRORS})
def enforced(request: HttpRequest, key: str, given: Enforced) -> dict[str, Any]:
    """What came of enforcement, with the fine [fen] and the decision's number and day; sealed."""
    day = parse_day(given.day).isoformat() if given.day else local_day(context.now()).isoformat()
    found = one(request, Case, key)
    found = marking.enforcement(found, user_of(request), given.result, given.fine_fen, given.number, day)
    return cases.brief(found, context.now())


@router.get("/seal-key", auth=None, summary="The key that exports are signed with")
def seal_key(request: HttpRequest) -> dict[str, str]:
    """Open to everybody: the public key (Ed25519, hexadecimal) for an export's `verify.py`, and its fingerprint."""
    return {"algorithm": "Ed25519", "key": export.public_key(), "fingerprint": export.fingerprint()}


@router.get("/cases/{key}/export", summary="A case as an archive that can be checked")
def exported(request: HttpRequest, key: str) -> HttpResponse:
    """A zip with steps, evidence, files, audit lines, signature, and `verify.py`, which checks them by itself."""
    found = one(request, Case, key)
    response = HttpResponse(export.archive(found, user_of(request)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="case-{found.number}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
