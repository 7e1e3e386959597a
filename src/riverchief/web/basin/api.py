"""The registry over HTTP: the network and the places on it as GeoJSON, and who answers for a point."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from riverchief.base.errors import InputError
from riverchief.base.network import as_place_dict
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.ground.assignment import Answerable
from riverchief.web import context
from riverchief.web.basin.answers import Answer
from riverchief.web.basin.cameras import bare
from riverchief.web.basin.registry import Registry
from riverchief.web.wire import named, page_of, parse_day

router = Router()

ANSWERS = 16  # as many days as people look back at one after the other


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def place_properties(registry: Registry, place: Place | None) -> dict[str, Any]:
    """Address on the network, also as a chainage [m] along the whole river."""
    if place is None:
        return {"reach": None, "chainage_m": None, "river": None, "river_chainage_m": None}
    reach = registry.basin.reaches[registry.basin.network.index(place.reach)]
    return {
        **as_place_dict(place),
        "river": reach.river,
        "river_chainage_m": round(registry.river_offset_m[place.reach] + place.chainage_m, 1),
    }


@router.get("/network", summary="Reaches as GeoJSON")
def network(request: HttpRequest) -> HttpResponse:
    """Every reach with its line, its length [m], mean velocity [m/s] and mean flow [m³/s]."""
    return _kept(request, "network", "", _network)


def _kept(request: HttpRequest, name: str, day: str, make: Callable[[Registry, str], dict[str, Any]]) -> HttpResponse:
    """The answer that the registry as it stands has given before, or gives now."""
    registry = context.basin()
    found = registry.answers.get((name, day))
    if found is None:
        if len(registry.answers) > ANSWERS:
            registry.answers.clear()
        found = registry.answers[name, day] = Answer.of(make(registry, day))
    return found.send(request)


def _network(registry: Registry, _: str) -> dict[str, Any]:
    rivers = {r.code: r for r in registry.basin.rivers}
    longest: dict[str, float] = {}
    for reach in registry.basin.reaches:
        longest[reach.river] = max(longest.get(reach.river, 0.0), registry.river_offset_m[reach.code] + reach.length_m)
    main = max(longest, key=lambda river: longest[river], default="")
    features = [
        _feature(
            {"type": "LineString", "coordinates": [list(xy) for xy in reach.line]},
            {
                **named(reach),
                "river": reach.river,
                "river_name_zh": rivers[reach.river].name_zh,
                "river_name_en": rivers[reach.river].name_en,
                "river_offset_m": registry.river_offset_m[reach.code],
                "river_length_m": longest[reach.river],
                "from_node": reach.from_node,
                "to_node": reach.to_node,
                "length_m": reach.length_m,
                "velocity_ms": reach.velocity_ms,
                "flow_m3s": reach.flow_m3s,
                "main": reach.river == main,
                "assumed": reach.assumed,
            },
        )
        for reach in registry.basin.reaches
    ]
    return {"type": "FeatureCollection", "features": features}


@router.get("/places", summary="Stations, sections, facilities and towns as GeoJSON")
def places(request: HttpRequest, day: str = "") -> HttpResponse:
    """Everything that has a point and is there on a day (today unless given), with its address on the network."""
    on = parse_day(day) if day else local_day(context.now())
    return _kept(request, "places", on.isoformat(), _places)


def _places(registry: Registry, day: str) -> dict[str, Any]:
    basin = registry.basin.as_of(date.fromisoformat(day))
    features = []

    def add(item: Any, kind: str, place: Place | None, **more: Any) -> None:
        point = {"type": "Point", "coordinates": [item.lon, item.lat]}
        features.append(_feature(point, {"kind": kind, **named(item), **place_properties(registry, place), **more}))

    for region in basin.regions:
        add(region, "region", None)
    for station in basin.stations:
        add(
            station,
            "station",
            station.place,
            station_kind=station.kind,
            interval_s=station.interval_s,
            protocol=station.protocol,
            dialect=station.dialect,
            facility=station.facility,
        )
    for section in basin.sections:
        add(
            section,
            "section",
            section.place,
            level=section.level,
            target_class=section.target_class,
            boundary=section.boundary,
            station=section.station,
        )
    for facility in basin.facilities:
        add(facility, facility.kind, facility.place, permit=facility.permit, pollutants=facility.pollutants)
    for camera in basin.cameras:
        add(camera, "camera", camera.place, section=camera.section, stream=bare(camera.stream_url))
    return {"type": "FeatureCollection", "features": features}


@router.get("/at", summary="What lies at a point")
def at(request: HttpRequest, lon: float, lat: float, limit_m: float = 2_000.0) -> dict[str, Any]:
    """The nearest reach, the chainage [m], the distance to it [m], and who answers for it today."""
    registry = context.basin()
    located = registry.basin.network.locate([lon], [lat], limit_m)
    if located.reach[0] < 0:
        raise InputError(
            f"point {lon:.5f}, {lat:.5f} lies {located.distance_m[0]:,.0f} m from the nearest reach, "
            f"further than {limit_m:,.0f} m. Choose a point nearer to the river.",
            distance_m=float(located.distance_m[0]) if located.distance_m[0] < 1e9 else None,
        )
    place = registry.basin.network.place(int(located.reach[0]), float(located.chainage_m[0]))
    day = local_day(context.now())
    return {
        **place_properties(registry, place),
        "distance_m": round(float(located.distance_m[0]), 1),
        "responsible": [answer_of(a) for a in registry.answerable(place, day)],
        "keepers": [answer_of(a) for a in registry.offices.keepers(place, day)],
    }


def answer_of(found: Answerable) -> dict[str, Any]:
    """Who answers, and instead of whom on days of leave."""
    instead = named(found.instead_of) if found.instead_of else None
    return {**named(found.chief), "level": found.owner.level, "instead_of": instead}


@router.get("/chiefs", summary="Chiefs and their stretches")
def chiefs(request: HttpRequest) -> HttpResponse:
    """Every chief with level, region and the intervals [m] they answer for."""
    return _kept(request, "chiefs", "", _chiefs)


def _chiefs(registry: Registry, _: str) -> dict[str, Any]:
    basin = registry.basin
    duties: dict[str, list[dict[str, Any]]] = {}
    for duty in basin.responsibilities:
        where = duty.interval
        duties.setdefault(duty.chief, []).append(
            {
                "reach": where.reach,
                "from_m": where.from_m,
                "to_m": where.to_m,
                "start": where.start.isoformat(),
                "end": where.end.isoformat() if where.end else None,
            }
        )
    return page_of(
        [{**named(c), "level": c.level, "region": c.region, "intervals": duties.get(c.code, [])} for c in basin.chiefs]
    )
