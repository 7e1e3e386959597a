"""Targets over HTTP: the board, one target with its outlook, what-if levers, setting and signing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from riverchief.base import regions
from riverchief.govern.outlook import parse_lever
from riverchief.web import context
from riverchief.web.accounts.visibility import visible, within
from riverchief.web.govern import outlook_record, outlooks, targets
from riverchief.web.govern.models import Target
from riverchief.web.wire import one, page_of, parse_year, user_of

router = Router()


class NewTarget(Schema):
    """A target to be set; `required` holds `value`, and `weight` or `flow_m3s` where its kind needs them."""

    kind: str
    place: str
    start: date
    end: date
    required: dict[str, Any]
    name_zh: str = ""
    name_en: str = ""
    region: str = ""
    issuer: str = ""
    parent: str | None = None
    document: str = ""


@router.get("/targets", summary="The board of targets")
def board(request: HttpRequest, year: int = 0, kind: str = "", region: str = "", state: str = "") -> dict[str, Any]:
    """Targets with their newest outlook, those most at risk first."""
    found = visible(request.user, Target)
    if year:
        year = parse_year(year, year)
        found = found.filter(period_start__year__lte=year, period_end__year__gte=year)
    if kind:
        found = found.filter(kind=kind)
    if region:
        found = found.filter(within(regions.prefix(region)))
    rows = list(found)
    children: dict[str, list[Target]] = {}
    for child in visible(request.user, Target).filter(parent__in=[t.pk for t in rows]):
        children.setdefault(child.parent_id or "", []).append(child)
    newest, record = targets.newest(rows), outlook_record.newest()
    items = [targets.brief(t, newest.get(t.pk), children.get(t.pk, ()), record) for t in rows]
    if state:
        items = [item for item in items if item["outlook"] and item["outlook"]["state"] == state]
    items.sort(key=_risk)
    return {**page_of(items), "record": {"again": record, "issued": outlook_record.issued()}}


def _risk(item: dict[str, Any]) -> tuple[int, float]:
    """Early warning: missed, then the least likely; what cannot be said comes last."""
    given = item["outlook"]
    if given is None or given["probability"] is None:
        return 1, 0.0
    return 0, given["probability"]


@router.post("/targets", summary="Set a target")
def create(request: HttpRequest, given: NewTarget) -> dict[str, Any]:
    """An office sets a target of its region, or hands one down."""
    target = targets.create(user_of(request), given.dict())
    return targets.brief(target, None, (), None)


@router.get("/targets/{key}", summary="One target")
def target(request: HttpRequest, key: str) -> dict[str, Any]:
    """A target with its outlook as of today, its course, what is allowed, its children and the record."""
    found = one(request, Target, key)
    children = list(visible(request.user, Target).filter(parent=found))
    return targets.page(found, outlooks.look_now(found), children)


@router.get("/targets/{key}/what-if", summary="What if")
def what_if(request: HttpRequest, key: str, lever: Annotated[list[str] | None, Query()] = None) -> dict[str, Any]:
    """The outlook with levers pulled (`scale:tp=-20%`, `worst_days=5`, `flow=+30%`), beside the one without."""
    found = one(request, Target, key)
    return {"id": found.pk, **outlooks.what_if(found, tuple(parse_lever(text) for text in lever or ()))}


@router.post("/targets/{key}/sign", summary="Sign a target")
def sign(request: HttpRequest, key: str) -> dict[str, Any]:
    """An office signs a target of its region off."""
    signed = targets.sign(user_of(request), one(request, Target, key))
    return targets.brief(signed, targets.newest([signed]).get(signed.pk), (), None)


@router.get("/outlooks/record", summary="The record of outlooks")
def record(request: HttpRequest) -> dict[str, Any]:
    """Months of the basin forecast again, and what became of the outlooks that were issued."""
    return {"again": outlook_record.newest(), "issued": outlook_record.issued(), "at": context.now().isoformat()}
