"""The way of a frame: heard → durable → acknowledged, and behind that: decoded → stored.

Frames of all connections that come within a few milliseconds are made durable together (group commit), by one thread.
Only then does `keep` return and the connection acknowledge. A second thread stores what they say. When the store is
full, nothing is acknowledged until there is room again; what was acknowledged before stays in the log and is stored
as soon as there is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple, TypeVar

from riverchief.base.errors import StoreError, StoreFull
from riverchief.cloud.protocols import Message
from riverchief.gateway.storing import BATCH_FRAMES, Logged, Storing
from riverchief.store import Store

# The wall's seconds: these pace a disk, which no scaled clock makes faster.
COMMIT_WINDOW_S = 0.005
STORE_WINDOW_S = 0.05
RETRY_S = 0.5
BACKLOG_FRAMES = 20_000  # durable frames that wait for the store; with more, acknowledging waits too

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Heard(NamedTuple):
    """A frame as it came over a connection, not durable yet."""

    message: Message
    at: datetime
    peer: str
    device: str  # "<protocol>:<address>" of the connection's last valid frame, empty for none


class _Waiting(NamedTuple):
    frames: list[Heard]
    done: asyncio.Future[None]


class Intake:
    """Takes frames from any number of connections; one for each data folder.

    Parameters
    ----------
    store
        Open; its frame log is this process's to write.
    storing
        Stores what frames say.
    """

    def __init__(self, store: Store, storing: Storing) -> None:
        self._store = store
        self._storing = storing
        self._waiting: list[_Waiting] = []
        self._wanted = asyncio.Event()
        self._logged: list[Logged] = []
        self._to_store = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._full: StoreFull | None = None  # why nothing is acknowledged now
        self._refused = 0
        self._closing = False
        self._commit_thread = ThreadPoolExecutor(1, "frame-log")
        self._store_thread = ThreadPoolExecutor(1, "observations")
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take the log over, begin to store what it has and the store does not, and be ready for frames.

        Raises
        ------
        StoreError
            When another gateway writes this log.
        """
        await self._in(self._commit_thread, self._store.frames.open_for_writing)
        undecoded = self._storing.undecoded()
        first = await self._in(self._store_thread, lambda: next(undecoded, None))
        self._tasks = [
            asyncio.create_task(self._commit_forever()),
            asyncio.create_task(self._store_forever(first, undecoded)),
        ]

    async def keep(self, frames: list[Heard]) -> None:
        """Make frames durable; when this returns they may be acknowledged.

        Raises
        ------
        StoreFull
            When no space is left: these frames must not be acknowledged.
        StoreError
            When the store cannot be written for another reason; the same holds.
        """
        waiting = _Waiting(frames, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wanted.set()
        await waiting.done

    async def run(self) -> None:
        """Wait for a fault that ends the intake, and raise it; without one, for ever."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in self._tasks:
            if task.done():
                task.result()

    async def stop(self) -> None:
        """Make durable and store what was taken, then end; what cannot be stored now is stored at the next start."""
        self._closing = True
        for event in (self._wanted, self._to_store, self._room):
            event.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # `run` has raised what is wrong with them
        self._commit_thread.shutdown()
        self._store_thread.shutdown()

    @staticmethod
    async def _in(thread: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(thread, work)

    # -- durable ---------------------------------------------------------------------------------------------------

    async def _commit_forever(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(COMMIT_WINDOW_S)
            self._wanted.clear()
            batch, self._waiting = self._waiting, []
            if batch:
                await self._commit(batch)
            elif self._closing:
                return
            if self._closing:
                self._wanted.set()
            else:
                await self._room.wait()

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            if self._full is not None:
                raise self._full  # noqa: TRY301
            logged = await self._in(self._commit_thread, lambda: self._append(batch))
        except StoreError as error:
            self._refuse(batch, error)
            return
        except BaseException as error:
            self._refuse(batch, StoreError(f"the frame log failed: {error!r}; nothing of this was acknowledged."))
            raise
        if self._refused:
            _log.warning("the store takes frames again; %d were not acknowledged meanwhile", self._refused)
            self._refused = 0
        self._logged += logged
        self._to_store.set()
        if len(self._logged) > BACKLOG_FRAMES:
            self._room.clear()
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)

    def _append(self, batch: list[_Waiting]) -> list[Logged]:
        frames = self._store.frames
        logged = []
        try:
            for heard in (one for waiting in batch for one in waiting.frames):
                number = frames.append(heard.message.raw, at=heard.at, peer=heard.peer)
                logged.append(Logged(number, heard.at, heard.peer, heard.message, heard.device))
        except StoreError:
            frames.discard()
            raise
        frames.sync()
        return logged

    def _refuse(self, batch: list[_Waiting], error: StoreError) -> None:
        if not self._refused:
            _log.error("NOT ACKNOWLEDGING: %s", error.sentence)
        self._refused += sum(len(waiting.frames) for waiting in batch)
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(error)

    # -- stored ----------------------------------------------------------------------------------------------------

    async def _store_forever(self, first: list[Logged] | None, undecoded: Iterator[list[Logged]]) -> None:
        batch = first
        while batch:
            if not await self._store_batch(batch):
                return  # nothing behind it may be stored before it, or the watermark would pass it
            batch = await self._in(self._store_thread, lambda: next(undecoded, None))
        while not (self._closing and self._tasks[0].done() and not self._logged):
            if self._closing:
                self._to_store.set()
            await self._to_store.wait()
            await asyncio.sleep(STORE_WINDOW_S)
            self._to_store.clear()
            batch, self._logged = self._logged[:BATCH_FRAMES], self._logged[BATCH_FRAMES:]
            if self._logged:
                self._to_store.set()
            if len(self._logged) <= BACKLOG_FRAMES // 2:
                self._room.set()
            if batch and not await self._store_batch(batch):
                return

    async def _store_batch(self, batch: list[Logged]) -> bool:
        """Store until it succeeds; False when the gateway is to end before it could."""
        failed = False
        while True:
            try:
                await self._in(self._store_thread, lambda: self._storing.store(batch))
            except StoreError as error:
                if not failed:
                    _log.error("readings of %d acknowledged frames wait: %s", len(batch), error.sentence)
                failed = True
                # a store that is locked or damaged does not endanger the log; one that is full soon would
                self._full = error if isinstance(error, StoreFull) else None
                if self._closing:
                    return False
                await asyncio.sleep(RETRY_S)
            else:
                if failed:
                    _log.warning("the store takes readings again")
                self._full = None
                return True
