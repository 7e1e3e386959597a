"""What is typeset by typst: the report as PDF, and figures as pictures for Word and Excel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from riverchief.base.errors import RiverError
from riverchief.govern.report.fonts import Fonts, check
from riverchief.govern.report.view import Cell, Document, Figure, PartView
from riverchief.govern.report.wording import word

PNG_PPI = 200
FIGURE_WIDTH_PT = 460  # 162 mm, the width between the margins of an A4 page


class NotTypeset(RiverError):
    """A template of ours, or an office's own one, that the typesetter refuses."""

    code = "report.not_typeset"


@dataclass(frozen=True)
class Typesetter:
    """Fonts, and a template in typst's language (the shipped one unless an office has its own)."""

    fonts: Fonts
    template: str = ""

    def pdf(self, document: Document) -> bytes:
        """The report as PDF, dated with the end of its period.

        Raises
        ------
        NoFont
            When a character of it has no glyph in any font of this machine.
        NotTypeset
            When the template has a fault.
        """
        check(document.texts(), self.fonts)
        source = (self.template or _shipped()).encode()
        at = document.period.ends_at
        inputs = {"data": json.dumps(_told(document, self.fonts), ensure_ascii=False, sort_keys=True)}
        try:
            found = typst.compile(
                source, format="pdf", font_paths=self.fonts.found, sys_inputs=inputs, timestamp=int(at.timestamp())
            )
        except typst.TypstError as error:
            raise NotTypeset(f"the PDF template has a fault: {error.message}. {error.diagnostic}") from None
        return bytes(found)

    def png(self, figure: Figure) -> bytes:
        """A figure as a picture.

        Raises
        ------
        NoFont
            When a character of it has no glyph in any font of this machine.
        """
        check([figure.svg], self.fonts)
        source = (
            f"#set page(width: {FIGURE_WIDTH_PT}pt, height: auto, margin: 0pt)\n"
            '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
        ).encode()
        inputs = {"svg": figure.svg}
        found = typst.compile(source, format="png", font_paths=self.fonts.found, sys_inputs=inputs, ppi=PNG_PPI)
        return bytes(found)


@cache
def _shipped() -> str:
    return files(__package__).joinpath("data", "bulletin.typ").read_text(encoding="utf-8")


def _told(document: Document, fonts: Fonts) -> dict[str, Any]:
    """The report as the template reads it."""
    last = document.period.ends_at
    return {
        "language": document.language,
        "serif": list(fonts.serif if document.language == "zh" else (fonts.serif[-1], *fonts.serif[:-1])),
        "sans": list(fonts.sans),
        "date": [last.year, last.month, last.day],
        "kind": document.facts.kind,
        **{
            name: getattr(document, name)
            for name in ("title", "subject", "issue", "issuer", "signed", "as_of", "banners")
        },
        "words": {key: word(key, document.language) for key in ("table", "figure", "query", "contents")},
        "parts": [_part(part) for part in document.parts],
    }


def _part(part: PartView) -> dict[str, Any]:
    return {
        **{name: getattr(part, name) for name in ("name", "heading", "said", "missing", "headers", "caption", "notes")},
        "table_number": part.table_number,
        "href": part.href,
        "columns": [{"kind": column.kind, "width": column.width} for column in part.columns],
        "rows": [[_cell(cell) for cell in row] for row in part.rows],
        "figures": [{"svg": f.svg, "caption": f.caption, "number": f.number} for f in part.figures],
    }


def _cell(cell: Cell) -> dict[str, str]:
    return {"text": cell.text, "href": cell.href, "fill": cell.fill, "ink": cell.ink}
