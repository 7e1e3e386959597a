"""The past of the simulated stations, as the national table of automatic monitoring prints it, marked as simulated.

The same truth, instruments and noise as the live stations, so that one runs on into the other without a seam.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Section
from riverchief.simulate.noise import DAY_S, LOCAL_OFFSET_S, key, uniform
from riverchief.simulate.stations import FieldStation, field_stations, marks
from riverchief.simulate.truth import TrueRiver

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

INTERVAL_S = 4 * 3_600
GAUGE_INTERVAL_S = 1_800
COLUMNS = (
    "province",
    "basin",
    "section",
    "time",
    "class",
    "wt_c",
    "ph",
    "do_mgl",
    "ec_uscm",
    "turb_ntu",
    "codmn_mgl",
    "nh3n_mgl",
    "tp_mgl",
    "tn_mgl",
    "chla_mgl",
    "algae_cellsl",
    "status",
)
# column → property, decimals printed
_VALUES = {
    "wt_c": ("water_temperature", 1),
    "ph": ("ph", 2),
    "do_mgl": ("do", 2),
    "ec_uscm": ("ec", 1),
    "turb_ntu": ("turbidity", 1),
    "codmn_mgl": ("codmn", 2),
    "nh3n_mgl": ("nh3n", 3),
    "tp_mgl": ("tp", 3),
    "tn_mgl": ("tn", 2),
}
NORMAL, MAINTENANCE, STOPPED = "正常", "维护", "停站"
MARK = "模拟"
"""Stands in the column `province`, where a real table names one: these rows come from no instrument."""


@dataclass(frozen=True)
class Past:
    """Four-hourly values of one section.

    Attributes
    ----------
    time_s : int64 (n,)
        Seconds since 1970 UTC.
    values : dict of str to float64 (n,)
        Property → value in its unit; nan where the station stood still.
    status : tuple of str, n
        正常, 维护 or 停站.
    """

    section: Section
    time_s: Times
    values: dict[str, Floats]
    status: tuple[str, ...]


def history(
    river: TrueRiver, days: int = 400, *, until_s: float | None = None, stations: Sequence[FieldStation] = ()
) -> Iterator[Past]:
    """What the stations of every section would have sent in the days before the river is watched.

    A station stands still for one day out of about 250, and is worked at 90 minutes a week.

    Parameters
    ----------
    days : int
        Days before the river is watched.
    until_s : float
        Up to here instead [s since 1970 UTC]: the beginning of a story is past already.
    stations : sequence of FieldStation
        Those of the story, with its spill and its broken sensor; without them nothing ever happened.
    """
    watched = {s.station.code: s for s in stations or field_stations(river.with_spills(()))}
    times = marks(river.start_s - days * DAY_S, river.start_s if until_s is None else until_s, INTERVAL_S)
    for section in river.basin.sections:
        if section.station in watched:
            yield _past(section, watched[section.station], times)


def _past(section: Section, station: FieldStation, times: Times) -> Past:
    known = [name for name, _ in _VALUES.values() if name in station.station.interval_s]
    day = (times + LOCAL_OFFSET_S) // DAY_S
    stopped = uniform(key(station.river.seed, "stopped", station.station.code), day) < 1 / 250
    worked = station.maintained(times) & ~stopped
    values = {name: np.where(stopped, np.nan, station.show(name, times)) for name in known}
    status = np.where(stopped, STOPPED, np.where(worked, MAINTENANCE, NORMAL))
    return Past(section, times, values, tuple(status.tolist()))


def gauge_history(
    stations: Sequence[FieldStation], from_s: float, until_s: float
) -> Iterator[tuple[FieldStation, Times, Floats]]:
    """Half-hourly flow [m³/s] that the gauges of a basin would have sent in [from, until) [s since 1970 UTC]."""
    times = marks(from_s, until_s, GAUGE_INTERVAL_S)
    for station in stations:
        if station.station.kind == "hydrology" and "flow" in station.station.interval_s:
            yield station, times, station.show("flow", times)


def write_history(river: TrueRiver, path: Path, days: int = 400) -> int:
    """Write the past as a CSV of the national table's shape (times in Beijing local time); returns its rows.

    Columns without an instrument hold `*`, columns of a station that stands still `--`, as the real table has them;
    `class` is empty (who imports it judges), `province` says 模拟 (simulated).
    """
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for past in history(river, days):
            stamps = _stamps(past.time_s)
            columns = [_printed(past, *known) for known in _VALUES.values()]
            name = past.section.name_zh
            for stamp, status, *cells in zip(stamps, past.status, *columns, strict=True):
                table.writerow([MARK, river.basin.name_zh, name, stamp, "", *cells, "*", "*", status])
            written += len(stamps)
    return written


def _stamps(times: Times) -> list[str]:
    """Local times as `2021-04-01 08:00`."""
    local = (times + LOCAL_OFFSET_S).astype("datetime64[s]")
    return [text.replace("T", " ") for text in np.datetime_as_string(local, unit="m").tolist()]


def _printed(past: Past, name: str, decimals: int) -> list[str]:
    if name not in past.values:
        return ["*"] * len(past.status)
    return [f"{value:.{decimals}f}" if math.isfinite(value) else "--" for value in past.values[name].tolist()]
