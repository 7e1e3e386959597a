"""A sheet of public signs to print (公示牌打印页): one sign a page, with its QR code, typeset as the reports are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

import typst

from riverchief.govern.report.fonts import Fonts, check


@dataclass(frozen=True)
class Card:
    """What stands on one sign.

    Attributes
    ----------
    qr_svg : str
        The code as SVG.
    lines : sequence of (label, words)
        Who is responsible, and by which telephone the office is reached.
    """

    title: str
    subtitle: str
    address: str
    qr_svg: str
    lines: Sequence[tuple[str, str]]
    asks: str
    note: str


def signs_pdf(cards: Sequence[Card], fonts: Fonts) -> bytes:
    """The signs as PDF, A4 upright, one a page.

    Raises
    ------
    NoFont
        When a character has no glyph in any font of this machine.
    """
    texts = [
        text for c in cards for text in (c.title, c.subtitle, c.asks, c.note, *(w for line in c.lines for w in line))
    ]
    check(texts, fonts)
    inputs = {
        "cards": json.dumps([asdict(card) for card in cards], ensure_ascii=False),
        "fonts": json.dumps(list(fonts.sans)),
    }
    source = files(__package__).joinpath("data", "signs.typ").read_bytes()
    return bytes(typst.compile(source, format="pdf", font_paths=fonts.found, sys_inputs=inputs, timestamp=0))
