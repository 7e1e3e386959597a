"""Kernels of the trace against plain formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import erfcx

from riverchief.base import _kernels as network_kernels
from riverchief.base.network import Network
from riverchief.govern.trace import _kernels as kernels


@given(st.floats(0, 200))
def test_scaled_erfc_is_scipys(x):
    assert kernels.scaled_erfc(x) == pytest.approx(float(erfcx(x)), rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(600, 200_000), st.floats(20, 900), st.floats(0, 1e-5), st.floats(0.2, 3))
def test_step_is_the_integral_of_pulse(mean, scale, decay, share):
    t = mean * share
    sd = np.sqrt(2 * scale * mean)
    whole, _ = quad(kernels.pulse, 0, t, (mean, scale, decay), points=[min(t, mean)], limit=400, epsabs=1e-10)
    below, above = max(min(t, mean - 6 * sd), 0), min(t, mean + 6 * sd)
    parts = [
        quad(kernels.pulse, a, b, (mean, scale, decay), limit=400)[0]
        for a, b in ((0, below), (below, above), (above, t))
    ]
    assert kernels.step(t, mean, scale, decay) == pytest.approx(max(whole, sum(parts)), abs=2e-6)


def test_a_pulse_at_its_source_starts_at_once():
    assert kernels.step(1e-3, 0.0, 100.0, 0.0) < 0.01
    assert kernels.step(1e7, 0.0, 100.0, 0.0) == pytest.approx(1)
    assert kernels.pulse(0.0, 10.0, 1.0, 0.0) == kernels.step(-5.0, 10.0, 1.0, 0.0) == 0


def test_moments_of_parting_ways_are_those_of_the_mixture():
    # 70 % of the load goes 5 km at 0.6 m/s, 30 % goes 6 km at 0.35 m/s; both then 4 km at 0.6 m/s
    net = Network.build(["a", "n", "s", "z"], ["h", "p", "p", "q"], ["p", "q", "q", "o"], [4e3, 5e3, 6e3, 2e4])
    pace, spread = 1 / np.array([0.6, 0.6, 0.35, 0.6]), np.array([30.0, 40.0, 90.0, 30.0])
    share, mean, variance = kernels.way_moments(
        np.array([3]), np.array([4e3]), net.order, net.from_node, net.to_node,
        *network_kernels.adjacency(len(net.nodes), net.from_node), np.array([1.0, 0.7, 0.3, 1.0]), net.length_m, pace,
        spread,
    )  # fmt: skip
    ways = np.array([5e3 * pace[1], 6e3 * pace[2]]) + 4e3 * pace[3]
    spreads = np.array([5e3 * spread[1], 6e3 * spread[2]]) + 4e3 * spread[3]
    weight = np.array([0.7, 0.3])
    assert share[0] == pytest.approx([1, 1, 1, 0])
    assert mean[0, 0] == pytest.approx(weight @ ways)
    assert variance[0, 0] == pytest.approx(weight @ (spreads + ways**2) - (weight @ ways) ** 2)


def plain_likelihood(mass, phi, slope, excess, noise_sd, part, shape_sd, nu):
    seen = mass * phi
    error = noise_sd**2 + (shape_sd * seen) ** 2 + (mass * slope) ** 2

    def student(gap, variance):
        return part * (-(nu + 1) / 2 * np.log1p(gap**2 / variance / nu) - 0.5 * np.log(variance))

    return (student(excess - seen, error) - student(excess, noise_sd**2)).sum()


@pytest.mark.parametrize("seed", range(6))
def test_evidence_is_the_plain_likelihood_at_a_mass_near_its_best(seed):
    rng = np.random.default_rng(seed)
    n_obs, n_edge, step_s = 14, 20, 1_800.0
    shape_sd, nu = 0.2, 4.0
    time = np.sort(rng.uniform(4, 12, n_obs)) * 3600
    edges = step_s * np.arange(n_edge)
    reached = np.array(
        [[[kernels.step((t - e) * f, 9_000.0, 300.0, 0.0) for t in time] for e in edges] for f in (0.9, 1.1)],
        np.float32,
    )
    truth = 40.0 * (reached[0, 5] - reached[0, 9]) / (4 * step_s)
    noise_sd = np.full(n_obs, 0.02 * truth.max())
    excess = truth * (1 + 0.1 * rng.standard_normal(n_obs)) + noise_sd * rng.standard_normal(n_obs)
    order = np.argsort(excess <= 3 * noise_sd, kind="stable")
    reached, excess = reached[:, :, order], excess[order]
    part = np.where(np.arange(n_obs) % 3 == 0, 0.5, 1.0)
    timing_sd, bins = np.full(n_obs, 600.0), np.array([2, 4, 30])
    shape = (2, n_edge, 3)
    found, log_mass, log_sd = np.full(shape, -np.inf), np.zeros(shape), np.zeros(shape)
    kernels.evidence(
        reached, step_s, bins, 17, int((excess > 3 * noise_sd).sum()), excess, noise_sd, part, timing_sd, shape_sd, nu,
        -np.inf, 1e9, found, log_mass, log_sd,
    )  # fmt: skip
    padded = np.concatenate([reached, np.zeros((2, 40, n_obs), np.float32)], axis=1)
    checked = 0
    for m, e, b in zip(*np.nonzero(np.isfinite(found)), strict=True):
        assert 1 <= e <= 17
        load = [padded[m, e + i] - padded[m, e + i + bins[b]] for i in (-1, 0, 1)]
        phi = np.maximum(load[1], 0) / (bins[b] * step_s)
        slope = np.abs(load[0] - load[2]) / (2 * step_s) / (bins[b] * step_s) * timing_sd
        args = (phi, slope, excess, noise_sd, part, shape_sd, nu)
        mass = np.exp(log_mass[m, e, b])
        expected = plain_likelihood(mass, *args) + np.log(log_sd[m, e, b])
        assert found[m, e, b] == pytest.approx(expected, abs=1e-3 * abs(expected) + 1e-3)
        checked += 1
    assert checked > 20
    best = np.unravel_index(np.argmax(found), shape)
    assert np.exp(log_mass[best]) == pytest.approx(40.0, rel=0.35)
    assert abs(int(best[1]) - 5) <= 2


def test_releases_far_behind_the_best_are_given_up():
    reached = np.array([[[kernels.step(t - e, 9_000.0, 300.0, 0.0) for t in (20_000.0, 23_600.0)] for e in range(0, 30_000, 1_800)]], np.float32)  # fmt: skip
    found, a, b = np.full((1, 17, 1), -np.inf), np.zeros((1, 17, 1)), np.zeros((1, 17, 1))
    args = (reached, 1_800.0, np.array([2]), 14, 2, np.array([1.0, 0.8]), np.array([0.05, 0.05]), np.ones(2),
            np.full(2, 300.0), 0.2, 4.0)  # fmt: skip
    best = kernels.evidence(*args, -np.inf, 1e9, found, a, b)
    assert best == found.max() > 5
    again = np.full((1, 17, 1), -np.inf)
    assert kernels.evidence(*args, best + 100.0, 10.0, again, a, b) == best + 100
    assert not np.isfinite(again).any()
