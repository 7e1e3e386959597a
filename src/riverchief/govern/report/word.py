"""A report as a Word document, from a template that an office can edit in Word."""

from __future__ import annotations

import io
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from riverchief.base.errors import InputError
from riverchief.govern.report.kinds import KINDS, kind_named, parts
from riverchief.govern.report.typeset import Typesetter
from riverchief.govern.report.view import Cell, Document, PartView
from riverchief.govern.report.wording import LANGUAGES, word
from riverchief.govern.report.zips import normalised

PICTURE_WIDTH_MM = 156  # between the margins of an A4 page of an official document
LINK_INK = "1769AA"


class Linked(str):
    """Words of a cell with the query behind them: `{{ x }}` prints the words, `{{r x|link }}` links them as well."""

    __slots__ = ("cell",)
    cell: Cell

    @classmethod
    def of(cls, cell: Cell) -> Linked:
        """The words of a cell."""
        found = cls(cell.text)
        found.cell = cell
        return found

    @property
    def fill(self) -> str:
        """Colour of the cell's ground for `{% cellbg x.fill %}`."""
        return self.cell.fill or "auto"


def template_for(kind: str, language: str, folder: Path | None = None) -> bytes:
    """The Word template of a kind of report in a language: the office's own where it has one, else the shipped one.

    Parameters
    ----------
    folder : path or None
        Folder of the office's own templates, `monthly.zh.docx` for one kind, `bulletin.zh.docx` for all that share it.
    """
    shared = kind_named(kind).template
    for name in (kind, shared):
        own = folder / f"{name}.{language}.docx" if folder is not None else None
        if own is not None and own.is_file():
            return own.read_bytes()
    return files(__package__).joinpath("data", "templates", f"{shared}.{language}.docx").read_bytes()


def copy_templates(folder: Path) -> list[Path]:
    """Copy the shipped templates into a folder, for editing; files that are there already are kept as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    names = [f"{shared}.{language}.docx" for shared in _shared() for language in LANGUAGES]
    with as_file(files(__package__).joinpath("data")) as data:
        sources = [*(data / "templates" / name for name in names), data / "bulletin.typ"]
        for source in sources:
            target = folder / source.name
            if not target.exists():
                target.write_bytes(source.read_bytes())
                written.append(target)
    return written


def _shared() -> list[str]:
    return sorted({kind.template for kind in KINDS.values()})


def docx(document: Document, typesetter: Typesetter, template: bytes) -> bytes:
    """The report as a Word document; the same report and template give the same bytes.

    Raises
    ------
    InputError
        When the template is no Word file, or asks for something that reports do not have.
    NoFont
        When a character of a picture has no glyph in any font of this machine.
    """
    try:
        paper = DocxTemplate(io.BytesIO(template))
        paper.init_docx()
    except Exception as error:  # noqa: BLE001  whatever is not a Word file fails in its own way
        raise InputError(f"the Word template cannot be opened ({error}); save it as .docx in Word.") from None
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    environment.filters["link"] = lambda value: _linked(paper, value)
    context = _context(document, typesetter, paper)
    try:
        paper.render(context, environment, autoescape=True)
    except TemplateError as error:
        raise InputError(f"the Word template has a fault: {_fault(str(error), context)}") from None
    about = paper.docx.core_properties
    at = document.period.ends_at.replace(tzinfo=None)
    about.title, about.author = f"{document.title} {document.subject}", document.issuer
    about.last_modified_by, about.revision, about.comments = document.issuer, 1, ""
    about.created = about.modified = at
    out = io.BytesIO()
    paper.save(out)
    return normalised(out.getvalue(), at)


def _fault(message: str, context: Mapping[str, Any]) -> str:
    """What a template asked for that is not there, with the nearest thing that is."""
    asked = message.split("'")[-2] if message.count("'") >= 2 else ""
    names = {*context, *(column.key for part in parts().values() for column in part.columns)}
    near = get_close_matches(asked, sorted(names), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{message}{hint} The how-to of bulletins lists all names."


def _linked(paper: DocxTemplate, value: object) -> RichText:
    cell = value.cell if isinstance(value, Linked) else Cell(str(value))
    ink = cell.ink or (LINK_INK if cell.href else None)
    address = paper.build_url_id(cell.href) if cell.href else None
    return RichText(cell.text, color=ink, url_id=address)


def _context(document: Document, typesetter: Typesetter, paper: DocxTemplate) -> dict[str, Any]:
    """The names that a template may use."""
    heads = ("title", "subject", "issue", "issuer", "signed", "as_of")
    views = {part.name: _part(part, document.language, typesetter, paper) for part in document.parts}
    return {
        **{name: getattr(document, name) for name in heads},
        "banners": list(document.banners),
        "parts": list(views.values()),
        **{name: views.get(name) for name in parts()},
    }


def _part(part: PartView, language: str, typesetter: Typesetter, paper: DocxTemplate) -> dict[str, Any]:
    keys = [column.key for column in part.columns]
    pictures = {
        figure.name: {
            "picture": InlineImage(paper, io.BytesIO(typesetter.png(figure)), width=Mm(PICTURE_WIDTH_MM)),
            "number": figure.number,
            "caption": figure.caption,
        }
        for figure in part.figures
    }
    absent = dict.fromkeys(name for kind in parts().values() for name in kind.figures)
    return {
        "heading": part.heading,
        "title": part.title,
        "said": list(part.said),
        "missing": part.missing,
        "rows": [dict(zip(keys, map(Linked.of, row), strict=True)) for row in part.rows],
        "caption": part.caption,
        "table_number": part.table_number,
        "notes": list(part.notes),
        "figures": {**absent, **pictures},
        "query": Linked.of(Cell(f"{word('query', language)}: {part.href}", href=part.href)) if part.href else "",
    }
