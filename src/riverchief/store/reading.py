"""Reading series back: as they are, and as they were known at a past time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.store.archive import Archive
from riverchief.store.records import SeriesData

COLUMNS = "t, v, flag, revision, coalesce(frame_no, -1), known_ms"


class Columns:
    """Versions of readings of one series as arrays; rows of (time, value, flag, revision, frame, known [ms])."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = ()) -> None:
        columns = list(zip(*rows, strict=True)) or [()] * 6
        self.time_s: NDArray[np.int64] = np.array(columns[0], np.int64)
        self.value: NDArray[np.float64] = np.array(columns[1], np.float64)  # None becomes NaN
        self.flag: NDArray[np.int8] = np.array(columns[2], np.int8)
        self.revision: NDArray[np.int64] = np.array(columns[3], np.int64)
        self.frame_no: NDArray[np.int64] = np.array(columns[4], np.int64)
        self.known_ms: NDArray[np.int64] = np.array(columns[5], np.int64)

    def take(self, which: NDArray[Any]) -> SeriesData:
        """The chosen rows, as what the store gives."""
        return SeriesData(
            self.time_s[which], self.value[which], self.flag[which], self.revision[which], self.frame_no[which]
        )


def current_rows(
    connection: sqlite3.Connection, archive: Archive, series_id: int, start_s: int, end_s: int
) -> list[tuple[Any, ...]]:
    """The current version of each reading with start ≤ time ≤ end, in no order; see `COLUMNS`."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM obs WHERE series_id = ? AND t BETWEEN ? AND ? "  # noqa: S608
        f"UNION ALL SELECT {COLUMNS} FROM hot WHERE t BETWEEN ? AND ? AND series_id = ?",
        (series_id, start_s, end_s, start_s, end_s, series_id),
    ).fetchall()
    archived = archive.rows(connection, series_id, start_s, end_s)
    if archived:
        newer = {row[0] for row in rows}
        rows.extend(row for row in archived if row[0] not in newer)
    return rows


def read_series(
    connection: sqlite3.Connection, archive: Archive, span: tuple[int, int, int], as_of_ms: int | None
) -> SeriesData:
    """Readings of `span` = (series, start, end), current or with the newest version known at `as_of_ms`."""
    rows = current_rows(connection, archive, *span)
    if as_of_ms is not None:
        rows += connection.execute(
            "SELECT t, old_v, old_flag, old_revision, coalesce(old_frame_no, -1), old_known_ms FROM edits "
            "WHERE kind = 'revised' AND series_id = ? AND t BETWEEN ? AND ?",
            span,
        ).fetchall()
    versions = Columns(rows)
    if as_of_ms is None:
        return versions.take(np.argsort(versions.time_s, kind="stable"))
    known = np.flatnonzero(versions.known_ms <= as_of_ms)
    order = known[np.lexsort((versions.revision[known], versions.time_s[known]))]
    times = versions.time_s[order]
    last = np.append(times[1:] != times[:-1], True) if len(times) else np.zeros(0, bool)
    return versions.take(order[last])
