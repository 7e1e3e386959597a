"""Old months as Parquet sorted by (series, time), read by DuckDB through the same `read`.

A month leaves SQLite only after its file was written, read back, and found to hold the same rows: count and SHA-256
over all columns. A revision of an archived reading stands in SQLite and hides the archived one; archiving the month
again writes a new file with both.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from riverchief.base.errors import InputError, StoreError
from riverchief.base.time import CHINA, to_epoch
from riverchief.store.locks import exclusive
from riverchief.store.writing import Key, Version

ROW_GROUP = 120_000
LOCK_FILE = ".lock"
_COLUMNS = ("series_id", "t", "v", "flag", "revision", "frame_no", "known_ms", "source_id")
_LISTED = ", ".join(_COLUMNS)


class ArchivedMonth(NamedTuple):
    """A month that lies in a Parquet file: times with first ≤ t < end, `n` rows, checksum of their columns."""

    month: str
    file: str
    first_s: int
    end_s: int
    n: int
    sha256: str


def month_span(month: str) -> tuple[int, int]:
    """First and end time [s since 1970 UTC] of a local month `YYYY-MM`: first ≤ t < end.

    Raises
    ------
    InputError
        When the text is no month.
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if not found:
        raise InputError(f"{month!r} is not a month; write it as 2026-01.", month=month)
    year, number = int(found[1]), int(found[2])
    start = datetime(year, number, 1, tzinfo=CHINA)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=CHINA)
    return to_epoch(start), to_epoch(end)


class Archive:
    """The folder `archive/` of a data folder.

    Parameters
    ----------
    folder
        Made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._local = threading.local()

    def months(self, connection: sqlite3.Connection) -> list[ArchivedMonth]:
        """The archived months, oldest first."""
        rows = connection.execute("SELECT month, file, first_t, end_t, n, sha256 FROM archived ORDER BY month")
        return [ArchivedMonth(*row) for row in rows]

    def rows(self, connection: sqlite3.Connection, series_id: int, start_s: int, end_s: int) -> list[tuple[Any, ...]]:
        """Archived readings of a series with start ≤ time ≤ end, as `reading.COLUMNS` lists them."""
        files = [m.file for m in self.months(connection) if m.first_s <= end_s and start_s < m.end_s]
        if not files:
            return []
        return self._query(
            "SELECT t, v, flag, revision, coalesce(frame_no, -1), known_ms FROM read_parquet(?) "
            "WHERE series_id = ? AND t BETWEEN ? AND ?",
            [self._paths(files), series_id, start_s, end_s],
        )

    def versions(self, connection: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, Version]:
        """The archived readings among these keys."""
        months = self.months(connection)
        if not months:
            return {}
        wanted: dict[str, dict[int, list[int]]] = {}
        for series_id, time_s in keys:
            for month in months:
                if month.first_s <= time_s < month.end_s:
                    wanted.setdefault(month.file, {}).setdefault(series_id, []).append(time_s)
        found: dict[Key, Version] = {}
        for file, by_series in wanted.items():
            for series_id, times in by_series.items():
                rows = self._query(
                    f"SELECT {_LISTED} FROM read_parquet(?) WHERE series_id = ? AND t IN (SELECT unnest(?::BIGINT[]))",  # noqa: S608
                    [self._paths([file]), series_id, times],
                )
                found.update({(row[0], row[1]): Version._make((*row[2:], "archive")) for row in rows})
        return found

    def _paths(self, files: Iterable[str]) -> list[str]:
        return [str(self.folder / file) for file in files]

    def _query(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        import duckdb

        if not hasattr(self._local, "duckdb"):
            self._local.duckdb = duckdb.connect()
        try:
            found: list[tuple[Any, ...]] = self._local.duckdb.execute(sql, parameters).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"the archive {self.folder} cannot be read: {error}. Restore it from a backup.") from error
        return found

    def put(self, connection: sqlite3.Connection, month: str) -> ArchivedMonth:
        """Move a month from SQLite to Parquet, inside the write transaction of `connection`.

        Raises
        ------
        InputError
            When the text is no month, or there is nothing to archive.
        StoreError
            When what was read back is not what was written, or a backup is running; nothing is lost then.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        first_s, end_s = month_span(month)
        with exclusive(self.folder / LOCK_FILE, "a backup is being taken, or another process archives"):
            months = self.months(connection)
            self._forget_all_but({m.file for m in months})
            old = {m.month: m for m in months}.get(month)
            fresh = connection.execute(
                f"SELECT {_LISTED} FROM obs WHERE t >= ? AND t < ? "  # noqa: S608
                f"UNION ALL SELECT {_LISTED} FROM hot WHERE t >= ? AND t < ?",
                (first_s, end_s) * 2,
            ).fetchall()
            if not fresh:
                raise InputError(f"there is nothing of {month} left to archive.", month=month)
            rows = {row[:2]: row for row in self._all(old)} | {row[:2]: row for row in fresh}
            columns = list(zip(*(rows[key] for key in sorted(rows)), strict=True))
            types = [pa.int64(), pa.int64(), pa.float64(), *[pa.int64()] * 5]
            table = pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=list(_COLUMNS))
            sha256 = _checksum(table)
            path = self.folder / f"obs-{month}-{sha256[:12]}.parquet"
            pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            back = pq.read_table(path)
            if back.num_rows != len(rows) or _checksum(back) != sha256:
                path.unlink()
                raise StoreError(f"{path} does not hold what was written to it; {month} stays where it was.")
            for name in ("obs", "hot"):
                connection.execute(f"DELETE FROM {name} WHERE t >= ? AND t < ?", (first_s, end_s))  # noqa: S608
            new = ArchivedMonth(month, path.name, first_s, end_s, len(rows), sha256)
            connection.execute("INSERT OR REPLACE INTO archived VALUES(?,?,?,?,?,?)", new)
            return new

    def _forget_all_but(self, files: set[str]) -> None:
        for path in self.folder.glob("obs-*.parquet"):
            if path.name not in files:  # replaced by a later file of its month, or left by a run that was cut off
                path.unlink()

    def _all(self, month: ArchivedMonth | None) -> list[tuple[Any, ...]]:
        if month is None:
            return []
        return self._query(f"SELECT {_LISTED} FROM read_parquet(?)", [self._paths([month.file])])  # noqa: S608


def _checksum(table: Any) -> str:
    """SHA-256 over all columns, however they are cut into chunks: which are NULL, then the numbers to the last bit."""
    digest = hashlib.sha256()
    for name in _COLUMNS:
        digest.update(name.encode())
        chunks = table.column(name).chunks
        for chunk in chunks:
            digest.update(chunk.is_null().to_numpy(zero_copy_only=False).tobytes())
        for chunk in chunks:
            digest.update(chunk.fill_null(0).to_numpy(zero_copy_only=False).tobytes())
    return digest.hexdigest()
