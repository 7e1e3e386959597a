"""The long proof of docs/validation/trace-spills.md, at a small size: one station and four, by its own floors."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SPILLS = 200 if os.environ.get("RIVERCHIEF_FULL") == "1" else 4


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_spills_of_known_place_lie_in_the_region_that_is_said_to_hold_them():
    path = ROOT / "benchmarks" / "trace" / "verify_spills.py"
    spec = importlib.util.spec_from_file_location("verify_spills", path)
    proof = importlib.util.module_from_spec(spec)
    sys.modules["verify_spills"] = proof  # dataclasses look their module up
    spec.loader.exec_module(proof)
    known, totals = proof.world(1_000.0), proof.Totals()
    for seed in range(SPILLS):
        proof.run(known, seed, totals, 250.0, 0)
    inside = [flag for flags in totals.inside.values() for flag in flags]
    assert len(inside) + totals.unseen == SPILLS
    assert sum(inside) >= 0.9 * len(inside) - 1  # 0.95 is meant
    assert sum(totals.off_m) < sum(totals.plain_off_m)
