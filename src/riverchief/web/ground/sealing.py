"""The moves of a case as a chain of seals: none can be changed, put in, taken out or cut off unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from riverchief.ground import evidence as chain
from riverchief.web.ground.models import Case, Move
from riverchief.web.wire import iso


def entry_of(move: Move) -> dict[str, Any]:
    """What is sealed of a move; facts only where there are any, so that older seals hold."""
    entry = {
        "action": move.action,
        "from": move.from_state,
        "to": move.to_state,
        "by": move.by,
        "at": iso(move.at),
        "note": move.note,
    }
    return {**entry, "data": move.data} if move.data else entry


def chain_of(case: str) -> str:
    """The name that the chain of a case's moves is tied to."""
    return f"moves of {case}"


def append(case: Case, move: Move) -> Move:
    """Seal a move at the end of its case's chain and keep it; the caller saves the case."""
    move.previous = case.moves_seal or chain.genesis(chain_of(case.pk))
    move.hash = case.moves_seal = chain.seal(entry_of(move), move.previous)
    move.save()
    return move


def first_broken(case: Case, moves: Sequence[Move]) -> str:
    """Why the moves of a case do not hold, or do not lead to where it stands; empty where they do."""
    links = [chain.Link(entry_of(move), move.previous, move.hash) for move in moves]
    broken = chain.verify(links, chain_of(case.pk), case.moves_seal)
    if broken is not None:
        return broken.why
    reached = moves[-1].to_state if moves else "draft"
    return "" if reached == case.state else f"the last move led to {reached}, the case says {case.state}"
