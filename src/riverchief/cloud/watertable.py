"""Classes for a whole table of station readings, and how they agree with the classes published in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.base.time import CHINA, day_of_closing_stamp, from_epoch
from riverchief.cloud.cnemc import REQUIRED, TableRow, parse_row
from riverchief.cloud.standards.water import WORST, RowVerdict, assess, class_name, class_number
from riverchief.cloud.standards.wording import Reason, verdict_sentence
from riverchief.cloud.tables import Table, read_table

ADDED_COLUMNS = ("r_class", "r_deciding", "r_why")
ITEMS = ("ph", "do", "codmn", "nh3n", "tp")
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
    `held_over` (the published class is that of the section's reading before), `other_tp_column` or `unexplained`.
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


def _day(row: TableRow) -> np.datetime64:
    at = _time(row)
    return np.datetime64("NaT", "D") if at is None else np.datetime64(day_of_closing_stamp(at), "D")


def _matrix(rows: Sequence[TableRow]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """The values of the items as arrays over the rows, nan where there is none."""
    values = {code: np.full(len(rows), np.nan) for code in ITEMS}
    for at, row in enumerate(rows):
        for cell in row.values:
            if cell.property in values and cell.value is not None:
                values[cell.property][at] = cell.value
    return values


def _with_unread(verdict: RowVerdict, row: TableRow) -> RowVerdict:
    """Say `not a number` instead of `missing` where a cell held text that is none."""
    unread = {cell.property: cell.text for cell in row.values if cell.reason and cell.property in ITEMS}
    if not unread:
        return verdict
    why = [
        Reason("not_a_number", reason.property, text=unread[reason.property])
        if reason.kind == "missing" and reason.property in unread
        else reason
        for reason in verdict.why
    ]
    return replace(verdict, why=tuple(why))


def judge_table(table: Table, rules: Mapping[tuple[str, str], str] | None = None) -> tuple[JudgedRow, ...]:
    """Judge every row of a table; rows of a stopped or maintained station are never judged.

    Parameters
    ----------
    table : Table
        Read with the columns of `riverchief.cloud.cnemc.REQUIRED`.
    rules : mapping, optional
        From `read_tp_rules`; a section that is not in it uses the river column.
    """
    rows = [parse_row(table, record, for_store=False) for record in table.records]
    refused = [row.reason or ("" if row.flag is Flag.OK else "status") for row in rows]
    columns = np.array([(rules or {}).get((row.province, row.section), "river") for row in rows], dtype="<U5")
    days = np.array([_day(row) for row in rows], dtype="datetime64[D]")
    verdict = assess(_matrix(rows), on=days, tp_rule=columns, items=ITEMS)
    judged = []
    for at, (row, record) in enumerate(zip(rows, table.records, strict=True)):
        one = _NONE if refused[at] else _with_unread(verdict.row(at), row)
        judged.append(JudgedRow(row, one, table.cell(record, "class"), refused[at]))
    return tuple(judged)


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
    return Agreement(compared, agreed, off, agreed_off, tuple(mismatches))


def _place(one: JudgedRow) -> tuple[str, str]:
    return one.row.province, one.row.section


def _swapped_columns(judged: Sequence[JudgedRow]) -> dict[int, int]:
    """Classes by the other phosphorus column, by row, for the sections where that column agrees more often."""
    rows = [at for at, one in enumerate(judged) if not one.not_judged and class_number(one.published)]
    if not rows:
        return {}
    values = {code: np.array([judged[at].verdict.inputs[code] for at in rows]) for code in ITEMS}
    other = ["river" if judged[at].verdict.tp_rule == "lake" else "lake" for at in rows]
    days = np.array([_day(judged[at].row) for at in rows])
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
        if code not in ITEMS:
            continue
        half = 0.5 * 10.0 ** -(len(text.partition(".")[2]))
        value = one.verdict.inputs[code]
        near = np.array([value - half, value, value + half])
        verdict = assess({code: near}, on=_day(one.row), tp_rule=one.verdict.tp_rule, items=ITEMS)
        found = verdict.item_class[code]
        classes.append((int(found.min()), int(found.max())))
    if not classes:
        return 0, 0
    return max(low for low, _ in classes), max(high for _, high in classes)


def summary(table: Table, judged: Sequence[JudgedRow], rules: Mapping[tuple[str, str], str] | None) -> dict[str, Any]:
    """What `riverchief assess water --json` prints about a table."""
    given = [one for one in judged if one.verdict.class_]
    not_judged = Counter(one.row.status if one.not_judged == "status" else one.not_judged for one in judged)
    not_judged.pop("", None)
    without = sum(not one.not_judged and not one.verdict.class_ for one in judged)
    missing = Counter(code for one in given for code in one.verdict.missing)
    columns = Counter(one.verdict.tp_rule for one in given)
    places = {(one.row.province, one.row.section) for one in given}
    return {
        "rows": len(judged),
        "judged": len(given),
        "not_judged": {**dict(not_judged), **({"no item to judge by": without} if without else {})},
        "by_class": {class_name(n): sum(o.verdict.class_ == n for o in given) for n in range(1, WORST + 1)},
        "judged_without": dict(missing),
        "editions": sorted({one.verdict.edition for one in given}),
        "tp_column": dict(columns),
        "sections_without_tp_rule": None if rules is None else len(places - rules.keys()),
        "unknown_columns": list(table.unknown),
        "agreement": agreement(table, judged).as_dict() if table.has("class") else None,
    }


def read_for_assessment(path: Path) -> Table:
    """Read a table whose rows are to be judged.

    Raises
    ------
    InputError
        When it cannot be read, a column is missing, or it carries verdict columns already.
    """
    table = read_table(path, REQUIRED)
    for name in ADDED_COLUMNS:
        if table.has(name):
            raise InputError(
                f"{path} already has the column {name!r}: assess the table that it came from.", column=name
            )
    return table
