"""Two estimators from one regression of the logarithm of concentration: alone, and with its residuals interpolated.

ln C = b0 + b1 lnQ + b2 lnQ² + b3 sin 2πt + b4 cos 2πt + b5 t + b6 t² + e

Which terms take part is chosen among nine sets by the corrected information criterion (R. L. Runkel, C. G. Crawford,
T. A. Cohn, Load Estimator (LOADEST), USGS Techniques and Methods 4-A5, 2004, table 7). The errors e are correlated in
time (`govern.persistence`), and coefficients are estimated by generalised least squares, so that weekly samples of one
flood do not count as independent evidence.

* **rating**: every step gets the regression's concentration. Retransformation by Duan's smearing factor, the mean of
  exp(e) over the samples (N. Duan, Smearing estimate, J. Am. Stat. Assoc. 78, 1983).
* **composite**: the regression plus the residuals as they are expected between the samples (B. T. Aulenbach,
  R. P. Hooper, The composite method, Hydrol. Process. 20, 2006; with the fitted correlation in place of a straight
  line); a step with a sample has that sample's concentration.

The interval comes from versions of the whole record: coefficients, scatter and correlation are drawn from what the
samples leave open, and the errors of the steps between the samples with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.loads.result import DRAWS, LoadEstimate, extrapolated_share
from riverchief.govern.loads.series import DAY_S, KG_PER_G, Flow, Periods, Samples, need_samples
from riverchief.govern.persistence import Persistence, condition, simulate, whiten

Floats = NDArray[np.float64]
YEAR_S = 365.25 * DAY_S

# columns of the design: 0 one, 1 lnQ, 2 lnQ², 3 sin, 4 cos, 5 t, 6 t²
TERMS = ("1", "lnQ", "lnQ^2", "sin", "cos", "t", "t^2")
MODELS = (
    (0, 1),
    (0, 1, 2),
    (0, 1, 5),
    (0, 1, 3, 4),
    (0, 1, 2, 5),
    (0, 1, 2, 3, 4),
    (0, 1, 3, 4, 5),
    (0, 1, 2, 3, 4, 5),
    (0, 1, 2, 3, 4, 5, 6),
)
_SAMPLES_PER_TERM = 4
_KEPT = 0.99  # pairs of correlation time and nugget that together hold this much of the probability are drawn from
_SEASON_SPAN_S = 0.75 * YEAR_S  # a shorter record cannot tell a season from a trend


@dataclass(frozen=True)
class Design:
    """Where lnQ and time have their zero, so that the columns are nearly orthogonal."""

    flow_centre: float
    time_centre_s: float
    usable: tuple[int, ...]

    @classmethod
    def of(cls, samples: Samples) -> Design:
        """The design that a record can carry: no flow terms where the flow does not vary, no season in half a year."""
        log_flow = np.log(samples.flow_m3s)
        span_s = samples.time_s[-1] - samples.time_s[0]
        usable = {0}
        if log_flow.std() > 1e-6:
            usable |= {1, 2}
        if span_s > _SEASON_SPAN_S:
            usable |= {3, 4}
        if span_s > 2 * YEAR_S:
            usable |= {5, 6}
        return cls(float(log_flow.mean()), float(samples.time_s.mean()), tuple(sorted(usable)))

    def columns(self, time_s: Floats, flow_m3s: Floats) -> Floats:
        """The seven columns at times and flows, shape (n, 7)."""
        with np.errstate(divide="ignore"):
            log_flow = np.where(flow_m3s > 0, np.log(flow_m3s) - self.flow_centre, 0.0)
        years = (time_s - self.time_centre_s) / YEAR_S
        angle = 2 * np.pi * time_s / YEAR_S
        return np.stack(
            [np.ones_like(years), log_flow, log_flow**2, np.sin(angle), np.cos(angle), years, years**2], axis=1
        )

    def models(self, n_samples: int) -> list[tuple[int, ...]]:
        """The sets of terms that this many samples can carry."""
        sets = {tuple(c for c in model if c in self.usable) for model in MODELS}
        return sorted((m for m in sets if len(m) * _SAMPLES_PER_TERM <= n_samples), key=lambda m: (len(m), m))


@dataclass(frozen=True)
class Fit:
    """The regression over a grid of k pairs of correlation time and nugget share.

    Attributes
    ----------
    design : Design
    model : tuple of int
        Terms that take part, p of them.
    weight : float64 (k,)
        Probability of each pair, after the samples.
    beta : float64 (k, p)
        Coefficients.
    root : float64 (k, p, p)
        Square root of the coefficients' covariance for scatter 1.
    rss : float64 (k,)
        Sum of squares of the whitened residuals.
    freedom : int
        Samples minus coefficients.
    """

    design: Design
    model: tuple[int, ...]
    persistence: Persistence
    weight: Floats
    beta: Floats
    root: Floats
    rss: Floats
    freedom: int

    @property
    def best(self) -> int:
        """The most probable pair."""
        return int(self.weight.argmax())

    def columns(self, time_s: Floats, flow_m3s: Floats) -> Floats:
        """The columns of the chosen terms, shape (n, p)."""
        return self.design.columns(time_s, flow_m3s)[:, list(self.model)]


def fit(samples: Samples) -> Fit:
    """Choose terms and correlation, and estimate the coefficients.

    Raises
    ------
    InputError
        When there are too few samples.
    """
    need_samples(samples, "rating")
    design = Design.of(samples)
    every = design.columns(samples.time_s, samples.flow_m3s)
    log_value = np.log(samples.for_regression_mgl)
    persistence = Persistence.grid()
    both, logdet = whiten(samples.time_s / DAY_S, np.column_stack([every, log_value]), persistence)
    n = len(samples)
    chosen, lowest = None, np.inf
    for model in design.models(n):
        beta, covariance, rss = _solve(both[:, :, list(model)], both[:, :, -1])
        p = len(model)
        criterion = float((n * np.log(rss / n) + logdet).min()) + 2 * (p + 3) * n / max(n - p - 4, 1)
        if criterion < lowest:
            chosen, lowest = (model, beta, covariance, rss), criterion
    assert chosen is not None  # the constant alone always fits
    model, beta, covariance, rss = chosen
    freedom = n - len(model)
    log_weight = -0.5 * (freedom * np.log(rss) + logdet - np.linalg.slogdet(covariance)[1])
    weight = np.exp(log_weight - log_weight.max())
    root = np.linalg.cholesky(covariance).astype(np.float64)
    return Fit(design, model, persistence, _most(weight), beta, root, rss, freedom)


def _solve(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Least squares for every pair: coefficients (k, p), their covariance for scatter 1 (k, p, p), sum of squares."""
    turned = np.swapaxes(x, 1, 2)
    covariance = np.linalg.inv(turned @ x).astype(np.float64)
    beta: Floats = (covariance @ (turned @ y[:, :, None]))[:, :, 0]
    rss = ((y - (x @ beta[:, :, None])[:, :, 0]) ** 2).sum(axis=1)
    return beta, covariance, np.maximum(rss, 1e-12)


def _most(weight: Floats) -> Floats:
    """Weights that sum to one, those of the improbable pairs at zero."""
    order = np.argsort(-weight)
    share = weight[order].cumsum() / weight.sum()
    kept = np.zeros_like(weight)
    inside = order[: int(np.searchsorted(share, _KEPT)) + 1]
    kept[inside] = weight[inside] / weight[inside].sum()
    return kept


def _smearing(found: Fit, samples: Samples) -> float:
    """Duan's factor: the mean of exp(e) over the samples."""
    fitted = found.columns(samples.time_s, samples.flow_m3s) @ found.beta[found.best]
    return float(np.exp(np.log(samples.for_regression_mgl) - fitted).mean())


def _draws(rng: np.random.Generator, found: Fit, n: int) -> list[tuple[int, Floats, Floats]]:
    """Draws of (pair, scatter σ (b,), coefficients (p, b)), all of one pair together."""
    counts = rng.multinomial(n, found.weight)
    drawn = []
    for k in np.flatnonzero(counts):
        sigma = np.sqrt(found.rss[k] / rng.chisquare(found.freedom, counts[k]))
        noise = rng.standard_normal((len(found.model), counts[k]))
        drawn.append((int(k), sigma, found.beta[k][:, None] + (found.root[k] @ noise) * sigma))
    return drawn


def _detail(found: Fit, smearing: float) -> dict[str, object]:
    k = found.best
    return {
        "terms": [TERMS[c] for c in found.model],
        "coefficients": [float(b) for b in found.beta[k]],
        "scatter_ln": float(np.sqrt(found.rss[k] / found.freedom)),
        "correlation_time_d": float(found.persistence.tau_d[k]),
        "nugget": float(found.persistence.nugget[k]),
        "smearing": smearing,
    }


def rating(samples: Samples, flow: Flow, periods: Periods, *, draws: int = DRAWS, seed: int = 0) -> LoadEstimate:
    """Loads by the regression alone.

    Parameters
    ----------
    samples, flow, periods
        The samples may lie outside of the flow's time; they inform the regression all the same.
    draws : int
        Versions of the record that the interval rests on.
    seed : int
        Of the random numbers: the same input gives the same interval.

    Raises
    ------
    InputError
        When there are too few samples.
    """
    found = fit(samples)
    rng = np.random.default_rng(seed)
    columns = found.columns(flow.time_s, flow.flow_m3s)
    grams = flow.volume_m3 * KG_PER_G
    smearing = _smearing(found, samples)
    per_step = np.exp(columns @ found.beta[found.best]) * smearing * grams
    # versions have normal errors, the estimate has those of the samples: both get the same mean
    skew = smearing / float(np.exp(found.rss[found.best] / found.freedom / 2))
    versions = []
    for k, sigma, beta in _draws(rng, found, draws):
        tau, nugget = found.persistence.tau_d[k], found.persistence.nugget[k]
        error = simulate(rng, flow.time_s / DAY_S, float(tau), float(nugget), len(sigma)) * sigma
        versions.append(periods.total(np.exp(columns @ beta + error) * (grams * skew)[:, None]))
    return LoadEstimate(
        method="rating",
        periods=periods.names,
        load_kg=periods.total(per_step),
        draws_kg=np.concatenate(versions, axis=1),
        covered=periods.covered(flow),
        duration_s=periods.total(flow.duration_s),
        n_samples=len(samples),
        extrapolated=extrapolated_share(per_step, flow, float(samples.flow_m3s.max()), periods),
        detail=_detail(found, smearing),
    )


@dataclass(frozen=True)
class _Joined:
    """Steps and samples on one line of times; a sample stands at its step where it has one."""

    time_d: Floats
    step: NDArray[np.int64]
    node: NDArray[np.int64]  # of every sample
    measured_mgl: Floats  # of every step; nan where there is no sample


def _join(samples: Samples, flow: Flow) -> _Joined:
    start = flow.time_s - flow.duration_s / 2
    at = np.searchsorted(start, samples.time_s, side="right") - 1
    inside = (at >= 0) & (samples.time_s <= start[at] + flow.duration_s[at])
    moments = np.concatenate([flow.time_s, np.where(inside, flow.time_s[at], samples.time_s)]) / DAY_S
    time_d, where = np.unique(moments, return_inverse=True)
    total, count = np.zeros(len(flow)), np.zeros(len(flow))
    np.add.at(total, at[inside], samples.for_load_mgl[inside])
    np.add.at(count, at[inside], 1.0)
    measured = np.divide(total, count, out=np.full(len(flow), np.nan), where=count > 0)
    return _Joined(time_d, where[: len(flow)], where[len(flow) :], measured)


def composite(samples: Samples, flow: Flow, periods: Periods, *, draws: int = DRAWS, seed: int = 0) -> LoadEstimate:
    """Loads by the regression with its residuals interpolated; parameters and errors as `rating`."""
    found = fit(samples)
    rng = np.random.default_rng(seed)
    joined = _join(samples, flow)
    columns = found.columns(flow.time_s, flow.flow_m3s)
    at_samples = found.columns(samples.time_s, samples.flow_m3s)
    log_value = np.log(samples.for_regression_mgl)
    grams = (flow.volume_m3 * KG_PER_G)[:, None]
    measured = np.isfinite(joined.measured_mgl)[:, None]
    count = np.bincount(joined.node, minlength=joined.time_d.size).astype(np.float64)
    total_per_step = np.zeros(len(flow))
    versions = []
    for k, sigma, beta in _draws(rng, found, draws):
        tau, nugget = float(found.persistence.tau_d[k]), float(found.persistence.nugget[k])
        held = condition(joined.time_d, count, tau, nugget)
        departures = np.zeros((joined.time_d.size, len(sigma)))
        np.add.at(departures, joined.node, log_value[:, None] - at_samples @ beta)
        departures /= np.maximum(count, 1)[:, None]
        error = held.mean(departures) + held.scatter(rng, len(sigma)) * sigma
        own = np.sqrt(nugget) * rng.standard_normal((len(flow), len(sigma))) * sigma
        modelled = np.exp(columns @ beta + error[joined.step] + own)
        per_step = np.where(measured, joined.measured_mgl[:, None], modelled) * grams
        total_per_step += per_step.sum(axis=1)
        versions.append(periods.total(per_step))
    draws_kg = np.concatenate(versions, axis=1)
    per_step_kg = total_per_step / draws
    return LoadEstimate(
        method="composite",
        periods=periods.names,
        load_kg=draws_kg.mean(axis=1),
        draws_kg=draws_kg,
        covered=periods.covered(flow),
        duration_s=periods.total(flow.duration_s),
        n_samples=len(samples),
        extrapolated=extrapolated_share(per_step_kg, flow, float(samples.flow_m3s.max()), periods),
        detail=_detail(found, _smearing(found, samples)),
    )
