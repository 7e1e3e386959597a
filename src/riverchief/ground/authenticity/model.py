"""What is looked at, and what is said: values, and the one table of limits and sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Interval
from riverchief.ground.patrol import Track

Floats = NDArray[np.float64]
Figures = Mapping[str, float | int | str]


class Silence(Enum):
    """A sign that is not there, or that could not be looked for."""

    NOTHING = "nothing"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Fixes:
    """The fixes as they came in, before any cleaning.

    Attributes
    ----------
    accuracy_m : float64 (n,)
        The accuracy claimed [m], in the order of time; NaN where the phone told none.
    mock : bool (n,)
        Whether the phone marked the fix as made by another application.
    """

    accuracy_m: Floats
    mock: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.accuracy_m.shape != self.mock.shape:
            raise InputError(
                f"the fixes have {len(self.accuracy_m)} accuracies and {len(self.mock)} marks; give one each per fix."
            )


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph: when [s since 1970 UTC], where [° WGS 84, NaN unknown], perceptual hash of 64 bits or None."""

    time_s: float
    lon: float
    lat: float
    picture_hash: int | None = None


@dataclass(frozen=True)
class Handed:
    """What a walker handed in for one patrol."""

    track: Track
    fixes: Fixes
    photos: Sequence[Photo] = ()


@dataclass(frozen=True)
class Known:
    """What the platform knows beside it.

    Attributes
    ----------
    network : Network
    stretch : sequence of Interval
        What was to be walked; empty when nothing was assigned.
    earlier : mapping of str to Track
        The same chief's earlier patrols, by a name that the chief understands (the day).
    others : mapping of str to Track
        Other chiefs' patrols that overlap in time, by name; whoever was announced as walking along is left out.
    hashes : sequence of int
        Perceptual hashes (64 bits) of photographs handed in before, by anybody.
    missing : mapping of str to str
        By name, what is missing until one of `others` is company that was confirmed: `nobody` has said so, `them`,
        `you`, `photo`. It decides nothing here; the walker is told.
    """

    network: Network
    stretch: Sequence[Interval] = ()
    earlier: Mapping[str, Track] = field(default_factory=dict)
    others: Mapping[str, Track] = field(default_factory=dict)
    hashes: Sequence[int] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were taken off: a key for programs, how many, the figures, and the sentence in both languages."""

    kind: str
    weight: int
    figures: Figures
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Authenticity:
    """The answer.

    Attributes
    ----------
    score : int
        0 to 100; 100 when nothing was found.
    reasons : tuple of Reason
        The heaviest first.
    asked : bool
        Whether the walker is asked about it. Nothing else follows from a score.
    not_looked : tuple of str
        Kinds that could not be looked for: nothing to compare with, or too few fixes.
    confirmed : bool
        Whether the limits were confirmed by anybody.
    """

    score: int
    reasons: tuple[Reason, ...]
    asked: bool
    not_looked: tuple[str, ...]
    confirmed: bool

    def as_dict(self) -> dict[str, Any]:
        """The answer for JSON."""
        return {
            "score": self.score,
            "asked": self.asked,
            "reasons": [
                {"kind": r.kind, "weight": r.weight, "figures": dict(r.figures), "zh": r.zh, "en": r.en}
                for r in self.reasons
            ],
            "not_looked": list(self.not_looked),
            "confirmed": self.confirmed,
        }


@cache
def shipped() -> dict[str, Any]:
    """The limits that ship with riverchief, `data/authenticity.toml`."""
    text = resources.files("riverchief.ground").joinpath("data", "authenticity.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def limits(kind: str) -> dict[str, Any]:
    """The limits of one kind of sign."""
    return dict(shipped()[kind])


def reason(kind: str, figures: Figures) -> Reason:
    """A reason with its sentences."""
    rule = limits(kind)
    return Reason(kind, rule["weight"], figures, rule["zh"].format(**figures), rule["en"].format(**figures))
