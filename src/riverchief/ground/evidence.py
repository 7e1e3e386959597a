"""Evidence (证据): photographs, tracks and notes of a case, each sealed with the hash of the one before.

A seal is the SHA-256 of canonical JSON of the entry together with the previous seal; the first one is tied to the
case's id, so that a chain cannot be moved to another case. Whoever keeps the last seal can tell a shortened chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riverchief.base.errors import InputError


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the chain: what was recorded (JSON values), the seal before it, its own seal."""

    entry: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold: its position from 0 (the chain's length where its end is missing), and why."""

    index: int
    why: str


def canonical(entry: Mapping[str, Any]) -> bytes:
    """An entry as bytes that are the same wherever they are written: UTF-8 JSON, keys sorted, no blanks.

    Raises
    ------
    InputError
        For values that are no JSON (dates, bytes), or numbers that JSON does not have (NaN, infinity).
    """
    try:
        text = json.dumps(entry, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InputError(
            f"evidence cannot be sealed: {error}. Give texts, finite numbers, lists and objects."
        ) from error


def genesis(case: str) -> str:
    """The seal before the first entry of a case."""
    return hashlib.sha256(f"riverchief evidence of {case}".encode()).hexdigest()


def seal(entry: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the previous seal and the canonical entry, hexadecimal."""
    return hashlib.sha256(previous.encode("ascii") + b"\n" + canonical(entry)).hexdigest()


def append(chain: Sequence[Link], entry: Mapping[str, Any], case: str) -> Link:
    """The link that an entry makes at the end of a case's chain."""
    previous = chain[-1].hash if chain else genesis(case)
    return Link(dict(entry), previous, seal(entry, previous))


def verify(chain: Sequence[Link], case: str, head: str | None = None) -> Broken | None:
    """The first link that does not hold, or None.

    Parameters
    ----------
    case : str
        Id of the case.
    head : str
        The last seal as it was kept elsewhere; without it a chain whose end was cut off looks whole.
    """
    previous = genesis(case)
    for index, link in enumerate(chain):
        if link.previous != previous:
            where = "the case" if index == 0 else f"entry {index}"
            return Broken(index, f"entry {index + 1} does not follow {where}: an entry was removed, added or moved")
        try:
            expected = seal(link.entry, previous)
        except InputError as error:
            return Broken(index, f"entry {index + 1}: {error.sentence}")
        if link.hash != expected:
            return Broken(index, f"entry {index + 1} was changed after it was sealed")
        previous = link.hash
    if head is not None and head != previous:
        return Broken(
            len(chain), f"the chain ends after {len(chain)} entries, but its kept seal is another: its end is gone"
        )
    return None
