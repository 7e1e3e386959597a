"""Dischargers: who is over a limit on a day and by which clause, who is silent, what is left of the year's total."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Facility, Station
from riverchief.base.time import day_of_closing_stamp, from_epoch, to_epoch
from riverchief.cloud import outfall
from riverchief.cloud.outfall import Means
from riverchief.cloud.standards import discharge
from riverchief.cloud.standards.discharge import Limit
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud import monitors, outfall_watch
from riverchief.web.cloud.models import Alert
from riverchief.web.cloud.monitors import MonitorSeries
from riverchief.web.cloud.state import SILENT_S
from riverchief.web.wire import iso, named

KINDS = ("works", "enterprise", "outfall")
DAYS_SHOWN = 31
ALERTS_SHOWN = 50
_KEPT = 512

Json = dict[str, Any]

# loads of a year are sums over many readings: kept until the hour is over, by store, series, year and hour
_loads: dict[tuple[int, int, int, int], Json] = {}


def listed(user: User, day: date | None) -> list[Json]:
    """Every discharger on a day (today unless given), those over a limit first."""
    now = context.now()
    day, at = _moment(day, now)
    open_alerts = _alerts(user)
    items = [
        _brief(facility, day, at, open_alerts)
        for facility in context.basin().basin.facilities
        if facility.kind in KINDS
    ]
    order = ("over", "silent", "ok", "unmonitored")
    return sorted(items, key=lambda item: order.index(item["state"]))


def opened(user: User, facility: Facility, day: date | None) -> Json:
    """One discharger: as in the list, with its limits, its last days, its loads with their gaps, and its alerts."""
    now = context.now()
    day, at = _moment(day, now)
    registry = context.basin()
    permit = registry.permits.get(facility.code, ())
    limits = discharge.applicable(facility.kind, facility.region, day, permit)
    mine = visible(user, Alert).filter(kind=outfall_watch.KIND, station__in=_codes(facility)).order_by("-at")
    found = _brief(facility, day, at, _alerts(user))
    return {
        **found,
        **place_properties(registry, facility.place),
        "lon": facility.lon,
        "lat": facility.lat,
        "limits": [limit.as_dict() | {"binding": _binds(limit)} for limit in _every_limit(facility, day)],
        "deciding": [limit.as_dict() | {"binding": _binds(limit)} for limit in limits.values()],
        "days": {code: _days(facility, code, day, at) for code in _codes_measured(facility)},
        "alerts": [
            {"id": a.pk, "property": a.property, "value": a.value, "limit": a.limit, "state": a.state, "at": iso(a.at)}
            for a in mine[:ALERTS_SHOWN]
        ],
        "validity": _validity(day),
    }


def over_on(user: User, day: date) -> list[tuple[Facility, Json]]:
    """What was over a limit on a day, facility by facility, without the loads that the list shows."""
    day, at = _moment(day, context.now())
    alerts = _alerts(user)
    return [
        (facility, found)
        for facility in context.basin().basin.facilities
        for station in context.basin().monitors.get(facility.code, [])
        for found in _over(facility, station, monitors.series_of_monitor(station), day, at, alerts)
    ]


def _moment(day: date | None, now: datetime) -> tuple[date, datetime]:
    """The day that is asked for, and the last instant of it that there is."""
    today = day_of_closing_stamp(now)
    if day is None or day >= today:
        return today, now
    return day, min(now, monitors.day_span(day)[1])


def _codes(facility: Facility) -> list[str]:
    return [station.code for station in context.basin().monitors.get(facility.code, [])]


def _binds(limit: Limit) -> bool:
    """Whether an alert may rest on it: what nobody confirmed is shown, and only a permit counts without."""
    return limit.confirmed or limit.source == discharge.PERMIT


def _every_limit(facility: Facility, day: date) -> list[Limit]:
    permit = [one for one in context.basin().permits.get(facility.code, ()) if one.in_force(day)]
    standards = [s for s in discharge.discharge_standards() if s.applies(facility.kind, facility.region)]
    return permit + [one for s in standards for one in s.limits if one.in_force(day)]


def _validity(day: date) -> Json:
    rules = outfall.validity(day)
    edition = rules.edition
    return {
        "edition": edition.code,
        "hour_share": rules.hour_share,
        "day_share": rules.day_share,
        "confirmed": edition.confirmed,
        "note_zh": edition.note_zh,
        "note_en": edition.note_en,
    }


def _alerts(user: User) -> dict[tuple[str, str, str], list[Alert]]:
    """Alerts on dischargers that one may see, by station, property and period."""
    found: dict[tuple[str, str, str], list[Alert]] = {}
    for alert in visible(user, Alert).filter(kind=outfall_watch.KIND).order_by("-at")[:500]:
        found.setdefault((alert.station, alert.property, str(alert.why.get("period", ""))), []).append(alert)
    return found


# ------------------------------------------------------------------ a day


def _brief(facility: Facility, day: date, at: datetime, alerts: dict[tuple[str, str, str], list[Alert]]) -> Json:
    stations = context.basin().monitors.get(facility.code, [])
    over: list[Json] = []
    load: dict[str, Json] = {}
    heard_s = 0
    for station in stations:
        series = monitors.series_of_monitor(station)
        heard_s = max(heard_s, _heard_s(series, at))
        over += _over(facility, station, series, day, at, alerts)
        load |= _yearly(facility, series, at)
    state = "over" if over else "ok"
    if not stations:
        state = "unmonitored"
    elif not over and to_epoch(at) - heard_s > SILENT_S:
        state = "silent"
    return {
        **named(facility),
        "kind": facility.kind,
        "permit": facility.permit or None,
        "region": facility.region,
        "day": day.isoformat(),
        "state": state,
        "last": iso(from_epoch(heard_s)) if heard_s else None,
        "over": over,
        "load": load,
    }


def _heard_s(series: dict[str, MonitorSeries], at: datetime) -> int:
    """When the monitor last measured anything, up to a time [s since 1970 UTC]; 0 for never in two days."""
    end_s = to_epoch(at)
    observations = context.store().observations
    latest = observations.latest([one.number for one in series.values()])
    newest = max((row.time_s for row in latest.values()), default=0)
    if newest <= end_s:
        return newest
    times = [observations.read(one.number, end_s - 2 * outfall.DAY_S, end_s).time_s for one in series.values()]
    return max((int(t[-1]) for t in times if t.size), default=0)


def _over(
    facility: Facility,
    station: Station,
    series: dict[str, MonitorSeries],
    day: date,
    at: datetime,
    alerts: dict[tuple[str, str, str], list[Alert]],
) -> list[Json]:
    """The worst valid mean of a day over each binding limit, with its alert."""
    begin, end = monitors.day_span(day)
    whole = at >= end
    found = []
    for (code, period), limit in outfall_watch.binding(facility, day).items():
        if code not in series or period == "year" or (period == "day" and not whole):
            continue
        read = monitors.readings(series, code, begin, min(at, end))
        if read is None or not read.ids:
            continue
        rules = outfall.validity(day)
        means = outfall.hour_means(read.data, rules) if period == "hour" else outfall.day_means(read.data, rules)
        water_c = monitors.temperature_c(series, begin, min(at, end)) if limit.cold_high is not None else np.nan
        judged = discharge.judge(limit, np.where(means.valid, means.mean, np.nan), water_c)
        if not judged.over.any():
            continue
        worst = _worst(means, judged, limit)
        stamp_s = int(means.stamp_s[worst])
        last = int(np.searchsorted(read.data.time_s, stamp_s, side="right")) - 1
        mine = alerts.get((station.code, code, period), [])
        alert = next(
            (a for a in mine if a.at <= from_epoch(stamp_s) and (a.closed_at or at) >= from_epoch(stamp_s)), None
        )
        value = float(means.mean[worst])
        multiple = float(judged.multiple[worst])
        found.append(
            {
                **limit.as_dict(),
                "value": value,
                "multiple": None if np.isnan(multiple) else round(multiple, 4),
                "times": int(judged.over.sum()),
                "at": iso(from_epoch(stamp_s)),
                "reading_id": read.ids[last],
                "alert": alert.pk if alert else None,
                "why": {
                    "zh": discharge.over_sentence(limit, value, "zh"),
                    "en": discharge.over_sentence(limit, value, "en"),
                },
            }
        )
    return found


def _worst(means: Means, judged: discharge.Judged, limit: Limit) -> int:
    beyond = np.where(judged.over, np.abs(means.mean - limit.high), -np.inf)
    return int(np.argmax(beyond))


# ------------------------------------------------------------------ the year


def _yearly(facility: Facility, series: dict[str, MonitorSeries], at: datetime) -> dict[str, Json]:
    """The load of the year so far of every property that has one, and its share of the permitted total."""
    day = day_of_closing_stamp(at)
    permit = context.basin().permits.get(facility.code, ())
    limits = discharge.applicable(facility.kind, facility.region, day, permit)
    return {
        code: _load(series, code, day.year, at, limits.get((code, "year")))
        for code in series
        if monitors.has_load(code)
    }


def _load(series: dict[str, MonitorSeries], code: str, year: int, at: datetime, limit: Limit | None) -> Json:
    key = (id(context.store()), series[code].number, year, to_epoch(at) // outfall.HOUR_S)
    if key in _loads and (_loads[key]["allowed_kg"] == (limit.high if limit else None)):
        return _loads[key]
    start_s, end_s = outfall.year_bounds_s(year)
    until_s = min(float(to_epoch(at)), end_s)
    read = monitors.readings(series, code, from_epoch(start_s), from_epoch(until_s))
    told: Json = {"year_kg": None, "allowed_kg": limit.high if limit else None, "share": None, "covered": 0.0}
    if read is not None and read.ids:
        used = outfall.load(read.data, start_s, until_s)
        since = outfall.load(read.data, float(read.data.time_s[0] - read.data.step_s), until_s)
        told |= {
            "year_kg": round(used.kg, 3) if used.covered_s > 0 else None,
            "covered": round(used.covered, 4),
            "measured_from": iso(from_epoch(int(read.data.time_s[0]))),
            "covered_since": round(since.covered, 4),
        }
        if limit is not None and limit.high > 0 and used.covered_s > 0:
            told |= _share(outfall.year_share(read.data, limit.high, year, until_s), limit)
    if len(_loads) >= _KEPT:
        _loads.clear()
    _loads[key] = told
    return told


def _share(found: outfall.YearShare, limit: Limit) -> Json:
    return {
        "share": round(found.share, 6),
        "rate_kg_day": None if found.rate_kg_day is None else round(found.rate_kg_day, 3),
        "exhausted_on": found.exhausted_on.isoformat() if found.exhausted_on else None,
        "expected_kg": None if found.expected_kg is None else round(found.expected_kg, 1),
        "clause_zh": limit.clause_zh,
        "clause_en": limit.clause_en,
        "confirmed": limit.confirmed,
    }


def _codes_measured(facility: Facility) -> list[str]:
    codes: dict[str, None] = {}
    for station in context.basin().monitors.get(facility.code, []):
        codes |= dict.fromkeys(code for code in monitors.series_of_monitor(station) if code != "flow")
    return list(codes)


def _days(facility: Facility, code: str, day: date, at: datetime) -> list[Json]:
    """Daily means of the last month: value, whether it counts and is weighted, whether it is over."""
    begin = monitors.day_span(day - timedelta(days=DAYS_SHOWN - 1))[0]
    found = []
    for station in context.basin().monitors.get(facility.code, []):
        series = monitors.series_of_monitor(station)
        read = monitors.readings(series, code, begin, at)
        if read is None or not read.ids:
            continue
        means = outfall.day_means(read.data, outfall.validity(day))
        for i in range(means.stamp_s.size):
            its_day = means.day(i)
            limit = outfall_watch.binding(facility, its_day).get((code, "day"))
            counts = bool(means.valid[i])
            over = bool(discharge.judge(limit, means.mean[i]).over) if limit is not None and counts else None
            found.append(
                {
                    "day": its_day.isoformat(),
                    "mean": None if np.isnan(means.mean[i]) else round(float(means.mean[i]), 6),
                    "n": int(means.n[i]),
                    "due": int(means.due[i]),
                    "valid": counts,
                    "weighted": bool(means.weighted[i]),
                    "over": over,
                }
            )
    return found
