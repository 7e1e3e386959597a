"""Classes for a whole table of station readings, and how they agree with the classes published in it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.base.time import CHINA, day_of_closing_stamp, from_epoch
from riverchief.cloud.cnemc import REQUIRED, TableRow, has_values, parse_row
from riverchief.cloud.standards.rounding import evaluation_decimals
from riverchief.cloud.standards.water.classes import AUTOMATIC, WORST, RowVerdict, assess, class_name, class_number
from riverchief.cloud.standards.water.wording import Reason, verdict_sentence
from riverchief.cloud.tables import wateritems
from riverchief.cloud.tables.table import RAW_PREFIX, VALUE_COLUMNS, Table, read_table
from riverchief.cloud.tables.tprules import columns_of
from riverchief.cloud.tables.wateritems import FIVE_PLUS_X, GRADED, Arrays, asked_of, chosen_items

ITEMS = wateritems.ITEMS  # what published classes rest on
ADDED_COLUMNS = ("r_class", "r_deciding", "r_why")
_RULES = {"river": "river", "lake": "lake", "either": "river"}

# why a whole row is not judged, in both languages
_NOT_JUDGED = {
    "blank": ("空行", "blank line"),
    "field_count": ("列数不符", "wrong number of fields"),
    "no_time": ("没有时间", "no time"),
    "bad_time": ("时间无法识别", "time not understood"),
    "unknown_status": ("未知的站点情况", "unknown status"),
}


_NONE = RowVerdict(0, (), (), {}, {}, {}, "", "river", ())


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """The verdict on one row of a table; `not_judged` says why there was none to give on the whole row."""

    row: TableRow
    verdict: RowVerdict
    published: str
    not_judged: str = ""

    def sentence(self, language: str) -> str:
        """Why, as a sentence in `zh` or `en`."""
        if not self.not_judged:
            return self.verdict.sentence(language)
        texts = _NOT_JUDGED.get(self.not_judged)
        text = (
            texts[language == "en"] if texts else f"{'站点情况为' if language == 'zh' else 'status'} {self.row.status}"
        )
        if self.row.found:
            text += f" ({self.row.found})"
        return verdict_sentence(0, "", (Reason("not_judged", text=text),), language)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A row whose class differs from the published one, and why, as far as the table itself tells.

    `reason` is `rounding` (a printed value stands so close to a limit that the unrounded one may lie beyond it),
    `held_over` (the published class is that of the section's reading before), `other_tp_column`, `between_updates`
    (several sections at one stamp have a class that none of their values give: the page was read while it changed) or
    `unexplained`.
    """

    line: int
    section: str
    time: str
    published: str
    judged: str
    deciding: tuple[str, ...]
    reason: str
    midnight: bool


@dataclass(frozen=True)
class Agreement:
    """How many of the published classes are reproduced, over all rows and without those stamped 00:00."""

    compared: int
    agreed: int
    compared_off_midnight: int
    agreed_off_midnight: int
    mismatches: tuple[Mismatch, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON; shares are None where nothing could be compared."""
        return {
            "compared": self.compared,
            "agreed": self.agreed,
            "share": _share(self.agreed, self.compared),
            "outside_midnight": {
                "compared": self.compared_off_midnight,
                "agreed": self.agreed_off_midnight,
                "share": _share(self.agreed_off_midnight, self.compared_off_midnight),
            },
            "mismatches": [
                {
                    "line": m.line,
                    "section": m.section,
                    "time": m.time,
                    "published": m.published,
                    "judged": m.judged,
                    "deciding": list(m.deciding),
                    "reason": m.reason,
                    "midnight": m.midnight,
                }
                for m in self.mismatches
            ],
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def read_tp_rules(path: Path) -> dict[tuple[str, str], str]:
    """Which phosphorus column counts, by province and section: `river` or `lake` (`either` means river).

    Raises
    ------
    InputError
        When a column is missing or a rule is none of the three, with its line.
    """
    table = read_table(path, ("province", "section", "rule"))
    rules: dict[tuple[str, str], str] = {}
    for record in table.records:
        if not record.fields:
            continue
        rule = table.cell(record, "rule")
        if rule not in _RULES:
            raise InputError(
                f"{path} line {record.line}: rule {rule!r} is none of river, lake, either.",
                path=str(path),
                line=record.line,
            )
        rules[table.cell(record, "province"), table.cell(record, "section")] = _RULES[rule]
    return rules


def _time(row: TableRow) -> datetime | None:
    return None if row.time_s is None else from_epoch(row.time_s)


def day_of(row: TableRow) -> np.datetime64:
    """The local day of a row: that of its closing stamp, or the day that it names."""
    at = _time(row)
    if at is None:
        return np.datetime64("NaT", "D")
    return np.datetime64(at.astimezone(CHINA).date() if row.dated else day_of_closing_stamp(at), "D")


def matrix(rows: Sequence[TableRow], items: Sequence[str] = ITEMS) -> tuple[Arrays, Arrays]:
    """Values and detection limits of items as arrays over rows, nan where there is none."""
    values = {code: np.full(len(rows), np.nan) for code in items}
    below = {code: np.full(len(rows), np.nan) for code in items}
    for at, row in enumerate(rows):
        for cell in row.values:
            if cell.property not in values:
                continue
            if cell.value is not None:
                values[cell.property][at] = cell.value
            elif cell.below is not None:
                below[cell.property][at] = cell.below
    return values, below


def _with_unread(verdict: RowVerdict, row: TableRow) -> RowVerdict:
    """Say `not a number` instead of `missing` where a cell held text that is none."""
    unread = {cell.property: cell.text for cell in row.values if cell.reason and cell.below is None}
    if not unread:
        return verdict
    why = [
        Reason("not_a_number", reason.property, text=unread[reason.property])
        if reason.kind == "missing" and reason.property in unread
        else reason
        for reason in verdict.why
    ]
    return replace(verdict, why=tuple(why))


def judge_table(
    table: Table,
    rules: Mapping[tuple[str, str], str] | None = None,
    items: str = AUTOMATIC,
    *,
    rounded: bool = False,
    known_on: date | None = None,
) -> tuple[JudgedRow, ...]:
    """Judge every row of a table; rows of a stopped or maintained station are never judged.

    Parameters
    ----------
    table : Table
        Read with `read_for_assessment`.
    rules : mapping, optional
        From `read_tp_rules`; a section that is not in it uses the river column.
    items : str
        Which items take part: see `riverchief.cloud.tables.wateritems`.
    rounded : bool
        Round every value to the decimals of the statistics rules before it is compared.
    known_on : date, optional
        Leave out editions that were published after this day.

    Raises
    ------
    UnknownName
        When a set of items or an item is not known.
    """
    rows = [parse_row(table, record, for_store=False) for record in table.records]
    refused = [row.reason or ("" if row.flag is Flag.OK else "status") for row in rows]
    columns = np.array([column or "river" for column in columns_of(rows, rules)], dtype="<U5")
    days = np.array([day_of(row) for row in rows], dtype="datetime64[D]")
    codes = chosen_items(items)
    values, below = matrix(rows, codes)
    asked = {code: np.ones(len(rows), np.bool_) for code in codes}
    if items == FIVE_PLUS_X:
        places = places_of(rows)
        measured = np.array([not why for why in refused], np.bool_)
        asked = asked_of(places, days, values, below, columns, measured)
        values = {code: np.where(asked[code], value, np.nan) for code, value in values.items()}
        below = {code: np.where(asked[code], limit, np.nan) for code, limit in below.items()}
    verdict = assess(
        values,
        on=days,
        tp_rule=columns,
        items=codes,
        below={code: limit for code, limit in below.items() if not np.isnan(limit).all()},
        decimals=evaluation_decimals() if rounded else None,
        known_on=known_on,
    )
    judged = []
    for at, (row, record) in enumerate(zip(rows, table.records, strict=True)):
        one = _NONE
        if not refused[at]:
            one = _with_unread(_only_asked(verdict.row(at), {c for c in codes if asked[c][at]}), row)
        judged.append(JudgedRow(row, one, table.cell(record, "class"), refused[at]))
    return tuple(judged)


def places_of(rows: Sequence[TableRow]) -> NDArray[np.int64]:
    """A number for the section of each row, the same for the same province and section."""
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault((row.province, row.section), len(numbers)) for row in rows], np.int64)


def _only_asked(verdict: RowVerdict, asked: set[str]) -> RowVerdict:
    """Without the items that take no part at this section: they are not missing either."""
    if len(asked) == len(verdict.item_class):
        return verdict
    return replace(
        verdict,
        missing=tuple(code for code in verdict.missing if code in asked),
        item_class={code: class_ for code, class_ in verdict.item_class.items() if code in asked},
        inputs={code: value for code, value in verdict.inputs.items() if code in asked},
        why=tuple(reason for reason in verdict.why if reason.kind != "missing" or reason.property in asked),
    )


def agreement(table: Table, judged: Sequence[JudgedRow]) -> Agreement:
    """Compare with the classes published in the table, over the rows of running stations."""
    compared = agreed = off = agreed_off = 0
    mismatches = []
    before: dict[tuple[str, str], int] = {}
    swapped = _swapped_columns(judged)
    for at, one in enumerate(judged):
        published = class_number(one.published)
        if published and not one.not_judged:
            at_midnight = _midnight(one.row)
            same = published == one.verdict.class_
            compared += 1
            agreed += same
            off += not at_midnight
            agreed_off += same and not at_midnight
            if not same:
                reason = _mismatch_reason(one, published, before.get(_place(one), 0), swapped.get(at, 0))
                mismatches.append(_mismatch(table, at, one, reason, midnight=at_midnight))
        if not one.not_judged:
            before[_place(one)] = one.verdict.class_
    return Agreement(compared, agreed, off, agreed_off, tuple(_at_one_stamp(mismatches)))


def _at_one_stamp(mismatches: Sequence[Mismatch]) -> list[Mismatch]:
    """Name what several sections have in common: rows of one stamp that nothing in themselves explains."""
    unexplained = Counter(m.time for m in mismatches if m.reason == "unexplained")
    return [
        replace(m, reason="between_updates") if m.reason == "unexplained" and unexplained[m.time] > 1 else m
        for m in mismatches
    ]


def _place(one: JudgedRow) -> tuple[str, str]:
    return one.row.province, one.row.section


def _swapped_columns(judged: Sequence[JudgedRow]) -> dict[int, int]:
    """Classes by the other phosphorus column, by row, for the sections where that column agrees more often."""
    rows = [at for at, one in enumerate(judged) if not one.not_judged and class_number(one.published)]
    if not rows:
        return {}
    values = {code: np.array([judged[at].verdict.inputs.get(code, np.nan) for at in rows]) for code in ITEMS}
    other = ["river" if judged[at].verdict.tp_rule == "lake" else "lake" for at in rows]
    days = np.array([day_of(judged[at].row) for at in rows])
    classes = assess(values, on=days, tp_rule=other, items=ITEMS).class_.tolist()
    gain: Counter[tuple[str, str]] = Counter()
    for at, class_ in zip(rows, classes, strict=True):
        published = class_number(judged[at].published)
        gain[_place(judged[at])] += (class_ == published) - (judged[at].verdict.class_ == published)
    return {at: class_ for at, class_ in zip(rows, classes, strict=True) if gain[_place(judged[at])] > 0}


def _midnight(row: TableRow) -> bool:
    at = _time(row)
    if at is None:
        return False
    local = at.astimezone(CHINA)
    return (local.hour, local.minute) == (0, 0)


def _mismatch(table: Table, at: int, one: JudgedRow, reason: str, *, midnight: bool) -> Mismatch:
    return Mismatch(
        line=one.row.line,
        section=one.row.section,
        time=table.cell(table.records[at], "time"),
        published=one.published,
        judged=one.verdict.name,
        deciding=one.verdict.deciding,
        reason=reason,
        midnight=midnight,
    )


def _mismatch_reason(one: JudgedRow, published: int, before: int, swapped: int) -> str:
    lowest, highest = _class_range(one)
    if lowest <= published <= highest:
        return "rounding"
    if published == swapped:
        return "other_tp_column"
    return "held_over" if published == before else "unexplained"


def _class_range(one: JudgedRow) -> tuple[int, int]:
    """The best and the worst class when every value may be off by half its last printed digit."""
    texts = {cell.property: cell.text for cell in one.row.values if cell.value is not None}
    classes = []
    for code, text in texts.items():
        if code not in ITEMS or code not in one.verdict.inputs:
            continue
        half = 0.5 * 10.0 ** -(len(text.partition(".")[2]))
        value = one.verdict.inputs[code]
        near = np.array([value - half, value, value + half])
        verdict = assess({code: near}, on=day_of(one.row), tp_rule=one.verdict.tp_rule, items=ITEMS)
        found = verdict.item_class[code]
        classes.append((int(found.min()), int(found.max())))
    if not classes:
        return 0, 0
    return max(low for low, _ in classes), max(high for _, high in classes)


def summary(
    table: Table,
    judged: Sequence[JudgedRow],
    rules: Mapping[tuple[str, str], str] | None,
    rule_file: str | None = None,
) -> dict[str, Any]:
    """What `riverchief assess water --json` prints about a table."""
    given = [one for one in judged if one.verdict.class_]
    not_judged = Counter(one.row.status if one.not_judged == "status" else one.not_judged for one in judged)
    not_judged.pop("", None)
    without = sum(not one.not_judged and not one.verdict.class_ for one in judged)
    missing = Counter(code for one in given for code in one.verdict.missing)
    columns = Counter(one.verdict.tp_rule for one in given)
    found = columns_of([one.row for one in given], rules)
    unknown = {(one.row.province, one.row.section) for one, column in zip(given, found, strict=True) if column is None}
    return {
        "rows": len(judged),
        "judged": len(given),
        "not_judged": {**dict(not_judged), **({"no item to judge by": without} if without else {})},
        "by_class": {class_name(n): sum(o.verdict.class_ == n for o in given) for n in range(1, WORST + 1)},
        "judged_without": dict(missing),
        "below_detection": _counted(judged, "below"),
        "not_judgeable": dict(Counter(r.property for o in given for r in o.verdict.why if r.kind == "undetected")),
        "editions": sorted({one.verdict.edition for one in given}),
        "tp_column": dict(columns),
        "tp_column_from": rule_file if rules is not None else None,
        "sections_without_tp_rule": None if rules is None else len(unknown),
        "columns_missing": [name for name in REQUIRED if not has_values(table, name)],
        "unknown_columns": list(table.unknown),
        "agreement": agreement(table, judged).as_dict() if table.has("class") else None,
    }


def _counted(judged: Sequence[JudgedRow], what: str) -> dict[str, int]:
    """Cells of judged rows of which something is known, by property."""
    cells = (cell for one in judged if not one.not_judged for cell in one.row.values)
    return dict(Counter(cell.property for cell in cells if getattr(cell, what) is not None))


def read_for_assessment(path: Path) -> Table:
    """Read a table whose rows are to be judged.

    An item that the table does not have is missing in every row; the summary says so.

    Raises
    ------
    InputError
        When it cannot be read, has no time or none of the graded items, has a header that looks like an item it
        lacks, or carries verdict columns already.
    """
    table = read_table(path, ("time",))
    for name in ADDED_COLUMNS:
        if table.has(name):
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    graded = [name for name, code in VALUE_COLUMNS.items() if code in GRADED and has_values(table, name)]
    if not graded or any(_mistaken(name, table) for name in REQUIRED if not has_values(table, name)):
        return read_table(path, tuple(name for name in REQUIRED if not table.has(RAW_PREFIX + name)))
    return table


def _mistaken(name: str, table: Table) -> bool:
    """Whether a header that is not known looks like a column that is not there: it must not be lost unsaid."""
    code = VALUE_COLUMNS.get(name, name)
    looks = [title for title in table.unknown if title.lower().replace("-", "").replace("_", "") == code]
    return bool(looks or difflib.get_close_matches(name, table.unknown, n=1, cutoff=0.7))
