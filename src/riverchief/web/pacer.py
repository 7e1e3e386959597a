"""How fast a play without visitors may run: fast while only water moves, slower while people act, never too fast.

The speed is the demo's only; nothing of the platform depends on it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from riverchief.base.time import Clock, change_speed
from riverchief.simulate.api import Api
from riverchief.simulate.pacing import Course
from riverchief.web.config import Config
from riverchief.web.loop.tail import TAIL
from riverchief.web.outcome import Outcome

FASTEST = 8_000.0
SLOWEST = 60.0
# how much of the story's time may pass between two looks [s]: nobody is at the river more often
WORKING_S = 1_800.0  # while people act
CAREFUL_S = 600.0  # when the wave is measured, so that what is then known late is late by minutes
REPORTS_PER_REAL_S = 22.0  # to begin with; what the platform takes from its stations on two modest cores
_MOST_REPORTS_PER_REAL_S = 60.0
_NEAR = timedelta(minutes=30)
_BRAKING_LOOKS = 2.5  # from one look to the next, until the change holds


@dataclass
class Pacer:
    """Sets the speed of a play's clock from what has happened and from what waits for the worker."""

    config: Config
    clock: Clock
    course: Course
    auditor: Api
    rate: float = REPORTS_PER_REAL_S
    interval_real_s: float = 1.5
    _looked_real_s: float | None = None

    def first(self) -> float:
        """The speed to begin with."""
        return self._limit(self.course.speed(self.rate, FASTEST), self.course.measured - _NEAR, CAREFUL_S)

    def look(self, outcome: Outcome) -> None:
        """Look at what waits and what has happened, and change the speed where that asks for it."""
        self._learn()
        real_s = time.monotonic()
        if self._looked_real_s is not None:
            self.interval_real_s = 0.5 * self.interval_real_s + 0.5 * (real_s - self._looked_real_s)
        self._looked_real_s = real_s
        fast = self.course.speed(self.rate, FASTEST)
        wanted = max(SLOWEST, min(fast, self._wanted(fast, outcome)))
        if not 0.9 < wanted / self.clock.speed < 1.1:
            change_speed(self.config.folder, wanted)

    def _learn(self) -> None:
        """Ask less of a worker that falls behind, and a little more of one that waits for work."""
        links = self.auditor.get("/loop/health")["links"]
        waiting = max((link["waiting"] for link in links if link["link"] != TAIL), default=0)
        if waiting > 2 * self.rate:
            self.rate = max(self.rate * 0.8, 2.0)
        elif waiting < self.rate / 2:
            self.rate = min(self.rate * 1.1, _MOST_REPORTS_PER_REAL_S)

    def _wanted(self, fast: float, outcome: Outcome) -> float:
        if outcome.alert is None:
            return self._limit(fast, self.course.measured - _NEAR, CAREFUL_S)
        state = outcome.case["state"] if outcome.case else ""
        if state == "verified":
            return self._limit(fast, self.course.calm, WORKING_S)
        return fast if state == "closed" else WORKING_S / self.interval_real_s

    def _limit(self, fast: float, until: datetime, step_s: float) -> float:
        """As fast as the time until then allows, so that it is not run over; after it by steps."""
        ahead_s = (until - self.clock.now()).total_seconds()
        return min(fast, max(step_s, ahead_s / _BRAKING_LOOKS) / self.interval_real_s)
