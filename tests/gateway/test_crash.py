"""Nothing acknowledged is ever lost and nothing is counted twice, with `kill -9` at random moments.

The stations' own logs of acknowledgements are the witness. Three kills here; with RIVERCHIEF_FULL=1 twenty.
"""

import os
import random
import resource
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from gateway.field import GatewayProcess, make_stations, playing
from riverchief.base.ids import reading_id
from riverchief.base.readings import SeriesKey
from riverchief.base.time import SystemClock, from_epoch
from riverchief.gateway import catch_up
from riverchief.store import Row, backup, open_store, restore
from riverchief.store.days import day_number

FULL = os.environ.get("RIVERCHIEF_FULL") == "1"
CLOCK = SystemClock()


def place_of(station):
    return f"device:{station.protocol}:{station.device}"


def assert_exactly_once(folder, stations, acknowledged):
    """Every acknowledged reading is there once with each of its values, every acknowledged frame is in the log."""
    with open_store(folder, CLOCK) as store:
        log = Counter(frame.raw for frame in store.frames.since(0))
        numbers = [frame.frame_no for frame in store.frames.since(0)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert store.observations.decoded_to() == len(numbers)
        for station, reports in zip(stations, acknowledged, strict=True):
            (series,) = store.observations.find(place=place_of(station))
            data = store.observations.read(series.series_id, 0, 2**40)
            assert len(set(data.time_s.tolist())) == len(data)
            newest = {}
            for report in reports:
                assert log[report.frame] >= 1
                found = store.observations.reading(reading_id(series.series_id, report.time_s, report.revision))
                assert found.value == report.value
                assert store.frames.get(found.frame_no).raw == report.frame
                newest[report.time_s] = max(newest.get(report.time_s, 0), report.revision)
            current = dict(zip(data.time_s.tolist(), data.revision.tolist(), strict=True))
            assert all(current[time_s] >= revision for time_s, revision in newest.items())


def assert_nothing_twice(folder, stations):
    """Feed, edits, days and devices count every reading once, after all reports were brought."""
    with open_store(folder, CLOCK) as store:
        feed = store.observations.arrivals(0, 10**6)
        changes = Counter((a.series_id, a.time_s, a.revision) for a in feed)
        assert max(changes.values()) == 1
        health = {one.device: one for one in store.observations.device_health()}
        for station in stations:
            (series,) = store.observations.find(place=place_of(station))
            reports = station.acknowledged
            times = Counter(report.time_s for report in reports)
            assert len(reports) == sum(a.series_id == series.series_id for a in feed)
            days = store.observations.days(
                series.series_id, from_epoch(min(times)).date(), from_epoch(max(times) + 86_400).date()
            )
            assert {day.day: day.n for day in days} == {
                day.day: sum(day_number(t) == day.day.toordinal() - 719_163 for t in times) for day in days
            }
            assert sum(day.n for day in days) == len(times)
            revised = [e for e in store.observations.edits(series.series_id, 0, 2**40) if e.kind == "revised"]
            assert len(revised) == sum(report.revision for report in reports)
            device = health[f"{station.protocol}:{station.device}"]
            assert device.readings == len(reports)
            assert device.frames == device.readings + device.resent


@pytest.mark.slow
def test_killed_at_random_moments_nothing_acknowledged_is_lost_and_nothing_counted_twice(tmp_path):
    n_kills, n_reports = (20, 2_500) if FULL else (3, 250)
    folder = tmp_path / "data"
    moments = random.Random(20_261_121)
    gateway = GatewayProcess(folder)
    stations = make_stations(gateway.port, n_reports)
    importer = Importer(folder)
    importer.start()
    kills = 0
    with playing(stations):
        while kills < n_kills and any(station.waiting for station in stations):
            time.sleep(moments.uniform(0.1, 0.8))
            before = [list(station.acknowledged) for station in stations]
            gateway.kill()
            kills += 1
            gateway = GatewayProcess(folder, gateway.port)
            assert_in_log(folder, before)
    assert gateway.stop() == 0
    importer.stop()
    assert kills == n_kills, "the stations were done before the last kill: give them more reports"
    assert sum(station.lines_lost for station in stations) >= n_kills
    assert_exactly_once(folder, stations, [station.acknowledged for station in stations])
    assert_nothing_twice(folder, stations)
    importer.assert_all_there()


def assert_in_log(folder, acknowledged):
    with open_store(folder, CLOCK) as store:
        log = {frame.raw for frame in store.frames.since(0)}
    missing = [report for reports in acknowledged for report in reports if report.frame not in log]
    assert not missing


class Importer(threading.Thread):
    """Another process's part: it writes readings of its own into the same store, through all kills."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.written, self._ending = folder, 0, threading.Event()
        self.error = None

    def run(self):
        try:
            with open_store(self.folder, CLOCK) as store:
                number = store.observations.series_id(SeriesKey("IMPORTED", "tp"), unit="mg/L")
                while not self._ending.wait(0.02):
                    rows = [Row(number, 1_700_000_000 + 60 * (self.written + k), float(k)) for k in range(5)]
                    report = store.observations.write(rows, known_at=CLOCK.now(), who="importer")
                    assert report.stored == len(rows)
                    self.written += len(rows)
        except BaseException as error:  # noqa: BLE001  # told in `stop`, in the test's own thread
            self.error = error

    def stop(self):
        self._ending.set()
        self.join(60)
        assert self.error is None

    def assert_all_there(self):
        with open_store(self.folder, CLOCK) as store:
            (series,) = store.observations.find(place="IMPORTED")
            assert len(store.observations.read(series.series_id, 0, 2**40)) == self.written > 0


def test_a_disk_that_ends_under_a_running_gateway_loses_nothing_acknowledged(tmp_path):
    """RLIMIT_FSIZE stands for the disk: no file grows beyond it until it is lifted."""
    folder = tmp_path / "data"
    gateway = GatewayProcess(folder)
    limit = 150_000
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    stations = make_stations(gateway.port, 500, pause_s=0.0)
    with playing(stations):
        deadline = time.monotonic() + 60
        while "NOT ACKNOWLEDGING" not in gateway.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(0.5)
        stalled = [list(station.acknowledged) for station in stations]
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert 0 < sum(map(len, stalled)) < sum(len(station.acknowledged) for station in stations)
    assert gateway.stop() == 0
    assert_exactly_once(folder, stations, [station.acknowledged for station in stations])
    assert_nothing_twice(folder, stations)


def test_a_backup_taken_while_stations_send_has_all_that_was_acknowledged_before(tmp_path):
    folder = tmp_path / "data"
    gateway = GatewayProcess(folder)
    stations = make_stations(gateway.port, 120)
    copies = []
    with playing(stations):
        for n in range(2):
            time.sleep(0.4)
            before = [list(station.acknowledged) for station in stations]
            copies.append((tmp_path / f"new{n}", before, backup(folder, tmp_path / f"copy{n}")))
            restore(tmp_path / f"copy{n}", tmp_path / f"new{n}")
    assert gateway.stop() == 0
    for new, before, report in copies:
        assert sum(map(len, before)) > 0
        assert report.problems == []
        catch_up(new, CLOCK)
        assert_exactly_once(new, stations, before)
    assert_same_answers(folder, copies[0][0], stations, copies[0][1])


def assert_same_answers(folder, new, stations, acknowledged):
    """For the times that were acknowledged and settled before, old and new store give the same rows."""
    with open_store(folder, CLOCK) as old_store, open_store(new, CLOCK) as new_store:
        for station, reports in zip(stations, acknowledged, strict=True):
            last_s = max(report.time_s for report in reports) - int(timedelta(minutes=1).total_seconds())
            rows = []
            for store in (old_store, new_store):
                (series,) = store.observations.find(place=place_of(station))
                data = store.observations.read(series.series_id, 0, last_s)
                raws = [store.frames.get(int(frame_no)).raw for frame_no in data.frame_no]
                rows.append([data.time_s.tolist(), data.value.tolist(), data.revision.tolist(), raws])
            assert rows[0] == rows[1]
            assert rows[0][0]
