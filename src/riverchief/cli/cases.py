"""`riverchief import cases` takes a table of problems; `riverchief export case` writes what anybody can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from riverchief.base.errors import NotFound
from riverchief.cli import EXIT_INPUT, app, emit
from riverchief.cli.import_ import import_app

if TYPE_CHECKING:
    from riverchief.web.accounts.models import User

export_app = typer.Typer(no_args_is_help=True, help="导出 Write out what others can check.")
app.add_typer(export_app, name="export")

DATA = typer.Option(Path("data"), help="data folder of the installation")
USER = typer.Option(..., "--as", help="username in whose name it is done")


def _user(username: str) -> User:
    from riverchief.web.accounts.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound("user", username)
    return found


@import_app.command("cases")
def cases(
    file: Path = typer.Argument(..., help="Excel table of problems", exists=True, dir_okay=False),
    data: Path = DATA,
    user: str = USER,
    name: str = typer.Option("", help="what the table is called; its numbers are known under this name"),
    system: str = typer.Option("wgs84", help="coordinate system of its points: wgs84, cgcs2000 or gcj02"),
    dry_run: bool = typer.Option(False, "--dry-run", help="say what would be taken, row by row, and take nothing"),
    as_json: bool = typer.Option(False, "--json", help="one JSON object, for programs"),
) -> None:
    """Take an office's table of problems into the ledger: all sound rows in one transaction, each number once.

    Exit code 1 where a row has a fault, also when the others were taken.

    Example: riverchief import cases 台账.xlsx --data demo-data --as county-149901 --dry-run
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.web.ground import importing

    told = importing.run(file.read_bytes(), file.name, _user(user), name=name, system=system, dry_run=dry_run)
    if as_json:
        emit(told)
    else:
        table = Table("row", "column", "fault")
        for row in told["rows"]:
            for fault in row["faults"]:
                table.add_row(str(row["row"]), fault["column"], fault["en"])
        if table.row_count:
            Console().print(table)
        verb = "would be taken" if dry_run else "taken"
        typer.echo(f"{told['new']} {verb}, {told['known']} there already, {told['faulty']} with faults")
    if told["faulty"]:
        raise typer.Exit(EXIT_INPUT)


@export_app.command("case")
def case(
    number: str = typer.Argument(..., help="number or id of the case"),
    out: Path = typer.Option(Path(), help="folder into which the archive is written"),
    data: Path = DATA,
    user: str = USER,
    as_json: bool = typer.Option(False, "--json", help="one JSON object, for programs"),
) -> None:
    """Write a case as a zip that anybody can check: steps, evidence, audit lines, signature, and verify.py.

    Example: riverchief export case 2026-00001 --data demo-data --as prefecture
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.web.ground import cases as ledger
    from riverchief.web.ground import export

    who = _user(user)
    found = ledger.by_number(who, number)
    path = out / f"case-{found.number}.zip"
    path.write_bytes(export.archive(found, who))
    if as_json:
        emit({"file": str(path), "key": export.public_key(), "fingerprint": export.fingerprint()})
    else:
        typer.echo(f"{path}: check it with `python verify.py --key {export.public_key()}` where it is unpacked")
