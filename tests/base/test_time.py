from datetime import UTC, date, datetime, timedelta

import pytest

from riverchief.base.time import (
    CHINA,
    FixedClock,
    FolderClock,
    ScaledClock,
    SystemClock,
    change_speed,
    day_of_closing_stamp,
    from_epoch,
    local_day,
    read_clock,
    to_epoch,
    write_clock,
)

AT = datetime(2026, 11, 21, 19, 10, tzinfo=UTC)  # 03:10 on the 22nd in Shanxi


def test_a_local_day_begins_at_midnight_in_china():
    assert local_day(AT) == date(2026, 11, 22)
    assert local_day(AT - timedelta(hours=3, minutes=11)) == date(2026, 11, 21)


def test_midnight_closes_the_day_before():
    midnight = datetime(2026, 11, 22, 0, 0, tzinfo=CHINA)
    assert day_of_closing_stamp(midnight) == date(2026, 11, 21)
    assert day_of_closing_stamp(midnight + timedelta(hours=1)) == date(2026, 11, 22)
    assert local_day(midnight) == date(2026, 11, 22)


def test_epoch_seconds_come_back_and_a_naive_time_is_refused():
    assert from_epoch(to_epoch(AT)) == AT
    with pytest.raises(ValueError, match="has no time zone"):
        to_epoch(datetime(2026, 11, 21))


def test_a_fixed_clock_stands_until_it_is_moved():
    clock = FixedClock(AT)
    assert clock.now() == clock.now() == AT
    clock.advance(90)
    assert clock.now() == AT + timedelta(seconds=90)


def test_a_scaled_clock_runs_faster_and_is_shared_through_the_data_folder(tmp_path):
    clock = ScaledClock.start(AT, 600)
    assert clock.real_seconds(600) == pytest.approx(1)
    write_clock(tmp_path, clock)
    assert read_clock(tmp_path) == clock
    first, second = clock.now(), clock.now()
    assert AT <= first <= second


def test_a_folder_without_a_clock_shows_the_walls_time(tmp_path):
    clock = read_clock(tmp_path)
    assert isinstance(clock, SystemClock)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.real_seconds(7) == 7


def test_a_folders_clock_changes_its_speed_without_a_jump(tmp_path, monkeypatch):
    from riverchief.base import time

    wall = [1_000.0]
    monkeypatch.setattr(time._system, "time", lambda: wall[0])
    write_clock(tmp_path, ScaledClock(1_000.0, AT, 1.0))
    clock = FolderClock(tmp_path)
    wall[0] = 1_010.0
    assert clock.now() == AT + timedelta(seconds=10)
    change_speed(tmp_path, 100.0)
    seen = []
    for wall[0] in (1_010.0, 1_010.25, 1_010.5, 1_010.75, 1_011.5):
        seen.append((clock.now() - AT).total_seconds())
        assert read_clock(tmp_path).now() == clock.now()
    assert seen == [10.0, 10.25, 10.5, 35.5, 110.5]
    assert clock.speed == 100
    assert clock.real_seconds(50) == 0.5
    change_speed(tmp_path, 2.0)
    wall[0] = 1_012.0
    assert (clock.now() - AT).total_seconds() == 160.5
    wall[0] = 1_013.0
    assert (clock.now() - AT).total_seconds() == 162.5


def test_a_folder_clock_without_a_file_is_the_walls(tmp_path):
    clock = FolderClock(tmp_path)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.speed == 1


def test_a_deadline_that_ends_with_a_day_is_told_by_that_day():
    from riverchief.base.time import deadline_text

    assert deadline_text(datetime(2026, 11, 4, 16, tzinfo=UTC)) == "2026-11-04"  # midnight in China closes the 4th
    assert deadline_text(datetime(2026, 11, 4, 7, 30, tzinfo=UTC)) == "2026-11-04 15:30"
