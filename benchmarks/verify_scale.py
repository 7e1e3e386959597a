"""Write docs/validation/scale.md: fifty people at once on a province's numbers, on PostgreSQL.

Run from the checkout: .venv/bin/python benchmarks/verify_scale.py [--share 1.0] [--duration 300]
RIVERCHIEF_TEST_POSTGRES names the server (loopback where it is not set). The database is made, filled and dropped.
Exit code 1 when today, desk or map answered slower than 300 ms at the 95th percentile, or an answer was an error.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from scale import fill, load  # noqa: E402  the path is known only now
from stamp import written  # noqa: E402

TARGET = HERE.parent / "docs" / "validation" / "scale.md"
WITHIN_MS = 300.0
HEAD = """# A province's numbers

{written} Everything in it is simulated, from seed {seed}.

{people:,} chiefs with an account each, {offices} offices, {cases:,} cases over three years ({open:.0%} of them open),
{patrols:,} patrols; {gigabytes:.1f} GB in PostgreSQL {server}. The pages as `riverchief serve` starts them (granian,
WSGI, {workers} workers of four threads), {clients} clients at once for {duration:.0f} s: each asks, waits a second,
asks again. A client keeps what it was given with an ETag, as a browser does; those answers are marked 304. A question
of each client before the clock starts is not counted: the first of them lets the process read the registry.

Machine: {cores} cores for clients, server and database together, {system}, Python {python}; load average {before:.1f}
before and {after:.1f} after, of which what else ran on the machine is a part.

| who and what | answers | p50 [ms] | p95 [ms] | p99 [ms] | longest [ms] |
|---|---|---|---|---|---|
"""


def _make(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--share", type=float, default=1.0, help="of a province's numbers")
    options.add_argument("--duration", type=float, default=300.0, help="seconds")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--port", type=int, default=8460)
    options.add_argument("--database", default="riverchief_scale")
    options.add_argument("--keep", action="store_true", help="leave the database, and take it as it is if it is there")
    options.add_argument("--out", type=Path, default=TARGET)
    return options.parse_args()


def main() -> int:
    """Fill, ask, write the table; 1 when it does not hold."""
    given = _options()
    server = os.environ.get("RIVERCHIEF_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
    url = urlsplit(server)._replace(path=f"/{given.database}").geturl()
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [given.database]).fetchone()
    there = given.keep and found is not None
    if not there:
        url = _make(server, given.database)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(given, Path(folder), url, there=there)
    finally:
        if not given.keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{given.database}" WITH (FORCE)')


def _measure(given: argparse.Namespace, folder: Path, url: str, *, there: bool) -> int:
    os.environ["RIVERCHIEF_DATABASE_URL"] = url
    from riverchief.web.setup import migrate, open_platform

    open_platform(folder)
    if not there:
        migrate()
        fill.fill(folder, fill.Size(given.share), given.seed, fill.today())
    from django.db import connection

    from riverchief.web.accounts.models import User
    from riverchief.web.ground.models import Case, Patrol

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    facts = {
        "people": User.objects.filter(role="chief").count(), "offices": User.objects.exclude(role="chief").count(),
        "cases": Case.objects.count(), "patrols": Patrol.objects.count(), "gigabytes": size / 1e9,
        "server": connection.pg_version // 10_000,
    }  # fmt: skip
    clients = load.sessions(given.seed, given.port)
    before = os.getloadavg()[0]
    with load.serving(folder, url, given.port):
        seen = load.run(clients, given.duration)
    load.show(seen)
    connection.close()
    head = HEAD.format(
        **facts, written=written("benchmarks/verify_scale.py"), seed=given.seed, open=fill.OPEN_SHARE,
        clients=len(clients), workers=min(4, os.cpu_count() or 1), duration=given.duration, cores=os.cpu_count(), system=platform.system(),
        python=platform.python_version(), before=before, after=os.getloadavg()[0],
    )  # fmt: skip
    table = load.rows(seen)
    lines = [f"| {r} | {n:,} | {a:.0f} | {b:.0f} | {c:.0f} | {d:.0f} |" for r, n, a, b, c, d in table]
    late = [r for r, _, _, p95, _, _ in table if p95 > WITHIN_MS]
    told = f"{len(seen.errors)} errors; p95 over {WITHIN_MS:.0f} ms: {', '.join(late) or 'none'}."
    given.out.write_text(head + "\n".join(lines) + f"\n\n{told}\n", encoding="utf-8")
    print(told)
    return int(bool(late or seen.errors))


if __name__ == "__main__":
    sys.exit(main())
