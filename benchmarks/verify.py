"""The long proofs at full size, one after the other; each writes its page in docs/validation and says whether it holds.

.venv/bin/python benchmarks/verify.py [NAME ...]
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "docs" / "validation"

PROOFS: dict[str, list[str]] = {
    "water-class": ["verify_water_class.py"],
    "worked-examples-water": ["worked_examples_water.py"],
    "speed-water": ["standards/bench_water.py"],
    "air": ["verify_air.py"],
    "worked-examples-air": ["worked_examples_air.py"],
    "speed-air": ["standards/bench_air.py"],
    "worked-examples-flow": ["worked_examples_flow.py"],
    "departures": ["verify_departures.py"],
    "loads": ["verify_loads.py"],
    "change": ["verify_change.py"],
    "kinetics": ["verify_kinetics.py"],
    "patrol-rules": ["verify_rules.py"],
    "authenticity": ["verify_authenticity.py"],
    "citizens": ["verify_citizens.py"],
    "phone-queue": ["verify_phone.py"],
    "phone-page": ["verify_phone_page.py"],
    "office-month": ["verify_office_month.py"],
    "network": ["network/bench_network.py"],
    "outlook": ["verify_outlook.py"],
    "catchment": ["verify_catchment.py"],
    "trace": ["trace/verify_trace.py", "--seeds", "50"],
    "trace-spills": ["trace/verify_spills.py", "--spills", "200"],
    "twin-hecras": ["verify_hecras.py"],
    "twin-swmm": ["verify_twin_swmm.py"],
    "twin-speed": ["twin/speed.py"],
    "twin": ["verify_twin.py", "2000"],
    "headless": ["verify_headless.py", "--seeds", "10", "--basin", "jinzhong"],
    "assimilation": ["verify_assimilation.py"],
    "speed-twin-ensemble": ["bench_ensemble.py"],
    "scale": ["verify_scale.py"],
    "chaos": ["verify_chaos.py", "--kills", "20", "--out", str(PAGES / "chaos.md")],
}


def main() -> int:
    """Run the proofs that are named, or all of them."""
    wanted = sys.argv[1:] or list(PROOFS)
    failed = []
    for name in wanted:
        begun = time.monotonic()
        code = subprocess.run([sys.executable, HERE / PROOFS[name][0], *PROOFS[name][1:]], check=False).returncode
        print(f"{name}: {'holds' if code == 0 else 'DOES NOT HOLD'}, {time.monotonic() - begun:.0f} s", flush=True)
        if code:
            failed.append(name)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
