"""How far a river's departures from its usual relation persist: fitted by likelihood, simulated, and conditioned.

A departure is an exponentially correlated part (correlation exp(-Δt/τ)) and a part of every sample's own (nugget):
together of variance σ². Samples may lie at any times. Both parts are weighed on a grid of τ and nugget share, so that
a short record says by itself how little it knows about them.

J. Durbin, S. J. Koopman, Time Series Analysis by State Space Methods, 2nd ed., 2012, ch. 4 (filter, likelihood);
H. Rue, L. Held, Gaussian Markov Random Fields, 2005, ch. 2 (sampling by the band of the precision matrix).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve_banded, cholesky_banded, solve_banded

Floats = NDArray[np.float64]

TAUS_D = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
NUGGETS = (0.01, 0.1, 0.25, 0.5, 0.75, 0.98)
DAY_S = 86_400.0
_STEP_MIN_D = 1e-4  # two samples of one moment stand this far apart, so that no matrix is singular


@dataclass(frozen=True)
class Persistence:
    """Pairs of correlation time and nugget share that are weighed against each other, each an array of shape (k,).

    Attributes
    ----------
    tau_d : float64 (k,)
        Correlation time τ [d].
    nugget : float64 (k,)
        Share of the variance that belongs to the sample alone [-].
    """

    tau_d: Floats
    nugget: Floats

    @classmethod
    def grid(cls) -> Persistence:
        """All pairs that are tried."""
        tau, nugget = np.meshgrid(TAUS_D, NUGGETS, indexing="ij")
        return cls(tau.ravel(), nugget.ravel())


def whiten(time_d: Floats, columns: Floats, persistence: Persistence) -> tuple[Floats, Floats]:
    """Columns with the correlation taken out of them, for every pair of the grid.

    Parameters
    ----------
    time_d : float64 (n,)
        Times in order [d].
    columns : float64 (n, c)
        Values at these times; every column is treated alike, so that regressors and response stay together.
    persistence : Persistence
        The k pairs.

    Returns
    -------
    tuple
        float64 (k, n, c), the standardised innovations of the filter; float64 (k,), the logarithm of the determinant
        of the correlation matrix.
    """
    tau, nugget = persistence.tau_d, persistence.nugget
    own = 1 - nugget
    decay = np.exp(-np.diff(time_d, prepend=time_d[:1])[:, None].clip(_STEP_MIN_D) / tau)
    state = np.zeros((tau.size, columns.shape[1]))
    variance = own.copy()
    white = np.empty((tau.size, *columns.shape))
    logdet = np.zeros(tau.size)
    for i in range(len(time_d)):
        if i:
            state *= decay[i][:, None]
            variance = decay[i] ** 2 * variance + own * (1 - decay[i] ** 2)
        total = variance + nugget
        surprise = columns[i] - state
        white[:, i] = surprise / np.sqrt(total)[:, None]
        logdet += np.log(total)
        state += (variance / total)[:, None] * surprise
        variance *= nugget / total
    return white, logdet


@dataclass(frozen=True)
class Conditional:
    """The persistent part at many times, given what some samples departed by; see `condition`."""

    upper: Floats  # Cholesky factor of the precision, banded
    pull: Floats  # how strongly each time is held by its samples

    def mean(self, departures: Floats) -> Floats:
        """What to expect at every time, shape (n, …), when the samples depart by `departures` (0 elsewhere)."""
        held = departures * (self.pull if departures.ndim == 1 else self.pull[:, None])
        return cho_solve_banded((self.upper, False), held)

    def scatter(self, rng: np.random.Generator, draws: int) -> Floats:
        """Draws of what departs from that mean, for a variance of 1, shape (n, draws)."""
        noise = rng.standard_normal((self.upper.shape[1], draws))
        return solve_banded((0, 1), self.upper, noise)


def condition(time_d: Floats, n_samples: Floats, tau_d: float, nugget: float) -> Conditional:
    """Hold the persistent part by samples.

    Parameters
    ----------
    time_d : float64 (n,)
        All times, in order [d].
    n_samples : float64 (n,)
        How many samples each of them has.
    tau_d, nugget : float
        Correlation time [d], share of the variance that is a sample's own [-].
    """
    step = np.diff(time_d).clip(_STEP_MIN_D)
    decay = np.exp(-step / tau_d)
    loose = 1 / np.maximum(1 - decay**2, 1e-12)
    band = np.zeros((2, len(time_d)))
    band[1] = 1.0
    band[1, :-1] += decay**2 * loose
    band[1, 1:] += loose - 1
    band[0, 1:] = -decay * loose
    band /= 1 - nugget
    pull = n_samples / nugget
    band[1] += pull
    return Conditional(cholesky_banded(band, lower=False), pull)


def simulate(rng: np.random.Generator, time_d: Floats, tau_d: float, nugget: float, draws: int) -> Floats:
    """Draws of departures of variance 1 at times in order, shape (n, draws), both parts together."""
    free = condition(time_d, np.zeros(len(time_d)), tau_d, nugget)
    drawn: Floats = free.scatter(rng, draws) + np.sqrt(nugget) * rng.standard_normal((len(time_d), draws))
    return drawn
