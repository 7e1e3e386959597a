"""Series with a planted change on a real or invented flow, whose parts are known without estimating anything."""

from dataclasses import dataclass

import numpy as np

YEAR_D = 365.25
SCATTER = 0.35


@dataclass(frozen=True)
class Planted:
    time_d: np.ndarray  # daily
    flow_m3s: np.ndarray
    concentration_mgl: np.ndarray
    year: np.ndarray
    expected: object  # (time_d, flow) → expected concentration, management included

    def parts(self, before, after):
        """The planted (conditions, rest) of mean concentration between two years, by plain summing."""
        means = []
        for one in (before, after):
            days = np.flatnonzero(self.year == one)
            actual = self.expected(self.time_d[days], self.flow_m3s[days], one).mean()
            normal = []
            for d in days[::3]:
                apart = np.abs((self.time_d - self.time_d[d] + YEAR_D / 2) % YEAR_D - YEAR_D / 2)
                flows = self.flow_m3s[apart <= 15.5]
                normal.append(self.expected(np.full(flows.size, self.time_d[d]), flows, one).mean())
            means.append((actual, np.mean(normal)))
        (a0, n0), (a1, n1) = means
        return (a1 - a0) - (n1 - n0), n1 - n0


def persistent(rng, n, tau_d):
    """Normal errors with correlation exp(-days/tau), by recursion."""
    decay = np.exp(-1 / tau_d)
    found = rng.standard_normal(n)
    for i in range(1, n):
        found[i] = decay * found[i - 1] + np.sqrt(1 - decay**2) * found[i]
    return found


def planted(time_d, flow_m3s, seed, *, management, flow_trend):
    """Concentration on a flow: diluted or carried by it, seasonal, with persistent errors.

    management(year) is the factor that was planted; flow_trend the growth of flow per year.
    """
    rng = np.random.default_rng(seed)
    years = (time_d - time_d[0]) / YEAR_D
    flow = flow_m3s * np.exp(flow_trend * years)
    year = (time_d * 86_400).astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970
    slope, bend = rng.uniform(-0.5, 0.5), rng.uniform(-0.05, 0.05)
    season, shift = rng.uniform(0, 0.4), rng.uniform(0, 2 * np.pi)
    centre = np.log(np.median(flow))

    def expected(t, q, one):
        x = np.log(q) - centre
        log_c = slope * x + bend * x**2 + season * np.cos(2 * np.pi * t / YEAR_D + shift)
        return np.exp(log_c + SCATTER**2 / 2) * management(one)

    error = SCATTER * persistent(rng, time_d.size, 12.0)
    factor = np.array([management(one) for one in range(year.min(), year.max() + 1)])[year - year.min()]
    x = np.log(flow) - centre
    value = np.exp(slope * x + bend * x**2 + season * np.cos(2 * np.pi * time_d / YEAR_D + shift) + error) * factor
    return Planted(time_d, flow, value, year, expected)
