"""Write docs/validation/headless.md: ten stories on Jinzhong, played from bytes on the wire to a score, with times.

Every station, picture and person in them is simulated. What must hold is held by the same code as in the tests.
Run from the checkout: .venv/bin/python benchmarks/verify_headless.py [--basin jinzhong] [--seeds 10] [--first 1]
Exit code 1 when a story did not close within three minutes, or something in its file does not hold.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from e2e.steps import Run, faults, run  # noqa: E402  the path is known only now

TARGET = ROOT / "docs" / "validation" / "headless.md"
WITHIN_S = 180.0
HEAD = """# A whole loop, headless

Written by `benchmarks/verify_headless.py`; every station, picture and person is simulated. Each row is one run of
`riverchief demo --headless --until-closed --json FILE --basin {basin} --seed N` in a folder of its own: the platform's
processes start, simulated stations speak HJ 212 and SL 651 to the gateway over TCP, a simulated pilot, chief and
offices act through the public API, and the run ends when the case's closing is confirmed and its chief scored.

- **late**: the alert's reading after the wave's arrival (first instant at which the noise-free concentration is 20 %
  above background); the station's analysers report every {interval_h:g} h.
- **known**: the alert in the platform after its reading, on the story's clock, which ran {slow:,.0f} to {fast:,.0f}
  times as fast as the wall.
- **rank**: where the true source stood in the newest trace, with its probability.
- **wall**: from the command's start to its end.

Held in every run: exit code 0 within {within:g} s; every kind of step, from frame to score, is an ancestor of the last
score; no step is later than what came of it; frames decode to the readings named; the alert is within one reporting
interval of the arrival; the broken sensor raised an instrument alert and no case.

Machine: {cores} cores, {system}, Python {python}.

| seed | source | kind | first station | property | late [min] | known [min] | rank | probability | readings | frames | wall [s] | held |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def _minutes(later: str, earlier: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / 60


def row(seed: int, done: Run, broken: list[str]) -> str:
    """One line of the table."""
    told = done.told
    if not told.get("alert"):
        return f"| {seed} | | | | | | | | | | | {done.wall_s:.0f} | {'; '.join(broken)} |"
    truth = told["truth"]
    known_min = _minutes(told["alert_known_at"], told["alert_at"])
    kinds = [s["step"] for s in told["steps"]]
    cells = [
        seed, truth["source"], truth["kind"], truth["first_station"], truth["property"],
        f"{told['difference_s'] / 60:.0f}", f"{known_min:.0f}", told["rank_of_truth"] or "none",
        f"{told['probability_of_truth']:.2f}", kinds.count("reading"), told["frames_acknowledged"],
        f"{done.wall_s:.0f}", "yes" if not broken else "; ".join(broken),
    ]  # fmt: skip
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def main() -> int:
    """Play all stories and write the table; 1 when one of them does not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--basin", default="jinzhong")
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--first", type=int, default=1)
    given = options.parse_args()
    rows, runs, bad = [], [], 0
    for seed in track(range(given.first, given.first + given.seeds), description="stories"):
        done = run(seed, given.basin)
        broken = faults(done.told) if done.code == 0 else [f"exit code {done.code}: {done.said.splitlines()[-1]}"]
        if done.wall_s > WITHIN_S:
            broken.append(f"took {done.wall_s:.0f} s")
        bad += bool(broken)
        rows.append(row(seed, done, broken))
        runs.append(done)
        print(rows[-1], flush=True)
    speeds = [done.told["speed"] for done in runs if done.told]
    intervals = [done.told["reporting_interval_s"] / 3_600 for done in runs if done.told]
    head = HEAD.format(
        basin=given.basin, interval_h=max(intervals), slow=min(speeds), fast=max(speeds), within=WITHIN_S,
        cores=os.cpu_count(), system=platform.system(), python=platform.python_version(),
    )  # fmt: skip
    walls = sorted(done.wall_s for done in runs)
    tail = f"\n{len(runs) - bad} of {len(runs)} held; wall {walls[0]:.0f} to {walls[-1]:.0f} s.\n"
    TARGET.write_text(head + "\n".join(rows) + "\n" + tail, encoding="utf-8")
    print(tail)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
