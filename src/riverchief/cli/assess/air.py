"""`riverchief assess air`: the air quality index for every row of a table, hourly or daily."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.air.indices import HOURLY
from riverchief.cloud.standards.air.rules import combination_named
from riverchief.cloud.tables.air import ADDED_COLUMNS, cells, judge_air, read_air, summary
from riverchief.cloud.tables.airagreement import agreement
from riverchief.cloud.tables.airdaily import periods, place_days, write_days
from riverchief.cloud.tables.table import write_table

_SHOWN_MISMATCHES = 20


@assess_app.command("air")
def air(
    file: Annotated[
        Path, typer.Argument(help="Table of concentrations by hour or day, columns as the national table.")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Where the judged table goes, as the input's kind.")] = None,
    daily: Annotated[
        Path | None, typer.Option("--daily", help="Where days and statistics of stations and cities go, as CSV.")
    ] = None,
    dust_day: Annotated[
        list[datetime] | None,
        typer.Option("--dust-day", formats=["%Y-%m-%d"], help="A day under sand and dust, once for each day."),
    ] = None,
    composite: Annotated[
        str, typer.Option("--composite", help="Composite index: 2013-equal, 2013-weighted, 2026-equal, 2026-weighted.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Add the air quality index (HJ 633) to every row of a table: r_aqi, r_level, r_primary.

    The edition follows the local day of the closing stamp: 2026-03-01 00:00 still has the 2012 table. The rows come
    back unchanged. NA stands where the edition publishes no index because an item is missing; cells are empty where a
    row could not be judged. Where the table holds published indices the summary says how many are reproduced.

    With --daily the hours become days (HJ 663) of every station and city, and the summary holds means, percentiles,
    good days and the composite index of the whole table; dust days are left out of the particles' statistics.

    Example: riverchief assess air hours.csv --out judged.csv --daily days.csv
    """
    for path in (out, daily):
        if path is not None and path.resolve() == file.resolve():
            raise InputError(f"{path} is the table itself: name another file.", path=str(path))
    if composite:
        combination_named(composite)
    dust = [at.date() for at in dust_day or ()]
    console = Console(stderr=True)
    with console.status("reading", spinner="line") as status:
        table = read_air(file)
        status.update(f"judging {len(table.refused):,} rows")
        verdict = judge_air(table)
        if out is not None:
            write_table(out, table.table, ADDED_COLUMNS, cells(table, verdict))
        compared = agreement(table, verdict)
        found = {
            "file": str(file),
            "out": out and str(out),
            **summary(table, verdict),
            "agreement": None if compared is None else compared.as_dict(),
        }
        if daily is not None:
            status.update("days and statistics")
            places = place_days(table)
            write_days(daily, places, dust)
            found |= {"daily": str(daily), "places": periods(places, dust, composite)}
    if as_json:
        emit(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    """The summary for people."""
    editions = ", ".join(found["editions"]) or "no edition"
    kind = "an hourly" if found["report"] == HOURLY else "a daily"
    typer.echo(f"{found['rows']:,} rows, {found['indexed']:,} with {kind} index by {editions}")
    typer.echo("  " + "  ".join(f"{name} {n:,}" for name, n in found["by_level"].items()))
    absent = found["not_available"]
    if absent["withheld"]:
        typer.echo(f"  NA, an item is missing and the rest is not above 100: {absent['withheld']:,}")
    if absent["no_item"]:
        typer.echo(f"  NA, no item has a value: {absent['no_item']:,}")
    if absent["no_edition"]:
        typer.echo(f"  no edition in force on the day: {absent['no_edition']:,}")
    for reason, n in found["not_judged"].items():
        typer.echo(f"  not judged, {reason}: {n:,}")
    for key, n in found["missing"].items():
        typer.echo(f"  index without {key}: {n:,}")
    if found["bad_cells"]["count"]:
        first = found["bad_cells"]["first"][0]
        typer.echo(
            f"  cells that are no number, left out: {found['bad_cells']['count']:,}, "
            f"first in line {first['line']}, {first['column']}: {first['text']!r}"
        )
    if found["agreement"]:
        _show_agreement(found["agreement"])
    for place in found.get("places", []):
        _show_place(place)
    for path in (found["out"], found.get("daily")):
        if path:
            typer.echo(f"written: {path}")


def _show_place(place: dict[str, Any]) -> None:
    good, composite = place["good_days"], place["composite"]
    share = "no valid day" if good["ratio_percent"] is None else f"{good['ratio_percent']} % good"
    share += "" if good["comparable"] else " by two editions"
    index = "no composite index" if composite["value"] is None else f"{composite['combination']} {composite['value']}"
    mark = "" if composite["confirmed"] or composite["value"] is None else " (not confirmed)"
    pm25 = place["items"]["pm25"]["mean"]
    name = place["station"] or place["city"] or "all stations"
    typer.echo(
        f"  {place['kind']} {name} {place['start']}…{place['end']}: {good['good']} of {good['valid']} valid days, "
        f"{share}; PM2.5 {'-' if pm25 is None else pm25} µg/m³; {index}{mark}"
    )


def _show_agreement(compared: dict[str, Any]) -> None:
    typer.echo(
        f"published indices reproduced with their primary pollutants: {compared['agreed']:,} of "
        f"{compared['compared']:,} rows with every item; index of the rest where one is missing: "
        f"{compared['incomplete']['agreed']:,} of {compared['incomplete']['compared']:,}"
    )
    mismatches = compared["mismatches"]
    for m in mismatches[:_SHOWN_MISMATCHES]:
        typer.echo(
            f"  line {m['line']} {m['station']} {m['time']}: published {m['published']} {m['published_primary']}, "
            f"judged {m['judged']} {','.join(m['judged_primary'])} ({m['reason']})"
        )
    if len(mismatches) > _SHOWN_MISMATCHES:
        typer.echo(f"  and {len(mismatches) - _SHOWN_MISMATCHES:,} more: --json lists them all")
