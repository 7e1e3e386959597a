"""A month of an office on the small basin: every count is what was put in, every paper opens and says it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_month_comes_to_what_was_put_in(chinese, tmp_path):
    page, out = tmp_path / "page.md", tmp_path / "papers"
    command = [sys.executable, ROOT / "benchmarks" / "verify_office_month.py", "--basin", "mini", "--problems", "20"]
    command += ["--complaints", "4", "--out", out, "--page", page]
    told = {key: value for key, value in os.environ.items() if not key.startswith(("RIVERCHIEF_", "DJANGO_"))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=told)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Every count is what was put in." in page.read_text(encoding="utf-8")
    assert len(list(out.iterdir())) == 20
