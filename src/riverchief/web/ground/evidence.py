"""Evidence of cases: kept as it was sent, sealed into the case's chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from riverchief.base.errors import InputError, NotAllowed
from riverchief.base.ids import new_id
from riverchief.ground import evidence as chain
from riverchief.ground import states
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground import sound
from riverchief.web.ground.models import Case, Evidence, Patrol
from riverchief.web.loop.events import came_from, emit
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso


def entry_of(piece: Evidence) -> dict[str, Any]:
    """What is sealed of a piece of evidence."""
    told = {"told_at": iso(piece.told_at)} if piece.told_at else {}  # older seals know no such time
    return {
        "id": piece.id,
        "patrol": piece.patrol,
        "kind": piece.kind,
        "text": piece.text,
        "sha256": piece.sha256,
        "lon": piece.lon,
        "lat": piece.lat,
        "by": piece.by,
        "at": iso(piece.at),
        **told,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What a phone says of a piece beside its content: its id, when and where it was made [° WGS 84]."""

    key: str
    at: datetime
    lon: float | None = None
    lat: float | None = None


def _links(case: Case) -> list[chain.Link]:
    return [chain.Link(entry_of(e), e.previous, e.hash) for e in case.evidence.all()]


def first_broken(case: Case) -> dict[str, Any] | None:
    """The first piece of a case's evidence that does not hold, and why."""
    broken = chain.verify(_links(case), case.pk, case.evidence_seal or None)
    return None if broken is None else {"index": broken.index, "why": broken.why}


def to_millisecond(at: datetime) -> datetime:
    """A time as it is told on the wire, so that it is sealed as it is told."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _append(case: Case, by: str, patrol: str, told: Told | None = None, **fields: Any) -> Evidence:
    """Seal one piece into the chain; the caller holds the case's row."""
    now = context.now()
    if told is not None:
        fields |= {"told_at": to_millisecond(told.at)}
        if told.lon is not None:
            fields |= {"lon": told.lon, "lat": told.lat}
    if patrol and not Patrol.objects.filter(pk=patrol, by=by).exists():
        raise InputError(f"patrol {patrol} is not one of {by}'s.", patrol=patrol)
    piece = Evidence(
        id=told.key if told else new_id("evidence", now),
        case=case,
        patrol=patrol,
        by=by,
        at=to_millisecond(now),
        **fields,
    )
    links = _links(case)
    piece.position = len(links)
    link = chain.append(links, entry_of(piece), case.pk)
    piece.previous, piece.hash = link.previous, link.hash
    piece.save()
    Case.objects.filter(pk=case.pk).update(evidence_seal=piece.hash)
    findings = [(f.pk, "finding") for f in Finding.objects.filter(case=case.pk)]
    cause = [(patrol, "cause"), (case.pk, "case")] if patrol else [(case.pk, "cause")]
    came_from(piece.pk, [*cause, *findings], code="ground.evidence")
    emit("evidence", piece.pk, now, case=case.pk, piece=piece.kind)
    return piece


def _check(case: Case, user: User) -> None:
    if user.role in (Role.CITIZEN, Role.AUDITOR) and user.username != case.reporter:
        raise NotAllowed(f"{user.username} ({user.role}) cannot add evidence to {case.number}.", role=user.role)


def add_note(case: Case, user: User, text: str, patrol: str = "", told: Told | None = None) -> Evidence:
    """A written piece of evidence."""
    _check(case, user)
    if not text.strip():
        raise InputError("the note says nothing; write what was seen or done.")
    sha256 = context.store().files.put(text.encode())
    return _keep(case, user, patrol, told, kind="note", text=text, sha256=sha256)


def add_voice(case: Case, user: User, name: str, data: bytes, patrol: str = "", told: Told | None = None) -> Evidence:
    """A spoken piece of evidence."""
    _check(case, user)
    sound.mime_type(data)
    sha256 = context.store().files.put(data)
    return _keep(case, user, patrol, told, kind="voice", text=name[:200], sha256=sha256)


def add_photo(case: Case, user: User, name: str, data: bytes, patrol: str = "", told: Told | None = None) -> Evidence:
    """A photograph.

    Raises
    ------
    InputError
        When it is no image, or half of one.
    """
    _check(case, user)
    meta = media.place_photo(data)
    fingerprint = media.picture_hash(data)  # reads the whole picture: half a file is no evidence
    sha256 = context.store().files.put(data)
    fields = {"lon": meta.lon, "lat": meta.lat, "picture_hash": as_text(fingerprint)}
    return _keep(case, user, patrol, told, kind="photo", text=name[:200], sha256=sha256, **fields)


def as_text(picture_hash: int | None) -> str:
    """A perceptual hash as it is kept; empty for a picture that has none."""
    return "" if picture_hash is None else f"{picture_hash:016x}"


def _keep(case: Case, user: User, patrol: str, told: Told | None, **fields: Any) -> Evidence:
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        piece = _append(case, user.username, patrol, told, **fields)
    audit(context.clock(), user.username, "add-evidence", case.pk, evidence=piece.pk)
    return piece


def add_photos(case: Case, user: User, given: list[tuple[str, bytes]], patrol: str = "") -> list[dict[str, Any]]:
    """Photographs; every file gets its own answer."""
    answers = []
    for name, data in given:
        try:
            piece = add_photo(case, user, name, data, patrol)
        except InputError as error:
            answers.append({"name": name, "accepted": False, "id": None, "why": error.sentence})
            continue
        answers.append({"name": name, "accepted": True, "id": piece.pk, "why": None})
    return answers


def add_from_citizen(case: Case, kept: list[str]) -> list[Evidence]:
    """Photographs that came with a citizen's report and are in the store already; the caller holds a transaction."""
    Case.objects.select_for_update().get(pk=case.pk)
    pieces = []
    for number, sha256 in enumerate(kept, 1):
        data = context.store().files.read(sha256)
        meta, fingerprint = media.place_photo(data), as_text(media.picture_hash(data))
        fields: dict[str, Any] = {"lon": meta.lon, "lat": meta.lat, "picture_hash": fingerprint}
        pieces.append(_append(case, states.CITIZEN.person, "", kind="photo", text=f"{number}", sha256=sha256, **fields))
    return pieces


def add_track(case: Case, user: User, patrol: Patrol) -> Evidence:
    """The track of a finished patrol as evidence of its case; the caller holds a transaction."""
    sha256 = context.store().files.put(chain.canonical({"track": patrol.track, "result": patrol.result}))
    words = f"{patrol.result.get('length_m', 0):.0f} m, {patrol.result.get('duration_s', 0) / 60:.0f} min"
    return _append(case, user.username, patrol.pk, kind="track", text=words, sha256=sha256)


_URLS = {"photo": "/api/v1/ground/evidence/{}/image", "voice": "/api/v1/ground/evidence/{}/sound"}


def brief(piece: Evidence) -> dict[str, Any]:
    """A piece of evidence in the list."""
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "text": piece.text,
        "sha256": piece.sha256,
        "prev_hash": piece.previous,
        "hash": piece.hash,
        "patrol": piece.patrol or None,
        "by": piece.by,
        "at": iso(piece.at),
        "told_at": iso(piece.told_at),
        "lon": piece.lon,
        "lat": piece.lat,
        "url": _URLS[piece.kind].format(piece.pk) if piece.kind in _URLS else None,
    }
