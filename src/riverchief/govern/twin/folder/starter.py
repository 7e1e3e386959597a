"""A model folder to begin with: from one's own CrossSections and hydrograph, or from an invented river's."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.folder.writing import write
from riverchief.govern.twin.importers.hydrograph import read_hydrograph
from riverchief.govern.twin.importers.survey import Survey, read_survey
from riverchief.govern.twin.river import NormalDepth, Reach, River, Series

LEAST_SLOPE = 1e-5
CELLS = 200  # wanted over a model's length
EXAMPLE_POINTS, EXAMPLE_FLOOD = "survey.csv", "flood.csv"


@dataclass(frozen=True)
class Begun:
    """What a new model folder holds, what was taken for granted in it, and what of the tables is wrong or unlikely."""

    river: River
    assumed: tuple[str, ...]
    faults: tuple[str, ...] = ()


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
        CSV or Excel table of CrossSections; see `importers.survey.read_survey`.
    hydrograph : Path, optional
        CSV or Excel table of time and discharge; see `importers.hydrograph.read_hydrograph`.
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
    found = read_survey(survey or _example_points(folder / EXAMPLE_POINTS))
    flow = _flow(hydrograph or _example_flood(folder / EXAMPLE_FLOOD))
    length = sum(max(one.chainage_m for one in found.sections if one.reach == code) for code in _codes(found))
    plain = found.river(folder.name, dx_m=dx_m or max(length / CELLS, 1.0))
    river = River(plain.name)
    for k, reach in enumerate(plain.reaches.values()):
        river.reaches[reach.code] = replace(reach, from_node=f"node-{k}", to_node=f"node-{k + 1}")
    if not river.reaches:
        raise InputError(f"{survey} holds no CrossSection; give one row per surveyed point.", path=str(survey))
    first, *_, last = (*river.reaches.values(), *river.reaches.values())
    river.inflow("hydrograph", flow, node=first.from_node)
    slope = _slope(last)
    river.boundary(NormalDepth(last.to_node, slope))
    write(river, folder)
    told = [f"the water leaves {last.code} uniformly with an energy slope of {slope:.3g}"]
    if len(river.reaches) > 1:
        told.append(f"the reaches {', '.join(river.reaches)} follow each other in this order")
    told += [f"{reach.code}: {reach.assumed.what}" for reach in river.reaches.values() if reach.assumed]
    return Begun(river, tuple(told), tuple(str(fault) for fault in found.faults))


def _codes(found: Survey) -> list[str]:
    return list(dict.fromkeys(one.reach for one in found.sections))


def _flow(path: Path) -> Series:
    """The discharge of a table.

    Raises
    ------
    InputError
        Where it has none.
    """
    told = read_hydrograph(path)
    if "flow" not in told.series:
        raise InputError(f"{path} has no column of discharge, such as flow_m3s or 流量（m³/s）.", path=str(path))
    return told.series["flow"]


def _slope(reach: Reach) -> float:
    """Mean slope of the bed, by least squares."""
    beds = [shape.bed_m for shape in reach.shapes]
    if len(beds) < 2:
        return LEAST_SLOPE
    return max(-float(np.polyfit(reach.chainage_m, beds, 1)[0]), LEAST_SLOPE)


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
            rows.append(("main", f"CS {k + 1}", at, round(x + half + 40, 2), round(bed + z, 2), rough))
    return _wrote(path, ("reach", "section", "chainage_m", "station_m", "level_m", "manning"), rows)


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
