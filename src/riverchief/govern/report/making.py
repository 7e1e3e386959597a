"""From facts to files: every language and format of a report, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from riverchief.base import regions
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.report import excel, word
from riverchief.govern.report.facts import Facts
from riverchief.govern.report.fonts import fonts_of
from riverchief.govern.report.typeset import Typesetter
from riverchief.govern.report.view import document
from riverchief.govern.report.wording import LANGUAGES

FORMATS = ("docx", "xlsx", "pdf")
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Made:
    """One file of a report."""

    name: str
    language: str
    format: str
    content: bytes


def file_name(facts: Facts, language: str, form: str) -> str:
    """Name of a file: kind, period, region, language."""
    return f"{facts.kind}-{facts.period}-{regions.prefix(facts.region) or '0'}.{language}.{form}"


def make(
    facts: Facts,
    languages: Sequence[str] = ("zh",),
    formats: Sequence[str] = FORMATS,
    *,
    own: Path | None = None,
) -> Iterator[Made]:
    """The files of a report, each when it is ready, so that its progress can be told and it can be stopped in between.

    Parameters
    ----------
    own : path or None
        The installation's data folder: its `templates/report/` and `fonts/` come before what is shipped.

    Raises
    ------
    UnknownName
        For a language or format that is not known.
    NoFont
        When a character has no glyph in any font of this machine.
    """
    if not languages or not formats:
        raise InputError("a report needs at least one language (zh, en) and one format (docx, xlsx, pdf).")
    for language in languages:
        if language not in LANGUAGES:
            raise UnknownName("language", language, LANGUAGES)
    for form in formats:
        if form not in FORMATS:
            raise UnknownName("format of a report", form, FORMATS)
    templates = own / "templates" / "report" if own is not None else None
    own_pdf = templates / "bulletin.typ" if templates is not None else None
    typeset = own_pdf.read_text(encoding="utf-8") if own_pdf is not None and own_pdf.is_file() else ""
    typesetter = Typesetter(fonts_of(own / "fonts" if own is not None else None), typeset)
    return _made(facts, languages, formats, typesetter, templates)


def _made(
    facts: Facts, languages: Sequence[str], formats: Sequence[str], typesetter: Typesetter, templates: Path | None
) -> Iterator[Made]:
    for language in languages:
        shown = document(facts, language)
        for form in formats:
            if form == "docx":
                content = word.docx(shown, typesetter, word.template_for(facts.kind, language, templates))
            elif form == "xlsx":
                content = excel.xlsx(shown, typesetter)
            else:
                content = typesetter.pdf(shown)
            yield Made(file_name(facts, language, form), language, form, content)
