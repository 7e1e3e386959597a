"""Hand-offs of hotlines (转办件): how long each waits for an answer, and which complaints may be about one problem."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.ground.deadlines import after_working_days

ANSWER_TO = ("caller", "centre")
MAJOR = 3  # severity from which the longer time holds
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Hotline:
    """A hotline; `answer_working_days` is None where the day comes with each hand-off."""

    code: str
    name_zh: str
    name_en: str
    answer_to: str
    document: str
    document_zh: str
    confirmed: bool
    answer_working_days: int | None = None
    major_working_days: int | None = None
    example: bool = False

    def due(self, received: date, severity: int) -> date | None:
        """The last day on which it can be answered in time, None where no rule says so.

        Raises
        ------
        InputError
            When the working days of that year are not known.
        """
        days = self.answer_working_days
        if severity >= MAJOR and self.major_working_days is not None:
            days = self.major_working_days
        return None if days is None else after_working_days(received, days)


@dataclass(frozen=True, slots=True)
class Similar:
    """When two complaints may be about one problem: near each other [m], soon after each other, in like words."""

    within_m: float
    within_days: int
    share: float


@cache
def _shipped() -> dict[str, Any]:
    text = files("riverchief.ground").joinpath("data", "handoffs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def hotlines() -> dict[str, Hotline]:
    """The hotlines that ship with riverchief, by code."""
    return {code: Hotline(code, **row) for code, row in _shipped().items() if code != "similar"}


def hotline_named(code: str) -> Hotline:
    """The hotline with this code; `UnknownName` has the nearest known one."""
    if code not in hotlines():
        raise UnknownName("hotline", code, hotlines())
    return hotlines()[code]


def similar_rule() -> Similar:
    """When two complaints may be about one problem."""
    return Similar(**_shipped()["similar"])


def _pairs(text: str) -> frozenset[str]:
    plain = _NOT_WORDS.sub("", text.lower())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset({plain} - {""})


def likeness(a: str, b: str) -> float:
    """How much two texts have in common, 0 to 1: shared pairs of characters over those of the shorter one.

    Pairs need no dictionary, so that Chinese and English are treated alike.
    """
    first, second = _pairs(a), _pairs(b)
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0
