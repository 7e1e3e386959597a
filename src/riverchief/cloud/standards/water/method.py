"""The evaluation method (环办〔2011〕22号) as data: its editions, and how sure each part of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from riverchief.cloud.standards.editions import Edition, edition_named, editions

STANDARD = "hb22"


@dataclass(frozen=True, slots=True)
class Note:
    """What a result rests on that somebody should know: in both languages, and whether anybody checked it."""

    zh: str
    en: str
    confirmed: bool

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"zh": self.zh, "en": self.en, "confirmed": self.confirmed}


@cache
def method(code: str = "") -> Edition:
    """The edition of the evaluation method with this code; the newest unless one is named.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    return edition_named(STANDARD, code) if code else editions(STANDARD)[-1]


def part(name: str, edition: Edition | None = None) -> Mapping[str, Any]:
    """One part of the method's file, such as `basin`."""
    found: Mapping[str, Any] = (edition or method()).body[name]
    return found


def note_of(raw: Mapping[str, Any]) -> Note | None:
    """The note of a part that nobody has checked against its text; None for a confirmed one."""
    if raw.get("confirmed", raw.get("confidence") != "C"):
        return None
    return Note(raw.get("note_zh", ""), raw.get("note_en", ""), confirmed=False)


def from_memory(edition: Edition) -> bool:
    """Whether a part of an edition, however deep, is one that nobody has checked against its text."""

    def unsure(raw: object) -> bool:
        if isinstance(raw, Mapping):
            return note_of(raw) is not None or any(unsure(inner) for inner in raw.values())
        return isinstance(raw, list) and any(unsure(inner) for inner in raw)

    return unsure(edition.body)


def merged(notes: list[Note | None]) -> tuple[Note, ...]:
    """Each note once, in their order."""
    return tuple(dict.fromkeys(note for note in notes if note is not None))
