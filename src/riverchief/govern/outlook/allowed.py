"""What is still allowed: the value that, held on every day that is left, makes the target just met.

Exact: the mean of the period is a + b·c of a value c on every day that is left, so the limit is solved for c. The
value is also given as it is printed, rounded to the safe side in the item's decimals: that printed value meets the
target, one step of its last decimal further misses it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.units import PROPERTIES
from riverchief.cloud.standards.water.surface import Limits, Rule
from riverchief.govern.outlook.period import Ledger, from_sum, to_sum

AT_MOST, AT_LEAST = "at_most", "at_least"
_PLAIN_DECIMALS = 3


@dataclass(frozen=True)
class Allowed:
    """What one item may come to on the days that are left.

    Attributes
    ----------
    sense : str
        `at_most` (the highest mean), `at_least` (the lowest mean).
    limit : float
        Of the target [unit].
    exact : float
        The mean on the days that are left that just meets it [unit]; nan where nothing is left.
    printed, step : float
        The same rounded to the safe side, and the step of its last decimal [unit].
    n_left : int
        Days that are left.
    impossible : bool
        No value that the item can have would meet it.
    assured : bool
        No value that the item can have would miss it.
    """

    property: str
    sense: str
    limit: float
    exact: float
    printed: float
    step: float
    unit: str
    n_left: int
    impossible: bool = False
    assured: bool = False


def allowed_mean(account: Ledger, item: str, sense: str, limit: float) -> Allowed:
    """The highest (lowest) mean of an item on the days that are left.

    Parameters
    ----------
    account : Ledger
        What is known of the period.
    item : str
        Property; its mean of the period must keep `limit`.
    sense : str
        `at_most` or `at_least`.
    limit : float
        In the item's unit.

    Raises
    ------
    InputError
        When the sense is neither.
    """
    if sense not in (AT_MOST, AT_LEAST):
        raise InputError(f"sense {sense!r} is neither {AT_MOST} nor {AT_LEAST}.", sense=sense)
    i = account.items.index(item)
    kept = PROPERTIES.get(item)
    low, high, unit = (kept.low, kept.high, kept.unit) if kept else (0.0, math.inf, "1")
    decimals = kept.decimals if kept else _PLAIN_DECIMALS
    step = 10.0**-decimals
    a, b = (float(part[i]) for part in account.line())
    if not account.n_left or b <= 0 or math.isnan(a):
        return Allowed(item, sense, limit, math.nan, math.nan, step, unit, account.n_left)
    goal = float(to_sum(item, np.array(limit)))
    summed = (goal - a) / b
    # the ion of a lower pH is more: senses turn around where sums run the other way
    # and where not even water without any acid would bring the mean up to it, anything is too low
    exact = math.inf if item == "ph" and summed <= 0 else float(from_sum(item, np.array(summed)))
    printed = _safe(exact, sense, decimals)
    below, above = exact < low, exact > high
    impossible, assured = (below, above) if sense == AT_MOST else (above, below)
    return Allowed(item, sense, limit, exact, printed, step, unit, account.n_left, impossible, assured)


def _safe(value: float, sense: str, decimals: int) -> float:
    """Rounded to the side that keeps the limit; a value that is a printed number already stays."""
    if not math.isfinite(value):
        return value
    scale = 10.0**decimals
    nearest = round(value, decimals)
    if math.isclose(nearest, value, rel_tol=1e-9, abs_tol=1e-12):
        return nearest
    whole = math.floor(value * scale) if sense == AT_MOST else math.ceil(value * scale)
    return round(whole / scale, decimals)


def allowed_for_class(account: Ledger, column: dict[str, Limits], target_class: int) -> tuple[Allowed, ...]:
    """What every item of a class target may come to; pH has a lowest and a highest mean.

    All of them together are the target: it is met exactly when each item keeps its own.
    """
    found = []
    for item in account.items:
        if item not in column:
            continue
        limits = column[item]
        if limits.rule is Rule.WITHIN:
            found.append(allowed_mean(account, item, AT_MOST, float(limits.high or 0)))
            found.append(allowed_mean(account, item, AT_LEAST, float(limits.low or 0)))
        else:
            sense = AT_LEAST if limits.rule is Rule.AT_LEAST else AT_MOST
            found.append(allowed_mean(account, item, sense, limits.values[target_class - 1]))
    return tuple(found)


@dataclass(frozen=True)
class DaysLeft:
    """How many of the days that are left may be bad: so many still meet the target, one more misses it.

    `impossible`: not even good days only would meet it. `assured`: bad days only would not miss it.
    """

    good: int
    valid: int
    n_left: int
    bad: int
    impossible: bool
    assured: bool


def bad_days_left(good: int, valid: int, n_left: int, required: float, *, share: bool) -> DaysLeft:
    """Bad days that a target for good days still allows.

    Parameters
    ----------
    good, valid : int
        Good days, and days with a valid value, so far.
    n_left : int
        Days that are left; all of them are taken as valid.
    required : float
        Least number of good days, or with `share` least good days over valid days [-]. It is taken as the decimal
        number that is written, so that 0.8 of 365 days is 292 and not a little more.
    """
    least = math.ceil(Fraction(repr(float(required))) * (valid + n_left if share else 1))
    bad = good + n_left - least
    return DaysLeft(good, valid, n_left, max(min(bad, n_left), 0), bad < 0, bad >= n_left)
