"""Changes of a basin row by row: what differs, what it would become, and every fault that this would bring.

One form for a single change on a page, a hand-over and a whole workbook: edits of rows, each named by the columns that
identify it in its table. Cells are text, as in the folder, and are read by the same readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from riverchief.base.basin import Basin
from riverchief.base.errors import UnknownName
from riverchief.basins import parse
from riverchief.basins.check import check_draft
from riverchief.basins.draft import Draft
from riverchief.basins.faults import Fault
from riverchief.basins.folder import build, cell_text, cells_of
from riverchief.basins.parse import Line
from riverchief.basins.tables import TABLE, TABLES, Table

Cells = dict[str, str]
Key = tuple[str, ...]

EDITABLE = (
    "chiefs.csv", "terms.csv", "leaves.csv", "responsibilities.csv", "sections.csv", "facilities.csv", "cameras.csv",
)  # fmt: skip
_IDENTITY: dict[str, Key] = {"responsibilities.csv": ("chief", "reach", "from_m", "start")}


@dataclass(frozen=True, slots=True)
class Edit:
    """One row that changes: `before` None where it is new, `after` None where it goes; `line` where it was written."""

    file: str
    key: Key
    before: Cells | None
    after: Cells | None
    line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"file": self.file, "key": list(self.key), "before": self.before, "after": self.after}


def edit_from(told: dict[str, Any]) -> Edit:
    """An edit from its JSON object."""
    return Edit(told["file"], tuple(told["key"]), told["before"], told["after"])


def identity(file: str) -> Key:
    """The columns that name a row of a table."""
    return _IDENTITY.get(file) or TABLE[file].key


def key_of(file: str, cells: Cells) -> Key:
    """What names this row in its table."""
    return tuple(cells.get(name, "") for name in identity(file))


def by_key(file: str, rows: Iterable[Cells]) -> dict[Key, Cells]:
    """Rows by what names them."""
    return {key_of(file, row): row for row in rows}


def normal(file: str, cells: Cells) -> Cells:
    """The cells of a row as the folder would write them (`07` becomes `7`), where they can be read; all columns."""
    table = _editable(file)
    full = {column.name: cells.get(column.name, "").strip() for column in table.columns}
    faults: list[Fault] = []
    rows = parse.typed(table, iter([(1, list(full)), (1, list(full.values()))]), faults)
    return {
        column.name: full[column.name] if rows[0][column.name] is None else cell_text(column.kind, rows[0][column.name])
        for column in table.columns
    }


def _editable(file: str) -> Table:
    if file not in EDITABLE:
        raise UnknownName("table of the registry", file, EDITABLE)
    return TABLE[file]


def edit_of(basin: Basin, file: str, after: Cells | None, key: Key | None = None, line: int = 0) -> Edit | None:
    """The edit that makes a row be `after`; None where it is so already.

    Columns that `after` does not have keep what they hold.

    Raises
    ------
    UnknownName
        For a table that is not changed this way.
    """
    _editable(file)
    known = by_key(file, cells_of(basin)[file])
    return edit_among(known, file, after, key, line)


def edit_among(known: dict[Key, Cells], file: str, after: Cells | None, key: Key | None, line: int) -> Edit | None:
    """As `edit_of`, among rows that were read already."""
    if after is None:
        assert key is not None
        before = known.get(key)
        return Edit(file, key, before, None, line) if before else None
    if key is None:
        key = key_of(file, normal(file, after))
    before = known.get(key)
    full = normal(file, {**(before or {}), **after})
    return None if full == before else Edit(file, key, before, full, line)


def stale(basin: Basin, edits: Sequence[Edit]) -> list[Edit]:
    """Edits whose row is no longer what it was when they were made."""
    tables = cells_of(basin)
    return [edit for edit in edits if by_key(edit.file, tables[edit.file]).get(edit.key) != edit.before]


def apply(basin: Basin, edits: Sequence[Edit]) -> tuple[Basin | None, list[Fault]]:
    """The basin with these edits, and the faults that they bring.

    Returns
    -------
    basin : Basin or None
        None where there are faults.
    faults : list of Fault
        Those of an edited row carry its `line`; those that another row suffers carry 0. A fault that the basin has
        without the edits is none of theirs.
    """
    before = {_told(fault) for fault in _check(basin, [])[1]}
    draft, found = _check(basin, edits)
    faults = [fault for fault in found if _told(fault) not in before]
    if faults:
        return None, faults
    return build(draft), []


def _told(fault: Fault) -> tuple[str, str, str]:
    return fault.file, fault.code, fault.sentence


def _check(basin: Basin, edits: Sequence[Edit]) -> tuple[Draft, list[Fault]]:
    """A basin with edits as a draft, and every fault of it."""
    tables = cells_of(basin)
    lines: dict[str, list[int]] = {file: [0] * len(rows) for file, rows in tables.items()}
    for edit in edits:
        _put(tables[edit.file], lines[edit.file], edit)
    draft = Draft(
        settings={
            "code": basin.code, "name_zh": basin.name_zh, "name_en": basin.name_en, "region": basin.region,
            "version": basin.version, "coordinates": "wgs84", "review_number": basin.review_number,
            "notes": basin.notes, "format": 1,
        },
        lines=[Line(reach.code, 0, reach.line) for reach in basin.reaches if reach.line],
    )  # fmt: skip
    for table in TABLES:
        header = [column.name for column in table.columns]
        written = zip(lines[table.file], tables[table.file], strict=True)
        records = ((line, [row[name] for name in header]) for line, row in written)
        draft.rows[table.file] = parse.typed(table, iter([(1, header), *records]), draft.faults)
    draft.fill()
    return draft, check_draft(draft)


def _put(rows: list[Cells], lines: list[int], edit: Edit) -> None:
    at = next((i for i, row in enumerate(rows) if key_of(edit.file, row) == edit.key), None)
    if edit.after is None:
        if at is not None:
            del rows[at], lines[at]
    elif at is None:
        rows.append(edit.after)
        lines.append(edit.line)
    else:
        rows[at], lines[at] = edit.after, edit.line


def between(old: Basin, new: Basin) -> list[Edit]:
    """The edits that lead from one basin to another, in the tables that are changed this way."""
    was, now = cells_of(old), cells_of(new)
    found: list[Edit] = []
    for file in EDITABLE:
        before, after = by_key(file, was[file]), by_key(file, now[file])
        found += [
            Edit(file, key, before.get(key), after.get(key))
            for key in dict.fromkeys([*before, *after])
            if before.get(key) != after.get(key)
        ]
    return found
