"""Run the platform's tests once more on PostgreSQL, where a server listens on loopback.

RIVERCHIEF_TEST_POSTGRES names another one. Without a server this says so and is content, unless RIVERCHIEF_NO_SKIP=1.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

# The event stream looks from threads of its own, whose connections would keep the test database from being dropped.
# The others start processes with databases of their own: nothing of them would be another here.
LEFT_OUT = ("test_live", "test_office_month", "test_scale", "test_https")
DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    """Look for the server, then run the tests on it."""
    url = os.environ.get("RIVERCHIEF_TEST_POSTGRES", DEFAULT)
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        print(f"skipped: the platform's tests on PostgreSQL, no server answers ({str(error).strip()})")
        return int(os.environ.get("RIVERCHIEF_NO_SKIP") == "1")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "tests/web"]
    command += [f"--ignore=tests/web/{name}.py" for name in LEFT_OUT]
    return subprocess.run(command, env={**os.environ, "RIVERCHIEF_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
