"""A rule on last year before it is issued: on the patrols of this platform, or on a simulated year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from riverchief.base.errors import InputError
from riverchief.base.regions import contains
from riverchief.base.time import CHINA, local_day
from riverchief.ground import rules
from riverchief.ground.assignment import LEVELS
from riverchief.ground.rules import Backtest, ChiefYear, PatrolRule
from riverchief.simulate.patrolyear import patrol_year
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Patrol

SIMULATED_CHIEFS, SEED = 500, "rules"
SHOWN = 200  # people in one list


def stretch_of(registry: Registry, chief: str, on: date) -> tuple[rules.Stretch, ...]:
    """What a chief answers for on a day, with the river of each part."""
    basin = registry.basin
    return tuple(
        rules.Stretch(one.reach, one.from_m, one.to_m, basin.reaches[basin.network.index(one.reach)].river)
        for one in registry.offices.held_by(chief, on)
    )


def own_years(region: str, today: date) -> tuple[tuple[ChiefYear, ...], date, int]:
    """The patrols of the last twelve months of a region's chiefs, the first day on record, how many there are.

    What comes before the first patrol on record is not held against anybody.
    """
    registry = context.basin()
    chiefs = [one for one in registry.basin.chiefs if one.level in LEVELS and contains(region, one.region)]
    walked: dict[str, list[rules.Patrol]] = {}
    begin, end = (datetime.combine(day, time(), CHINA).astimezone(UTC) for day in (today - timedelta(days=365), today))
    found = Patrol.objects.filter(
        chief__in=[one.code for one in chiefs], finished_at__isnull=False, started_at__gte=begin, started_at__lt=end
    ).defer("track", "authenticity")
    first = today
    for patrol in found:
        walked.setdefault(patrol.chief, []).append(ruling.record(patrol, patrol.decided))
        first = min(first, local_day(patrol.started_at))
    years = tuple(
        ChiefYear(one.code, one.level, stretch_of(registry, one.code, today), tuple(walked.get(one.code, ())))
        for one in chiefs
    )
    return years, first, sum(map(len, walked.values()))


@lru_cache(maxsize=2)
def _simulated(year: int) -> tuple[ChiefYear, ...]:
    return rules.read_years(patrol_year(SEED, SIMULATED_CHIEFS, year))


def tried(rule: PatrolRule, region: str, source: str = "") -> dict[str, Any]:
    """Who would have failed by a rule, beside the rule in force, by level and by name.

    Parameters
    ----------
    source : str
        "own", "simulated"; empty: own where there are patrols of the region's chiefs.

    Raises
    ------
    InputError
        When the source is another, or own patrols are asked for and there are none.
    """
    if source not in ("", "own", "simulated"):
        raise InputError(f"source {source!r} is neither own nor simulated.", source=source)
    today = local_day(context.now())
    years, first, patrols = own_years(region, today)
    if source == "own" and not patrols:
        raise InputError("no patrol of the last 12 months is on record here; try the rule on a simulated year.")
    simulated = source == "simulated" or not patrols
    last = today - timedelta(days=1)
    if simulated:
        first, last = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        years = _simulated(first.year)
    in_force = ruling.rule_for(region, today)
    found = rules.compare(rule, in_force, years, first, last)
    return {
        "source": "simulated" if simulated else "own",
        "own_patrols": patrols,
        "chiefs": len(years),
        "patrols": sum(len(one.patrols) for one in years),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "proposed": _told(found.proposed),
        "in_force": _told(found.in_force),
        "newly_fail": _people(found.newly_fail, found.proposed),
        "newly_fail_count": len(found.newly_fail),
        "newly_pass": _people(found.newly_pass, found.in_force),
        "newly_pass_count": len(found.newly_pass),
        "failing": _people(found.proposed.failing, found.proposed),
    }


def _told(tested: Backtest) -> dict[str, Any]:
    return {
        "code": tested.rule.code,
        "version": tested.rule.version,
        "name_zh": tested.rule.name_zh,
        "name_en": tested.rule.name_en,
        "chiefs": len(tested.fates),
        "failing": len(tested.failing),
        "unasked": len(tested.unasked),
        "levels": [
            {"level": level, "chiefs": s.chiefs, "failing": s.failing, "periods": s.periods, "missed": s.missed}
            for level, s in tested.levels().items()
        ],
    }


def _people(chiefs: tuple[str, ...], tested: Backtest) -> list[dict[str, Any]]:
    """Chiefs by name, with the periods that they missed by that rule; the first SHOWN."""
    fates, known = {one.chief: one for one in tested.fates}, context.basin().chiefs
    return [
        {
            "code": code,
            "name_zh": known[code].name_zh if code in known else code,
            "name_en": (known[code].name_en or known[code].name_zh) if code in known else code,
            "level": fates[code].level,
            "periods": fates[code].periods,
            "missed": len(fates[code].missed),
        }
        for code in chiefs[:SHOWN]
    ]
