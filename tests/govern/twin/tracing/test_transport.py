"""Transport and its transpose agree to round-off on any network; both follow closed forms and keep every kilogram."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erfc

from govern.rivers import canal
from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.tracing import Releases, Spots, forward, onset, series, steady_flows, well_stepped


def any_flows(seed, n_cell=14, n_step=12, n_chord=2):
    """A random network with chords, flows that turn round, abstractions, steps of any length; continuity is exact."""
    rng = np.random.default_rng(seed)
    tree = np.array([int(rng.integers(i + 1, min(i + 4, n_cell))) if i + 1 < n_cell else -1 for i in range(n_cell)])
    ends = [np.sort(rng.choice(n_cell - 1, 2, replace=False)) for _ in range(n_chord)]
    up = np.concatenate([np.arange(n_cell), [a for a, _ in ends]]).astype(np.int32)
    dn = np.concatenate([tree, [b for _, b in ends]]).astype(np.int32)
    time = np.concatenate([[0.0], np.cumsum(rng.uniform(50, 800, n_step))])
    flux = rng.normal(2.0, 3.0, (n_step, up.size))
    flux[:, n_cell - 1] = 0.0
    fixed = np.zeros(n_cell, np.bool_)
    fixed[-1] = True
    lateral = rng.normal(0.0, 1.0, (n_step, n_cell))
    gain = lateral.copy()
    there = dn >= 0
    np.add.at(gain.T, dn[there], flux.T[there])
    np.subtract.at(gain.T, up[there], flux.T[there])
    change = np.cumsum(np.diff(time)[:, None] * gain, axis=0)
    out = np.abs(flux).max() * 6 * 800
    volume = np.vstack([np.zeros(n_cell), change])
    volume += out * rng.uniform(0.02, 1.0, n_cell) - volume.min(axis=0)
    volume[:, -1] = 1.0
    return Flows(time, volume, flux, lateral, up, dn, fixed, rng.uniform(0, 5, flux.shape))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3), st.floats(0, 1e-3))
def test_what_a_reading_sees_of_a_load_is_what_the_load_brings_to_the_reading(seed, n_chord, decay):
    flows = any_flows(seed, n_chord=n_chord)
    flows.check()
    rng = np.random.default_rng(seed + 1)
    n, k = flows.n_cell, 5
    first, last = 2, 6
    spots = Spots(rng.integers(0, n - 1, k), rng.uniform(0, 1, k), rng.uniform(flows.time_s[1], flows.time_s[-1], k))
    begin, end = np.full(n, flows.time_s[first]), np.full(n, flows.time_s[last])
    down = series(
        flows, Releases(np.arange(n), begin, end, np.ones(n)), list(zip(spots.cell, spots.share, strict=True)), decay
    )
    seen = np.array([[np.interp(t, flows.time_s, down[:, j, i]) for j, t in enumerate(spots.time_s)] for i in range(n)])
    table = onset(flows, spots, np.arange(flows.n_step + 1), np.arange(n), decay, single=False)
    back = (table[:, first] - table[:, last]) / (flows.time_s[last] - flows.time_s[first])
    assert back == pytest.approx(seen, abs=1e-12 * max(np.abs(seen).max(), 1e-30))
    assert (seen >= 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_single_precision_is_close_to_double(seed, n_chord):
    flows = any_flows(seed, n_chord=n_chord)
    spots = Spots(np.array([5, 9]), np.ones(2), flows.time_s[[7, 11]])
    both = [onset(flows, spots, np.arange(flows.n_step), np.arange(flows.n_cell), single=one) for one in (True, False)]
    assert both[0] == pytest.approx(both[1], abs=2e-5 * both[1].max())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_no_kilogram_is_made_or_lost(seed, n_chord):
    # inside a closed network: nothing is abstracted, and no water goes to the fixed cell
    flows = any_flows(seed, n_chord=n_chord)
    outlet = (flows.dn == flows.n_cell - 1) | (flows.up == flows.n_cell - 1)
    change = np.where(outlet, 0.0, flows.flux_m3s)
    gain = np.zeros_like(flows.lateral_m3s)
    there = flows.dn >= 0
    np.add.at(gain.T, flows.dn[there], change.T[there])
    np.subtract.at(gain.T, flows.up[there], change.T[there])
    lateral = np.diff(flows.volume_m3, axis=0) / np.diff(flows.time_s)[:, None] - gain
    least = np.minimum(lateral, 0).min()
    grown = flows.volume_m3 - least * flows.time_s[:, None]  # enough rain that none is taken out
    closed = Flows(flows.time_s, grown, change, lateral - least, flows.up, flows.dn, flows.fixed, flows.exchange_m3s)
    load = Releases(np.array([3]), np.array([0.0]), np.array([flows.time_s[4]]), np.array([7.0]))
    field = forward(closed, load, np.arange(closed.n_cell))[:, :, 0] / 1e3
    held = (field * grown)[:, :-1].sum(axis=1)
    assert held[4:] == pytest.approx(7.0, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_uniform_water_stays_uniform(seed, n_chord):
    # the water that joins is as dirty as the rest, so everything stays as it was
    flows = any_flows(seed, n_chord=n_chord)
    joins = np.maximum(flows.lateral_m3s, 0.0) * np.diff(flows.time_s)[:, None]
    turned = np.maximum(-flows.flux_m3s, 0.0) * (flows.dn == flows.n_cell - 1)  # comes back in from beyond the outlet
    for face in np.flatnonzero(flows.dn == flows.n_cell - 1):
        joins[:, flows.up[face]] += turned[:, face] * np.diff(flows.time_s)
    out = np.maximum(flows.flux_m3s, 0.0) * (flows.up == flows.n_cell - 1)
    for face in np.flatnonzero(flows.up == flows.n_cell - 1):
        joins[:, flows.dn[face]] += out[:, face] * np.diff(flows.time_s)
    total = np.zeros((flows.n_step + 1, flows.n_cell))
    at = np.arange(flows.n_cell)
    for step in range(flows.n_step):
        load = Releases(
            at, np.full(at.size, flows.time_s[step]), np.full(at.size, flows.time_s[step + 1]), joins[step] / 1e3
        )
        total += forward(flows, load, at).sum(axis=2)
    start = forward(flows, Releases(at[:1], np.zeros(1), np.zeros(1), np.zeros(1)), at, 0.0, 1.0)[:, :, 0]
    assert (total + start)[:, :-1] == pytest.approx(1.0, abs=1e-11)


def test_a_spill_in_a_canal_follows_the_gaussian():
    # c = M/(A √(4πDt)) e^{-(x-ut)²/4Dt - kt}
    u, d, area, k = 0.8, 30.0, 25.0, 0.3 / 86_400
    flows, _ = steady_flows(canal(u, d, area), 120.0, 7 * 3600.0)
    t = flows.time_s
    cell, goal, begin = 100, 175, 600.0
    seen = series(
        flows, Releases(np.array([cell]), np.array([begin]), np.array([begin]), np.array([1.0])), [(goal, 1.0)], k
    )[:, 0, 0]
    x, lag = (goal + 0.5 - cell) * 120.0, np.maximum(t - begin, 1e-9)
    exact = 1e3 / (area * np.sqrt(4 * np.pi * d * lag)) * np.exp(-((x - u * lag) ** 2) / (4 * d * lag) - k * lag)
    assert seen == pytest.approx(exact, abs=0.01 * exact.max())


def test_a_lasting_load_follows_ogata_and_banks():
    # an inlet held at c0: a load of Q c0 in a canal whose water above it is clean. The load's front is lower than that
    # of the held inlet by up to √(D/πux) = 0.044, so the profile is compared with the superposition of spills:
    # c/c0 = ½ [erfc((x-ut)/2√(Dt)) - e^{ux/D} erfc((x+ut)/2√(Dt))]
    u, d, x = 0.5, 30.0, 10_000.0
    flows, _ = steady_flows(canal(u, d, 20.0), 100.0, 13 * 3600.0)
    end = flows.time_s[-1]
    load = Releases(
        np.array([50]), np.zeros(1), np.array([end]), np.array([0.001 * end])
    )  # 1 g/s into 10 m³/s: 0.1 mg/L
    seen = series(flows, load, [(149, 0.5 + 1e-9)])[:, 0, 0] / 0.1
    hours = np.array([4.0, 5.0, 5.5, 6.0, 8.0, 12.0])
    t = 3600 * hours
    x = (149 + 0.5 - 50.5) * 100.0
    z = (x + u * t) / np.sqrt(4 * d * t)
    far = np.exp(u * x / d - z**2) * (1 - 0.5 / z**2 + 0.75 / z**4 - 1.875 / z**6) / (z * np.sqrt(np.pi))
    exact = 0.5 * (erfc((x - u * t) / np.sqrt(4 * d * t)) - far)
    assert np.interp(t, flows.time_s, seen) == pytest.approx(exact, abs=0.01)


def test_steps_are_cut_to_where_the_scheme_spreads_least():
    flows, _ = steady_flows(canal(0.8, 5.0, 25.0), 120.0, 6 * 3600.0)
    coarse = Flows(flows.time_s[::4], flows.volume_m3[::4], flows.flux_m3s[::4], flows.lateral_m3s[::4], flows.up,
                   flows.dn, flows.fixed, flows.exchange_m3s[::4])  # fmt: skip
    cut = well_stepped(coarse)
    assert cut.n_step == flows.n_step
    load = Releases(np.array([20]), np.array([1_200.0]), np.array([1_200.0]), np.array([1.0]))
    width = []
    for water in (coarse, cut):
        c = series(water, load, [(80, 1.0)])[:, 0, 0]
        middle = (c * water.time_s).sum() / c.sum()
        width.append(np.sqrt((c * (water.time_s - middle) ** 2).sum() / c.sum()))
    x = 60.5 * 120.0
    assert width[1] == pytest.approx(np.sqrt(2 * 5.0 * x / 0.8**3 + 8 * 5.0**2 / 0.8**4), rel=0.03)
    assert width[0] > 3 * width[1]


def test_an_impossible_decay_is_named():
    flows = any_flows(0)
    with pytest.raises(InputError, match=r"decay of -1.0 1/s was asked for"):
        forward(flows, Releases(np.zeros(1, int), np.zeros(1), np.zeros(1), np.zeros(1)), [0], -1.0)
