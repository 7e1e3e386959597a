"""Evaluation over HTTP: a section's year, rivers and the basin rated, sections and counties ranked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from riverchief.base.errors import NotFound
from riverchief.base.spans import Span, month_of, parse_span
from riverchief.web import context
from riverchief.web.cloud import asof, evaluation, ratings
from riverchief.web.wire import parse_time, parse_year

router = Router()


def _span(period: str) -> Span:
    """The period that is asked for; the last whole month unless one is named."""
    return parse_span(period) if period else month_of(evaluation.known_day()).before()


@router.get("/sections/{code}/year", summary="A section's year")
def section_year(request: HttpRequest, code: str, year: int = 0, as_of: str = "") -> dict[str, Any]:
    """Class of every day and month and of the year to date, as known now or at `as_of`, with means and why.

    `as_of` is a time with its zone, or a local day, which means its end; `changed` says what has changed since.
    """
    found = context.basin().sections.get(code)
    if found is None:
        raise NotFound("section", code)
    when = asof.moment(as_of) if as_of else None
    wanted = parse_year(year, evaluation.known_day(when).year)
    return {
        **evaluation.section_year(found, wanted, when),
        "changed": asof.changed_in_year(found, wanted, when) if when else [],
    }


@router.get("/sections/{code}/since", summary="A section's period then and now")
def since(request: HttpRequest, code: str, as_of: str, period: str = "") -> dict[str, Any]:
    """The class of a period as it was given at `as_of`, as it is now, and each difference between the two.

    Then: with the values known then and the edition in force and published then.
    """
    found = context.basin().sections.get(code)
    if found is None:
        raise NotFound("section", code)
    return asof.compared(found, _span(period), asof.moment(as_of))


@router.get("/ratings", summary="Rivers and the basin, rated")
def rated(request: HttpRequest, period: str = "", against: str = "", as_of: str = "") -> dict[str, Any]:
    """Classes, shares, rating, main pollutants and change over a period.

    `period` is a month (`2026-10`), quarter (`2026-Q3`), year (`2026`) or run of months (`2026-01..2026-10`).
    `against` is `previous` or `year`: the period before, or the same a year earlier.
    """
    return ratings.ratings(_span(period), against, parse_time(as_of) if as_of else None)


@router.get("/rankings", summary="Sections or counties, ranked")
def ranked(
    request: HttpRequest, kind: str = "sections", period: str = "", against: str = "", as_of: str = ""
) -> dict[str, Any]:
    """By the water quality index (smaller is better): status, change, movement; who leaves the ranking of changes."""
    return ratings.rankings(kind, _span(period), against, parse_time(as_of) if as_of else None)


@router.get("/sections/{code}/period", summary="A section over a period")
def section_period(request: HttpRequest, code: str, period: str = "", as_of: str = "") -> dict[str, Any]:
    """Class, means and why over a month, quarter, year or run of months, as in `ratings`."""
    found = context.basin().sections.get(code)
    if found is None:
        raise NotFound("section", code)
    told = evaluation.over(found, _span(period), parse_time(as_of) if as_of else None)
    return {
        "code": found.code,
        "target_class": found.target_class,
        **told.as_dict(),
        "on_target": evaluation.on_target(told, found),
    }
