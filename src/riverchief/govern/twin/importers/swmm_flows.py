"""Inflows of an .inp file as series: baseline × pattern + scale × series + dry weather, what they carry, tides."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_case import Case
from riverchief.govern.twin.river import Inflow, Series, constant

Floats = NDArray[np.float64]

HOUR_S, DAY_S = 3_600.0, 86_400.0
_JUMP_S = 1.0  # a step of a pattern is a ramp of a second
MG_L = {"MG/L": 1.0, "UG/L": 1e-3, "#/L": 1.0}
_POUND_KG = 0.45359237


def inflows(case: Case) -> None:
    """Put all inflows of the file into the river: one per node, with what it carries."""
    direct: dict[str, dict[str, rows.InflowRow]] = {}
    dry: dict[str, dict[str, rows.DryWeather]] = {}
    for row in case.inp.of(rows.InflowRow):
        direct.setdefault(case.node(row.name, row).name, {})[row.what.upper()] = row
    for dwf in case.inp.of(rows.DryWeather):
        dry.setdefault(case.node(dwf.name, dwf).name, {})[dwf.what.upper()] = dwf
    pollutants = case.inp.of(rows.Pollutant)
    for node in dict.fromkeys([*direct, *dry]):
        flow_parts = []
        if "FLOW" in direct.get(node, {}):
            flow_parts.append(_direct(case, direct[node]["FLOW"]))
        if "FLOW" in dry.get(node, {}):
            flow_parts.append(_dry(case, dry[node]["FLOW"]))
        carried = {p.name: _carried(case, p, node, direct, dry, flow_parts) for p in pollutants}
        flow = _scaled(_sum(flow_parts), case.inp.flow_m3s)
        strengths = {name: series for name, series in carried.items() if series is not None}
        # Names of pollutants are the file's, so they cannot go as keywords
        case.river.inflows[node] = Inflow(node, flow, node=node, concentration=strengths)


def _direct(case: Case, row: rows.InflowRow) -> Series:
    """One row of [INFLOWS] in the file's units; 0 outside its series, as in SWMM."""
    parts = []
    if row.base:
        parts.append(_patterned(case, row.base, [row.pattern], row))
    if row.series:
        found = case.find(case.series, "series", row.series, row)
        time_s, value = np.array(found.time_s), np.array(found.values) * row.scale
        if time_s.size:
            time_s = np.concatenate([[time_s[0] - _JUMP_S], time_s, [time_s[-1] + _JUMP_S]])
            parts.append(Series(time_s, np.concatenate([[0.0], value, [0.0]])))
    return _sum(parts)


def _dry(case: Case, row: rows.DryWeather) -> Series:
    return _patterned(case, row.mean, row.patterns, row)


def _patterned(case: Case, mean: float, patterns: Iterable[str], row: rows.Named) -> Series:
    """A mean times the patterns that are named, hour by hour over the run.

    Where there is a weekend pattern, the hourly one is for workdays.
    """
    named = [case.find(case.patterns, "pattern", name, row) for name in patterns if name not in ("", "*")]
    workdays = any(pattern.kind == "WEEKEND" for pattern in named)
    if not named:
        return constant(mean)
    hours = np.arange(np.floor(case.start_s / HOUR_S), np.ceil(case.end_s / HOUR_S) + 1) * HOUR_S
    value = np.full(hours.size, mean)
    for pattern in named:
        value = value * _factor(pattern, hours, workdays)
    change = np.flatnonzero(np.diff(value) != 0) + 1
    keep = np.concatenate([[0], change])
    at, now = hours[keep], value[keep]
    if at.size == 1:
        return constant(float(now[0]))
    # Each value holds up to a second before the next: joined by lines it can be added to other series
    time_s = np.stack([at[1:] - _JUMP_S, at[1:]], axis=1).ravel()
    return Series(np.concatenate([at[:1], time_s]), np.concatenate([now[:1], np.repeat(now, 2)[1:-1]]))


def _factor(pattern: rows.Pattern, time_s: Floats, workdays: bool) -> Floats:
    """Factor of a pattern at instants."""
    factors = np.array(pattern.factors)
    hour = (time_s // HOUR_S % 24).astype(int)
    weekday = ((time_s // DAY_S + 4) % 7).astype(int)  # 1970-01-01 was a Thursday; 0 is Sunday
    if pattern.kind == "MONTHLY":
        month = (time_s.astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12).astype(int)
        return np.asarray(factors[month])
    if pattern.kind == "DAILY":
        return np.asarray(factors[weekday])
    if pattern.kind == "HOURLY" and not workdays:
        return np.asarray(factors[hour])
    weekend = (weekday == 0) | (weekday == 6)
    return np.where(weekend == (pattern.kind == "WEEKEND"), factors[hour], 1.0)


def _carried(
    case: Case,
    pollutant: rows.Pollutant,
    node: str,
    direct: dict[str, dict[str, rows.InflowRow]],
    dry: dict[str, dict[str, rows.DryWeather]],
    flow_parts: list[Series],
) -> Series | None:
    """Concentration of a pollutant in a node's whole inflow [mg/L, or the file's count per litre]."""
    key, to_mg_l = pollutant.name.upper(), MG_L.get(pollutant.units.upper(), 1.0)
    row, dwf = direct.get(node, {}).get(key), dry.get(node, {}).get(key)
    loads: list[Series] = []
    has_flow = "FLOW" in direct.get(node, {})
    if row is not None and row.kind.upper() == "MASS":
        per_flow = 1.0 / (case.inp.flow_m3s * 1e3)  # mass per second over flow in the file's unit gives mg/L
        loads.append(_scaled(_direct(case, row), row.mass_factor * per_flow))
    elif row is not None and has_flow:
        loads.append(_product(flow_parts[0], _scaled(_direct(case, row), to_mg_l)))
    elif row is not None:
        case.say(row, "INFLOWS", f"{pollutant.name} comes with a concentration but no flow", "left out")
    strength = _scaled(_dry(case, dwf), to_mg_l) if dwf is not None else constant(pollutant.dwf * to_mg_l)
    if "FLOW" in dry.get(node, {}) and (dwf is not None or pollutant.dwf):
        loads.append(_product(flow_parts[-1], strength))
    if not loads or not flow_parts:
        return None
    if len(loads) == 1 and len(flow_parts) == 1 and row is not None and row.kind.upper() != "MASS":
        return _scaled(_direct(case, row), to_mg_l)
    return _ratio(_sum(loads), _sum(flow_parts))


# ---------------------------------------------------------------------- arithmetic of series


def at(series: Series, time_s: Floats) -> Floats:
    """Values of a series at instants; the nearest holds outside."""
    if series.steps:
        k = np.searchsorted(series.time_s, time_s, side="right") - 1
        return np.asarray(series.value[np.clip(k, 0, None)])
    return np.interp(time_s, series.time_s, series.value)


def _merged(parts: list[Series]) -> Floats:
    return np.unique(np.concatenate([p.time_s for p in parts]))


def _sum(parts: list[Series]) -> Series:
    if not parts:
        return constant(0.0)
    if len(parts) == 1:
        return parts[0]
    time_s = _merged(parts)
    return Series(time_s, sum((at(p, time_s) for p in parts), np.zeros(time_s.size)))


def _product(a: Series, b: Series) -> Series:
    time_s = _merged([a, b])
    return Series(time_s, at(a, time_s) * at(b, time_s))


def _ratio(load: Series, flow: Series) -> Series:
    time_s = _merged([load, flow])
    q, m = at(flow, time_s), at(load, time_s)
    return Series(time_s, np.divide(m, q, out=np.zeros(m.size), where=q > 0))


def _scaled(series: Series, by: float) -> Series:
    return Series(series.time_s, series.value * by, series.steps)


# ---------------------------------------------------------------------- levels at outfalls


def stage(case: Case, row: rows.Outfall) -> Series:
    """Level over time at an outfall of kind FIXED, TIDAL or TIMESERIES [m]."""
    length = case.inp.length_m
    if row.kind == "FIXED":
        try:
            return constant(float(row.stage) * length)
        except ValueError:
            raise InputError(
                f"line {row.line}: outfall {row.name} is FIXED at {row.stage!r}, which is no level; give a number.",
                line=row.line,
            ) from None
    if row.kind == "TIMESERIES":
        found = case.find(case.series, "series", row.stage, row)
        return Series(np.array(found.time_s), np.array(found.values) * length)
    tide = case.curve(row.stage, row)
    days = np.arange(np.floor(case.start_s / DAY_S), np.ceil(case.end_s / DAY_S) + 1) * DAY_S
    hour, level = np.array(tide.x), np.array(tide.y) * length
    inside = hour < 24.0 + hour[0]
    time_s = (days[:, None] + hour[inside] * HOUR_S).ravel()
    return Series(time_s, np.tile(level[inside], days.size))
