"""Which event tells whom: the rows of data/events.toml meet records and people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA, local_day
from riverchief.ground import states
from riverchief.ground.rules.periods import duty_on
from riverchief.web import context
from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.scoped import Scoped
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import Alert
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Case, Patrol
from riverchief.web.loop.events import emit
from riverchief.web.loop.models import Event
from riverchief.web.messages import outbox, robots, rules, texts
from riverchief.web.messages.models import RobotPost
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso

REMIND_DAYS = 7  # within so many days of the period's end; in shorter periods from their first day on


@dataclass(frozen=True)
class Facts:
    """What an event is about: the record, how grave it is, what texts say of it, what rows ask of it."""

    record: Scoped | None
    severity: int
    params: dict[str, Any]
    when: dict[str, Any]
    people: tuple[User, ...] = ()


def _place(record: Scoped) -> dict[str, Any]:
    registry = context.basin()
    reach = {reach.code: reach for reach in registry.basin.reaches}.get(record.reach)
    return {"reach_zh": reach.name_zh, "reach_en": reach.name_en} if reach else {"reach": record.reach}


def _of_case(event: Event) -> Facts | None:
    case = Case.objects.filter(pk=event.subject).first()
    if case is None:
        return None
    params = {
        **_place(case),
        **case.params,
        "number": case.number,
        "title_key": case.title_key,
        "due": iso(case.due_at),
    }
    if "step" in event.data:
        params["step"] = event.data["step"]
    # what the platform finds is dispatched as it is opened; what people file is not, whatever became of it since
    opened = "dispatched" if case.reporter == states.PLATFORM.person and case.chief else "reported"
    return Facts(case, case.severity, params, {**({"state": opened} if event.kind == "case" else {}), **event.data})


def _of_alert(event: Event) -> Facts | None:
    alert = Alert.objects.filter(pk=event.subject).first()
    if alert is None:
        return None
    station = context.basin().stations.get(alert.station)
    names = {"station_zh": station.name_zh, "station_en": station.name_en} if station else {"station": alert.station}
    return Facts(alert, alert.severity, {**_place(alert), **names, "property": alert.property}, {"kind": alert.kind})


def _of_finding(event: Event) -> Facts | None:
    finding = Finding.objects.filter(pk=event.subject).first()
    return Facts(finding, 1, _place(finding), {}) if finding else None


def _of_patrol(event: Event) -> Facts | None:
    walkers = tuple(User.objects.filter(chief=event.subject, is_active=True).exclude(chief=""))
    return Facts(None, 1, dict(event.data), {}, walkers)


FACTS: dict[str, Callable[[Event], Facts | None]] = {
    "case": _of_case,
    "case-moved": _of_case,
    "case-overdue": _of_case,
    "alert": _of_alert,
    "instrument": _of_alert,
    "finding": _of_finding,
    "patrol-due": _of_patrol,
}


def _assignee(facts: Facts) -> Iterable[User]:
    who = getattr(facts.record, "assignee", "")
    return User.objects.filter(Q(username=who) | Q(chief=who)) if who else ()


def _chiefs(facts: Facts) -> Iterable[User]:
    record = facts.record
    if record is None or not record.reach:
        return ()
    codes = [chief.code for chief in context.basin().responsible(record.place, local_day(context.now()))]
    return User.objects.filter(chief__in=codes)


def _office(role: Role) -> Callable[[Facts], Iterable[User]]:
    def people(facts: Facts) -> Iterable[User]:
        if facts.record is None:
            return ()
        offices = User.objects.filter(role=role).exclude(region="")
        return [user for user in offices if facts.record.region.startswith(user.region_prefix or "-")]

    return people


RECEIVERS: dict[str, Callable[[Facts], Iterable[User]]] = {
    "assignee": _assignee,
    "chiefs": _chiefs,
    "county": _office(Role.COUNTY),
    "prefecture": _office(Role.PREFECTURE),
    "walker": lambda facts: facts.people,
}


def on_event(event: Event) -> None:
    """Queue what an event tells people and groups; the same event twice tells once."""
    rows = [row for row in rules.table() if row.on == event.kind]
    facts = FACTS[event.kind](event) if rows else None
    if facts is None:
        return
    subject = facts.record.pk if facts.record else ""
    told: set[tuple[int, str]] = set()
    for row in rows:
        if not row.fits(event.kind, facts.when):
            continue
        for user in (user for who in row.to for user in RECEIVERS[who](facts)):
            own = event.kind == "case" and user.username == getattr(facts.record, "reporter", "")
            if user.is_active and not own and (user.pk, row.text) not in told and _may_know(user, facts.record):
                told.add((user.pk, row.text))
                key = f"{event.pk}:{row.text}:{user.pk}"
                outbox.tell(user, row.text, facts.params, subject=subject, severity=facts.severity, dedupe=key)
        if row.robots and facts.record is not None and not facts.record.confidential:
            _tell_groups(event, row, facts, facts.record.region)


def _may_know(user: User, record: Scoped | None) -> bool:
    """Whether somebody may see what they would be told of; their place is no question but for what is confidential."""
    return record is None or not record.confidential or visible(user, type(record)).filter(pk=record.pk).exists()


def _tell_groups(event: Event, row: rules.Tell, facts: Facts, region: str) -> None:
    now = context.now()
    quiet = rules.quiet()
    RobotPost.objects.bulk_create(
        [
            RobotPost(
                robot=robot.name,
                text=texts.words(row.robots, facts.params, "zh"),
                made_at=now,
                due_at=quiet.until(now, facts.severity),
                dedupe_key=f"{event.pk}:{row.text}:{robot.name}",
            )
            for robot in robots.configured()
            if robot.wants(event.kind, region)
        ],
        ignore_conflicts=True,
    )


def remind_patrols() -> None:
    """Remind chiefs who have walked too little while the period's end comes near; once in each period."""
    now = context.now()
    day = local_day(now)
    for chief in User.objects.filter(role=Role.CHIEF, is_active=True).exclude(chief=""):
        known = context.basin().chiefs.get(chief.chief)
        if known is None:
            continue
        rule = ruling.rule_for(known.region, day)
        if not rule.asks(known.level):
            continue
        try:
            duty = duty_on(rule.of(known.level), day)
        except InputError:  # working days of that year are not known: nobody can say what is due
            continue
        left = (duty.last_day - day).days
        begun = datetime.combine(duty.first_day, time(), CHINA)
        walked = Patrol.objects.filter(chief=chief.chief, finished_at__isnull=False, started_at__gte=begun)
        since = [p for p in walked.defer("track") if p.counts]
        done = sum(duty.first_day <= local_day(p.started_at) <= duty.last_day for p in since)
        if done >= duty.required or left > REMIND_DAYS:
            continue
        emit(
            "patrol-due", chief.chief, now, key=f"{chief.chief}:{duty.first_day}",
            first_day=str(duty.first_day), last_day=str(duty.last_day), required=duty.required, done=done,
        )  # fmt: skip
