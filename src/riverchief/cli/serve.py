"""`riverchief serve` runs the platform; `riverchief doctor` says whether machine and data folder are in order."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from riverchief.cli import EXIT_INPUT, app, emit


@app.command("serve")
def serve(data: Path = typer.Option(Path("data"), help="data folder of the installation")) -> None:
    """Run the platform: web, live events, worker and gateway, and start again what dies.

    Example: riverchief serve --data /srv/riverchief
    """
    from riverchief.web.setup import migrate, open_platform
    from riverchief.web.supervisor import Supervisor

    config = open_platform(data)
    migrate()
    typer.echo(
        f"pages and API: http://{config.host}:{config.port}  stations: {config.gateway_host}:{config.gateway_port}"
    )
    Supervisor(config).run_forever()


def _checks(data: Path) -> list[tuple[str, bool, str]]:
    from riverchief.web.pages import UI

    free_gb = shutil.disk_usage(data if data.exists() else Path()).free / 1e9
    return [
        ("Python", sys.version_info >= (3, 11), f"{sys.version_info.major}.{sys.version_info.minor}, needs 3.11"),
        ("disk", free_gb > 1, f"{free_gb:.1f} GB free, needs 1 GB"),
        ("pages built", (UI / "index.html").exists(), "run `make ui` where they are not"),
        ("data folder", data.exists(), f"{data}: make one with `riverchief demo` or `riverchief basin load`"),
    ]


def _seals(data: Path) -> list[tuple[str, bool, str]]:
    """What was changed, one line each; or one line that says nothing was."""
    from riverchief.web.setup import open_platform, waiting_migrations

    open_platform(data)
    from riverchief.web import integrity

    if waiting := waiting_migrations():
        found = f"{len(waiting)} migrations wait: start `riverchief serve --data {data}` once, then look again"
        return [("database", False, found)]
    told = [(f"{fault.what} {fault.id}", False, fault.why) for fault in integrity.faults()]
    return told or [("seals", True, "audit, moves of cases, evidence and its files are as they were sealed")]


@app.command("doctor")
def doctor(
    data: Path = typer.Option(Path("data"), help="data folder to look at"),
    audit: bool = typer.Option(False, "--audit", help="look for anything that was changed behind the platform's back"),
    as_json: bool = typer.Option(False, "--json", help="one JSON object, for programs"),
) -> None:
    """Say whether this machine and data folder are in order, and what to do where they are not.

    With --audit, every audit entry, move of a case and piece of evidence with its file is held against its seal.

    Example: riverchief doctor --data demo-data --audit
    """
    checks = _checks(data)
    if audit and data.exists():
        checks += _seals(data)
    if as_json:
        emit({"checks": [{"name": n, "ok": ok, "found": found} for n, ok, found in checks]})
    else:
        table = Table("check", "state", "found")
        for name, ok, found in checks:
            table.add_row(name, "ok" if ok else "look here", found)
        Console().print(table)
    if not all(ok for _, ok, _ in checks):
        raise typer.Exit(EXIT_INPUT)
