"""How good forecasts were: Brier score, skill against a reference with its interval, reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_BOOT = 2000
LEVEL = 0.95
BINS = 10
LEAST_SCORED = 30  # fewer forecasts than this have no skill worth a number


def brier(probability: ArrayLike, outcome: ArrayLike) -> float:
    """Mean squared distance of probabilities from what happened (1 or 0); 0 is perfect, nan without forecasts.

    G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950), 1-3.
    """
    p, o = np.asarray(probability, np.float64), np.asarray(outcome, np.float64)
    return float(np.mean((p - o) ** 2)) if p.size else float("nan")


@dataclass(frozen=True)
class Skill:
    """1 - Brier score over the reference's, with the interval of 95 %; above 0 is better than the reference.

    `proved` where the whole interval lies above 0: only then is there skill to speak of.
    """

    value: float
    low: float
    high: float
    n: int

    @property
    def proved(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0


def skill(
    probability: ArrayLike, reference: ArrayLike, outcome: ArrayLike, cluster: ArrayLike, *, seed: int = 0
) -> Skill:
    """The Brier skill against a reference, its interval by resampling whole clusters (all forecasts of a section).

    Forecasts of one section are not independent of each other, so that sections are drawn, not forecasts.
    """
    outcomes = np.asarray(outcome, np.float64)
    own = (np.asarray(probability, np.float64) - outcomes) ** 2
    other = (np.asarray(reference, np.float64) - outcomes) ** 2
    names, member = np.unique(np.asarray(cluster), return_inverse=True)
    if not own.size or other.sum() == 0:
        return Skill(float("nan"), float("nan"), float("nan"), int(own.size))
    mine, theirs = np.bincount(member, own), np.bincount(member, other)
    picks = np.random.default_rng(seed).integers(0, names.size, (N_BOOT, names.size))
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = 1 - mine[picks].sum(axis=1) / theirs[picks].sum(axis=1)
    tail = (1 - LEVEL) / 2
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, (tail, 1 - tail)) if drawn.size else (np.nan, np.nan)
    return Skill(float(1 - own.sum() / other.sum()), float(low), float(high), int(own.size))


@dataclass(frozen=True)
class Bin:
    """Forecasts between two probabilities: how many, their mean, the share that came true, and its interval of 95 %."""

    low: float
    high: float
    n: int
    forecast: float
    observed: float
    observed_low: float
    observed_high: float


def reliability(probability: ArrayLike, outcome: ArrayLike, bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability diagram as a table; bins without forecasts have nan.

    The interval of the observed share is Wilson's (E. B. Wilson, JASA 22 (1927), 209-212).
    """
    p, o = np.asarray(probability, np.float64), np.asarray(outcome, np.float64)
    edges = np.linspace(0, 1, bins + 1)
    at = np.clip((p * bins).astype(int), 0, bins - 1)
    found = []
    for b in range(bins):
        mine = at == b
        n = int(mine.sum())
        if not n:
            found.append(Bin(float(edges[b]), float(edges[b + 1]), 0, *(float("nan"),) * 4))
            continue
        share = float(o[mine].mean())
        low, high = wilson(share, n)
        found.append(Bin(float(edges[b]), float(edges[b + 1]), n, float(p[mine].mean()), share, low, high))
    return tuple(found)


def wilson(share: float, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The interval of a share that was counted in n, by default of 95 %."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
