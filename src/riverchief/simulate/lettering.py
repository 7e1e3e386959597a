"""The word that every simulated picture bears, drawn in strokes: no font for Chinese is needed on the machine."""

from __future__ import annotations

from PIL import ImageDraw, ImageFont

Stroke = tuple[tuple[float, float], ...]

# strokes on a grid of 100 × 100, drawn for this project
_MO: tuple[Stroke, ...] = (
    ((2, 30), (42, 30)),
    ((22, 4), (22, 98)),
    ((22, 34), (2, 66)),
    ((24, 40), (40, 58)),
    ((46, 16), (98, 16)),
    ((62, 4), (62, 28)),
    ((82, 4), (82, 28)),
    ((54, 34), (92, 34), (92, 62), (54, 62), (54, 34)),
    ((54, 48), (92, 48)),
    ((46, 72), (98, 72)),
    ((73, 62), (70, 76), (48, 98)),
    ((74, 74), (98, 98)),
)
_NI: tuple[Stroke, ...] = (
    ((4, 28), (38, 28)),
    ((22, 4), (22, 92), (12, 86)),
    ((2, 62), (40, 50)),
    ((50, 18), (50, 78), (66, 66)),
    ((62, 30), (70, 46)),
    ((90, 10), (86, 50), (58, 96)),
    ((82, 60), (98, 92)),
)
LATIN = "SIMULATED"


def mark_simulated(draw: ImageDraw.ImageDraw, left_px: float, top_px: float, size_px: float) -> None:
    """Write "SIMULATED 模拟" in white on a dark band, its letters `size_px` high."""
    font = ImageFont.load_default(size_px)
    wide = draw.textlength(LATIN, font)
    pad = size_px / 4
    end = left_px + wide + 3 * size_px + pad
    draw.rectangle((left_px - pad, top_px - pad, end, top_px + size_px + 1.6 * pad), fill=(20, 20, 20))
    draw.text((left_px, top_px), LATIN, fill=(255, 255, 255), font=font)
    start = left_px + wide + size_px / 2
    for sign in (_MO, _NI):
        for stroke in sign:
            points = [(start + x * size_px / 100, top_px + pad / 3 + y * size_px / 100) for x, y in stroke]
            draw.line(points, fill=(255, 255, 255), width=max(1, round(size_px / 14)), joint="curve")
        start += 1.2 * size_px
