"""The link that scores a chief when a case has come to its end, with the records behind every input."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from riverchief.base import regions
from riverchief.base.errors import InputError
from riverchief.base.ids import new_id
from riverchief.base.time import CHINA, day_of_closing_stamp, local_day
from riverchief.govern import sheets
from riverchief.ground import rules, states
from riverchief.web import context
from riverchief.web.cloud.models import Verdict
from riverchief.web.govern.models import Score
from riverchief.web.govern.sheets import find
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Case, Closure, Patrol
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event

SHEET = "chief-monthly"


def on_closure(event: Event) -> None:
    """Score the chief of a case when its closing has been confirmed."""
    if event.data.get("outcome") != "confirmed":
        return
    closure = Closure.objects.select_related("case").get(pk=event.subject)
    if closure.case.chief:
        score_chief(closure.case.chief, local_day(context.now()), cause=closure.pk)


def month_of(day: date) -> tuple[datetime, datetime]:
    """First and last instant of a local month."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return (
        datetime(first.year, first.month, 1, tzinfo=CHINA),
        datetime(after.year, after.month, 1, tzinfo=CHINA),
    )


def score_chief(chief_code: str, day: date, cause: str = "") -> Score:
    """Evaluate the chief's sheet for the month up to now; every input names its records."""
    chief = context.basin().chiefs[chief_code]
    now = context.now()
    sheet = find(SHEET)
    inputs = inputs_of(sheet, chief_code, day)
    result = sheets.evaluate(sheet, inputs)
    told = sheets.score_as_dict(result)
    score = Score.objects.create(
        id=new_id("score", now),
        region=regions.normalise(chief.region),
        sheet=SHEET,
        chief=chief_code,
        month=day.isoformat()[:7],
        at=now,
        points=result.points,
        maximum=result.maximum,
        result=told,
    )
    records = [(key, "record") for item in inputs.values() for key in item.records if "-" in key]
    came_from(score.pk, [(cause, "cause"), *records], code="govern.sheets", edition=SHEET)
    emit("score", score.pk, now, chief=chief_code)
    return score


def inputs_of(sheet: sheets.Sheet, chief_code: str, day: date) -> dict[str, sheets.Input]:
    """What the inputs of a chief's sheet come to for the month of a day, up to that day or now."""
    chief, now = context.basin().chiefs[chief_code], context.now()
    known = {
        **_patrols(chief_code, chief.level, chief.region, day),
        **_cases(chief_code, day, now),
        **_sections(chief_code, day, now),
    }
    return {spec.name: known[spec.name] for spec in sheet.inputs if spec.name in known}


def _patrols(chief: str, level: str, region: str, day: date) -> dict[str, sheets.Input]:
    start, end = month_of(day)
    walked = Patrol.objects.filter(chief=chief, finished_at__isnull=False, started_at__gte=start, started_at__lt=end)
    valid = [p for p in walked if p.counts]
    return {
        "patrols_done": sheets.Input(float(len(valid)), tuple(p.pk for p in valid)),
        "patrols_due": _patrols_due(level, region, start.date(), day),
    }


def _patrols_due(level: str, region: str, start: date, day: date) -> sheets.Input:
    try:
        ended = ruling.duties(region, level, start, day)
        rule = ruling.rule_for(region, day)
        if not ended and rule.asks(level):
            ended = [rules.duty_on(rule.of(level), day)]
    except InputError as error:  # a year of which no notice names the working days yet
        return sheets.Input(None, why=error.sentence)
    return sheets.Input(float(sum(duty.required for duty in ended)), ())


def _cases(chief: str, day: date, now: datetime) -> dict[str, sheets.Input]:
    start, end = month_of(day)
    own = list(Case.objects.filter(chief=chief, opened_at__lt=end).exclude(state__in=states.IDLE))
    due_cases = [
        c for c in own if (c.closed_at and c.closed_at >= start) or (c.due_at and start <= c.due_at < min(end, now))
    ]
    on_time = [c for c in due_cases if c.closed_at and (c.due_at is None or c.closed_at <= c.due_at)]
    left = [c for c in own if c.closed_at is None and (c.due_at is None or c.due_at >= min(end, now))]
    return {
        "cases_open": sheets.Input(float(len(left)), tuple(c.pk for c in left)),
        "cases_due": sheets.Input(float(len(due_cases)), tuple(c.pk for c in due_cases)),
        "cases_on_time": sheets.Input(float(len(on_time)), tuple(c.pk for c in on_time)),
    }


def _sections(chief: str, day: date, now: datetime) -> dict[str, sheets.Input]:
    """Share of days of the month on which the worst verdict of the sections on the chief's stretches was on target."""
    registry = context.basin()
    start, _ = month_of(day)
    mine = [s for s in registry.basin.sections if any(a.owner.code == chief for a in registry.answerable(s.place, day))]
    worst: dict[tuple[str, date], Verdict] = {}
    for verdict in Verdict.objects.filter(
        section__in=[s.code for s in mine], at__gt=start, at__lte=now, water_class__gt=0
    ):
        key = (verdict.section, day_of_closing_stamp(verdict.at))
        if key not in worst or verdict.water_class > worst[key].water_class:
            worst[key] = verdict
    targets = {s.code: s.target_class for s in mine}
    good = [v for (code, _), v in worst.items() if v.water_class <= targets[code]]
    share = len(good) / len(worst) if worst else None
    return {"section_on_target_share": sheets.Input(share, tuple(v.pk for v in worst.values()))}
