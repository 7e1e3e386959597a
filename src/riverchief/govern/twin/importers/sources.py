"""Listed dischargers for a trace: from a table, from a basin's registry, or what flows into the model anyhow."""

from __future__ import annotations

from pathlib import Path

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.govern.twin.folder.tables import number_of, rows_of
from riverchief.govern.twin.importers.dischargers import TAKES
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.tracing import Source

COLUMNS = ("code", "kind", "reach", "chainage_m", "load_kgd")
BOUNDARY = "boundary"
KGD_PER_GS = 86.4


def of_table(path: Path, model: Model) -> list[Source]:
    """Dischargers of a CSV: code, kind, reach, chainage_m, load_kgd; kind and load may be left out.

    Raises
    ------
    InputError
        Naming the file and the line.
    """
    found: dict[str, Source] = {}
    for line, row in rows_of(path, COLUMNS, ("kind", "load_kgd")):
        at = number_of(row["chainage_m"], path, line, "chainage_m")
        load = number_of(row["load_kgd"] or "0", path, line, "load_kgd", "kg/d")
        try:
            cell = model.cells.cell(row["reach"], at)
        except InputError as error:
            raise InputError(f"{path}, line {line}: {error.sentence}", path=str(path), line=line) from error
        if load < 0 or row["code"] in found:
            what = f"a load of {load:g} kg/d" if load < 0 else "a code that stands above already"
            raise InputError(f"{path}, line {line}: {row['code']} has {what}.", path=str(path), line=line)
        found[row["code"]] = Source(row["code"], row["kind"] or "outfall", cell, load)
    return [*found.values(), *_borders(model)]


def of_basin(basin: Basin, model: Model, substance: str) -> list[Source]:
    """Dischargers of a registry that lie on the model's reaches, with their typical loads, and inflow over borders.

    Raises
    ------
    InputError
        Where none of the registry's reaches is one of the model's.
    """
    found = []
    reaches = model.river.reaches
    for one in basin.facilities:
        if one.place is None or one.place.reach not in reaches or one.kind in TAKES:
            continue
        cell = model.cells.cell(one.place.reach, min(one.place.chainage_m, reaches[one.place.reach].length_m))
        load = KGD_PER_GS * one.flow_m3s * one.pollutants.get(substance, 0.0)
        found.append(Source(one.code, one.kind, cell, load, mix=dict(one.pollutants)))
    if not found:
        raise InputError(
            f"no discharger of this registry lies on the model's reaches ({', '.join(list(reaches)[:4])} …); reaches "
            "must have the same codes in both. `riverchief twin import` makes a model of a basin."
        )
    return [*found, *_borders(model)]


def of_river(model: Model, substance: str) -> list[Source]:
    """What flows into the model along its reaches, and over its borders."""
    found = []
    for one in model.river.inflows.values():
        flow = float(one.flow_m3s.value.mean())
        if one.node or flow <= 0:
            continue
        series = one.concentration.get(substance)
        load = KGD_PER_GS * flow * float(series.value.mean()) if series is not None else 0.0
        found.append(Source(one.name, "outfall", model.cells.cell(one.reach, one.chainage_m), load))
    return [*found, *_borders(model)]


def _borders(model: Model) -> list[Source]:
    """Heads where water comes in from beyond the model."""
    below = {reach.to_node for reach in model.river.reaches.values()}
    return [
        Source(one.name, BOUNDARY, model.cells.node[one.node])
        for one in model.river.inflows.values()
        if one.node and one.node not in below and float(one.flow_m3s.value.mean()) > 0
    ]
