"""What the public is told (公开什么): plain steps of a case, and words without telephone or identity numbers."""

from __future__ import annotations

import re
from enum import StrEnum

from riverchief.ground.states import State


class Step(StrEnum):
    """Where a report stands, in words that need no office."""

    WAITING = "waiting"  # the office has not looked at it yet
    REFUSED = "refused"
    ACCEPTED = "accepted"
    WORKING = "working"  # with the chief or officer who is to solve it
    CHECKING = "checking"  # dealt with; somebody else looks whether it is so
    DONE = "done"
    AGAIN = "again"  # taken up once more


STEP_OF: dict[State, Step] = {
    State.DRAFT: Step.WAITING,
    State.REPORTED: Step.ACCEPTED,
    State.ACCEPTED: Step.ACCEPTED,
    State.RETURNED: Step.ACCEPTED,
    State.REFERRED: Step.ACCEPTED,
    State.DISPATCHED: Step.WORKING,
    State.COORDINATING: Step.WORKING,
    State.PAUSED: Step.WORKING,
    State.HANDLED: Step.CHECKING,
    State.VERIFIED: Step.CHECKING,
    State.CLOSED: Step.DONE,
    State.REJECTED: Step.REFUSED,
    State.REOPENED: Step.AGAIN,
    State.MERGED: Step.ACCEPTED,  # told by the case that it goes on as
}

# actions that change what the public is told; the rest is between offices
TOLD = frozenset({"submit", "dispatch", "handle", "verify", "fail", "close", "confirm", "reopen", "reject"})

_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ \-]?\d){5,17}[\dXx]?(?!\d)")  # telephones, identity cards, bank cards
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def masked(words: str) -> str:
    """Words with every long number and e-mail address covered; dates and short numbers stay."""
    return _ADDRESS.sub("***", _LONG_NUMBER.sub(_covered, words))


def _covered(found: re.Match[str]) -> str:
    text = found[0]
    if re.fullmatch(r"(19|20)\d\d[ \-]?\d\d[ \-]?\d\d", text):  # a date
        return text
    return "***"
