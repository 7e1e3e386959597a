"""One SQLite file: connections by thread, transactions, and errors that say what to do."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from riverchief.base.errors import StoreError, StoreFull
from riverchief.store.schema import SCHEMA, TEMPORARY, VERSION

BUSY_TIMEOUT_S = 30.0
_OPEN_TRIES = 100
_OPEN_PAUSE_S = 0.05

# what SQLite says when the disk, a quota or a file size limit ends
_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """The domain's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    if code in _FULL:
        return StoreFull(
            f"{path} cannot grow ({error}): the disk or a quota is full. Nothing of this write was kept; "
            f"make room and it goes on by itself.",
            path=str(path),
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{path} was locked by another process for more than {BUSY_TIMEOUT_S:.0f} s; try again, "
            f"or look for a process that hangs.",
            path=str(path),
        )
    return StoreError(f"{path} cannot be used: {error}. Check the disk, or restore a backup.", path=str(path))


class Database:
    """`obs.sqlite`: WAL, `synchronous=FULL`, one connection for each thread that asks.

    Parameters
    ----------
    path
        The file; made where it is missing.

    Raises
    ------
    StoreError
        When the file cannot be opened, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._create()

    def _create(self) -> None:
        for attempt in range(_OPEN_TRIES):
            try:
                connection = self.connection()
                found = connection.execute("PRAGMA user_version").fetchone()[0]
                if found > VERSION:
                    raise StoreError(
                        f"{self.path} was written by a newer riverchief (layout {found}, this one reads {VERSION}); "
                        f"update the program.",
                    )
                if found < VERSION:
                    connection.executescript(f"BEGIN IMMEDIATE;{SCHEMA};PRAGMA user_version={VERSION};COMMIT;")
            except sqlite3.OperationalError as error:
                # two processes that make the same file: switching to WAL does not wait by itself
                busy = error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or attempt == _OPEN_TRIES - 1:
                    raise store_error(error, self.path) from error
                self.close()
                time.sleep(_OPEN_PAUSE_S)
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error
            else:
                return

    def connection(self) -> sqlite3.Connection:
        """The connection of this thread, in autocommit."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            with self._lock:
                self._all.append(connection)
            self._local.connection = connection
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("PRAGMA cache_size=-32000")
            connection.execute(TEMPORARY)
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes: all of it, or nothing.

        Raises
        ------
        StoreFull
            When no space is left.
        StoreError
            When another process held the file too long, or it is damaged.
        """
        with self._writing:
            yield from self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that only reads: one state of the store, however long it takes."""
        yield from self._transaction("BEGIN")

    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self.connection()
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._local = threading.local()
