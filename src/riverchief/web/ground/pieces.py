"""Photographs, recordings and notes of a patrol that belong to no case, sealed into the patrol's own chain."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from riverchief.base.errors import InputError, NotAllowed
from riverchief.ground import evidence as chain
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.ground import sound
from riverchief.web.ground.evidence import Told, as_text, to_millisecond
from riverchief.web.ground.models import Patrol, PatrolPiece
from riverchief.web.loop.events import came_from, emit
from riverchief.web.wire import iso


def entry_of(piece: PatrolPiece) -> dict[str, Any]:
    """What is sealed of a piece."""
    about = {"about": piece.about} if piece.about else {}  # older seals know no such word
    return {
        "id": piece.id,
        "kind": piece.kind,
        "text": piece.text,
        "sha256": piece.sha256,
        "lon": piece.lon,
        "lat": piece.lat,
        "by": piece.by,
        "at": iso(piece.at),
        "told_at": iso(piece.told_at),
        **about,
    }


def first_broken(patrol: Patrol) -> dict[str, Any] | None:
    """The first piece of a patrol that does not hold, and why."""
    links = [chain.Link(entry_of(one), one.previous, one.hash) for one in patrol.pieces.all()]
    broken = chain.verify(links, patrol.pk, patrol.pieces_seal or None)
    return None if broken is None else {"index": broken.index, "why": broken.why}


def add_photo(patrol: Patrol, user: User, name: str, data: bytes, told: Told, about: str = "") -> PatrolPiece:
    """A photograph of a patrol; about "company" where it shows those who walk along.

    Raises
    ------
    InputError
        When it is no image, or half of one.
    """
    media.place_photo(data)
    fingerprint = media.picture_hash(data)
    sha256 = context.store().files.put(data)
    fields = {"text": name[:200], "sha256": sha256, "picture_hash": as_text(fingerprint)}
    return _append(patrol, user, told, kind="photo", about=about, **fields)


def add_voice(patrol: Patrol, user: User, name: str, data: bytes, told: Told) -> PatrolPiece:
    """A recording of a patrol."""
    sound.mime_type(data)
    return _append(patrol, user, told, kind="voice", text=name[:200], sha256=context.store().files.put(data))


def add_note(patrol: Patrol, user: User, text: str, told: Told) -> PatrolPiece:
    """A note of a patrol."""
    if not text.strip():
        raise InputError("the note says nothing; write what was seen or done.")
    return _append(patrol, user, told, kind="note", text=text, sha256=context.store().files.put(text.encode()))


def _append(patrol: Patrol, user: User, told: Told, **fields: Any) -> PatrolPiece:
    if patrol.by != user.username:
        raise NotAllowed(f"{patrol.pk} is {patrol.by}'s patrol; only its walker adds to it.", patrol=patrol.pk)
    now = context.now()
    with transaction.atomic():
        held = Patrol.objects.select_for_update().get(pk=patrol.pk)
        piece = PatrolPiece(
            id=told.key,
            patrol=held,
            position=held.pieces.count(),
            lon=told.lon,
            lat=told.lat,
            by=user.username,
            at=to_millisecond(now),
            told_at=to_millisecond(told.at),
            previous=held.pieces_seal or chain.genesis(held.pk),
            **fields,
        )
        piece.hash = held.pieces_seal = chain.seal(entry_of(piece), piece.previous)
        piece.save(force_insert=True)
        held.save(update_fields=["pieces_seal"])
        came_from(piece.pk, [(held.pk, "cause")], code="ground.evidence")
        emit("evidence", piece.pk, now, patrol=held.pk, piece=piece.kind)
    audit(context.clock(), user.username, "add-evidence", patrol.pk, evidence=piece.pk)
    return piece


def brief(piece: PatrolPiece) -> dict[str, Any]:
    """A piece in the list of its patrol."""
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "about": piece.about or None,
        "text": piece.text,
        "sha256": piece.sha256,
        "prev_hash": piece.previous,
        "hash": piece.hash,
        "by": piece.by,
        "at": iso(piece.at),
        "told_at": iso(piece.told_at),
        "lon": piece.lon,
        "lat": piece.lat,
        "url": f"/api/v1/ground/pieces/{piece.pk}/file" if piece.kind != "note" else None,
    }
