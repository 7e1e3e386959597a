"""`riverchief demo`: a basin with simulated stations, a spill, and a loop that closes before one's eyes."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from riverchief.base.errors import RiverError
from riverchief.base.time import CHINA, Clock, SystemClock, change_speed
from riverchief.cli import app
from riverchief.cli.simulate import find_basin, remembered_start

if TYPE_CHECKING:
    from riverchief.web.outcome import Outcome
    from riverchief.web.pacer import Pacer
    from riverchief.web.play import Actor, Play
    from riverchief.web.stage import Stage

FOLDER = "demo-data"
PORT = 8000
WATCHED_SPEED = 120.0
AHEAD_REAL_S = 210.0  # in a browser: the wave is first measured so long after the platform answers
AHEAD_HEADLESS_S = 4.5 * 3_600.0  # without a visitor: one ordinary analysis comes over the wire before
# without a visitor every run begins on the same day, so that a seed tells the same story on every machine
FIRST_DAY = datetime(2026, 5, 11, 16, tzinfo=UTC)
DAYS, DAYS_HEADLESS = 400, 45
PAUSE_REAL_S, PAUSE_HEADLESS_REAL_S = 2.0, 0.5
PICTURES_HEADLESS = 16
LOOK_REAL_S = 1.0


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
    json_file: Path | None
    deadline_s: float | None  # on the monotonic clock


@contextmanager
def _folder(given: Path | None, headless: bool) -> Iterator[Path]:
    """The data folder: a passing one where nobody is there to look at it later."""
    if given is None and headless:
        with tempfile.TemporaryDirectory(prefix="riverchief-demo-") as name:
            yield Path(name)
    else:
        yield given or Path(FOLDER)


def _stage(folder: Path, wanted: Wanted, bars: Progress) -> Stage:
    """Make or take up the data folder."""
    from riverchief.web.stage import ports, set_stage

    tasks: dict[str, Any] = {}

    def progress(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=total)
        bars.update(tasks[name], completed=done, total=total)

    basin = find_basin(wanted.basin)
    today = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    start = remembered_start(folder / "simulate", basin.code, wanted.seed, FIRST_DAY if wanted.headless else today)
    ahead_s = AHEAD_HEADLESS_S if wanted.headless else AHEAD_REAL_S * (wanted.speed or WATCHED_SPEED)
    usual = None if wanted.headless else PORT
    numbers = ports(wanted.port or usual, firm=wanted.port is not None)
    return set_stage(
        folder, basin, wanted.seed, start, numbers=numbers, days=wanted.days, ahead_s=ahead_s, progress=progress
    )


def _actors(stage: Stage, wanted: Wanted) -> list[Actor]:
    from riverchief.simulate.actors import Office, Walker
    from riverchief.simulate.api import Cast
    from riverchief.simulate.pilot import MOST_PICTURES, Pilot

    if not wanted.actors:
        return []
    cast = Cast(stage.address)
    most = PICTURES_HEADLESS if wanted.headless else MOST_PICTURES
    pilot = Pilot(cast, stage.clock, stage.basin, stage.story.spill, stage.story.seed, most)
    return [pilot, Walker(cast, stage.clock, stage.basin), Office(cast, stage.clock, stage.basin)]


def _teller(clock: Clock, console: Console) -> Callable[[str], None]:
    def say(sentence: str) -> None:
        console.print(f"{clock.now().astimezone(CHINA):%m-%d %H:%M}  {sentence}", highlight=False)

    return say


def _welcome(stage: Stage, speed: float, console: Console) -> None:
    where = f"{stage.basin.name_zh} {stage.basin.name_en}"
    console.print(f"\n[bold]{stage.address}[/bold]   {where}: every station is simulated", highlight=False)
    people = json.loads((stage.config.folder / "demo-users.json").read_text(encoding="utf-8"))
    for person in (p for p in people if p["shown"]):
        line = f"  {person['username']:<24} {person['password']}  {person['name_zh']} {person['name_en']}"
        console.print(line, highlight=False)
    ahead_s = (stage.course.measured - stage.clock.now()).total_seconds() / speed
    if ahead_s > 0:
        console.print(f"A wave will be measured in about {max(ahead_s / 60, 1):.0f} min.", highlight=False)
    console.print("Ctrl-C ends.\n")


def _follow(play: Play, outcome: Outcome, pacer: Pacer | None, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Keep the play going and tell what happens, until the story has ended or the time is over."""
    import httpx

    from riverchief.simulate.api import Refused

    told: set[str] = set()
    next_look_s = 0.0
    while wanted.deadline_s is None or time.monotonic() < wanted.deadline_s:
        play.look()
        if time.monotonic() < next_look_s:
            continue
        next_look_s = time.monotonic() + LOOK_REAL_S
        try:
            ended = outcome.look()
            if pacer is not None:
                pacer.look(outcome)
        except (Refused, httpx.HTTPError):
            continue  # the platform is being started again
        for key, sentence in _news(outcome):
            if key not in told:
                told.add(key)
                say(sentence)
        if ended and wanted.deadline_s is not None:
            return


def _news(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.instrument:
        found = outcome.instrument
        yield found["id"], f"instrument alert: {found['property']} at {found['station']['code']}"
    if outcome.alert:
        found = outcome.alert
        yield found["id"], f"alert: {found['property']} {found['value']} at {found['station']['code']}"
    if outcome.case:
        found = outcome.case
        yield f"{found['id']} {found['state']}", f"case {found['number']} is {found['state']}"
        if found["confirmed_at"]:
            yield f"{found['id']} confirmed", f"the closing of case {found['number']} is confirmed"
    if outcome.score:
        found = outcome.score
        yield found["id"], f"score of {found['chief']['name_en']}: {found['points']} of {found['max']}"


def _write(play: Play, outcome: Outcome, wanted: Wanted, begun: tuple[float, datetime]) -> None:
    """Write the story with what became of it."""
    assert wanted.json_file is not None
    real_s = time.monotonic() - begun[0]
    mean = (play.clock.now() - begun[1]).total_seconds() / real_s
    told = {
        **outcome.as_dict(),
        "speed": wanted.speed or round(mean, 1),
        "wall_s": round(real_s, 1),
        "frames_sent": play.played.sent,
        "frames_acknowledged": play.played.acknowledged,
        "trouble": play.trouble or None,
    }
    wanted.json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _run(folder: Path, wanted: Wanted, console: Console) -> str:
    """Prepare, play and tell; what is missing of the story at its end, in words."""
    from riverchief.simulate.api import Api
    from riverchief.web.demo import PASSWORD
    from riverchief.web.outcome import Outcome
    from riverchief.web.play import Play

    begun_s = time.monotonic()
    pause_s = PAUSE_HEADLESS_REAL_S if wanted.headless else PAUSE_REAL_S
    with ExitStack() as stack:
        with Progress(TextColumn("{task.description:<8}"), BarColumn(), TimeElapsedColumn(), console=console) as bars:
            stage = _stage(folder, wanted, bars)
            say = _teller(stage.clock, console)
            bar = bars.add_task("platform", total=None)
            play = Play(stage.config, stage.story, stage.clock, stage.since, _actors(stage, wanted), pause_s, say)
            begun = begun_s, stage.clock.now()
            stack.enter_context(play)
            bars.update(bar, total=1, completed=1)
        from riverchief.web.pacer import Pacer  # reads models, which needs a platform that is set up

        auditor = Api(stage.address, "auditor", PASSWORD)
        outcome = Outcome(auditor, stage.story, stage.course)
        pacer = Pacer(stage.config, stage.clock, stage.course, auditor)
        paced = pacer if wanted.headless and wanted.speed is None else None
        speed = pacer.first() if paced else wanted.speed or WATCHED_SPEED
        change_speed(folder, speed)
        if not wanted.headless:
            _welcome(stage, speed, console)
        missing = ""
        try:
            _follow(play, outcome, paced, wanted, say)
        except KeyboardInterrupt:
            missing = "it was interrupted"
        missing = missing or outcome.missing()
        if wanted.json_file is not None:
            _write(play, outcome, wanted, begun)
    return f"{missing} ({play.trouble})" if missing and play.trouble else missing


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
    port: Annotated[int | None, typer.Option(help=f"Port of the pages; {PORT} if free, with --headless any.")] = None,
    days_of_history: Annotated[
        int | None, typer.Option(help=f"Days of the past; {DAYS}, with --headless {DAYS_HEADLESS}.")
    ] = None,
    actors: Annotated[bool, typer.Option(help="Simulated pilot, chiefs and offices act; else only you do.")] = True,
    headless: Annotated[bool, typer.Option("--headless", help="No visitor: as fast as the platform follows.")] = False,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="End when the case's closing is confirmed and its chief scored.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="At the end, write the story and every step as one JSON object.")
    ] = None,
    timeout_s: Annotated[float, typer.Option(help="With --until-closed: give up after so many seconds.")] = 170.0,
) -> None:
    """Play a basin with simulated stations: a spill happens, and the loop closes, from the raw frame to the score.

    Every station, picture and person is simulated, and every page says so. Run again, a folder goes on where it was
    left. Exit code 3 when the story did not end in time.

    Example: riverchief demo

    Example: riverchief demo --headless --until-closed --basin mini --seed 7 --json steps.json
    """
    begun_s = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupted)
    days = days_of_history if days_of_history is not None else (DAYS_HEADLESS if headless else DAYS)
    deadline_s = begun_s + timeout_s if until_closed else None
    wanted = Wanted(basin, seed, speed, port, days, headless, actors, json_file, deadline_s)
    with _folder(data, headless) as folder:
        try:
            missing = _run(folder, wanted, Console())
        except KeyboardInterrupt:
            missing = "it was interrupted"
    if until_closed and missing:
        raise RiverError(f"the story did not end within {timeout_s:g} s: {missing}.")
