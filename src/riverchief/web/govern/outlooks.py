"""Outlooks of targets: what is to be expected of each, kept by day and data, and scored when its period is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from riverchief.base import regions
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.govern import outlook
from riverchief.govern.outlook import wording
from riverchief.govern.outlook.ahead import AT_RISK_BELOW, LIKELY_FROM, State
from riverchief.govern.outlook.allowed import AT_LEAST, AT_MOST, bad_days_left
from riverchief.web import context
from riverchief.web.cloud.verdicts import ITEMS
from riverchief.web.govern import outlook_data
from riverchief.web.govern.models import OutlookResult, Target
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

GOOD_CLASS = 3
GOOD_AQI = 100.0
SPARK_MONTHS = 12
LATEST_DAYS = 40  # a target whose period ended longer ago is no longer looked at
AIR_ITEM = {outlook.Kind.GOOD_DAYS: "aqi", outlook.Kind.GOOD_DAY_SHARE: "aqi", outlook.Kind.PM25_MEAN: "pm25"}


@dataclass(frozen=True)
class Answer:
    """What is said about a target: fields of an `OutlookResult`, and the data that it rests on."""

    state: str
    probability: float | None
    low: float | None
    high: float | None
    result: dict[str, Any]
    version: str


def period_of(target: Target) -> outlook.Period:
    """The days of a target."""
    return outlook.Period(target.period_start, target.period_end)


def required_of(target: Target) -> outlook.Required:
    """What a target asks for."""
    return outlook.required_of(outlook.Kind(target.kind), target.required)


def today() -> date:
    """The first local day that is not known yet, at the earliest: today."""
    return local_day(context.now())


def goal_of(target: Target) -> outlook.Goal:
    """The goal of a target of one section, station or region's air."""
    kind, needed = outlook.Kind(target.kind), required_of(target)
    if kind is outlook.Kind.SECTION_CLASS:
        section = context.basin().sections.get(target.place)
        rule = section.tp_rule if section else "river"
        return outlook.ClassGoal(int(needed.value), target.period_end, rule, ITEMS)
    if kind is outlook.Kind.PM25_MEAN:
        return outlook.MeanGoal("pm25", AT_MOST, needed.value)
    if kind is outlook.Kind.FLOW_SHARE:
        return outlook.DaysGoal("flow", AT_LEAST, needed.flow_m3s, needed.value, share=True)
    return outlook.DaysGoal("aqi", AT_MOST, GOOD_AQI, needed.value, share=kind is outlook.Kind.GOOD_DAY_SHARE)


def answer(target: Target, day: date, levers: tuple[outlook.Lever, ...] = ()) -> Answer:
    """What is to be expected of a target, from what was known before a day."""
    if target.kind == outlook.Kind.SECTION_SHARE:
        return _share_answer(target, day, levers)
    goal = goal_of(target)
    item = goal.items[0]
    if target.kind == outlook.Kind.SECTION_CLASS:
        batch = outlook_data.sections_batch(day)
    else:
        batch = outlook_data.place_batch(item, target.place, day)
    view = batch.view(target.place, goal, period_of(target))
    if view is None:
        return _nothing(goal)
    found = outlook.look_ahead(view, levers)
    told = {
        **outlook.as_dict(found),
        **_spark(batch, target.place, found),
        "sentence": {"zh": wording.sentence(found, goal, "zh"), "en": wording.sentence(found, goal, "en")},
        "allowed_said": [
            {"zh": wording.allowed_text(a, "zh"), "en": wording.allowed_text(a, "en")} for a in found.allowed
        ],
        "edition": goal.edition().code if isinstance(goal, outlook.ClassGoal) else "",
    }
    return Answer(found.state, found.probability, found.low, found.high, told, batch.version[target.place])


def _spark(batch: outlook_data.Batch, place: str, found: outlook.Outlook) -> dict[str, Any]:
    """Monthly means of the item that decides, the last twelve months up to the origin; None for a month without."""
    assert batch.found is not None
    panel = batch.found.panel
    item = found.deciding[0][0] if found.deciding else panel.items[-1]
    values = panel.values[panel.sections.index(place), panel.items.index(item)]
    months = panel.days.astype("datetime64[M]")
    last = np.datetime64(found.origin - timedelta(days=1), "M")
    parts = [values[(months == m) & np.isfinite(values)] for m in np.arange(last - SPARK_MONTHS + 1, last + 1)]
    return {"spark": [float(part.mean()) if part.size else None for part in parts], "spark_property": item}


def _nothing(goal: outlook.Goal) -> Answer:
    zh, en = wording.note("not_enough_history")
    told = {
        "state": State.NOT_ENOUGH.value, "probability": None, "low": None, "high": None, "to_date": None,
        "expected": [], "items": {}, "deciding": [], "allowed": [], "allowed_said": [], "course": {},
        "n_history": dict.fromkeys(goal.items, 0), "pooled": False, "notes": ["not_enough_history"],
        "sentence": {"zh": f"没有可用的序列：{zh}。", "en": f"there is no series to look ahead from: {en}"},
        "edition": "",
    }  # fmt: skip
    return Answer(State.NOT_ENOUGH.value, None, None, None, told, "none")


def sections_of(region: str) -> list[str]:
    """Codes of the sections in a region that a station watches."""
    sections = context.basin().basin.sections
    return [s.code for s in sections if s.station and s.region and regions.contains(region, s.region)]


def _share_answer(target: Target, day: date, levers: tuple[outlook.Lever, ...]) -> Answer:
    """A share of sections at class Ⅲ or better, from the joint ensemble of the region's sections."""
    batch, period = outlook_data.sections_batch(day), period_of(target)
    needed = required_of(target)
    found, draw, version = [], None, ""
    for code in sections_of(target.region):
        rule = context.basin().sections[code].tp_rule
        view = batch.view(code, outlook.ClassGoal(GOOD_CLASS, period.end, rule, ITEMS), period)
        if view is None:
            continue
        found.append(outlook.look_ahead(view, levers))
        draw = view.ahead.draw if view.ahead is not None else draw
        version += batch.version[code]
    if not found:
        return _nothing(outlook.ClassGoal(GOOD_CLASS, period.end, "river", ITEMS))
    share = outlook.share_ahead(found, needed.value, np.zeros(1, np.int64) if draw is None else draw)
    return _share_told(found, share, needed.value, version[:32])


def _share_told(
    found: list[outlook.Outlook], share: outlook.ShareOutlook | None, required: float, version: str
) -> Answer:
    met, n = sum(bool(o.to_date.met) for o in found), len(found)
    may_miss = bad_days_left(0, 0, n, required, share=True).bad  # every section is still to come
    zh = f"{n} 个断面中截至目前 {met} 个优良，最多允许 {may_miss} 个未达Ⅲ类"
    en = f"{met} of {n} sections are good so far; at most {may_miss} may miss class Ⅲ"
    if share is not None:
        zh, en = f"{zh}，达标概率 {100 * share.probability:.0f} %", f"{en}; {100 * share.probability:.0f} % to meet it"
    ranked = outlook.rank_by_risk(found)
    state, p, low, high = State.NOT_ENOUGH.value, None, None, None
    if share is not None:
        certain = all(o.state in (State.MET, State.MISSED) for o in found)
        p, low, high = share.probability, share.low, share.high
        if certain:
            p = low = high = float(share.expected[1] >= required - 1e-12)
            state = State.MET.value if p else State.MISSED.value
        else:
            state = (State.LIKELY if p >= LIKELY_FROM else State.AT_RISK if p < AT_RISK_BELOW else State.OPEN).value
    told = {
        "state": state, "probability": p, "low": low, "high": high,
        "to_date": {"value": met / n, "met": met / n >= required - 1e-12, "means": {}},
        "expected": list(share.expected) if share else [], "items": {}, "course": {}, "n_history": {}, "pooled": True,
        "deciding": [{"section": o.section, "probability": o.probability, "state": o.state} for o in ranked[:5]],
        "allowed": [{"kind": "sections", "n": n, "good": met, "may_miss": may_miss}],
        "allowed_said": [
            {"zh": f"最多 {may_miss} 个断面未达Ⅲ类", "en": f"at most {may_miss} sections may miss class Ⅲ"}
        ],
        "notes": ["pooled", *(["sections_without"] if share and share.without else [])],
        "without": list(share.without) if share else [], "sentence": {"zh": zh + "。", "en": en}, "edition": "",
    }  # fmt: skip
    return Answer(state, p, low, high, told, version)


# ---------------------------------------------------------------------- links and schedules


def ask() -> None:
    """Ask for an outlook of every target that still runs, once a day."""
    now, day = context.now(), today()
    for target in Target.objects.filter(period_end__gte=day - timedelta(days=LATEST_DAYS)):
        emit("outlook-due", target.pk, now, key=f"{target.pk}:{day}", day=day.isoformat())


def prepare(event: Event) -> Callable[[], None] | None:
    """Compute what is asked for, without anybody waiting for the database; None where it is said already."""
    target = Target.objects.filter(pk=event.subject).first()
    if target is None:
        return None
    day = min(today(), target.period_end + timedelta(days=1))
    found = answer(target, day)
    if OutlookResult.objects.filter(target=target, day=day, data_version=found.version).exists():
        return None
    return lambda: _write(target, day, found)


def on_due(event: Event) -> None:
    """Say what is to be expected of a target."""
    write = prepare(event)
    if write is not None:
        write()


def look_now(target: Target) -> OutlookResult:
    """The outlook of a target as of today: what was said already where nothing has changed, else a new one."""
    day = min(today(), target.period_end + timedelta(days=1))
    found = answer(target, day)
    with transaction.atomic():
        _write(target, day, found)
    return OutlookResult.objects.get(target=target, day=day, data_version=found.version)


def _write(target: Target, day: date, found: Answer) -> None:
    """Keep an outlook; a second one of the same day and data is the same."""
    now = context.now()
    result = OutlookResult(
        id=new_id("outlook", now),
        target=target,
        day=day,
        at=now,
        data_version=found.version,
        state=found.state,
        probability=found.probability,
        low=found.low,
        high=found.high,
        result=found.result,
    )
    if OutlookResult.objects.filter(target=target, day=day, data_version=found.version).exists():
        return
    OutlookResult.objects.bulk_create([result], ignore_conflicts=True)
    came_from(result.pk, [(target.pk, "cause")], code="govern.outlook", edition=found.result.get("edition", ""))
    emit("outlook", result.pk, now, target=target.pk, state=found.state)


def score_ended() -> None:
    """Say of every outlook whose period is over what became of it."""
    now, day = context.now(), today()
    waiting = OutlookResult.objects.filter(met__isnull=True, target__period_end__lt=day, probability__isnull=False)
    for key in waiting.values_list("target", flat=True).distinct():
        last = OutlookResult.objects.filter(target=key, day__gt=Target.objects.get(pk=key).period_end).first()
        if last is None or last.state not in (State.MET, State.MISSED):
            continue
        met = last.state == State.MET
        OutlookResult.objects.filter(target=key, met__isnull=True).update(met=met, scored_at=now)


def what_if(target: Target, levers: tuple[outlook.Lever, ...]) -> dict[str, Any]:
    """The outlook with levers pulled, beside the one without; nothing is kept."""
    day = min(today(), target.period_end + timedelta(days=1))
    plain, pulled = answer(target, day), answer(target, day, levers)
    return {
        "day": day.isoformat(),
        "levers": [{"kind": one.kind, "item": one.item, "amount": one.amount} for one in levers],
        "plain": {"probability": plain.probability, "low": plain.low, "high": plain.high, "state": plain.state},
        **pulled.result,
    }
