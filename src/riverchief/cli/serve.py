"""`riverchief serve` runs the platform; `riverchief doctor` says whether machine and data folder are in order."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from riverchief.cli import EXIT_INPUT, app, emit

if TYPE_CHECKING:
    from riverchief.web.config import Config


@app.command("serve")
def serve(
    data: Path = typer.Option(Path("data"), help="data folder of the installation"),
    https: str = typer.Option("", help="name or address[:port] by which phones reach the site over HTTPS"),
) -> None:
    """Run the platform: web, live events, worker and gateway, and start again what dies.

    With --https, phones get an address that they trust: through Caddy where it is installed, else with a certificate
    of the installation's own, whose root people install once; the page /install says how.

    Example: riverchief serve --data /srv/riverchief --https rivers.example.cn
    """
    import os

    if https:
        os.environ["RIVERCHIEF_HTTPS"] = https
    from riverchief.web.setup import migrate, open_platform
    from riverchief.web.supervisor import Supervisor

    config = open_platform(data)
    migrate()
    typer.echo(
        f"pages and API: http://{config.host}:{config.port}  stations: {config.gateway_host}:{config.gateway_port}"
    )
    if config.https:
        _tell_phones(config)
    Supervisor(config).run_forever()


def _tell_phones(config: Config) -> None:
    """The address for phones as text and as a QR code, and what to compare before installing the root."""
    import segno

    from riverchief.base.time import SystemClock
    from riverchief.web import caddy, tls

    url = f"https://{config.https}"
    if caddy.found():
        typer.echo(f"phones: {url} (through Caddy)")
    else:
        tls.certify(config.folder, config.https_host, SystemClock().now())
        typer.echo(f"phones: {url}; install the root once: {url}/install")
        typer.echo(f"fingerprint of the root (SHA-256): {tls.fingerprint(tls.root_file(config.folder))}")
    segno.make(f"{url}/install", error="m").terminal(compact=True)


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
