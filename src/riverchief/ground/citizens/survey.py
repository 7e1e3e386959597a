"""The survey at the river (满意度): shares of people who are satisfied, with their interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from riverchief.base.errors import InputError

SATISFIED = 4  # of 5: "satisfied" or "very satisfied"
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` answers with its interval of 95 %; no share where nobody answered."""

    satisfied: int
    n: int
    share: float | None
    low: float
    high: float


def wilson(satisfied: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval of a share (E. B. Wilson, 1927); from 0 to 1 where nobody was asked.

    Raises
    ------
    InputError
        When more are satisfied than answered, or fewer than none.
    """
    if not 0 <= satisfied <= n:
        raise InputError(f"{satisfied} satisfied of {n} who answered is no share.")
    if n == 0:
        return 0.0, 1.0
    p, square = satisfied / n, z * z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(p * (1 - p) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(values: Iterable[int]) -> Share:
    """The share of answers from 1 to 5 that say at least `SATISFIED`."""
    found = list(values)
    satisfied = sum(value >= SATISFIED for value in found)
    low, high = wilson(satisfied, len(found))
    return Share(satisfied, len(found), satisfied / len(found) if found else None, low, high)


def read(answers: Mapping[str, int], questions: Sequence[str]) -> dict[str, int]:
    """The answers of one person, checked.

    Raises
    ------
    InputError
        When a question has no answer from 1 to 5, or an answer has no question.
    """
    unknown = sorted(set(answers) - set(questions))
    wrong = [code for code in questions if not 1 <= answers.get(code, 0) <= 5]
    if unknown or wrong:
        what = f"{unknown[0]!r} is no question" if unknown else f"{wrong[0]} has no answer from 1 to 5"
        raise InputError(f"{what}; answer {', '.join(questions)} with 1 to 5 each.", part="answers")
    return {code: answers[code] for code in questions}
