"""What a reader of the store may rely on, example by example; the state machine beside this holds it in general."""

import threading
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from riverchief.base.errors import NotFound, StoreError, StoreFull
from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.store import DeviceSeen, Row, observations, open_store

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
HOUR = 3600


def write(store, rows, **more):
    return store.observations.write(rows, **{"known_at": NOW, "who": "gateway"} | more)


def values(store, series_id, **more):
    data = store.observations.read(series_id, 0, NOW_S + 10 * HOUR, **more)
    return list(zip(data.time_s.tolist(), data.value.tolist(), strict=True))


def test_a_series_is_made_once_and_found_by_place_and_property(store):
    key = SeriesKey("WZQN", "nh3n", Period.HOUR)
    first = store.observations.series_id(key, unit="mg/L")
    assert store.observations.series_id(key, unit="mg/L") == first
    other = store.observations.series_id(SeriesKey("WZQN", "tp", Period.HOUR), unit="mg/L", interval_s=300)
    assert other != first
    assert [s.series_id for s in store.observations.find("WZQN")] == [first, other]
    assert [s.key.property for s in store.observations.find(property="tp")] == ["tp"]
    assert store.observations.find("nowhere") == []
    info = store.observations.series(other)
    assert (info.unit, info.interval_s) == ("mg/L", 300)
    with pytest.raises(NotFound, match="series '99'"):
        store.observations.series(99)


def test_the_interval_of_a_series_can_be_told_later(store, nh3n):
    key = store.observations.series(nh3n).key
    assert store.observations.series_id(key, unit="mg/L", interval_s=14_400) == nh3n
    assert store.observations.series(nh3n).interval_s == 14_400
    store.observations.series_id(key, unit="mg/L")
    assert store.observations.series(nh3n).interval_s == 14_400


def test_the_same_reading_again_is_a_duplicate_and_changes_nothing(store, nh3n):
    row = Row(nh3n, NOW_S, 0.71, Flag.OK, 5)
    assert write(store, [row]).stored == 1
    again = write(store, [row, row._replace(frame_no=6)])
    assert (again.stored, again.revised, again.duplicate) == (0, 0, 2)
    assert values(store, nh3n) == [(NOW_S, 0.71)]
    assert len(store.observations.arrivals(0, 10)) == 1
    assert store.observations.latest([nh3n])[nh3n].frame_no == 5


def test_a_missing_value_is_kept_with_its_flag_and_is_a_duplicate_of_itself(store, nh3n):
    row = Row(nh3n, NOW_S, None, Flag.MISSING)
    assert write(store, [row]).stored == 1
    assert write(store, [row]).duplicate == 1
    data = store.observations.read(nh3n, NOW_S, NOW_S)
    assert np.isnan(data.value[0])
    assert data.flag[0] == Flag.MISSING
    assert data.frame_no[0] == -1


def test_another_value_is_a_revision_and_both_open_by_their_ids(store, nh3n):
    write(store, [Row(nh3n, NOW_S, 0.71, Flag.OK, 5)])
    later = NOW + timedelta(hours=1)
    report = write(store, [Row(nh3n, NOW_S, 0.75, Flag.OK, 6)], known_at=later, why="resent by the station")
    assert (report.stored, report.revised) == (0, 1)
    first = store.observations.reading(reading_id(nh3n, NOW_S, 0))
    second = store.observations.reading(reading_id(nh3n, NOW_S, 1))
    assert (first.value, first.frame_no, first.current, first.known_at) == (0.71, 5, False, NOW)
    assert (second.value, second.frame_no, second.current, second.known_at) == (0.75, 6, True, later)
    (edit,) = store.observations.edits(nh3n, NOW_S, NOW_S)
    assert (edit.kind, edit.old_value, edit.new_value, edit.who, edit.why, edit.at) == (
        "revised",
        0.71,
        0.75,
        "gateway",
        "resent by the station",
        later,
    )
    assert values(store, nh3n, as_of=NOW) == [(NOW_S, 0.71)]
    assert values(store, nh3n, as_of=later) == [(NOW_S, 0.75)]
    assert values(store, nh3n, as_of=NOW - timedelta(seconds=1)) == []
    with pytest.raises(NotFound):
        store.observations.reading(reading_id(nh3n, NOW_S, 2))


def test_a_flagged_value_does_not_wipe_out_a_good_one(store, nh3n):
    write(store, [Row(nh3n, NOW_S, 0.71)])
    assert write(store, [Row(nh3n, NOW_S, 0.0, Flag.FAULT)]).revised == 1
    assert store.observations.reading(reading_id(nh3n, NOW_S, 0)).flag is Flag.OK
    assert store.observations.latest([nh3n])[nh3n].flag is Flag.FAULT


def test_a_frame_that_is_decoded_again_after_a_revision_is_no_revision(store, nh3n):
    old, new = Row(nh3n, NOW_S, 0.71, Flag.OK, 5), Row(nh3n, NOW_S, 0.75, Flag.OK, 6)
    write(store, [old])
    write(store, [new])
    again = write(store, [old, new])
    assert (again.stored, again.revised, again.duplicate) == (0, 0, 2)
    assert values(store, nh3n) == [(NOW_S, 0.75)]


def test_a_file_that_is_written_again_changes_nothing_though_it_revises_itself(store, nh3n):
    rows = [Row(nh3n, NOW_S, 0.71), Row(nh3n, NOW_S, 0.75), Row(nh3n, NOW_S - HOUR, 0.5)]
    first = write(store, rows, who="import", document="sha of the file")
    assert (first.stored, first.revised, first.duplicate) == (2, 1, 0)
    again = write(store, rows, who="import", document="sha of the file")
    assert (again.stored, again.revised, again.duplicate) == (0, 0, 3)
    assert values(store, nh3n) == [(NOW_S - HOUR, 0.5), (NOW_S, 0.75)]


def test_a_person_may_go_back_to_an_earlier_value(store, nh3n):
    for value, kind in ((0.71, "stored"), (0.75, "revised"), (0.71, "revised")):
        report = write(store, [Row(nh3n, NOW_S, value, Flag.MANUAL)], who="li.si", why="")
        assert getattr(report, kind) == 1
    assert values(store, nh3n) == [(NOW_S, 0.71)]


@pytest.mark.parametrize(("late_s", "kinds"), [(2 * HOUR, []), (2 * HOUR + 1, ["late"])])
def test_a_value_later_than_two_intervals_is_noted_with_no_old_value(store, nh3n, late_s, kinds):
    write(store, [Row(nh3n, NOW_S - late_s, 0.71)])
    edits = store.observations.edits(nh3n, 0, NOW_S)
    assert [edit.kind for edit in edits] == kinds
    assert all(edit.old_value is None and edit.old_flag is None and edit.new_value == 0.71 for edit in edits)


def test_a_reading_from_the_future_is_kept_apart_and_never_judged(store, nh3n):
    write(store, [Row(nh3n, NOW_S, 0.71)])
    future = Row(nh3n, NOW_S + 601, 9.9, Flag.OK, 8)
    report = write(store, [future, Row(nh3n, NOW_S + 600, 0.72)])
    assert report.refused == {"future": 1}
    assert report.stored == 1
    assert values(store, nh3n) == [(NOW_S, 0.71), (NOW_S + 600, 0.72)]
    assert store.observations.latest([nh3n])[nh3n].time_s == NOW_S + 600
    assert all(arrival.value != 9.9 for arrival in store.observations.arrivals(0, 10))
    (kept,) = store.observations.quarantined(nh3n)
    assert (kept.time_s, kept.value, kept.flag, kept.frame_no) == (NOW_S + 601, 9.9, Flag.FUTURE, 8)


def test_waiting_makes_a_claim_about_the_future_no_truer(store, nh3n):
    future = Row(nh3n, NOW_S + HOUR, 9.9)
    write(store, [future])
    later = NOW + timedelta(hours=2)
    assert write(store, [future], known_at=later).refused == {"future": 1}
    assert len(store.observations.quarantined(nh3n)) == 1
    assert write(store, [future._replace(value=0.7)], known_at=later).stored == 1
    assert values(store, nh3n) == [(NOW_S + HOUR, 0.7)]


def test_a_frame_decoded_after_a_crash_is_judged_by_its_arrival(store, nh3n):
    after_crash = NOW + timedelta(hours=5)
    report = write(store, [Row(nh3n, NOW_S + HOUR, 9.9), Row(nh3n, NOW_S, 0.7)], known_at=after_crash, received_at=NOW)
    assert report.refused == {"future": 1}
    assert store.observations.edits(nh3n, 0, NOW_S) == []  # it was not late
    assert values(store, nh3n, as_of=NOW) == []  # but nobody knew it before


def test_what_no_reading_can_be_is_refused_with_its_reason(store, nh3n):
    report = write(
        store, [Row(nh3n, NOW_S, float("inf")), Row(nh3n, -1, 0.5), Row(nh3n, NOW_S, float("nan"), Flag.FAULT)]
    )
    assert report.refused == {"not_finite": 1, "before_1970": 1}
    assert report.stored == 1
    assert store.observations.latest([nh3n])[nh3n].value is None
    with pytest.raises(NotFound):
        write(store, [Row(99, NOW_S, 1.0)])


def test_midnight_closes_the_day_before(store, nh3n):
    midnight_s = int(datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp())  # 2026-11-21 00:00 in Shanghai
    write(store, [Row(nh3n, midnight_s, 3.0), Row(nh3n, midnight_s - HOUR, 1.0), Row(nh3n, midnight_s + 1, 8.0)])
    write(store, [Row(nh3n, midnight_s - 2 * HOUR, 99.0, Flag.FAULT)])
    before, after = store.observations.days(nh3n, date(2026, 11, 20), date(2026, 11, 21))
    assert before == (date(2026, 11, 20), 2, 1, 2.0, 1.0, 3.0)
    assert after == (date(2026, 11, 21), 1, 0, 8.0, 8.0, 8.0)


def test_a_revision_rewrites_its_day(store, nh3n):
    write(store, [Row(nh3n, NOW_S, 9.0), Row(nh3n, NOW_S - HOUR, 1.0)])
    write(store, [Row(nh3n, NOW_S, None, Flag.FAULT)])
    (day,) = store.observations.days(nh3n, date(2026, 11, 21), date(2026, 11, 21))
    assert day == (date(2026, 11, 21), 1, 1, 1.0, 1.0, 1.0)


def test_merging_changes_no_answer(store, nh3n):
    write(store, [Row(nh3n, NOW_S - k * 60, float(k), Flag.OK, k + 1) for k in range(50)])
    write(store, [Row(nh3n, NOW_S, 77.0, Flag.OK, 60)])
    before = values(store, nh3n), values(store, nh3n, as_of=NOW)
    assert store.observations.merge(at_least=51) == 0
    assert store.observations.merge() == 50
    assert store.observations.merge() == 0
    assert (values(store, nh3n), values(store, nh3n, as_of=NOW)) == before
    assert write(store, [Row(nh3n, NOW_S - 60, 1.0)]).duplicate == 1
    assert write(store, [Row(nh3n, NOW_S - 60, 1.5)]).revised == 1
    assert dict(values(store, nh3n))[NOW_S - 60] == 1.5


def test_readings_are_merged_by_themselves_once_there_are_many(store, nh3n, monkeypatch, caplog):
    monkeypatch.setattr(observations, "MERGE_ROWS", 10)
    for k in range(24):
        assert write(store, [Row(nh3n, NOW_S - 60 * k, k / 8)]).stored == 1
    assert store.observations.merge() < 11

    def fail(**_):
        raise StoreError("locked for long")

    monkeypatch.setattr(store.observations, "merge", fail)
    for k in range(24, 48):
        assert write(store, [Row(nh3n, NOW_S - 60 * k, k / 8)]).stored == 1
    assert "merging readings failed and will be tried again: locked for long" in caplog.text
    assert len(values(store, nh3n)) == 48


def test_a_large_write_goes_where_a_small_one_ends_up(store, nh3n):
    rows = [Row(nh3n, NOW_S - k * 60, float(k)) for k in range(6_000)]
    assert write(store, rows).stored == 6_000
    assert store.observations.merge() == 0
    assert write(store, rows[:10]).duplicate == 10
    assert len(values(store, nh3n)) == 6_000
    assert sum(day.n for day in store.observations.days(nh3n, date(2026, 11, 1), date(2026, 11, 30))) == 6_000


def test_the_feed_gives_each_change_once_in_order_and_can_be_pruned(store, nh3n):
    write(store, [Row(nh3n, NOW_S, 1.0, Flag.OK, 3), Row(nh3n, NOW_S + 60, 2.0)])
    write(store, [Row(nh3n, NOW_S, 1.5)])
    write(store, [Row(nh3n, NOW_S - HOUR, 9.0)], feed=False)
    feed = store.observations.arrivals(0, 10)
    assert [(a.time_s, a.value, a.revision) for a in feed] == [(NOW_S, 1.0, 0), (NOW_S + 60, 2.0, 0), (NOW_S, 1.5, 1)]
    assert feed[0].reading_id == reading_id(nh3n, NOW_S, 0)
    assert feed[0].known_at == NOW
    assert store.observations.arrivals(feed[1].seq, 10) == feed[2:]
    assert store.observations.arrivals(0, 1) == feed[:1]
    store.observations.prune_arrivals(feed[-1].seq)
    assert store.observations.last_arrival() == feed[-1].seq
    write(store, [Row(nh3n, NOW_S, 1.6)])
    assert [a.seq for a in store.observations.arrivals(0, 10)] == [feed[-1].seq + 1]


def test_the_watermark_and_the_health_of_devices_go_with_the_rows(store, nh3n):
    assert store.observations.decoded_to() == 0
    seen = DeviceSeen(
        "hj212:MN1", "WZQN", frames=2, readings=1, last_seen_ms=1000, last_peer="10.0.0.1:5", last_frame_no=7
    )
    write(store, [Row(nh3n, NOW_S, 1.0, Flag.OK, 7)], decoded_to=7, seen=[seen])
    bad = DeviceSeen(
        "hj212:MN1", "WZQN", frames=1, invalid=1, checksum_failures=1, last_seen_ms=500, last_reason="checksum: x"
    )
    write(store, [], decoded_to=8, seen=[bad])
    (health,) = store.observations.device_health()
    assert store.observations.decoded_to() == 8
    assert (health.frames, health.invalid, health.checksum_failures, health.readings) == (3, 1, 1, 1)
    assert (health.last_seen, health.last_frame_no, health.last_reason) == (
        datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        7,
        "checksum: x",
    )


def test_the_frames_of_a_place_are_found_newest_first(store, nh3n):
    write(store, [Row(nh3n, NOW_S - k * 60, float(k), Flag.OK, 100 - k) for k in range(5)])
    store.observations.merge()
    write(store, [Row(nh3n, NOW_S + 60, 1.0, Flag.OK, 101)])
    assert store.observations.frames_of("WZQN", 3) == [101, 100, 99]
    assert store.observations.frames_of("nowhere", 3) == []


def test_two_stores_and_two_threads_write_without_loss(tmp_path, clock):
    folder = tmp_path / "data"
    with open_store(folder, clock) as first, open_store(folder, clock) as second:
        series_id = first.observations.series_id(SeriesKey("A", "tp"), unit="mg/L")

        def fill(store, start):
            for k in range(25):
                write(store, [Row(series_id, NOW_S - 50 * 60 + (start + k) * 60, float(start + k))])

        threads = [threading.Thread(target=fill, args=(s, n)) for s, n in ((first, 0), (second, 25))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [value for _, value in values(first, series_id)] == [float(k) for k in range(50)]
        assert len(second.observations.arrivals(0, 100)) == 50


def test_a_limit_refuses_a_whole_write_and_lets_go_when_space_returns(tmp_path, clock):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "riverchief.toml").write_text("store_limit_mb = 0.6\n")
    with open_store(folder, clock) as store:
        series_id = store.observations.series_id(SeriesKey("A", "tp"), unit="mg/L")
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(500_000))
        with pytest.raises(StoreFull, match="may hold 600,000 bytes"):
            write(store, [Row(series_id, NOW_S, 1.0)] * 500)
        assert values(store, series_id) == []
        ballast.unlink()
        assert write(store, [Row(series_id, NOW_S, 1.0)] * 500).stored == 1
