"""The benchmark network as an .inp file for SWMM 5.2: dynamic wave, no damping, its own variable step."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import network
import numpy as np
from network import BRANCHES, DAY_S, DISCHARGE_M3S, DISCHARGE_MG_L, DISCHARGES_KM, SPILL_KM, SPILL_S, Grid

BEGIN = datetime(2020, 1, 1)
TRACER = "TRC"

OPTIONS = {
    "FLOW_UNITS": "CMS",
    "INFILTRATION": "HORTON",
    "FLOW_ROUTING": "DYNWAVE",
    "LINK_OFFSETS": "DEPTH",
    "MIN_SLOPE": 0,
    "ALLOW_PONDING": "NO",
    "SKIP_STEADY_STATE": "NO",
    "WET_STEP": "01:00:00",
    "DRY_STEP": "01:00:00",
    "INERTIAL_DAMPING": "NONE",
    "NORMAL_FLOW_LIMITED": "BOTH",
    "VARIABLE_STEP": 0.75,
    "LENGTHENING_STEP": 0,
    "MIN_SURFAREA": 1.167,
    "MAX_TRIALS": 8,
    "HEAD_TOLERANCE": 0.0015,
    "MINIMUM_STEP": 0.5,
}


def _clock(time_s: float) -> str:
    minutes = round(time_s / 60.0)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _options(days: float, threads: int, quality: bool) -> list[str]:
    end = BEGIN + timedelta(days=days)
    dates = {
        f"{what}_{part}": f"{when:%m/%d/%Y}" if part == "DATE" else f"{when:%H:%M:%S}"
        for what, when in (("START", BEGIN), ("REPORT_START", BEGIN), ("END", end))
        for part in ("DATE", "TIME")
    }
    more = {
        "REPORT_STEP": "1:00:00",
        "ROUTING_STEP": 60,
        "THREADS": threads,
        "IGNORE_QUALITY": "NO" if quality else "YES",
    }
    return [f"{key} {value}" for key, value in {**OPTIONS, **dates, **more}.items()]


def _inflows(grid: Grid, quality: bool) -> list[str]:
    rows = []
    for branch, head in zip(BRANCHES, grid.heads(), strict=True):
        rows.append(f"{grid.names[head]} FLOW Q_{branch.name} FLOW 1.0 1.0 0")
        if quality:
            rows.append(f'{grid.names[head]} {TRACER} "" CONCEN 1.0 1.0 {branch.inflow_mg_l}')
    for km in DISCHARGES_KM:
        name = grid.names[grid.on_main(km)]
        rows.append(f'{name} FLOW "" FLOW 1.0 1.0 {DISCHARGE_M3S}')
        if quality and km == SPILL_KM:
            rows.append(f"{name} {TRACER} SPILL CONCEN 1.0 1.0 0")
        elif quality:
            rows.append(f'{name} {TRACER} "" CONCEN 1.0 1.0 {DISCHARGE_MG_L}')
    return rows


def _series(days: float, quality: bool) -> list[str]:
    times = np.arange(0.0, days * DAY_S + 3_601.0, 3_600.0)
    rows = [
        f"Q_{branch.name} {_clock(t)} {q:.5f}"
        for branch in BRANCHES
        for t, q in zip(times, branch.inflow_m3s(times), strict=True)
    ]
    if quality:
        start, end = SPILL_S
        steps = (0.0, start, start + 60.0, end, end + 60.0, days * DAY_S + 3_600.0)
        rows += [f"SPILL {_clock(t)} {network.spill_mg_l(t)}" for t in sorted(steps)]
    return rows


def write(grid: Grid, path: Path, days: float = 30.0, threads: int = 1, quality: bool = True) -> Path:
    """Write the network as SWMM reads it; gives the path."""
    out, names, down = grid.outlet, grid.names, grid.downstream
    cells = [i for i in range(len(names)) if i != out]
    blocks = {
        "TITLE": ["benchmark network"],
        "OPTIONS": _options(days, threads, quality),
        "JUNCTIONS": [f"{names[i]} {grid.bed_m[i]:.6f} {network.DEEP_M} {grid.depth_m[i]:.6f} 0 0" for i in cells],
        "OUTFALLS": [f"{names[out]} {grid.bed_m[out]:.6f} FIXED {grid.bed_m[out] + grid.depth_m[out]:.6f} NO"],
        "CONDUITS": [
            f"C_{names[i]} {names[i]} {names[down[i]]} {grid.dx_m} {grid.roughness[i]} 0 0 {grid.flow_m3s[i]:.6f} 0"
            for i in cells
        ],
        "XSECTIONS": [
            f"C_{names[i]} TRAPEZOIDAL {network.DEEP_M} {grid.width_m[i]:.6f} {network.SIDE} {network.SIDE} 1"
            for i in cells
        ],
        "POLLUTANTS": [f"{TRACER} MG/L 0 0 0 0 NO * 0 0 10"] if quality else [],
        "INFLOWS": _inflows(grid, quality),
        "TIMESERIES": _series(days, quality),
        "REPORT": ["INPUT NO", "CONTROLS NO", "SUBCATCHMENTS NONE", "NODES ALL", "LINKS ALL"],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(f"[{key}]\n" + "\n".join(rows) + "\n" for key, rows in blocks.items()))
    return path
