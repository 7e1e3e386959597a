"""Land-use questions over HTTP: layers with their documents, and what of a footprint lies in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator, Field

from riverchief.base import landuse
from riverchief.base.errors import InputError, NotAllowed, UnknownName
from riverchief.store.layers import areas_of
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.models import Layer
from riverchief.web.wire import iso, one, page_of, parse_day, user_of

router = Router()
MOST_BYTES = 30_000_000
Text = Annotated[str, Field(max_length=400), AfterValidator(lambda text: text.replace("\x00", ""))]


class Question(Schema):
    """A footprint as GeoJSON, in the coordinate system named."""

    footprint: dict[str, Any]
    system: Literal["wgs84", "cgcs2000", "gcj02"] = "wgs84"


class About(Schema):
    """What a layer is, by which document, and who must be asked."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    kind: str
    name_zh: Text
    name_en: Text = ""
    document: Text
    day: str
    ask_zh: Text
    ask_en: Text = ""
    confirmed: bool = False
    system: Literal["wgs84", "cgcs2000", "gcj02"] = "wgs84"


def _brief(layer: Layer) -> dict[str, Any]:
    return {
        "code": layer.code, "kind": layer.kind, "name_zh": layer.name_zh, "name_en": layer.name_en or layer.name_zh,
        "document": layer.document, "day": layer.day.isoformat(), "ask_zh": layer.ask_zh,
        "ask_en": layer.ask_en or layer.ask_zh, "confirmed": layer.confirmed, "areas": len(layer.areas),
        "by": layer.by, "at": iso(layer.at),
    }  # fmt: skip


@router.get("/layers", summary="Layers of the land along the river")
def layers(request: HttpRequest) -> dict[str, Any]:
    """Management zones, ecological red lines, flood ways: by which document, and who must be asked."""
    return page_of([_brief(layer) for layer in visible(request.user, Layer)])


def _require_own(user: User, known: Layer | None) -> None:
    """See that a layer that would be replaced is of this office, or of one below it."""
    if known is None or user.role == Role.SYSTEM or known.by == user.username:
        return
    maker = User.objects.filter(username=known.by).first()
    prefix = user.region_prefix
    if prefix is None or maker is None or not maker.region.startswith(prefix):
        raise NotAllowed(
            f"layer {known.code} ({known.name_zh}) was uploaded by another office; give this one a code of its own.",
            code=known.code,
        )


@router.post("/layers", summary="Upload a layer")
def upload(request: HttpRequest, file: File[UploadedFile], about: Form[About]) -> dict[str, Any]:
    """GeoJSON or GeoPackage; the office's own layer of the same code is replaced; the file stays as it came."""
    user = user_of(request)
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) uploads no layers; an office of river chiefs does.")
    if about.kind not in landuse.KINDS:
        raise UnknownName("kind of a layer", about.kind, landuse.KINDS)
    if not about.name_zh.strip() or not about.document.strip() or not about.ask_zh.strip():
        raise InputError("a layer needs a name, the document that gives it, and who must be asked.")
    _require_own(user, Layer.objects.filter(pk=about.code).first())
    if (file.size or 0) > MOST_BYTES:
        raise InputError(f"the file has {file.size:,} bytes; at most {MOST_BYTES:,} are read.")
    content = file.read()
    areas = areas_of(content, (file.name or "layer")[:80], about.system)
    given = about.dict(exclude={"code", "system", "day"}) | {
        "day": parse_day(about.day), "areas": areas, "sha256": context.store().files.put(content),
        "by": user.username, "at": context.now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            layer, _ = Layer.objects.update_or_create(code=about.code, defaults=given)
    except IntegrityError as error:  # pragma: no cover - two uploads of one code at once
        raise InputError(f"layer {about.code} is being uploaded by somebody else; try again.") from error
    audit(context.clock(), user.username, "upload-layer", layer.code, sha256=layer.sha256)
    return _brief(layer)


@router.get("/layers/{code}", summary="One layer")
def layer(request: HttpRequest, code: str) -> dict[str, Any]:
    """A layer with its areas as GeoJSON."""
    found = one(request, Layer, code)
    features = [
        {"type": "Feature", "properties": {"name": area["name"]}, "geometry": area["geometry"]} for area in found.areas
    ]
    return {**_brief(found), "features": {"type": "FeatureCollection", "features": features}}


@router.post("/land-use", summary="Does a footprint touch a layer")
def ask(request: HttpRequest, given: Question) -> dict[str, Any]:
    """Area [m²] of a footprint, what of it lies in every layer that it touches, and who must be asked.

    No layer of a kind is not the answer no: kinds of which nothing was uploaded are told.
    """
    footprint = landuse.footprint_of(given.footprint, given.system)
    known: Sequence[Layer] = list(visible(request.user, Layer))
    by_code = {one_layer.code: one_layer for one_layer in known}
    found = landuse.overlaps(footprint, [(one_layer.code, one_layer.areas) for one_layer in known])
    return {
        "area_m2": round(landuse.area_m2(footprint), 1),
        "items": [
            {
                "layer": _brief(by_code[o.code]), "area_m2": round(o.area_m2, 1), "share": o.share,
                "names": list(o.names), "geometry": o.geometry,
            }
            for o in found
        ],
        "total": len(found),
        "asked": [_brief(one_layer) for one_layer in known],
        "lacking": [kind for kind in landuse.KINDS if all(one_layer.kind != kind for one_layer in known)],
    }  # fmt: skip
