"""A river as a folder: `river.toml`, its CrossSections and its series."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.geometry.section import Conduit, CrossSection, shifted
from riverchief.govern.twin.importers.swmm_shapes import Laid
from riverchief.govern.twin.river import LevelRule, Reach, River, Series, Structure

HEAD = """# A river for the twin. Lengths and levels in m, discharges in m3/s, chainages from a reach's upstream end.
# A series is a number, or the name of a CSV with a column `time` (ISO 8601 with a zone) and one of values.
"""


def write(river: River, folder: Path) -> None:
    """Write a river as a folder; what is there of the same name is replaced.

    Raises
    ------
    InputError
        Where the folder cannot be written, or a reach has a form that the folder has no table for.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keep = _Keep(folder)
        told = _told(river, keep)
        (folder / kinds.RIVER).write_text(HEAD + tomli_w.dumps(told), encoding="utf-8")
        _table(folder / kinds.POINTS, kinds.POINT_COLUMNS, _points(river))
        conduits = list(_conduits(river))
        if conduits:
            _table(folder / kinds.CONDUITS, kinds.CONDUIT_COLUMNS, conduits)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}. Check the folder.", path=str(folder)) from error


class _Keep:
    """Series that are more than a number go into files of their own; the same one goes there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[int, str] = {}
        self.names: set[str] = set()

    def __call__(self, series: Series, name: str) -> float | str | dict[str, Any]:
        if series.time_s.size == 1 and series.time_s[0] == 0 and not series.steps:
            return float(series.value[0])
        if id(series) not in self.known:
            plain = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "series"
            free = next(n for n in (plain, *(f"{plain}-{k}" for k in range(2, 10_000))) if n not in self.names)
            self.names.add(free)
            self.known[id(series)] = f"series/{free}.csv"
            (self.folder / "series").mkdir(exist_ok=True)
            rows = [(_when(t), repr(float(v))) for t, v in zip(series.time_s, series.value, strict=True)]
            _table(self.folder / self.known[id(series)], ("time", "value"), rows)
        file = self.known[id(series)]
        return {"file": file, "steps": True} if series.steps else file


def _when(time_s: float) -> str:
    """An instant as ISO 8601 where it is a whole millisecond, else as seconds since 1970."""
    ms = round(time_s * 1e3)
    if ms / 1e3 != time_s:
        return repr(float(time_s))
    at = datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
    return at.isoformat(timespec="milliseconds" if ms % 1000 else "seconds").replace("+00:00", "Z")


def _told(river: River, keep: _Keep) -> dict[str, Any]:
    told: dict[str, Any] = {"format": 1, "name": river.name}
    told["reaches"] = {code: _reach(reach) for code, reach in river.reaches.items()}
    if river.storages:
        told["storages"] = {
            s.node: {"level_m": s.level_m.tolist(), "area_m2": s.area_m2.tolist()} for s in river.storages.values()
        }
    placed: list[tuple[Structure, dict[str, Any]]] = [
        (link.structure, {"between": [link.from_node, link.to_node]}) for link in river.links
    ]
    placed += [(one.structure, {"reach": one.reach, "chainage_m": one.chainage_m}) for one in river.inlines]
    if placed:
        told["structures"] = [
            {
                "kind": kinds.kind_of(what, kinds.STRUCTURES),
                **_without_defaults(_fields(what, what.name, keep), what),
                **where,
            }
            for what, where in placed
        ]
    if river.boundaries:
        told["boundaries"] = [
            {"kind": kinds.kind_of(one, kinds.BOUNDARIES), **_without_defaults(_fields(one, one.node, keep), one)}
            for one in river.boundaries.values()
        ]
    if river.inflows:
        told["inflows"] = [_without_defaults(_fields(one, one.name, keep), one) for one in river.inflows.values()]
    if river.decay_per_day:
        told["decay_per_day"] = dict(river.decay_per_day)
    return told


def _reach(reach: Reach) -> dict[str, Any]:
    told: dict[str, Any] = {
        "from_node": reach.from_node, "to_node": reach.to_node, "length_m": reach.length_m, "dx_m": reach.dx_m,
    }  # fmt: skip
    if reach.loss:
        told["loss"] = [{"chainage_m": at, "coefficient": value} for at, value in reach.loss]
    if reach.assumed is not None:
        told["assumed"] = asdict(reach.assumed)
    return told


def _fields(thing: Any, name: str, keep: _Keep) -> dict[str, Any]:
    """A dataclass as a table of TOML."""
    told: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, Series):
            told[field.name] = keep(value, f"{name}-{field.name}")
        elif isinstance(value, np.ndarray):
            told[field.name] = value.tolist()
        elif isinstance(value, LevelRule):
            told[field.name] = _without_defaults(_fields(value, name, keep), value)
        elif isinstance(value, dict):
            told[field.name] = {
                key: keep(one, f"{name}-{key}") if isinstance(one, Series) else one for key, one in value.items()
            }
        elif value is not None:
            told[field.name] = value
    return told


def _without_defaults(told: dict[str, Any], thing: Any) -> dict[str, Any]:
    """Only what was said: fields at their default, and empty tables, are left out."""
    usual = {f.name: f.default for f in fields(thing) if f.default is not MISSING}
    return {k: v for k, v in told.items() if v != {} and (k not in usual or v != usual[k])}


def _forms(river: River) -> Iterator[tuple[Reach, float, CrossSection | Conduit | Laid]]:
    """Every form of a river with its place; an open one that was laid at a level is a CrossSection at that level.

    Raises
    ------
    InputError
        For a form that no table holds.
    """
    for reach in river.reaches.values():
        for at, shape in zip(reach.chainage_m.tolist(), reach.shapes, strict=True):
            if isinstance(shape, Laid) and isinstance(shape.form, CrossSection) and shape.barrels == 1:
                yield reach, at, shifted([shape.form], shape.level_m - shape.form.bed_m)[0]
            elif isinstance(shape, CrossSection | Conduit) or (
                isinstance(shape, Laid) and isinstance(shape.form, Conduit)
            ):
                yield reach, at, shape
            else:
                raise InputError(
                    f"reach {reach.code} at {at:g} m has a {type(shape).__name__}, which the folder has no table for; "
                    "give its form as points or as widths over depth.",
                    reach=reach.code,
                )


def _points(river: River) -> Iterable[Sequence[Any]]:
    """One row per surveyed point; roughness where it changes."""
    for reach, at, shape in _forms(river):
        if not isinstance(shape, CrossSection):
            continue
        x, z, from_m = _with_panels(shape)
        for k in range(x.size):
            begins = np.flatnonzero(from_m == k)
            rough = repr(float(shape.manning[begins[-1]])) if begins.size else ""
            # walls that go on above the highest point are told with the first one
            deep = repr(float(shape.depth_m)) if k == 0 and shape.depth_m > np.ptp(z) else ""
            yield reach.code, repr(at), shape.name, repr(float(x[k])), repr(float(z[k])), rough, deep


def _with_panels(shape: CrossSection) -> tuple[Any, Any, Any]:
    """Points with those where a panel begins put in, and the point at which each panel begins."""
    starts = shape.panel_from_m[1:]
    inner = (starts > shape.station_m[0]) & (starts < shape.station_m[-1])
    extra = np.setdiff1d(starts[inner], shape.station_m)
    where = np.searchsorted(shape.station_m, extra)
    x = np.insert(shape.station_m, where, extra)
    z = np.insert(shape.level_m, where, np.interp(extra, shape.station_m, shape.level_m))
    # at a vertical wall a panel begins at its last point: what lies right of the wall is the panel's
    first = np.maximum(np.searchsorted(x, starts, side="right") - 1, 0)
    return x, z, np.concatenate([[0], first])


def _conduits(river: River) -> Iterable[Sequence[Any]]:
    """One row per depth; without a slot's width it is the one that narrows gradually."""
    for reach, at, shape in _forms(river):
        if isinstance(shape, CrossSection):
            continue
        laid = isinstance(shape, Laid)
        form = shape.form if isinstance(shape, Laid) else shape
        assert isinstance(form, Conduit)
        slot, barrels = ("", shape.barrels) if isinstance(shape, Laid) else (repr(float(form.slot_m)), 1)
        level = repr(float(shape.level_m if laid else form.level_m))
        for row in zip(form.depths_m, form.widths_m, form.perimeters_m, strict=True):
            values = (repr(float(v)) for v in row)
            yield reach.code, repr(at), form.name, level, *values, repr(float(form.manning)), slot, barrels


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)
