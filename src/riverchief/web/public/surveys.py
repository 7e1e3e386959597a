"""The survey at the signs: one answer of a device in a month; shares per sign, reach and county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from riverchief.base import regions
from riverchief.base.errors import InputError, TooMany, WrongState
from riverchief.base.ids import new_id
from riverchief.base.spans import month_of
from riverchief.base.time import CHINA, local_day
from riverchief.ground.citizens import rules, survey
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.sign_models import Sign
from riverchief.web.public import senders
from riverchief.web.public.models import CitizenReport, SurveyAnswer
from riverchief.web.wire import named

OVERALL = "overall"
COUNTY_DIGITS = 6


def answer(request: HttpRequest, sign: Sign, device: str, given: dict[str, int]) -> SurveyAnswer:
    """Keep one answer.

    Raises
    ------
    InputError
        When a question has no answer from 1 to 5.
    WrongState
        When this device has answered at this sign this month.
    TooMany
        When many came from the same network this month.
    """
    said = survey.read(given, [question.code for question in rules().questions])
    if not 16 <= len(device) <= 128:
        raise InputError("the device has drawn no number of its own (16 to 128 characters).", part="device")
    now = context.now()
    month = f"{local_day(now):%Y-%m}"
    sender = senders.address_of(request)
    with transaction.atomic():
        senders.spend(request)
        if SurveyAnswer.objects.filter(month=month, sender=sender).count() >= rules().survey.per_address:
            raise TooMany("many answers came from this network this month already; thank you.", wait_s=86_400)
        found, fresh = SurveyAnswer.objects.get_or_create(
            device=senders.keyed("device", device),
            month=month,
            sign=sign.pk,
            defaults={
                "id": new_id("answer", now),
                "region": regions.normalise(sign.region) if sign.region else "",
                "reach": sign.reach_id or "",
                "chainage_m": sign.chainage_m or 0.0,
                "sender": sender,
                "answers": said,
                "at": now,
            },
        )
        if not fresh:
            raise WrongState("this device has answered here this month; the next time is next month.", month=month)
    return found


def _told(answers: Iterable[SurveyAnswer]) -> dict[str, Any]:
    """Shares of some answers by question; none shown where there are too few."""
    found = list(answers)
    smallest = rules().survey.smallest
    shares = {}
    for question in rules().questions:
        one = survey.share(a.answers[question.code] for a in found if question.code in a.answers)
        enough = one.n >= smallest
        shares[question.code] = {
            "n": one.n,
            "satisfied": one.satisfied if enough else None,
            "share": one.share if enough else None,
            "low": one.low if enough else None,
            "high": one.high if enough else None,
        }
    return {"n": len(found), "enough": len(found) >= smallest, "shares": shares}


def results(user: User, month: str) -> dict[str, Any]:
    """The month's results that somebody may see: all together, by county, reach and sign; and ratings of cases."""
    found = list(visible(user, SurveyAnswer).filter(month=month))
    registry = context.basin()
    groups: dict[str, dict[str, list[SurveyAnswer]]] = {kind: defaultdict(list) for kind in ("county", "reach", "sign")}
    for one in found:
        groups["county"][regions.normalise(one.region[:COUNTY_DIGITS]) if one.region else ""].append(one)
        groups["reach"][one.reach].append(one)
        groups["sign"][one.sign].append(one)
    names = {
        "county": {regions.normalise(r.code): named(r) for r in registry.basin.regions},
        "reach": {r.code: named(r) for r in registry.basin.reaches},
        "sign": {s.code: named(s) for s in registry.basin.signs},
    }
    listed = {
        kind: [
            {**names[kind].get(code, {"code": code, "name_zh": code, "name_en": code}), **_told(group)}
            for code, group in sorted(by_code.items())
        ]
        for kind, by_code in groups.items()
    }
    rule = rules().survey
    return {
        "month": month,
        "questions": [{"code": q.code, "text_zh": q.text_zh, "text_en": q.text_en} for q in rules().questions],
        "smallest": rule.smallest,
        "document": rule.document,
        "confirmed": rule.confirmed,
        "all": _told(found),
        **listed,
        "ratings": _ratings(user, month),
    }


def _ratings(user: User, month: str) -> dict[str, Any]:
    """How satisfied citizens are with what became of their reports, rated in the month."""
    first = date.fromisoformat(f"{month}-01")
    begin, end = (datetime.combine(day, time(), CHINA) for day in (first, month_of(first).last + timedelta(days=1)))
    rated = visible(user, CitizenReport).filter(rated_at__gte=begin, rated_at__lt=end)
    stars = [n or 0 for n in rated.order_by().values_list("stars", flat=True)]
    one = survey.share(stars)
    mean = sum(stars) / len(stars) if stars else None
    return {"n": one.n, "satisfied": one.satisfied, "share": one.share, "low": one.low, "high": one.high, "mean": mean}
