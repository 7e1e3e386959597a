"""Inflow of a tributary without a gauge: the basin that lends its parameters, rain and evaporation in, a band out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.calibrate import WARM_UP_D, Calibration
from riverchief.govern.twin.catchment.model import DAY_S, NAMES, flow_m3s, forcing, simulate
from riverchief.govern.twin.catchment.update import Updating

Floats = NDArray[np.float64]

HACK = 0.6  # a main stream is as long as its basin's area to this power (J. T. Hack, USGS Prof. Paper 294-B, 1957)
MEMBERS = 64
_DELAY = NAMES.index("delay_d")


def _check_area(whose: str, area_km2: float) -> None:
    if not (np.isfinite(area_km2) and area_km2 > 0):
        raise InputError(f"the {whose}'s area is {area_km2:g} km²; it must be more than 0 km².")


@dataclass(frozen=True)
class Donor:
    """A gauged basin that lends its parameters.

    Attributes
    ----------
    area_km2 : float
        Its area [km²].
    calibration : Calibration
        Its parameter sets.
    updating : Updating
        How far it departs from the model, fitted by the day.
    """

    area_km2: float
    calibration: Calibration
    updating: Updating

    def __post_init__(self) -> None:
        """Refuse what has no area."""
        _check_area("donor", self.area_km2)


@dataclass(frozen=True)
class Inflow:
    """An ensemble of inflows.

    Attributes
    ----------
    members_m3s : float64 (m, n)
        Every member's inflow [m³/s], never negative.
    """

    members_m3s: Floats

    def quantile(self, share: float) -> Floats:
        """The inflow that `share` of the members do not exceed, (n,) [m³/s]."""
        return np.asarray(np.quantile(self.members_m3s, share, axis=0), np.float64)


def _moved(donor: Donor, area_km2: float, members: int, seed: int) -> Floats:
    """Parameter sets for another area: the delay grows as the stream's length does, all else is per unit of area."""
    sets = donor.calibration.sample(members, seed)
    sets[:, _DELAY] *= (area_km2 / donor.area_km2) ** HACK
    return sets


def inflow_series(
    donor: Donor,
    rain_mm: ArrayLike,
    evaporation_mm: ArrayLike,
    area_km2: float,
    *,
    history: int,
    step_s: float = DAY_S,
    members: int = MEMBERS,
    seed: int = 0,
) -> Inflow:
    """Inflows of a basin without a gauge, from rain that has fallen and rain that is forecast.

    Parameters
    ----------
    donor : Donor
        The basin that lends its parameters; alike in climate, ground and use, or the result is worth nothing.
    rain_mm, evaporation_mm : array_like (n,) or (k, n)
        Observed, then forecast [mm per step]; k rows are the members of a weather forecast.
    area_km2 : float
        Area of the basin [km²].
    history : int
        How many leading steps only fill the stores, at least a year; the series begins after them.
    step_s : float
        Length of a step [s], at most a day.
    members : int
        Size of the ensemble, at least k.
    seed : int
        Of the draw: parameter sets from the donor's behavioural ones, departures as the donor departs.

    Returns
    -------
    Inflow
        (members, n - history).

    Raises
    ------
    InputError
        An area of 0 km² or less, too little history, no member, gaps in the forcing.

    Notes
    -----
    The area's ratio moves runoff and delay; all else is the donor's, also the water returned and drawn per area.
    The width holds for the donor itself: what the distance of two basins adds cannot be known from one of them.
    """
    _check_area("basin", area_km2)
    if members < 1:
        raise InputError(f"the inflow is asked for {members} members; ask for at least one.")
    rain = forcing("rain", rain_mm)
    least = round(WARM_UP_D * DAY_S / step_s)
    if not least <= history < rain.shape[1]:
        raise InputError(
            f"the inflow has a history of {history} steps among {rain.shape[1]}; it needs {least} steps (a year) to "
            "fill the stores, and at least one after them."
        )
    run = simulate(rain, evaporation_mm, _moved(donor, area_km2, members, seed), step_s=step_s)
    depth = run.flow_mm_d[:, history:]
    by_day = donor.updating.wander(
        int(np.ceil(depth.shape[1] * step_s / DAY_S)) + 1, members, np.random.default_rng([seed, 1])
    )
    # departures are known by the day; within it they run straight from one to the next
    at_d = np.arange(depth.shape[1]) * step_s / DAY_S
    departure = np.stack([np.interp(at_d, np.arange(by_day.shape[1]), row) for row in by_day])
    return Inflow(flow_m3s(np.maximum(np.sqrt(depth) + departure, 0.0) ** 2, area_km2))
