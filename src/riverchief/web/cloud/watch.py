"""The link that watches a station: reading → alert. It tells an instrument from a river before anybody is called."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base import regions
from riverchief.base.basin import Station
from riverchief.base.ids import new_id, reading_id
from riverchief.base.places import Place
from riverchief.base.readings import Flag
from riverchief.base.time import day_of_closing_stamp, local_day, to_epoch
from riverchief.cloud import alerts, quality
from riverchief.cloud.alertstate import AlertState, Decision, Signal
from riverchief.cloud.instruments import defaults
from riverchief.web import context
from riverchief.web.cloud import habits
from riverchief.web.cloud.models import Alert, AlertReading, Verdict, Watch
from riverchief.web.cloud.series import read, series_of, usable
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

LEADING = tuple(code for code, trait in defaults().traits.items() if trait.lead and code != "cod")
WATCHED = tuple(code for code, trait in defaults().traits.items() if trait.departure)
DEPARTURE, INSTRUMENT = "departure", "instrument"
RIVER = ("departure", "pollution")
QUALITY_DAYS = 3
QUIET = timedelta(hours=48)
STUCK_FROM = 5  # equal values in a row before it is worth asking whether a series stands still
INSTRUMENT_SEVERITY = 2

Sample = dict[str, tuple[float, str]]  # property → value, reading id


def on_reading(event: Event) -> None:
    """Ask of a station's report: instrument or river, as usual or not, too high or too low."""
    station = context.basin().stations.get(event.subject)
    if station is None:
        return
    observations = context.store().observations
    arrived = {observations.series(number).key.property: (number, revision) for number, revision in event.data["rows"]}
    if station.kind == "hydrology":
        _watch_thresholds(station, event.at, arrived)
        return
    if station.kind != "water_quality" or station.place is None:
        return
    watches = {watch.property: watch for watch in Watch.objects.filter(station=station.code)}
    doubted = {code for code in arrived if _watch_instrument(station, code, event.at, watches)}
    if set(arrived) & set(LEADING):
        _watch_departure(station, event.at, doubted)


def state_of(station: str, name: str) -> tuple[Watch, AlertState]:
    """What is remembered of one thing that is watched at a station, and its alert's state."""
    watch, _ = Watch.objects.get_or_create(station=station, property=name)
    return watch, AlertState.from_dict(watch.state) if watch.state else AlertState()


def keep_state(watch: Watch, state: AlertState) -> None:
    """Remember an alert's state until the next reading."""
    watch.state = state.as_dict()
    watch.save(update_fields=["state"])


# ------------------------------------------------------------------ the instrument


def _watch_instrument(station: Station, code: str, at: datetime, watches: dict[str, Watch]) -> bool:
    """Whether the newest value of one series is an instrument's; opens, keeps and closes its alert."""
    name = f"{INSTRUMENT}:{code}"
    doubted = name in watches and bool(watches[name].state.get("tracks"))
    end_s = to_epoch(at)
    data = read(station.code, code, at - timedelta(days=QUALITY_DAYS), at)
    if not data.time_s.size or data.time_s[-1] != end_s:
        return False
    flag, value = Flag(int(data.flag[-1])), float(data.value[-1])
    good = usable(data)
    judgements = [quality.flag(code, flag), quality.range_(code, value)]
    if good[-1]:
        times, values = data.time_s[good], data.value[good]
        if values.size >= STUCK_FROM and (values[-STUCK_FROM:] == values[-1]).all():
            judgements.append(quality.stuck(code, times, values))
        if doubted or _leaps(code, values):
            judgements.append(quality.jump(code, times, values))
    verdict = quality.judge(judgements)
    signal = alerts.instrument_signal(code, end_s, value, verdict)
    if signal.clear and not doubted:
        return False
    watch, state = state_of(station.code, name)
    step = state.step([signal])
    keep_state(watch, step.state)
    key = reading_id(series_of(station.code)[code], end_s, int(data.revision[-1]))
    if step.decision is Decision.OPEN:
        why = {"key": signal.why_key, **signal.evidence}
        open_alert(station, INSTRUMENT, code, value, at, INSTRUMENT_SEVERITY, why, [(key, "cause")])
    elif step.decision is Decision.CLOSE:
        close_alert(_open_alert(station.code, code), at)
    return not signal.clear


def _leaps(code: str, values: np.ndarray) -> bool:
    """Whether the last value is far enough from the one before for the jump test to be worth its time."""
    trait = defaults().traits.get(code)
    if trait is None or trait.river_step is None or values.size < 2:
        return False
    return bool(abs(values[-1] - values[-2]) > max(trait.river_step, trait.river_share * abs(values[-2])))


def _open_alert(station: str, code: str) -> Alert | None:
    return Alert.objects.filter(station=station, property=code, kind=INSTRUMENT, state="open").first()


# ------------------------------------------------------------------ the river


def _sample(station: Station, at: datetime, doubted: set[str]) -> Sample:
    """What the station measured at this time, without what its instruments cannot be trusted with."""
    found: Sample = {}
    numbers = series_of(station.code)
    for code in WATCHED:
        if code in doubted or code not in numbers:
            continue
        data = read(station.code, code, at, at)
        if data.time_s.size and usable(data)[-1]:
            key = reading_id(numbers[code], int(data.time_s[-1]), int(data.revision[-1]))
            found[code] = (float(data.value[-1]), key)
    return found


def _watch_departure(station: Station, at: datetime, doubted: set[str]) -> None:
    """Whether the river left its habit here; opens, goes on with and closes the alert."""
    time_s = to_epoch(at)
    watch, state = state_of(station.code, DEPARTURE)
    sample = _sample(station, at, doubted)
    departures = []
    for code, (value, _) in sample.items():
        habit = habits.habit_of(station.code, code, at, state.opened_s)
        expected = habit.expected(time_s) if habit else None
        if expected is not None and not np.isnan(expected.value):
            departures.append(alerts.departure(code, value, expected))
    limits = _limit_signals(station, at, {code: value for code, (value, _) in sample.items()})
    over_limit = {s.property: s for s in limits if s.severity > 0}
    signals = alerts.departure_signals(time_s, departures)
    unknown = tuple(s for s in limits if s.property not in {d.property for d in departures})
    step = state.step((*signals, *unknown))
    keep_state(watch, step.state)
    lead = step.leading
    if step.decision in (Decision.OPEN, Decision.UPDATE) and lead is not None:
        others = {d.property: d.z for d in departures}
        verdict = quality.judge(_witnesses(station, lead, others, at))
        limit = over_limit.get(lead.property)
        again = step.decision is Decision.UPDATE
        kind = alerts.kind_of(verdict, over_limit=limit is not None or again)
        worst = max(lead.severity, limit.severity if limit else 0)
        why = {"key": lead.why_key, **lead.evidence, "verdict": str(verdict.origin)}
        if limit is not None:
            why["limit"] = limit.evidence.get("limit")
        _incident(station, str(kind), lead.property, sample, at, worst, why)
    else:
        _follow(station, sample, at)
    if step.decision is Decision.CLOSE:
        for alert in _alerts_of(station.code):
            _close_when_over(alert, at)


def _limit_signals(station: Station, at: datetime, values: dict[str, float]) -> tuple[Signal, ...]:
    """What the target class of the station's section says: it alone speaks for series whose habit is not known yet."""
    section = context.basin().section_of_station.get(station.code)
    if section is None or not values:
        return ()
    return alerts.limit_signals(
        to_epoch(at), values, target_class=section.target_class, on=day_of_closing_stamp(at), tp_rule=section.tp_rule
    )


def _witnesses(station: Station, lead: Signal, others: dict[str, float], at: datetime) -> list[quality.Judgement]:
    """What speaks for and against the leading reading: its own course, the other properties, an alert upstream."""
    past = read(station.code, lead.property, at - timedelta(days=QUALITY_DAYS), at)
    good = usable(past)
    neighbours = []
    registry = context.basin()
    network = registry.basin.network
    assert station.place is not None
    for alert in Alert.objects.filter(state="open", kind__in=RIVER).exclude(station=station.code):
        away_s = network.travel_time(
            network.index(alert.reach), alert.chainage_m, network.index(station.place.reach), station.place.chainage_m
        )
        if np.isfinite(away_s):
            window = (to_epoch(alert.at), to_epoch(at))
            neighbours.append(quality.Neighbour(alert.station, True, *window, [float(window[0])], [lead.strength]))
    return [
        quality.flag(lead.property, Flag.OK),
        quality.range_(lead.property, lead.value),
        quality.stuck(lead.property, past.time_s[good], past.value[good]),
        quality.jump(lead.property, past.time_s[good], past.value[good]),
        quality.neighbour(lead.property, others, neighbours, float(to_epoch(at))),
    ]


# ------------------------------------------------------------------ incidents


def _alerts_of(station: str) -> list[Alert]:
    """Open alerts on the river that this station belongs to, its own or one whose wave came by."""
    return list(Alert.objects.filter(state="open", kind__in=RIVER, readings__station=station).distinct())


def _connected(station: Station, at: datetime) -> Alert | None:
    """An open alert elsewhere whose wave this may be: up- or downstream of it, within the time that water needs."""
    registry = context.basin()
    network = registry.basin.network
    assert station.place is not None
    here = (network.index(station.place.reach), station.place.chainage_m)
    for alert in Alert.objects.filter(state="open", kind__in=RIVER).order_by("at"):
        there = (network.index(alert.reach), alert.chainage_m)
        down_s = float(network.travel_time(*there, *here))
        up_s = float(network.travel_time(*here, *there))
        late_s = (at - alert.at).total_seconds()
        if np.isfinite(down_s) and late_s <= 3 * down_s + 86_400:
            return alert
        if np.isfinite(up_s) and late_s <= 86_400:
            return alert
    return None


def _incident(
    station: Station, kind: str, code: str, sample: Sample, at: datetime, severity: int, why: dict[str, Any]
) -> None:
    """Open an alert, or let this reading join the one that it belongs to."""
    if kind == INSTRUMENT:
        if _open_alert(station.code, code) is None:
            open_alert(station, INSTRUMENT, code, sample[code][0], at, severity, why, [(sample[code][1], "cause")])
        return
    mine = _alerts_of(station.code)
    alert = mine[0] if mine else _connected(station, at)
    if alert is None:
        section = context.basin().section_of_station.get(station.code)
        verdict = Verdict.objects.filter(section=section.code, at=at).order_by("-known_at").first() if section else None
        cause = [(verdict.pk, "cause"), (sample[code][1], "reading")] if verdict else [(sample[code][1], "cause")]
        alert = open_alert(station, kind, code, sample[code][0], at, severity, why, cause)
        _add(alert, station, sample, at)
        emit("alert", alert.pk, at, station=station.code)
        return
    changed = _add(alert, station, sample, at)
    if kind == "pollution" or severity > alert.severity:
        alert.kind = "pollution" if kind == "pollution" else alert.kind
        alert.severity = max(alert.severity, severity)
    if station.code == alert.station and code == alert.property and (alert.value or 0) < sample[code][0]:
        alert.value = sample[code][0]
        alert.why = {**alert.why, **why}
        alert.limit = why.get("limit", alert.limit)
    alert.last_at = max(alert.last_at, at)
    alert.save()
    if changed:
        emit("alert-reading", alert.pk, at, key=f"{alert.pk}:{station.code}:{to_epoch(at)}", station=station.code)


def _follow(station: Station, sample: Sample, at: datetime) -> None:
    """A clean reading at a station on the same water tells an open alert where the wave is not."""
    if not set(sample) & set(LEADING):
        return
    network = context.basin().basin.network
    assert station.place is not None
    here = network.index(station.place.reach)
    for alert in Alert.objects.filter(state="open", kind__in=RIVER):
        there = network.index(alert.reach)
        if network.upstream([there])[here] or network.downstream([there])[here]:
            emit("alert-reading", alert.pk, at, key=f"{alert.pk}:{station.code}:{to_epoch(at)}", station=station.code)


def _add(alert: Alert, station: Station, sample: Sample, at: datetime) -> bool:
    fresh = [
        AlertReading(alert=alert, reading=key, station=station.code, property=code, at=at)
        for code, (_, key) in sample.items()
        if code in LEADING and not AlertReading.objects.filter(alert=alert, reading=key).exists()
    ]
    AlertReading.objects.bulk_create(fresh)
    return bool(fresh)


def open_alert(
    station: Station,
    kind: str,
    code: str,
    value: float,
    at: datetime,
    severity: int,
    why: dict[str, Any],
    parents: list[tuple[str, str]],
    edition: str = "",
) -> Alert:
    """Write a new alert; one about the river is announced by the caller when its readings stand beside it."""
    registry = context.basin()
    now = context.now()
    place = station.place or Place("", 0.0)
    section = registry.section_of_station.get(station.code)
    limit = why.get("limit")
    alert = Alert.objects.create(
        id=new_id("alert", now),
        region=regions.normalise(registry.region_of(place, local_day(now)) if station.place else station.region),
        reach=place.reach,
        chainage_m=place.chainage_m,
        lon=station.lon,
        lat=station.lat,
        kind=kind,
        severity=severity,
        station=station.code,
        section=section.code if section else "",
        property=code,
        value=None if np.isnan(value) else value,
        limit=limit if isinstance(limit, float | int) else None,
        at=at,
        last_at=at,
        why=_json(why),
    )
    came_from(alert.pk, parents, code=f"cloud.alerts.{kind}", edition=edition)
    if kind not in RIVER:
        emit("instrument" if kind == INSTRUMENT else "alert", alert.pk, at, station=station.code)
    return alert


def _json(why: dict[str, Any]) -> dict[str, Any]:
    """Evidence without the numbers that JSON does not know."""
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in why.items()}


def close_alert(alert: Alert | None, at: datetime) -> None:
    """Close an alert, where there is one, and say so."""
    if alert is not None:
        alert.state, alert.closed_at = "closed", at
        alert.save(update_fields=["state", "closed_at"])
        emit("alert-closed", alert.pk, at)


def _close_when_over(alert: Alert, at: datetime) -> None:
    """Close an alert when the river is back to its habit at every station where the wave was."""
    stations = set(alert.readings.values_list("station", flat=True))
    away = [s for s in stations if state_of(s, DEPARTURE)[1].open]
    if not away:
        close_alert(alert, at)


def close_quiet() -> None:
    """Close alerts about the river that nothing has been heard of for two days: the wave, or the station, is gone."""
    now = context.now()
    for alert in Alert.objects.filter(state="open", kind__in=RIVER, last_at__lt=now - QUIET):
        close_alert(alert, now)


def forget_baselines() -> None:
    """Learn habits anew once a day, but not where an alert is open."""
    away = set(Alert.objects.filter(state="open", kind__in=RIVER).values_list("readings__station", flat=True))
    habits.forget(context.now(), {station for station in away if station})


# ------------------------------------------------------------------ level and flow


def _watch_thresholds(station: Station, at: datetime, arrived: dict[str, tuple[int, int]]) -> None:
    """Level above its warning, flow below its minimum."""
    rules = (("level", station.level_warning_m, False, 0.1), ("flow", station.flow_minimum_m3s, True, 0.0))
    for code, threshold, below, band in rules:
        if threshold is None or code not in arrived:
            continue
        data = read(station.code, code, at, at)
        if not data.time_s.size or not usable(data)[-1]:
            continue
        value = float(data.value[-1])
        signal = alerts.threshold_signal(code, to_epoch(at), value, [threshold], below=below, band=band)
        watch, state = state_of(station.code, f"threshold:{code}")
        step = state.step([signal])
        keep_state(watch, step.state)
        if step.decision is Decision.OPEN:
            number, revision = arrived[code]
            key = reading_id(number, to_epoch(at), revision)
            why = {"key": signal.why_key, **signal.evidence}
            open_alert(station, code, code, value, at, signal.severity, why, [(key, "cause")])
        elif step.decision is Decision.CLOSE:
            close_alert(Alert.objects.filter(station=station.code, kind=code, state="open").first(), at)
