"""One write: rows become fresh readings, revisions, duplicates or refusals, all in one transaction.

The key of a reading is (series, time). The same value with the same flag again is a duplicate. Another value is a
revision, whatever the flags: the old value goes to `edits`, the new one is current. Two things make sending again
harmless even after a revision: a value that came from the same frame before, and a value that came from the same
document before, is a duplicate, also where another value has replaced it since.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from riverchief.store import days
from riverchief.store.records import Row, WriteReport

LAST_REVISION = (1 << 16) - 1  # what the id of a reading has room for
DIRECT_ROWS = 5_000  # a write of so many rows is sorted by series already or soon: it skips `hot`

Key = tuple[int, int]  # (series, time)
SeriesRows = Callable[[sqlite3.Connection, int, int, int], Iterable[tuple[float | None, int]]]


class Version(NamedTuple):
    """A value of a reading as it stands, or stood, in a table."""

    value: float | None
    flag: int
    revision: int
    frame_no: int | None
    known_ms: int
    source_id: int
    table: str = ""  # hot, obs or archive; empty for one of this write


class Source(NamedTuple):
    """Where the rows of one write come from and when."""

    source_id: int
    document: str  # empty for none
    known_ms: int
    received_ms: int
    tolerance_s: int


class Writing:
    """The rows of one call, inside the transaction of `connection`.

    Parameters
    ----------
    connection
        Inside a write transaction.
    source
        Where the rows come from.
    intervals_s
        How often each series reports [s], by series number; a row of another series is an error of the caller.
    """

    def __init__(self, connection: sqlite3.Connection, source: Source, intervals_s: dict[int, int]) -> None:
        self.connection = connection
        self.source = source
        self.intervals_s = intervals_s
        self.report = WriteReport()
        self._before: dict[Key, Version] = {}
        self._now: dict[Key, Version] = {}
        self._edits: list[tuple[object, ...]] = []
        self._arrivals: list[tuple[object, ...]] = []
        self._quarantine: set[tuple[int, int, float | None, int]] = set()

    def look_up(self, rows: Sequence[Row], archived: Callable[[Iterable[Key]], dict[Key, Version]]) -> None:
        """Read the versions that these rows may meet; `archived` finds those of archived months."""
        keys = {(row.series_id, row.time_s) for row in rows}
        execute = self.connection.execute
        self.connection.executemany("INSERT INTO temp.incoming(series_id, t) VALUES(?,?)", keys)
        for table in ("hot", "obs"):
            found = execute(
                f"SELECT i.series_id, i.t, v, flag, revision, frame_no, known_ms, source_id "  # noqa: S608
                f"FROM temp.incoming i CROSS JOIN {table} o ON o.series_id = i.series_id AND o.t = i.t"
            )
            for series_id, time_s, *version in found:
                self._before[series_id, time_s] = Version._make((*version, table))
        self._quarantine = set(
            execute(
                "SELECT q.series_id, q.t, q.v, q.flag FROM temp.incoming i CROSS JOIN quarantine q "
                "ON q.series_id = i.series_id AND q.t = i.t"
            )
        )
        execute("DELETE FROM temp.incoming")
        for key, old in archived(keys - self._before.keys()).items():
            self._before[key] = old

    def take(self, row: Row) -> None:
        """Decide what one row is; nothing is written yet."""
        series_id, time_s, value, flag, frame_no = row
        if value is not None and not math.isfinite(value):
            if not math.isnan(value):
                self.report.refused["not_finite"] += 1
                return
            value = None
        if time_s < 0:
            self.report.refused["before_1970"] += 1
            return
        if self._is_future(series_id, time_s, value, flag, frame_no):
            self.report.refused["future"] += 1
            return
        key = (series_id, time_s)
        old = self._now.get(key) or self._before.get(key)
        if old is None:
            self._fresh(key, value, flag, frame_no)
        elif (old.value == value and old.flag == flag) or self._said_before(key, old, value, flag, frame_no):
            self.report.duplicate += 1
        elif old.revision == LAST_REVISION:
            self.report.refused["revisions"] += 1
        else:
            self._revise(key, old, value, flag, frame_no)

    def _is_future(self, series_id: int, time_s: int, value: float | None, flag: int, frame_no: int | None) -> bool:
        claim = (series_id, time_s, value, int(flag))
        if claim in self._quarantine:  # it was claimed before it could be known; waiting makes it no truer
            return True
        if time_s * 1000 <= self.source.received_ms + self.source.tolerance_s * 1000:
            return False
        self._quarantine.add(claim)
        self.connection.execute(
            "INSERT INTO quarantine(series_id, t, v, flag, frame_no, known_ms, source_id) VALUES(?,?,?,?,?,?,?)",
            (*claim, frame_no, self.source.known_ms, self.source.source_id),
        )
        return True

    def _said_before(self, key: Key, old: Version, value: float | None, flag: int, frame_no: int | None) -> bool:
        if frame_no is None and not self.source.document:
            return False  # a person who says a third value means it
        if old.revision == 0 or key not in self._before:
            return False
        found = self.connection.execute(
            "SELECT 1 FROM edits e LEFT JOIN sources s ON s.id = e.old_source_id WHERE e.series_id = ? AND e.t = ? "
            "AND e.old_v IS ? AND e.old_flag = ? AND (e.old_frame_no = ? OR (s.document = ? AND s.document <> ''))",
            (*key, value, int(flag), frame_no, self.source.document),
        )
        return found.fetchone() is not None

    def _fresh(self, key: Key, value: float | None, flag: int, frame_no: int | None) -> None:
        self.report.stored += 1
        new = Version(value, int(flag), 0, frame_no, self.source.known_ms, self.source.source_id)
        self._arrive(key, new)
        late_ms = self.source.received_ms - key[1] * 1000
        if late_ms > 2 * 1000 * self.intervals_s[key[0]]:
            self._edit("late", key, None, new)

    def _revise(self, key: Key, old: Version, value: float | None, flag: int, frame_no: int | None) -> None:
        self.report.revised += 1
        new = Version(value, int(flag), old.revision + 1, frame_no, self.source.known_ms, self.source.source_id)
        self._arrive(key, new)
        self._edit("revised", key, old, new)

    def _arrive(self, key: Key, new: Version) -> None:
        self._now[key] = new
        self._arrivals.append((*key, *new[:5]))

    def _edit(self, kind: str, key: Key, old: Version | None, new: Version) -> None:
        self._edits.append(
            (kind, *key, *(old[:6] if old else (None,) * 6), *new[:3], self.source.source_id, self.source.known_ms)
        )

    def finish(self, rows_of: SeriesRows, *, feed: bool) -> None:
        """Write what was decided: readings, edits, feed, latest and days."""
        self._write_readings()
        many = self.connection.executemany
        many(
            "INSERT INTO edits(kind, series_id, t, old_v, old_flag, old_revision, old_frame_no, old_known_ms, "
            "old_source_id, new_v, new_flag, revision, source_id, at_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            self._edits,
        )
        if feed:
            many(
                "INSERT INTO arrivals(series_id, t, v, flag, revision, frame_no, known_ms) VALUES(?,?,?,?,?,?,?)",
                self._arrivals,
            )
        self._write_latest()
        self._write_days(rows_of)

    def _write_readings(self) -> None:
        many = self.connection.executemany
        changed = [(key, new, self._before.get(key)) for key, new in self._now.items()]
        for table in ("hot", "obs"):
            many(
                f"UPDATE {table} SET v=?, flag=?, revision=?, frame_no=?, known_ms=?, source_id=? "  # noqa: S608
                f"WHERE series_id=? AND t=?",
                [(*new[:6], *key) for key, new, old in changed if old and old.table == table],
            )
        # a new value of an archived reading stands in `obs` and hides the one in the archive
        direct = len(self._now) >= DIRECT_ROWS
        to_obs = sorted(
            (key, new) for key, new, old in changed if (direct and not old) or (old and old.table == "archive")
        )
        to_hot = sorted(((key[1], key[0]), new) for key, new, old in changed if not old and not direct)
        for table, columns, rows in (("obs", "series_id, t", to_obs), ("hot", "t, series_id", to_hot)):
            many(
                f"INSERT INTO {table}({columns}, v, flag, revision, frame_no, known_ms, source_id) "
                f"VALUES(?,?,?,?,?,?,?,?)",
                [(*key, *new[:6]) for key, new in rows],
            )

    def _write_latest(self) -> None:
        newest: dict[int, int] = {}
        for series_id, time_s in self._now:
            if time_s >= newest.get(series_id, -1):
                newest[series_id] = time_s
        self.connection.executemany(
            "INSERT INTO latest(series_id, t, v, flag, revision, frame_no, known_ms) VALUES(?,?,?,?,?,?,?) "
            "ON CONFLICT(series_id) DO UPDATE SET t=excluded.t, v=excluded.v, flag=excluded.flag, "
            "revision=excluded.revision, frame_no=excluded.frame_no, known_ms=excluded.known_ms "
            "WHERE excluded.t >= latest.t",
            [(*key, *self._now[key][:5]) for key in newest.items()],
        )

    def _write_days(self, rows_of: SeriesRows) -> None:
        parts: dict[Key, days.DayPart] = {}
        revised: set[Key] = set()
        empty = days.DayPart()
        for key, new in self._now.items():
            day = (key[0], days.day_number(key[1]))
            if key in self._before:
                revised.add(day)
            else:
                parts[day] = parts.get(day, empty).plus(new.value, new.flag)
        days.add(self.connection, {day: part for day, part in parts.items() if day not in revised})
        for series_id, number in revised:
            readings = rows_of(self.connection, series_id, *days.first_and_last_s(number))
            days.rewrite(self.connection, series_id, number, readings)
