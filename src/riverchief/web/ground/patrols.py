"""Patrols on the platform: started, recorded point by point, ended and judged by the rule that is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.base.geometry import to_wgs84
from riverchief.base.ids import new_id
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground import appeals, company, evidence, judging, pieces
from riverchief.web.ground.models import Case, Patrol
from riverchief.web.loop.events import came_from, emit
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso

WALKING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT, Role.CHIEF, Role.GUARD, Role.POLICE)
SNAP_M = 3_000.0


def place_of(lon: float, lat: float, system: str) -> tuple[Place, float, float]:
    """The nearest place on the network, and the point in WGS 84.

    Raises
    ------
    InputError
        When the point lies too far from every reach, or its coordinate system is not known.
    """
    x, y = to_wgs84([lon], [lat], system)
    network = context.basin().basin.network
    located = network.locate(x, y, SNAP_M)
    if located.reach[0] < 0:
        raise InputError(
            f"point {lon:.5f}, {lat:.5f} lies more than {SNAP_M:,.0f} m from every reach of this basin; "
            f"choose a point nearer to the river.",
        )
    place = network.place(int(located.reach[0]), float(located.chainage_m[0]))
    return place, float(x[0]), float(y[0])


@dataclass(frozen=True, slots=True)
class Told:
    """What a phone says of a patrol that it recorded by itself: its id, its beginning, its clock, its device."""

    key: str
    started_at: datetime
    device: str = ""
    clock: str = ""
    skew_s: float | None = None
    source: str = ""


def start(
    user: User,
    case: Case | None,
    told: Told | None = None,
    stretch: list[dict[str, Any]] | None = None,
    companions: Sequence[str] = (),
) -> Patrol:
    """Start a patrol, now or as a phone says, alone or with others.

    Raises
    ------
    NotAllowed, InputError
        When this person does not patrol, or has neither case nor stretch; when the stretch is none of this basin.
    """
    if user.role not in WALKING:
        raise NotAllowed(f"{user.username} ({user.role}) does not patrol.", role=user.role)
    registry = context.basin()
    now = context.now()
    parts = stretch or []
    judging.require_lines(parts)
    place = case.place if case else Place(parts[0]["reach"], parts[0]["from_m"]) if parts else _first_place(user)
    lon, lat = registry.lonlat(place)
    with transaction.atomic():
        patrol = Patrol.objects.create(
            id=told.key if told else new_id("patrol", now),
            region=regions.normalise(registry.region_of(place, local_day(now))),
            reach=place.reach,
            chainage_m=place.chainage_m,
            lon=lon,
            lat=lat,
            assignees=f",{user.username},",
            joint_regions=case.joint_regions if case else ",",
            case=case.pk if case else "",
            by=user.username,
            chief=user.chief,
            stretch=parts,
            **_told(told, now),
        )
        if companions:
            company.name(patrol, user, companions, patrol.started_at)
            patrol.save(update_fields=["companions"])
        if case is not None:
            findings = [(f.pk, "finding") for f in Finding.objects.filter(case=case.pk)]
            came_from(patrol.pk, [(case.pk, "cause"), *findings], code="ground.patrol")
        emit("patrol", patrol.pk, now, case=patrol.case)
    return patrol


def _told(told: Told | None, now: datetime) -> dict[str, Any]:
    if told is None:
        return {"started_at": now, "clock": "platform"}
    return {
        "started_at": told.started_at,
        "device": told.device,
        "clock": told.clock,
        "skew_s": told.skew_s,
        "source": told.source,
    }


def _first_place(user: User) -> Place:
    held = context.basin().offices.held_by(user.chief, local_day(context.now())) if user.chief else ()
    if held:
        return Place(held[0].reach, held[0].from_m)
    raise InputError(
        f"{user.username} answers for no stretch, so a patrol needs a case; start it from the case's page.",
    )


def require_own(patrol: Patrol, user: User) -> None:
    """Only its walker records a patrol.

    Raises
    ------
    NotAllowed
        Naming the walker.
    """
    if patrol.by != user.username:
        raise NotAllowed(f"{patrol.pk} is {patrol.by}'s patrol; only its walker records it.", patrol=patrol.pk)


def _require_open(patrol: Patrol) -> None:
    if patrol.finished_at is not None:
        raise WrongState(f"{patrol.pk} ended {iso(patrol.finished_at)}; start another one.", patrol=patrol.pk)


def add_points(
    patrol: Patrol, user: User, points: Sequence[Sequence[float | None]], system: str, *, late: bool = False
) -> Patrol:
    """Add points of the track, in WGS 84 from here on; the same ones again change nothing.

    Parameters
    ----------
    points : sequence of (epoch s, longitude, latitude, accuracy m or None [, speed m/s or None, mock 0 or 1])
    late : bool
        Whether points may come after the end; its result is then reckoned anew.
    """
    require_own(patrol, user)
    if not late:
        _require_open(patrol)
    if not points:
        return patrol
    lon, lat = to_wgs84([p[1] or 0.0 for p in points], [p[2] or 0.0 for p in points], system)
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update().get(pk=patrol.pk)
        known = {tuple(p) for p in patrol.track}
        added = [
            (p[0], round(float(x), 7), round(float(y), 7), *p[3:]) for p, x, y in zip(points, lon, lat, strict=True)
        ]
        fresh = [p for p in dict.fromkeys(added) if p not in known]
        patrol.track = sorted([*patrol.track, *map(list, fresh)], key=lambda p: p[0])
        patrol.save(update_fields=["track"])
        if fresh and patrol.finished_at is not None:
            reckon_again(patrol, "track")
    return patrol


def reckon_again(patrol: Patrol, why: str) -> None:
    """Reckon the result of a patrol that has ended anew, as something of it came late; a line says so."""
    if patrol.finished_at is None:
        return
    judging.reckon(patrol, why)
    patrol.save(update_fields=["result", "authenticity", "again"])


@dataclass(frozen=True, slots=True)
class Ending:
    """What a phone says at the end: checklist, gaps that it knows of, all who walked along (None: nothing is said)."""

    answers: dict[str, str] = field(default_factory=dict)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    companions: list[str] | None = None


def finish(patrol: Patrol, user: User, finished_at: datetime | None = None, said: Ending | None = None) -> Patrol:
    """End a patrol: what was walked, seen and missed, whether it counts, and what it is asked about, with reasons."""
    require_own(patrol, user)
    now, said = context.now(), said or Ending()
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update().get(pk=patrol.pk)  # with the points that came until now
        _require_open(patrol)
        patrol.finished_at = finished_at or now
        patrol.answers, patrol.told_gaps = said.answers, said.gaps
        if said.companions is not None:
            company.name(patrol, user, said.companions, patrol.finished_at, whole=True)
        judging.reckon(patrol)
        patrol.save(
            update_fields=["result", "authenticity", "answers", "told_gaps", "companions", "finished_at"],
        )
        _reckon_beside(patrol)
        case = Case.objects.select_for_update().filter(pk=patrol.case).first()
        if case is not None:
            evidence.add_track(case, user, patrol)
        emit("patrol", patrol.pk, now, key=f"{patrol.pk}:finished", case=patrol.case)
    audit(context.clock(), user.username, "finish-patrol", patrol.pk, length_m=patrol.result["length_m"])
    return patrol


def _reckon_beside(patrol: Patrol) -> None:
    """Reckon those anew who walked beside this one and ended before: only now there is a track to compare with."""
    for other in judging.walked_with(patrol):
        held = Patrol.objects.select_for_update().get(pk=other.pk)
        before = held.authenticity
        judging.reckon(held, "company")
        if held.authenticity != before:
            held.save(update_fields=["result", "authenticity", "again"])


def name_company(patrol: Patrol, user: User, names: Sequence[str], at: datetime) -> None:
    """Keep whom a walker names after the end, and reckon both sides anew.

    Raises
    ------
    NotAllowed, InputError
        For somebody else's patrol, or when none of those named may walk along.
    """
    require_own(patrol, user)
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update().get(pk=patrol.pk)
        company.require(patrol, user, names, at)
        patrol.save(update_fields=["companions"])
        company_changed(patrol)
    audit(context.clock(), user.username, "name-company", patrol.pk, companions=company.said(patrol))


def company_changed(patrol: Patrol) -> None:
    """Reckon a patrol and those beside it anew, as who walked along is known better; the caller holds a transaction."""
    reckon_again(patrol, "company")
    _reckon_beside(patrol)


def brief(patrol: Patrol) -> dict[str, Any]:
    """A patrol in a list."""
    return {
        "id": patrol.pk,
        "case": patrol.case or None,
        "by": patrol.by,
        "chief": patrol.chief or None,
        "reach": patrol.reach,
        "chainage_m": patrol.chainage_m,
        "started_at": iso(patrol.started_at),
        "finished_at": iso(patrol.finished_at),
        "points": len(patrol.track),
        "result": patrol.result,
        "region": patrol.region,
        "counts": patrol.counts if patrol.finished_at else None,
        "decided": patrol.decided,
        "source": patrol.source or None,
    }


def full(patrol: Patrol, user: User) -> dict[str, Any]:
    """A patrol on its page, as this person may see it."""
    return {
        **brief(patrol),
        "track": [point[:4] for point in patrol.track],
        "runs": judging.runs_of(patrol),
        "stretch": patrol.stretch,
        "answers": patrol.answers,
        "company": company.of(patrol),
        "device": patrol.device or None,
        "clock": patrol.clock or None,
        "skew_s": patrol.skew_s,
        "again": patrol.again,
        "appeals": [appeals.brief(one) for one in patrol.appeals.all()],
        "allowed": appeals.allowed(patrol, user),
        "authenticity": judging.shown_authenticity(patrol, user),
        "pieces": [pieces.brief(piece) for piece in patrol.pieces.all()],
        "chain_broken_at": pieces.first_broken(patrol),
    }
