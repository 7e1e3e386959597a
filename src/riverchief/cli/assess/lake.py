"""`riverchief assess lake`: the trophic state of lakes and reservoirs from a table of samples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.water.periods import SUMMARIES
from riverchief.cloud.standards.water.wording import LANGUAGES
from riverchief.cloud.tables.lake import ADDED_COLUMNS, lake_cells, lake_summary, read_lakes
from riverchief.cloud.tables.table import write_table


@assess_app.command("lake")
def lake(
    file: Annotated[Path, typer.Argument(help="Table of samples: .csv, .csv.gz, .xlsx or .parquet.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the judged table goes; the suffix is the form.")
    ] = None,
    period: Annotated[
        str, typer.Option("--period", help="Means by lake (column section): month, quarter, year or to-date.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language of r_state: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Add the trophic state (TLI) to every row of a table: r_tli, r_state, r_missing.

    Columns: chla_mgm3 (or chla_ugl, chla_mgl), tp_mgl, tn_mgl, codmn_mgl, sd_m (or sd_cm); Chinese headers with a unit
    are read too. A parameter without a value takes no part, and the weights are taken over the others; without
    chlorophyll a there is no index.

    Example: riverchief assess lake samples.xlsx --out judged.xlsx --period year --json
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    if period and period not in SUMMARIES:
        raise typer.BadParameter(f"{period!r} is none of {', '.join(SUMMARIES)}", param_hint="--period")
    if out is not None and out.resolve() == file.resolve():
        raise InputError(f"--out {out} is the table itself: name another file.", path=str(out))
    lakes = read_lakes(file)
    if out is not None:
        write_table(out, lakes.table, ADDED_COLUMNS, lake_cells(lakes, lang))
    found = {"file": str(file), "out": out and str(out), **lake_summary(lakes, period)}
    if as_json:
        emit(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    typer.echo(f"{found['rows']:,} rows, {found['judged']:,} judged by {found['edition']}")
    typer.echo("  " + "  ".join(f"{name} {n:,}" for name, n in found["by_state"].items()))
    for code, n in found["without"].items():
        typer.echo(f"  without {code}: {n:,}")
    for cell in found["unread"][:5]:
        typer.echo(f"  line {cell['line']}: {cell['property']} {cell['text']!r} is no number, left out")
    for line in found["periods"]:
        state = line["state"]["zh"] + " " + line["state"]["en"] if line["state"] else "no index"
        typer.echo(f"  {line['lake']} {line['period']}: {line['tli']} {state}")
    if found["out"]:
        typer.echo(f"written: {found['out']}")
