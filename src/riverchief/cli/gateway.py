"""`riverchief gateway`: listen to field stations."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from pathlib import Path
from typing import Annotated

import typer

from riverchief.cli import app, emit


@app.command("gateway")
def gateway(
    data: Annotated[Path, typer.Option(help="data folder of the installation; made where it is missing")],
    host: Annotated[str, typer.Option(help="address to listen on; 0.0.0.0 for all of this machine")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on, for every protocol; 0 takes a free one")] = 9212,
    as_json: Annotated[
        bool, typer.Option("--json", help="say where it listens as one JSON object, for programs")
    ] = False,
) -> None:
    """Listen to field stations: keep every frame, acknowledge what is durable, store the readings.

    Runs until Ctrl-C or SIGTERM. A frame is acknowledged only when it is on the disk; when there is no room, nothing
    is acknowledged and the stations send again.

    Example: riverchief gateway --data demo-data --host 0.0.0.0 --port 9212
    """
    from riverchief.base.time import FolderClock
    from riverchief.gateway import serve

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")

    def ready(found: int) -> None:
        if as_json:
            emit({"listening": True, "host": host, "port": found, "data": str(data)})
        else:
            typer.echo(f"listening for stations on {host}:{found}; Ctrl-C ends it")

    async def run() -> None:
        task = asyncio.ensure_future(serve(data, host, port, FolderClock(data), ready=ready))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
