"""Readings at places of a river from a table: time, reach and chainage, and a column for each thing that was read.

One row is one visit or one instant of a station. Every row that cannot be read is named with what to do; nothing of
a table with a fault is used, for half a table of readings is another river.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.units import PROPERTIES
from riverchief.cloud.tables.cells import parse_amount
from riverchief.govern.twin.assimilation.readings import FLOW, LEVEL, Reading
from riverchief.govern.twin.importers.hydrograph import HEADERS as HYDROGRAPH
from riverchief.govern.twin.importers.hydrograph import instant
from riverchief.govern.twin.importers.sheets import UNITS, Column, Sheet, cell, chainage_m, read_sheet
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.river import River
from riverchief.govern.twin.tracing.readings import Reading as Excess
from riverchief.govern.twin.tracing.water import spot

PLACES: Mapping[str, Sequence[str]] = {
    "time": HYDROGRAPH["time"],
    "station": ("测站", "站点", "站名", "断面", "断面名称", "监测点", "station", "site", "gauge"),
    "reach": ("河段", "河段编码", "reach"),
    "chainage": ("桩号", "里程", "chainage", "distance"),
}
"""Headers of where and when; those of what was read are in `columns`."""

CONCENTRATIONS = {**UNITS, "mg/l": 1.0, "mgl": 1.0, "毫克/升": 1.0, "µg/l": 1e-3, "μg/l": 1e-3, "ug/l": 1e-3}
# errors of readings where a table does not give them; ASSUMED
LEVEL_SD_M, FLOW_SHARE, CONCENTRATION_SHARE = 0.03, 0.08, 0.1
# of what a station usually shows, where nobody says: the lowest quarter of its values, and a tenth of it; ASSUMED
USUAL, USUAL_SD, LEAST_SD = 0.25, 0.1, 0.01
_SHOWN = 3  # faults that a sentence names


@dataclass(frozen=True)
class Seen:
    """One value of a table.

    Attributes
    ----------
    row : int
        Line of the file.
    what : str
        "level" [m], "flow" [m³/s] or a constituent [mg/L].
    value : float
        Where `below`, the limit under which it lies.
    sd : float
        Standard deviation of its error; nan where the table does not give it.
    """

    row: int
    station: str
    time_s: float
    reach: str
    chainage_m: float
    what: str
    value: float
    sd: float = math.nan
    below: bool = False


def columns(constituents: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Headers of levels, discharges and constituents, and of their errors: by code, Chinese or English name."""
    found = {LEVEL: tuple(HYDROGRAPH["level"]), FLOW: tuple(HYDROGRAPH["flow"])}
    for name in constituents:
        known = PROPERTIES.get(name)
        found[name] = (name,) if known is None else (name, known.name_zh, known.name_en)
    units = {LEVEL: "m", FLOW: "m3s"}
    errors = {
        f"{what} sd": (
            f"{what}_{units.get(what, 'mgl')}_sd",
            *(f"{title}{end}" for title in titles for end in ("_sd", "误差", "标准差")),
        )
        for what, titles in found.items()
    }
    return {**found, **errors}


def read_readings(path: str | Path, river: River, constituents: Sequence[str]) -> list[Seen]:
    """The values of a table, by time.

    Parameters
    ----------
    path : path
        CSV or Excel. `time` (Beijing time unless it has a zone), `reach`, `chainage_m` and one or more of `level_m`,
        `flow_m3s` and the constituents [mg/L], each with an error `<column>_sd` where it is known; `station` for
        people.
        `<0.05` is a value below the detection limit; an empty cell is no reading.
    river : River
    constituents : sequence of str
        What may be read beside levels and discharges.

    Raises
    ------
    InputError
        Where the file cannot be read, a column is missing, or rows are wrong: each with its number and what to do.
    """
    names = {**PLACES, **columns(constituents)}
    sheet = read_sheet(path, names, CONCENTRATIONS)
    for key in ("time", "reach", "chainage"):
        sheet.needed(key, names)
    whats = [what for what in (LEVEL, FLOW, *constituents) if sheet.column(what)]
    if not whats:
        raise InputError(
            f"{sheet.name} has no column of readings; call one level_m, flow_m3s or {' or '.join(constituents[:6])}."
            if constituents
            else f"{sheet.name} has no column of readings; call one level_m or flow_m3s.",
            file=sheet.name,
        )
    faults: list[tuple[int, str]] = []
    found: dict[tuple[str, float, str, float, str], Seen] = {}
    for number, cells in sheet.rows:
        try:
            for one in _row(sheet, number, cells, whats, river):
                mine = (one.station, one.time_s, one.reach, one.chainage_m, one.what)
                if mine in found:
                    raise InputError(  # noqa: TRY301 - told with the row's other faults
f"{one.what} of this station and time stands in row {found[mine].row} already; "
                                     "keep one of them.")  # fmt: skip
                found[mine] = one
        except InputError as error:
            faults.append((number, error.sentence))
    if faults:
        raise _wrong(sheet.name, faults)
    if not found:
        raise InputError(f"{sheet.name} holds no reading; give a row for each instant of a station.", file=sheet.name)
    return sorted(found.values(), key=lambda one: (one.time_s, one.row))


def _wrong(name: str, faults: Sequence[tuple[int, str]]) -> InputError:
    told = "; ".join(f"row {row}: {sentence.rstrip('.')}" for row, sentence in faults[:_SHOWN])
    more = f"; and {len(faults) - _SHOWN} rows more" if len(faults) > _SHOWN else ""
    return InputError(f"{name}, {told}{more}.", file=name, rows=[row for row, _ in faults])


def _row(sheet: Sheet, number: int, cells: tuple[str, ...], whats: Sequence[str], river: River) -> list[Seen]:
    time, where, along = (sheet.column(key) for key in ("time", "reach", "chainage"))
    text = cell(cells, time)
    at = instant(text)
    if at is None:
        raise InputError(f"{text!r} is no time; write 2026-07-01 08:00.")
    reach, text = cell(cells, where), cell(cells, along)
    chainage = chainage_m(text, along.factor if along else 1.0)
    if chainage is None:
        raise InputError(f"chainage {text!r} is no number; give metres from the reach's upstream end.")
    river.place(reach, chainage)
    station = cell(cells, sheet.column("station")) or f"{reach}:{chainage:g}"
    found = []
    for what in whats:
        value = _value(cells, sheet.column(what), what)
        if value is None:
            continue
        sd = _value(cells, sheet.column(f"{what} sd"), f"the error of {what}") or (math.nan, False)
        if sd[0] <= 0:
            raise InputError(f"the error of {what} is {sd[0]:g}; give a standard deviation above 0, or leave it empty.")
        found.append(Seen(number, station, at, reach, chainage, what, value[0], sd[0], value[1]))
    return found


def _value(cells: tuple[str, ...], column: Column | None, what: str) -> tuple[float, bool] | None:
    """A number in the twin's unit and whether it is a limit of detection; none where nothing stands."""
    amount = parse_amount(cell(cells, column))
    if amount.fault:
        raise InputError(f"{what}: {amount.fault}; give a number, <0.05 for below a limit, or leave it empty.")
    if amount.value is None or column is None:
        return None
    if amount.value < 0 and what not in {LEVEL, FLOW}:
        raise InputError(
            f"{what} is {amount.value:g}; a concentration lies at 0 or above; leave marks of errors empty."
        )
    return amount.value * column.factor, amount.below


def to_assimilate(rows: Iterable[Seen]) -> tuple[list[Reading], list[str]]:
    """Readings for calibration and assimilation, and what was assumed of them or left out, in words.

    An error that the table does not give is taken as 0.03 m of a level, 8 % of a discharge, 10 % of a concentration. A
    value below its detection limit is half of the limit, give or take as much. All of this is assumed.
    """
    made, assumed, below = [], dict[str, int](), 0
    for row in rows:
        value, sd = (row.value / 2, row.value / 2) if row.below else (row.value, row.sd)
        below += row.below
        if math.isnan(sd):
            share = FLOW_SHARE if row.what == FLOW else CONCENTRATION_SHARE
            sd = LEVEL_SD_M if row.what == LEVEL else max(share * abs(value), 1e-3)
            assumed[row.what] = assumed.get(row.what, 0) + 1
        made.append(Reading(row.station, row.time_s, row.reach, row.chainage_m, row.what, value, sd))
    words = {LEVEL: f"{LEVEL_SD_M:g} m", FLOW: f"{FLOW_SHARE:.0%}"}
    told = [
        f"an error of {words.get(what, f'{CONCENTRATION_SHARE:.0%}')} for {count} readings of {what}"
        for what, count in assumed.items()
    ]
    return made, told + ([f"half the limit for {below} readings below it"] if below else [])


def to_trace(rows: Sequence[Seen], model: Model, background_mgl: float | None = None) -> tuple[list[Excess], list[str]]:
    """Readings of one substance for the tracer, as excess over the background, and what was assumed, in words.

    Where no background is given it is what three quarters of a station's own values lie above; its error, with that of
    the instrument, is a tenth of it or the table's own, and at least a hundredth of the largest excess.
    """
    usual = {}
    for station in dict.fromkeys(row.station for row in rows):
        values = [0.0 if row.below else row.value for row in rows if row.station == station]
        usual[station] = float(np.quantile(values, USUAL)) if background_mgl is None else background_mgl
    excess = [row.value - (0.0 if row.below else usual[row.station]) for row in rows]
    least = max(LEAST_SD * max(excess), 1e-9)
    made = []
    for row, value in zip(rows, excess, strict=True):
        sd = USUAL_SD * usual[row.station] if math.isnan(row.sd) else row.sd
        at = spot(model.cells, row.reach, row.chainage_m)
        made.append(Excess(row.station, *at, row.time_s, value, max(sd, least), row.below))
    told = [f"a background of {value:g} mg/L at {station}" for station, value in usual.items()]
    count = sum(math.isnan(row.sd) for row in rows)
    error = [f"an error of a tenth of the background for {count} readings"] if count else []
    return made, (told if background_mgl is None else []) + error
