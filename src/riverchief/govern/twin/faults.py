"""What is wrong with a river's description: one kind of row for importers and for `check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong or unlikely.

    Attributes
    ----------
    code : str
        For programs: `bed.adverse`, `units.feet`, …
    place : str
        Where: a reach with chainage, a node, a structure, or a row and column of a table.
    sentence : str
        What was found, with its unit.
    remedy : str
        What to do.
    severity : {"error", "warning"}
        An error stops a run; a warning is to be looked at.
    """

    code: str
    place: str
    sentence: str
    remedy: str
    severity: Literal["error", "warning"] = "warning"

    def __str__(self) -> str:
        return f"{self.severity} at {self.place}: {self.sentence} {self.remedy}"


FOOT_RATIO = 1 / 0.3048
"""Feet per metre [-]."""


def looks_like_feet(ratio: float, tolerance: float = 0.12) -> bool:
    """Whether something is as much larger than what it should equal as feet are in number than metres."""
    return abs(ratio / FOOT_RATIO - 1) < tolerance
