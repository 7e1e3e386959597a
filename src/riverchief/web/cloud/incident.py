"""The alert's page, the incident room: where from, where to, what is being done; and closing an alert."""

from __future__ import annotations

from typing import Any

from riverchief.base.errors import NotAllowed
from riverchief.base.units import PROPERTIES
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace
from riverchief.web.ground import cases
from riverchief.web.ground.models import Case
from riverchief.web.loop import explain
from riverchief.web.loop.events import emit
from riverchief.web.sky import missions
from riverchief.web.sky.models import Mission
from riverchief.web.wire import iso, named


def brief(alert: Alert) -> dict[str, Any]:
    """An alert in a list or on the map."""
    registry = context.basin()
    station = registry.stations.get(alert.station)
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "severity": alert.severity,
        "state": alert.state,
        "station": named(station) if station else {"code": alert.station},
        "section": alert.section or None,
        "property": alert.property,
        "value": alert.value,
        "limit": alert.limit,
        "lon": alert.lon,
        "lat": alert.lat,
        **place_properties(registry, alert.place if alert.reach else None),
        "at": iso(alert.at),
        "last_at": iso(alert.last_at),
    }


def room(user: User, alert: Alert) -> dict[str, Any]:
    """Everything that the incident room shows; what this person may not see is left out."""
    now = context.now()
    trace = Trace.objects.filter(alert=alert).first()
    mission = visible(user, Mission).filter(alert=alert.pk).order_by("-planned_at").first()
    case = visible(user, Case).filter(alert=alert.pk).order_by("-opened_at").first()
    nodes = explain.ancestors(user, explain.descendants([alert.pk]), within=explain.SUMS)
    return {
        "alert": {**brief(alert), "why": alert.why, "unit": unit_of(alert)},
        "readings": [
            {"reading_id": r.reading, "station": r.station, "property": r.property, "at": iso(r.at)}
            for r in alert.readings.all()[:500]
        ],
        "trace": _trace(trace) if trace else None,
        "forecast": trace.forecast if trace else {"items": [], "front": []},
        "mission": missions.brief(mission) if mission else None,
        "case": cases.brief(case, now) if case else None,
        "steps": [explain.as_dict(node) for node in nodes if node.step != "photo"],
    }


def unit_of(alert: Alert) -> str:
    """Unit of the property that the alert is about."""
    return PROPERTIES[alert.property].unit if alert.property in PROPERTIES else ""


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "id": trace.pk,
        "at": iso(trace.at),
        "n_readings": trace.n_readings,
        "candidates": trace.candidates,
        "reach_probability": trace.reach_probability,
        "engine": trace.engine,
        "stretch": trace.stretch,
        "beside": trace.beside or None,
    }


def close(alert: Alert, user: User, reason: str) -> None:
    """Close an alert by hand.

    Raises
    ------
    NotAllowed
        For anybody but an office, and without a reason.
    """
    if not user.is_office():
        raise NotAllowed(
            f"{user.username} cannot close {alert.pk}: only an office of river chiefs can.", alert=alert.pk
        )
    if not reason.strip():
        raise NotAllowed(f"{alert.pk} cannot be closed without a reason; say why it is over.", alert=alert.pk)
    now = context.now()
    Alert.objects.filter(pk=alert.pk).update(state="closed", closed_at=now)
    alert.state, alert.closed_at = "closed", now
    audit(context.clock(), user.username, "close-alert", alert.pk, reason=reason)
    emit("alert-closed", alert.pk, now)
