"""A river of its own for calibrating the trace: particles that walk at random in unsteady water.

Nothing of it comes from the engine under test or from the simulator. The registry says one thing, the water does
another: velocities off by up to 20 % (together, reach by reach, and wandering), another dispersion, another decay.
"""

from dataclasses import dataclass

import numpy as np

from govern.rivers import basin, border, outfall, reach, station
from riverchief.base.places import Place
from riverchief.govern.trace import Observation

HOUR_S = 3600.0
BASELINE = {"nh3n": 0.4, "tp": 0.08}
LIMIT = {"nh3n": 1.0, "tp": 0.2}
START_S = 1_790_000_000.0 - 1_790_000_000.0 % 86_400


def valley():
    """A main stem m0 … m4 (60 km) with a tributary t (18 km) at 24 km: 4 stations, 9 outfalls, 2 borders."""
    stem = [reach(f"m{i}", f"n{i}", f"n{i + 1}", 12_000.0, 8.0 + 2 * (i > 1), 0.45, 25.0) for i in range(5)]
    side = [reach("t", "spring", "n2", 18_000.0, 2.0, 0.35, 10.0)]
    mixes = [(12, 1.0), (8, 2.0), (30, 1.5), (20, 4.0), (10, 0.6), (15, 1.0), (25, 0.8), (6, 1.5), (18, 3.0)]
    spots = [("m0", 5e3), ("m0", 11e3), ("m1", 4e3), ("t", 6e3), ("t", 14e3), ("m2", 3e3), ("m2", 9e3), ("m3", 5e3),
             ("m4", 2e3)]  # fmt: skip
    return basin(
        [*stem, *side],
        [outfall(f"o{i}", *spot, {"nh3n": a, "tp": b}) for i, (spot, (a, b)) in enumerate(zip(spots, mixes, strict=True))],
        [border("b-main", "m0", 500.0), border("b-side", "t", 500.0)],
        [station("s0", "m0", 1_000.0), station("s1", "m1", 10_000.0), station("s2", "m2", 11_000.0),
         station("s3", "m4", 6_000.0)],
    )  # fmt: skip


@dataclass(frozen=True)
class Spill:
    code: str
    place: Place
    start_s: float
    duration_s: float
    mass_kg: dict[str, float]


def passages(river, spill, seed, n=2_000, hours=72.0, step_s=150.0):
    """Instants [s after the start] at which each of n particles passes every reach's chainages; inf where never.

    Returns a function of (reach code, chainage) that gives them.
    """
    rng = np.random.default_rng([seed, 1])
    net = river.network
    way, lengths = [net.index(spill.place.reach)], []
    while (below := np.flatnonzero(net.from_node == net.to_node[way[-1]])).size:
        way.append(int(below[0]))
    lengths = [net.length_m[r] for r in way]
    heads = np.concatenate([[0.0], np.cumsum(lengths)])
    common, own = rng.uniform(-0.10, 0.10), rng.uniform(-0.06, 0.06, len(way))
    speed = np.array([river.reaches[r].velocity_ms for r in way]) * (1 + common + own)
    mixing = np.exp(rng.uniform(np.log(0.3), np.log(1.5)))
    spread = mixing * speed * np.array([river.reaches[r].width_m for r in way])
    phase = rng.uniform(0, 2 * np.pi)
    x = np.full(n, spill.place.chainage_m)
    released = rng.uniform(0, spill.duration_s, n)
    steps = int(hours * HOUR_S / step_s)
    track = np.empty((steps + 1, n), np.float32)
    track[0] = x
    for i in range(steps):
        t = i * step_s
        r = np.clip(np.searchsorted(heads, x, side="right") - 1, 0, len(way) - 1)
        u = speed[r] * (1 + 0.04 * np.sin(2 * np.pi * t / (30 * HOUR_S) + phase))
        dx = u * step_s + np.sqrt(2 * spread[r] * step_s) * rng.standard_normal(n)
        x = np.where(t >= released, np.maximum(x + dx, 0.0), x)
        track[i + 1] = x
    highest = np.maximum.accumulate(track, axis=0)

    def at(code, chainage_m):
        if net.index(code) not in way:
            return np.full(n, np.inf)
        goal = heads[way.index(net.index(code))] + chainage_m
        if goal <= spill.place.chainage_m:
            return np.full(n, np.inf)
        over = highest >= goal
        return np.where(over.any(axis=0), over.argmax(axis=0) * step_s, np.inf)

    return at


def concentration(river, spill, at, place, property_code, times_s, decay_per_day):
    """Flux concentration [mg/L] at a place: mass that passes within ± 10 min over the water that passes."""
    when = at(place.reach, place.chainage_m)
    flow = river.reaches[river.network.index(place.reach)].flow_m3s
    width = 1_200.0
    lag = np.asarray(times_s) - spill.start_s
    share = np.array([(np.abs(when - t) <= width / 2).mean() for t in lag])
    age = np.clip(lag - spill.duration_s / 2, 0, None)
    return 1e3 * spill.mass_kg[property_code] * share / (flow * width) * np.exp(-decay_per_day * age / 86_400)


def observations(river, spill, seed, hours=60.0):
    """Readings of all stations: every 4 h, hourly once a limit is passed; noise 4 %, background 5 %."""
    rng = np.random.default_rng([seed, 2])
    at = passages(river, spill, seed)
    decay = {"nh3n": rng.uniform(0.03, 0.3), "tp": rng.uniform(0.0, 0.12)}
    found = []
    for one in river.stations:
        times = np.arange(START_S, START_S + hours * HOUR_S, HOUR_S)
        level = {p: rng.normal(0, 0.05) for p in BASELINE}
        value = {
            p: (BASELINE[p] * (1 + level[p] + 0.03 * rng.standard_normal(times.size))
                + concentration(river, spill, at, one.place, p, times, decay[p])) * (1 + 0.04 * rng.standard_normal(times.size))
            for p in BASELINE
        }  # fmt: skip
        hourly = False
        for i, t in enumerate(times):
            if i % 4 and not hourly:
                continue
            found += [
                Observation(one.code, one.place, p, float(t), float(value[p][i]), BASELINE[p], 0.06 * BASELINE[p])
                for p in BASELINE
            ]
            hourly = any(value[p][i] > LIMIT[p] for p in BASELINE)
    return found


def spill_of(river, seed):
    """One of the listed outfalls or borders, alike, spills its own mix within hours."""
    rng = np.random.default_rng([seed, 3])
    pick = int(rng.integers(len(river.facilities) + 1))
    duration = rng.uniform(1, 6) * HOUR_S
    start = START_S + rng.uniform(6, 12) * HOUR_S
    size = rng.uniform(150, 500)
    if pick == len(river.facilities):
        one = river.sections[int(rng.integers(len(river.sections)))]
        mix = {"nh3n": 1.0, "tp": 0.1}
    else:
        one = river.facilities[pick]
        mix = {"nh3n": 1.0, "tp": one.pollutants["tp"] / one.pollutants["nh3n"]}
    return Spill(
        one.code, one.place, start, duration, {p: size * m * np.exp(rng.normal(0, 0.2)) for p, m in mix.items()}
    )
