"""`riverchief simulate`: field stations that speak HJ 212 and SL 651 to a gateway, in a river of their own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riverchief import basins
from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.time import CLOCK_FILE, Clock, ScaledClock, SystemClock, read_clock
from riverchief.cli import app, emit

STORY = "story.json"
_SAY_EVERY_S = 10.0


def find_basin(name: str) -> Basin:
    """The basin of a folder, or a shipped one by its name."""
    folder = Path(name)
    return basins.read(folder if folder.is_dir() else basins.named(name))


def remembered_start(folder: Path, basin: str, seed: int, now: datetime) -> datetime:
    """When the story of a data folder began; `now` where none has, which is then written down.

    Raises
    ------
    InputError
        When the folder holds the story of another basin or seed: its river would not be the same.
    """
    path = folder / STORY
    if path.exists():
        saved = json.loads(path.read_text(encoding="utf-8"))
        if (saved["basin"], saved["seed"]) != (basin, seed):
            raise InputError(
                f"{path} holds the story of {saved['basin']} with seed {saved['seed']}, asked for was {basin} with "
                f"seed {seed}: give that basin and seed, or another --data.",
                **saved,
            )
        return datetime.fromisoformat(saved["start"])
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"basin": basin, "seed": seed, "start": now.isoformat()}), encoding="utf-8")
    return now


def _clock(data: Path, speed: float | None) -> Clock:
    if (data / CLOCK_FILE).exists():
        if speed is not None:
            raise InputError(f"{data / CLOCK_FILE} already sets the time of this folder; leave --speed out.")
        return read_clock(data)
    return SystemClock() if speed is None else ScaledClock.start(SystemClock().now(), speed)


async def _play(field: Any, console: Console | None) -> None:
    task = asyncio.create_task(field.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        while not task.done():
            await asyncio.wait([task], timeout=_SAY_EVERY_S)
            if console and not task.done():
                played = field.played
                console.print(f"{played.acknowledged} acknowledged, {played.waiting} waiting, {played.resent} resent")
        await task


@app.command("simulate")
def simulate(
    basin: Annotated[str, typer.Option(help="Basin folder, or the name of a shipped basin.")] = "mini",
    host: Annotated[str, typer.Option(help="Address of the gateway.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the gateway.")] = 9212,
    seed: Annotated[int, typer.Option(help="What is drawn: river, spill, broken sensor.")] = 1,
    speed: Annotated[
        float | None, typer.Option(help="Times faster than the wall; the clock of --data, else 1.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Data folder: its clock; story and acknowledgements go there.")] = Path(
        "data"
    ),
    history: Annotated[Path | None, typer.Option(help="Write the past as a CSV to import, and end.")] = None,
    days: Annotated[int, typer.Option(help="Days of the past.")] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Play the stations of a basin against a gateway until Ctrl-C; no value comes from a real instrument.

    Every acknowledgement is logged to simulate/acknowledged.jsonl in the data folder.

    Example: riverchief simulate --basin mini --port 9212 --seed 7 --speed 60

    Example: riverchief simulate --basin mini --seed 7 --history past.csv
    """
    from riverchief.simulate.field import Field
    from riverchief.simulate.history import write_history
    from riverchief.simulate.scenario import Scenario

    here = find_basin(basin)
    clock = _clock(data, speed)
    folder = data / "simulate"
    story = Scenario.draw(here, seed, remembered_start(folder, here.code, seed, clock.now()))
    if history is not None:
        rows = write_history(story.river, history, days)
        if as_json:
            emit({"simulated": True, "path": str(history), "rows": rows, "days": days})
        else:
            typer.echo(f"{history}: {rows} simulated rows of {days} days; load them with `riverchief import readings`.")
        return
    field = Field(story.stations, host, port, clock, folder / "acknowledged.jsonl")
    if not as_json:
        typer.echo(f"{len(story.stations)} simulated stations of {here.name_zh} call {host}:{port}; Ctrl-C ends.")
    asyncio.run(_play(field, None if as_json else Console()))
    if as_json:
        emit({"simulated": True, "basin": here.code, "seed": seed, **asdict(field.played)})
