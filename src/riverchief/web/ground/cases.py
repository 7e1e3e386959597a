"""The case on the platform: opened by a trace, a finding, a person; moved by the one table of states; escalated.

The rules (states, deadlines, who is responsible) are those of `riverchief.ground`; here they meet records and people.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from riverchief.base import regions
from riverchief.base.errors import InputError, NotFound, WrongState
from riverchief.base.ids import new_id
from riverchief.base.places import Place
from riverchief.base.time import CHINA, local_day
from riverchief.ground import deadlines, states
from riverchief.ground.closure import Decision
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.api import place_properties
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace
from riverchief.web.ground import closures, counting, sealing
from riverchief.web.ground.models import Case, Evidence, Move
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Event
from riverchief.web.sky import missions
from riverchief.web.sky.models import Finding
from riverchief.web.wire import iso, named

log = logging.getLogger("riverchief.ground")
PLATFORM = states.PLATFORM.person
CITIZEN = states.CITIZEN.person
TYPE_OF_FINDING = {
    "plume": "pollution",
    "colour": "pollution",
    "foam": "floating",
    "outfall": "outfall",
    "waste": "dumping",
    "construction": "illegal_building",
}


@dataclass(frozen=True)
class Origin:
    """Where a case comes from beyond the platform, and what was said of it there; nothing of it must be known."""

    type: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    incomplete: list[dict[str, str]] = field(default_factory=list)
    name: str = ""
    number: str = ""
    opened_at: datetime | None = None
    due_at: datetime | None = None
    chief: str = ""
    split_from: str = ""
    confidential: bool = False


# ------------------------------------------------------------------ opening


def on_trace(event: Event) -> None:
    """Open one case for the chief of the suspect stretch when an alert has been traced for the first time."""
    trace = Trace.objects.select_related("alert").get(pk=event.subject)
    alert = trace.alert
    if alert.kind != "pollution" or Case.objects.filter(alert=alert.pk).exists():
        return
    place = alert.place
    if trace.stretch:
        best = max(trace.stretch, key=lambda s: s.get("probability", 0.0))
        place = Place(best["reach"], (best["from_m"] + best["to_m"]) / 2)
    case = _open(
        place,
        source="alert",
        title_key="case.title.pollution",
        params=_alert_params(alert),
        severity=alert.severity,
        reporter=PLATFORM,
        alert=alert,
    )
    came_from(case.pk, [(trace.pk, "cause"), (alert.pk, "alert")], code="ground.states")
    emit("case", case.pk, context.now(), alert=alert.pk)


def open_from_alert(alert: Alert, reporter: str) -> Case:
    """A person makes a case of an alert, an instrument's for example.

    Raises
    ------
    WrongState
        When it has one already.
    """
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(pk=alert.pk)
        if Case.objects.filter(alert=alert.pk).exists():
            raise WrongState(f"{alert.pk} already has a case; open that one.", alert=alert.pk)
        key = f"case.title.{alert.kind if alert.kind in ('instrument', 'discharge') else 'pollution'}"
        case = _open(
            alert.place,
            source="instrument" if alert.kind == "instrument" else "alert",
            title_key=key,
            params=_alert_params(alert),
            severity=alert.severity,
            reporter=reporter,
            alert=alert,
        )
        came_from(case.pk, [(alert.pk, "cause")], code="ground.states")
        emit("case", case.pk, context.now(), alert=alert.pk)
    return case


def open_from_finding(finding: Finding, reporter: str) -> Case:
    """One click makes a finding a case, or joins it to the open case of the same incident.

    Raises
    ------
    WrongState
        When it became one just now, or was put aside.
    """
    with transaction.atomic():
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        if finding.state != "open":
            raise WrongState(f"{finding.pk} is {finding.state}; only an open finding can become a case.")
        mission = finding.mission
        known = Case.objects.filter(alert=mission.alert) if mission.alert else Case.objects.filter(pk=mission.case)
        open_case = known.filter(confirmed_at__isnull=True).exclude(state__in=states.IDLE).first()
        case = open_case or _open(
            finding.place,
            source="finding",
            title_key="case.title.finding",
            params={"kind": finding.kind, "note": finding.note},
            severity=2,
            reporter=reporter,
            origin=Origin(type=TYPE_OF_FINDING.get(finding.kind, ""), confidential=finding.confidential),
        )
        if open_case is None:
            came_from(case.pk, [(finding.pk, "cause")], code="ground.states")
            emit("case", case.pk, context.now(), finding=finding.pk)
        finding.state, finding.case = "case", case.pk
        finding.save(update_fields=["state", "case"])
        emit("finding-case", finding.pk, context.now(), case=case.pk)
    return case


@dataclass(frozen=True, slots=True)
class Told:
    """What a phone says of a report that it recorded by itself: its id, when, and what else it was told."""

    key: str
    at: datetime
    params: dict[str, Any]


def open_by_walker(
    user: User,
    place: Place,
    lon: float,
    lat: float,
    note: str,
    severity: int,
    told: Told | None = None,
    origin: Origin | None = None,
) -> Case:
    """What somebody on the bank files: reported at once, for the office to accept.

    The case opens now, and its clock runs from now, also where a phone recorded it earlier.
    """
    if not note.strip():
        raise InputError("the report says nothing; write what is wrong and where it can be seen.")
    with transaction.atomic():
        case = _open(
            place,
            source="walker",
            title_key="case.title.walker",
            params={"note": note[:400], **(told.params if told else {})},
            severity=severity,
            reporter=user.username,
            lonlat=(lon, lat),
            told=told,
            origin=origin,
        )
        emit("case", case.pk, context.now())
    audit(context.clock(), user.username, "report-case", case.pk)
    return case


def open_by_citizen(
    office: User, place: Place, lonlat: tuple[float, float], *, report: str, kind: str, words: str, severity: int
) -> Case:
    """What the office took up of the reports by citizens: reported by no account, accepted by the office at once.

    The caller holds a transaction.
    """
    case = _open(
        place,
        source="citizen",
        title_key="case.title.citizen",
        params={"report_kind": kind, "note": words[:400]},
        severity=severity,
        reporter=CITIZEN,
        lonlat=lonlat,
    )
    came_from(case.pk, [(report, "cause")], code="ground.citizens")
    emit("case", case.pk, context.now(), report=report)
    return move(case, actor_of(office, case), "accept")


def open_by_office(
    user: User,
    place: Place,
    origin: Origin,
    *,
    source: str,
    note: str,
    severity: int,
    lonlat: tuple[float, float] | None = None,
    more: dict[str, Any] | None = None,
    send: bool = True,
) -> Case:
    """A problem that an office enters: accepted, and dispatched to its chief where there is one. In a transaction."""
    case = _open(
        place,
        source=source,
        title_key="case.title.problem",
        params={"note": note[:400], **(more or {})},
        severity=severity,
        reporter=user.username,
        lonlat=lonlat,
        origin=origin,
    )
    if send and not actor_of(user, case).joint and user.role in states.OFFICE_ROLES:
        for action in ("accept", "dispatch") if case.chief else ("accept",):
            step(case, action, actor_of(user, case), states.Given(assignee=case.chief), context.now())
        case.save()
    emit("case", case.pk, context.now())
    return case


def _alert_params(alert: Alert) -> dict[str, Any]:
    station = context.basin().stations.get(alert.station)
    names = {"station_zh": station.name_zh, "station_en": station.name_en} if station else {}
    return {"property": alert.property, "value": alert.value, "limit": alert.limit, **names}


def _open(
    place: Place,
    *,
    source: str,
    title_key: str,
    params: dict[str, Any],
    severity: int,
    reporter: str,
    alert: Alert | None = None,
    lonlat: tuple[float, float] | None = None,
    told: Told | None = None,
    origin: Origin | None = None,
) -> Case:
    registry = context.basin()
    now = context.now()
    given = origin or Origin(type="pollution" if alert is not None and alert.kind == "pollution" else "")
    day = local_day(now)
    chiefs = registry.responsible(place, day)
    lon, lat = lonlat or registry.lonlat(place)
    reach = registry.basin.reaches[registry.basin.network.index(place.reach)]
    case = Case(
        id=told.key if told else new_id("case", now),
        number=_next_number(day.year),
        region=regions.normalise(registry.region_of(place, day)),
        reach=place.reach,
        chainage_m=place.chainage_m,
        lon=lon,
        lat=lat,
        title_key=title_key,
        params={**params, "reach_zh": reach.name_zh, "reach_en": reach.name_en},
        severity=severity,
        source=source,
        alert=alert.pk if alert else "",
        property=alert.property if alert else "",
        section=alert.section if alert else "",
        type=given.type,
        values=given.values,
        incomplete=given.incomplete,
        origin=given.name,
        origin_number=given.number,
        split_from=given.split_from,
        confidential=given.confidential or bool(alert and alert.confidential),
        opened_at=given.opened_at or now,
        told_at=told.at if told else None,
        due_at=given.due_at,
        due_given=given.due_at is not None,
        reporter=reporter,
        chief=given.chief or (chiefs[0].code if chiefs else ""),
    )
    _set_deadline(case)
    if alert is not None and alert.region and alert.region != case.region:
        case.joint_regions += f"{alert.region},"
    if reporter not in (PLATFORM, CITIZEN):
        case.assign(reporter)
    case.save(force_insert=True)
    _opening_moves(case)
    return case


def _set_deadline(case: Case) -> None:
    if case.due_given:
        return
    try:
        case.due_at = deadlines.deadline(case.severity, case.opened_at).at
    except InputError as error:  # working days of that year are not known yet: the office sets the date
        case.params["no_deadline"] = error.sentence


def _opening_moves(case: Case) -> None:
    """A case is reported as it is opened; what the system found is accepted and dispatched to its chief at once."""
    told = {"type": case.type, "values": case.values, "origin": case.origin, "origin_number": case.origin_number}
    kept = {key: value for key, value in told.items() if value}
    step(case, "submit", states.Actor(case.reporter, "reporter"), states.Given(), context.now(), kept)
    if case.reporter == PLATFORM and case.chief:
        for action in ("accept", "dispatch"):
            step(case, action, states.PLATFORM, states.Given(assignee=case.chief), case.opened_at)
    case.save()


def _next_number(year: int) -> str:
    def last() -> int:
        found = Case.objects.filter(number__startswith=f"{year}-").order_by("-number").values_list("number", flat=True)
        return int((found.first() or "-0").split("-")[1])

    return f"{year}-{counting.following('case', year, last):05d}"


# ------------------------------------------------------------------ moving


def _share_alert(case: Case) -> None:
    """Who must solve a case sees the alert that it came from, with trace and forecast."""
    alert = Alert.objects.filter(pk=case.alert).first() if case.alert else None
    if alert is not None:
        for username in filter(None, case.assignees.split(",")):
            alert.assign(username)
        alert.save(update_fields=["assignees"])


def state_of(case: Case) -> states.Case:
    """What the table of states needs to know of a case."""
    return states.Case(
        states.State(case.state),
        case.reporter,
        case.assignee,
        case.handler,
        case.verifier,
        case.closer,
        case.confirmed_at is not None,
    )


def actor_of(user: User, case: Case) -> states.Actor:
    """Who somebody is to the table of states; an office or department of another region only takes part in a case."""
    prefix = user.region_prefix
    joint = user.role in states.VERIFIER_ROLES and prefix is not None and not case.region.startswith(prefix)
    return states.Actor(user.username, user.role, user.chief, joint=joint)


def allowed_for(user: User, case: Case) -> list[dict[str, Any]]:
    """What somebody may do with a case now, and what each action asks for."""
    decision = closures.decide(case) if case.state == states.State.CLOSED else None
    rows = states.allowed(state_of(case), actor_of(user, case), decision)
    return [{"action": row.action, "needs": [str(need) for need in row.needs], "beside": row.beside} for row in rows]


def by_number(user: User, wanted: str) -> Case:
    """The case with this number or id that somebody may see.

    Raises
    ------
    NotFound
        Also for one that is not theirs to see.
    """
    found = visible(user, Case).filter(Q(number=wanted) | Q(pk=wanted)).first()
    if found is None:
        raise NotFound("case", wanted)
    return found


def step(
    case: Case,
    action: str,
    actor: states.Actor,
    given: states.Given,
    at: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Apply one row of the table to the record, and keep the move; the caller saves the case."""
    after = states.apply(state_of(case), action, actor, given)
    made = Move(
        case_id=case.pk,
        action=action,
        from_state=case.state,
        to_state=after.state,
        by=actor.person,
        at=at,
        note=given.reason or given.note,
        data=data or {},
    )
    sealing.append(case, made)
    case.state = after.state
    case.assignee, case.handler = after.assignee, after.handler
    case.verifier, case.closer = after.verifier, after.closer
    if action == "dispatch":
        case.dispatched_at = at
        for user in User.objects.filter(Q(username=case.assignee) | (Q(chief=case.assignee) & ~Q(chief=""))):
            case.assign(user.username)
        _share_alert(case)
    case.closed_at = (case.closed_at or at) if after.state is states.State.CLOSED else None
    if action == "confirm":
        case.confirmed_at = at
    _wind(case, action, given, at)
    if not after.confirmed:
        case.confirmed_at = None


def _wind(case: Case, action: str, given: states.Given, at: datetime) -> None:
    """Stop, start or put off the clock of a case, and reckon its deadline anew; the caller saves the case."""
    due_before = case.due_at
    if action == "pause":
        case.pauses = [*case.pauses, [at.isoformat(), None]]
    elif action == "resume":
        case.pauses = [*case.pauses[:-1], [case.pauses[-1][0], at.isoformat()]]
    elif action == "extend":
        case.extended += given.days
    else:
        return
    case.escalation = 0
    if case.due_given:
        _wind_given(case, action, given, due_before)
        return
    pauses = [deadlines.Pause(*(stamp and datetime.fromisoformat(stamp) for stamp in pair)) for pair in case.pauses]
    try:
        due = deadlines.deadline(case.severity, case.opened_at)
        case.due_at = deadlines.running(due, case.opened_at, pauses, case.extended).at
        case.params.pop("no_deadline", None)
    except InputError as error:  # as when it was opened: the office sets the date
        case.due_at = None
        case.params["no_deadline"] = error.sentence


def _wind_given(case: Case, action: str, given: states.Given, due: datetime | None) -> None:
    """The same for a deadline that came with the problem: a pause moves it by its length, an extension by days."""
    if action == "pause":
        case.params["due_before"] = due and due.isoformat()
        case.due_at = None
    elif action == "resume" and (before := case.params.pop("due_before", None)):
        begun, ended = (datetime.fromisoformat(stamp) for stamp in case.pauses[-1])
        case.due_at = datetime.fromisoformat(before) + (ended - begun)
    elif due is not None:
        last = deadlines.after_working_days(local_day(due - timedelta(seconds=1)), given.days)
        case.due_at = datetime.combine(last + timedelta(days=1), time(), CHINA)


def _merge(case: Case, into: Case | None, at: datetime) -> None:
    """Let a case go on as another one, which everybody of the first may see from now on."""
    if into is None:
        return
    goes_on = Case.objects.select_for_update().get(pk=into.pk)
    if goes_on.pk == case.pk or goes_on.state in states.ENDED:
        raise WrongState(
            f"case {case.number} cannot go on as {goes_on.number}, which is {goes_on.state}: name another open case.",
            state=goes_on.state,
        )
    case.merged_into = goes_on.pk
    for username in filter(None, case.assignees.split(",")):
        goes_on.assign(username)
    goes_on.save(update_fields=["assignees"])
    came_from(goes_on.pk, [(case.pk, "merged")], code="ground.states")
    emit("case-merged", goes_on.pk, at, key=case.pk, merged=case.pk)


def move(
    case: Case,
    actor: states.Actor,
    action: str,
    note: str = "",
    reason: str = "",
    decision: Decision | None = None,
    *,
    days: int = 0,
    into: Case | None = None,
) -> Case:
    """Move a case by the table of states.

    Raises
    ------
    UnknownName, WrongState, NotAllowed, InputError
        As the table says, naming what would be allowed; WrongState also for a merge into a case that has ended.
    """
    now = context.now()
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        since = case.dispatched_at or case.opened_at
        given = states.Given(
            note=note,
            reason=reason,
            evidence=Evidence.objects.filter(case=case, at__gte=since).count(),
            assignee=case.chief or case.assignee,
            days=days,
            into=into.pk if into else "",
            closure=decision if decision or case.state != states.State.CLOSED else closures.decide(case),
        )
        step(case, action, actor, given, now)
        if action == "merge":
            _merge(case, into, now)
        case.save()
        emit("case-moved", case.pk, now, key=f"{case.pk}:{case.moves.count()}", action=action, state=case.state)
        if action in ("close", "confirm", "reopen"):
            closures.record(case, action, actor.person, given.closure, now)
        if action == "fly_again":
            missions.fly_again(case)
    audit(context.clock(), actor.person, f"case-{action}", case.pk, note=note, reason=reason)
    return case


def escalate_overdue() -> None:
    """Remind about cases past their deadline, one step of the ladder at a time.

    For a problem that was overdue when it was entered the ladder begins with that moment: its chief is reminded first.
    """
    now = context.now()
    overdue = Case.objects.filter(closed_at__isnull=True, due_at__lt=now).exclude(state__in=states.IDLE)
    for case in overdue.annotate(entered_at=Min("moves__at")):
        assert case.due_at is not None
        try:
            taken = deadlines.escalations(max(case.due_at, case.entered_at or case.due_at), now)
        except InputError:
            log.exception("case %s: working days are not known", case.number)
            continue
        if taken and taken[-1].number > case.escalation:
            with transaction.atomic():  # as it is now: somebody may have moved it meanwhile
                if held := overdue.select_for_update().filter(pk=case.pk, due_at=case.due_at).first():
                    _climb(held, taken[-1], now)


def _climb(case: Case, to: deadlines.Escalation, now: datetime) -> None:
    """Take a case to a step of the ladder, where its offices see it; the caller holds it."""
    if to.number <= case.escalation:
        return
    case.escalation = to.number
    roles = ("county", "prefecture") if to.number > 1 else ("county",)
    for user in User.objects.filter(role__in=roles).exclude(region=""):
        hidden = case.confidential and user.role == "county"  # the ladder does not open what is confidential
        if case.region.startswith(user.region_prefix or "") and not hidden:
            case.assign(user.username)
    case.save(update_fields=["escalation", "assignees"])
    emit("case-overdue", case.pk, now, key=f"{case.pk}:{to.number}", step=to.number, letter=to.step.kind)


# ------------------------------------------------------------------ showing


def ledger_state(case: Case) -> str:
    """What the ledger calls it: open 未销号, recheck 待复核, closed 已销号, or void for what nobody has to solve."""
    if case.state in states.IDLE:
        return "void"
    if case.confirmed_at is not None:
        return "closed"
    return "recheck" if case.state in (states.State.HANDLED, states.State.VERIFIED, states.State.CLOSED) else "open"


def brief(case: Case, now: datetime) -> dict[str, Any]:
    """A case in a list or on the map."""
    registry = context.basin()
    chief = registry.chiefs.get(case.chief)
    waiting = case.closed_at is None and case.state not in states.IDLE
    overdue = waiting and case.due_at is not None and case.due_at < now
    return {
        "id": case.pk,
        "number": case.number,
        "title_key": case.title_key,
        "params": case.params,
        "state": case.state,
        "severity": case.severity,
        "type": case.type or None,
        "values": case.values,
        "incomplete": case.incomplete,
        "stage": ledger_state(case),
        "source": case.source,
        "origin": case.origin or None,
        "origin_number": case.origin_number or None,
        "split_from": case.split_from or None,
        "joint_regions": [code for code in case.joint_regions.split(",") if code],
        "alert": case.alert or None,
        "section": case.section or None,
        "lon": case.lon,
        "lat": case.lat,
        **place_properties(registry, case.place if case.reach else None),
        "region": case.region,
        "assignee": {**named(chief), "level": chief.level} if chief else None,
        "assigned_to": case.assignee or None,
        "reporter": case.reporter,
        "handler": case.handler or None,
        "opened_at": iso(case.opened_at),
        "told_at": iso(case.told_at),
        "due": iso(case.due_at),
        "overdue": overdue,
        "extended": case.extended,
        "merged_into": case.merged_into or None,
        "escalation": case.escalation,
        "closed_at": iso(case.closed_at),
        "confirmed_at": iso(case.confirmed_at),
    }
