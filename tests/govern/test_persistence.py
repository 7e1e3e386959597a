"""Correlated departures against dense linear algebra, which knows nothing of filters and bands."""

import numpy as np
import pytest

from riverchief.govern.persistence import Persistence, condition, simulate, whiten

TIMES = np.cumsum([0.0, 0.5, 7, 1, 30, 2, 2, 9, 0.1, 14])


def _correlation(a, b, tau, nugget, same):
    return (1 - nugget) * np.exp(-np.abs(a[:, None] - b) / tau) + nugget * same


@pytest.mark.parametrize(("tau", "nugget"), [(0.5, 0.01), (8.0, 0.25), (256.0, 0.98)])
def test_whitened_columns_have_the_likelihood_of_the_dense_matrix(tau, nugget):
    columns = np.random.default_rng(1).standard_normal((TIMES.size, 3))
    white, logdet = whiten(TIMES, columns, Persistence(np.array([tau]), np.array([nugget])))
    matrix = _correlation(TIMES, TIMES, tau, nugget, np.eye(TIMES.size))
    assert logdet[0] == pytest.approx(np.linalg.slogdet(matrix)[1], rel=1e-9)
    assert white[0].T @ white[0] == pytest.approx(columns.T @ np.linalg.solve(matrix, columns), rel=1e-8)


def test_conditional_mean_is_the_kriging_mean():
    tau, nugget = 8.0, 0.25
    sampled = np.array([1, 0, 1, 0, 0, 2, 0, 1, 0, 1])
    at = np.repeat(np.arange(TIMES.size), sampled)
    departure = np.random.default_rng(2).standard_normal(at.size)
    mean_at = np.zeros(TIMES.size)
    np.add.at(mean_at, at, departure)
    mean_at /= np.maximum(sampled, 1)
    found = condition(TIMES, sampled.astype(float), tau, nugget).mean(mean_at)
    known = _correlation(TIMES[at], TIMES[at], tau, nugget, np.eye(at.size))
    across = (1 - nugget) * np.exp(-np.abs(TIMES[:, None] - TIMES[at]) / tau)
    assert found == pytest.approx(across @ np.linalg.solve(known, departure), rel=1e-8)


def test_conditional_scatter_has_the_kriging_covariance():
    tau, nugget = 8.0, 0.25
    sampled = np.array([1.0, 0, 1, 0, 0, 1, 0, 1, 0, 1])
    at = np.flatnonzero(sampled)
    drawn = condition(TIMES, sampled, tau, nugget).scatter(np.random.default_rng(3), 60_000)
    signal = (1 - nugget) * np.exp(-np.abs(TIMES[:, None] - TIMES) / tau)
    known = signal[np.ix_(at, at)] + nugget * np.eye(at.size)
    expected = signal - signal[:, at] @ np.linalg.solve(known, signal[at])
    assert np.cov(drawn) == pytest.approx(expected, abs=0.02)


def test_simulated_departures_have_the_covariance_they_were_asked_for():
    drawn = simulate(np.random.default_rng(4), TIMES, 14.0, 0.3, 60_000)
    assert np.cov(drawn) == pytest.approx(_correlation(TIMES, TIMES, 14.0, 0.3, np.eye(TIMES.size)), abs=0.02)
