"""The log has room and the observations have not, a disk that fails, and a gateway that is told to end."""

import asyncio
import contextlib
import os
import threading
from datetime import timedelta

import pytest

from gateway.wire import NOW, Station, decoded_to, readings, running, until, upload
from riverchief.base.errors import StoreError, StoreFull
from riverchief.gateway import catch_up
from riverchief.store import Observations, open_store
from riverchief.store.frames import FrameLog


def test_acknowledged_readings_wait_for_room_and_new_frames_are_not_acknowledged_meanwhile(
    tmp_path, clock, monkeypatch, caplog
):
    write = Observations.write
    full = [True]

    def maybe(self, *rows, **more):
        if full[0]:
            raise StoreFull("no room for readings")
        return write(self, *rows, **more)

    monkeypatch.setattr(Observations, "write", maybe)

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(upload(0.5, at=NOW - timedelta(hours=1)))
            assert b"CN=9014" in await station.answer()  # durable, so acknowledged
            await until(lambda: "acknowledged frames wait" in caplog.text)
            await station.send(upload(0.71))
            with pytest.raises(TimeoutError):
                await station.answer(0.3)
            full[0] = False
            await station.bring(upload(0.71))

    asyncio.run(play())
    assert "readings of 1 acknowledged frames wait: no room for readings" in caplog.text
    assert "were not acknowledged meanwhile" in caplog.text
    ((_, rows),) = readings(tmp_path, clock).items()
    assert [value for _, value, _ in rows] == [0.5, 0.71]


def test_a_gateway_that_ends_while_the_store_is_full_leaves_its_frames_for_the_next(tmp_path, clock, monkeypatch):
    def full(*_, **__):
        raise StoreFull("no room for readings")

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(upload(0.71))
            assert b"CN=9014" in await station.answer()

    with monkeypatch.context() as patch:
        patch.setattr(Observations, "write", full)
        asyncio.run(asyncio.wait_for(play(), 20))
    assert list(readings(tmp_path, clock).values()) == [[]]

    async def again():
        async with running(tmp_path, clock):
            await until(lambda: decoded_to(tmp_path, clock) == 1)

    asyncio.run(again())
    ((_, rows),) = readings(tmp_path, clock).items()
    assert [value for _, value, _ in rows] == [0.71]


def test_a_locked_store_does_not_stop_acknowledging_and_nothing_is_stored_out_of_its_turn(
    tmp_path, clock, monkeypatch, caplog
):
    with open_store(tmp_path, clock) as store:
        store.frames.append(upload(0.5, at=NOW - timedelta(hours=1)), at=clock.now(), peer="10.0.0.1:9")
        store.frames.sync()

    def locked(*_, **__):
        raise StoreError("locked by another process")

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await until(lambda: "acknowledged frames wait" in caplog.text)
            await station.send(upload(0.71))
            assert b"CN=9014" in await station.answer()

    with monkeypatch.context() as patch:
        patch.setattr(Observations, "write", locked)
        asyncio.run(play())
    assert decoded_to(tmp_path, clock) == 0
    assert catch_up(tmp_path, clock) == 2
    ((_, rows),) = readings(tmp_path, clock).items()
    assert [value for _, value, _ in rows] == [0.5, 0.71]


def test_no_acknowledgement_leaves_before_the_frame_is_durable(tmp_path, clock, monkeypatch):
    fdatasync, may_finish = os.fdatasync, threading.Event()

    def slow(descriptor):
        assert may_finish.wait(20)
        fdatasync(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(upload())
            with pytest.raises(TimeoutError):
                await station.answer(0.3)
            may_finish.set()
            assert b"CN=9014" in await station.answer()

    asyncio.run(play())


def test_ending_stores_what_was_acknowledged_a_moment_before(tmp_path, clock):
    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(*[upload(k / 4, at=NOW - timedelta(minutes=k)) for k in range(50)])
            await station.answer()

    asyncio.run(play())
    with open_store(tmp_path, clock) as store:
        assert store.observations.decoded_to() == store.frames.last_no() > 0


def test_a_fault_of_ours_ends_the_gateway_loudly_and_acknowledges_nothing(tmp_path, clock, monkeypatch):
    def broken(self):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(FrameLog, "sync", broken)

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(upload())
            with contextlib.suppress(ConnectionError):
                assert await station.answer() == b""
            await asyncio.sleep(0.3)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(play())
    monkeypatch.undo()
    assert readings(tmp_path, clock) == {}


def test_a_failing_disk_is_not_taken_for_an_acknowledgement(tmp_path, clock, monkeypatch):
    sync, failing = FrameLog.sync, [True]

    def maybe(self):
        if failing[0]:
            self.discard()
            raise StoreError("the disk fails")
        return sync(self)

    monkeypatch.setattr(FrameLog, "sync", maybe)

    async def play():
        async with running(tmp_path, clock) as port, Station(port) as station:
            await station.send(upload())
            with pytest.raises(TimeoutError):
                await station.answer(0.3)
            failing[0] = False
            await station.send(upload())
            assert b"CN=9014" in await station.answer()

    asyncio.run(play())
    with open_store(tmp_path, clock) as store:
        assert store.frames.last_no() == 1
