"""`riverchief twin capacity`: what every outfall may discharge so that every section keeps its target."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.twin import Folder, Json, read_folder, twin_app, write_text

if TYPE_CHECKING:
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.flows import Flows

SETTLE_DAYS, STEADY_WITHIN = 20, 1e-3  # a river that still changes by more in a day [-] is not steady
OUTFALLS = ("code", "reach", "chainage_m", "permit_kgd")
SECTIONS = ("code", "reach", "chainage_m", "limit_mgl", "background_mgl")
HOUR_S, DAY_S = 3600.0, 86_400.0


@twin_app.command("capacity")
def capacity(
    folder: Folder,
    outfalls: Annotated[Path, typer.Option("--outfalls", help=f"CSV: {', '.join(OUTFALLS)}.")],
    sections: Annotated[Path, typer.Option("--sections", help=f"CSV: {', '.join(SECTIONS)} (0 where left out).")],
    fairness: Annotated[str, typer.Option("--fairness", help="permit, equal or total.")] = "permit",
    decay_per_day: Annotated[float, typer.Option("--decay", help="First-order decay, 1/day.")] = 0.0,
    flow_factor: Annotated[float, typer.Option("--flow-factor", help="Inflows times this: the design flow.")] = 1.0,
    out: Annotated[Path | None, typer.Option("--out", help="CSV: a row per outfall.")] = None,
    as_json: Json = False,
) -> None:
    """How much every outfall may discharge, in steady water, and which section says so.

    The inflows of the model at its beginning, times --flow-factor, are the design flow; outfalls' own water is small
    beside them and not added. `permit` shares in proportion to permits, `equal` gives all the same, `total` makes the
    sum largest.

    Example: riverchief twin capacity fen --outfalls outfalls.csv --sections sections.csv --decay 0.1
    """
    for value, name in ((flow_factor, "--flow-factor"), (1.0 + decay_per_day, "--decay")):
        if not (math.isfinite(value) and value > 0) or decay_per_day < 0:
            raise typer.BadParameter("must be a number, the factor above 0, the decay at least 0", param_hint=name)
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.measures import Outfall, Target
    from riverchief.govern.twin.measures import capacity as bear

    model = Model(read_folder(folder))
    from_rows = [Outfall(c, cell, v[0]) for c, cell, v in _placed(model, outfalls, OUTFALLS)]
    to_rows = [Target(c, cell, v[0], v[1]) for c, cell, v in _placed(model, sections, SECTIONS, ("background_mgl",))]
    with Console(stderr=True).status("letting the river settle", spinner="line"):
        flows = _steady(model, flow_factor)
    found = bear(flows, from_rows, to_rows, fairness, decay_per_day / DAY_S)
    rows = [
        {
            "outfall": one.outfall,
            "permit_kgd": one.permit_kgd,
            "capacity_kgd": None if math.isnan(one.capacity_kgd) else round(one.capacity_kgd, 4),
            "margin_kgd": None if math.isnan(one.capacity_kgd) else round(one.margin_kgd, 4),
            "section": one.binding,
        }
        for one in found
    ]
    if out is not None:
        text = io.StringIO()
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        write_text(out, text.getvalue())
    if as_json:
        emit({"folder": str(folder), "fairness": fairness, "items": rows})
    else:
        _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table("outfall", "permit kg/d", "capacity kg/d", "margin kg/d", "decided by")
    for row in rows:
        free = row["capacity_kgd"] is None
        bears, margin = (
            ("no section below", "") if free else (f"{row['capacity_kgd']:,.1f}", f"{row['margin_kgd']:,.1f}")
        )
        table.add_row(row["outfall"], f"{row['permit_kgd']:,.1f}", bears, margin, row["section"])
    Console().print(table)


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


def _steady(model: Model, factor: float) -> Flows:
    """The water once it has settled under the inflows of the beginning.

    Raises
    ------
    InputError
        Where the river still changes after the longest wait.
    """
    begin_s = min((float(i.flow_m3s.time_s[0]) for i in model.river.inflows.values()), default=0.0)
    for inflow in model.river.inflows.values():
        if inflow.flow_m3s.value.size > 1 and np.ptp(inflow.flow_m3s.value) > 0:
            raise InputError(
                f"inflow {inflow.name} changes with time; capacity asks for steady low water: give it one number.",
                inflow=inflow.name,
            )
    model.forcing.factor[:] *= factor
    state = model.start(begin_s)
    for day in range(1, SETTLE_DAYS + 1):
        run = model.run(state, begin_s + day * DAY_S, DAY_S)
        moved = np.abs(run.state.flow - state.flow).max() / max(float(np.abs(run.state.flow).max()), 1e-9)
        state = run.state
        if day > 1 and moved < STEADY_WITHIN:
            return model.run(state, begin_s + day * DAY_S + HOUR_S, HOUR_S).flows()
    raise InputError(
        f"after {SETTLE_DAYS} days the river still changes by {moved:.2%} a day; look at its boundaries and rules."
    )
