"""The sky stage over HTTP: missions, their files, photographs, findings."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from riverchief.base.errors import InputError, NotAllowed, NotFound, WrongState
from riverchief.web import context
from riverchief.web.accounts.models import Role, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases
from riverchief.web.sky import missions, photos
from riverchief.web.sky.models import Finding, Mission, Photo
from riverchief.web.wire import one, page_of, user_of

router = Router()

FLYING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT, Role.GUARD)
PHOTO_MAX_BYTES = 40 * 1024 * 1024


class Mark(Schema):
    """A mark on a photograph: column and row [px], what it is."""

    u: float
    v: float
    kind: str
    note: str = ""


class Reason(Schema):
    """Why."""

    reason: str


@router.get("/missions", summary="Missions")
def list_missions(request: HttpRequest, state: str = "", limit: int = 100) -> dict[str, Any]:
    """Missions one may see, newest first."""
    found = visible(request.user, Mission)
    if state:
        found = found.filter(state=state)
    return page_of([missions.brief(m) for m in found[: max(1, min(limit, 500))]], found.count())


@router.get("/missions/{key}", summary="One mission")
def mission(request: HttpRequest, key: str) -> dict[str, Any]:
    """Planned lines, photographs beside them, what is not covered, and what was found."""
    found = one(request, Mission, key)
    return {
        "mission": missions.brief(found),
        "lines": found.plan["geojson"],
        "photos": [photos.brief(p) for p in missions.photos_of(found)],
        "coverage": missions.coverage(found),
        "findings": [missions.finding_brief(f) for f in found.findings.all()],
    }


def _attachment(name: str, content: Any) -> HttpResponse:
    response = HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/missions/{key}/plan", summary="QGroundControl plan of a sortie")
def plan_file(request: HttpRequest, key: str, sortie: int = 1) -> HttpResponse:
    """The `.plan` file of one sortie, for QGroundControl; a pilot checks every plan."""
    found = one(request, Mission, key)
    plan = found.plan["plans"].get(str(sortie))
    if plan is None:
        raise NotFound("sortie", str(sortie))
    return _attachment(f"{found.pk}-{sortie}.plan", plan)


@router.get("/missions/{key}/geojson", summary="Planned lines as GeoJSON")
def geojson_file(request: HttpRequest, key: str) -> HttpResponse:
    """Corridor, homes, lines and photo points as one GeoJSON file."""
    found = one(request, Mission, key)
    return _attachment(f"{found.pk}.geojson", found.plan["geojson"])


@router.post("/missions/{key}/photos", summary="Upload photographs in bulk")
def upload(request: HttpRequest, key: str, files: File[list[UploadedFile]]) -> dict[str, Any]:
    """Photographs of a flight; each is answered on its own, and what is no image is refused with the reason."""
    user = user_of(request)
    found = one(request, Mission, key)
    if user.role not in FLYING:
        raise NotAllowed(f"{user.username} ({user.role}) cannot upload photographs of a mission.", role=user.role)
    given = []
    for item in files:
        if (item.size or 0) > PHOTO_MAX_BYTES:
            raise InputError(
                f"{item.name} has {item.size} bytes, more than {PHOTO_MAX_BYTES}; send the original photo."
            )
        given.append((item.name or "photo", item.read()))
    return page_of(photos.upload(found, given, user))


def _file(sha256: str) -> HttpResponse:
    response = HttpResponse(context.store().files.read(sha256), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@router.get("/photos/{key}/image", summary="A photograph, without what the camera wrote")
def image(request: HttpRequest, key: str) -> HttpResponse:
    """The photograph upright, without position and metadata."""
    return _file(one(request, Photo, key).public_sha256)


@router.get("/photos/{key}/thumb", summary="A small picture")
def thumb(request: HttpRequest, key: str) -> HttpResponse:
    """A small copy for lists and the map."""
    return _file(one(request, Photo, key).thumb_sha256)


@router.post("/photos/{key}/findings", summary="Mark a finding")
def mark(request: HttpRequest, key: str, given: Mark) -> dict[str, Any]:
    """A mark drawn on a photograph becomes a finding with position and error [m]."""
    user = user_of(request)
    photo = one(request, Photo, key)
    if user.role not in FLYING:
        raise NotAllowed(f"{user.username} ({user.role}) cannot mark findings.", role=user.role)
    return missions.finding_brief(photos.mark(photo, given.u, given.v, given.kind, given.note, user))


@router.post("/findings/{key}/case", summary="Make a case of a finding")
def case_of_finding(request: HttpRequest, key: str) -> dict[str, Any]:
    """One click: the finding becomes a case, or joins the open case of its incident."""
    user = user_of(request)
    found = one(request, Finding, key)
    if user.role not in FLYING:
        raise NotAllowed(f"{user.username} ({user.role}) cannot make cases of findings.", role=user.role)
    if found.state != "open":
        raise WrongState(f"{found.pk} is {found.state}; only an open finding can become a case.", state=found.state)
    case = cases.open_from_finding(found, user.username)
    audit(context.clock(), user.username, "case-from-finding", case.pk, finding=found.pk)
    return cases.brief(case, context.now())


@router.post("/findings/{key}/dismiss", summary="Put a finding aside")
def dismiss(request: HttpRequest, key: str, given: Reason) -> dict[str, Any]:
    """Put a finding aside, with the reason."""
    found = one(request, Finding, key)
    photos.dismiss(found, given.reason, user_of(request))
    return missions.finding_brief(found)


@router.get("/findings", summary="Findings")
def findings(request: HttpRequest, state: str = "open") -> dict[str, Any]:
    """The queue of findings one may see."""
    found = visible(request.user, Finding)
    if state:
        found = found.filter(state=state)
    return page_of([missions.finding_brief(f) for f in found[:500]], found.count())
