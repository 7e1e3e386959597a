"""Records and files of phones over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import imports
from riverchief.web.ground.models import Case, PhoneRecord
from riverchief.web.ground.phone import files, inbox
from riverchief.web.wire import iso, one, page_of, parse_time, user_of

router = Router()

MOST_RECORDS = 500


class Batch(Schema):
    """Records of one person's phone, each as the JSON text that the phone wrote; sent_at is by the phone's clock."""

    user: str
    device: str = ""
    sent_at: str
    records: list[str] = Field(max_length=MOST_RECORDS)


@router.post("/records", summary="Take in what a phone recorded")
def take_in(request: HttpRequest, given: Batch) -> dict[str, Any]:
    """A receipt for every record: stored, held until its parent comes, or refused with a sentence.

    The receipt names the SHA-256 of the text as it came. Sending the same again gives the same answer. Records of
    somebody else than who is signed in are refused as a whole, and nothing of them is stored.
    """
    user = user_of(request)
    inbox.require_self(user, given.user)
    receipts = inbox.take_in(user, given.records, parse_time(given.sent_at))
    answers = [receipt.as_dict() for receipt in receipts]
    return {"user": user.username, "answers": answers, "now": iso(context.now())}


@router.post("/files", summary="Take in a file of a phone")
def take_file(request: HttpRequest, user: Form[str], sha256: Form[str], file: File[UploadedFile]) -> dict[str, Any]:
    """Keep one file before the record that needs it; answers the SHA-256 of what came.

    Where that is another than was told, the file was cut off on its way, and is to be sent again.
    """
    signed_in = user_of(request)
    inbox.require_self(signed_in, user)
    found = files.keep(signed_in, sha256, file.read())
    if found == sha256:
        inbox.settle(signed_in)
    return {"sha256": found}


@router.post("/tracks", summary="Make a patrol of a track file")
def take_track(request: HttpRequest, file: File[UploadedFile], case: Form[str] = "") -> dict[str, Any]:
    """A GPX or KML file of another device becomes a patrol, marked as imported; rows that are no fixes are named."""
    found = one(request, Case, case) if case else None
    return imports.take_in(user_of(request), file.read(), found)


@router.get("/records", summary="What phones handed in")
def list_records(request: HttpRequest, state: str = "", limit: int = 100) -> dict[str, Any]:
    """One's own records, and for offices those of their region, newest first; held and refused ones say why."""
    found = visible(request.user, PhoneRecord)
    if state:
        found = found.filter(state={"stored": "applied"}.get(state, state))
    rows = [inbox.brief(row) for row in found[: max(1, min(limit, 500))]]
    return page_of(rows, found.count())
