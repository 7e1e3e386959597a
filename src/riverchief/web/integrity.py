"""Whether anything that must never change was changed: the audit chain, moves of cases, evidence and its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from riverchief.base.errors import RiverError
from riverchief.web import context
from riverchief.web.accounts.models import audit_fault
from riverchief.web.ground import evidence, pieces, projects, sealing
from riverchief.web.ground.models import Case, Evidence, Patrol, PatrolPiece, ProjectPhoto, ProjectPlan


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
    for patrol in Patrol.objects.exclude(pieces_seal="").order_by("pk").prefetch_related("pieces").iterator(500):
        broken = pieces.first_broken(patrol)
        if broken is not None:
            yield Fault("patrol", patrol.pk, broken["why"])
    for plan in ProjectPlan.objects.exclude(photos_seal="").order_by("pk").iterator():
        broken = projects.first_broken(plan)
        if broken is not None:
            yield Fault("project", plan.pk, broken["why"])
    yield from _files()


def _files() -> Iterator[Fault]:
    store = context.store().files
    of_cases = Evidence.objects.order_by("pk").values_list("pk", "sha256")
    of_patrols = PatrolPiece.objects.order_by("pk").values_list("pk", "sha256")
    of_projects = ProjectPhoto.objects.order_by("pk").values_list("pk", "sha256")
    for key, sha256 in chain(of_cases.iterator(), of_patrols.iterator(), of_projects.iterator()):
        try:
            store.read(sha256)
        except RiverError as error:
            yield Fault("file", key, error.sentence)
