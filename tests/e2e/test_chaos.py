"""Gateway, worker and web killed during a replay; the simulated stations' log of acknowledgements is the witness."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_nothing_acknowledged_is_missing_and_nothing_is_double(tmp_path):
    kills = "20" if os.environ.get("RIVERCHIEF_FULL") else "3"
    command = [
        sys.executable,
        ROOT / "benchmarks" / "verify_chaos.py",
        "--kills",
        kills,
        "--out",
        tmp_path / "chaos.md",
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("RIVERCHIEF_D", "DJANGO"))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing missing, nothing double." in (tmp_path / "chaos.md").read_text(encoding="utf-8")
