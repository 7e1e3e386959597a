"""Signs in the fixes: a mark by the phone, and a regularity that no receiver has."""

from __future__ import annotations

import numpy as np

from riverchief.ground.authenticity.model import Figures, Floats, Handed, Known, Silence, limits
from riverchief.ground.authenticity.way import local, one_walk
from riverchief.ground.patrol import Track

_MOVES_MS = 0.4  # below it the walker stands, and many phones repeat their place
_WALKS_MS = 3.5

_MARKS = {
    "line": ("点位几乎都在一条直线上", "nearly all lie on lines to a few centimetres"),
    "even": ("每分钟速度几乎不变", "the pace hardly varies from minute to minute"),
    "constant": ("精度始终不变", "the accuracy never changes"),
    "random": ("精度毫无规律地跳动", "the accuracy jumps at random from fix to fix"),
}


def mock(handed: Handed, _: Known) -> Figures | Silence:
    """Fixes that the phone marked as made by another application."""
    marked = handed.fixes.mock
    if not len(marked):
        return Silence.CANNOT_TELL
    share = float(marked.mean())
    return {"count": int(marked.sum()), "share": share} if share >= limits("mock")["share"] else Silence.NOTHING


def regular(handed: Handed, _: Known) -> Figures | Silence:
    """Lines without noise; or an even pace with an accuracy that is constant or has no memory."""
    rule, track = limits("regular"), handed.track
    if len(track.time_s) < rule["fixes"]:
        return Silence.CANNOT_TELL
    off_m = off_line_m(track)
    evenness = pace_variation(track)
    marks: list[str] = []
    if len(off_m) >= rule["fixes"] // 2 and float(np.median(off_m)) < rule["line_m"]:
        marks.append("line")
    if evenness is not None and len(track.time_s) and evenness < rule["even"]:
        marks.append("even")
    told = handed.fixes.accuracy_m[np.isfinite(handed.fixes.accuracy_m)]
    if len(told) >= rule["fixes"]:
        if commonest(told) >= rule["constant"]:
            marks.append("constant")
        elif memory(told) < rule["memory"]:
            marks.append("random")
    if "line" not in marks and len(marks) < 2:
        return Silence.NOTHING
    said = [_MARKS[mark] for mark in marks]
    figures: dict[str, float | int | str] = {
        "marks_zh": "、".join(zh for zh, _ in said),
        "marks_en": ", ".join(en for _, en in said),
    }
    if len(off_m):
        figures["off_line_m"] = float(np.median(off_m))
    if evenness is not None:
        figures["pace_variation"] = evenness
    return figures


def off_line_m(track: Track) -> Floats:
    """How far each fix on the move lies beside the line between its neighbours [m]; shape (n_moving,).

    Only where three fixes follow one another in equal steps of time.
    """
    xy, step_s = local(track), np.diff(track.time_s)
    usual = float(np.median(step_s))
    pace = np.hypot(*np.diff(xy, axis=0).T) / step_s
    good = track.joined & (np.abs(step_s - usual) < 0.3 * usual) & (pace > _MOVES_MS)
    chord = xy[2:] - xy[:-2]
    off = xy[1:-1] - (xy[2:] + xy[:-2]) / 2
    across = np.abs(chord[:, 0] * off[:, 1] - chord[:, 1] * off[:, 0]) / np.maximum(np.hypot(*chord.T), 1e-9)
    return np.asarray(across[good[:-1] & good[1:]], np.float64)


def pace_variation(track: Track) -> float | None:
    """Coefficient of variation of the way walked in each whole minute; None for less than eight minutes of it.

    Minutes with a gap are left out, and those that were driven.
    """
    if not one_walk(track):
        return None
    step_m = np.hypot(*np.diff(local(track), axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(step_m)])
    broken = np.concatenate([[0.0], np.cumsum(~track.joined)])
    minute = np.arange(track.time_s[0], track.time_s[-1] + 1e-6, 60.0)  # the last minute too, when it is whole
    pace = np.diff(np.interp(minute, track.time_s, way)) / 60
    whole = np.diff(np.interp(minute, track.time_s, broken)) == 0
    pace = pace[whole & (pace < _WALKS_MS)]
    if len(pace) < limits("regular")["minutes"] or pace.mean() <= 0:
        return None
    return float(pace.std() / pace.mean())


def commonest(values: Floats) -> float:
    """The share of the commonest value."""
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def memory(values: Floats) -> float:
    """Correlation of each value with the next; 1 where nothing varies."""
    about = values - values.mean()
    total = float((about**2).sum())
    return float((about[1:] * about[:-1]).sum() / total) if total > 0 else 1.0
