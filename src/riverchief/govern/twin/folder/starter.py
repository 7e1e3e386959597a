"""A model folder to begin with: from one's own CrossSections and hydrograph, or from an invented river's."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.folder.tables import read_points, read_series
from riverchief.govern.twin.folder.writing import write
from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.river import NormalDepth, River

LEAST_SLOPE = 1e-5
CELLS = 200  # wanted over a model's length
EXAMPLE_POINTS, EXAMPLE_FLOOD = "survey.csv", "flood.csv"


@dataclass(frozen=True)
class Begun:
    """What a new model folder holds, and what was taken for granted in it."""

    river: River
    assumed: tuple[str, ...]


def begin(folder: Path, survey: Path | None = None, hydrograph: Path | None = None, dx_m: float | None = None) -> Begun:
    """Write a model folder from a table of CrossSections and a hydrograph.

    Reaches follow each other in the order of the table, the hydrograph enters at the first; the water leaves the last
    one uniformly, with the mean slope of its bed. Where no table is given, those of an invented river are written
    beside the model first, to be replaced by one's own.

    Parameters
    ----------
    folder : Path
        To be made; must hold no model yet.
    survey : Path, optional
        `reach, chainage_m, name, station_m, level_m, manning`, one row per surveyed point.
    hydrograph : Path, optional
        `time` and `flow_m3s`.
    dx_m : float, optional
        Length of the cells [m]; where left out, about 200 of them.

    Raises
    ------
    InputError
        Where the folder holds a model already, or a table is not what it should be.
    """
    if (folder / kinds.RIVER).exists():
        raise InputError(f"{folder} holds a model already; give another folder.", path=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    survey = survey or _example_points(folder / EXAMPLE_POINTS)
    hydrograph = hydrograph or _example_flood(folder / EXAMPLE_FLOOD)
    found: dict[str, list[tuple[float, CrossSection]]] = {}
    for reach, chainage, shape in read_points(survey):
        found.setdefault(reach, []).append((chainage, shape))
    if not found:
        raise InputError(f"{survey} holds no CrossSection; give one row per surveyed point.", path=str(survey))
    river = _chained(folder.name, found, dx_m)
    flow = read_series(hydrograph, "flow_m3s")
    first, last = list(river.reaches.values())[0], list(river.reaches.values())[-1]
    river.inflow("hydrograph", flow, node=first.from_node)
    slope = _slope(last.chainage_m, last.shapes)
    river.boundary(NormalDepth(last.to_node, slope))
    write(river, folder)
    told = [f"the water leaves {last.code} uniformly with an energy slope of {slope:.3g}"]
    if len(found) > 1:
        told.append(f"the reaches {', '.join(found)} follow each other in this order")
    return Begun(river, tuple(told))


def _chained(name: str, found: dict[str, list[tuple[float, CrossSection]]], dx_m: float | None) -> River:
    river = River(name)
    total = sum(max(at for at, _ in rows) for rows in found.values())
    for k, (code, rows) in enumerate(found.items()):
        rows.sort(key=lambda row: row[0])
        begin_m = rows[0][0]
        chainage = [at - begin_m for at, _ in rows]
        if chainage[-1] <= 0:
            raise InputError(f"reach {code} has one CrossSection only; give it at least two.", reach=code)
        river.reach(
            code,
            chainage,
            [shape for _, shape in rows],
            dx_m=dx_m or max(total / CELLS, 1.0),
            from_node=f"node-{k}",
            to_node=f"node-{k + 1}",
        )
    return river


def _slope(chainage_m: Sequence[float] | np.ndarray, shapes: Sequence[CrossSection] | Sequence[object]) -> float:
    """Mean slope of the bed, by least squares."""
    beds = [getattr(shape, "bed_m") for shape in shapes]  # noqa: B009  # shapes of any kind have one
    return max(-float(np.polyfit(chainage_m, beds, 1)[0]), LEAST_SLOPE)


def _example_points(path: Path) -> Path:
    """Twenty CrossSections of a river that nobody has surveyed: five points each, a channel between flood plains."""
    rows = []
    for k in range(20):
        at, bed = 500.0 * k, round(108.0 - 0.35 * k - 0.12 * np.sin(1.7 * k), 2)
        half = 9.0 + 2.0 * np.sin(0.9 * k)
        depth = 3.2 + 0.3 * np.cos(1.1 * k)
        for x, z, rough in (
            (-half - 40, depth + 1.6, 0.06),
            (-half, depth, 0.033),
            (-half * 0.55, 0.0, ""),
            (half * 0.55, 0.0, ""),
            (half, depth, 0.06),
            (half + 30, depth + 1.4, ""),
        ):
            rows.append(("main", at, f"CS {k + 1}", round(x + half + 40, 2), round(bed + z, 2), rough))
    return _wrote(path, kinds.POINT_COLUMNS, rows)


def _example_flood(path: Path) -> Path:
    """A flood of a day and a half: 15 m³/s that rise to 130."""
    rows = []
    for hour in range(37):
        wave = (hour / 10.0) ** 3 * np.exp(3 * (1 - hour / 10.0))
        stamp = f"2026-07-{21 + hour // 24:02d}T{hour % 24:02d}:00:00+08:00"
        rows.append((stamp, round(15.0 + 115.0 * wave, 1)))
    return _wrote(path, ("time", "flow_m3s"), rows)


def _wrote(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)
    return path
