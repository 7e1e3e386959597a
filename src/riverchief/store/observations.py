"""Observations: readings in, idempotent and revisable; the same out, also as they were known at a past time."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from riverchief.base.errors import NotFound, StoreError
from riverchief.base.ids import reading_address
from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.store import days
from riverchief.store.archive import Archive, ArchivedMonth
from riverchief.store.database import Database
from riverchief.store.health import add_seen, read_health
from riverchief.store.reading import current_rows, read_series
from riverchief.store.records import (
    ASSUMED_INTERVAL_S,
    Arrival,
    DayRow,
    DeviceHealth,
    DeviceSeen,
    Edit,
    LatestRow,
    Quarantined,
    Row,
    SeriesData,
    SeriesInfo,
    StoredReading,
    WriteReport,
    from_ms,
    to_ms,
)
from riverchief.store.space import Space
from riverchief.store.writing import Source, Writing

OBS_FILE = "obs.sqlite"
FUTURE_TOLERANCE_S = 600
BYTES_PER_ROW = 200  # what one reading may cost at most on disk, feed and write-ahead log included
MERGE_ROWS = 20_000  # more than this in `hot` makes reading slow
_DECODED = "decoded"

_log = logging.getLogger(__name__)


class Observations:
    """The readings of a data folder; several processes and threads may use it at once.

    Parameters
    ----------
    folder
        The data folder; `obs.sqlite` and `archive/` in it are made where they are missing.
    space
        The limit of the folder.
    future_tolerance_s
        How far ahead of the time of writing a reading may be [s] before it is quarantined.

    Raises
    ------
    StoreError
        When the file cannot be opened.
    """

    def __init__(self, folder: Path, space: Space, *, future_tolerance_s: int = FUTURE_TOLERANCE_S) -> None:
        self._database = Database(folder / OBS_FILE)
        self._archive = Archive(folder / "archive")
        self._space = space
        self.future_tolerance_s = future_tolerance_s
        self._known: dict[int, SeriesInfo] = {}
        self._rows_since_merge = MERGE_ROWS  # the first write looks what an earlier process left

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # -- series --------------------------------------------------------------------------------------------------

    def series_id(self, key: SeriesKey, *, unit: str, interval_s: int | None = None) -> int:
        """The number of a series, which is made where it is new.

        Parameters
        ----------
        key
            Place, property, period.
        unit
            The unit its values are in; of a series that exists, the one it has stays.
        interval_s
            How often it reports [s]; a value more than two of these late is noted as late. None leaves what is
            known, or `ASSUMED_INTERVAL_S` for a new series.
        """
        found = self._find_one(key)
        if found is None or (interval_s is not None and found.interval_s != interval_s):
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT INTO series(place, property, period, unit, interval_s) VALUES(?,?,?,?,?) "
                    "ON CONFLICT DO UPDATE SET interval_s = coalesce(?, interval_s)",
                    (*_names(key), unit, interval_s or ASSUMED_INTERVAL_S[key.period], interval_s),
                )
            found = self._find_one(key)
            assert found is not None
        self._known[found.series_id] = found
        return found.series_id

    def series(self, series_id: int) -> SeriesInfo:
        """The series with this number.

        Raises
        ------
        NotFound
            When there is none.
        """
        known = self._known.get(series_id)
        if known is None:
            found = self._series("WHERE id = ?", (series_id,))
            if not found:
                raise NotFound("series", str(series_id))
            known = self._known[series_id] = found[0]
        return known

    def find(self, place: str | None = None, property: str | None = None) -> list[SeriesInfo]:  # noqa: A002
        """All series, or those of a place, of a property, of both; in order of place, property, period."""
        return self._series(
            "WHERE (?1 IS NULL OR place = ?1) AND (?2 IS NULL OR property = ?2) ORDER BY place, property, period",
            (place, property),
        )

    def _find_one(self, key: SeriesKey) -> SeriesInfo | None:
        found = self._series("WHERE place = ? AND property = ? AND period = ?", _names(key))
        return found[0] if found else None

    def _series(self, where: str, parameters: tuple[object, ...]) -> list[SeriesInfo]:
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, place, property, period, unit, interval_s FROM series {where}",  # noqa: S608
                parameters,
            ).fetchall()
        return [SeriesInfo(n, SeriesKey(place, prop, Period(per)), unit, s) for n, place, prop, per, unit, s in rows]

    # -- writing -------------------------------------------------------------------------------------------------

    def write(
        self,
        rows: Sequence[Row],
        *,
        known_at: datetime,
        who: str,
        why: str = "",
        document: str = "",
        received_at: datetime | None = None,
        feed: bool = True,
        decoded_to: int | None = None,
        seen: Sequence[DeviceSeen] = (),
    ) -> WriteReport:
        """Write readings in one durable transaction: all of what follows from them, or nothing.

        Parameters
        ----------
        rows
            In the order in which they came: of two values of one reading the later becomes current.
        known_at
            The time now, by the caller's clock.
        who, why
            Goes beside every revision.
        document
            Name (best: SHA-256) of the file the rows come from: writing the same file again changes nothing.
        received_at
            When the rows reached us, where that was before `known_at` (a frame decoded after a crash): the future
            and lateness are judged by it.
        feed
            Whether the rows go to the change feed; a load of history that nobody should be alarmed by says no.
        decoded_to
            The rows are all that the frames up to this number say; see `decoded_to()`.
        seen
            What the frames say about their devices, for `device_health()`.

        Returns
        -------
        WriteReport
            Counts of stored, revised, duplicate and refused rows.

        Raises
        ------
        NotFound
            When a row names a series that does not exist.
        StoreFull
            When no space is left; nothing was written.
        """
        self._space.require(len(rows) * BYTES_PER_ROW)
        intervals_s = {number: self.series(number).interval_s for number in {row.series_id for row in rows}}
        known_ms = to_ms(known_at)
        received_ms = known_ms if received_at is None else to_ms(received_at)
        with self._database.writing() as connection:
            source_id = _source(connection, who, why, document)
            source = Source(source_id, document, known_ms, received_ms, self.future_tolerance_s)
            writing = Writing(connection, source, intervals_s)
            writing.look_up(rows, lambda keys: self._archive.versions(connection, keys))
            for row in rows:
                writing.take(row)
            writing.finish(self._day_rows, feed=feed)
            if decoded_to is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO watermark(name, frame_no) VALUES(?,?)", (_DECODED, decoded_to)
                )
            add_seen(connection, seen)
        self._merge_when_due(len(rows))
        return writing.report

    def _merge_when_due(self, n_rows: int) -> None:
        self._rows_since_merge += n_rows
        if self._rows_since_merge >= MERGE_ROWS:
            self._rows_since_merge = 0
            try:
                self.merge(at_least=MERGE_ROWS)
            except StoreError as error:  # only about speed: the readings are where they were
                _log.warning("merging readings failed and will be tried again: %s", error.sentence)

    def _day_rows(
        self, connection: sqlite3.Connection, series_id: int, start_s: int, end_s: int
    ) -> Iterable[tuple[float | None, int]]:
        return [row[1:3] for row in current_rows(connection, self._archive, series_id, start_s, end_s)]

    def merge(self, *, at_least: int = 0) -> int:
        """Move `hot` into `obs`; `write` does it by itself, now and then.

        Only where `hot` holds at least so many rows; gives the number of rows moved.
        """
        with self._database.writing() as connection:
            n: int = connection.execute("SELECT count(*) FROM hot").fetchone()[0]
            if n < max(at_least, 1):
                return 0
            columns = "series_id, t, v, flag, revision, frame_no, known_ms, source_id"
            connection.execute(f"INSERT INTO obs({columns}) SELECT {columns} FROM hot ORDER BY series_id, t")  # noqa: S608
            connection.execute("DELETE FROM hot")
        return n

    def archive_month(self, month: str) -> ArchivedMonth:
        """Move a local month `YYYY-MM` to a sorted Parquet file; `read` and `write` go on as before.

        Writers wait while it runs. Raises as `Archive.put` does; nothing is lost then.
        """
        with self._database.writing() as connection:
            return self._archive.put(connection, month)

    # -- reading -------------------------------------------------------------------------------------------------

    def read(self, series_id: int, start_s: int, end_s: int, *, as_of: datetime | None = None) -> SeriesData:
        """Readings with start ≤ time ≤ end [s since 1970 UTC], both ends within, in order of time.

        With `as_of`, each as it was known at that time, and only those known by then.
        """
        with self._database.reading() as connection:
            as_of_ms = None if as_of is None else to_ms(as_of)
            return read_series(connection, self._archive, (series_id, start_s, end_s), as_of_ms)

    def latest(self, series_ids: Iterable[int]) -> dict[int, LatestRow]:
        """The newest reading of each series that has one, whatever its flag, by series number."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT series_id, t, v, flag, revision, frame_no, known_ms FROM latest "
                "WHERE series_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(series_ids)),),
            ).fetchall()
        return {row[0]: LatestRow._make((*row[:3], Flag(row[3]), *row[4:6], from_ms(row[6]))) for row in rows}

    def days(self, series_id: int, first_day: date, last_day: date) -> list[DayRow]:
        """Local days from first to last, those without any reading left out; 00:00 closes the day before."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT d, n, n_bad, total, min, max FROM day WHERE series_id = ? AND d BETWEEN ? AND ? ORDER BY d",
                (series_id, days.number_of(first_day), days.number_of(last_day)),
            ).fetchall()
        return [
            DayRow(days.day_of(d), n, n_bad, total / n if n else None, low, high)
            for d, n, n_bad, total, low, high in rows
        ]

    def reading(self, reading_id: str) -> StoredReading:
        """One value of one reading by its id, also one that was revised since.

        Raises
        ------
        InputError
            When the text is not the id of a reading.
        NotFound
            When there is no such reading, or not in that revision.
        """
        series_id, time_s, revision = reading_address(reading_id)
        series = self.series(series_id)
        with self._database.reading() as connection:
            rows = [(*row, True) for row in current_rows(connection, self._archive, series_id, time_s, time_s)]
            rows += connection.execute(
                "SELECT t, old_v, old_flag, old_revision, coalesce(old_frame_no, -1), old_known_ms, 0 FROM edits "
                "WHERE kind = 'revised' AND series_id = ? AND t = ?",
                (series_id, time_s),
            ).fetchall()
        for t, value, flag, found, frame_no, known_ms, current in rows:
            if found == revision:
                frame = None if frame_no < 0 else frame_no
                return StoredReading(series, t, value, Flag(flag), found, frame, from_ms(known_ms), bool(current))
        raise NotFound("reading", reading_id)

    def edits(self, series_id: int, start_s: int, end_s: int) -> list[Edit]:
        """What was revised or came late among readings with start ≤ time ≤ end, in the order in which it was."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT kind, series_id, t, revision, old_v, old_flag, new_v, new_flag, who, why, at_ms "
                "FROM edits JOIN sources ON sources.id = source_id "
                "WHERE series_id = ? AND t BETWEEN ? AND ? ORDER BY edits.id",
                (series_id, start_s, end_s),
            ).fetchall()
        return [
            Edit._make(
                (*row[:5], None if row[5] is None else Flag(row[5]), row[6], Flag(row[7]), *row[8:10], from_ms(row[10]))
            )
            for row in rows
        ]

    def quarantined(self, series_id: int) -> list[Quarantined]:
        """Readings of a series that came before their time could have been, in order of time."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT series_id, t, v, flag, frame_no, known_ms FROM quarantine WHERE series_id = ? ORDER BY t, id",
                (series_id,),
            ).fetchall()
        return [Quarantined._make((*row[:3], Flag(row[3]), row[4], from_ms(row[5]))) for row in rows]

    def frames_of(self, place: str, limit: int) -> list[int]:
        """Numbers of the last frames that gave a reading of this place, newest first."""
        numbers: set[int] = set()
        with self._database.reading() as connection:
            ids = [row[0] for row in connection.execute("SELECT id FROM series WHERE place = ?", (place,))]
            for series_id in ids:
                newest = connection.execute(
                    "SELECT frame_no FROM obs WHERE series_id = ? AND frame_no IS NOT NULL ORDER BY t DESC LIMIT ?",
                    (series_id, limit),
                )
                numbers.update(row[0] for row in newest)
            fresh = connection.execute(
                "SELECT frame_no FROM hot WHERE frame_no IS NOT NULL AND series_id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )
            numbers.update(row[0] for row in fresh)
        return sorted(numbers, reverse=True)[:limit]

    # -- feed, frames, devices -----------------------------------------------------------------------------------

    def arrivals(self, after_seq: int, limit: int) -> list[Arrival]:
        """The change feed after a sequence number, oldest first: each reading stored and each revision once."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT seq, series_id, t, v, flag, revision, frame_no, known_ms FROM arrivals "
                "WHERE seq > ? ORDER BY seq LIMIT ?",
                (after_seq, limit),
            ).fetchall()
        return [Arrival._make((*row[:4], Flag(row[4]), *row[5:7], from_ms(row[7]))) for row in rows]

    def last_arrival(self) -> int:
        """The sequence number of the newest arrival that there ever was, 0 for none."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'").fetchone()
        return int(row[0]) if row else 0

    def prune_arrivals(self, up_to_seq: int) -> None:
        """Forget the feed up to a sequence number that every reader of it has passed."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM arrivals WHERE seq <= ?", (up_to_seq,))

    def decoded_to(self) -> int:
        """The last frame whose readings are all here; what the log has after it is decoded again after a crash."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT frame_no FROM watermark WHERE name = ?", (_DECODED,)).fetchone()
        return int(row[0]) if row else 0

    def device_health(self) -> list[DeviceHealth]:
        """What the gateway has seen of each device, in order of their names."""
        with self._database.reading() as connection:
            return read_health(connection)


def _names(key: SeriesKey) -> tuple[str, str, str]:
    return key.place, key.property, str(key.period)


def _source(connection: sqlite3.Connection, who: str, why: str, document: str) -> int:
    connection.execute("INSERT OR IGNORE INTO sources(who, why, document) VALUES(?,?,?)", (who, why, document))
    found = connection.execute("SELECT id FROM sources WHERE who=? AND why=? AND document=?", (who, why, document))
    return int(found.fetchone()[0])
