"""`riverchief twin calibrate` and `assimilate`: a model held against readings, parameters or water corrected."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.twin import Folder, Json, _series_times, bar, instant, read_folder, twin_app, working

if TYPE_CHECKING:
    from riverchief.govern.twin import Model, River
    from riverchief.govern.twin.assimilation import Course, Design, Fit, Reading, Refused
    from riverchief.govern.twin.hydraulics.layout import State

HOUR_S = 3600.0
STRONG = 0.7  # correlations of this size are named: of such two only their combination is told
CHECKPOINTS = 20  # how often in its course a filter is kept

Readings = Annotated[
    Path,
    typer.Option(
        "--readings", help="CSV or Excel: time, reach, chainage_m, station; level_m, flow_m3s, nh3n …; <column>_sd."
    ),
]
Start = Annotated[str, typer.Option("--start", help="ISO 8601 with a zone; by default where its series begin.")]
FromState = Annotated[Path | None, typer.Option("--from-state", help="NetCDF of the state to begin from.")]
Members = Annotated[int, typer.Option("--members", help="Members of the ensemble.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same answer.")]


def first_instant(river: River, start: str, seen_s: float) -> float:
    """Where a model begins: as asked for, where its series begin, else a day before the first reading [s]."""
    if start:
        return instant(start)
    return min((float(t[0]) for t in _series_times(river)), default=seen_s - 24 * HOUR_S)


def begun(model: Model, from_state: Path | None, begin_s: float) -> State:
    """The state of a file, or a first guess."""
    from riverchief.govern.twin import files

    return model.start(begin_s) if from_state is None else files.read_state(from_state, model)


@twin_app.command("calibrate")
def calibrate(
    folder: Folder,
    readings: Readings,
    by: Annotated[str, typer.Option("--by", help="A factor on Manning's n for every reach, or class of one n.")] = (
        "reach"
    ),
    roughness: Annotated[float, typer.Option("--roughness-doubt", help="Standard deviation of ln n; 0: known.")] = 0.25,
    decay: Annotated[float, typer.Option("--decay-doubt", help="The same of rates of decay.")] = 0.5,
    spin_up_h: Annotated[float, typer.Option("--spin-up", help="Hours from the start that do not count.")] = 0.0,
    verify: Annotated[float, typer.Option("--verify", help="Last share of the time, kept for verification.")] = 1 / 3,
    start: Start = "",
    from_state: FromState = None,
    members: Members = 64,
    passes: Annotated[int, typer.Option("--passes", help="Times that the readings are brought in.")] = 4,
    every_s: Annotated[float, typer.Option("--every", help="Seconds between two predictions.")] = 1800.0,
    seed: Seed = 0,
    write: Annotated[
        bool, typer.Option("--write", help="Put what the readings tell into the folder's tables.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fit roughness and decay to readings; say what they tell, and judge it on a part that was kept back.

    Passes are kept in calibration.parts of the folder: broken off, or asked again with --write, the same command goes
    on from there, with the same answer. Without --write nothing else of the folder changes.

    Example: riverchief twin calibrate fen --readings gauges.csv --spin-up 12 --write
    """
    from riverchief.govern.trace.kinetics import shipped_kinetics
    from riverchief.govern.twin import Model
    from riverchief.govern.twin import folder as folders
    from riverchief.govern.twin.assimilation import Asked, fit
    from riverchief.govern.twin.importers.readings import read_readings, to_assimilate

    asked = Asked(by, roughness, decay, spin_up_h * HOUR_S, verify, members, passes, every_s, seed)
    river = read_folder(folder)
    with working("cutting the river into cells", quiet=as_json):
        model = Model(river)
    rows = read_readings(readings, river, model.constituents)
    good, assumed = to_assimilate(rows)
    state = begun(model, from_state, first_instant(river, start, rows[0].time_s))
    shipped = shipped_kinetics().rates
    rates = {c: shipped[c].per_day for c in {r.what for r in rows} if c in shipped and c not in river.decay_per_day}
    assumed += [f"{c} begins with a decay of {rate:g} per day, which nobody measured" for c, rate in rates.items()]
    parts = folder / "calibration.parts"
    with bar("calibrating", quiet=as_json) as progress:
        done = fit(model, state, good, asked, rates, parts, progress)
    wrote = []
    if write:
        wrote = [str(path) for path in folders.change(folder, done.manning_factor, done.decay_per_day)]
        for path in parts.glob("*"):
            path.unlink()
        parts.rmdir()
    told = {"folder": str(folder), **_fitted(done), "assumed": assumed, "files": wrote}
    if as_json:
        emit(_plain(told))
        return
    _show_fit(told)
    if not write:
        typer.echo("nothing was written; the same command with --write puts what is told into the folder's tables")


def _fitted(done: Fit) -> dict[str, Any]:
    found = done.calibration
    names = [p.name for p in found.parameters]
    pairs = [(i, j) for i in range(len(names)) for j in range(i) if abs(found.correlation[i, j]) >= STRONG]
    return {
        "parameters": [{**asdict(p), "told": p.name not in found.untold} for p in found.parameters],
        "manning_factor": done.manning_factor,
        "decay_per_day": done.decay_per_day,
        "correlation": found.correlation.tolist(),
        "strong": [{"of": [names[j], names[i]], "correlation": float(found.correlation[i, j])} for i, j in pairs],
        "singular": found.singular.tolist(),
        "misfit": [float(found.misfit[0]), float(found.misfit[-1])],
        "readings": len(found.used),
        "verification_from": _when(done.split_s),
        "scores": [asdict(one) for one in done.scores],
        "early": done.early,
        "refused": _refused(done.refused),
    }


def _show_fit(told: dict[str, Any]) -> None:
    typer.echo(f"{'factor':32} {'median':>8} {'5 %':>8} {'95 %':>8} {'spread left':>12}")
    for one in told["parameters"]:
        said = "" if one["told"] else "  not told by these readings, left as it is"
        figures = f"{one['median']:8.3f} {one['low']:8.3f} {one['high']:8.3f} {one['ratio']:12.0%}"
        typer.echo(f"{one['name']:32.32} {figures}{said}")
    for pair in told["strong"]:
        typer.echo(f"  {pair['of'][0]} and {pair['of'][1]} go together ({pair['correlation']:+.2f}): what the readings "
                   "tell is their combination")  # fmt: skip
    sure = sum(value > 1 for value in told["singular"])
    typer.echo(
        f"{sure} of {len(told['singular'])} combinations are told by {told['readings']} readings; misfit in their "
        f"errors {told['misfit'][0]:.2f} before, {told['misfit'][1]:.2f} after (1 is as good as they are)"
    )
    for rate in told["decay_per_day"].items():
        typer.echo(f"decay of {rate[0]}: {rate[1]:.3g} per day")
    typer.echo(
        f"{'station':20} {'what':8} {'period':13} {'n':>5} {'RMSE before':>12} {'after':>9} {'NSE':>7} {'after':>7}"
    )
    for one in told["scores"]:
        errors = f"{one['rmse_before']:12.4g} {one['rmse_after']:9.4g}"
        skill = " ".join(
            f"{one[k]:7.2f}" if math.isfinite(one[k]) else f"{'—':>7}" for k in ("nse_before", "nse_after")
        )
        typer.echo(f"{one['station']:20.20} {one['what']:8.8} {one['period']:13} {one['n']:5} {errors} {skill}")
    if not any(one["period"] == "verification" for one in told["scores"]):
        typer.echo("no reading was left for verification: how good this is elsewhere nobody knows")
    if told["early"]:
        typer.echo(f"{told['early']} readings lie before the end of the spin-up and do not count")
    show_rest(told)


def show_rest(told: dict[str, Any]) -> None:
    """What was assumed, refused and written."""
    for line in told["assumed"]:
        typer.echo(f"assumed: {line}")
    for one in told["refused"]["items"]:
        typer.echo(f"refused: {one['station']} {one['what']} at {one['time']}: {one['why']}")
    if told["refused"]["count"] > len(told["refused"]["items"]):
        typer.echo(f"refused: {told['refused']['count']} in all")
    for path in told["files"]:
        typer.echo(f"  wrote {path}")


def _refused(refused: Iterable[Refused], most: int = 5) -> dict[str, Any]:
    every = [
        {"station": r.reading.name, "what": r.reading.what, "time": _when(r.reading.time_s), "why": r.why}
        for r in refused
    ]
    return {"count": len(every), "items": every[:most]}


def _when(time_s: float) -> str | None:
    from riverchief.govern.twin.tracing.found import when

    return when(time_s)


def _plain(value: Any) -> Any:
    """The same without what JSON has no word for."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@twin_app.command("assimilate")
def assimilate(
    folder: Folder,
    readings: Readings,
    out: Annotated[Path, typer.Option("--out", help="NetCDF (CF, UGRID) of mean and spread; kept as it goes.")],
    to_state: Annotated[Path | None, typer.Option("--to-state", help="NetCDF for the members at the end.")] = None,
    from_state: Annotated[
        Path | None, typer.Option("--from-state", help="NetCDF of a state, or of members, to begin from.")
    ] = None,
    start: Start = "",
    window_h: Annotated[float, typer.Option("--window", help="Hours from one analysis to the next.")] = 1.0,
    members: Members = 64,
    inflow: Annotated[float, typer.Option("--inflow-doubt", help="Standard deviation of an inflow's logarithm.")] = 0.2,
    memory_h: Annotated[float, typer.Option("--memory", help="Time over which an inflow's error fades, h.")] = 24.0,
    roughness: Annotated[float, typer.Option("--roughness-doubt", help="The same of the roughness.")] = 0.15,
    load: Annotated[float, typer.Option("--load-doubt", help="The same of what inflows carry.")] = 0.2,
    decay: Annotated[float, typer.Option("--decay-doubt", help="The same of rates of decay.")] = 0.3,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Run the filter over readings, hour by hour: the river as it was, how sure, and each station before and after.

    Broken off, the same command goes on from where it was kept, beside --out; --to-state hands its members to the next
    period's --from-state.

    Example: riverchief twin assimilate fen --readings gauges.csv --out analysis.nc --to-state members.nc
    """
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.assimilation import files as kept_files
    from riverchief.govern.twin.assimilation import stations
    from riverchief.govern.twin.ensemble import AR1, LogNormal, Spread
    from riverchief.govern.twin.importers.readings import read_readings, to_assimilate

    if not window_h > 0:
        raise typer.BadParameter("must be above 0 h", param_hint="--window")
    river = read_folder(folder)
    with working("cutting the river into cells", quiet=as_json):
        model = Model(river)
    rows = read_readings(readings, river, model.constituents)
    good, assumed = to_assimilate(rows)
    doubts = {"load": LogNormal(load), "roughness": LogNormal(roughness), "decay": LogNormal(decay)}
    spread = Spread(inflow=AR1(inflow, memory_h * HOUR_S), **doubts)
    state: Any = None
    if from_state is None or not kept_files.holds_members(from_state):
        state = begun(model, from_state, first_instant(river, start, rows[0].time_s))
    course, gone_on = _filtered(
        model, state, from_state, good, spread, out, (members, seed), window_h * HOUR_S, quiet=as_json
    )
    if to_state is not None:
        kept_files.write_members(to_state, course.members)
    refused = [one for one in course.judged if one.why]
    told: dict[str, Any] = {
        "folder": str(folder),
        "members": len(course.members),
        "windows": int(course.time_s.size),
        "until": _when(course.members.time_s),
        "gone_on_from": gone_on,
        "stations": [asdict(one) for one in stations(course.judged)],
        "assumed": assumed,
        "refused": {
            "count": len(refused),
            "items": [
                {"station": o.station, "what": o.what, "time": _when(o.time_s), "why": o.why} for o in refused[:5]
            ],
        },
        "files": [str(path) for path in (out, to_state) if path is not None],
    }
    if as_json:
        emit(_plain(told))
        return
    _show_stations(told)


def _filtered(
    model: Model, state: State | None, from_state: Path | None, readings: Sequence[Reading], spread: Any, out: Path,
    drawn: tuple[int, int], window_s: float, *, quiet: bool,
) -> tuple[Course, float]:  # fmt: skip
    """The filter's course, kept beside its file until it is done, and the share that an earlier one had kept."""
    from riverchief.govern.twin import assimilation
    from riverchief.govern.twin.assimilation import files as kept_files
    from riverchief.govern.twin.assimilation.kept import digest_of
    from riverchief.govern.twin.ensemble import draw

    if state is None:
        assert from_state is not None  # members are of a file
        begin = kept_files.read_members(from_state, model, spread)
    else:
        begin = draw(model, drawn[0], state, spread, seed=drawn[1])
    until_s = max(r.time_s for r in readings)
    if not until_s > begin.time_s:
        raise InputError(
            f"the last reading is of {_when(until_s)}, the model stands at {_when(begin.time_s)}; begin earlier."
        )
    design = _design(readings, window_s)
    asked = digest_of(model, begin.state, readings, spread, len(begin), begin.seed, window_s, begin.log_rough.tobytes())
    kept = out.with_name(f"{out.name}.part")
    course = (kept_files.read_course(kept, model, spread, asked) if kept.is_file() else None) or assimilation.begun(
        begin
    )
    span = until_s - begin.time_s
    gone_on = (course.members.time_s - begin.time_s) / span
    every = max(1, round(span / window_s / CHECKPOINTS))
    with bar("assimilating", quiet=quiet) as progress:

        def after(now: Course) -> None:
            progress((now.members.time_s - begin.time_s) / span)
            if now.time_s.size % every == 0:
                kept_files.write_members(kept, now.members, now, asked)

        course = assimilation.follow(course, readings, until_s, design, window_s, after)
    kept_files.write(out, course)
    kept.unlink(missing_ok=True)
    return course, gone_on


def _design(readings: Sequence[Reading], window_s: float) -> Design:
    """Constituents on a logarithmic scale, where differences far below what is usual stop to count."""
    from riverchief.govern.twin.assimilation import Design, LogScale

    values: dict[str, list[float]] = {}
    for one in readings:
        values.setdefault(one.what, []).append(one.value)
    scales = {
        what: LogScale(max(0.05 * sorted(found)[len(found) // 2], 1e-6))
        for what, found in values.items()
        if what not in {"level", "flow"}
    }
    return Design(scales=scales, every_s=min(window_s, HOUR_S))


def _show_stations(told: dict[str, Any]) -> None:
    typer.echo(f"{told['windows']} analyses of {told['members']} members until {told['until']}")
    if told["gone_on_from"]:
        typer.echo(f"  went on from {told['gone_on_from']:.0%} that an earlier run had kept")
    head = f"{'RMSE before':>12} {'after':>9} {'spread':>9} {'after':>9} {'error²/expected':>16}"
    typer.echo(f"{'station':20} {'what':8} {'n':>5} {head}")
    for one in told["stations"]:
        figures = " ".join(f"{one[k]:9.4g}" for k in ("rmse_after", "spread_before", "spread_after"))
        line = f"{one['rmse_before']:12.4g} {figures} {one['chi2']:16.2f}" if one["n"] else "all refused"
        typer.echo(f"{one['station']:20.20} {one['what']:8.8} {one['n']:5} {line}")
    show_rest(told)
