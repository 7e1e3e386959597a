"""The benchmark network in pipedream-solver 0.2.2; runs in an environment of its own (NumPy < 2, pandas < 3).

`peer_python` makes that environment on demand; this file run by it prints one line of JSON: seconds of the run without
compilation, steps, and hourly hydrographs, depths and concentrations at the gauges.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import network
import numpy as np
from network import BRANCHES, DAY_S, DISCHARGE_M3S, DISCHARGE_MG_L, DISCHARGES_KM, GAUGES_KM, SPILL_KM, Grid

HERE = Path(__file__).resolve().parent
ENV = HERE.parents[1] / "build" / "pipedream"
PACKAGES = ("pipedream-solver==0.2.2", "numpy<2", "pandas<3", "setuptools<81")
NO_DISPERSION_M2S = 1e-6  # its quality module divides by it


def peer_python() -> Path:
    """Python of the peer's environment, made with uv on the first call."""
    python = ENV / "bin" / "python"
    if not (ENV / "ready").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, ENV], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PACKAGES], check=True)
        (ENV / "ready").touch()
    return python


def run(dt_s: float, days: float, dx_m: float = 250.0) -> dict[str, Any]:
    """One run of the peer with water and tracer; `wall_s`, `steps` and per gauge [km] `flow_m3s`, `depth_m`, `mg_l`."""
    command = [peer_python(), "-W", "ignore", __file__, str(dt_s), str(days), str(dx_m)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer


class Model:
    """Superlinks between confluences, one link per length of channel; levels and flows between floods at the start."""

    def __init__(self, grid: Grid) -> None:
        import pandas as pd
        from pipedream_solver.hydraulics import SuperLink
        from pipedream_solver.nquality import QualityBuilder

        self.grid = grid
        mouths = [grid.on_main(b.joins_km) for b in BRANCHES[1:] if b.joins_km is not None]
        cuts = [0, *mouths, grid.outlet]
        ways = [list(range(a, b + 1)) for a, b in itertools.pairwise(cuts)]
        ways += [grid.way(k) for k in range(1, len(BRANCHES))]
        self.ends = [*cuts, *grid.heads()[1:]]
        at = {point: i for i, point in enumerate(self.ends)}
        nodes = [self._end(i, point) for point, i in at.items()]
        links: list[dict[str, Any]] = []
        inner: list[dict[str, Any]] = []
        chains: list[dict[str, Any]] = []
        self.points: list[int] = []
        for k, way in enumerate(ways):
            first = len(inner)
            for point in way:
                inner.append(
                    {"id": len(inner), "k": k, "h_0": grid.depth_m[point], "A_s": 1.0, "z_inv": grid.bed_m[point]}
                )
            links += [self._link(len(links) + a, k, first + a, point) for a, point in enumerate(way[:-1])]
            self.points += way
            chains.append(
                {"id": k, "name": f"k{k}", "sj_0": at[way[0]], "sj_1": at[way[-1]], "j_0": first, "j_1": len(inner) - 1}
                | {"in_offset": 0.0, "out_offset": 0.0, "C_uk": 0.67, "C_dk": 0.67}
            )
        self.first_link = {row["j_0"]: row["id"] for row in links}
        tables = [pd.DataFrame(rows) for rows in (chains, nodes, links, inner)]
        self.water = SuperLink(*tables, auto_permute=False, min_depth=1e-3)
        ends = pd.DataFrame({"K": 0.0, "c_0": 10.0, "bc": False}, index=range(len(nodes)))
        thin = NO_DISPERSION_M2S
        ways_quality = {"K": 0.0, "D": thin, "c_0": 10.0, "dx_uk": 0.1, "dx_dk": 0.1, "D_uk": thin, "D_dk": thin}
        self.tracer = QualityBuilder(self.water, ends, pd.DataFrame(ways_quality, index=range(len(chains))))
        self.head_m = np.where([row["bc"] for row in nodes], network.OUTLET_BED_M + network.OUTLET_DEPTH_M, 0.0)
        self.heads = [at[head] for head in grid.heads()]
        self.discharges = [self.points.index(grid.on_main(km)) for km in DISCHARGES_KM]

    def _end(self, i: int, point: int) -> dict[str, Any]:
        grid = self.grid
        pool = {"storage": "functional", "a": 0.0, "b": 0.0, "c": 0.5 * grid.dx_m * grid.width_m[point]}
        start = {"z_inv": grid.bed_m[point], "h_0": grid.depth_m[point], "bc": point == grid.outlet}
        return {"id": i, "name": f"sj{i}", "max_depth": np.inf, "map_x": 0.0, "map_y": 0.0} | pool | start

    def _link(self, i: int, k: int, inner: int, point: int) -> dict[str, Any]:
        grid = self.grid
        n = grid.roughness[point]
        shape = {"shape": "trapezoidal", "g1": network.DEEP_M, "g2": grid.width_m[point], "g3": network.SIDE, "g4": 0.0}
        friction = {"n": n, "roughness": n, "friction_method": "cm", "Q_0": grid.flow_m3s[point]}
        ends = {"id": i, "k": k, "j_0": inner, "j_1": inner + 1, "dx": grid.dx_m}
        return ends | shape | friction | {"ctrl": False, "A_c": 0.0, "C": 0.0}

    def step(self, time_s: float, dt_s: float) -> None:
        """Water and tracer to the given time."""
        inflow, strength = np.zeros(len(self.ends)), np.zeros(len(self.ends))
        lateral, lateral_strength = np.zeros(len(self.points)), np.zeros(len(self.points))
        for branch, i in zip(BRANCHES, self.heads, strict=True):
            inflow[i] = branch.inflow_m3s(np.array([time_s]))[0]
            strength[i] = branch.inflow_mg_l
        for km, i in zip(DISCHARGES_KM, self.discharges, strict=True):
            lateral[i] = DISCHARGE_M3S
            lateral_strength[i] = network.spill_mg_l(time_s) if km == SPILL_KM else DISCHARGE_MG_L
        self.water.step(H_bc=self.head_m, Q_in=inflow, Q_0Ik=lateral, dt=dt_s, num_iter=1)
        self.tracer.step(dt=dt_s, c_0j=strength, Q_0j=inflow, c_0Ik=lateral_strength)


def main() -> None:
    """Run with `dt_s days dx_m` from the command line."""
    dt_s, days, dx_m = map(float, sys.argv[1:4])
    grid = network.grid(dx_m)
    model = Model(grid)
    gauges = [model.points.index(grid.on_main(km)) for km in GAUGES_KM]
    steps, hourly = round(days * DAY_S / dt_s), max(1, round(3_600.0 / dt_s))
    shown: dict[str, list[list[float]]] = {"flow_m3s": [], "depth_m": [], "mg_l": []}
    model.step(dt_s, dt_s)  # compiles
    model.step(2.0 * dt_s, dt_s)
    begun = time.perf_counter()
    for s in range(3, steps + 1):
        model.step(s * dt_s, dt_s)
        if s % hourly == 0:
            shown["flow_m3s"].append([float(model.water.Q_ik[model.first_link[i]]) for i in gauges])
            shown["depth_m"].append([float(model.water.h_Ik[i]) for i in gauges])
            shown["mg_l"].append([float(model.tracer.c_Ik[i]) for i in gauges])
    sys.stdout.write(json.dumps({"wall_s": time.perf_counter() - begun, "steps": steps - 2} | shown) + "\n")


if __name__ == "__main__":
    main()
