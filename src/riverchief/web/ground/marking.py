"""What is written on a case without moving it: type and values, counties that take part, enforcement; all sealed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, UnknownName
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.ground import casetypes, marks, states
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.ground import cases, sealing
from riverchief.web.ground.models import Case, Move
from riverchief.web.loop.events import came_from, emit

HANDED_TO = ("police", "prosecutor", "department", "other")
FEN_MOST = 10**12


def require_place(place: Place) -> None:
    """See that a place lies on a reach of this basin.

    Raises
    ------
    UnknownName, InputError
        For a reach that there is none of, or a chainage outside of it.
    """
    basin = context.basin().basin
    length_m = basin.reaches[basin.network.index(place.reach)].length_m
    if not 0 <= place.chainage_m <= length_m:
        raise InputError(
            f"chainage {place.chainage_m:,.0f} m does not lie on {place.reach}, which is {length_m:,.0f} m long.",
            reach=place.reach,
        )


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def write(
    case: Case,
    user: User,
    action: str,
    *,
    note: str = "",
    reason: str = "",
    also: frozenset[states.Relation] = frozenset(),
    data: dict[str, Any] | None = None,
) -> Move:
    """Seal a mark onto a case that the caller holds, and save the case.

    Raises
    ------
    NotAllowed, WrongState, InputError
        As the table of marks says.
    """
    marks.check(cases.state_of(case), action, cases.actor_of(user, case), note=note, reason=reason, also=also)
    now = context.now()
    made = Move(
        case_id=case.pk,
        action=action,
        from_state=case.state,
        to_state=case.state,
        by=user.username,
        at=now,
        note=reason or note,
        data=data or {},
    )
    sealing.append(case, made)
    case.save()
    emit("case-moved", case.pk, now, key=f"{case.pk}:{case.moves.count()}", action=action, state=case.state)
    audit(context.clock(), user.username, f"case-{action}", case.pk, note=note, reason=reason, **(data or {}))
    return made


def typed(code: str, values: dict[str, Any], severity: int) -> tuple[cases.Origin, int]:
    """A case's type with its values, checked, and its severity: the type's own where 0 is given.

    Raises
    ------
    UnknownName, InputError
        For a type that is not in force today, values that cannot be, or a severity that is none.
    """
    day = local_day(context.now())
    kind = casetypes.named(code, day) if code else None
    if not 0 <= severity <= 3:
        raise InputError(f"severity {severity} is not 1 (minor), 2 or 3 (gravest).", severity=severity)
    if kind is None:
        return cases.Origin(), severity or 1
    kept, faults = casetypes.check(kind, values)
    if faults:
        told = [{"field": one.field, "zh": one.zh, "en": one.en} for one in faults]
        raise InputError(f"{kind.name_en}: " + "; ".join(one.en for one in faults) + ".", faults=told)
    return cases.Origin(type=kind.code, values=kept), severity or kind.severity


def classify(case: Case, user: User, code: str, values: dict[str, Any]) -> Case:
    """Say of which type a case is, with its fields."""
    origin, _ = typed(code, values, 0)
    with transaction.atomic():
        case = locked(case)
        case.type, case.values, case.incomplete = origin.type, origin.values, []
        write(case, user, "classify", data={"type": origin.type, "values": origin.values})
    return case


def join(case: Case, user: User, region: str, reason: str) -> Case:
    """Let another county take part in a case; its office sees it from now on and may add its part."""
    code, name = _county(region)
    with transaction.atomic():
        case = locked(case)
        if code == case.region or f",{code}," in case.joint_regions:
            raise InputError(f"{name['region_en']} takes part in {case.number} already.", region=code)
        case.joint_regions += f"{code},"
        write(case, user, "join_county", reason=reason, data={"region": code, **name})
    return case


def leave(case: Case, user: User, region: str, reason: str) -> Case:
    """Let a county take part no longer; what it added stays."""
    code, name = _county(region)
    with transaction.atomic():
        case = locked(case)
        if f",{code}," not in case.joint_regions:
            raise InputError(f"{name['region_en']} does not take part in {case.number}.", region=code)
        case.joint_regions = case.joint_regions.replace(f",{code},", ",")
        write(case, user, "leave_county", reason=reason, data={"region": code, **name})
    return case


def _county(region: str) -> tuple[str, dict[str, str]]:
    code = regions.normalise(region)
    known = {regions.normalise(one.code): one for one in context.basin().basin.regions}
    if code not in known:
        raise UnknownName("region", code, known)
    return code, {"region_zh": known[code].name_zh, "region_en": known[code].name_en}


def add_part(case: Case, user: User, note: str) -> Case:
    """What the office of a county that takes part has found or done."""
    with transaction.atomic():
        case = locked(case)
        write(case, user, "add_part", note=note, data={"region": user.region, **_county(user.region)[1]})
    return case


def hand_over(case: Case, user: User, to: str, receiver: str, number: str, day: str, note: str) -> Case:
    """Hand a case over to those who prosecute: to whom, under which number, on which day."""
    if to not in HANDED_TO:
        raise UnknownName("receiver of a case", to, HANDED_TO)
    if not receiver.strip():
        raise InputError("a hand-over needs the name of the authority that took it.", need="receiver")
    with transaction.atomic():
        case = locked(case)
        told = {"handed_to": to, "receiver": receiver, "number": number, "day": day}
        write(case, user, "hand_over", note=note, data=told)
    return case


def enforcement(case: Case, user: User, result: str, fine_fen: int, number: str, day: str) -> Case:
    """What came of enforcement: the decision in words, and the fine [fen], a whole number."""
    if not 0 <= fine_fen <= FEN_MOST:
        raise InputError(f"a fine of {fine_fen} fen is none; give 0 to {FEN_MOST} fen.", fine_fen=fine_fen)
    with transaction.atomic():
        case = locked(case)
        write(case, user, "enforcement", note=result, data={"fine_fen": fine_fen, "number": number, "day": day})
    return case


def split(case: Case, user: User, reason: str, parts: list[dict[str, Any]]) -> list[Case]:
    """Make cases of parts of a case; the first goes on with what is left.

    Parameters
    ----------
    parts : list of dict
        `note`, and where they differ from the case `type`, `values`, `severity`, `reach`, `chainage_m`.
    """
    now = context.now()
    with transaction.atomic():
        case = locked(case)
        made = []
        for part in parts:
            if not str(part.get("note", "")).strip():
                raise InputError("a part says nothing; write what it is, so that somebody can solve it.", need="note")
            code = part.get("type") or case.type
            values = part.get("values") or (case.values if code == case.type else {})
            origin, severity = typed(code, values, part.get("severity") or case.severity)
            place = Place(part.get("reach") or case.reach, part.get("chainage_m", case.chainage_m))
            require_place(place)
            due = case.due_at if case.due_given else None
            origin = replace(origin, split_from=case.pk, due_at=due, confidential=case.confidential)
            made.append((place, origin, part["note"], severity))
        given = states.Given(reason=reason, parts=len(made))
        states.apply(cases.state_of(case), "split", cases.actor_of(user, case), given)
        opened = [
            cases.open_by_office(user, place, origin, source="split", note=note, severity=severity)
            for place, origin, note, severity in made
        ]
        numbers = [one.number for one in opened]
        cases.step(case, "split", cases.actor_of(user, case), given, now, {"parts": numbers})
        case.save()
        for one in opened:
            came_from(one.pk, [(case.pk, "cause")], code="ground.states")
        emit("case-moved", case.pk, now, key=f"{case.pk}:{case.moves.count()}", action="split", state=case.state)
    audit(context.clock(), user.username, "case-split", case.pk, reason=reason, parts=numbers)
    return opened
