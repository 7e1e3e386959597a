"""Kinetics: constituents, rates and processes as a Petersen matrix, read from a file or made by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.tree import Node
from riverchief.govern.twin.quality.expressions.evaluate import value_of
from riverchief.govern.twin.quality.expressions.grammar import degree, expanded

if TYPE_CHECKING:
    from riverchief.govern.twin.quality.reactor import Reactor

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Constituent:
    """What is carried: name, unit of its concentration, names for people."""

    name: str
    unit: str
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Rate:
    """A number that kinetics are tuned by: value (one, or one per cell), unit, source, whether only assumed."""

    name: str
    value: float | Floats
    unit: str
    source: str
    assumed: bool


@dataclass(frozen=True)
class Process:
    """One process: its rate, and what one of it changes.

    Attributes
    ----------
    name : str
        A process with a way back is two, the second of which is called so.
    text : str
        The rate as written.
    rate : Node
        Its tree.
    change : mapping of str to float
        Constituent → change of its concentration per second and unit of the rate [unit of the constituent / s].
    """

    name: str
    text: str
    rate: Node
    change: Mapping[str, float]


@dataclass(frozen=True)
class Kinetics:
    """Constituents and what happens to them where they are.

    Attributes
    ----------
    name : str
        Of the file.
    constituents : tuple of Constituent
        In the order of the rows of a concentration array.
    rates : mapping of str to Rate
    environment : mapping of str to str
        Names that the water around gives, one value per cell, with their units; only those that are used.
    terms : mapping of str to Node
        Parts of expressions with a name of their own.
    processes : tuple of Process
    """

    name: str
    constituents: tuple[Constituent, ...]
    rates: Mapping[str, Rate] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Node] = field(default_factory=dict)
    processes: tuple[Process, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the constituents, in the order of the rows."""
        return tuple(constituent.name for constituent in self.constituents)

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """Names of the rates that are only assumed."""
        return tuple(rate.name for rate in self.rates.values() if rate.assumed)

    def with_rates(self, values: Mapping[str, float | Floats]) -> Kinetics:
        """The same kinetics with other rates.

        Parameters
        ----------
        values : mapping of str to float or ndarray, shape (n_cell,)
            In the units of the file; members of an ensemble lie one after the other, as their cells do.

        Raises
        ------
        UnknownName
            For a rate that the kinetics do not have.
        InputError
            For a value that is no finite number, or an array of more than one dimension.
        """
        rates = dict(self.rates)
        for name, value in values.items():
            if name not in rates:
                raise UnknownName(f"rate of kinetics {self.name}", name, rates)
            array = np.asarray(value, np.float64)
            if array.ndim > 1 or not np.isfinite(array).all():
                raise InputError(
                    f"rate {name} of kinetics {self.name} is given as {value!r}; give a finite number, or one per cell "
                    f"[{rates[name].unit}].",
                    rate=name,
                )
            rates[name] = replace(rates[name], value=array.copy() if array.ndim else float(array))
        return replace(self, rates=rates)

    def compile(self) -> Reactor:
        """What works on concentrations.

        Raises
        ------
        InputError
            Naming a process whose rate is no number whatever the water, such as one that divides by a rate of zero.
        """
        from riverchief.govern.twin.quality.reactor import Reactor

        return Reactor(self)

    def decay_per_s(
        self, name: str, temperature_c: ArrayLike, environment: Mapping[str, ArrayLike] | None = None
    ) -> float | Floats:
        """First-order loss of one constituent [1/s].

        Parameters
        ----------
        name : str
            Of the constituent.
        temperature_c : array_like
            Of the water [°C].
        environment : mapping of str to array_like, optional
            What else the losses need, such as `depth_m` for what settles.

        Returns
        -------
        float or ndarray
            nan where the loss is not proportional to the constituent, depends on another one, or needs what the
            environment does not have.

        Raises
        ------
        UnknownName
            For a constituent that the kinetics do not have.
        """
        if name not in self.names:
            raise UnknownName(f"constituent of kinetics {self.name}", name, self.names)
        given = {**(environment or {}), "temperature_c": temperature_c}
        known = {key: rate.value for key, rate in self.rates.items()}
        table = {key: np.asarray(value, np.float64) for key, value in {**given, **known}.items()}
        shape = np.broadcast_shapes(*(value.shape for value in table.values()))
        parts = [(p.change[name], expanded(p.rate, self.terms)) for p in self.processes if p.change.get(name)]
        found = [(change, tree, degree(tree, name)) for change, tree in parts]
        needed = set[str]().union(*(tree.names() for _, tree, d in found if d != 0)) - {name}
        if any(d is None for _, _, d in found) or not needed <= set(table):
            return np.full(shape, math.nan) if shape else math.nan
        flat = {key: np.broadcast_to(value, shape).ravel() for key, value in table.items() if key in needed}
        loss = np.zeros(math.prod(shape))
        for i in range(loss.size):
            values = {**{key: float(value[i]) for key, value in flat.items()}, name: 1.0}
            loss[i] = -sum(change * value_of(tree, values) for change, tree, d in found if d == 1)
        return loss.reshape(shape) if shape else float(loss[0])
