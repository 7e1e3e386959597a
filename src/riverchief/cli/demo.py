"""`riverchief demo`: a basin with simulated stations, a spill, and a loop that closes before one's eyes."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from riverchief.base.errors import InputError, RiverError
from riverchief.base.time import CHINA, Clock, FolderClock, ScaledClock, SystemClock, change_speed, write_clock
from riverchief.cli import EXIT_OURS, app
from riverchief.cli.simulate import find_basin, remembered_start

if TYPE_CHECKING:
    from riverchief.base.basin import Basin
    from riverchief.simulate.pacing import Course
    from riverchief.simulate.scenario import Scenario
    from riverchief.web.config import Config
    from riverchief.web.outcome import Outcome
    from riverchief.web.play import Actor, Play

FOLDER = "demo-data"
HISTORY_FILE = "simulate/history.json"
WATCHED_SPEED = 120.0
AHEAD_REAL_S = 210.0  # in a browser: the wave is first measured so long after the platform answers
# without a browser every run begins on the same day, so that a seed tells the same story on every machine
FIRST_DAY = datetime(2026, 5, 11, 16, tzinfo=UTC)
REPORTS_PER_REAL_S = 22.0  # what the platform takes from its stations on two modest cores
FASTEST = 3_000.0
DAYS, DAYS_HEADLESS = 400, 45
ACTORS_PAUSE_REAL_S, HEADLESS_PAUSE_REAL_S = 2.0, 0.5
PICTURES_HEADLESS = 24


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    basin: str
    seed: int
    speed: float | None
    port: int | None
    days: int
    headless: bool
    actors: bool


@dataclass(frozen=True)
class Stage:
    """A data folder that is ready to be played on."""

    config: Config
    basin: Basin
    story: Scenario
    course: Course
    clock: Clock
    since: datetime
    speed: float


@contextmanager
def _folder(given: Path | None, headless: bool) -> Iterator[Path]:
    """The data folder: a fresh one that is thrown away where nobody wants to look at it later."""
    if given is None and headless:
        with tempfile.TemporaryDirectory(prefix="riverchief-demo-") as name:
            yield Path(name)
    else:
        yield given or Path(FOLDER)


def _ports(wanted: Wanted) -> dict[str, int]:
    """Ports of pages, events and gateway: those beside the one that was asked for, or free ones."""
    from riverchief.web.demo import free_port

    host = "127.0.0.1"
    port = free_port(host, wanted.port or 8000)
    if wanted.port is not None and port != wanted.port:
        raise InputError(f"port {wanted.port} is in use on {host}; give another one with --port.", port=wanted.port)
    ports = {"port": port, "live_port": free_port(host, port + 1)}
    return {**ports, "gateway_port": free_port(host, port + 1212)}


def _stage(folder: Path, wanted: Wanted, bars: Progress) -> Stage:
    """Make or take up the data folder: story, tables, basin, users, history, clock."""
    from riverchief.simulate.pacing import Course
    from riverchief.simulate.scenario import Scenario
    from riverchief.web.demo import prepare
    from riverchief.web.play import last_acknowledged

    bar = bars.add_task("basin", total=None)
    basin = find_basin(wanted.basin)
    today = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    start = remembered_start(folder / "simulate", basin.code, wanted.seed, FIRST_DAY if wanted.headless else today)
    story = Scenario.draw(basin, wanted.seed, start)
    course = Course.of(story)
    fastest = course.speed(REPORTS_PER_REAL_S, FASTEST)
    speed = wanted.speed or (fastest if wanted.headless else WATCHED_SPEED)
    earlier = last_acknowledged(folder)
    begin = start if wanted.headless else course.just_before(speed, AHEAD_REAL_S)
    since, begin = earlier or (start, begin)
    config = prepare(folder, basin, ScaledClock.start(start, speed), **_ports(wanted))
    bars.update(bar, total=1, completed=1)
    _past(folder, story, wanted.days, bars)
    # time passes as on the wall until the platform has started; then it runs
    write_clock(folder, ScaledClock.start(begin, 1.0))
    return Stage(config, basin, story, course, FolderClock(folder), since, speed)


def _past(folder: Path, story: Scenario, days: int, bars: Progress) -> None:
    """Load the simulated history, once."""
    from riverchief.base.time import from_epoch
    from riverchief.simulate.history import history
    from riverchief.store import open_store
    from riverchief.web.demo import load_history

    done = folder / HISTORY_FILE
    if done.exists():
        return
    known_at = from_epoch(story.river.start_s)
    sections = sum(1 for s in story.river.basin.sections if s.station)
    bar = bars.add_task("history", total=sections * days * 6 * 8)
    written = 0
    with open_store(folder, ScaledClock.start(known_at, 1.0)) as store:
        for written in load_history(store, history(story.river, days), known_at):
            bars.update(bar, completed=written)
    bars.update(bar, total=max(written, 1), completed=max(written, 1))
    done.write_text(json.dumps({"simulated": True, "days": days, "readings": written}), encoding="utf-8")


def _actors(stage: Stage, wanted: Wanted) -> list[Actor]:
    from riverchief.simulate.actors import Office, Walker
    from riverchief.simulate.api import Cast
    from riverchief.simulate.pilot import MOST_PICTURES, Pilot

    if not wanted.actors:
        return []
    cast = Cast(f"http://{stage.config.host}:{stage.config.port}")
    most = PICTURES_HEADLESS if wanted.headless else MOST_PICTURES
    pilot = Pilot(cast, stage.clock, stage.basin, stage.story.spill, stage.story.seed, most)
    return [pilot, Walker(cast, stage.clock, stage.basin), Office(cast, stage.clock, stage.basin)]


def _teller(clock: Clock, console: Console) -> Callable[[str], None]:
    def say(sentence: str) -> None:
        console.print(f"{clock.now().astimezone(CHINA):%m-%d %H:%M}  {sentence}", highlight=False)

    return say


def _welcome(stage: Stage, play: Play, console: Console) -> None:
    console.print(
        f"\n[bold]{play.address}[/bold]   {stage.basin.name_zh} {stage.basin.name_en}: all stations simulated"
    )
    people = json.loads((stage.config.folder / "demo-users.json").read_text(encoding="utf-8"))
    for person in (p for p in people if p["shown"]):
        console.print(f"  {person['username']:<24} {person['password']}  {person['name_zh']} {person['name_en']}")
    ahead_s = (stage.course.measured - stage.clock.now()).total_seconds() / stage.speed
    if ahead_s > 0:
        console.print(f"A wave will be measured in about {ahead_s / 60:.0f} min. Ctrl-C ends.\n")


def _follow(play: Play, outcome: Outcome | None, deadline_s: float, say: Callable[[str], None]) -> bool:
    """Keep the play going until the story has ended or the time is over; whether it has ended."""
    told: set[str] = set()
    next_look = 0.0
    while time.monotonic() < deadline_s:
        play.look()
        if outcome is None or time.monotonic() < next_look:
            continue
        next_look = time.monotonic() + 1.0
        ended = _looked(outcome)
        for key, sentence in _news(outcome):
            if key not in told:
                told.add(key)
                say(sentence)
        if ended:
            return True
    return False


def _looked(outcome: Outcome) -> bool:
    import httpx

    from riverchief.simulate.api import Refused

    try:
        return outcome.look()
    except (Refused, httpx.HTTPError):
        return False  # the platform is being started again


def _news(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.instrument:
        found = outcome.instrument
        yield found["id"], f"instrument alert: {found['property']} at {found['station']['code']}"
    if outcome.alert:
        found = outcome.alert
        yield found["id"], f"alert: {found['property']} {found['value']} at {found['station']['code']}, {found['at']}"
    if outcome.case:
        found = outcome.case
        yield f"{found['id']} {found['state']}", f"case {found['number']} is {found['state']}"
        if found["confirmed_at"]:
            yield f"{found['id']} confirmed", f"the closing of case {found['number']} is confirmed"
    if outcome.score:
        found = outcome.score
        yield found["id"], f"score of {found['chief']['name_en']}: {found['points']} of {found['max']}"


def _result(play: Play, outcome: Outcome, stage: Stage, wall_s: float) -> dict[str, Any]:
    played = play.played
    return {
        **outcome.as_dict(),
        "speed": round(stage.speed, 1),
        "wall_s": round(wall_s, 1),
        "sent": played.sent,
        "acknowledged": played.acknowledged,
        "trouble": play.trouble or None,
    }


@app.command("demo")
def demo(
    basin: Annotated[str, typer.Option(help="Basin folder, or the name of a shipped basin.")] = "jinzhong",
    data: Annotated[
        Path | None, typer.Option(help=f"Data folder, made or taken up; {FOLDER}, with --headless a passing one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What is drawn: river, spill, broken sensor.")] = 1,
    speed: Annotated[
        float | None,
        typer.Option(help=f"Times faster than the wall; {WATCHED_SPEED:g}, with --headless as fast as it can follow."),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the pages; 8000, or a free one.")] = None,
    days_of_history: Annotated[
        int | None, typer.Option(help=f"Days of the past; {DAYS}, with --headless {DAYS_HEADLESS}.")
    ] = None,
    actors: Annotated[bool, typer.Option(help="Simulated pilot, chiefs and offices act; else only you do.")] = True,
    headless: Annotated[bool, typer.Option("--headless", help="No visitor: as fast as the platform follows.")] = False,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="End when the case's closing is confirmed and its chief scored.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the story and every step of it as one JSON object.")
    ] = None,
    timeout_s: Annotated[float, typer.Option(help="With --until-closed: give up after so many seconds.")] = 170.0,
) -> None:
    """Play a basin with simulated stations: a spill happens, and the loop closes, from the raw frame to the score.

    Every station, picture and person is simulated, and every page says so. Run again, a folder goes on where it was
    left. Exit code 3 when the story did not end in time.

    Example: riverchief demo

    Example: riverchief demo --headless --until-closed --basin mini --seed 7 --json steps.json
    """
    begun = time.monotonic()
    days = days_of_history or (DAYS_HEADLESS if headless else DAYS)
    wanted = Wanted(basin, seed, speed, port, days, headless, actors)
    console = Console()
    with _folder(data, headless) as folder:
        missing = _run(folder, wanted, json_file, begun + timeout_s if until_closed else float("inf"), console)
    if until_closed and missing:
        typer.echo(f"not closed within {timeout_s:g} s: {missing}.", err=True)
        sys.exit(EXIT_OURS)


def _run(folder: Path, wanted: Wanted, json_file: Path | None, deadline_s: float, console: Console) -> str:
    """Prepare, play and tell; what is missing of the story at its end, in words."""
    from riverchief.simulate.api import Api
    from riverchief.web.demo import PASSWORD
    from riverchief.web.outcome import Outcome
    from riverchief.web.play import Play

    begun = time.monotonic()
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bars:
        stage = _stage(folder, wanted, bars)
        say = _teller(stage.clock, console)
        pause_s = HEADLESS_PAUSE_REAL_S if wanted.headless else ACTORS_PAUSE_REAL_S
        play = Play(stage.config, stage.story, stage.clock, stage.since, _actors(stage, wanted), pause_s, say)
        bar = bars.add_task("platform and stations", total=None)
        play.__enter__()
        change_speed(folder, stage.speed)
        bars.update(bar, total=1, completed=1)
    outcome = Outcome(Api(play.address, "auditor", PASSWORD), stage.story, stage.course)
    ends = deadline_s != float("inf")
    try:
        if not wanted.headless:
            _welcome(stage, play, console)
        _follow(play, outcome if ends or wanted.headless else None, deadline_s, say)
        missing = outcome.missing() if ends or json_file else ""
        if json_file is not None:
            told = _result(play, outcome, stage, time.monotonic() - begun)
            json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    except KeyboardInterrupt:
        missing = "" if not ends else "it was interrupted"
    except RiverError as error:
        missing = error.sentence
    finally:
        play.__exit__()
    return f"{missing} ({play.trouble})" if missing and play.trouble else missing
