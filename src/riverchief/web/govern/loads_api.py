"""Loads and their owners, and changes explained, over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from riverchief.base.errors import NotFound
from riverchief.web import context
from riverchief.web.cloud import evaluation
from riverchief.web.govern import loads as service
from riverchief.web.wire import parse_year

router = Router()


@router.get("/loads", summary="Loads and whose they are")
def loads(request: HttpRequest, year: int = 0, property: str = "nh3n") -> dict[str, Any]:  # noqa: A002
    """Load of one property past every section in a year [t], by two estimators with intervals.

    Each section has its account (in from above, discharged between, the rest as gain or loss) and the shares of the
    counties and of what came over the border, which add up to one.
    """
    return service.loads(parse_year(year, evaluation.known_day().year), property)


@router.get("/change", summary="A year's change explained")
def change(request: HttpRequest, section: str, property: str = "nh3n", year: int = 0) -> dict[str, Any]:  # noqa: A002
    """The change of mean concentration and load from the year before, split into flow and the rest.

    `state` is `explained`, `no_flow` (no gauge on the river) or `not_enough` (too few samples in common).
    """
    found = context.basin().sections.get(section)
    if found is None:
        raise NotFound("section", section)
    return service.change(found, property, parse_year(year, evaluation.known_day().year))
