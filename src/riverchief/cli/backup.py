"""`riverchief backup` and `riverchief restore`: a whole data folder out and in, while everything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from riverchief.cli import app, emit
from riverchief.store import BackupReport


@contextmanager
def _progress(what: str, *, shown: bool) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as progress:
        task = progress.add_task(what)
        yield lambda name: progress.update(task, description=f"{what} {name}")


def _summary(report: BackupReport) -> dict[str, object]:
    return {
        "taken_at": report.taken_at,
        "version": report.version,
        "files": len(report.files),
        "bytes": report.n_bytes,
        "frames_to": report.frames_to,
        "decoded_to": report.decoded_to,
        "problems": report.problems,
    }


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="where the backup goes: a folder that is new or empty")],
    data: Annotated[Path, typer.Option(help="data folder of the installation")] = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, for programs")] = False,
) -> None:
    """Copy a data folder while the platform runs; all that was acknowledged before is in it.

    Example: riverchief backup /mnt/disk2/2026-11-21 --data /srv/riverchief
    """
    from riverchief.store import backup as take

    with _progress("copying", shown=not as_json) as told:
        report = take(data, target, progress=told)
    if as_json:
        emit({"target": str(target), **_summary(report)})
        return
    typer.echo(f"{target}: {len(report.files)} files, {report.n_bytes:,} bytes, frames to {report.frames_to}")
    for problem in report.problems:
        typer.echo(f"look here: {problem}", err=True)


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(help="a folder that `riverchief backup` wrote")],
    data: Annotated[Path, typer.Option(help="data folder to be made: new or empty")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, for programs")] = False,
) -> None:
    """Make a data folder from a backup, every file checked, and store what its last frames say.

    Example: riverchief restore /mnt/disk2/2026-11-21 --data /srv/riverchief
    """
    from riverchief.base.time import read_clock
    from riverchief.gateway import catch_up
    from riverchief.store import restore as bring_back

    with _progress("restoring", shown=not as_json) as told:
        report = bring_back(source, data, progress=told)
    n_frames = catch_up(data, read_clock(data))
    if as_json:
        emit({"data": str(data), "decoded_now": n_frames, **_summary(report)})
    else:
        typer.echo(f"{data}: {len(report.files)} files of {report.taken_at}, {n_frames} frames decoded now")
