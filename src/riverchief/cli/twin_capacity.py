"""`riverchief twin capacity`: how much every outfall of a basin or a model may discharge for its sections."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.twin import Json, read_folder, twin_app, working

if TYPE_CHECKING:
    from riverchief.govern.twin import Model

OUTFALLS = ("code", "reach", "chainage_m", "permit_kgd")
SECTIONS = ("code", "reach", "chainage_m", "limit_mgl", "background_mgl")


@twin_app.command("capacity")
def capacity(
    place: Annotated[str, typer.Argument(help="Model folder; basin folder, or a shipped basin: mini, jinzhong.")],
    outfalls: Annotated[
        Path | None, typer.Option("--outfalls", help=f"For a model, CSV: {', '.join(OUTFALLS)}.")
    ] = None,
    sections: Annotated[
        Path | None,
        typer.Option("--sections", help=f"For a model, CSV: {', '.join(SECTIONS)} (the last may be left out)."),
    ] = None,
    code: Annotated[str, typer.Option("--property", help="What is discharged: nh3n, tp, codmn …")] = "nh3n",
    fairness: Annotated[
        str, typer.Option("--fairness", help="permit (in proportion), equal, or total (the largest sum).")
    ] = "permit",
    flow_share: Annotated[
        float | None,
        typer.Option("--flow-share", help="Design low flow over the mean; of a basin 0.3 is assumed, of a model 1."),
    ] = None,
    flows: Annotated[
        Path | None,
        typer.Option(
            "--flows", help="For a basin, CSV: reach, flow_m3s; driest month of ten years, or 90 % dependable."
        ),
    ] = None,
    carried_mgl: Annotated[
        float | None,
        typer.Option("--carried", help="For a basin, mg/L of water from elsewhere; half of class II by default."),
    ] = None,
    on: Annotated[str, typer.Option("--on", help="For a basin, day whose standard counts; today by default.")] = "",
    as_json: Json = False,
) -> None:
    """Total maximum loads (容量总量): outfall, permit, capacity, margin, and the section that limits it.

    A basin has its outfalls, permits and target classes in its registry. A model takes them from tables; its inflows,
    times --flow-share, are the design flow, its own rate of decay counts, and the outfalls' water is not added.

    Example: riverchief twin capacity jinzhong --property nh3n --fairness equal
    """
    is_model = (Path(place) / "river.toml").is_file()
    other = {"--flows": flows, "--carried": carried_mgl, "--on": on or None} if is_model else {
        "--outfalls": outfalls, "--sections": sections
    }  # fmt: skip
    for name, given in other.items():
        if given is not None:
            raise InputError(f"{name} is not for {'a model' if is_model else 'a basin'} such as {place}; leave it out.")
    if is_model:
        with working("letting the river settle", quiet=as_json):
            told = _of_model(Path(place), outfalls, sections, code, fairness, 1.0 if flow_share is None else flow_share)
        said = (
            f"steady water of {told['flow_share']:g} times the model's inflows; decay {told['decay_per_day']:g} per day"
        )
    else:
        with working("reckoning", quiet=as_json):
            told = _of_basin(place, code, fairness, flow_share, flows, carried_mgl, on)
        count = sum(row["permit_assumed"] for row in told["items"])
        said = (
            f"water from elsewhere carries {told['carried_mgl']:g} mg/L; {count} of {len(told['items'])} permits stand "
            f"for what is discharged now; decay {told['decay_per_day']:g} per day"
        )
    if as_json:
        emit(told)
        return
    typer.echo(f"{'outfall':24} {'permit':>10} {'capacity':>10} {'margin':>10}  section    ({code}, kg/d)")
    for row in told["items"]:
        values = (row["permit_kgd"], row["capacity_kgd"], row["margin_kgd"])
        cells = " ".join(f"{'—' if v is None else format(v, ',.1f'):>10}" for v in values)
        typer.echo(f"{row['code']:24} {cells}  {row['binding'] or '—'}")
    typer.echo(f"assumed: {said}")


def _of_basin(
    place: str, code: str, fairness: str, flow_share: float | None, flows: Path | None, carried_mgl: float | None,
    on: str,
) -> dict[str, Any]:  # fmt: skip
    from riverchief import basins
    from riverchief.govern.twin.measures.basin import SHARE, capacity_of

    folder = Path(place) if Path(place).exists() else basins.named(place)
    return capacity_of(
        basins.read(folder),
        code,
        _day(on),
        fairness,
        flow_share=SHARE if flow_share is None else flow_share,
        flow_m3s=_flows(flows),
        carried_mgl=carried_mgl,
    ).as_dict()


def _of_model(
    folder: Path, outfalls: Path | None, sections: Path | None, code: str, fairness: str, flow_share: float
) -> dict[str, Any]:
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.measures import Outfall, Target
    from riverchief.govern.twin.measures import capacity as bear
    from riverchief.govern.twin.measures.settled import settled
    from riverchief.govern.twin.model import DAY_S

    if outfalls is None or sections is None:
        raise InputError(f"{folder} is a model; say who discharges and what is to be kept: --outfalls and --sections.")
    if not (math.isfinite(flow_share) and flow_share > 0):
        raise InputError(f"--flow-share is {flow_share:g}; give a number above 0.")
    model = Model(read_folder(folder))
    rows = [Outfall(c, cell, v[0]) for c, cell, v in _placed(model, outfalls, OUTFALLS)]
    aims = [Target(c, cell, v[0], v[1]) for c, cell, v in _placed(model, sections, SECTIONS, ("background_mgl",))]
    per_day = model.river.decay_per_day.get(code, 0.0)
    found = bear(settled(model, flow_share), rows, aims, fairness, per_day / DAY_S)

    def number(value: float) -> float | None:
        return round(value, 4) if math.isfinite(value) else None

    return {
        "folder": str(folder),
        "property": code,
        "fairness": fairness,
        "flow_share": flow_share,
        "decay_per_day": per_day,
        "items": [
            {
                "code": one.outfall,
                "permit_kgd": one.permit_kgd,
                "capacity_kgd": number(one.capacity_kgd),
                "margin_kgd": number(one.margin_kgd),
                "binding": one.binding or None,
            }
            for one in found
        ],
    }


def _placed(
    model: Model, path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[str, int, list[float]]]:
    """Code, cell and figures of every row; a fault is named with its line."""
    from riverchief.govern.twin.folder.tables import number_of, rows_of

    rows = list(rows_of(path, columns, optional))
    if not rows:
        raise InputError(f"{path} has no row; give one for each place.", path=str(path))
    for line, row in rows:
        at = number_of(row["chainage_m"], path, line, "chainage_m")
        try:
            cell = model.cells.cell(row["reach"], at)
        except InputError as error:
            raise InputError(f"{path}, line {line}: {error.sentence}", path=str(path), line=line) from error
        figures = (0.0 if c in optional and not row[c] else number_of(row[c], path, line, c, "-") for c in columns[3:])
        yield row["code"], cell, list(figures)


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 - a day of the calendar on the wall
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--on {text!r} is no day such as 2026-07-01.") from None


def _flows(path: Path | None) -> dict[str, float] | None:
    if path is None:
        return None
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        return {row["reach"]: float(row["flow_m3s"]) for row in rows}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} needs the columns reach and flow_m3s [m³/s] with a number in every row: {error}."
        ) from error
