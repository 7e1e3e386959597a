"""The link from a trace to a flight, and what a mission shows: trace → mission."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db.models import QuerySet

from riverchief.base import regions
from riverchief.base.ids import new_id
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.sky import cameras, export, mission, stretch
from riverchief.sky.coverage import cover
from riverchief.web import context
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace
from riverchief.web.ground.models import Case
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event
from riverchief.web.sky.models import Finding, Mission, Photo
from riverchief.web.wire import iso

Stretches = list[tuple[str, float, float]]

# What a county's office flies with unless it plans by hand; figures of the drone and camera are data of `sky`.
DRONE = "M3E"
ALTITUDE_M = 120.0
OVERLAP_FRONT, OVERLAP_SIDE = 0.6, 0.5
BANK_M = 40.0  # land on both sides that belongs into the picture: outfalls, dumps
STRETCH_AGAIN_M = 2_000.0


def on_trace(event: Event) -> None:
    """Plan one flight over the suspect stretch of an alert, or plan it anew while it has not been flown."""
    trace = Trace.objects.select_related("alert").get(pk=event.subject)
    if not trace.stretch or trace.alert.kind != "pollution":
        return
    earlier = Mission.objects.filter(alert=trace.alert_id, case="").order_by("-planned_at").first()
    stretches: Stretches = [(s["reach"], s["from_m"], s["to_m"]) for s in trace.stretch]
    if earlier is not None:
        if earlier.state != "planned" or _overlap_share(earlier.stretches, stretches) > 0.6:
            return
        earlier.state = "done"  # superseded before it was flown: the suspicion has moved
        earlier.save(update_fields=["state"])
    planned = plan(stretches, alert=trace.alert, trace=trace.pk)
    came_from(planned.pk, [(trace.pk, "cause")], code="sky.mission.plan_corridor")
    emit("mission", planned.pk, context.now(), alert=trace.alert_id)


def plan(stretches: Stretches, *, alert: Alert | None = None, trace: str = "", case: str = "") -> Mission:
    """Plan and keep a corridor flight along stretches that follow one another downstream."""
    registry = context.basin()
    drone = cameras.Drone.named(DRONE)
    network = registry.basin.network
    line = np.concatenate([stretch.centreline(network, code, a, b) for code, a, b in stretches])
    line = line[np.concatenate([[True], np.abs(np.diff(line, axis=0)).sum(axis=1) > 0])]
    widths = [registry.basin.reaches[network.index(code)].width_m for code, _, _ in stretches]
    flight = mission.plan_corridor(
        line,
        width_m=max(widths) + 2 * BANK_M,
        camera=cameras.Camera.named(drone.camera),
        drone=drone,
        altitude_m=ALTITUDE_M,
        overlap_front=OVERLAP_FRONT,
        overlap_side=OVERLAP_SIDE,
    )
    now = context.now()
    reach, from_m, _ = stretches[0]
    to_m = stretches[-1][2] if stretches[-1][0] == reach else from_m
    middle = stretches[len(stretches) // 2]
    place = Place(middle[0], (middle[1] + middle[2]) / 2)
    lon, lat = registry.lonlat(place)
    plans = {str(s.number): export.as_qgc_plan(flight, s.number) for s in flight.sorties}
    return Mission.objects.create(
        id=new_id("mission", now),
        region=regions.normalise(registry.region_of(place, local_day(now))),
        reach=place.reach,
        chainage_m=place.chainage_m,
        lon=lon,
        lat=lat,
        assignees=alert.assignees if alert else ",",
        joint_regions=alert.joint_regions if alert else ",",
        alert=alert.pk if alert else "",
        case=case,
        trace=trace,
        from_m=from_m,
        to_m=to_m,
        planned_at=now,
        stretches=stretches,
        plan={
            **flight.as_dict(),
            "geojson": export.as_geojson(flight),
            "corridor": [[list(p) for p in ring] for ring in flight.corridor],
            "plans": plans,
        },
    )


def _overlap_share(old: list[Any], new: Stretches) -> float:
    """Share of the new stretches that the old ones cover already."""
    common = total = 0.0
    for code, a, b in new:
        total += b - a
        common += sum(max(0.0, min(b, d) - max(a, c)) for other, c, d in old if other == code)
    return common / total if total else 1.0


def brief(item: Mission) -> dict[str, Any]:
    """A mission in a list."""
    plan_ = item.plan
    return {
        "id": item.pk,
        "state": item.state,
        "alert": item.alert or None,
        "case": item.case or None,
        "reach": item.reach,
        "from_m": item.from_m,
        "to_m": item.to_m,
        "stretches": item.stretches,
        "lon": item.lon,
        "lat": item.lat,
        "planned_at": iso(item.planned_at),
        "flown_at": iso(item.flown_at),
        **{
            name: plan_.get(name)
            for name in ("camera", "drone", "altitude_m", "gsd_cm", "overlap", "length_m", "sorties")
        },
    }


def photos_of(item: Mission) -> QuerySet[Photo]:
    """The mission's photographs in the order in which they were taken."""
    return Photo.objects.filter(mission=item)


def coverage(item: Mission) -> dict[str, Any]:
    """What the photographs that came back cover of the planned corridor, and the gaps."""
    seen = [p.meta["footprint"] for p in photos_of(item) if p.meta.get("footprint")]
    found = cover(item.plan["corridor"], seen)
    return {"fraction": round(found.fraction, 4), "area_m2": round(found.area_m2), "gaps": found.as_geojson()}


def finding_brief(item: Finding) -> dict[str, Any]:
    """A finding in a list."""
    return {
        "id": item.pk,
        "photo": item.photo_id,
        "mission": item.mission_id,
        "kind": item.kind,
        "note": item.note,
        "u": item.u,
        "v": item.v,
        "lon": item.lon,
        "lat": item.lat,
        "reach": item.reach,
        "chainage_m": round(item.chainage_m, 1),
        "error_m": round(item.error_m, 2),
        "state": item.state,
        "case": item.case or None,
        "at": iso(item.at),
    }


def fly_again(case: Case) -> Mission:
    """Plan a second flight over the stretch of a case: the verification asks for it."""
    registry = context.basin()
    reach = registry.basin.reaches[registry.basin.network.index(case.reach)]
    half = STRETCH_AGAIN_M / 2
    from_m = max(0.0, case.chainage_m - half)
    to_m = min(reach.length_m, case.chainage_m + half)
    planned = plan([(case.reach, from_m, to_m)], case=case.pk)
    planned.assignees, planned.joint_regions = case.assignees, case.joint_regions
    planned.save(update_fields=["assignees", "joint_regions"])
    came_from(planned.pk, [(case.pk, "cause")], code="sky.mission.plan_corridor")
    emit("mission", planned.pk, context.now(), case=case.pk)
    return planned
