"""Judging patrols by a rule: per period what was due and done, which patrols count and why the others do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from riverchief.base.time import CHINA, local_day
from riverchief.ground.rules.model import Asked, PatrolRule, Period
from riverchief.ground.rules.periods import Alert, Duty, duties, in_season, period_of, periods
from riverchief.ground.rules.reasons import Reason
from riverchief.ground.rules.records import Patrol, Stretch, seen_share, sees

_WHOLE = 1 - 1e-9  # a sum of lengths is all of them but for rounding


@dataclass(frozen=True, slots=True)
class Refused:
    """A patrol that does not count, and why."""

    patrol: Patrol
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One period: how many were due, which count and which do not, which share of the stretch they saw.

    Attributes
    ----------
    kind : str
        "round": a period of the frequency; "whole": the time within which all of the stretch is to be seen.
    river : str
        The river, where the rule asks of each river; else empty.
    seen, seen_asked : float
        Share of the stretch that the counted patrols saw together, and the share asked (0: none).
    alert : str
        Level of the alert that raised what is due; empty where none did.
    """

    kind: Literal["round", "whole"]
    first_day: date
    last_day: date
    due: int
    counted: tuple[Patrol, ...]
    refused: tuple[Refused, ...]
    seen: float
    seen_asked: float
    river: str = ""
    alert: str = ""

    @property
    def done(self) -> int:
        """How many patrols count."""
        return len(self.counted)

    @property
    def met(self) -> bool:
        """Whether enough patrols counted and enough of the stretch was seen."""
        return self.done >= self.due and self.seen >= min(self.seen_asked, _WHOLE)


def shortfalls(asked: Asked, patrol: Patrol, last_finished: datetime | None = None) -> tuple[Reason, ...]:
    """Why one patrol does not count, its period left aside; empty when it does.

    Parameters
    ----------
    last_finished : datetime
        When the last patrol that counted was finished, for rules that ask for a spacing.
    """
    if patrol.decided:
        return ()
    found = []
    stand_in = None
    if patrol.kind != "walk":
        stand_in = asked.substitute(patrol.kind)
        if stand_in is None:
            return (Reason("patrol.not_accepted", 0, 0, "", patrol.kind),)
        lacking = [one for one in stand_in.only if one not in patrol.held]
        if lacking:
            found.append(Reason("patrol.condition", 0, 0, "", " ".join(lacking)))
    if stand_in is None or stand_in.measured:
        if asked.track and not patrol.track:
            found.append(Reason("patrol.no_track", 0, 1, ""))
        if patrol.duration_s < asked.shortest_min * 60:
            found.append(Reason("patrol.too_short_time", patrol.duration_s / 60, asked.shortest_min, "min"))
        if patrol.length_m < asked.shortest_m:
            found.append(Reason("patrol.too_short_way", patrol.length_m, asked.shortest_m, "m"))
        if patrol.photos < asked.photos:
            found.append(Reason("patrol.too_few_photos", patrol.photos, asked.photos, ""))
    if asked.spacing_h > 0 and last_finished is not None:
        pause_h = (patrol.started_at - last_finished).total_seconds() / 3600
        if pause_h < asked.spacing_h:
            found.append(Reason("patrol.too_soon", pause_h, asked.spacing_h, "h"))
    return tuple(found)


def judge(
    rule: PatrolRule,
    level: str,
    stretch: Iterable[Stretch],
    patrols: Iterable[Patrol],
    first_day: date,
    last_day: date,
    alerts: Iterable[Alert] = (),
    zone: ZoneInfo = CHINA,
) -> tuple[Outcome, ...]:
    """What a chief owed and did in every period that ends between two days, both included.

    Patrols are looked at in the order of their starts: one counts when it keeps every condition and the spacing from
    the last one that counted. One that does not count takes no place and blocks nothing; an id counts once. Where the
    rule asks of each river, spacing and substitutes are counted on each river too.

    Parameters
    ----------
    patrols : iterable of Patrol
        In any order, with those of periods that began before `first_day`; substitutes among them by their kind.

    Returns
    -------
    tuple of Outcome
        By river where the rule asks of each river, then rounds before wholes, oldest first.
    """
    asked = rule.of(level)
    parts, walked = tuple(stretch), _in_order(patrols)
    rounds = duties(asked, first_day, last_day, alerts)
    found: list[Outcome] = []
    for river, own, here in _by_river(parts, walked) if asked.per_river else [("", parts, walked)]:
        counted, refused = _sorted_out(asked, parts, here, zone)
        found += [_round(asked, river, own, duty, counted, refused) for duty in rounds]
        if asked.whole_within is not None:
            found += _wholes(asked, asked.whole_within, river, own, first_day, last_day, counted, zone)
    return tuple(found)


def _in_order(patrols: Iterable[Patrol]) -> tuple[Patrol, ...]:
    unique = {one.id: one for one in patrols}  # what came in twice counts once
    return tuple(sorted(unique.values(), key=lambda one: (one.started_at, one.finished_at, one.id)))


def _by_river(
    stretch: tuple[Stretch, ...], patrols: tuple[Patrol, ...]
) -> Iterable[tuple[str, tuple[Stretch, ...], tuple[Patrol, ...]]]:
    """Each river with its part of the stretch, and the patrols that saw it or nothing of the stretch at all."""
    nowhere = {one.id for one in patrols if not sees(stretch, one.seen)}
    for river in sorted({part.river for part in stretch}):
        own = tuple(part for part in stretch if part.river == river)
        yield river, own, tuple(one for one in patrols if one.id in nowhere or sees(own, one.seen))


def _round(
    asked: Asked,
    river: str,
    stretch: tuple[Stretch, ...],
    duty: Duty,
    counted: dict[date, list[Patrol]],
    refused: dict[date, list[Refused]],
) -> Outcome:
    own = tuple(counted.get(duty.first_day, ()))
    return Outcome(
        "round",
        duty.first_day,
        duty.last_day,
        duty.required,
        own,
        tuple(refused.get(duty.first_day, ())),
        _share(stretch, own),
        asked.round_share if duty.required else 0.0,
        river,
        duty.alert,
    )


def _wholes(
    asked: Asked,
    within: Period,
    river: str,
    stretch: tuple[Stretch, ...],
    first_day: date,
    last_day: date,
    counted: dict[date, list[Patrol]],
    zone: ZoneInfo,
) -> list[Outcome]:
    """The times within which all of the stretch is to be seen; those in which no round is due ask for nothing."""
    seen: dict[date, list[Patrol]] = {}
    for patrols in counted.values():
        for one in patrols:
            seen.setdefault(period_of(local_day(one.started_at, zone), within)[0], []).append(one)
    found = []
    for first, last in periods(within, first_day, last_day):
        if any(duty.required for duty in duties(asked, first, last)):
            own = tuple(seen.get(first, ()))
            found.append(Outcome("whole", first, last, 0, own, (), _share(stretch, own), 1.0, river))
    return found


def _share(stretch: tuple[Stretch, ...], patrols: tuple[Patrol, ...]) -> float:
    return seen_share(stretch, (piece for one in patrols for piece in one.seen))


def _sorted_out(
    asked: Asked, stretch: tuple[Stretch, ...], patrols: tuple[Patrol, ...], zone: ZoneInfo
) -> tuple[dict[date, list[Patrol]], dict[date, list[Refused]]]:
    """Patrols that count and those that do not, by the first day of their period."""
    counted: dict[date, list[Patrol]] = {}
    refused: dict[date, list[Refused]] = {}
    taken: Counter[tuple[date, str]] = Counter()
    last_finished = None
    for patrol in patrols:
        first, last = period_of(local_day(patrol.started_at, zone), asked.period)
        reasons = list(shortfalls(asked, patrol, last_finished))
        if asked.per_river and not sees(stretch, patrol.seen):
            reasons.append(Reason("patrol.elsewhere", 0, 0, ""))
        if not in_season(asked.months, first, last):
            reasons.append(Reason("patrol.out_of_season", 0, 0, ""))
        stand_in = asked.substitute(patrol.kind)
        if stand_in is not None and stand_in.most is not None and taken[first, patrol.kind] >= stand_in.most:
            reasons.append(Reason("patrol.substituted_enough", stand_in.most, stand_in.most, "", patrol.kind))
        if reasons and not patrol.decided:
            refused.setdefault(first, []).append(Refused(patrol, tuple(reasons)))
            continue
        counted.setdefault(first, []).append(patrol)
        taken[first, patrol.kind] += 1
        last_finished = patrol.finished_at if last_finished is None else max(last_finished, patrol.finished_at)
    return counted, refused
