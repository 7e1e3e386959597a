"""A backup that is taken while everything runs answers as the store did for all that was acknowledged before."""

import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest

from riverchief.base.errors import InputError, StoreError
from riverchief.base.readings import Flag, SeriesKey
from riverchief.store import Row, backup, open_store, restore
from riverchief.store.segments import segment_files

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
NOW_S = int(NOW.timestamp())


def receive(store, series_id, k):
    """One frame as the gateway takes it: durable first, then its reading with the watermark."""
    frame_no = store.frames.append(b"frame %d" % k, at=NOW, peer="10.0.0.1:1")
    store.frames.sync()
    row = Row(series_id, NOW_S - 60 * k, float(k), Flag.OK, frame_no)
    store.observations.write([row], known_at=NOW, who="gateway", decoded_to=frame_no)


@pytest.fixture
def running(store):
    series_id = store.observations.series_id(SeriesKey("A", "tp"), unit="mg/L")
    for k in range(30):
        receive(store, series_id, k)
    sha256 = store.files.put(b"photo")
    with closing(sqlite3.connect(store.folder / "app.sqlite")) as app:
        app.execute("PRAGMA journal_mode=WAL")
        app.execute("CREATE TABLE photo(sha256 TEXT)")
        app.execute("INSERT INTO photo VALUES(?)", (sha256,))
        app.commit()
    (store.folder / "devices.json").write_text("{}")
    store.observations.archive_month("2026-11")
    receive(store, series_id, 30)
    return store, series_id


def test_what_is_restored_answers_as_the_store_did(running, tmp_path, clock):
    store, series_id = running
    told = []
    report = backup(store.folder, tmp_path / "copy", progress=told.append)
    assert (report.frames_to, report.decoded_to, report.problems) == (31, 31, [])
    assert told[:2] == ["app.sqlite", "obs.sqlite"]
    assert told[-1].startswith("frames/")
    assert restore(tmp_path / "copy", tmp_path / "new").files == report.files
    with open_store(tmp_path / "new", clock) as other:
        old, new = (s.observations.read(series_id, 0, NOW_S) for s in (store, other))
        assert len(old) == 31
        for name in ("time_s", "value", "flag", "revision", "frame_no"):
            assert getattr(old, name).tolist() == getattr(new, name).tolist()
        assert other.observations.days(series_id, NOW.date(), NOW.date()) == store.observations.days(
            series_id, NOW.date(), NOW.date()
        )
        assert [f.raw for f in other.frames.since(0)] == [f.raw for f in store.frames.since(0)]
        with closing(sqlite3.connect(other.folder / "app.sqlite")) as app:
            assert other.files.read(app.execute("SELECT sha256 FROM photo").fetchone()[0]) == b"photo"
        assert (other.folder / "devices.json").read_text() == "{}"


def test_a_backup_beside_a_writer_misses_nothing_and_points_to_nothing_absent(running, tmp_path, clock):
    store, series_id = running
    stop = threading.Event()
    acknowledged = []

    def go_on():
        k = 31
        while not stop.is_set():
            receive(store, series_id, k)
            acknowledged.append(k)
            k += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    copies = []
    for n in range(3):
        before = len(acknowledged)
        report = backup(store.folder, tmp_path / f"copy{n}")
        copies.append((before, len(acknowledged), report))
    stop.set()
    writer.join()
    assert acknowledged
    for n, (before, after, report) in enumerate(copies):
        assert report.problems == []
        restore(tmp_path / f"copy{n}", tmp_path / f"new{n}")
        with open_store(tmp_path / f"new{n}", clock) as other:
            data = other.observations.read(series_id, 0, NOW_S)
            values = sorted(data.value.tolist())
            assert values == [float(k) for k in range(len(values))]
            assert 31 + before <= len(values) <= 31 + after + 1
            assert all(other.frames.get(frame_no).raw for frame_no in data.frame_no.tolist())


def test_a_torn_or_damaged_frame_is_told_not_hidden(running, tmp_path):
    store, _ = running
    store.frames.close()
    (path,) = segment_files(store.folder / "frames")
    data = bytearray(path.read_bytes())
    data[data.index(b"frame 7")] ^= 1
    path.write_bytes(data + b"\xf5\xb2RC torn")
    report = backup(store.folder, tmp_path / "copy")
    assert report.problems == ["frames 8 to 8 are missing"]
    assert report.frames_to == 31
    assert (tmp_path / "copy" / "frames" / path.name).stat().st_size == len(data)


def test_neither_overwrites_anything(running, tmp_path):
    store, _ = running
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="not an empty folder"):
        backup(store.folder, tmp_path / "full")
    with pytest.raises(InputError, match="lies inside"):
        backup(store.folder, store.folder / "backups")
    with pytest.raises(InputError, match="not a folder"):
        backup(tmp_path / "nowhere", tmp_path / "copy")
    backup(store.folder, tmp_path / "copy")
    with pytest.raises(InputError, match="not an empty folder"):
        restore(tmp_path / "copy", tmp_path / "full")
    with pytest.raises(InputError, match="not a finished backup"):
        restore(tmp_path / "full", tmp_path / "new")


@pytest.mark.parametrize("how", ["alter", "take away"])
def test_a_damaged_backup_is_not_restored_by_half(running, tmp_path, how):
    store, _ = running
    backup(store.folder, tmp_path / "copy")
    path = tmp_path / "copy" / "obs.sqlite"
    if how == "alter":
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    else:
        path.unlink()
    with pytest.raises(StoreError, match=r"obs\.sqlite"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy", "data"]


def test_a_backup_of_a_newer_program_is_refused(running, tmp_path):
    store, _ = running
    backup(store.folder, tmp_path / "copy")
    manifest = tmp_path / "copy" / "backup.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    with pytest.raises(InputError, match="newer"):
        restore(tmp_path / "copy", tmp_path / "new")
    manifest.write_text("{}{")
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path / "copy", tmp_path / "new")
