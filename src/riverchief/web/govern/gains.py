"""What would have to be done to gain points on a score or a sheet, from the figures as they are now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from riverchief.base.errors import InputError, NotFound
from riverchief.base.spans import Span, parse_span
from riverchief.base.time import local_day
from riverchief.govern import sheets as engine
from riverchief.web import context
from riverchief.web.govern import scores, sheets
from riverchief.web.govern.models import Score

_TRIED = re.compile(r"([\w-]+):(\d{1,3})", re.ASCII)


def of_score(score: Score, wanted: float, chosen: str) -> dict[str, Any]:
    """The answer for a chief's score, from what its sheet's inputs come to now.

    Raises
    ------
    NotFound
        When the chief or the sheet is no longer there.
    """
    if score.chief not in context.basin().chiefs:
        raise NotFound("chief", score.chief)
    span = parse_span(score.month)
    day = min(span.last, local_day(context.now()))
    sheet = sheets.find(score.sheet)
    return _answer(sheet, span, scores.inputs_of(sheet, score.chief, day), {}, wanted, chosen)


def of_sheet(filled: sheets.Filled, wanted: float, chosen: str) -> dict[str, Any]:
    """The answer for a sheet of a region and a period."""
    return _answer(filled.sheet, filled.span, filled.inputs, filled.reviews, wanted, chosen)


def _answer(
    sheet: engine.Sheet,
    span: Span,
    inputs: Mapping[str, engine.Input],
    reviews: Mapping[str, engine.Review],
    wanted: float,
    chosen: str,
) -> dict[str, Any]:
    today = local_day(context.now())
    on: date = min(span.last, today)
    times = _times(chosen)
    plan = engine.tried(sheet, inputs, times, reviews, on)[1] if times else None
    return {
        **engine.ways_as_dict(engine.ways(sheet, inputs, wanted, reviews, on)),
        "tried": plan and engine.plan_as_dict(plan),
        "period": span.label,
        "days_left": max((span.last - today) // timedelta(days=1) + 1, 0),
        "confirmed": sheet.confirmed,
    }


def _times(text: str) -> dict[str, int]:
    """Steps that somebody chose, as `patrol:2,close:1`.

    Raises
    ------
    InputError
        When it is not so written.
    """
    found = {}
    for part in filter(None, text.split(",")):
        match = _TRIED.fullmatch(part)
        if match is None:
            raise InputError(f"tried is {text!r}; write steps with their times, as in patrol:2,close:1.", tried=text)
        found[match[1]] = int(match[2])
    return {code: n for code, n in found.items() if n}
