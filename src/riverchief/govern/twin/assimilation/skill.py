"""How good an ensemble forecast was: against the readings that came, and against persistence and climatology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def crps(members: ArrayLike, value: ArrayLike) -> Floats:
    """Continuous ranked probability score of an ensemble, fair to its size, in the unit of the value.

    Parameters
    ----------
    members : float64 (n_member, ...)
    value : float64 (...)

    Returns
    -------
    float64 (...)
        mean |x − y| − Σ|x_i − x_j| / (2 m (m − 1)) (C. A. T. Ferro, QJRMS 140, 2014); 0 is perfect, of one member it is
        the absolute error.
    """
    x, y = np.sort(np.asarray(members, np.float64), axis=0), np.asarray(value, np.float64)
    m = x.shape[0]
    far = np.abs(x - y).mean(axis=0)
    if m == 1:
        return np.asarray(far, np.float64)
    weight = (2.0 * np.arange(1, m + 1) - m - 1.0).reshape(-1, *[1] * (x.ndim - 1))
    return np.asarray(far - (weight * x).sum(axis=0) / (m * (m - 1)), np.float64)


def ranks(members: ArrayLike, value: ArrayLike, sigma: ArrayLike = 0.0, seed: int = 0) -> NDArray[np.int64]:
    """How many members lie below each value, 0 to n_member; where readings have errors, the members get some, too."""
    x, y = np.asarray(members, np.float64), np.asarray(value, np.float64)
    x = x + np.asarray(sigma, np.float64) * np.random.default_rng(seed).standard_normal(x.shape)
    return np.asarray((x < y).sum(axis=0), np.int64)


def rank_histogram(rank: ArrayLike, members: int, bins: int = 8) -> NDArray[np.int64]:
    """Counts of ranks 0..members in equal bins; flat where the spread is honest, high at the ends where too small."""
    shares = (np.asarray(rank) + 0.5) / (members + 1)
    return np.histogram(shares, bins=bins, range=(0.0, 1.0))[0].astype(np.int64)


@dataclass(frozen=True)
class Verified:
    """A forecast and what came.

    Attributes
    ----------
    station : str
    lead_s : float
        From the issue of the forecast [s].
    members : float64 (n_member,)
    value, sigma : float
        The reading and its error.
    persistence : float
        Last reading before the issue.
    climatology : float64 (n,)
        What is usual there.
    """

    station: str
    lead_s: float
    members: Floats
    value: float
    sigma: float
    persistence: float
    climatology: Floats


@dataclass(frozen=True)
class Skill:
    """Scores of one station and lead time; the unit is that of its values.

    Attributes
    ----------
    count : int
    crps, crps_persistence, crps_climatology : float
    rmse, rmse_persistence, rmse_climatology : float
        Of means.
    spread : float
        Root of the mean variance, the readings' error included; equal to `rmse` where honest.
    chi2 : float
        Mean squared error over that variance.
    """

    station: str
    lead_s: float
    count: int
    crps: float
    crps_persistence: float
    crps_climatology: float
    rmse: float
    rmse_persistence: float
    rmse_climatology: float
    spread: float
    chi2: float


def skill(cases: Iterable[Verified]) -> list[Skill]:
    """Scores for every station and lead time, in their order."""
    groups: dict[tuple[str, float], list[Verified]] = {}
    for case in cases:
        groups.setdefault((case.station, case.lead_s), []).append(case)
    return [_scored(station, lead, groups[station, lead]) for station, lead in sorted(groups)]


def _scored(station: str, lead_s: float, cases: list[Verified]) -> Skill:
    value = np.array([c.value for c in cases])
    mean = np.array([c.members.mean() for c in cases])
    variance = np.array([c.members.var(ddof=1) + c.sigma**2 for c in cases])
    persistence = np.array([c.persistence for c in cases])
    usual = np.array([c.climatology.mean() for c in cases])
    return Skill(
        station, lead_s, len(cases),
        crps=float(np.mean([crps(c.members, c.value) for c in cases])),
        crps_persistence=float(np.mean(np.abs(persistence - value))),
        crps_climatology=float(np.mean([crps(c.climatology, c.value) for c in cases])),
        rmse=_root(mean - value), rmse_persistence=_root(persistence - value), rmse_climatology=_root(usual - value),
        spread=float(np.sqrt(variance.mean())), chi2=float(np.mean((mean - value) ** 2 / variance)),
    )  # fmt: skip


def _root(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))
