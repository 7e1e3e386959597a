"""Planted plots (造林小班): the share of sampled trees that live, with its interval, against a pass mark."""

from __future__ import annotations

from dataclasses import dataclass

from riverchief.base.errors import InputError
from riverchief.ground.citizens.survey import wilson
from riverchief.ground.projects.rules import rules

KINDS = ("survival", "preservation")


@dataclass(frozen=True, slots=True)
class Survival:
    """Living trees of those counted, with the interval of 95 %, and what it says of the pass mark.

    Attributes
    ----------
    share, low, high, mark : float
        From 0 to 1.
    verdict : str
        `passed` where the whole interval is at the mark or above, `failed` where it is below, else `open`: more trees
        must be counted before it can be said.
    """

    kind: str
    counted: int
    alive: int
    share: float
    low: float
    high: float
    mark: float
    confirmed: bool
    verdict: str


def survival(kind: str, counted: int, alive: int) -> Survival:
    """What a count of sampled trees says.

    Parameters
    ----------
    kind : str
        `survival` (成活率) or `preservation` (保存率).
    counted, alive : int
        Trees looked at, and those of them that live.

    Raises
    ------
    InputError
        For another kind, no tree, or more living than counted.

    Notes
    -----
    Wilson's interval takes the trees for a simple random sample; trees of one row die together, so that the truth is
    less certain than it says.
    """
    if kind not in KINDS:
        raise InputError(f"a check of kind {kind!r} is none of {', '.join(KINDS)}.", kind=kind)
    if counted < 1 or not 0 <= alive <= counted:
        raise InputError(f"{alive} living of {counted} trees counted is no share; count at least one.", counted=counted)
    rule = rules()[kind]
    low, high = wilson(alive, counted)
    mark = float(rule["pass"])
    verdict = "passed" if low >= mark else "failed" if high < mark else "open"
    return Survival(kind, counted, alive, alive / counted, low, high, mark, bool(rule["confirmed"]), verdict)
