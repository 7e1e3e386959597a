"""Dischargers, their energy and carbon, and ecological flow over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from riverchief.base.basin import Facility
from riverchief.base.errors import NotFound
from riverchief.base.time import day_of_closing_stamp
from riverchief.cloud.standards.flow import ecoflow
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.models import PermitLimit
from riverchief.web.cloud import dischargers, energy, flows, permits
from riverchief.web.cloud.models import EnergyUse
from riverchief.web.wire import one, page_of, parse_day, parse_year, user_of

router = Router()


class EnergyEntry(Schema):
    """An amount of an energy carrier that was used, in a unit of that carrier."""

    item: str
    amount: float
    unit: str
    day: date
    document: str = ""
    factor_t: float | None = None
    factor_document: str = ""


class PermitEntry(Schema):
    """One limit of a permit; an hour's or day's mean in a unit of the property, a year's load in t or kg."""

    property: str
    limit: float
    unit: str
    period: str
    clause_zh: str
    clause_en: str = ""
    document: str
    valid_from: date
    valid_to: date | None = None
    lower: float | None = None
    confirmed: bool = False


class LastDay(Schema):
    """The day from which something no longer holds."""

    valid_to: date


def _facility(code: str) -> Facility:
    found = context.basin().facilities.get(code)
    if found is None or found.kind not in dischargers.KINDS:
        raise NotFound("discharger", code)
    return found


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _year(year: int) -> int:
    return parse_year(year, day_of_closing_stamp(context.now()).year)


@router.get("/dischargers", summary="Dischargers on a day")
def listed(request: HttpRequest, day: str = "") -> dict[str, Any]:
    """Works, enterprises, outfalls: over (value, clause, alert), silent, ok or unmonitored; loads of the year [kg]."""
    return page_of(dischargers.listed(user_of(request), _day(day)))


@router.get("/dischargers/{code}", summary="One discharger")
def opened(request: HttpRequest, code: str, day: str = "") -> dict[str, Any]:
    """Its limits with their documents, daily means of the last month, loads with what they lack, alerts."""
    return dischargers.opened(user_of(request), _facility(code), _day(day))


@router.get("/dischargers/{code}/carbon", summary="Energy and carbon of a discharger")
def carbon_of(request: HttpRequest, code: str, year: int = 0) -> dict[str, Any]:
    """CO2 by scope and coal equivalent of a year [t] with boundary, and every line with its factor and document."""
    return energy.account(user_of(request), _facility(code), _year(year))


@router.post("/dischargers/{code}/energy", summary="Enter energy that was used")
def enter(request: HttpRequest, code: str, given: EnergyEntry) -> dict[str, Any]:
    """An office or department enters an amount; the answer is the account of its year."""
    user, facility = user_of(request), _facility(code)
    record = energy.enter(user, facility, given.dict())
    return {"id": record.pk, **energy.account(user, facility, record.day.year)}


@router.post("/dischargers/{code}/energy/{key}/withdraw", summary="Take an entry back")
def withdraw(request: HttpRequest, code: str, key: str) -> dict[str, Any]:
    """The record stays for whoever looks into it, and counts no more."""
    user, facility = user_of(request), _facility(code)
    record = one(request, EnergyUse, key)
    if record.facility != facility.code:
        raise NotFound("energyuse", key)
    energy.withdraw(user, facility, record)
    return energy.account(user, facility, record.day.year)


@router.get("/dischargers/{code}/permits", summary="Limits of a discharger's permit")
def permits_of(request: HttpRequest, code: str) -> dict[str, Any]:
    """Every limit that was entered, also those that hold no longer."""
    found = visible(request.user, PermitLimit).filter(facility=_facility(code).code)
    return page_of([permits.as_dict(record) for record in found])


@router.post("/dischargers/{code}/permits", summary="Enter a limit of a permit")
def enter_permit(request: HttpRequest, code: str, given: PermitEntry) -> dict[str, Any]:
    """An office of the region enters one limit with its clause; it judges from its first day on."""
    return permits.as_dict(permits.enter(user_of(request), _facility(code), given.dict()))


@router.post("/dischargers/{code}/permits/{key}/end", summary="End a limit of a permit")
def end_permit(request: HttpRequest, code: str, key: int, given: LastDay) -> dict[str, Any]:
    """From that day on it holds no longer; what was judged by it stays."""
    facility = _facility(code)
    record = visible(request.user, PermitLimit).filter(facility=facility.code, pk=key).first()
    if record is None:
        raise NotFound("permit limit", str(key))
    permits.end(user_of(request), facility, record, given.valid_to)
    return permits.as_dict(record)


@router.get("/flows", summary="Ecological flow of a year")
def ecological_flow(request: HttpRequest, year: int = 0, programme: str = "") -> dict[str, Any]:
    """Every gauge's days against its smallest flow [m³/s]; a verdict where a programme (anhui, yunnan …) is named."""
    user_of(request)
    return flows.listed(_year(year), ecoflow.programme(programme) if programme else None)
