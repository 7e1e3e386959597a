"""A change between two periods, split into what the conditions (flow, weather) did and the rest.

A relation says what to expect of the logarithm of a value, given time and conditions; it is linear in the logarithms it
was fitted to. Of each period it gives two means: with the conditions that there were (actual), and with those of the
same season in all years (normal). What was measured over what the relation expects at the samples, R, carries both to
the level of the period, whatever the relation has not followed (a works that was shut, a wave of pollution):

    total = R₂ A₂ - R₁ A₁        rest = R₂ N₂ - R₁ N₁        conditions = total - rest

Intervals are of a bootstrap that keeps the correlation of errors in time: series of errors with the scatter and the
correlation time that the residuals leave open (`govern.persistence`) are added to the fitted relation, everything is
estimated anew, and what comes out is held against what went in. The idea of keeping errors in their order is that of
R. M. Hirsch, S. A. Archfield, L. A. De Cicco, A bootstrap method for estimating uncertainty of water quality trends,
Environ. Model. Softw. 73, 2015.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.persistence import Persistence, simulate, whiten

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.95
DRAWS = 300
_KEPT = 0.99
_RESIDUALS_MAX = 1_500  # the newest so many say enough about scatter and correlation


@dataclass(frozen=True)
class Means:
    """What a relation gives for b versions of the logarithms it is fitted to.

    Attributes
    ----------
    at_samples : float64 (s, b)
        Expected value at each sample of the two periods.
    actual, normal : float64 (2, b)
        Mean over each period with the conditions that there were, and with normal ones.
    """

    at_samples: Floats
    actual: Floats
    normal: Floats


class Relation(Protocol):
    """What is to be expected, given time and conditions; see the module."""

    @property
    def step_time_d(self) -> Floats:
        """Times of the steps that `actual` is a mean over [d], shape (m,)."""
        ...

    def fitted(self, log_value: Floats) -> tuple[Floats, float]:
        """Expected logarithm at every sample (n,), and how many degrees of freedom the errors keep."""
        ...

    def means(self, log_value: Floats, step_error: Floats | None = None) -> Means:
        """The means for versions (n, b), with errors of the logarithm added to each step (m, b) where given."""
        ...


@dataclass(frozen=True)
class Sampled:
    """The samples of the two periods.

    Attributes
    ----------
    index : int64 (s,)
        Which of all samples they are.
    period : int64 (s,)
        0 for the period before, 1 for the one after.
    weight : float64 (s,)
        How much each stands for (its share of the time; times the flow, for a load).
    """

    index: Ints
    period: Ints
    weight: Floats

    def over(self, measured: Floats, expected: Floats) -> Floats:
        """R: measured over expected, shape (2, b)."""
        ratio = np.empty((2, measured.shape[1]))
        for k in (0, 1):
            mine = self.period == k
            weight = self.weight[mine]
            ratio[k] = (weight @ measured[mine]) / (weight @ expected[mine])
        return ratio


@dataclass(frozen=True)
class Part:
    """An estimate with its interval."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Split:
    """The change from one period to the next and its parts, in the unit of the values.

    Attributes
    ----------
    before, after : float
        Mean of each period as it was.
    normal_before, normal_after : float
        The same as it would have been with normal conditions.
    total, conditions, rest : Part
    scatter, correlation_d : float
        Standard deviation of the errors' logarithm and their most probable correlation time [d].
    """

    before: float
    after: float
    normal_before: float
    normal_after: float
    total: Part
    conditions: Part
    rest: Part
    scatter: float
    correlation_d: float


@dataclass(frozen=True)
class _Errors:
    """Pairs of correlation time and nugget with their probability, and the scatter each of them has."""

    persistence: Persistence
    weight: Floats
    rss: Floats
    freedom: float

    @property
    def best(self) -> int:
        return int(self.weight.argmax())

    def draw(self, rng: np.random.Generator, time_d: Floats, n: int) -> tuple[Floats, Floats]:
        """Series of errors (m, n), and the variance each was made with (n,)."""
        series, variances = [], []
        counts = rng.multinomial(n, self.weight)
        for k in np.flatnonzero(counts):
            variance = self.rss[k] / rng.chisquare(self.freedom, counts[k])
            tau, nugget = float(self.persistence.tau_d[k]), float(self.persistence.nugget[k])
            series.append(simulate(rng, time_d, tau, nugget, int(counts[k])) * np.sqrt(variance))
            variances.append(variance)
        return np.concatenate(series, axis=1), np.concatenate(variances)


def _errors(time_d: Floats, residual: Floats, freedom: float) -> _Errors:
    """What the residuals say of the errors; `freedom` of all of them, of which the newest are looked at."""
    time_d, tail = time_d[-_RESIDUALS_MAX:], residual[-_RESIDUALS_MAX:]
    left = max(freedom / residual.size * tail.size, 3.0)
    persistence = Persistence.grid()
    white, logdet = whiten(time_d, tail[:, None], persistence)
    rss = np.maximum((white[:, :, 0] ** 2).sum(axis=1), 1e-12)
    log_weight = -0.5 * (left * np.log(rss) + logdet)
    weight = np.exp(log_weight - log_weight.max())
    order = np.argsort(-weight)
    share = weight[order].cumsum() / weight.sum()
    weight[order[int(np.searchsorted(share, _KEPT)) + 1 :]] = 0.0
    return _Errors(persistence, weight / weight.sum(), rss, left)


def _step(means: Floats) -> Floats:
    """After minus before, shape (b,)."""
    change: Floats = means[1] - means[0]
    return change


@dataclass(frozen=True)
class _Fitted:
    """A relation fitted to the samples, and the level of each period against it."""

    time_d: Floats
    log_value: Floats
    expected: Floats
    offset: Floats
    lift: Floats  # (2, 1)
    means: Means


def _bootstrap(
    relation: Relation, sampled: Sampled, fit: _Fitted, errors: _Errors, draws: int, seed: int
) -> tuple[Floats, Floats, Floats]:
    """By how much estimates of (total, conditions, rest) miss what went in, (draws,) each."""
    n = fit.time_d.size
    rng = np.random.default_rng(seed)
    moments, where = np.unique(np.concatenate([fit.time_d, relation.step_time_d]), return_inverse=True)
    error, variance = errors.draw(rng, moments, draws)
    again_log = (fit.expected + fit.offset)[:, None] + error[where[:n]]
    again = relation.means(again_log)
    again_ratio = sampled.over(np.exp(again_log[sampled.index]), again.at_samples)
    # what went in: the fitted relation at the level of each period; the total is what there was, errors and all
    mean_error = np.exp(variance / 2)
    true_actual, true_normal = fit.lift * fit.means.actual * mean_error, fit.lift * fit.means.normal * mean_error
    realised = fit.lift * relation.means(fit.log_value[:, None], error[where[n:]]).actual
    return (
        _step(again_ratio * again.actual) - _step(realised),
        _step(again_ratio * (again.actual - again.normal)) - _step(true_actual - true_normal),
        _step(again_ratio * again.normal) - _step(true_normal),
    )


def split(
    relation: Relation,
    sampled: Sampled,
    time_d: Floats,
    value: Floats,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> Split:
    """Split the change between two periods.

    Parameters
    ----------
    relation, sampled
        Fitted for the samples at `time_d`.
    time_d : float64 (n,)
        Times of all samples, in order [d].
    value : float64 (n,)
        Their values, above 0.
    draws : int
        Versions of the bootstrap.
    level : float
        Probability that the intervals are meant to hold.
    seed : int
        Of the random numbers: the same input gives the same interval.
    """
    log_value = np.log(value)
    fitted, freedom = relation.fitted(log_value)
    found = relation.means(log_value[:, None])
    ratio = sampled.over(value[sampled.index][:, None], found.at_samples)
    was, normal = (ratio * found.actual)[:, 0], (ratio * found.normal)[:, 0]

    # the level of the errors within a period is what R says: it is no error
    offset = np.zeros(value.size)
    lift = np.empty((2, 1))
    for k in (0, 1):
        mine = sampled.index[sampled.period == k]
        offset[mine] = np.mean(log_value[mine] - fitted[mine])
        lift[k] = np.exp(offset[mine[0]])
    errors = _errors(time_d, log_value - fitted - offset, freedom)

    fit = _Fitted(time_d, log_value, fitted, offset, lift, found)
    offs = _bootstrap(relation, sampled, fit, errors, draws, seed)

    def part(estimate: float, off: Floats) -> Part:
        low, high = np.quantile(off, [(1 - level) / 2, (1 + level) / 2])
        return Part(float(estimate), float(estimate - high), float(estimate - low))

    total, rest = was[1] - was[0], normal[1] - normal[0]
    best = errors.best
    return Split(
        before=float(was[0]),
        after=float(was[1]),
        normal_before=float(normal[0]),
        normal_after=float(normal[1]),
        total=part(total, offs[0]),
        conditions=part(total - rest, offs[1]),
        rest=part(rest, offs[2]),
        scatter=float(np.sqrt(errors.rss[best] / errors.freedom)),
        correlation_d=float(errors.persistence.tau_d[best]),
    )
