"""What a place decides about reports by citizens: kinds, limits, days, questions; data with document and state."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources

from riverchief.base.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that people report; `severity` (1 minor … 3 gravest) sets the time limit of its case."""

    code: str
    severity: int
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the survey, answered from 1 (not at all) to 5 (very)."""

    code: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that a place sets, and what confirms it."""

    amount: int
    document: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: sizes [bytes, characters], reports and questions within windows [s], days."""

    photos: int
    photo_bytes: int
    words: int
    per_address: int
    per_sign: int
    window_s: int
    lookups: int
    pages: int
    held_days: int
    forget_days: int


@dataclass(frozen=True, slots=True)
class PuzzleRule:
    """How hard the puzzle is: `parts` puzzles of `bits` leading zero bits each, more under load; see `puzzle`."""

    parts: int
    bits: int
    most_bits: int
    calm_per_minute: int
    load_bits: int
    minutes: int


@dataclass(frozen=True, slots=True)
class SurveyRule:
    """Fewest answers for a share, most answers of one address in a month, and what confirms the questions."""

    smallest: int
    per_address: int
    document: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything of `data/citizens.toml`."""

    kinds: tuple[Kind, ...]
    questions: tuple[Question, ...]
    reopening_days: Fixed
    answering_hours: Fixed
    limits: Limits
    puzzle: PuzzleRule
    survey: SurveyRule

    def kind(self, code: str) -> Kind:
        """The kind with this code.

        Raises
        ------
        UnknownName
            When there is none.
        """
        for kind in self.kinds:
            if kind.code == code:
                return kind
        raise UnknownName("kind of report", code, [kind.code for kind in self.kinds])

    @property
    def reopening(self) -> timedelta:
        """How long after a closing the citizen may ask for it to be taken up again."""
        return timedelta(days=self.reopening_days.amount)

    @property
    def answering(self) -> timedelta:
        """How long the office has to look at a report."""
        return timedelta(hours=self.answering_hours.amount)


@cache
def rules() -> Rules:
    """The rules that ship with riverchief."""
    text = resources.files("riverchief.ground.citizens").joinpath("data", "citizens.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    reopening, answering = given["reopening"], given["answering"]
    return Rules(
        kinds=tuple(Kind(**row) for row in given["kind"]),
        questions=tuple(Question(**row) for row in given["question"]),
        reopening_days=Fixed(reopening["days"], reopening["document"], reopening["confirmed"]),
        answering_hours=Fixed(answering["hours"], answering["document"], answering["confirmed"]),
        limits=Limits(**given["limits"]),
        puzzle=PuzzleRule(**given["puzzle"]),
        survey=SurveyRule(**given["survey"]),
    )
