"""A workbook of the registry, looked at before anything happens: what it would change, whom it would make, its faults.

A page hands the changes to somebody else of the office as one draft; at the machine itself they are written at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.phone import masked
from riverchief.base.time import local_day
from riverchief.basins import change, workbook
from riverchief.basins.faults import Fault
from riverchief.basins.workbook import Reading
from riverchief.web import context
from riverchief.web.accounts import people
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.basin import changes, folder
from riverchief.web.basin.models import Draft

OPERATOR = "operator"
SHOWN = 500


@dataclass(frozen=True)
class Preview:
    """What a workbook would do."""

    registry: Reading
    people: people.People

    @property
    def faults(self) -> list[Fault]:
        """All faults, by sheet and row."""
        return [*self.registry.faults, *self.people.faults]

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object; of very many rows the first."""
        edits, faults = self.registry.edits, self.faults
        return {
            "ok": not faults,
            "edits": [{**e.as_json(), "row": e.line} for e in edits[:SHOWN]],
            "edits_total": len(edits),
            "same": {**self.registry.same, **({"accounts.csv": self.people.same} if self.people.same else {})},
            "accounts": [_seen(one) for one in self.people.wanted[:SHOWN]],
            "accounts_total": len(self.people.wanted),
            "faults": [_fault(f) for f in faults[:SHOWN]],
            "faults_total": len(faults),
            "needs_reason": changes.reaches_back(edits, local_day(context.now())),
        }


def _seen(one: dict[str, str]) -> dict[str, str]:
    name = one["username"]  # often the number itself
    return {**one, "phone": masked(one["phone"]), "username": masked(f"+86{name}")[3:] if name.isdigit() else name}


def _fault(fault: Fault) -> dict[str, Any]:
    sheet = people.SHEET if fault.file == people.TABLE.file else workbook.SHEETS.get(fault.file, fault.file)
    heading = workbook.HEADINGS.get(fault.column, fault.column)
    return {
        "sheet": sheet, "file": fault.file, "row": fault.line, "column": fault.column, "heading": heading,
        "value": fault.value, "code": fault.code, "sentence": fault.sentence,
    }  # fmt: skip


def preview(content: bytes, user: User) -> Preview:
    """Look at a workbook; nothing is changed.

    Raises
    ------
    InputError
        When it is none, or has no sheet that is known.
    """
    basin = context.basin().basin
    names = workbook.open_book(content).sheetnames
    only_people = people.SHEET in names and not any(name in names for name in workbook.SHEETS.values())
    registry = Reading() if only_people else workbook.read(content, basin, beside=(people.SHEET,))
    return Preview(registry, people.read(content, user, _after(basin, registry)))


def _after(basin: Basin, registry: Reading) -> Basin:
    """The basin that accounts are held against: with the chiefs that the same workbook brings."""
    if registry.faults or not registry.edits:
        return basin
    return change.apply(basin, registry.edits)[0] or basin


def confirm(content: bytes, user: User, reason: str = "") -> tuple[Draft | None, int]:
    """Do what a workbook says: its changes as one draft, its accounts at once.

    Returns
    -------
    draft : Draft or None
        None where nothing in the registry would change.
    accounts : int
        How many were made or changed.

    Raises
    ------
    BasinError
        With every fault; nothing happens then.
    InputError
        When there is nothing to do.
    """
    seen = preview(content, user)
    if seen.faults:
        raise changes.refusal(seen.faults)
    if not seen.registry.edits and not seen.people.wanted:
        raise InputError("the workbook says what the registry says already; there is nothing to do.")
    with transaction.atomic():
        edits = seen.registry.edits
        draft = changes.propose(user, edits, reason, kind="import") if edits else None
        made = people.enter(seen.people.wanted, user) if seen.people.wanted else 0
    return draft, made


def write_now(content: bytes) -> Preview:
    """Write a workbook without a second person: for whoever works at the machine itself.

    Raises
    ------
    BasinError
        With every fault; nothing is written then.
    """
    operator = User(username=OPERATOR, role=Role.SYSTEM)
    seen = preview(content, operator)
    if seen.faults:
        raise changes.refusal(seen.faults)
    with transaction.atomic():
        if seen.registry.edits:
            changes.put(folder.read_registry(), seen.registry.edits)
            rows = [[e.file, *e.key] for e in seen.registry.edits]
            audit(context.clock(), OPERATOR, "import-registry", "", rows=rows)
        if seen.people.wanted:
            people.enter(seen.people.wanted, operator)
    return seen
