"""Urban black-odorous water (黑臭水体): the worst factor decides between none, mild and severe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import UnknownName
from riverchief.base.units import factor, property_named
from riverchief.cloud.standards.editions import Edition, editions

STANDARD = "blackodour"
GRADES = ("", "none", "mild", "severe")
FACTORS = ("transparency", "do", "nh3n")


@cache
def edition() -> Edition:
    """The edition that applies."""
    return editions(STANDARD)[-1]


@dataclass(frozen=True)
class BlackOdour:
    """Grades on arrays: 0 nothing to judge by, 1 none, 2 mild, 3 severe; of all factors and of each."""

    grade: NDArray[np.int8]
    factors: dict[str, NDArray[np.int8]]

    def deciding(self, at: tuple[int, ...] = ()) -> tuple[str, ...]:
        """The factors in the worst grade at one index; empty where the water is not black-odorous."""
        worst = self.grade[at]
        return tuple(code for code, grade in self.factors.items() if worst > 1 and grade[at] == worst)

    def missing(self, at: tuple[int, ...] = ()) -> tuple[str, ...]:
        """The factors without a value at one index."""
        return tuple(code for code, grade in self.factors.items() if not grade[at])


def grade(
    values: Mapping[str, ArrayLike], *, depth_m: ArrayLike | None = None, factors: Sequence[str] = FACTORS
) -> BlackOdour:
    """Grade water by its transparency [m], DO and NH3-N [mg/L]; nan = none.

    Parameters
    ----------
    values : mapping of property to array_like
    depth_m : array_like, optional
        Depth of the water [m]. Where it is under 25 cm, mild begins at a transparency of 40 % of it.
    factors : sequence of str
        Which of `transparency`, `do`, `nh3n`, `redox` take part; the limits of redox potential are not confirmed.

    Raises
    ------
    UnknownName
        When a factor is none of the four.

    Notes
    -----
    The bounds of the mild range belong to it: 25 cm and 10 cm are mild, 15 mg/L of ammonia too.
    """
    rows = {row["property"]: row for row in edition().body["item"]}
    for code in factors:
        if code not in rows:
            raise UnknownName("factor of black-odorous water", code, rows)
    depth = np.asarray(np.nan if depth_m is None else depth_m, np.float64)
    given = [np.asarray(values.get(code, np.nan), np.float64) for code in factors]
    depth, *given = np.broadcast_arrays(depth, *given)
    graded = {code: _grade(rows[code], value, depth) for code, value in zip(factors, given, strict=True)}
    return BlackOdour(np.max(np.stack(list(graded.values())), axis=0), graded)


def _grade(row: Mapping[str, Any], value: NDArray[np.float64], depth_m: NDArray[np.float64]) -> NDArray[np.int8]:
    x = value * factor(property_named(row["property"]).unit, row["unit"])
    mild: Any = row["mild"]
    if row["property"] == "transparency":
        shallow = edition().body["shallow"]
        depth_cm = depth_m * 100
        mild = np.where(depth_cm < shallow["depth_cm"], depth_cm * shallow["share_of_depth"], mild)
    # comparisons on values as printed: 0.1 m is 10.000000000000002 cm to a computer
    x, mild = np.round(x, 9), np.round(mild, 9)
    if row["sense"] == "low":
        severe_at, mild_at = x < np.minimum(row["severe"], mild), x <= mild
    else:
        severe_at, mild_at = x > row["severe"], x >= mild
    return np.where(np.isnan(x), 0, np.where(severe_at, 3, np.where(mild_at, 2, 1))).astype(np.int8)
