"""Closed is provisional: the next readings, or a second person, confirm it, or one reading reopens it."""

from __future__ import annotations

from datetime import datetime, timedelta

from riverchief.base.ids import new_id, reading_id
from riverchief.base.readings import Flag
from riverchief.base.time import local_day
from riverchief.base.units import PROPERTIES
from riverchief.cloud.standards import water
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.ground import closure, states
from riverchief.web import context
from riverchief.web.cloud.models import Alert
from riverchief.web.cloud.series import read, series_of
from riverchief.web.ground.models import Case, Closure, Evidence
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event
from riverchief.web.sky.models import Finding

OUTCOMES = {"close": "provisional", "confirm": "confirmed", "reopen": "reopened"}
GRADED = ("do", "codmn", "nh3n", "tp")


def limit_of(case: Case, now: datetime) -> float | None:
    """Limit of the section's target class that readings after a closing must keep [mg/L]; None: nothing measures."""
    section = context.basin().sections.get(case.section)
    if section is None or case.property not in GRADED:
        return None
    edition = surface_on(local_day(now))
    if edition is None:
        return None
    return float(water.limits(edition.code, case.property, section.tp_rule).values[section.target_class - 1])


def _readings_after(case: Case, now: datetime) -> list[closure.After]:
    section = context.basin().sections.get(case.section)
    if section is None or not section.station or case.closed_at is None:
        return []
    number = series_of(section.station).get(case.property)
    if number is None:
        return []
    data = read(section.station, case.property, case.closed_at + timedelta(seconds=1), now)
    return [
        closure.After(reading_id(number, int(t), int(r)), int(t), float(v), Flag(int(f)))
        for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True)
    ]


def decide(case: Case) -> closure.Decision | None:
    """What the readings since the closing say; None for a case that is not closed."""
    if case.closed_at is None:
        return None
    now = context.now()
    limit = limit_of(case, now)
    return closure.decide(
        closed_at=case.closed_at,
        now=now,
        readings=_readings_after(case, now) if limit is not None else [],
        limit=limit if limit is not None else 0.0,
        unit=PROPERTIES[case.property].unit if case.property in PROPERTIES else "",
        limit_is_minimum=case.property == "do",
        confirmed=case.confirmed_at is not None,
    )


def on_reading(event: Event) -> None:
    """Look again at the closings that this station watches."""
    watched = context.basin().sections_of_station.get(event.subject)
    if watched:
        for case in Case.objects.filter(state=states.State.CLOSED, section__in=watched):
            review(case)


def sweep() -> None:
    """Look again at all closings whose watch is not over."""
    since = context.now() - closure.WATCH - timedelta(days=1)
    for case in Case.objects.filter(state=states.State.CLOSED, closed_at__gt=since):
        review(case)


def review(case: Case) -> None:
    """Confirm or reopen, when the readings since the closing say so."""
    from riverchief.web.ground import cases

    decision = decide(case)
    if decision is None:
        return
    if decision.outcome is closure.Outcome.CONFIRM and case.confirmed_at is None:
        cases.move(case, states.PLATFORM, "confirm", decision=decision)
    elif decision.outcome is closure.Outcome.REOPEN:
        cases.move(case, states.PLATFORM, "reopen", decision=decision)


def record(case: Case, action: str, by: str, decision: closure.Decision | None, now: datetime) -> None:
    """Write down what became of a closing, with what it rests on."""
    outcome = OUTCOMES[action]
    why = {"sentence": decision.sentence, "readings": list(decision.readings)} if decision and action != "close" else {}
    found = Closure.objects.create(
        id=new_id("closure", now), case=case, outcome=outcome, at=now, by=by, why={**why, "limit": limit_of(case, now)}
    )
    parents = [(case.pk, "cause")]
    if action == "close":
        parents += [(e.pk, "evidence") for e in Evidence.objects.filter(case=case)]
        parents += [(f.pk, "finding") for f in Finding.objects.filter(case=case.pk)]
    else:
        begun = Closure.objects.filter(case=case, outcome="provisional").order_by("-id").first()
        parents = [(begun.pk, "cause")] if begun else parents
        parents += [(key, "reading") for key in why.get("readings", [])]
    came_from(found.pk, parents, code="ground.closure")
    emit("closure", found.pk, now, case=case.pk, outcome=outcome)
    if action == "confirm" and case.alert:
        Alert.objects.filter(pk=case.alert, state="open").update(state="closed", closed_at=now)
        emit("alert-closed", case.alert, now)
