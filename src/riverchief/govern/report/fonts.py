"""Fonts for what is typeset here: chosen from those of the machine, and checked to have every character.

No font is shipped. A character without a glyph would be printed as an empty box; here it is an error that says which
characters they are and what to install.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from riverchief.base.errors import RiverError

SERIF = ("FangSong", "仿宋", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun", "Songti SC")
SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)
LATIN = "Libertinus Serif"  # comes with the typesetter itself

# what the typesetter's own font is known to have: Latin letters, and the punctuation that reports use
_OWN = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))} | set("–—‘’“”…\N{MINUS SIGN}\n\t")
_OWN |= {"\N{NARROW NO-BREAK SPACE}"}  # a space has no glyph to be missing


class NoFont(RiverError):
    """No font of this machine has the characters of a report."""

    code = "report.no_font"


@dataclass(frozen=True)
class Fonts:
    """The families to typeset with, first choice first, and the typesetter's list of fonts."""

    serif: tuple[str, ...]
    sans: tuple[str, ...]
    found: typst.Fonts


@cache
def fonts_of(folder: Path | None = None) -> Fonts:
    """The fonts of the machine, and those in a folder of the installation's own."""
    own: list[str] = [str(folder)] if folder is not None and folder.is_dir() else []
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=own)
    families = set(found.families())
    serif = next((name for name in SERIF if name in families), None)
    sans = next((name for name in SANS if name in families), None)
    chinese = [name for name in (serif, sans) if name is not None]
    extra = sorted({font.family for font in found.fonts() if font.path and own and font.path.startswith(own[0])})
    return Fonts(
        serif=tuple(dict.fromkeys([*chinese, *extra, LATIN])),
        sans=tuple(dict.fromkeys([*chinese[::-1], *extra, LATIN])),
        found=found,
    )


@cache
def _characters(path: str, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index if path.lower().endswith((".ttc", ".otc")) else -1, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def check(texts: Iterable[str], fonts: Fonts) -> None:
    """Make sure that every character can be printed.

    Raises
    ------
    NoFont
        With the characters that no chosen font has, and what to install.
    """
    absent = missing(texts, fonts)
    if absent:
        some = "".join(absent[:24])
        raise NoFont(
            f"no font of this machine has {len(absent)} characters of the report ({some}); install one with Chinese "
            f"(Debian and Ubuntu: apt-get install fonts-noto-cjk), or put an .otf or .ttf file into the folder fonts/ "
            f"of the data folder.",
            characters=absent,
        )


def missing(texts: Iterable[str], fonts: Fonts) -> Sequence[str]:
    """The characters of some texts for which none of the chosen fonts has a glyph, in their order."""
    needed = {letter for text in texts for letter in text} - _OWN
    wanted = {*fonts.serif, *fonts.sans}
    for font in fonts.found.fonts():
        if not needed:
            break
        if font.family in wanted and font.path and font.weight == 400 and font.style == "normal":
            known = _characters(font.path, font.index)
            needed = {letter for letter in needed if ord(letter) not in known}
    return sorted(needed)
