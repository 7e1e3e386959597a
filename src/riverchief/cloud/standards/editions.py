"""Editions of standards as data files, chosen by the day of the observation.

A folder of `data/` is a standard, a file in it an edition: `data/gb3838/2002.toml`. Every file has the same head (the
fields of `Edition`); what follows is the standard's own and is read by the module that applies it. Adding an edition is
adding a file; the one in force on the day of the observation is used, so that an old reading keeps its old verdict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName

CONFIDENCES = ("A", "B", "C")
_HEAD = ("edition", "name_zh", "name_en", "document", "valid_from", "confidence")


@dataclass(frozen=True)
class Edition:
    """The head of one edition, and what its file says beyond it.

    Attributes
    ----------
    standard : str
        Name of the data folder, such as `gb3838`.
    code : str
        As it is cited, such as `GB 3838-2002`.
    valid_from, valid_to : date
        First local day of an observation that it judges, and the first day after the last one (None: still in force).
    published : date
        When it could be known; the first day of force unless the file says otherwise.
    confidence : str
        A two independent sources agree, B one source, C from memory only.
    confirmed : bool
        False marks an edition, on screen and in reports, that nobody has checked against its official text.
    note_zh, note_en : str
        What exactly is not confirmed.
    body : mapping
        The whole file.
    """

    standard: str
    code: str
    name_zh: str
    name_en: str
    document: str
    valid_from: date
    valid_to: date | None
    published: date
    confidence: str
    confirmed: bool
    note_zh: str
    note_en: str
    body: Mapping[str, Any] = field(repr=False, hash=False, compare=False)

    def in_force(self, day: date) -> bool:
        """Whether it applies to an observation of that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def parse_edition(text: str, standard: str = "") -> Edition:
    """An edition from the text of its TOML file.

    Raises
    ------
    InputError
        When a part of the head is missing or is none of what it may be.
    """
    raw = tomllib.loads(text)
    for key in _HEAD:
        if key not in raw:
            raise InputError(f"edition {raw.get('edition', '?')} of {standard} has no {key!r}.", standard=standard)
    if raw["confidence"] not in CONFIDENCES:
        raise InputError(f"{raw['edition']}: confidence {raw['confidence']!r} is none of {', '.join(CONFIDENCES)}.")
    return Edition(
        standard=standard,
        code=raw["edition"],
        name_zh=raw["name_zh"],
        name_en=raw["name_en"],
        document=raw["document"],
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        published=raw.get("published", raw["valid_from"]),
        confidence=raw["confidence"],
        confirmed=raw.get("confirmed", raw["confidence"] != "C"),
        note_zh=raw.get("note_zh", ""),
        note_en=raw.get("note_en", ""),
        body=raw,
    )


@cache
def editions(standard: str) -> tuple[Edition, ...]:
    """All editions of a standard (the name of its data folder, such as `gb3838`), oldest first.

    Raises
    ------
    UnknownName
        With the nearest known standard.
    """
    folder = files(__package__) / "data" / standard
    if not folder.is_dir():
        known = [entry.name for entry in (files(__package__) / "data").iterdir()]
        raise UnknownName("standard", standard, known)
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted((parse_edition(text, standard) for text in texts), key=lambda edition: edition.valid_from))


def edition_named(standard: str, code: str) -> Edition:
    """The edition with this code, such as `GB 3838-2002`.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    known = {edition.code: edition for edition in editions(standard)}
    if code not in known:
        raise UnknownName("edition", code, known)
    return known[code]


def edition_on(standard: str, day: date, known_on: date | None = None) -> Edition | None:
    """The edition in force on a day, or None before the first one.

    Parameters
    ----------
    day : date
        Local day of the observation.
    known_on : date, optional
        Leave out what was published after this day: the judgement as it could be made then.
    """
    found = [e for e in editions(standard) if known_on is None or e.published <= known_on]
    in_force = next((edition for edition in found if edition.in_force(day)), None)
    # before its successor was published, an edition had no end that anybody knew of
    last = found[-1] if found else None
    return in_force or (last if known_on is not None and last is not None and day >= last.valid_from else None)


def in_force(
    standard: str, days: ArrayLike, known_on: date | None = None
) -> Iterator[tuple[Edition, NDArray[np.bool_]]]:
    """Each edition of a standard that applies to some of the days, with where it does.

    Parameters
    ----------
    days : array_like of datetime64[D]
        Local days of observations, of any shape; NaT is on no edition's days.
    known_on : date, optional
        Leave out what was published after this day: the judgement as it could be made then.
    """
    day = np.asarray(days, dtype="datetime64[D]")
    known = [e for e in editions(standard) if known_on is None or e.published <= known_on]
    for edition in known:
        where = np.asarray(day >= np.datetime64(edition.valid_from))
        # before its successor was published, an edition had no end that anybody knew of
        open_ended = known_on is not None and edition is known[-1]
        if edition.valid_to is not None and not open_ended:
            where &= np.asarray(day < np.datetime64(edition.valid_to))
        if where.any():
            yield edition, where
