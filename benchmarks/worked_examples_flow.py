"""The published satisfaction rates of ecological flow against what riverchief makes of the same days.

.venv/bin/python benchmarks/worked_examples_flow.py
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from stamp import written

from riverchief.cloud.standards.flow.ecoflow import programme, satisfaction, satisfaction_rate
from riverchief.cloud.standards.flow.targets import fixed_target

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation" / "worked-examples-flow.md"
TOLERANCE = 0.01  # the published digits are cut off, once rounded up

# compliant days, exempt days, rate as printed [%]: Shitai county (Anhui), 2025, under 皖水农〔2024〕112号
PUBLISHED = (
    (308, 46, 96.55), (356, 0, 97.53), (353, 0, 96.71), (335, 30, 100.0), (337, 5, 93.61), (360, 0, 98.63),
    (364, 0, 99.72), (342, 21, 99.41), (326, 31, 97.6), (203, 144, 91.85), (352, 0, 96.43), (303, 52, 96.8),
    (227, 126, 94.98), (323, 32, 96.99), (365, 25, 100.0),
)  # fmt: skip


def from_days(compliant: int, exempt: int) -> float:
    """The rate [%] from a year of daily flows that keep their target on so many days."""
    days = np.arange("2025-01-01", "2026-01-01", dtype="datetime64[D]")
    flow = np.where(np.arange(days.size) < compliant, 1.2, 0.5)
    excused = {date(2025, 12, 31) - timedelta(days=i): "exempt" for i in range(exempt)}
    return satisfaction(days, flow, fixed_target(1.0), rules=programme("anhui"), exempt=excused)[0].rate


def main() -> int:
    """Write the page; whether every rate is reproduced."""
    lines = [
        "# Worked examples: ecological flow",
        "",
        "Fifteen published results of one county (Shitai, Anhui, 2025, under 皖水农〔2024〕112号): compliant days, exempt",
        "days and the rate as printed, against the formula and against a year of daily flows with as many compliant",
        f"days. Printed digits are cut off, once rounded up; a difference of {TOLERANCE} % is allowed.",
        "",
        written("benchmarks/worked_examples_flow.py"),
        "",
        "| compliant | exempt | printed % | formula % | from days % | agrees |",
        "|---|---|---|---|---|---|",
    ]
    agreed = 0
    for compliant, exempt, printed in PUBLISHED:
        formula, days = float(satisfaction_rate(compliant, exempt)), from_days(compliant, exempt)
        fits = abs(formula - printed) <= TOLERANCE and abs(days - printed) <= TOLERANCE
        agreed += fits
        lines.append(
            f"| {compliant} | {exempt} | {printed:g} | {formula:.4f} | {days:.4f} | {'yes' if fits else 'NO'} |"
        )
    lines += ["", f"{agreed} of {len(PUBLISHED)} agree.", ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    print(f"{agreed} of {len(PUBLISHED)} published rates reproduced")
    return int(agreed != len(PUBLISHED))


if __name__ == "__main__":
    sys.exit(main())
