"""Changes of the registry: drafts until somebody else of the same office approves; then in force at once.

A draft is a list of edits of rows (`riverchief.basins.change`): one row from a page, a workbook, a hand-over. It is
checked when it is made and again when it is approved; what was frozen before stays as it was, for nothing here writes
to a score or a sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models as db
from django.db import transaction

from riverchief.base import regions
from riverchief.base.basin import Basin
from riverchief.base.errors import BasinError, InputError, NotAllowed, UnknownName, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.basins import change
from riverchief.basins.change import Edit
from riverchief.basins.duties import SLACK_M
from riverchief.basins.faults import Fault
from riverchief.basins.folder import cells_of
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.basin import folder, models, registry
from riverchief.web.basin.models import Draft
from riverchief.web.loop.events import emit

REASON_DAYS = ("start", "end", "valid_from", "valid_to")  # columns that say since when something holds


def may_draft(user: User) -> bool:
    """Whether somebody works in an office that keeps a registry."""
    return user.is_office()


def propose(
    user: User, edits: Sequence[Edit], reason: str = "", *, kind: str = "change", extra: dict[str, Any] | None = None
) -> Draft:
    """Keep a change as a draft.

    Raises
    ------
    NotAllowed
        For somebody who is in no office, or a row outside of the office's region.
    InputError
        Where nothing changes, or a change of the past comes without a reason.
    BasinError
        With every fault that the change would bring.
    """
    basin = context.basin().basin
    if not may_draft(user):
        raise NotAllowed(f"{user.username} ({user.role}) keeps no registry; an office of river chiefs does.")
    if not edits:
        raise InputError("nothing would change: every row is so already.")
    office = _office(user, basin)
    for edit in edits:
        _within(office, edit, basin)
    if reaches_back(edits, local_day(context.now())) and not reason.strip():
        raise InputError("this changes what held before today; say why, it stays beside the change.", needs="reason")
    made, faults = change.apply(basin, edits)
    if made is None:
        raise refusal(faults)
    now = context.now()
    with transaction.atomic():
        draft = Draft.objects.create(
            id=new_id("draft", now), kind=kind, edits=[e.as_json() for e in settled(edits, made)],
            extra=extra or {}, reason=reason.strip(), region=office, role=user.role, by=user.username, at=now,
        )  # fmt: skip
        emit("registry-draft", draft.pk, now)
    audit(context.clock(), user.username, "draft-change", draft.pk, rows=len(edits), reason=draft.reason)
    return draft


def refusal(faults: Sequence[Fault]) -> BasinError:
    """What a change with faults is answered with: all of them, the first in words."""
    more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    sentence = f"the registry would not hold together: {faults[0].sentence[:-1]}{more}."
    return BasinError(sentence, faults=[f.as_json() for f in faults])


def settled(edits: Sequence[Edit], made: Basin) -> list[Edit]:
    """The edits with what stands in the checked basin: positions and addresses that were found are filled in."""
    tables = folder_cells(made, {edit.file for edit in edits})
    return [Edit(e.file, e.key, e.before, e.after and tables[e.file].get(change.key_of(e.file, e.after), e.after))
            for e in edits]  # fmt: skip


def folder_cells(basin: Basin, files: set[str]) -> dict[str, dict[change.Key, change.Cells]]:
    """Rows of some tables by what names them."""
    tables = cells_of(basin)
    return {file: change.by_key(file, tables[file]) for file in files}


def reaches_back(edits: Sequence[Edit], today: date) -> bool:
    """Whether edits change what held on a day before today."""
    for edit in edits:
        before, after = edit.before or {}, edit.after or {}
        for column in REASON_DAYS:
            if before.get(column) != after.get(column) and any(
                day and day < today.isoformat() for day in (before.get(column), after.get(column))
            ):
                return True
        began = before.get("start")
        moved = not after or any(before.get(c) != after.get(c) for c in ("from_m", "to_m"))
        if edit.file == "responsibilities.csv" and began and began < today.isoformat() and moved:
            return True
    return False


def _office(user: User, basin: Basin) -> str:
    return regions.normalise(user.region or basin.region)


def _within(office: str, edit: Edit, basin: Basin) -> None:
    """Refuse a row that is not the office's: by its own region, else by that of its chief."""
    chiefs = {chief.code: chief.region for chief in basin.chiefs}
    for cells in filter(None, (edit.before, edit.after)):
        region = cells.get("region") or chiefs.get(cells.get("chief", ""), "")
        try:
            inside = not region or regions.contains(office, region)
        except InputError:
            inside = True  # the check of the row says what is wrong with it
        if not inside:
            raise NotAllowed(
                f"{edit.file} {' '.join(edit.key)} lies in region {region}, outside of {office}; its own does it.",
                region=region,
            )
    _within_stretch(office, edit, basin, chiefs)


def _within_stretch(office: str, edit: Edit, basin: Basin, chiefs: dict[str, str]) -> None:
    """Refuse a stretch that is another county's: whoever answers for it sees what lies on it."""
    before, after = edit.before or {}, edit.after
    place = ("reach", "from_m", "to_m")
    if (
        edit.file != "responsibilities.csv"
        or after is None
        or [before.get(c) for c in place] == [after[c] for c in place]
    ):
        return
    try:
        low, high, start = float(after["from_m"]), float(after["to_m"]), date.fromisoformat(after["start"])
    except ValueError:
        return  # the check of the row says what is wrong with it
    counties = {chief.code for chief in basin.chiefs if chief.level == "county"}
    for duty in basin.responsibilities:
        where = duty.interval
        shared_m = min(high, where.to_m) - max(low, where.from_m) if where.reach == after["reach"] else 0.0
        ours = regions.contains(office, chiefs[duty.chief])
        if duty.chief in counties and shared_m > SLACK_M and not ours and (where.end is None or where.end > start):
            raise NotAllowed(
                f"{after['reach']} from {low:,.0f} to {high:,.0f} m is the stretch of {duty.chief} in region "
                f"{chiefs[duty.chief]}, outside of {office}; the office above both does it.",
                region=chiefs[duty.chief],
            )


def stale_now(edits: Sequence[Edit]) -> list[Edit]:
    """Edits of which the registry holds something else than they were made of."""
    return change.stale(context.basin().basin, edits)


def conflicts(draft: Draft) -> list[str]:
    """Older drafts that wait and change a row that this one changes too."""
    mine = {_row(edit) for edit in draft.edits}
    waiting = (
        Draft.objects.filter(state="open")
        .exclude(pk=draft.pk)
        .filter(db.Q(at__lt=draft.at) | db.Q(at=draft.at, pk__lt=draft.pk))
    )
    return [other.pk for other in waiting if mine & {_row(edit) for edit in other.edits}]


def _row(told: dict[str, Any]) -> tuple[str, ...]:
    return (told["file"], *told["key"])


def may_decide(user: User, draft: Draft) -> bool:
    """Whether somebody is of the office that asks, and not the person who asks."""
    same = user.is_office() and user.role == draft.role
    return same and _office(user, context.basin().basin) == draft.region and user.username != draft.by


def decide(draft: Draft, user: User, approve: bool, note: str = "") -> Draft:
    """Approve or refuse a draft; an approved one is in force at once.

    Raises
    ------
    NotAllowed
        For the person who asks for it, and for another office.
    InputError
        For a refusal without a reason.
    WrongState
        When it has been decided, or a row is no longer what it was.
    BasinError
        When the registry, which others changed meanwhile, would not hold together with it.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        _open(draft)
        if user.username == draft.by:
            raise NotAllowed(f"{draft.pk} is {user.username}'s own; somebody else of the office decides on it.")
        if not may_decide(user, draft):
            raise NotAllowed(f"{draft.pk} is of the {draft.role} office of {draft.region}; somebody there decides.")
        if approve:
            write(draft)
        elif not note.strip():
            raise InputError("a refusal needs a reason; write what is to be mended.", needs="note")
        _close(draft, user, "approved" if approve else "refused", note)
    registry.forget()
    audit(context.clock(), user.username, f"{'approve' if approve else 'refuse'}-change", draft.pk, note=note)
    return draft


def withdraw(draft: Draft, user: User) -> Draft:
    """Take back one's own draft."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        _open(draft)
        if user.username != draft.by:
            raise NotAllowed(f"{draft.pk} is {draft.by}'s; only they take it back.", by=draft.by)
        _close(draft, user, "withdrawn", "")
    audit(context.clock(), user.username, "withdraw-change", draft.pk)
    return draft


def _open(draft: Draft) -> None:
    if draft.state != "open":
        raise WrongState(f"{draft.pk} is {draft.state} already, by {draft.decided_by}.", state=draft.state)


def _close(draft: Draft, user: User, state: str, note: str) -> None:
    draft.state, draft.decided_by, draft.decided_at = state, user.username, context.now()
    draft.decision = note.strip()
    draft.save()
    emit("registry-decided", draft.pk, context.now(), state=state)


def write(draft: Draft) -> None:
    """Put the edits of a draft into the registry; the caller holds the transaction."""
    from riverchief.web.ground import handover

    edits = [change.edit_from(told) for told in draft.edits]
    basin = folder.read_registry()
    old = change.stale(basin, edits)
    if old:
        named = ", ".join(f"{e.file.removesuffix('.csv')} {' '.join(e.key)}" for e in old[:3])
        raise WrongState(
            f"{named} was changed since {draft.pk} was made; refuse it, and let it be made anew.",
            rows=[[e.file, *e.key] for e in old],
        )
    put(basin, edits)
    if draft.kind == "hand-over":
        handover.record(draft)


def put(basin: Basin, edits: Sequence[Edit]) -> Basin:
    """Write edits into the registry's tables, each row with its history.

    Raises
    ------
    BasinError
        With every fault that they bring; nothing is written then.
    """
    made, faults = change.apply(basin, edits)
    if made is None:
        raise refusal(faults)
    tables = folder_cells(made, {edit.file for edit in edits})
    at = {file: {key: i for i, key in enumerate(rows)} for file, rows in tables.items()}
    for edit in sorted(edits, key=lambda e: change.EDITABLE.index(e.file)):  # chiefs before what names them
        if edit.after is not None:
            _put_row(edit, made, at[edit.file][change.key_of(edit.file, edit.after)])
    for edit in sorted(edits, key=lambda e: -change.EDITABLE.index(e.file)):
        if edit.after is None or change.key_of(edit.file, edit.after) != edit.key:
            for row in _rows(edit.file, edit.key):
                row.delete()
    registry.touch()
    return made


def _put_row(edit: Edit, made: Basin, position: int) -> None:
    model, item = TABLES[edit.file], _values(edit.file, made)[position]
    columns = folder.responsibility_columns(item) if edit.file == "responsibilities.csv" else folder.columns(item)
    found = next(iter(_rows(edit.file, edit.key)), None) or model()
    if found._state.adding:
        found.position = position  # type: ignore[attr-defined]
    for name, value in columns.items():
        setattr(found, name, value)
    found.save()


TABLES: dict[str, type[db.Model]] = {
    "chiefs.csv": models.Chief,
    "terms.csv": models.Term,
    "leaves.csv": models.Leave,
    "responsibilities.csv": models.Responsibility,
    "sections.csv": models.Section,
    "facilities.csv": models.Facility,
    "cameras.csv": models.Camera,
}


def _values(file: str, basin: Basin) -> tuple[Any, ...]:
    found: tuple[Any, ...] = getattr(basin, file.removesuffix(".csv"))
    return found


def _rows(file: str, key: change.Key) -> list[db.Model]:
    """The records that a key names."""
    if file not in TABLES:
        raise UnknownName("table of the registry", file, TABLES)
    names = {"chief": "chief_id", "reach": "reach_id"}
    wanted = {names.get(name, name): value for name, value in zip(change.identity(file), key, strict=True)}
    if "from_m" in wanted:
        wanted["from_m"] = float(wanted["from_m"])  # type: ignore[assignment]
    return list(TABLES[file]._default_manager.filter(**wanted))
