"""Write docs/validation/twin.md: the river twin against closed solutions, at two resolutions, with the observed order.

Also random rivers: how many of them ran, and the largest errors of their balances.
Run from the checkout: .venv/bin/python benchmarks/verify_twin.py [random rivers, default 300]
Exit code 1 when a case misses its tolerance or its order, or a random river loses water.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from stamp import written

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from govern.twin import played  # noqa: E402
from govern.twin.networks import World, worlds  # noqa: E402
from govern.twin.played import Played, order  # noqa: E402
from riverchief.govern.report.svg import INK, LIMIT, LINE, MUTED, RIVER, Svg  # noqa: E402

PAGE = ROOT / "docs" / "validation" / "twin.md"
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Case:
    """A closed case at two resolutions, the finer one so many times finer."""

    name: str
    play: Callable[..., Played]
    coarse: tuple
    fine: tuple
    told: str
    most: float
    least_order: float | None
    finer: float = 4.0


CASES = [
    Case("Backwater, Bresse", played.backwater, (50,), (200,), "dx 200, 50 m", 2e-3, 0.8),
    *(
        Case(f"MacDonald, {name}", played.macdonald, (name, 100), (name, 400), "dx 10, 2.5 m", most, 0.6)
        for name, most in (
            ("subcritical", 2e-4),
            ("supercritical", 2e-4),
            ("transcritical", 2e-4),
            ("hydraulic jump", 2e-3),
        )
    ),
    *(
        Case(f"Bump, {name}", played.bump, (name, 100), (name, 400), "dx 0.25, 0.0625 m", most, 0.6)
        for name, most in (("subcritical", 1e-3), ("transcritical", 8e-3), ("with a jump", 8e-3))
    ),
    Case("Dam break, Stoker 4 to 1 m", played.dam, (4.0, 1.0, 200), (4.0, 1.0, 800), "dx 10, 2.5 m", 2.5e-3, 0.6),
    Case("Dam break, Stoker 4 to 0.1 m", played.dam, (4.0, 0.1, 200), (4.0, 0.1, 800), "dx 10, 2.5 m", 5e-3, 0.6),
    Case(
        "Dam break, Ritter 4 to 0 m", played.dam, (4.0, 0.0, 100, 40.0), (4.0, 0.0, 400, 40.0), "dx 20, 5 m", 0.03, None
    ),
    Case("Seiche, Merian", played.seiche, (25, 40.0), (100, 10.0), "dx 400, 100 m; dt 40, 10 s", 0.02, 1.6),
    Case("Two basins", played.basins, (8.0,), (2.0,), "dt 8, 2 s", 5e-3, 1.2),
    Case("Tide into a closed channel", played.tide, (30,), (120,), "dx 2000, 500 m", 0.05, None),
    Case("Flood wave, Hayami", played.flood_wave, (50,), (200,), "dx 2000, 500 m", 0.03, None),
    Case("Pond over a weir", played.pond, (600.0,), (150.0,), "dt 600, 150 s", 2e-3, 1.5),
    Case("Two ways, looped split", played.split, (10,), (40,), "10, 40 faces a way", 0.02, None),
    Case(
        "Front, Ogata and Banks (flux known)",
        played.front,
        (50, 120.0),
        (200, 30.0),
        "dx 400, 100 m; dt 120, 30 s",
        0.01,
        0.8,
    ),
    Case("Spill, Taylor", played.accident, (150, 120.0), (600, 30.0), "dx 200, 50 m; dt 120, 30 s", 0.03, 0.8),
]


def table() -> tuple[str, bool, dict[str, Played]]:
    text = "| case | resolutions | L1 coarse | L1 fine | L∞ fine | order | asked | holds |\n|---|---|---|---|---|---|---|---|\n"
    fine_ones, holds = {}, True
    for case in CASES:
        coarse, fine = case.play(*case.coarse), case.play(*case.fine)
        found = order(coarse.mean_error, fine.mean_error, case.finer)
        good = fine.mean_error <= case.most and (case.least_order is None or found >= case.least_order)
        asked = f"L1 ≤ {case.most:g}" + ("" if case.least_order is None else f", order ≥ {case.least_order:g}")
        text += (
            f"| {case.name} | {case.told} | {coarse.mean_error:.1e} | {fine.mean_error:.1e} | {fine.worst_error:.1e} | "
            f"{found:.2f} | {asked} | {'yes' if good else '**no**'} |\n"
        )
        holds, fine_ones[case.name] = holds and good, fine
    return text, holds, fine_ones


def figure(case: str, what: str, made: Played) -> str:
    """The truth as a broad line, what was found as a fine one."""
    svg = Svg(640, 260)
    low, high = float(min(made.truth.min(), made.found.min())), float(max(made.truth.max(), made.found.max()))
    wide = float(np.ptp(made.x)) or 1.0
    tall = high - low or 1.0

    def points(values: np.ndarray) -> list[tuple[float, float]]:
        at = 60 + 560 * (made.x - made.x.min()) / wide
        return list(zip(at.tolist(), (215 - 180 * (values - low) / tall).tolist(), strict=True))

    svg.line([(60, 35), (60, 215), (620, 215)], LINE, 1)
    svg.line(points(made.truth), LIMIT, 4)
    svg.line(points(made.found), RIVER, 1.5)
    svg.text(60, 22, f"{case}: {what}", 14, INK)
    svg.text(52, 40, f"{high:.3g}", 11, MUTED, "end")
    svg.text(52, 218, f"{low:.3g}", 11, MUTED, "end")
    svg.text(60, 234, f"{made.x.min():g}", 11, MUTED)
    svg.text(620, 234, f"{made.x.max():g}", 11, MUTED, "end")
    svg.text(60, 252, "red: closed solution; blue: the twin", 11, MUTED)
    return str(svg)


def random_rivers(count: int) -> tuple[dict[str, float], int]:
    """The largest errors in random rivers, and how many did not run."""
    worst = {"water": 0.0, "tracer": 0.0, "constancy": 0.0, "steps": 0.0, "rejected": 0.0, "limited": 0.0}
    broken = []

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(worlds())
    def each(world: World) -> None:
        free = ~world.model.cells.grid.fixed
        run = world.model.run(world.start, world.until_s, world.until_s / 4)
        if not all(np.isfinite(kept).all() for kept in run.record) or (run.record.volume[:, free] < 0).any():
            broken.append(world)
            return
        worst["water"] = max(worst["water"], abs(run.balance.error))
        for mass in run.mass.values():
            lost = mass.after - mass.before - mass.came + mass.left
            worst["tracer"] = max(worst["tracer"], abs(lost) / max(mass.before, mass.came, mass.left, 100.0))
        wet = free & (run.record.volume > 1.0)  # with less, it is the round-off of what ran through
        worst["constancy"] = max(worst["constancy"], float(np.abs(run.record.conc[:, 0][wet] - 1).max(initial=0)))
        for name in ("steps", "rejected", "limited"):
            worst[name] += getattr(run.balance, name)

    each()
    return worst, len(broken)


def main(count: int) -> int:
    begun = time.process_time()
    rows, holds, fine = table()
    pictures = {
        "twin-jump": ("MacDonald, hydraulic jump", "depth [m] along the channel [m]"),
        "twin-stoker": ("Dam break, Stoker 4 to 0.1 m", "depth [m] along the channel [m] after 60 s"),
        "twin-ritter": ("Dam break, Ritter 4 to 0 m", "depth [m] along the channel [m] after 40 s"),
        "twin-spill": ("Spill, Taylor", "concentration [mg/L] over time [s] 9 km below"),
    }
    for name, (case, what) in pictures.items():
        (IMAGES / f"{name}.svg").write_text(figure(case, what, fine[case]), encoding="utf-8")
    worst, broken = random_rivers(count)
    sound = not broken and max(worst["water"], worst["tracer"], worst["constancy"]) <= 1e-12
    text = f"""# The river twin against closed solutions

{written(f"benchmarks/verify_twin.py {count}")}

Errors are relative to the mean of the truth: L1 its mean, L∞ its largest value. The order is ln(coarse/fine)/ln(ratio) of the
L1 errors. Every case is also a test (tests/govern/twin), from the same code. A jump's own cell holds a mean of both its
sides, so that L∞ there does not fall with the grid.

{rows}
{chr(10).join(f"![{case}: {what}](../images/{name}.svg)" for name, (case, what) in pictures.items())}

## Random rivers

{count} random rivers (tests/govern/twin/networks.py: trees, loops, bifurcations, lakes, weirs, gates that move, orifices, pumps,
ratings, irregular ground, steep and flat, dry starts, abstractions, floods, tides), {broken} of them broken (a number that is
none, a volume below zero). Largest relative error of the water's balance {worst["water"]:.1e}, of a constituent's
{worst["tracer"]:.1e}; largest distance from 1 of a constituent that is 1 everywhere, in cells with more than 1 m³, {worst["constancy"]:.1e}; asked 1e-12.
{worst["steps"]:.0f} steps were taken, {worst["rejected"]:.0f} attempts were thrown away, in {worst["limited"]:.0f} steps a cell
could not give what the equations asked of it.

CPU time of all this: {time.process_time() - begun:.0f} s.
"""
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return int(not (holds and sound))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
