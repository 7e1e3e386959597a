"""`riverchief init` and `riverchief basin`: make, check, migrate, load and export a basin folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from riverchief import basins
from riverchief.cli import EXIT_INPUT, app, emit

basin_app = typer.Typer(no_args_is_help=True, help="流域 Check, migrate, load and export a basin folder.")
app.add_typer(basin_app, name="basin")

Folder = Annotated[Path, typer.Argument(help="Basin folder.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
Data = Annotated[Path, typer.Option("--data", help="Data folder of the installation.")]


@app.command("init")
def init(
    name: Annotated[str, typer.Argument(help="Code of the basin: small letters, digits, hyphens.")],
    parent: Annotated[Path, typer.Option("--dir", help="Where the folder is made.")] = Path(),
    as_json: Json = False,
) -> None:
    """Make a small basin folder to begin with; it passes `riverchief basin check`, and its README says what to change.

    Example: riverchief init my-river
    """
    path = basins.init(name, parent)
    if as_json:
        emit({"path": str(path), "files": sorted(file.name for file in path.iterdir())})
    else:
        typer.echo(f"{path} is made. Read {path / 'README.md'}, then: riverchief basin check {path}")


@basin_app.command("check")
def check(folder: Folder, as_json: Json = False) -> None:
    """Name every fault of a basin folder with file and line, and count what is assumed. Exit code 1 with faults.

    Example: riverchief basin check my-river
    """
    found = basins.survey(folder)
    if as_json:
        emit({"path": str(folder), **found.as_json()})
    else:
        for fault in found.faults:
            typer.echo(str(fault))
        rows = ", ".join(f"{n} {file.removesuffix('.csv').replace('_', ' ')}" for file, n in found.rows.items() if n)
        assumed = ", ".join(f"{n} {file.removesuffix('.csv')}" for file, n in found.assumed.items())
        n = len(found.faults)
        typer.echo(f"{folder}: {'no fault' if not n else f'{n} fault' + 's' * (n > 1)}; {rows or 'nothing in it'}.")
        typer.echo(f"assumed: {sum(found.assumed.values())} ({assumed})." if assumed else "assumed: nothing.")
    if found.faults:
        raise typer.Exit(EXIT_INPUT)


@basin_app.command("migrate")
def migrate(
    old: Annotated[Path, typer.Argument(help="Basin folder as it is.")],
    new: Annotated[Path, typer.Argument(help="Folder with the new rivers and reaches; its other files do not count.")],
    out: Annotated[Path, typer.Option("--out", help="Where the migrated folder is written.")],
    as_json: Json = False,
) -> None:
    """Give every place and stretch of OLD an address on the reaches of NEW, and list what moved.

    Exit code 1 when something could not be placed or the new folder has faults; it is written all the same.

    Example: riverchief basin migrate jinzhong jinzhong-2027 --out jinzhong-migrated
    """
    done = basins.migrate(basins.read(old), basins.read_rivers(new))
    basins.write(done.basin, out)
    faults = basins.check(out)
    if as_json:
        moved, lost = [m._asdict() for m in done.moved], [x._asdict() for x in done.lost]
        emit({"path": str(out), "moved": moved, "lost": lost, "faults": [fault.as_json() for fault in faults]})
    else:
        table = Table("kind", "code", "old", "new", "off the line")
        for m in done.moved:
            table.add_row(m.kind, m.code, m.old, m.new, f"{m.distance_m:,.0f} m")
        for x in done.lost:
            table.add_row(x.kind, x.code, x.old, "not placed", x.why)
        Console().print(table)
        for fault in faults:
            typer.echo(str(fault))
        typer.echo(f"{out}: {len(done.moved)} moved, {len(done.lost)} not placed, {len(faults)} faults.")
    if done.lost or faults:
        raise typer.Exit(EXIT_INPUT)


@basin_app.command("load")
def load(folder: Folder, data: Data = Path("data"), as_json: Json = False) -> None:
    """Write a basin folder into the database of an installation, in one checked transaction.

    Example: riverchief basin load my-river --data /srv/riverchief
    """
    basin = basins.read(folder)
    from riverchief.base.time import read_clock
    from riverchief.web.setup import migrate as upgrade
    from riverchief.web.setup import open_platform

    open_platform(data)
    upgrade()
    from riverchief.web.basin import folder as registry

    counts = registry.load(basin, data, read_clock(data))
    if as_json:
        emit({"basin": basin.code, "data": str(data), "loaded": counts})
    else:
        typer.echo(f"{basin.name_zh} {basin.code} is in {data}: " + ", ".join(f"{n} {k}" for k, n in counts.items()))


@basin_app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the basin folder is written.")],
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Write the basin of an installation as a folder: the same one that was loaded, where nothing changed since.

    Example: riverchief basin export my-river-copy --data /srv/riverchief
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.web.basin import folder as registry

    basin = registry.export(folder)
    if as_json:
        emit({"basin": basin.code, "path": str(folder)})
    else:
        typer.echo(f"{basin.name_zh} {basin.code} is written to {folder}.")


@basin_app.command("export-excel")
def export_excel(
    file: Annotated[Path, typer.Argument(help="Where the workbook is written: .xlsx.")],
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Write chiefs, terms, leave, stretches, sections, facilities and cameras of an installation as one workbook.

    `riverchief import registry` reads it again; unchanged, it changes nothing.

    Example: riverchief basin export-excel registry.xlsx --data /srv/riverchief
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.basins import workbook
    from riverchief.web.basin import folder as registry

    basin = registry.read_registry()
    file.write_bytes(workbook.write(basin))
    if as_json:
        emit({"basin": basin.code, "path": str(file), "sheets": list(workbook.SHEETS.values())})
    else:
        typer.echo(f"{basin.name_zh} {basin.code} is written to {file}.")
