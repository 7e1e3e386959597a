"""A year of air as a calendar with what it amounts to so far, and stations ranked by the composite index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.spans import Span
from riverchief.cloud.standards.air.indices import item_of
from riverchief.cloud.standards.air.limits import air_limit
from riverchief.cloud.standards.air.periods import AirPeriod, air_period
from riverchief.cloud.standards.air.rank import standings
from riverchief.cloud.standards.air.rules import combination_named, rules_on
from riverchief.web.cloud import air
from riverchief.web.wire import iso, named

AGAINST = ("previous", "year")
_LIMITS = {"so2": "year", "no2": "year", "pm10": "year", "pm25": "year", "co": "day", "o3": "8h"}


def year_page(code: str, year: int, as_of: datetime | None = None, combination: str = "") -> dict[str, Any]:
    """A place's year: every day that is over, and the year to date.

    Raises
    ------
    NotFound
        When there is no such place.
    UnknownName
        When no composite index has this name.
    """
    place = air.place_named(code)
    if combination:
        combination_named(combination)
    first, last = date(year, 1, 1), min(date(year, 12, 31), air.last_whole_day(as_of))
    found = {
        "place": place["code"],
        "name_zh": place["name_zh"],
        "name_en": place["name_en"],
        "year": year,
        "as_of": iso(as_of),
        "places": air.places(),
        "levels": air.level_names(),
    }
    if last < first:
        nothing: dict[str, Any] = {"good_days": 0, "valid_days": 0, "good_share": None, "means": {}, "composite": None}
        edition = {"code": "", "confirmed": True, "note_zh": "", "note_en": ""}
        return {**found, "edition": edition, "days": [], "to_date": nothing, "limits": {}, "notes": []}
    days = air.days_of(place["code"], first, last, as_of)
    dust = air.dust_days(first, last)
    listed, edition = air.listed_days(days, dust)
    amount = air_period(days, first, last, dust=dust, combination=combination)
    return {
        **found,
        "edition": edition,
        "days": listed,
        "to_date": to_date(amount),
        "limits": {item: air_limit(item, averaging, last).of(2) for item, averaging in _LIMITS.items()},
        "notes": list(notes(amount)),
    }


def to_date(amount: AirPeriod) -> dict[str, Any]:
    """What a period amounts to, on the wire: shares of 1, concentrations in µg/m³ (CO mg/m³)."""
    good = amount.good
    return {
        "start": amount.start.isoformat(),
        "end": amount.end.isoformat(),
        "good_days": good.good,
        "valid_days": good.valid,
        "days": good.days,
        "good_share": good.good / good.valid if good.valid else None,
        "by_level": {str(number): n for number, n in good.by_level.items()},
        # of CO and ozone what stands for them is a percentile, as the composite index takes it
        "means": {item_of(key): one.representative for key, one in amount.items.items()},
        "percentiles": {
            item_of(key): {"percent": one.percent, "value": one.percentile} for key, one in amount.items.items()
        },
        "valid_by_item": {item_of(key): one.days for key, one in amount.items.items()},
        "complete": amount.complete,
        "short_months": sorted({month for one in amount.items.values() for month in one.short_months}),
        "composite": amount.composite.value,
        "composite_name": amount.composite.combination,
        "composite_confirmed": amount.composite.confirmed,
        "main": [item_of(key) for key in amount.composite.main],
        "missing": [item_of(key) for key in amount.composite.missing],
        "primary_days": {item_of(key): n for key, n in amount.primary_days.items()},
        "dust_days": amount.dust_days,
    }


def notes(amount: AirPeriod) -> Iterator[dict[str, Any]]:
    """What must be known beside the figures: what nobody confirmed, two editions in one period, what was deducted."""
    edition = rules_on(amount.end).edition
    if not edition.confirmed:
        yield {"zh": edition.note_zh, "en": edition.note_en, "confirmed": False}
    if not amount.composite.confirmed:
        yield {
            "zh": f"综合指数按“{amount.composite.combination}”计算，未经确认。",
            "en": f"The composite index is computed as {amount.composite.combination}, which nobody has confirmed.",
            "confirmed": False,
        }
    if not amount.good.comparable:
        yield {
            "zh": "本期跨越2026年3月1日标准换版，前后优良天数口径不同，不可直接相比。",
            "en": "The period spans the change of edition on 2026-03-01: good days before and after are not alike.",
            "confirmed": True,
        }
    if amount.dust_days:
        yield {
            "zh": f"颗粒物统计与综合指数已扣除沙尘日{amount.dust_days}天，优良天数未扣除。",
            "en": f"{amount.dust_days} dust days are left out of the particles and the index, not out of the days.",
            "confirmed": True,
        }


def rankings(span: Span, against: str = "", as_of: datetime | None = None) -> dict[str, Any]:
    """Stations by composite index over a span, the smallest first: value, change, movement.

    Raises
    ------
    UnknownName
        When `against` is neither `previous` nor `year`.
    InputError
        When nothing of the span is over yet.
    """
    if against and against not in AGAINST:
        raise UnknownName("comparison", against, AGAINST)
    if air.last_whole_day(as_of) < span.first:
        raise InputError(f"no day of {span.label} is over yet.", period=span.label)
    base = span.before() if against == "previous" else span.year_before()
    stations = {one.code: one for one in air.stations()}
    now = {code: air.period(code, span.first, span.last, as_of) for code in stations}
    # both periods by one way of computing it: a new limit is no change of the air
    name = next(iter(now.values())).composite.combination if now else ""
    before = {code: air.period(code, base.first, base.last, as_of, name) for code in stations}
    decimals = combination_named(name).index_decimals if name else 3
    listed = standings(
        {code: one.composite.value for code, one in now.items()},
        {code: one.composite.value for code, one in before.items()},
        decimals=decimals,
    )
    items = [
        {
            **named(stations[one.code]),
            "rank": one.rank,
            "moved": one.moved,
            "value": one.value,
            "before": before[one.code].composite.value,
            "change_percent": one.change_percent,
            "change_rank": one.change_rank,
            "good_share": to_date(now[one.code])["good_share"],
            "pm25": now[one.code].items["pm25"].mean,
            "main": [item_of(key) for key in now[one.code].composite.main],
            "missing": [item_of(key) for key in now[one.code].composite.missing],
            "complete": now[one.code].complete,
        }
        for one in listed
    ]
    seen: dict[str, dict[str, Any]] = {}
    for amount in now.values():
        seen |= {note["en"]: note for note in notes(amount)}
    return {
        "kind": "air",
        "period": span.label,
        "against": base.label,
        "composite_name": name,
        "items": items,
        "total": len(items),
        "notes": list(seen.values()),
    }
