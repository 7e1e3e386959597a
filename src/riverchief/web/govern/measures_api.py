"""Measures against an incident, and capacities of outfalls, over HTTP."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.accounts.models import audit
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.twin import measures
from riverchief.web.wire import ERRORS, named, one, user_of

router = Router()
Json = dict[str, Any]
ANSWER: dict[Any, Any] = {200: Json, **ERRORS}


class Setting(Schema):
    """Levers at values, and what is wanted: tried from the slopes, or queued for the twin."""

    alert: str
    values: dict[str, float] = {}
    ask: Literal["try", "prepare", "confirm", "plan"] = "try"


@router.get("/twin/measures", summary="What can still be done about an incident", response=ANSWER)
def page(request: HttpRequest, alert: str) -> Json:
    """Levers with their ranges and slopes (`prepare`), the last confirmed setting and the last plan, by full runs.

    Each is null until it was asked for and answered; `waiting` names the questions that are being reckoned.
    """
    return measures.page(one(request, Alert, alert))


@router.post("/twin/measures", summary="Try levers, or have the twin prepare, confirm or plan", response=ANSWER)
def setting(request: HttpRequest, given: Setting) -> Json:
    """`try` answers at once from the slopes; the others are queued, and answered at the page's address."""
    user, alert = user_of(request), one(request, Alert, given.alert)
    if given.ask == "try":
        return measures.tried(alert, given.values)
    row = measures.ask(alert, given.ask, given.values if given.ask == "confirm" else None)
    audit(context.clock(), user.username, "ask-measures", row.pk, alert=alert.pk, asked=given.ask)
    return {"id": row.pk, "asked": row.asked, "state": row.state}


@router.get("/twin/capacity", summary="How much outfalls may discharge", response=ANSWER)
def capacity(
    request: HttpRequest,
    property: str = "nh3n",  # noqa: A002
    fairness: str = "permit",
    flow_share: Annotated[float, Field(gt=0, le=5)] = 0.3,
) -> Json:
    """Total maximum load of every outfall so that every section keeps its target class in steady low water [kg/d].

    `fairness` is `permit` (in proportion), `equal` or `total` (the largest sum). `flow_share` is the design low flow
    over the mean. Permits without a yearly limit in the registry stand for what is discharged now.
    """
    registry = context.basin()
    told = _capacity(
        (registry.basin.code, registry.basin.version), property, fairness, flow_share, local_day(context.now())
    )
    names: dict[str, Any] = {f.code: f for f in registry.basin.facilities}
    names |= {s.code: s for s in registry.basin.sections}
    items = [
        {**row, **named(names[row["code"]]), "binding": named(names[row["binding"]]) if row["binding"] else None}
        for row in told["items"]
    ]
    sections = [{**row, **named(names[row["code"]])} for row in told["sections"]]
    return {**told, "items": items, "sections": sections, "total": len(items)}


@lru_cache(maxsize=32)
def _capacity(version: tuple[str, str], code: str, fairness: str, flow_share: float, day: Any) -> Json:
    """Remembered by the registry's version: it changes with nothing else."""
    from riverchief.govern.twin.measures.basin import capacity_of

    basin = context.basin().basin.as_of(day)
    return capacity_of(basin, code, day, fairness, flow_share=flow_share).as_dict()
