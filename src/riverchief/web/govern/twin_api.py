"""The river's twin over HTTP: how it is doing, profiles, hydrographs, the map through time, and its record."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja import Router

from riverchief.base.errors import NotFound, UnknownName
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern.models import TwinCycle
from riverchief.web.govern.twin import cycles
from riverchief.web.wire import ERRORS, iso, named

router = Router()
Json = dict[str, Any]

OLD_AFTER_S = 4 * cycles.EVERY_S  # a forecast older than that says so
SHOWN = 96
ANSWER: dict[Any, Any] = {200: Json, **ERRORS}


def _cycle(row: TwinCycle) -> Json:
    return {
        "id": row.id,
        "at": iso(row.at),
        "state": row.state,
        "took_s": row.took_s,
        "memory_mb": row.memory_mb,
        "modes": row.modes,
        "steps": row.facts.get("steps"),
        "error": row.facts.get("error"),
        "failed": row.error or None,
    }


def _page(request: HttpRequest, name: str) -> Json:
    """What the newest cycle wrote for a page, with the cycle that it is of; `cycle` is null where none has ended yet.

    Raises
    ------
    NotFound
        Where the cycle wrote no such page.
    """
    row = visible(request.user, TwinCycle).filter(state="done").first()
    if row is None:
        return {"cycle": None}
    path = cycles.folder() / row.pk / f"{name}.json"
    if not path.is_file():
        raise NotFound("page of the twin", name)
    told: Json = json.loads(path.read_text(encoding="utf-8"))
    return {"cycle": _head(row), **told}


def _head(row: TwinCycle) -> Json:
    """Which cycle it is, and in what it falls short now."""
    age_s = (context.now() - row.at).total_seconds()
    modes = [*row.modes, *(["old_forecast"] if age_s > OLD_AFTER_S else [])]
    return {"id": row.pk, "at": iso(row.at), "age_s": round(age_s), "modes": modes}


@router.get("/twin", summary="How the twin is doing")
def twin(request: HttpRequest) -> Json:
    """The newest cycle with its facts and every reach, the cycles before it, and in what the twin falls short.

    `newest` is null where no cycle has come to its end yet. Modes: `first_guess` (no gauge has read anything),
    `no_flow`, `no_level`, `no_quality` (no station has read what the twin carries for a day), `cold_start` (no ensemble
    was old enough to begin from), `late_data` (began before late readings), `usual_inflow` (no catchment turns rain
    into inflows: ahead they run back to their usual flow), `members_replaced` (members that found no solution took
    their neighbours' place), `slow_kernel` (members ran one by one; `facts.why_slow` says why), `old_forecast`.
    """
    rows = list(visible(request.user, TwinCycle)[:SHOWN])
    newest = next((row for row in rows if row.state == "done"), None)
    registry = context.basin()
    told: Json = {
        "now": iso(context.now()),
        "every_s": cycles.EVERY_S,
        "newest": None,
        "items": [_cycle(row) for row in rows],
        "total": len(rows),
        "rivers": [named(river) for river in registry.basin.rivers],
    }
    if newest is not None:
        facts = {k: v for k, v in newest.facts.items() if k != "arrival"}
        for fit in facts.get("fits", []):
            station = registry.stations.get(fit["station"])
            fit.update(
                named(station) if station else {"code": fit["station"], "name_zh": fit["station"], "name_en": ""}
            )
        reaches = _page(request, "reaches")["items"]
        told["newest"] = {**_cycle(newest), **_head(newest), "facts": facts, "reaches": reaches}
    return told


@router.get("/twin/profile", summary="A river's longitudinal profile through time", response=ANSWER)
def profile(request: HttpRequest, river: str = "") -> Json:
    """Bed, banks, water level, energy line, discharge and what the water carries, from a day back to three ahead.

    Matrices are by instant, then by point. `class` is that of the single value by the surface water standard.
    """
    rivers = context.basin().rivers
    code = river or next(iter(rivers), "")
    if code not in rivers or not re.fullmatch(r"[\w-]+", code):
        raise UnknownName("river", code, rivers)
    return _page(request, f"profile-{code}")


@router.get("/twin/hydrographs", summary="Hydrographs at the gauges, with forecast and band", response=ANSWER)
def hydrographs(request: HttpRequest) -> Json:
    """What the twin says where stations read, hour by hour: two days of analysis, three of forecast.

    `series` by what a station reads: `flow`, `level` (null while its datum is not known) or constituents, each with the
    mean of the members and the band that holds eight of ten of them; `skill` are the station's lines of `/twin/skill`.
    """
    return _page(request, "stations")


@router.get("/twin/map", summary="Every reach through time", response=ANSWER)
def on_map(request: HttpRequest) -> Json:
    """Flow, flow over its mean, and classes of every reach, from a day back to three ahead."""
    return _page(request, "map")


@router.get("/twin/skill", summary="How the twin's forecasts have done")
def skill(request: HttpRequest) -> Json:
    """Scores by station, reading and lead over the last fourteen days.

    `crps` is the continuous ranked probability score of the members, `persistence` that of the last reading and
    `climatology` that of all readings of these days, in the unit of the reading; `covered` is the share of what came
    within the band that is to hold eight of ten.
    """
    row = visible(request.user, TwinCycle).filter(state="done").first()
    registry = context.basin()
    items = []
    for one in row.skill if row else []:
        station = registry.stations.get(one["station"])
        items.append(
            {
                **one,
                **(named(station) if station else {"code": one["station"], "name_zh": one["station"], "name_en": ""}),
            }
        )
    return {"cycle": _head(row) if row else None, "items": items, "total": len(items), "days": cycles.SCORED_FOR.days}
