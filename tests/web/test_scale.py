"""A five-hundredth of a province on PostgreSQL, asked by as many people at once as the whole is."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


@pytest.fixture
def postgres():
    """A server on loopback, or the one that RIVERCHIEF_TEST_POSTGRES names."""
    url = os.environ.get("RIVERCHIEF_TEST_POSTGRES", SERVER)
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        why = f"no PostgreSQL answers ({str(error).strip()}); a province's numbers are filled in where there is one"
        if os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return url


def test_a_small_province_answers_everybody_without_an_error(postgres, tmp_path):
    page = tmp_path / "scale.md"
    command = [sys.executable, ROOT / "benchmarks" / "verify_scale.py", "--share", "0.002", "--duration", "5"]
    command += ["--database", "riverchief_scale_small", "--port", "8461", "--out", page]
    told = {key: value for key, value in os.environ.items() if not key.startswith(("RIVERCHIEF_", "DJANGO_"))}
    told["RIVERCHIEF_TEST_POSTGRES"] = postgres
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=told)
    assert page.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    text = page.read_text(encoding="utf-8")
    assert "\n0 errors;" in text  # how fast is measured at full size, on a machine that does nothing else
    assert "2,000 cases" in text
    assert "10,000 patrols" in text
