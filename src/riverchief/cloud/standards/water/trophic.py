"""The trophic state of lakes and reservoirs: TLI(Σ) from chlorophyll a, TP, TN, transparency and CODMn.

Weights are taken over the items that take part, so that a missing one neither counts as zero nor silently as average:
it is named, and chlorophyll a, on which all weights rest, must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.base.units import factor, property_named
from riverchief.cloud.standards.editions import Edition, editions

STANDARD = "tli"
BASE = "chla"


@dataclass(frozen=True, slots=True)
class TrophicItem:
    """One parameter: index = 10 (a + b ln x), x in `unit`; r is its correlation with chlorophyll a."""

    property: str
    unit: str
    a: float
    b: float
    r: float


@dataclass(frozen=True, slots=True)
class TrophicState:
    """A state, up to the index `to`; None for the last one."""

    code: str
    name_zh: str
    name_en: str
    to: float | None
    below: bool

    def holds(self, index: float) -> bool:
        """Whether an index is not beyond it."""
        return self.to is None or (index < self.to if self.below else index <= self.to)


@cache
def edition() -> Edition:
    """The edition of the method."""
    return editions(STANDARD)[-1]


@cache
def items() -> dict[str, TrophicItem]:
    """The parameters by property."""
    rows = edition().body["item"]
    return {r["property"]: TrophicItem(r["property"], r["unit"], r["a"], r["b"], r["r"]) for r in rows}


@cache
def states() -> tuple[TrophicState, ...]:
    """The states, best first."""
    rows = edition().body["state"]
    return tuple(TrophicState(r["code"], r["name_zh"], r["name_en"], r.get("to"), r.get("below", False)) for r in rows)


@dataclass(frozen=True)
class Trophic:
    """Trophic state on arrays of readings; every array has the shape of the inputs broadcast together.

    Attributes
    ----------
    index : float64
        TLI(Σ); nan where it cannot be given.
    state : int8
        1 oligotrophic … 5 heavily eutrophic; 0 where it cannot be given.
    items : dict of float64
        The index of each parameter, nan where it had no value.
    weights : dict of float64
        The weight of each parameter, 0 where it took no part.
    """

    index: NDArray[np.float64]
    state: NDArray[np.int8]
    items: dict[str, NDArray[np.float64]]
    weights: dict[str, NDArray[np.float64]]

    def missing(self, at: tuple[int, ...] = ()) -> tuple[str, ...]:
        """The parameters without a value at one index."""
        return tuple(code for code, index in self.items.items() if np.isnan(index[at]))


def item_index(code: str, value: ArrayLike) -> NDArray[np.float64]:
    """The index of one parameter; nan for what is missing or not above zero.

    Parameters
    ----------
    code : str
        `chla`, `tp`, `tn`, `transparency` or `codmn`.
    value : array_like
        In the unit that the property is kept in (mg/L, transparency in m).

    Raises
    ------
    InputError
        When the parameter is none of the five.
    """
    if code not in items():
        raise InputError(f"{code} is no parameter of the trophic state: {', '.join(items())}.", property=code)
    item = items()[code]
    x = np.asarray(value, np.float64) * factor(property_named(code).unit, item.unit)
    return 10 * (item.a + item.b * np.log(np.where(x > 0, x, np.nan)))


def weighted(indices: Mapping[str, ArrayLike]) -> Trophic:
    """TLI(Σ) from the indices of parameters.

    Parameters
    ----------
    indices : mapping of property to array_like
        Index of each parameter, nan where there is none; a parameter that is not given takes no part.

    Notes
    -----
    W_j = r_j² / Σ r_j² over the parameters that take part, in full precision.
    """
    known = items()
    given = [np.asarray(indices.get(code, np.nan), np.float64) for code in known]
    found = dict(zip(known, (np.array(a) for a in np.broadcast_arrays(*given)), strict=True))
    squares = {code: np.where(np.isnan(index), 0.0, known[code].r ** 2) for code, index in found.items()}
    total = np.asarray(sum(squares.values()))
    usable = ~np.isnan(found[BASE])
    divisor = np.where(usable, total, np.nan)
    weights = {code: np.asarray(square / divisor) for code, square in squares.items()}
    index = np.asarray(sum(np.nan_to_num(found[code]) * weight for code, weight in weights.items()))
    weights = {code: np.nan_to_num(weight) for code, weight in weights.items()}
    return Trophic(index, state_of(index), found, weights)


def trophic_state(values: Mapping[str, ArrayLike]) -> Trophic:
    """TLI(Σ) from concentrations and transparency.

    Parameters
    ----------
    values : mapping of property to array_like
        `chla`, `tp`, `tn`, `codmn` [mg/L], `transparency` [m]; nan = none. Without chlorophyll a there is no index.

    >>> round(float(trophic_state({"chla": 0.026, "tp": 0.11, "tn": 1.4, "transparency": 0.6, "codmn": 5.0}).index), 3)
    57.114
    """
    return weighted({code: item_index(code, values[code]) for code in items() if code in values})


def state_of(index: ArrayLike) -> NDArray[np.int8]:
    """The number of the state of an index, 0 for nan; 30 is mesotrophic, 50, 60 and 70 stay in the lower state."""
    value = np.round(np.asarray(index, np.float64), 9)
    found = np.zeros(value.shape, np.int8)
    for number in range(len(states()), 0, -1):
        state = states()[number - 1]
        bound = np.inf if state.to is None else state.to
        inside = value < bound if state.below else value <= bound
        found = np.where(inside, number, found).astype(np.int8)
    return found
