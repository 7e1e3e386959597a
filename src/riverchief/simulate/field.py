"""The field plays: every station measures by its rhythm on a clock and sends what it shows over its own TCP line."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from riverchief.base.time import Clock
from riverchief.simulate.frames import Encoder
from riverchief.simulate.link import TIMEOUT_REAL_S, Link, Witness
from riverchief.simulate.stations import FieldStation

_LONGEST_NAP_S = 0.5  # on the wall: how late a stop or a moved clock may be noticed


@dataclass(frozen=True)
class Played:
    """What a field has done so far."""

    sent: int
    acknowledged: int
    waiting: int
    resent: int
    lines_lost: int


@dataclass
class Field:
    """All field stations of a scenario, against one gateway.

    Parameters
    ----------
    stations : sequence of FieldStation
        Who plays.
    host, port
        The gateway.
    clock : Clock
        Whose time the stations' own clocks show.
    witness : Path
        Where acknowledgements are logged, see `Witness`.
    timeout_real_s : float
        Least wait for an acknowledgement on the wall [s].
    """

    stations: Sequence[FieldStation]
    host: str
    port: int
    clock: Clock
    witness: Path
    timeout_real_s: float = TIMEOUT_REAL_S
    _links: dict[str, Link] = field(default_factory=dict, repr=False)
    _sent: int = 0
    _log: Witness | None = field(default=None, repr=False)

    @property
    def played(self) -> Played:
        """Counts so far."""
        links = self._links.values()
        return Played(
            self._sent,
            self._log.count if self._log else 0,
            sum(len(link.waiting) for link in links),
            sum(link.resent for link in links),
            sum(link.lost for link in links),
        )

    async def run(self, until: datetime | None = None, *, start: datetime | None = None) -> Played:
        """Play until a time on the clock (then what waits is still delivered), or until cancelled.

        Stations measure from `start` on; what is already past is sent at once. Without it they begin now.
        """
        log = self._log = Witness(self.witness)
        log.open()
        links = self._links = {
            s.station.code: Link(
                self.host, self.port, s.station.protocol, self.clock, log, timeout_real_s=self.timeout_real_s
            )
            for s in self.stations
        }
        try:
            # a group, so that a fault in one line ends the play instead of letting it wait for ever
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(link.run()) for link in links.values()]
                await self._play(links, start, until)
                for link in links.values():
                    await link.drained()
                for task in tasks:
                    task.cancel()
        finally:
            log.close()
        return self.played

    async def _play(self, links: dict[str, Link], start: datetime | None, until: datetime | None) -> None:
        begin_s = (start or self.clock.now()).timestamp()
        end_s = float("inf") if until is None else until.timestamp()
        scripts = [station.play(begin_s) for station in self.stations]
        encoders = [Encoder(station.station) for station in self.stations]
        heap = []
        for i, script in enumerate(scripts):
            report = next(script)
            heap.append((report.due_s, i, report))
        heapq.heapify(heap)
        while heap and heap[0][0] <= end_s:
            due_s, i, report = heap[0]
            ahead_s = due_s - self.clock.now().timestamp()
            if ahead_s > 0:
                await asyncio.sleep(min(self.clock.real_seconds(ahead_s) + 1e-3, _LONGEST_NAP_S))
                continue
            links[report.station.code].put(encoders[i].encode(report))
            self._sent += 1
            report = next(scripts[i])
            heapq.heapreplace(heap, (report.due_s, i, report))
            await asyncio.sleep(0)
