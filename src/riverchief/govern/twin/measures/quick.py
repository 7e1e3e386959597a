"""Answers within a second: goals at any setting of the levers from their slopes, to be confirmed by a full run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.measures.case import Case, Outcome, Reached, judged, window
from riverchief.govern.twin.measures.response import linear

Floats = NDArray[np.float64]

TRIAL = 0.5  # share of its range at which a lever that moves water is tried


@dataclass(frozen=True)
class Quick:
    """A case's goals around what comes if nothing is done.

    Attributes
    ----------
    before : tuple of (time_s, value_mgl)
        By goal: its section over the window, nothing done.
    slope : tuple of float64 (n_lever, n_reading)
        By goal: change of every reading per unit of every lever [mg/L]. For those that move loads by the transpose, for
        those that move water the change of a full run in the middle of the range.
    """

    case: Case
    before: tuple[tuple[Floats, Floats], ...]
    slope: tuple[Floats, ...]

    @classmethod
    def of(cls, case: Case, idle: Outcome | None = None) -> Quick:
        """Reckon the slopes: one full run, one more for every lever that moves water, and the transpose."""
        base = idle or case.idle
        before = tuple(_seen(case, base))
        slope = [np.zeros((len(case.levers), value.size)) for _, value in before]
        told = linear(case, base)
        for effect, one in zip(told.effect, slope, strict=True):
            one[told.number] = effect
        for k, lever in enumerate(case.levers):
            if lever.linear:
                continue
            step = TRIAL * (lever.highest if lever.highest > 0 else lever.least)
            if step == 0:
                continue
            values = np.zeros(len(case.levers))
            values[k] = step
            for one, (_, was), (_, now) in zip(slope, before, _seen(case, case.outcome(values)), strict=True):
                one[k] = (now - was) / step
        return cls(case, before, tuple(slope))

    def series(self, values: ArrayLike) -> tuple[Floats, ...]:
        """Concentration of every goal's section over its window [mg/L]."""
        told = np.asarray(values, np.float64)
        return tuple(
            np.maximum(was + told @ slope, 0.0) for (_, was), slope in zip(self.before, self.slope, strict=True)
        )

    def goals(self, values: ArrayLike) -> tuple[Reached, ...]:
        """What every goal's section would see."""
        return tuple(
            judged(goal, time_s, value)
            for goal, (time_s, _), value in zip(self.case.goals, self.before, self.series(values), strict=True)
        )


def _seen(case: Case, outcome: Outcome) -> list[tuple[Floats, Floats]]:
    run = outcome.run
    at = [window(run.time_s, goal) for goal in case.goals]
    return [
        (run.time_s[a], run.concentration(goal.constituent, goal.reach, goal.chainage_m)[a])
        for goal, a in zip(case.goals, at, strict=True)
    ]
