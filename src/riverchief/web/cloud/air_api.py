"""The air over HTTP: now, a year's days, rankings, measures with inspections, the control list of a day."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from riverchief.base.spans import Span, month_of, parse_span
from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.cloud import air, air_board, air_measures, asof, asof_air
from riverchief.web.cloud.models import AirMeasure
from riverchief.web.wire import one, page_of, parse_day, parse_time, parse_year, user_of

router = Router()


class MeasureIn(Schema):
    """A measure as an office enters it."""

    kind: str
    name_zh: str
    name_en: str = ""
    region: str = ""
    address_zh: str = ""
    address_en: str = ""
    lon: float | None = None
    lat: float | None = None
    indicator_zh: str = ""
    indicator_en: str = ""
    target: float | None = None
    done: float | None = None
    unit: str = ""
    state: str = "planned"
    due: date | None = None
    document: str = ""


class InspectionIn(Schema):
    """What somebody saw."""

    finding: str
    done: float | None = None
    photos: list[str] = []


def _span(period: str) -> Span:
    return parse_span(period) if period else month_of(local_day(context.now())).before()


def _day(text: str) -> date:
    return parse_day(text) if text else local_day(context.now())


@router.get("/now", summary="The air now")
def now(request: HttpRequest) -> dict[str, Any]:
    """Index, level, primary pollutants and values of every station's last hour, and of the prefecture's mean."""
    return air.now_page()


@router.get("/year", summary="A year of air")
def year(request: HttpRequest, place: str = "", year: int = 0, as_of: str = "", composite: str = "") -> dict[str, Any]:
    """Every day with index, level, primary pollutants, validity and dust; ratio, means and composite index to date.

    `place` is a station or the prefecture; `composite` one of 2013-equal, 2013-weighted, 2026-equal, 2026-weighted.
    """
    when = parse_time(as_of) if as_of else None
    wanted = parse_year(year, air.last_whole_day(when).year)
    return air_board.year_page(place, wanted, when, composite)


@router.get("/since", summary="The air of a period then and now")
def since(request: HttpRequest, as_of: str, place: str = "", period: str = "") -> dict[str, Any]:
    """Valid and good days of a period as known at `as_of` and as known now, with every day and hour that differs.

    `as_of` is a time with its zone, or a local day, which means its end.
    """
    return asof_air.compared(place, _span(period), asof.moment(as_of))


@router.get("/rankings", summary="Air stations, ranked")
def rankings(request: HttpRequest, period: str = "", against: str = "", as_of: str = "") -> dict[str, Any]:
    """By the composite index (smaller is better): value, change, movement.

    `period` is a month (`2026-10`), quarter, year or run of months; `against` is `year` (a year earlier) or `previous`.
    """
    return air_board.rankings(_span(period), against, parse_time(as_of) if as_of else None)


@router.get("/measures", summary="Measures about the air")
def measures(request: HttpRequest, kind: str = "", state: str = "") -> dict[str, Any]:
    """Industrial cuts, households off loose coal, dust sites, ozone precursors that one may see."""
    return page_of(air_measures.listed(user_of(request), kind, state))


@router.post("/measures", summary="Enter a measure")
def enter(request: HttpRequest, given: MeasureIn) -> dict[str, Any]:
    """An office enters a measure for its own region."""
    return air_measures.as_dict(air_measures.create(user_of(request), given.dict()))


@router.post("/measures/{key}/inspections", summary="Note an inspection")
def inspect(request: HttpRequest, key: str, given: InspectionIn) -> dict[str, Any]:
    """Somebody looked at a measure: what was seen, and what was counted."""
    measure = one(request, AirMeasure, key)
    air_measures.inspect(user_of(request), measure, given.finding, given.done, given.photos)
    return air_measures.as_dict(measure)


@router.get("/control-list", summary="Who must cut what on a day")
def control_list(request: HttpRequest, day: str = "", level: str = "") -> dict[str, Any]:
    """By performance grade and the warning that is in force; `level` shows what another one would ask."""
    return air_measures.control_list(user_of(request), _day(day), level)


@router.get("/control-list.csv", summary="The control list as a table")
def control_table(request: HttpRequest, day: str = "", level: str = "") -> HttpResponse:
    """The same as CSV with the mark of a template in its first line."""
    found = air_measures.control_list(user_of(request), _day(day), level)
    out = io.StringIO(newline="")
    table = csv.writer(out)
    if not found["confirmed"]:
        table.writerow([f"# {found['note_zh']} {found['note_en']}"])
    table.writerow(
        ["day", "level", "code", "name_zh", "name_en", "region", "grade", "cut_percent", "measure_zh", "measure_en"]
    )
    for item in found["items"]:
        table.writerow(
            [found["day"], found["level"]]
            + [
                item[name]
                for name in ("code", "name_zh", "name_en", "region", "grade", "cut_percent", "measure_zh", "measure_en")
            ]
        )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="control-list-{found["day"]}.csv"'
    return response
