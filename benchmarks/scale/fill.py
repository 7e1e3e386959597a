"""Fill a PostgreSQL database of its own with as many chiefs, cases and patrols as a province has; all of it simulated.

57,533 chiefs (6 of the province, 260 of cities, 2,772 of counties, 19,358 of townships, 35,137 of villages, as Zhejiang
counts them), a user for each, offices, 1,000,000 cases and 5,000,000 patrols over three years. The rows are made in the
database from `hashtext` of a seed and their number, so the same seed gives the same rows.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Model
from psycopg import sql

from riverchief.base import basin as values
from riverchief.base.places import Interval, Place
from riverchief.base.time import FixedClock

LEVELS = {"province": 6, "city": 260, "county": 2_772, "township": 19_358, "village": 35_137}
CITIES, COUNTIES = 11, 90
REACHES = 3_600
CASES, PATROLS = 1_000_000, 5_000_000
DAYS = 3 * 365
OPEN_SHARE = 0.02  # of all cases
LENGTH_M = 6_000.0


@dataclass(frozen=True)
class Size:
    """How much is filled in, as a share of the whole."""

    share: float = 1.0

    def of(self, whole: int) -> int:
        """That share of a number, at least one."""
        return max(1, round(whole * self.share))


def county_code(i: int) -> str:
    """Code of the county with this number: an invented province 99 with eleven cities."""
    return f"99{1 + i % CITIES:02d}{1 + i // CITIES:02d}000000"


def _reaches(n: int) -> Iterator[values.Reach]:
    """Rivers of forty reaches in a line, one per county."""
    for i in range(n):
        river, step = i // 40, i % 40
        lon, lat = 118.5 + 0.12 * (river % 10) + 0.002 * step, 27.5 + 0.3 * (river // 10) + 0.05 * step / 40
        line = tuple((round(lon + 0.0004 * k, 5), round(lat + 0.0103 * k, 5)) for k in range(6))
        yield values.Reach(
            f"re-{i:05d}", f"ri-{river:03d}", f"模拟河{river}段{step}", f"Simulated {river}.{step}",
            f"no-{river:03d}-{step}", f"no-{river:03d}-{step + 1}", LENGTH_M, 5.0, 0.5, 30.0, 1.5, line, "simulated",
        )  # fmt: skip


def _chiefs(size: Size, reaches: int) -> Iterator[tuple[values.Chief, list[values.Responsibility]]]:
    start = date(2020, 1, 1)
    for level, whole in LEVELS.items():
        n = size.of(whole)
        for i in range(n):
            if level in ("province", "city", "county"):
                per = math.ceil(reaches / n)
                mine = [(r, 0.0, LENGTH_M) for r in range(i * per, min(reaches, (i + 1) * per))] or [
                    (i % reaches, 0.0, LENGTH_M)
                ]
            else:
                per = math.ceil(n / reaches)
                piece = LENGTH_M / per
                mine = [(i // per, piece * (i % per), piece * (i % per + 1))]
            county = county_code(mine[0][0] // 40 % COUNTIES)
            region = {
                "province": "990000000000",
                "city": county[:4] + "00000000",
                "county": county,
                "township": f"{county[:6]}{1 + mine[0][0] % 40:03d}000",
                "village": f"{county[:6]}{1 + mine[0][0] % 40:03d}{1 + i % 200:03d}",
            }[level]
            code = f"ch-{level}-{i:05d}"
            chief = values.Chief(code, f"模拟{i}", f"Simulated {i}", level, region)
            yield chief, [values.Responsibility(code, Interval(f"re-{r:05d}", a, b, start, None)) for r, a, b in mine]


def basin(size: Size) -> values.Basin:
    """The registry: counties, rivers, sections and outfalls, chiefs with their stretches."""
    n = max(40, size.of(REACHES) // 40 * 40)
    counties = [county_code(i) for i in range(COUNTIES)]
    regions = [values.Region(c, f"模拟县{c[:6]}", f"County {c[:6]}", 118.5, 27.5) for c in counties]
    people = list(_chiefs(size, n))
    reaches = tuple(_reaches(n))
    sections = tuple(
        values.Section(f"se-{i:04d}", f"模拟断面{i}", f"Section {i}", Place(r.code, 3_000.0), *r.line[3], "county", 3,
                       county_code(i * 4 // 40 % COUNTIES))
        for i, r in enumerate(reaches[::4])
    )  # fmt: skip
    outfalls = tuple(
        values.Facility(f"of-{i:04d}", "outfall", f"模拟排口{i}", f"Outfall {i}", Place(r.code, 2_000.0), *r.line[2],
                        county_code(i // 40 % COUNTIES))
        for i, r in enumerate(reaches)
    )  # fmt: skip
    return values.Basin(
        "scale", "模拟省", "A simulated province", "990000000000", "1", "",
        tuple(values.River(f"ri-{i:03d}", f"模拟河{i}", f"River {i}") for i in range(n // 40)),
        reaches, tuple(regions), sections, (), outfalls,
        tuple(chief for chief, _ in people), tuple(duty for _, duties in people for duty in duties),
        notes="simulated",
    )  # fmt: skip


USERS = """
INSERT INTO accounts_user (password, username, date_joined, role, region, chief, name_zh, name_en)
SELECT '!', 'u-' || code, %(now)s, 'chief', region, code, name_zh, name_en FROM basin_chief
"""
CASES_SQL = """
INSERT INTO ground_case (id, region, reach, chainage_m, lon, lat, confidential, assignees, joint_regions, number,
  title_key, params, state, severity, source, opened_at, due_at, closed_at, confirmed_at, reporter, chief, assignee,
  dispatched_at)
SELECT 'case-' || lpad(i::text, 26, '0'), rpad(left(d.region, 6), 12, '0'), d.reach_id, d.from_m + (d.to_m - d.from_m) * b / 1e4,
  118.5 + b / 1e4, 28 + a / 1e4, b %% 997 = 0, CASE WHEN sent THEN ',u-' || d.chief_id || ',' ELSE ',' END, ',',
  to_char(at, 'YYYY') || '-' || lpad(i::text, 8, '0'), 'case.title.walker', '{"note": "simulated"}', state, 1 + a %% 3,
  'walker', at, at + interval '1 day' * (3 + b %% 12),
  CASE WHEN state = 'closed' THEN at + interval '1 hour' * (24 + b %% 200) END,
  CASE WHEN state = 'closed' THEN at + interval '1 hour' * (48 + b %% 200) END,
  'platform', CASE WHEN a %% 500 = 0 AND NOT sent THEN '' ELSE d.chief_id END,
  CASE WHEN sent THEN d.chief_id ELSE '' END, CASE WHEN sent THEN at + interval '2 hours' END
FROM (
  SELECT i, a, b, at, state, state IN ('dispatched', 'handled', 'verified', 'closed') AS sent FROM (
    SELECT i, a, b,
      %(now)s - interval '1 second' * ((%(cases)s - i)::float8 / %(cases)s * %(seconds)s) AS at,
      CASE WHEN i > %(cases)s * (1 - %(open)s)
        THEN (ARRAY['reported', 'accepted', 'dispatched', 'dispatched', 'dispatched', 'handled', 'verified'])[1 + b %% 7]
        WHEN a %% 50 = 0 THEN 'rejected' ELSE 'closed' END AS state
    FROM (SELECT i, abs(hashtext(%(seed)s || ':a:' || i)::bigint) %% 10000 AS a, abs(hashtext(%(seed)s || ':b:' || i)::bigint) %% 10000 AS b
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i) AS x) AS y) AS z
JOIN local_duty AS d ON d.n = abs(hashtext(%(seed)s || ':d:' || i)::bigint) %% %(duties)s
"""
SHARES = """
INSERT INTO accounts_share (model, record, username, region)
SELECT 'ground.case', id, trim(both ',' from assignees), '' FROM ground_case WHERE assignees <> ','
"""
PATROLS_SQL = """
INSERT INTO ground_patrol (id, region, reach, chainage_m, lon, lat, assignees, joint_regions, by, chief, started_at,
  finished_at, track, result, authenticity)
SELECT 'patrol-' || lpad(i::text, 26, '0'), rpad(left(d.region, 6), 12, '0'), d.reach_id, d.from_m, 118.5, 28,
  ',u-' || d.chief_id || ',', ',', 'u-' || d.chief_id, d.chief_id, at, at + interval '40 minutes',
  jsonb_build_array(jsonb_build_array(extract(epoch from at)::int, 118.5, 28.0, 5.0),
                    jsonb_build_array(extract(epoch from at)::int + 1200, 118.501, 28.004, 5.0),
                    jsonb_build_array(extract(epoch from at)::int + 2400, 118.502, 28.008, 5.0)),
  '{"length_m": 900, "duration_s": 2400, "fixes": 3, "coverage": [], "gaps": []}', '{"score": 0.9}'
FROM (SELECT i, %(now)s - interval '1 second' * ((%(patrols)s - i)::float8 / %(patrols)s * %(seconds)s) AS at
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i) AS x
JOIN local_duty AS d ON d.n = abs(hashtext(%(seed)s || ':p:' || i)::bigint) %% %(duties)s
"""
CHUNK = 250_000


def _defaults(cursor: Any, *tables: type[Model]) -> None:
    """Let the database of this run fill in what the models would, in every column that a statement here leaves out."""
    for table in tables:
        for field in table._meta.concrete_fields:
            if field.primary_key or field.null:
                continue
            value = field.get_default()
            if isinstance(value, (list, dict)):
                value = json.dumps(value)
            column = f'"{table._meta.db_table}" ALTER COLUMN "{field.column}"'
            cursor.execute(sql.SQL("ALTER TABLE {} SET DEFAULT {}").format(sql.SQL(column), sql.Literal(value)))


@contextmanager
def _without_indexes(cursor: Any, *tables: str) -> Iterator[None]:
    """Rows first, then their indexes: much quicker than both at once."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def fill(folder: Path, size: Size, seed: int, now: datetime) -> dict[str, int]:
    """Everything, into the database that the settings name; returns how many rows there are of each kind."""
    from django.db import connection

    from riverchief.web.accounts.models import User
    from riverchief.web.basin import folder as registry
    from riverchief.web.ground.models import Case, Patrol

    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {what}", flush=True)

    counts = registry.load(basin(size), folder, FixedClock(now))
    say(f"registry: {counts}")
    given = {
        "seed": str(seed), "now": now, "cases": size.of(CASES), "patrols": size.of(PATROLS), "open": OPEN_SHARE,
        "seconds": DAYS * 86_400,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        _defaults(cursor, User, Case, Patrol)
        cursor.execute(USERS, given)
        cursor.execute(
            "CREATE TEMP TABLE local_duty AS SELECT (row_number() OVER (ORDER BY r.id)) - 1 AS n, r.chief_id, "
            "r.reach_id, r.from_m, r.to_m, c.region FROM basin_responsibility r JOIN basin_chief c "
            "ON c.code = r.chief_id WHERE c.level IN ('village', 'township')"
        )
        cursor.execute("CREATE UNIQUE INDEX ON local_duty (n)")
        cursor.execute("ANALYZE local_duty")
        cursor.execute("SELECT count(*) FROM local_duty")
        given["duties"] = cursor.fetchone()[0]
        with _without_indexes(cursor, "ground_case", "accounts_share", "ground_patrol"):
            for statement, n, what in (
                (CASES_SQL, given["cases"], "cases"),
                (PATROLS_SQL, given["patrols"], "patrols"),
            ):
                for first in range(1, n + 1, CHUNK):
                    cursor.execute(statement, {**given, "first": first, "last": min(n, first + CHUNK - 1)})
                say(f"{n:,} {what}")
            cursor.execute(SHARES)
            say("shares")
        say("indexes")
        cursor.execute("VACUUM ANALYZE")
        say("analysed")
        cursor.execute("SELECT pg_database_size(current_database())")
        counts["bytes"] = cursor.fetchone()[0]
    offices = [("prefecture", f"99{1 + i:02d}00000000") for i in range(CITIES)]
    offices += [("county", county_code(i)) for i in range(COUNTIES)]
    User.objects.bulk_create(
        [User(username=f"office-{code}", role=role, region=code, password="!") for role, code in offices]
    )
    counts |= {"cases": given["cases"], "patrols": given["patrols"], "users": User.objects.count()}
    say(f"done: {counts}")
    return counts


def today() -> datetime:
    """The end of the three years: the hour that the platform's clock shows."""
    return datetime.now(UTC) - timedelta(minutes=5)
