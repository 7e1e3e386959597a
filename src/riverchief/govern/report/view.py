"""A report in one language, as every format shows it: cells with their words, number, link and colour.

Word, Excel and PDF are written from this, so that a number reads the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from riverchief.govern.report import charts
from riverchief.govern.report.facts import Facts, Part
from riverchief.govern.report.kinds import Column, PartKind, kind_named, part_named
from riverchief.govern.report.period import Period
from riverchief.govern.report.wording import (
    CLASS_FILL,
    CLASS_INK,
    MISSING,
    UNCONFIRMED,
    class_name,
    day,
    number,
    part_number,
    said,
    word,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    `text` is what is read, `number` the same as a number (None for words), shown with `decimals`; `percent` says that
    the number is a share. `href` is the query behind it, `fill` and `ink` six hexadecimal digits or nothing.
    """

    text: str
    number: float | None = None
    decimals: int = 0
    percent: bool = False
    href: str = ""
    fill: str = ""
    ink: str = ""
    unconfirmed: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture as SVG, the data it was drawn from, its caption and its number among the report's figures."""

    name: str
    svg: str
    data: Mapping[str, Any]
    caption: str
    number: int


@dataclass(frozen=True)
class PartView:
    """A part: heading, sentences, a table or why there is none, footnotes, figures."""

    name: str
    heading: str
    title: str
    said: tuple[str, ...]
    missing: str
    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str
    table_number: int
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    href: str


@dataclass(frozen=True)
class Document:
    """A report in one language."""

    facts: Facts
    language: str
    title: str
    subject: str
    issue: str
    issuer: str
    signed: str
    as_of: str
    banners: tuple[str, ...]
    parts: tuple[PartView, ...]
    period: Period = field(repr=False)

    def texts(self) -> list[str]:
        """All the words that are printed, for checking that a font has their characters."""
        found = [self.title, self.subject, self.issue, self.issuer, self.signed, self.as_of, *self.banners]
        for part in self.parts:
            found += [part.heading, part.missing, part.caption, *part.said, *part.headers, *part.notes]
            found += [cell.text for row in part.rows for cell in row]
            found += [text for figure in part.figures for text in (figure.caption, figure.svg)]
        return found


def document(facts: Facts, language: str) -> Document:
    """The report in a language, `zh` or `en`.

    Raises
    ------
    UnknownName
        For a language, a kind or a part that is not known.
    """
    period, kind = facts.span, kind_named(facts.kind)
    title = kind.title[language] if language in kind.title else word("table", language)
    shown = [part for name in kind.parts if (part := facts.part(name)) is not None]
    views: list[PartView] = []
    tables = figures = 0
    for n, part in enumerate(shown, 1):
        view = _part(facts, part, language, n, tables + 1, figures + 1)
        tables += bool(view.rows)
        figures += len(view.figures)
        views.append(view)
    name = said(facts.region_name, language)
    return Document(
        facts=facts,
        language=language,
        title=f"{name}{title}" if language == "zh" else f"{title}, {name}",
        subject=period.title(language) if language == "zh" else _capital(period.title(language)),
        issue=said(facts.number, language) if facts.number else _issue(period, language),
        issuer=said(facts.issuer, language),
        signed=word("signed_by_chief" if kind.about == "chief" else "signed", language, name=facts.signer),
        as_of=word("as_of", language, t=day(facts.as_of)),
        banners=_banners(facts, views, language),
        parts=tuple(views),
        period=period,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _issue(period: Period, language: str) -> str:
    number_ = word("issue", language, n=period.number)
    return f"〔{period.year}〕{number_}" if language == "zh" else f"{period.year}, {number_}"


def _banners(facts: Facts, parts: list[PartView], language: str) -> tuple[str, ...]:
    found = [word("simulated", language)] if facts.simulated else []
    marked = any(cell.unconfirmed for part in parts for row in part.rows for cell in row)
    if marked or any(note.startswith(UNCONFIRMED) for part in parts for note in part.notes):
        # a letter has no part with its sources: the marked note itself says what is not confirmed
        told = any(part.name == "sources" for part in parts)
        found.append(word("unconfirmed" if told else "unconfirmed_here", language))
    return tuple(found)


def _part(facts: Facts, part: Part, language: str, n: int, table: int, figure: int) -> PartView:
    kind = part_named(part.name)
    rows = tuple(tuple(_cell(facts, part, row, column, language) for column in kind.columns) for row in part.rows)
    notes = [_note(note, language) for note in part.notes]
    if "map" in part.figures and facts.review_number:
        notes.append(word("review_number", language, n=facts.review_number))
    return PartView(
        name=part.name,
        heading=part_number(n, language) + ("" if language == "zh" else " ") + kind.title[language],
        title=kind.title[language],
        said=tuple(said(text, language) for text in part.said),
        missing=said(part.missing, language) if part.missing and not part.rows else "",
        columns=kind.columns,
        headers=tuple(column.header(language) for column in kind.columns),
        rows=rows,
        caption=kind.caption[language],
        table_number=table,
        notes=tuple(notes),
        figures=tuple(_figures(part, kind, language, figure)),
        href=_link(facts, part.query),
    )


def _note(note: Mapping[str, Any], language: str) -> str:
    """A footnote; one that says what nobody has confirmed carries the mark."""
    text = said(dict(note), language)
    return text if note.get("confirmed", True) else f"{UNCONFIRMED} {text}"


def _figures(part: Part, kind: PartKind, language: str, first: int) -> list[Figure]:
    found: list[Figure] = []
    for name, caption in kind.figures.items():
        data = part.figures.get(name)
        if data:
            svg = charts.draw(name, data, language)
            found.append(Figure(name, svg, data, caption[language], first + len(found)))
    return found


def _link(facts: Facts, query: str) -> str:
    return f"{facts.address.rstrip('/')}{query}" if query.startswith("/") else query


def _cell(facts: Facts, part: Part, row: Mapping[str, Any], column: Column, language: str) -> Cell:
    value = row.get(column.key)
    doubtful = column.key in row.get("_unconfirmed", ())
    query = row.get("_queries", {}).get(column.key) or row.get("_query") or part.query
    href = _link(facts, query) if value is not None and column.kind != "date" and not _is_word(value) else ""
    mark = UNCONFIRMED if doubtful and value is not None else ""
    if column.kind in {"class", "target"}:
        text = class_name(value, language)
        grade = value if isinstance(value, int) and value > 0 else 0
        shown = grade and column.kind == "class"
        fill, ink = (CLASS_FILL[grade], CLASS_INK[grade]) if shown else ("", "")
        return Cell(text + mark, None, 0, False, href if grade else "", fill, ink, doubtful)
    if column.kind in {"number", "figure"} and not _is_word(value):
        decimals = row.get("_decimals", column.decimals) if column.kind == "figure" else column.decimals
        text = number(value, decimals, language)
        return Cell(text + mark, value, decimals, False, href, unconfirmed=doubtful)
    if column.kind == "share" and not _is_word(value):
        text = MISSING if value is None else number(100 * value, column.decimals, language)
        return Cell(text + mark, value, column.decimals, True, href, unconfirmed=doubtful)
    text = day(value) if column.kind == "date" else said(value, language)
    return Cell(text + mark if text != MISSING else text, href=href, unconfirmed=doubtful)


def _is_word(value: Any) -> bool:
    return isinstance(value, str | dict)
