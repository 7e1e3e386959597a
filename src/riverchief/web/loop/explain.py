"""How something came about: the chain of provenance from any id down to the bytes of the frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from riverchief.base.errors import NotFound
from riverchief.base.ids import reading_address, split_id, unpacked_id
from riverchief.base.time import from_epoch
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import Alert, Verdict
from riverchief.web.govern.models import FrozenSheet, OutlookResult, Report, Score, SheetInput, Target, Trace
from riverchief.web.ground.models import Case, Closure, Evidence, Handoff, Letter, Meeting, Patrol
from riverchief.web.loop.models import Provenance
from riverchief.web.public.models import CitizenReport
from riverchief.web.sky.models import Finding, Mission, Photo
from riverchief.web.wire import iso

MODELS: dict[str, type[Model]] = {
    "handoff": Handoff,
    "meeting": Meeting,
    "verdict": Verdict,
    "alert": Alert,
    "trace": Trace,
    "mission": Mission,
    "photo": Photo,
    "finding": Finding,
    "citizen": CitizenReport,
    "case": Case,
    "patrol": Patrol,
    "evidence": Evidence,
    "letter": Letter,
    "closure": Closure,
    "score": Score,
    "input": SheetInput,
    "frozen": FrozenSheet,
    "report": Report,
    "target": Target,
    "outlook": OutlookResult,
}
STEPS = ("frame", "reading", *MODELS)
CAUSE = "cause"


@dataclass
class Node:
    """One link of the chain: what it is, when, and what it came from."""

    id: str
    step: str
    at: datetime | None
    summary: str
    params: dict[str, Any]
    parents: list[tuple[str, str]] = field(default_factory=list)  # (id, role)
    known_at: datetime | None = None  # when it came about here: a cause is never known after its effect

    @property
    def parent(self) -> str | None:
        """The cause: the one parent without which this would not be; else the first."""
        causes = [parent for parent, role in self.parents if role == CAUSE]
        return next(iter(causes or [parent for parent, _ in self.parents]), None)


def _reading(key: str) -> Node:
    address = reading_address(key)
    observations = context.store().observations
    row = observations.reading(key)
    series = observations.series(address.series_id)
    params = {
        "place": series.key.place,
        "property": series.key.property,
        "value": row.value,
        "unit": series.unit,
        "flag": row.flag.name.lower(),
    }
    record = context.store().frames.get(row.frame_no) if row.frame_no is not None and row.frame_no >= 0 else None
    summary = f"{series.key.property} {row.value} {series.unit} at {series.key.place}"
    parents = [(record.frame_id, CAUSE)] if record else []
    return Node(key, "reading", from_epoch(address.time_s), summary, params, parents, row.known_at)


def _frame(key: str) -> Node:
    record = context.store().frames.by_id(key)
    params = {"peer": record.peer, "bytes": len(record.raw), "raw_hex": record.raw.hex()}
    summary = f"{len(record.raw)} bytes from {record.peer}"
    return Node(key, "frame", record.at, summary, params, known_at=record.at)


# what a record tells of itself in a chain
TOLD = (
    "property",
    "value",
    "limit",
    "station",
    "section",
    "water_class",
    "number",
    "state",
    "kind",
    "severity",
    "title_key",
    "text",
    "by",
    "outcome",
    "n_readings",
    "reach",
    "error_m",
    "points",
    "maximum",
    "deciding",
    "name",
    "chief",
    "month",
    "sheet",
    "period",
    "unit",
    "chainage_m",
    "period",
    "probability",
    "hotline",
    "title",
)
_TIMES = ("at", "asked_at", "opened_at", "planned_at", "started_at", "taken_at", "drafted_at", "received_at", "held_at")


def _record(step: str, item: Any) -> Node:
    at = next((getattr(item, name) for name in _TIMES if getattr(item, name, None)), None)
    params = {name: getattr(item, name) for name in TOLD if getattr(item, name, None) not in (None, "", [])}
    if step == "trace" and item.candidates:
        first = item.candidates[0]
        params |= {"code": first["code"], "probability": first["probability"]}
    words = ", ".join(f"{name} {value}" for name, value in params.items() if name not in ("title_key", "params"))
    made_ms, _ = unpacked_id(item.pk, step)
    return Node(item.pk, step, at, f"{step}: {words}", params, known_at=from_epoch(made_ms / 1000))


def node(user: Any, key: str) -> Node:
    """One link of the chain, with its parents' ids.

    Raises
    ------
    NotFound
        When there is no such thing, or this person may not see it.
    """
    step, _ = split_id(key)
    if step == "reading":
        return _reading(key)
    if step == "frame":
        return _frame(key)
    model = MODELS.get(step)
    item = visible(user, model).filter(pk=key).first() if model else None
    if item is None:
        raise NotFound(step, key)
    found = _record(step, item)
    edges = Provenance.objects.filter(child=key).values_list("parent", "role")
    found.parents = sorted(edges, key=lambda edge: edge[1] != CAUSE)
    return found


def as_dict(item: Node) -> dict[str, Any]:
    """A link on the wire."""
    return {
        "step": item.step,
        "id": item.id,
        "parent": item.parent,
        "parents": list(dict.fromkeys(parent for parent, _ in item.parents)),
        "roles": dict(item.parents),
        "at": iso(item.at),
        "known_at": iso(item.known_at),
        "summary": item.summary,
        "summary_key": f"step.{item.step}",
        "params": item.params,
        "href": href(item.step, item.id),
    }


_PAGES = {"alert", "case", "mission", "score", "letter"}


def href(step: str, key: str) -> str:
    """The page that shows a link."""
    return f"/{step if step in _PAGES else 'explain'}/{key}"


SUMS = frozenset(
    {"score", "frozen", "report", "outlook", "target"}
)  # each came from many that are not about each other


def ancestors(user: Any, keys: Iterable[str], limit: int = 2_000, within: frozenset[str] = frozenset()) -> list[Node]:
    """Everything that these came from, themselves included, oldest first; what one may not see is left out.

    What a step of `within` came from is not followed: with `SUMS`, an incident's steps end at the score that counts
    it, and do not go on to the other incidents that are counted there.
    """
    found: dict[str, Node] = {}
    waiting = list(keys)
    while waiting and len(found) < limit:
        key = waiting.pop()
        if key in found:
            continue
        try:
            found[key] = node(user, key)
        except NotFound:
            continue
        if found[key].step not in within:
            waiting.extend(parent for parent, _ in found[key].parents)
    order = {step: i for i, step in enumerate(STEPS)}
    oldest = from_epoch(0)
    return sorted(found.values(), key=lambda n: (n.at or oldest, order.get(n.step, 99), n.id))


def tree(user: Any, key: str, depth: int = 14) -> dict[str, Any]:
    """A link with its parents inside it, down to the frames; a branch that was shown already is only named."""
    shown: set[str] = set()

    def grow(here: str, left: int) -> dict[str, Any] | None:
        try:
            item = node(user, here)
        except NotFound:
            return {"id": here, "hidden": True, "parents": []}
        result = as_dict(item)
        again = here in shown
        shown.add(here)
        result["again"] = again
        result["parents"] = [] if again or left == 0 else [grow(parent, left - 1) for parent, _ in item.parents]
        return result

    split_id(key)
    result = grow(key, depth)
    assert result is not None
    if result.get("hidden"):
        raise NotFound(key.partition("-")[0], key)
    return result


def descendants(keys: Iterable[str], limit: int = 2_000) -> list[str]:
    """Ids of everything that came from these, themselves included."""
    found: dict[str, None] = {}
    waiting = list(keys)
    while waiting and len(found) < limit:
        batch = [key for key in waiting if key not in found]
        found |= dict.fromkeys(batch)
        waiting = list(Provenance.objects.filter(parent__in=batch).values_list("child", flat=True)) if batch else []
    return list(found)
