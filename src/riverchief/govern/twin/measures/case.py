"""A case: a twin at an instant, what shall be reached, what must be kept, and the levers; any setting by a full run."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin import drive
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.measures.levers import Lever, moved
from riverchief.govern.twin.model import Model, Run
from riverchief.govern.twin.river import River

Floats = NDArray[np.float64]

BY = ("peak", "mean")
HOUR_S = 3600.0


@dataclass(frozen=True)
class Goal:
    """A concentration that shall be kept at a section.

    Attributes
    ----------
    limit_mgl : float
        The largest that is wanted, the smallest where `at_least` (oxygen) [mg/L].
    begin_s, end_s : float
        The window in which it counts [s since 1970 UTC].
    by : str
        What is compared with the limit: the `peak` or the `mean` of the window.
    """

    name: str
    reach: str
    chainage_m: float
    constituent: str
    limit_mgl: float
    begin_s: float = -np.inf
    end_s: float = np.inf
    by: str = "peak"
    at_least: bool = False

    def __post_init__(self) -> None:
        if self.by not in BY:
            raise UnknownName("measure of a goal", self.by, BY)
        if not (np.isfinite(self.limit_mgl) and self.limit_mgl > 0):
            raise InputError(
                f"goal {self.name} has a limit of {self.limit_mgl:g} mg/L; it must be above 0.", goal=self.name
            )

    @property
    def sign(self) -> float:
        """-1 where more is better."""
        return -1.0 if self.at_least else 1.0


@dataclass(frozen=True)
class Limit:
    """Water that must be kept: ecological flow, a right's delivery, a level, a storage.

    Attributes
    ----------
    what : str
        `flow` [m³/s] or `level` [m] at (reach, chainage), `storage` [m³] at a node.
    least, most : float
        In the unit of `what`.
    """

    name: str
    what: str
    reach: str = ""
    chainage_m: float = 0.0
    node: str = ""
    least: float = -np.inf
    most: float = np.inf
    begin_s: float = -np.inf
    end_s: float = np.inf

    def __post_init__(self) -> None:
        if self.what not in ("flow", "level", "storage"):
            raise UnknownName("limit", self.what, ("flow", "level", "storage"))

    def series(self, run: Run) -> Floats:
        """The limited quantity over a run, (n_time,)."""
        if self.what == "storage":
            if self.node not in run.model.cells.node:
                raise UnknownName("node", self.node, run.model.cells.node)
            return np.asarray(run.record.volume[:, run.model.cells.node[self.node]], np.float64)
        at = self.reach, self.chainage_m
        return run.flow_m3s(*at) if self.what == "flow" else run.level_m(*at)


@dataclass(frozen=True)
class Reached:
    """What a goal's section sees.

    Attributes
    ----------
    peak_mgl, mean_mgl : float
        Peak (the lowest where more is better) and mean over the window [mg/L].
    peak_s : float
        When [s since 1970 UTC].
    exceedance_mglh : float
        What lies beyond the limit, over time [mg/L h].
    arrival_s : float
        When the limit is first passed; nan where it never is.
    ratio : float
        What is compared over the limit, 1 or less where the goal is reached [-].
    """

    goal: Goal
    peak_mgl: float
    mean_mgl: float
    peak_s: float
    exceedance_mglh: float
    arrival_s: float
    ratio: float


@dataclass(frozen=True)
class Outcome:
    """A full run with levers at values.

    Attributes
    ----------
    values : float64 (n_lever,)
    slack : dict of str to float
        How far each limit is kept, over its own size; below 0 where it is not [-].
    """

    values: Floats
    run: Run
    goals: tuple[Reached, ...]
    slack: dict[str, float]
    cost_yuan: float

    @property
    def ratio(self) -> float:
        """The worst goal [-]."""
        return max((one.ratio for one in self.goals), default=0.0)

    @property
    def violation(self) -> float:
        """How far the worst limit is broken [-]."""
        return max(0.0, -min(self.slack.values(), default=0.0))


@dataclass(frozen=True)
class Case:
    """A twin and what may still be done.

    Attributes
    ----------
    model, state
        The river and what it begins from; levers begin later.
    until_s, every_s : float
        End of the runs, and how often they are kept [s].
    decay_per_s : float
        First-order decay that the quick answers take along [1/s]; full runs follow the model's own kinetics.
    """

    model: Model
    state: State
    until_s: float
    every_s: float
    levers: tuple[Lever, ...]
    goals: tuple[Goal, ...]
    limits: tuple[Limit, ...] = ()
    decay_per_s: float = 0.0

    def __post_init__(self) -> None:
        names = [one.code for one in self.levers]
        if len(set(names)) < len(names):
            raise InputError(f"two levers have one name among {', '.join(names)}; give each its own.")
        if not self.goals:
            raise InputError("a case without a goal has nothing to plan for; name a section and its limit.")
        for goal in self.goals:
            self.model.number(goal.constituent)
            self.model.river.place(goal.reach, goal.chainage_m, goal.name)
        for limit in self.limits:
            if limit.what != "storage":
                self.model.river.place(limit.reach, limit.chainage_m, limit.name)

    @cached_property
    def idle(self) -> Outcome:
        """What comes if nothing is done."""
        return self.outcome(np.zeros(len(self.levers)))

    def outcome(self, values: ArrayLike) -> Outcome:
        """A full run with the levers at values, (n_lever,)."""
        told = np.atleast_1d(np.asarray(values, np.float64))
        model = driven(self.model, moved(self.model.river, self.levers, told))
        run = model.run(self.state, self.until_s, self.every_s)
        cost = float(np.dot([lever.cost_yuan for lever in self.levers], np.abs(told)))
        return Outcome(
            told, run, tuple(reached(run, goal) for goal in self.goals),
            {limit.name: _slack(run, limit) for limit in self.limits}, cost,
        )  # fmt: skip


def driven(model: Model, river: River) -> Model:
    """A model of the same cells with other inflows and settings; factors on inflows stay."""
    made = copy.copy(model)
    made.river = river
    made.cells = replace(model.cells, river=river)
    forcing = drive.forcing(made.cells, model.constituents)
    number = {name: m for m, name in enumerate(model.river.inflows)}
    for m, name in enumerate(river.inflows):
        if name in number:
            forcing.factor[m] = model.forcing.factor[number[name]]
            forcing.load_factor[m] = model.forcing.load_factor[number[name]]
    made.forcing = forcing
    return made


def window(time_s: Floats, what: Goal | Limit) -> NDArray[np.int64]:
    """Numbers of the instants that count for a goal or limit.

    Raises
    ------
    InputError
        Where none does.
    """
    found = np.flatnonzero((time_s >= what.begin_s) & (time_s <= what.end_s))
    if not found.size:
        raise InputError(
            f"{what.name} counts from {what.begin_s:.0f} s to {what.end_s:.0f} s, when the run keeps nothing; let "
            f"its window meet {time_s[0]:.0f} to {time_s[-1]:.0f} s.",
            name=what.name,
        )
    return found


def reached(run: Run, goal: Goal) -> Reached:
    """What a goal's section sees in a run."""
    at = window(run.time_s, goal)
    return judged(goal, run.time_s[at], run.concentration(goal.constituent, goal.reach, goal.chainage_m)[at])


def judged(goal: Goal, time_s: Floats, value_mgl: Floats) -> Reached:
    """What concentrations of a window mean for a goal."""
    worst = int(np.argmax(goal.sign * value_mgl))
    beyond = np.maximum(goal.sign * (value_mgl - goal.limit_mgl), 0.0)
    gap_s = np.gradient(time_s) if time_s.size > 1 else np.zeros(1)
    over = np.flatnonzero(beyond > 0)
    compared = float(value_mgl[worst] if goal.by == "peak" else value_mgl.mean())
    ratio = goal.limit_mgl / max(compared, 1e-9) if goal.at_least else compared / goal.limit_mgl
    return Reached(
        goal, float(value_mgl[worst]), float(value_mgl.mean()), float(time_s[worst]),
        float(beyond @ gap_s) / HOUR_S, float(time_s[over[0]]) if over.size else float("nan"), ratio,
    )  # fmt: skip


def _slack(run: Run, limit: Limit) -> float:
    value = limit.series(run)[window(run.time_s, limit)]
    room = min(float(value.min()) - limit.least, limit.most - float(value.max()))
    sizes: Sequence[float] = [abs(v) for v in (limit.least, limit.most) if np.isfinite(v)]
    return room / max(*sizes, 1e-3) if sizes else np.inf
