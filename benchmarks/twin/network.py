"""The benchmark network: a main stem of 124 km and six tributaries, three floods, ten discharges and a spill.

Everything is a parameter or a row here; `grid` lays points every `dx_m` along the branches, so that every code runs
the same beds, widths and water. At 250 m it has 977 points and 976 lengths of channel between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_S, HOUR_S = 86_400.0, 3_600.0
SIDE = 2.0  # horizontal per vertical of every bank [-]
DEEP_M = 15.0  # banks end this far above the bed [m]
OUTLET_BED_M, OUTLET_DEPTH_M = 700.0, 2.5
GAUGES_KM = (30.0, 62.0, 90.0, 123.0)


@dataclass(frozen=True)
class Branch:
    """One river of the network.

    Attributes
    ----------
    name : str
    length_m : float
    width_m : tuple of float
        Bottom width at its head and at its mouth [m].
    slope, roughness : float
        Bed slope [-] and Manning's n [s/m^(1/3)].
    base_m3s, peak_m3s, delay_h : float
        Flow at its head between floods and at the highest one [m³/s], how late that flood is [h].
    inflow_mg_l : float
        Tracer in the water that enters at its head [mg/L].
    joins_km : float or None
        Where on the main stem it ends [km]; None for the main stem itself.
    """

    name: str
    length_m: float
    width_m: tuple[float, float]
    slope: float
    roughness: float
    base_m3s: float
    peak_m3s: float
    delay_h: float
    inflow_mg_l: float
    joins_km: float | None = None

    def inflow_m3s(self, time_s: Floats) -> Floats:
        """Flow at its head at the given times since the start [m³/s]."""
        flow = np.full(np.shape(time_s), self.base_m3s)
        to_peak_h = 12.0 + 0.5 * self.delay_h
        for day, size in FLOODS:
            x = np.maximum((np.asarray(time_s) - day * DAY_S) / HOUR_S / to_peak_h, 0.0)
            flow += size * (self.peak_m3s - self.base_m3s) * (x * np.exp(1.0 - x)) ** 3
        return flow


FLOODS = ((3.0, 1.0), (11.0, 0.6), (20.0, 0.85))  # day, size relative to the highest
MAIN = Branch("M", 124e3, (30.0, 70.0), 0.0005, 0.030, 12.0, 180.0, 0.0, 10.0)
TRIBUTARIES = (
    Branch("T0", 12e3, (8.0, 8.0), 0.0012, 0.035, 1.0, 25.0, 10.0, 5.0, 18.0),
    Branch("T1", 18e3, (10.0, 10.0), 0.0010, 0.035, 1.5, 40.0, 14.0, 5.0, 35.0),
    Branch("T2", 25e3, (12.0, 12.0), 0.0010, 0.035, 2.0, 60.0, 18.0, 5.0, 52.0),
    Branch("T3", 20e3, (10.0, 10.0), 0.0010, 0.035, 1.5, 45.0, 16.0, 5.0, 70.0),
    Branch("T4", 15e3, (10.0, 10.0), 0.0012, 0.035, 1.0, 35.0, 12.0, 5.0, 88.0),
    Branch("T5", 30e3, (15.0, 15.0), 0.0008, 0.035, 3.0, 80.0, 22.0, 5.0, 106.0),
)
BRANCHES = (MAIN, *TRIBUTARIES)

DISCHARGES_KM = (5.0, 20.0, 28.0, 44.0, 60.0, 66.0, 79.0, 95.0, 100.0, 115.0)
DISCHARGE_M3S, DISCHARGE_MG_L = 0.5, 30.0
SPILL_KM, SPILL_S, SPILL_MG_L = 20.0, (5.0 * DAY_S, 5.25 * DAY_S), 500.0


def spill_mg_l(time_s: float) -> float:
    """Tracer in the discharge at the place of the spill at a time [mg/L]."""
    return SPILL_MG_L if SPILL_S[0] < time_s <= SPILL_S[1] else DISCHARGE_MG_L


@dataclass(frozen=True)
class Grid:
    """Points along the branches, the main stem first; each but the outlet has one length of channel below it.

    Attributes
    ----------
    dx_m : float
    names : tuple of str, length n
    branch, downstream : int64 (n,)
        Index of the branch and of the next point down; -1 below the outlet.
    chainage_m, bed_m, width_m : float64 (n,)
        Distance from the branch's head, bed level, bottom width of the channel below the point [m].
    roughness : float64 (n,)
    flow_m3s, depth_m : float64 (n,)
        Flow between floods, and its normal depth or the outlet's pool: where a run starts.
    """

    dx_m: float
    names: tuple[str, ...]
    branch: Ints
    downstream: Ints
    chainage_m: Floats
    bed_m: Floats
    width_m: Floats
    roughness: Floats
    flow_m3s: Floats
    depth_m: Floats

    @property
    def outlet(self) -> int:
        """The last point of the main stem."""
        return self.on_main(MAIN.length_m / 1e3)

    def on_main(self, km: float) -> int:
        """The point of the main stem at a chainage [km]."""
        return round(km * 1e3 / self.dx_m)

    def heads(self) -> list[int]:
        """First point of every branch, in the order of BRANCHES."""
        return [int(np.flatnonzero(self.branch == k)[0]) for k in range(len(BRANCHES))]

    def way(self, k: int) -> list[int]:
        """Points of a branch from its head down, the confluence at its end included."""
        own = [int(i) for i in np.flatnonzero(self.branch == k)]
        return own if k == 0 else [*own, int(self.downstream[own[-1]])]


def normal_depth_m(flow_m3s: float, width_m: float, slope: float, roughness: float) -> float:
    """Manning's depth in a trapezoid with banks 1:SIDE, by bisection [m]."""
    low, high = 0.0, DEEP_M
    for _ in range(60):
        depth = 0.5 * (low + high)
        area = (width_m + SIDE * depth) * depth
        wetted = width_m + 2.0 * depth * np.hypot(1.0, SIDE)
        carried = area ** (5 / 3) / wetted ** (2 / 3) * slope**0.5 / roughness
        low, high = (low, depth) if carried > flow_m3s else (depth, high)
    return 0.5 * (low + high)


@cache
def grid(dx_m: float = 250.0) -> Grid:
    """Points every `dx_m` along all branches; confluences and discharges must fall on points."""
    parts: dict[str, list[float]] = {k: [] for k in ("branch", "down", "x", "bed", "width", "rough")}
    n_main = round(MAIN.length_m / dx_m) + 1
    for k, branch in enumerate(BRANCHES):
        n = n_main if k == 0 else round(branch.length_m / dx_m)
        mouth = n_main - 1 if branch.joins_km is None else round(branch.joins_km * 1e3 / dx_m)
        foot_m = OUTLET_BED_M + MAIN.slope * (MAIN.length_m - mouth * dx_m)
        first = len(parts["x"])
        x = np.arange(n) * dx_m
        up, down = branch.width_m
        parts["branch"] += [k] * n
        parts["down"] += [*range(first + 1, first + n), -1 if k == 0 else mouth]
        parts["x"] += [*x]
        parts["bed"] += [*(foot_m + branch.slope * (branch.length_m - x))]
        parts["width"] += [*(up + (down - up) * np.minimum(x + 0.5 * dx_m, branch.length_m) / branch.length_m)]
        parts["rough"] += [branch.roughness] * n
    arrays = {key: np.array(values) for key, values in parts.items()}
    owner, down = arrays["branch"].astype(np.int64), arrays["down"].astype(np.int64)
    flow = np.zeros(down.size)
    for k, branch in enumerate(BRANCHES):
        flow[np.flatnonzero(owner == k)[0]] = branch.base_m3s
    flow[[round(km * 1e3 / dx_m) for km in DISCHARGES_KM]] += DISCHARGE_M3S
    # Tributaries stand after the main stem, so theirs is summed first
    for i in [*range(n_main, down.size), *range(n_main - 1)]:
        flow[down[i]] += flow[i]
    depth = np.array(
        [
            normal_depth_m(q, b, BRANCHES[k].slope, n)
            for q, b, k, n in zip(flow, arrays["width"], owner, arrays["rough"], strict=True)
        ]
    )
    depth = np.maximum(depth, OUTLET_BED_M + OUTLET_DEPTH_M - arrays["bed"])
    depth[n_main - 1] = OUTLET_DEPTH_M
    names = tuple(f"{BRANCHES[k].name}_{round(x)}" for k, x in zip(owner, arrays["x"], strict=True))
    return Grid(dx_m, names, owner, down, arrays["x"], arrays["bed"], arrays["width"], arrays["rough"], flow, depth)
