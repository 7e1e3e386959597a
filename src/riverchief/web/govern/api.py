"""The govern stage over HTTP: scores that open to their records."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern import gains
from riverchief.web.govern.models import Score
from riverchief.web.wire import ERRORS, iso, named, one, page_of

router = Router()


def _score(score: Score) -> dict[str, Any]:
    chief = context.basin().chiefs.get(score.chief)
    return {
        "id": score.id,
        "sheet": score.sheet,
        "chief": named(chief) if chief else {"code": score.chief, "name_zh": score.chief, "name_en": score.chief},
        "month": score.month,
        "at": iso(score.at),
        "points": score.points,
        "max": score.maximum,
    }


@router.get("/scores", summary="Scores")
def scores(request: HttpRequest, month: str = "", chief: str = "") -> dict[str, Any]:
    """The newest score of every chief and month that one may see."""
    found = visible(request.user, Score)
    if month:
        found = found.filter(month=month)
    if chief:
        found = found.filter(chief=chief)
    newest: dict[tuple[str, str, str], Score] = {}
    for score in found.order_by("-id")[:1000]:
        newest.setdefault((score.sheet, score.chief, score.month), score)
    return page_of([_score(score) for score in newest.values()])


@router.get("/scores/{key}", summary="One score, opened")
def score(request: HttpRequest, key: str) -> dict[str, Any]:
    """A score with its items, their formulas, inputs and the records behind every input."""
    found = one(request, Score, key)
    return {**_score(found), **found.result}


@router.get(
    "/scores/{key}/gains", summary="What would gain points on a score", response={200: dict[str, Any], **ERRORS}
)
def score_gains(request: HttpRequest, key: str, points: float = 3.0, tried: str = "") -> dict[str, Any]:
    """Steps and combinations of them that gain so many points, by effort; and what steps that one chose would gain."""
    return gains.of_score(one(request, Score, key), points, tried)
