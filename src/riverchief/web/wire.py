"""Small pieces that every stage's API shares: times and names on the wire, and asking for one visible record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Schema
from ninja.parser import Parser

from riverchief.base.errors import InputError, NotFound
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible

M = TypeVar("M", bound=Model)
MOST_COUNTED = 1_000  # a list is not counted further for a page of it
YEARS = (1900, 2999)  # times from the wire; sums and differences with them stay within what a calendar can hold


def _finite(text: str) -> float:
    """A number of JSON, which knows neither NaN nor infinity; Python's reader does, and makes one of 1e400."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number of JSON")
    return value


RECORDS = "/ground/phone/records"  # what a phone hands in is kept whatever it holds, and refused record by record


def odd(text: str) -> bool:
    """Whether a text holds what no database keeps: a NUL, or half of a character."""
    return any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in text)


def texts(told: Any) -> Iterator[str]:
    """Every text in a value of JSON, names of fields included."""
    waiting = [told]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


class PlainText(Parser):
    """Questions that can be kept and reckoned with: texts without a NUL, and numbers that are some."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body; NaN, Infinity and numbers too large for any are no JSON (RFC 8259, section 6).

        Raises
        ------
        InputError
            When a text holds a NUL or half of a character, which no database keeps.
        """
        told: dict[str, Any] = json.loads(request.body, parse_float=_finite, parse_constant=_finite)
        escaped = b"\\u" in request.body  # JSON can write neither in another way
        if escaped and not request.path.endswith(RECORDS) and any(odd(text) for text in texts(told)):
            raise InputError("a text holds a NUL or half of a character; send it without.")
        return told

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Parameters of the query.

        Raises
        ------
        InputError
            When one holds a NUL.
        """
        for name, values in data.lists():
            if any("\x00" in text for text in values if isinstance(text, str)):
                raise InputError(f"{name}: a text with a NUL in it is none; send it without.", parameter=name)
        return super().parse_querydict(data, list_fields, request)


class ErrorBody(Schema):
    """What every error looks like: a code for programs, a sentence for people, the facts by name."""

    code: str
    sentence: str
    data: dict[str, Any]


ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 422, 429, 503}): ErrorBody}


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


def parse_day(text: str) -> date:
    """A local day from the wire.

    Raises
    ------
    InputError
        When it is not a date, or lies outside of YEARS.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not YEARS[0] < day.year < YEARS[1]:
        raise InputError(f"day {text!r} is no date such as 2026-11-21.", day=text)
    return day


def parse_year(year: int, this_year: int) -> int:
    """A year from the wire; this year where none is named.

    Raises
    ------
    InputError
        When it has no year before or after it within YEARS.
    """
    wanted = year or this_year
    if not YEARS[0] < wanted < YEARS[1]:
        raise InputError(f"year {wanted} lies outside of {YEARS[0] + 1} to {YEARS[1] - 1}.", year=wanted)
    return wanted


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


def count_of(found: QuerySet[Any]) -> dict[str, Any]:
    """How many records there are, counted up to MOST_COUNTED; `more` says that there are more than that."""
    n = found.order_by()[: MOST_COUNTED + 1].count()
    return {"total": min(n, MOST_COUNTED), "more": n > MOST_COUNTED}


def named(item: Any) -> dict[str, str]:
    """Code and names of a thing of the registry."""
    return {"code": item.code, "name_zh": item.name_zh, "name_en": item.name_en or item.name_zh}


def page_of(items: list[Any], total: int | None = None) -> dict[str, Any]:
    """A list on the wire."""
    return {"items": items, "total": len(items) if total is None else total}
