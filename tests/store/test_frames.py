"""The frame log: durable, numbered without gaps, readable by others while it is written, whole after any cut."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError, NotFound, StoreError, StoreFull
from riverchief.store.frames import FRAME_MAX_BYTES, FrameLog
from riverchief.store.segments import segment_files
from riverchief.store.space import Space

AT = datetime(2026, 11, 21, 4, 0, 0, 123_000, tzinfo=UTC)


def log_in(folder, *, limit_bytes=None, **more):
    return FrameLog(folder / "frames", Space(folder, limit_bytes), **more)


def fill(log, frames):
    numbers = [log.append(raw, at=AT, peer="10.0.0.7:4001") for raw in frames]
    log.sync()
    return numbers


def test_a_frame_comes_back_as_it_was_by_number_and_by_id(tmp_path):
    log = log_in(tmp_path)
    assert fill(log, [b"##0000\r\n", b"", bytes(range(256))]) == [1, 2, 3]
    frame = log.get(3)
    assert (frame.raw, frame.at, frame.peer) == (bytes(range(256)), AT, "10.0.0.7:4001")
    assert frame.frame_id.startswith("frame-01")
    assert log.by_id(frame.frame_id) == frame
    assert log.last_no() == 3
    assert [f.raw for f in log.since(1)] == [b"", bytes(range(256))]
    log.close()


def test_unknown_numbers_and_ids_are_not_found(tmp_path):
    log = log_in(tmp_path)
    with pytest.raises(NotFound):
        log.get(1)
    assert log.last_no() == 0
    assert list(log.since(0)) == []
    fill(log, [b"x"])
    frame_id = log.get(1).frame_id
    wrong = frame_id[:-1] + ("0" if frame_id[-1] != "0" else "1")
    for number in (0, 2):
        with pytest.raises(NotFound):
            log.get(number)
    with pytest.raises(NotFound, match=wrong):
        log.by_id(wrong)
    with pytest.raises(InputError, match="not of a frame"):
        log.by_id("case-01JD0Q4V6Z3M8N5T2R7W9XYABC")
    log.close()


def test_segments_roll_over_and_every_frame_is_still_found(tmp_path):
    log = log_in(tmp_path, segment_bytes=400)
    raws = [b"%03d" % k * 20 for k in range(40)]
    for raw in raws:
        fill(log, [raw])
    assert len(segment_files(log.folder)) > 5
    assert [log.get(k + 1).raw for k in range(40)] == raws
    assert [f.raw for f in log.since(17)] == raws[17:]
    log.close()
    again = log_in(tmp_path, segment_bytes=400)
    assert fill(again, [b"more"]) == [41]
    assert again.get(41).raw == b"more"
    again.close()


@settings(max_examples=60, deadline=None)
@given(raws=st.lists(st.binary(max_size=40), min_size=1, max_size=6), data=st.data())
def test_a_tail_torn_at_any_byte_costs_only_what_was_torn(tmp_path_factory, raws, data):
    folder = tmp_path_factory.mktemp("torn")
    log = log_in(folder)
    ends = []
    for raw in raws:
        fill(log, [raw])
        (path,) = segment_files(log.folder)
        ends.append(path.stat().st_size)
    log.close()
    cut = data.draw(st.integers(0, ends[-1]))
    with path.open("r+b") as file:
        file.truncate(cut)
    whole = sum(end <= cut for end in ends)
    log = log_in(folder)
    assert [f.raw for f in log.since(0)] == raws[:whole]
    assert fill(log, [b"next"]) == [whole + 1]
    assert [f.raw for f in log.since(0)] == [*raws[:whole], b"next"]
    log.close()


def test_a_damaged_place_in_the_middle_loses_nothing_behind_it(tmp_path):
    log = log_in(tmp_path)
    fill(log, [b"first" * 10, b"second" * 10, b"third" * 10])
    (path,) = segment_files(log.folder)
    log.close()
    data = bytearray(path.read_bytes())
    data[data.index(b"secondsecond")] ^= 0x40
    path.write_bytes(data)
    log = log_in(tmp_path)
    assert [f.frame_no for f in log.since(0)] == [1, 3]
    with pytest.raises(NotFound):
        log.get(2)
    assert log.get(3).raw == b"third" * 10
    assert fill(log, [b"fourth"]) == [4]
    assert path.read_bytes()[: len(data)] == bytes(data)
    log.close()


def test_frames_that_were_not_synced_are_nobodys(tmp_path):
    log = log_in(tmp_path)
    fill(log, [b"one"])
    assert log.append(b"two", at=AT, peer="") == 2
    log.close()
    assert log_in(tmp_path).last_no() == 1


def test_many_frames_cost_one_sync_of_the_disk(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    log = log_in(tmp_path)
    fill(log, [b"first"])
    synced.clear()
    fill(log, [b"frame"] * 100)
    assert len(synced) == 1
    assert log.sync() == 101
    assert len(synced) == 1
    log.close()


def test_a_reader_follows_a_writer(tmp_path):
    writer, reader = log_in(tmp_path, segment_bytes=500), log_in(tmp_path)
    for k in range(30):
        fill(writer, [b"frame %d" % k])
        assert reader.get(k + 1).raw == b"frame %d" % k
        assert reader.last_no() == k + 1
    writer.close()


def test_only_one_process_writes(tmp_path):
    log = log_in(tmp_path)
    fill(log, [b"mine"])
    code = (
        "import sys; from pathlib import Path; from riverchief.base.errors import StoreError\n"
        "from riverchief.store.frames import FrameLog; from riverchief.store.space import Space\n"
        "from riverchief.base.time import SystemClock\n"
        "log = FrameLog(Path(sys.argv[1]), Space(Path(sys.argv[1]), None))\n"
        "assert log.get(1).raw == b'mine'\n"
        "try: log.append(b'theirs', at=SystemClock().now(), peer='')\n"
        "except StoreError as error: print(error.sentence)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(log.folder)], capture_output=True, text=True, check=True)
    assert "another gateway writes this frame log" in ran.stdout
    log.close()
    other = log_in(tmp_path)
    assert fill(other, [b"theirs"]) == [2]
    other.close()


def test_what_is_beyond_the_limit_is_not_taken_and_its_number_is_given_again(tmp_path):
    log = log_in(tmp_path, limit_bytes=2_000)
    assert log.append(b"x" * 100, at=AT, peer="") == 1
    with pytest.raises(StoreFull, match="may hold 2,000 bytes"):
        log.append(b"y" * 2_000, at=AT, peer="")
    assert log.append(b"z" * 100, at=AT, peer="") == 2
    assert log.sync() == 2
    assert [f.raw[:1] for f in log.since(0)] == [b"x", b"z"]
    log.close()


def test_a_frame_beyond_all_measure_is_refused(tmp_path):
    log = log_in(tmp_path)
    with pytest.raises(StoreError, match="longer than 1,048,576 bytes"):
        log.append(bytes(FRAME_MAX_BYTES + 1), at=AT, peer="10.0.0.7:4001")


FULL_DISK = """
import resource, sys
from pathlib import Path
from riverchief.base.errors import StoreFull
from riverchief.base.time import SystemClock
from riverchief.store.frames import FrameLog
from riverchief.store.space import Space

folder = Path(sys.argv[1])
log = FrameLog(folder, Space(folder, None))
at = SystemClock().now()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
kept, full = 0, 0
for _ in range(50):
    for k in range(3):
        log.append(b"%06d" % kept + bytes(300), at=at, peer="")
    try:
        kept = log.sync()
    except StoreFull as error:
        full += 1
assert full > 5, full
assert log.last_no() == kept, (log.last_no(), kept)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert log.append(b"space again", at=at, peer="") == kept + 1
assert log.sync() == kept + 1
frames = list(log.since(0))
assert [f.frame_no for f in frames] == list(range(1, kept + 2))
assert frames[-1].raw == b"space again"
print("kept", kept)
"""


def test_a_disk_that_ends_keeps_what_was_synced_and_goes_on_when_there_is_room(tmp_path):
    ran = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout.split()[1]) > 30
    with pytest.raises(NotFound):
        log_in(tmp_path.parent / "nothing").get(1)


def test_arrival_is_kept_to_the_millisecond(tmp_path):
    log = log_in(tmp_path)
    at = AT + timedelta(microseconds=789)
    log.append(b"x", at=at, peer="")
    log.sync()
    assert log.get(1).at == AT
    log.close()
