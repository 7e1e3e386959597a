"""Ecological flow at the gauges: every day of a year against the smallest flow that the registry asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.time import day_of_closing_stamp
from riverchief.cloud.standards.flow.ecoflow import Programme, county_rate, keeps, satisfaction
from riverchief.cloud.standards.flow.targets import FlowTarget, fixed_target
from riverchief.web import context
from riverchief.web.cloud.series import series_of
from riverchief.web.wire import named

# of the readings that a gauge is due in a day, so many must have come for the day's mean to count
DAY_SHARE = 0.5
_METHOD = "登记的最小流量", "smallest flow in the registry"

Json = dict[str, Any]


def listed(year: int, rules: Programme | None) -> Json:
    """Every gauge that measures flow: its days, its rate, and the county's rate where a programme has one."""
    today = day_of_closing_stamp(context.now())
    last = min(date(year, 12, 31), today)
    gauges = [s for s in context.basin().basin.stations if "flow" in s.interval_s and s.kind == "hydrology"]
    items = [_gauge(station, year, last, rules) for station in gauges]
    with_target = [item for item in items if item["target_m3s"] is not None]
    county = None if rules is None else county_rate([item["passed"] for item in with_target], rules)
    return {
        "items": items,
        "total": len(items),
        "year": year,
        "programme": None if rules is None else {"code": rules.code, "document": rules.edition.document},
        "county": county
        and {
            "passed": county.passed,
            "decided": county.decided,
            "stations": county.stations,
            "rate_percent": None if np.isnan(county.rate) else county.rate,
            "reached": county.reached,
        },
    }


def _gauge(station: Station, year: int, last: date, rules: Programme | None) -> Json:
    first = date(year, 1, 1)
    days, flow = _daily(station, first, last) if last >= first else (np.empty(0, "datetime64[D]"), np.empty(0))
    wanted = station.flow_minimum_m3s
    found: Json = {
        **named(station),
        "region": station.region,
        "target_m3s": wanted,
        "method_zh": _METHOD[0] if wanted else "未登记生态流量目标",
        "method_en": _METHOD[1] if wanted else "no target of ecological flow is registered",
        "confirmed": not station.assumed,
        "rate": None,
        "n": int(np.isfinite(flow).sum()),
        "exempt": 0,
        "passed": None,
        "why": None,
        "runs": [],
        "days": [],
    }
    if wanted and np.isfinite(flow).any():
        target = fixed_target(wanted)
        # the days before a gauge began are not its days
        begin = days[np.isfinite(flow)][0].astype(date)
        judged = satisfaction(days, flow, target, rules=rules, first=begin, last=last)
        kept, known = keeps(flow, target.of(days))
        known_n = int(known.sum())
        found |= {
            "rate": round(float(kept.sum()) / known_n, 6) if known_n else None,
            "passed": judged[-1].passed,
            "why": {"zh": judged[-1].why_zh, "en": judged[-1].why_en},
            "missing": sum(one.missing for one in judged),
            "runs": [run for one in judged for run in one.as_dict()["failed_runs"]],
            "days": _strip(days, flow, target),
        }
    return found


def _daily(station: Station, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
    """Days and mean flow [m³/s], nan where too few readings came."""
    every = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    flow = np.full(every.shape, np.nan)
    number = series_of(station.code).get("flow")
    if number is None:
        return every, flow
    due = 86_400 / station.interval_s["flow"]
    for row in context.store().observations.days(number, first, last):
        if row.mean is not None and row.n >= DAY_SHARE * due:
            flow[(row.day - first).days] = row.mean
    return every, flow


def _strip(days: np.ndarray, flow: np.ndarray, target: FlowTarget) -> list[Json]:
    kept, known = keeps(flow, target.of(days))
    return [
        {
            "day": str(day),
            "ok": bool(ok) if measured else None,
            "flow_m3s": round(float(value), 4) if measured else None,
            "why_zh": "" if measured else "缺测",
            "why_en": "" if measured else "not measured",
        }
        for day, value, ok, measured in zip(days, flow, kept, known, strict=True)
    ]
