"""Readings as the tracer takes them: excess over the background at spots of the grid, gaps and non-detects and all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Floats


@dataclass(frozen=True)
class Reading:
    """One reading of the traced substance.

    Attributes
    ----------
    station : str
        Who took it; readings of one station share its calibration.
    cell : int
    share : float
        The cell it was taken in, and how much of the cell lies above [-].
    time_s : float
        When [s].
    value_mgl : float
        Excess over the background [mg/L]; where `below`, the limit under which it lies.
    sd_mgl : float
        Standard deviation of background and instrument [mg/L].
    below : bool
        Nothing was detected; the limit is all that is known.
    """

    station: str
    cell: int
    share: float
    time_s: float
    value_mgl: float
    sd_mgl: float
    below: bool = False


@dataclass(frozen=True)
class Batch:
    """Readings as arrays (n,), by station and time; `part` is what share of an independent reading each counts."""

    stations: tuple[str, ...]
    station: NDArray[np.int64]
    cell: NDArray[np.int64]
    share: Floats
    time_s: Floats
    value: Floats
    sd: Floats
    below: NDArray[np.bool_]
    part: Floats
    order: NDArray[np.int64]  # of the readings that were given


def batch_of(readings: Sequence[Reading], n_cell: int, correlation_s: float) -> Batch:
    """Check and sort readings.

    Parameters
    ----------
    n_cell : int
        Of the flows.
    correlation_s : float
        Readings of one station closer than this share their error and count in part [s].

    Raises
    ------
    InputError
        For a value, an instant or an error that is no number, an error not above 0, a cell that is not there; and for
        no reading at all.
    """
    if not readings:
        raise InputError("the tracer was given no reading; give those of all stations around, clean ones too.")
    for one in readings:
        if not (np.isfinite(one.value_mgl) and np.isfinite(one.time_s) and np.isfinite(one.sd_mgl) and one.sd_mgl > 0):
            raise InputError(
                f"reading of {one.station} at {one.time_s} s is {one.value_mgl} ± {one.sd_mgl} mg/L; give finite "
                f"numbers and an error above 0 mg/L, or leave it out.",
                station=one.station,
            )
        if not (0 <= one.cell < n_cell and 0 <= one.share <= 1):
            raise InputError(
                f"reading of {one.station} lies in cell {one.cell} at {one.share} of it; the river has cells 0 to "
                f"{n_cell - 1}, each from 0 to 1.",
                station=one.station,
            )
    stations = tuple(dict.fromkeys(r.station for r in readings))
    number = np.array([stations.index(r.station) for r in readings], np.int64)
    time = np.array([r.time_s for r in readings])
    order = np.lexsort((time, number))
    number, time = number[order], time[order]
    gap = np.diff(time, prepend=-np.inf)
    first = np.diff(number, prepend=-1) != 0
    part = np.where(first, 1.0, np.clip(gap / max(correlation_s, 1e-9), 0.05, 1.0))

    def column(name: str) -> Floats:
        return np.array([getattr(r, name) for r in readings], np.float64)[order]

    return Batch(
        stations, number, column("cell").astype(np.int64), column("share"), time, column("value_mgl"),
        column("sd_mgl"), column("below").astype(np.bool_), part, order,
    )  # fmt: skip
