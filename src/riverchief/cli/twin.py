"""`riverchief twin`: a river's model as a folder, looked over, run, and drawn; what others of its verbs share."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.status import Status

from riverchief.base.errors import InputError
from riverchief.cli import EXIT_INPUT, app, emit

if TYPE_CHECKING:
    from riverchief.govern.twin import River
    from riverchief.govern.twin.forecast import Forecast
    from riverchief.govern.twin.longrun import Finished

twin_app = typer.Typer(
    no_args_is_help=True,
    help="河流孪生 A river's twin: make a model, look it over, run it, fit it to readings, draw it.",
)
app.add_typer(twin_app, name="twin")

Folder = Annotated[Path, typer.Argument(help="Model folder: river.toml and its tables.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


@twin_app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to be made.")],
    cross_sections: Annotated[
        Path | None,
        typer.Option(
            "--cross-sections", help="CSV or Excel; a row per point: section, chainage_m, station_m, level_m, manning."
        ),
    ] = None,
    hydrograph: Annotated[Path | None, typer.Option("--hydrograph", help="CSV or Excel: time, flow_m3s.")] = None,
    dx_m: Annotated[float | None, typer.Option("--dx", help="Length of the cells, m; about 200 by default.")] = None,
    as_json: Json = False,
) -> None:
    """Begin a model from CrossSections and a hydrograph; without them, from those of an invented river.

    What is taken for granted (the outlet's slope, the order of the reaches) is said, and stands in river.toml.

    Example: riverchief twin new fen --cross-sections survey.csv --hydrograph flood.csv
    """
    from riverchief.govern.twin import folder as folders

    begun = folders.begin(folder, cross_sections, hydrograph, dx_m)
    told = {"folder": str(folder), **_counts(begun.river), "assumed": list(begun.assumed), "faults": list(begun.faults)}
    if as_json:
        emit(told)
        return
    typer.echo(f"{folder}: {_counted(told)}")
    for line in begun.assumed:
        typer.echo(f"  assumed: {line}")
    for line in begun.faults:
        typer.echo(f"  {line}")


@twin_app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="SWMM .inp; HEC-RAS .p01 or .g01; a basin folder or its name.")],
    folder: Annotated[Path, typer.Argument(help="Model folder to be made.")],
    dx_m: Annotated[float | None, typer.Option("--dx", help="Length of the cells, m.")] = None,
    flow: Annotated[Path | None, typer.Option("--flow", help="HEC-RAS .f01 with the discharges of a .g01.")] = None,
    as_json: Json = False,
) -> None:
    """Make a model folder of a model of others; what does not fit is named with its line.

    Example: riverchief twin import town.inp town
    """
    from riverchief.govern.twin import folder as folders

    if (folder / "river.toml").exists():
        raise InputError(f"{folder} holds a model already; give another folder.", path=str(folder))
    with working(f"reading {source}", quiet=as_json):
        river, remarks = _imported(source, dx_m, flow)
        folders.write(river, folder)
    told = {"folder": str(folder), **_counts(river), "remarks": remarks}
    if as_json:
        emit(told)
        return
    typer.echo(f"{folder}: {_counted(told)}")
    for line in remarks:
        typer.echo(f"  {line}")


def _imported(source: str, dx_m: float | None, flow: Path | None) -> tuple[River, list[str]]:
    """The river of a file or basin, and what was taken over differently or not at all."""
    path = Path(source)
    kind = path.suffix.lower()
    if flow is not None and kind[:2] != ".g":
        raise InputError(f"--flow {flow} belongs to a HEC-RAS geometry file (.g01), not to {source}.")
    if kind == ".inp":
        from riverchief.govern.twin.importers.swmm_river import read_swmm

        swmm = read_swmm(path, dx_m)
        return swmm.river, [str(remark) for remark in swmm.remarks]
    if kind[:2] in (".p", ".g") and kind[2:].isdigit():
        from riverchief.govern.twin.importers import hecras

        model = hecras.read(path, flow)
        river, left_out = hecras.river(model, model.cases[0] if model.cases else None, dx_m=dx_m or 100.0)
        return river, [f"{u.file}, line {u.line}: {u.element}: {u.why}" for u in [*model.unmapped, *left_out]]
    from riverchief.cli.mission import read_basin
    from riverchief.govern.twin.importers.assumed import from_basin
    from riverchief.govern.twin.importers.dischargers import with_dischargers

    basin = read_basin(source)
    river = from_basin(basin, dx_m or 500.0)
    added = with_dischargers(river, basin)
    return river, [
        f"all {len(river.reaches)} reaches: {_ASSUMED}",
        f"{len(added)} dischargers and intakes of the registry",
    ]


_ASSUMED = "CrossSections, slopes and roughness are assumed from the registry's means"


@twin_app.command("check")
def check(folder: Folder, as_json: Json = False) -> None:
    """Look a model over before it runs: every fault with its place and what to do; exit code 1 where one is an error.

    Example: riverchief twin check fen
    """
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.check import check as look_over

    river = read_folder(folder)
    with working("looking it over", quiet=as_json):
        faults = look_over(river)
    errors = [fault for fault in faults if fault.severity == "error"]
    told: dict[str, Any] = {"folder": str(folder), **_counts(river), "faults": [vars(fault) for fault in faults]}
    told["length_m"] = sum(reach.length_m for reach in river.reaches.values())
    if not errors:
        told["cells"] = int(Model(river).cells.grid.bed.size)
    if as_json:
        emit(told)
    else:
        for fault in faults:
            typer.echo(str(fault))
        cells = f"; {told['cells']:,} cells over {told['length_m'] / 1000:,.1f} km" if not errors else ""
        typer.echo(f"{_said(len(errors), len(faults))}. {_counted(told)}{cells}")
    if errors:
        raise typer.Exit(EXIT_INPUT)


def _said(errors: int, faults: int) -> str:
    if not faults:
        return "no fault"
    return f"{errors} errors, {faults - errors} warnings"


@twin_app.command("run")
def run(
    folder: Folder,
    hours: Annotated[float | None, typer.Option("--hours", help="How long; by default as long as its series.")] = None,
    start: Annotated[
        str, typer.Option("--start", help="ISO 8601 with a zone; by default where its series begin.")
    ] = "",
    every_s: Annotated[float, typer.Option("--every", help="Seconds between two instants that are kept.")] = 600.0,
    from_state: Annotated[Path | None, typer.Option("--from-state", help="NetCDF of a state to go on from.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="NetCDF of results; a run that was broken off goes on.")
    ] = None,
    to_state: Annotated[Path | None, typer.Option("--to-state", help="NetCDF for the state at the end.")] = None,
    animate: Annotated[Path | None, typer.Option("--animate", help="HTML on which the profile moves.")] = None,
    along: Annotated[
        str, typer.Option("--along", help="Reaches of the profile, a,b,c; the longest way by default.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Run a model and keep what the river does: NetCDF (CF, UGRID), a page that moves, the state at the end.

    With --out a run keeps its pieces beside the file until it is done; broken off, the same command goes on from the
    last piece.

    Example: riverchief twin run fen --every 600 --out fen.nc --animate fen.html
    """
    if not every_s > 0:
        raise typer.BadParameter("must be above 0 s", param_hint="--every")
    if hours is not None and not hours > 0:
        raise typer.BadParameter("must be above 0 h", param_hint="--hours")
    from riverchief.govern.twin import Model, drawing, files, longrun, profile

    river = read_folder(folder)
    with working("cutting the river into cells", quiet=as_json):
        model = Model(river)
    begin_s, end_s = _span(river, start, hours)
    if from_state is not None:
        state = files.read_state(from_state, model)
        begin_s = float(state.clock[0])
        end_s = begin_s + hours * 3600 if hours is not None else end_s
    else:
        state = model.start(begin_s)
    with bar("running", quiet=as_json) as progress:
        done = longrun.run(model, state, end_s, every_s, out, progress)
    if to_state is not None:
        files.write_state(to_state, model, done.state)
    if animate is not None:
        along_way = profile.way(model, tuple(filter(None, along.split(","))))
        told = profile.of_record(model, done.record, done.time_s, along_way)
        write_text(animate, drawing.animation(told, river.name or folder.name))
    _tell(folder, done, [path for path in (out, to_state, animate) if path is not None], as_json=as_json)


@twin_app.command("forecast")
def forecast(
    folder: Folder,
    at: Annotated[list[str], typer.Option("--at", help="Place as REACH:METRES from its upstream end; repeatable.")],
    hours: Annotated[float, typer.Option("--hours", help="How far ahead, h.")] = 72.0,
    every_s: Annotated[float, typer.Option("--every", help="Seconds between two instants.")] = 3600.0,
    start: Annotated[
        str, typer.Option("--start", help="ISO 8601 with a zone; by default where its series begin.")
    ] = "",
    from_state: Annotated[Path | None, typer.Option("--from-state", help="NetCDF of the state to begin from.")] = None,
    members: Annotated[int, typer.Option("--members", help="Members of the ensemble.")] = 64,
    inflow: Annotated[float, typer.Option("--inflow-doubt", help="Standard deviation of an inflow's logarithm.")] = 0.2,
    memory_h: Annotated[float, typer.Option("--memory", help="Time over which an inflow's error fades, h.")] = 24.0,
    roughness: Annotated[float, typer.Option("--roughness-doubt", help="The same of the roughness.")] = 0.15,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same forecast.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="CSV: a row per place and instant.")] = None,
    as_json: Json = False,
) -> None:
    """Look ahead with an ensemble: the flow and level that 10, 50 and 90 of 100 members stay below.

    How doubtful inflows and roughness are is yours to say; the defaults are assumed.

    Example: riverchief twin forecast fen --at main:8000 --from-state end.nc --hours 72 --out bands.csv
    """
    if not every_s > 0 or not hours > 0:
        raise typer.BadParameter("hours and seconds must be above 0")
    from riverchief.govern.twin import Model, files
    from riverchief.govern.twin.ensemble import AR1, LogNormal, Spread
    from riverchief.govern.twin.forecast import forecast as look_ahead

    river = read_folder(folder)
    model = Model(river)
    places = [_place(text) for text in at]
    begin_s = _span(river, start, hours)[0]
    state = model.start(begin_s) if from_state is None else files.read_state(from_state, model)
    end_s = float(state.clock[0]) + hours * 3600
    spread = Spread(inflow=AR1(inflow, memory_h * 3600), roughness=LogNormal(roughness))
    with working(f"running {members} members", quiet=as_json):
        told = look_ahead(model, state, end_s, every_s, places, spread, members=members, seed=seed)
    rows = list(_bands(told))
    if out is not None:
        _table(out, rows)
    if as_json:
        emit({"folder": str(folder), "members": told.members, "path": told.path, "items": rows})
        return
    typer.echo(f"{told.members} members ({told.path}), {told.time_s.size} instants")
    for place in dict.fromkeys(row["place"] for row in rows):
        most = max((row for row in rows if row["place"] == place), key=lambda row: float(row["flow_p90_m3s"]))
        low, high = float(most["flow_p10_m3s"]), float(most["flow_p90_m3s"])
        typer.echo(f"  {place}: most at {most['time']}, {low:,.2f} to {high:,.2f} m³/s")


def _bands(told: Forecast) -> Iterator[dict[str, Any]]:
    """Rows of a forecast: place, time and what shares of the members stay below."""
    for p, (reach, chainage) in enumerate(told.places):
        for t, time_s in enumerate(told.time_s):
            row: dict[str, Any] = {
                "place": f"{reach}:{chainage:g}",
                "time": datetime.fromtimestamp(float(time_s), UTC).isoformat().replace("+00:00", "Z"),
            }
            for k, share in enumerate(told.shares):
                row[f"flow_p{share * 100:.0f}_m3s"] = round(float(told.flow_m3s[k, t, p]), 4)
            for k, share in enumerate(told.shares):
                row[f"level_p{share * 100:.0f}_m"] = round(float(told.level_m[k, t, p]), 4)
            for name, values in told.concentration.items():
                for k, share in enumerate(told.shares):
                    row[f"{name}_p{share * 100:.0f}_mgl"] = round(float(values[k, t, p]), 6)
            yield row


def _table(path: Path, rows: list[dict[str, Any]]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_text(path, text.getvalue())


def _place(text: str) -> tuple[str, float]:
    """Reach and chainage of `REACH:METRES`."""
    reach, _, metres = text.rpartition(":")
    try:
        chainage = float(metres)
    except ValueError:
        chainage = math.nan
    if not reach or not math.isfinite(chainage):
        raise InputError(
            f"--at {text!r} is no place such as main:8000, reach and metres from its upstream end.", at=text
        )
    return reach, chainage


def _tell(folder: Path, done: Finished, wrote: list[Path], *, as_json: bool) -> None:
    told = {
        "folder": str(folder),
        "hours": (float(done.time_s[-1]) - done.begin_s) / 3600,
        "instants": int(done.time_s.size),
        "gone_on_from": done.gone_on,
        **done.sums,
        "balance_error": done.error,
        "files": [str(path) for path in wrote],
    }
    if as_json:
        emit(told)
        return
    typer.echo(
        f"{told['hours']:,.1f} h in {done.sums['steps']:,.0f} steps; in {done.sums['inflow_m3']:,.0f} m³, "
        f"out {done.sums['outflow_m3']:,.0f} m³, balance {done.error:.1e}"
    )
    if done.gone_on:
        typer.echo(f"  went on from {done.gone_on:.0%} that an earlier run had kept")
    for path in wrote:
        typer.echo(f"  wrote {path}")


@contextmanager
def bar(what: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on the error stream; told the share that is done. Nothing where programs read."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=quiet, transient=True) as shown:
        task = shown.add_task(what, total=1.0)
        yield lambda share: shown.update(task, completed=share)


def working(what: str, *, quiet: bool) -> Status:
    """A sign of work whose length nobody knows."""
    return Console(stderr=True, quiet=quiet).status(what, spinner="line")


def read_folder(folder: Path) -> River:
    """The river of a model folder."""
    from riverchief.govern.twin import folder as folders

    return folders.read(folder)


def _span(river: River, start: str, hours: float | None) -> tuple[float, float]:
    """Begin and end of a run [s]: as asked for, else as far as the river's series go."""
    times = _series_times(river)
    begin_s = instant(start) if start else min((float(t[0]) for t in times), default=0.0)
    if hours is not None:
        return begin_s, begin_s + hours * 3600
    end_s = max((float(t[-1]) for t in times), default=begin_s)
    if not end_s > begin_s:
        raise InputError("no series of this model says how long to run; give --hours.")
    return begin_s, end_s


def _series_times(river: River) -> list[Any]:
    series = [one for inflow in river.inflows.values() for one in (inflow.flow_m3s, *inflow.concentration.values())]
    return [one.time_s for one in series if one.time_s.size > 1]


def instant(start: str) -> float:
    """Seconds since 1970 UTC of what was given as --start."""
    try:
        at = datetime.fromisoformat(start)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError(f"--start {start!r} is not ISO 8601 with a zone, such as 2026-07-21T00:00:00+08:00.")
    return at.timestamp()


def _counts(river: River) -> dict[str, Any]:
    return {
        "reaches": len(river.reaches),
        "cross_sections": sum(len(reach.shapes) for reach in river.reaches.values()),
        "structures": len(river.links) + len(river.inlines),
        "storages": len(river.storages),
        "boundaries": len(river.boundaries),
        "inflows": len(river.inflows),
    }


def _counted(told: dict[str, Any]) -> str:
    names = ("reaches", "cross_sections", "structures", "storages", "boundaries", "inflows")
    return ", ".join(f"{told[name]:,} {name.replace('_', ' ')}" for name in names if told[name])


def write_text(path: Path, text: str) -> None:
    """Write a file, or a sentence that says why not."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error
