"""`riverchief assess change`: what flow did to a concentration or load from one year to another, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cli.assess.load import gather, show_left_out, zone_named


@assess_app.command("change")
def change(
    file: Annotated[Path, typer.Argument(help="Samples: time, concentration (nh3n_mgl …) and, if known, flow_m3s.")],
    flow_file: Annotated[
        Path | None, typer.Argument(help="Daily flow: date, flow_m3s. Left out: the flow stands in the first file.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="The later year; the last one unless given.")] = None,
    before: Annotated[
        int | None, typer.Option("--before", help="The earlier year; the year before unless given.")
    ] = None,
    property_: Annotated[str, typer.Option("--property", help="Which, where there are several.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Zone of times that are not UTC.")] = "Asia/Shanghai",
    seed: Annotated[int, typer.Option("--seed", help="Of the interval's random numbers.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Split a year-on-year change of concentration and load into what flow did and the rest, with 95 % intervals.

    The relation of concentration with flow, season and time is learnt from all years of the table (flow-normalised in
    the spirit of WRTDS); a change within the interval of chance is not called a success or a failure.

    Example: riverchief assess change nitrate.csv discharge.csv --year 2012 --before 2008
    """
    import numpy as np

    from riverchief.govern.change import explain_flow, year_and_before
    from riverchief.govern.loads.table import offset_of

    local = zone_named(zone)
    offset_s = offset_of(local)
    with Console(stderr=True).status("explaining", spinner="line"):
        samples, flow, sampling, said = gather(file, flow_file, local, property_)
        days = ((samples.time_s + offset_s) / 86_400).astype("datetime64[D]")
        later = year if year is not None else int(str(days.max())[:4]) if days.size else 0
        pair = year_and_before(np.asarray(days), later, before)
        found = [
            explain_flow(samples, flow, pair, code=sampling.property, load=load, offset_s=offset_s, seed=seed)
            for load in (False, True)
        ]
    if as_json:
        emit({"file": str(file), **said, "changes": [one.as_dict() for one in found]})
        return
    show_left_out(said)
    for one in found:
        typer.echo(one.sentence("zh"))
        typer.echo(one.sentence("en"))
        for zh, en in one.notes:
            typer.echo(f"  {zh} / {en}")
