"""Ids: `<kind>-<ULID>`, 26 Crockford base-32 characters that sort by time.

A reading is not a row with an id of its own: its id *is* its address (series, time, revision), packed into
a ULID, so that any reading of any age can be named, sorted and found without a table.
"""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from typing import NamedTuple

from riverchief.base.errors import InputError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}
_RANDOM_BITS = 80
_REVISION_BITS = 16
READING = "reading"


class ReadingAddress(NamedTuple):
    """What a reading's id says: series number, time [s since 1970 UTC], revision (0 = first value)."""

    series_id: int
    time_s: int
    revision: int


def _encode(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def _decode(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _VALUE[letter]
    return number


def ulid(at: datetime, randomness: int | None = None) -> str:
    """A ULID whose first 48 bits are `at` in milliseconds since 1970 UTC; the rest is random unless given."""
    low = secrets.randbits(_RANDOM_BITS) if randomness is None else randomness
    return _encode(int(at.timestamp() * 1000) << _RANDOM_BITS | low)


_last = [0]
_lock = threading.Lock()


def new_id(kind: str, at: datetime) -> str:
    """A fresh id `<kind>-<ULID>` stamped with `at`; ids of one process and millisecond sort in order of making."""
    number = _decode(ulid(at))
    with _lock:
        if number >> _RANDOM_BITS == _last[0] >> _RANDOM_BITS:
            number = _last[0] + 1
        _last[0] = number
    return f"{kind}-{_encode(number)}"


def split_id(text: str) -> tuple[str, str]:
    """Kind and ULID of an id.

    Raises
    ------
    InputError
        When the text is not `<kind>-<26 base-32 characters>`.
    """
    kind, _, tail = text.partition("-")
    if not kind or len(tail) != 26 or any(letter not in _VALUE for letter in tail) or tail[0] > "7":
        raise InputError(f"{text!r} is not an id; an id looks like case-01JD0Q4V6Z3M8N5T2R7W9XYABC.", id=text)
    return kind, tail


def reading_id(series_id: int, time_s: int, revision: int = 0) -> str:
    """The id of one reading: its series number, time [s since 1970 UTC] and revision."""
    return f"{READING}-{_encode(time_s * 1000 << _RANDOM_BITS | series_id << _REVISION_BITS | revision)}"


def reading_address(text: str) -> ReadingAddress:
    """The address that a reading's id stands for; the inverse of `reading_id`."""
    kind, tail = split_id(text)
    if kind != READING:
        raise InputError(f"{text!r} is the id of a {kind}, not of a reading.", id=text)
    number = _decode(tail)
    low = number & ((1 << _RANDOM_BITS) - 1)
    return ReadingAddress(low >> _REVISION_BITS, (number >> _RANDOM_BITS) // 1000, low & ((1 << _REVISION_BITS) - 1))


def packed_id(kind: str, time_ms: int, low: int) -> str:
    """An id that *is* an address: `time_ms` [ms since 1970 UTC] in the first 48 bits, `low` in the other 80."""
    return f"{kind}-{_encode(time_ms << _RANDOM_BITS | low)}"


def unpacked_id(text: str, kind: str) -> tuple[int, int]:
    """Time [ms since 1970 UTC] and the low 80 bits of an id of this kind; the inverse of `packed_id`."""
    found, tail = split_id(text)
    if found != kind:
        raise InputError(f"{text!r} is the id of a {found}, not of a {kind}.", id=text)
    number = _decode(tail)
    return number >> _RANDOM_BITS, number & ((1 << _RANDOM_BITS) - 1)
