"""The ledger (台账): cases filtered as an address says, page by page without counting through, and its figures."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models import When as Of
from django.db.models.functions import Cast, Floor

from riverchief.base import regions
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.time import CHINA, local_day
from riverchief.ground import casetypes, states
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible, within
from riverchief.web.ground.models import Case, Evidence
from riverchief.web.wire import iso, parse_day, parse_time

STAGES = ("open", "recheck", "closed", "void")
SOURCES = ("alert", "finding", "walker", "instrument", "table", "hotline", "split", "meeting", "citizen")
MOST = 500
PIECE_M = 500.0  # of the river; how finely cases are counted along it


@dataclass(frozen=True)
class Filter:
    """What is looked for; empty means all. Days are local days of the basin, `to` and `closed_to` included.

    `as_of` is the day at whose end `overdue` and `standing` are told; now where it is not given.
    """

    state: str = ""
    stage: str = ""
    type: str = ""
    group: str = ""
    source: str = ""
    origin: str = ""
    region: str = ""
    reach: str = ""
    chief: str = ""
    from_: str = ""
    to: str = ""
    closed_from: str = ""
    closed_to: str = ""
    as_of: str = ""
    overdue: bool = False
    standing: bool = False
    unassigned: bool = False

    def query(self) -> str:
        """The same as an address asks for it."""
        from urllib.parse import urlencode

        given = {f.name.rstrip("_"): getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}
        return urlencode({key: "1" if value is True else value for key, value in given.items()})


def _day(text: str, days: int = 0) -> datetime:
    day = parse_day(text) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _check(wanted: Filter) -> None:
    for what, value, known in (
        ("state", wanted.state, tuple(states.State)),
        ("stage", wanted.stage, STAGES),
        ("case type", wanted.type, (*casetypes.known_codes(), "none")),
        ("group of case types", wanted.group, tuple(one.code for one in casetypes.groups())),
        ("source", wanted.source, SOURCES),
    ):
        if value and value not in known:
            raise UnknownName(what, value, (str(one) for one in known))


def stage(name: str) -> Q:
    """Cases of a stage of the ledger: 未销号, 待复核, 已销号, or what nobody has to solve."""
    idle = Q(state__in=states.IDLE)
    checking = Q(state__in=(states.State.HANDLED, states.State.VERIFIED, states.State.CLOSED))
    done = Q(confirmed_at__isnull=False)
    return {
        "void": idle,
        "closed": done & ~idle,
        "recheck": checking & ~done,
        "open": ~idle & ~checking & ~done,
    }[name]


def found(user: User, wanted: Filter, now: datetime) -> QuerySet[Case]:
    """The cases that somebody may see and that the filter means, newest first.

    Raises
    ------
    UnknownName, InputError
        For a state, type, source or day that is none.
    """
    _check(wanted)
    cases = visible(user, Case)
    exact = {"state": wanted.state, "source": wanted.source, "origin": wanted.origin, "reach": wanted.reach}
    cases = cases.filter(**{key: value for key, value in exact.items() if value})
    if wanted.type:
        cases = cases.filter(type="" if wanted.type == "none" else wanted.type)
    if wanted.group:
        codes = {one.code for one in casetypes.catalogue(local_day(now)) if one.group == wanted.group}
        cases = cases.filter(type__in=codes)
    if wanted.stage:
        cases = cases.filter(stage(wanted.stage))
    if wanted.region:
        cases = cases.filter(within(regions.prefix(wanted.region)))
    if wanted.chief:
        cases = cases.filter(Q(chief=wanted.chief) | Q(assignee=wanted.chief))
    if wanted.unassigned:
        cases = cases.filter(chief="", assignee="", closed_at__isnull=True).exclude(state__in=states.IDLE)
    return _timed(cases, wanted, now).order_by("-opened_at", "-id")


def _timed(cases: QuerySet[Case], wanted: Filter, now: datetime) -> QuerySet[Case]:
    at = min(_day(wanted.as_of, 1), now) if wanted.as_of else now
    spans = {
        "opened_at__gte": wanted.from_ and _day(wanted.from_),
        "opened_at__lt": wanted.to and _day(wanted.to, 1),
        "closed_at__gte": wanted.closed_from and _day(wanted.closed_from),
        "closed_at__lt": wanted.closed_to and _day(wanted.closed_to, 1),
    }
    cases = cases.filter(**{key: value for key, value in spans.items() if value})
    if wanted.overdue or wanted.standing:
        standing = Q(closed_at__isnull=True) | (Q(closed_at__gte=at) if at < now else Q())
        cases = cases.filter(standing, opened_at__lt=at).exclude(state__in=states.IDLE)
    if wanted.overdue:
        cases = cases.filter(due_at__lt=at)
    return cases


def page(cases: QuerySet[Case], after: str, limit: int) -> tuple[list[Case], str]:
    """One page and the mark after which the next one begins; the mark is empty on the last page.

    Raises
    ------
    InputError
        When `after` is no mark that a page gave.
    """
    most = max(1, min(limit, MOST))
    if after:
        stamp, _, key = after.partition("|")
        if not key:
            raise InputError(f"after {after!r} is no mark of a page; take `next` of the page before.", after=after)
        at = parse_time(stamp)
        cases = cases.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=key))
    items = list(cases[: most + 1])
    if len(items) <= most:
        return items, ""
    last = items[most - 1]
    return items[:most], f"{last.opened_at.isoformat()}|{last.pk}"


def figures(cases: QuerySet[Case], now: datetime) -> dict[str, Any]:
    """How many of the cases are in which stage and of which type, overdue or with nobody to solve them."""
    late = Q(closed_at__isnull=True, due_at__lt=now) & ~Q(state__in=states.IDLE)
    nobody = Q(closed_at__isnull=True, chief="", assignee="") & ~Q(state__in=states.IDLE)
    counts = {
        "overdue": Count(When(Of(late, then=1))),
        "unassigned": Count(When(Of(nobody, then=1))),
        **{name: Count(When(Of(stage(name), then=1))) for name in STAGES},
    }
    grouped = cases.order_by().values("type").annotate(total=Count("pk"), **counts).order_by("-total", "type")
    by_type: list[Any] = list(grouped)  # read once, for the types and for the whole
    sums = {name: sum(row[name] for row in by_type) for name in ("total", *counts)}
    return {**sums, "types": [{"type": row["type"] or None, "n": row["total"]} for row in by_type]}


def along(cases: QuerySet[Case]) -> list[tuple[str, int, int]]:
    """How many of the cases lie on each piece of a reach: (reach, number of the piece from its head, cases).

    A piece is `PIECE_M` [m] long; cases without a place on the river are on none.
    """
    piece = Cast(Floor(F("chainage_m") / PIECE_M), IntegerField())
    placed = cases.exclude(reach="").order_by().annotate(piece=piece)
    counted = placed.values_list("reach", "piece").annotate(n=Count("pk"))
    return sorted((str(reach), int(at), int(n)) for reach, at, n in counted)


def pairs(items: list[Case]) -> dict[str, dict[str, Any]]:
    """Of every case with photographs, the first before it was handled and the last since, by the case's id."""
    first: dict[str, Any] = {}
    photos = Evidence.objects.filter(case__in=items, kind="photo").order_by("position")
    handled = {case.pk: case.dispatched_at for case in items}
    for photo in photos:
        kept = first.setdefault(photo.case_id, {"before": None, "after": None})
        told = {"id": photo.pk, "url": f"/api/v1/ground/evidence/{photo.pk}/image", "at": iso(photo.at), "by": photo.by}
        sent = handled[photo.case_id]
        if kept["before"] is None and (sent is None or photo.at < sent):
            kept["before"] = told
        elif sent is not None and photo.at >= sent:
            kept["before"] = kept["before"] or told
            kept["after"] = told if kept["before"] is not told else None
    return first
