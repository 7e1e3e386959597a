"""`riverchief assess load`: the load of a river from samples and flow, by several estimators with their intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riverchief.cli import emit
from riverchief.cli.assess import assess_app

_SHOWN_BAD = 10


def zone_named(name: str) -> Any:
    """A time zone by its name, as a usage error where there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(f"{name!r} is no time zone; for example Asia/Shanghai", param_hint="--zone") from error


def gather(file: Path, flow_file: Path | None, zone: Any, property_: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    """Samples, daily flow, the sampling they come from, and what was left out, from one table or two."""
    from riverchief.cloud.tables.table import read_table
    from riverchief.govern.loads.table import read_flow, read_samples

    table = read_table(file, ())
    sampling = read_samples(table, zone, property_)
    flow, bad_flow = read_flow(table if flow_file is None else read_table(flow_file, ()), zone)
    samples, without = sampling.with_flow(flow)
    bad = [(str(file), one) for one in sampling.bad]
    if flow_file is not None:
        bad += [(str(flow_file), one) for one in bad_flow]
    said = {
        "property": sampling.property,
        "column": sampling.column,
        "n_samples": len(samples),
        "n_below_limit": int(samples.below_limit.sum()),
        "n_without_value_or_flow": without,
        "n_days_of_flow": len(flow),
        "bad_cells": [
            {"file": name, "line": one.line, "column": one.column, "text": one.text, "why": one.why}
            for name, one in bad
        ],
    }
    return samples, flow, sampling, said


def show_left_out(said: dict[str, Any]) -> None:
    """What was not used, for people."""
    if said["n_without_value_or_flow"]:
        typer.echo(f"  without a value or a flow, left out: {said['n_without_value_or_flow']:,}")
    if said["n_below_limit"]:
        typer.echo(
            f"  below the detection limit: {said['n_below_limit']:,} (zero in a load, half the limit in a regression)"
        )
    for one in said["bad_cells"][:_SHOWN_BAD]:
        typer.echo(f"  {one['file']} line {one['line']}: {one['column']} {one['text']!r} is {one['why']}")
    if len(said["bad_cells"]) > _SHOWN_BAD:
        typer.echo(f"  and {len(said['bad_cells']) - _SHOWN_BAD:,} more: --json lists them all")


@assess_app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="Samples: time, concentration (nh3n_mgl …) and, if known, flow_m3s.")],
    flow_file: Annotated[
        Path | None, typer.Argument(help="Daily flow: date, flow_m3s. Left out: the flow stands in the first file.")
    ] = None,
    property_: Annotated[str, typer.Option("--property", help="Which, where there are several.")] = "",
    method: Annotated[str, typer.Option("--method", help="rating, composite, interpolation, or all.")] = "all",
    by: Annotated[str, typer.Option("--by", help="Sum over each year, month, or all of it.")] = "year",
    zone: Annotated[str, typer.Option("--zone", help="Zone of times that are not UTC.")] = "Asia/Shanghai",
    seed: Annotated[int, typer.Option("--seed", help="Of the interval's random numbers.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Estimate the load [t] and its 95 % interval by regression, by the composite method and by interpolation.

    Units stand in the column names: no3_mgl, tp_ugl; flow_m3s, discharge_cfs. A time column that ends in _utc is UTC.
    `<0.02`, `0.02L` and `ND` are samples below the detection limit. Where the estimators disagree by more than their
    intervals, the record does not carry the load: sample more often, floods first.

    Example: riverchief assess load nitrate.csv discharge.csv --by year
    """
    from riverchief.govern import loads
    from riverchief.govern.loads.table import offset_of

    if method not in {*loads.METHODS, "all"}:
        raise typer.BadParameter(f"{method!r} is none of {', '.join(loads.METHODS)}, all", param_hint="--method")
    if by not in {"year", "month", "all"}:
        raise typer.BadParameter(f"{by!r} is none of year, month, all", param_hint="--by")
    local = zone_named(zone)
    with Console(stderr=True).status("estimating", spinner="line"):
        samples, flow, _, said = gather(file, flow_file, local, property_)
        periods = loads.whole(flow) if by == "all" else loads.by_calendar(flow, by, offset_of(local))
        chosen = loads.METHODS if method == "all" else {method: loads.METHODS[method]}
        found = [estimator(samples, flow, periods, seed=seed) for estimator in chosen.values()]
    said["estimates"] = [one.as_dict() for one in found]
    if as_json:
        emit({"file": str(file), **said})
        return
    typer.echo(f"{said['column']}: {said['n_samples']:,} samples, {said['n_days_of_flow']:,} days of flow")
    show_left_out(said)
    for one in said["estimates"]:
        typer.echo(f"{one['name_zh']} {one['name_en']}")
        for p in one["periods"]:
            part = "" if p["complete"] else f"  flow for {p['covered']:.0%} of the time only"
            beyond = f"  {p['extrapolated']:.0%} at flows never sampled" if p["extrapolated"] >= 0.05 else ""
            typer.echo(
                f"  {p['period']:>8} {p['load_t']:12.4g} t  [{p['low_t']:.4g}, {p['high_t']:.4g}]  "
                f"{p['mean_kg_per_day']:.4g} kg/d{part}{beyond}"
            )
