"""Patrols on the platform: started, recorded point by point, ended and judged by the rule that is in force."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.base.geometry import to_wgs84
from riverchief.base.ids import new_id
from riverchief.base.places import Interval, Place
from riverchief.base.time import local_day
from riverchief.ground import patrol as tracks
from riverchief.ground import rules
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground import evidence
from riverchief.web.ground.models import Case, Patrol
from riverchief.web.loop.events import came_from, emit
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso

WALKING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT, Role.CHIEF, Role.GUARD, Role.POLICE)
SNAP_M = 3_000.0
AROUND_CASE_M = 1_000.0  # a patrol for a case is asked to see this far up and down the stretch


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


def start(user: User, case: Case | None) -> Patrol:
    """Start a patrol."""
    if user.role not in WALKING:
        raise NotAllowed(f"{user.username} ({user.role}) does not patrol.", role=user.role)
    registry = context.basin()
    now = context.now()
    place = case.place if case else _first_place(user)
    lon, lat = registry.lonlat(place)
    with transaction.atomic():
        patrol = Patrol.objects.create(
            id=new_id("patrol", now),
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
            started_at=now,
        )
        if case is not None:
            findings = [(f.pk, "finding") for f in Finding.objects.filter(case=case.pk)]
            came_from(patrol.pk, [(case.pk, "cause"), *findings], code="ground.patrol")
        emit("patrol", patrol.pk, now, case=patrol.case)
    return patrol


def _first_place(user: User) -> Place:
    for duty in context.basin().basin.responsibilities:
        if user.chief and duty.chief == user.chief:
            return Place(duty.interval.reach, duty.interval.from_m)
    raise InputError(
        f"{user.username} answers for no stretch, so a patrol needs a case; start it from the case's page.",
    )


def _own(patrol: Patrol, user: User) -> None:
    if patrol.by != user.username:
        raise NotAllowed(f"{patrol.pk} is {patrol.by}'s patrol; only its walker records it.", patrol=patrol.pk)
    if patrol.finished_at is not None:
        raise WrongState(f"{patrol.pk} ended {iso(patrol.finished_at)}; start another one.", patrol=patrol.pk)


def add_points(patrol: Patrol, user: User, points: list[tuple[float, float, float, float]], system: str) -> Patrol:
    """Add points of the track, in WGS 84 from here on; the same ones again change nothing."""
    _own(patrol, user)
    if not points:
        return patrol
    lon, lat = to_wgs84([p[1] for p in points], [p[2] for p in points], system)
    known = {tuple(p) for p in patrol.track}
    added = [(p[0], round(float(x), 7), round(float(y), 7), p[3]) for p, x, y in zip(points, lon, lat, strict=True)]
    patrol.track = sorted([*map(list, known), *(list(p) for p in added if p not in known)])
    patrol.save(update_fields=["track"])
    return patrol


def _stretches(patrol: Patrol) -> list[Interval]:
    """What the patrol was to see: around its case, else all that its chief answers for."""
    basin = context.basin().basin
    day = local_day(patrol.started_at)
    if patrol.case:
        length = basin.reaches[basin.network.index(patrol.reach)].length_m
        low, high = max(0.0, patrol.chainage_m - AROUND_CASE_M), min(length, patrol.chainage_m + AROUND_CASE_M)
        return [Interval(patrol.reach, low, high, day)]
    return [
        duty.interval
        for duty in basin.responsibilities
        if duty.chief == patrol.chief and duty.interval.covers(Place(duty.interval.reach, duty.interval.from_m), day)
    ]


def _level(patrol: Patrol) -> str:
    """By which level's rule a patrol is judged: its chief's; who is no chief walks by what is asked in the village."""
    chief = context.basin().chiefs.get(patrol.chief)
    return chief.level if chief else "village"


def finish(patrol: Patrol, user: User) -> Patrol:
    """End a patrol: what was walked, seen and missed, and whether it counts, with reasons."""
    _own(patrol, user)
    now = context.now()
    track = tracks.read_track(patrol.track)
    network = context.basin().basin.network
    parts = [tracks.covered(track, stretch, network) for stretch in _stretches(patrol)]
    rule = rules.named()
    last = (
        Patrol.objects.filter(by=patrol.by, finished_at__isnull=False)
        .exclude(pk=patrol.pk)
        .order_by("-finished_at")
        .first()
    )
    reasons = tracks.judge(track, rule.of(_level(patrol)), last.finished_at if last else None)
    with transaction.atomic():
        patrol.result = tracks.as_dict(track, parts, reasons, rule)
        patrol.finished_at = now
        patrol.save(update_fields=["result", "finished_at"])
        case = Case.objects.select_for_update().filter(pk=patrol.case).first()
        if case is not None:
            evidence.add_track(case, user, patrol)
        emit("patrol", patrol.pk, now, key=f"{patrol.pk}:finished", case=patrol.case)
    audit(context.clock(), user.username, "finish-patrol", patrol.pk, length_m=track.length_m)
    return patrol


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
    }
