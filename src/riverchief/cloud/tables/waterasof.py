"""A table as it was known on a past day, and what the rows that came later change.

The national table is collected again and again: a column `snapshot` (or `known_at`) says when a row was. A row from
after the day in question is not judged; where it repeats the section and time of one that is, it is a revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from riverchief.base.errors import InputError
from riverchief.base.time import day_of_closing_stamp, from_epoch
from riverchief.cloud.standards.water.classes import class_name
from riverchief.cloud.tables.table import Record, Table
from riverchief.cloud.tables.water import JudgedRow, judge_table

COLUMNS = ("known_at", "snapshot")
_FORMATS = ("%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")


@dataclass(frozen=True)
class Known:
    """What of a table was known by the end of a local day.

    Attributes
    ----------
    table : Table
        The rows that were.
    later : Table
        The rows from after that day.
    day : date
    column : str
        Which column said so.
    undated : tuple of int
        Lines whose cell in it is no day: when they were known cannot be told, so they are in neither table.
    """

    table: Table
    later: Table
    day: date
    column: str
    undated: tuple[int, ...]


def known_by(table: Table, day: date) -> Known:
    """Part a table by what was known at the end of a local day.

    Raises
    ------
    InputError
        When no column says when a row was known.
    """
    column = next((name for name in COLUMNS if table.has(name)), "")
    if not column:
        raise InputError(
            f"{table.path} has neither a column known_at nor snapshot: nothing says when a row was known, so it cannot "
            f"be assessed as of {day.isoformat()}.",
            path=str(table.path),
        )
    before: list[Record] = []
    later: list[Record] = []
    undated: list[int] = []
    for record in table.records:
        known = _day(table.cell(record, column))
        if known is not None:
            (before if known <= day else later).append(record)
        elif record.fields:
            undated.append(record.line)
    return Known(
        replace(table, records=tuple(before)), replace(table, records=tuple(later)), day, column, tuple(undated)
    )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def changed_since(
    known: Known,
    judged: Sequence[JudgedRow],
    rules: Mapping[tuple[str, str], str] | None,
    items: str,
    *,
    rounded: bool,
) -> dict[str, Any]:
    """What the later rows are, and whose class they change; `judged` are the rows that were known."""
    was = {_key(one): one for one in judged if one.row.time_s is not None}
    kinds: Counter[str] = Counter()
    changes = []
    for one in judge_table(known.later, rules, items, rounded=rounded):
        if one.row.time_s is None:
            kinds["without_time"] += 1
            continue
        before = was.get(_key(one))
        stamped = day_of_closing_stamp(from_epoch(one.row.time_s))
        kind = "revised" if before is not None else "late" if stamped <= known.day else "newer"
        kinds[kind] += 1
        if before is not None and before.verdict.class_ != one.verdict.class_:
            changes.append(_change(known.later, before, one))
    return {
        "day": known.day.isoformat(),
        "column": known.column,
        "rows_known": len(known.table.records),
        "rows_later": dict(kinds),
        "undated_lines": list(known.undated),
        "changed": changes,
    }


def _key(one: JudgedRow) -> tuple[str, str, int | None]:
    return one.row.province, one.row.section, one.row.time_s


def _change(table: Table, before: JudgedRow, after: JudgedRow) -> dict[str, Any]:
    record = next(r for r in table.records if r.line == after.row.line)
    time = table.cell(record, "time")
    old, new = class_name(before.verdict.class_), class_name(after.verdict.class_)
    old_zh, new_zh = (name + "类" if name else "不能评价" for name in (old, new))
    return {
        "section": after.row.section,
        "time": time,
        "lines": [before.row.line, after.row.line],
        "from": before.verdict.class_,
        "to": after.verdict.class_,
        "zh": f"{after.row.section} {time}：修订后由{old_zh}变为{new_zh}",
        "en": f"{after.row.section} {time}: revised since, {old or 'no class'} → {new or 'no class'}",
    }
