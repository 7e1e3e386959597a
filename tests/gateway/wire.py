"""Helpers: a gateway that runs in this process on a free port, and frames as stations send them."""

import asyncio
import contextlib
from datetime import UTC, datetime

from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import Item, hj212, sl651
from riverchief.gateway import serve
from riverchief.store import open_store

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
MN = "010000A8900016F000169DC0"
SL = "0012345678"


def upload(value=0.71, *, at=NOW, mn=MN, sent_at=None, items=None, **more):
    items = items or [Item("nh3n", value)]
    return hj212.encode_upload(items, device=mn, at=at, sent_at=sent_at or at, **more)


def report(level_m=815.25, *, at=NOW, serial=1, **more):
    return sl651.encode_report([Item("level", level_m)], station=SL, observed_at=at, sent_at=at, serial=serial, **more)


@contextlib.asynccontextmanager
async def running(folder, clock, **more):
    """The gateway of a folder; gives its port."""
    port = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(serve(folder, "127.0.0.1", 0, clock, ready=port.set_result, **more))
    await asyncio.wait([task, port], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield port.result()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Station:
    """One TCP line to a gateway."""

    def __init__(self, port):
        self.port = port

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def send(self, *frames):
        for frame in frames:
            self.writer.write(frame)
            await self.writer.drain()

    async def answer(self, timeout_s=10.0):
        return await asyncio.wait_for(self.reader.read(4096), timeout_s)

    async def bring(self, frame):
        """Send a frame again and again, as stations do, until it is acknowledged."""
        for _ in range(40):
            await self.send(frame)
            with contextlib.suppress(TimeoutError):
                assert b"CN=9014" in await self.answer(0.5)
                return
        raise AssertionError("it was never acknowledged")

    async def exact(self, n, timeout_s=10.0):
        return await asyncio.wait_for(self.reader.readexactly(n), timeout_s)


async def until(is_so, timeout_s=20.0):
    """Wait on the wall until something is so; an assertion fails when it never is."""
    for _ in range(int(timeout_s / 0.02)):
        if is_so():
            return
        await asyncio.sleep(0.02)
    assert is_so()


def logged(folder, clock):
    """The raw frames in the log, as another process sees them."""
    with open_store(folder, clock) as store:
        return [frame.raw for frame in store.frames.since(0)]


def decoded_to(folder, clock):
    """The last frame whose readings are stored."""
    with open_store(folder, clock) as store:
        return store.observations.decoded_to()


def readings(folder, clock):
    """Everything stored: (place, property, period) → [(time, value, flag)]."""
    with open_store(folder, clock) as store:
        found = {}
        for info in store.observations.find():
            data = store.observations.read(info.series_id, 0, 2**40)
            rows = zip(data.time_s.tolist(), data.value.tolist(), map(Flag, data.flag.tolist()), strict=True)
            found[info.key.place, info.key.property, Period(info.key.period).value] = list(rows)
        return found
