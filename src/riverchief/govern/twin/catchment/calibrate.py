"""Parameters from a gauged basin: the best set, and all that are nearly as good.

R. Storn, K. Price, Differential evolution, J. Global Optim. 11 (1997), 341-359 (scipy.optimize); K. Beven, A. Binley,
The future of distributed models: GLUE, Hydrol. Process. 6 (1992), 279-298 (why more than one set is kept).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, differential_evolution

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.model import DAY_S, PARAMETERS, Parameter, Run, State, simulate
from riverchief.govern.twin.catchment.scores import kge

Floats = NDArray[np.float64]

WARM_UP_D = 365  # a whole year, so that the stores begin where their own climate leaves them at that season
BEHAVIOURAL = 0.02  # sets whose loss is within this of the best are kept
POPULATION = 12  # per free parameter
GENERATIONS = 150


@dataclass(frozen=True)
class Calibration:
    """What calibration found.

    Attributes
    ----------
    best : float64 (8,)
        The best parameter set.
    loss : float
        1 - the mean of the Kling-Gupta efficiencies of √flow and flow, for the best set.
    behavioural : float64 (m, 8)
        Sets met on the way whose loss is within `BEHAVIOURAL` of the best, the best first.
    losses : float64 (m,)
        Their losses.
    """

    best: Floats
    loss: float
    behavioural: Floats
    losses: Floats

    def sample(self, members: int, seed: int) -> Floats:
        """`members` of the behavioural sets (members, 8), the best among them as the first; drawn with `seed`."""
        others = np.random.default_rng(seed).integers(0, len(self.behavioural), members - 1)
        return np.asarray(self.behavioural[np.concatenate([[0], others])], np.float64)


def warm(rain_mm: Floats, evaporation_mm: Floats, parameters: ArrayLike, *, step_s: float = DAY_S) -> State:
    """The state after the first year of the forcing (…, n), run from the usual beginning.

    Raises
    ------
    InputError
        Less than a year of forcing.
    """
    year = round(WARM_UP_D * DAY_S / step_s)
    if np.shape(rain_mm)[-1] < year:
        raise InputError(
            f"the catchment needs {WARM_UP_D} days to fill its stores; the forcing has "
            f"{np.shape(rain_mm)[-1] * step_s / DAY_S:g} d. Give a longer history."
        )
    return simulate(rain_mm[..., :year], evaporation_mm[..., :year], parameters, step_s=step_s).state


def run_warmed(rain_mm: ArrayLike, evaporation_mm: ArrayLike, parameters: ArrayLike, *, step_s: float = DAY_S) -> Run:
    """Run all steps, after a warm-up in which the first year has passed once already.

    A record of five years cannot spare one. The first year repeated costs none, and puts the stores at a level that
    this climate sustains; what is wrong is only the difference between that year and the one before it.

    Parameters, errors: as in `simulate`; at least a year of forcing.
    """
    rain, lift = np.asarray(rain_mm, np.float64), np.asarray(evaporation_mm, np.float64)
    return simulate(rain, lift, parameters, step_s=step_s, state=warm(rain, lift, parameters, step_s=step_s))


def _spaced(parameters: Sequence[Parameter]) -> tuple[Bounds[Any, Any], list[int], Floats]:
    """Bounds of the free parameters as the optimiser sees them, their columns, and a set of all held values."""
    free = [c for c, p in enumerate(parameters) if p.low < p.high]
    ends = [
        (np.log(p.low), np.log(p.high)) if p.spacing == "log" else (p.low, p.high)
        for p in (parameters[c] for c in free)
    ]
    low, high = np.array(ends, np.float64).T
    return Bounds(low, high), free, np.array([p.low for p in parameters])


def _kept(sets: Floats, losses: Floats) -> Calibration:
    """The best of all sets that were tried (n, 8), with their losses (n,), and those nearly as good, in order."""
    order = np.argsort(losses, kind="stable")
    kept = order[losses[order] <= losses[order[0]] + BEHAVIOURAL]
    return Calibration(sets[kept[0]], float(losses[kept[0]]), sets[kept], losses[kept])


def calibrate(
    rain_mm: ArrayLike,
    evaporation_mm: ArrayLike,
    observed_mm_d: ArrayLike,
    *,
    parameters: Sequence[Parameter] = PARAMETERS,
    step_s: float = DAY_S,
    seed: int = 0,
    generations: int = GENERATIONS,
) -> Calibration:
    """Find the parameter sets that reproduce an observed runoff, by differential evolution.

    Parameters
    ----------
    rain_mm, evaporation_mm : array_like (n,)
        Forcing of every step [mm].
    observed_mm_d : array_like (n,)
        Observed runoff [mm/d], NaN where there is none.
    parameters : sequence of Parameter
        Ranges; a parameter whose range is one value is held there.
    step_s : float
        Length of a step [s].
    seed : int
        Of the optimiser.
    generations : int
        At most so many.

    Returns
    -------
    Calibration
        The same for the same seed.

    Raises
    ------
    InputError
        Gaps in the forcing, less than a year, too few observations, negative ones.
    """
    observed = np.asarray(observed_mm_d, np.float64)
    rain, lift = np.asarray(rain_mm, np.float64), np.asarray(evaporation_mm, np.float64)
    if (observed[np.isfinite(observed)] < 0).any():
        raise InputError(
            f"the observed runoff is {np.nanmin(observed):g} mm/d; it must be 0 mm/d or more. "
            "Mark such days as missing."
        )
    bounds, free, held = _spaced(parameters)
    logs = np.array([parameters[c].spacing == "log" for c in free])
    tried: list[tuple[Floats, Floats]] = []

    def loss(spaced: Floats) -> Floats:
        sets = np.tile(held, (spaced.shape[1], 1))
        sets[:, free] = np.where(logs, np.exp(spaced.T), spaced.T)
        flow = run_warmed(rain, lift, sets, step_s=step_s).flow_mm_d
        # the root looks at the months between floods, the flow itself at the floods' volume
        missed = 1 - (kge(np.sqrt(flow), np.sqrt(observed)) + kge(flow, observed)) / 2
        tried.append((sets, missed))
        return missed

    differential_evolution(
        cast("Any", loss),  # vectorised: its stubs know only one set at a time
        bounds,
        vectorized=True,
        updating="deferred",
        popsize=POPULATION,
        maxiter=generations,
        tol=1e-6,
        seed=seed,
        polish=False,
    )
    return _kept(np.concatenate([s for s, _ in tried]), np.concatenate([v for _, v in tried]))
