"""Which patrol rule holds: the county's own, else its prefecture's, else the one that ships."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Q

from riverchief.base import regions
from riverchief.base.time import local_day
from riverchief.ground import rules
from riverchief.ground.rules import Asked, Duty, PatrolRule
from riverchief.web import context
from riverchief.web.ground.models import Patrol, RuleVersion

OFFICE_DIGITS = (6, 4)  # a county's own rule goes before its prefecture's


@lru_cache(maxsize=256)
def _parsed(key: str, text: str) -> PatrolRule:
    return rules.parse(text, key)


def rule_of(version: RuleVersion) -> PatrolRule:
    """The rule that a version's text says."""
    return _parsed(version.pk, version.text)


def _offices(region: str) -> list[str]:
    if not region:
        return []
    own = regions.prefix(region)
    return [regions.normalise(own[:digits]) for digits in OFFICE_DIGITS if len(own) >= digits]


def version_for(region: str, day: date) -> RuleVersion | None:
    """The version in force in a region on a day; None where nobody has issued one."""
    for office in _offices(region):
        begun = RuleVersion.objects.filter(region=office, valid_from__lte=day).exclude(approved_by="")
        found = begun.filter(Q(valid_to=None) | Q(valid_to__gt=day)).order_by("-valid_from", "-approved_at").first()
        if found is not None:
            return found
    return None


def rule_for(region: str, day: date) -> PatrolRule:
    """The rule in force in a region on a day."""
    version = version_for(region, day)
    return rules.named() if version is None else rule_of(version)


def asked_of(rule: PatrolRule, level: str) -> Asked:
    """What a rule asks of one patrol of a level; a level of which it asks nothing has no conditions to keep."""
    return rule.of(level) if rule.asks(level) else Asked(level, "year", 1)


def region_of(patrol: Patrol) -> str:
    """Whose rule a patrol is judged by: that of its chief's own region, else of where it was walked."""
    chief = context.basin().chiefs.get(patrol.chief)
    return chief.region if chief else patrol.region


def rule_on(patrol: Patrol) -> tuple[PatrolRule, str]:
    """The rule by which a patrol is judged and the id of its version, empty for a rule that ships.

    It is that of the patrol's own day; once a result was reckoned, it stays that one whatever is issued later.
    """
    judged = patrol.result.get("rule", {})
    if kept := RuleVersion.objects.filter(pk=judged.get("id") or "").first():
        return rule_of(kept), kept.pk
    if judged.get("name") in rules.names() and not judged.get("id"):
        return rules.named(judged["name"]), ""
    version = version_for(region_of(patrol), local_day(patrol.started_at))
    return (rules.named(), "") if version is None else (rule_of(version), version.pk)


def duties(region: str, level: str, first_day: date, last_day: date) -> list[Duty]:
    """What was owed in the periods that ended between two days, each by the rule in force on its last day."""
    found: list[Duty] = []
    for rule, begin, end in spans(region, first_day, last_day):
        if rule.asks(level):
            found += rules.duties(rule.of(level), begin, end)
    return found


def spans(region: str, first_day: date, last_day: date) -> list[tuple[PatrolRule, date, date]]:
    """The rules in force between two days, each with its first and last day there."""
    if last_day < first_day:
        return []
    turns = RuleVersion.objects.filter(region__in=_offices(region)).exclude(approved_by="")
    days = {day for pair in turns.values_list("valid_from", "valid_to") for day in pair if day}
    starts = [first_day, *sorted(day for day in days if first_day < day <= last_day)]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), last_day]
    return [(rule_for(region, begin), begin, end) for begin, end in zip(starts, ends, strict=True)]


def record(patrol: Patrol, decided: bool) -> rules.Patrol:
    """A finished patrol as a rule looks at it: by its own figures, or decided."""
    result = patrol.result
    assert patrol.finished_at is not None
    return rules.Patrol(
        patrol.pk,
        patrol.started_at,
        max(patrol.started_at, patrol.finished_at),
        float(result.get("duration_s", 0)),
        float(result.get("length_m", 0)),
        tuple((part["reach"], a, b) for part in result.get("coverage", ()) for a, b in part["pieces"]),
        track=bool(result.get("fixes", 0)),
        photos=int(result.get("photos", 0)),
        decided=decided,
    )


def standing(patrol: Patrol, rule: PatrolRule) -> rules.Patrol | None:
    """A finished patrol for the rule in force; None for one that another rule has refused.

    What another rule has judged is not judged again: what counted then counts.
    """
    judged = patrol.result.get("rule", {})
    other = (judged.get("name"), judged.get("version", rule.version)) != (rule.code, rule.version)
    if other and not patrol.counts:
        return None
    return record(patrol, patrol.decided or other)


def last_counted(patrol: Patrol) -> datetime | None:
    """When the walker's last patrol that counted, of those before this one, was finished."""
    before = Patrol.objects.filter(by=patrol.by, finished_at__isnull=False, started_at__lt=patrol.started_at)
    counted = before.filter(Q(result__valid=True) | Q(decided=True)).exclude(pk=patrol.pk)
    return counted.order_by("-started_at").values_list("finished_at", flat=True).first()
