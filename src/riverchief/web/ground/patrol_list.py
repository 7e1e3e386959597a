"""Which patrols are asked for: by result, chief, walker, place and days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from ninja import Schema
from pydantic import Field

from riverchief.base import regions
from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.web.ground.models import Patrol
from riverchief.web.wire import parse_day

_REFUSED = Q(finished_at__isnull=False, decided=False) & ~Q(result__valid=True)
RESULTS = {
    "counts": Q(finished_at__isnull=False) & (Q(result__valid=True) | Q(decided=True)),
    "refused": _REFUSED,
    "decided": Q(decided=True),
    "going": Q(finished_at__isnull=True),
    "appeal": Q(appeals__decision=""),
}


class Wanted(Schema):
    """What of the patrols is asked for; empty means all."""

    result: str = Field("", max_length=16)
    chief: str = Field("", max_length=64)
    by: str = Field("", max_length=150)
    region: str = Field("", max_length=12)
    reach: str = Field("", max_length=64)
    from_: str = Field("", alias="from", max_length=10)
    to: str = Field("", max_length=10)


def filtered(found: QuerySet[Patrol], wanted: Wanted) -> QuerySet[Patrol]:
    """Of some patrols those that are asked for; days are local, both included.

    Raises
    ------
    InputError
        When a result, region or day is none.
    """
    if wanted.result:
        if wanted.result not in RESULTS:
            raise InputError(f"result {wanted.result!r} is none of: {', '.join(RESULTS)}.", result=wanted.result)
        found = found.filter(RESULTS[wanted.result])
    for field in ("chief", "by", "reach"):
        if value := getattr(wanted, field):
            found = found.filter(**{field: value})
    if wanted.region:
        found = found.filter(region__startswith=regions.prefix(wanted.region))
    if wanted.from_:
        found = found.filter(started_at__gte=datetime.combine(parse_day(wanted.from_), time.min, CHINA))
    if wanted.to:
        after = parse_day(wanted.to) + timedelta(days=1)
        found = found.filter(started_at__lt=datetime.combine(after, time.min, CHINA))
    return found
