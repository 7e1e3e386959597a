"""Who walked along (同行): each names the other from an account of their own, and one photograph shows both.

Tracks cannot tell two people with two phones from one person with both. So only what both have said, and what a
photograph taken while both walked can be asked about, leaves the other's track out of what is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from riverchief.base import regions
from riverchief.base.errors import InputError
from riverchief.base.time import local_day
from riverchief.ground.authenticity.model import limits
from riverchief.web import context
from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.visibility import within
from riverchief.web.basin.registry import Registry
from riverchief.web.ground.models import Patrol, PatrolPiece
from riverchief.web.wire import iso, named

PHOTO = "company"  # what the photograph of both is about
PEOPLE = 60  # a phone's list of who may walk along
ASKED = timedelta(days=14)  # how long somebody is asked whether they walked along
ASKED_MOST = 10  # of how many of one's last patrols
LONGEST = timedelta(days=1)  # nobody walks for longer
NEAR_DEG = 0.3  # between the beginnings of two who walked side by side: one may have begun a day's walk before
_SAID = (  # what of a patrol is needed here; its track is long
    "id",
    "by",
    "companions",
    "started_at",
    "finished_at",
)
_ROLES = (Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT, Role.CHIEF, Role.GUARD, Role.POLICE)


@dataclass(frozen=True, slots=True)
class Beside:
    """Another person's patrol at the same time, and how far the two are company.

    Attributes
    ----------
    missing : str
        `` (confirmed), `photo` (both have said so), `them`, `you` (one has said so), `nobody`.
    """

    patrol: Patrol
    missing: str


# ------------------------------------------------------------------ who may be named


def home_of(user: User) -> str:
    """The trimmed code of where somebody belongs: a chief's region, else the account's; of villages their county."""
    chief = context.basin().chiefs.get(user.chief)
    region = chief.region if chief else user.region
    return regions.prefix(region)[:6] if region else ""


def people(user: User) -> list[User]:
    """Who may walk along with somebody: those of the same county and those above it, the own stretch's first."""
    home, registry = home_of(user), context.basin()
    if not home:
        return []
    above = [regions.normalise(home[:digits]) for digits in (2, 4, 6) if len(home) >= digits]
    known = User.objects.filter(role__in=_ROLES, is_active=True).exclude(pk=user.pk)
    near = _beside_stretch(registry, user)
    first = sorted(known.filter(chief__in=near), key=lambda one: (near[one.chief], one.role, one.username))
    others = known.filter(within(home) | Q(region__in=above), chief="").order_by("role", "username")
    # those of a whole county are more than a phone's list: no more are looked for than it takes
    inside = [c.code for county, chiefs in registry.chiefs_by_county.items() if _belongs(county, home) for c in chiefs]
    rest = [code for code in inside if code not in near][: 2 * PEOPLE]
    return [*first, *others[:PEOPLE], *known.filter(chief__in=rest).order_by("role", "username")][:PEOPLE]


def _belongs(region: str, home: str) -> bool:
    return region.startswith(home) or home.startswith(region)


def _beside_stretch(registry: Registry, user: User) -> dict[str, int]:
    """Chiefs by how near they are to what somebody answers for: of the same stretch, of the same reach."""
    day = local_day(context.now())
    near: dict[str, int] = {}
    for part in registry.offices.held_by(user.chief, day) if user.chief else ():
        for duty in registry.offices.duties_on(part.reach):
            where = duty.interval
            same = where.from_m < part.to_m and part.from_m < where.to_m
            near[duty.chief] = min(near.get(duty.chief, 9), 0 if same else 1)
    return near


def card(user: User) -> dict[str, Any]:
    """Somebody in the list of who may walk along."""
    chief = context.basin().chiefs.get(user.chief)
    names = {"name_zh": user.name_zh or user.username, "name_en": user.name_en or user.name_zh or user.username}
    return {"username": user.username, **(named(chief) if chief and not user.name_zh else names), "role": user.role}


# ------------------------------------------------------------------ what was said


def said(patrol: Patrol) -> list[str]:
    """Whom its walker names."""
    return [one["who"] for one in patrol.companions]


def name(patrol: Patrol, user: User, names: Iterable[str], at: datetime, *, whole: bool = False) -> list[str]:
    """Keep whom a walker names; gives those who may be named. The caller saves the patrol.

    Parameters
    ----------
    whole : bool
        Whether these are all: who was named before and is not named now did not come along.
    """
    named_me = {one.by for one in at_once(patrol).only(*_SAID) if user.username in said(one)}
    known = {one.username for one in people(user)} | named_me
    wanted = [who for who in dict.fromkeys(names) if who in known]
    kept = [one for one in patrol.companions if not whole or one["who"] in wanted]
    before = [one["who"] for one in kept]
    patrol.companions = [*kept, *({"who": who, "at": iso(at)} for who in wanted if who not in before)]
    return wanted


def require(patrol: Patrol, user: User, names: Sequence[str], at: datetime) -> None:
    """The same, where nothing but this was said.

    Raises
    ------
    InputError
        When none of those who are named may walk along.
    """
    if not name(patrol, user, names, at):
        raise InputError(
            f"{', '.join(names) or 'nobody'}: none of them walks in the county of {user.username}, and none has named "
            f"{user.username}; choose somebody of the list on the phone.",
            names=list(names),
        )


# ------------------------------------------------------------------ what it comes to


def at_once(patrol: Patrol) -> QuerySet[Patrol]:
    """Other people's patrols that overlap in time and began near enough to have walked along."""
    end = patrol.finished_at or context.now()
    others = Patrol.objects.exclude(by=patrol.by).filter(started_at__lt=end, started_at__gt=patrol.started_at - LONGEST)
    if patrol.lon is not None and patrol.lat is not None:
        box = {"lon__range": (patrol.lon - NEAR_DEG, patrol.lon + NEAR_DEG)}
        box |= {"lat__range": (patrol.lat - NEAR_DEG, patrol.lat + NEAR_DEG)}
        others = others.filter(Q(**box) | Q(lon__isnull=True))
    return others.filter(Q(finished_at__gt=patrol.started_at) | Q(finished_at__isnull=True)).order_by("-started_at")


def beside(patrol: Patrol, among: Iterable[Patrol]) -> list[Beside]:
    """Each of some patrols at the same time, and what is missing until the two are company."""
    others = list(among)
    mine = said(patrol)
    both = [one for one in others if one.by in mine and patrol.by in said(one)]
    shots = list(PatrolPiece.objects.filter(patrol__in=[patrol, *both], kind="photo", about=PHOTO)) if both else []
    return [Beside(one, _missing(patrol, one, mine, shots)) for one in others]


def _missing(patrol: Patrol, other: Patrol, mine: list[str], shots: list[PatrolPiece]) -> str:
    named_here, named_there = other.by in mine, patrol.by in said(other)
    if not named_here or not named_there:
        return "them" if named_here else "you" if named_there else "nobody"
    margin = timedelta(seconds=limits("photo_time")["margin_s"])
    first = max(patrol.started_at, other.started_at) - margin
    last = min(patrol.finished_at or context.now(), other.finished_at or context.now()) + margin
    return "" if any(first <= shot.told_at <= last for shot in shots) else "photo"


def of(patrol: Patrol) -> list[dict[str, Any]]:
    """Who walked along, for the page of a patrol: who is named by either side, and what is missing."""
    found = {one.patrol.by: one for one in beside(patrol, at_once(patrol).only(*_SAID)) if one.missing != "nobody"}
    told = [*dict.fromkeys([*said(patrol), *found])]
    people_by = {user.username: user for user in User.objects.filter(username__in=told)}
    return [
        {
            **(
                card(people_by[who])
                if who in people_by
                else {"username": who, "name_zh": who, "name_en": who, "role": ""}
            ),
            "missing": found[who].missing if who in found else "track",
            "patrol": found[who].patrol.pk if who in found else None,
        }
        for who in told
    ]


def _overlap(one: Patrol, other: Patrol) -> bool:
    now = context.now()
    return one.started_at < (other.finished_at or now) and other.started_at < (one.finished_at or now)


def asked(user: User) -> list[dict[str, Any]]:
    """Patrols of somebody on which another one says to have walked along, and that do not say so themselves yet."""
    since = context.now() - ASKED
    mine = Patrol.objects.filter(by=user.username, started_at__gt=since, finished_at__isnull=False)
    walked = list(mine.order_by("-started_at").only(*_SAID)[:ASKED_MOST])
    if not walked:
        return []
    naming = Patrol.objects.filter(started_at__gt=since - LONGEST).exclude(companions=[]).exclude(by=user.username)
    others = [one for one in naming.only(*_SAID) if user.username in said(one)]
    found = [(own, one.by) for own in walked for one in others if one.by not in said(own) and _overlap(own, one)]
    cards = {one.username: card(one) for one in User.objects.filter(username__in={who for _, who in found})}
    return [{"patrol": own.pk, "started_at": iso(own.started_at), **cards[who]} for own, who in found if who in cards]
