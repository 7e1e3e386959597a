"""Evidence of cases: kept as it was sent, sealed into the case's chain."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from riverchief.base.errors import InputError, NotAllowed, RiverError
from riverchief.base.ids import new_id
from riverchief.ground import evidence as chain
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground.models import Case, Evidence, Patrol
from riverchief.web.loop.events import came_from, emit
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso


def entry_of(piece: Evidence) -> dict[str, Any]:
    """What is sealed of a piece of evidence."""
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
    }


def _links(case: Case) -> list[chain.Link]:
    return [chain.Link(entry_of(e), e.previous, e.hash) for e in case.evidence.all()]


def first_broken(case: Case) -> dict[str, Any] | None:
    """The first piece of a case's evidence that does not hold, and why."""
    broken = chain.verify(_links(case), case.pk, case.evidence_seal or None)
    return None if broken is None else {"index": broken.index, "why": broken.why}


def _append(case: Case, user: User, patrol: str, **fields: Any) -> Evidence:
    """Seal one piece into the chain; the caller holds the case's row."""
    now = context.now()
    if patrol and not Patrol.objects.filter(pk=patrol, by=user.username).exists():
        raise InputError(f"patrol {patrol} is not one of {user.username}'s.", patrol=patrol)
    piece = Evidence(
        id=new_id("evidence", now),
        case=case,
        patrol=patrol,
        by=user.username,
        at=now.replace(microsecond=now.microsecond // 1000 * 1000),  # sealed as it is told: to the millisecond
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


def add_note(case: Case, user: User, text: str, patrol: str = "") -> Evidence:
    """A written piece of evidence."""
    _check(case, user)
    if not text.strip():
        raise InputError("the note says nothing; write what was seen or done.")
    sha256 = context.store().files.put(text.encode())
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        piece = _append(case, user, patrol, kind="note", text=text, sha256=sha256)
    audit(context.clock(), user.username, "add-evidence", case.pk, evidence=piece.pk)
    return piece


def add_photos(case: Case, user: User, given: list[tuple[str, bytes]], patrol: str = "") -> list[dict[str, Any]]:
    """Photographs; every file gets its own answer."""
    _check(case, user)
    answers = []
    for name, data in given:
        try:
            meta = media.place_photo(data)
            media.thumbnail(data)  # reads the whole picture: half a file is no evidence
        except RiverError as error:
            answers.append({"name": name, "accepted": False, "id": None, "why": error.sentence})
            continue
        sha256 = context.store().files.put(data)
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            piece = _append(
                case, user, patrol, kind="photo", text=name[:200], sha256=sha256, lon=meta.lon, lat=meta.lat
            )
        audit(context.clock(), user.username, "add-evidence", case.pk, evidence=piece.pk)
        answers.append({"name": name, "accepted": True, "id": piece.pk, "why": None})
    return answers


def add_track(case: Case, user: User, patrol: Patrol) -> Evidence:
    """The track of a finished patrol as evidence of its case; the caller holds a transaction."""
    sha256 = context.store().files.put(chain.canonical({"track": patrol.track, "result": patrol.result}))
    words = f"{patrol.result.get('length_m', 0):.0f} m, {patrol.result.get('duration_s', 0) / 60:.0f} min"
    return _append(case, user, patrol.pk, kind="track", text=words, sha256=sha256)


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
        "lon": piece.lon,
        "lat": piece.lat,
        "url": f"/api/v1/ground/evidence/{piece.pk}/image" if piece.kind == "photo" else None,
    }
