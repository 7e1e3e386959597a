"""Small pieces that every stage's API shares: times and names on the wire, and asking for one visible record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from ninja import Schema

from riverchief.base.errors import InputError, NotFound
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible

M = TypeVar("M", bound=Model)
YEARS = (1900, 2999)  # times from the wire; sums and differences with them stay within what a calendar can hold


class ErrorBody(Schema):
    """What every error looks like: a code for programs, a sentence for people, the facts by name."""

    code: str
    sentence: str
    data: dict[str, Any]


ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 422, 503}): ErrorBody}


def user_of(request: HttpRequest) -> User:
    """Who asks; the API's authentication has let them in."""
    assert isinstance(request.user, User)
    return request.user


def iso(at: datetime | None) -> str | None:
    """A time on the wire: ISO 8601 in UTC, to the millisecond, with Z."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """A time from the wire; one without a zone is refused, and one in which no river was measured.

    Raises
    ------
    InputError
        When it is not ISO 8601 with a zone, or lies outside of YEARS.
    """
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError(f"time {text!r} is not ISO 8601 with a zone, for example 2026-11-21T03:10:00Z.", time=text)
    if not YEARS[0] <= at.year <= YEARS[1]:
        raise InputError(f"time {text!r} lies outside of the years {YEARS[0]} to {YEARS[1]}.", time=text)
    return at


def one(request: HttpRequest, model: type[M], key: str) -> M:
    """The record with this key that the asker may see.

    Raises
    ------
    NotFound
        Also for records that exist but are not theirs to see: the answer does not tell which.
    """
    if "\x00" in key:
        raise NotFound(model.__name__.lower(), key.replace("\x00", "?"))
    found = visible(request.user, model).filter(pk=key).first()
    if found is None:
        raise NotFound(model.__name__.lower(), key)
    return found


def named(item: Any) -> dict[str, str]:
    """Code and names of a thing of the registry."""
    return {"code": item.code, "name_zh": item.name_zh, "name_en": item.name_en or item.name_zh}


def page_of(items: list[Any], total: int | None = None) -> dict[str, Any]:
    """A list on the wire."""
    return {"items": items, "total": len(items) if total is None else total}
