"""The public pages over HTTP: signs, reports, receipts, the survey. Nobody signs in; who sends has solved a puzzle."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from riverchief.base.errors import InputError, NotFound, UnknownName
from riverchief.ground.citizens import receipt, rules
from riverchief.web import context
from riverchief.web.accounts.visibility import published
from riverchief.web.public import receipts, senders, signs, surveys, taking
from riverchief.web.public.models import ReleasedPhoto
from riverchief.web.wire import page_of

router = Router(auth=None)
PURPOSES = ("report", "rating", "reopening", "survey")


class Rating(Schema):
    """How satisfied somebody is with what became of their report."""

    stars: int = Field(ge=1, le=5)
    words: str = Field("", max_length=500)


class Again(Schema):
    """Why a report is to be taken up again."""

    words: str = Field(max_length=500)


class Answers(Schema):
    """Answers of one device to the survey, 1 to 5 each by the question's code."""

    device: str
    answers: dict[str, int]


def _limited(request: HttpRequest) -> None:
    senders.asked(request, "public", rules().limits.pages)


def _require_on_earth(lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(f"point {lon:g}, {lat:g} is not on the earth.", part="place")


@router.get("/", summary="What a report asks for")
def asking(request: HttpRequest) -> dict[str, Any]:
    """Kinds of reports, questions of the survey, limits, and the telephone of the office."""
    return {**signs.asking(), "office_phone": context.config().office_phone}


@router.get("/signs", summary="Signs that stand")
def list_signs(request: HttpRequest, lon: float | None = None, lat: float | None = None) -> dict[str, Any]:
    """Signs that stand; where a point is given, the nearest first with their distance [m]."""
    _limited(request)
    if lon is not None and lat is not None:
        _require_on_earth(lon, lat)
    return page_of(signs.listed(lon, lat))


@router.get("/signs/{code}", summary="The page of a sign")
def sign(request: HttpRequest, code: str) -> dict[str, Any]:
    """The river, its class, who is responsible, what is dealt with nearby, and what a report asks for."""
    _limited(request)
    return signs.page(taking.sign_of(code))


@router.get("/signs/{code}/photo", summary="The photograph of a sign")
def sign_photo(request: HttpRequest, code: str) -> HttpResponse:
    """As JPEG without metadata."""
    _limited(request)
    return HttpResponse(signs.photo(taking.sign_of(code)), content_type="image/jpeg")


@router.get("/around", summary="The river around a point")
def around(request: HttpRequest, lon: float, lat: float) -> dict[str, Any]:
    """Lines of the reaches around a point, for choosing a place."""
    _limited(request)
    _require_on_earth(lon, lat)
    return {"lines": signs.lines(lon, lat)}


@router.get("/puzzle", summary="A puzzle to solve before sending")
def puzzle(request: HttpRequest, purpose: str = "report") -> dict[str, Any]:
    """A token for one report, rating, reopening or answer, and how hard it is."""
    _limited(request)
    if purpose not in PURPOSES:
        raise UnknownName("purpose", purpose, PURPOSES)
    return senders.set_puzzle(request, purpose)


@router.post("/reports", auth=senders.Solved("report"), summary="Report something at the river")
def report(
    request: HttpRequest,
    kind: Form[str],
    words: Form[str] = "",
    sign: Form[str] = "",
    lon: Form[float | None] = None,
    lat: Form[float | None] = None,
    system: Form[str] = "wgs84",
    files: File[list[UploadedFile] | None] = None,
) -> dict[str, Any]:
    """What somebody saw, with a place or a sign; the answer is a receipt."""
    photos = [(item.name or "photo", item.read()) for item in files or []]
    kept = taking.take(request, taking.Sent(kind, words, sign, lon, lat, system, photos))
    return {"receipt": kept.receipt, "shown": receipt.shown(kept.receipt)}


@router.get("/receipts/{number}", summary="How far a report is")
def receipt_page(request: HttpRequest, number: str) -> dict[str, Any]:
    """Who is responsible, by when, what happened, and photographs that the office released."""
    senders.asked(request, "receipts", rules().limits.lookups)
    return receipts.page(receipts.by_number(number))


@router.post("/receipts/{number}/rating", auth=senders.Solved("rating"), summary="Say how satisfied one is")
def rate(request: HttpRequest, number: str, given: Rating) -> dict[str, Any]:
    """1 to 5, with words; only for a settled report."""
    return receipts.page(receipts.rate(request, receipts.by_number(number), given.stars, given.words))


@router.post(
    "/receipts/{number}/reopening", auth=senders.Solved("reopening"), summary="Ask for it to be taken up again"
)
def reopen(request: HttpRequest, number: str, given: Again) -> dict[str, Any]:
    """With a reason, within the days that the place's rule allows."""
    return receipts.page(receipts.reopen(request, receipts.by_number(number), given.words))


@router.get("/photos/{key}", summary="A photograph that the office released")
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """As JPEG without metadata."""
    found = published(ReleasedPhoto).filter(pk=key.replace("\x00", "")[:64]).first()
    if found is None:
        raise NotFound("photograph", key.replace("\x00", "?")[:64])
    return HttpResponse(context.store().files.read(found.sha256), content_type="image/jpeg")


@router.post("/signs/{code}/survey", auth=senders.Solved("survey"), summary="Answer the three questions")
def answer(request: HttpRequest, code: str, given: Answers) -> dict[str, Any]:
    """One answer of a device in a month."""
    found = surveys.answer(request, taking.sign_of(code), given.device, given.answers)
    return {"month": found.month}
