"""Open311 (GeoReport v2) in JSON, thin over the public reports: for partners that hold a key."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Form, Router

from riverchief.base.errors import NotAllowed
from riverchief.ground.citizens import receipt, rules, telling
from riverchief.web import context
from riverchief.web.public import receipts, senders, taking
from riverchief.web.public.models import CitizenReport
from riverchief.web.wire import iso

router = Router(auth=None)
CLOSED = (telling.Step.DONE, telling.Step.REFUSED)


def _service(code: str) -> dict[str, Any]:
    kind = rules().kind(code)
    return {
        "service_code": kind.code,
        "service_name": kind.text_en,
        "description": kind.text_zh,
        "metadata": False,
        "type": "realtime",
        "keywords": "river",
        "group": "river",
    }


def _request(report: CitizenReport) -> dict[str, Any]:
    case = receipts.case_of(report)
    step = receipts.step_of(report, case)
    return {
        "service_request_id": report.receipt,
        "status": "closed" if step in CLOSED else "open",
        "status_notes": step.value,
        "service_code": report.kind,
        "service_name": rules().kind(report.kind).text_en,
        "description": telling.masked(report.words),
        "requested_datetime": iso(report.at),
        "updated_datetime": iso(report.decided_at or report.at),
        "expected_datetime": iso(case.due_at) if case else None,
        "lat": report.lat,
        "long": report.lon,
    }


@router.get("/services.json", summary="Open311: kinds of reports")
def services(request: HttpRequest) -> list[dict[str, Any]]:
    """Kinds of reports as Open311 services."""
    return [_service(kind.code) for kind in rules().kinds]


@router.get("/requests.json", summary="Open311: reports by their receipts")
def requests(request: HttpRequest, service_request_id: str = "") -> list[dict[str, Any]]:
    """Reports whose receipt numbers are given between commas, at most fifty; there is no list of everybody's."""
    found = []
    for number in [text for text in service_request_id.split(",") if text][:50]:
        senders.asked(request, "receipts", rules().limits.lookups)  # each is one more guess
        found.append(_request(receipts.by_number(number)))
    return found


@router.get("/requests/{number}.json", summary="Open311: one report")
def one_request(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """One report by its receipt number."""
    senders.asked(request, "receipts", rules().limits.lookups)
    return [_request(receipts.by_number(number))]


@router.post("/requests.json", summary="Open311: report something")
def create(
    request: HttpRequest,
    service_code: Form[str],
    lat: Form[float],
    long: Form[float],
    description: Form[str] = "",
    api_key: Form[str] = "",
) -> list[dict[str, Any]]:
    """A report by a partner whose key this installation knows; the answer is its receipt."""
    if not api_key or api_key not in context.config().open311_keys:
        raise NotAllowed("this api_key is not known here; ask the river chief's office for one.", part="api_key")
    sent = taking.Sent(service_code, description, lon=long, lat=lat, source="open311")
    report = taking.take(request, sent, puzzle=False)
    return [{"service_request_id": report.receipt, "service_notice": receipt.shown(report.receipt), "account_id": None}]
