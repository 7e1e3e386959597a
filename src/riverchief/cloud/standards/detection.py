"""Values below the detection limit: how they are written, and what they count as.

`0.02L` and `<0.02` mean "less than 0.02, which is the detection limit"; `ND` means the same where the limit is stated
elsewhere. In means such a value counts half its limit, in loads nothing (data of the statistics rules). A class can be
given only where the limit of detection is not above the limit of the class; `water.assess` says so otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import editions
from riverchief.cloud.standards.rounding import STANDARD

USES = ("mean", "load")
_NOT_DETECTED = {"nd", "n.d.", "未检出"}
_BELOW = re.compile(r"(?:[<＜]\s*(?P<after>[\d.eE+-]+)|(?P<before>[\d.eE+-]+)\s*[Ll])")


class Measured(NamedTuple):
    """A value as it was written: `value`, or the detection limit `below` which it stayed under; nan for what is not."""

    value: float
    below: float


def parse_measured(text: str, detection_limit: float | None = None) -> Measured | None:
    """A number, or a value below its detection limit; None for text that is neither.

    Parameters
    ----------
    text : str
        Such as `0.31`, `0.02L`, `<0.02`, `ND`.
    detection_limit : float, optional
        For `ND` and `未检出`, which do not state it, in the unit of the value.

    Raises
    ------
    InputError
        For `ND` without a limit: half of an unknown is no number.

    >>> parse_measured("0.02L")
    Measured(value=nan, below=0.02)
    """
    stripped = text.strip()
    if stripped.lower() in _NOT_DETECTED:
        if detection_limit is None:
            raise InputError(f"{text!r} does not state its detection limit: write it as <0.02 or 0.02L.", text=text)
        return Measured(math.nan, detection_limit)
    match = _BELOW.fullmatch(stripped)
    found = _number(match["after"] or match["before"] if match else stripped)
    if found is None or (match and found <= 0):
        return None
    return Measured(math.nan, found) if match else Measured(found, math.nan)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def share_of_limit(use: str) -> float:
    """What a value below the detection limit counts as, as a share of the limit, in a `mean` or in a `load`.

    Raises
    ------
    UnknownName
        For another use.
    """
    if use not in USES:
        raise UnknownName("use of a value below the detection limit", use, USES)
    return float(editions(STANDARD)[-1].body["non_detect"][use])


def substituted(value: ArrayLike, below: ArrayLike, use: str = "mean") -> NDArray[np.float64]:
    """Values with those below their detection limit replaced by what they count as.

    Parameters
    ----------
    value, below : array_like
        The value, and the detection limit where it was not reached (nan elsewhere); broadcast together.
    use : str
        `mean` (half the limit) or `load` (zero).
    """
    limit = np.asarray(below, np.float64)
    return np.where(np.isnan(limit), np.asarray(value, np.float64), limit * share_of_limit(use))


def columns_of(
    rows: Sequence[Mapping[str, Measured | None]], codes: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Values and detection limits by property as arrays over rows, nan where there is none."""
    nothing = Measured(math.nan, math.nan)
    values, below = {}, {}
    for code in codes:
        column = [row.get(code) or nothing for row in rows]
        values[code] = np.array([one.value for one in column])
        below[code] = np.array([one.below for one in column])
    return values, below
