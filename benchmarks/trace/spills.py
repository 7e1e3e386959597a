"""Spills of known place, time and mass: the river of the proof, its truth by the twin's solver, and what stations read.

The tracer knows a river in cells of `COARSE_M`, as gauged and surveyed; the truth runs in cells a quarter as long, with
another roughness, other inflows, another formula of dispersion, and decay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riverchief.base.basin import Basin, Facility, Reach
from riverchief.base.places import Place
from riverchief.govern.twin import Model, NormalDepth, River, Run, Series, trapezoid
from riverchief.govern.twin.dispersion import FORMULAS
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.tracing import Reading, Source

HOUR_S, DAY_S = 3_600.0, 86_400.0
COARSE_M, FINE_M, SPAN_S, KEPT_S = 1_000.0, 250.0, 4 * DAY_S, 1_800.0
STATIONS = {1: ["s4"], 2: ["s2", "s4"], 4: ["s1", "s2", "s3", "s4"]}
ROUGHNESS = (0.8, 0.9, 1.0, 1.1, 1.2)  # times the surveyed Manning's n, of the tracer's members
SD, LIMIT = 0.02, 0.03  # mg/L: error of an instrument near nought, and its limit of detection
LISTED = 1 / 3  # of the spills come from a listed discharger, the others from anywhere
MANNING, SIDE = 0.035, 1.5
MIX, MIX_LOG_SD = (2.0, 4.0, 8.0, 16.0), 0.5  # COD over NH3-N of the permits, and how far discharges are off it
LEAST_M3S = 0.001  # of water, with which a spill comes

# code: from, to, length [m], mean flow [m³/s], speed [m/s], width at half depth [m]
REACHES = {
    "m0": ("h", "n1", 16e3, 6.0, 0.50, 18), "m1": ("n1", "n2", 16e3, 8.0, 0.50, 20),
    "m2": ("n2", "n3", 16e3, 8.0, 0.55, 20), "m3": ("n3", "n4", 16e3, 11.0, 0.55, 24),
    "m4": ("n4", "n5", 16e3, 11.0, 0.60, 24), "m5": ("n5", "out", 16e3, 13.0, 0.60, 26),
    "ta": ("ha", "n1", 22e3, 2.0, 0.40, 9), "tb": ("hb", "n3", 30e3, 3.0, 0.45, 11),
    "tc": ("hc", "n5", 18e3, 2.0, 0.40, 9),
}  # fmt: skip
HEADS = {"m0": 6.0, "ta": 2.0, "tb": 3.0, "tc": 2.0}
OUTFALLS = [("m0", 3e3), ("m0", 12e3), ("m1", 2e3), ("m1", 9e3), ("m2", 5e3), ("m2", 13e3), ("m3", 4e3), ("m3", 11e3),
            ("m4", 3e3), ("m4", 12e3), ("ta", 6e3), ("ta", 17e3), ("tb", 8e3), ("tb", 21e3), ("tc", 4e3), ("tc", 13e3)]  # fmt: skip
WHERE = {"s1": Place("m1", 14e3), "s2": Place("m3", 2e3), "s3": Place("m4", 8e3), "s4": Place("m5", 12e3)}
BORDERS = {f"border-{reach}": Place(reach, 500.0) for reach in ("m0", "tb")}


def basin() -> Basin:
    """The registry: six reaches of a main stem, three tributaries, sixteen dischargers."""
    reaches = [
        Reach(code, code[0], code, code, a, b, length, flow, speed, width, flow / (speed * width))
        for code, (a, b, length, flow, speed, width) in REACHES.items()
    ]
    facilities = []
    for i, spot in enumerate(OUTFALLS):
        nh3n = 5.0 + 3 * (i % 5)
        permit = {"nh3n": nh3n, "cod": MIX[i % 4] * nh3n}
        facilities.append(
            Facility(f"o{i}", "outfall", f"o{i}", f"o{i}", Place(*spot), 112.0, 37.0, "1499", 0.1, permit)
        )
    return Basin(
        "spills", "试验", "spills", "1499", "v1", "", (), tuple(reaches), (), (), (), tuple(facilities), (), ()
    )


# ---------------------------------------------------------------------- the water


def twin(dx_m: float, rough: np.ndarray | float, inflow: dict[str, Series]) -> River:
    """The river for the solver, every reach as steep as its mean flow asks of it at the surveyed roughness."""
    river = River("spills")
    factor = dict(zip(REACHES, np.broadcast_to(rough, len(REACHES)), strict=True))
    bed = {"out": 0.0}
    todo = [c for c in REACHES if c.startswith("m")][::-1] + [c for c in REACHES if c.startswith("t")]
    for code in todo:
        a, b, length, flow, speed, width = REACHES[code]
        depth = flow / (speed * width)
        bottom = width - SIDE * depth
        radius = flow / speed / (bottom + 2 * depth * np.sqrt(1 + SIDE**2))
        slope = (speed * MANNING / radius ** (2 / 3)) ** 2
        bed[a] = bed[b] + slope * length
        n = MANNING * float(factor[code])
        ends = [trapezoid(bottom, SIDE, n, depth_m=8.0, bed_m=float(bed[node])) for node in (a, b)]
        river.reach(code, [0.0, length], ends, dx_m=dx_m, from_node=a, to_node=b)
        if b == "out":
            river.boundary(NormalDepth("out", float(slope)))
    for name, series in inflow.items():
        river.inflow(name, series, node=REACHES[name][0])
    return river


def inflows(rng: np.random.Generator) -> tuple[dict[str, Series], dict[str, Series]]:
    """What flows in at the heads, and what the gauges say of it: swelling and falling water, each gauge 5 % off."""
    time_s = np.arange(-2 * DAY_S, SPAN_S + HOUR_S, HOUR_S)
    swing, period, phase = rng.uniform(0, 0.25), rng.uniform(1, 3) * DAY_S, rng.uniform(0, 2 * np.pi)
    true, told = {}, {}
    for name, mean in HEADS.items():
        level = mean * float(np.exp(rng.normal(0, 0.15)))
        value = level * (1 + swing * np.sin(2 * np.pi * time_s / period + phase))
        true[name], told[name] = Series(time_s, value), Series(time_s, value * float(np.exp(rng.normal(0, 0.05))))
    return true, told


def ran(model: Model) -> Run:
    """A run over the proof's span from water that has had two days to settle."""
    settled = model.run(model.start(-2 * DAY_S), 0.0, 6 * HOUR_S)
    return model.run(settled.state, SPAN_S, KEPT_S)


# ---------------------------------------------------------------------- one spill


@dataclass(frozen=True)
class Spill:
    """The truth: places, starts, durations, masses and ln(COD/NH3-N) of one or two releases."""

    kind: str  # "one", "two" or "border"
    place: tuple[Place, ...]
    code: tuple[str, ...]
    start_s: tuple[float, ...]
    duration_s: tuple[float, ...]
    mass_kg: tuple[float, ...]
    log_ratio: tuple[float, ...]


def draw(known: Basin, rng: np.random.Generator) -> Spill:
    """A spill: one in ten is two at once, one in ten comes over the border."""
    kind = str(rng.choice(["one", "two", "border"], p=[0.8, 0.1, 0.1]))
    places, codes, ratios = [], [], []
    for _ in range(2 if kind == "two" else 1):
        if kind == "border":
            codes.append(str(rng.choice(list(BORDERS))))
            places.append(BORDERS[codes[-1]])
            ratios.append(rng.normal(np.log(np.median(MIX)), 1.0))
        elif rng.random() < LISTED:
            one = known.facilities[int(rng.integers(len(known.facilities)))]
            places.append(one.place)
            codes.append(one.code)
            ratios.append(rng.normal(np.log(one.pollutants["cod"] / one.pollutants["nh3n"]), MIX_LOG_SD))
        else:
            lengths = np.array([r.length_m for r in known.reaches])
            reach = known.reaches[int(rng.choice(lengths.size, p=lengths / lengths.sum()))]
            top = reach.length_m if reach.code != "m5" else WHERE["s4"].chainage_m - 2_000.0
            places.append(Place(reach.code, float(rng.uniform(0, top))))
            codes.append("")
            ratios.append(rng.normal(np.log(np.median(MIX)), 1.0))
    n = len(places)
    start = rng.uniform(0.25, 1.0, n) * DAY_S
    return Spill(kind, tuple(places), tuple(codes), tuple(start), tuple(rng.uniform(0.5, 6.0, n) * HOUR_S),
                 tuple(np.exp(rng.uniform(np.log(80), np.log(600), n))), tuple(ratios))  # fmt: skip


@dataclass(frozen=True)
class Water:
    """What the river truly does: factors on roughness, inflows, decay [1/s], the formula by which it mixes."""

    rough: np.ndarray
    inflow: dict[str, Series]
    decay_per_s: float
    formula: str


def weather(rng: np.random.Generator) -> tuple[Water, dict[str, Series]]:
    """True water, up to 20 % off the surveyed roughness and another 3 % from reach to reach; what its gauges say."""
    rough = float(rng.uniform(0.8, 1.2)) * np.exp(rng.normal(0, 0.03, len(REACHES)))
    true, told = inflows(rng)
    return Water(rough, true, 0.1 / DAY_S * float(rng.uniform(0, 2)), str(rng.choice(list(FORMULAS)))), told


Seen = dict[str, tuple[np.ndarray, np.ndarray]]


def truth(spill: Spill, water: Water, dx_m: float = FINE_M) -> Seen:
    """Times [s] and concentrations [mg/L] at the stations by the twin's solver, without error."""
    river = twin(dx_m, water.rough, water.inflow)
    names = [f"spill{j}" for j in range(len(spill.place))]
    for j, name in enumerate(names):
        rate = 1e3 * spill.mass_kg[j] / spill.duration_s[j] / LEAST_M3S  # g/s in that water, mg/L
        edges = np.array([-2 * DAY_S, spill.start_s[j], spill.start_s[j] + spill.duration_s[j]])
        load = Series(edges, np.array([0.0, rate, 0.0]), steps=True)
        river.inflow(name, LEAST_M3S, at=(spill.place[j].reach, spill.place[j].chainage_m), **{name: load})
    run = ran(Model(river, names, dispersion=water.formula))
    seen = {}
    for code, place in WHERE.items():
        total = np.zeros(run.time_s.size)
        for j, name in enumerate(names):
            age = np.maximum(run.time_s - spill.start_s[j] - 0.5 * spill.duration_s[j], 0.0)
            total += np.exp(-water.decay_per_s * age) * run.concentration(name, place.reach, place.chainage_m)
        seen[code] = (run.time_s, total)
    return seen


# ---------------------------------------------------------------------- what the tracer knows


@dataclass(frozen=True)
class Nodes:
    """Where the places of a network lie among the cells of the solver, which stand about the points of a reach."""

    model: Model

    def cell(self, place: Place) -> tuple[int, float]:
        """The cell of a place, and how much of it lies above."""
        cells = self.model.cells
        at, row = cells.chainage_m[place.reach], cells.reach[place.reach]
        k = int(np.abs(at - place.chainage_m).argmin())
        return int(row[k]), float(np.clip((place.chainage_m - at[k]) / (at[1] - at[0]) + 0.5, 0.0, 1.0))

    def place(self, cell: int) -> Place:
        """The point about which a cell stands."""
        cells = self.model.cells
        code = next(c for c, row in cells.reach.items() if cell in row[:-1] or (c == "m5" and cell == row[-1]))
        return Place(code, float(cells.chainage_m[code][int(np.flatnonzero(cells.reach[code] == cell)[0])]))


@dataclass(frozen=True)
class World:
    """What the tracer knows of the river, whatever its water does; `down_m` (n_place, n_place) is nan where none flows."""

    basin: Basin
    cells: Nodes
    places: np.ndarray
    length_m: np.ndarray
    sources: list[Source]
    down_m: np.ndarray
    spots: tuple[np.ndarray, np.ndarray]

    def number(self, cell: int) -> int:
        """Which of the places a cell is."""
        return int(np.searchsorted(self.places, cell))

    def apart_m(self, place: Place) -> np.ndarray:
        """Distance of every place from one along the water, up, down, or over the confluence below both; (n_place,)."""
        net = self.basin.network
        (reach,), (chainage,) = net.positions([place])
        down, up = net.distance(reach, chainage, *self.spots), net.distance(*self.spots, reach, chainage)
        over = np.nanmin(np.where(np.isnan(down), np.inf, down) + np.nan_to_num(self.down_m, nan=np.inf), axis=1)
        return np.where(np.isfinite(up), up, np.where(np.isfinite(down), down, over))


def world() -> World:
    """The river in the tracer's cells."""
    known = basin()
    model = Model(twin(COARSE_M, 1.0, {n: Series([0.0], [q]) for n, q in HEADS.items()}), [])
    cells, grid = Nodes(model), model.cells.grid
    places = np.flatnonzero(~grid.fixed)
    length = np.zeros(grid.bed.size)
    for row in model.cells.faces.values():
        np.add.at(length, grid.up[row], 0.5 * grid.length[row])
        np.add.at(length, grid.dn[row], 0.5 * grid.length[row])
    sources = [
        Source(f.code, f.kind, cells.cell(f.place)[0], 86.4 * f.pollutants["nh3n"] * f.flow_m3s, mix=f.pollutants)
        for f in known.facilities
    ]
    sources += [Source(code, "boundary", cells.cell(place)[0]) for code, place in BORDERS.items()]
    r, c = known.network.positions([cells.place(int(i)) for i in places])
    down = np.stack([known.network.distance(r[i], c[i], r, c) for i in range(places.size)])
    return World(known, cells, places, length[places], sources, down, (r, c))


def members(told: dict[str, Series]) -> list[tuple[Flows, float]]:
    """The tracer's water: runs of the twin on gauged inflows, each with another roughness."""
    return [(ran(Model(twin(COARSE_M, factor, told), [], dispersion="fischer")).flows(), 1.0) for factor in ROUGHNESS]


def read(seen: Seen, cells: Nodes, rng: np.random.Generator) -> list[Reading]:
    """What the instruments said, two-hourly: a gain of their own, noise, outliers, an outage, non-detects."""
    found = []
    for code, (time_s, value) in seen.items():
        gain = float(np.exp(rng.normal(0, 0.1)))
        gone = rng.uniform(0, SPAN_S)
        for t in np.arange(HOUR_S, SPAN_S, 2 * HOUR_S) + rng.uniform(0, HOUR_S):
            if t >= SPAN_S or gone < t < gone + 8 * HOUR_S:
                continue
            shown = gain * float(np.interp(t, time_s, value)) * (1 + rng.normal(0, 0.04)) + rng.normal(0, SD)
            if rng.random() < 0.01:
                shown *= float(rng.uniform(2, 4))  # a bad sample
            one = Reading(code, *cells.cell(WHERE[code]), float(t), float(shown), SD)
            found.append(one if shown >= LIMIT else replace(one, value_mgl=LIMIT, below=True))
    return found
