"""Letters of the ladder (督办函、河长令): their kinds as data, their numbers as printed, and what they say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from riverchief.base.errors import UnknownName
from riverchief.ground.deadlines import after_working_days

STATES = ("drafted", "issued", "answered", "withdrawn")


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter; `series` says among whose letters it is counted: the office's or the chief's."""

    code: str
    name_zh: str
    name_en: str
    series: str
    label_zh: str
    label_en: str
    issuer_zh: str
    issuer_en: str
    answer_working_days: int
    document: str
    document_zh: str
    confirmed: bool

    def label(self, issuer: dict[str, str], year: int, n: int) -> dict[str, str]:
        """Its number as printed, in both languages."""
        return {
            "zh": self.label_zh.format(issuer=issuer["zh"], year=year, n=n),
            "en": self.label_en.format(issuer=issuer["en"], year=year, n=n),
        }

    def issuer(self, region: dict[str, str]) -> dict[str, str]:
        """Who issues it for a region, in both languages."""
        return {"zh": self.issuer_zh.format(issuer=region["zh"]), "en": self.issuer_en.format(issuer=region["en"])}

    def answer_due(self, issued: date) -> date:
        """The last day on which it can be answered in time.

        Raises
        ------
        InputError
            When the working days of that year are not known.
        """
        return after_working_days(issued, self.answer_working_days)


@cache
def kinds() -> dict[str, LetterKind]:
    """The kinds that ship with riverchief, by code."""
    text = files("riverchief.ground").joinpath("data", "letters.toml").read_text(encoding="utf-8")
    return {code: LetterKind(code, **row) for code, row in tomllib.loads(text).items()}


def kind_named(code: str) -> LetterKind:
    """The kind with this code; `UnknownName` has the nearest known one."""
    if code not in kinds():
        raise UnknownName("kind of letter", code, kinds())
    return kinds()[code]
