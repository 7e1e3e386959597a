"""Write docs/validation/twin-swmm.md: the twin beside SWMM 5.2 on .inp files of our own, and why they differ.

Both run live; the bounds are those of tests/govern/twin/test_swmm_compare.py.
Run from the checkout: .venv/bin/python benchmarks/verify_twin_swmm.py [--out FILE]
Exit code 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(ROOT / "tests"))

from stamp import written  # noqa: E402

from govern.twin.swmm_compare import CASES, FOLDER, Case, Pair, both, measured  # noqa: E402

PAGE = ROOT / "docs" / "validation" / "twin-swmm.md"
COLUMNS = {
    "rms_pct": ("rms, % of peak", "{:.2f}"),
    "peak_pct": ("peak, %", "{:.2f}"),
    "volume_pct": ("volume, %", "{:.2f}"),
    "late_s": ("peak late, s", "{:.0f}"),
    "level_m": ("level rms, m", "{:.3f}"),
}

INTRO = """
The same file is read by SWMM 5.2 (from its published wheel, in a process of its own) and by the importer of the twin,
which runs it with automatic steps, one cell for each conduit and no setting of any kind. The files are our own, of the
kinds that EPA's routing examples have; they lie in `tests/govern/twin/inp/`. Each cell of the table is the largest
difference over the links and nodes that are compared, then what is allowed.
"""
MAPPING = """
## What the importer takes differently

It reads all sections of the hydraulics and says for each thing that does not fit: the line, the section, the element,
why, and what is done instead. Below are the kinds of such remarks, as far as these files and the manual know them.

| in SWMM | in the twin |
|---|---|
| water over a node's rim is lost, or ponds | it stays: walls go up, closed conduits come under pressure |
| a conduit may end high above its node | its bed there is the conduit's; the node's level counts |
| surcharge by a node's own area (EXTRAN) or a slot | the slot of Sjöberg, 1 % of the width in the end |
| a free outfall: the smaller of critical and normal depth | critical depth |
| a fixed level under critical depth is lifted to it | the level as given |
| V-notch, side-flow, trapezoidal weirs, outlets by head | ratings by the upper level: exact while nothing drowns them |
| a weir whose opening is full becomes an orifice | it stays a weir |
| a transect's length factor shortens the conduit to its overbanks | the same |
| end contractions, flap gates, limits of flow, seepage, evaporation, culvert codes | named, not followed |
| openings in the floor | a low slit of the same area |
| pumps by volume or depth in steps | ratings with each jump spread over 2 cm |
| pumps whose flow falls with the lift | the middle of their curve |
| rules | a pump by its own well, a pump or orifice at a time; all others named |
| rainfall, runoff, groundwater, RDII, wash-off, LID, streets, files of other runs | named, left out |
| treatment, decay | named: they belong to the kinetics |
"""


def row(case: Case, pair: Pair, found: dict[str, float]) -> str:
    """One line of the table."""
    cells = [f"{form.format(found[what])} ({form.format(getattr(case, what))})" for what, (_, form) in COLUMNS.items()]
    b = pair.run.balance
    own = f"{pair.swmm.error_pct['flow']:.2f} %"
    return f"| {case.file} | {', '.join(case.links)} | {' | '.join(cells)} | {b.steps} | {b.error:.0e} | {own} |"


def main() -> int:
    """Run all cases and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    out = parser.parse_args().out
    lines, whys, missed = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            pair = both(FOLDER / f"{case.file}.inp", Path(folder))
            found = measured(case, pair)
            missed += [f"{case.file}: {what}" for what in found if not found[what] <= getattr(case, what)]
            lines.append(row(case, pair, found))
            whys.append(f"- **{case.file}** ({pair.model.river.name}). {case.why}")
    heads = ["file", "links", *(title for title, _ in COLUMNS.values()), "our steps", "our balance", "SWMM's balance"]
    text = "\n".join(
        [
            "# The twin beside SWMM",
            "",
            written("benchmarks/verify_twin_swmm.py"),
            INTRO,
            f"| {' | '.join(heads)} |",
            "|" + "---|" * len(heads),
            *lines,
            "",
            "## Why they are not nearer",
            "",
            *whys,
            MAPPING,
        ]
    )
    out.write_text(text, encoding="utf-8")
    print("\n".join(missed) or "all within bounds")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
