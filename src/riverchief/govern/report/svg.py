"""A small writer of SVG: shapes in, text out, the same text for the same shapes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, SimHei, sans-serif"
INK, MUTED, LINE, RIVER, LIMIT = "#14202B", "#5B6670", "#C9D0D6", "#1769AA", "#B3261E"

Point = tuple[float, float]


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in the unit of its size: full for Chinese, a bit over half for Latin letters."""
    return sum(size if ord(letter) > 0x2E80 or letter in "ⅠⅡⅢⅣⅤ" else 0.57 * size for letter in text)


def shortened(text: str, size: float, room: float) -> str:
    """The text as far as there is room for it, with an ellipsis where it does not fit."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text, size) + size > room:
        text = text[:-1]
    return f"{text}…"


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


class Svg:
    """A drawing of a size; shapes are painted in the order in which they are added."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._shapes: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none", dash: str = ""
    ) -> None:
        """A box."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}" '
            f'stroke="{stroke}"{extra}/>'
        )

    def line(self, points: Sequence[Point], stroke: str, width: float, dash: str = "") -> None:
        """A line through points."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}" '
            f'stroke-linecap="round" stroke-linejoin="round"{extra}/>'
        )

    def shape(self, points: Sequence[Point], fill: str, stroke: str = "none") -> None:
        """A filled polygon."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._shapes.append(f'<polygon points="{path}" fill="{fill}" stroke="{stroke}"/>')

    def text(
        self, x: float, y: float, text: str, size: float, fill: str = INK, anchor: str = "start", bold: bool = False
    ) -> None:
        """A line of text whose baseline begins, ends or is centred (`start`, `end`, `middle`) at a point."""
        weight = ' font-weight="700"' if bold else ""
        self._shapes.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}" text-anchor="{anchor}"{weight}>'
            f"{escape(text, quote=False)}</text>"
        )

    def halo(self, x: float, y: float, text: str, size: float, fill: str = INK, anchor: str = "start") -> None:
        """Text that stays readable over lines: a white rim around it."""
        self._shapes.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="#FFFFFF" stroke="#FFFFFF" stroke-width="3" '
            f'stroke-linejoin="round" text-anchor="{anchor}">{escape(text, quote=False)}</text>'
        )
        self.text(x, y, text, size, fill, anchor)

    def photo(self, x: float, y: float, width: float, height: float, jpeg_base64: str) -> None:
        """A photograph, as large as it fits into a box."""
        self._shapes.append(
            f'<image x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'preserveAspectRatio="xMidYMid meet" href="data:image/jpeg;base64,{jpeg_base64}"/>'
        )

    def __str__(self) -> str:
        """The drawing as SVG."""
        size = f'width="{_n(self.width)}" height="{_n(self.height)}" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}">'
        return head + "".join(self._shapes) + "</svg>"
