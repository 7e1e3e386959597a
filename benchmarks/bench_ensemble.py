"""Write docs/validation/speed-twin-ensemble.md: members of the twin beside runs of SWMM 5.2 on the same cores, by turns.

Run from the checkout: .venv/bin/python benchmarks/bench_ensemble.py [--members N] [--days N] [--rounds N]
Exit code 1 where a balance is worse than 1e-12 or the two paths of the ensemble disagree; speed is told, and not judged.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE / "twin"))

import network as net  # noqa: E402
from as_swmm import write  # noqa: E402
from as_twin import beginning, place, river  # noqa: E402
from stamp import written  # noqa: E402

from riverchief.govern import twin  # noqa: E402
from riverchief.govern.twin import ensemble as ens  # noqa: E402
from riverchief.govern.twin.assimilation import Design, Reading, assimilate  # noqa: E402

PAGE = HERE.parent / "docs" / "validation" / "speed-twin-ensemble.md"
DAY_S, HOUR_S = 86_400.0, 3_600.0
SPREAD = ens.Spread(inflow=ens.AR1(0.1), roughness=ens.LogNormal(0.1))
SWMM = "import sys; from swmm.toolkit import solver; solver.swmm_run(*sys.argv[1:4])"


def spent_s() -> float:
    """Processor time of this process and its children that ended [s]."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def swmm_s(folder: Path, days: float, processes: int) -> tuple[float, float]:
    """Wall and processor time of so many runs of SWMM at once [s]."""
    files = [write(net.grid(), folder / f"{days:g}_{k}.inp", days) for k in range(processes)]
    begun, before = time.perf_counter(), spent_s()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SWMM, f, f.with_suffix(".rpt"), f.with_suffix(".out")], stdout=subprocess.DEVNULL
        )
        for f in files
    ]
    if any(p.wait() for p in running):
        raise SystemExit("SWMM failed")
    return time.perf_counter() - begun, spent_s() - before


def members(count: int, days: float, control: twin.Control = twin.AUTOMATIC) -> ens.Members:
    model = twin.Model(river(250.0, days), control=control)
    return ens.draw(model, count, beginning(model, net.grid()), SPREAD, seed=1)


def run_s(made: ens.Members, days: float, path: str) -> tuple[float, float, ens.EnsembleRun]:
    """Wall and processor time of all members [s], and what they did."""
    watch = ens.Watch.at(made.model, [place(km) for km in net.GAUGES_KM])
    begun, before = time.perf_counter(), spent_s()
    run = ens.run_members(made, days * DAY_S, HOUR_S, watch, path=path)
    return time.perf_counter() - begun, spent_s() - before, run


def hourly_s(made: ens.Members) -> tuple[tuple[float, float], tuple[float, float]]:
    """Wall and processor time of an hour with its analysis, and of the 72 h after it [s]."""
    gauges = [place(km) for km in net.GAUGES_KM]
    watch = ens.Watch.at(made.model, gauges)
    spun = ens.run_members(made, 3 * DAY_S, DAY_S, watch).members
    end = spun.time_s + HOUR_S
    cells = made.model.cells
    readings = [
        Reading(f"{what} {k}", end, *at, what, float(value), sigma)
        for k, at in enumerate(gauges)
        for what, value, sigma in (
            ("level", spun.state.level[0, cells.cell(*at)], 0.02),
            ("flow", spun.state.flow[0, cells.face(*at)], 2.0),
        )
    ]
    begun, before = time.perf_counter(), spent_s()
    done = assimilate(spun, readings, end, Design())
    analysed = time.perf_counter() - begun, spent_s() - before
    begun, before = time.perf_counter(), spent_s()
    ens.run_members(done.members, end + 72 * HOUR_S, HOUR_S, watch)
    return analysed, (time.perf_counter() - begun, spent_s() - before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=256)
    parser.add_argument("--cycle", type=int, default=256, help="members of the cycle of assimilation")
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=PAGE)
    args = parser.parse_args()
    cores = os.cpu_count() or 1
    many, few = members(args.members, args.days), members(2 * cores, args.days)
    rows, fine = [], True
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            swmm = [t / cores for t in swmm_s(Path(folder), args.days, cores)]
            *fast, run = run_s(many, args.days, "compiled")
            *slow, reference = run_s(few, args.days, "numba")
            rows.append((*swmm, *(t / args.members for t in fast), *(t / len(few) for t in slow)))
            print(rows[-1], os.getloadavg(), flush=True)
        short = swmm_s(Path(folder), 3.0, 1)
    errors = [float(np.abs(e).max()) for r in (run, reference) for e in (r.water_error, r.mass_error)]
    fine &= max(errors) < 1e-12
    fixed = members(8, 1.0, twin.Control(60.0, 60.0, 0.05))
    a, b = (run_s(fixed, 0.5, path)[2] for path in ("numba", "compiled"))
    apart = max(
        float(np.abs(x - y).max() / np.abs(x).max())
        for x, y in ((a.level_m, b.level_m), (a.flow_m3s, b.flow_m3s), (a.conc, b.conc))
    )
    fine &= apart < 1e-10
    analysed, ahead = hourly_s(members(args.cycle, 7.0))
    least = [min(column) for column in zip(*rows, strict=True)]
    ratios = [" ".join(f"{r[i] / r[j]:.0f}" for r in rows) for i, j in ((0, 2), (1, 3), (0, 4), (1, 5))]
    text = f"""# Speed of ensembles

{written(f"OPENBLAS_NUM_THREADS=1 benchmarks/bench_ensemble.py --members {args.members} --days {args.days:g} --rounds {args.rounds}")} The benchmark network (977 cells, one
tracer, {args.days:g} days, hourly output) by turns on {cores} cores; load of the machine at the end {os.getloadavg()[0]:.1f}. SWMM runs as {cores} processes
at once, the twin over {cores} threads with automatic steps; inflows and roughness of every member differ by 10 %.

| | wall time a member, least of {args.rounds} [s] | processor time a member [s] | SWMM over this, wall, round by round | the same, processor |
|---|---|---|---|---|
| SWMM 5.2, {cores} processes | {least[0]:.3f} | {least[1]:.3f} | 1 | 1 |
| compiled kernel, {args.members} members | {least[2]:.4f} | {least[3]:.4f} | {ratios[0]} | {ratios[1]} |
| Numba, the reference, {len(few)} members | {least[4]:.4f} | {least[5]:.4f} | {ratios[2]} | {ratios[3]} |

Where other work takes its share of the cores, wall times grow and processor times hardly do; with {cores} free cores the wall time
of a member is about its processor time over {cores}.

The two paths with the same steps (60 s, half a day) differ by at most {apart:.0e} of the largest value. Largest error of any member's balance:
water {errors[0]:.0e} and tracer {errors[1]:.0e} compiled, {errors[2]:.0e} and {errors[3]:.0e} Numba. Steps a member: {run.balance[:, 3].mean():.0f}
compiled (shared by eight), {reference.balance[:, 3].mean():.0f} Numba; sub-steps of transport {run.balance[:, 7].mean():.0f} and {reference.balance[:, 7].mean():.0f}.

## A cycle of assimilation

{args.cycle} members: an hour and its analysis with eight readings {analysed[0]:.2f} s ({analysed[1]:.2f} s of processor time); the forecast of
all of them for 72 h {ahead[0]:.2f} s ({ahead[1]:.2f} s). One run of SWMM for 72 h beside: {short[0]:.2f} s ({short[1]:.2f} s).
"""
    args.out.write_text(text)
    print(text)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
