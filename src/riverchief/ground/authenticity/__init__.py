"""Authenticity of a patrol (巡河真实性): what was handed in; a score with its reasons, which the walker is shown first.

A score decides nothing: below a limit the walker is asked, and what the walker answers stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from riverchief.ground.authenticity.company import replay, together
from riverchief.ground.authenticity.model import (
    Authenticity,
    Figures,
    Fixes,
    Handed,
    Known,
    Photo,
    Reason,
    Silence,
    reason,
    shipped,
)
from riverchief.ground.authenticity.photos import photo_again, photo_place, photo_time
from riverchief.ground.authenticity.receiver import mock, regular
from riverchief.ground.authenticity.way import coverage, driven, gaps

__all__ = ["LOOKS", "Authenticity", "Fixes", "Handed", "Known", "Photo", "Reason", "look"]

LOOKS: dict[str, Callable[[Handed, Known], Figures | Silence]] = {
    "gaps": gaps,
    "coverage": coverage,
    "driven": driven,
    "mock": mock,
    "regular": regular,
    "replay": replay,
    "together": together,
    "photo_place": photo_place,
    "photo_time": photo_time,
    "photo_again": photo_again,
}


def look(handed: Handed, known: Known) -> Authenticity:
    """Look at one patrol for every sign.

    Returns
    -------
    Authenticity
        100 less the weights of the reasons found, at least 0; the reasons with their sentences.

    Raises
    ------
    InputError
        When a reach of the stretch has no drawn line.
    """
    found = {kind: check(handed, known) for kind, check in LOOKS.items()}
    reasons = [reason(kind, figures) for kind, figures in found.items() if not isinstance(figures, Silence)]
    reasons.sort(key=lambda one: -one.weight)
    score = max(0, 100 - sum(one.weight for one in reasons))
    rule = shipped()
    return Authenticity(
        score=score,
        reasons=tuple(reasons),
        asked=score < rule["asked_below"],
        not_looked=tuple(kind for kind, figures in found.items() if figures is Silence.CANNOT_TELL),
        confirmed=rule["confirmed"],
    )
