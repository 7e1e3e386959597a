"""Measures against an incident: asked for by a page, reckoned by the twin's process, tried from slopes in between."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from riverchief.base.errors import InputError, RiverError, StoreError, UnknownName, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.store.locks import exclusive
from riverchief.web import context
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace, TwinMeasures
from riverchief.web.govern.twin import cycles, readings
from riverchief.web.loop.events import emit
from riverchief.web.wire import iso, named, parse_time

if TYPE_CHECKING:
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.hydraulics.layout import State
    from riverchief.govern.twin.measures import Case, Spill, World

log = logging.getLogger("riverchief.twin")
Json = dict[str, Any]

ASKED = ("prepare", "confirm", "plan")
WORLDS = 5  # suspects of the trace over which the effect's band is taken
BEFORE_S = 12 * 3600.0  # without a state that is old enough the river is filled so long before the spill


def ask(alert: Alert, asked: str, values: dict[str, float] | None = None) -> TwinMeasures:
    """Queue a question; the same one that waits already is that one.

    Raises
    ------
    InputError
        For a question that is none, or a lever or value that the prepared ones do not have.
    WrongState
        For an alert without a trace, or a setting before the levers are ready.
    """
    if asked not in ASKED:
        raise UnknownName("question", asked, ASKED)
    if not Trace.objects.filter(alert=alert).exists():
        raise WrongState(f"{alert.pk} has no trace yet; measures begin where a source is suspected.", alert=alert.pk)
    told = values or {}
    if asked == "confirm":
        _checked(alert, told)
    waiting = alert.measures.filter(state__in=("queued", "running"), asked=asked, values=told).first()
    if waiting is not None:
        return waiting
    now = context.now()
    return TwinMeasures.objects.create(id=new_id("measures", now), alert=alert, at=now, asked=asked, values=told)


def newest(alert: Alert, asked: str) -> TwinMeasures | None:
    """The newest answer to a kind of question."""
    return alert.measures.filter(state="done", asked=asked).first()


def page(alert: Alert) -> Json:
    """All that the incident room shows of measures."""
    failed = alert.measures.filter(state="failed").first()
    last = alert.measures.first()
    told: Json = {
        "alert": alert.pk,
        "waiting": list(alert.measures.filter(state__in=("queued", "running")).values_list("asked", flat=True)),
        "failed": failed.error if failed is not None and last is not None and failed.pk == last.pk else None,
    }
    for asked in ASKED:
        row = newest(alert, asked)
        told[asked] = (
            None if row is None else {"id": row.pk, "at": iso(row.at), "took_s": row.took_s, **_named(row.result)}
        )
    return told


def tried(alert: Alert, values: dict[str, float]) -> Json:
    """What the goals would see with levers at values, from the slopes; within a moment."""
    ready = _checked(alert, values)
    wanted = [float(values.get(lever["code"], 0.0)) for lever in ready["levers"]]
    cost = sum(lever["cost_yuan"] * abs(v) for lever, v in zip(ready["levers"], wanted, strict=True))
    goals = []
    for goal in ready["goals"]:
        series = list(goal["before_mgl"])
        for value, slope in zip(wanted, goal["slope"], strict=True):
            if value:
                series = [c + value * s for c, s in zip(series, slope, strict=True)]
        series = [max(c, 0.0) for c in series]
        worst = max(range(len(series)), key=series.__getitem__)
        over = next((k for k, c in enumerate(series) if c > goal["limit_mgl"]), None)
        goals.append(
            {
                "code": goal["code"],
                "peak_mgl": round(series[worst], 4),
                "peak_s": goal["time_s"][worst],
                "ratio": round(series[worst] / goal["limit_mgl"], 4),
                "arrival_s": None if over is None else goal["time_s"][over],
            }
        )
    return _named({"values": {k: v for k, v in values.items() if v}, "cost_yuan": round(cost, 2), "goals": goals})


def _checked(alert: Alert, values: dict[str, float]) -> Json:
    """The prepared levers, that know all values."""
    row = newest(alert, "prepare")
    if row is None:
        raise WrongState(f"the levers of {alert.pk} are not ready yet; ask to prepare them.", alert=alert.pk)
    levers = {lever["code"]: lever for lever in row.result["levers"]}
    for code, value in values.items():
        if code not in levers:
            raise UnknownName("lever", code, levers)
        one = levers[code]
        if not one["least"] - 1e-9 <= value <= one["most"] + 1e-9:
            raise InputError(
                f"lever {code} was set to {value:g} {one['unit']}; it goes from {one['least']:g} to {one['most']:g}.",
                lever=code,
            )
    return dict(row.result)


def _named(told: Json) -> Json:
    """With the names of sections, and of what levers act on."""
    registry = context.basin()
    known = {f.code: f for f in registry.basin.facilities}
    made = dict(told)
    for goal in made.get("goals", []):
        section = registry.sections.get(goal["code"])
        if section is not None:
            goal.update({"name_zh": section.name_zh, "name_en": section.name_en or section.name_zh})
    for lever in made.get("levers", []):
        thing = known.get(lever["on"])
        lever.update(
            {k: v for k, v in named(thing).items() if k != "code"}
            if thing
            else {"name_zh": "泄漏点", "name_en": "the spill"}
        )
    return made


# ---------------------------------------------------------------------- in the twin's process


def next_queued() -> str | None:
    """The question that waits; one whose process has ended without a word waits again."""
    if TwinMeasures.objects.filter(state="running").exists():
        try:
            with exclusive(cycles.lock_path(), "the twin is running"):
                TwinMeasures.objects.filter(state="running").update(state="queued")
        except StoreError:
            return None
    return TwinMeasures.objects.filter(state="queued").order_by("at").values_list("pk", flat=True).first()


def run(key: str) -> None:
    """Answer one question; what fails is written down."""
    row = TwinMeasures.objects.filter(pk=key, state="queued").first()
    if row is None:
        return
    row.state = "running"
    row.save()
    begun_s = time.monotonic()
    try:
        row.result = _answer(row)
        row.state = "done"
    except RiverError as error:
        row.state, row.error = "failed", {"code": error.code, "sentence": error.sentence}
    except Exception as error:
        log.exception("measures %s failed", key)
        row.state, row.error = "failed", {"code": "twin.failed", "sentence": repr(error)}
    row.took_s = time.monotonic() - begun_s
    row.save()
    emit("measures", row.pk, context.now(), key=f"{row.pk}:{row.state}", state=row.state, alert=row.alert_id)


def _answer(row: TwinMeasures) -> Json:
    from riverchief.govern.twin.measures import Quick, band, plan
    from riverchief.govern.twin.measures.incident import outcome_as_dict, plan_as_dict, quick_as_dict

    case, worlds = case_of(row.alert)
    if row.asked == "prepare":
        return quick_as_dict(Quick.of(case))
    if row.asked == "plan":
        made = plan(case)
        told, values = plan_as_dict(case, made), made.after.values
    else:
        outcome = case.outcome([float(row.values.get(lever.code, 0.0)) for lever in case.levers])
        told, values = outcome_as_dict(case, outcome), outcome.values
    for goal, one in zip(told["goals"], band(case, values, worlds), strict=True):
        goal.update({"band": list(one.after), "band_before": list(one.before), "kept": one.kept_after})
    return told


def case_of(alert: Alert) -> tuple[Case, list[World]]:
    """The alert's case, and the worlds of its trace's suspects.

    Raises
    ------
    InputError
        Where no suspect has a place and a mass, or the twin does not carry what was spilt.
    """
    from riverchief.govern.twin.measures import World
    from riverchief.govern.twin.measures.incident import incident

    registry, now = context.basin(), context.now()
    suspects = _suspects(alert)
    if not suspects:
        raise InputError(f"no suspect of {alert.pk} has a place and a mass; wait for more readings.", alert=alert.pk)
    first_s = min(spill.start_s for _, spill in suspects)
    model, state = _river(alert.property, first_s)
    case = incident(
        registry.basin.as_of(local_day(now)), model, state, suspects[0][1], readings.seconds(now), local_day(now)
    )
    return case, [World(weight, spill) for weight, spill in suspects]


def _suspects(alert: Alert) -> list[tuple[float, Spill]]:
    from riverchief.govern.twin.measures import Spill

    trace = Trace.objects.filter(alert=alert).order_by("-at").first()
    found = []
    for one in trace.candidates if trace else []:
        if one["reach"] is None or not one["mass_kg"] or one["start"] is None:
            continue
        lasted = max(float(one["duration_s"] or 0.0), 600.0)
        start = readings.seconds(parse_time(one["start"]))
        spill = Spill(one["reach"], one["chainage_m"], alert.property, start, lasted, one["mass_kg"])
        found.append((float(one["probability"]), spill))
    return sorted(found, key=lambda pair: -pair[0])[:WORLDS]


def _river(code: str, first_s: float) -> tuple[Model, State]:
    """The twin as its newest cycle had it, and its state before the spill began."""
    if code not in cycles.CARRIED:
        raise InputError(
            f"the twin carries {', '.join(cycles.CARRIED)}, not {code}; measures are reckoned for those.", property=code
        )
    known = cycles.twin_at(first_s)
    if known is not None:
        return known
    model = cycles.model_of(context.basin(), context.now())
    return model, model.run(model.start(first_s - BEFORE_S), first_s - 60.0, 3600.0).state
