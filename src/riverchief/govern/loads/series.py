"""What a load is made of: samples of a concentration, a series of flow, and the periods that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]
DAY_S = 86_400
KG_PER_G = 1e-3
SAMPLES_MIN = 12


@dataclass(frozen=True)
class Samples:
    """Samples of one property at one place, in order of time.

    Attributes
    ----------
    time_s : float64 (m,)
        Times of sampling [s since 1970 UTC].
    concentration_mgl : float64 (m,)
        Concentration [mg/L = g/m³]; of a sample below its detection limit, that limit.
    flow_m3s : float64 (m,)
        Flow at the time of sampling [m³/s].
    below_limit : bool (m,)
        Where nothing was detected: zero in a load (SL 219-2013, 12.2.5), half the limit in a regression of logarithms.
    """

    time_s: Floats
    concentration_mgl: Floats
    flow_m3s: Floats
    below_limit: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def for_load_mgl(self) -> Floats:
        """Concentrations as a load counts them [mg/L]: zero where nothing was detected."""
        return np.where(self.below_limit, 0.0, self.concentration_mgl)

    @property
    def for_regression_mgl(self) -> Floats:
        """Concentrations as a regression of logarithms takes them [mg/L]: half the limit where nothing was detected."""
        return np.where(self.below_limit, 0.5 * self.concentration_mgl, self.concentration_mgl)

    def take(self, which: NDArray[np.generic]) -> Samples:
        """Some of them, by mask or index."""
        return Samples(self.time_s[which], self.concentration_mgl[which], self.flow_m3s[which], self.below_limit[which])


@dataclass(frozen=True)
class Flow:
    """Mean flow of steps in order of time; a step without a flow is not among them.

    Attributes
    ----------
    time_s : float64 (n,)
        Middle of each step [s since 1970 UTC].
    flow_m3s : float64 (n,)
        Mean flow [m³/s], not below 0.
    duration_s : float64 (n,)
        Length of each step [s].
    """

    time_s: Floats
    flow_m3s: Floats
    duration_s: Floats

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def volume_m3(self) -> Floats:
        """Water of each step [m³]."""
        return self.flow_m3s * self.duration_s


@dataclass(frozen=True)
class Periods:
    """Periods that loads are summed over.

    Attributes
    ----------
    names : tuple of str
        Such as `2013` or `2013-04`.
    index : int64 (n,)
        The period of every step of flow; -1 where it belongs to none.
    expected_s : float64 (p,)
        How long each period is [s], for saying which part of it the flow covers.
    """

    names: tuple[str, ...]
    index: NDArray[np.int64]
    expected_s: Floats

    def total(self, per_step: Floats) -> Floats:
        """Sums over each period: (n,) gives (p,), (n, b) gives (p, b)."""
        matrix = np.zeros((len(self.names), *per_step.shape[1:]))
        inside = self.index >= 0
        np.add.at(matrix, self.index[inside], per_step[inside])
        return matrix

    def covered(self, flow: Flow) -> Floats:
        """The part of each period for which there is a flow [0..1], shape (p,)."""
        return self.total(flow.duration_s) / self.expected_s


def samples_of(
    time_s: ArrayLike, concentration_mgl: ArrayLike, flow_m3s: ArrayLike, below_limit: ArrayLike | None = None
) -> tuple[Samples, int]:
    """Samples in order of time, and how many were left out for want of a concentration or a flow above zero.

    Parameters
    ----------
    time_s, concentration_mgl, flow_m3s : array_like, shape (m,)
        [s since 1970 UTC], [mg/L], [m³/s]; nan = no value.
    below_limit : array_like of bool, shape (m,), optional
        Where `concentration_mgl` is a detection limit that was not reached.

    Raises
    ------
    InputError
        When a concentration is below zero.
    """
    time, value = np.asarray(time_s, np.float64), np.asarray(concentration_mgl, np.float64)
    flow = np.asarray(flow_m3s, np.float64)
    below = np.zeros(time.shape, np.bool_) if below_limit is None else np.asarray(below_limit, np.bool_)
    negative = np.flatnonzero(value < 0)
    if negative.size:
        raise InputError(
            f"concentration_mgl[{negative[0]}] is {value[negative[0]]:g} mg/L, must be at least 0 "
            f"({negative.size} of {value.size} values fail): give a value below the detection limit as '<limit'.",
        )
    # a plain 0 is a sample in which nothing was found with an unknown limit: the smallest value found stands for it
    found = value[(value > 0) & ~below]
    floor = float(found.min()) if found.size else np.nan
    zero = value == 0
    value = np.where(zero, floor, value)
    good = np.isfinite(value) & (flow > 0)
    order = np.flatnonzero(good)[np.argsort(time[good], kind="stable")]
    return Samples(time[order], value[order], flow[order], (below | zero)[order]), int((~good).sum())


def need_samples(samples: Samples, method: str) -> None:
    """Refuse to estimate from a handful.

    Raises
    ------
    InputError
        With what was found and what is needed.
    """
    if len(samples) < SAMPLES_MIN:
        raise InputError(
            f"{method}: {len(samples)} samples with a concentration and a flow, at least {SAMPLES_MIN} are needed "
            f"for a load with an interval. Give a longer record.",
            n=len(samples),
            needed=SAMPLES_MIN,
        )


def daily(days: Sequence[str] | NDArray[np.datetime64], flow_m3s: ArrayLike, offset_s: float = 0.0) -> Flow:
    """Daily mean flows as steps; days without a value (nan) are left out.

    Parameters
    ----------
    days : array_like of datetime64[D], shape (n,)
        Local days.
    flow_m3s : array_like, shape (n,)
        Mean flow [m³/s].
    offset_s : float
        How far the local clock is ahead of UTC [s].

    Raises
    ------
    InputError
        When a day stands there twice or a flow is below zero.
    """
    day = np.asarray(days, dtype="datetime64[D]")
    value = np.asarray(flow_m3s, np.float64)
    if (value < 0).any():
        i = int(np.flatnonzero(value < 0)[0])
        raise InputError(
            f"flow of {day[i]} is {value[i]:g} m³/s, must be at least 0: water that runs back has no load."
        )
    repeated = day[np.flatnonzero(np.diff(np.sort(day).astype(np.int64)) == 0)]
    if repeated.size:
        raise InputError(
            f"{np.sort(day)[np.flatnonzero(np.diff(np.sort(day).astype(np.int64)) == 0)[0]]} stands there "
            f"twice in the flow: keep one row per day."
        )
    order = np.argsort(day, kind="stable")
    order = order[np.isfinite(value[order])]
    middle = day[order].astype("datetime64[s]").astype(np.float64) + DAY_S / 2 - offset_s
    return Flow(middle, value[order], np.full(order.size, float(DAY_S)))


def by_calendar(flow: Flow, unit: str = "year", offset_s: float = 0.0) -> Periods:
    """Calendar years or months of the local clock that the flow touches.

    Parameters
    ----------
    unit : str
        `year` or `month`.
    offset_s : float
        How far the local clock is ahead of UTC [s].
    """
    code = "Y" if unit == "year" else "M"
    local = (flow.time_s + offset_s).astype("datetime64[s]").astype(f"datetime64[{code}]")
    found, index = np.unique(local, return_inverse=True)
    length = (found + 1).astype("datetime64[s]") - found.astype("datetime64[s]")
    return Periods(tuple(str(name) for name in found), index.astype(np.int64), length.astype(np.float64))


def whole(flow: Flow, name: str = "all") -> Periods:
    """One period: all of the flow."""
    return Periods((name,), np.zeros(len(flow), np.int64), np.array([flow.duration_s.sum()]))
