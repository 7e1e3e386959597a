"""What every transport engine has to show; subclass it and say how the engine is built.

All closed forms are for uniform flow in a long straight channel: an instantaneous spill spreads as a Gaussian
carried with the water, c = M / (A √(4πDt)) exp(−(x−ut)²/4Dt − kt); everything else is its superposition.
"""

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.special import erfc

from govern.rivers import canal, fork, island
from riverchief.base.places import Place
from riverchief.govern.trace.engine import Releases, TransportEngine
from riverchief.govern.trace.kinetics import Decay, Kinetics

DAY_S = 86_400.0
START_S = 1_790_000_000.0  # an instant of 2026


def kinetics(per_day):
    return Kinetics("test", {}, Decay(per_day, "test", assumed=True))


def gaussian_spill(mass_kg, area_m2, u, d, k_per_s, x, t):
    """Case of an instantaneous spill [mg/L]; kg/m³ → mg/L is 1000."""
    t = np.maximum(t, 1e-9)
    spread = np.sqrt(4 * np.pi * d * t)
    return 1e3 * mass_kg / (area_m2 * spread) * np.exp(-((x - u * t) ** 2) / (4 * d * t) - k_per_s * t)


class EngineContract:
    """Subclasses give `build(basin, kinetics, *, certain)`; `certain` leaves one member of known velocity."""

    tolerance = 0.01  # of the peak, against closed forms
    case_10 = (0.8, 30.0, 25.0)  # u, D, A

    def build(self, basin, kinetics, *, certain) -> TransportEngine:
        raise NotImplementedError

    # ------------------------------------------------------------------ closed forms

    def test_an_instantaneous_spill_follows_the_closed_form(self):
        # Fen river, 18 January 2017: 4320 kg benzene, A 25 m², 2880 m/h; D 30 m²/s assumed. Peak of the closed form
        # 9 km below: t = (√(D² + u²x²) − D)/u² = 186.72 min, 83.995 mg/L
        engine = self.build(canal(0.8, 30.0, 25.0), kinetics(0.0), certain=True)
        minutes = np.arange(120.0, 300.0, 0.05)
        c = 4320 * engine.response(
            [Place("c0", 16_000.0)], START_S, 0.0, [Place("c0", 25_000.0)] * minutes.size,
            START_S + 60 * minutes, "nh3n", 0,
        )[0]  # fmt: skip
        assert c.max() == pytest.approx(83.995, rel=self.tolerance)
        assert minutes[c.argmax()] == pytest.approx(186.72, abs=2)
        exact = gaussian_spill(4320, 25.0, 0.8, 30.0, 0.0, 9_000.0, 60 * minutes)
        assert c == pytest.approx(exact, abs=self.tolerance * 83.995)

    @pytest.mark.parametrize("per_day", [0.0, 0.5])
    def test_a_lasting_load_rises_as_the_integral_of_the_spill(self, per_day):
        # Integral of the spill from 0 to t, G = √(1 + 4kD/u²):
        # c/c0 = 1/2G [e^{ux(1−G)/2D} erfc((x−uGt)/2√(Dt)) − e^{ux(1+G)/2D} erfc((x+uGt)/2√(Dt))]
        u, d, x, k = 0.5, 30.0, 10_000.0, per_day / DAY_S
        g = np.sqrt(1 + 4 * k * d / u**2)
        hours = np.array([4.0, 5.0, 5.5, 6.0, 8.0, 12.0])
        t = 3600 * hours
        far = np.exp(u * x * (1 + g) / (2 * d) - ((x + u * g * t) / np.sqrt(4 * d * t)) ** 2)
        z = (x + u * g * t) / np.sqrt(4 * d * t)
        far *= (1 - 0.5 / z**2 + 0.75 / z**4 - 1.875 / z**6) / (z * np.sqrt(np.pi))
        near = np.exp(u * x * (1 - g) / (2 * d)) * erfc((x - u * g * t) / np.sqrt(4 * d * t))
        exact = (near - far) / (2 * g)
        engine = self.build(canal(u, d, 20.0), kinetics(per_day), certain=True)
        lasting = 15 * 3600.0  # 1 g/s = 0.001 kg/s into 10 m³/s makes 0.1 mg/L
        c = (0.001 * lasting) * engine.response(
            [Place("c0", 0.0)], START_S, lasting, [Place("c0", x)] * t.size, START_S + t, "nh3n", 0
        )[0]
        assert c / 0.1 == pytest.approx(exact, abs=self.tolerance)
        # Ogata and Banks hold c0 at the inlet instead of adding a load; their front is higher by up to √(D/πux) = 0.044
        ogata_banks = {0.0: [0.00152642, 0.48514376, 0.99967093], 0.5: [0.00140788, 0.43662635, 0.89050037]}
        assert (c / 0.1)[[0, 2, 4]] == pytest.approx(ogata_banks[per_day], abs=0.045)
        if per_day:
            assert c[-1] / 0.1 == pytest.approx(0.89077761, abs=self.tolerance)  # steady e^{(ux/2D)(1−G)}

    @pytest.mark.parametrize("duration_s", [1_800.0, 4 * 3600.0])
    def test_a_release_of_some_hours_is_the_superposition_of_instants(self, duration_s):
        u, d, area, x = 0.5, 20.0, 20.0, 6_000.0
        engine = self.build(canal(u, d, area), kinetics(0.2), certain=True)
        t = np.arange(1.0, 12.0, 0.5) * 3600
        nodes, weights = leggauss(200)
        since = duration_s * (nodes + 1) / 2
        lag = t[:, None] - since
        exact = np.where(lag > 0, gaussian_spill(1.0, area, u, d, 0.2 / DAY_S, x, lag), 0) @ weights / 2
        c = engine.response([Place("c0", 100.0)], START_S, duration_s, [Place("c0", 6_100.0)] * t.size, START_S + t,
                            "nh3n", 0)[0]  # fmt: skip
        assert c == pytest.approx(exact, abs=self.tolerance * exact.max())

    # ------------------------------------------------------------------ laws

    @pytest.mark.parametrize(("per_day", "where"), [(0.0, "c"), (0.3, "c"), (0.3, "b")])
    def test_mass_is_conserved_but_for_decay(self, per_day, where):
        basin = fork()
        engine = self.build(basin, kinetics(per_day), certain=True)
        origin, target = Place("b", 500.0), Place(where, 9_000.0)
        t = np.arange(0.0, 48.0, 0.02) * 3600
        c = engine.response([origin], START_S, 7_200.0, [target] * t.size, START_S + t, "nh3n", 0)[0]
        flow = {r.code: r.flow_m3s for r in basin.reaches}[where]
        passed_kg = np.trapezoid(c * flow / 1000, t)
        travel = engine.travel([origin], [target]).median_s[0, 0]
        assert passed_kg == pytest.approx(np.exp(-per_day / DAY_S * travel), rel=self.tolerance)

    def test_a_confluence_dilutes_by_flow(self):
        engine = self.build(fork(), kinetics(0.0), certain=True)
        t = np.arange(0.0, 60.0, 0.5) * 3600
        long = 40 * 3600.0
        spots = [Place("a", 7_900.0), Place("c", 100.0)]
        c = engine.response([Place("a", 0.0)], START_S, long, np.repeat(spots, t.size).tolist(), START_S + np.tile(t, 2),
                            "nh3n", 0).reshape(2, t.size)  # fmt: skip
        assert c[1].max() / c[0].max() == pytest.approx(0.6, rel=self.tolerance)

    def test_travel_times_add_up(self):
        engine = self.build(fork(), kinetics(0.0), certain=True)
        a, middle, end = Place("a", 1_000.0), Place("c", 0.0), Place("c", 15_000.0)
        time = engine.travel([a, middle], [middle, end]).median_s
        assert time[0, 0] + time[1, 1] == pytest.approx(time[0, 1], rel=1e-6)
        assert time[0, 0] == pytest.approx(7_000 / 0.5, rel=0.02)
        assert time[1, 1] == pytest.approx(15_000 / 0.6, rel=0.02)

    def test_an_island_loses_nothing(self):
        engine = self.build(island(), kinetics(0.0), certain=True)
        t = np.arange(0.0, 60.0, 0.02) * 3600
        for where, flow, share in (("north", 7.0, 0.7), ("south", 3.0, 0.3), ("z", 10.0, 1.0)):
            c = engine.response([Place("a", 0.0)], START_S, 3600.0, [Place(where, 4_000.0)] * t.size, START_S + t,
                                "nh3n", 0)[0]  # fmt: skip
            assert np.trapezoid(c * flow / 1000, t) == pytest.approx(share, rel=self.tolerance)

    def test_nothing_is_felt_upstream_aside_or_before(self):
        engine = self.build(fork(), kinetics(0.0), certain=False)
        source = Place("a", 3_000.0)
        aside = [Place("a", 2_000.0), Place("b", 11_000.0)]
        assert np.isnan(engine.travel([source], aside).median_s).all()
        t = START_S + np.arange(0.0, 48.0) * 3600
        for target in aside:
            assert not engine.response([source], START_S, 3600.0, [target] * t.size, t, "nh3n").any()
        before = START_S - np.arange(0.0, 48.0) * 3600
        assert not engine.response([source], START_S, 3600.0, [Place("c", 10.0)] * t.size, before, "nh3n").any()

    # ------------------------------------------------------------------ the questions agree with each other

    def test_members_are_a_weighted_mean(self):
        engine = self.build(fork(), kinetics(0.1), certain=False)
        assert engine.member_weight.sum() == pytest.approx(1)
        t = START_S + np.arange(0.0, 30.0) * 3600
        args = (
            [Place("b", 3_000.0)] * 2,
            [START_S, START_S + 7_200],
            [3_600.0, 0.0],
            [Place("c", 9_000.0)] * t.size,
            t,
        )
        each = [engine.response(*args, "nh3n", m) for m in range(engine.member_weight.size)]
        assert engine.response(*args, "nh3n") == pytest.approx(np.tensordot(engine.member_weight, each, 1), abs=1e-12)

    def test_onsets_superpose_to_responses(self):
        engine = self.build(fork(), kinetics(0.15), certain=False)
        origins = [Place("b", 3_000.0), Place("c", 2_000.0), Place("a", 7_900.0)]
        edges = START_S + np.arange(12) * 1_800.0 + np.array([[0.0], [7_200.0], [100.0]])
        t = START_S + np.arange(0.0, 40.0, 0.7) * 3600
        spots = [Place("c", 9_000.0), Place("c", 100.0)]
        targets = [spots[i % 2] for i in range(t.size)]
        onset = engine.onset(origins, edges, targets, t, "nh3n")
        assert onset.shape == (3, engine.member_weight.size, 12, t.size)
        for member in (0, engine.member_weight.size // 2, engine.member_weight.size - 1):
            for first, last in ((0, 1), (3, 11)):
                long = (last - first) * 1_800.0
                direct = engine.response(origins, edges[:, first], long, targets, t, "nh3n", member)
                by_onset = (onset[:, member, first] - onset[:, member, last]) / long
                assert by_onset == pytest.approx(direct, abs=0.01 * direct.max())

    def test_the_forecast_is_linear_in_mass_and_its_band_is_ordered(self):
        engine = self.build(fork(), kinetics(0.1), certain=False)
        n = 60
        member = np.arange(n) % engine.member_weight.size
        score = np.linspace(-2, 2, n)

        def releases(mass_kg):
            return Releases(
                (Place("a", 1_000.0),) * n, np.full(n, START_S), np.full(n, 3_600.0), np.full(n, mass_kg), member,
                np.full(n, 1 / n), "nh3n", score, -score,
            )  # fmt: skip

        t = START_S + np.arange(0.0, 30.0) * 3600
        places = [Place("c", 500.0), Place("c", 18_000.0)]
        band = engine.forecast(releases(100.0), places, t)
        assert band.samples_mgl.shape == (n, 2, t.size)
        assert band.mean_mgl.shape == (2, t.size)
        assert (band.low_mgl <= band.median_mgl).all()
        assert (band.median_mgl <= band.high_mgl).all()
        assert band.mean_mgl == pytest.approx(band.samples_mgl.mean(axis=0))
        assert engine.forecast(releases(300.0), places, t).samples_mgl == pytest.approx(3 * band.samples_mgl)
