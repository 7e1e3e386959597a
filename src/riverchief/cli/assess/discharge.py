"""`riverchief assess discharge`: an outfall's hours against its permit, its days, and its load of the year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.basins.permits import read_permits
from riverchief.basins.tables import FACILITY_KINDS
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.discharge import of_permit
from riverchief.cloud.standards.water.wording import LANGUAGES
from riverchief.cloud.tables.outfall import ADDED_COLUMNS, added_cells, assess_outfall, read_outfall
from riverchief.cloud.tables.table import write_table

_SHOWN = 20


@assess_app.command("discharge")
def discharge(
    file: Annotated[Path, typer.Argument(help="Table of an outfall: time, cod_mgl, nh3n_mgl …, flow_m3s, state.")],
    permit: Annotated[Path | None, typer.Option("--permit", help="Permit limits, columns as permits.csv.")] = None,
    facility: Annotated[str, typer.Option("--facility", help="Whose rows of the permit file.")] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="outfall, works, enterprise: judge by the standards for it as well.")
    ] = "",
    region: Annotated[
        str, typer.Option("--region", help="Region code of the facility, for provincial standards.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where the judged table goes.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of r_why: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Hold an outfall's hourly and daily means and its yearly load against its limits: r_over, r_why.

    The strictest limit that applies decides and is cited. Means with too few readings and rows in an exempt state
    are not judged; a load says which time it lacks. Bad cells are listed with their line, the rest counts.

    Example: riverchief assess discharge hours.csv --permit permits.csv --facility works-a --json
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    if kind and kind not in FACILITY_KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(FACILITY_KINDS)}", param_hint="--kind")
    if permit is None and not kind:
        raise typer.BadParameter("give --permit, or --kind for the standards, or both", param_hint="--permit")
    limits = [] if permit is None else [of_permit(p) for p in read_permits(permit, facility)]
    given = read_outfall(file)
    found = assess_outfall(given, limits, kind=kind, region=region)
    if out is not None:
        if out.resolve() == file.resolve():
            raise InputError(f"--out {out} is the table itself: name another file.", path=str(out))
        write_table(out, given.table, ADDED_COLUMNS, added_cells(given, found, lang))
    result = {**found.result, "out": out and str(out)}
    if as_json:
        emit(result)
    else:
        _show(result, lang)


def _show(result: dict[str, Any], lang: str) -> None:
    """The result for people."""
    typer.echo(f"{result['rows']:,} rows, limits: {len(result['limits'])}")
    for code, found in result["properties"].items():
        hours, days = found["hours"], found["days"]
        typer.echo(
            f"{code}: {hours['judged']:,} hours and {days['judged']:,} days judged, "
            f"{len(hours['over'])} hours and {len(days['over'])} days over"
        )
        over = [*hours["over"], *days["over"]]
        for one in over[:_SHOWN]:
            typer.echo(f"  {one['at']} {one['why'][lang]}")
        if len(over) > _SHOWN:
            typer.echo(f"  and {len(over) - _SHOWN:,} more: --json lists them all")
        for year, load in found.get("years", {}).items():
            typer.echo(f"  {year}: {load['kg']:,.0f} kg, {load['covered']:.1%} of the time covered{_share(load)}")
    for cell in result["bad"][:_SHOWN]:
        typer.echo(f"line {cell['line']} {cell['column']}: {cell['why']}")
    if result["unknown_columns"]:
        typer.echo(f"columns passed through unread: {', '.join(result['unknown_columns'])}")
    if result["out"]:
        typer.echo(f"written: {result['out']}")


def _share(load: dict[str, Any]) -> str:
    if "share" not in load:
        return ", no permitted total"
    until = f", used up on {load['exhausted_on']}" if load["exhausted_on"] else ""
    return f", {load['share']:.1%} of {load['allowed_kg']:,.0f} kg{until}"
