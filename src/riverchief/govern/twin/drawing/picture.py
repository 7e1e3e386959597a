"""A profile at one instant as SVG: bed, banks, water and energy line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.drawing.scale import Scale, room, ticks
from riverchief.govern.twin.profile import Profile

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 860, 340
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 34, 44
INK, WEAK, LINE, WATER, SURFACE, GROUND, BED, ENERGY = (
    "#14202b", "#46545f", "#dde2e3", "#bcd9ef", "#1769aa", "#d9cfbf", "#8a7a5f", "#5b3fa0",
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """An SVG that a notebook shows by itself."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def write(self, path: Path | str) -> None:
        """Write the picture to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")


@dataclass(frozen=True)
class Frame:
    """Where chainage and height lie on a picture, the same for every instant of a run."""

    x: Scale
    y: Scale

    @classmethod
    def of(cls, told: Profile) -> Frame:
        """A frame in which bed, banks and every level of the run have room."""
        low = float(told.way.bed_m.min())
        high = float(max(told.energy_m.max(), told.level_m.max()))
        # banks far above all water would flatten what is to be seen
        bank = float(np.median(told.way.bank_m - told.way.bed_m))
        high = max(high, float((told.way.bed_m + min(bank, 1.6 * float((told.level_m - told.way.bed_m).max()))).max()))
        bottom, top = room(low, high)
        end = float(told.way.distance_m[-1])
        return cls(Scale(0.0, max(end, 1e-9), LEFT, WIDTH - RIGHT), Scale(bottom, top, HEIGHT - BOTTOM, TOP))

    def points(self, distance_m: Floats, value: Floats) -> str:
        """Points of a line, for SVG."""
        pairs = zip(distance_m.tolist(), value.tolist(), strict=True)
        return " ".join(f"{self.x(d):.1f},{self.y(v):.1f}" for d, v in pairs)


def picture(told: Profile, at: int = -1, title: str = "") -> Picture:
    """The profile at one of its instants.

    Parameters
    ----------
    told : Profile
    at : int
        Number of the instant; the last one where left out.
    title : str
        Drawn above; the instant stands beside it.
    """
    frame = Frame.of(told)
    way, level = told.way, told.level_m[at]
    water = frame.points(way.distance_m, level) + " " + frame.points(way.distance_m[::-1], way.bed_m[::-1])
    body = [
        f'<polygon points="{water}" fill="{WATER}"/>',
        ground(frame, told),
        _line(frame.points(way.distance_m, told.energy_m[at]), ENERGY, "2 3"),
        _line(frame.points(way.distance_m, level), SURFACE, width=2),
    ]
    said = " · ".join(part for part in (escape(title), when(float(told.time_s[at]))) if part)
    return Picture(sheet(frame, said, "".join(body)))


def sheet(frame: Frame, said: str, body: str) -> str:
    """An SVG with axes, legend and what is to be drawn on it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}" '
        f'style="background:#fff;max-width:{WIDTH}px;width:100%;height:auto" font-family="system-ui,sans-serif" '
        f'font-size="12" fill="{WEAK}">'
        f'<text id="said" x="{LEFT}" y="20" fill="{INK}" font-size="13.5" font-weight="600">{said}</text>'
    )
    return "".join([head, axes(frame), body, legend(), "</svg>"])


def axes(frame: Frame) -> str:
    """Lines and figures of both axes: heights in m, distances in km, or in m on short rivers."""
    told = []
    for value in ticks(frame.y.low, frame.y.high, 6):
        y = frame.y(value)
        told.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
        told.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    short = frame.x.high < 5000
    for value in ticks(frame.x.low, frame.x.high if short else frame.x.high / 1000, 8):
        x = frame.x(value if short else value * 1000)
        told.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:g}</text>')
    told.append(f'<text x="{LEFT - 8}" y="{TOP - 6}" text-anchor="end">m</text>')
    told.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{"m" if short else "km"}</text>')
    return "".join(told)


def legend() -> str:
    """What each line is."""
    told, x = [], float(LEFT)
    for name, colour, dashes in (
        ("water level", SURFACE, "none"),
        ("energy line", ENERGY, "2 3"),
        ("lower bank", WEAK, "5 4"),
        ("bed", BED, "none"),
    ):
        told.append(
            f'<line x1="{x}" x2="{x + 22}" y1="{HEIGHT - 12}" y2="{HEIGHT - 12}" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/><text x="{x + 28}" y="{HEIGHT - 8}">{name}</text>'
        )
        x += 44 + 6.6 * len(name)
    return "".join(told)


def ground(frame: Frame, told: Profile) -> str:
    """Bed and banks, which stand still."""
    way = told.way
    bed = frame.points(way.distance_m, way.bed_m)
    bottom = f"{frame.x.end_px:.1f},{frame.y.start_px} {frame.x.start_px:.1f},{frame.y.start_px}"
    bank = frame.points(way.distance_m, np.minimum(way.bank_m, frame.y.high))
    return f'<polygon points="{bed} {bottom}" fill="{GROUND}"/>' + _line(bed, BED) + _line(bank, WEAK, "5 4")


def _line(points: str, colour: str, dashes: str = "none", width: float = 1) -> str:
    told = f'stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"'
    return f'<polyline points="{points}" fill="none" {told}/>'


def when(time_s: float) -> str:
    """An instant for people: seconds and hours near 1970, where models without a date begin, else a date in UTC."""
    if abs(time_s) < 10 * 86_400:
        return f"{time_s:g} s" if abs(time_s) < 3600 else f"{time_s / 3600:.2f} h"
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
