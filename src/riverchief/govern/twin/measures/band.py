"""How sure an effect is: the same measures in every world that may be, each by full runs with and without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.trace.engine import weighted_quantile
from riverchief.govern.twin.measures.case import Case, driven
from riverchief.govern.twin.measures.levers import CARRIER_M3S, copied, enter, pulse
from riverchief.govern.twin.river import River, constant

Floats = NDArray[np.float64]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True)
class Spill:
    """What a trace suspects: so much of a constituent, let in at a place over a time."""

    reach: str
    chainage_m: float
    constituent: str
    start_s: float
    duration_s: float
    mass_kg: float

    def into(self, river: River, name: str) -> River:
        """The river with the spill as an inflow of that name, which a lever may act on."""
        made = copied(river)
        carried = self.mass_kg * 1e3 / self.duration_s / CARRIER_M3S
        series = pulse(self.start_s, self.start_s + self.duration_s, carried)
        enter(made, name, (self.reach, self.chainage_m), constant(CARRIER_M3S), {self.constituent: series})
        return made


@dataclass(frozen=True)
class World:
    """A world that may be.

    Attributes
    ----------
    weight : float
        How probable it is [-].
    spill : Spill, optional
        Instead of the case's own, which is the inflow named `spill`.
    factor : dict of str to float
        Times the case's own factors on inflows [-].
    """

    weight: float
    spill: Spill | None = None
    factor: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """A goal without and with measures, over the worlds.

    Attributes
    ----------
    before, after : tuple of float (3,)
        What is compared over the limit: 5 %, 50 % and 95 % [-].
    kept_before, kept_after : float
        Probability that the goal is kept [-].
    """

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    kept_before: float
    kept_after: float


def band(case: Case, values: ArrayLike, worlds: Sequence[World]) -> tuple[Band, ...]:
    """The effect of levers at values over worlds, goal by goal.

    Raises
    ------
    InputError
        For no world, or weights that are no probabilities.
    """
    weight = np.array([world.weight for world in worlds], np.float64)
    if not weight.size or not np.isfinite(weight).all() or (weight < 0).any() or not weight.sum() > 0:
        raise InputError(f"{weight.size} worlds were given for a band; give at least one of weight above 0.")
    told = np.atleast_1d(np.asarray(values, np.float64))
    ratio = np.empty((2, weight.size, len(case.goals)))
    for w, world in enumerate(worlds):
        there = within(case, world)
        for k, setting in enumerate((0 * told, told)):
            ratio[k, w] = [one.ratio for one in there.outcome(setting).goals]
    made = []
    for g, goal in enumerate(case.goals):
        before, after = (_quantiles(ratio[k, :, g], weight) for k in (0, 1))
        kept = [float(weight[ratio[k, :, g] <= 1.0].sum() / weight.sum()) for k in (0, 1)]
        made.append(Band(goal.name, before, after, *kept))
    return tuple(made)


def within(case: Case, world: World, name: str = "spill") -> Case:
    """The case as it is in a world."""
    river = case.model.river
    if world.spill is not None:
        river = copied(river)
        river.inflows.pop(name, None)
        river = world.spill.into(river, name)
    model = driven(case.model, river)
    for m, inflow in enumerate(river.inflows):
        model.forcing.factor[m] *= world.factor.get(inflow, 1.0)
    return replace(case, model=model)


def _quantiles(ratio: Floats, weight: Floats) -> tuple[float, float, float]:
    return tuple(float(weighted_quantile(ratio, weight, level)) for level in (LOW, MIDDLE, HIGH))  # type: ignore[return-value]
