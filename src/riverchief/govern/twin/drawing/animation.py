"""A profile through time as one HTML file: a slider, a button, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import json
from html import escape
from importlib import resources
from string import Template

import numpy as np

from riverchief.govern.twin.drawing import picture as drawn
from riverchief.govern.twin.drawing.picture import Frame, Picture
from riverchief.govern.twin.profile import Profile

MOST_FRAMES, MOST_POINTS = 600, 500
LENGTH_MS = 20_000  # of the whole animation


def animation(told: Profile, title: str, note: str = "") -> str:
    """A page on which a river's profile moves through the instants of a run.

    Long runs are thinned to 600 instants, long rivers to 500 points; the first and last of both stay.

    Parameters
    ----------
    told : Profile
    title, note : str
        Heading, and a sentence under it.
    """
    frame = Frame.of(told)
    times = _thinned(told.time_s.size, MOST_FRAMES)
    cells = _thinned(told.way.distance_m.size, MOST_POINTS)
    y = frame.y
    level, energy = (
        (y.start_px + (part[np.ix_(times, cells)] - y.low) / (y.high - y.low) * (y.end_px - y.start_px)).round(1)
        for part in (told.level_m, told.energy_m)
    )
    data = {
        "time": [drawn.when(float(told.time_s[k])) for k in times],
        "distance": [round(frame.x(float(d)), 1) for d in told.way.distance_m[cells]],
        "bed": [round(y(float(b)), 1) for b in told.way.bed_m[cells]],
        "level": level.tolist(),
        "energy": energy.tolist(),
        "flow": [f"{told.flow_m3s[k, -1]:.3g}" for k in times],
        "every_ms": max(40, LENGTH_MS // max(times.size, 1)),
    }
    body = (
        f'<polygon id="water" fill="{drawn.WATER}"/>{drawn.ground(frame, told)}'
        f'<polyline id="energy" fill="none" stroke="{drawn.ENERGY}" stroke-dasharray="2 3"/>'
        f'<polyline id="surface" fill="none" stroke="{drawn.SURFACE}" stroke-width="2"/>'
    )
    page = resources.files(__package__).joinpath("animation.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        title=escape(title),
        note=escape(note or "The figure beside the time is the discharge at the lower end."),
        svg=Picture(drawn.sheet(frame, "", body)).svg,
        last=times.size - 1,
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )


def _thinned(n: int, most: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))
