"""A reservoir by the day: what comes in, what is let out, what evaporates; its level by its own curve.

V. T. Chow, D. R. Maidment, L. W. Mays, Applied Hydrology, 1988, ch. 8.2 (level pool).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]

DAY_S = 86_400.0


@dataclass(frozen=True)
class StorageCurve:
    """Level against storage, straight between points; beyond its ends it goes on as in its last piece.

    Attributes
    ----------
    level_m, storage_m3 : float64 (k,)
        Both strictly rising [m], [m³].
    """

    level_m: Floats
    storage_m3: Floats

    def __post_init__(self) -> None:
        """Refuse a curve that falls or stands."""
        level, storage = np.asarray(self.level_m, np.float64), np.asarray(self.storage_m3, np.float64)
        if level.ndim != 1 or level.shape != storage.shape or level.size < 2:
            raise InputError(
                f"the reservoir's curve has {level.shape} levels and {storage.shape} storages; give at least two pairs."
            )
        if not (np.isfinite(level).all() and np.isfinite(storage).all() and storage[0] >= 0):
            raise InputError("the reservoir's curve has a gap or a storage below 0 m³; give numbers only.")
        falls = np.flatnonzero((np.diff(level) <= 0) | (np.diff(storage) <= 0))
        if falls.size:
            raise InputError(
                f"the reservoir's curve does not rise after {level[falls[0]]:g} m, {storage[falls[0]]:g} m³; "
                "sort it and leave out repeated points."
            )
        object.__setattr__(self, "level_m", level)
        object.__setattr__(self, "storage_m3", storage)

    def level(self, storage_m3: ArrayLike) -> Floats:
        """Level [m] at a storage [m³]."""
        return _along(self.storage_m3, self.level_m, storage_m3)

    def storage(self, level_m: ArrayLike) -> Floats:
        """Storage [m³] at a level [m], never below 0."""
        return np.maximum(_along(self.level_m, self.storage_m3, level_m), 0.0)

    def area(self, storage_m3: float) -> float:
        """Water surface [m²] at a storage [m³]: how fast storage grows with the level."""
        piece = int(np.clip(np.searchsorted(self.storage_m3, storage_m3) - 1, 0, self.level_m.size - 2))
        rise = self.level_m[piece + 1] - self.level_m[piece]
        return float((self.storage_m3[piece + 1] - self.storage_m3[piece]) / rise)


def _along(known: Floats, wanted: Floats, at: ArrayLike) -> Floats:
    """Straight interpolation that goes on beyond the ends with the last piece's slope."""
    x = np.asarray(at, np.float64)
    piece = np.clip(np.searchsorted(known, x) - 1, 0, known.size - 2)
    slope = (wanted[piece + 1] - wanted[piece]) / (known[piece + 1] - known[piece])
    return np.asarray(wanted[piece] + slope * (x - known[piece]), np.float64)


@dataclass(frozen=True)
class Balance:
    """A reservoir's days.

    Attributes
    ----------
    storage_m3, level_m : float64 (n + 1,)
        At the beginning and after each step [m³], [m].
    released_m3s : float64 (n,)
        What was let out: what was asked for, or what there was [m³/s].
    spilled_m3s : float64 (n,)
        What did not fit below the capacity [m³/s].
    lost_m3s : float64 (n,)
        What evaporated, less the rain on the water; negative where more rained [m³/s].
    """

    storage_m3: Floats
    level_m: Floats
    released_m3s: Floats
    spilled_m3s: Floats
    lost_m3s: Floats


def _checked(inflow_m3s: ArrayLike, outflow_m3s: ArrayLike, loss_mm: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Inflow, outflow and loss as float64 (n,) each, without gaps, flows not negative."""
    came, asked = np.asarray(inflow_m3s, np.float64), np.asarray(outflow_m3s, np.float64)
    loss = np.asarray(loss_mm, np.float64)
    if came.ndim != 1 or came.shape != asked.shape or loss.shape not in ((), came.shape):
        raise InputError(
            f"the reservoir has {came.shape} inflows, {asked.shape} outflows and {loss.shape} losses; give one "
            "of each a step."
        )
    for name, flows in (("inflow", came), ("outflow", asked)):
        wrong = np.flatnonzero(~(np.isfinite(flows) & (flows >= 0)))
        if wrong.size:
            raise InputError(
                f"the reservoir's {name} is {flows[wrong[0]]:g} m³/s at step {wrong[0]}; it must be a number of "
                "0 m³/s or more. Fill the gap first."
            )
    if not np.isfinite(loss).all():
        raise InputError("the reservoir's loss has a gap; give a number of millimetres for every step.")
    return came, asked, np.asarray(np.broadcast_to(loss, came.shape), np.float64)


def balance(
    curve: StorageCurve,
    start_m3: float,
    inflow_m3s: ArrayLike,
    outflow_m3s: ArrayLike,
    *,
    loss_mm: ArrayLike = 0.0,
    capacity_m3: float = np.inf,
    step_s: float = DAY_S,
) -> Balance:
    """Lead a reservoir on: it never holds less than nothing, nor more than its capacity.

    Parameters
    ----------
    curve : StorageCurve
        Level against storage.
    start_m3 : float
        Storage at the beginning [m³].
    inflow_m3s, outflow_m3s : array_like (n,)
        Means over each step: what comes, and what is to be let out [m³/s].
    loss_mm : array_like (n,) or float
        Evaporation less rain on the water in each step [mm], of the surface at its beginning.
    capacity_m3 : float
        What it holds at most [m³].
    step_s : float
        Length of a step [s].

    Returns
    -------
    Balance
        inflow - released - spilled - lost = change of storage, at every step.

    Raises
    ------
    InputError
        Gaps, negative flows, series of different length, a beginning outside of 0 … capacity.
    """
    came, asked, losses = _checked(inflow_m3s, outflow_m3s, loss_mm)
    if not (step_s > 0 and 0 <= start_m3 <= capacity_m3):
        raise InputError(
            f"the reservoir begins with {start_m3:g} m³ of at most {capacity_m3:g} m³, steps of {step_s:g} s; "
            "begin within 0 … capacity, with a step over 0 s."
        )
    n = came.size
    storage = np.empty(n + 1)
    released, spilled, lost = np.empty(n), np.empty(n), np.empty(n)
    storage[0] = start_m3
    for t in range(n):
        there = storage[t] + came[t] * step_s
        gone = min(losses[t] * 1e-3 * curve.area(storage[t]), there)
        let = min(asked[t] * step_s, there - gone)
        left = there - gone - let
        storage[t + 1] = min(left, capacity_m3)
        lost[t], released[t], spilled[t] = gone / step_s, let / step_s, (left - storage[t + 1]) / step_s
    return Balance(storage, curve.level(storage), released, spilled, lost)
