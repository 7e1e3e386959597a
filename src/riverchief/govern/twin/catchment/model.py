"""Rain and evaporation in, runoff out: GR4J, with what a semi-arid basin in full use needs beside it.

The four parameters of GR4J (C. Perrin, C. Michel, V. Andréassian, Improvement of a parsimonious model for streamflow
simulation, J. Hydrol. 279 (2003), 275-289) and four more, each neutral at one value, where the model is GR4J itself:
the share of the basin whose runoff arrives (dams, karst and fields hold the rest), rain above the capacity to
infiltrate (R. E. Horton 1933, capacities spread exponentially over the basin), water that towns and mines return, and
water that irrigation draws when it has been dry.

Steps may be days or hours. Percolation and the routing store are exact solutions over a step, so that the soil and
routing stores keep their size; exchange, return and infiltration capacity are rates per day; the delay is in days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment._kernels import (
    DRAWN,
    EVAPORATED,
    EXCHANGED,
    FLOWED,
    LOST,
    RAIN,
    RETURNED,
    rain_to_flow,
)

Floats = NDArray[np.float64]

DAY_S = 86_400.0
_LONGEST_DELAY_D = 100.0
MOST_MM = 2000.0  # no day has had more rain (1,825 mm, Foc-Foc, 1966); codes such as 9999 mean that it is not known


@dataclass(frozen=True)
class Parameter:
    """One parameter: what it means, where it may lie, and where calibration looks for it.

    Attributes
    ----------
    name, unit, meaning : str
        For people; the position in `PARAMETERS` is the column in a parameter set.
    low, high : float
        Range of calibration; equal where the parameter is held.
    least : float
        Physical lower limit.
    most : float
        Physical upper limit; infinite where infinity is the neutral value.
    spacing : {"linear", "log"}
        How calibration spaces the range.
    """

    name: str
    unit: str
    meaning: str
    low: float
    high: float
    least: float
    most: float
    spacing: Literal["linear", "log"] = "linear"


# Exchange is held at 0: on the Fen it and the arriving share stand for one another, and the share validates better.
PARAMETERS = (
    Parameter("soil_mm", "mm", "capacity of the soil store, X1", 5, 1500, 1e-3, 1e5, "log"),
    Parameter("exchange_mm_d", "mm/d", "exchange with the ground, X2, gain positive", 0, 0, -100, 100),
    Parameter("routing_mm", "mm", "capacity of the routing store, X3", 1, 500, 1e-3, 1e5, "log"),
    Parameter("delay_d", "d", "time base of the unit hydrograph, X4", 0.6, 15, 1e-3, _LONGEST_DELAY_D, "log"),
    Parameter("share", "-", "share of the runoff that arrives", 0.01, 1, 0, 1, "log"),
    Parameter("infiltration_mm_d", "mm/d", "mean capacity to infiltrate", 1, 5000, 1e-3, math.inf, "log"),
    Parameter("returned_mm_d", "mm/d", "water that towns and mines return", 0, 0.08, 0, 1000),
    Parameter("drawn", "-", "share of the lasting lack of rain that is drawn from the river", 0, 0.03, 0, 1),
)
NAMES = tuple(p.name for p in PARAMETERS)


def gr4j(soil_mm: float, exchange_mm_d: float, routing_mm: float, delay_d: float) -> Floats:
    """The parameter set (8,) with which the model is GR4J with X1 [mm], X2 [mm/d], X3 [mm], X4 [d]."""
    return np.array([soil_mm, exchange_mm_d, routing_mm, delay_d, 1.0, math.inf, 0.0, 0.0])


@dataclass(frozen=True)
class State:
    """What the basin holds between two steps, for m parameter sets.

    Attributes
    ----------
    soil_mm, routing_mm : float64 (m,)
        Water in the two stores [mm].
    deficit_mm_d : float64 (m,)
        Lack of rain against evaporation, remembered over ten days [mm/d].
    single_mm, double_mm : float64 (m, u)
        Water under way in the two unit hydrographs, by the step in which it leaves [mm].
    """

    soil_mm: Floats
    routing_mm: Floats
    deficit_mm_d: Floats
    single_mm: Floats
    double_mm: Floats

    @property
    def stored_mm(self) -> Floats:
        """All water held, shape (m,) [mm]."""
        return np.asarray(self.soil_mm + self.routing_mm + self.single_mm.sum(1) + self.double_mm.sum(1), np.float64)


@dataclass(frozen=True)
class Ledger:
    """Sums over a run for m parameter sets, each float64 (m,) [mm]; what came in and went is what is held more."""

    rain: Floats
    evaporated: Floats
    exchanged: Floats
    lost: Floats
    returned: Floats
    drawn: Floats
    flowed: Floats
    stored_more: Floats

    @property
    def residual(self) -> Floats:
        """What the books are out by, (m,) [mm]: nothing but round-off."""
        came = self.rain + self.exchanged + self.returned
        went = self.evaporated + self.lost + self.drawn + self.flowed
        return np.asarray(came - went - self.stored_more, np.float64)


@dataclass(frozen=True)
class Run:
    """A run of m parameter sets over n steps: runoff float64 (m, n) [mm/d], books, and the state at its end."""

    flow_mm_d: Floats
    ledger: Ledger
    state: State


def flow_m3s(depth_mm_d: ArrayLike, area_km2: float) -> Floats:
    """Runoff [mm/d] of a basin [km²] as discharge [m³/s]."""
    return np.asarray(np.asarray(depth_mm_d, np.float64) * (area_km2 * 1e3 / DAY_S), np.float64)


def depth_mm_d(flow_m3s: ArrayLike, area_km2: float) -> Floats:
    """Discharge [m³/s] of a basin [km²] as runoff [mm/d]."""
    return np.asarray(np.asarray(flow_m3s, np.float64) * (DAY_S / (area_km2 * 1e3)), np.float64)


def parameter_sets(parameters: ArrayLike) -> Floats:
    """Parameter sets as float64 (m, 8), each value within its physical limits.

    Raises
    ------
    InputError
        Wrong shape, or a value outside of its limits.
    """
    sets = np.atleast_2d(np.asarray(parameters, np.float64))
    if sets.ndim != 2 or sets.shape[1] != len(PARAMETERS) or not sets.shape[0]:
        raise InputError(
            f"the catchment takes parameter sets of {len(PARAMETERS)} ({', '.join(NAMES)}); found shape {sets.shape}."
        )
    for column, p in enumerate(PARAMETERS):
        values = sets[:, column]
        wrong = ~((values >= p.least) & (values <= p.most))  # true of NaN
        if wrong.any():
            raise InputError(
                f"the catchment's {p.name} is {values[wrong][0]:g} {p.unit}; it lies between {p.least:g} and "
                f"{p.most:g} {p.unit} ({p.meaning}). Give a value there.",
                parameter=p.name,
            )
    return np.ascontiguousarray(sets)


def forcing(name: str, values: ArrayLike, n_step: int | None = None) -> Floats:
    """A forcing as float64 (k, n) [mm per step], between 0 and 2000 mm.

    Raises
    ------
    InputError
        Wrong shape, a gap, or a value that cannot be, with its step.
    """
    rows = np.atleast_2d(np.asarray(values, np.float64))
    if rows.ndim != 2 or not rows.size or (n_step is not None and rows.shape[1] != n_step):
        raise InputError(
            f"the catchment's {name} has shape {rows.shape}; give one row, or one per member, of "
            f"{n_step if n_step is not None else 'at least one'} steps."
        )
    wrong = np.argwhere(~((rows >= 0) & (rows <= MOST_MM)))
    if wrong.size:
        member, step = wrong[0]
        raise InputError(
            f"the catchment's {name} is {rows[member, step]:g} mm at step {step} ({len(wrong)} such steps); it must "
            f"lie between 0 and {MOST_MM:g} mm. Fill the gap before the run.",
            step=int(step),
        )
    return np.ascontiguousarray(rows)


def _begin(sets: Floats, step_d: float) -> State:
    """A usual beginning: stores at four tenths, nothing under way."""
    n_set = len(sets)
    length = max(math.ceil(2 * sets[:, 3].max() / step_d), 1)
    none = np.zeros((n_set, length))
    return State(0.4 * sets[:, 0], 0.4 * sets[:, 2], np.zeros(n_set), none, none.copy())


def simulate(
    rain_mm: ArrayLike,
    evaporation_mm: ArrayLike,
    parameters: ArrayLike,
    *,
    step_s: float = DAY_S,
    state: State | None = None,
) -> Run:
    """Run the basin for all parameter sets.

    Parameters
    ----------
    rain_mm : array_like (n,) or (k, n)
        Rain of every step [mm]; of k rows (members of a forecast) parameter set i takes row i modulo k.
    evaporation_mm : array_like (n,) or (k, n)
        Potential evaporation of every step [mm].
    parameters : array_like (8,) or (m, 8)
        Parameter sets in the order of `PARAMETERS`.
    step_s : float
        Length of a step [s], at most a day.
    state : State, optional
        Where an earlier run of the same sets and step ended; left out, stores begin at four tenths and need a warm-up.

    Returns
    -------
    Run
        For as many members as there are parameter sets.

    Raises
    ------
    InputError
        A gap or impossible value in the forcing, a parameter outside of its limits, a step over a day.
    """
    if not 0 < step_s <= DAY_S:
        raise InputError(f"the catchment's step is {step_s:g} s; it must be more than 0 s and at most {DAY_S:g} s.")
    rain = forcing("rain", rain_mm)
    lift = forcing("evaporation", evaporation_mm, rain.shape[1])
    sets = parameter_sets(parameters)
    rows = max(len(rain), len(lift))
    if {len(rain), len(lift)} - {1, rows} or rows > len(sets):
        raise InputError(
            f"the catchment has {len(rain)} rows of rain, {len(lift)} of evaporation and {len(sets)} parameter "
            "sets; give one row or the same number of both, and at least as many parameter sets."
        )
    rain, lift = (np.ascontiguousarray(np.broadcast_to(a, (rows, a.shape[1]))) for a in (rain, lift))
    step_d = step_s / DAY_S
    begun = _begin(sets, step_d) if state is None else state
    if begun.soil_mm.shape != (len(sets),) or begun.single_mm.shape[1] < math.ceil(2 * sets[:, 3].max() / step_d):
        raise InputError(
            "the catchment's state is of another run; give the state of a run of these sets and this step."
        )
    now = State(*(np.array(a) for a in vars(begun).values()))
    flow, sums = rain_to_flow(rain, lift, sets, step_d, *vars(now).values())
    ledger = Ledger(
        rain=sums[:, RAIN],
        evaporated=sums[:, EVAPORATED],
        exchanged=sums[:, EXCHANGED],
        lost=sums[:, LOST],
        returned=sums[:, RETURNED],
        drawn=sums[:, DRAWN],
        flowed=sums[:, FLOWED],
        stored_more=now.stored_mm - begun.stored_mm,
    )
    return Run(flow / step_d, ledger, now)
