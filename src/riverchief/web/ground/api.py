"""The ground stage over HTTP: the ledger of cases, their moves, evidence, patrols."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from riverchief.base.errors import NotFound
from riverchief.base.time import local_day
from riverchief.ground import marks
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, evidence, handoffs, letters, patrol_list, patrols, sound
from riverchief.web.ground.models import Case, Closure, Evidence, Handoff, Letter, Move, Patrol, PatrolPiece
from riverchief.web.loop import explain
from riverchief.web.wire import count_of, iso, named, one, page_of, user_of

router = Router()
LATEST_S = 4_102_444_800  # the year 2100: a clock that says more is none


class Action(Schema):
    """What is done with a case, with what the action asks for; `into` is the number or id of another case."""

    action: str
    note: str = ""
    reason: str = ""
    days: int = Field(0, ge=0, le=366)
    into: str = Field("", max_length=64)


class Note(Schema):
    """A written piece of evidence."""

    text: str
    patrol: str = ""


class Start(Schema):
    """A patrol begins, for a case or as a duty."""

    case: str = ""


class Track(Schema):
    """Points of a track: [epoch s, longitude, latitude, accuracy m], in the coordinate system named."""

    points: list[tuple[Annotated[float, Field(ge=0, lt=LATEST_S)], float, float, float]]
    system: str = "wgs84"


@router.get("/cases/{key}", summary="One case")
def case(request: HttpRequest, key: str) -> dict[str, Any]:
    """The whole chain as one timeline, what one may do next, and the evidence."""
    user = user_of(request)
    found = one(request, Case, key)
    pieces = [evidence.brief(e) for e in Evidence.objects.filter(case=found)]
    chiefs = context.basin().responsible(found.place, local_day(context.now())) if found.reach else []
    return {
        "case": cases.brief(found, context.now()),
        "allowed": cases.allowed_for(user, found),
        "marks": list(marks.markable(cases.state_of(found), cases.actor_of(user, found))),
        "letters": [letters.brief(item, user) for item in visible(user, Letter).filter(case=found)],
        "handoffs": [handoffs.brief(item) for item in visible(user, Handoff).filter(case=found)],
        "timeline": _timeline(user, found),
        "evidence": pieces,
        "chain_broken_at": evidence.first_broken(found),
        "responsible": [{**named(c), "level": c.level} for c in chiefs],
        "closures": [
            {"id": c.pk, "outcome": c.outcome, "at": iso(c.at), "by": c.by, "why": c.why}
            for c in Closure.objects.filter(case=found)
        ],
    }


def _timeline(user: Any, found: Case) -> list[dict[str, Any]]:
    """Links of the chain and moves of the case, in order of time."""
    roots = [found.pk] + ([found.alert] if found.alert else [])
    nodes = explain.ancestors(user, explain.descendants(roots), within=explain.SUMS)
    by_id = {n.id: n for n in nodes}
    behind, here = set(), found.pk  # of hundreds of readings, the one that raised it, and its frame
    while here in by_id and here not in behind:
        behind.add(here)
        here = by_id[here].parent or ""
    quiet = ("photo", "reading", "frame")
    links = [explain.as_dict(n) for n in nodes if n.step not in quiet or n.id in behind]
    moves = [
        {
            "step": "move",
            "id": f"{found.pk}:{m.pk}",
            "at": iso(m.at),
            "who": m.by,
            "summary": f"{m.action}: {m.from_state} to {m.to_state}",
            "summary_key": f"case.move.{m.action}",
            "params": {"from": m.from_state, "to": m.to_state, "note": m.note, **_flat(m.data)},
            "href": None,
        }
        for m in Move.objects.filter(case=found)
    ]
    return sorted([*links, *moves], key=lambda item: item["at"] or "")


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    """Facts of a move that words can be filled with."""
    told: dict[str, Any] = {key: value for key, value in data.items() if isinstance(value, str | int | float)}
    if "fine_fen" in told:
        told["fine_yuan"] = f"{told['fine_fen'] / 100:,.2f}"
    return told


@router.post("/cases/{key}/actions", summary="Move a case")
def act(request: HttpRequest, key: str, given: Action) -> dict[str, Any]:
    """Move a case by the table of states; what one may do is in the case's `allowed`."""
    user = user_of(request)
    found = one(request, Case, key)
    into = cases.by_number(user, given.into) if given.into else None
    found = cases.move(
        found, cases.actor_of(user, found), given.action, given.note, given.reason, days=given.days, into=into
    )
    return cases.brief(found, context.now())


@router.post("/cases/{key}/notes", summary="Add a note as evidence")
def add_note(request: HttpRequest, key: str, given: Note) -> dict[str, Any]:
    """A written piece of evidence, chained to the ones before."""
    found = one(request, Case, key)
    return evidence.brief(evidence.add_note(found, user_of(request), given.text, given.patrol))


@router.post("/cases/{key}/evidence", summary="Add photographs as evidence")
def add_photos(
    request: HttpRequest,
    key: str,
    files: File[list[UploadedFile]],
    patrol: Form[str] = "",
) -> dict[str, Any]:
    """Photographs as evidence, each chained to the ones before; what is no image is refused with the reason."""
    found = one(request, Case, key)
    user = user_of(request)
    given = [(item.name or "photo", item.read()) for item in files]
    return page_of(evidence.add_photos(found, user, given, patrol))


@router.get("/evidence/{key}/image", summary="A photograph of the evidence")
def evidence_image(request: HttpRequest, key: str) -> HttpResponse:
    """The photograph as it was sent."""
    piece = one(request, Evidence, key)
    if piece.kind != "photo":
        raise NotFound("photograph", key)
    data = context.store().files.read(piece.sha256)
    return HttpResponse(data, content_type=media.mime_type(data))


@router.get("/evidence/{key}/sound", summary="A recording of the evidence")
def evidence_sound(request: HttpRequest, key: str) -> HttpResponse:
    """The recording as it was sent."""
    piece = one(request, Evidence, key)
    if piece.kind != "voice":
        raise NotFound("recording", key)
    data = context.store().files.read(piece.sha256)
    return HttpResponse(data, content_type=sound.mime_type(data))


@router.get("/pieces/{key}/file", summary="A photograph or recording of a patrol")
def piece_file(request: HttpRequest, key: str) -> HttpResponse:
    """The file of a patrol as it was sent."""
    piece = one(request, PatrolPiece, key)
    if piece.kind == "note":
        raise NotFound("file", key)
    data = context.store().files.read(piece.sha256)
    mime = media.mime_type(data) if piece.kind == "photo" else sound.mime_type(data)
    return HttpResponse(data, content_type=mime)


@router.get("/patrols", summary="Patrols")
def listed(
    request: HttpRequest, wanted: Query[patrol_list.Wanted], limit: int = 100, offset: int = 0
) -> dict[str, Any]:
    """Patrols one may see, newest first: by result, chief, walker, region, reach and local days of their start."""
    found = patrol_list.filtered(visible(request.user, Patrol), wanted)
    start = max(0, min(offset, 1_000_000))
    page = found[start : start + max(1, min(limit, 500))]
    return {"items": [patrols.brief(item) for item in page], **count_of(found)}


@router.post("/patrols", summary="Start a patrol")
def start_patrol(request: HttpRequest, given: Start) -> dict[str, Any]:
    """Start walking, for a case or as a duty."""
    found = one(request, Case, given.case) if given.case else None
    return patrols.brief(patrols.start(user_of(request), found))


@router.get("/patrols/{key}", summary="One patrol")
def patrol(request: HttpRequest, key: str) -> dict[str, Any]:
    """A patrol with its track, answers, photographs, and what its walker is asked about; that is the walker's first."""
    return patrols.full(one(request, Patrol, key), user_of(request))


@router.post("/patrols/{key}/track", summary="Add points to a track")
def add_track(request: HttpRequest, key: str, given: Track) -> dict[str, Any]:
    """Points as they were recorded; sending them again changes nothing."""
    found = one(request, Patrol, key)
    return patrols.brief(patrols.add_points(found, user_of(request), given.points, given.system))


@router.post("/patrols/{key}/finish", summary="End a patrol")
def finish_patrol(request: HttpRequest, key: str) -> dict[str, Any]:
    """End walking: length [m], time [s], share of the stretch covered, gaps, and whether it counts, with reasons."""
    found = one(request, Patrol, key)
    return patrols.brief(patrols.finish(found, user_of(request)))
