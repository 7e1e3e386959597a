"""A data folder made ready for a play: story, tables, basin, users, the stations' past, and a clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.time import Clock, FolderClock, ScaledClock, write_clock
from riverchief.simulate.air import PROPERTIES
from riverchief.simulate.history import gauge_history, history
from riverchief.simulate.pacing import Course
from riverchief.simulate.scenario import Scenario
from riverchief.store import open_store
from riverchief.web.config import Config
from riverchief.web.demo import free_port, load_gauges, load_history, prepare
from riverchief.web.play import last_acknowledged

HISTORY_FILE = "simulate/history.json"
HOST = "127.0.0.1"
LIVE_AFTER, GATEWAY_AFTER = 1, 1_212  # the ports of events and stations, counted from that of the pages

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Stage:
    """A data folder that is ready to be played on.

    Attributes
    ----------
    since : datetime
        From when on the stations measure.
    """

    config: Config
    basin: Basin
    story: Scenario
    course: Course
    clock: Clock
    since: datetime

    @property
    def address(self) -> str:
        """Where the platform will answer."""
        return f"http://{self.config.host}:{self.config.port}"


def ports(wanted: int | None = None, *, firm: bool = False) -> dict[str, int]:
    """Ports of pages, events and gateway.

    Parameters
    ----------
    wanted : int or None
        Port of the pages, with the others beside it; None takes any free ones, so that plays do not meet.
    firm : bool
        Nothing else than the port that is wanted will do.

    Raises
    ------
    InputError
        When that one is taken.
    """
    port = free_port(HOST, wanted or 0)
    if firm and port != wanted:
        raise InputError(f"port {wanted} is in use on {HOST}; give another one with --port.", port=wanted)
    chosen = [port]
    for beside in (port + LIVE_AFTER, port + GATEWAY_AFTER):
        number = free_port(HOST, beside if wanted else 0)
        while number in chosen:  # a free port is free until somebody listens there
            number = free_port(HOST, 0)
        chosen.append(number)
    return dict(zip(("port", "live_port", "gateway_port"), chosen, strict=True))


def set_stage(
    folder: Path,
    basin: Basin,
    seed: int,
    start: datetime,
    *,
    numbers: dict[str, int],
    days: int,
    ahead_s: float,
    progress: Progress,
) -> Stage:
    """Make a data folder ready, or take it up where an earlier play left it.

    Parameters
    ----------
    start : datetime
        From when on the river is watched.
    numbers : dict
        The ports, see `ports`.
    days : int
        Days of the past that the stations have.
    ahead_s : float
        The stations begin to send so long before the wave is measured [s], never before `start`; what they measured
        until then is past already.

    Notes
    -----
    The clock goes as the wall's until somebody changes its speed: the platform takes its time to start.
    """
    progress("basin", 0, 1)
    story = Scenario.draw(basin, seed, start)
    course = Course.of(story)
    first = course.just_before(ahead_s)
    since, begin = last_acknowledged(folder) or (first, first)
    config = prepare(folder, basin, ScaledClock.start(start, 1.0), **numbers)
    progress("basin", 1, 1)
    _past(folder, story, days, first, progress)
    write_clock(folder, ScaledClock.start(begin, 1.0))
    return Stage(config, basin, story, course, FolderClock(folder), since)


def _past(folder: Path, story: Scenario, days: int, until: datetime, progress: Progress) -> None:
    """Load the simulated history, once."""
    done = folder / HISTORY_FILE
    if done.exists():
        return
    stations = {s.code: s for s in story.river.basin.stations}
    series = sum(len(stations[s.station].interval_s) for s in story.river.basin.sections if s.station)
    total, written = series * days * 6, 0
    progress("history", 0, total)
    pasts = history(story.river, days, until_s=until.timestamp(), stations=story.stations)
    with open_store(folder, ScaledClock.start(until, 1.0)) as store:
        for written in load_history(store, pasts, until):
            progress("history", written, total)
        since = until - timedelta(days=days)
        written += load_gauges(store, gauge_history(story.stations, since.timestamp(), until.timestamp()), until)
    progress("history", written, written)
    _past_air(folder, story, days, until, progress)
    done.write_text(json.dumps({"simulated": True, "days": days, "readings": written}), encoding="utf-8")


def _past_air(folder: Path, story: Scenario, days: int, until: datetime, progress: Progress) -> None:
    """Load the simulated hours of the air stations, where the basin has any, and what is done about the air."""
    from riverchief.web.cloud import airdemo, airfeed

    stations = [one for one in story.river.basin.stations if one.kind == "air"]
    if not stations:
        return
    since = until - timedelta(days=days)
    total = len(stations) * len(PROPERTIES) * days * 24
    progress("air", 0, total)
    with open_store(folder, ScaledClock.start(until, 1.0)) as store:
        for written in airfeed.write_past(
            store, story.seed, stations, since.timestamp(), until.timestamp(), known_at=until
        ):
            progress("air", written, total)
    progress("air", total, total)
    airfeed.remember(folder, story.seed)
    airdemo.enter(story.river.basin, story.seed, since, until)
