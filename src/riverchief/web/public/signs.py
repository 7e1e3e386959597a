"""The page behind a sign's code: the river, its class, who is responsible, what is being dealt with nearby."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count

from riverchief.base.basin import Section
from riverchief.base.errors import NotFound
from riverchief.base.geometry import distance_m
from riverchief.base.places import Place
from riverchief.ground import states
from riverchief.ground.citizens import rules, telling
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import published, visible
from riverchief.web.basin.registry import Registry
from riverchief.web.basin.sign_models import Sign
from riverchief.web.cloud.models import Verdict
from riverchief.web.ground.models import Case
from riverchief.web.public.models import CitizenReport
from riverchief.web.public.receipts import responsible
from riverchief.web.wire import iso, named

NEARBY_M = 3_000.0
NEARBY_DAYS = 90
AROUND_DEG = 0.06  # of the little map: about 6 km
ASKED = ("waiting", "case", "merged")


def page(sign: Sign) -> dict[str, Any]:
    """Everything that the sign's page shows."""
    registry = context.basin()
    place = Place(sign.reach_id, sign.chainage_m or 0.0) if sign.reach_id else None
    reach = registry.basin.reaches[registry.basin.network.index(place.reach)] if place else None
    river = next((r for r in registry.basin.rivers if reach and r.code == reach.river), None)
    return {
        **named(sign),
        "river": named(river) if river else None,
        "reach": {**named(reach), "length_m": reach.length_m, "assumed": reach.assumed} if reach else None,
        "about_zh": sign.about_zh,
        "about_en": sign.about_en or sign.about_zh,
        "assumed": sign.assumed,
        "photo": f"/api/v1/public/signs/{sign.pk}/photo" if sign.photo else None,
        "lon": sign.lon,
        "lat": sign.lat,
        "class": class_at(place) if place else None,
        "class_public": bool(context.config().open_data),
        "responsible": responsible(place) if place else [],
        "office_phone": context.config().office_phone,
        "nearby": nearby(place) if place else [],
        "lines": lines(sign.lon, sign.lat),
        **asking(),
    }


def asking() -> dict[str, Any]:
    """What a report and the survey ask for."""
    given = rules()
    return {
        "kinds": [{"code": k.code, "text_zh": k.text_zh, "text_en": k.text_en} for k in given.kinds],
        "questions": [{"code": q.code, "text_zh": q.text_zh, "text_en": q.text_en} for q in given.questions],
        "limits": {name: getattr(given.limits, name) for name in ("photos", "photo_bytes", "words")},
    }


def lines(lon: float, lat: float) -> list[list[list[float]]]:
    """Reaches around a point as lines [°], for the little map."""
    found = []
    for reach in context.basin().basin.reaches:
        points = np.array(reach.line).reshape(-1, 2)
        if not len(points):
            continue
        near = (np.abs(points[:, 0] - lon) < 2 * AROUND_DEG) & (np.abs(points[:, 1] - lat) < 2 * AROUND_DEG)
        box = points[:, 0].min(), points[:, 0].max(), points[:, 1].min(), points[:, 1].max()
        inside = box[0] - AROUND_DEG < lon < box[1] + AROUND_DEG and box[2] - AROUND_DEG < lat < box[3] + AROUND_DEG
        if near.any() or inside:
            found.append([[round(float(x), 5), round(float(y), 5)] for x, y in points])
    return found


def _nearest(registry: Registry, place: Place) -> tuple[Section, float] | None:
    """The section of the same river that is nearest along it, and how far downstream it lies [m]."""
    reaches = {r.code: r for r in registry.basin.reaches}
    here = registry.river_offset_m[place.reach] + place.chainage_m
    away = [
        (section, registry.river_offset_m[section.place.reach] + section.place.chainage_m - here)
        for section in registry.basin.sections
        if section.station and reaches[section.place.reach].river == reaches[place.reach].river
    ]
    return min(away, key=lambda pair: abs(pair[1]), default=None)


def class_at(place: Place) -> dict[str, Any] | None:
    """The newest class of the nearest section; None where the installation keeps classes to itself, or has none."""
    if not context.config().open_data:
        return None
    found = _nearest(context.basin(), place)
    if found is None:
        return None
    section, downstream_m = found
    newest = published(Verdict).filter(section=section.code, at__lte=context.now()).order_by("-at", "-known_at").first()
    return {
        "section": named(section),
        "downstream_m": round(downstream_m),
        "class": newest.water_class if newest else 0,
        "target_class": section.target_class,
        "deciding": newest.deciding if newest else [],
        "at": iso(newest.at) if newest else None,
    }


def nearby(place: Place) -> list[dict[str, Any]]:
    """Cases around a place that are being dealt with or were settled lately: what and how far, no more."""
    low, high = place.chainage_m - NEARBY_M, place.chainage_m + NEARBY_M
    since = context.now() - timedelta(days=NEARBY_DAYS)
    found = (
        published(Case)
        .filter(reach=place.reach, chainage_m__gte=low, chainage_m__lte=high, opened_at__gt=since)
        .exclude(state__in=states.IDLE)
        .order_by("-opened_at")[:10]
    )
    return [
        {
            "source": case.source,
            "kind": str(case.params.get("report_kind", "")) if case.source == "citizen" else "",
            "step": telling.STEP_OF[states.State(case.state)],
            "opened_at": iso(case.opened_at),
            "due": iso(case.due_at),
            "closed_at": iso(case.closed_at),
            "downstream_m": round(case.chainage_m - place.chainage_m),
        }
        for case in found
    ]


def listed(lon: float | None = None, lat: float | None = None) -> list[dict[str, Any]]:
    """Signs that stand, the nearest to a point first where one is given."""
    found: list[dict[str, Any]] = [
        {**named(s), "lon": s.lon, "lat": s.lat, "region": s.region, "state": s.state, "assumed": s.assumed}
        for s in published(Sign)
    ]
    if lon is not None and lat is not None:
        for item in found:
            item["distance_m"] = round(float(distance_m(lon, lat, item["lon"], item["lat"])))
        found.sort(key=lambda item: item["distance_m"])
    return found


def photo(sign: Sign) -> bytes:
    """The photograph of a sign, without metadata.

    Raises
    ------
    NotFound
        When there is none.
    """
    if not sign.photo:
        raise NotFound("photograph", sign.pk)
    return media.public_copy(context.store().files.read(sign.photo))


def counts(user: User) -> dict[str, int]:
    """How many reports that somebody may see came at each sign and were not spam."""
    seen = visible(user, CitizenReport).filter(state__in=ASKED)
    return dict(seen.values_list("sign").annotate(n=Count("pk")).order_by())
