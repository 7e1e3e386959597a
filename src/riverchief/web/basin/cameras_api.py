"""Cameras over HTTP: their last picture and state, the picture itself, and a picture as evidence of a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from riverchief.base.errors import NotFound
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.basin import cameras
from riverchief.web.basin.models import Still
from riverchief.web.ground import evidence
from riverchief.web.ground.models import Case
from riverchief.web.wire import iso, one, page_of, user_of

router = Router()


class ForCase(Schema):
    """The case of which a picture becomes evidence."""

    case: str


@router.get("/cameras", summary="Cameras")
def list_cameras(request: HttpRequest, section: str = "") -> dict[str, Any]:
    """Every camera, or those that look at a section: the last picture, its time, and why there is none."""
    found = [c for c in context.basin().basin.cameras if not section or c.section == section]
    return page_of([cameras.shown(camera) for camera in found])


@router.get("/cameras/{code}", summary="One camera")
def camera(request: HttpRequest, code: str, limit: int = 24) -> dict[str, Any]:
    """A camera with its last tries, the newest first."""
    known = context.basin().cameras.get(code)
    if known is None:
        raise NotFound("camera", code)
    tries = Still.objects.filter(camera=code)[: max(1, min(limit, 200))]
    return {
        **cameras.shown(known),
        "tries": [{"id": s.pk, "at": iso(s.at), "size": s.size, "why": s.why or None} for s in tries],
    }


@router.get("/stills/{key}/image", summary="A picture of a camera")
def still_image(request: HttpRequest, key: str) -> HttpResponse:
    """The picture as it was fetched."""
    found = one(request, Still, key)
    if not found.sha256:
        raise NotFound("picture", key)
    data = context.store().files.read(found.sha256)
    return HttpResponse(data, content_type=media.mime_type(data))


@router.post("/stills/{key}/evidence", summary="A picture as evidence of a case")
def as_evidence(request: HttpRequest, key: str, given: ForCase) -> dict[str, Any]:
    """The picture goes into the chain of the case's evidence, with the camera's name and time in its name."""
    found, case = one(request, Still, key), one(request, Case, given.case)
    if not found.sha256:
        raise NotFound("picture", key)
    data = context.store().files.read(found.sha256)
    return page_of(evidence.add_photos(case, user_of(request), [(f"{found.camera} {iso(found.at)}", data)], ""))
