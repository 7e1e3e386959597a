"""One station's line to the gateway: send, wait for the acknowledgement, send again, call again; lose nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from riverchief.base.time import Clock, from_epoch
from riverchief.simulate.receipts import Receipts, hj212_key, sl651_key
from riverchief.simulate.stations import Report

# HJ 212-2017 table of time limits: 10 s and 3 resends; SL 651-2014: at most 2 resends, no fixed limit
TIMEOUT_S = 10.0
RESENDS = {"hj212": 3, "sl651": 2}
TIMEOUT_REAL_S = 3.0  # floor on the wall: a fast clock does not make the gateway's disk faster
_BACK_OFF_REAL_S = (0.1, 5.0)


@dataclass(frozen=True)
class Outgoing:
    """A report as bytes, ready to be sent as often as it takes."""

    report: Report
    frame: bytes

    @property
    def key(self) -> str:
        """What its acknowledgement repeats."""
        return hj212_key(self.frame) if self.report.station.protocol == "hj212" else sl651_key(self.frame)


@dataclass
class Witness:
    """The field's log of acknowledgements, a JSON object per line: what the centre must still have after any crash."""

    path: Path
    count: int = 0
    _file: TextIO | None = field(default=None, repr=False)

    def open(self) -> None:
        """Open the log; what it holds stays."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a", encoding="utf-8")

    def close(self) -> None:
        """Close the log."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def acknowledged(self, item: Outgoing, sent_at: str, acked_at: str, tries: int) -> None:
        """Write down that the centre has said it has this frame."""
        report = item.report
        line: dict[str, Any] = {
            "station": report.station.code,
            "device": report.station.device,
            "protocol": report.station.protocol,
            "frame": item.frame.hex().upper(),
            "time_s": report.time_s,
            "readings": [{"property": r.property, "value": r.value, "flag": int(r.flag)} for r in report.readings],
            "sent_at": sent_at,
            "acked_at": acked_at,
            "tries": tries,
        }
        self.count += 1
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


class LinkLostError(ConnectionError):
    """The line is gone, or the centre does not answer; what was under way is kept and sent again."""


@dataclass
class Link:
    """The line of one station; `put` reports into it, `run` it as a task."""

    host: str
    port: int
    protocol: str
    clock: Clock
    witness: Witness
    timeout_real_s: float = TIMEOUT_REAL_S
    waiting: deque[Outgoing] = field(default_factory=deque)
    resent: int = 0
    lost: int = 0  # times the line was given up
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, item: Outgoing) -> None:
        """Queue a report; it leaves in its turn."""
        self.waiting.append(item)
        self._idle.clear()
        self._more.set()

    async def drained(self) -> None:
        """Wait until everything that was put in has been acknowledged."""
        if self.waiting:
            await self._idle.wait()

    async def run(self) -> None:
        """Call, send and wait, for ever; cancel the task to stop it. Nothing unacknowledged is forgotten."""
        pause = _BACK_OFF_REAL_S[0]
        while True:
            await self._something()
            before = self.witness.count
            try:
                await self._session()
            except (OSError, TimeoutError):
                self.lost += 1
                pause = _BACK_OFF_REAL_S[0] if self.witness.count > before else pause
                await asyncio.sleep(pause)
                pause = min(2 * pause, _BACK_OFF_REAL_S[1])

    async def _something(self) -> None:
        while not self.waiting:
            self._more.clear()
            await self._more.wait()

    async def _session(self) -> None:
        """One connection, until the centre hangs up, does not answer, or asks to hang up."""
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), self.timeout_real_s)
        try:
            receipts = Receipts(self.protocol)
            while True:
                await self._something()
                hang_up = await self._deliver(self.waiting[0], reader, writer, receipts)
                self.waiting.popleft()
                if not self.waiting:
                    self._idle.set()
                if hang_up:
                    return
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _deliver(
        self, item: Outgoing, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receipts: Receipts
    ) -> bool:
        """Send one frame until it is acknowledged; whether the centre wants to hang up after it.

        Raises
        ------
        LinkLostError
            When the centre has closed the line, or has not answered the last resend either.
        """
        limit_s = max(self.clock.real_seconds(TIMEOUT_S), self.timeout_real_s)
        sent_at = _stamp(self.clock)
        for attempt in range(1 + RESENDS[self.protocol]):
            self.resent += attempt > 0
            writer.write(item.frame)
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                hang_up = await asyncio.wait_for(self._answer(item.key, reader, receipts), limit_s)
                self.witness.acknowledged(item, sent_at, _stamp(self.clock), attempt + 1)
                return hang_up
        raise LinkLostError(f"no answer to {1 + RESENDS[self.protocol]} sendings within {limit_s:g} s each")

    async def _answer(self, wanted: str, reader: asyncio.StreamReader, receipts: Receipts) -> bool:
        while True:
            data = await reader.read(4_096)
            if not data:
                raise LinkLostError("the centre closed the line")
            for receipt in receipts.feed(data):
                if receipt.key in (wanted, ""):
                    return receipt.hang_up


def _stamp(clock: Clock) -> str:
    return from_epoch(clock.now().timestamp()).isoformat()
