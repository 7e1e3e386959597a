"""Photographs that come back: kept as they are, placed by what the camera wrote, shown without it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, RiverError, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.sky import finding as findings
from riverchief.sky import media, view
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.loop.events import came_from, emit
from riverchief.web.sky.models import Finding, Mission, Photo
from riverchief.web.wire import iso

# what a photograph says that is kept beside it
KEPT = (
    "width_px",
    "height_px",
    "relative_altitude_m",
    "absolute_altitude_m",
    "gimbal_pitch_deg",
    "gimbal_yaw_deg",
    "gimbal_roll_deg",
    "flight_yaw_deg",
    "make",
    "model",
    "focal_mm",
    "time_source",
)
LIMIT_M = 1_000.0  # a photograph further than this from every reach is kept, and has no address


def accept(mission: Mission, name: str, data: bytes, user: User) -> tuple[Photo | None, str]:
    """Keep one photograph; the reason where it is no image, or was there already."""
    try:
        meta = media.place_photo(data)
        small, public = media.thumbnail(data), media.public_copy(data)
    except RiverError as error:
        return None, error.sentence
    files = context.store().files
    sha256 = files.put(data)
    existing = Photo.objects.filter(mission=mission, sha256=sha256).first()
    if existing is not None:
        return existing, "this photograph is here already"
    photo = Photo(
        id=new_id("photo", context.now()),
        mission=mission,
        name=name[:200],
        sha256=sha256,
        public_sha256=files.put(public),
        thumb_sha256=files.put(small),
        taken_at=meta.taken_at,
        lon=meta.lon,
        lat=meta.lat,
        why=meta.why,
        uploaded_by=user.username,
        meta=_meta(meta),
    )
    if meta.lon is not None and meta.lat is not None:
        network = context.basin().basin.network
        located = network.locate([meta.lon], [meta.lat], LIMIT_M)
        if located.reach[0] >= 0:
            photo.reach = network.codes[int(located.reach[0])]
            photo.chainage_m = float(located.chainage_m[0])
        else:
            photo.why = f"{located.distance_m[0]:,.0f} m from the nearest reach"
    photo.save()
    return photo, photo.why


def _meta(meta: media.PhotoMeta) -> dict[str, Any]:
    """What the photograph says, with the outline of what it sees of the water where that can be told."""
    told: dict[str, Any] = {name: getattr(meta, name) for name in KEPT}
    try:
        told["footprint"] = [list(p) for p in view.footprint(meta.camera(), meta.pose())]
    except RiverError as error:
        told["no_footprint"] = error.sentence
    return told


def upload(mission: Mission, files: list[tuple[str, bytes]], user: User) -> list[dict[str, Any]]:
    """Keep photographs in bulk; every file gets its own answer."""
    answers = []
    with transaction.atomic():
        for name, data in files:
            photo, why = accept(mission, name, data, user)
            if photo is not None:
                came_from(photo.pk, [(mission.pk, "cause")], code="sky.media")
            answers.append(
                {"name": name, "accepted": photo is not None, "id": photo.pk if photo else None, "why": why or None}
            )
        accepted = [a for a in answers if a["accepted"]]
        if accepted:
            if mission.state == "planned":
                mission.state, mission.flown_at = "flown", context.now()
                mission.save(update_fields=["state", "flown_at"])
            last = accepted[-1]["id"]
            emit("photo", mission.pk, context.now(), key=f"{mission.pk}:{last}", n=len(accepted))
    audit(context.clock(), user.username, "upload-photos", mission.pk, accepted=len(accepted), sent=len(files))
    return answers


def brief(photo: Photo) -> dict[str, Any]:
    """A photograph on the map and in the strip."""
    return {
        "id": photo.pk,
        "name": photo.name,
        "lon": photo.lon,
        "lat": photo.lat,
        "taken_at": iso(photo.taken_at),
        "alt_m": photo.meta.get("relative_altitude_m"),
        "width_px": photo.meta.get("width_px"),
        "height_px": photo.meta.get("height_px"),
        "footprint": photo.meta.get("footprint"),
        "url": f"/api/v1/sky/photos/{photo.pk}/image",
        "thumb_url": f"/api/v1/sky/photos/{photo.pk}/thumb",
        "placed": photo.lon is not None,
        "why": photo.why or None,
        "reach": photo.reach or None,
        "chainage_m": photo.chainage_m,
    }


def mark(photo: Photo, u: float, v: float, kind: str, note: str, user: User) -> Finding:
    """A mark on a photograph becomes a finding with position and error.

    Raises
    ------
    InputError
        When the photograph cannot say where the mark lies, and why.
    """
    data = context.store().files.read(photo.sha256)
    meta = media.place_photo(data)
    if not meta.placed:
        raise InputError(f"{photo.name} has no position ({meta.why}), so a mark on it has none either.", photo=photo.pk)
    registry = context.basin()
    network = registry.basin.network
    width = None
    if photo.reach:
        width = registry.basin.reaches[network.index(photo.reach)].width_m
    point = findings.locate_pixel(meta.camera(), meta.pose(), u, v, river_width_m=width)
    located = network.locate([point.lon], [point.lat], LIMIT_M)
    if located.reach[0] < 0:
        raise InputError(
            f"the mark on {photo.name} lies {located.distance_m[0]:,.0f} m from the nearest reach; "
            f"findings belong to a river.",
            photo=photo.pk,
        )
    place = network.place(int(located.reach[0]), float(located.chainage_m[0]))
    now = context.now()
    mission = photo.mission
    with transaction.atomic():
        found = Finding.objects.create(
            id=new_id("finding", now),
            region=regions.normalise(registry.region_of(place, local_day(now))),
            reach=place.reach,
            chainage_m=place.chainage_m,
            lon=point.lon,
            lat=point.lat,
            assignees=mission.assignees,
            joint_regions=mission.joint_regions,
            mission=mission,
            photo=photo,
            u=u,
            v=v,
            kind=kind,
            note=note or point.why,
            error_m=point.error_m,
            at=now,
            by=user.username,
        )
        came_from(found.pk, [(mission.pk, "cause"), (photo.pk, "photo")], code="sky.finding.locate_pixel")
        emit("finding", found.pk, now, mission=mission.pk)
    audit(context.clock(), user.username, "mark-finding", found.pk, photo=photo.pk)
    return found


def dismiss(finding: Finding, reason: str, user: User) -> None:
    """Put a finding aside, with the reason."""
    if finding.state != "open":
        raise WrongState(
            f"{finding.pk} is {finding.state}; only an open finding can be put aside.", state=finding.state
        )
    if not reason.strip():
        raise InputError(f"{finding.pk} cannot be put aside without a reason; say what it is.")
    finding.state, finding.note = "dismissed", f"{finding.note}\n{reason}".strip()
    finding.save(update_fields=["state", "note"])
    audit(context.clock(), user.username, "dismiss-finding", finding.pk, reason=reason)
