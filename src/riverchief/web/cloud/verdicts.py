"""The link that judges a section when its station has reported: reading → verdict."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from riverchief.base.basin import Section
from riverchief.base.ids import new_id
from riverchief.base.time import day_of_closing_stamp
from riverchief.cloud.standards import water
from riverchief.web import context
from riverchief.web.cloud.models import Verdict
from riverchief.web.cloud.series import Current, counted_at
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event
from riverchief.web.wire import iso

ITEMS = ("ph", "do", "codmn", "nh3n", "tp")
SLOW_ITEMS = ("codmn", "nh3n", "tp")  # measured every four hours: each new one is a verdict of its own
AGE_S = 5 * 3600  # a value counts until the next one is more than an hour overdue


def judge(section: Section, counted: dict[str, Current], day: date) -> water.RowVerdict:
    """The class of a section from the values that count."""
    values = {code: item.value for code, item in counted.items()}
    return water.assess(values, on=day, tp_rule=section.tp_rule).row()


def inputs_of(row: water.RowVerdict, counted: dict[str, Current]) -> list[dict[str, Any]]:
    """The inputs of a verdict, each with the reading it is."""
    return [
        {
            "property": code,
            "value": item.value,
            "unit": item.unit,
            "time": iso(item.at),
            "reading_id": item.reading_id,
            "class": row.item_class.get(code, 0),
        }
        for code, item in counted.items()
    ]


def why_of(row: water.RowVerdict) -> dict[str, Any]:
    """Why, for programs and in both languages."""
    return {
        "reasons": [asdict(reason) for reason in row.why],
        "zh": row.sentence("zh"),
        "en": row.sentence("en"),
    }


def on_reading(event: Event) -> None:
    """Judge the section of the station that reported, where an item that counts has come in."""
    section = context.basin().section_of_station.get(event.subject)
    if section is None:
        return
    observations = context.store().observations
    arrived = {observations.series(number).key.property for number, _ in event.data["rows"]} & set(ITEMS)
    if not arrived & set(SLOW_ITEMS) and (not arrived or event.at.minute):
        return  # oxygen and pH alone are looked at once an hour
    counted = counted_at(event.subject, ITEMS, event.at, AGE_S)
    if not counted:
        return
    row = judge(section, counted, day_of_closing_stamp(event.at))
    last = Verdict.objects.filter(section=section.code, at__lte=event.at).order_by("-at", "-known_at").first()
    if not arrived & set(SLOW_ITEMS) and last is not None and last.water_class == row.class_:
        return
    inputs = inputs_of(row, counted)
    if last is not None and last.at == event.at and last.inputs == inputs:
        return
    _write(section, event.at, row, inputs)


def _write(section: Section, at: datetime, row: water.RowVerdict, inputs: list[dict[str, Any]]) -> None:
    now = context.now()
    verdict = Verdict.objects.create(
        id=new_id("verdict", now),
        section=section.code,
        at=at,
        known_at=now,
        water_class=row.class_,
        deciding=list(row.deciding),
        missing=list(row.missing),
        inputs=inputs,
        edition=row.edition,
        why=why_of(row),
    )
    deciding = [(i["reading_id"], "cause") for i in inputs if i["property"] in row.deciding][:1]
    others = [(i["reading_id"], "input") for i in inputs if (i["reading_id"], "cause") not in deciding]
    came_from(verdict.id, deciding + others, code="cloud.standards.water", edition=row.edition)
    emit("verdict", verdict.id, at, section=section.code, water_class=row.class_)
