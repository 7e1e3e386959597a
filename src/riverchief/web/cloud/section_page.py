"""A section's page: the answer first, then why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Section
from riverchief.base.time import day_of_closing_stamp, from_epoch, local_day
from riverchief.cloud.standards import water
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud import evaluation, incident, verdicts
from riverchief.web.cloud.models import Alert, Verdict
from riverchief.web.cloud.series import counted_at, read, series_of, usable
from riverchief.web.cloud.state import station_now
from riverchief.web.ground import cases
from riverchief.web.ground.models import Case
from riverchief.web.wire import iso, named

MONTHS = 12
GRADED = ("do", "codmn", "nh3n", "tp")


def page(user: User, section: Section, now: datetime) -> dict[str, Any]:
    """Everything that a section's page shows."""
    registry = context.basin()
    counted = counted_at(section.station, verdicts.ITEMS, now, verdicts.AGE_S) if section.station else {}
    row = verdicts.judge(section, counted, day_of_closing_stamp(now)) if counted else None
    class_ = row.class_ if row else 0
    chiefs = registry.responsible(section.place, local_day(now))
    station = registry.stations.get(section.station)
    judged: dict[str, Any] = {
        "class": class_,
        "deciding": list(row.deciding) if row else [],
        "missing": list(row.missing) if row else list(verdicts.ITEMS),
        "exceedance": row.exceedance if row else {},
        "why": verdicts.why_of(row) if row else {"reasons": [], "zh": "没有可评价的读数", "en": "no reading to judge"},
        "edition": row.edition if row else "",
        "at": iso(max(item.at for item in counted.values()) if counted else _last_at(section)),
        "inputs": verdicts.inputs_of(row, counted) if row else [],
    }
    return {
        "section": {
            **named(section),
            **place_properties(registry, section.place),
            "lon": section.lon,
            "lat": section.lat,
            "level": section.level,
            "region": section.region,
            "tp_rule": section.tp_rule,
            "boundary": section.boundary,
            "station": section.station,
            "assumed": section.assumed,
        },
        "target_class": section.target_class,
        "sentence": _sentence(section, class_, judged["deciding"], row, now),
        "now": judged,
        "calendar": calendar(section, now),
        "thresholds": thresholds(section, now),
        "instrument": _instrument(user, section, now),
        "station": station_now(station, now) if station else None,
        "responsible": [{**named(chief), "level": chief.level} for chief in chiefs],
        "alerts": [
            incident.brief(a) for a in visible(user, Alert).filter(station=section.station).order_by("-at")[:20]
        ],
        "cases": [
            cases.brief(c, now) for c in visible(user, Case).filter(section=section.code).order_by("-opened_at")[:20]
        ],
    }


def _sentence(
    section: Section, class_: int, deciding: list[str], row: water.RowVerdict | None, now: datetime
) -> dict[str, Any]:
    """The answer as one sentence: a key and what fills it."""
    params: dict[str, Any] = {"class": class_, "target": section.target_class, "deciding": deciding}
    if not class_:
        return {"key": "section.sentence.unknown", "params": params}
    params["since"] = iso(_since(section, class_, now))
    if row is not None and deciding and deciding[0] in row.exceedance:
        params["multiple"] = round(row.exceedance[deciding[0]], 2)
    word = "ok" if class_ <= section.target_class else "bad"
    return {"key": f"section.sentence.{word}", "params": params}


def _last_at(section: Section) -> datetime | None:
    """When anything was read here last, however long ago: where a page without news begins to look."""
    rows = context.store().observations.latest(list(series_of(section.station).values())) if section.station else {}
    return from_epoch(max(row.time_s for row in rows.values())) if rows else None


def _since(section: Section, class_: int, now: datetime) -> datetime | None:
    """Since when the section has had this class without a break, as far as its verdicts tell."""
    since = None
    for verdict in Verdict.objects.filter(section=section.code, at__lte=now).order_by("-at", "-known_at")[:500]:
        if verdict.water_class != class_:
            break
        since = verdict.at
    return since


def thresholds(section: Section, now: datetime) -> dict[str, list[float]]:
    """Limits of classes Ⅰ to Ⅴ of every graded item [mg/L], from the edition in force."""
    edition = surface_on(local_day(now))
    if edition is None:
        return {}
    return {code: list(water.limits(edition.code, code, section.tp_rule).values) for code in GRADED}


def calendar(section: Section, now: datetime) -> list[dict[str, Any]]:
    """Class of each of the last twelve months from its means, with how often the slow items were measured."""
    today = local_day(now)
    first = (today.replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    days = evaluation.daily(section, first, today)
    months = []
    for one in evaluation.month_means(section, first, today, days=days):
        inside = np.array([one.span.holds(day) for day in days.day.tolist()], np.bool_)
        counts = [int(days.counts[code][inside].sum()) for code in verdicts.SLOW_ITEMS]
        months.append(
            {"month": one.span.label, "class": one.class_, "deciding": list(one.deciding), "n": max(counts, default=0)}
        )
    return months


def _instrument(user: User, section: Section, now: datetime) -> dict[str, Any]:
    """Whether the numbers can be trusted: open instrument alerts, and the share of flagged values of the last day."""
    doubts = visible(user, Alert).filter(station=section.station, kind="instrument", state="open")
    notes = [{"key": "instrument.alert", "params": {"property": a.property, "alert": a.pk, **a.why}} for a in doubts]
    bad = total = 0
    for code in verdicts.ITEMS:
        data = read(section.station, code, now - timedelta(days=1), now)
        total += data.time_s.size
        bad += int((~usable(data)).sum())
    if bad:
        notes.append({"key": "instrument.flagged", "params": {"n": bad, "of": total}})
    return {"ok": not notes and total > 0, "notes": notes, "n_day": total}
