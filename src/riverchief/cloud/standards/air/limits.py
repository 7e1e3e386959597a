"""GB 3095 as limits by item, averaging period, grade and day; a day has an edition and, in it, a phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import CONFIDENCES, Edition, edition_named, edition_on, editions

STANDARD = "gb3095"
GRADES = (1, 2)


@dataclass(frozen=True, slots=True)
class AirLimit:
    """The limits of one item and averaging period [µg/m³, CO mg/m³] for grade 1 and grade 2 areas."""

    item: str
    averaging: str
    grade1: float
    grade2: float
    confidence: str

    def of(self, grade: int) -> float:
        """The limit of a grade.

        Raises
        ------
        InputError
            When the grade is neither 1 nor 2.
        """
        if grade not in GRADES:
            raise InputError(f"grade {grade!r} of ambient air is neither 1 nor 2.", grade=grade)
        return self.grade1 if grade == 1 else self.grade2


@dataclass(frozen=True)
class Phase:
    """The limits of an edition from a day on, until the next phase."""

    name: str
    valid_from: date
    limits: Mapping[tuple[str, str], AirLimit]


@dataclass(frozen=True)
class AirEdition:
    """One edition of GB 3095 with its phases, oldest first."""

    edition: Edition
    phases: tuple[Phase, ...]

    @property
    def code(self) -> str:
        """As it is cited."""
        return self.edition.code

    def phase_on(self, day: date) -> Phase:
        """The phase of a day on which the edition is in force."""
        begun = [phase for phase in self.phases if phase.valid_from <= day]
        return begun[-1] if begun else self.phases[0]


def _phase(row: Mapping[str, Any], default: str) -> Phase:
    limits: dict[tuple[str, str], AirLimit] = {}
    for one in row["limits"]:
        key = one["item"], one["averaging"]
        confidence = one.get("confidence", default)
        if key in limits or confidence not in CONFIDENCES:
            raise InputError(f"phase {row['name']}: {' '.join(key)} stands there twice or has no known confidence.")
        limits[key] = AirLimit(*key, float(one["grade1"]), float(one["grade2"]), confidence)
    return Phase(row["name"], row["valid_from"], limits)


@cache
def air_named(code: str) -> AirEdition:
    """The edition with this code, such as `GB 3095-2026`.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    edition = edition_named(STANDARD, code)
    phases = sorted((_phase(row, edition.confidence) for row in edition.body["phase"]), key=lambda p: p.valid_from)
    return AirEdition(edition, tuple(phases))


def air_editions() -> tuple[AirEdition, ...]:
    """All editions, oldest first."""
    return tuple(air_named(edition.code) for edition in editions(STANDARD))


def air_limit(item: str, averaging: str, day: date) -> AirLimit:
    """The limits of an item on a day.

    Parameters
    ----------
    item, averaging : str
        Such as `pm25` and `day`; averaging is one of `1h 8h day quarter year` (`8h` is the daily maximum).
    day : date
        Local day of the observation; of a period its last day.

    Raises
    ------
    UnknownName
        When no edition was in force, or it has no such limit.
    """
    found = edition_on(STANDARD, day)
    if found is None:
        raise UnknownName("day with limits of ambient air", day.isoformat(), [e.code for e in air_editions()])
    limits = air_named(found.code).phase_on(day).limits
    if (item, averaging) not in limits:
        raise UnknownName(f"limit of {found.code}", f"{item} {averaging}", [" ".join(key) for key in limits])
    return limits[item, averaging]
