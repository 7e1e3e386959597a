"""The link that watches an outfall's online monitor: reading → alert where a valid mean is over the permit.

What leaves a pipe is no wave in the river: such an alert is never traced. It cites the clause that was not kept, and
an office may make a case of it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Facility, Station
from riverchief.base.time import day_of_closing_stamp, from_epoch, to_epoch
from riverchief.cloud import alerts, outfall
from riverchief.cloud.alertstate import Decision, Signal
from riverchief.cloud.instruments import defaults
from riverchief.cloud.outfall import HOUR_S, Means
from riverchief.cloud.standards import discharge
from riverchief.web import context
from riverchief.web.cloud import monitors
from riverchief.web.cloud.models import Alert, AlertReading
from riverchief.web.cloud.monitors import MonitorSeries, Readings
from riverchief.web.cloud.watch import close_alert, keep_state, open_alert, state_of
from riverchief.web.loop.events import emit
from riverchief.web.loop.models import Event

KIND = str(alerts.Kind.DISCHARGE)
EDITION_LENGTH = 80
DAY_JUDGED_UNTIL = timedelta(hours=6)  # so long after midnight readings may still complete the day before


def on_reading(event: Event) -> None:
    """Hold a monitor's report against its works' permit: the hour that closed, and once it is over the day before."""
    registry = context.basin()
    station = registry.stations.get(event.subject)
    if station is None or station.kind != "outfall" or station.facility not in registry.facilities:
        return
    facility = registry.facilities[station.facility]
    observations = context.store().observations
    series = monitors.series_of_monitor(station)
    numbers = {one.number: code for code, one in series.items()}
    arrived = {numbers[n] for n, _ in event.data["rows"] if n in numbers and observations.series(n)}
    limits = binding(facility, day_of_closing_stamp(event.at))
    for code in sorted(arrived):
        if (code, "hour") in limits:
            _hour(station, facility, series, code, event.at)
    before = day_of_closing_stamp(event.at - DAY_JUDGED_UNTIL)
    closes = before != day_of_closing_stamp(event.at) or _at_midnight(event.at)
    if closes:
        day = day_of_closing_stamp(event.at) if _at_midnight(event.at) else before
        for code, period in binding(facility, day):
            if period == "day" and code in series:
                _day(station, facility, series, code, day)


def _at_midnight(at: datetime) -> bool:
    return monitors.day_span(day_of_closing_stamp(at))[1] == at


def binding(facility: Facility, day: date) -> dict[tuple[str, str], discharge.Limit]:
    """The limits of a facility that an alert may rest on: its permit, and standards that somebody confirmed."""
    permit = context.basin().permits.get(facility.code, ())
    return discharge.applicable(facility.kind, facility.region, day, permit, binding=True)


# ------------------------------------------------------------------ hours and days


def _hour(station: Station, facility: Facility, series: dict[str, MonitorSeries], code: str, at: datetime) -> None:
    end = from_epoch(-(-to_epoch(at) // HOUR_S) * HOUR_S)
    if series[code].step_s < HOUR_S and end != at:
        return  # the hour is not over yet
    begin = end - timedelta(seconds=HOUR_S)
    found = monitors.readings(series, code, begin, end)
    if found is None or not found.ids:
        return
    day = day_of_closing_stamp(end)
    means = outfall.hour_means(found.data, outfall.validity(day))
    _judge(station, facility, code, "hour", means, found, day, monitors.temperature_c(series, begin, end))


def _day(station: Station, facility: Facility, series: dict[str, MonitorSeries], code: str, day: date) -> None:
    begin, end = monitors.day_span(day)
    found = monitors.readings(series, code, begin, end)
    if found is None or not found.ids:
        return
    means = outfall.day_means(found.data, outfall.validity(day))
    _judge(station, facility, code, "day", means, found, day, monitors.temperature_c(series, begin, end))


def _judge(
    station: Station,
    facility: Facility,
    code: str,
    period: str,
    means: Means,
    found: Readings,
    day: date,
    temperature_c: float,
) -> None:
    """Open, go on with or close the alert of one property and period; a mean that does not count changes nothing."""
    limit = binding(facility, day).get((code, period))
    if limit is None or not means.valid[-1]:
        return
    stamp_s, value = int(means.stamp_s[-1]), float(means.mean[-1])
    signal = alerts.discharge_signal(limit, stamp_s, value, temperature_c)
    watch, state = state_of(station.code, f"{KIND}:{code}:{period}")
    if signal.clear and not state.tracks:
        return
    step = state.step([signal], defaults().discharge.alert)
    keep_state(watch, step.state)
    at = from_epoch(stamp_s)
    ids = [key for key, counts in zip(found.ids, found.data.counts, strict=True) if counts]
    if step.decision is Decision.OPEN:
        _open(station, facility, signal, at, ids)
        return
    alert = open_of(station.code, code, period)
    if alert is None:
        return
    if step.decision is Decision.UPDATE:
        _update(alert, station, signal, at, ids)
    elif step.decision is Decision.CLOSE:
        close_alert(alert, at)


def open_of(station: str, code: str, period: str) -> Alert | None:
    """The open alert on one property and period of a monitor."""
    mine = Alert.objects.filter(station=station, property=code, kind=KIND, state="open")
    return next((alert for alert in mine if alert.why.get("period") == period), None)


def _why(facility: Facility, signal: Signal) -> dict[str, Any]:
    names = {"facility": facility.code, "facility_zh": facility.name_zh, "facility_en": facility.name_en}
    return {"key": signal.why_key, **names, **signal.evidence}


def _open(station: Station, facility: Facility, signal: Signal, at: datetime, ids: list[str]) -> None:
    why = _why(facility, signal)
    parents = [(key, "cause" if i == len(ids) - 1 else "reading") for i, key in enumerate(ids)]
    edition = str(why["edition"])[:EDITION_LENGTH]
    alert = open_alert(station, KIND, signal.property, signal.value, at, signal.severity, why, parents, edition=edition)
    _add(alert, station, signal.property, at, ids)


def _update(alert: Alert, station: Station, signal: Signal, at: datetime, ids: list[str]) -> None:
    _add(alert, station, signal.property, at, ids)
    if alert.value is None or abs(signal.value - (alert.limit or 0)) > abs(alert.value - (alert.limit or 0)):
        names = {name: alert.why[name] for name in ("facility", "facility_zh", "facility_en") if name in alert.why}
        alert.value = None if np.isnan(signal.value) else signal.value
        alert.why = {"key": signal.why_key, **names, **signal.evidence}
    alert.severity = max(alert.severity, signal.severity)
    alert.last_at = max(alert.last_at, at)
    alert.save()
    emit("alert-updated", alert.pk, at, key=f"{alert.pk}:{to_epoch(at)}", station=station.code)


def _add(alert: Alert, station: Station, code: str, at: datetime, ids: list[str]) -> None:
    known = set(alert.readings.values_list("reading", flat=True))
    AlertReading.objects.bulk_create(
        [
            AlertReading(alert=alert, reading=key, station=station.code, property=code, at=at)
            for key in ids
            if key not in known
        ]
    )
