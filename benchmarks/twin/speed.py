"""Write docs/validation/twin-speed.md: how fast and how near the twin is, beside SWMM 5.2 and pipedream-solver.

One network (`network.py`), one machine, one run: rounds in which the codes take turns, so that what else the machine
does hits all alike. Parts can be run by name, in any order, and again; each keeps its result in build/, and the page
is written from the parts that are there.

.venv/bin/python benchmarks/twin/speed.py [--quick] [PART ...]     parts: reference-a reference-b accuracy peers rounds
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT / "tests")]

import as_pipedream  # noqa: E402
import as_swmm  # noqa: E402
import network  # noqa: E402
import numpy as np  # noqa: E402
from as_twin import Seen, Twin  # noqa: E402
from network import GAUGES_KM  # noqa: E402
from stamp import written  # noqa: E402

from govern.twin import swmm_peer  # noqa: E402
from riverchief.govern.twin import AUTOMATIC, Control  # noqa: E402

PAGE = ROOT / "docs" / "validation" / "twin-speed.md"


INTRO = """
A main stem of 124 km and six tributaries, {cells} points at {dx_m:g} m, {days:g} days, three floods, ten discharges, a
spill; water and one tracer, hourly output. All codes have the same beds, widths, roughness, inflows and beginning. SWMM
5.2 and pipedream-solver 0.2.2 come from their published wheels; SWMM runs dynamic wave without damping with its own
variable step; pipedream with one iteration, without the time of its compilation. The twin is warm, its time is that of
the run alone.
""".strip()


@dataclass(frozen=True)
class Size:
    """How large everything is.

    Attributes
    ----------
    days, rounds : float, int
    dx_m : float
        Cells of the comparison.
    coarser_m : tuple of float
        Cells that are measured for accuracy too.
    fine_m, fine_dt_s : float
        Reference A, our own fine grid with a fixed step.
    fine_swmm_m : float
        Reference B, SWMM's fine grid.
    """

    name: str
    days: float
    rounds: int
    dx_m: float
    coarser_m: tuple[float, ...]
    fine_m: float
    fine_dt_s: float
    fine_swmm_m: float


FULL = Size("full", 30.0, 3, 250.0, (500.0, 1000.0), 31.25, 15.0, 62.5)
QUICK = Size("quick", 8.0, 1, 1000.0, (), 250.0, 60.0, 500.0)

FIXED = {f"fixed {s:.0f} s": Control(s, s, AUTOMATIC.tolerance) for s in (60.0, 300.0)}


class Bench:
    """The parts, and where their results lie."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.folder = ROOT / "build" / "twin" / size.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts: dict[str, Callable[[], None]] = {
            "reference-a": self.reference_a,
            "reference-b": self.reference_b,
            "accuracy": self.accuracy,
            "peers": self.peers,
            "rounds": self.rounds,
        }

    # ------------------------------------------------------------------ results

    def keep(self, name: str, seen: Seen, **more: Any) -> None:
        """Keep hydrographs and times of one run."""
        told = {"wall_s": seen.wall_s} | more
        np.savez(self.folder / f"{name}.npz", flow=seen.flow_m3s, level=seen.level_m, mg_l=seen.mg_l)
        (self.folder / f"{name}.json").write_text(json.dumps(told))
        print(f"{name}: {told}", flush=True)

    def kept(self, name: str) -> tuple[Seen, dict[str, Any]] | None:
        """What was kept, or None."""
        try:
            told = json.loads((self.folder / f"{name}.json").read_text())
            arrays = np.load(self.folder / f"{name}.npz")
        except FileNotFoundError:
            return None
        return Seen(told["wall_s"], arrays["flow"], arrays["level"], arrays["mg_l"]), told

    # ------------------------------------------------------------------ runs

    def inp(self, dx_m: float, threads: int = 1) -> Path:
        """The network as an .inp file."""
        path = self.folder / f"swmm-{dx_m:g}-{threads}.inp"
        return as_swmm.write(network.grid(dx_m), path, self.size.days, threads)

    def swmm(self, dx_m: float) -> None:
        """One run of SWMM, kept as swmm-<dx>."""
        answer = swmm_peer.run(self.inp(dx_m))
        names = [f"M_{km * 1e3:.0f}" for km in GAUGES_KM]
        seen = Seen(
            answer.wall_s,
            np.stack([answer.flow_m3s(f"C_{name}") for name in names], axis=1),
            np.stack([answer.level_m(name) for name in names], axis=1),
            np.stack([answer.node_mg_l(name) for name in names], axis=1),
        )
        self.keep(f"swmm-{dx_m:g}", seen, balance_pct=answer.error_pct)

    def twin(self, name: str, dx_m: float, control: Control) -> None:
        """One run of the twin after one that compiles, kept as twin-<dx>-<name>."""
        Twin(self.size.dx_m, 0.1, control).run()
        ready = Twin(dx_m, self.size.days, control)
        seen, balance = ready.run()
        if seen.wall_s < 30.0:
            seen, balance = min((ready.run() for _ in range(3)), key=lambda made: made[0].wall_s)
        self.keep(f"twin-{dx_m:g}-{name}", seen, steps=balance.steps, rejected=balance.rejected, error=balance.error)

    def pipedream(self, dt_s: float) -> None:
        """One run of pipedream, kept as pipedream-<dt>."""
        made = as_pipedream.run(dt_s, self.size.days, self.size.dx_m)
        beds = [network.grid(self.size.dx_m).bed_m[network.grid(self.size.dx_m).on_main(km)] for km in GAUGES_KM]
        seen = Seen(
            made["wall_s"], np.array(made["flow_m3s"]), np.array(made["depth_m"]) + beds, np.array(made["mg_l"])
        )
        self.keep(f"pipedream-{dt_s:g}", seen, steps=made["steps"])

    # ------------------------------------------------------------------ parts

    def reference_a(self) -> None:
        """Our own fine grid with short steps."""
        fine = self.size.fine_dt_s
        self.twin("reference", self.size.fine_m, Control(fine, fine, AUTOMATIC.tolerance))

    def reference_b(self) -> None:
        """SWMM's fine grid; at full size this takes a quarter of an hour or more and is not done twice."""
        if self.kept(f"swmm-{self.size.fine_swmm_m:g}") is None:
            self.swmm(self.size.fine_swmm_m)

    def accuracy(self) -> None:
        """Both at all cell lengths; the twin with automatic and with fixed steps."""
        for dx_m in (self.size.dx_m, *self.size.coarser_m):
            self.swmm(dx_m)
            self.twin("automatic", dx_m, AUTOMATIC)
        for name, control in FIXED.items():
            self.twin(name, self.size.dx_m, control)

    def peers(self) -> None:
        """Pipedream at two steps."""
        for dt_s in (300.0, 60.0):
            self.pipedream(dt_s)

    def rounds(self) -> None:
        """The codes in turn, round after round [s]."""
        ready = Twin(self.size.dx_m, self.size.days)
        fixed = {name: Twin(self.size.dx_m, self.size.days, control) for name, control in FIXED.items()}
        coarse = {dx_m: Twin(dx_m, self.size.days) for dx_m in self.size.coarser_m}
        for made in (ready, *fixed.values()):
            made.run()
        table: dict[str, list[float]] = {}
        one, two = self.inp(self.size.dx_m), self.inp(self.size.dx_m, 2)
        for _ in range(self.size.rounds):
            found = {"SWMM, 1 thread": swmm_peer.run(one).wall_s, "twin, automatic steps": ready.run()[0].wall_s}
            found |= {"SWMM, 2 threads": swmm_peer.run(two).wall_s}
            found |= {f"twin, {name}": made.run()[0].wall_s for name, made in fixed.items()}
            found |= {f"twin, {dx_m:g} m": made.run()[0].wall_s for dx_m, made in coarse.items()}
            for dt_s in (300.0, 60.0):
                found[f"pipedream, {dt_s:g} s"] = as_pipedream.run(dt_s, self.size.days, self.size.dx_m)["wall_s"]
            found["SWMM, 2 processes, per run"] = self._two_swmm(one)
            found["twin, 2 processes, per run"] = self._two_twins()
            for what, wall_s in found.items():
                table.setdefault(what, []).append(wall_s)
            print({what: round(wall_s, 4) for what, wall_s in found.items()}, flush=True)
            (self.folder / "rounds.json").write_text(json.dumps(table))

    def _two_swmm(self, inp: Path) -> float:
        """Two processes at once; the longer of both over two runs."""
        children = [swmm_peer.start(inp, f"pair-{k}") for k in range(2)]
        return max(swmm_peer.finish(*child).wall_s for child in children) / 2

    def _two_twins(self) -> float:
        """Two processes at once, each makes several runs; time of the runs alone."""
        code = (
            f"import sys; sys.path[:0] = [{str(HERE)!r}]\nfrom as_twin import Twin\n"
            f"t = Twin({self.size.dx_m}, {self.size.days}); t.run()\nimport time\nb = time.perf_counter()\n"
            "for _ in range(5): t.run()\nprint((time.perf_counter() - b) / 5)"
        )
        children = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
        return max(float(child.communicate()[0]) for child in children) / 2


# ---------------------------------------------------------------------- the page


def _errors(seen: Seen, reference: Seen) -> str:
    """Cells of a row: flow rms in % of the peak, level rms in mm, tracer rms in mg/L, at the gauges."""
    n = min(len(seen.flow_m3s), len(reference.flow_m3s))

    def rms(a: Any, b: Any) -> Any:
        return np.sqrt(np.mean((a[:n] - b[:n]) ** 2, axis=0))

    flow = 100 * rms(seen.flow_m3s, reference.flow_m3s) / reference.flow_m3s.max(axis=0)
    level = 1e3 * rms(seen.level_m, reference.level_m)
    tracer = rms(seen.mg_l, reference.mg_l)
    shown = (
        " ".join(f"{v:.3f}" for v in flow),
        " ".join(f"{v:.1f}" for v in level),
        " ".join(f"{v:.3f}" for v in tracer),
    )
    return " | ".join(shown)


def _accuracy(bench: Bench) -> list[str]:
    size = bench.size
    lines = []
    for letter, name, what in (
        ("A", f"twin-{size.fine_m:g}-reference", f"the twin at {size.fine_m:g} m, fixed {size.fine_dt_s:g} s"),
        ("B", f"swmm-{size.fine_swmm_m:g}", f"SWMM at {size.fine_swmm_m:g} m, its own steps"),
    ):
        reference = bench.kept(name)
        lines += ["", f"### Against reference {letter}: {what}", ""]
        if reference is None:
            lines.append(f"Not measured yet: run the part `reference-{letter.lower()}`.")
            continue
        lines += [
            f"It took {reference[0].wall_s:.1f} s itself.",
            "",
            "| run | s | steps | flow rms, % of peak | level rms, mm | tracer rms, mg/L |",
            "|---|---|---|---|---|---|",
        ]
        for path in sorted(bench.folder.glob("*.npz")):
            found = bench.kept(path.stem)
            if found is not None and path.stem != name:
                seen, told = found
                lines.append(
                    f"| {path.stem} | {seen.wall_s:.3f} | {told.get('steps', '')} | {_errors(seen, reference[0])} |"
                )
    return lines


def _speed(bench: Bench) -> list[str]:
    path = bench.folder / "rounds.json"
    if not path.exists():
        return ["", "Not measured yet: run the part `rounds`."]
    table = json.loads(path.read_text())
    ours = "twin, automatic steps"
    lines = ["", f"| what | least, s | over {ours} | round by round |", "|---|---|---|---|"]
    for what, walls in table.items():
        base = "twin, 2 processes, per run" if "processes" in what else ours
        ratios = [a / b for a, b in zip(walls, table[base], strict=True)]
        lines.append(
            f"| {what} | {min(walls):.4f} | {min(walls) / min(table[base]):.1f} | {', '.join(f'{r:.1f}' for r in ratios)} |"
        )
    lines += ["", "Runs of two processes are over the twin's two processes. Ratios at equal steps:", ""]
    for dt_s in (300.0, 60.0):
        peer, own = table[f"pipedream, {dt_s:g} s"], table[f"twin, fixed {dt_s:g} s"]
        lines.append(f"- pipedream over the twin, both with {dt_s:g} s: {min(peer) / min(own):.1f}")
    return lines


def page(bench: Bench) -> str:
    """The page from all parts that are there."""
    size = bench.size
    cells = len(network.grid(size.dx_m).names)
    balances = [
        f"- {path.stem}: {told.get('balance_pct') or told.get('error')}"
        for path in sorted(bench.folder.glob("*.json"))
        if path.stem != "rounds" and (told := json.loads(path.read_text()))
        if told.get("balance_pct") or "error" in told
    ]
    return "\n".join(
        [
            "# How fast the twin is, and how near",
            "",
            written("benchmarks/twin/speed.py" + (" --quick" if size is QUICK else "")),
            "",
            INTRO.format(cells=cells, dx_m=size.dx_m, days=size.days),
            "",
            f"## Speed: {size.rounds} rounds in turn on one machine",
            *_speed(bench),
            "",
            "## Accuracy at km " + ", ".join(f"{km:g}" for km in GAUGES_KM),
            *_accuracy(bench),
            "",
            "## Balances",
            "",
            "SWMM's own report [%], the twin's relative error of its water.",
            "",
            *balances,
            "",
        ]
    )


def main() -> int:
    """Run the parts that are named, or all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small size, for a look")
    parser.add_argument("--out", type=Path, help="the page (quick runs write none unless asked)")
    parser.add_argument("parts", nargs="*", help="which parts, all where none is named; `page` only writes")
    given = parser.parse_args()
    bench = Bench(QUICK if given.quick else FULL)
    for name in given.parts or bench.parts:
        if name == "page":
            continue
        if name not in bench.parts:
            parser.error(f"no part {name}; there are {', '.join(bench.parts)}, page")
        begun = time.monotonic()
        bench.parts[name]()
        print(f"{name} done in {time.monotonic() - begun:.0f} s", flush=True)
    out = given.out or (None if given.quick else PAGE)
    text = page(bench)
    if out is None:
        print(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
