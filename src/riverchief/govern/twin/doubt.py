"""How doubtful inflows are, by what gauges have read: how far, and how fast, the flow has wandered from what is usual.

A gauge's structure function D(h), the mean square of what its log flow has changed by within h, is the error of
persistence. With an AR(1) of standard deviation σ and memory T, read with an error of share ε, it is
D(h) = 2 ε² + 2 σ² (1 − exp(−h/T)), the exponential variogram with a nugget (N. Cressie, Statistics for Spatial Data,
1993, 2.3.1). A calm river gets a narrow band of it and a flashy one a wide one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.ensemble import AR1
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.upstream import Upstream
from riverchief.govern.twin.usual import OWN_SHARE, Usual

Floats = NDArray[np.float64]

HOUR_S, STEP_S = 3600.0, 900.0
PER_HOUR = round(HOUR_S / STEP_S)
NEAR = (1, 2, 3, 6)
LAGS_H = (*NEAR, 12, 24, 48, 72)
RECENT_H = 12  # a river that has woken up within so long is as doubtful as that
LEAST_PAIRS = 36  # of readings a lag apart: below so many it is left out
LEAST_RECORD_S = 5 * 86_400.0  # a shorter record does not know what a river does in some days
MEMORIES_H = np.geomspace(3.0, 240.0, 40)
LEAST_SIGMA, MOST_SIGMA = 0.02, 1.0
# no reading is better, and none that quality control has passed is taken for worse
LEAST_ERROR, MOST_ERROR = 0.01, 0.05
LEAST_CHANGE = 1e-6  # of a reading that always says the same
LEAST_FLOW = 1e-3  # of a dry bed's logarithm [m³/s]

ASSUMED = AR1(0.25, 86_400.0)
"""Where no gauge has told: a quarter of the usual flow, forgotten in a day."""


@dataclass(frozen=True)
class Wander:
    """How the flow past a gauge strays from what is usual.

    Attributes
    ----------
    sigma : float
        Standard deviation of its logarithm [-].
    memory_s : float
        Time over which it forgets to 1/e [s].
    error : float
        Of a reading, as a share [-].
    """

    sigma: float
    memory_s: float
    error: float

    @classmethod
    def of(cls, time_s: Floats, flow_m3s: Floats) -> Wander | None:
        """From a record such as the last ten days; None where it is too short to tell.

        σ is what the record has; T is what fits its changes best; ε is what they come to within no time. Both
        are of a river whose mean such a record does not know for sure. Where the last hours have changed by more than
        the record did on the whole, σ is that much larger.

        Parameters
        ----------
        time_s, flow_m3s : float64 (n,)
            In the order of time [s], [m³/s].
        """
        logs = quarters(time_s, np.log(np.maximum(flow_m3s, LEAST_FLOW)))
        pairs = _changes(logs)
        if len(pairs) < len(NEAR) or logs.size * STEP_S < LEAST_RECORD_S:
            return None
        lag_h = np.array([lag for lag, _ in pairs], np.float64)
        change = np.array([np.nanmean(square) for _, square in pairs])
        # variance of the mean of such a window over σ²: the record's own variance lacks it, what is usual has it
        share = MEMORIES_H / (float(np.ptp(time_s)) / HOUR_S)
        share = 2 * share * (1 + share * np.expm1(-1 / share))
        forgotten = -np.expm1(-lag_h / MEMORIES_H[:, None]) / (1 - share)[:, None]
        # D = 2 V forgotten + 2 ε² (1 − forgotten) with the record's variance V; a lag weighs as often as it has come
        own, weight = float(np.nanvar(logs)), 1 / (lag_h * np.maximum(change, LEAST_CHANGE) ** 2)
        slope, rest = 2 * (1 - forgotten), change - 2 * own * forgotten
        error2 = np.clip((weight * slope * rest).sum(axis=1) / (weight * slope**2).sum(axis=1), 0.0, MOST_ERROR**2)
        best = int((weight * (rest - slope * error2[:, None]) ** 2).sum(axis=1).argmin())
        sigma2 = max((own - error2[best]) / (1 - share[best]), LEAST_SIGMA**2)
        wide = 1 + share[best]
        sigma = float(np.sqrt(sigma2 * wide * _awake(pairs)))
        error = float(np.clip(np.sqrt(error2[best]), LEAST_ERROR, MOST_ERROR))
        return cls(min(sigma, MOST_SIGMA), float(MEMORIES_H[best] * wide) * HOUR_S, error)

    @classmethod
    def unread(cls) -> Wander:
        """What is `ASSUMED` of a gauge whose discharge nobody reads."""
        return cls(float(np.max(ASSUMED.sigma)), float(np.max(ASSUMED.memory_s)), MOST_ERROR)


def quarters(time_s: Floats, values: Floats) -> Floats:
    """Mean of every quarter of an hour from the first to the last that was read; nan where one has none."""
    good = np.isfinite(values)
    if not good.any():
        return np.full(1, np.nan)
    at = np.floor(time_s[good] / STEP_S).astype(np.int64)
    at -= at[0]
    count = np.bincount(at)
    return np.where(count > 0, np.bincount(at, values[good]) / np.maximum(count, 1), np.nan)


def _changes(x: Floats) -> list[tuple[int, Floats]]:
    """Lags [h] at which a record has enough pairs, and the squares of what it has changed by."""
    pairs = [(lag, (x[PER_HOUR * lag :] - x[: -PER_HOUR * lag]) ** 2) for lag in LAGS_H]
    return [(lag, square) for lag, square in pairs if np.isfinite(square).sum() >= LEAST_PAIRS]


def _awake(pairs: Sequence[tuple[int, Floats]]) -> float:
    """How much more the last hours have changed than the record on the whole, less what chance may do."""
    ratio, weight = [], []
    for lag, square in pairs[: len(NEAR)]:
        recent = square[-PER_HOUR * RECENT_H :]
        if np.isfinite(recent).any():
            ratio.append(np.nanmean(recent) / max(float(np.nanmean(square)), 2 * LEAST_ERROR**2))
            weight.append(1 / lag)
    return max(float(np.average(ratio, weights=weight)) - 1.0, 1.0) if ratio else 1.0


def of_inflows(model: Model, gauges: Sequence[tuple[Usual, Wander]]) -> AR1:
    """The doubt of every inflow, so that at every gauge they come together to what it has wandered.

    Parameters
    ----------
    model : Model
        Its inflows count with the mean of their series, independent of each other.
    gauges : sequence of (Usual, Wander)
        Those that have read long enough.

    Returns
    -------
    AR1
        With a number for each inflow; inflows that no gauge sees have the middle of the others, and where no gauge is,
        all have what is `ASSUMED`.
    """
    above = Upstream.of(model, [(one.reach, one.chainage_m) for one, _ in gauges])
    flow = {name: abs(float(inflow.flow_m3s.value.mean())) for name, inflow in model.river.inflows.items()}
    sigma: dict[str, float] = {}
    memory: dict[str, float] = {}
    variance: dict[int, float] = {}
    for k in above.order:
        usual, wander = gauges[k]
        whole = (usual.flow_m3s * wander.sigma) ** 2
        from_above = sum(variance[a] for a in above.above[k])
        squares = sum(flow[name] ** 2 for name in above.own[k])
        own = wander.sigma
        if sum(flow[name] for name in above.own[k]) > OWN_SHARE * usual.flow_m3s and squares > 0:
            own = float(np.clip(np.sqrt(max(whole - from_above, 0.0) / squares), LEAST_SIGMA, MOST_SIGMA))
        sigma.update(dict.fromkeys(above.own[k], own))
        memory.update(dict.fromkeys(above.own[k], wander.memory_s))
        variance[k] = from_above + own**2 * squares
    if not sigma:
        return ASSUMED
    middle = float(np.median(list(sigma.values()))), float(np.median(list(memory.values())))
    return AR1(tuple(sigma.get(name, middle[0]) for name in flow), tuple(memory.get(name, middle[1]) for name in flow))
