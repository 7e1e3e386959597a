"""Files of phones: kept under the SHA-256 of their bytes, for who sent them."""

from __future__ import annotations

import hashlib

from django.db import transaction

from riverchief.base.errors import InputError
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.ground.models import PhoneFile

MOST_BYTES = 100_000_000


def keep(user: User, sha256: str, data: bytes) -> str:
    """Keep a file, durable on return; gives the SHA-256 of what came.

    Where that is another than was told, the file was cut off on its way and is not kept.

    Raises
    ------
    InputError
        When it is empty, or larger than MOST_BYTES.
    StoreFull
        When no space is left.
    """
    if not data:
        raise InputError("the file is empty; record it anew.")
    if len(data) > MOST_BYTES:
        raise InputError(f"the file has {len(data):,} bytes, the most is {MOST_BYTES:,}; send a smaller one.")
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        return found
    context.store().files.put(data)
    with transaction.atomic():
        PhoneFile.objects.get_or_create(
            user=user.username,
            sha256=found,
            defaults={"region": user.region, "size_bytes": len(data), "received_at": context.now()},
        )
    return found


def has(user: User, sha256: str) -> bool:
    """Whether this person's phone has sent the file."""
    return PhoneFile.objects.filter(user=user.username, sha256=sha256).exists()


def read(sha256: str) -> bytes:
    """The bytes of a file that is there."""
    return context.store().files.read(sha256)
