"""What the office does with citizens' reports, photographs, signs and the survey, over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from riverchief.base.errors import NotFound
from riverchief.base.time import local_day
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.sign_models import Sign
from riverchief.web.ground.models import Case, Evidence
from riverchief.web.public import codes, moderation, signs, surveys
from riverchief.web.public.models import CitizenReport
from riverchief.web.wire import named, one, page_of, parse_day, user_of

router = Router()


class Decision(Schema):
    """accept, merge, reject, spam or restore, with what it asks for; severity 0 is that of the kind."""

    action: str
    reason: str = Field("", max_length=500)
    into: str = Field("", max_length=64)
    severity: int = 0


class Release(Schema):
    """Before or after; empty takes it back."""

    side: str = ""


@router.get("/ground/citizens", summary="Reports by citizens")
def reports(request: HttpRequest, state: str = "waiting", page: int = 1) -> dict[str, Any]:
    """One page of reports; those that wait in the order in which to look at them, so that a flood buries nobody."""
    found, total = moderation.listed(user_of(request), state, min(page, 10_000))
    return {
        **page_of([moderation.brief(item, user_of(request)) for item in found], total),
        "page_size": moderation.PAGE,
    }


@router.get("/ground/citizens/{key}", summary="One report by a citizen")
def report(request: HttpRequest, key: str) -> dict[str, Any]:
    """As the office sees it; to others without the numbers that its words hold."""
    return moderation.brief(one(request, CitizenReport, key), user_of(request))


@router.post("/ground/citizens/{key}/actions", summary="Decide on a report by a citizen")
def decide(request: HttpRequest, key: str, given: Decision) -> dict[str, Any]:
    """Make it a case, join it to one, refuse it with a reason, mark it as spam, or look at it again."""
    found = one(request, CitizenReport, key)
    found = moderation.decide(
        user_of(request), found, given.action, reason=given.reason, into=given.into, severity=given.severity
    )
    return moderation.brief(found, user_of(request))


@router.get("/ground/citizens/{key}/photos/{number}", summary="A photograph of a report")
def report_photo(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The photograph as it was sent."""
    found = one(request, CitizenReport, key)
    if not 0 <= number < len(found.photos):
        raise NotFound("photograph", f"{key}/{number}")
    data = context.store().files.read(found.photos[number])
    return HttpResponse(data, content_type=media.mime_type(data))


@router.get("/ground/cases/{key}/citizens", summary="What citizens said of a case")
def of_case(request: HttpRequest, key: str) -> dict[str, Any]:
    """Their words, how satisfied they are, and which photographs are public."""
    case = one(request, Case, key)
    public = {p.pk: p.released.side for p in Evidence.objects.filter(case=case, released__isnull=False)}
    return {**page_of(moderation.of_case(case, user_of(request))), "released": public}


@router.post("/ground/evidence/{key}/release", summary="Let the public see a photograph")
def release(request: HttpRequest, key: str, given: Release) -> dict[str, Any]:
    """As a copy without metadata, as before or after; an empty side takes it back."""
    found = moderation.release(user_of(request), one(request, Evidence, key), given.side)
    return {"side": found.side if found else None}


@router.get("/ground/satisfaction", summary="How satisfied people are")
def satisfaction(request: HttpRequest, month: str = "") -> dict[str, Any]:
    """Answers of the survey in a month with their interval of 95 %, by county, reach and sign, and ratings of cases."""
    day = parse_day(f"{month}-01") if month else local_day(context.now())
    return surveys.results(user_of(request), f"{day:%Y-%m}")


@router.get("/basin/signs", summary="Public signs")
def list_signs(request: HttpRequest) -> dict[str, Any]:
    """Every sign with its state, the address of its code, and how many reports that one may see came there."""
    found, counts = visible(request.user, Sign), signs.counts(user_of(request))
    return page_of(
        [
            {
                **named(s),
                "state": s.state,
                "reach": s.reach_id,
                "chainage_m": s.chainage_m,
                "lon": s.lon,
                "lat": s.lat,
                "region": s.region,
                "since": s.since.isoformat() if s.since else None,
                "until": s.until.isoformat() if s.until else None,
                "assumed": s.assumed,
                "address": codes.address(s),
                "n_reports": counts.get(s.pk, 0),
            }
            for s in found
        ]
    )


@router.get("/basin/signs/{code}/qr", summary="The code of a sign")
def qr(request: HttpRequest, code: str, kind: str = "svg") -> HttpResponse:
    """The QR code as `svg` or `png`."""
    drawn = "png" if kind == "png" else "svg"
    data = codes.qr(one(request, Sign, code), drawn)
    return HttpResponse(data, content_type="image/png" if drawn == "png" else "image/svg+xml")


@router.get("/basin/signs-sheet", summary="Signs to print")
def sheet(request: HttpRequest, codes_wanted: str = "") -> HttpResponse:
    """A PDF with one sign a page: those whose codes are given between commas, or all that stand."""
    found = visible(request.user, Sign)
    wanted = [code for code in codes_wanted.split(",") if code]
    chosen = list(found.filter(pk__in=wanted) if wanted else found.exclude(state="removed"))
    if not chosen:
        raise NotFound("sign", codes_wanted or "any")
    answer = HttpResponse(codes.sheet(chosen), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="signs.pdf"'
    return answer
