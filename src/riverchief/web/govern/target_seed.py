"""Targets of a demonstration: classes from the registry, shares and air split to counties, all invented."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import transaction

from riverchief.base import regions
from riverchief.base.basin import Basin
from riverchief.base.ids import new_id
from riverchief.base.spans import month_of
from riverchief.base.time import local_day
from riverchief.govern.outlook import Kind
from riverchief.govern.outlook.target import FORMS
from riverchief.web.govern.models import Target
from riverchief.web.govern.outlooks import GOOD_CLASS

DOCUMENT = "演示数据：虚构，非正式文件 Demonstration: invented, no official document"
PM25_YEAR_UGM3, GOOD_DAYS_YEAR, FLOW_SHARE = 36.0, 285.0, 0.9
_COUNTY_DIGITS = 6


@transaction.atomic
def seed(basin: Basin, year: int, now: datetime) -> int:
    """Targets of one year for a basin's sections, counties, air and gauges; run again, it adds nothing.

    Classes are those of the registry, for the year; for this month the larger sections aim at class Ⅱ. The
    prefecture's share of good sections is what the sections' own targets come to. One county's share is set lower
    than its sections', on purpose: the board has a target that its children do not carry.

    Returns
    -------
    int
        How many targets there are now.
    """
    if Target.objects.exists():
        return Target.objects.count()
    watched = [s for s in basin.sections if s.station]
    counties = Counter(_county(s.region) for s in watched)
    good = Counter(_county(s.region) for s in watched if s.target_class <= GOOD_CLASS)
    whole = round(sum(good.values()) / max(len(watched), 1), 3) if watched else 0.0
    top = _target(basin, now, Kind.SECTION_SHARE, basin.region, basin.region, year, {"value": whole})
    top.save()
    lowered = max(good, key=lambda code: (good[code], counties[code], code), default="")
    below: dict[str, Target] = {}
    for code in sorted(counties):
        n = counties[code]
        share = (good[code] - (code == lowered)) / n
        required = {"value": round(share, 3), "weight": float(n)}
        below[code] = _target(basin, now, Kind.SECTION_SHARE, code, code, year, required, top)
        below[code].save()
    for section in watched:
        required = {"value": float(section.target_class)}
        region = section.region or basin.region
        above = below[_county(section.region)]
        _target(basin, now, Kind.SECTION_CLASS, section.code, region, year, required, above).save()
    _stretch(basin, now)
    _air(basin, year, now)
    for station in basin.stations:
        if station.kind == "hydrology" and station.flow_minimum_m3s:
            required = {"value": FLOW_SHARE, "flow_m3s": station.flow_minimum_m3s}
            _target(basin, now, Kind.FLOW_SHARE, station.code, station.region, year, required).save()
    return Target.objects.count()


def _stretch(basin: Basin, now: datetime) -> None:
    """Class Ⅱ this month at the national and provincial sections: an aim that is not met by itself."""
    month = month_of(local_day(now))
    for section in basin.sections:
        if section.station and section.level in ("national", "provincial"):
            region = section.region or basin.region
            row = _target(basin, now, Kind.SECTION_CLASS, section.code, region, month.first.year, {"value": 2.0})
            row.name_zh = f"{section.name_zh}{month.first.year}年{month.first.month}月力争Ⅱ类"
            row.name_en = f"{section.name_en or section.name_zh}, {month.label}: class Ⅱ as an aim"
            row.period_start, row.period_end = month.first, month.last
            row.save()


def _county(region: str) -> str:
    """The county of a region's code, as the registry writes it; of a larger region that itself."""
    return regions.normalise(regions.prefix(region)[:_COUNTY_DIGITS]) if region else ""


def _air(basin: Basin, year: int, now: datetime) -> None:
    """PM2.5 and good-air days of the prefecture, handed down to the counties that have stations."""
    stations = Counter(_county(s.region) for s in basin.stations if s.kind == "air")
    for kind, value in ((Kind.PM25_MEAN, PM25_YEAR_UGM3), (Kind.GOOD_DAYS, GOOD_DAYS_YEAR)):
        if not stations:
            return
        top = _target(basin, now, kind, basin.region, basin.region, year, {"value": value})
        top.save()
        for code in sorted(stations):
            required = {"value": value, "weight": float(stations[code])}
            _target(basin, now, kind, code, code, year, required, top).save()


def _target(
    basin: Basin,
    now: datetime,
    kind: Kind,
    place: str,
    region: str,
    year: int,
    required: dict[str, float],
    parent: Target | None = None,
) -> Target:
    form = FORMS[kind]
    names: dict[str, tuple[str, str]] = {}
    for things in (basin.sections, basin.stations, basin.regions):
        names |= {one.code: (one.name_zh, one.name_en or one.name_zh) for one in things}
    name_zh, name_en = names.get(place, (place, place))
    return Target(
        id=new_id("target", now),
        name_zh=f"{name_zh}{year}年{form.name_zh}",
        name_en=f"{name_en} {year}: {form.name_en}",
        kind=kind.value,
        place=place,
        region=regions.normalise(region or basin.region),
        issuer=f"{basin.name_zh}（演示）",
        parent=parent,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        required=required,
        document=DOCUMENT,
        confirmed=False,
        assumed=True,
    )
