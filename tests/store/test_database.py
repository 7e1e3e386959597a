"""The file under the observations: durable, shared, and clear about what is wrong with it."""

import sqlite3
import subprocess
import sys

import pytest

from riverchief.base.errors import StoreError, StoreFull
from riverchief.store.database import Database, store_error

MAKE = (
    "import sys; from pathlib import Path; from riverchief.store.database import Database; Database(Path(sys.argv[1]))"
)


def test_acknowledged_things_are_written_through(tmp_path):
    database = Database(tmp_path / "obs.sqlite")
    connection = database.connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    database.close()


def test_a_failed_write_leaves_nothing(tmp_path):
    database = Database(tmp_path / "obs.sqlite")

    def break_off(second):
        with database.writing() as connection:
            connection.execute("INSERT INTO watermark VALUES('a', 1)")
            connection.execute(second)

    with pytest.raises(StoreError, match="UNIQUE"):
        break_off("INSERT INTO watermark VALUES('a', 2)")
    with pytest.raises(TypeError):
        break_off(None)
    with database.reading() as connection:
        assert connection.execute("SELECT * FROM watermark").fetchall() == []
    database.close()


def test_several_processes_may_make_the_same_file_at_once(tmp_path):
    children = [subprocess.Popen([sys.executable, "-c", MAKE, str(tmp_path / "obs.sqlite")]) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0] * 4


def test_a_file_of_a_newer_program_is_left_alone(tmp_path):
    path = tmp_path / "obs.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match="newer riverchief"):
        Database(path)


def test_what_is_no_database_is_said(tmp_path):
    path = tmp_path / "obs.sqlite"
    path.write_bytes(b"hello, this is no database" * 100)
    with pytest.raises(StoreError, match="restore a backup"):
        Database(path)


@pytest.mark.parametrize(("code", "kind"), [(sqlite3.SQLITE_FULL, StoreFull), (sqlite3.SQLITE_CORRUPT, StoreError)])
def test_a_full_disk_has_its_own_error(tmp_path, code, kind):
    error = sqlite3.OperationalError("said SQLite")
    error.sqlite_errorcode = code
    assert type(store_error(error, tmp_path)) is kind


FULL_DISK = """
import resource, sys
from datetime import timedelta
from pathlib import Path
from riverchief.base.errors import StoreFull
from riverchief.base.readings import SeriesKey
from riverchief.base.time import SystemClock
from riverchief.store import Row, open_store

clock = SystemClock()
store = open_store(Path(sys.argv[1]), clock)
series = store.observations.series_id(SeriesKey("A", "tp"), unit="mg/L")
now_s = int(clock.now().timestamp())
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
kept, full = [], 0
for batch in range(60):
    rows = [Row(series, now_s - 60 * k, float(k)) for k in range(batch * 100, batch * 100 + 100)]
    try:
        assert store.observations.write(rows, known_at=clock.now(), who="t").stored == 100
        kept += rows
    except StoreFull:
        full += 1
assert full and kept, (full, len(kept))
assert len(store.observations.read(series, 0, now_s)) == len(kept)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert store.observations.write(rows, known_at=clock.now(), who="t").stored == 100
assert store.observations.write(kept, known_at=clock.now(), who="t").duplicate == len(kept)
"""


def test_a_disk_that_ends_refuses_whole_writes_and_goes_on_when_there_is_room(tmp_path):
    ran = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
