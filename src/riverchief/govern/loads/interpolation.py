"""The estimator without a model: concentration runs straight from sample to sample.

Before the first and after the last sample the nearest one holds. A sample in which nothing was detected is zero
(SL 219-2013, 12.2.5).

The interval asks the samples themselves: each is left out and interpolated from its neighbours. What such a guess is
off by, relative to what it guessed, is resampled over the gaps between samples in blocks of neighbours, so that a wet
month's errors stay together. Where floods dilute, straight lines carry too much: the mean of the guesses' errors,
weighted by flow, says so, but for gaps twice as wide as the real ones. Every version takes a share of it between none
and all; the estimate itself stays the plain sum. docs/validation/loads.md shows what the interval is worth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.loads.result import DRAWS, LoadEstimate, extrapolated_share
from riverchief.govern.loads.series import KG_PER_G, Flow, Periods, Samples, need_samples

Floats = NDArray[np.float64]
_LARGEST = 4.0  # a guess near zero says nothing about the relative error of others


def interpolation(samples: Samples, flow: Flow, periods: Periods, *, draws: int = DRAWS, seed: int = 0) -> LoadEstimate:
    """Loads by interpolating the concentration.

    Parameters
    ----------
    samples, flow, periods
        Samples outside of the flow's time count as neighbours.
    draws : int
        Versions that the interval rests on.
    seed : int
        Of the random numbers: the same input gives the same interval.

    Raises
    ------
    InputError
        When there are too few samples.
    """
    need_samples(samples, "interpolation")
    time, first = np.unique(samples.time_s, return_index=True)
    value = np.add.reduceat(samples.for_load_mgl, first) / np.diff(np.append(first, len(samples)))
    per_step = np.interp(flow.time_s, time, value) * flow.volume_m3 * KG_PER_G
    start = flow.time_s - flow.duration_s / 2
    at = np.searchsorted(start, time, side="right") - 1
    sampled = np.zeros(len(flow), np.bool_)
    inside = (at >= 0) & (time <= start[at] + flow.duration_s[at])
    sampled[at[inside]] = True

    gap = np.searchsorted(time, flow.time_s, side="right")
    per_gap = np.zeros((len(periods.names), time.size + 1))
    open_ = (periods.index >= 0) & ~sampled
    np.add.at(per_gap, (periods.index[open_], gap[open_]), per_step[open_])
    load_kg = periods.total(per_step)
    rng = np.random.default_rng(seed)
    water = np.add.reduceat(samples.flow_m3s, first)
    error, bias = _left_out(time, value, water)
    error = _resampled(rng, error, time.size + 1, draws) + bias * rng.random(draws)
    draws_kg = np.maximum(load_kg[:, None] + per_gap @ error, 0.0)
    return LoadEstimate(
        method="interpolation",
        periods=periods.names,
        load_kg=load_kg,
        draws_kg=draws_kg,
        covered=periods.covered(flow),
        duration_s=periods.total(flow.duration_s),
        n_samples=len(samples),
        extrapolated=extrapolated_share(per_step, flow, float(samples.flow_m3s.max()), periods),
        detail={"largest_gap_d": float(np.diff(time).max() / 86_400)},
    )


def _left_out(time: Floats, value: Floats, water: Floats) -> tuple[Floats, float]:
    """How far each inner sample is off its neighbours' straight line, its mean taken out; and that mean by flow."""
    share = (time[1:-1] - time[:-2]) / (time[2:] - time[:-2])
    guess = value[:-2] * (1 - share) + value[2:] * share
    error = np.divide(value[1:-1] - guess, guess, out=np.zeros_like(guess), where=guess > 0).clip(-1.0, _LARGEST)
    weight = guess * water[1:-1]
    bias = float(error @ weight / weight.sum()) if weight.sum() > 0 else 0.0
    return error - error.mean(), bias


def _resampled(rng: np.random.Generator, error: Floats, n_gaps: int, draws: int) -> Floats:
    """Errors of every gap, drawn in blocks of neighbours, shape (n_gaps, draws)."""
    block = max(1, round(error.size ** (1 / 3)))
    n_blocks = -(-n_gaps // block)
    begin = rng.integers(0, error.size, (n_blocks, draws))
    index = (begin[:, None, :] + np.arange(block)[None, :, None]) % error.size
    return error[index.reshape(-1, draws)[:n_gaps]]
