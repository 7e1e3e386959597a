"""`riverchief trace`: readings traced back on a twin's own water to who, where, when and how much."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import app, emit
from riverchief.cli.twin import Folder, Json, bar, read_folder, working
from riverchief.cli.twin_readings import HOUR_S, FromState, Readings, begun

if TYPE_CHECKING:
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.importers.readings import Seen
    from riverchief.govern.twin.tracing import Source

AHEAD_H = 6.0  # how far beyond the last reading somebody may still be sent
STEP_S = 900.0
SHOWN = 6  # suspects that are named to people


@app.command("trace")
def trace(
    folder: Folder,
    readings: Readings,
    registry: Annotated[
        str, typer.Option("--registry", help="Basin folder or name, or CSV: code, kind, reach, chainage_m, load_kgd.")
    ] = "",
    substance: Annotated[str, typer.Option("--substance", help="Column that is traced; the only one by default.")] = "",
    back_h: Annotated[float, typer.Option("--back", help="Hours before the first reading that it may have begun.")] = (
        24.0
    ),
    background_mgl: Annotated[
        float | None, typer.Option("--background", help="mg/L that is usual; the stations' lowest quarter by default.")
    ] = None,
    from_state: FromState = None,
    as_json: Json = False,
) -> None:
    """Where it came from: ranked dischargers, stretch, start and mass with their doubt, and where to sample next.

    Give clean readings too: a station upstream that saw nothing says more than the one below that saw something.

    Example: riverchief trace fen --readings nh3n.csv --registry jinzhong
    """
    if not back_h > 0:
        raise typer.BadParameter("must be above 0 h", param_hint="--back")
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.importers.readings import to_trace
    from riverchief.govern.twin.tracing.found import as_dict
    from riverchief.govern.twin.tracing.found import trace as found_by
    from riverchief.govern.twin.tracing.water import worlds

    river = read_folder(folder)
    with working("cutting the river into cells", quiet=as_json):
        model = Model(river, dispersion="fischer")
    rows, what = _rows(readings, model, substance)
    seen, assumed = to_trace(rows, model, background_mgl)
    sources = _sources(registry, model, what)
    first, last = rows[0].time_s, rows[-1].time_s
    with bar("running the water", quiet=as_json) as progress:
        water = worlds(
            model,
            lambda one: begun(one, from_state, first - back_h * HOUR_S),
            last + AHEAD_H * HOUR_S,
            STEP_S,
            progress,
        )
    decay, said = _decay(model, what)
    with working("looking for what explains the readings", quiet=as_json):
        told = found_by(model, water, seen, sources, what, decay)
    answer: dict[str, Any] = {
        "folder": str(folder), "substance": what, "readings": len(seen), **as_dict(told, model),
        "assumed": [*assumed, said, "Fischer's dispersion; roughness off by 15 %, inflows by 10 %"],
    }  # fmt: skip
    if as_json:
        emit(answer)
    else:
        _show(answer)


def _rows(path: Path, model: Model, substance: str) -> tuple[list[Seen], str]:
    """The readings of the one substance that is traced."""
    from riverchief.base.units import PROPERTIES
    from riverchief.govern.twin.importers.readings import read_readings

    known = [code for code, one in PROPERTIES.items() if one.unit == "mg/L" and code != "do"]
    every = list(dict.fromkeys([substance] if substance else [*model.constituents, *known]))
    rows = [row for row in read_readings(path, model.river, every) if row.what not in {"level", "flow"}]
    found = sorted({row.what for row in rows})
    if len(found) != 1:
        what = (
            f"readings of {', '.join(found)}: say which with --substance" if found else "no reading of a concentration"
        )
        raise InputError(f"{path} holds {what}.", path=str(path))
    return rows, found[0]


def _sources(registry: str, model: Model, substance: str) -> list[Source]:
    from riverchief.govern.twin.importers import sources

    if not registry:
        return sources.of_river(model, substance)
    if registry.lower().endswith(".csv"):
        return sources.of_table(Path(registry), model)
    from riverchief.cli.mission import read_basin

    return sources.of_basin(read_basin(registry), model, substance)


def _decay(model: Model, substance: str) -> tuple[float, str]:
    """Its rate of decay [1/s], and where that is from."""
    from riverchief.govern.trace.kinetics import shipped_kinetics
    from riverchief.govern.twin.model import DAY_S

    own = model.river.decay_per_day.get(substance)
    if own is not None:
        return own / DAY_S, f"decay of {own:g} per day, as in river.toml"
    shipped = shipped_kinetics().rates.get(substance)
    rate = shipped.per_day if shipped else 0.0
    return rate / DAY_S, f"decay of {rate:g} per day"


def _show(told: dict[str, Any]) -> None:
    typer.echo(f"{'who':24} {'chance':>7}  where, begun, kg (95 %)")
    for one in told["suspects"][:SHOWN]:
        name = one["code"] or "on no list"
        at = f"{one['reach']} {one['chainage_m']:,.0f} m"
        since = f", since {one['start'][1]} ({one['start'][0]} to {one['start'][2]})" if one["start"][1] else ""
        mass = one["mass_kg"]
        much = f", {mass[1]:,.3g} kg ({mass[0]:,.3g} to {mass[2]:,.3g})" if mass[1] is not None else ""
        typer.echo(f"{name:24.24} {one['probability']:7.1%}  {at}{since}{much}")
    typer.echo(f"{'none of these':24} {told['none']:7.1%}")
    typer.echo("it came in with 95 % at " + _region(told["region"]))
    kind = "still going on at the last reading" if told["going_on"] > 0.5 else "over by the last reading"
    chance = max(told["going_on"], 1 - told["going_on"])
    typer.echo(f"{kind} with {chance:.0%}")
    for group in told["alike"]:
        names = ", ".join(f"{name} ({p:.0%})" for name, p in group.items())
        typer.echo(f"these readings cannot tell apart: {names}")
    if told["second"]["region"]:
        typer.echo(f"a second source with {told['second']['probability']:.0%}, at " + _region(told["second"]["region"]))
    for one in told["next"]:
        typer.echo(f"sample next: {one['reach']} {one['chainage_m']:,.0f} m at {one['time']}, "
                   f"{one['expected_mgl']:g} mg/L expected")  # fmt: skip
    if not told["next"]:
        typer.echo("no sample of the next hours is expected to tell more of the place")
    for line in told["assumed"]:
        typer.echo(f"assumed: {line}")


def _region(parts: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{p['reach']} {p['from_m']:,.0f} to {p['to_m']:,.0f} m ({p['probability']:.0%})" for p in parts[:6]
    )
