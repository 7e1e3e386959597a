"""Who must cut what on a day of warning (差异化管控清单): performance grade × level → measure, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import Edition, edition_on, editions

STANDARD = "aircontrol"
ANY = "*"


@dataclass(frozen=True, slots=True)
class Cut:
    """What a grade does at a level: share of the production that stops [%], in words of both languages."""

    grade: str
    level: str
    cut_percent: float
    zh: str
    en: str


@dataclass(frozen=True)
class ControlRules:
    """One edition of the rules: its levels from light to grave, its grades from best to worst, its measures."""

    edition: Edition
    levels: tuple[str, ...]
    grades: tuple[str, ...]
    cuts: Mapping[tuple[str, str], Cut]

    def cut(self, grade: str, level: str) -> Cut:
        """What an enterprise of this grade does at this level.

        Raises
        ------
        UnknownName
            When the rules do not know the grade or the level.
        """
        if grade not in self.grades:
            raise UnknownName("performance grade", grade, self.grades)
        if level not in self.levels:
            raise UnknownName("level of warning", level, self.levels)
        return self.cuts[grade, level]


def read_rules(edition: Edition) -> ControlRules:
    """The rules of an edition's file.

    Raises
    ------
    InputError
        When a grade has no measure at a level, or two.
    """
    levels, grades = tuple(edition.body["levels"]), tuple(edition.body["grades"])
    cuts: dict[tuple[str, str], Cut] = {}
    for row in edition.body["measure"]:
        for level in levels if row["level"] == ANY else (row["level"],):
            key = row["grade"], level
            if key in cuts or row["grade"] not in grades or level not in levels:
                raise InputError(f"{edition.code}: grade {key[0]} at {key[1]} stands there twice or is not listed.")
            cuts[key] = Cut(row["grade"], level, float(row["cut_percent"]), row["zh"], row["en"])
    missing = [f"{grade} at {level}" for grade in grades for level in levels if (grade, level) not in cuts]
    if missing:
        raise InputError(f"{edition.code} has no measure for {', '.join(missing)}.", missing=missing)
    return ControlRules(edition, levels, grades, cuts)


@cache
def _rules() -> dict[str, ControlRules]:
    return {edition.code: read_rules(edition) for edition in editions(STANDARD)}


def control_rules(day: date) -> ControlRules:
    """The rules of a day.

    Raises
    ------
    InputError
        Before the first edition.
    """
    found = edition_on(STANDARD, day)
    if found is None:
        raise InputError(f"no rules for the control list are in force on {day}.", day=day.isoformat())
    return _rules()[found.code]
