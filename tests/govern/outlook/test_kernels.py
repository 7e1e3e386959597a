"""The filter against the dense normal distribution that it stands for, and the paths against their conditional law."""

import numpy as np
import pytest

from riverchief.govern.outlook import _kernels


def covariance(n, phi, slow):
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return slow * phi**lag + (1 - slow) * np.eye(n)


@pytest.mark.parametrize(("phi", "slow"), [(0.5, 0.3), (0.95, 0.7), (0.999, 0.95)])
def test_moments_are_those_of_the_dense_covariance_also_through_gaps(phi, slow):
    random = np.random.default_rng(1)
    n = 40
    data = random.normal(size=(1, n, 3))
    gone = random.random(n) < 0.3
    data[0, gone, 0] = np.nan
    moments, log_variance, level, spread, count = _kernels.grid_moments(data, np.array([phi]), np.array([slow]))
    kept = np.flatnonzero(~gone)
    dense = covariance(n + 1, phi, slow)
    known = dense[np.ix_(kept, kept)]
    inverse = np.linalg.inv(known)
    assert count[0] == kept.size
    np.testing.assert_allclose(moments[0, 0], data[0, kept].T @ inverse @ data[0, kept], rtol=1e-9)
    np.testing.assert_allclose(log_variance[0, 0], np.linalg.slogdet(known)[1], rtol=1e-9)
    # the level of the day after: covariance of a level with what was seen has no noise on it
    cross = slow * phi ** (n - kept)
    np.testing.assert_allclose(level[0, 0], cross @ inverse @ data[0, kept], rtol=1e-8)
    np.testing.assert_allclose(spread[0, 0], slow - cross @ inverse @ cross, rtol=1e-8)


def test_innovations_are_white_with_unit_variance():
    random = np.random.default_rng(2)
    n, phi, slow = 1200, 0.95, 0.6
    series = np.linalg.cholesky(covariance(n, phi, slow)) @ random.normal(size=n) + 3.0
    found = _kernels.innovations(np.column_stack([series, np.ones(n)]), np.array([3.0]), phi, slow)
    assert found.std() == pytest.approx(1.0, abs=0.07)
    assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 0.1
    assert found.mean() == pytest.approx(0.0, abs=0.1)


def test_paths_have_the_conditional_mean_and_covariance():
    random = np.random.default_rng(3)
    phi, slow, sigma, m, p = 0.9, 0.6, 0.5, 0.4, 0.2
    shocks = random.normal(size=(1, 200_000))
    picks = random.integers(0, shocks.shape[1], (40_000, 5))
    one = np.full((1, 1), 1.0)
    path = _kernels.lead_on(m * one, p * one, phi * one, slow * one, sigma * one, np.zeros(40_000, int), shocks, picks)
    k = np.arange(5)
    np.testing.assert_allclose(path[0].mean(axis=0), m * phi**k, atol=0.01)
    lag = np.abs(np.subtract.outer(k, k))
    least = np.minimum.outer(k, k)
    level = phi**lag * (p * phi ** (2 * least) + slow * (1 - phi ** (2 * least)))
    np.testing.assert_allclose(np.cov(path[0].T), sigma**2 * (level + (1 - slow) * np.eye(5)), atol=0.01)


def test_one_shock_strikes_every_series_on_the_same_day():
    shocks = np.stack([np.arange(50.0), np.arange(50.0) * 2])
    picks = np.random.default_rng(4).integers(0, 50, (30, 4))
    flat = np.zeros((2, 1))
    path = _kernels.lead_on(flat, flat, flat, flat, flat + 1, np.zeros(30, int), shocks, picks)
    np.testing.assert_allclose(path[1], 2 * path[0])
