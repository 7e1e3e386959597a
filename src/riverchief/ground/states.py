"""The case (事件): states and transitions as one table; who may do what, and what it needs.

`apply` is pure: the state of a case and an action in, the next state out. Nothing else in riverchief moves a case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from riverchief.base.errors import InputError, NotAllowed, UnknownName, WrongState
from riverchief.ground.closure import Decision, Outcome


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"  # provisional until `Case.confirmed`
    RETURNED = "returned"  # the assignee sent it back to the office
    REJECTED = "rejected"
    REOPENED = "reopened"
    REFERRED = "referred"  # the level above was asked
    COORDINATING = "coordinating"  # other departments or counties were asked
    PAUSED = "paused"  # its clock stands
    MERGED = "merged"  # it goes on as another case


class Relation(StrEnum):
    """What an actor is to a case."""

    REPORTER = "reporter"
    OFFICE = "office"  # the river chief's office of county or prefecture
    ASSIGNEE = "assignee"
    VERIFIER = "verifier"  # office or department, and neither assignee nor handler
    SECOND = "second"  # like a verifier, and not the one who closed it
    SUPERIOR = "superior"  # the office of the prefecture, which also enters what the province answered
    PLATFORM = "platform"  # a rule of the platform, on its evidence
    CITIZEN = "citizen"  # whoever holds the receipt of a report that the case came from
    JOINT = "joint"  # the office of another county that takes part: it adds its part and leads nothing
    ADDRESSEE = "addressee"  # to whom a letter about the case was written
    ENFORCER = "enforcer"  # an officer of a department, or the river police


class Need(StrEnum):
    """What must come with an action."""

    NOTE = "note"
    REASON = "reason"
    EVIDENCE = "evidence"  # at least one photograph, track or note of the case
    ASSIGNEE = "assignee"
    DAYS = "days"  # by how much the deadline is put off
    INTO = "into"  # the case that it goes on as
    PARTS = "parts"  # what becomes a case of its own
    CLOSURE = "closure"  # a decision of `closure.decide` that says so


PLATFORM_ROLE = "platform"
CITIZEN_ROLE = "receipt"  # no account has it
OFFICE_ROLES = frozenset({"county", "prefecture"})
SUPERIOR_ROLES = frozenset({"prefecture"})
VERIFIER_ROLES = OFFICE_ROLES | {"department"}
ENFORCER_ROLES = frozenset({"department", "police"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person's name, role, and chief's code where the person is one.

    The caller has checked that the person may see the case; region and interval are not looked at here. `joint` says
    that the person is not of the county that leads the case, but of another one that takes part in it.
    """

    person: str
    role: str
    chief: str = ""
    joint: bool = False


PLATFORM = Actor("platform", PLATFORM_ROLE)
CITIZEN = Actor("citizen-report", CITIZEN_ROLE)


@dataclass(frozen=True, slots=True)
class Case:
    """What the table needs to know of a case. `assignee` is a person's name or a chief's code."""

    state: State = State.DRAFT
    reporter: str = ""
    assignee: str = ""
    handler: str = ""
    verifier: str = ""
    closer: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with an action."""

    note: str = ""
    reason: str = ""
    evidence: int = 0  # how many pieces the case holds since it was dispatched
    assignee: str = ""
    days: int = 0  # hours or working days, as the time limit of the case counts
    into: str = ""
    parts: int = 0  # how many cases of their own are made of it
    closure: Decision | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    action: str
    start: State
    end: State
    who: tuple[Relation, ...]
    needs: tuple[Need, ...] = ()
    beside: bool = False  # may be done, but nobody waits for it


S, R, N = State, Relation, Need

TABLE: tuple[Transition, ...] = (
    Transition("submit", S.DRAFT, S.REPORTED, (R.REPORTER,)),
    Transition("accept", S.REPORTED, S.ACCEPTED, (R.OFFICE, R.PLATFORM)),
    Transition("reject", S.REPORTED, S.REJECTED, (R.OFFICE,), (N.REASON,)),
    Transition("reject", S.RETURNED, S.REJECTED, (R.OFFICE,), (N.REASON,)),
    Transition("dispatch", S.ACCEPTED, S.DISPATCHED, (R.OFFICE, R.PLATFORM), (N.ASSIGNEE,)),
    Transition("dispatch", S.RETURNED, S.DISPATCHED, (R.OFFICE,), (N.ASSIGNEE,)),
    Transition("dispatch", S.REOPENED, S.DISPATCHED, (R.OFFICE, R.PLATFORM), (N.ASSIGNEE,)),
    Transition("return", S.DISPATCHED, S.RETURNED, (R.ASSIGNEE,), (N.REASON,)),
    Transition("handle", S.DISPATCHED, S.HANDLED, (R.ASSIGNEE,), (N.NOTE, N.EVIDENCE)),
    Transition("verify", S.HANDLED, S.VERIFIED, (R.VERIFIER,), (N.NOTE,)),
    Transition("fail", S.HANDLED, S.DISPATCHED, (R.VERIFIER,), (N.REASON,)),
    Transition("fly_again", S.HANDLED, S.HANDLED, (R.VERIFIER,), (N.REASON,)),
    Transition("close", S.VERIFIED, S.CLOSED, (R.VERIFIER,)),
    Transition("confirm", S.CLOSED, S.CLOSED, (R.PLATFORM, R.SECOND), (N.CLOSURE,)),
    Transition("reopen", S.CLOSED, S.REOPENED, (R.PLATFORM,), (N.CLOSURE,)),
    Transition("reopen", S.CLOSED, S.REOPENED, (R.OFFICE, R.CITIZEN), (N.REASON,)),
    Transition("ask_above", S.ACCEPTED, S.REFERRED, (R.OFFICE,), (N.REASON,), beside=True),
    Transition("ask_above", S.DISPATCHED, S.REFERRED, (R.ASSIGNEE, R.OFFICE), (N.REASON,), beside=True),
    Transition("instruct", S.REFERRED, S.ACCEPTED, (R.SUPERIOR,), (N.NOTE,)),
    Transition("withdraw", S.REFERRED, S.ACCEPTED, (R.OFFICE,), (N.REASON,), beside=True),
    Transition("ask_others", S.DISPATCHED, S.COORDINATING, (R.ASSIGNEE, R.OFFICE), (N.REASON,), beside=True),
    Transition("coordinate", S.COORDINATING, S.DISPATCHED, (R.OFFICE,), (N.NOTE,)),
    Transition("pause", S.DISPATCHED, S.PAUSED, (R.OFFICE,), (N.REASON,), beside=True),
    Transition("resume", S.PAUSED, S.DISPATCHED, (R.OFFICE,)),
    Transition("extend", S.DISPATCHED, S.DISPATCHED, (R.OFFICE,), (N.REASON, N.DAYS), beside=True),
    Transition("merge", S.REPORTED, S.MERGED, (R.OFFICE,), (N.REASON, N.INTO), beside=True),
    Transition("merge", S.ACCEPTED, S.MERGED, (R.OFFICE,), (N.REASON, N.INTO), beside=True),
    Transition("merge", S.RETURNED, S.MERGED, (R.OFFICE,), (N.REASON, N.INTO), beside=True),
    Transition("merge", S.DISPATCHED, S.MERGED, (R.OFFICE,), (N.REASON, N.INTO), beside=True),
    Transition("split", S.REPORTED, S.REPORTED, (R.OFFICE,), (N.REASON, N.PARTS), beside=True),
    Transition("split", S.ACCEPTED, S.ACCEPTED, (R.OFFICE,), (N.REASON, N.PARTS), beside=True),
    Transition("split", S.RETURNED, S.RETURNED, (R.OFFICE,), (N.REASON, N.PARTS), beside=True),
    Transition("split", S.DISPATCHED, S.DISPATCHED, (R.OFFICE,), (N.REASON, N.PARTS), beside=True),
    Transition("follow_up", S.VERIFIED, S.VERIFIED, (R.OFFICE,), (N.NOTE,), beside=True),
)

ENDED = (State.CLOSED, State.REJECTED, State.MERGED)
IDLE = (State.DRAFT, State.REJECTED, State.MERGED)  # nobody has to solve it
_BY_ROLE = {
    Relation.OFFICE: OFFICE_ROLES,
    Relation.SUPERIOR: SUPERIOR_ROLES,
    Relation.VERIFIER: VERIFIER_ROLES,
    Relation.SECOND: VERIFIER_ROLES,
}
ACTIONS = tuple(dict.fromkeys(row.action for row in TABLE))


def waiting_for(role: str) -> frozenset[State]:
    """States in which a case can wait for anybody of a role, whoever is named in it."""
    mine = {relation for relation, roles in _BY_ROLE.items() if role in roles}
    return frozenset(row.start for row in TABLE if not row.beside and not mine.isdisjoint(row.who))


def relations(case: Case, actor: Actor) -> frozenset[Relation]:
    """What the actor is to the case."""
    if actor.role == PLATFORM_ROLE:
        return frozenset({Relation.PLATFORM})
    if actor.role == CITIZEN_ROLE:
        return frozenset({Relation.CITIZEN})
    mine = {actor.person, actor.chief} - {""}
    leads = actor.role in OFFICE_ROLES and not actor.joint
    checks = actor.role in VERIFIER_ROLES and not actor.joint
    verifier = checks and case.handler not in mine and case.assignee not in mine
    tests = {
        Relation.REPORTER: case.reporter in mine,
        Relation.OFFICE: leads,
        Relation.ASSIGNEE: case.assignee in mine,
        Relation.VERIFIER: verifier,
        Relation.SECOND: verifier and case.closer not in mine,
        Relation.SUPERIOR: leads and actor.role in SUPERIOR_ROLES,
        Relation.JOINT: actor.joint and actor.role in OFFICE_ROLES,
        Relation.ENFORCER: actor.role in ENFORCER_ROLES,
    }
    return frozenset(relation for relation, holds in tests.items() if holds)


def allowed(case: Case, actor: Actor, closure: Decision | None = None) -> tuple[Transition, ...]:
    """The rows that this actor may use now, in the table's order.

    `confirm` and the platform's `reopen` are among them only where `closure`, the decision on the readings so far,
    says so.
    """
    mine = relations(case, actor)
    return tuple(row for row in TABLE if row.start is case.state and _open(case, row, mine, closure))


def _open(case: Case, row: Transition, mine: frozenset[Relation], closure: Decision | None) -> bool:
    if mine.isdisjoint(row.who) or (row.action == "confirm" and case.confirmed):
        return False
    return Need.CLOSURE not in row.needs or _permits(row, mine, closure)


def _permits(row: Transition, mine: frozenset[Relation], closure: Decision | None) -> bool:
    """Whether the decision on the readings carries this row."""
    if closure is None:
        return False
    if row.action == "reopen":
        return closure.outcome is Outcome.REOPEN
    by_platform = Relation.PLATFORM in mine
    return closure.outcome is (Outcome.CONFIRM if by_platform else Outcome.SECOND_PERSON)


def apply(case: Case, action: str, actor: Actor, given: Given | None = None) -> Case:
    """The case after an action.

    Raises
    ------
    UnknownName
        For an action that is not in the table.
    WrongState
        When the case is not in a state for it; the sentence names what this actor may do now.
    NotAllowed
        When the actor is not the one to do it; the sentence names who is.
    InputError
        When a note, a reason, evidence or an assignee is missing.
    """
    if action not in ACTIONS:
        raise UnknownName("action", action, ACTIONS)
    come = given or Given()
    rows = [row for row in TABLE if row.action == action and row.start is case.state]
    if not rows:
        starts = ", ".join(row.start for row in TABLE if row.action == action)
        raise WrongState(
            f"the case is {case.state}: {action} is possible when it is {starts}. {_now(case, actor, come)}",
            state=case.state,
            action=action,
        )
    mine = relations(case, actor)
    row = next((row for row in rows if not mine.isdisjoint(row.who)), None)
    if row is None:
        who = ", ".join(dict.fromkeys(relation for r in rows for relation in r.who))
        raise NotAllowed(
            f"{actor.person} ({actor.role}) may not {action} this case, that is for: {who}. {_now(case, actor, come)}",
            state=case.state,
            action=action,
            who=who,
        )
    for need in row.needs:
        _CHECKS[need](row, mine, come)
    if action == "confirm" and case.confirmed:
        raise WrongState("the closing of this case is confirmed already.", state=case.state, action=action)
    return _after(case, row, actor, come)


def _now(case: Case, actor: Actor, come: Given) -> str:
    names = ", ".join(dict.fromkeys(row.action for row in allowed(case, actor, come.closure)))
    return f"Now {actor.person} may: {names}." if names else f"Now there is nothing for {actor.person} to do."


def _after(case: Case, row: Transition, actor: Actor, come: Given) -> Case:
    person = actor.person
    changes: dict[str, dict[str, str | bool]] = {
        "dispatch": {"assignee": come.assignee, "handler": "", "verifier": "", "closer": "", "confirmed": False},
        "return": {"assignee": ""},
        "handle": {"handler": person},
        "verify": {"verifier": person},
        "fail": {"handler": ""},
        "close": {"closer": person, "confirmed": False},
        "confirm": {"confirmed": True},
        "reopen": {"confirmed": False},
    }
    return replace(case, state=row.end, **changes.get(row.action, {}))  # type: ignore[arg-type]


def _text(need: str) -> Callable[[Transition, frozenset[Relation], Given], None]:
    def check(row: Transition, mine: frozenset[Relation], come: Given) -> None:
        if not getattr(come, need).strip():
            raise InputError(f"{row.action} needs a {need}; say it in a sentence.", need=need)

    return check


def _check_assignee(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if not come.assignee:
        raise InputError(
            f"{row.action} needs an assignee; name the chief or officer who is to solve it.", need="assignee"
        )


def _check_evidence(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if come.evidence < 1:
        raise InputError(
            f"{row.action} needs evidence, the case holds none since it was dispatched; "
            f"add a photograph, a track or a note first.",
            need="evidence",
        )


def _check_days(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if come.days < 1:
        raise InputError(f"{row.action} by {come.days} puts nothing off; give 1 or more.", need="days", days=come.days)


def _check_into(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if not come.into:
        raise InputError(f"{row.action} needs the case that this one goes on as; give its number.", need="into")


def _check_parts(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if come.parts < 1:
        raise InputError(
            f"{row.action} needs at least one part that becomes a case of its own; say what it is.", need="parts"
        )


def _check_closure(row: Transition, mine: frozenset[Relation], come: Given) -> None:
    if not _permits(row, mine, come.closure):
        found = (
            come.closure.sentence if come.closure is not None else "the readings since the closing were not looked at"
        )
        raise WrongState(f"{row.action} is not possible now: {found}.", action=row.action)


_CHECKS: dict[Need, Callable[[Transition, frozenset[Relation], Given], None]] = {
    Need.NOTE: _text("note"),
    Need.REASON: _text("reason"),
    Need.ASSIGNEE: _check_assignee,
    Need.EVIDENCE: _check_evidence,
    Need.DAYS: _check_days,
    Need.INTO: _check_into,
    Need.PARTS: _check_parts,
    Need.CLOSURE: _check_closure,
}
