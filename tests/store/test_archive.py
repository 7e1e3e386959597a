"""Months in Parquet: read by the same call, revisable, and left in SQLite unless the file holds all of them."""

from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pytest

from riverchief.base.errors import InputError, StoreError
from riverchief.base.readings import Flag, SeriesKey
from riverchief.store import Row, archive
from riverchief.store.archive import month_span

NOW = datetime(2026, 3, 1, tzinfo=UTC)
JANUARY = month_span("2026-01")


@pytest.fixture
def filled(store):
    ids = [store.observations.series_id(SeriesKey(place, "tp"), unit="mg/L") for place in "AB"]
    rows = [
        Row(series_id, t, None if t % 7 == 0 else t / 3, Flag.MISSING if t % 7 == 0 else Flag.OK, 1 + k)
        for series_id in ids
        for k, t in enumerate(range(JANUARY[0] - 7200, JANUARY[1] + 7200, 3600))
    ]
    store.observations.write(rows, known_at=NOW, who="test")
    return store, ids


def snapshot(store, series_id, **more):
    data = store.observations.read(series_id, 0, JANUARY[1] + 10**6, **more)
    return [np.nan_to_num(column, nan=-1).tolist() for column in (data.time_s, data.value, data.flag, data.frame_no)]


def test_a_month_is_that_of_the_basin():
    first_s, end_s = month_span("2026-12")
    assert datetime.fromtimestamp(first_s, UTC) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert datetime.fromtimestamp(end_s, UTC) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    for wrong in ("2026-13", "2026-1", "january"):
        with pytest.raises(InputError, match="write it as 2026-01"):
            month_span(wrong)


def test_an_archived_month_answers_as_before(filled):
    store, ids = filled
    before = [snapshot(store, series_id) for series_id in ids]
    month = store.observations.archive_month("2026-01")
    assert month.n == 2 * 744
    assert [snapshot(store, series_id) for series_id in ids] == before
    path = store.folder / "archive" / month.file
    order = duckdb.sql(f"SELECT series_id, t FROM '{path}'").fetchall()
    assert order == sorted(order)
    assert len(order) == month.n


def test_an_archived_reading_can_be_revised_and_its_past_stays(filled):
    store, (series_id, _) = filled
    store.observations.archive_month("2026-01")
    old = snapshot(store, series_id)
    t = JANUARY[0] + 7200
    assert t % 7
    later = NOW + timedelta(days=1)
    frame_no = old[3][old[0].index(t)]
    write = store.observations.write
    assert write([Row(series_id, t, old[1][old[0].index(t)], Flag.OK)], known_at=later, who="x").duplicate == 1
    assert write([Row(series_id, t, 0.5)], known_at=later, who="x").revised == 1
    assert (
        write([Row(series_id, t, old[1][old[0].index(t)], Flag.OK, frame_no)], known_at=later, who="x").duplicate == 1
    )
    assert store.observations.read(series_id, t, t).value.tolist() == [0.5]
    assert snapshot(store, series_id, as_of=NOW) == old
    now = snapshot(store, series_id)
    again = store.observations.archive_month("2026-01")
    assert again.n == 2 * 744
    assert snapshot(store, series_id) == now
    assert snapshot(store, series_id, as_of=NOW) == old


def test_nothing_leaves_sqlite_when_the_file_is_not_what_was_written(filled, monkeypatch):
    store, ids = filled
    before = [snapshot(store, series_id) for series_id in ids]
    sums = iter(["what was meant", "what was read back"])
    monkeypatch.setattr(archive, "_checksum", lambda table: next(sums))
    with pytest.raises(StoreError, match="stays where it was"):
        store.observations.archive_month("2026-01")
    assert [snapshot(store, series_id) for series_id in ids] == before
    assert list((store.folder / "archive").glob("*.parquet")) == []


def test_a_month_without_readings_is_said(filled):
    with pytest.raises(InputError, match="nothing of 2025-06"):
        filled[0].observations.archive_month("2025-06")
