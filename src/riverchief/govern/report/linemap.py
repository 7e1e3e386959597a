"""The river network as a line map: reaches in the colour of the section below, sections with their numerals.

It is schematic and has no borders: lines of the basin's own reaches, points with names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from riverchief.govern.report.svg import INK, MUTED, RIVER, Point, Svg, width_of
from riverchief.govern.report.wording import CLASS_FILL, CLASS_INK, UNKNOWN_FILL, class_name, said, word

Data = Mapping[str, Any]
Box = tuple[float, float, float, float]

WIDTH, MARGIN, LEGEND, TALLEST = 960.0, 46.0, 46.0, 640.0
KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km
SYMBOL, NAME = 13.0, 15.0
HIT = 20.0  # what it costs a label to lie on another one; a crossed line costs 1 for every 7 px


@dataclass
class _Room:
    """What is taken on the map already, so that labels keep clear of it."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    def cost(self, box: Box) -> float:
        """How badly a label would lie there."""
        x0, y0, x1, y1 = box
        out = max(0, 4 - x0) + max(0, 4 - y0) + max(0, x1 - self.width + 4) + max(0, y1 - self.height + 4)
        hits = sum(1 for a in self.boxes if x0 < a[2] and a[0] < x1 and y0 < a[3] and a[1] < y1)
        crossed = sum(1 for x, y in self.points if x0 < x < x1 and y0 < y < y1)
        return 50 * (out > 0) + out + HIT * hits + crossed

    def place(
        self, x: float, y: float, text: str, size: float, away: float, give_up: float = math.inf
    ) -> tuple[float, float] | None:
        """Where the label of a point goes: its left edge and its baseline; None where it would only cover others."""
        w, h = width_of(text, size), size
        best: tuple[float, float, float] | None = None
        for k, (dx, dy) in enumerate(_SIDES):
            for reach in (1.0, 1.8, 2.8, 4.0):
                left = x + dx * away * reach - (w if dx < 0 else w / 2 if dx == 0 else 0)
                top = y + dy * away * reach - (h if dy < 0 else h / 2 if dy == 0 else 0)
                cost = self.cost((left, top, left + w, top + h)) + 0.1 * k + 2.5 * (reach - 1)
                if best is None or cost < best[0]:
                    best = (cost, left, top)
        assert best is not None
        cost, left, top = best
        if cost >= give_up:
            return None
        self.boxes.append((left - 2, top - 1, left + w + 2, top + h + 1))
        return left, top + 0.86 * h


_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8))


def draw_map(data: Data, language: str) -> Svg:
    """The map of `data`: reaches with their line [°] and class, sections, and names of places."""
    lines = [reach["line"] for reach in data["reaches"] if len(reach["line"]) > 1]
    points = [point for line in lines for point in line] + [(s["lon"], s["lat"]) for s in data["sections"]]
    if not points:
        svg = Svg(WIDTH, 40)
        svg.text(12, 26, word("no_data", language), 16, MUTED)
        return svg
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    cos = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / max((east - west) * cos, 0.02), TALLEST / max(north - south, 0.02))
    height = (north - south) * scale + 2 * MARGIN
    left = (WIDTH - (east - west) * cos * scale) / 2

    def at(lon: float, lat: float) -> Point:
        return left + (lon - west) * cos * scale, MARGIN + (north - lat) * scale

    svg = Svg(WIDTH, height + LEGEND)
    room = _Room(WIDTH, height)
    _rivers(svg, room, data["reaches"], at)
    _scale_bar(svg, room, scale / KM_PER_DEGREE, height)
    _sections(svg, room, data["sections"], at, language)
    _river_names(svg, room, data["reaches"], at, language)
    _place_names(svg, room, data.get("places", ()), at, language)
    _legend(svg, height, language)
    return svg


def _rivers(svg: Svg, room: _Room, reaches: Sequence[Data], at: Any) -> None:
    for reach in reaches:
        path = [at(*point) for point in reach["line"]]
        if len(path) < 2:
            continue
        width = 2.2 + 1.5 * math.log10(1 + max(reach.get("flow_m3s") or 0, 0))
        class_ = reach.get("class") or 0
        if class_:
            svg.line(path, f"#{CLASS_FILL[class_]}", width)
        else:
            svg.line(path, "#9AA7B1", width, "5 5")
        room.points += [p for a, z in pairwise(path) for p in _along(a, z, 7)]
        _arrow(svg, path, width)


def _along(a: Point, z: Point, step: float) -> list[Point]:
    n = max(int(math.dist(a, z) / step), 1)
    return [(a[0] + (z[0] - a[0]) * i / n, a[1] + (z[1] - a[1]) * i / n) for i in range(n)]


def _arrow(svg: Svg, path: Sequence[Point], width: float) -> None:
    """A small head at the middle of the line that points downstream."""
    i = max(range(len(path) - 1), key=lambda k: math.dist(path[k], path[k + 1]))
    a, z = path[i], path[i + 1]
    length = math.dist(a, z)
    if length < 24:
        return
    ux, uy = (z[0] - a[0]) / length, (z[1] - a[1]) / length
    x, y, size = (a[0] + z[0]) / 2, (a[1] + z[1]) / 2, 3 + width
    tip = (x + ux * size, y + uy * size)
    wings = [(x - ux * size - s * uy * size * 0.7, y - uy * size + s * ux * size * 0.7) for s in (1, -1)]
    svg.shape([tip, *wings], RIVER)


def _sections(svg: Svg, room: _Room, sections: Sequence[Data], at: Any, language: str) -> None:
    spots = [(section, *at(section["lon"], section["lat"])) for section in sections]
    room.boxes += [(x - SYMBOL, y - SYMBOL, x + SYMBOL, y + SYMBOL) for _, x, y in spots]
    for section, x, y in spots:
        class_ = section.get("class") or 0
        fill = CLASS_FILL[class_] if class_ else UNKNOWN_FILL
        svg.shape([(x, y - SYMBOL), (x + SYMBOL, y), (x, y + SYMBOL), (x - SYMBOL, y)], f"#{fill}", INK)
        ink = CLASS_INK[class_] if class_ else INK[1:]
        text = class_name(class_, language)
        svg.text(x, y + 4.5, text, 12.5 if len(text) == 1 else 9, f"#{ink}", "middle", bold=True)
    for section, x, y in spots:
        name = said(section["name"], language)
        where = room.place(x, y, name, NAME, SYMBOL + 3)
        assert where is not None
        left, base = where
        _leader(svg, (x, y), (left, base, left + width_of(name, NAME), base - NAME))
        svg.halo(left, base, name, NAME)


def _leader(svg: Svg, point: Point, box: Box) -> None:
    """A thin line from a symbol to a label that had to go further away."""
    x = min(max(point[0], box[0]), box[2])
    y = min(max(point[1], box[3]), box[1])
    if math.dist(point, (x, y)) > 2.2 * SYMBOL:
        svg.line([point, (x, y)], MUTED, 0.8)


def _river_names(svg: Svg, room: _Room, reaches: Sequence[Data], at: Any, language: str) -> None:
    longest: dict[str, tuple[float, Data]] = {}
    for reach in reaches:
        path = [at(*point) for point in reach["line"]]
        length = sum(math.dist(a, z) for a, z in pairwise(path))
        name = said(reach["river"], language)
        if length > longest.get(name, (0.0, reach))[0]:
            longest[name] = (length, reach)
    for name, (_, reach) in longest.items():
        path = [at(*point) for point in reach["line"]]
        x, y = path[len(path) // 2]
        where = room.place(x, y, name, NAME - 1, 7)
        if where is not None:
            svg.halo(*where, name, NAME - 1, RIVER)


def _place_names(svg: Svg, room: _Room, places: Sequence[Data], at: Any, language: str) -> None:
    for place in places:
        x, y = at(place["lon"], place["lat"])
        if not (0 < x < room.width and 0 < y < room.height):
            continue
        name = said(place["name"], language)
        where = room.place(x, y, name, NAME - 2, 2, give_up=HIT)
        if where is not None:
            svg.halo(*where, name, NAME - 2, MUTED)


def _scale_bar(svg: Svg, room: _Room, px_per_km: float, height: float) -> None:
    km = next((k for k in (50, 20, 10, 5, 2, 1) if k * px_per_km <= 180), 1)
    x, y = 20.0, height - 14
    svg.line([(x, y - 5), (x, y), (x + km * px_per_km, y), (x + km * px_per_km, y - 5)], INK, 1.4)
    svg.text(x + km * px_per_km + 8, y + 3, f"{km} km", 13)
    room.boxes.append((x - 4, y - 14, x + km * px_per_km + 60, y + 10))
    svg.shape([(WIDTH - 26, 14), (WIDTH - 19, 36), (WIDTH - 26, 31), (WIDTH - 33, 36)], INK)
    svg.text(WIDTH - 26, 50, "N", 13, anchor="middle")
    room.boxes.append((WIDTH - 40, 8, WIDTH - 10, 56))


def _legend(svg: Svg, height: float, language: str) -> None:
    x, y = 20.0, height + 26
    for class_ in (1, 2, 3, 4, 5, 6):
        svg.rect(x, y - 14, 30, 18, f"#{CLASS_FILL[class_]}")
        text = class_name(class_, language)
        svg.text(x + 15, y, text, 13 if len(text) == 1 else 12, f"#{CLASS_INK[class_]}", "middle", bold=True)
        x += 38
    svg.line([(x + 4, y - 5), (x + 34, y - 5)], "#9AA7B1", 3, "5 5")
    label = "无断面评价" if language == "zh" else "no section judged"
    svg.text(x + 42, y, label, 13, MUTED)
    x += 42 + width_of(label, 13) + 20
    svg.shape([(x, y - 5), (x + 9, y - 14), (x + 18, y - 5), (x + 9, y + 4)], "#FFFFFF", INK)
    chinese, english = "断面；河段按其下游第一个断面着色", "section; a reach has the colour of the next one below"
    label = chinese if language == "zh" else english
    svg.text(x + 26, y, label, 13, MUTED)
