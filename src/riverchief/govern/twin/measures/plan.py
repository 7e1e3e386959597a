"""The cheapest orders that reach the goals, or the smallest concentration that can be reached; confirmed by a full run.

Loads are chosen by a linear programme (HiGHS) on the transpose of the transport, water by a pattern search around it.
Every point of the search is a full run of the hydraulics; the loads found there are tried by full runs too, and the
programme is set up anew around each, until what it promised has come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.measures.case import Case, Goal, Outcome, window
from riverchief.govern.twin.measures.programme import solved
from riverchief.govern.twin.measures.response import linear
from riverchief.govern.twin.model import Diverged

Floats = NDArray[np.float64]

CLOSE = 1e-3  # what lies so near to its limit, over its size, binds
ROUNDS = 3  # in which loads are set anew around the last full run
FINEST = 0.05  # share of a lever's range below which the search stops
MOST_RUNS = 100  # after which it stops with what it has
MARGIN = 2e-4  # by which the programme stays below a limit, so that rounding does not pass it


@dataclass(frozen=True)
class Order:
    """What somebody has to do: a lever, its value, from when to when [s], and what it costs."""

    lever: str
    kind: str
    value: float
    unit: str
    begin_s: float
    end_s: float
    cost_yuan: float


@dataclass(frozen=True)
class Plan:
    """What to do, and what comes of it by a full run.

    Attributes
    ----------
    reached : bool
        Whether the full run keeps every goal and limit.
    before, after : Outcome
        Full runs without and with the orders.
    predicted : tuple of float
        By goal: what the linear programme promised, over the limit [-]; `after` is what came.
    smallest_mgl : dict of str to float
        By goal that is not reached: the smallest compared concentration that can be (largest, for oxygen) [mg/L].
    beyond_mgl : dict of str to float
        By goal: how much of it no lever of this case can take away, at the worst instant [mg/L].
    binding : tuple of str
        Goals, limits and levers' ends that stand in the way.
    runs : int
        Full runs that it took.
    """

    reached: bool
    orders: tuple[Order, ...]
    before: Outcome
    after: Outcome
    predicted: tuple[float, ...]
    smallest_mgl: dict[str, float]
    beyond_mgl: dict[str, float]
    binding: tuple[str, ...]
    runs: int

    @property
    def cost_yuan(self) -> float:
        """Of all orders."""
        return self.after.cost_yuan


def plan(case: Case) -> Plan:
    """Find the cheapest orders that keep every goal and limit; where there are none, those that come nearest.

    Limits of the water come first, then the goals, then the cost.

    Raises
    ------
    Diverged
        Where even the run with nothing done has no solution.
    """
    search = _Search(case)
    first = case.idle
    search.runs += 1
    values, predicted = first.values, tuple(one.ratio for one in first.goals)
    if first.ratio > 1.0 or first.violation > 0:
        values, predicted = search.found(first.values)
    outcome = case.outcome(values) if values.any() else first
    search.runs += bool(values.any())
    inside = outcome.ratio <= 1.0 + 1e-6 and outcome.violation <= 1e-6
    smallest = {} if inside else {
        one.goal.name: one.peak_mgl if one.goal.by == "peak" else one.mean_mgl for one in outcome.goals if one.ratio > 1
    }  # fmt: skip
    orders = tuple(
        Order(
            lever.code,
            lever.kind,
            float(value),
            lever.unit,
            lever.begin_s,
            lever.end_s,
            lever.cost_yuan * abs(float(value)),
        )
        for lever, value in zip(case.levers, outcome.values, strict=True)
        if abs(value) > 1e-6 * max(lever.highest, -lever.least)
    )
    return Plan(
        inside,
        orders,
        first,
        outcome,
        predicted,
        smallest,
        _beyond(case, outcome),
        _binding(case, outcome),
        search.runs,
    )


Merit = tuple[float, float, float]  # broken limits, goals beyond, cost: in the order in which they count
Ratios = tuple[float, ...]  # by goal, over its limit


class _Search:
    """Full runs over levers that move water, with the best loads at each."""

    def __init__(self, case: Case) -> None:
        self.case, self.runs = case, 0
        self.water = [k for k, lever in enumerate(case.levers) if not lever.linear and lever.highest > lever.least]
        self.low = np.array([lever.least for lever in case.levers])
        self.high = np.array([lever.highest for lever in case.levers])
        self.seen: dict[tuple[float, ...], tuple[Merit, Floats, Ratios]] = {}

    def at(self, values: Floats) -> tuple[Merit, Floats, Ratios]:
        """How good a setting of the water is with the best loads, these, and what they promise.

        The worst that there is where the equations have no solution.
        """
        key = tuple(np.round(values[self.water], 9).tolist())
        if key not in self.seen:
            start = np.where([lever.linear for lever in self.case.levers], 0.0, values)
            try:
                self.seen[key] = self._best(start)
            except Diverged:
                self.seen[key] = (np.inf, np.inf, np.inf), start, ()
        return self.seen[key]

    def _best(self, start: Floats) -> tuple[Merit, Floats, Ratios]:
        """Loads chosen, tried by a full run, and chosen anew around that until they stay; the best that was tried."""
        outcome = self._run(start)
        promised: Ratios = tuple(one.ratio for one in outcome.goals)
        tried = [(_merit(outcome), start, promised)]
        for _ in range(ROUNDS):
            values, promised = loads(self.case, outcome)
            if (np.abs(values - outcome.values) <= CLOSE * (self.high - self.low)).all():
                break
            outcome = self._run(values)
            tried.append((_merit(outcome), values, promised))
        return min(tried, key=lambda one: one[0])

    def _run(self, values: Floats) -> Outcome:
        if not values.any():
            return self.case.idle  # kept by the case; nothing is run twice
        self.runs += 1
        return self.case.outcome(values)

    def found(self, start: Floats) -> tuple[Floats, Ratios]:
        """The best setting: a pattern search from the best of a coarse star of points."""
        low, high = self.low[self.water], self.high[self.water]
        points = [start]
        for k, lo, hi in zip(self.water, low, high, strict=True):
            for part in (0.5, 1.0):
                one = start.copy()
                one[k] = part * (hi if hi > 0 else lo)
                points.append(one)
        if len(self.water) > 1:
            for part in (0.5, 1.0):
                one = start.copy()
                one[self.water] = part * np.where(high > 0, high, low)
                points.append(one)
        now = min(points, key=lambda p: self.at(p)[0])
        # what comes too late or from elsewhere moves no goal: it is left out of the search
        moves = [k for k in self.water if any(self._differ(start, p) for p in points if p[k])]
        share = 0.25
        while moves and share > FINEST / 2 and self.runs < MOST_RUNS:
            around = []
            for k in moves:
                lo, hi = self.low[k], self.high[k]
                for way in (-1.0, 1.0):
                    one = now.copy()
                    one[k] = np.clip(now[k] + way * share * (hi - lo), lo, hi)
                    around.append(one)
            best = min(around, key=lambda p: self.at(p)[0])
            if self.at(best)[0] < self.at(now)[0]:
                now = best
            else:
                share /= 2
        return self.at(now)[1:]

    def _differ(self, one: Floats, other: Floats) -> bool:
        before, after = self.at(one)[0], self.at(other)[0]
        return abs(before[0] - after[0]) + abs(before[1] - after[1]) > CLOSE or after[2] < before[2]


def _merit(outcome: Outcome) -> Merit:
    return round(outcome.violation, 6), _beyond_all(one.ratio for one in outcome.goals), outcome.cost_yuan


def _beyond_all(ratios: Iterable[float]) -> float:
    """What all goals together are passed by; a thousandth of a limit is not worth an order."""
    return round(sum(max(one - 1.0, 0.0) for one in ratios), 3)


def loads(case: Case, outcome: Outcome) -> tuple[Floats, Ratios]:
    """The cheapest setting of the linear levers on the water of a run, and what it promises goal by goal [-].

    Where the goals cannot be met, the setting that passes them least, all together, and of those the cheapest.
    """
    # levers that only take away cannot make an instant worse that is well without them
    takes = not any(goal.at_least for goal in case.goals)
    untouched = not any(outcome.values[k] for k, lever in enumerate(case.levers) if lever.linear)
    told = linear(case, outcome, beyond=takes and untouched)
    if not told.number.size:
        return outcome.values, tuple(one.ratio for one in outcome.goals)
    levers = [case.levers[k] for k in told.number]
    rows, room = [], []  # rows @ x <= room: every reading over its limit, the other way round where more is better
    for goal, effect in zip(case.goals, told.effect, strict=True):
        rest, slope = _readings(case, outcome, goal), effect
        rest = rest - outcome.values[told.number] @ slope
        if goal.by == "mean":
            rest, slope = rest.mean(keepdims=True), slope.mean(axis=1, keepdims=True)
        rows.append(goal.sign * slope.T / goal.limit_mgl)
        room.append(goal.sign * (1.0 - rest / goal.limit_mgl))
    a, b = np.concatenate(rows), np.concatenate(room)
    cost = np.array([lever.cost_yuan for lever in levers]) + 1e-9  # the least that will do, also where it costs nothing
    low, high = [lever.least for lever in levers], [lever.highest for lever in levers]
    found = solved(cost, a, b - MARGIN, low, high)
    if found is None:
        # every goal relaxed by as little as will do, all of them together by the least
        of = np.repeat(np.eye(len(rows)), [len(row) for row in rows], axis=0)
        aims = np.concatenate([0 * cost, np.ones(len(rows))])
        worst = solved(aims, np.hstack([a, -of]), b, [*low, *(0 * of[0])], [*high, *(np.inf + of[0])])
        assert worst is not None, "relaxed goals can always be met"
        found = solved(cost, a, b + of @ worst[0][len(levers) :] + 1e-6, low, high) or worst
    x = found[0][: len(levers)]
    values = outcome.values.copy()
    values[told.number] = x
    return values, tuple(1.0 + float(np.max(row @ x - one)) for row, one in zip(rows, room, strict=True))


def _readings(case: Case, outcome: Outcome, goal: Goal) -> Floats:
    run = outcome.run
    return run.concentration(goal.constituent, goal.reach, goal.chainage_m)[window(run.time_s, goal)]


def _beyond(case: Case, outcome: Outcome) -> dict[str, float]:
    """What of each goal stays with every load that can be reduced at nought, on the water of a run."""
    told = linear(case, outcome)
    most = np.array([case.levers[k].highest for k in told.number])
    left = {}
    for goal, effect in zip(case.goals, told.effect, strict=True):
        rest = _readings(case, outcome, goal) + (most - outcome.values[told.number]) @ effect
        left[goal.name] = float(rest.mean() if goal.by == "mean" else goal.sign * np.max(goal.sign * rest))
    return left


def _binding(case: Case, outcome: Outcome) -> tuple[str, ...]:
    found = [one.goal.name for one in outcome.goals if one.ratio > 1 - 10 * CLOSE]
    found += [name for name, slack in outcome.slack.items() if slack < 10 * CLOSE]
    for lever, value in zip(case.levers, outcome.values, strict=True):
        width = lever.highest - lever.least
        if (
            width <= 0
            or (value > 0 and value >= lever.highest - CLOSE * width)
            or (value < 0 and value <= lever.least + CLOSE * width)
        ):
            found.append(lever.code)
    return tuple(found)
