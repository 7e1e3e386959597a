"""Rivers and the basin rated over a span, held against an earlier one; sections and counties ranked by their index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from riverchief.base.basin import Section
from riverchief.base.errors import UnknownName
from riverchief.base.regions import contains, prefix
from riverchief.base.spans import Span
from riverchief.cloud.standards.water import cwqi
from riverchief.cloud.standards.water.comparison import compare_waters
from riverchief.cloud.standards.water.method import Note, merged, note_of, part
from riverchief.cloud.standards.water.periods import PeriodVerdict, completeness_note
from riverchief.cloud.standards.water.rating import WatersRating, rate_waters
from riverchief.web import context
from riverchief.web.cloud import evaluation
from riverchief.web.wire import named

_COUNTY_DIGITS = 6
AGAINST = ("", "previous", "year")
KINDS = ("sections", "counties")


def base_span(span: Span, against: str = "") -> Span:
    """The span that another is held against: the one before it, or the same a year earlier.

    Parameters
    ----------
    span : Span
    against : str
        `previous` or `year`; empty takes the one before for a month or quarter, and the year before for longer ones.

    Raises
    ------
    UnknownName
        For any other word.
    """
    if against not in AGAINST:
        raise UnknownName("comparison", against, AGAINST[1:])
    by_year = against == "year" or (not against and span.kind in ("year", "months"))
    return span.year_before() if by_year else span.before()


def verdicts_over(span: Span, as_of: datetime | None = None) -> dict[str, PeriodVerdict]:
    """The verdict on every section of the basin over a span, by its code."""
    return {s.code: evaluation.over(s, span, as_of) for s in context.basin().basin.sections}


def _river_of(section: Section) -> str:
    registry = context.basin()
    return registry.basin.reaches[registry.basin.network.index(section.place.reach)].river


def _rated(sections: Sequence[Section], found: dict[str, PeriodVerdict], span: Span) -> WatersRating:
    """The rating of some sections; those whose samples are too few have no class, and take no part."""
    return rate_waters([found[s.code].counted for s in sections], on=span.last)


@dataclass(frozen=True)
class Compared:
    """Every section over a span and over the one that it is held against."""

    span: Span
    base: Span
    now: dict[str, PeriodVerdict]
    before: dict[str, PeriodVerdict]

    @classmethod
    def over(cls, span: Span, against: str = "", as_of: datetime | None = None) -> Compared:
        """Both, as known at a time."""
        base = base_span(span, against)
        return cls(span, base, verdicts_over(span, as_of), verdicts_over(base, as_of))

    def change(self, sections: Sequence[Section]) -> dict[str, Any]:
        """The change over the sections that have a class in both spans, in the words of bulletins."""
        both = [s for s in sections if self.now[s.code].class_ and self.before[s.code].class_]
        now, before = _rated(both, self.now, self.span), _rated(both, self.before, self.base)
        found = compare_waters(before, now)
        said = found.as_dict() if found else {"word": None, "delta_g": None, "delta_d": None}
        rating = before.rating
        return {
            **said,
            "before": {
                "period": self.base.label,
                "n_sections": before.n_sections,
                "good_share": before.good_percent,
                "bad_share": before.bad_percent,
                "rating": None if rating is None else rating.code,
            },
        }

    def rated(self, sections: Sequence[Section]) -> tuple[dict[str, Any], tuple[Note, ...]]:
        """The rating of some sections as JSON, and what of it nobody has confirmed."""
        found = _rated(sections, self.now, self.span)
        rating = found.rating
        return {
            "n_sections": found.n_sections,
            "n_unjudged": found.n_unjudged,
            "classes": found.classes,
            "good_share": found.good_percent,
            "bad_share": found.bad_percent,
            "rating": None
            if rating is None
            else {"code": rating.code, "rank": rating.rank, "zh": rating.name_zh, "en": rating.name_en},
            "method": found.method,
            "main": [item.as_dict() for item in found.main],
            "change": self.change(sections),
        }, found.notes


def ratings(span: Span, against: str = "", as_of: datetime | None = None) -> dict[str, Any]:
    """The basin and each of its rivers rated over a span, held against an earlier one."""
    registry = context.basin()
    compared = Compared.over(span, against, as_of)
    sections = registry.basin.sections
    by_river: dict[str, list[Section]] = {}
    for section in sections:
        by_river.setdefault(_river_of(section), []).append(section)
    whole, unsure = compared.rated(sections)
    notes: list[Note | None] = [*unsure, completeness_note(), note_of(part("comparison"))]
    rivers = []
    for river in registry.basin.rivers:
        if river.code in by_river:
            rated, more = compared.rated(by_river[river.code])
            rivers.append({**named(river), "sections": [s.code for s in by_river[river.code]], **rated})
            notes += more
    return {
        "period": span.label,
        "against": compared.base.label,
        "basin": {**named(registry.basin), **whole},
        "rivers": rivers,
        "notes": [note.as_dict() for note in merged(notes)],
    }


@dataclass(frozen=True)
class _Ranked:
    """One line of a ranking: what it is, its index in both spans, and whether it leaves the ranking of changes."""

    head: dict[str, Any]
    now: cwqi.Index
    before: cwqi.Index | None
    exempt: bool

    @property
    def change(self) -> float | None:
        if self.before is None or not math.isfinite(self.before.value + self.now.value) or not self.before.value:
            return None
        return cwqi.change_percent(self.now.value, self.before.value)


def rankings(kind: str, span: Span, against: str = "", as_of: datetime | None = None) -> dict[str, Any]:
    """Sections or counties by their index over a span: status, change against an earlier one, movement.

    Raises
    ------
    UnknownName
        When `kind` is neither.
    """
    if kind not in KINDS:
        raise UnknownName("ranking", kind, KINDS)
    compared = Compared.over(span, against, as_of)
    lines = _section_lines(compared) if kind == "sections" else _county_lines(compared)
    return {
        "kind": kind,
        "period": span.label,
        "against": compared.base.label,
        "items": _listed(lines),
        "notes": [note.as_dict() for note in merged([n for line in lines for n in _notes_of(line, kind)])],
    }


def _notes_of(line: _Ranked, kind: str) -> tuple[Note, ...]:
    return cwqi.notes(line.now, city=kind == "counties")


def _index(sections: Sequence[Section], found: dict[str, PeriodVerdict], span: Span) -> cwqi.Index | None:
    """The index of a place, of its river and its lake sections as one; None where nothing was measured."""
    by_column = {}
    for column in ("river", "lake"):
        means = [found[s.code].means for s in sections if s.tp_rule == column and found[s.code].means]
        if means:
            by_column[column] = (cwqi.index_of_sections(means, on=span.last, tp_rule=column), len(means))
    if not by_column:
        return None
    if len(by_column) == 1:
        return next(iter(by_column.values()))[0]
    (river, n_river), (lake, n_lake) = by_column["river"], by_column["lake"]
    return cwqi.Index(cwqi.city_index(river.value, n_river, lake.value, n_lake), river.items, river.missing)


def _standing(section: Section, compared: Compared) -> cwqi.Standing:
    now, before = compared.now[section.code].class_, compared.before[section.code].class_
    return cwqi.Standing(before, now, bool(now) and now <= section.target_class)


def _section_lines(compared: Compared) -> list[_Ranked]:
    lines = []
    for section in context.basin().basin.sections:
        now = _index([section], compared.now, compared.span)
        if now is None:
            continue
        head = {**named(section), "class": compared.now[section.code].class_, "target_class": section.target_class}
        exempt = cwqi.section_leaves_change_ranking(_standing(section, compared))
        lines.append(_Ranked(head, now, _index([section], compared.before, compared.base), exempt))
    return lines


def _county_lines(compared: Compared) -> list[_Ranked]:
    basin = context.basin().basin
    lines = []
    for region in basin.regions:
        if len(prefix(region.code)) != _COUNTY_DIGITS:
            continue
        sections = [s for s in basin.sections if contains(region.code, s.region)]
        now = _index(sections, compared.now, compared.span)
        if now is None:
            continue
        judged = [s for s in sections if compared.now[s.code].class_]
        head = {**named(region), "n_sections": len(judged)}
        exempt = cwqi.leaves_change_ranking([_standing(s, compared) for s in judged])
        lines.append(_Ranked(head, now, _index(sections, compared.before, compared.base), exempt))
    return lines


def _listed(lines: Sequence[_Ranked]) -> list[dict[str, Any]]:
    """The lines with rank, movement since the earlier span and rank of change, best first."""
    rank = cwqi.ranks([line.now.value for line in lines])
    both = [line for line in lines if line.before is not None]
    was = dict(zip(map(id, both), cwqi.ranks([line.before.value for line in both if line.before]), strict=True))
    now = dict(zip(map(id, both), cwqi.ranks([line.now.value for line in both]), strict=True))
    changing = [line for line in lines if line.change is not None and not line.exempt]
    change_rank = dict(
        zip(
            map(id, changing),
            cwqi.change_ranks([c for line in changing if (c := line.change) is not None]),
            strict=True,
        )
    )
    listed = [
        {
            "rank": rank[k],
            # among those that are in both spans: a newcomer pushes nobody down
            "moved": was[id(line)] - now[id(line)] if id(line) in was else None,
            **line.head,
            "value": line.now.printed if math.isfinite(line.now.value) else None,
            "before": line.before.printed if line.before and math.isfinite(line.before.value) else None,
            "change_percent": None if line.change is None else round(line.change, 2),
            "change_rank": change_rank.get(id(line)),
            "exempt": line.exempt,
            "n_items": len(line.now.items),
            "items": {
                code: round(value, 4) if math.isfinite(value) else None for code, value in line.now.items.items()
            },
        }
        for k, line in enumerate(lines)
    ]
    return sorted(listed, key=lambda item: (item["rank"], item["code"]))
