"""The inbox of phones: every record kept, each once, applied when all it needs is there; a receipt for every one.

A record is durable before its receipt. The same bytes again are the same record; other bytes under the same id are
refused, and the first ones stay. What fails by a fault of the platform is held and tried again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from riverchief.base.errors import InputError, RiverError, RuleError, StoreError
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.ground.models import PhoneRecord
from riverchief.web.ground.phone import apply, files, records
from riverchief.web.ground.phone.records import Record
from riverchief.web.wire import iso

log = logging.getLogger("riverchief.phone")

_STATES = {"held": "held", "applied": "stored", "refused": "refused"}


class OtherUser(RuleError):
    """A queue of one person in the session of another."""

    code = "rule.other_user"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one record: what was received (SHA-256 of its text), and what became of it."""

    id: str
    state: str
    sha256: str
    code: str
    sentence: str

    def as_dict(self) -> dict[str, str]:
        """As JSON."""
        return {
            "id": self.id,
            "state": self.state,
            "sha256": self.sha256,
            "code": self.code,
            "sentence": self.sentence,
        }


def require_self(user: User, name: str) -> None:
    """Refuse what somebody else recorded.

    Raises
    ------
    OtherUser
        Naming both; nothing was stored.
    """
    if user.username != name:
        raise OtherUser(
            f"these records are {name}'s, and {user.username} is signed in; nothing was taken. "
            f"They stay on the phone until {name} signs in.",
            user=name,
            signed_in=user.username,
        )


def take_in(user: User, texts: Iterable[str], sent_at: datetime | None) -> list[Receipt]:
    """Keep records as they came, apply what can be applied, and give a receipt for each, in their order.

    Parameters
    ----------
    sent_at : datetime
        When they were sent, by the phone's clock; None where they came as a file.
    """
    skew_s = (context.now() - sent_at).total_seconds() if sent_at else None
    keys = [_keep(user, text, skew_s) for text in texts]
    settle(user)
    rows = PhoneRecord.objects.in_bulk(keys)
    return [receipt(rows[key]) for key in keys]


def receipt(row: PhoneRecord) -> Receipt:
    """What is answered for a record, whenever it is asked about."""
    return Receipt(row.record, _STATES[row.state], row.sha256, row.code, row.sentence)


def _keep(user: User, text: str, skew_s: float | None) -> str:
    """Keep one record; gives its key. One that cannot be read is kept as well, refused with the reason."""
    data = text.encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        if PhoneRecord.objects.filter(pk=sha256).exists():
            return sha256
        row = _row(user, text, sha256, skew_s)
        # two requests with the same record at the same time: the second one finds the first one's row
        PhoneRecord.objects.bulk_create([row], ignore_conflicts=True)
        if not PhoneRecord.objects.filter(pk=sha256).exists():  # another one came to stand under its id just now
            _refuse(row, "phone.id_taken", _ID_TAKEN.format(row.record))
            row.stands = False
            PhoneRecord.objects.bulk_create([row], ignore_conflicts=True)
    return sha256


_ID_TAKEN = "another record came before under the id {}; that one stays, this one is kept beside it and does nothing."


def _row(user: User, text: str, sha256: str, skew_s: float | None) -> PhoneRecord:
    now = context.now()
    row = PhoneRecord(
        sha256=sha256, user=user.username, region=user.region, skew_s=skew_s, received_at=now, stands=True, text=text
    )
    told = records.envelope(text)
    row.record, row.device, row.kind = told.get("id", ""), told.get("device", ""), told.get("kind", "")
    row.seq, row.parent = told.get("seq", 0), told.get("parent", "")
    taken = PhoneRecord.objects.filter(record=row.record, stands=True).exists()
    try:
        record = records.read(text)
    except InputError as error:
        row.text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        # it stands under its id where it has one, so that what belongs to it is refused and does not wait for ever
        row.stands = told.get("user") == user.username and bool(row.record) and not taken
        _refuse(row, error.code, error.sentence)
        return row
    row.at, row.clock = record.at, record.clock
    row.stands = record.user == user.username and not taken and not apply.taken(record)
    if record.user != user.username:
        _refuse(row, "rule.other_user", f"record {record.id} is {record.user}'s, not {user.username}'s.")
    elif not row.stands:
        _refuse(row, "phone.id_taken", _ID_TAKEN.format(record.id))
    return row


def _refuse(row: PhoneRecord, code: str, sentence: str) -> None:
    row.state, row.code, row.sentence = "refused", code, sentence


def settle(user: User) -> None:
    """Apply what is held of somebody as far as it goes: in the order of each phone, again and again until none is left.

    What the platform fails at is tried once in each call.
    """
    tried: set[str] = set()
    while True:
        held = PhoneRecord.objects.filter(user=user.username, state="held").exclude(pk__in=tried)
        moved = False
        for key in list(held.order_by("device", "seq").values_list("pk", flat=True)):
            outcome = _try(user, key)
            if outcome is None:
                continue
            moved = True
            if outcome == "held":
                tried.add(key)
        if not moved:
            return


def _try(user: User, key: str) -> str | None:
    """Apply one record in a transaction of its own; its new state, or None where it waits."""
    with transaction.atomic():
        row = PhoneRecord.objects.select_for_update().get(pk=key)
        if row.state != "held":
            return row.state
        record = records.read(row.text)
        wait = _wait(user, record, row)
        if wait is not None:
            if row.sentence != wait:
                row.code, row.sentence = "phone.waits", wait
                row.save(update_fields=["code", "sentence"])
            return None
        if row.state == "held":
            _apply(user, record, row)
        row.save()
    if row.state == "refused":
        log.info("record %s of %s: %s", row.record, row.user, row.sentence)
    return str(row.state)


def _wait(user: User, record: Record, row: PhoneRecord) -> str | None:
    """For what a record waits, or None; one whose parent was refused is refused with the parent's reason."""
    for key in record.needs:
        parent = PhoneRecord.objects.filter(record=key, stands=True, user=user.username).first()
        if parent is None:
            if not apply.there(user, key):
                return f"waits for {key}, which has not come yet."
        elif parent.state == "refused":
            sentence = f"{key}, to which it belongs, was refused: {parent.sentence}"
            _refuse(row, "phone.parent_refused", sentence)
            return None
        elif parent.state == "held":
            return f"waits for {key}, which is held itself."
    if record.file_sha256 and not files.has(user, record.file_sha256):
        return f"waits for its file {record.file_sha256[:12]}…, which has not come yet."
    return None


def _apply(user: User, record: Record, row: PhoneRecord) -> None:
    """Do what the record says; the caller saves the row."""
    try:
        with transaction.atomic():
            apply.APPLY[record.kind](user, record, row)
    except StoreError as error:
        _fail(row, error.sentence)
    except RiverError as error:
        _refuse(row, error.code, error.sentence)
    except Exception as error:
        log.exception("record %s of %s", row.record, row.user)
        _fail(row, f"the platform failed at it: {type(error).__name__}: {error}"[:500])
    else:
        row.state, row.code, row.sentence = "applied", "", ""
        row.applied_at = context.now()
        return
    if row.state == "refused":
        audit(context.clock(), user.username, "phone-record-refused", row.record, code=row.code)


def _fail(row: PhoneRecord, why: str) -> None:
    row.tries += 1
    row.code, row.sentence = "phone.failed", why


def retry_held() -> None:
    """Try again what is held, for everybody; the schedule calls it."""
    names = PhoneRecord.objects.filter(state="held").order_by().values_list("user", flat=True).distinct()
    for user in User.objects.filter(username__in=list(names), is_active=True):
        settle(user)


def brief(row: PhoneRecord) -> dict[str, Any]:
    """A record in the list of what phones handed in."""
    return {
        "id": row.record,
        "sha256": row.sha256,
        "user": row.user,
        "device": row.device,
        "seq": row.seq,
        "kind": row.kind,
        "state": _STATES[row.state],
        "stands": row.stands,
        "code": row.code,
        "sentence": row.sentence,
        "tries": row.tries,
        "at": iso(row.at),
        "clock": row.clock,
        "skew_s": row.skew_s,
        "received_at": iso(row.received_at),
        "applied_at": iso(row.applied_at),
    }
