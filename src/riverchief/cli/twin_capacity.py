"""`riverchief twin capacity`: how much every outfall of a basin may discharge for its sections' target classes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.twin import twin_app


@twin_app.command("capacity")
def capacity(
    basin: Annotated[str, typer.Argument(help="Basin folder, or the name of one that is shipped: mini, jinzhong.")],
    code: Annotated[str, typer.Option("--property", help="What is discharged: nh3n, tp, codmn …")] = "nh3n",
    fairness: Annotated[
        str, typer.Option("--fairness", help="permit (in proportion), equal, or total (the largest sum).")
    ] = "permit",
    flow_share: Annotated[
        float, typer.Option("--flow-share", help="Design low flow over the mean; 0.3 is assumed.")
    ] = 0.3,
    flows: Annotated[
        Path | None,
        typer.Option("--flows", help="CSV: reach, flow_m3s; driest month of ten years, or 90 % dependable."),
    ] = None,
    carried_mgl: Annotated[
        float | None, typer.Option("--carried", help="mg/L of water from elsewhere; half of class II by default.")
    ] = None,
    on: Annotated[str, typer.Option("--on", help="Day whose standard counts; today by default.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Total maximum loads (容量总量): outfall, permit, capacity, margin, and the section that limits it.

    Example: riverchief twin capacity jinzhong --property nh3n --fairness equal
    """
    from riverchief import basins
    from riverchief.govern.twin.measures.basin import capacity_of

    folder = Path(basin) if Path(basin).exists() else basins.named(basin)
    table = capacity_of(
        basins.read(folder),
        code,
        _day(on),
        fairness,
        flow_share=flow_share,
        flow_m3s=_flows(flows),
        carried_mgl=carried_mgl,
    )
    told = table.as_dict()
    if as_json:
        emit(told)
        return
    typer.echo(f"{'outfall':24} {'permit':>10} {'capacity':>10} {'margin':>10}  section    ({code}, kg/d)")
    for row in told["items"]:
        values = (row["permit_kgd"], row["capacity_kgd"], row["margin_kgd"])
        cells = " ".join(f"{'—' if v is None else format(v, ',.1f'):>10}" for v in values)
        typer.echo(f"{row['code']:24} {cells}  {row['binding'] or '—'}")
    typer.echo(
        f"assumed: water from elsewhere carries {told['carried_mgl']:g} mg/L; {len(table.permit_assumed)} of "
        f"{len(told['items'])} permits stand for what is discharged now; decay {told['decay_per_day']:g} per day"
    )


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
