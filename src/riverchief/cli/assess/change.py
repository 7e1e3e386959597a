"""`riverchief assess change`: what flow did to a concentration or load from one year to another, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    weather: Annotated[
        Path | None, typer.Option("--weather", help="Daily weather: date and one column per kind. FILE then is of air.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="Zone of times that are not UTC.")] = "Asia/Shanghai",
    seed: Annotated[int, typer.Option("--seed", help="Of the interval's random numbers.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Split a year-on-year change of concentration and load into what flow did and the rest, with 95 % intervals.

    The relation of concentration with flow, season and time is learnt from all years of the table (flow-normalised in
    the spirit of WRTDS); a change within the interval of chance is not called a success or a failure. With --weather,
    FILE holds daily or hourly values of air (--property pm25) and weather takes the place of flow.

    Example: riverchief assess change nitrate.csv discharge.csv --year 2012 --before 2008
    """
    if weather is not None and flow_file is not None:
        raise typer.BadParameter("give a flow or a weather, not both", param_hint="--weather")
    local = zone_named(zone)
    with Console(stderr=True).status("explaining", spinner="line"):
        if weather is None:
            said, found = _by_flow(file, flow_file, property_, (year, before), local, seed)
        else:
            said, found = _by_weather(file, weather, property_, (year, before), local, seed)
    if as_json:
        emit({"file": str(file), **said, "changes": [one.as_dict() for one in found]})
        return
    show_left_out(said)
    for one in found:
        typer.echo(one.sentence("zh"))
        typer.echo(one.sentence("en"))
        for zh, en in one.notes:
            typer.echo(f"  {zh} / {en}")


def _by_flow(
    file: Path, flow_file: Path | None, code: str, years: tuple[int | None, int | None], local: Any, seed: int
) -> tuple[dict[str, Any], list[Any]]:
    from riverchief.govern.change import explain_flow, year_and_before
    from riverchief.govern.loads.table import offset_of

    offset_s = offset_of(local)
    samples, flow, sampling, said = gather(file, flow_file, local, code)
    days = ((samples.time_s + offset_s) / 86_400).astype("datetime64[D]")
    pair = year_and_before(days, _later(days, years[0]), years[1])
    found = [
        explain_flow(samples, flow, pair, code=sampling.property, load=load, offset_s=offset_s, seed=seed)
        for load in (False, True)
    ]
    return said, found


def _by_weather(
    file: Path, weather: Path, code: str, years: tuple[int | None, int | None], local: Any, seed: int
) -> tuple[dict[str, Any], list[Any]]:
    import numpy as np

    from riverchief.base.units import PROPERTIES
    from riverchief.cloud.tables.table import read_table
    from riverchief.govern.change import explain_weather, year_and_before
    from riverchief.govern.change.airtable import read_air, read_weather

    days, value, bad, column = read_air(read_table(file, ()), code, local)
    kinds, bad_weather = read_weather(read_table(weather, ()), days, local)
    cells = [(str(file), one) for one in bad] + [(str(weather), one) for one in bad_weather]
    said = {
        "property": code,
        "column": column,
        "n_samples": int(np.isfinite(value).sum()),
        "n_below_limit": 0,
        "n_without_value_or_flow": 0,
        "weather": list(kinds),
        "bad_cells": [{"file": f, "line": b.line, "column": b.column, "text": b.text, "why": b.why} for f, b in cells],
    }
    pair = year_and_before(days[np.isfinite(value)], _later(days, years[0]), years[1])
    unit = PROPERTIES[code].unit
    return said, [explain_weather(days, value, kinds, pair, code=code, unit=unit, seed=seed)]


def _later(days: Any, year: int | None) -> int:
    return year if year is not None else int(str(days.max())[:4]) if days.size else 0
