"""Fill a data folder with a story that has just begun: a past, an old case, frames of some hours, an alert, its case.

`python tests/e2e/story.py FOLDER BASIN key=value …` does it in a process of its own, with these settings. The frames
are those that the simulated stations would send, the readings come from them by the gateway's own code, everything
after that by the platform's worker. Only the waiting is left out: the clock is moved from round to round.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path

from riverchief import basins
from riverchief.base.places import Place
from riverchief.base.regions import normalise
from riverchief.base.time import FixedClock, ScaledClock, from_epoch, local_day, write_clock
from riverchief.cloud.protocols import StreamDecoder
from riverchief.gateway.devices import Devices
from riverchief.gateway.storing import Logged, Storing
from riverchief.simulate.frames import Encoder
from riverchief.simulate.history import history
from riverchief.simulate.scenario import Scenario
from riverchief.simulate.stations import Report
from riverchief.store import Store

WATCHED_FROM = datetime(2026, 11, 17, 22, tzinfo=UTC)  # 06:00 in China, on a working day
PAST_DAYS = 100
OLD_CASE_AGE = timedelta(hours=40)
SEED = 3
AFTERWARDS = timedelta(hours=3)  # played on after the case was opened: more readings, and the front has moved
ROUND_S = 1_800  # of the story between two rounds of the worker


def fill(folder: Path, basin_name: str, **settings: object) -> None:
    """Make the folder; when this returns, its clock shows the story's present and runs as fast as the wall's."""
    from riverchief.web.demo import load_history, prepare

    basin = basins.read(basins.named(basin_name))
    clock = FixedClock(WATCHED_FROM - OLD_CASE_AGE)
    prepare(folder, basin, ScaledClock.start(clock.now(), 1.0), **settings)
    from riverchief.web import context

    context.clock = lambda: clock
    context.reset()
    _old_case(clock)
    clock.at = WATCHED_FROM
    story = Scenario.draw(basin, SEED, WATCHED_FROM)
    for _ in load_history(context.store(), history(story.river, PAST_DAYS), WATCHED_FROM):
        pass
    _play(story, Centre(context.store(), clock, folder))
    context.reset()
    write_clock(folder, ScaledClock.start(clock.now(), 1.0))


def _old_case(clock: FixedClock) -> None:
    """What somebody reported from the bank two days ago: handled, closed, confirmed by a second person, scored."""
    from riverchief.web import context
    from riverchief.web.accounts.models import User
    from riverchief.web.ground import cases, evidence

    basin = context.basin()
    stretch = next(d.interval for d in basin.basin.responsibilities if basin.chiefs[d.chief].level == "village")
    place = Place(stretch.reach, (stretch.from_m + stretch.to_m) / 2)
    region = normalise(basin.region_of(place, local_day(clock.now())))
    lon, lat = basin.lonlat(place)
    guard = User.objects.get(role="guard", region=region)
    case = cases.open_by_walker(guard, place, lon, lat, "岸边堆放建筑垃圾约两车 Two loads of rubble on the bank", 1)
    chief = User.objects.get(chief=case.chief)
    county = User.objects.get(role="county", region=region)
    prefecture = User.objects.get(username="prefecture")
    for person, action, note, hours in (
        (county, "accept", "", 0.5),
        (county, "dispatch", "", 0.1),
        (chief, "handle", "已清运 Cleared away", 6),
        (county, "verify", "现场已清理干净 The bank is clean", 2),
        (county, "close", "", 0.2),
        (prefecture, "confirm", "", 25),
    ):
        clock.advance(hours * 3600)
        if action == "handle":
            evidence.add_note(case, chief, "两车垃圾已运走，岸线已平整 Two loads taken away, the bank levelled")
        case = cases.move(case, cases.actor_of(person, case), action, note)


@dataclass
class Centre:
    """Takes reports as the gateway does: the frame into the log, what it says into the store."""

    store: Store
    clock: FixedClock
    folder: Path
    _encoders: dict[str, Encoder] = field(default_factory=dict)
    _storing: Storing | None = None

    def take(self, reports: list[Report], until_s: float) -> None:
        """Frames of one round; the clock then shows its end."""
        if self._storing is None:
            self.store.frames.open_for_writing()
            self._storing = Storing(self.store, self.clock, Devices(self.folder))
        logged = []
        for report in reports:
            encoder = self._encoders.setdefault(report.station.code, Encoder(report.station))
            raw, at, peer = encoder.encode(report).frame, from_epoch(report.due_s), "127.0.0.1:40000"
            number = self.store.frames.append(raw, at=at, peer=peer)
            decoder = StreamDecoder()
            logged += [Logged(number, at, peer, message, "") for message in [*decoder.feed(raw), *decoder.flush()]]
        self.store.frames.sync()
        self.clock.at = from_epoch(until_s)
        self._storing.store(logged)


def _play(story: Scenario, centre: Centre) -> None:
    """Let the stations send and the worker work until the case is some hours old."""
    from riverchief.web.ground.models import Case
    from riverchief.web.loop import worker

    stop = None
    for reports, until_s in _rounds(story):
        centre.take(reports, until_s)
        while worker.step():
            pass
        if stop is None and Case.objects.filter(source="alert").exists():
            stop = centre.clock.now() + AFTERWARDS
        if stop is not None and centre.clock.now() >= stop:
            return
    raise SystemExit("the story ended without a case")


def _rounds(story: Scenario) -> Iterator[tuple[list[Report], float]]:
    """Reports of all stations in the order in which they are sent, in rounds of equal length."""
    start_s, end_s = int(story.river.start_s), int(story.river.end_s)
    measured = merge(*(station.play(start_s, end_s) for station in story.stations), key=lambda r: r.time_s)
    waiting: list[Report] = []
    until_s = start_s + ROUND_S
    for report in measured:
        while report.time_s >= until_s:
            yield sorted((r for r in waiting if r.due_s < until_s), key=lambda r: r.due_s), until_s
            waiting = [r for r in waiting if r.due_s >= until_s]
            until_s += ROUND_S
        waiting.append(report)


if __name__ == "__main__":
    given = dict(item.split("=", 1) for item in sys.argv[3:])
    fill(Path(sys.argv[1]), sys.argv[2], **{k: int(v) if v.isdigit() else v for k, v in given.items()})
