"""Classes of sections by month, quarter, year or year to date from a table of readings, and ratings of their waters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from riverchief.base.spans import Span
from riverchief.cloud.standards.water.classes import AUTOMATIC
from riverchief.cloud.standards.water.means import DayMeans, day_means
from riverchief.cloud.standards.water.method import Note, merged, method
from riverchief.cloud.standards.water.periods import PeriodVerdict, completeness_note, period_verdicts, spans_between
from riverchief.cloud.standards.water.rating import WatersRating, main_items, rate_waters, section_rating
from riverchief.cloud.tables.table import Table
from riverchief.cloud.tables.water import JudgedRow, day_of, matrix, places_of
from riverchief.cloud.tables.wateritems import FIVE_PLUS_X, asked_of, chosen_items


def current_rows(judged: Sequence[JudgedRow]) -> list[JudgedRow]:
    """The rows of running stations; where a stamp comes twice at a section, the later row, which revised the other."""
    newest: dict[tuple[str, str, int | None, bool], JudgedRow] = {}
    for one in judged:
        if not one.not_judged:
            newest[one.row.province, one.row.section, one.row.time_s, one.row.dated] = one
    return list(newest.values())


def days_of_table(
    rows: Sequence[JudgedRow], items: str = AUTOMATIC
) -> tuple[DayMeans, list[tuple[str, str]], list[str]]:
    """Means by section and day; for each section its province and name, and its phosphorus column.

    Parameters
    ----------
    rows : sequence of JudgedRow
        From `current_rows`.
    items : str
        As for `water.judge_table`.
    """
    plain = [one.row for one in rows]
    places = places_of(plain)
    codes = chosen_items(items)
    values, below = matrix(plain, codes)
    days = np.array([day_of(row) for row in plain], dtype="datetime64[D]")
    columns = np.array([one.verdict.tp_rule for one in rows], dtype="<U5")
    if items == FIVE_PLUS_X:
        asked = asked_of(places, days, values, below, columns, np.ones(len(rows), np.bool_))
        values = {code: np.where(asked[code], value, np.nan) for code, value in values.items()}
        below = {code: np.where(asked[code], limit, np.nan) for code, limit in below.items()}
    names: dict[int, tuple[str, str]] = {}
    rules: dict[int, str] = {}
    for place, one in zip(places.tolist(), rows, strict=True):
        names.setdefault(place, (one.row.province, one.row.section))
        rules.setdefault(place, one.verdict.tp_rule)
    every = range(len(names))
    return day_means(places, days, values, below), [names[k] for k in every], [rules[k] for k in every]


def period_summary(
    table: Table, judged: Sequence[JudgedRow], kind: str, items: str = AUTOMATIC, *, rounded: bool = False
) -> dict[str, Any]:
    """What `riverchief assess water --period` says: every section by period, and the ratings of basins and of all.

    Parameters
    ----------
    table : Table
        With a column `basin`, its basins are rated one by one too.
    judged : sequence of JudgedRow
        From `judge_table`.
    kind : str
        `month`, `quarter`, `year` or `to-date`.
    items, rounded
        As for `judge_table`.
    """
    rows = current_rows(judged)
    days, names, rules = days_of_table(rows, items)
    basins = _basins(table, rows)
    sections: list[dict[str, Any]] = []
    ratings: list[dict[str, Any]] = []
    notes: list[Note | None] = [completeness_note()]
    for span in _spans(days, kind):
        found = period_verdicts(days, span, tp_rule=rules, items=chosen_items(items), rounded=rounded)
        sections += [_section(names[k], one) for k, one in found.items()]
        groups: dict[str, list[int]] = {"": list(found)}
        for k in found:
            if basins.get(names[k]):
                groups.setdefault(basins[names[k]], []).append(k)
        for group, members in groups.items():
            rated = rate_waters([found[k].counted for k in members], on=span.last)
            ratings.append(_rating(span, group, rated))
            notes += rated.notes
    return {
        "kind": kind,
        "method": method().code,
        "rounded": rounded,
        "sections": sections,
        "ratings": ratings,
        "notes": [note.as_dict() for note in merged(notes)],
    }


def _basins(table: Table, rows: Sequence[JudgedRow]) -> dict[tuple[str, str], str]:
    if not table.has("basin"):
        return {}
    by_line = {record.line: table.cell(record, "basin") for record in table.records}
    return {(one.row.province, one.row.section): by_line[one.row.line] for one in rows}


def _spans(days: DayMeans, kind: str) -> tuple[Span, ...]:
    if not len(days.day):
        return ()
    first, last = (date.fromisoformat(str(day)) for day in (days.day.min(), days.day.max()))
    return spans_between(first, last, kind)


def _section(name: tuple[str, str], found: PeriodVerdict) -> dict[str, Any]:
    rating = section_rating(found.class_)
    return {
        "province": name[0],
        "section": name[1],
        **found.as_dict(),
        "rating": rating.code if rating else None,
        "main": [item.as_dict() for item in main_items(found.row)] if found.class_ else [],
    }


def _rating(span: Span, group: str, found: WatersRating) -> dict[str, Any]:
    """One line of ratings; the empty basin stands for all sections of the table."""
    rating = found.rating
    named: Mapping[str, Any] = {"code": rating.code, "zh": rating.name_zh, "en": rating.name_en} if rating else {}
    return {
        "period": span.label,
        "basin": group,
        "n_sections": found.n_sections,
        "n_unjudged": found.n_unjudged,
        "classes": found.classes,
        "good_share": found.good_percent,
        "bad_share": found.bad_percent,
        "rating": named or None,
        "method": found.method,
        "main": [item.as_dict() for item in found.main],
    }
