"""Marks on a case (记载): what is written on it without moving it, as one table; who may, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from riverchief.base.errors import InputError, NotAllowed, UnknownName, WrongState
from riverchief.ground.states import IDLE, Actor, Case, Need, Relation, relations


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: an action that leaves the state as it is."""

    action: str
    who: tuple[Relation, ...]
    needs: tuple[Need, ...] = ()


R, N = Relation, Need

MARKS: tuple[Mark, ...] = (
    Mark("classify", (R.OFFICE,)),
    Mark("join_county", (R.OFFICE,), (N.REASON,)),
    Mark("leave_county", (R.OFFICE,), (N.REASON,)),
    Mark("add_part", (R.JOINT,), (N.NOTE,)),
    Mark("letter_issued", (R.OFFICE,)),
    Mark("letter_answered", (R.ADDRESSEE, R.OFFICE), (N.NOTE,)),
    Mark("letter_withdrawn", (R.OFFICE,), (N.REASON,)),
    Mark("hand_over", (R.OFFICE, R.ENFORCER), (N.NOTE,)),
    Mark("enforcement", (R.OFFICE, R.ENFORCER), (N.NOTE,)),
    Mark("hotline_answered", (R.OFFICE,), (N.NOTE,)),
)
ACTIONS = tuple(mark.action for mark in MARKS)
AFTER_THE_END = frozenset({"hand_over", "enforcement", "hotline_answered", "letter_answered", "letter_withdrawn"})


def markable(case: Case, actor: Actor, also: frozenset[Relation] = frozenset()) -> tuple[str, ...]:
    """The marks that this actor may make now, in the table's order.

    Parameters
    ----------
    also : frozenset of Relation
        What the actor is beside what the case itself tells: the addressee of a letter.
    """
    mine = relations(case, actor) | also
    return tuple(m.action for m in MARKS if not mine.isdisjoint(m.who) and not _over(case, m.action))


def _over(case: Case, action: str) -> bool:
    return case.state in IDLE and action not in AFTER_THE_END


def check(
    case: Case,
    action: str,
    actor: Actor,
    *,
    note: str = "",
    reason: str = "",
    also: frozenset[Relation] = frozenset(),
) -> None:
    """See that a mark may be made; `also` as for `markable`.

    Raises
    ------
    UnknownName
        For a mark that is not in the table.
    NotAllowed
        When the actor is not the one to make it; the sentence names who is.
    WrongState
        When nobody has to solve the case any more.
    InputError
        When a note or a reason is missing.
    """
    mark = next((one for one in MARKS if one.action == action), None)
    if mark is None:
        raise UnknownName("mark", action, ACTIONS)
    if (relations(case, actor) | also).isdisjoint(mark.who):
        who = ", ".join(mark.who)
        raise NotAllowed(f"{actor.person} ({actor.role}) may not {action} here, that is for: {who}.", who=who)
    if _over(case, action):
        raise WrongState(f"the case is {case.state}; {action} is possible while somebody has to solve it.")
    for need, text in ((Need.NOTE, note), (Need.REASON, reason)):
        if need in mark.needs and not text.strip():
            raise InputError(f"{action} needs a {need}; say it in a sentence.", need=str(need))
