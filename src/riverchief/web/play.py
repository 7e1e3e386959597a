"""The demo being played: the platform's processes, field stations that call them, and people who use the API."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

import httpx

from riverchief.base.errors import RiverError
from riverchief.base.time import Clock, from_epoch
from riverchief.simulate.api import Api, Refused
from riverchief.simulate.field import Field, Played
from riverchief.simulate.scenario import Scenario
from riverchief.web.config import Config
from riverchief.web.supervisor import Supervisor

WITNESS = "simulate/acknowledged.jsonl"
STARTS_WITHIN_REAL_S = 90.0
_LOOK_REAL_S = 0.2


class Actor(Protocol):
    """Somebody simulated: does what is due now, and says what it did."""

    def step(self) -> list[str]:
        """Do what is due now; what was done, in words."""
        ...


def last_acknowledged(folder: Path) -> tuple[datetime, datetime] | None:
    """Where an earlier play of a folder stopped; None where nothing was ever acknowledged.

    Returns
    -------
    datetime, datetime
        From when on stations may have something unsaid, and when the last acknowledgement came.
    """
    path = folder / WITNESS
    if not path.exists():
        return None
    measured_s: dict[str, int] = {}
    last = ""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            with contextlib.suppress(ValueError):  # a line that was being written when the power went
                said = json.loads(line)
                measured_s[said["station"]] = max(said["time_s"], measured_s.get(said["station"], 0))
                last = max(last, said["acked_at"])
    if not measured_s:
        return None
    return from_epoch(min(measured_s.values()) + 1), datetime.fromisoformat(last)


@dataclass
class Play:
    """A play; use it as a context manager, which starts and stops everything.

    Parameters
    ----------
    config : Config
        Of a prepared data folder.
    since : datetime
        From when on the stations measure; what is past already is sent at once.
    actors : sequence of Actor
        Who acts beside the stations; empty where only visitors do.
    pause_real_s : float
        Between two looks of the actors at what is to be done [s on the wall].
    say : callable
        Is told what happens, one sentence at a time.
    """

    config: Config
    story: Scenario
    clock: Clock
    since: datetime
    actors: Sequence[Actor]
    pause_real_s: float
    say: Callable[[str], None]
    trouble: str = ""
    _field: Field | None = field(default=None, repr=False)
    _supervisor: Supervisor | None = field(default=None, repr=False)
    _threads: list[threading.Thread] = field(default_factory=list, repr=False)
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)
    _hushed: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def address(self) -> str:
        """Where the platform answers."""
        return f"http://{self.config.host}:{self.config.port}"

    @property
    def played(self) -> Played:
        """What the field has done so far."""
        return self._field.played if self._field else Played(0, 0, 0, 0, 0)

    def __enter__(self) -> Self:
        """Start the platform, wait until it answers, then let stations and people begin."""
        self._supervisor = Supervisor(self.config)
        try:
            self._supervisor.start()
            self._wait_for_platform()
        except BaseException:
            self._supervisor.stop()
            raise
        self._field = Field(
            self.story.stations,
            self.config.gateway_host,
            self.config.gateway_port,
            self.clock,
            self.config.folder / WITNESS,
        )
        for work in (self._send, self._act):
            thread = threading.Thread(target=work, name=work.__name__, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop people and stations, then the platform."""
        self._stop.set()
        for thread in self._threads:
            thread.join(20)
        if self._supervisor is not None:
            self._supervisor.stop()

    def hush(self) -> None:
        """Let the stations fall silent for good; the platform goes on with what it has."""
        self._hushed.set()
        for thread in self._threads:
            if thread.name == self._send.__name__:
                thread.join(20)

    def look(self) -> None:
        """Keep the platform's processes alive for a moment; call it again and again."""
        if self._supervisor is not None:
            self._supervisor.look()
        time.sleep(_LOOK_REAL_S)

    def _wait_for_platform(self) -> None:
        begun = time.monotonic()
        stranger = Api(self.address)
        while True:
            assert self._supervisor is not None
            self._supervisor.look()
            try:
                stranger.get("/session")
            except (httpx.HTTPError, Refused) as error:
                if time.monotonic() - begun > STARTS_WITHIN_REAL_S:
                    raise RiverError(
                        f"the platform at {self.address} did not answer within {STARTS_WITHIN_REAL_S:g} s ({error}); "
                        f"its processes write to {self.config.folder / 'log'}.",
                        address=self.address,
                    ) from error
                time.sleep(_LOOK_REAL_S)
            else:
                stranger.close()
                return

    # ------------------------------------------------------------------ threads

    def _send(self) -> None:
        try:
            asyncio.run(self._sending())
        except Exception as error:  # noqa: BLE001  said by the main thread, which cannot catch it
            self.trouble = f"the field stations stopped: {error!r}"

    async def _sending(self) -> None:
        assert self._field is not None
        task = asyncio.create_task(self._field.run(start=self.since))
        while not (self._stop.is_set() or self._hushed.is_set() or task.done()):
            await asyncio.wait([task], timeout=_LOOK_REAL_S)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    def _act(self) -> None:
        while not self._stop.wait(self.pause_real_s):
            for actor in self.actors:
                if self._stop.is_set():
                    return
                try:
                    for sentence in actor.step():
                        self.say(sentence)
                except (Refused, httpx.HTTPError) as error:
                    # whoever was refused looks again at what is to be done, as people do
                    self.trouble = str(error)
