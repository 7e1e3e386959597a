"""Whether anything that must never change was changed: the audit chain, moves of cases, evidence and its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from riverchief.base.errors import RiverError
from riverchief.web import context
from riverchief.web.accounts.models import audit_fault
from riverchief.web.ground import evidence, sealing
from riverchief.web.ground.models import Case, Evidence


@dataclass(frozen=True)
class Fault:
    """Something that does not hold: what it is, its id, and why."""

    what: str
    id: str
    why: str


def faults() -> Iterator[Fault]:
    """Everything that does not hold, one after the other."""
    why = audit_fault()
    if why:
        yield Fault("audit", "audit", why)
    for case in Case.objects.order_by("pk").prefetch_related("moves", "evidence").iterator(chunk_size=500):
        why = sealing.first_broken(case, list(case.moves.all()))
        if why:
            yield Fault("case", case.number, why)
        broken = evidence.first_broken(case)
        if broken is not None:
            yield Fault("evidence", case.number, broken["why"])
    yield from _files()


def _files() -> Iterator[Fault]:
    store = context.store().files
    for key, sha256 in Evidence.objects.order_by("pk").values_list("pk", "sha256").iterator():
        try:
            store.read(sha256)
        except RiverError as error:
            yield Fault("file", key, error.sentence)
