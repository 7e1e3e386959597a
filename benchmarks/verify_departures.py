"""Write docs/validation/departures.md: how soon a pollution front is alerted, and how often nothing is.

Simulated series (marked as such): slow weather, daily cycle, normal noise; no code of the platform's simulator.
Run from the checkout: .venv/bin/python benchmarks/verify_departures.py [station-years per noise, default 40]
Exit code 1 when a floor is missed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from rich.progress import track

from riverchief.cloud.alerts import Departure, departure, departure_signals
from riverchief.cloud.alertstate import AlertState, Decision
from riverchief.cloud.baseline import Baseline
from riverchief.cloud.instruments import defaults

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "validation" / "departures.md"
STEP_S = 14_400
T0 = 1_700_000_000 // STEP_S * STEP_S
DAY_S = 86_400
LEARN_DAYS, WATCH_DAYS = 300, 365
LEVELS = {"nh3n": 0.5, "codmn": 4.0, "tp": 0.12}
NOISES = (0.03, 0.035, 0.04)
EXCESSES = (1.15, 1.2, 1.25, 1.3, 1.4, 1.6)
FALSE_PER_YEAR_MAX = 0.2
FRONTS_MIN = 0.98


class Station:
    """One simulated station: what it measured, and what was learnt from its first 300 days."""

    def __init__(self, seed: int, noise: float) -> None:
        self.rng = np.random.default_rng(seed)
        self.time_s = T0 + np.arange(0, (LEARN_DAYS + WATCH_DAYS) * DAY_S, STEP_S)
        self.first = LEARN_DAYS * DAY_S // STEP_S
        self.value = {code: self._series(level, noise) for code, level in LEVELS.items()}
        self.baseline = {
            code: Baseline.learn(code, self.time_s[: self.first], value[: self.first])
            for code, value in self.value.items()
        }

    def _series(self, level: float, noise: float) -> np.ndarray:
        t, rng = self.time_s, self.rng
        slow = sum(
            0.025 * np.sin(2 * np.pi * t / (DAY_S * rng.uniform(3, 25)) + rng.uniform(0, 2 * np.pi)) for _ in range(4)
        )
        daily = 0.05 * np.cos(2 * np.pi * t / DAY_S + rng.uniform(0, 2 * np.pi))
        return level * (1 + slow + daily) * (1 + noise * rng.standard_normal(t.size))

    def sample(self, i: int, factor: dict[str, float] | None = None) -> list[Departure]:
        """Departures of sample i, its values times their factors."""
        found = []
        for code, baseline in self.baseline.items():
            recent = slice(max(i - 12, 0), i)
            expected = baseline.expected(float(self.time_s[i]), self.time_s[recent], self.value[code][recent])
            found.append(departure(code, self.value[code][i] * (factor or {}).get(code, 1.0), expected))
        return found

    def alarms(self) -> int:
        """Alerts that opened in a year without any pollution."""
        state, opened = AlertState(), 0
        for i in range(self.first, self.time_s.size):
            state, decision, _ = state.step(departure_signals(int(self.time_s[i]), self.sample(i)))
            opened += decision is Decision.OPEN
        return opened

    def caught(self, i: int, factor: dict[str, float]) -> bool:
        return any(s.severity for s in departure_signals(int(self.time_s[i]), self.sample(i, factor)))


def front(rng: np.random.Generator, codes: list[str]) -> dict[str, float]:
    """Factors of the first sample after a front has passed 20 %: it rises for 2 to 10 h to 0.6 to 4 times more."""
    height, rise_h = rng.uniform(0.6, 4.0), rng.uniform(2, 10)
    since_h = rng.uniform(0, STEP_S / 3600)
    added = min(0.2 + height * since_h / rise_h, height)
    return {code: 1 + added * (1.0 if n == 0 else rng.uniform(0.5, 1)) for n, code in enumerate(codes)}


def measure(noise: float, years: int) -> dict[str, float | dict]:
    alarms, single = 0, defaultdict(list)
    fronts: dict[int, list[bool]] = defaultdict(list)
    sigma = []
    for seed in track(range(years), f"noise {noise:.1%}"):
        station = Station(seed, noise)
        sigma += [b.sigma for b in station.baseline.values()]
        alarms += station.alarms()
        for i in range(station.first, station.time_s.size, 40):
            codes = [str(c) for c in station.rng.permutation(list(LEVELS))]
            for k in (1, 2, 3):
                fronts[k].append(station.caught(i, front(station.rng, codes[:k])))
                for excess in EXCESSES:
                    single[excess, k].append(station.caught(i, dict.fromkeys(codes[:k], excess)))
    return {
        "sigma": float(np.median(sigma)),
        "alarms": alarms,
        "single": {key: float(np.mean(hits)) for key, hits in single.items()},
        "fronts": {k: float(np.mean(hits)) for k, hits in fronts.items()},
        "n": len(fronts[1]),
    }


def main(years: int) -> int:
    rule = defaults().departure
    hours = rule.level_window_s / 3600
    text = f"""# Departures: how soon a front is alerted, and how often nothing is

Written by `benchmarks/verify_departures.py`; do not edit. **Simulated** series of NH3-N, CODMn and TP every 4 h: slow
weather of ±10 %, a daily cycle of ±5 %, normal noise. {LEARN_DAYS} days to learn from, {years} station-years to
watch per noise. Settings: z {rule.z}, joint z {rule.joint_z}, ratio {rule.ratio}, level of {hours:.0f} h.

The bound. One reading of a property with relative error s passes z = {rule.z} by chance with 3.4e-6. Three properties
have seven groups and 2,190 samples a year: at most 0.05 false alerts a station-year. At exactly 20 % more the mean of
z is ln 1.2 / s: with s = 4 % that is 4.6, so one property alone is caught half the time at best; no threshold is both
quiet and sure there with one reading. Several properties of one sample are.

| noise | scatter learnt | false alerts | per station-year |
|---|---|---|---|
"""
    results = {noise: measure(noise, years) for noise in NOISES}
    for noise, r in results.items():
        text += f"| {noise:.1%} | {r['sigma']:.1%} | {r['alarms']} in {years} years | {r['alarms'] / years:.3f} |\n"
    text += "\n## One sample at a given excess: share that is alerted\n\n"
    text += "| noise | properties | " + " | ".join(f"+{e - 1:.0%}" for e in EXCESSES) + " |\n"
    text += "|---" * (2 + len(EXCESSES)) + "|\n"
    for noise, r in results.items():
        for k in (1, 2, 3):
            shares = " | ".join(f"{r['single'][e, k]:.1%}" for e in EXCESSES)
            text += f"| {noise:.1%} | {k} | {shares} |\n"
    text += """
## Fronts: share alerted by the first sample after the true concentration has passed +20 %

Fronts of +60 % to +400 % that rise for 2 to 10 h; the sample comes 0 to 4 h after. With two or three properties the
others carry 50 to 100 % of the first one's rise.

| noise | 1 property | 2 properties | 3 properties | fronts |
|---|---|---|---|---|
"""
    for noise, r in results.items():
        text += f"| {noise:.1%} | " + " | ".join(f"{r['fronts'][k]:.1%}" for k in (1, 2, 3)) + f" | {r['n']} |\n"
    text += """
What this does not show: how often a real river departs from its habit without pollution (a storm, a gate). The longest
real four-hourly series at hand is five days, too short to learn a habit from.
"""
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    quiet = all(r["alarms"] / years <= FALSE_PER_YEAR_MAX for r in results.values())
    return int(not quiet or any(r["fronts"][3] < FRONTS_MIN for r in results.values()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
