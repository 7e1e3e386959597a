"""What a patrol is worth: by the rule that is in force, and what it is asked about its authenticity.

Both are reckoned at its end, and anew whenever something of it arrives late. The walker sees the reasons first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from riverchief.base.errors import InputError
from riverchief.base.places import Interval
from riverchief.base.time import CHINA, local_day
from riverchief.ground import authenticity
from riverchief.ground import patrol as tracks
from riverchief.ground.assignment import LEVELS
from riverchief.ground.authenticity.model import shipped
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.ground import company, ruling
from riverchief.web.ground.models import Evidence, Patrol, PatrolPiece
from riverchief.web.wire import iso

AROUND_CASE_M = 1_000.0  # a patrol for a case is asked to see this far up and down the stretch
EARLIER = 20  # how many of the walker's own patrols a new one is compared with
OTHERS = 50  # how many of other people's
HASHES = 200_000


def reckon(patrol: Patrol, why: str = "") -> None:
    """Reckon result and authenticity from what the patrol holds now; the caller saves it.

    Parameters
    ----------
    why : str
        What arrived late: "track", "photo", "company"; empty at the patrol's end.
    """
    track = track_of(patrol)
    network = context.basin().basin.network
    stretches = stretches_of(patrol)
    parts = [tracks.covered(track, stretch, network) for stretch in stretches]
    rule, version = ruling.rule_on(patrol)
    photos = _photos(patrol)
    asked = ruling.asked_of(rule, _level(patrol))
    reasons = tracks.judge(track, asked, ruling.last_counted(patrol), len(photos))
    told = [tracks.ToldGap(one["from_s"], one["to_s"], one["why"]) for one in patrol.told_gaps]
    patrol.result = {**tracks.as_dict(track, parts, reasons, rule, told), "photos": len(photos)}
    patrol.result["rule"]["id"] = version
    patrol.authenticity = _look(patrol, track, stretches, photos).as_dict()
    if why:
        now = iso(context.now())
        patrol.again = [*patrol.again, {"at": now, "why": why, "points": len(patrol.track), "photos": len(photos)}]


def track_of(patrol: Patrol) -> tracks.Track:
    """The cleaned track."""
    return tracks.read_track([point[:4] for point in patrol.track])


def runs_of(patrol: Patrol) -> list[list[tuple[float, float, float]]]:
    """The cleaned track as runs of (epoch s, longitude, latitude); what lies between two runs was not recorded."""
    track = track_of(patrol)
    rows = [(float(t), float(x), float(y)) for t, (x, y) in zip(track.time_s, track.lonlat, strict=True)]
    cuts = [0, *(int(i) + 1 for i in np.flatnonzero(~track.joined)), len(rows)]
    return [rows[a:b] for a, b in pairwise(cuts) if b > a]


def stretches_of(patrol: Patrol) -> list[Interval]:
    """What the patrol was to see: what it named, else around its case, else all that its chief answers for."""
    basin = context.basin().basin
    day = local_day(patrol.started_at)
    if patrol.stretch:
        return [Interval(part["reach"], part["from_m"], part["to_m"], day) for part in patrol.stretch]
    if patrol.case:
        length = basin.reaches[basin.network.index(patrol.reach)].length_m
        low, high = max(0.0, patrol.chainage_m - AROUND_CASE_M), min(length, patrol.chainage_m + AROUND_CASE_M)
        return [Interval(patrol.reach, low, high, day)]
    return list(context.basin().offices.held_by(patrol.chief, day)) if patrol.chief else []


def _level(patrol: Patrol) -> str:
    """By which level's rule a patrol is judged: its chief's; who is no chief walks by what is asked in the village."""
    chief = context.basin().chiefs.get(patrol.chief)
    return chief.level if chief and chief.level in LEVELS else "village"


def _finished() -> QuerySet[Patrol]:
    return Patrol.objects.filter(finished_at__isnull=False)


def _of_cases(patrol: Patrol) -> Q:
    """Which evidence of cases was made on a patrol: what says so, and what of its reports came before it did."""
    early = Q(patrol="", case__opened_at__gte=patrol.started_at, case__params__patrol=patrol.pk)
    return Q(by=patrol.by) & (Q(patrol=patrol.pk) | early)


def _photos(patrol: Patrol) -> list[authenticity.Photo]:
    """The patrol's photographs, its own and those of cases that were taken on it."""
    own: list[PatrolPiece | Evidence] = list(PatrolPiece.objects.filter(patrol=patrol, kind="photo"))
    of_cases: list[PatrolPiece | Evidence] = list(Evidence.objects.filter(_of_cases(patrol), kind="photo"))
    return [
        authenticity.Photo(
            (one.told_at or one.at).timestamp(),
            np.nan if one.lon is None else one.lon,
            np.nan if one.lat is None else one.lat,
            int(one.picture_hash, 16) if one.picture_hash else None,
        )
        for one in [*own, *of_cases]
    ]


def _look(
    patrol: Patrol, track: tracks.Track, stretches: list[Interval], photos: list[authenticity.Photo]
) -> authenticity.Authenticity:
    rows = sorted(patrol.track, key=lambda point: point[0])
    accuracy_m = np.array([np.nan if point[3] is None else point[3] for point in rows], np.float64)
    mock = np.array([len(point) > 5 and bool(point[5]) for point in rows], np.bool_)
    handed = authenticity.Handed(track, authenticity.Fixes(accuracy_m, mock), photos)
    others, unconfirmed = _others(patrol)
    known = authenticity.Known(
        context.basin().basin.network, stretches, _earlier(patrol), others, _hashes(patrol), unconfirmed
    )
    return authenticity.look(handed, known)


def _earlier(patrol: Patrol) -> dict[str, tracks.Track]:
    """The walker's patrols before this one on its reaches, by their day; with the hour where a day has several."""
    reaches = {part.reach for part in stretches_of(patrol)} | {patrol.reach}
    found = _finished().filter(by=patrol.by, reach__in=reaches, started_at__lt=patrol.started_at).exclude(pk=patrol.pk)
    named: dict[str, tracks.Track] = {}
    for old in found.order_by("-started_at")[:EARLIER]:
        day = f"{local_day(old.started_at):%Y-%m-%d}"
        named[day if day not in named else f"{old.started_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"] = track_of(old)
    return named


def _others(patrol: Patrol) -> tuple[dict[str, tracks.Track], dict[str, str]]:
    """Other people's tracks at the same time by name, confirmed company left out; and of each what is missing."""
    found = company.at_once(patrol).filter(finished_at__isnull=False)[:OTHERS]
    apart = [one for one in company.beside(patrol, found) if one.missing]
    names = names_of([one.patrol.by for one in apart])
    others = {names[one.patrol.by]: track_of(one.patrol) for one in apart}
    return others, {names[one.patrol.by]: one.missing for one in apart}


def names_of(usernames: list[str]) -> dict[str, str]:
    """By what name a walker knows somebody, by username."""
    known = {user.username: user.name_zh for user in User.objects.filter(username__in=usernames)}
    return {name: known.get(name) or name for name in usernames}


def walked_with(patrol: Patrol) -> list[Patrol]:
    """Ended patrols whose answer may be another one now that this one is known: companions, and who was beside it."""
    beside = {one["figures"]["name"] for one in patrol.authenticity.get("reasons", []) if one["kind"] == "together"}
    found = company.beside(patrol, company.at_once(patrol).filter(finished_at__isnull=False)[:OTHERS])
    names = names_of([one.patrol.by for one in found])
    return [one.patrol for one in found if one.missing != "nobody" or names[one.patrol.by] in beside]


def _hashes(patrol: Patrol) -> list[int]:
    """Hashes of photographs handed in before by anybody, those of this patrol left out."""
    own = PatrolPiece.objects.exclude(patrol=patrol).exclude(picture_hash="").filter(at__lt=context.now())
    of_cases = Evidence.objects.exclude(_of_cases(patrol)).exclude(picture_hash="")
    texts = [
        *own.order_by("-pk").values_list("picture_hash", flat=True)[:HASHES],
        *of_cases.order_by("-pk").values_list("picture_hash", flat=True)[:HASHES],
    ]
    return [int(text, 16) for text in texts]


def reply(patrol: Patrol, user: User, reason: str, text: str, at: datetime) -> None:
    """Keep what the walker answers to a reason; the caller saves the patrol.

    Raises
    ------
    InputError
        When the patrol is not asked about that, or nothing is said.
    """
    asked = [one["kind"] for one in patrol.authenticity.get("reasons", [])]
    if reason not in asked:
        raise InputError(
            f"patrol {patrol.pk} of {user.username} is not asked about {reason!r}; it is asked about: "
            f"{', '.join(asked) or 'nothing'}.",
            reason=reason,
        )
    if not text.strip():
        raise InputError("the answer says nothing; write how it was.", reason=reason)
    patrol.replies = [*patrol.replies, {"reason": reason, "text": text, "at": iso(at)}]


def shown_authenticity(patrol: Patrol, user: User) -> dict[str, Any] | None:
    """Score and reasons as somebody may see them now: the walker at once, others after the answer or some days.

    None before the patrol's end. What is still the walker's alone is told as such, with the day on which that ends.
    """
    if patrol.finished_at is None or not patrol.authenticity:
        return None
    answered = {one["reason"] for one in patrol.replies}
    open_reasons = [one for one in patrol.authenticity["reasons"] if one["kind"] not in answered]
    days = int(shipped()["walker_first_days"])
    until = patrol.finished_at + timedelta(days=days)
    if patrol.by != user.username and open_reasons and context.now() < until:
        return {"withheld_until": iso(until), "days": days, "confirmed": patrol.authenticity["confirmed"]}
    return {**patrol.authenticity, "replies": patrol.replies, "withheld_until": None, "days": days}


def require_lines(stretch: list[dict[str, Any]]) -> None:
    """Refuse a stretch that is none of this basin.

    Raises
    ------
    InputError, UnknownName
        Naming the reach, or the chainage that lies outside of it.
    """
    basin = context.basin().basin
    for part in stretch:
        length = basin.reaches[basin.network.index(part["reach"])].length_m
        if not 0 <= part["from_m"] < part["to_m"] <= length + 1e-6:
            raise InputError(
                f"stretch {part['from_m']:.0f} to {part['to_m']:.0f} m does not lie on {part['reach']}, which is "
                f"{length:.0f} m long.",
                **part,
            )
