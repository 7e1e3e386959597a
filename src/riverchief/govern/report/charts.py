"""The figures of a report, drawn from their data: bars of classes, a calendar, trends with limits, outlooks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.govern.report.linemap import draw_map
from riverchief.govern.report.svg import INK, LIMIT, LINE, MUTED, RIVER, Svg, shortened, width_of
from riverchief.govern.report.wording import CLASS_FILL, CLASS_INK, UNKNOWN_FILL, class_name, number, said, word

Data = Mapping[str, Any]

WIDTH = 960.0
ROW, LABEL_MAX = 30.0, 320.0
AQI_LEVELS = ((50, "00E400"), (100, "FFFF00"), (150, "FF7E00"), (200, "FF0000"), (300, "99004C"), (math.inf, "7E0023"))
"""Upper AQI of every level and its colour, HJ 633-2012 Table 2."""


def draw(name: str, data: Data, language: str) -> str:
    """A figure as SVG.

    Raises
    ------
    UnknownName
        For a figure that nobody can draw.
    """
    if name not in _FIGURES:
        raise UnknownName("figure", name, _FIGURES)
    return str(_FIGURES[name](data, language))


def swatch(svg: Svg, x: float, y: float, size: float, class_: int, language: str) -> None:
    """A square in the colour of a class with its numeral; hatched grey where there is none."""
    known = 0 < class_ < len(CLASS_FILL)
    svg.rect(x, y, size, size, f"#{CLASS_FILL[class_] if known else UNKNOWN_FILL}")
    ink = f"#{CLASS_INK[class_] if known else INK[1:]}"
    text = class_name(class_, language)
    small = size * (0.56 if len(text) == 1 else 0.44)
    svg.text(x + size / 2, y + size / 2 + small * 0.36, text, small, ink, "middle")


def _room_for(names: Sequence[str], size: float) -> float:
    """How wide the labels on the left of a figure are."""
    return min(max((width_of(name, size) for name in names), default=0.0) + 24, LABEL_MAX)


def _shares(data: Data, language: str) -> Svg:
    """Stacked bars: number of sections by class, one bar per period."""
    rows = data["periods"]
    svg = Svg(WIDTH, ROW * 1.6 * len(rows) + 48)
    left = _room_for([said(row["label"], language) for row in rows], 17)
    total = max(1, *(sum(row["counts"]) + row["none"] for row in rows))
    scale = (WIDTH - left - 20) / total
    for i, row in enumerate(rows):
        y = 8 + i * ROW * 1.6
        svg.text(left - 14, y + 25, said(row["label"], language), 17, anchor="end")
        x = left
        for class_, count in [*enumerate(row["counts"], 1), (0, row["none"])]:
            if not count:
                continue
            fill = CLASS_FILL[class_] if class_ else UNKNOWN_FILL
            svg.rect(x, y, count * scale, 36, f"#{fill}", "#FFFFFF")
            ink = CLASS_INK[class_] if class_ else INK[1:]
            svg.text(x + count * scale / 2, y + 25, str(count), 17, f"#{ink}", "middle", bold=True)
            x += count * scale
    y = 8 + len(rows) * ROW * 1.6 + 10
    x = left
    for class_ in (1, 2, 3, 4, 5, 6, 0):
        swatch(svg, x, y, 24, class_, language)
        label = word("no_data", language) if not class_ else ""
        svg.text(x + 30, y + 18, label, 15, MUTED)
        x += 30 + width_of(label, 15) + 14
    return svg


def _calendar(data: Data, language: str) -> Svg:
    """A grid: sections down, months across, every cell in the colour of its class with the numeral."""
    months, rows = data["months"], data["rows"]
    left = _room_for([said(row["name"], language) for row in rows], 15)
    step = min((WIDTH - left - 70) / max(len(months), 1), 58.0)
    svg = Svg(WIDTH, 34 + 27.0 * len(rows) + 6)
    for i, month in enumerate(months):
        year, number_ = month.split("-")
        label = f"{int(number_)}月" if language == "zh" else f"{int(number_):02}"
        svg.text(left + (i + 0.5) * step, 24, label, 14, MUTED, "middle")
        if i == 0 or number_ == "01":
            svg.text(left + (i + 0.5) * step, 10, year, 11, MUTED, "middle")
    head = "目标" if language == "zh" else "target"
    svg.text(left + len(months) * step + 30, 24, head, 14, MUTED, "middle")
    for j, row in enumerate(rows):
        y = 32 + 27.0 * j
        name = shortened(said(row["name"], language), 15, left - 16)
        svg.text(left - 10, y + 18, name, 15, anchor="end")
        for i, class_ in enumerate(row["classes"]):
            x = left + i * step
            known = class_ > 0
            svg.rect(x, y, step - 2, 25, f"#{CLASS_FILL[class_] if known else UNKNOWN_FILL}")
            ink = CLASS_INK[class_] if known else INK[1:]
            svg.text(x + step / 2 - 1, y + 18, class_name(class_, language), 14, f"#{ink}", "middle")
            if known and class_ > row["target"]:
                svg.line([(x + 3, y + 22), (x + step - 5, y + 22)], INK, 2)
        svg.text(left + len(months) * step + 30, y + 18, class_name(row["target"], language), 14, MUTED, "middle")
    return svg


def _trends(data: Data, language: str) -> Svg:
    """Bars of monthly means with the target's limit as a named line, two panels side by side."""
    panels = data["panels"]
    width, height = WIDTH / 2, 250.0
    svg = Svg(WIDTH, height * math.ceil(len(panels) / 2))
    for i, panel in enumerate(panels):
        _panel(svg, panel, (i % 2) * width, (i // 2) * height, width, height, language)
    return svg


def _panel(svg: Svg, panel: Data, x0: float, y0: float, width: float, height: float, language: str) -> None:
    left, top, right, bottom = x0 + 62, y0 + 44, x0 + width - 16, y0 + height - 34
    values = [value for value in panel["values"] if value is not None]
    step = _nice(1.08 * max([*values, panel["limit"]], default=1.0) / 4)
    high = step * math.ceil(1.04 * max([*values, panel["limit"]], default=1.0) / step)
    title = f"{said(panel['name'], language)} · {said(panel['property'], language)} ({panel['unit']})"
    svg.text(left, y0 + 22, shortened(title, 16, width - 80), 16, bold=True)

    def at(value: float) -> float:
        return bottom - (bottom - top) * value / high

    decimals = max(0, -math.floor(math.log10(step)))
    for k in range(round(high / step) + 1):
        svg.line([(left, at(k * step)), (right, at(k * step))], LINE, 1)
        svg.text(left - 8, at(k * step) + 5, number(k * step, decimals, language), 13, MUTED, "end")
    space = (right - left) / max(len(panel["values"]), 1)
    for i, (month, value) in enumerate(zip(panel["months"], panel["values"], strict=True)):
        x = left + i * space
        svg.text(x + space / 2, bottom + 20, str(int(month[5:])), 13, MUTED, "middle")
        if value is not None:
            bad = value < panel["limit"] if panel["at_least"] else value > panel["limit"]
            fill = "#F08A24" if bad else "#7CC8F2"
            svg.rect(x + space * 0.16, at(value), space * 0.68, bottom - at(value), fill)
    svg.line([(left, at(panel["limit"])), (right, at(panel["limit"]))], LIMIT, 2, "7 4")
    label = f"{word('limit', language)} {panel['limit']:g}"
    svg.halo(right, at(panel["limit"]) - 6, label, 13, LIMIT, "end")


def _nice(step: float) -> float:
    """The next step of 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next((factor * power for factor in (1, 2, 5) if factor * power >= step * 0.999), 10 * power)


def _days(data: Data, language: str) -> Svg:
    """A calendar of days: the AQI in the colours of the standard; grey where a day is not valid."""
    days: Sequence[Data] = data["days"]
    months = sorted({day["day"][:7] for day in days})
    step = (WIDTH - 96) / 31
    svg = Svg(WIDTH, 26 + 32.0 * len(months))
    for i in range(31):
        svg.text(92 + (i + 0.5) * step, 18, str(i + 1), 12, MUTED, "middle")
    for j, month in enumerate(months):
        y = 26 + 32.0 * j
        svg.text(82, y + 20, month, 14, anchor="end")
        for day in (d for d in days if d["day"][:7] == month):
            x = 92 + (int(day["day"][8:]) - 1) * step
            aqi = day["aqi"]
            fill = UNKNOWN_FILL if aqi is None else next(c for top, c in AQI_LEVELS if aqi <= top)
            svg.rect(x, y, step - 2, 29, f"#{fill}")
            dark = fill in {"FF0000", "99004C", "7E0023"}
            text = "—" if aqi is None else str(aqi)
            svg.text(x + step / 2 - 1, y + 20, text, 12, "#FFFFFF" if dark else INK, "middle")
    return svg


def _outlook(data: Data, language: str) -> Svg:
    """Bars of probability with their band."""
    rows = data["rows"]
    label = _room_for([said(row["name"], language) for row in rows], 15)
    svg = Svg(WIDTH, 34 + ROW * len(rows))
    span = WIDTH - label - 90
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = label + share * span
        svg.line([(x, 24), (x, 28 + ROW * len(rows))], LINE, 1)
        svg.text(x, 16, f"{share:.0%}", 13, MUTED, "middle")
    for i, row in enumerate(rows):
        y = 30 + ROW * i
        svg.text(label - 10, y + 18, shortened(said(row["name"], language), 15, label - 16), 15, anchor="end")
        probability = row["probability"]
        if probability is None:
            svg.text(label + 8, y + 18, word("no_data", language), 14, MUTED)
            continue
        svg.rect(label, y + 4, probability * span, ROW - 10, RIVER)
        low, high = row.get("low"), row.get("high")
        if low is not None and high is not None:
            svg.line([(label + low * span, y + ROW / 2 - 1), (label + high * span, y + ROW / 2 - 1)], INK, 2)
        end = max(probability, high or 0) * span
        svg.text(label + end + 8, y + 19, f"{probability:.0%}", 14)
    return svg


PHOTO_WIDTH, PHOTO_HEIGHT, PAIRS_IN_A_ROW = 228.0, 171.0, 2


def _pairs(data: Data, language: str) -> Svg:
    """Photographs of cases before and after, two cases beside each other, each photograph with its day."""
    rows, step, room = data["rows"], PHOTO_HEIGHT + 44, WIDTH / PAIRS_IN_A_ROW
    svg = Svg(WIDTH, step * math.ceil(len(rows) / PAIRS_IN_A_ROW))
    for i, row in enumerate(rows):
        top = (i // PAIRS_IN_A_ROW) * step
        for k, when in enumerate(("before", "after")):
            x = (i % PAIRS_IN_A_ROW) * room + k * (PHOTO_WIDTH + 6)
            svg.rect(x, top + 28, PHOTO_WIDTH, PHOTO_HEIGHT, "#F1F3F4")
            svg.text(x, top + 20, f"{row['number']} {word(when, language)} {row[when]['day']}", 14)
            svg.photo(x, top + 28, PHOTO_WIDTH, PHOTO_HEIGHT, row[when]["jpeg"])
    return svg


_FIGURES: dict[str, Callable[[Data, str], Svg]] = {
    "shares": _shares,
    "map": draw_map,
    "calendar": _calendar,
    "trends": _trends,
    "days": _days,
    "outlook": _outlook,
    "pairs": _pairs,
}
